"""Free space for a mark on the first page of a PDF that Khoso did not compose. Runs in a helper: it renders the page."""

import io
import subprocess
from pathlib import Path
from typing import Any

from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.rw_common import PdfHandler

from compose.ink import CELLS_PER_INCH, map_of
from compose.places import Rect, margin_place, zone_depth

_PATIENCE = 8.0  # seconds; a page that draws longer gets an invisible signature
_WIDEST = 3000.0  # points; larger sheets would make a huge picture for two lines of text


def first_page(handler: PdfHandler) -> generic.DictionaryObject:
    """Page 1.

    Raises:
        LookupError: the page tree has none.
    """
    node: generic.DictionaryObject = handler.root["/Pages"]
    for _ in range(64):  # deeper than any honest tree, and no circle holds us
        if "/Kids" not in node:
            return node
        node = node["/Kids"][0]
    raise LookupError("the page tree has no first page")


def rotation(page: generic.DictionaryObject) -> int:
    """By how many degrees clockwise viewers turn a page: 0, 90, 180 or 270."""
    turned = _inherited(page, "/Rotate")
    return int(turned) % 360 // 90 * 90 if isinstance(turned, generic.NumberObject) else 0


def free_margin(path: Path, page: generic.DictionaryObject, *, right: bool) -> Rect | None:
    """Free space in the top margin as viewers show the page, in the page's own coordinates; None if there is none."""
    box = _inherited(page, "/CropBox") or _inherited(page, "/MediaBox")
    if box is None or "/UserUnit" in page:
        return None
    sides = [float(side) for side in box]
    x0, y0 = min(sides[0], sides[2]), min(sides[1], sides[3])
    width, height = abs(sides[2] - sides[0]), abs(sides[3] - sides[1])
    turn = rotation(page)
    shown = (height, width) if turn in {90, 270} else (width, height)
    if max(shown) > _WIDEST:
        return None
    picture = _rendered(path)
    if picture is None:
        return None
    ink = map_of(picture, size=72 / CELLS_PER_INCH, depth=zone_depth(shown[1]))
    place = margin_place(*shown, ink, right=right)
    return place and _in_page(place, turn, x0, y0, width, height)


def _rendered(path: Path) -> Image.Image | None:
    """Page 1 as viewers show it, None if poppler cannot or takes too long."""
    command = ["pdftoppm", "-q", "-r", str(CELLS_PER_INCH), "-f", "1", "-l", "1", "-cropbox", str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=True)
        picture = Image.open(io.BytesIO(done.stdout), formats=("PPM",))
        picture.load()
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return picture


def _in_page(place: Rect, turn: int, x0: float, y0: float, width: float, height: float) -> Rect:
    """A rectangle of the shown page in the page's own, unturned coordinates."""
    corners = [(place.x0, place.y0), (place.x1, place.y1)]
    moved = {
        0: [(x, y) for x, y in corners],
        90: [(width - y, x) for x, y in corners],
        180: [(width - x, height - y) for x, y in corners],
        270: [(y, height - x) for x, y in corners],
    }[turn]
    (ax, ay), (bx, by) = moved
    return Rect(x0 + min(ax, bx), y0 + min(ay, by), x0 + max(ax, bx), y0 + max(ay, by))


def _inherited(page: generic.DictionaryObject, key: str) -> Any:
    """A page attribute or None, looked for up the tree (ISO 32000-1 §7.7.3.4)."""
    node = page
    for _ in range(64):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            return None
        node = node["/Parent"]
    return None
