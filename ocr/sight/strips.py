"""Text lines cut out of the page as strips of the height a line reader wants, level, with what is not theirs painted over."""

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from ocr.sight.blobs import Blobs, Flags
from ocr.sight.lines import LEADER, NOBODY, Found, TextLine
from ocr.sight.pixels import Pixels, as_pixels

Affine = np.ndarray[Any, np.dtype[np.float64]]
"""2 × 3, from continuous coordinates of the mask to those of the page image."""

HEIGHT = 36  # pixels; what Tesseract's line network takes, so that it scales nothing itself
_ABOVE = 1.0
_BELOW = 0.35  # of the rise: room for descenders whether there are any or not, as in training
_MARGIN = 0.2  # of the rise: white above and below
_SIDES = 0.1  # of the rise: white left and right
_SMALLER = 0.865
_LARGE = 3.8  # rises: a blob of nobody's larger than this is drawing, seal or signature


@dataclass(frozen=True, slots=True)
class Strip:
    """One line ready for a line reader.

    Attributes:
        pixels: `HEIGHT` × width, grey.
        left: x of its left edge on the mask; `scale`: its pixels for each pixel of the mask.
        line: the line; `blobs`: the ink it was found in.
        pale: it was found at the second look only.
    """

    pixels: Pixels
    left: float
    scale: float
    line: TextLine
    blobs: Blobs
    pale: bool = False

    def on_mask(self, x: float) -> float:
        """X on the mask of an x on the strip."""
        return self.left + x / self.scale

    def smaller(self) -> "Strip":
        """The same line in smaller letters with more white around: a second chance for a line that reads badly."""
        height = round(HEIGHT * _SMALLER)
        width = max(8, round(self.pixels.shape[1] * _SMALLER))
        above = (HEIGHT - height) // 2
        small = cv2.resize(self.pixels, (width, height), interpolation=cv2.INTER_AREA)
        small = cv2.copyMakeBorder(small, above, HEIGHT - height - above, 0, 0, cv2.BORDER_REPLICATE)
        return replace(self, pixels=as_pixels(small), scale=self.scale * _SMALLER)

    def x_on(self, other: "Strip", x: float) -> float:
        """An x of this strip on another strip of the same line."""
        return (self.on_mask(x) - other.left) * other.scale

    def flipped(self) -> "Strip":
        """As it would stand with the page on its head."""
        return replace(self, pixels=as_pixels(self.pixels[::-1, ::-1]))


class Cutter:
    """Cuts strips for the lines of one page out of its grey image."""

    def __init__(self, grey: Pixels, blobs: Blobs, found: Found, to_page: Affine, *, pale: bool = False) -> None:
        self._grey = grey
        self._blobs = blobs
        self._found = found
        self._to_page = to_page
        self._pale = pale
        self._zoom = float(np.hypot(to_page[0, 0], to_page[1, 0]))  # page pixels for each mask pixel
        self._extent = np.maximum(blobs.w, blobs.h)

    def cut(self, number: int) -> Strip:
        """The strip of the line with this 1-based number."""
        line = self._found.lines[number - 1]
        up = max(line.above, _ABOVE * line.rise) + _MARGIN * line.rise
        down = max(line.below, _BELOW * line.rise) + _MARGIN * line.rise
        scale = HEIGHT / (up + down)
        left = line.x0 - _SIDES * line.rise
        width = max(HEIGHT // 2, round((line.x1 - line.x0 + 2 * _SIDES * line.rise) * scale))
        fine = max(1, round(self._zoom / scale))  # taken at about the page's own resolution, then averaged
        to_mask = np.array(
            [
                [1 / (scale * fine), 0.0, left],
                [line.slope / (scale * fine), 1 / (scale * fine), line.baseline(left) - up],
            ]
        )
        size = (width * fine, HEIGHT * fine)
        strip = _taken(self._grey, _after(self._to_page, to_mask), size, cv2.INTER_LINEAR)
        foreign = self._foreign(number, line, to_mask, size)
        if foreign is not None:
            strip[foreign > 0] = np.percentile(strip[::3, ::7], 75)
        if fine > 1:
            strip = as_pixels(cv2.resize(strip, (width, HEIGHT), interpolation=cv2.INTER_AREA))
        return Strip(strip, left, scale, line, self._blobs, self._pale)

    def _foreign(self, number: int, line: TextLine, to_mask: Affine, size: tuple[int, int]) -> Pixels | None:
        """Mask of the strip: what belongs to other lines, to leaders, rules, seals or drawings."""
        blobs = self._blobs
        (height, width), reach = blobs.shape, int(3 * line.rise)
        x0, x1 = max(0, line.x0 - reach), min(width, line.x1 + reach)
        y0 = max(0, int(min(line.base, line.baseline(line.x1)) - max(line.above, line.rise)) - reach)
        y1 = min(height, int(max(line.base, line.baseline(line.x1)) + line.below) + reach)
        owner = self._found.owner
        strange: Flags = (owner != number) & (
            (owner > NOBODY) | (owner == LEADER) | (self._extent > _LARGE * line.rise)
        )
        table = np.concatenate(([False], strange)).view(np.uint8)
        labels = blobs.labels[y0:y1, x0:x1]
        mask = table[labels] | blobs.across[y0:y1, x0:x1] | blobs.down[y0:y1, x0:x1]
        if not mask.any():
            return None
        mask = as_pixels(cv2.dilate(mask, np.ones((3, 3), np.uint8)))
        mask[(labels > 0) & (table[labels] == 0)] = 0
        shifted = to_mask.copy()
        shifted[:, 2] -= (x0, y0)
        return _taken(mask, shifted, size, cv2.INTER_NEAREST, outside=0)


def _after(second: Affine, first: Affine) -> Affine:
    """One affine map after another."""
    out = second[:, :2] @ first
    out[:, 2] += second[:, 2]
    return np.asarray(out)


def _taken(image: Pixels, to_image: Affine, size: tuple[int, int], how: int, outside: int | None = None) -> Pixels:
    """The pixels of `image` under a map from continuous coordinates of the result (pixel centres lie at ½)."""
    to_pixel = to_image.copy()
    to_pixel[:, 2] += to_image[:, :2] @ np.array([0.5, 0.5]) - 0.5
    border = cv2.BORDER_REPLICATE if outside is None else cv2.BORDER_CONSTANT
    return as_pixels(
        cv2.warpAffine(
            image, to_pixel, size, flags=how | cv2.WARP_INVERSE_MAP, borderMode=border, borderValue=outside or 0
        )
    )
