"""What runs in the helper process: QR codes and bar codes on a page image, at any angle, also small and on bad copies.

Codes are black and white without pause in both directions, further than a line of print is high: only where a page is so
does ZXing look, and once at the whole page made small, where codes larger than that are. Where it finds none although the place has a code's shape and share of black, it looks once more,
enlarged and smoothed, OpenCV's reader after it, and at last a grid is fitted to what is known of every code. A page without such places costs some 15 ms.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from khoso.kernel.errors import Unavailable
from ocr.code_grid import drawn_clean
from ocr.sight.pixels import Pixels, as_pixels, faded, load, turned

_LARGE = 24_000_000  # pixels: drawings are searched at half their size
_CELL = 8  # pixels of a cell
_DENSE = 45.0  # grey levels its pixels differ by where a code may be
_LEAST = 7  # cells in a row, both ways, that print of ordinary size does not fill
_SMALLER = 4  # times a page is reduced for large codes
_BLACK = (0.34, 0.66)  # share of a code's pixels; print has less
_MOST = 900  # pixels of a square's side that is enlarged
_TRIED = 12  # places looked at, the densest first
_SIDE, _MOST_ZOOM = 700, 5.0  # pixels a square is enlarged to, and by how much at most


def codes_of(path: str, frame: int, rotation: int) -> list[dict[str, Any]]:
    """Codes on the page turned upright: `symbology`, `text`, `box` (pixels of the upright page).

    Raises:
        Refused: the image cannot be decoded.
        Unavailable: the decoder is missing.
    """
    page = faded(load(Path(path), frame))
    scale = 2 if page.size > _LARGE else 1
    if scale > 1:
        page = as_pixels(cv2.resize(page, None, fx=1 / scale, fy=1 / scale, interpolation=cv2.INTER_AREA))
    page = turned(page, rotation)
    found = [*_large(page), *(code for place in _dense(page) for code in _codes_at(page, place))]
    return [{**code, "box": [int(edge * scale) for edge in code["box"]]} for code in _once(found)]


def _large(page: Pixels) -> list[dict[str, Any]]:
    """Codes whose squares are so large that a cell may lie within one."""
    if min(page.shape) < _SMALLER * _LEAST * _CELL:
        return []
    small = as_pixels(cv2.resize(page, None, fx=1 / _SMALLER, fy=1 / _SMALLER, interpolation=cv2.INTER_AREA))
    return [{**code, "box": [edge * _SMALLER for edge in code["box"]]} for code in _by_zxing(small)]


def _once(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A code that two neighbouring places show is one."""
    out: list[dict[str, Any]] = []
    for code in found:
        x0, y0, x1, y1 = code["box"]
        if not any(
            other["text"] == code["text"] and other["box"][0] < x1 and x0 < other["box"][2]
            and other["box"][1] < y1 and y0 < other["box"][3]
            for other in out
        ):  # fmt: skip
            out.append(code)
    return out


def _codes_at(page: Pixels, place: "_Place") -> list[dict[str, Any]]:
    x0, y0, x1, y1 = place.box
    margin = max(3 * _CELL, max(x1 - x0, y1 - y0) // 6)
    left, top = max(0, x0 - margin), max(0, y0 - margin)
    found = _by_zxing(np.ascontiguousarray(page[top : y1 + margin, left : x1 + margin]))
    if found:
        return [{**code, "box": [edge + (left, top)[i % 2] for i, edge in enumerate(code["box"])]} for code in found]
    return _closely(page, place.box) if place.square and _looks_like(page, place.box) else []


def _looks_like(page: Pixels, box: tuple[int, int, int, int]) -> bool:
    """Whether a square has a code's share of black."""
    x0, y0, x1, y1 = box
    _, ink = cv2.threshold(page[y0:y1, x0:x1], 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    return _BLACK[0] < float(ink.mean()) < _BLACK[1]


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


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page is black and white without pause: `box` in pixels, how `dense` (0…1), whether it is about `square`."""

    box: tuple[int, int, int, int]
    dense: float
    square: bool


def _dense(page: Pixels) -> list[_Place]:
    """Places where codes may be, the densest first."""
    height, width = (side // _CELL * _CELL for side in page.shape)
    if min(height, width) < _LEAST * _CELL:
        return []
    whole, size = page[:height, :width], (width // _CELL, height // _CELL)
    mean = cv2.resize(whole, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    squares = cv2.resize(np.square(whole, dtype=np.uint16), size, interpolation=cv2.INTER_AREA).astype(np.float32)
    busy = (squares - mean * mean > _DENSE * _DENSE).astype(np.uint8)
    joined = cv2.morphologyEx(busy, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    joined = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((_LEAST, _LEAST), np.uint8))
    _count, _labels, boxes, _centres = cv2.connectedComponentsWithStats(joined)
    places = []
    for x, y, wide, high, area in boxes[1:].tolist():
        dense = area / (wide * high)
        square = max(wide, high) * _CELL <= _MOST and min(wide, high) > 0.6 * max(wide, high) and dense > 0.5
        box = (x * _CELL, y * _CELL, (x + wide) * _CELL, (y + high) * _CELL)
        places.append(_Place(box, dense, square))
    return sorted(places, key=lambda place: -place.dense)[:_TRIED]


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
    text = _by_opencv(as_pixels(hard)) or _by_opencv(large) or _by_its_grid(patch)
    return [{"symbology": "qr", "text": text, "box": list(square)}] if text else []


def _by_its_grid(patch: Pixels) -> str:
    """What the code says whose known squares agree with the patch (`ocr.code_grid`)."""
    found = (code["text"] for clean in drawn_clean(patch) for code in _by_zxing(clean) if code["symbology"] == "qr")
    return next(found, "")


def _by_opencv(patch: Pixels) -> str:
    try:
        text, _corners, _straight = cv2.QRCodeDetector().detectAndDecode(patch)
    except cv2.error:  # what it took for a code was none
        return ""
    return str(text)
