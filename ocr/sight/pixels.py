"""Page images as arrays: decoded, reduced, evened out, and what on them is ink."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from pages.inside import rasters
from pages.ports import Kind

Pixels = np.ndarray[Any, np.dtype[np.uint8]]
"""Height × width (grey) or height × width × 3 (blue, green, red, as OpenCV has them)."""

_KINDS = {"JPEG": Kind.JPEG, "PNG": Kind.PNG, "TIFF": Kind.TIFF}
_PAPER = 235  # what blank paper becomes when light is evened out; above it there is room for glare
_SHARPER = 1.5  # how much of what blur took is added
_CELL = 4  # pixels: grounds of white print are looked for in cells of this side
_SOLID = 150  # of 255: so much ink over some letters is a dark ground with white print (bold print: up to 120)
_GROUND = (20, 3, 16)  # cells: least width, least and greatest height of such a ground; taller is a picture
_WHITE = 0.03  # of a ground: less is no print, but clothes in a portrait, a rule or a bar
_DARKEST = 40  # a background darker than this is no paper: evening it out would only blow up noise

cv2.setNumThreads(1)


_kept: dict[tuple[object, ...], Pixels] = {}  # the last page decoded: its codes are looked for right after its text
_MOST_KEPT = 100_000_000  # bytes


def load(path: Path, frame: int = 0) -> Pixels:
    """Pixels of a page image as they stand in the file, whatever its orientation tag says; not to be written to.

    Raises:
        Refused: `DAMAGED`, `UNKNOWN_FORMAT`.
    """
    try:
        facts = path.stat()
    except OSError:
        return _decoded(path, frame)
    key = (path, frame, facts.st_ino, facts.st_size, facts.st_mtime_ns)
    if key not in _kept:
        _kept.clear()
        pixels = _decoded(path, frame)
        pixels.flags.writeable = False
        if pixels.nbytes > _MOST_KEPT:
            return pixels
        _kept[key] = pixels
    return _kept[key]


def _decoded(path: Path, frame: int) -> Pixels:
    """Plain JPEG and portable pixmaps take OpenCV's quick way; all else (palettes, 16 bits, CMYK, transparency, frames of
    a TIFF) goes through the decoders of `pages`.
    """
    with path.open("rb") as file:
        magic = file.read(4)
    if magic[:2] in {b"P5", b"P6"} or (magic[:2] == b"\xff\xd8" and _components(path) != 4):
        read = cv2.imread(str(path), cv2.IMREAD_ANYCOLOR | cv2.IMREAD_IGNORE_ORIENTATION)
        if read is None:
            raise Refused(ReasonCode.DAMAGED, detail="dữ liệu ảnh sai")
        return as_pixels(read)
    for name, start in (("PNG", b"\x89PNG"), ("TIFF", b"II"), ("TIFF", b"MM"), ("JPEG", b"\xff\xd8")):
        if magic.startswith(start):
            decoded = rasters.pixels(path, _KINDS[name], frame=frame)
            return decoded if decoded.ndim == 2 else as_pixels(cv2.cvtColor(decoded, cv2.COLOR_RGB2BGR))
    raise Refused(ReasonCode.UNKNOWN_FORMAT)


def _components(path: Path) -> int:
    with rasters.decoding(), Image.open(path, formats=("JPEG",)) as image:
        return len(image.getbands())


def as_pixels(array: Any) -> Pixels:
    """What OpenCV returned, with the type we know it has."""
    return np.asarray(array, dtype=np.uint8)


def faded(pixels: Pixels) -> Pixels:
    """Grey as the brightest channel: black print stays, red seals and blue ink fade; better than luminance on paper
    with seals, guilloche and stamps.
    """
    if pixels.ndim == 2:
        return pixels
    blue, green, red = cv2.split(pixels)  # whole planes: twice as quick as every third byte
    return as_pixels(cv2.max(cv2.max(blue, green), red))


def darkest(pixels: Pixels) -> Pixels:
    """Grey as the darkest channel: ink of any colour is dark."""
    if pixels.ndim == 2:
        return pixels
    blue, green, red = cv2.split(pixels)
    return as_pixels(cv2.min(cv2.min(blue, green), red))


def scaled(pixels: Pixels, factor: float) -> Pixels:
    """Reduced by area, enlarged by cubic interpolation."""
    if factor == 1.0:
        return pixels
    how = cv2.INTER_AREA if factor < 1.0 else cv2.INTER_CUBIC
    return as_pixels(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=how))


def turned(pixels: Pixels, degrees: int) -> Pixels:
    """Turned clockwise by whole quarters."""
    how = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    return as_pixels(cv2.rotate(pixels, how[degrees])) if degrees else pixels


def evened(grey: Pixels, reach: int) -> Pixels:
    """Grey divided by its background, so that shadow, tinted paper and photographs' light become one even paper.

    Args:
        reach: pixels; dark things narrower than this are ink, wider ones background.
    """
    height, width = grey.shape
    step = max(1, reach // 12)
    small = cv2.resize(grey, (max(1, width // step), max(1, height // step)), interpolation=cv2.INTER_AREA)
    side = max(3, reach // step) | 1
    ground = cv2.morphologyEx(small, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
    ground = cv2.max(cv2.blur(ground, (side // 2 + 1, side // 2 + 1)), np.full_like(ground, _DARKEST))
    ground = cv2.resize(ground, (width, height), interpolation=cv2.INTER_LINEAR)
    return as_pixels(cv2.divide(grey, ground, scale=_PAPER))


def ink(even: Pixels, *, dark: float | None = None) -> Pixels:
    """1 where there is ink as dark as the page's print, of an evened grey.

    Otsu's threshold parts paper from all that is not paper; what is only half as dark as the darkest twentieth of that
    (faded seals and stamps, bleed-through, guilloche) is no print.

    Args:
        dark: grey of the darkest print, where it is known better.
    """
    threshold, _ = cv2.threshold(even, 0, 255, cv2.THRESH_OTSU)
    if dark is None:
        counts = cv2.calcHist([even], [0], None, [256], [0, 256]).ravel()
        below = np.cumsum(counts[: int(threshold) + 1])
        dark = int(np.searchsorted(below, 0.05 * below[-1])) if len(below) else 0
    return (even < min(max(dark + 0.55 * (_PAPER - dark), 110), threshold, 200)).view(np.uint8)


def without(even: Pixels, mask: Pixels) -> Pixels:
    """An evened grey with what a mask marks, and the pixels beside it, made paper."""
    out = even.copy()
    out[cv2.dilate(mask, np.ones((5, 5), np.uint8)) > 0] = _PAPER
    return out


def dark_grounds(mask: Pixels) -> Pixels | None:
    """1 where a mask of ink has dark bands such as headings of tables printed white; None where it has none."""
    height, width = mask.shape
    size = (max(1, width // _CELL), max(1, height // _CELL))
    cells = cv2.blur(cv2.resize(mask * 255, size, interpolation=cv2.INTER_AREA), (9, 3))
    count, labels, stats, _ = cv2.connectedComponentsWithStats((cells > _SOLID).view(np.uint8))
    kept = np.zeros(count, np.uint8)
    least, low, high = _GROUND
    for number, (_, _, w, h, area) in enumerate(stats[1:].tolist(), 1):
        kept[number] = w >= least and low <= h <= high and area > 0.7 * w * h and w > 2 * h
    if not kept.any():
        return None
    about = cv2.dilate(kept[labels], np.ones((5, 13), np.uint8))  # to its very edges
    about = as_pixels(cv2.resize(about, (width, height), interpolation=cv2.INTER_NEAREST))
    solid = cv2.morphologyEx(mask & about, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))  # rules and other print gone
    ground = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8))
    count, labels = cv2.connectedComponents(ground)
    light = 1 - np.bincount(labels.ravel(), mask.ravel(), count) / np.maximum(
        np.bincount(labels.ravel(), minlength=count), 1
    )
    printed = light > _WHITE
    printed[0] = False
    if not printed.any():
        return None
    return as_pixels(cv2.dilate(printed[labels].view(np.uint8), np.ones((3, 3), np.uint8)))


def inverted(pixels: Pixels, where: Pixels) -> Pixels:
    """The picture with light and dark exchanged where a (smaller) mask says so."""
    mask = cv2.resize(where, (pixels.shape[1], pixels.shape[0]), interpolation=cv2.INTER_NEAREST)
    out = pixels.copy()
    out[mask > 0] = 255 - out[mask > 0]
    return out


def sharpened(even: Pixels, reach: float) -> Pixels:
    """Unsharp masking: letters that blur has run together come apart.

    Args:
        reach: pixels, about the width of the gaps between letters.
    """
    soft = cv2.GaussianBlur(even, (0, 0), reach)
    return as_pixels(cv2.addWeighted(even, 1 + _SHARPER, soft, -_SHARPER, 0))
