"""Cards and certificates: small print faint or blurred, titles between two sizes, single words typed in colour."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from ocr.both_child import read_again
from ocr.language.model import language
from ocr.sight.pixels import ink
from ocr.sight.words import Reading, Said, lines_of
from tests.ocr_sight.drawing import LINES, blank, font, noisy, put

CARD = (
    "Họ và tên: NGUYỄN THỊ MẪU",
    "Ngày sinh: 22/09/1986",
    "Quốc tịch: VIỆT NAM",
    "Nơi cư trú: Xóm 7, xã Sông Lũy",
    "Hạng: C",
) * 2


def card(colour: str = "#202024") -> Image.Image:
    image = blank()
    for number, line in enumerate(CARD):
        put(image, 300, 300 + 24 * number, line, 6, colour)
    return image


def test_faint_print_is_found_beside_black_specks(prepared):
    image = card(colour="#a9a9a6")
    draw = ImageDraw.Draw(image)
    for x, y in ((60, 700), (60, 1500), (1500, 90)):  # punch holes, a staple
        draw.ellipse((x, y, x + 22, y + 22), fill="#101010")
    assert len([line for line in prepared(image).found.lines if len(line.members) > 4]) == len(CARD)


def test_specks_alone_make_no_page(prepared):
    image = blank()
    ImageDraw.Draw(image).ellipse((60, 700, 82, 722), fill="#101010")
    assert prepared(image).found.lines == ()


@pytest.mark.parametrize(("blur", "lines"), [(1.3, 9), (1.6, 8)])
def test_letters_that_blur_ran_together_are_parted(prepared, blur, lines):
    page = prepared(card().filter(ImageFilter.GaussianBlur(blur)))
    assert page.rotation == 0
    assert len([line for line in page.found.lines if len(line.members) > 6]) >= lines


@pytest.mark.parametrize("points", [15, 17, 19, 21, 23, 25, 27])
def test_a_title_between_two_sizes_is_one_line(prepared, points):
    image = blank()
    put(image, 400, 200, "CHỨNG CHỈ ỨNG DỤNG", points)
    for number, line in enumerate(LINES * 2):
        put(image, 200, 320 + 50 * number, line, 11)
    page = prepared(image)
    above = [line for line in page.found.lines if page.on_page(line.x0, line.base, line.x1, line.base).y1 < 260]
    assert len(above) == 1
    assert len(above[0].members) >= len("CHỨNGCHỈỨNGDỤNG")


def form(answer: str, x: int = 700) -> Image.Image:
    image = blank()
    for number, question in enumerate(("Ngày, tháng, năm sinh", "Giới tính", "Dân tộc và quốc tịch", "Nơi cư trú")):
        put(image, 200, 300 + 60 * number, question)
    put(image, x, 360, answer, ink="#b02030")
    return image


@pytest.mark.parametrize("answer", ["Nữ", "Nam", "16"])
def test_a_short_answer_in_colour_beside_its_question_is_read(prepared, answer):
    pale = [strip for strip in prepared(form(answer)).strips() if strip.pale]
    assert len(pale) == 1
    assert pale[0].line.rise == pytest.approx(23, rel=0.4)


def test_two_letters_of_a_seal_are_no_answer(prepared):
    image = form("ẤN")
    ImageDraw.Draw(image).ellipse((660, 300, 780, 400), outline="#b02030", width=5)
    ImageDraw.Draw(image).line((690, 330, 760, 335), fill="#b02030", width=6)
    assert not [strip for strip in prepared(image).strips() if strip.pale]


def test_a_line_both_readers_read_alike_is_text_however_unsure_their_words(prepared):
    page = prepared(form("Số: 670240579271"))
    strip = next(strip for strip in page.strips() if strip.pale)

    class Careful:
        def best(self, strip):
            return strip, [Said("SốINo:", 0, 60, 0.5), Said("670240579271", 60, 200, 0.9)]

    first = Reading(strip, [Said("Sõ/No:670240579271", 0, 200, 0.5)], "quick")
    read = read_again(first, Careful(), "both", language())
    assert read.is_text
    assert len(lines_of(page, [read])) == 1


def test_ink_may_be_told_how_dark_print_is():
    even = np.full((100, 100), 235, np.uint8)
    even[5:35, 10:90] = 190  # edges of print
    even[10:30, 10:90] = 170  # print
    even[60:70, 10:60] = 60  # hair
    assert not ink(even)[10:30].any()
    assert ink(even, dark=165)[10:30, 10:90].all()


@pytest.mark.parametrize(("name", "words"), [("K' Nhiệm", ["K'", "Nhiệm"]), ("K'Nhiệm", ["K'Nhiệm"])])
def test_a_sign_and_its_name_are_as_far_apart_as_printed(prepared, name, words):
    image = blank()
    put(image, 200, 300, f"Họ và tên: {name}")
    page = prepared(image)
    strip = next(iter(page.strips()))
    start = (page.found.lines[0].x0 - strip.left) * strip.scale
    end = (page.found.lines[0].x1 - strip.left) * strip.scale
    at = start + (end - start) * 0.53
    read = Reading(strip, [Said("Họ và tên:", start, at, 0.9), Said("K'Nhiệm", at, end, 0.9)], "quick")
    assert [word.text for word in lines_of(page, [read])[0].words][1:] == words


ROWS = (
    ("Tên hộ kinh doanh: ", "Cơ sở hoa tươi Mẫu"),
    ("Địa điểm: ", "Thôn 3, đặc khu Phú Quý"),
    ("Số hiệu: ", "C317279"),
) * 2


def coloured(ink: str, *, lift: int = 0) -> Image.Image:
    """Questions in black, answers beside them in a colour, scanned; `lift`: how far their letters float off the line."""
    image = blank()
    for number, (question, answer) in enumerate(ROWS):
        y, x = 300 + 60 * number, 200 + int(font(13).getlength(question))
        put(image, 200, y, question)
        for place, letter in enumerate(answer):
            put(image, x, y + lift * (-1) ** place, letter, ink=ink)
            x += int(font(13).getlength(letter))
    return noisy(image.filter(ImageFilter.GaussianBlur(1.0)), 8)


@pytest.mark.parametrize("ink", ["#283a8c", "#283a94"])
def test_words_typed_in_colour_are_not_torn_between_the_looks(prepared, ink):
    """Some of their letters are as dark as print, others are not."""
    page = prepared(coloured(ink))
    strips = list(page.strips())
    assert sum(strip.pale for strip in strips) == len(ROWS)
    assert sum(not strip.pale for strip in strips) == len(ROWS)


def test_what_floats_like_handwriting_stays_beside_its_print(prepared):
    page = prepared(coloured("#283a8c", lift=5))
    dark = [strip for strip in page.strips() if not strip.pale]
    assert max(page.on_page(strip.line.x0, 0, strip.line.x1, 1).x1 for strip in dark) > 600
