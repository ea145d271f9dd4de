"""Rows and segments, labels and how far their values go, titles and heads."""

from collections.abc import Callable
from typing import Any

import pytest

from khoso.kernel.transcript import Box, Line, Transcript, Word
from ocr.extraction import values
from ocr.extraction.labels import Label
from ocr.extraction.letterhead import read_letterhead
from ocr.extraction.marking import find_marks
from ocr.extraction.reach import values_of
from ocr.extraction.recognising import known_titles
from ocr.extraction.sheet import joined, lay_out
from ocr.extraction.titles import find_title

Typeset = Callable[..., Transcript]

LABELS = (
    Label("wife.name", ("Họ, chữ đệm, tên vợ",), values.name, opens="wife", wraps=True),
    Label("husband.name", ("Họ, chữ đệm, tên chồng",), values.name, opens="husband", wraps=True),
    Label("wife.name", ("Vợ",), values.name, opens="wife", bare=True),
    Label("husband.name", ("Chồng",), values.name, opens="husband", bare=True),
    Label("*.name", ("Họ và tên",), values.name, wraps=True),
    Label("*.birth_date", ("Ngày, tháng, năm sinh", "Năm sinh"), values.date_kind, wraps=True),
    Label("*.ethnicity", ("Dân tộc",), values.people),
    Label("*.nationality", ("Quốc tịch",), values.nation, wraps=True),
    Label("*.residence", ("Nơi cư trú", "Nơi thường trú/tạm trú", "Địa chỉ"), values.place, wraps=True),
    Label("", ("Ghi chú",)),
)


def read(transcript: Transcript, *, who: str = "person") -> dict[str, str]:
    sheet = lay_out([transcript])
    found: dict[str, str] = {}
    for labelled in values_of(sheet, find_marks(sheet, LABELS, who=who)):
        found.setdefault(labelled.mark.field, labelled.text)
    return found


def test_rows_are_the_same_however_the_reader_cut_lines(typeset: Typeset) -> None:
    rows: list[Any] = [[(250, "Dân tộc: Kinh"), (1400, "Quốc tịch: Việt Nam")], "Nơi cư trú: Thôn 1"]
    apart = typeset(rows)
    together = Transcript(
        apart.width,
        apart.height,
        300.0,
        (Line(tuple(w for line in apart.lines[:1] for w in line.words), "test-1"), *apart.lines[1:]),
        "test-1",
    )
    one_each = Transcript(
        apart.width,
        apart.height,
        300.0,
        tuple(Line((w,), "test-1") for line in apart.lines for w in line.words),
        "test-1",
    )
    texts = [[[s.text for s in row] for row in lay_out([t]).pages[0].rows] for t in (apart, together)]
    assert texts[0] == texts[1] == [["Dân tộc: Kinh", "Quốc tịch: Việt Nam"], ["Nơi cư trú: Thôn 1"]]
    assert [" ".join(s.text for s in row) for row in lay_out([one_each]).pages[0].rows] == [
        " ".join(row) for row in texts[0]
    ]


def test_slanted_lines_stay_one_row() -> None:
    words = [Word(f"chữ{n}", Box(200 + 150 * n, 300 + 4 * n, 320 + 150 * n, 340 + 4 * n), 0.9) for n in range(12)]
    lines = tuple(
        Line(tuple(Word(w.text, w.box._replace(y0=w.box.y0 + 70 * i, y1=w.box.y1 + 70 * i), 0.9) for w in words), "e")
        for i in range(4)
    )
    cut = tuple(part for line in lines for part in (Line(line.words[:6], "e"), Line(line.words[8:], "e")))
    sheet = lay_out([Transcript(2480, 3508, 300.0, cut + lines[:1], "e")])
    assert [len(row) for row in sheet.pages[0].rows][1:] == [2, 2, 2]


