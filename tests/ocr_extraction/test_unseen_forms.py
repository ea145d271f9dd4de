"""Forms of other years and offices nobody had seen when the rules were written: each row below once cost a value."""

from dataclasses import replace

from ocr.extraction import extract
from tests.ocr_extraction.conftest import HOME, Read, Typeset, values_of


def test_an_indented_sentence_goes_on_at_the_margin(read: Read) -> None:
    fields = read(
        [
            "^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
            "Họ, chữ đệm, tên: TRẦN QUỐC BẢO",
            [(400, "Giấy xác nhận này có giá trị 06 tháng kể từ ngày cấp và được cấp để: Làm thủ tục")],
            "vay vốn ngân hàng.",
            [(400, "Nơi nhận:")],
        ]
    )
    assert values_of(fields, "purpose") == ["Làm thủ tục vay vốn ngân hàng"]


def test_an_unknown_question_ends_what_stands_beside_it(read: Read) -> None:
    fields = read(
        [
            "^GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH",
            "Tên hộ kinh doanh: QUÁN MẪU AN",
            [(250, f"Địa điểm kinh doanh: {HOME}"), (2030, "Trang thông tin (nếu có):mau")],
        ]
    )
    assert values_of(fields, "business.address") == [HOME]


def test_questions_with_words_in_brackets_before_their_colon(read: Read) -> None:
    fields = read(
        [
            "^GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH",
            "1. Tên hộ kinh doanh (ghi bằng chữ in hoa): QUÁN MẪU AN",
            "5. Họ và tên cá nhân hoặc tên đại diện hộ gia đình (ghi bằng chữ in hoa): TRẦN QUỐC BẢO",
            "Sinh ngày: 02/09/1990",
        ]
    )
    assert values_of(fields, "representative.name", "representative.birth_date") == ["TRẦN QUỐC BẢO", "1990-09-02"]


def test_purposes_behind_more_words_and_before_their_validity(read: Read) -> None:
    rows = ["^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", "Họ, chữ đệm, tên: TRẦN QUỐC BẢO"]
    without_colon = read([*rows, "Mục đích của việc cấp giấy Làm thủ tục mua bán nhà đất"])
    assert values_of(without_colon, "purpose") == ["Làm thủ tục mua bán nhà đất"]
    valid_for = read([*rows, "Giấy này được cấp để: kết hôn, có giá trị trong 06 tháng kể từ ngày cấp"])
    assert values_of(valid_for, "purpose") == ["kết hôn"]


def test_a_day_at_the_foot_where_no_head_tells_one(read: Read) -> None:
    fields = read(
        [
            "^GIẤY CHỨNG NHẬN KẾT HÔN",
            [(250, "Họ và tên chồng: Trần Quốc Bảo"), (1300, "Họ và tên vợ: Lê Thị Thu")],
            [(250, "Sinh ngày: 04/05/1972"), (1300, "Sinh ngày: 19/10/1975")],
            "Đăng ký tại: Ủy ban nhân dân xã Hàm Thắng, huyện Hàm Thuận Bắc, tỉnh Bình Thuận",
            "Ngày 22 tháng 12 năm 2001",
        ]
    )
    assert values_of(fields, "registration_date", "issue_date", "husband.birth_date") == [
        "2001-12-22", "2001-12-22", "1972-05-04",
    ]  # fmt: skip


def test_who_died_at_home(read: Read) -> None:
    fields = read(["^GIẤY CHỨNG TỬ", "Họ và tên: TRẦN QUỐC BẢO", "Nơi chết: tại nhà", "Nguyên nhân chết: Già yếu"])
    assert values_of(fields, "death.place", "death.cause") == ["tại nhà", "Già yếu"]


def test_a_folded_sheet_laid_open_is_two_pages(typeset: Typeset) -> None:
    """Rows of its left page stand level with rows of its right one; places stay those of the whole sheet."""
    left = [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "", "GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT", "",
        "1. Người sử dụng đất:", "Ông: TRẦN QUỐC BẢO, sinh năm 1970", "CCCD số: 068070005678", "vợ là bà: LÊ THỊ THU, sinh năm 1972",
        "CCCD số: 068172001234", "Địa chỉ:", "Thôn 3, xã Hàm Thắng, tỉnh Lâm Đồng", "Số vào sổ cấp GCN:", "CH 01234",
    ]  # fmt: skip
    right = [
        "2. Thông tin thửa đất:", "a) Thửa đất số: 1278", "b) Tờ bản đồ số: 41", "c) Địa chỉ:", "xã Hàm Đức, tỉnh Lâm Đồng", "d) Diện tích: 119 m2",
        "đ) Loại đất: Đất trồng lúa", "e) Thời hạn: Lâu dài", "g) Nguồn gốc: Nhận thừa kế", "4. Ghi chú: Không", "Lâm Đồng, ngày 08 tháng 5 năm 2025",
        "CHI NHÁNH VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI", "GIÁM ĐỐC", "Cao Văn Mẫu",
    ]  # fmt: skip
    page = typeset([[(100, a), (1900, b)] if a else [(1900, b)] for a, b in zip(left, right, strict=True)])
    fields = extract([replace(page, width=3508, height=2480)]).fields
    keys = (
        "owners[0].id_number",
        "owners[1].name",
        "owners[1].id_number",
        "owners[1].address",
        "register_number",
        "parcel.address",
    )
    assert values_of(dict(fields), *keys) == [
        "068070005678", "LÊ THỊ THU", "068172001234", "Thôn 3, xã Hàm Thắng, tỉnh Lâm Đồng", "CH01234", "xã Hàm Đức, tỉnh Lâm Đồng",
    ]  # fmt: skip
    area, number = fields["parcel.area_m2"], fields["register_number"]
    assert area.box
    assert number.box
    assert (area.page, number.page) == (1, 1)
    assert area.box.x0 > 1900 > number.box.x1
