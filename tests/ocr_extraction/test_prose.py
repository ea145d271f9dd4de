"""Long text of letters, and what does not speak against it: dashes, colons in the body, a hand's number, family names in the middle."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from khoso.kernel.transcript import Line, Transcript
from ocr.extraction import confidence, find, vocabulary
from ocr.extraction.endings import endings
from ocr.extraction.evidence import Evidence, gather
from ocr.extraction.findings import Finding
from ocr.extraction.rivals import rivals
from ocr.extraction.sheet import joined

Typeset = Callable[..., Transcript]
Head = Callable[..., list[Any]]
ABOUT = "V/v đăng ký bổ sung nội dung trình"
BODY = ["Kính gửi: Sở Tài chính", "Nội dung cụ thể: như sau", "Thời gian: ngày 05 tháng 3 năm 2026"]


def found_in(page: Transcript) -> tuple[dict[str, Finding], dict[str, Evidence]]:
    found = find([page])
    assert found is not None
    seen = gather(found.draft, found.findings, type_sure=1.0)
    return dict(found.findings), {
        key: {**seen[key], **figures} for key, figures in rivals(found.draft, found.findings).items()
    }


def letter(letterhead: Head, number: str = "Số: 514/UBND-KTTH", about: str = ABOUT) -> list[Any]:
    head = letterhead(["ỦY BAN NHÂN DÂN", "TỈNH LÂM ĐỒNG", number], about, "Lâm Đồng, ngày 20 tháng 3 năm 2026")
    return [*head, "", *BODY]


def test_colons_in_the_body_of_a_letter_are_no_labels_that_were_missed(typeset: Typeset, letterhead: Head) -> None:
    _, seen = found_in(typeset(letter(letterhead)))
    assert not {"open_labels", "free_share"} & {name for name, figure in seen["summary"].items() if figure}


def test_a_dash_does_not_make_the_space_behind_it_wide(typeset: Typeset, letterhead: Head) -> None:
    page = typeset(letter(letterhead, about="V/v kế hoạch giai đoạn 2021 - 2026"))
    flat = [
        replace(word, box=word.box._replace(y0=word.box.y0 + 20, y1=word.box.y0 + 26)) if word.text == "-" else word
        for line in page.lines
        for word in line.words
    ]
    words = iter(flat)
    lines = tuple(Line(tuple(next(words) for _ in line.words), line.engine) for line in page.lines)
    _, seen = found_in(replace(page, lines=lines))
    assert not seen["summary"].get("gap")


def test_a_letter_is_one_by_its_number_too(typeset: Typeset, letterhead: Head) -> None:
    findings, _ = found_in(typeset(letter(letterhead)))
    assert (findings["kind"].value, findings["kind"].upheld) == ("Công văn", ("number",))
    assert findings["kind"].text == "V/v"
    other, _ = found_in(typeset(letter(letterhead, number="Số: 514/QĐ-UBND")))
    assert other["kind"].doubts == ("disagrees_with:number",)


def test_what_a_hand_entered_says_nothing_of_the_print_beside_it(typeset: Typeset, letterhead: Head) -> None:
    found = find([typeset(letter(letterhead))])
    assert found is not None
    badly = {**found.findings, "number": replace(found.findings["number"], sure=0.2)}
    by_hand = {**badly, "number": badly["number"].doubted("handwritten")}
    beside, apart = (gather(found.draft, of, type_sure=1.0)["summary"]["others"] for of in (badly, by_hand))
    assert beside > apart
    assert gather(found.draft, by_hand, type_sure=1.0)["number"]["others"] == pytest.approx(apart, abs=0.1)


def test_many_words_are_told(typeset: Typeset, letterhead: Head) -> None:
    _, seen = found_in(typeset(letter(letterhead, about=f"{ABOUT} kỳ họp thường lệ cuối năm 2026")))
    assert seen["summary"]["many_words"] > 0
    assert "many_words" not in seen["issuer"]


@pytest.mark.parametrize(
    ("place", "usual", "unusual"), [("middle", "Tô", "Chỉ"), ("middle", "Đặng", "Đẵng"), ("first", "Phùng", "Kiểu")]
)
def test_a_family_name_may_stand_in_the_middle(place: str, usual: str, unusual: str) -> None:
    assert not vocabulary.is_unusual_name(usual, first=place == "first")
    assert vocabulary.is_unusual_name(unusual, first=place == "first")


@pytest.mark.parametrize(
    ("about", "marked"),
    [
        ("V/v mở rộng nộp thue điện tử", True),
        ("V/v hỗ trơ quà Tết cho hộ nghèo", True),
        ("V/v mở rộng nộp thuế điện tử", False),
        ("V/v hỗ trợ quà Tết cho hộ nghèo", False),
        ("V/v trả lời đơn của bà Đa Thị Quyên", False),  # names are not held against what looks like them
    ],
)
def test_text_with_a_word_that_hardly_can_stand_there_is_worth_a_look(
    typeset: Typeset, letterhead: Head, about: str, *, marked: bool
) -> None:
    """Readers lose marks surely: how sure they were says nothing of it."""
    _, seen = found_in(typeset(letter(letterhead, about=about), confidence=0.9999))
    assert (confidence.shipped().least_unmarked(seen["summary"]) == 1.0) is marked


@pytest.fixture
def notice(typeset: Typeset, letterhead: Head) -> Callable[..., Evidence]:
    """What `endings` says of the subject of a notice with these rows below its title, cut to `kept` of its lines."""

    def make(*rows: str, kept: slice = slice(None)) -> Evidence:
        head = letterhead(["ỦY BAN NHÂN DÂN", "XÃ MẪU", "Số: 12/TB-UBND"], "", "Mẫu, ngày 05 tháng 02 năm 2026")
        found = find([typeset([*head, "", "^THÔNG BÁO", *rows, "", "", "Thực hiện Kế hoạch số 3/KH-UBND:"])])
        assert found is not None
        whole = found.findings["summary"]
        lines = sorted({piece.box.y0 for piece in whole.pieces})[kept]
        pieces = tuple(piece for piece in whole.pieces if piece.box.y0 in lines)
        cut = replace(whole, pieces=pieces, value=joined(pieces))
        return endings(found.draft, {"summary": cut})["summary"]

    return make


SUBJECT = ("^Về việc tăng cường phòng, chống thiên tai", "^trên địa bàn tỉnh và các vùng có nguy cơ cao", "^năm 2026")


@pytest.mark.parametrize(
    ("kept", "breaks_off"),
    [(slice(None), False), (slice(2), True), (slice(1), True), (slice(1, None), True), (slice(0, None, 2), True)],
)
def test_a_subject_cut_anywhere_is_worth_a_look(
    notice: Callable[..., Evidence], kept: slice, *, breaks_off: bool
) -> None:
    seen = notice(*SUBJECT, kept=kept)
    assert bool(seen["breaks_off"]) is breaks_off
    assert (confidence.shipped().least_unmarked(seen) == 1.0) is breaks_off


@pytest.mark.parametrize(
    ("below", "runs_on"), [("^Thực hiện đến hết năm 2026", False), ("Thực hiện Kế hoạch số 3", True)]
)
def test_a_subject_that_took_in_the_body_is_worth_a_look(
    typeset: Typeset, letterhead: Head, below: str, *, runs_on: bool
) -> None:
    """Lines of a subject are centred on each other, those of the body are not."""
    head = letterhead(["ỦY BAN NHÂN DÂN", "XÃ MẪU", "Số: 12/TB-UBND"], "", "Mẫu, ngày 05 tháng 02 năm 2026")
    found = find([typeset([*head, "", "^THÔNG BÁO", "^Về việc tăng cường phòng, chống thiên tai", below])])
    assert found is not None
    subject = found.findings["summary"]
    row = next(segment for segment in found.draft.sheet.segments if segment.text.startswith("Thực hiện"))
    longer = replace(subject, pieces=(*(p for p in subject.pieces if p not in row.pieces), *row.pieces))
    assert bool(endings(found.draft, {"summary": longer})["summary"]["breaks_off"]) is runs_on
