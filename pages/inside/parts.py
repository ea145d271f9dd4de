"""Pages within a page image: the halves of an open book or of two sheets scanned side by side, cards on a sheet.

Cautious on purpose: a page cut in two is worse than two that stay together. Halves are told by a gutter that no print
crosses, text on both sides that runs across it, and the size of the sheet, or the broad shadow of a book's back where
the sheet could be one page. Cards are told by their edges, of the size ISO/IEC 7810 ID-1 (85.60 × 53.98 mm), and only on
sheets with hardly any print besides: a form with a card's picture on it is one page.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from pages.inside.findings import shrunk
from pages.inside.paper import MM
from pages.inside.rasters import Pixels

_WORK = 80.0  # dpi at which is looked

_SHAPES = (1.25, 1.62)  # long to short side of two pages side by side
_TWO_SHEETS = (375.0, 470.0)  # mm, long side of two A4 (or B5, letter) side by side
_BOOK = (235.0, 375.0)  # mm, of two smaller pages, that could also be one
_MIDDLE = 0.07  # of the long side: how far the gutter may be from the middle
_GUTTER = 8.0  # mm without print
_LETTERS = 60  # pieces of print on each side
_SHADOW = 9.0  # levels by which the back of a book is darker than the paper beside it, over its whole breadth

_CARD = (85.60, 53.98)
_FIT = 0.06  # of a side
_FILLED = 0.9  # of the rectangle around a card
_LEAST_SHEET = (140.0, 190.0)  # mm: what a card is placed on
_BESIDES = 30  # pieces of print that may stand beside cards
_ROOM = 2.0  # mm kept around a card
_MOST_CARDS = 10

Mask = np.ndarray[Any, np.dtype[np.uint8]]


@dataclass(frozen=True, slots=True)
class _Small:
    """A page at about `_WORK` dpi: grey or RGB `pixels`, `scale` pixels per millimetre."""

    pixels: Pixels
    scale: float

    @property
    def grey(self) -> Pixels:
        if self.pixels.ndim == 2:
            return self.pixels
        return np.asarray(cv2.cvtColor(self.pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)

    @property
    def sides(self) -> tuple[float, float]:
        """Millimetres, the shorter first."""
        height, width = (side / self.scale for side in self.pixels.shape[:2])
        return min(height, width), max(height, width)


def parts_of(pixels: Pixels, dpi: float, width: int, height: int) -> list[dict[str, Any]]:
    """The pages a page image holds, as JSON of `pages.ports.Cut`; none when it is one page.

    Args:
        pixels: of the image, perhaps smaller than it is.
        dpi: of the image.
        width, height: of the image; boxes are in its pixels.
    """
    own = dpi * pixels.shape[1] / width
    short, long = sorted((pixels.shape[0] / own * MM, pixels.shape[1] / own * MM))
    halves = _SHAPES[0] <= long / short <= _SHAPES[1] and _BOOK[0] <= long <= _TWO_SHEETS[1]
    if not halves and not (short >= _LEAST_SHEET[0] and long >= _LEAST_SHEET[1] and long <= _TWO_SHEETS[1]):
        return []
    factor = min(1.0, _WORK / own)
    small = _Small(shrunk(pixels, factor) if factor < 1.0 else pixels, own * factor / MM)
    found = [(box, "card") for box in cards_on(small)] or ([(box, "half") for box in _halves(small)] if halves else [])
    across, down = width / small.pixels.shape[1], height / small.pixels.shape[0]
    return [
        {
            "box": [
                round(box[0] * across),
                round(box[1] * down),
                min(width, round(box[2] * across)),
                min(height, round(box[3] * down)),
            ],
            "what": what,
        }
        for box, what in found
    ]


Edges = tuple[int, int, int, int]


def _ink(grey: Pixels, scale: float) -> Mask:
    """1 where something is much darker than the paper around it; paper is what closing over 5 mm leaves."""
    side = 2 * round(2.5 * scale) + 1
    paper = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    return np.asarray(cv2.subtract(paper, grey) > 60, dtype=np.uint8)


def _print(ink: Mask, scale: float) -> tuple[Mask, Any]:
    """Pieces of the size of letters or words alone (no rules, folds, holes, dust), and their boxes (x, y, width, height, area)."""
    _count, labels, boxes, _centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    extent = np.maximum(boxes[:, 2], boxes[:, 3]) / scale
    kept = (extent >= 0.8) & (extent <= 12.0)
    kept[0] = False
    return np.asarray(kept[labels], dtype=np.uint8), boxes[kept]


def _halves(small: _Small) -> list[Edges]:
    sideways = small.pixels.shape[0] > small.pixels.shape[1]
    grey = small.grey
    if sideways:
        grey = np.ascontiguousarray(grey.T)
    height, width = grey.shape
    ink = _ink(grey, small.scale)
    letters, boxes = _print(ink, small.scale)
    at = _gutter(ink, small.scale)
    if at is None or not _runs_along(letters, small.scale):
        return []
    middles = boxes[:, 0] + boxes[:, 2] / 2
    if min(int((middles < at).sum()), int((middles > at).sum())) < _LETTERS:
        return []
    if width / small.scale < _TWO_SHEETS[0] and not _has_back(grey, at, small.scale):
        return []
    halves = [(0, 0, at, height), (at, 0, width, height)]
    return [(y0, x0, y1, x1) for x0, y0, x1, y1 in halves] if sideways else halves


def _gutter(ink: Mask, scale: float) -> int | None:
    """The middle of the broadest stripe near the middle that no ink stands in, but for what runs down all of it."""
    height, width = ink.shape
    low, high = round((0.5 - _MIDDLE) * width), round((0.5 + _MIDDLE) * width)
    _count, labels, boxes, _centres = cv2.connectedComponentsWithStats(ink[:, low:high], connectivity=8)
    print_ = (boxes[:, 3] < 0.3 * height) & (boxes[:, 2:4].max(axis=1) >= 0.8 * scale)
    print_[0] = False
    taken = print_[labels].any(axis=0)
    best = (0, 0)
    start: int | None = None
    for x, busy in enumerate([*taken.tolist(), True]):
        if not busy and start is None:
            start = x
        elif busy and start is not None:
            best, start = max(best, (x - start, start)), None
    if best[0] < _GUTTER * scale:
        return None
    return int(low + best[1] + best[0] // 2)


def _runs_along(letters: Mask, scale: float) -> bool:
    """Whether print runs from left to right in the array: smeared that way its pieces grow together more."""
    reach = max(3, round(3.0 * scale)) | 1
    across = cv2.connectedComponents(cv2.dilate(letters, np.ones((1, reach), np.uint8)))[0]
    down = cv2.connectedComponents(cv2.dilate(letters, np.ones((reach, 1), np.uint8)))[0]
    return across < 0.8 * down


def _has_back(grey: Pixels, at: int, scale: float) -> bool:
    """Whether the gutter lies in the broad shadow of an open book's back; a fold in a sheet is but a thin line."""
    levels = np.percentile(grey, 80, axis=0)
    near, far = round(4 * scale), round(18 * scale)
    back = float(np.median(levels[at - near : at + near]))
    left, right = (
        float(np.median(levels[at - far - near : at - far])),
        float(np.median(levels[at + far : at + far + near])),
    )
    return min(left, right) - back > _SHADOW


