"""Numbers and days entered into a printed letter go before a person, however surely they were read."""

from dataclasses import replace

import pytest

from khoso.kernel.transcript import Line, Transcript
from ocr.extraction import extract
from tests.ocr_extraction.conftest import Typeset, head


@pytest.fixture
def letter(typeset: Typeset):
    def make(
        number: str = "Số: 574/QĐ-UBND", day: str = "04", below: tuple = ("^Về việc công nhận tổ dân phố MẪU",)
    ) -> Transcript:
        rows = head(("ỦY BAN NHÂN DÂN", "TỈNH LÂM ĐỒNG"), number, f"Lâm Đồng, ngày {day} tháng 02 năm 2025")
        return typeset([*rows, "", "^QUYẾT ĐỊNH", *below, "", "Căn cứ Luật Tổ chức chính quyền địa phương;"])

    return make


def marked(page: Transcript, text: str) -> Transcript:
    """The page with one word's figures apart from its line's print."""
    lines = [
        replace(line, words=tuple(replace(word, apart=word.text == text) for word in line.words)) for line in page.lines
    ]
    return replace(page, lines=tuple(lines))


def doubts(page: Transcript, key: str) -> tuple[str, ...]:
    return tuple(extract([page]).fields[key].doubts)


def test_print_is_believed(letter):
    assert doubts(letter(), "number") == doubts(letter(), "issue_date") == ()


@pytest.mark.parametrize(("word", "key"), [("574/QĐ-UBND", "number"), ("04", "issue_date")])
def test_what_stands_apart_is_doubted(letter, word, key):
    assert "handwritten" in doubts(marked(letter(), word), key)


def test_figures_elsewhere_change_nothing(letter):
    page = marked(letter(), "2025")  # the year is part of the date's line, the number is not
    assert doubts(page, "number") == ()


def test_a_day_without_its_zero_has_lost_a_figure(letter):
    assert "bad_format" in doubts(letter(day="5"), "issue_date")


def raised(line: Line, by: int) -> Line:
    return replace(
        line, words=tuple(replace(w, box=w.box._replace(y0=w.box.y0 - by, y1=w.box.y1 - by)) for w in line.words)
    )


def test_a_stamp_beside_the_summary_does_not_end_it(letter):
    about = "^Về việc tăng cường công tác thi hành án hành chính năm 2025"
    page = letter(below=(about, [(200, "CVĐẾN")], "^trên địa bàn tỉnh MẪU"))
    at = next(i for i, line in enumerate(page.lines) if line.text == "CVĐẾN")
    lines = [*page.lines[:at], raised(page.lines[at], 40), *(raised(line, 80) for line in page.lines[at + 1 :])]
    summary = extract([replace(page, lines=tuple(lines))]).fields["summary"].value
    assert summary == "Về việc tăng cường công tác thi hành án hành chính năm 2025 trên địa bàn tỉnh MẪU"


def test_the_mark_survives_storing(letter):
    page = marked(letter(), "04")
    assert Transcript.from_json(page.to_json()) == page
    assert Transcript.from_json(letter().to_json()) == letter()
