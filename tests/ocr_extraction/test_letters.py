"""Letters of offices at length: subjects of several lines, heads whose `Số` or `V/v` was misread, stamps, offices in two lines."""

from collections.abc import Callable
from typing import Any

import pytest

from khoso.kernel.transcript import Transcript
from ocr.extraction import extract
from ocr.ports import Field
from tests.ocr_extraction.conftest import LETTER, WIDTH

Typeset = Callable[..., Transcript]
Head = Callable[..., list[Any]]
Letter = Callable[..., dict[str, Field]]
START = "^Về việc tăng cường phòng, chống thiên tai trên địa bàn tỉnh"


@pytest.fixture
def titled(typeset: Typeset, letterhead: Head) -> Letter:
    """The fields of a notice with these rows below its title."""

    def read(*rows: Any, number: str = "Số: 12/TB-UBND") -> dict[str, Field]:
        head = letterhead(["ỦY BAN NHÂN DÂN", "XÃ MẪU"], number, "Mẫu, ngày 05 tháng 02 năm 2026")
        return dict(extract([typeset([*head, "", "^THÔNG BÁO", *rows])]).fields)

    return read


@pytest.fixture
def untitled(typeset: Typeset, letterhead: Head) -> Letter:
    """The fields of a công văn with these rows below its number, in the left column."""

    def read(*about: str, number: str = "Số: 12/UBND-VP", below: Any = (), date: str = "") -> dict[str, Field]:
        head = letterhead(["ỦY BAN NHÂN DÂN", "XÃ MẪU"], number, date or "Mẫu, ngày 05 tháng 02 năm 2026")
        column = [[(620 - LETTER * len(line) // 2, line)] for line in about]
        return dict(extract([typeset([*head, *column, *below, "", "^Kính gửi: Sở Nội vụ"])]).fields)

    return read


@pytest.mark.parametrize(
    "line",
    [
        "theo Nghị quyết số 12/NQ-HĐND của Hội đồng nhân dân",
        "ngày 22/02/2026 đến hết ngày 30/03/2026",
        "2026, tầm nhìn đến năm 2050",
        "nhằm bảo đảm an toàn cho nhân dân",
        "thực hiện Công điện số 5 của Thủ tướng",
    ],
)
def test_a_subject_goes_on_in_small_letters(titled: Letter, line: str) -> None:
    fields = titled(START, f"^{line}", "", "Thực hiện Kế hoạch số 3/KH-UBND, Ủy ban nhân dân xã thông báo:")
    assert fields["summary"].value == f"{START[1:]} {line}"


@pytest.mark.parametrize(
    "body", ["Thực hiện Kế hoạch số 3/KH-UBND", "Căn cứ Luật Đất đai", "1. Thời gian: ngày mai", "2) Địa điểm"]
)
def test_the_body_begins_with_a_capital_or_a_number(titled: Letter, body: str) -> None:
    assert titled(START, f"^{body}", "^tiếp theo của thân văn bản")["summary"].value == START[1:]


def test_a_line_nearly_as_wide_as_the_page_is_part_of_the_subject(titled: Letter) -> None:
    wide = "^dân tộc thiểu số và miền núi; an toàn thông tin mạng và bảo vệ dữ liệu cá nhân của tỉnh"
    edge = [(WIDTH - 200, "x")]
    assert titled(START, wide, edge)["summary"].value == f"{START[1:]} {wide[1:]}"


def test_a_wide_subject_cut_in_its_row_is_whole(titled: Letter) -> None:
    """Its left half stands below the number like the `V/v` of a công văn."""
    left, right = "Về việc thu gom, vận chuyển,", "xử lý chất thải rắn sinh hoạt nhằm đẩy mạnh"
    row = [(440, left), (1240, right)]
    assert titled(row, "^giải ngân vốn đầu tư công")["summary"].value == f"{left} {right} giải ngân vốn đầu tư công"


@pytest.mark.parametrize("opening", ["V/v", "V⁄v", "Vv", "V/", "V⁄%", "VIv"])
def test_what_a_letter_is_about_however_its_opening_was_read(untitled: Letter, opening: str) -> None:
    fields = untitled(f"{opening} góp ý dự thảo", "quy chế làm việc")
    assert fields["summary"].value == "V/v góp ý dự thảo quy chế làm việc"
    assert fields["kind"].value == "Công văn"


@pytest.mark.parametrize("after", ["HỎA TỐC", "Kính gửi: Công an tỉnh", "KHẨN"])
def test_it_ends_before_a_stamp_or_the_addressee(untitled: Letter, after: str) -> None:
    fields = untitled("V/v góp ý dự thảo", "quy chế làm việc", after)
    assert fields["summary"].value == "V/v góp ý dự thảo quy chế làm việc"


@pytest.mark.parametrize(
    ("stamp", "said"), [("HỎA TỐC", "Hỏa tốc"), ("Hỏa Tốc", "Hỏa tốc"), ("THƯỢNG KHẤN", "Thượng khẩn"), ("khẩn", None)]
)
def test_a_stamp_in_its_frame(untitled: Letter, stamp: str, said: str | None) -> None:
    urgency = untitled("V/v góp ý dự thảo", below=["", [(400, f"| {stamp} |")]]).get("urgency")
    assert (urgency.value if urgency else None) == said


@pytest.mark.parametrize(("read", "number"), [("SJ: 53/TB-UBND", "53/TB-UBND"), ("68/TB-UBND", "68/TB-UBND")])
def test_a_number_whose_label_was_lost_is_no_part_of_the_office(titled: Letter, read: str, number: str) -> None:
    fields = titled(START, number=read)
    assert (fields["issuer"].value, fields["number"].value) == ("ỦY BAN NHÂN DÂN XÃ MẪU", number)


def test_a_place_that_touches_the_day(untitled: Letter) -> None:
    fields = untitled("V/v góp ý dự thảo", date="Đạ Tẻh 3,ngày 14 tháng 11 năm 2025")
    assert (fields["place"].value, fields["issue_date"].value) == ("Đạ Tẻh 3", "2025-11-14")


def test_an_office_signed_in_two_words_more_than_the_list_has(titled: Letter) -> None:
    fields = titled(START, *[""] * 3, [(1400, "TRƯỞNG PHÒNG HÀNH CHÍNH")], "", "", [(1500, "Trần Văn Mẫu")])
    assert fields["signer.title"].value == "TRƯỞNG PHÒNG HÀNH CHÍNH"


def test_an_office_mended_by_a_letter_is_not_certain(titled: Letter) -> None:
    """`CHÁNH VĂN` of a torn `CHÁNH VĂN PHÒNG` is a letter away from `CHÁNH ÁN`."""
    whole, torn = (
        titled(START, *[""] * 3, [(1400, title)], "", "", [(1400, "Trần Văn Mẫu")])["signer.title"]
        for title in ("CHÁNH VĂN PHÒNG", "CHÁNH VĂN")
    )
    assert whole.confidence > torn.confidence


def test_an_office_in_pieces_of_one_row_is_put_together(titled: Letter) -> None:
    cut = [(1400, "CHÁNH VĂN"), (1640, "PH"), (1700, "ÒNG")]
    fields = titled(START, *[""] * 3, cut, "", "", [(1400, "Trần Văn Mẫu")])
    assert fields["signer.title"].value == "CHÁNH VĂN PHÒNG"