def cards_on(small: _Small) -> list[Edges]:
    """Upright rectangles around the cards on a sheet, row by row; none where much print stands beside them."""
    if not (small.sides[0] >= _LEAST_SHEET[0] and small.sides[1] >= _LEAST_SHEET[1]):
        return []
    found: list[tuple[Any, Edges]] = []
    for mask in _outlines(small):
        contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        for contour in contours:
            rectangle = _card(contour, small.scale)
            if rectangle is not None and not any(_same(rectangle, other, small.scale) for other, _ in found):
                found.append((rectangle, _around(rectangle, small)))
    if not found or len(found) > _MOST_CARDS:
        return []
    beside = _ink(small.grey, small.scale)
    for _, (x0, y0, x1, y1) in found:
        beside[y0:y1, x0:x1] = 0
    if len(_print(beside, small.scale)[1]) > _BESIDES:
        return []
    return _row_by_row([box for _, box in found])


def _outlines(small: _Small) -> list[Mask]:
    """Masks whose contours may be cards: what has not the paper's colour, and closed edges."""
    channels = [small.grey] if small.pixels.ndim == 2 else list(cv2.split(small.pixels))
    smooth = [cv2.medianBlur(channel, 3) for channel in channels]
    unlike: Any = np.zeros(small.grey.shape, np.uint8)
    edges: Any = np.zeros(small.grey.shape, np.uint8)
    for channel in smooth:
        counts = np.bincount(channel.ravel(), minlength=256)[150:]
        paper = 150 + int(counts.argmax())
        unlike = cv2.bitwise_or(unlike, (cv2.absdiff(channel, np.full_like(channel, paper)) > 9).astype(np.uint8))
        edges = cv2.bitwise_or(edges, cv2.Canny(channel, 12, 36))
    gap = max(3, round(1.2 * small.scale)) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (gap, gap))
    return [
        np.asarray(cv2.morphologyEx(unlike, cv2.MORPH_OPEN, kernel), dtype=np.uint8),
        np.asarray(cv2.morphologyEx((edges > 0).astype(np.uint8), cv2.MORPH_CLOSE, kernel), dtype=np.uint8),
    ]


def _card(contour: Any, scale: float) -> Any | None:
    """The rectangle around a contour (as `cv2.minAreaRect` gives it) if it is a card's."""
    area = cv2.contourArea(contour)
    if area < 0.7 * _CARD[0] * _CARD[1] * scale * scale:
        return None
    rectangle = cv2.minAreaRect(contour)
    long, short = max(rectangle[1]) / scale, min(rectangle[1]) / scale
    fits = abs(long / _CARD[0] - 1) <= _FIT and abs(short / _CARD[1] - 1) <= _FIT
    return rectangle if fits and area >= _FILLED * rectangle[1][0] * rectangle[1][1] else None


def _same(one: Any, other: Any, scale: float) -> bool:
    return float(np.hypot(one[0][0] - other[0][0], one[0][1] - other[0][1])) < 15 * scale


def _around(rectangle: Any, small: _Small) -> Edges:
    corners = cv2.boxPoints(rectangle)
    room = _ROOM * small.scale
    height, width = small.pixels.shape[:2]
    x0, y0 = corners.min(axis=0) - room
    x1, y1 = corners.max(axis=0) + room
    return (
        max(0, round(float(x0))),
        max(0, round(float(y0))),
        min(width, round(float(x1))),
        min(height, round(float(y1))),
    )


def _row_by_row(boxes: list[Edges]) -> list[Edges]:
    """From top to bottom, in a row from left to right."""
    out: list[Edges] = []
    left = sorted(boxes, key=lambda box: box[1] + box[3])
    while left:
        middle = (left[0][1] + left[0][3]) / 2
        row = [box for box in left if box[1] < middle < box[3]]
        out += sorted(row)
        left = [box for box in left if box not in row]
    return out
