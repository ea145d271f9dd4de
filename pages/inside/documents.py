"""PDF files as structure (ISO 32000-1/-2): opening, boxes, signature fields, what may act by itself, restrictions.

qpdf (through pikepdf) is the authority on structure, since it repairs what viewers repair. What pypdf says of permissions and
attachments (`pages.inside.light`) a sender may ask about; its failure decides nothing.
"""

import contextlib
import math
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from pages import limits as table

POINTS = 72.0  # to the inch
_LETTER = (0.0, 0.0, 612.0, 792.0)  # what readers take where no MediaBox is given
_DEPTH = 40  # of nested fields or direct objects: more is a trap

# Actions (ISO 32000-2 12.6.4) and annotations that do or carry something; a GoTo or a web link does not act by itself.
_ACTIONS = {
    "/JavaScript": "JavaScript",
    "/Launch": "lệnh mở chương trình",
    "/SubmitForm": "gửi dữ liệu biểu mẫu",
    "/ImportData": "nhập dữ liệu biểu mẫu",
    "/GoToE": "mở tệp đính kèm",
    "/Movie": "phim",
    "/Sound": "âm thanh",
    "/Rendition": "đa phương tiện",
    "/RichMediaExecute": "đa phương tiện",
    "/GoTo3DView": "mô hình 3D",
}
_CARRIERS = {
    "/FileAttachment": "tệp đính kèm",
    "/Movie": "phim",
    "/Sound": "âm thanh",
    "/Screen": "đa phương tiện",
    "/RichMedia": "đa phương tiện",
    "/3D": "mô hình 3D",
}


@dataclass(frozen=True, slots=True)
class Geometry:
    """The visible part of a page.

    Attributes:
        box: left, bottom, right, top in points: CropBox within MediaBox.
        rotate: degrees clockwise (0, 90, 180, 270) by which readers turn it.
        unit: inches per 1/72: UserUnit.
    """

    box: tuple[float, float, float, float]
    rotate: int
    unit: float

    @property
    def width(self) -> float:
        """Points across as shown, turned."""
        x0, y0, x1, y1 = self.box
        return x1 - x0 if self.rotate % 180 == 0 else y1 - y0

    @property
    def height(self) -> float:
        """Points down as shown, turned."""
        x0, y0, x1, y1 = self.box
        return y1 - y0 if self.rotate % 180 == 0 else x1 - x0

    def pixels(self, dpi: float) -> tuple[int, int]:
        """Width and height in pixels of the page as poppler draws it."""
        scale = dpi * self.unit / POINTS
        return max(1, math.ceil(round(self.width * scale, 6))), max(1, math.ceil(round(self.height * scale, 6)))


@contextlib.contextmanager
def opened(path: Path) -> Iterator[pikepdf.Pdf]:
    """The document, its cross-reference table repaired if need be, its pages at hand.

    Raises:
        Refused: `ENCRYPTED` (needs a password), `DAMAGED`, `NO_PAGES`, `TOO_MANY_PAGES`.
    """
    try:
        pdf = pikepdf.open(path, suppress_warnings=True, inherit_page_attributes=True)
    except pikepdf.PasswordError as error:
        raise Refused(ReasonCode.ENCRYPTED) from error
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        traceback.print_exc(file=sys.stderr)
        raise Refused(ReasonCode.DAMAGED, detail="cấu trúc PDF hỏng") from error
    with pdf:
        try:
            count = len(pdf.pages)
        except (pikepdf.PdfError, RuntimeError, ValueError) as error:
            traceback.print_exc(file=sys.stderr)
            raise Refused(ReasonCode.DAMAGED, detail="cây trang của PDF hỏng") from error
        if count == 0:
            raise Refused(ReasonCode.NO_PAGES)
        if count > table.MAX_PAGES:
            raise Refused(ReasonCode.TOO_MANY_PAGES, pages=count, limit=table.MAX_PAGES)
        yield pdf


