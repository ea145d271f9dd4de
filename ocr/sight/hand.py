"""Figures that stand out from the print around them: written by hand, stamped or typed in later.

The number and the day of an official letter are often entered after it was printed (NĐ 30/2020 Đ15: numbers are given at
registration). Such figures float off the line, are of another size or drawn by a thicker or thinner pen, which a line
reader does not mind: it reads them as surely as print, and more often wrongly.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np

from ocr.sight.blobs import Blobs, Flags, Numbers
from ocr.sight.lines import TextLine

Reals = np.ndarray[Any, np.dtype[np.float64]]

FLOATS = 0.14  # of the rise: how far feet of printed figures never stray from the baseline
ANOTHER_SIZE = 0.17  # of the rise
THICKER, THINNER = 1.2, 0.84  # pens, against the strokes of the line's print (print: 0.93 to 1.1)
_WITNESSES = 4  # pieces of print a line must have to be compared with
_TALL = 0.5  # of the rise: figures and letters, not marks

_FIGURES = re.compile(r"^(\W*(?:[^\W\d]{1,3}\W{0,2})?)(\d{1,6})(?=\D|$)")


@dataclass(frozen=True, slots=True)
class Unlike:
    """How the figures of a word differ from the print of their line, each 0 where they are alike.

    Attributes:
        foot: median distance of their feet from the baseline, in rises.
        size: median difference of their height from a capital's, in rises.
        pen: their median stroke against the line's; 1 is alike.
    """

    foot: float
    size: float
    pen: float

    @property
    def entered_later(self) -> bool:
        """Whether they are no part of the print."""
        return self.foot > FLOATS or self.size > ANOTHER_SIZE or not THINNER < self.pen < THICKER


def figures_of(text: str) -> tuple[int, int] | None:
    """How many letters stand before the leading figures of a word, and how many figures there are; None without any."""
    match = _FIGURES.match(text)
    return (sum(c.isalpha() for c in match[1]), len(match[2])) if match else None


class Pens:
    """Widths of the strokes of a line's pieces of ink, measured when first asked for."""

    def __init__(self, line: TextLine, blobs: Blobs) -> None:
        self._line, self._blobs = line, blobs

    @cached_property
    def _widths(self) -> Reals:
        """In pixels, for each member of the line in order."""
        blobs, members = self._blobs, self._line.members
        x0, x1 = int(blobs.x[members].min()), int((blobs.x[members] + blobs.w[members]).max())
        y0, y1 = int(blobs.y[members].min()), int((blobs.y[members] + blobs.h[members]).max())
        labels = np.pad(blobs.labels[y0:y1, x0:x1], 1)
        deep = cv2.distanceTransform((labels > 0).astype(np.uint8), cv2.DIST_L2, 5)  # pieces do not touch
        place = np.zeros(len(blobs) + 1, np.int32)
        place[members + 1] = np.arange(1, len(members) + 1)
        which = place[labels[labels > 0]]
        sums = np.bincount(which, deep[labels > 0], len(members) + 1)[1:]
        return np.asarray(4 * sums / np.maximum(np.bincount(which, minlength=len(members) + 1)[1:], 1))

    def usual(self, chosen: Flags | Numbers) -> float:
        """Median width of the strokes of some members, in pixels."""
        return float(np.median(self._widths[chosen]))


def unlike(text: str, line: TextLine, blobs: Blobs, inside: Flags, pens: Pens) -> Unlike | None:
    """Compare the leading figures of a word with its line.

    Args:
        inside: which members of the line are the word's ink.
        pens: of the line.

    Returns:
        None where there are no figures or too little print to compare with.
    """
    spot = figures_of(text)
    if spot is None:
        return None
    tall = blobs.h[line.members] >= _TALL * line.rise
    if not (inside & tall).any():
        return None
    mine = np.flatnonzero(inside & tall).astype(np.int32)
    mine = mine[np.argsort(blobs.x[line.members[mine]])][spot[0] : spot[0] + spot[1]]
    others = tall.copy()
    others[mine] = False
    if len(mine) == 0 or others.sum() < _WITNESSES:
        return None
    own = line.members[mine]
    middle = blobs.x[own] + blobs.w[own] / 2
    base = line.base + line.slope * (middle - line.x0)
    return Unlike(
        foot=float(np.median(np.abs(blobs.y[own] + blobs.h[own] - base)) / line.rise),
        size=float(np.median(np.abs(blobs.h[own] / line.rise - 1))),
        pen=pens.usual(mine) / max(pens.usual(others), 0.5),
    )
