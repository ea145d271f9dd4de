"""Page images and previews: the functions `pages.images` calls in a helper process."""

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
from PIL import Image, ImageDraw

from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from pages.inside.documents import POINTS, Geometry, geometry, opened
from pages.inside.looking import on_page, on_paper, sheets
from pages.inside.painting import painting
from pages.inside.paper import resolution
from pages.inside.rasters import Declared, Pixels, declared, pixels, with_end
from pages.inside.rendering import DPI, LEAST_DPI, dpi_for, render
from pages.inside.scans import Scan, jpeg_of, pixels_of, scan_of
from pages.inside.unended import lacks_end
from pages.ports import Kind

_QUALITY = 80  # of previews
_AROUND, _AROUND_SHARE = 2, 0.15  # pixels, or share of its height, painted around a place that is covered


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One page of a PDF: its shape, and the scan it consists of, if it does."""

    shape: Geometry
    scan: Scan | None
    jpeg: bytes | None
    picture: Image.Image | None


def page_sheets(path: str, kind: str, number: int) -> float:
    """The size of page `number` (1-based) in sheets of A4 at 300 dpi (`limits.SHEET`).

    Raises:
        Refused: `DAMAGED`, there is no such page.
    """
    file = Path(path)
    if kind != Kind.PDF:
        page = _frame(file, Kind(kind), number)
        return sheets(page.width, page.height)
    with opened(file) as pdf:
        return sheets(*geometry(_page(pdf, number)).pixels(DPI))


def page_image(
    path: str, kind: str, number: int, out: str, seconds: float, cut: Sequence[int] | None = None
) -> dict[str, Any]:
    """Fields of a `pages.ports.PageImage` of page `number` (1-based); what must be written goes to `out` with a suffix.

    `cut`: edges of the part of it that is the page, in its pixels.

    Raises:
        Refused: `DAMAGED`, `DECOMPRESSION_BOMB`, `TOO_SLOW` …
    """
    whole = _whole_image(Path(path), kind, number, Path(out), seconds)
    return whole if cut is None else _cut_out(whole, cut, Path(out))


def _cut_out(whole: dict[str, Any], cut: Sequence[int], out: Path) -> dict[str, Any]:
    """A part of a page image, as raw pixels beside it."""
    x0, y0, x1, y1 = cut
    if not (0 <= x0 < x1 <= whole["width"] and 0 <= y0 < y1 <= whole["height"]):
        raise Refused(ReasonCode.DAMAGED, detail="dữ liệu ảnh sai")
    path = Path(whole["path"])
    with path.open("rb") as file:
        magic = file.read(4)
    if magic[:2] in {b"P5", b"P6"}:
        with Image.open(path, formats=("PPM",)) as image:
            part = image.crop((x0, y0, x1, y1))
    else:
        kind = Kind.PNG if magic == b"\x89PNG" else Kind.JPEG if magic[:2] == b"\xff\xd8" else Kind.TIFF
        part = Image.fromarray(pixels(path, kind, frame=whole["frame"])[y0:y1, x0:x1])
    target = _save_raw(part, out.with_name(f"{out.name}-{x0}-{y0}-{x1}-{y1}"))
    return {
        **_image(target, *part.size, whole["dpi"], rotate=whole["rotate"]),
        "whole": whole,
        "at": [x0, y0],
    }


def cut_tiles(path: str, frame: int, boxes: Sequence[Sequence[int]], out: str) -> list[str]:
    """Parts of a page image (edges in its pixels) as raw pixels in files named after `out`; returns their paths.

    Raises:
        Refused: `DAMAGED`.
    """
    image = _decoded(Path(path), frame)
    written = []
    for number, (x0, y0, x1, y1) in enumerate(boxes):
        target = Path(f"{out}-{number:03d}.{'pgm' if image.ndim == 2 else 'ppm'}")
        if not cv2.imwrite(str(target), image[y0:y1, x0:x1]):
            raise Unavailable(f"nothing can be written to {target.parent}: is the disk full?")
        written.append(str(target))
    return written


def digests_of_parts(path: str, frame: int, boxes: Sequence[Sequence[int]]) -> list[str]:
    """SHA-256 of the pixels of parts of a page image: `width×height×channels:` and the rows, blue, green, red or grey.

    Raises:
        Refused: `DAMAGED`.
    """
    image = _decoded(Path(path), frame)
    digests = []
    for x0, y0, x1, y1 in boxes:
        part = np.ascontiguousarray(image[max(0, y0) : y1, max(0, x0) : x1])
        channels = 1 if part.ndim == 2 else part.shape[2]
        head = f"{part.shape[1]}×{part.shape[0]}×{channels}:".encode()
        digests.append(hashlib.sha256(head + part.tobytes()).hexdigest())
    return digests


def _decoded(path: Path, frame: int) -> Pixels:
    """Grey, or blue, green and red, as OpenCV has them; plain JPEG and raw pixels without a second copy."""
    with path.open("rb") as file:
        magic = file.read(4)
    if magic[:2] in {b"P5", b"P6"} or (magic[:2] == b"\xff\xd8" and frame == 0):
        read = cv2.imread(str(path), cv2.IMREAD_ANYCOLOR | cv2.IMREAD_IGNORE_ORIENTATION)
        if read is None:
            raise Refused(ReasonCode.DAMAGED, detail="dữ liệu ảnh sai")
        return np.asarray(read, dtype=np.uint8)
    decoded = pixels(path, Kind.PNG if magic == b"\x89PNG" else Kind.TIFF, frame=frame)
    return decoded if decoded.ndim == 2 else np.asarray(cv2.cvtColor(decoded, cv2.COLOR_RGB2BGR), dtype=np.uint8)


def _whole_image(file: Path, kind: str, number: int, target: Path, seconds: float) -> dict[str, Any]:
    if kind == Kind.PDF:
        return _of_pdf(file, number, target, seconds)
    page = _frame(file, Kind(kind), number)
    dpi = resolution(page.width, page.height, page.stated).dpi
    if page.plain and kind == Kind.JPEG and lacks_end(file):  # readers warn of it, or refuse it
        target = _written(target.with_suffix(".jpg"), lambda part: part.write_bytes(with_end(file)))
        return _image(target, page.width, page.height, dpi, rotate=page.rotate)
    if page.plain:
        return _image(file, page.width, page.height, dpi, frame=page.frame, rotate=page.rotate)
    converted = Image.fromarray(pixels(file, Kind(kind), frame=page.frame, turn=True))
    return _image(_save_raw(converted, target), *converted.size, dpi)


def _of_pdf(path: Path, number: int, out: Path, seconds: float) -> dict[str, Any]:
    sheet = _sheet(path, number)
    scan = sheet.scan
    if scan is not None and (sheet.jpeg is not None or sheet.picture is not None):
        dpi = resolution(scan.width, scan.height, scan.stated).dpi
        if sheet.jpeg is not None:
            target = _written(out.with_suffix(".jpg"), lambda part: part.write_bytes(sheet.jpeg or b""))
        else:
            assert sheet.picture is not None  # noqa: S101 - one of both
            target = _save_raw(sheet.picture, out)
        return _image(target, scan.width, scan.height, dpi, rotate=scan.rotate)
    dpi = dpi_for(sheet.shape)
    drawn = render(
        path, number, sheet.shape, dpi=dpi, out=out.with_name(f".{out.name}.part"), grey=False, seconds=seconds
    )
    target = drawn.replace(out.with_suffix(".ppm"))
    with Image.open(target, formats=("PPM",)) as image:
        return _image(target, *image.size, dpi)


def preview(
    path: str,
    kind: str,
    number: int,
    width: int,
    rotation: int | None,
    out: str,
    seconds: float,
    cut: Sequence[int] | None = None,
    black: Sequence[Sequence[float]] = (),
) -> None:
    """A JPEG of page `number` or of a part of it (`cut`: edges in its pixels), `width` pixels across when upright,
    written to `out`. `black`: places of the upright page, as shares of its width and height, that are painted over.

    Raises:
        Refused: as `page_image`.
    """
    file, target = Path(path), Path(out)
    if kind == Kind.PDF:
        image, stated = _small_of_pdf(file, number, width if cut is None else 3 * width, target, seconds)
    else:
        page = _frame(file, Kind(kind), number)
        most = _enough(page.width, page.height, width if cut is None else 3 * width)
        image, stated = (
            Image.fromarray(pixels(file, Kind(kind), frame=page.frame, at_most=most, turn=not page.plain)),
            page.rotate,
        )
    if cut is not None:
        image = _part(image, cut, _size_of(file, kind, number))
    turned = (stated if rotation is None else rotation) % 360
    across, down = image.size if turned % 180 == 0 else image.size[::-1]
    size = (width, max(1, round(down * width / across)))
    image = image.resize(
        size if turned % 180 == 0 else size[::-1], Image.Resampling.BOX if across < width else Image.Resampling.LANCZOS
    )
    upright = image.rotate(-turned, expand=True)
    _blacken(upright, black)
    _written(target, lambda part: upright.save(part, format="JPEG", quality=_QUALITY))


def _blacken(image: Image.Image, places: Sequence[Sequence[float]]) -> None:
    """Paint places over, with a little around them: boxes of words end where their ink does."""
    draw = ImageDraw.Draw(image)
    for left, top, right, bottom in places:
        x0, x1 = sorted((left * image.width, right * image.width))
        y0, y1 = sorted((top * image.height, bottom * image.height))
        more = max(_AROUND, _AROUND_SHARE * (y1 - y0))
        draw.rectangle(
            (math.floor(x0 - more), math.floor(y0 - more), math.ceil(x1 + more), math.ceil(y1 + more)), fill=0
        )


def _part(image: Image.Image, cut: Sequence[int], size: tuple[int, int]) -> Image.Image:
    """What lies within `cut`, edges in pixels of the page image of `size`, in a smaller image of it."""
    across, down = image.width / size[0], image.height / size[1]
    x0, y0, x1, y1 = cut
    box = (round(x0 * across), round(y0 * down), round(x1 * across), round(y1 * down))
    return image.crop((box[0], box[1], max(box[2], box[0] + 1), max(box[3], box[1] + 1)))


def _size_of(path: Path, kind: str, number: int) -> tuple[int, int]:
    """Width and height of a page image, without decoding it."""
    if kind != Kind.PDF:
        page = _frame(path, Kind(kind), number)
        return page.width, page.height
    sheet = _sheet(path, number)
    if sheet.scan is not None and (sheet.jpeg is not None or sheet.picture is not None):
        return sheet.scan.width, sheet.scan.height
    return sheet.shape.pixels(dpi_for(sheet.shape))


def _small_of_pdf(path: Path, number: int, width: int, out: Path, seconds: float) -> tuple[Image.Image, int]:
    """The page not much larger than needed, and the turn its container states."""
    sheet = _sheet(path, number)
    scan = sheet.scan
    if scan is not None and sheet.jpeg is not None:
        return Image.fromarray(
            pixels(sheet.jpeg, Kind.JPEG, at_most=_enough(scan.width, scan.height, width))
        ), scan.rotate
    if scan is not None and sheet.picture is not None:
        return sheet.picture, scan.rotate
    inches = min(sheet.shape.width, sheet.shape.height) * sheet.shape.unit / POINTS
    dpi = min(max(width / inches, LEAST_DPI / 4), dpi_for(sheet.shape))
    part = out.with_name(f".{out.name}.drawn")
    drawn = render(path, number, sheet.shape, dpi=dpi, out=part, grey=False, seconds=seconds)
    try:
        with Image.open(drawn, formats=("PPM",)) as image:
            return image.copy(), 0
    finally:
        drawn.unlink()


def _enough(width: int, height: int, across: int) -> int:
    """Pixels an image may be reduced to so that its shorter side still has `across`, where it had."""
    return max(1, round(4 * across * across * max(width, height) / min(width, height)))


def _frame(path: Path, kind: Kind, number: int) -> Declared:
    pages = declared(path, kind)
    if not 1 <= number <= len(pages):
        raise Refused(ReasonCode.DAMAGED, detail=f"không có trang {number}")
    return pages[number - 1]


def _page(pdf: pikepdf.Pdf, number: int) -> pikepdf.Page:
    if not 1 <= number <= len(pdf.pages):
        raise Refused(ReasonCode.DAMAGED, detail=f"không có trang {number}")
    return pdf.pages[number - 1]


def _sheet(path: Path, number: int) -> _Sheet:
    with opened(path) as pdf:
        page = _page(pdf, number)
        with on_page(number, len(pdf.pages)):
            shape = geometry(page)
            scan = scan_of(painting(page, shape), shape)
            if scan is None or not scan.alone:
                return _Sheet(shape, None, None, None)
            jpeg = jpeg_of(scan)
            return _Sheet(on_paper(shape, scan), scan, jpeg, pixels_of(scan) if jpeg is None else None)


def _image(path: Path, width: int, height: int, dpi: float, *, frame: int = 0, rotate: int = 0) -> dict[str, Any]:
    return {"path": str(path), "width": width, "height": height, "dpi": dpi, "frame": frame, "rotate": rotate}


def _save_raw(image: Image.Image, out: Path) -> Path:
    target = out.with_suffix(".pgm" if image.mode == "L" else ".ppm")
    return _written(target, lambda part: image.save(part, format="PPM"))


def _written(target: Path, write: Callable[[Path], object]) -> Path:
    """`target`, whole or not at all: a second run finds what the first one left, or writes the same again."""
    part = target.with_name(f".{target.name}.part")
    write(part)
    return part.replace(target)
