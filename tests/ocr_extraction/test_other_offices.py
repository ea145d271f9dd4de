"""Forms of other years and offices: questions longer than the known label, cells of two labels, codes broken in narrow columns."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ocr.extraction import extract
from samples.generator.forms.cards import passport_mrz
from tests.ocr_extraction.conftest import HOME, Read, Typeset, values_of


def test_a_question_longer_than_its_label(read: Read) -> None:
    fields = read(
        [
            "^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
            "Họ, chữ đệm, tên: TRẦN QUỐC BẢO",
            "Tình trạng hôn nhân trong thời gian cư trú tại địa phương: Chưa đăng ký kết hôn với ai",
            "Mục đích của việc cấp giấy: Làm thủ tục vay vốn ngân hàng",
            "Giấy này có giá trị trong thời hạn 06 tháng, kể từ ngày cấp.",
        ]
    )
    assert values_of(fields, "status", "purpose") == ["Chưa đăng ký kết hôn với ai", "Làm thủ tục vay vốn ngân hàng"]


def test_a_question_about_somebody_else_is_another(read: Read) -> None:
    fields = read(
        [
            "^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
            "Họ, chữ đệm, tên: TRẦN QUỐC BẢO",
            "Nơi cư trú: " + HOME,
            "Tình trạng hôn nhân của người vợ đã chết: Đã ly hôn",
            "Tình trạng hôn nhân: Chưa đăng ký kết hôn với ai",
        ]
    )
    assert fields["status"].value != "Đã ly hôn"


def test_two_labels_fill_a_cell(read: Read) -> None:
    fields = read(
        [
            "^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
            [(300, "Họ, chữ đệm, tên"), (1000, "TRẦN QUỐC BẢO")],
            [(300, "Dân tộc / Quốc tịch"), (1000, "Kinh / Việt Nam")],
            [(300, "Nơi cư trú"), (1000, HOME)],
        ]
    )
    assert values_of(fields, "person.ethnicity", "person.nationality", "person.residence") == ["Kinh", "Việt Nam", HOME]


def test_a_line_that_asks_something_unknown_ends_a_text(read: Read) -> None:
    fields = read(
        [
            "^GIẤY CHỨNG NHẬN ĐĂNG KÝ KINH DOANH",
            "^Số: 5899000016",
            "1. Tên công ty: CÔNG TY CỔ PHẦN NÔNG SẢN SẠCH MẪU HƯNG THỊNH VÀ CÁC CỘNG SỰ LÂU NĂM",
            "Tên giao dịch bằng tiếng nước ngoài: MAU HUNG THINH CLEAN FARM PRODUCE",
            "Tên cũ của doanh nghiệp trước đây: CÔNG TY MẪU",
            "2. Địa chỉ trụ sở chính: " + HOME,
        ]
    )
    assert values_of(fields, "business.name", "business.foreign_name", "business.address") == [
        "CÔNG TY CỔ PHẦN NÔNG SẢN SẠCH MẪU HƯNG THỊNH VÀ CÁC CỘNG SỰ LÂU NĂM",
        "MAU HUNG THINH CLEAN FARM PRODUCE",
        HOME,
    ]


def test_who_stands_for_a_household_business(read: Read) -> None:
    rows = [
        "^GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH",
        "^Mã số hộ kinh doanh: 068090005678",
        "1. Tên hộ kinh doanh: QUÁN CÀ PHÊ MẪU",
        "Họ, chữ đệm và tên (ghi bằng chữ in hoa):TRẦN QUỐC BẢO",
        "Ngày sinh: 02/09/1990",
        "Số định danh cá nhân: 068090005678",
    ]
    keys = ("representative.name", "representative.birth_date", "representative.id_number")
    expected = ["TRẦN QUỐC BẢO", "1990-09-02", "068090005678"]
    assert values_of(read(rows), *keys) == expected  # nobody announced him, but a business has no name of a person
    assert values_of(read([*rows[:3], "2. Thông tin chủ hộ kinh doanh", *rows[3:]]), *keys) == expected


def test_codes_broken_in_the_narrow_column_beside_the_signature(read: Read) -> None:
    fields = read(
        [
            "^GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT",
            "1. Người sử dụng đất",
            [(300, "Ông"), (420, ": TRẦN VĂN MẪU, số CCCD: 068072001234")],
            "Địa chỉ: " + HOME,
            "2. Thửa đất số: 12; tờ bản đồ số: 7",
            [(300, "Số phát hành: ĐC"), (1700, "Bình Thuận, ngày")],
            [(300, "01755509"), (1720, "24 tháng 10 năm")],
            [(300, "Số vào sổ cấp GCN:"), (1850, "2024")],
            [(300, "CS15274"), (1700, "SỞ TÀI NGUYÊN")],
            [(1650, "VÀ MÔI TRƯỜNG")],
            [(1650, "TỈNH BÌNH THUẬN")],
            [(1720, "GIÁM ĐỐC")],
        ]
    )
    keys = ("owners[0].name", "owners[0].id_number", "serial", "register_number", "issue_date", "issuer")
    assert values_of(fields, *keys) == [
        "TRẦN VĂN MẪU", "068072001234", "ĐC01755509", "CS15274", "2024-10-24", "SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG TỈNH BÌNH THUẬN",
    ]  # fmt: skip


def test_the_day_a_power_of_attorney_was_made_out(read: Read) -> None:
    fields = read(
        [
            "^GIẤY ỦY QUYỀN",
            "^Lập ngày 16/01/2023, tại xã Hàm Thắng, huyện Hàm Thuận Bắc, tỉnh Bình Thuận",
            "^I. NGƯỜI ỦY QUYỀN",
            [(300, "Họ và tên"), (1000, "Nguyễn Thị Mai Lan")],
            [(300, "Ngày sinh"), (1000, "ngày 15 tháng 08 năm 1965")],
            "^II. NGƯỜI ĐƯỢC ỦY QUYỀN",
            [(300, "Họ và tên"), (1000, "Trần Quốc Bảo")],
            [(300, "Ngày sinh"), (1000, "ngày 02 tháng 09 năm 1970")],
        ]
    )
    assert values_of(fields, "issue_date", "parties[1].birth_date") == ["2023-01-16", "1970-09-02"]


def test_a_birth_is_no_day_of_issue(read: Read) -> None:
    fields = read(
        [
            "^GIẤY ỦY QUYỀN",
            "^I. NGƯỜI ỦY QUYỀN",
            [(300, "Họ và tên"), (1000, "Nguyễn Thị Mai Lan")],
            [(300, "Ngày sinh"), (1000, "ngày 15 tháng 08 năm 1965")],
        ]
    )
    assert values_of(fields, "parties[0].birth_date", "issue_date") == ["1965-08-15", None]


def test_a_title_broken_within_its_words(typeset: Typeset, motto: list[Any]) -> None:
    rows = [
        *motto,
        [(960, "GIẤY CHỨ"), (1140, "NG NHẬN")],
        [(940, "QUYỀN SỬ"), (1120, "DỤNG ĐẤT")],
        "",
        "1. Người sử dụng đất: Ông TRẦN VĂN MẪU",
        "2. Tài sản gắn liền với đất: Không",
    ]
    assert extract([typeset(rows)]).fields["title"].value == "GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT"


def test_dots_read_as_letters_belong_to_no_value(read: Read) -> None:
    fields = read(
        [
            "^GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT",
            "Thửa đất số: 12; tờ bản đồ số: 7",
            "Nguồn gốc sử dụng đất: Nhà nước giao đất có thu tiền sử dụng đất ooooooooooooooooocoooooooooo",
        ]
    )
    assert fields["parcel.origin"].value == "Nhà nước giao đất có thu tiền sử dụng đất"


def test_offices_that_manage_are_no_districts(read: Read) -> None:
    """A passport of 2026 comes from an office of `quản lý`, which is no `quận`; its country is the same in capitals."""
    fields = read(
        [
            "^HỘ CHIẾU / PASSPORT",
            "Số hộ chiếu / Passport N°: C9876543",
            "Họ và tên / Full name: TRẦN VĂN MẪU",
            "Quốc tịch / Nationality: VIỆT NAM / VIETNAMESE",
            "Nơi sinh / Place of birth: Lâm Đồng",
            "Ngày cấp / Date of issue: 04/03/2026",
            "Nơi cấp / Place of issue: CỤC QUẢN LÝ XUẤT NHẬP CẢNH",
            *passport_mrz("C9876543", date(1980, 1, 1), "male", date(2036, 3, 4), "Trần Văn Mẫu", "068080001234"),
        ]
    )
    assert fields["expiry"].value == "2036-03-04"  # the lines were read
    for key in (
        "person.nationality",
        "issuer",
        "issue_date",
    ):  # what no check says of them; how sure they are is another's test
        assert set(fields[key].doubts) <= {"low_confidence", "worth_a_look"}


def test_districts_still_are_of_former_times(typeset: Typeset, letterhead: Callable[..., list[Any]]) -> None:
    head = letterhead(["ỦY BAN NHÂN DÂN", "QUẬN BA ĐÌNH"], "Số: 05/UBND-XNTTHN", "Ba Đình, ngày 05 tháng 01 năm 2026")
    fields = extract(
        [typeset([*head, "", "^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", "Họ, chữ đệm, tên: TRẦN QUỐC BẢO"])]
    ).fields
    assert fields["issuer"].doubts == ("disagrees_with:issue_date",)


def test_people_named_at_the_start_of_a_line(read: Read) -> None:
    """`Bà …,` names as `Ông …,` does; `bà` within a sentence does not."""
    fields = read(
        [
            "^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
            "Theo đề nghị của bà Trần Thị Mai, Ủy ban nhân dân xã Hàm Thắng xác nhận:",
            "Bà NGUYỄN THỊ LAN, sinh ngày 12/11/1987, giới tính: Nữ, dân tộc: Kinh, quốc tịch: Việt Nam.",
            f"Hiện đang cư trú tại: {HOME}, hiện tại đang có chồng là ông Lê Văn Mẫu.",
        ]
    )
    assert values_of(fields, "person.name", "person.residence", "status") == [
        "NGUYỄN THỊ LAN", HOME, "hiện tại đang có chồng là ông Lê Văn Mẫu",
    ]  # fmt: skip


def test_a_street_is_named_after_nobody_here(read: Read) -> None:
    fields = read(
        [
            "^GIẤY ỦY QUYỀN",
            "Bên ủy quyền: Trần Văn Mẫu, sinh ngày 02/09/1970, trú tại: Số 5, đường",
            "Bà Triệu, phường Phú Thủy, tỉnh Lâm Đồng",
        ]
    )
    assert fields["parties[0].name"].value == "Trần Văn Mẫu"
    assert fields["parties[0].residence"].value == "Số 5, đường Bà Triệu, phường Phú Thủy, tỉnh Lâm Đồng"


def test_a_label_broken_by_the_end_of_its_line(read: Read) -> None:
    fields = read(
        [
            "^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
            "Họ, chữ đệm, tên: TRẦN QUỐC BẢO",
            "Trong thời gian cư trú tại xã Hàm Thắng từ ngày 02/03/2010 đến ngày 26/07/2017, tình trạng hôn",
            "nhân: Chưa đăng ký kết hôn với ai.",
        ]
    )
    assert fields["status"].value == "Chưa đăng ký kết hôn với ai"


def test_what_somebody_may_do_is_no_part_of_where_he_lives(read: Read) -> None:
    fields = read(
        [
            "^GIẤY ỦY QUYỀN",
            "Tôi tên là: TRẦN VĂN MẪU, sinh ngày 02/09/1970, CCCD số: 068070005678",
            "Nay tôi ủy quyền cho bà LÊ THỊ MẪU, sinh ngày 15/08/1965, CCCD số: 068165001234,",
            f"thường trú tại: {HOME} được thay mặt tôi nộp hồ sơ.",
        ]
    )
    assert values_of(fields, "parties[1].name", "parties[1].residence") == ["LÊ THỊ MẪU", HOME]


@pytest.mark.parametrize(
    ("words", "doubted"),
    [
        ("Hai mươi nghìn sáu trăm mét vuông", False),
        ("Hai mươi nghìn sáu tr im mét v LÔI", False),  # misread from there on
        ("Hai mươi nghìn sáu", False),  # its next line is lost
        ("M ươi nghìn sáu trăm mét vuông", False),
        ("Hai mươi nghìn bảy trăm mét vuông", True),
        ("Thôn 3 xã Hàm Thắng", True),  # no number at all: one of the two stands in the wrong place
    ],
)
def test_words_speak_against_figures_where_they_were_read(read: Read, words: str, *, doubted: bool) -> None:
    fields = read(
        [
            "^GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT",
            "2. Thửa đất số: 12; tờ bản đồ số: 7",
            f"b) Diện tích: 20.600 m² (bằng chữ: {words});",
        ]
    )
    assert fields["parcel.area_m2"].value == "20600"
    assert ("disagrees_with:words" in fields["parcel.area_m2"].doubts) is doubted
