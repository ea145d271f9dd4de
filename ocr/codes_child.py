"""What runs in the helper process: QR codes and bar codes on a page image, at any angle, also small and on bad copies.

ZXing looks first, at the whole page; where it finds none, it looks once more at each square of dense black and white,
enlarged and smoothed, and OpenCV's reader after it. A line of bold print has such squares too, but it goes on
beside them, and of a code about half is dark, of print a quarter. A page without codes costs the first look alone (some
35 ms), each square 15 ms more.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from khoso.kernel.errors import Unavailable
from ocr.sight.pixels import Pixels, as_pixels, faded, load, turned

_LARGE = 24_000_000  # pixels: drawings are searched at half their size
_CELL = 8  # pixels of a cell when dense squares are looked for
_DENSE = 60.0  # grey levels its pixels differ by
_LEAST, _MOST = 60, 900  # pixels of a square's side
_TRIED = 6  # squares looked at again
_SIDE, _MOST_ZOOM = 700, 5.0  # pixels a square is enlarged to, and by how much at most
_SMALL = 100  # pixels: below this a square is a piece of a line of print, mostly
_QUIET = 2  # cells around a small code that are mostly blank (ISO/IEC 18004: four modules)
_MOSTLY = 0.15  # of them may be busy
# Least share of dark pixels of a small square and of others: a code on its corner has 0.3.
_DARK_SMALL, _DARK = 0.36, 0.28


def codes_of(path: str, frame: int, rotation: int) -> list[dict[str, Any]]:
    """Codes on the page turned upright: `symbology`, `text`, `box` (pixels of the upright page).

    Raises:
        Refused: the image cannot be decoded.
        Unavailable: the decoder is missing.
    """
    page = turned(faded(load(Path(path), frame)), rotation)
    scale = 2 if page.size > _LARGE else 1
    if scale > 1:
        page = as_pixels(cv2.resize(page, None, fx=1 / scale, fy=1 / scale, interpolation=cv2.INTER_AREA))
    found = _by_zxing(page) or [code for square in _squares(page) for code in _closely(page, square)]
    return [{**code, "box": [int(edge * scale) for edge in code["box"]]} for code in found]


def _by_zxing(page: Pixels) -> list[dict[str, Any]]:
    try:
        import zxingcpp
    except ImportError as error:
        raise Unavailable(f"zxing-cpp cannot be loaded ({error}): pip install zxing-cpp") from error
    formats = {
        zxingcpp.BarcodeFormat.QRCode: "qr",
        zxingcpp.BarcodeFormat.Code128: "code128",
        zxingcpp.BarcodeFormat.PDF417: "pdf417",
    }
    out = []
    for code in zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormats(list(formats)), try_invert=False):
        corners = code.position
        xs = [p.x for p in (corners.top_left, corners.top_right, corners.bottom_right, corners.bottom_left)]
        ys = [p.y for p in (corners.top_left, corners.top_right, corners.bottom_right, corners.bottom_left)]
        if code.text.strip():
            name = next(
                (known for format_, known in formats.items() if code.format == format_), code.format.name.lower()
            )
            out.append({"symbology": name, "text": code.text, "box": [min(xs), min(ys), max(xs), max(ys)]})
    return out


def _squares(page: Pixels) -> Iterator[tuple[int, int, int, int]]:
    """Boxes of roughly square patches as black and white as a code, the densest first."""
    height, width = (side // _CELL * _CELL for side in page.shape)
    if min(height, width) < _LEAST:
        return
    joined = as_pixels(cv2.morphologyEx(_busy(page[:height, :width]), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)))
    _count, _labels, boxes, _centres = cv2.connectedComponentsWithStats(
        cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    )
    likely = []
    for x, y, wide, high, area in boxes[1:].tolist():
        side = max(wide, high) * _CELL
        if not (_LEAST <= side <= _MOST and min(wide, high) > 0.6 * max(wide, high) and area > 0.5 * wide * high):
            continue
        square = (x * _CELL, y * _CELL, (x + wide) * _CELL, (y + high) * _CELL)
        small = side < _SMALL
        if small and not _stands_free(joined, x, y, wide, high):
            continue
        if _dark(page, square) >= (_DARK_SMALL if small else _DARK):
            likely.append((area / (wide * high), square))
    yield from (box for _, box in sorted(likely, reverse=True)[:_TRIED])


def _busy(page: Pixels) -> Pixels:
    """1 for each cell whose pixels differ much, from the means of them and of their squares."""
    size = (page.shape[1] // _CELL, page.shape[0] // _CELL)
    mean = cv2.resize(page, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    squares = cv2.resize(cv2.multiply(page, page, dtype=cv2.CV_32F), size, interpolation=cv2.INTER_AREA)
    return np.asarray(squares - mean * mean > _DENSE * _DENSE).view(np.uint8)


def _stands_free(busy: Pixels, x: int, y: int, wide: int, high: int) -> bool:
    """Whether the cells around a box are blank, mostly."""
    around = busy[max(0, y - _QUIET) : y + high + _QUIET, max(0, x - _QUIET) : x + wide + _QUIET]
    inside = busy[y : y + high, x : x + wide]
    return float(around.sum()) - float(inside.sum()) <= _MOSTLY * (around.size - inside.size)


def _dark(page: Pixels, square: tuple[int, int, int, int]) -> float:
    """Share of a square's pixels that are dark, as black and white go there."""
    x0, y0, x1, y1 = square
    _, hard = cv2.threshold(page[y0:y1, x0:x1], 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return 1.0 - cv2.countNonZero(hard) / ((x1 - x0) * (y1 - y0))


def _closely(page: Pixels, square: tuple[int, int, int, int]) -> list[dict[str, Any]]:
    """A square enlarged, smoothed, in black and white: what a coarse or blurred code needs."""
    x0, y0, x1, y1 = square
    margin = max(16, (x1 - x0) // 6)
    left, top = max(0, x0 - margin), max(0, y0 - margin)
    patch = page[top : y1 + margin, left : x1 + margin]
    zoom = min(max(1.0, _SIDE / max(patch.shape)), _MOST_ZOOM)
    large = as_pixels(cv2.resize(patch, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC))
    smooth = as_pixels(cv2.GaussianBlur(large, (0, 0), 0.35 * zoom))
    _, hard = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    for look in (large, smooth, as_pixels(hard)):
        found = _by_zxing(look)
        if found:
            return [
                {**code, "box": [int(edge / zoom) + (left, top)[i % 2] for i, edge in enumerate(code["box"])]}
                for code in found
            ]
    text = _by_opencv(as_pixels(hard)) or _by_opencv(large)
    return [{"symbology": "qr", "text": text, "box": list(square)}] if text else []


def _by_opencv(patch: Pixels) -> str:
    try:
        text, _corners, _straight = cv2.QRCodeDetector().detectAndDecode(patch)
    except cv2.error:  # what it took for a code was none
        return ""
    return str(text)
