"""A sheet of paper as a display list in points (1/72 inch, origin top-left), before anything becomes pixels."""

from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image

from samples.generator.fonts import Face

A4 = (595.28, 841.89)
Colour = tuple[int, int, int]
BLACK: Colour = (25, 25, 28)
RED: Colour = (190, 30, 45)
MARK = "MẪU - SPECIMEN"

Painter = Callable[[int, int], Image.Image]
"""Draws a picture of the asked width and height in pixels, RGBA."""

SeededPainter = Callable[..., Image.Image]
"""The same with `seed` and `text` still to be given."""


@dataclass(frozen=True)
class Glyphs:
    """A word or part of one; `x` its left edge, `y` its baseline."""

    x: float
    y: float
    text: str
    face: Face
    size: float
    colour: Colour = BLACK
    hand: bool = False


@dataclass(frozen=True)
class Rule:
    """A straight line, dotted or not."""

    x0: float
    y0: float
    x1: float
    y1: float
    width: float = 0.6
    colour: Colour = BLACK
    dotted: bool = False


@dataclass(frozen=True)
class Picture:
    """Something painted: emblem, seal, signature, QR, background. It multiplies with what lies under it, as ink does."""

    x: float
    y: float
    width: float
    height: float
    paint: Painter


@dataclass
class Sheet:
    """One side of one sheet.

    Attributes:
        items: in drawing order.
        lines: what is printed, line by line in reading order; empty on a blank back.
        turn: degrees by which the sheet lies turned in the scanner (0, 90, 180, 270, counter-clockwise).
    """

    width: float = A4[0]
    height: float = A4[1]
    items: list[Glyphs | Rule | Picture] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    turn: int = 0

    @property
    def blank(self) -> bool:
        return not self.items
