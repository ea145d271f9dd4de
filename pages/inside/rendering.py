"""Pages drawn by poppler (through pdf2image) where their content is no single picture.

Always raw PPM or PGM, never PNG: measured, PNG costs as much as the drawing itself many times over.
"""

import math
import shutil
import subprocess
import sys
from pathlib import Path

import pdf2image
import pikepdf
from pdf2image.exceptions import PDFInfoNotInstalledError, PDFPageCountError, PDFPopplerTimeoutError, PDFSyntaxError
from PIL import Image

from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from pages.inside.documents import Geometry

_MISSING = "poppler is missing: install poppler-utils"
DPI = 300.0  # of the paper
LEAST_DPI = 72.0
_PIXELS = 150_000_000  # A0 at 300 dpi; larger pages are drawn coarser


def dpi_for(shape: Geometry) -> float:
    """300, or less for a page larger than A0.

    Raises:
        Refused: `DECOMPRESSION_BOMB`, a page so large that not even 72 dpi is possible.
    """
    inches = shape.width * shape.height * (shape.unit / 72.0) ** 2
    dpi = min(DPI, math.floor(math.sqrt(_PIXELS / inches)))
    if dpi < LEAST_DPI:
        width, height = shape.pixels(DPI)
        raise Refused(ReasonCode.DECOMPRESSION_BOMB, width=width, height=height)
    return dpi


def require_same_pages(path: Path, count: int, *, seconds: float) -> None:
    """Both qpdf and poppler repair, but differently. Where they find different numbers of pages some are lost, and page 3 of one
    may be page 4 of the other.

    Raises:
        Refused: `DAMAGED`, `TOO_SLOW`.
        Unavailable: poppler is not installed.
    """
    try:
        found = pdf2image.pdfinfo_from_path(str(path), timeout=math.ceil(seconds)).get("Pages", count)
    except PDFPopplerTimeoutError as error:
        raise Refused(ReasonCode.TOO_SLOW, seconds=math.ceil(seconds)) from error
    except PDFPageCountError:
        return  # it cannot open the file at all: `render` gives it single pages then
    except PDFInfoNotInstalledError as error:
        raise Unavailable(_MISSING) from error
    if found != count:
        raise Refused(ReasonCode.DAMAGED, detail=f"chỉ còn {min(found, count)} trong {max(found, count)} trang")


def render(path: Path, number: int, shape: Geometry, *, dpi: float, out: Path, grey: bool, seconds: float) -> Path:
    """Draw page `number` (1-based), upright as readers show it, with annotations, within its CropBox, into `out`.

    The suffix `.ppm` (`.pgm` for grey) is added to `out`. `dpi` is of the paper: poppler knows no UserUnit.

    Raises:
        Refused: `DAMAGED`, `TOO_SLOW`.
        Unavailable: poppler is not installed.
    """
    scaled = dpi * shape.unit
    drawn = _poppler(path, number, dpi=scaled, out=out, grey=grey, seconds=seconds)
    return drawn or _poppler_alone(path, number, dpi=scaled, out=out, grey=grey, seconds=seconds)


def _poppler(path: Path, number: int, *, dpi: float, out: Path, grey: bool, seconds: float) -> Path | None:
    """None if poppler cannot open the file or draws nothing."""
    target = out.with_name(out.name + (".pgm" if grey else ".ppm"))
    target.unlink(missing_ok=True)
    try:
        pdf2image.convert_from_path(
            path,
            dpi=dpi,  # type: ignore[arg-type]  # pdftoppm takes fractions
            output_folder=out.parent,
            output_file=out.name,
            first_page=number,
            last_page=number,
            fmt="ppm",
            grayscale=grey,
            single_file=True,
            paths_only=True,
            use_cropbox=True,
            thread_count=1,
            timeout=math.ceil(seconds),
        )
    except PDFPopplerTimeoutError as error:
        raise Refused(ReasonCode.TOO_SLOW, seconds=math.ceil(seconds)) from error
    except (PDFPageCountError, PDFSyntaxError) as error:
        sys.stderr.write(f"{error}\n")
        return None
    except PDFInfoNotInstalledError as error:
        raise Unavailable(_MISSING) from error
    if not target.exists():
        return None
    require_complete(target)
    return target


def require_complete(raw: Path) -> None:
    """Poppler does not say when it could write only a part.

    Raises:
        Unavailable: the raw image is shorter than its header says.
    """
    with Image.open(raw, formats=("PPM",)) as image:
        needed = image.width * image.height * len(image.getbands())
    if raw.stat().st_size < needed:
        raise Unavailable(f"only a part of the page could be written to {raw.parent}: is the disk full?")


def _poppler_alone(path: Path, number: int, *, dpi: float, out: Path, grey: bool, seconds: float) -> Path:
    """A second try on what qpdf makes of the page: it repairs files that poppler gives up."""
    single = out.with_name(out.name + ".single.pdf")
    try:
        with pikepdf.open(path, suppress_warnings=True) as source, pikepdf.new() as target:
            target.pages.append(source.pages[number - 1])
            target.save(single)
        drawn = _poppler(single, 1, dpi=dpi, out=out, grey=grey, seconds=seconds)
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        raise Refused(ReasonCode.DAMAGED, detail=f"không dựng được trang {number}") from error
    finally:
        single.unlink(missing_ok=True)
    if drawn is None:
        raise Refused(ReasonCode.DAMAGED, detail=f"không dựng được trang {number}")
    return drawn


def tool_version(tool: str) -> str:
    """Version of one of poppler's tools, e.g. `22.12.0`. Raises `Unavailable`."""
    if shutil.which(tool) is None:
        raise Unavailable(f"{tool} is missing: install poppler-utils")
    said = subprocess.run([tool, "-v"], capture_output=True, text=True, check=False, timeout=10).stderr
    return said.split("version", 1)[-1].split(maxsplit=1)[0] if "version" in said else "?"
