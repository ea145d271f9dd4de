"""Connected pieces of ink with their boxes, and the ruled lines that were taken out before."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from ocr.sight.pixels import Pixels, as_pixels

Numbers = np.ndarray[Any, np.dtype[np.int32]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

_BY_INK = 1.25  # height by ink against the median of print (1.0 to 1.45 on real scans and generated papers)
_SCRAPS = 1.7
_WORD = 2.2  # wider than so many heights is no letter
_RULE = 0.036  # of the long side: a straight run of ink this long is a ruled line (A4: 10 mm)


@dataclass(frozen=True, slots=True)
class Blobs:
    """Pieces of ink numbered from 0; `labels` holds number + 1 for each pixel, 0 for paper.

    Attributes:
        x, y, w, h: boxes in pixels.
        area: pixels of ink.
        across, down: masks of horizontal and vertical rules, which are in no blob.
    """

    x: Numbers
    y: Numbers
    w: Numbers
    h: Numbers
    area: Numbers
    labels: Numbers
    across: Pixels
    down: Pixels

    def __len__(self) -> int:
        return len(self.x)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the image."""
        return self.labels.shape[0], self.labels.shape[1]

    @property
    def letter_like(self) -> Flags:
        """Pieces that could be a letter by size and shape, whatever the size of the print."""
        dense = self.area > 0.06 * self.w * self.h
        return (
            (self.h >= 4) & (self.h <= 0.08 * max(self.shape)) & (self.w <= 5 * self.h) & (self.h <= 9 * self.w) & dense
        )

    @property
    def letters(self) -> int:
        """How many pieces could be letters."""
        return int((self.letter_like & (self.h >= 5)).sum())

    @property
    def run_together(self) -> float:
        """0…1: share of the ink that is in pieces as tall as print and much wider: letters of blurred words grown together."""
        wide = (self.w > _WORD * self.h) & (self.h >= 5) & (self.h <= 0.08 * max(self.shape))
        return float(self.area[wide].sum() / max(1, self.area.sum()))

    @property
    def body(self) -> float:
        """Median height of what could be letters; 0 where there are too few.

        Scraps of guilloche may outnumber the letters of a certificate, but hold little ink: where the piece that half of
        the ink is smaller than is much taller than the median, the letters are of its size.
        """
        kept = self.letter_like & (self.h >= 5)
        heights = self.h[kept]
        if len(heights) < 5:
            return 0.0
        order = np.argsort(heights)
        filled = np.cumsum(self.area[kept][order])
        median, by_ink = float(np.median(heights)), float(heights[order][np.searchsorted(filled, filled[-1] / 2)])
        return by_ink / _BY_INK if by_ink > _SCRAPS * median else median


def blobs_of(mask: Pixels) -> Blobs:
    """Pieces of an ink mask (1 = ink) with its rules taken out."""
    length = max(24, int(_RULE * max(mask.shape)))
    across = as_pixels(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, length), np.uint8)))
    down = as_pixels(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8)))
    rules = cv2.dilate(across | down, np.ones((3, 3), np.uint8))
    ink = as_pixels(mask & ~as_pixels(rules) & 1)
    count, labels = cv2.connectedComponents(ink, connectivity=8, ltype=cv2.CV_32S)
    numbers: Numbers = np.asarray(labels, dtype=np.int32)
    return Blobs(*_boxes(ink, numbers, count), numbers, across, down)


def _boxes(ink: Pixels, labels: Numbers, count: int) -> tuple[Numbers, Numbers, Numbers, Numbers, Numbers]:
    """x, y, width, height and area of each piece, from its pixels alone: a page is paper mostly, which OpenCV's own
    statistics would count as well.
    """
    spots = cv2.findNonZero(ink)
    x, y = (np.zeros((0, 2), np.int32) if spots is None else spots.reshape(-1, 2)).T
    which = labels[y, x]
    left, right = np.full(count, ink.shape[1], np.int32), np.zeros(count, np.int32)
    np.minimum.at(left, which, x)
    np.maximum.at(right, which, x)
    top, bottom = np.zeros(count, np.int32), np.zeros(count, np.int32)
    top[which[::-1]] = y[::-1]  # pixels come row by row, and the last one written stays
    bottom[which] = y
    area = np.bincount(which, minlength=count).astype(np.int32)
    return left[1:], top[1:], (right - left + 1)[1:], (bottom - top + 1)[1:], area[1:]
