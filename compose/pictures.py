"""Captures as image XObjects (ISO 32000-1 §8.9.5): bytes as they are where PDF has the same coding, else lossless.

| capture | in the PDF |
|---|---|
| JPEG, 8 bit, grey or three colours | the file's own bytes, DCTDecode |
| PNG, at most 8 bit, neither interlaced nor transparent | its IDAT bytes, FlateDecode with PNG predictors |
| bilevel TIFF | CCITT group 4 |
| any other grey or RGB picture | decoded, then FlateDecode with PNG predictors (lossless) |
| CMYK, Lab, 16 bit, transparent | converted to sRGB or grey, then likewise |

An ICC profile in a grey or RGB capture is kept when it is sound; otherwise colours count as sRGB (the output intent).
An EXIF orientation plays no part: the transcript's rotation says how the stored pixels stand upright.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageChops, TiffImagePlugin

from compose import jpeg, png
from compose.colour import profile_to_keep
from compose.lossless import pack
from compose.values import Entries, Name, Value
from khoso.kernel.digest import chunks_of
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from pages.limits import MAX_PIXELS
from pages.ports import PageImage

_ROWS_PER_STRIP, _STRIP_OFFSETS, _STRIP_LENGTHS = 278, 273, 279


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded image.

    Attributes:
        entries: of the image dictionary, without its colour space, type and length.
        colour_space: a device space; with `icc` the alternate of an ICCBased one.
        icc: a profile to keep, or empty.
        length: of the encoded bytes.
        pieces: gives the encoded bytes.
    """

    entries: Entries
    colour_space: Value
    icc: bytes
    length: int
    pieces: Callable[[], Iterable[bytes]]


def encode(page: PageImage) -> Picture:
    """How a capture goes into the PDF.

    Raises:
        Refused: `DAMAGED`: it cannot be decoded; `COMPOSE_FAILED`: it is no picture we take, or not the one described.
    """
    with page.path.open("rb") as file:
        start = file.read(8)
        if start.startswith(b"\xff\xd8"):
            header = jpeg.read_header(page.path)
            if header.embeddable:
                _same_size(page, header.width, header.height)
                return _as_jpeg(page, header)
        elif start.startswith(b"\x89PNG"):
            file.seek(0)
            parts = png.take_apart(file)
            if parts.embeddable:
                _same_size(page, parts.width, parts.height)
                return _as_png(parts)
    return _decoded(page)


@contextmanager
def opened(page: PageImage) -> Iterator[Image.Image]:
    """The picture as Pillow sees it, at the page's frame, not yet decoded.

    Raises:
        Refused: as `encode`, also when decoding inside the block fails.
    """
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with Image.open(page.path, formats=("JPEG", "PNG", "TIFF", "PPM")) as image:
            image.seek(page.frame)
            _same_size(page, *image.size)
            yield image
    except (OSError, EOFError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Refused(ReasonCode.DAMAGED, detail=str(error)[:200]) from error


def _same_size(page: PageImage, width: int, height: int) -> None:
    if (width, height) != (page.width, page.height):
        told = f"{page.width}×{page.height}"
        raise Refused(ReasonCode.COMPOSE_FAILED, detail=f"{page.path.name}: {width}×{height} ≠ {told}")


def _as_jpeg(page: PageImage, header: jpeg.JpegHeader) -> Picture:
    count = len(header.components)
    entries: dict[str, Value] = {
        "Width": header.width,
        "Height": header.height,
        "BitsPerComponent": 8,
        "Filter": Name("DCTDecode"),
    }
    if header.plain_rgb:
        entries["DecodeParms"] = {"ColorTransform": 0}
    return Picture(
        entries=entries,
        colour_space=Name("DeviceRGB" if count == 3 else "DeviceGray"),
        icc=profile_to_keep(header.icc, count),
        length=page.path.stat().st_size,
        pieces=lambda: chunks_of(page.path),
    )


def _as_png(parts: png.PngParts) -> Picture:
    colours = 3 if parts.colour == png.RGB else 1
    space: Value = Name("DeviceRGB" if parts.colour == png.RGB else "DeviceGray")
    icc = profile_to_keep(parts.icc, colours)
    if parts.colour == png.PALETTE:
        space, icc = [Name("Indexed"), Name("DeviceRGB"), len(parts.palette) // 3 - 1, parts.palette], b""
    return Picture(
        entries=_flate_entries(parts.width, parts.height, parts.depth, colours),
        colour_space=space,
        icc=icc,
        length=len(parts.idat),
        pieces=lambda: [parts.idat],
    )


def _decoded(page: PageImage) -> Picture:
    with opened(page) as image:
        image.load()
        if image.mode == "1" and "transparency" not in image.info:
            return _as_group4(image)
        packed = pack(image)
        kept = image.info.get("icc_profile", b"") if image.mode in {"L", "RGB"} else b""
    return Picture(
        entries=_flate_entries(page.width, page.height, 8, packed.colours),
        colour_space=Name("DeviceRGB" if packed.colours == 3 else "DeviceGray"),
        icc=profile_to_keep(kept, packed.colours),
        length=sum(map(len, packed.pieces)),
        pieces=lambda: packed.pieces,
    )


def _flate_entries(width: int, height: int, depth: int, colours: int) -> Entries:
    return {
        "Width": width,
        "Height": height,
        "BitsPerComponent": depth,
        "Filter": Name("FlateDecode"),
        "DecodeParms": {"Predictor": 15, "Colors": colours, "BitsPerComponent": depth, "Columns": width},
    }


def _as_group4(image: Image.Image) -> Picture:
    # Pillow codes 0 as a white run, PDF shows a white run as 1: the picture is coded inverted to come out right.
    packed = io.BytesIO()
    ImageChops.invert(image).save(packed, "TIFF", compression="group4", tiffinfo={_ROWS_PER_STRIP: image.height})
    with TiffImagePlugin.TiffImageFile(io.BytesIO(packed.getvalue())) as tiff:
        (start,), (length,) = tiff.tag_v2[_STRIP_OFFSETS], tiff.tag_v2[_STRIP_LENGTHS]
    data = packed.getvalue()[start : start + length]
    return Picture(
        entries={
            "Width": image.width,
            "Height": image.height,
            "BitsPerComponent": 1,
            "Filter": Name("CCITTFaxDecode"),
            "DecodeParms": {"K": -1, "Columns": image.width, "Rows": image.height},
        },
        colour_space=Name("DeviceGray"),
        icc=b"",
        length=length,
        pieces=lambda: [data],
    )
