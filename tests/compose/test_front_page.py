"""The visible marks find free space in the top margin or get a strip above; they cover nothing."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageDraw

from compose.composing import Composed, Sheet
from compose.ink import map_of
from compose.places import AGENCY_FIELD, SCANNER_FIELD, Rect, front_page
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from khoso.kernel.transcript import Box, Line, Transcript, Word
from pages.ports import PageImage
from signing.ports import Place

DPI = 150
A4 = (1240, 1754)


def _pixels(rect: Rect, height: float) -> tuple[int, int, int, int]:
    """A place on a page of `height` points as left, top, right, bottom in pixels, a little larger."""
    scale = DPI / 72
    return (
        int(rect.x0 * scale) - 1,
        int((height - rect.y1) * scale) - 1,
        int(rect.x1 * scale) + 2,
        int((height - rect.y0) * scale) + 2,
    )


def _box(made: Composed) -> list[float]:
    with pikepdf.open(made.path) as pdf:
        return [float(side) for side in pdf.pages[0].MediaBox]


def test_names_are_those_of_signing() -> None:
    assert (Place.SCANNER.value, Place.AGENCY.value) == (SCANNER_FIELD, AGENCY_FIELD)


def test_a_free_margin_takes_both_marks(print_page: Callable, sheet: Callable, composed: Callable) -> None:
    image, transcript = print_page(["Tiêu đề", "nội dung"], top=260)
    made = composed(sheet(image, transcript))
    assert made.strip == 0
    assert _box(made) == pytest.approx([0, 0, 595.2, 841.92])
    scanner, agency = made.places[SCANNER_FIELD], made.places[AGENCY_FIELD]
    assert scanner.x1 < 297 < agency.x0
    for place in (scanner, agency):
        assert place.y0 > 841.92 - 260 * 72 / DPI  # above the text
        assert np.asarray(image.crop(_pixels(place, 841.92))).min() == 255  # nothing under it


def test_marks_go_around_what_stands_in_the_margin(print_page: Callable, sheet: Callable, composed: Callable) -> None:
    image, transcript = print_page(["nội dung"], top=400)
    ImageDraw.Draw(image).ellipse((1000, 20, 1060, 60), fill="#e88080")  # a pale seal that no reader reads
    made = composed(sheet(image, transcript, quality=90))
    place = made.places[AGENCY_FIELD]
    assert made.strip == 0
    assert np.asarray(image.crop(_pixels(place, 841.92))).min() == 255


@pytest.mark.parametrize("top", [20, 70])
def test_without_a_free_margin_a_strip_is_added(
    top: int, print_page: Callable, sheet: Callable, composed: Callable, rendered: Callable, text_of: Callable
) -> None:
    lines = [" ".join(["chữ"] * 18)] * 6
    image, transcript = print_page(lines, top=top)
    made = composed(sheet(image, transcript))
    assert made.strip > 36
    height = 841.92 + made.strip
    assert _box(made) == pytest.approx([0, 0, 595.2, height])
    assert all(841.92 < place.y0 < place.y1 < height for place in made.places.values())
    drawn = rendered(made.path)
    foot = drawn.crop((0, drawn.height - image.height, *drawn.size))
    assert np.abs(np.asarray(foot, int) - np.asarray(image, int)).mean() < 3  # 100 % scale
    assert np.asarray(drawn.crop((0, 0, drawn.width, int(made.strip * DPI / 72) - 2))).min() == 255
    assert text_of(made.path) == lines


def test_an_identity_card_gets_a_page_wide_enough_for_two_marks(
    print_page: Callable, sheet: Callable, composed: Callable, text_of: Callable
) -> None:
    image, transcript = print_page(["CĂN CƯỚC MẪU", "Nguyễn Văn Mẫu"], paper=(506, 319), top=40, left=30)
    made = composed(sheet(image, transcript))
    x0, _, x1, y1 = _box(made)
    assert (x0, x1) == (0, 320)
    assert y1 > 319 * 72 / DPI
    scanner, agency = made.places[SCANNER_FIELD], made.places[AGENCY_FIELD]
    assert 0 < scanner.x0 < scanner.x1 < agency.x0 < agency.x1 < 320
    assert (scanner.x1 - scanner.x0) * (scanner.y1 - scanner.y0) >= 250 * 36  # narrower, so higher
    assert text_of(made.path) == ["CĂN CƯỚC MẪU", "Nguyễn Văn Mẫu"]


def test_only_the_first_page_carries_fields(print_page: Callable, sheet: Callable, composed: Callable) -> None:
    sheets = [sheet(*print_page([f"trang {n}"]), name=f"{n}.jpg") for n in (1, 2)]
    with pikepdf.open(composed(*sheets).path) as pdf:
        assert len(pdf.pages[0].Annots) == 2
        assert "/Annots" not in pdf.pages[1]


def test_what_was_read_counts_as_ink_where_nothing_can_be_seen(
    print_page: Callable, sheet: Callable, composed: Callable
) -> None:
    image, transcript = print_page([])
    faint = Line((Word("rất nhạt", Box(100, 30, 1100, 90), 0.4),), "test")
    assert composed(sheet(image, replace(transcript, lines=(faint,)))).strip == 0  # below it there is room
    faint = Line((Word("rất nhạt", Box(100, 30, 1100, 200), 0.4),), "test")
    assert composed(sheet(image, replace(transcript, lines=(faint,)))).strip > 0


@pytest.mark.parametrize(
    ("paint", "free"),
    [
        ({}, True),
        ({"dust": 40}, True),
        ({"border": 30}, True),
        ({"pencil": 1}, False),
        ({"dark": 1}, False),
    ],
)
def test_what_counts_as_free(paint: Mapping[str, int], *, free: bool) -> None:
    """Dust and a scan's dark border leave room, a pencil line over the margin and a photograph do not."""
    image = Image.new("L", (620, 200), 236)
    pen = ImageDraw.Draw(image)
    for at in range(paint.get("dust", 0)):
        pen.point((15 + 15 * at, (37 * at) % 190), fill=120)
    if border := paint.get("border"):
        pen.rectangle((0, 0, 620, 200), outline=20, width=3)
        pen.rectangle((0, 0, border // 4, 200), fill=20)
    if "pencil" in paint:
        for row in (30, 70, 110):
            pen.line((0, row, 620, row), fill=215, width=2)
    if "dark" in paint:
        pen.rectangle((0, 20, 620, 200), fill=60)
    front = front_page(595, 842, map_of(image, size=0.96, depth=150))
    assert (front.strip == 0) is free


def test_a_turned_capture_is_looked_at_upright(
    tmp_path: Path, print_page: Callable, sheet: Callable, composed: Callable
) -> None:
    """Text at the foot of a page that was scanned upside down leaves its upper margin free."""
    image, transcript = print_page(["chân trang"] * 3, top=1500)
    made = composed(sheet(image, replace(transcript, rotation=180)))
    assert made.strip == 0


def test_a_page_larger_than_pdf_allows_is_refused(tmp_path: Path, composed: Callable) -> None:
    path = tmp_path / "huge.png"
    Image.new("1", (3000, 60), 1).save(path)
    with pytest.raises(Refused) as caught:
        composed(Sheet(PageImage(path, 3000, 60, 10.0), Transcript(3000, 60, 10.0, (), "test")))
    assert caught.value.reason.code is ReasonCode.COMPOSE_FAILED
