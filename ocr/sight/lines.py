"""Text lines on an upright, level ink mask: blobs of like height in a row, with the marks that belong to them.

Each letter is drawn as a bar through its middle, lengthened to the right by the widest gap between words; bars that
touch are a line. Bars leave out what hangs above and below, so that the stacked accents of Vietnamese do not tie
neighbouring lines together; vertical rules cut bars, so that cells of a table stay apart.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from ocr.sight.blobs import Blobs, Flags, Numbers
from ocr.sight.pixels import Pixels

Reals = np.ndarray[Any, np.dtype[np.float64]]

_GAP = 1.5  # widest gap between words of a line, in heights of letters
_SMALLEST, _LARGEST = 0.5, 2.2  # heights taken together in one pass, in medians
_TALLER, _LOWER = 1.6 * _LARGEST, 0.8 * _SMALLEST  # sizes of the other two passes, in medians
_BY_RISE = 1.25  # height of a capital against the median of print
_SHARED = 3.8  # a blob up to this tall may be two lines grown together; a taller one is drawing, seal or signature
_FEW = 12  # single letters and pairs that may stand alone on a page
NOBODY, LEADER = 0, -1


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of print in pixels of the mask it was found on.

    Attributes:
        members: numbers of its blobs, marks included.
        x0, x1: where its ink begins and ends.
        base: y of the baseline at `x0`; `slope`: how much y grows for each pixel to the right.
        rise: height of a capital above the baseline.
        above, below: how far its ink reaches above and below the baseline.
    """

    members: Numbers
    x0: int
    x1: int
    base: float
    slope: float
    rise: float
    above: float
    below: float

    def baseline(self, x: float) -> float:
        return self.base + self.slope * (x - self.x0)


@dataclass(frozen=True, slots=True)
class Found:
    """The lines of a page, and for each blob the 1-based number of its line, `NOBODY` or `LEADER`."""

    lines: tuple[TextLine, ...]
    owner: Numbers


def find_lines(blobs: Blobs, beside: Sequence[TextLine] = ()) -> Found:
    """Lines of print of any size on one page, in no order.

    Args:
        beside: lines found on the same mask before; single letters and pairs level with them are text, and where there is
            too little ink to tell the size of print by, it is theirs.
    """
    body = blobs.body
    if not body and beside:
        body = float(np.median([line.rise for line in beside])) / _BY_RISE
    owner = np.zeros(len(blobs), np.int32)
    lines: list[TextLine] = []
    if not body:
        return Found((), owner)
    owner[_leaders(blobs, body)] = LEADER
    marked = 0
    for size in (body, body * _TALLER, body * _LOWER):
        if size < body:  # accents of the larger print are not small print
            _give_marks(blobs, lines, 0, owner)
            marked = len(lines)
        free = (owner == NOBODY) & blobs.letter_like & (blobs.h >= _SMALLEST * size) & (blobs.h <= _LARGEST * size)
        least = 1 if size == body else 3
        for letters, dashes in _rows(blobs, free, _flat(blobs, size) & (owner == NOBODY), size):
            if size == body and _straddles(blobs, letters, size):
                continue  # a title on the border of two sizes: whole in a later pass
            if len(letters) >= least:
                lines.append(_fitted(blobs, letters))
                owner[letters] = len(lines)
                owner[dashes] = len(lines)
    _give_marks(blobs, lines, marked, owner)
    return _settled(blobs, lines, owner, beside)


def _straddles(blobs: Blobs, letters: Numbers, size: float) -> bool:
    """Whether a row of letters at an end of what a pass takes stands among others just beyond it, and the pass for those takes all."""
    heights = blobs.h[letters]
    usual = float(np.median(heights))
    if heights.min() >= _SMALLEST * size * _TALLER:
        beyond = (blobs.h > _LARGEST * size) & (blobs.h < 1.35 * usual)
    elif heights.max() <= _LARGEST * size * _LOWER:
        beyond = (blobs.h < _SMALLEST * size) & (blobs.h > 0.7 * usual)
    else:
        return False
    others = np.flatnonzero(blobs.letter_like & beyond)
    if not len(others):
        return False
    foot = float(np.median(blobs.y[letters] + heights))
    level = np.abs(blobs.y[others] + blobs.h[others] - foot) < 0.3 * usual
    left, right = int(blobs.x[letters].min()), int((blobs.x[letters] + blobs.w[letters]).max())
    near = (blobs.x[others] < right + usual) & (blobs.x[others] + blobs.w[others] > left - usual)
    return bool((level & near).any())


def _settled(blobs: Blobs, lines: list[TextLine], owner: Numbers, beside: Sequence[TextLine]) -> Found:
    """Lines with all that is theirs. A small group inside another line's band (commas, accents) joins that line."""
    for number, line in enumerate(lines, 1):
        host = _host(line, number, lines) if len(line.members) <= 4 else 0
        if host:
            owner[owner == number] = host
    for number in _strays(lines, owner, beside):
        owner[owner == number] = NOBODY
    order = np.argsort(owner, kind="stable")
    starts = np.searchsorted(owner[order], np.arange(1, len(lines) + 2))
    grown, number = [], 0
    settled = np.minimum(owner, 0)
    for line, start, end in zip(lines, starts, starts[1:], strict=False):
        if end > start:
            members = order[start:end].astype(np.int32)
            number += 1
            settled[members] = number
            grown.append(_grown(blobs, line, members))
    return Found(tuple(grown), settled)


