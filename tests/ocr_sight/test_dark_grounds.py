"""White print on dark bands, such as headings of tables."""

import pytest
from PIL import Image, ImageDraw

from tests.ocr_sight.drawing import LINES, blank, put


def headed(height: int, ink: str) -> Image.Image:
    image = blank()
    for number, line in enumerate(LINES):
        put(image, 200, 400 + 50 * number, line, 11)
    ImageDraw.Draw(image).rectangle((200, 240, 1100, 240 + height), fill="#303034")
    put(image, 220, 240 + height // 2 + 10, "Số thứ tự và nội dung chi theo dự toán", 11, ink)
    return image


@pytest.mark.parametrize("height", [40, 50, 60])
def test_white_print_on_a_dark_band_is_a_line(prepared, height):
    page = prepared(headed(height, "#ffffff"))
    inside = [
        line for line in page.found.lines if page.on_page(line.x0, line.base, line.x1, line.base).y1 < 245 + height
    ]
    assert [len(line.members) >= 28 for line in inside] == [True]


def test_a_band_without_print_is_no_line(prepared):
    page = prepared(headed(50, "#303034"))
    assert len(page.found.lines) == len(LINES)
    assert page.grey[265, 650] < 100
