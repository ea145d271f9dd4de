"""What ocr promises: readers behind one port, fields with their proof."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from khoso.kernel.transcript import Box, Transcript
from pages.ports import PageImage


class OcrEngine(Protocol):
    """Reads one page image."""

    @property
    def name(self) -> str:
        """Name, version, model and parameters of the reader, e.g. `tesseract-5.5.4/vie@79df64ca+parameters@1f3a5c7e`; part of
        every result's provenance.
        """

    def read(self, page: PageImage, *, languages: tuple[str, ...] = ("vie",)) -> Transcript:
        """Read a page; a page without text gives a Transcript without lines.

        Raises:
            Refused: the image cannot be decoded or read within the limits.
            Unavailable: the reader or its language model is missing; the message says what to install.
        """


@dataclass(frozen=True, slots=True)
class Field:
    """One value with its proof.

    Attributes:
        value: normalised as INTERFACE says (dates `YYYY-MM-DD`, ids without spaces, names as printed in NFC).
        text: what stands on the paper, as read.
        page: 1-based page, None when the value stands nowhere on paper (derived, typed).
        box: place on the page image in pixels, None likewise.
        confidence: 0…1 that the value is right.
        source: `ocr`, `code` (QR, MRZ), `text` (an electronic original's own text), `derived` or `person`.
        engine: what read it.
        rule: `package/name@version` of the rule that found it, or `person`.
        doubtful: a person should look.
        doubts: why, as short machine words (`low_confidence`, `bad_format`, `check_digit`, `disagrees_with:person.sex` …).
        by: who confirmed or typed it, empty while nobody did.
        alternatives: what the value would be after the other reader, where the two read a word differently.
        checked_by: the second person, who said the same, where the type asks for two.
    """

    value: str
    text: str
    page: int | None
    box: Box | None
    confidence: float
    source: str
    engine: str
    rule: str
    doubtful: bool = False
    doubts: tuple[str, ...] = ()
    by: str = ""
    checked_by: str = ""
    alternatives: tuple[str, ...] = ()

    def doubted(self, *doubts: str) -> "Field":
        """The same value, marked doubtful for further reasons."""
        return replace(self, doubtful=True, doubts=(*self.doubts, *doubts))

    def to_json(self) -> dict[str, Any]:
        return {
            "value": self.value,
            "text": self.text,
            "page": self.page,
            "box": list(self.box) if self.box else None,
            "confidence": round(self.confidence, 4),
            "source": self.source,
            "engine": self.engine,
            "rule": self.rule,
            "doubtful": self.doubtful,
            "doubts": list(self.doubts),
            "by": self.by,
            **({"checked_by": self.checked_by} if self.checked_by else {}),
            **({"alternatives": list(self.alternatives)} if self.alternatives else {}),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Field":
        box = data["box"]
        read = {"doubts": tuple(data["doubts"]), "alternatives": tuple(data.get("alternatives", ()))}
        return cls(**{**data, **read, "box": Box(*box) if box else None})


@dataclass(frozen=True, slots=True)
class Extraction:
    """Type and fields of one document. Field names are INTERFACE's, flat: `person.birth_date`, `members[0].name`."""

    document_type: str
    type_confidence: float
    fields: Mapping[str, Field] = field(default_factory=dict)
