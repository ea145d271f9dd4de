"""A value that was cut wants a word more, and the word stands next on paper."""

from dataclasses import replace

import pytest

from ocr.extraction import find
from ocr.extraction.endings import endings
from ocr.language.model import language
from tests.ocr_extraction.conftest import MOTTO

ROWS = [
    "^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
    "Xét đề nghị của ông/bà: TRẦN VĂN QUANG",
    "Họ, chữ đệm, tên: TRẦN VĂN QUANG",
    "Ngày, tháng, năm sinh: 06/05/1997",
    "Giấy này được cấp để: Làm thủ tục đăng ký kết hôn",
]


def cut(typeset, words, rows=ROWS):
    """The figures on the purpose, of which only the first words were taken."""
    found = find([typeset([*MOTTO, *rows])])
    whole = found.findings["purpose"]
    kept = [piece for piece in whole.pieces if piece.key][:words]
    part = replace(whole, value=" ".join(piece.text for piece in kept), pieces=tuple(kept))
    return endings(found.draft, {**found.findings, "purpose": part})["purpose"]


def test_the_word_behind_a_cut_is_drawn_to_it(typeset):
    assert cut(typeset, 7)["goes_on"] == 0
    assert cut(typeset, 6)["goes_on"] > 0.3  # đăng ký kết | hôn
    assert cut(typeset, 3)["goes_on"] > 0.1  # Làm thủ tục | đăng


def test_the_word_at_the_start_of_the_next_line_is_drawn_to_a_line_that_was_full(typeset):
    rows = [*ROWS[:-1], "Giấy này được cấp để: " + "Làm thủ tục đăng ký kết hôn", "với người nước ngoài"]
    seen = cut(typeset, 7, rows)
    assert seen["goes_on"] > 0
    assert seen["full"] > 0.5  # no line of the page is longer


def test_a_word_said_twice_is_an_echo(typeset):
    found = find([typeset([*MOTTO, *ROWS])])
    twice = replace(found.findings["purpose"], value="CHỨNG CHỈ CHỈ")
    assert endings(found.draft, {"title": twice})["title"]["echo"] == 1
    assert endings(found.draft, found.findings)["purpose"]["echo"] == 0


def test_values_without_a_word_at_their_end_say_nothing(typeset):
    found = find([typeset([*MOTTO, *ROWS])])
    assert endings(found.draft, found.findings)["person.birth_date"] == {}


@pytest.mark.parametrize(("text", "least", "most"), [("tiền sử", 0.9, 1.0), ("Hà Nội", 0.0, 0.1), ("", 0.0, 0.0)])
def test_how_sure_the_next_word_is(text, least, most):
    model = language()
    numbers = [number for word in text.split() for number in model.numbers(word)]
    assert least <= model.onward(numbers) <= most


def test_words_that_are_met_together_attract_each_other():
    model = language()

    def drawn(before, after):
        return model.attraction([n for w in before.split() for n in model.numbers(w)], model.numbers(after))

    assert drawn("sử dụng", "đất") > 3
    assert drawn("Hà Nội", "Nơi") < 0
    assert drawn("16", "đất") == drawn("đất", "16") == drawn("", "đất") == 0
