"""What pages gives to others: frozen facts about a file and its pages, and page images on disk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from khoso.kernel.reasons import Reason
from khoso.kernel.transcript import Box


class Kind(StrEnum):
    """Formats taken in, found by content."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    TIFF = "image/tiff"
    PDF = "application/pdf"


class Origin(StrEnum):
    """`paper`: captured from paper, Khoso composes and signs it. `electronic`: made electronically, kept as it came."""

    PAPER = "paper"
    ELECTRONIC = "electronic"


@dataclass(frozen=True, slots=True)
class Cut:
    """A part of a page image that is a page of its own.

    Attributes:
        box: in pixels of the page image as stored, before any turning.
        what: `half` (of an open book, or of two sheets side by side) or `card` (of the size ISO/IEC 7810 ID-1).
    """

    box: Box
    what: str

    def to_json(self) -> dict[str, Any]:
        return {"box": list(self.box), "what": self.what}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Cut":
        return cls(Box(*data["box"]), data["what"])


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Facts of one page of a file.

    Attributes:
        number: 1-based, within the file.
        width, height: pixels of the page image (before any turning).
        dpi: of the page image.
        dpi_source: `file` (stated in the file), `estimated` (from the nearest paper size) or `rendered` (we chose it).
        source: how its image is obtained: `as_is` (the file or the embedded JPEG is the image), `decoded` (another
            coding, decoded losslessly) or `rendered` (drawn from page content).
        text: the page carries visible text as text.
        flags: findings a person may want to see; none of them stops the page.
        cuts: the pages it holds, where it holds several or one smaller than itself; none: it is one page.
    """

    number: int
    width: int
    height: int
    dpi: float
    dpi_source: str
    source: str
    text: bool = False
    flags: tuple[Reason, ...] = ()
    cuts: tuple[Cut, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "width": self.width,
            "height": self.height,
            "dpi": self.dpi,
            "dpi_source": self.dpi_source,
            "source": self.source,
            "text": self.text,
            "flags": [flag.to_json() for flag in self.flags],
            "cuts": [cut.to_json() for cut in self.cuts],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "PageFacts":
        flags = tuple(Reason.from_json(flag) for flag in data["flags"])
        return cls(**{**data, "flags": flags, "cuts": tuple(Cut.from_json(cut) for cut in data.get("cuts", ()))})


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Facts of one file. `signatures` counts filled signature fields; `flags` concern the file as a whole."""

    kind: Kind
    size: int
    origin: Origin
    pages: tuple[PageFacts, ...]
    signatures: int = 0
    flags: tuple[Reason, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "size": self.size,
            "origin": self.origin.value,
            "pages": [page.to_json() for page in self.pages],
            "signatures": self.signatures,
            "flags": [flag.to_json() for flag in self.flags],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "FileFacts":
        return cls(
            kind=Kind(data["kind"]),
            size=data["size"],
            origin=Origin(data["origin"]),
            pages=tuple(PageFacts.from_json(page) for page in data["pages"]),
            signatures=data["signatures"],
            flags=tuple(Reason.from_json(flag) for flag in data["flags"]),
        )


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as an image file: JPEG bytes lifted as they are, PNG/TIFF as given, or raw PPM/PGM; not yet turned upright.

    Readers must leave an EXIF orientation inside the file alone (`IMREAD_IGNORE_ORIENTATION`): `rotate` says all there is.

    Attributes:
        path: the image file; its bytes never change.
        frame: 0-based frame in a multi-page TIFF, else 0.
        width, height: pixels, as stored.
        dpi: pixels per inch of the paper.
        rotate: degrees clockwise (0, 90, 180, 270) that stand the image upright according to its container (a JPEG
            file's EXIF orientation, a PDF page's Rotate); a hint, since scanners state what they do not know. Rendered
            and decoded images are turned already: 0.
        fixed: a person said so: `rotate` is the whole truth, whatever the print says.
        whole: the image this one was cut out of, at `at` (pixels from its top left corner); None: nothing was cut.
    """

    path: Path
    width: int
    height: int
    dpi: float
    frame: int = 0
    rotate: int = 0
    fixed: bool = False
    whole: "PageImage | None" = None
    at: tuple[int, int] = (0, 0)
