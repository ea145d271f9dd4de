"""Pages that are a picture of paper: found by what they paint, their picture taken out without drawing it anew.

Lifting the embedded JPEG is faster than rasterising by more than ten times, and its bytes are the capture itself.
"""

import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image

from pages.inside.documents import POINTS, Geometry, numbers
from pages.inside.matrices import area, bounds, overlap, turn
from pages.inside.painting import Painting, Placed
from pages.inside.rasters import decoding, judge_size

_MOST = 0.6  # share of the page that one picture covers on a page of paper: margins around a smaller sheet are allowed
_TILES = 0.85  # share that several cover together: strips, or the layers some scanners split a page into
_WITHIN = (
    0.98  # share of a picture that lies within the visible page, or the lifted bytes would show more than the page
)
_DECODED = 60_000_000  # pixels: larger ones are left to poppler, which needs less memory
_INFLATED = 256 << 20  # bytes of a JPEG that was deflated on top: a bomb ends there
_LOSSLESS = {"/FlateDecode", "/LZWDecode", "/RunLengthDecode", "/CCITTFaxDecode", "/ASCII85Decode", "/ASCIIHexDecode"}


@dataclass(frozen=True, slots=True)
class Scan:
    """A page covered by a picture.

    Attributes:
        alone: nothing else is to be seen on it: the page is a picture of paper.
        width, height: pixels of its largest image, as coded.
        stated: its dots per inch of the page, across and down.
        image: the image object if it is the whole page by itself, else None: the page must be rendered.
        rotate: degrees clockwise that stand the image upright.
    """

    alone: bool
    width: int
    height: int
    stated: tuple[float, float]
    image: Any
    rotate: int


def scan_of(found: Painting, shape: Geometry) -> Scan | None:
    """The picture that covers a page, or several that do together; None if there is none.

    Raises:
        Refused: `DECOMPRESSION_BOMB` or `DAMAGED` by an image's declared size.
    """
    page = area(shape.box)
    placed = [(overlap(bounds(one.matrix), shape.box), one) for one in found.images if one.image is not None]
    for _, one in placed:
        judge_size(*_size(one.image))
    if not placed:
        return None
    share, largest = max(placed, key=lambda pair: pair[0])
    if share < _MOST * page and sum(part for part, _ in placed) < _TILES * page:
        return None
    width, height = _size(largest.image)
    turned = turn(largest.matrix)
    alone = not found.other and not found.letters
    within = share >= _WITHIN * area(bounds(largest.matrix))
    whole = alone and within and largest.plain and len(found.images) == 1 and turned is not None
    return Scan(
        alone=alone,
        width=width,
        height=height,
        stated=_dpi(largest, width, height, shape.unit),
        image=largest.image if whole else None,
        rotate=((turned or 0) + shape.rotate) % 360,
    )


def _size(image: Any) -> tuple[int, int]:
    (width,) = numbers([image.get("/Width", 0)], 1) or (0.0,)
    (height,) = numbers([image.get("/Height", 0)], 1) or (0.0,)
    return int(width), int(height)


def _dpi(placed: Placed, width: int, height: int, unit: float) -> tuple[float, float]:
    a, b, c, d = placed.matrix[:4]
    inches_across = (a * a + b * b) ** 0.5 * unit / POINTS
    inches_down = (c * c + d * d) ** 0.5 * unit / POINTS
    return width / max(inches_across, 1e-6), height / max(inches_down, 1e-6)


def jpeg_of(scan: Scan) -> bytes | None:
    """The bytes of the scan's JPEG as they lie in the file, if any reader sees in them what the page shows; else None.

    Raises:
        Refused: `DAMAGED`, the bytes are no JPEG.
    """
    image = scan.image
    if image is None or not _plain_colours(image) or _filters(image)[-1:] != ["/DCTDecode"]:
        return None
    data = bytes(image.read_raw_bytes())
    if _filters(image) == ["/FlateDecode", "/DCTDecode"]:
        with decoding():
            data = zlib.decompressobj().decompress(data, _INFLATED)
    elif len(_filters(image)) != 1:
        return None
    with decoding(), Image.open(BytesIO(data), formats=("JPEG",)) as inside:
        same = inside.size == (scan.width, scan.height) and len(inside.getbands()) == _components(image)
    return data if same else None


def pixels_of(scan: Scan) -> Image.Image | None:
    """Pixels of a losslessly coded scan, `L` or `RGB`; None if only a renderer can tell them.

    Raises:
        Refused: `DAMAGED`.
    """
    image = scan.image
    if (
        image is None
        or scan.width * scan.height > _DECODED
        or not set(_filters(image)) <= _LOSSLESS
        or not _plain_colours(image)
    ):
        return None
    with decoding():
        try:
            picture = pikepdf.PdfImage(image).as_pil_image()
        except (NotImplementedError, pikepdf.models.image.UnsupportedImageTypeError):
            return None
        return picture if picture.mode in {"L", "RGB"} else picture.convert("L" if picture.mode == "1" else "RGB")


def _filters(image: Any) -> list[str]:
    value = image.get("/Filter")
    return [str(item) for item in value] if isinstance(value, pikepdf.Array) else [] if value is None else [str(value)]


def _components(image: Any) -> int:
    """Components of a colour space that means the same outside the file; 0 for others."""
    space = image.get("/ColorSpace")
    if isinstance(space, pikepdf.Array) and len(space) > 1:
        if space[0] == "/ICCBased" and isinstance(space[1], pikepdf.Stream):
            (count,) = numbers([space[1].get("/N", 0)], 1) or (0.0,)
            return int(count) if count in {1, 3} else 0
        return {"/CalGray": 1, "/CalRGB": 3, "/Indexed": 1}.get(str(space[0]), 0)
    return {"/DeviceGray": 1, "/DeviceRGB": 3, "/CalGray": 1, "/CalRGB": 3}.get(str(space), 0)


def _plain_colours(image: Any) -> bool:
    """No inverting, keying or unusual transform stands between the coded and the shown colours."""
    parameters = image.get("/DecodeParms")
    listed = list(parameters) if isinstance(parameters, pikepdf.Array) else [parameters]
    transformed = any(isinstance(item, pikepdf.Dictionary) and "/ColorTransform" in item for item in listed)
    return _components(image) > 0 and "/Decode" not in image and not transformed
