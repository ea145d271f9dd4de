"""Lines are broken without losing or moving a letter, inside the width they have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples.generator.fonts import FAMILIES, covers_vietnamese, face, width
from samples.generator.sheet import Glyphs, Sheet
from samples.generator.typeset import FIXED, Look, Measure, Span, break_lines, place

WORDS = st.lists(
    st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyẠỆỮ0123456789,.", min_size=1, max_size=9), min_size=1, max_size=40
)


@pytest.mark.parametrize("family", sorted(FAMILIES))
@pytest.mark.parametrize("bold", [False, True])
def test_every_face_has_all_vietnamese_letters(family: str, *, bold: bool) -> None:
    assert covers_vietnamese(face(family, bold=bold).path)


@given(WORDS, st.floats(min_value=60, max_value=500))
def test_breaking_keeps_every_word_in_its_order_and_width(words: list[str], room: float) -> None:
    lines = break_lines([Span(" ".join(words), Look())], room)
    assert " ".join(word.text for line in lines for word in line.words) == " ".join(words)
    assert all(line.width <= room + 0.1 or len(line.words) == 1 for line in lines)
    assert [line.last for line in lines] == [False] * (len(lines) - 1) + [True]


def test_a_fixed_space_does_not_break() -> None:
    lines = break_lines([Span(f"Số:{FIXED}123", Look(size=13))], 20)
    assert [line.text for line in lines] == ["Số: 123"]


def test_justified_lines_end_at_the_margin() -> None:
    sheet = Sheet()
    text = "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015 và các quy định có liên quan"
    first = break_lines([Span(text, Look())], 240)[0]
    place(sheet, first, 100, Measure(50, 240, "justify"))
    last = [item for item in sheet.items if isinstance(item, Glyphs)][-1]
    assert last.x + width(last.text, last.face, last.size) == pytest.approx(290, abs=0.01)


def test_styles_meet_inside_a_word() -> None:
    spans = [Span("Điều 1.", Look(bold=True)), Span(" Phê duyệt", Look())]
    (line,) = break_lines(spans, 400)
    assert line.text == "Điều 1. Phê duyệt"
