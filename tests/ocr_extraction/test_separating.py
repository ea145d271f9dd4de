"""Several documents in one scan: told by their titles, by page numbers with a total, by separator sheets."""

from khoso.kernel.transcript import Box, Code, Line, Transcript, Word
from ocr.arranging import Arrangement
from ocr.extraction.separating import SEPARATOR, separators, starts

BODY = [f"dòng chữ thứ {number} của trang này kể tiếp câu chuyện" for number in range(6)]
HEAD = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "GIẤY ỦY QUYỀN"]


def page(*lines: str, foot: str = "", code: str = "") -> Transcript:
    """Lines from the top of an A4 page; `foot` alone at its lower edge."""
    placed = [(120 + 60 * number, line) for number, line in enumerate(lines)] + ([(3400, foot)] if foot else [])
    read = []
    for y, line in placed:
        x, words = 900 if line == foot else 300, []
        for word in line.split():
            words.append(Word(word, Box(x, y, x + 18 * len(word), y + 36), 0.98))
            x += 18 * len(word) + 14
        read.append(Line(tuple(words), "t"))
    codes = (Code("qr", code, Box(900, 900, 1500, 1500)),) if code else ()
    return Transcript(2480, 3508, 300.0, tuple(read), "t", codes=codes)


def test_a_title_page_begins_a_document_and_pages_that_go_on_do_not() -> None:
    assert starts([page(*HEAD, *BODY), page(*BODY), page(*HEAD, *BODY), page()]) == [1, 3]


def test_page_numbers_with_a_total_tell() -> None:
    pages = [
        page(*HEAD, *BODY, foot="1/2"),
        page(*BODY, foot="2/2"),
        page(*BODY, foot="Trang 1/3"),
        page(*HEAD, *BODY, foot="2/3"),
    ]
    assert starts(pages) == [1, 3], "a title on page 2 of 3 begins nothing"


def test_a_fraction_in_the_text_is_no_page_number() -> None:
    assert starts([page(*HEAD, *BODY), page("dòng đầu", "1/3", *BODY)]) == [1]


def test_separator_sheets_part_whatever_lies_between_them() -> None:
    sheet = page(code=SEPARATOR)
    pages = [page(*BODY), page(*BODY), sheet, page(*BODY), sheet, sheet, page(*BODY)]
    assert separators(pages) == [3, 5, 6]
    assert starts(pages) == [1, 4, 6, 7]
    assert separators([page(*BODY, code="060187572497||KA GIANG|07021987|Nữ|Lâm Đồng|12012021")]) == []


def test_parts_leave_separator_sheets_out() -> None:
    def parts(count: int, firsts: tuple[int, ...], sheets: tuple[int, ...]) -> list[tuple[int, int]]:
        return list(Arrangement(tuple(range(count)), firsts, sheets).documents)

    assert parts(7, (1, 4, 6, 7), (3, 5, 6)) == [(1, 2), (4, 4), (7, 7)]
    assert parts(3, (1, 2), (1,)) == [(2, 3)]
    assert parts(4, (1, 3), ()) == [(1, 2), (3, 4)]
    assert parts(2, (1,), ()) == [(1, 2)]
