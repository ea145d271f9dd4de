"""Forms as other offices print them: columns under headings, ruled lists, cut labels, values that ran over."""

from collections.abc import Callable
from typing import Any

import pytest

from khoso.kernel.transcript import Transcript
from ocr.extraction import extract
from ocr.ports import Field

Typeset = Callable[..., Transcript]


@pytest.fixture
def read(typeset: Typeset, motto: list[Any]) -> Callable[[list[Any]], dict[str, Field]]:
    return lambda rows: dict(extract([typeset([*motto, *rows])]).fields)


def values_of(fields: dict[str, Field], *keys: str) -> list[str | None]:
    return [fields[key].value if key in fields else None for key in keys]


def test_parties_in_columns_below_centred_headings(read: Callable[[list[Any]], dict[str, Field]]) -> None:
    fields = read(
        [
            "^GIẤY ỦY QUYỀN",
            [(600, "BÊN ỦY QUYỀN"), (1600, "BÊN ĐƯỢC ỦY QUYỀN")],
            [(250, "Họ tên: Kiều Hồng Nga"), (1290, "Họ tên: Lê Văn Tuấn")],
            [(250, "Số định danh: 060158465660"), (1290, "Số định danh: 094099689400")],
            "Nội dung ủy quyền: nộp hồ sơ.",
        ]
    )
    keys = ("parties[0].name", "parties[0].id_number", "parties[1].name", "parties[1].id_number", "owner_name")
    assert values_of(fields, *keys) == ["Kiều Hồng Nga", "060158465660", "Lê Văn Tuấn", "094099689400", "Kiều Hồng Nga"]


def test_numbers_grown_onto_labels_and_headings(read: Callable[[list[Any]], dict[str, Field]]) -> None:
    fields = read(
        [
            "^GIẤY CHỨNG NHẬN KẾT HÔN",
            "1.BÊN NAM",
            "Họ và tên: Đinh Xuân Cường",
            [(250, "a)Dân tộc: Kinh"), (1300, "b)Quốc tịch: Việt Nam")],
            "2.BÊN NỮ",
            "Họ và tên: Huỳnh Như Đào",
            "Nơi cư trú: 34 Võ Thị Sáu, thị trấn Phú Long, huyện Hàm Thuận Bắc, tỉnh Bình Thuận",
        ]
    )
    keys = ("husband.name", "husband.ethnicity", "husband.nationality", "wife.name")
    assert values_of(fields, *keys) == ["Đinh Xuân Cường", "Kinh", "Việt Nam", "Huỳnh Như Đào"]
    assert fields["wife.residence"].value.startswith("34 Võ Thị Sáu")  # `Võ` is no `Vợ`


def test_an_english_half_cut_off_by_the_line(read: Callable[[list[Any]], dict[str, Field]]) -> None:
    fields = read(
        [
            "^TRÍCH LỤC KHAI SINH",
            "Họ, chữ đệm, tên người mẹ: Trần Bảo Mai",
            [(250, "Dân tộc / Ethnicity:"), (1300, "Quốc tịch /")],
            [(250, "Kinh"), (1300, "Nationality: Việt Nam")],
        ]
    )
    assert values_of(fields, "mother.ethnicity", "mother.nationality") == ["Kinh", "Việt Nam"]


def test_words_vouch_for_the_date_before_them_not_for_the_last_label(
    read: Callable[[list[Any]], dict[str, Field]],
) -> None:
    fields = read(
        [
            "^GIẤY KHAI SINH",
            [(250, "Ngày sinh: 24/05/2025"), (1400, "Giới tính: Nam")],
            "Ghi bằng chữ: Ngày hai mươi tư tháng năm năm hai nghìn không trăm hai mươi lăm",
        ]
    )
    assert not fields["person.sex"].doubts
    assert not fields["person.birth_date"].doubts


def test_a_sentence_after_the_value_is_not_the_value(read: Callable[[list[Any]], dict[str, Field]]) -> None:
    fields = read(
        [
            "^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
            "Ông/Bà: Đinh Bảo Lan",
            "Nơi cư trú: Thôn 8, xã Tân Hà Lâm Hà, tỉnh Lâm Đồng sesseeeseeseeseese",
            "Giấy này được cấp để sử dụng vào mục đích: Đăng ký kết hôn.",
            "Giấy xác nhận có giá trị đến hết ngày 05 tháng 08 năm 2026.",
        ]
    )
    assert values_of(fields, "person.name", "purpose", "expiry") == ["Đinh Bảo Lan", "Đăng ký kết hôn", "2026-08-05"]
    assert fields["person.residence"].value == "Thôn 8, xã Tân Hà Lâm Hà, tỉnh Lâm Đồng"


def test_a_date_broken_in_a_narrow_column_and_no_other(read: Callable[[list[Any]], dict[str, Field]]) -> None:
    fields = read(
        [
            "^BẰNG TỐT NGHIỆP TRUNG HỌC PHỔ THÔNG",
            [(250, "Cấp cho: Bạch Thanh An"), (1400, "Giới tính: Nữ")],
            "Ngày sinh: ngày 15 tháng 05 năm 1998",
            [(250, "Số hiệu văn bằng: QM866667"), (1500, "Lai Châu, ngày 09 tháng 09")],
            [(250, "Số vào sổ gốc cấp văn bằng:"), (1640, "năm 2016")],
            [(250, "0346/2016"), (1660, "GIÁM ĐỐC")],
        ]
    )
    assert values_of(fields, "issue_date", "register_number") == ["2016-09-09", "0346/2016"]


@pytest.mark.parametrize(
    ("line", "key", "doubt"),
    [
        ("Họ và tên: Nguyễn", "person.name", "incomplete"),
        ("Họ và tên: UAN PHÁT", "person.name", "bad_format"),
        ("Họ và tên: Lê An", "person.residence", "incomplete"),
        ("Dân tộc: Kjnlu", "person.ethnicity", "bad_format"),
    ],
)
def test_what_no_good_value_looks_like_is_doubted(
    read: Callable[[list[Any]], dict[str, Field]], line: str, key: str, doubt: str
) -> None:
    fields = read(["^TRÍCH LỤC KHAI TỬ", line, "Nơi cư trú cuối cùng: phố Huế", "Nguyên nhân chết: Tuổi già"])
    assert doubt in fields[key].doubts
    assert fields[key].doubtful


def test_a_district_issues_nothing_once_there_are_none(typeset: Typeset) -> None:
    def fields(year: int) -> dict[str, Field]:
        rows: list[Any] = [
            [(400, "ỦY BAN NHÂN DÂN"), (1300, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")],
            [(400, "HUYỆN DI LINH"), (1450, "Độc lập - Tự do - Hạnh phúc")],
            [(420, "Số: 12/GPXD"), (1400, f"Di Linh, ngày 14 tháng 08 năm {year}")],
            "^GIẤY PHÉP XÂY DỰNG",
            "1. Cấp cho: ông Lê Văn An",
        ]
        return dict(extract([typeset(rows)]).fields)

    assert fields(2025)["issuer"].doubts == ("disagrees_with:issue_date",)
    assert "disagrees_with:issue_date" not in fields(2024)["issuer"].doubts


def test_a_place_is_no_title(typeset: Typeset, motto: list[Any]) -> None:
    assert extract([typeset([*motto, "^ĐỒN", "Nơi chết: Tại nhà", "Nguyên nhân chết: Tuổi già"])]).document_type == (
        "death_extract"
    )
    assert extract([typeset([*motto, "^ĐƠN", "Kính gửi: UBND xã"])]).document_type == "application_form"
