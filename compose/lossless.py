"""Decoded pictures as deflated, filtered rows (W3C PNG 3rd edition §9; PDF's predictor 15), band by band.

A picture is turned into printable colours and packed a band at a time: an A0 sheet in CMYK with its RGB beside it would
not fit the memory a helper may use.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from compose.colour import to_printable

_BAND = 128  # rows
_LEVEL = 2  # scans: nearly the size of level 6 in a third of its time
_SUB, _UP = 1, 2  # filter types


@dataclass(frozen=True, slots=True)
class Packed:
    """Rows ready for FlateDecode with PNG predictors.

    Attributes:
        colours: 1 (grey) or 3 (RGB), 8 bits each.
        pieces: deflated, to be put one behind the other.
    """

    colours: int
    pieces: tuple[bytes, ...]


def pack(image: Image.Image) -> Packed:
    """Pack a picture that is not bilevel.

    Raises:
        Refused: a kind of picture nobody scans.
    """
    deflate = zlib.compressobj(_LEVEL)
    pieces, colours, above = [], 1, None
    for band in _bands(image):
        samples = np.asarray(band)
        colours = 3 if samples.ndim == 3 else 1
        rows = samples.reshape(samples.shape[0], -1)
        pieces.append(deflate.compress(_filtered(rows, above, colours).tobytes()))
        above = rows[-1]
    return Packed(colours=colours, pieces=(*pieces, deflate.flush()))


def _bands(image: Image.Image) -> Iterator[Image.Image]:
    for top in range(0, image.height, _BAND):
        band = to_printable(image.crop((0, top, image.width, min(top + _BAND, image.height))))
        yield band.convert("L") if band.mode == "1" else band


def _filtered(rows: np.ndarray, above: np.ndarray | None, colours: int) -> np.ndarray:
    """Each row with its filter type before it: differences to the left or to above, whichever of the two is smaller."""
    before = np.zeros_like(rows[:1]) if above is None else above[np.newaxis]
    up = rows - np.concatenate([before, rows[:-1]])
    left = rows.copy()
    left[:, colours:] -= rows[:, :-colours]
    better = _size(left) < _size(up)
    out = np.empty((rows.shape[0], rows.shape[1] + 1), dtype=np.uint8)
    out[:, 0] = np.where(better, _SUB, _UP)
    out[:, 1:] = np.where(better[:, np.newaxis], left, up)
    return out


def _size(differences: np.ndarray) -> np.ndarray:
    """Sum of the differences of each row, taken as signed bytes: how hard it is to deflate."""
    return np.asarray(np.minimum(differences, 255 - differences).sum(axis=1, dtype=np.int64))
