"""Image files and embedded images: what they declare before anything is decoded, and their pixels.

Every decoder error becomes `Refused(DAMAGED)`; declared sizes are judged before a decoder may reserve memory for them.
"""

import contextlib
import errno
import io
import struct
import sys
import traceback
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import cv2
import numpy as np
from PIL import Image, ImageCms, ImageOps

from khoso.kernel.errors import KhosoError, Refused
from khoso.kernel.reasons import ReasonCode
from pages import limits as table
from pages.inside.unended import ended, lacks_end
from pages.ports import Kind

Pixels = np.ndarray[Any, np.dtype[np.uint8]]
"""Height × width (grey) or height × width × 3 (RGB)."""

_OF_THE_MACHINE = {
    errno.ENOENT,
    errno.EACCES,
    errno.EIO,
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOMEM,
}
_FORMATS = {Kind.JPEG: "JPEG", Kind.PNG: "PNG", Kind.TIFF: "TIFF"}
_PLAIN = {Kind.JPEG: ("L", "RGB"), Kind.PNG: ("1", "L", "P", "RGB"), Kind.TIFF: ("1", "L", "P", "RGB")}
_TURNS = {3: 180, 6: 90, 8: 270}  # EXIF orientation → degrees clockwise that stand it upright (Exif 2.32, 4.6.5)
_ORIENTATION, _SUBFILE, _DNG = 274, 254, 50706  # TIFF tags
_REDUCED, _MASK = 1, 4  # bits of NewSubfileType: a thumbnail, a transparency mask: no pages
_WHOLE = (
    150_000_000  # pixels Pillow (4 bytes each) decodes within the memory limit; larger ones are read grey by OpenCV
)

Image.MAX_IMAGE_PIXELS = None  # `judge_size` judges, with our limit and our reason


@dataclass(frozen=True, slots=True)
class Declared:
    """What an image says of itself.

    Attributes:
        frame: 0-based in the file.
        stated: dots per inch across and down, if the file states any.
        width, height: pixels as stored if `plain`, else as `pixels(…, turn=True)` gives them.
        rotate: degrees clockwise that stand it upright, if `plain` and a JPEG's EXIF says so.
        plain: any reader gets the right colours, and with `rotate` the right way up, from the bytes as they are.
    """

    frame: int
    width: int
    height: int
    stated: tuple[float, float] | None
    rotate: int
    plain: bool