def _strays(lines: list[TextLine], owner: Numbers, beside: Sequence[TextLine]) -> list[int]:
    """Single pieces and pairs that stand in no row with longer lines, where there are too many of them to be text."""
    alive = set(np.unique(owner).tolist())
    small = [number for number, line in enumerate(lines, 1) if len(line.members) <= 2 and number in alive]
    if len(small) <= _FEW:
        return []
    long = [line for line in (*lines, *beside) if len(line.members) > 2]
    middles = np.array([(line.baseline((line.x0 + line.x1) / 2) - line.rise / 2) for line in long])
    rises = np.array([line.rise for line in long])
    out = []
    for number in small:
        line = lines[number - 1]
        middle = line.base - line.rise / 2
        level = (np.abs(middles - middle) < 0.35 * rises) & (line.rise > 0.5 * rises) & (line.rise < 1.6 * rises)
        if not level.any():
            out.append(number)
    return out


def _host(line: TextLine, number: int, lines: list[TextLine]) -> int:
    """Number of a longer line in whose band the line lies, or 0."""
    for other_number, other in enumerate(lines, 1):
        if other_number == number or len(other.members) <= 2 * len(line.members):
            continue
        if line.x0 >= other.x0 - other.rise / 2 and line.x1 <= other.x1 + other.rise / 2:
            lift = (other.baseline(line.x0) - line.base) / other.rise  # of its foot above the other's baseline
            if -0.4 < lift < 0.2 and line.rise < 0.6 * other.rise:  # commas, dots below
                return other_number
            if 0.6 < lift < 1.4 and line.rise < 0.7 * other.rise:  # accents
                return other_number
    return 0


def _flat(blobs: Blobs, size: float) -> Flags:
    """Dashes and hyphens: too low for a letter, yet they tie a line together."""
    flat = (blobs.h < 0.4 * size) & (blobs.w >= 0.2 * size) & (blobs.w <= 2.5 * size) & (blobs.w >= 1.5 * blobs.h)
    return np.asarray(flat)


