"""Transcript: what was read on one page, with the place and confidence of every word.

Frame: pixels of the *page image*, that is the capture turned upright by `rotation` (whole quarter turns) and nothing
else; origin top-left, x to the right, y down. `skew` tells by how many degrees the text lines climb (positive: right
end higher); boxes are upright rectangles around the skewed words. Text is NFC with single spaces.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


class Box(NamedTuple):
    """`x0, y0` inclusive top-left, `x1, y1` exclusive bottom-right, in pixels of the page image."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        return self.y1 - self.y0

    @property
    def centre(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2


def around(boxes: Sequence[Box]) -> Box:
    """The smallest box holding all of at least one box."""
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))


@dataclass(frozen=True, slots=True)
class Word:
    """One word without spaces; `confidence` 0…1. `apart`: its figures are no part of the print of their line.

    `other`: what the reader that was not followed read in its place; "" where it said the same or was not asked.
    """

    text: str
    box: Box
    confidence: float
    apart: bool = False
    other: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Words of one line, left to right. `block` numbers the layout block the reader saw (columns, cells)."""

    words: tuple[Word, ...]
    engine: str
    block: int = 0

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        return around([word.box for word in self.words])

    @property
    def confidence(self) -> float:
        """Mean of the words', weighted by their letters."""
        letters = sum(len(word.text) for word in self.words)
        return sum(word.confidence * len(word.text) for word in self.words) / letters


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code or bar code: its `symbology` (`qr`, `code128`, `pdf417`), what it says, and where it stands."""

    symbology: str
    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Transcript:
    """One page as read. `lines` in reading order; each line has at least one word.

    Attributes:
        width, height: of the page image, in pixels.
        dpi: of the page image.
        rotation: degrees clockwise (0, 90, 180, 270) by which the capture was turned to stand upright.
        skew: degrees by which text lines climb to the right in the page image.
        engine: name and version of the reader, e.g. `tesseract-5.5.0/vie`.
        seconds: what the reading took.
        notes: what a person should know of the reading, as short machine words (`reader_missing:trueocr`).
        codes: machine-readable codes on the page.
    """

    width: int
    height: int
    dpi: float
    lines: tuple[Line, ...]
    engine: str
    rotation: int = 0
    skew: float = 0.0
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    codes: tuple[Code, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    def to_json(self) -> dict[str, Any]:
        return {
            "version": 1,
            "width": self.width,
            "height": self.height,
            "dpi": self.dpi,
            "rotation": self.rotation,
            "skew": self.skew,
            "engine": self.engine,
            "seconds": self.seconds,
            "notes": list(self.notes),
            "codes": [[code.symbology, code.text, *code.box] for code in self.codes],
            "lines": [
                {
                    "engine": line.engine,
                    "block": line.block,
                    "words": [
                        [word.text, *word.box, round(word.confidence, 4), *_further(word)] for word in line.words
                    ],
                }
                for line in self.lines
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Transcript":
        """Raises `ValueError` for a version this code does not know."""
        _known(data)
        return cls(
            width=data["width"],
            height=data["height"],
            dpi=data["dpi"],
            rotation=data["rotation"],
            skew=data["skew"],
            engine=data["engine"],
            seconds=data["seconds"],
            notes=tuple(data.get("notes", ())),
            codes=tuple(Code(c[0], c[1], Box(*c[2:6])) for c in data.get("codes", ())),
            lines=tuple(
                Line(
                    words=tuple(Word(w[0], Box(*w[1:5]), *w[5:]) for w in line["words"]),
                    engine=line["engine"],
                    block=line["block"],
                )
                for line in data["lines"]
            ),
        )


def words_of(data: Mapping[str, Any]) -> list[list[str]]:
    """The words of each line of a transcript as JSON, for whoever needs no places: making it all costs thirty times as much.

    Raises:
        ValueError: a version this code does not know.
    """
    _known(data)
    return [[word[0] for word in line["words"]] for line in data["lines"]]


def _known(data: Mapping[str, Any]) -> None:
    if data.get("version") != 1:
        raise ValueError(f"unknown transcript version {data.get('version')!r}")


def _further(word: Word) -> list[bool | str]:
    """What few words have, left out where they have not."""
    return [word.apart, word.other] if word.other else [True] if word.apart else []
