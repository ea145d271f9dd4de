"""What the first look leaves out: red titles, blue stamps' words, faint print. Never guilloche, ornament or seals, if it can be told."""

import numpy as np

from ocr.sight.blobs import Blobs, Numbers
from ocr.sight.lines import Found, Reals, TextLine, find_lines
from ocr.sight.pixels import Pixels

_DARK = 165  # of an evened grey's 235: ink of any colour, no tint
_LEAST_INK = 2e-4  # of the page: less is a few specks
_LETTERS = 4  # fewer in a row are no line
_PERIODS = 4  # shapes an ornament may repeat
_LONG = 20  # shapes compared before a row is called an ornament
_SAME = 0.14  # of the usual size: shapes that differ by less are alike
_MOST_LINES = 24  # the longest ones; more are a pattern


def pale_ink(even: Pixels, found: Found) -> Pixels | None:
    """1 where there is ink outside the lines found already; None where there is hardly any.

    Args:
        even: grey in which coloured ink is dark.
        found: lines of the first look on the same mask.
    """
    ink = (even < _DARK).view(np.uint8)
    height = ink.shape[0]
    for line in found.lines:
        if len(line.members) < _LETTERS:
            continue  # may be the darker letters of a pale word
        top = min(line.base, line.baseline(line.x1)) - max(line.above, 1.2 * line.rise)
        bottom = max(line.base, line.baseline(line.x1)) + max(line.below, 0.3 * line.rise)
        margin = int(0.3 * line.rise) + 1
        ink[max(0, int(top)) : min(height, int(bottom) + 2), max(0, line.x0 - margin) : line.x1 + margin] = 0
    return ink if int(ink.sum()) > _LEAST_INK * ink.size else None


def pale_lines(blobs: Blobs) -> Found:
    """Lines that look like print by the sizes of their letters."""
    found = find_lines(blobs)
    likely = [
        (len(line.members), number)
        for number, line in enumerate(found.lines, 1)
        if len(line.members) >= _LETTERS and _is_print(blobs, line)
    ]
    kept = sorted(number for _, number in sorted(likely, reverse=True)[:_MOST_LINES])
    owner = np.minimum(found.owner, 0)
    for new, old in enumerate(kept, 1):
        owner[found.owner == old] = new
    return Found(tuple(found.lines[number - 1] for number in kept), owner)


def swallowed(line: TextLine, pale: Found) -> bool:
    """Whether a scrap of the first look lies in a line of the second."""
    middle = line.base - line.rise / 2
    return len(line.members) < _LETTERS and any(
        min(line.x1, other.x1) - max(line.x0, other.x0) > 0.5 * (line.x1 - line.x0)
        and other.baseline(line.x0) - other.rise < middle < other.baseline(line.x0)
        for other in pale.lines
    )


def _is_print(blobs: Blobs, line: TextLine) -> bool:
    letters: Numbers = line.members[blobs.h[line.members] >= 0.5 * line.rise]
    if len(letters) < _LETTERS or line.x1 - line.x0 < 2.5 * line.rise:
        return False
    letters = letters[np.argsort(blobs.x[letters])]
    widths, heights = blobs.w[letters], blobs.h[letters]
    middle = blobs.x[letters] + widths / 2
    feet = blobs.y[letters] + heights - (line.base + line.slope * (middle - line.x0))
    on_the_line = float(np.mean(np.abs(feet) < 0.25 * line.rise))
    return on_the_line > 0.6 and not _repeats(np.stack([widths, heights, np.gradient(middle)]).astype(float))


def _repeats(shapes: Reals) -> bool:
    """Whether a row of shapes (width, height, step) is an ornament: each like the one a few places before it."""
    usual = np.maximum(shapes.mean(axis=1, keepdims=True), 1.0)
    for period in range(1, _PERIODS + 1):
        if shapes.shape[1] - period >= _LONG:
            change = np.abs(shapes[:, period:] - shapes[:, :-period]) / usual
            if float(np.median(change.max(axis=0))) < _SAME:
                return True
    return False
