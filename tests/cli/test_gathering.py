"""Pages as they were read become documents: parted at separator sheets, a stack at its first pages, cards by their holders."""

from collections.abc import Sequence

from khoso.cli.gathering import documents_of, remember
from khoso.cli.side_by_side import Read, halves_in_order
from khoso.kernel.transcript import Box, Code, Line, Transcript, Word
from ocr.extraction.separating import SEPARATOR
from pages.ports import Cut, Kind, PageFacts
from pages.sources import PageSource

HEAD = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "GIẤY KHAI SINH")
GOES_ON = ("còn dòng này thì đi tiếp trang trước", "và dòng này cũng vậy")
FRONT = "CĂN CƯỚC CÔNG DÂN"
ONE, OTHER = "001099012345", "079188054321"


def read(*rows: str, code: str = "", rotation: int = 0) -> Transcript:
    lines = tuple(
        Line(tuple(Word(word, Box(90 * x, 90 * y, 90 * x + 85, 90 * y + 40), 0.99) for x, word in enumerate(row.split(), 1)), "t")
        for y, row in enumerate(rows, 1)
    )  # fmt: skip
    codes = (Code("qr", code, Box(0, 0, 9, 9)),) if code else ()
    return Transcript(2480, 3508, 300, lines, "t", codes=codes, rotation=rotation)


def pages(*results: Transcript | str, cuts: Sequence[Cut | None] = ()) -> list[Read]:
    facts = PageFacts(1, 2480, 3508, 300, "file", "as_is")
    places = [*cuts, *([None] * (len(results) - len(cuts)))]
    return [
        Read("a.pdf", n, n == len(results), result, source=PageSource(n, 1, Kind.PDF, facts, cut))
        for n, (result, cut) in enumerate(zip(results, places, strict=True), 1)
    ]


def ranges(given: list[Read], *, stack: bool = False) -> list[tuple[int, int, bool]]:
    return [(found.first, found.last, found.parted) for found in documents_of(given, stack=stack)]


SHEET = read(code=SEPARATOR)
A, B, ON = read(*HEAD), read(*HEAD), read(*GOES_ON)


def test_a_file_is_one_document_unless_it_was_handed_in_as_a_stack() -> None:
    assert ranges(pages(A, ON, B)) == [(1, 3, False)]
    assert ranges(pages(read(), A, ON, read(), B), stack=True) == [(1, 4, True), (5, 5, True)]
    assert ranges([*pages(A), *pages(B)], stack=True) == [(1, 1, False), (1, 1, False)]


def test_separator_sheets_part_any_file_and_belong_to_no_document() -> None:
    assert ranges(pages(A, ON, SHEET, SHEET, B)) == [(1, 2, True), (5, 5, True)]
    assert ranges(pages(SHEET, A, SHEET)) == [(2, 2, True)]
    assert ranges(pages(SHEET)) == [(1, 1, False)], "alone it is what was handed in"


def test_a_page_that_was_not_read_spoils_its_own_document_only() -> None:
    assert ranges(pages(A, "hỏng", SHEET, B)) == [(4, 4, True)]
    assert ranges(pages(A, "hỏng", B)) == []


def test_cards_of_two_people_are_two_documents() -> None:
    cuts = [Cut(Box(x, y, x + 1000, y + 640), "card") for x, y in ((0, 0), (1500, 0), (0, 900), (1500, 900))]
    back = read("Ngón trỏ trái", code=f"{ONE}||NGUYỄN MẪU|01021999|Nam|Hà Nội|01022022")
    given = pages(read(FRONT, f"Số: {ONE}"), read(FRONT, f"Số: {OTHER}"), back, read("Số", OTHER), cuts=cuts)
    one, other = documents_of(given, stack=False)
    assert [[source.number for source in document.sources] for document in (one, other)] == [[1, 3], [2, 4]]
    assert one.found.fields["owner_id"].value == ONE
    assert (one.first, one.last, other.first, other.last) == (1, 2, 3, 4)


def test_halves_come_in_the_order_they_are_read_however_the_book_lay() -> None:
    cuts = [Cut(Box(0, 0, 1240, 3508), "half"), Cut(Box(1240, 0, 2480, 3508), "half")]
    upright = pages(read("trái"), read("phải"), cuts=cuts)
    turned = pages(read("phải", rotation=180), read("trái", rotation=180), cuts=cuts)
    broken = pages(read("trái", rotation=180), "hỏng", cuts=cuts)
    for given in (upright, turned):
        ordered = list(halves_in_order(given))
        assert [(page.number, page.last) for page in ordered] == [(1, False), (2, True)]
        assert [page.result.text for page in ordered if isinstance(page.result, Transcript)] == ["trái", "phải"]
    assert list(halves_in_order(broken)) == broken, "which way it lies is not known"


def test_of_a_long_file_the_head_and_the_end_stay() -> None:
    kept: list[Transcript] = []
    for number in range(1, 101):
        remember(kept, read(str(number)))
    told = [number for number, page in enumerate(kept, 1) if page.lines]
    assert told == [*range(1, 41), *range(81, 101)]
    assert len(kept) == 100
    assert kept[99].text == "100"
