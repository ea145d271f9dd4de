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


def marked(page: Transcript, *texts: str) -> Transcript:
    """The page with some words' figures apart from their line's print."""
    lines = [
        replace(line, words=tuple(replace(word, apart=word.text in texts) for word in line.words))
        for line in page.lines
    ]
    return replace(page, lines=tuple(lines))


def doubts(page: Transcript, key: str) -> tuple[str, ...]:
    return tuple(extract([page]).fields[key].doubts)


def test_print_is_believed(letter):
    said = {*doubts(letter(), "number"), *doubts(letter(), "issue_date")}
    assert said <= {"worth_a_look"}  # not by hand, and nobody waits for it


@pytest.mark.parametrize(("word", "key"), [("574/QĐ-UBND", "number"), ("04", "issue_date")])
def test_what_stands_apart_is_doubted(letter, word, key):
    assert "handwritten" in doubts(marked(letter(), word), key)


@pytest.fixture
def certificate(typeset: Typeset) -> Transcript:
    rows = head(("ỦY BAN NHÂN DÂN", "XÃ HÀM THẮNG"), "Số: 574/UBND-XNTTHN", "Hàm Thắng, ngày 04 tháng 03 năm 2025")
    return typeset(
        [*rows, "", "^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", "Họ, chữ đệm, tên: TRẦN QUỐC BẢO", "Sinh ngày: 02/09/1990"]
    )


@pytest.mark.parametrize("words", [("04",), ("2025",), ("03", "2025"), ("574/UBND-XNTTHN",)])
def test_one_figure_apart_is_blur_on_a_certificate(certificate, words):
    """They are printed whole, by the same program as their labels."""
    page = marked(certificate, *words)
    assert {*doubts(page, "number"), *doubts(page, "issue_date")} <= {"worth_a_look"}


def test_number_and_day_apart_were_entered_on_a_certificate_too(certificate):
    page = marked(certificate, "574/UBND-XNTTHN", "04")
    assert "handwritten" in doubts(page, "number")
    assert "handwritten" in doubts(page, "issue_date")


def test_where_all_figures_stand_apart_none_was_entered(typeset: Typeset, certificate):
    """A blurred page: figures of its print stand apart as well."""
    more = [f"Căn cước công dân số 0{n}8090005678 cấp ngày 0{n}/09/2020" for n in range(1, 6)]
    page = replace(certificate, lines=(*certificate.lines, *(raised(line, -1200) for line in typeset(more).lines)))
    blurred = marked(page, "574/UBND-XNTTHN", "04", *(word.text for line in page.lines[-5:] for word in line.words))
    assert doubts(blurred, "issue_date") == ()
    assert "handwritten" in doubts(marked(page, "574/UBND-XNTTHN", "04"), "issue_date")


def test_figures_elsewhere_change_nothing(letter):
    page = marked(letter(), "2025")  # the year is part of the date's line, the number is not
    assert doubts(page, "number") == ()


def test_a_day_without_its_zero_has_lost_a_figure(letter):
    assert "bad_format" in doubts(letter(day="5"), "issue_date")


@pytest.mark.parametrize("squeezed", ["ngày20tháng", "20tháng"])
def test_a_day_squeezed_between_its_words_was_written_there(typeset: Typeset, squeezed):
    before = "" if squeezed.startswith("ngày") else "ngày "
    rows = head(("ỦY BAN NHÂN DÂN", "TỈNH LÂM ĐỒNG"), "Số: 574/QĐ-UBND", f"Lâm Đồng, {before}{squeezed} 02 năm 2025")
    page = typeset([*rows, "", "^QUYẾT ĐỊNH", "^Về việc công nhận tổ dân phố MẪU"])
    assert "handwritten" in doubts(page, "issue_date")


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
