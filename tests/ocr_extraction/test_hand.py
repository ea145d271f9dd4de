"""Numbers and days written into printed blanks are told by how they stand, and always doubted."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from khoso.kernel.transcript import Box, Transcript
from ocr.extraction import extract
from ocr.extraction.hand import _foot, is_day_by_hand
from ocr.extraction.sheet import Piece
from tests.ocr_extraction.conftest import Typeset


def line(day: str = "05", *, apart: bool = False, word: int = 1545) -> list[Piece]:
    places = [
        ("ngày", 1466, word, 504, 555),
        (day, 1640 - 42 * len(day), 1630, 504, 541),
        ("tháng", 1640, 1761, 502, 553),
        ("02", 1776, 1825, 503, 541),
        ("năm", 1842, 1929, 504, 541),
        ("2025", 1948, 2049, 504, 541),
    ]
    return [
        Piece(text, Box(x0, y0, x1, y1), 0.99, "test-1", 1, apart=apart and text == day)
        for text, x0, x1, y0, y1 in places
    ]


def test_a_day_is_by_hand_where_its_ink_is_no_part_of_the_print() -> None:
    assert not is_day_by_hand(line())
    assert is_day_by_hand(line(apart=True))


def test_a_day_that_is_no_figure_was_written() -> None:
    assert is_day_by_hand(line("{S"))


def test_a_figure_swallowed_by_the_word_before_it() -> None:
    assert is_day_by_hand(line("5", word=1635))
    assert not is_day_by_hand(line("5"))


def test_a_day_written_close_to_the_printed_word() -> None:
    written = line()
    assert is_day_by_hand([Piece("ngày15", written[0].box, 0.99, "test-1", 1), *written[2:]])


def test_a_line_without_a_month_tells_nothing() -> None:
    assert not is_day_by_hand(line()[:2])


def test_words_of_a_skewed_line_stand_on_it_however_long_they_are() -> None:
    """At 4° the box around a word of 300 pixels reaches 10 pixels below its middle."""
    for slant in (0.07, -0.07):
        feet = []
        for x0, wide in ((200, 40), (300, 300), (700, 90)):
            base = 500 + slant * (x0 + wide / 2)
            low = round(base + abs(slant) * wide / 2)
            feet.append(_foot(Piece("chữ", Box(x0, low - 40, x0 + wide, low), 0.99, "test-1", 1), slant))
        assert max(feet) - min(feet) < 1.5


A_FIFTH = 9  # of the height of a printed line's label, in pixels
FORM = [
    "Họ và tên: TRẦN VĂN HÙNG MẪU",
    "Ngày sinh: 01/01/1980",
    "Quốc tịch: Việt Nam",
    "Nơi sinh: Thôn Ba Lâm Hà tỉnh Lâm Đồng",
    "Ngày cấp: 04/03/2024",
    "Có giá trị đến: 04/03/2034",
]


def floating(page: Transcript, *drops: int) -> Transcript:
    """The page with what stands behind its colons so many pixels below the line, word by word in turn."""
    drop = itertools.cycle(drops)
    lines = []
    for line in page.lines:
        colon = next((i for i, word in enumerate(line.words) if word.text.endswith(":")), len(line.words))
        words = [
            replace(word, box=word.box._replace(y0=word.box.y0 + (low := next(drop)), y1=word.box.y1 + low))
            if i > colon
            else word
            for i, word in enumerate(line.words)
        ]
        lines.append(replace(line, words=tuple(words)))
    return replace(page, lines=tuple(lines))


def test_nobody_fills_in_a_passport(typeset: Typeset, motto: list[Any]) -> None:
    for title, by_hand in (("^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", True), ("^HỘ CHIẾU / PASSPORT", False)):
        fields = extract([floating(typeset([*motto, title, *FORM]), A_FIFTH)]).fields
        assert ("handwritten" in fields["person.birth_date"].doubts) is by_hand


def test_print_stands_low_as_a_whole_and_a_hand_scatters(typeset: Typeset, motto: list[Any]) -> None:
    page = typeset([*motto, "^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", *FORM])
    for drops, by_hand in (((2,), False), ((0, 5), True), ((0, 1), False)):
        fields = extract([floating(page, *drops)]).fields
        assert ("handwritten" in fields["person.birth_date"].doubts) is by_hand


def test_an_office_that_answers_a_question_was_written_like_the_other_answers(
    typeset: Typeset, motto: list[Any]
) -> None:
    form = [*motto, "^GIẤY CHỨNG NHẬN KẾT HÔN", *FORM, "Nơi đăng ký kết hôn: Ủy ban nhân dân xã Lâm Hà tỉnh Lâm Đồng"]
    for drop, by_hand in ((0, False), (A_FIFTH, True)):
        fields = extract([floating(typeset(form), drop)]).fields
        assert ("handwritten" in fields["issuer"].doubts) is by_hand


def test_an_office_over_a_form_is_print(typeset: Typeset, letterhead: Callable[..., list[Any]]) -> None:
    head = letterhead(["ỦY BAN NHÂN DÂN", "XÃ HÀM THẮNG"], "Số: 139/UBND-XNTTHN", "Hàm Thắng, ngày 12 tháng 3 năm 2023")
    fields = extract([floating(typeset([*head, "^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", *FORM]), A_FIFTH)]).fields
    assert "handwritten" in fields["person.birth_date"].doubts
    assert "handwritten" not in fields["issuer"].doubts