def test_marks_that_are_no_writing_vanish_and_words_are_cut_at_colons() -> None:
    words = (
        Word("|", Box(10, 10, 14, 50), 0.9),
        Word("tên:AN", Box(20, 10, 140, 50), 0.9),
        Word("......", Box(150, 40, 300, 50), 0.9),
    )
    sheet = lay_out([Transcript(600, 200, 300.0, (Line(words, "e"),), "e")])
    (segment,) = sheet.segments
    assert [piece.text for piece in segment.pieces] == ["tên:", "AN"]
    assert joined(segment.pieces) == "tên:AN"


def test_values_beside_right_and_below(typeset: Typeset) -> None:
    found = read(
        typeset(
            [
                "Họ và tên: Nguyễn Văn An",
                [(250, "Năm sinh:"), (900, "1995"), (1300, "Dân tộc:"), (1700, "Kinh")],
                "Nơi cư trú:",
                "Thôn 1, xã Hiệp Thạnh",
                "Ghi chú: không",
            ]
        )
    )
    assert found == {
        "person.name": "Nguyễn Văn An",
        "person.birth_date": "1995",
        "person.ethnicity": "Kinh",
        "person.residence": "Thôn 1, xã Hiệp Thạnh",
    }


def test_full_lines_wrap_and_short_ones_do_not(typeset: Typeset) -> None:
    full = "Nơi cư trú: Ấp Bồng Lai, thị trấn Liên Nghĩa, huyện Đức Trọng, tỉnh Lâm Đồng, nước Việt Nam ta"
    assert read(typeset([full, "Đồng", "Ghi chú: x"]))["person.residence"].endswith("ta Đồng")
    assert (
        read(
            typeset(
                [
                    "Nơi cư trú: Thôn 1",
                    "Giấy này có giá trị từ ngày ký và thay thế các giấy tờ đã cấp trước đây cho người này đó",
                    "x",
                ]
            )
        )["person.residence"]
        == "Thôn 1"
    )


def test_columns_side_by_side_do_not_mix(typeset: Typeset) -> None:
    found = read(
        typeset(
            [
                [(250, "Họ, chữ đệm, tên vợ: TRẦN BẢO VÂN"), (1300, "Họ, chữ đệm, tên chồng: NGUYỄN VĂN")],
                [(250, "Ngày, tháng, năm sinh: 23/12/1979"), (1300, "LỄ")],
                [(250, "Dân tộc: Kinh"), (720, "Quốc tịch: Việt Nam"), (1300, "Ngày, tháng, năm sinh: 22/08/1970")],
                [(250, "Nơi cư trú:"), (1300, "Dân tộc: Tày"), (1800, "Quốc tịch: Lào")],
                [(250, "Thôn 7, xã Đắk Wer"), (1300, "Nơi cư trú: Thôn 12")],
            ]
        )
    )
    assert found == {
        "wife.name": "TRẦN BẢO VÂN",
        "wife.birth_date": "23/12/1979",
        "wife.ethnicity": "Kinh",
        "wife.nationality": "Việt Nam",
        "wife.residence": "Thôn 7, xã Đắk Wer",
        "husband.name": "NGUYỄN VĂN LỄ",
        "husband.birth_date": "22/08/1970",
        "husband.ethnicity": "Tày",
        "husband.nationality": "Lào",
        "husband.residence": "Thôn 12",
    }


def test_people_at_the_head_of_a_tables_columns(typeset: Typeset) -> None:
    found = read(
        typeset(
            [
                [(800, "CHỒNG"), (1500, "VỢ")],
                [(250, "Họ và tên"), (800, "Y MAI LINH"), (1500, "ĐỖ CẨM AN")],
                [(250, "Dân tộc"), (800, "Ê-đê"), (1500, "Kinh")],
                [(250, "Nơi thường trú/"), (800, "Thôn 4, xã Bản Mù,"), (1500, "Số 303B đường")],
                [(250, "tạm trú"), (800, "tỉnh Yên Bái"), (1500, "Quang Trung")],
            ]
        ),
        who="",
    )
    assert found == {
        "husband.name": "Y MAI LINH",
        "wife.name": "ĐỖ CẨM AN",
        "husband.ethnicity": "Ê-đê",
        "wife.ethnicity": "Kinh",
        "husband.residence": "Thôn 4, xã Bản Mù, tỉnh Yên Bái",
        "wife.residence": "Số 303B đường Quang Trung",
    }


