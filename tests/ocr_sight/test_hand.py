"""Figures entered after printing stand out by their pen, their size or their foot; printed ones do not."""

import numpy as np
import pytest

from ocr.sight.hand import Pens, figures_of, unlike
from tests.ocr_sight.drawing import DPI, blank, font, put


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("574/UBND-KTTH", (0, 3)),
        ("Số:22", (2, 2)),
        ("ngày20", None),  # too many letters to be a label before a number
        ("15", (0, 2)),
        ("(3)", (0, 1)),
        ("UBND", None),
        ("068075347792", None),  # an id is printed
    ],
)
def test_leading_figures(text, expected):
    assert figures_of(text) == expected


def measured(prepared, entered):
    """The line `Đà Lạt, ngày 15 tháng 11 năm 2024` with the day put in by `entered(image, x, baseline)`."""
    image, x, base = blank(), 300, 400
    before, after = "MẪU - SPECIMEN, ngày ", " tháng 11 năm 2024"
    put(image, x, base, before)
    start = x + round(font(13).getlength(before))
    end = start + round(font(13).getlength("15"))
    entered(image, start, base)
    put(image, end, base, after)
    put(image, x, base + 120, "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;")
    page = prepared(image)
    strip = min(page.strips(), key=lambda strip: strip.line.base)
    blobs, line = strip.blobs, strip.line
    zoom = page.grey.shape[1] / blobs.shape[1]
    middle = (blobs.x[line.members] + blobs.w[line.members] / 2) * zoom
    inside = (middle >= start - 2) & (middle < end + 4)
    assert np.count_nonzero(inside) == 2
    return unlike("15", line, blobs, inside, Pens(line, blobs))


def test_printed_figures_are_alike(prepared):
    found = measured(prepared, lambda image, x, base: put(image, x, base, "15"))
    assert not found.entered_later
    assert 0.85 < found.pen < 1.15


def test_a_thicker_pen_shows(prepared):
    def thick(image, x, base):
        for dx in range(4):
            put(image, x + dx, base, "15", 12)

    found = measured(prepared, thick)
    assert found.pen > 1.2
    assert found.entered_later


def test_figures_off_the_line_show(prepared):
    found = measured(prepared, lambda image, x, base: put(image, x, base - round(3 * DPI / 72), "15"))
    assert found.foot > 0.14
    assert found.entered_later


def test_figures_of_another_size_show(prepared):
    found = measured(prepared, lambda image, x, base: put(image, x - 4, base, "15", 19))
    assert found.size > 0.17
    assert found.entered_later