def _rows(blobs: Blobs, letters: Flags, dashes: Flags, size: float) -> Iterator[tuple[Numbers, Numbers]]:
    """Letters whose bars touch, and the dashes between them; a group that holds two lines after all is cut."""
    bars = np.zeros(blobs.shape, np.uint8)
    gap = int(_GAP * size)
    which = np.flatnonzero(letters | dashes).astype(np.int32)
    inset = np.where(letters, blobs.h // 4, -1)
    for i in which.tolist():
        x, y, w, h, cut = int(blobs.x[i]), int(blobs.y[i]), int(blobs.w[i]), int(blobs.h[i]), int(inset[i])
        cv2.rectangle(bars, (x, y + cut), (x + w + gap, y + h - 1 - cut), 1, -1)
    bars[cv2.dilate(blobs.down, np.ones((1, 3), np.uint8)) > 0] = 0
    _, groups = cv2.connectedComponents(bars, connectivity=4, ltype=cv2.CV_32S)
    mine = groups[blobs.y[which] + blobs.h[which] // 2, blobs.x[which] + blobs.w[which] // 2]
    order = np.argsort(mine, kind="stable")
    cuts = np.flatnonzero(np.diff(mine[order])) + 1
    for members in np.split(which[order], cuts):
        is_letter = letters[members]
        between = members[~is_letter]
        if not is_letter.any():
            continue
        for line in _one_line_each(blobs, members[is_letter]):
            yield line, between
            between = between[:0]


def _one_line_each(blobs: Blobs, members: Numbers) -> Iterable[Numbers]:
    middle = blobs.y[members] + blobs.h[members] / 2
    size = float(np.median(blobs.h[members]))
    if len(members) < 4 or np.ptp(middle) < 1.6 * size:
        return [members]
    x = blobs.x[members].astype(float)
    level = middle - _slope(x, middle) * x if np.ptp(x) > 10 * size else middle
    order = np.argsort(level)
    gaps = np.diff(level[order])
    widest = int(np.argmax(gaps))
    if gaps[widest] < 0.45 * size:
        return [members]
    upper, lower = members[order[: widest + 1]], members[order[widest + 1 :]]
    return [*_one_line_each(blobs, np.sort(upper)), *_one_line_each(blobs, np.sort(lower))]


def _fitted(blobs: Blobs, members: Numbers) -> TextLine:
    """Baseline through the feet of letters, without those that hang below it."""
    x = blobs.x[members] + blobs.w[members] / 2
    head = blobs.y[members].astype(float)
    tall = blobs.h[members].astype(float)
    feet = head + tall
    size = _share(tall, 0.5)
    slope = 0.0
    if len(members) >= 6 and np.ptp(x) > 6 * size:
        slope = _tilt(x, head + tall / 2)
        for reach in (0.5, 0.25):
            left = feet - slope * x
            near = np.abs(left - _share(left, 0.5)) <= reach * size
            if near.sum() >= 5 and np.ptp(x[near]) >= 0.5 * np.ptp(x):
                slope = _slope(x[near], feet[near])
        slope = min(max(slope, -0.1), 0.1)
    base = _share(feet - slope * x, 0.5)
    reach_up = base + slope * x - head
    rise = max(_share(reach_up, 0.8), 1.1 * _share(reach_up, 0.5), 0.5 * size)
    x0 = int(blobs.x[members].min())
    x1 = int((blobs.x[members] + blobs.w[members]).max())
    return TextLine(members, x0, x1, base + slope * x0, slope, rise, rise, 0.0)


def _share(values: Reals, share: float) -> float:
    """The value that `share` of the values do not exceed."""
    return float(np.sort(values)[min(int(share * len(values)), len(values) - 1)])


def _slope(x: Reals, y: Reals) -> float:
    """Slope of the line of least squares."""
    run = x - x.mean()
    return float(run @ (y - y.mean()) / max(float(run @ run), 1e-9))


def _tilt(x: Reals, y: Reals) -> float:
    """Median height of the left third against the right third: no single blob can tilt it."""
    left, right = x <= _share(x, 0.33), x >= _share(x, 0.67)
    run = _share(x[right], 0.5) - _share(x[left], 0.5)
    return (_share(y[right], 0.5) - _share(y[left], 0.5)) / run if run > 0 else 0.0


def _give_marks(blobs: Blobs, lines: list[TextLine], start: int, owner: Numbers) -> None:
    """Accents, dots, commas and dashes go to the line whose letters they are nearest to."""
    free = owner == NOBODY
    nearest = np.full(len(blobs), np.inf)
    taker = np.zeros(len(blobs), np.int32)
    top, bottom = blobs.y.astype(float), (blobs.y + blobs.h).astype(float)
    middle = blobs.x + blobs.w / 2
    for number, line in enumerate(lines[start:], start + 1):
        base = line.base + line.slope * (middle - line.x0)
        fits = free & (middle > line.x0 - 0.7 * line.rise) & (middle < line.x1 + 0.7 * line.rise)
        fits &= (blobs.h <= 1.3 * line.rise) & (blobs.w <= 2.5 * line.rise)
        away = np.maximum(np.maximum(base - line.rise - bottom, top - base), 0.0)
        fits &= away <= np.where(top > base - line.rise / 2, 0.45, 0.6) * line.rise
        better = fits & (away < nearest)
        nearest[better] = away[better]
        taker[better] = number
    owner[taker > 0] = taker[taker > 0]


def _grown(blobs: Blobs, line: TextLine, members: Numbers) -> TextLine:
    """The line with its marks: where its ink begins and ends on all sides."""
    left, right, top = blobs.x[members], blobs.x[members] + blobs.w[members], blobs.y[members]
    base = line.base + line.slope * ((left + right) / 2 - line.x0)
    x0 = int(left.min())
    return replace(
        line,
        members=members,
        x0=x0,
        x1=int(right.max()),
        base=line.baseline(x0),
        above=float((base - top).max()),
        below=max(float((top + blobs.h[members] - base).max()), 0.0),
    )


def _leaders(blobs: Blobs, body: float) -> Numbers:
    """Dots and short dashes in a straight, even row: to be filled in by hand, not to be read."""
    small = (blobs.w <= 0.4 * body) & (blobs.h <= 0.3 * body) & (blobs.area >= 1)
    which = np.flatnonzero(small).astype(np.int32)
    if len(which) < 8:
        return np.zeros(0, np.int32)
    bars: Pixels = np.zeros(blobs.shape, np.uint8)
    for i in which.tolist():
        x, y, w, h = int(blobs.x[i]), int(blobs.y[i]), int(blobs.w[i]), int(blobs.h[i])
        cv2.rectangle(bars, (x, y), (x + w + int(0.8 * body), y + h), 1, -1)
    _, groups = cv2.connectedComponents(bars, connectivity=8, ltype=cv2.CV_32S)
    mine = groups[blobs.y[which], blobs.x[which]]
    order = np.lexsort((blobs.x[which], mine))
    cuts = np.flatnonzero(np.diff(mine[order])) + 1
    kept = [dots for dots in np.split(which[order], cuts) if _even_row(blobs, dots, body)]
    return np.concatenate(kept).astype(np.int32) if kept else np.zeros(0, np.int32)


def _even_row(blobs: Blobs, dots: Numbers, body: float) -> bool:
    if len(dots) < 8:
        return False
    x = blobs.x[dots].astype(float)
    y = blobs.y[dots] + blobs.h[dots] / 2
    steps = np.diff(x)
    straight = np.abs(y - y.mean() - _slope(x, y) * (x - x.mean())) <= 0.12 * body
    even = np.abs(steps - np.median(steps)) <= 0.35 * np.median(steps) + 1
    return bool(straight.mean() > 0.8 and even.mean() > 0.6)
