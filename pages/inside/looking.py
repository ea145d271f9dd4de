"""A first look at a file and at each of its pages: the functions `pages.inspecting` calls in a helper process."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from pages import limits as table
from pages.inside import findings
from pages.inside.documents import (
    Geometry,
    active_content,
    filled_signatures,
    geometry,
    opened,
)
from pages.inside.formats import kind_of
from pages.inside.painting import Painting, painting
from pages.inside.paper import resolution
from pages.inside.parts import parts_of
from pages.inside.rasters import Declared, Pixels, declared, pixels
from pages.inside.rendering import DPI, dpi_for, render, require_same_pages
from pages.inside.scans import Scan, jpeg_of, pixels_of, scan_of
from pages.inside.unended import lacks_end
from pages.ports import Kind

_MOST = 40_000_000  # pixels examined: A0 at 150 dpi
_MOST_TO_READ = 2_500_000  # pixels looked at to see that there is something to read, all of the data being decoded
_ROUGH = 100.0  # dpi at which a scan is drawn that cannot be taken out
_GLANCE = 75.0  # dpi at which other pages up to A4 are drawn, to see that they can be and are not blank
Draw = Callable[[Geometry, float], Pixels]
"""Draws the page at hand with a shape at some dpi."""
_TURNED = ("top", "right", "bottom", "left")
_VISIBLE = 20  # levels between the darkest and the lightest pixel of a drawn page that is not blank


def overview(path: str, seconds: float) -> dict[str, Any]:
    """Kind, number of pages and their sizes in sheets (`limits.SHEET`), filled signature fields; names of active
    content, attachments, restrictions. Tools have `seconds`.

    Raises:
        Refused: not accepted, empty, damaged, encrypted, no or too many pages, a bomb by its headers.
    """
    file = Path(path)
    kind = kind_of(file)
    none = {"signatures": 0, "active": [], "restrictions": [], "attachments": []}
    if kind is not Kind.PDF:
        pages = declared(file, kind)
        return {
            "kind": kind.value,
            "pages": len(pages),
            "sheets": [sheets(page.width, page.height) for page in pages],
            "unended": kind is Kind.JPEG and lacks_end(file),
            **none,
        }
    from pages.inside.light import light_look

    with opened(file) as pdf:
        require_same_pages(file, len(pdf.pages), seconds=seconds)
        return {
            "kind": kind.value,
            "pages": len(pdf.pages),
            "sheets": [sheets(*geometry(page).pixels(DPI)) for page in pdf.pages],
            "signatures": filled_signatures(pdf),
            "active": active_content(pdf),
            **light_look(file),
        }


def sheets(width: int, height: int) -> float:
    """How many sheets of A4 at 300 dpi a page is worth: at least one."""
    return min(max(1.0, width * height / table.SHEET), table.MAX_PIXELS / table.SHEET)


def looks(
    path: str, kind: str, first: int, slice_seconds: float, seconds: float, folder: str, *, to_read: bool = False
) -> list[dict[str, Any]]:
    """What is seen of pages from `first` (1-based) on: at least one page, more while `slice_seconds` last; a tool has
    `seconds` for one page. With `to_read` only whether it is blank or dark, and what
    pages it holds.

    Raises:
        Refused: a page is damaged, a bomb, or cannot be drawn.
    """
    file, started = Path(path), time.monotonic()
    seen: list[dict[str, Any]] = []
    each = (
        _pdf_looks(file, first, Path(folder), seconds, to_read=to_read)
        if kind == Kind.PDF
        else _image_looks(file, Kind(kind), first, to_read=to_read)
    )
    for look in each:
        seen.append(look)
        if time.monotonic() - started > slice_seconds:
            break
    return seen


def _image_looks(path: Path, kind: Kind, first: int, *, to_read: bool) -> Iterator[dict[str, Any]]:
    pages = declared(path, kind)
    for number, page in enumerate(pages[first - 1 :], first):
        with on_page(number, len(pages)):
            image = pixels(path, kind, frame=page.frame, at_most=_most(to_read=to_read), turn=not page.plain)
        yield _look(number, "as_is" if page.plain else "decoded", page, image, to_read=to_read)


def _most(*, to_read: bool) -> int:
    return _MOST_TO_READ if to_read else _MOST


def _pdf_looks(path: Path, first: int, folder: Path, seconds: float, *, to_read: bool) -> Iterator[dict[str, Any]]:
    with opened(path) as pdf:
        count = len(pdf.pages)
        for number in range(first, count + 1):
            with on_page(number, count):
                draw = partial(_draw, path, number, folder, seconds)
                yield _pdf_look(pdf.pages[number - 1], number, draw, to_read=to_read)


@contextlib.contextmanager
def on_page(number: int, count: int) -> Iterator[None]:
    """Says on which page of several something is damaged."""
    try:
        yield
    except Refused as error:
        detail = str(error.reason.params.get("detail", ""))
        if error.reason.code is not ReasonCode.DAMAGED or count == 1 or f"trang {number}" in detail:
            raise
        raise Refused(ReasonCode.DAMAGED, detail=f"trang {number}: {detail}") from error


def _pdf_look(page: pikepdf.Page, number: int, draw: Draw, *, to_read: bool) -> dict[str, Any]:
    shape = geometry(page)
    found = painting(page, shape)
    scan = scan_of(found, shape)
    if scan is None or not scan.alone:
        return _drawn_look(number, shape, found, scan, draw)
    as_declared = Declared(0, scan.width, scan.height, scan.stated, scan.rotate, plain=True)
    data = jpeg_of(scan)
    if data is not None:
        image = pixels(data, Kind.JPEG, at_most=_most(to_read=to_read))
        return _look(number, "as_is", as_declared, image, to_read=to_read)
    picture = pixels_of(scan)
    if picture is not None:
        return _look(number, "decoded", as_declared, np.asarray(picture), to_read=to_read)
    return _drawn_scan_look(number, on_paper(shape, scan), scan, draw)


def on_paper(shape: Geometry, scan: Scan) -> Geometry:
    """The page with the size its paper must have had, where the file states an impossible one (pixels as points)."""
    stated = min(scan.stated)
    return replace(shape, unit=shape.unit * stated / resolution(scan.width, scan.height, scan.stated).dpi)


def _look(number: int, source: str, page: Declared, image: Pixels, *, to_read: bool) -> dict[str, Any]:
    """A page of paper whose own pixels are at hand."""
    found = resolution(page.width, page.height, page.stated)
    shown = findings.examine(image, found.dpi * image.shape[1] / page.width, to_read=to_read)
    whole = shown.blank or shown.dark
    return {
        "number": number,
        "width": page.width,
        "height": page.height,
        "dpi": found.dpi,
        "dpi_source": found.source,
        "source": source,
        "text": False,
        "paper": True,
        "image_dpi": found.dpi,
        "findings": {**asdict(shown), "cut": [_turn(edge, page.rotate) for edge in shown.cut]},
        "cuts": [] if whole else parts_of(image, found.dpi, page.width, page.height),
    }


def _turn(edge: str, rotate: int) -> str:
    """The edge's name once the page stands upright."""
    return _TURNED[(_TURNED.index(edge) + rotate // 90) % 4]


def _drawn_scan_look(number: int, shape: Geometry, scan: Scan, draw: Draw) -> dict[str, Any]:
    """A page of paper that only poppler can draw (several layers, JBIG2, CMYK …): what blurs in drawing is not judged."""
    dpi = min(_ROUGH, dpi_for(shape))
    shown = findings.examine(draw(shape, dpi), dpi)
    return {
        **_rendered(number, shape),
        "text": False,
        "paper": True,
        "image_dpi": resolution(scan.width, scan.height, scan.stated).dpi,
        "findings": {**asdict(shown), "blurred": False},
    }


def _drawn_look(number: int, shape: Geometry, found: Painting, scan: Scan | None, draw: Draw) -> dict[str, Any]:
    """A page made electronically: drawn small, to see that it can be drawn and that something is on it."""
    drawn_later = _rendered(number, shape)
    image = draw(shape, _GLANCE / max(1.0, sheets(*shape.pixels(DPI))) ** 0.5)
    blank = int(image.max()) - int(image.min()) < _VISIBLE
    if blank and found.unread:
        raise Refused(ReasonCode.DAMAGED, detail="nội dung trang không đọc được")
    coarse = scan is not None and not found.letters
    return {
        **drawn_later,
        "text": found.letters > 0,
        "paper": False,
        "image_dpi": round(min(scan.stated), 2) if scan is not None and coarse else None,
        "findings": {"blank": blank, "cut": [], "blurred": False, "dark": False},
    }


def _rendered(number: int, shape: Geometry) -> dict[str, Any]:
    dpi = dpi_for(shape)
    width, height = shape.pixels(dpi)
    return {
        "number": number,
        "width": width,
        "height": height,
        "dpi": dpi,
        "dpi_source": "rendered",
        "source": "rendered",
    }


def _draw(path: Path, number: int, folder: Path, seconds: float, shape: Geometry, dpi: float) -> Pixels:
    drawn = render(path, number, shape, dpi=dpi, out=folder / "look", grey=False, seconds=seconds)
    image = cv2.imread(str(drawn), cv2.IMREAD_COLOR_RGB)
    drawn.unlink()
    if image is None:
        raise Refused(ReasonCode.DAMAGED, detail=f"không dựng được trang {number}")
    return np.asarray(image, dtype=np.uint8)
