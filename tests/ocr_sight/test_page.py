"""Lines are found whatever way the page lies; what is no print is left out."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr.sight.blobs import blobs_of
from ocr.sight.page import SURE, upright
from ocr.sight.pixels import load
from ocr.sight.strips import HEIGHT
from ocr.upright import MOST_SKEW
from tests.ocr_sight.drawing import A4, DPI, LINES, blank, noisy, printed, put, sheared


def bases(page):
    """Baselines of the lines on the page image, from the top."""
    return sorted(page.on_page(line.x0, line.base - 1, line.x0 + 1, line.base).y1 for line in page.found.lines)


def test_each_line_is_found_once_and_where_it_stands(prepared):
    page = prepared(printed())
    drawn = [round(240 + number * 1.5 * 13 * DPI / 72) for number in range(len(LINES))]
    assert bases(page) == pytest.approx(drawn, abs=4)


def test_stacked_accents_do_not_tie_close_lines_together(prepared):
    lines = ("Ngữ cảnh ỷ lại, giỗ chạp", "Ấp Đồng Ổi, Ủy ban nhân dân", "Ở Ẵ Ỗ Ậ quỹ phường Ẩm Thủy") * 3
    assert len(prepared(printed(lines, pitch=1.12)).found.lines) == len(lines)


@pytest.mark.parametrize("degrees", [-40.0, -25.0, 20.0, 40.0])
def test_what_is_as_small_as_a_card_may_lie_as_it_was_thrown(prepared, degrees):
    card = Image.new("RGB", (674, 425), "#eef4ee")
    for row in range(9):
        put(card, 40, 60 + 40 * row, f"Nơi thường trú: xã Hàm Thắng {row}", 8)
    turned = card.rotate(degrees, resample=Image.Resampling.BICUBIC, expand=True, fillcolor="#f4f3ee")
    page = prepared(turned)
    assert page.skew == pytest.approx(degrees, abs=0.3)
    assert len(page.found.lines) == 9
    sheet = blank()
    sheet.paste(turned, (300, 300))
    assert abs(prepared(sheet).skew) <= MOST_SKEW, "a sheet is laid down with more care"


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_is_stood_upright_by_its_print(prepared, turn):
    page = prepared(printed(LINES * 4).rotate(turn, expand=True))
    assert (page.width, page.height, page.rotation) == (*A4, turn)
    assert page.certainty > SURE
    assert len(page.found.lines) == 4 * len(LINES)


@pytest.mark.parametrize(
    ("answers", "rotation"),
    [([0.9], 0), ([0.3, 0.4], 0), ([0.3, 0.9], 180), ([0.1, 0.1, 0.9, 0.1], 90), ([0.1, 0.1, 0.1, 0.9], 270)],
)
def test_a_reader_has_the_last_word(prepared, answers, rotation):
    page = replace(prepared(printed()), certainty=0.0)
    answer = iter([*answers, *[0.1] * 4])
    assert upright(page, lambda strips: next(answer)).rotation == (page.rotation + rotation) % 360


@pytest.mark.parametrize("degrees", [-16.0, -12.0, -3.0, -0.5, 0.0, 0.8, 5.0, 15.5])
def test_skew_is_measured_and_lines_run_level_on_their_strips(prepared, degrees):
    page = prepared(sheared(printed(), degrees))
    assert page.skew == pytest.approx(degrees, abs=0.15)
    assert len(page.found.lines) == len(LINES)
    for strip in page.strips():
        rows = (strip.pixels < 128).any(axis=1)
        assert strip.pixels.shape[0] == HEIGHT
        assert rows[0] == rows[-1] == np.False_  # white above and below: nothing was cut off


def test_boxes_come_back_to_the_page_image(prepared):
    page = prepared(sheared(printed(), 4.0))
    line = max(page.found.lines, key=lambda line: len(line.members))
    box = page.on_page(line.x0, line.base - line.rise, line.x1, line.baseline(line.x1))
    assert (page.grey[box.y0 : box.y1, box.x0 : box.x1] < 128).mean() > 0.01
    assert 0 <= box.x0 < box.x1 <= page.width
    assert 0 <= box.y0 < box.y1 <= page.height


def test_cells_of_a_table_stay_apart_and_rules_are_no_text(prepared):
    image = printed()
    draw = ImageDraw.Draw(image)
    for row in range(4):
        y = 900 + 80 * row
        draw.line([(200, y), (1400, y)], fill="#222222", width=4)
        if row < 3:
            for x, text in ((215, "Họ và tên"), (605, "Ngày sinh"), (1005, "Quê quán")):
                put(image, x, y + 55, text)
    for x in (200, 590, 990, 1400):
        draw.line([(x, 900), (x, 1140)], fill="#222222", width=4)
    assert len(prepared(image).found.lines) == len(LINES) + 9


def test_dotted_leaders_are_no_text(prepared):
    image = printed()
    put(image, 200, 1000, "Họ và tên:" + "." * 90)
    put(image, 200, 1080, "." * 120)
    page = prepared(image)
    assert len(page.found.lines) == len(LINES) + 1
    label = max(page.found.lines, key=lambda line: line.base)
    assert page.on_page(label.x0, label.base - 5, label.x1, label.base).x1 < 500


def test_large_and_small_print_share_a_page(prepared):
    image = printed()
    put(image, 300, 1100, "GIẤY CHỨNG NHẬN", points=34)
    put(image, 300, 1300, "Mẫu số 01 ban hành kèm theo Thông tư số 04/2020/TT-BTP", points=8)
    rises = sorted(line.rise * DPI / 72 for line in prepared(image).found.lines)
    assert len(rises) == len(LINES) + 2
    assert rises[-1] > 2 * rises[len(rises) // 2] > 2 * rises[0]


def test_red_titles_and_blue_stamps_are_found_at_the_second_look(prepared):
    image = printed()
    put(image, 300, 1100, "GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT", points=18, ink="#d02030")
    put(image, 300, 1300, "ĐÃ THU LỆ PHÍ HỘ TỊCH", points=14, ink="#3040c0")
    page = prepared(image)
    assert len(page.found.lines) == len(LINES)
    assert sum(strip.pale for strip in page.strips()) == 2


def test_a_red_title_of_many_capitals_is_no_ornament(prepared):
    image = printed()
    put(image, 120, 1100, "BẰNG TỐT NGHIỆP TRUNG HỌC PHỔ THÔNG", points=24, ink="#d02030")
    draw = ImageDraw.Draw(image)
    for x in range(120, 1500, 26):  # an ornament: the same shape again and again
        draw.polygon([(x, 1400), (x + 10, 1388), (x + 20, 1400), (x + 10, 1412)], fill="#d02030")
    strips = [strip for strip in prepared(image).strips() if strip.pale]
    assert [(strip.line.base > 500, len(strip.line.members) >= 27) for strip in strips] == [(True, True)]


def test_the_tall_letters_at_the_ends_of_a_red_line_stay_with_it(prepared):
    image = printed()
    put(image, 240, 1100, "BẰNG CỬ NHÂN", points=30, ink="#d02030")
    for number in range(9):  # small coloured print all around tells another size
        put(image, 200, 1250 + 60 * number, "mẫu dùng thử, không có giá trị", points=9, ink="#3040c0")
    page = prepared(image)
    title = max((strip.line for strip in page.strips() if strip.pale), key=lambda line: line.rise)
    assert page.on_page(title.x0, 0, title.x1, 1).x0 <= 250


def test_red_ink_on_a_faint_page_may_be_faint_too(prepared):
    image = printed()
    put(image, 300, 1100, "GIẤY CHỨNG NHẬN KẾT HÔN", points=22, ink="#d02030")
    faint = Image.blend(image, Image.new("RGB", image.size, "#f4f3ee"), 0.66)
    assert [len(strip.line.members) > 18 for strip in prepared(faint).strips() if strip.pale] == [True]


def test_scraps_of_guilloche_do_not_tell_the_size_of_the_print() -> None:
    mask = np.zeros((1200, 1200), np.uint8)
    for number in range(300):  # letters
        x, y = 20 + 38 * (number % 30), 40 + 60 * (number // 30)
        mask[y : y + 20, x : x + 14] = 1
    for number in range(500):  # scraps
        x, y = 20 + 11 * (number % 100), 800 + 40 * (number // 100)
        mask[y : y + 6, x : x + 3] = 1
    assert 14 < blobs_of(mask).body < 20


def test_grain_seals_and_signatures_make_no_lines(prepared):
    image = noisy(printed(), 8)
    draw = ImageDraw.Draw(image)
    draw.ellipse([900, 1200, 1300, 1600], outline="#d02030", width=9)
    draw.ellipse([960, 1260, 1240, 1540], outline="#d02030", width=5)
    draw.line([(800, 1500), (900, 1350), (950, 1520), (1100, 1330), (1200, 1480)], fill="#2030a0", width=5)
    page = prepared(image)
    assert len(list(page.strips())) <= len(LINES) + 1
    assert len(page.found.lines) == len(LINES)


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 2), (40, 40)])
@pytest.mark.parametrize("paper", ["white", "black"])
def test_scraps_have_no_lines(prepared, size, paper):
    page = prepared(Image.new("RGB", size, paper))
    assert page.found.lines == ()
    assert list(page.strips()) == []


def test_a_blank_page_has_no_lines_and_no_opinion(prepared):
    page = prepared(noisy(blank(), 4))
    assert (page.found.lines, page.rotation, page.skew) == ((), 0, 0.0)
    assert page.certainty < SURE


def test_what_belongs_to_a_neighbour_is_painted_over(prepared):
    page = prepared(printed(("ghyqjp ghyqjp ghyqjp ghyqjp", "ỦỶẪỒ ỦỶẪỒ ỦỶẪỒ ỦỶẪỒ") * 3, pitch=1.0))
    for strip in page.strips():
        edges = np.concatenate([strip.pixels[0], strip.pixels[-1]])
        assert (edges < 110).mean() < 0.02


def test_boxes_of_pieces_are_those_of_opencv() -> None:
    mask = (np.random.default_rng(3).random((90, 130)) < 0.2).astype(np.uint8)
    blobs = blobs_of(mask)
    _count, _labels, table, _centres = cv2.connectedComponentsWithStats(mask, connectivity=8)
    mine = np.stack([blobs.x, blobs.y, blobs.w, blobs.h, blobs.area], axis=1)
    assert sorted(map(tuple, mine.tolist())) == sorted(map(tuple, table[1:].tolist()))
    first = np.argwhere(blobs.labels == 1)
    assert (first[:, 1].min(), first[:, 0].min()) == (blobs.x[0], blobs.y[0])
    assert len(blobs_of(np.zeros((40, 40), np.uint8))) == 0


def test_a_picture_is_decoded_once(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.pgm"), np.full((50, 40), 200, np.uint8))
    first = load(tmp_path / "a.pgm")
    assert load(tmp_path / "a.pgm") is first
    cv2.imwrite(str(tmp_path / "a.pgm"), np.full((60, 40), 100, np.uint8))
    assert load(tmp_path / "a.pgm").shape[0] == 60, "another picture under the same name"