def test_labels_are_found_misread_bilingual_and_glued(typeset: Typeset) -> None:
    found = read(
        typeset(
            [
                "Họ vả tên / Full name: NGUYỄN AN",
                "Ngày, thảng, năm sinh:01/02/1990",
                "Quốc tịch / Nafionality: Việt Nam",
                "3. Dân tộc (nếu có): Kinh",
            ]
        )
    )
    assert found == {
        "person.name": "NGUYỄN AN",
        "person.birth_date": "01/02/1990",
        "person.nationality": "Việt Nam",
        "person.ethnicity": "Kinh",
    }


@pytest.mark.parametrize(
    ("lines", "slug", "text"),
    [
        (["^GIẤY KHAI SINH"], "birth_certificate", "GIẤY KHAI SINH"),
        (["^GIAY CHỨNG NHẬN KÊT HÔN"], "marriage_certificate", "GIẤY CHỨNG NHẬN KẾT HÔN"),
        (["^GIẤY CHỨNG NHẬN", "^QUYỀN SỬ DỤNG ĐẤT,", "^QUYỀN SỞ HỮU TÀI SẢN GẮN LIỀN VỚI ĐẤT"], "land_certificate",
         "GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT, QUYỀN SỞ HỮU TÀI SẢN GẮN LIỀN VỚI ĐẤT"),
        (["^TỜ KHAI ĐĂNG KÝ KHAI SINH"], "application_form", "TỜ KHAI ĐĂNG KÝ KHAI SINH"),
        (["^TỜ KHAI CẤP GIẤY XÁC NHẬN TÌNH TRẠNG", "^HÔN NHÂN"], "application_form", "TỜ KHAI CẤP GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN"),
        (["^QUYẾT ĐỊNH", "^Về việc cấp lại giấy khai sinh"], "administrative_document", "QUYẾT ĐỊNH"),
        (["^GIẤY PHÉP LÁI XE/DRIVER'S LICENSE"], "driving_licence", "GIẤY PHÉP LÁI XE"),
        (["^Giấy ủy quyền"], "power_of_attorney", "Giấy ủy quyền"),
        (["^HỘI ĐỒNG NHÂN DÂN"], None, ""),
        (["Giấy khai sinh và các giấy tờ khác kèm theo đơn này"], None, ""),
    ],
)  # fmt: skip
def test_titles(typeset: Typeset, motto: list[Any], lines: list[str], slug: str | None, text: str) -> None:
    found = find_title(lay_out([typeset([*motto, *lines, "", "Nội dung: không có gì"])]), known_titles())
    assert (found.title.slug if found else None) == slug
    assert (found.text if found else "") == text


def test_head_of_an_official_letter(typeset: Typeset, letterhead: Callable[..., list[Any]]) -> None:
    rows = letterhead(
        ["UBND TỈNH QUẢNG NGÃI", "SỞ TÀI CHÍNH"], "Số: 542/STC-VP", "Quảng Ngãi, ngày 06 tháng 11 năm 2024"
    )
    head = read_letterhead(
        lay_out(
            [
                typeset(
                    [
                        *rows,
                        "",
                        [(330, "V/v đăng ký bổ sung")],
                        [(330, "nội dung kỳ họp")],
                        "",
                        "^Kính gửi: Ủy ban nhân dân tỉnh",
                    ]
                )
            ]
        )
    )
    assert [[s.text for s in office] for office in head.offices] == [["UBND TỈNH QUẢNG NGÃI"], ["SỞ TÀI CHÍNH"]]
    assert head.number is not None
    assert head.number.text == "Số: 542/STC-VP"
    assert joined(head.dated) == "Quảng Ngãi, ngày 06 tháng 11 năm 2024"
    assert [s.text for s in head.about] == ["V/v đăng ký bổ sung", "nội dung kỳ họp"]
