"""A QR code too blurred, small or struck through for a decoder to find its squares: its grid is fitted instead.

Much of a code is known before it is read: the three squares in its corners, the lines of dots between them, the marks
within (ISO/IEC 18004, 6.3). The grid whose known squares agree best with the picture, deblurred, is the code's; each of its
squares is then looked at in its middle, and the decoder is given a clean drawing. Its error correction says whether it is one.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import cv2
import numpy as np

from ocr.sight.pixels import Pixels, as_pixels

Reals = np.ndarray[Any, np.dtype[np.float32]]

_LEAST, _MOST = 21, 69  # squares across, versions 1 to 13: what cards and papers carry
_COARSEST = 2.0  # pixels of a square, less are hopeless
_BLURS = (1.6, 1.0)  # pixels, undone one after the other
_NOISE = 0.05  # against the picture, where blur is undone
_TRIED = 6  # numbers of squares and turns that agree best at first
_FITS, _PERFECT = 0.5, 0.9  # agreement of a grid worth reading; and one that needs no rival
_NOT_AT_ALL = 0.3  # what is found in any picture
_FINEST = 0.05  # of a square: how closely corners are fitted
_OFF = (0, -15, 15)  # greys beside the middle one that part black from white
_SQUARE = 1.3  # times as long as wide: seals and pictures are seldom squares
_JOINED, _OPENED = (
    11,
    0.3,
)  # pixels; share of the side: what finds the square among its own dots and drops lines across it


def drawn_clean(patch: Pixels) -> Iterator[Pixels]:
    """Clean drawings of the code in a patch, likeliest first; none where no grid agrees.

    Args:
        patch: grey, with one code and some paper around it.
    """
    square = _square_in(patch)
    if square is None:
        return
    for blur in _BLURS:
        sharp = _deblurred(patch, blur)
        agreed, count, corners = _fitted(sharp, square)
        if agreed < _FITS:
            if agreed < _NOT_AT_ALL:
                return
            continue
        known = _known(count)
        seen = as_pixels(cv2.normalize(_middles(sharp, corners, count), None, 0, 255, cv2.NORM_MINMAX))  # type: ignore[call-overload]
        level, _ = cv2.threshold(seen, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        for off in _OFF:
            dots = np.where(seen > level + off, 255, 0).astype(np.uint8)
            dots[known < 0], dots[known > 0] = 0, 255
            whole = np.pad(dots, 4, constant_values=255)
            yield as_pixels(cv2.resize(whole, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST))


def _square_in(patch: Pixels) -> Reals | None:
    """Corners of the square of dots in a patch, in order around it."""
    _, ink = cv2.threshold(patch, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((_JOINED, _JOINED), np.uint8))
    size = int(_OPENED * min(patch.shape) / 1.3) | 1
    around = cv2.copyMakeBorder(joined, size, size, size, size, cv2.BORDER_CONSTANT, value=0)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    solid = cv2.morphologyEx(around, cv2.MORPH_OPEN, disc)[size:-size, size:-size]
    outlines, _ = cv2.findContours(np.ascontiguousarray(solid), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    rectangle = cv2.minAreaRect(max(outlines, key=cv2.contourArea))
    (long, short) = max(rectangle[1]), min(rectangle[1])
    return np.asarray(cv2.boxPoints(rectangle), dtype=np.float32) if long < _SQUARE * short else None


def _deblurred(patch: Pixels, blur: float) -> Reals:
    """A Gaussian blur of so many pixels undone as far as the noise allows (Wiener)."""
    height, width = patch.shape
    mean = float(patch.mean())
    down, across = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]
    passed = np.exp(-2 * (np.pi * blur) ** 2 * (across**2 + down**2))
    undone = np.fft.rfft2(patch - mean) * passed / (passed * passed + _NOISE)
    return np.asarray(np.fft.irfft2(undone, s=(height, width)) + mean, dtype=np.float32)


def _fitted(sharp: Reals, square: Reals) -> tuple[float, int, Reals]:
    """How well (-1…1) the best grid agrees, its number of squares, and its corners, the upper left one first."""
    side = float(np.linalg.norm(square[1] - square[0]))
    soft = np.asarray(cv2.GaussianBlur(sharp, (0, 0), 0.6), dtype=np.float32)
    counts = [count for count in range(_LEAST, _MOST + 1, 4) if side / count >= _COARSEST]
    rough = sorted(
        (
            (_agreement(soft, np.roll(square, turn, axis=0), count), count, turn)
            for count in counts
            for turn in range(4)
        ),
        reverse=True,
    )
    best = (0.0, _LEAST, square)
    for agreed, count, turn in rough[:_TRIED]:
        best = max(best, _climbed(sharp, np.roll(square, turn, axis=0), count, agreed), key=lambda each: each[0])
        if best[0] > _PERFECT:
            break
    return best


def _climbed(sharp: Reals, corners: Reals, count: int, agreed: float) -> tuple[float, int, Reals]:
    """Corners moved, one by one and all together, as long as the grid agrees better for it."""
    side = float(np.linalg.norm(corners[1] - corners[0]))
    agreed, step = _agreement(sharp, corners, count), side / count
    while step > _FINEST * side / count:
        better = False
        for moved in _moves(corners, step, side):
            now = _agreement(sharp, moved, count)
            if now > agreed:
                agreed, corners, better = now, moved, True
        if not better:
            step /= 2
    return agreed, count, corners


def _moves(corners: Reals, step: float, side: float) -> Iterator[Reals]:
    ways = np.array([(step, 0), (-step, 0), (0, step), (0, -step)], dtype=np.float32)
    for way in ways:
        yield corners + way
        for corner in range(4):
            moved = corners.copy()
            moved[corner] += way
            yield moved
    middle = corners.mean(axis=0)
    for larger in (1 + step / side, 1 - step / side):
        yield np.asarray((corners - middle) * larger + middle, dtype=np.float32)


def _agreement(picture: Reals, corners: Reals, count: int) -> float:
    """Correlation of the known squares with what stands there."""
    known = _known(count)
    there = known != 0
    seen, said = _middles(picture, corners, count)[there], known[there]
    seen, said = seen - seen.mean(), said - said.mean()
    size = float(np.sqrt((seen * seen).sum() * (said * said).sum()))
    return float((seen * said).sum()) / size if size else 0.0


def _middles(picture: Reals, corners: Reals, count: int) -> Reals:
    """The picture in the middle of each square of a grid, `count` × `count`."""
    flat = np.array([[0, 0], [count, 0], [count, count], [0, count]], dtype=np.float32)
    there = cv2.perspectiveTransform(_centres(count), cv2.getPerspectiveTransform(flat, np.ascontiguousarray(corners)))
    places = there.reshape(count, count, 2)
    seen = cv2.remap(picture, places[..., 0], places[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, dtype=np.float32)


@cache
def _centres(count: int) -> Reals:
    steps = np.arange(count, dtype=np.float32) + 0.5
    return np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 1, 2)


@cache
def _known(count: int) -> Reals:
    """What stands in each square of any code of this size: -1 black, 1 white, 0 nobody knows."""
    known = np.zeros((count, count), dtype=np.float32)
    dotted = np.where(np.arange(8, count - 8) % 2 == 0, -1.0, 1.0)
    known[6, 8 : count - 8] = known[8 : count - 8, 6] = dotted
    for row, column in ((0, 0), (0, count - 7), (count - 7, 0)):
        _ring(known, row + 3, column + 3, 4, black=(0, 1, 3))
    places = _marks(count)
    for row in places:
        for column in places:
            if (row, column) not in {(6, 6), (6, count - 7), (count - 7, 6)}:  # there the corners' squares are
                _ring(known, row, column, 2, black=(0, 2))
    known[count - 8, 8] = -1
    return known


def _ring(known: Reals, row: int, column: int, reach: int, *, black: tuple[int, ...]) -> None:
    """Rings around a square: those at these distances black, the others white."""
    for y in range(max(0, row - reach), min(len(known), row + reach + 1)):
        for x in range(max(0, column - reach), min(len(known), column + reach + 1)):
            known[y, x] = -1 if max(abs(y - row), abs(x - column)) in black else 1


def _marks(count: int) -> list[int]:
    """Rows and columns of the alignment marks (ISO/IEC 18004, annex E)."""
    version = (count - 17) // 4
    if version < 2:
        return []
    number = version // 7 + 2
    step = (version * 4 + number * 2 + 1) // (number * 2 - 2) * 2
    return [6, *sorted(count - 7 - step * place for place in range(number - 1))]
