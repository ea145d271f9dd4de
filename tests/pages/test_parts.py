"""Pages within a page image: double pages parted at their gutter, cards found on a sheet; ordinary pages left alone."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from khoso.kernel.transcript import Box
from pages.helper import Helper
from pages.images import page_image, preview
from pages.inside.parts import parts_of
from pages.ports import Cut, Kind
from tests.pages.making import Maker

DPI = 150
MM = DPI / 25.4


def found(image: Image.Image) -> list[tuple[str, list[int]]]:
    parts = parts_of(np.asarray(image), DPI, image.width, image.height)
    return [(part["what"], part["box"]) for part in parts]


def side_by_side(make: Maker, *, sheet: str = "a4") -> Image.Image:
    page = make.page(dpi=DPI) if sheet == "a4" else make.page((874, 1240), dpi=105)
    both = Image.new("RGB", (2 * page.width, page.height))
    both.paste(page, (0, 0))
    both.paste(page, (page.width, 0))
    return both


def open_book(make: Maker) -> Image.Image:
    """Two small pages whose back throws a broad shadow."""
    pixels = np.asarray(side_by_side(make, sheet="a5")).astype(np.float32)
    from_back = np.abs(np.arange(pixels.shape[1]) - pixels.shape[1] / 2) / MM
    return Image.fromarray((pixels * (1 - 0.25 * np.exp(-((from_back / 8) ** 2)))[None, :, None]).astype(np.uint8))


def card(words: str) -> Image.Image:
    image = Image.new("RGB", (round(85.6 * MM), round(53.98 * MM)), (228, 240, 236))
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size=14)
    for line in range(8):
        draw.text((150, 30 + 30 * line), f"SPECIMEN {words} {line}", fill="black", font=font)
    return image


def on_sheet(*places: tuple[float, float, float]) -> Image.Image:
    """Cards at (left, top) millimetres of an A4 sheet, turned by degrees."""
    sheet = Image.new("RGB", (1240, 1754), (250, 250, 248))
    for number, (left, top, angle) in enumerate(places):
        turned = card(f"card {number}").convert("RGBA").rotate(angle, expand=True, resample=Image.Resampling.BICUBIC)
        sheet.paste(turned, (round(left * MM), round(top * MM)), turned)
    grain = np.random.default_rng(7).normal(0, 2, (1754, 1240, 1))
    return Image.fromarray(np.clip(np.asarray(sheet) + grain, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_two_sheets_side_by_side_are_parted_at_the_gutter(make: Maker, turn: int) -> None:
    image = side_by_side(make).rotate(turn, expand=True)
    (one, first), (other, second) = found(image)
    assert (one, other) == ("half", "half")
    along = 0 if turn % 180 == 0 else 1
    edge = first[2 + along]
    assert second[along] == edge, "nothing lost, nothing twice"
    assert abs(edge - image.size[along] / 2) < 12 * MM
    assert [first[along], second[2 + along]] == [0, image.size[along]]


def test_an_open_book_is_parted_but_not_a_sheet_with_two_columns(make: Maker) -> None:
    assert [what for what, _ in found(open_book(make))] == ["half", "half"]
    assert found(side_by_side(make, sheet="a5")) == []


def test_a_fold_in_a_sheet_is_no_back_of_a_book(make: Maker) -> None:
    image = side_by_side(make, sheet="a5")
    ImageDraw.Draw(image).line((874, 0, 874, 1240), fill="#909090", width=2)
    assert found(image) == []


def test_print_across_the_middle_keeps_a_large_sheet_whole(make: Maker) -> None:
    image = side_by_side(make)
    font = ImageFont.load_default(size=40)
    ImageDraw.Draw(image).text((900, 60), "SPECIMEN TITLE ACROSS BOTH COLUMNS", fill="black", font=font)
    assert found(image) == []


def test_an_ordinary_page_is_one_page(make: Maker) -> None:
    assert found(make.page(dpi=DPI)) == []
    assert found(make.page((1754, 1240), dpi=DPI, lines=20)) == []


@pytest.mark.parametrize(
    "places",
    [
        [(60, 40, 0)],
        [(60, 40, 4), (62, 130, -7)],
        [(15, 40, 0), (110, 42, 2), (15, 120, 90), (110, 120, 12)],
    ],
)
def test_cards_on_a_sheet_are_found_however_they_lie(places: list[tuple[float, float, float]]) -> None:
    parts = found(on_sheet(*places))
    assert [what for what, _ in parts] == ["card"] * len(places)
    for (left, top, _), (_, box) in zip(places, parts, strict=True):
        assert abs(box[0] / MM - left) < 5
        assert abs(box[1] / MM - top) < 5
        assert {True} == {80 < max(side) < 110 for side in [((box[2] - box[0]) / MM, (box[3] - box[1]) / MM)]}


def test_a_card_on_a_page_of_print_stays_there(make: Maker) -> None:
    page = make.page(dpi=DPI)
    page.paste(card("on a form"), (300, 700))
    assert found(page) == []


def test_a_drawn_frame_of_another_size_is_no_card() -> None:
    sheet = Image.new("RGB", (1240, 1754), "white")
    ImageDraw.Draw(sheet).rectangle((100, 100, 100 + 100 * MM, 100 + 70 * MM), fill=(228, 240, 236))
    assert found(sheet) == []


def test_a_part_is_cut_out_and_its_capture_named(helper: Helper, make: Maker) -> None:
    path = make.save(on_sheet((60, 40, 0)), "thẻ.png", dpi=(DPI, DPI))
    ((_, box),) = found(Image.open(path))
    cut = Cut(Box(*box), "card")
    image = page_image(path, Kind.PNG, 1, helper=helper, folder=make.folder, cut=cut)
    assert image.whole is not None
    assert (image.whole.path, image.at) == (path, (box[0], box[1]))
    assert (image.width, image.height) == (box[2] - box[0], box[3] - box[1])
    cut_pixels = cv2.imread(str(image.path))
    assert cut_pixels is not None
    assert np.array_equal(cut_pixels, cv2.imread(str(path))[box[1] : box[3], box[0] : box[2]])
    small = preview(path, Kind.PNG, 1, helper=helper, width=200, out=make.path("small.jpg"), rotation=0, cut=cut)
    with Image.open(small) as shown:
        assert shown.width == 200
        assert abs(shown.height / 200 - image.height / image.width) < 0.02