@contextlib.contextmanager
def decoding(where: str = "") -> Iterator[None]:
    """Turns whatever a decoder throws into `Refused(DAMAGED)`, its words going to standard error.

    Decoders of foreign bytes throw anything (OSError, SyntaxError, TypeError, struct.error, zlib.error …); within this
    block nothing but decoding happens.
    """
    try:
        yield
    except (KhosoError, MemoryError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _OF_THE_MACHINE:
            raise
        traceback.print_exc(file=sys.stderr)
        detail = "thiếu dữ liệu" if "truncated" in str(error).lower() else "dữ liệu ảnh sai"
        raise Refused(ReasonCode.DAMAGED, detail=f"{where}{detail}") from error


def judge_size(width: int, height: int) -> None:
    """Raises `Refused`: `DAMAGED` for an image without pixels, `DECOMPRESSION_BOMB` for one with too many."""
    if width <= 0 or height <= 0:
        raise Refused(ReasonCode.DAMAGED, detail="ảnh không có điểm ảnh nào")
    if width * height > table.MAX_PIXELS:
        raise Refused(ReasonCode.DECOMPRESSION_BOMB, width=width, height=height)


def declared(path: Path, kind: Kind) -> list[Declared]:
    """The pages of an image file, from its headers alone.

    Raises:
        Refused: `DAMAGED`, `DECOMPRESSION_BOMB`, `TOO_MANY_PAGES`, `NO_PAGES`, `FORMAT_NOT_ACCEPTED` (moving pictures,
            camera raw data).
    """
    turned = kind is Kind.PNG and b"eXIf" in png_chunks(path)
    pages = []
    with decoding(), Image.open(path, formats=(_FORMATS[kind],)) as image:
        for frame in _frames(image):
            judge_size(*image.size)
            if not _is_extra(image):
                pages.append(_declared(image, kind, frame, turned=turned))
        animated = kind is Kind.PNG and getattr(image, "is_animated", False)
    if not pages:
        raise Refused(ReasonCode.NO_PAGES)
    if animated:
        raise Refused(ReasonCode.FORMAT_NOT_ACCEPTED, format="ảnh động (APNG)")
    return pages


def _frames(image: Image.Image) -> Iterator[int]:
    """Seeks through a multi-page TIFF; other formats have one page."""
    yield 0
    if image.format != "TIFF":
        return
    if _DNG in _tags(image):
        raise Refused(ReasonCode.FORMAT_NOT_ACCEPTED, format="ảnh thô của máy ảnh (DNG)")
    for frame in range(1, table.MAX_PAGES + 1):
        try:
            image.seek(frame)
        except EOFError:
            return
        yield frame
    raise Refused(ReasonCode.TOO_MANY_PAGES, pages=f"> {table.MAX_PAGES}", limit=table.MAX_PAGES)


def _is_extra(image: Image.Image) -> bool:
    return image.format == "TIFF" and bool(int(_tags(image).get(_SUBFILE, 0)) & (_REDUCED | _MASK))


def _declared(image: Image.Image, kind: Kind, frame: int, *, turned: bool) -> Declared:
    orientation = 1
    if kind is Kind.JPEG or turned:  # Pillow turns TIFF itself and decodes a whole PNG to answer this
        orientation = image.getexif().get(_ORIENTATION, 1)
    plain = image.mode in _PLAIN[kind] and not image.has_transparency_data
    plain = plain and (orientation not in range(2, 9) or (kind is Kind.JPEG and orientation in _TURNS))
    plain = plain and (kind is not Kind.TIFF or _tags(image).get(_ORIENTATION, 1) == 1)
    across = orientation in range(5, 9) and not plain
    return Declared(
        frame=frame,
        width=image.height if across else image.width,
        height=image.width if across else image.height,
        stated=_stated(image),
        rotate=_TURNS.get(orientation, 0) if plain else 0,
        plain=plain,
    )


def _tags(image: Image.Image) -> Any:
    """The tags of a TIFF frame."""
    tiff: Any = image
    return tiff.tag_v2


def _stated(image: Image.Image) -> tuple[float, float] | None:
    """Dots per inch from JFIF or EXIF, pHYs or the TIFF tags, as Pillow reads them; None if absent or no numbers."""
    try:
        across, down = (float(value) for value in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return (across, down) if 0 < across < 1e6 and 0 < down < 1e6 else None


def png_chunks(path: Path) -> set[bytes]:
    """Names of the chunks, each whole, the checksums of those that matter right, IEND last (ISO/IEC 15948 5.3). Decoders are laxer.

    Raises:
        Refused: `DAMAGED`.
    """
    names = set()
    with path.open("rb") as file:
        file.seek(8)
        while b"IEND" not in names:
            header = file.read(8)
            if len(header) < 8:
                raise Refused(ReasonCode.DAMAGED, detail="thiếu dữ liệu")
            length, name = struct.unpack(">I4s", header)
            _check_chunk(file, length, name)
            names.add(name)
    return names


def _check_chunk(file: BinaryIO, length: int, name: bytes) -> None:
    check = zlib.crc32(name)
    while length > 0:
        piece = file.read(min(length, 1 << 20))
        if not piece:
            raise Refused(ReasonCode.DAMAGED, detail="thiếu dữ liệu")
        check = zlib.crc32(piece, check)
        length -= len(piece)
    critical = name[:1].isupper()  # decoders overlook errors in what only comments on the image
    if file.read(4) != struct.pack(">I", check) and critical:
        raise Refused(ReasonCode.DAMAGED, detail="mã kiểm tra của tệp PNG sai")


def pixels(
    source: Path | bytes, kind: Kind, *, frame: int = 0, at_most: int | None = None, turn: bool = False
) -> Pixels:
    """Pixels of one frame, grey or RGB, transparency laid on white; by whole factors smaller if more than `at_most`.

    The whole of the data is decoded, so that what is cut short or broken is found. With `turn` an EXIF orientation is
    applied, as it always is to TIFF.

    Raises:
        Refused: `DAMAGED`.
    """
    with decoding(), Image.open(_openable(source, kind), formats=(_FORMATS[kind],)) as image:
        image.seek(frame)
        factor = _factor(image.width * image.height, at_most)
        if kind is Kind.JPEG:
            image.draft(None, (image.width // factor, image.height // factor))  # the DCT is scaled while decoding
            factor = _factor(image.width * image.height, at_most)
        elif image.width * image.height > _WHOLE and isinstance(source, Path):
            return _grey_by_opencv(source, frame, factor)
        converted = to_rgb(image, factor)
        if turn:
            ImageOps.exif_transpose(converted, in_place=True)
        return np.asarray(converted)


def _openable(source: Path | bytes, kind: Kind) -> Path | io.BytesIO:
    if isinstance(source, Path) and kind is Kind.JPEG and lacks_end(source):
        return io.BytesIO(with_end(source))
    return io.BytesIO(source) if isinstance(source, bytes) else source


def with_end(path: Path) -> bytes:
    """A JPEG file that lacks its end marker, with it. Raises `Refused` (`DAMAGED`) if it lacks more."""
    with decoding():
        data = ended(path)
    if data is None:
        raise Refused(ReasonCode.DAMAGED, detail="thiếu dữ liệu")
    return data


def _factor(count: int, at_most: int | None) -> int:
    factor = 1
    while at_most is not None and count > at_most * factor * factor:
        factor *= 2
    return factor


def _grey_by_opencv(path: Path, frame: int, factor: int) -> Pixels:
    read, images = cv2.imreadmulti(str(path), frame, 1, flags=cv2.IMREAD_GRAYSCALE)
    if not read or not images:
        raise Refused(ReasonCode.DAMAGED, detail="dữ liệu ảnh sai")
    (image,) = images
    size = (image.shape[1] // factor, image.shape[0] // factor)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def to_rgb(image: Image.Image, factor: int = 1) -> Image.Image:
    """Any mode → `L` or `RGB` (sRGB), made smaller by `factor` on the way before memory is spent on conversions."""
    image.load()
    if image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode in {"1", "P"}:
        image = image.convert("L" if image.mode == "1" else "RGB")
    elif image.mode.startswith("I") or image.mode == "F":
        image = Image.fromarray(_to_8_bits(np.asarray(image)))
    if factor > 1:
        whole, image = image, image.reduce(factor)
        whole.close()  # gives its memory back although the caller still holds it
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    elif image.mode in {"CMYK", "LAB"}:
        image = _by_profile(image)
    return image if image.mode in {"L", "RGB"} else image.convert("RGB")


def _to_8_bits(values: np.ndarray[Any, Any]) -> Pixels:
    """16-bit integers by their full range, others by their largest value."""
    brightest = float(np.nan_to_num(values).max(initial=0.0))
    top = 65535.0 if values.dtype.kind != "f" and brightest <= 65535 else max(brightest, 1.0)
    return np.asarray(np.clip(np.nan_to_num(values).astype(np.float32) * (255.0 / top), 0, 255), dtype=np.uint8)


def _by_profile(image: Image.Image) -> Image.Image:
    """CMYK and Lab to sRGB by the embedded profile; without one by Pillow's plain formula."""
    srgb = ImageCms.createProfile("sRGB")
    embedded = image.info.get("icc_profile")
    try:
        profile: Any = (
            ImageCms.createProfile("LAB")
            if image.mode == "LAB"
            else ImageCms.ImageCmsProfile(io.BytesIO(embedded or b""))
        )
        converted = ImageCms.profileToProfile(image, profile, srgb, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        converted = None
    return converted if converted is not None else image.convert("RGB")
