"""Where the two visible marks of page 1 go: into free space of the top margin, else into a strip added above.

Thông tư 01/2023/TT-VPCP: the scanner's mark top-left, the agency's top-right (Times New Roman size 10, so its block
holds three such lines). Places are fixed before the first signature, since nothing may move after it. The image keeps
its 100 % scale and is never covered.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from compose.ink import InkMap

# Names of the fields; `signing.ports.Place` says the same (a test compares them), since arrows point down.
SCANNER_FIELD = "Scanner"
AGENCY_FIELD = "Agency"

_WIDTH, _HEIGHT = 250.0, 36.0  # points; three lines of 10 pt with their leading, or four of 7.5 pt
_EDGE = 9.0  # from the page's edge: what printers cannot print
_BETWEEN = 10.0
_CLEAR = 3.0  # kept free around a mark, so that it is not read as part of the text beside it
_NARROWEST = 320.0  # a page narrower than this (an identity card) is widened to it when it gets a strip
_ZONE = 0.16  # of the page's height: what still counts as top margin
_STEP = 3.0


class Rect(NamedTuple):
    """Points in PDF space: lower left and upper right corner."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class FrontPage:
    """Layout of page 1.

    Attributes:
        width, height: of the page, in points.
        image: where the capture stands.
        scanner, agency: the two fields.
        strip: points added above the capture; 0 when the marks found room in its margin.
    """

    width: float
    height: float
    image: Rect
    scanner: Rect
    agency: Rect
    strip: float


def zone_depth(height: float) -> float:
    """How many points from the top are searched for free space."""
    return max(_EDGE + _HEIGHT + _CLEAR, _ZONE * height)


def front_page(width: float, height: float, ink: InkMap) -> FrontPage:
    """Lay out page 1 for a capture of `width` by `height` points."""
    scanner = margin_place(width, height, ink, right=False)
    agency = margin_place(width, height, ink, right=True)
    if scanner and agency:
        return FrontPage(width, height, Rect(0, 0, width, height), scanner, agency, 0.0)
    return _with_strip(width, height)


def margin_place(width: float, height: float, ink: InkMap, *, right: bool) -> Rect | None:
    """Free space for one mark in the left or right half of the top margin, as near to the corner as can be; or None."""
    lefts = list(_steps(_EDGE, (width - _BETWEEN) / 2 - _WIDTH))
    if right:
        lefts = [width - left - _WIDTH for left in lefts]
    for top in _steps(_EDGE, zone_depth(height) - _HEIGHT - _CLEAR):
        for left in lefts:
            if ink.free(left - _CLEAR, top - _CLEAR, _WIDTH + 2 * _CLEAR, _HEIGHT + 2 * _CLEAR):
                return Rect(left, height - top - _HEIGHT, left + _WIDTH, height - top)
    return None


def _with_strip(width: float, height: float) -> FrontPage:
    full = max(width, _NARROWEST)
    block = min(_WIDTH, (full - 2 * _EDGE - _BETWEEN) / 2)
    tall = _HEIGHT * max(1.0, _WIDTH / block)  # narrower blocks wrap into more lines
    strip = tall + 2 * _CLEAR
    y0 = height + _CLEAR
    left = (full - width) / 2
    return FrontPage(
        width=full,
        height=height + strip,
        image=Rect(left, 0, left + width, height),
        scanner=Rect(_EDGE, y0, _EDGE + block, y0 + tall),
        agency=Rect(full - _EDGE - block, y0, full - _EDGE, y0 + tall),
        strip=strip,
    )


def _steps(first: float, last: float) -> Iterator[float]:
    value = first
    while value <= last + 1e-6:
        yield value
        value += _STEP
