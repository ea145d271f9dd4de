"""What runs in the helper process: machine-readable lines read again in their own alphabet (ICAO 9303 part 3: A–Z, 0–9 and `<`)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ocr.readers_child import careful_reader
from ocr.sight.pixels import as_pixels, faded, load, turned
from ocr.upright import levelled

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
_HEIGHT = 36  # pixels of a strip; what Tesseract's line network takes
_AROUND = 0.45  # of the line's height above and below
_STRIP_DPI = 200


def read_again(path: str, frame: int, rotation: int, skew: float, boxes: Sequence[Sequence[int]]) -> list[list[Any]]:
    """[text, confidence 0…1] of each line.

    Args:
        boxes: on the page turned upright by `rotation`.
        skew: degrees by which its lines climb.

    Raises:
        Refused: the image cannot be decoded.
        Unavailable: Tesseract or its model is missing.
    """
    page = turned(faded(load(Path(path), frame)), rotation)
    api = careful_reader(("vie",)).api
    api.SetVariable("tessedit_char_whitelist", _ALPHABET)
    try:
        return [_read(api, page, box, skew) for box in boxes]
    finally:
        api.SetVariable("tessedit_char_whitelist", "")


def _read(api: Any, page: Any, box: Sequence[int], skew: float) -> list[Any]:
    x0, y0, x1, y1 = box
    slope = abs(float(np.tan(np.radians(skew)))) * (x1 - x0)
    height = max(6.0, y1 - y0 - slope)
    room = round(_AROUND * height)
    strip = page[max(0, y0 - room) : y1 + room, max(0, x0 - room) : x1 + room]
    if strip.size == 0:
        return ["", 0.0]
    if slope > 2:
        strip, _ = levelled(strip, skew, blank=int(np.percentile(strip, 80)))
        middle, half = strip.shape[0] / 2, height / 2 + room
        strip = strip[max(0, round(middle - half)) : round(middle + half)]
    zoom = _HEIGHT / strip.shape[0]
    how = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC
    strip = as_pixels(cv2.resize(strip, None, fx=zoom, fy=zoom, interpolation=how))
    paper = max(float(np.percentile(strip, 75)), 1.0)
    strip = as_pixels(np.clip(strip.astype(np.float32) * (250 / paper), 0, 255))
    api.SetImageBytes(np.ascontiguousarray(strip).tobytes(), strip.shape[1], strip.shape[0], 1, strip.shape[1])
    api.SetSourceResolution(_STRIP_DPI)
    api.Recognize()
    text, sures = api.GetUTF8Text().strip().replace(" ", ""), api.AllWordConfidences()
    return [text, min(sures, default=0) / 100]
