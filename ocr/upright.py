"""How a page lies: pieces of ink come in; its quarter turn, skew and whether it stands on its head go out.

Latin letters stand closer to their neighbours in the line than to those of other lines, so that the direction to the
nearest neighbour tells rows from columns. Vietnamese carries most of its marks above the letters, so that a page where
they hang below stands on its head.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from ocr.sight.blobs import Blobs, Flags
from ocr.sight.lines import Found
from ocr.sight.pixels import Pixels, as_pixels

Reals = np.ndarray[Any, np.dtype[np.float64]]

MOST_SKEW = 17.0  # degrees: 15 of the paper and what its own lines add; beyond, it was laid down carelessly enough to be scanned again
MOST_OF_CARD = 44.0  # degrees: cards are thrown on the glass as they come; nearer to 45 their other sides would do
_ASKED = 500  # letters asked for their neighbour
_ENOUGH = 12  # letters that make an opinion


@dataclass(frozen=True, slots=True)
class Lean:
    """How rows of letters run.

    Attributes:
        sideways: they run up or down the image.
        certainty: 0…1, of `sideways`; 0 when there is too little to tell.
    """

    sideways: bool
    certainty: float


def lean_of(blobs: Blobs) -> Lean:
    """Whether text runs across or along the image, by the nearest neighbours of its letters."""
    letters = np.flatnonzero(_letters(blobs))
    if len(letters) < _ENOUGH:
        return Lean(sideways=False, certainty=0.0)
    x = (blobs.x + blobs.w / 2)[letters].astype(np.float32)
    y = (blobs.y + blobs.h / 2)[letters].astype(np.float32)
    asked = np.linspace(0, len(letters) - 1, min(_ASKED, len(letters))).astype(int)
    dx, dy = x[None, :] - x[asked, None], y[None, :] - y[asked, None]
    far = dx * dx + dy * dy
    far[np.arange(len(asked)), asked] = np.inf
    nearest = np.argmin(far, axis=1)
    rows = np.arange(len(asked))
    across, along = np.abs(dx[rows, nearest]), np.abs(dy[rows, nearest])
    level, upright = int((across > 1.7 * along).sum()), int((along > 1.7 * across).sum())
    certainty = abs(level - upright) / max(level + upright, 1)
    return Lean(sideways=upright > level, certainty=float(certainty))


def _letters(blobs: Blobs) -> Flags:
    """Letters whichever way up: neither specks and accents nor drawing."""
    size = np.maximum(blobs.w, blobs.h)
    could = (size >= 5) & (size <= 0.06 * max(blobs.shape)) & (size <= 6 * np.minimum(blobs.w, blobs.h))
    if not could.any():
        return np.asarray(could)
    usual = float(np.median(size[could]))
    return np.asarray(could & (size >= 0.6 * usual) & (size <= 3 * usual))


def skew_of(blobs: Blobs, *, most: float = MOST_SKEW) -> float:
    """Degrees by which lines of letters climb to the right, within ±`most`; 0.0 when there is too little to tell.

    The right angle is the one at which the feet of letters fall into the fewest rows.
    """
    letters = np.flatnonzero(_letters(blobs))
    if len(letters) < _ENOUGH:
        return 0.0
    x = blobs.x[letters] + blobs.w[letters] / 2
    feet = (blobs.y[letters] + blobs.h[letters]).astype(float)
    row = max(2.0, float(np.median(blobs.h[letters])) / 3)
    best = 0.0
    for reach, step, bin_height in ((most, 0.5, row), (0.6, 0.1, row / 2), (0.1, 0.02, row / 2)):
        angles = np.arange(best - reach, best + reach + step / 2, step)
        best = float(angles[np.argmax([_crowding(x, feet, angle, bin_height) for angle in angles])])
    # A handful of letters crowds at any angle: believe a slant only if it is much clearer than none.
    clearer = _crowding(x, feet, best, row / 2) > 1.05 * _crowding(x, feet, 0.0, row / 2)
    return round(best, 2) if clearer and abs(best) <= most else 0.0


def _crowding(x: Reals, y: Reals, angle: float, bin_height: float) -> float:
    level = y + x * np.tan(np.radians(angle))
    counts = np.bincount(((level - level.min()) / bin_height).astype(int)).astype(float)
    pairs = counts[:-1] + counts[1:] if len(counts) > 1 else counts  # rows on a bin's border count whole
    return float((pairs * pairs).sum())


def on_its_head(blobs: Blobs, found: Found) -> float:
    """-1…1: how much more marks hang below the lines than stand above them; 0.0 where there are too few to tell.

    Counted are small separate pieces clear of the letters' middle: accents, hooks and breves above; dots below.
    """
    above = below = 0
    for line in found.lines:
        if len(line.members) < 8:
            continue
        letters = blobs.h[line.members]
        size = (
            float(np.median(letters[letters >= 0.4 * line.rise])) if (letters >= 0.4 * line.rise).any() else line.rise
        )
        small = (letters < 0.6 * size) & (blobs.area[line.members] >= 4)
        middle = blobs.x[line.members] + blobs.w[line.members] / 2
        base = line.base + line.slope * (middle - line.x0)
        top, bottom = blobs.y[line.members], blobs.y[line.members] + blobs.h[line.members]
        above += int((small & (bottom < base - 0.75 * size)).sum())
        below += int((small & (top > base - 0.25 * size)).sum())
    return (below - above) / (below + above) if below + above >= _ENOUGH else 0.0


def levelled(grey: Pixels, skew: float, *, blank: int = 255) -> tuple[Pixels, "np.ndarray[Any, np.dtype[np.float64]]"]:
    """Turned so that its lines run level, on a canvas that holds all of it, and the way back: a 2 × 3 map from
    continuous coordinates of the result to those of `grey`.
    """
    height, width = grey.shape[:2]
    angle = np.radians(skew)
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    new_width, new_height = int(width * cos + height * abs(sin)) + 1, int(height * cos + width * abs(sin)) + 1
    # A line that climbs runs along (cos, -sin) in the image.
    back = np.array([[cos, sin, 0.0], [-sin, cos, 0.0]])
    back[:, 2] = np.array([width / 2, height / 2]) - back[:, :2] @ np.array([new_width / 2, new_height / 2])
    pixel = back.copy()
    pixel[:, 2] += back[:, :2] @ np.array([0.5, 0.5]) - 0.5
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    out = cv2.warpAffine(
        grey, pixel, (new_width, new_height), flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=blank
    )
    return as_pixels(out), back