def numbers(value: Any, count: int) -> tuple[float, ...] | None:
    """`count` finite numbers of a PDF array; None if it is anything else."""
    try:
        if value is None or len(value) != count:
            return None
        found = tuple(float(item) for item in value)
    except (TypeError, ValueError, pikepdf.PdfError):
        return None
    return found if all(math.isfinite(item) for item in found) else None


def geometry(page: pikepdf.Page) -> Geometry:
    """Where the visible page lies; defaults stand in for what is missing or senseless, as in readers."""
    media = _box(page.obj.get("/MediaBox")) or _LETTER
    crop = _box(page.obj.get("/CropBox")) or media
    box = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    if box[0] >= box[2] or box[1] >= box[3]:
        box = media
    (rotate,) = numbers([page.obj.get("/Rotate", 0)], 1) or (0.0,)
    (unit,) = numbers([page.obj.get("/UserUnit", 1)], 1) or (1.0,)
    return Geometry(box, int(rotate) % 360 // 90 * 90, unit if 0.01 <= unit <= 1000 else 1.0)


def _box(value: Any) -> tuple[float, float, float, float] | None:
    corners = numbers(value, 4)
    if corners is None:
        return None
    x0, x1 = sorted((corners[0], corners[2]))
    y0, y1 = sorted((corners[1], corners[3]))
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def filled_signatures(pdf: pikepdf.Pdf) -> int:
    """Number of signature fields with a value (ISO 32000-2 12.7.5.5), each counted once."""
    form = pdf.Root.get("/AcroForm")
    seen: set[tuple[int, int]] = set()
    return sum(_signatures_below(field, None, seen, 0) for field in _items(_get(form, "/Fields")))


def _signatures_below(field: Any, inherited: Any, seen: set[tuple[int, int]], depth: int) -> int:
    if not isinstance(field, pikepdf.Dictionary) or depth > _DEPTH:
        return 0
    if field.is_indirect:
        if field.objgen in seen:
            return 0
        seen.add(field.objgen)
    kind = _get(field, "/FT", inherited)
    own = kind == "/Sig" and isinstance(_get(field, "/V"), pikepdf.Dictionary)
    return int(own) + sum(_signatures_below(kid, kind, seen, depth + 1) for kid in _items(_get(field, "/Kids")))


def active_content(pdf: pikepdf.Pdf) -> tuple[str, ...]:
    """Names of whatever in the file may act by itself or carries other files, in no matter which corner of it."""
    found: set[str] = set()
    for item in pdf.objects:
        _look_for_action(item, found, 0)
    return tuple(sorted(found))


def _look_for_action(item: Any, found: set[str], depth: int) -> None:
    if isinstance(item, pikepdf.Stream):
        item = item.stream_dict
    if isinstance(item, pikepdf.Dictionary):
        found.update(_acts(item))
        inner = [value for _, value in item.items()]
    elif isinstance(item, pikepdf.Array):
        inner = list(item)
    else:
        return
    if depth < _DEPTH:
        for value in inner:
            if (
                isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect
            ):  # the others come by themselves
                _look_for_action(value, found, depth + 1)


def _acts(dictionary: Any) -> Iterator[str]:
    kind = dictionary.get("/S")
    yield from (name for key, name in _ACTIONS.items() if kind == key)
    kind = dictionary.get("/Subtype")
    yield from (name for key, name in _CARRIERS.items() if kind == key)
    if "/JS" in dictionary:
        yield "JavaScript"
    if "/XFA" in dictionary:
        yield "biểu mẫu XFA"
    if "/EF" in dictionary or dictionary.get("/Type") == "/EmbeddedFile":
        yield "tệp đính kèm"


def _get(holder: Any, key: str, default: Any = None) -> Any:
    """A dictionary's value; the default where the holder is no dictionary or the value is null."""
    if not isinstance(holder, pikepdf.Dictionary | pikepdf.Stream):
        return default
    value = holder.get(key)
    return default if value is None else value


def _items(value: Any) -> list[Any]:
    return list(value) if isinstance(value, pikepdf.Array) else []
