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


def test_labels_that_end_an_indented_line(read: Read) -> None:
    fields = read(
        [
            "^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
            [(360, "Bà LÊ THỊ THU, sinh ngày 14/03/1967, giới tính: Nữ, dân tộc: Cơ-ho, quốc tịch:")],
            "Việt Nam.",
            f"Hiện đang cư trú tại: {HOME}.",
        ]
    )
    assert values_of(fields, "person.nationality", "person.ethnicity", "person.residence") == [
        "Việt Nam",
        "Cơ-ho",
        HOME,
    ]


def test_an_identity_paper_named_over_two_lines(read: Read) -> None:
    fields = read(
        [
            "^GIẤY ỦY QUYỀN",
            "BÊN ỦY QUYỀN (sau đây gọi là Bên A):",
            "Ông Trần Quốc Bảo, sinh ngày 02/09/1990; Căn cước",
            "công dân số 068090005678 do Bộ Công an cấp ngày 07/08/2022; nơi cư trú: Thôn 3, xã Hàm Thắng,",
            "tỉnh Lâm Đồng.",
        ]
    )
    assert values_of(fields, "parties[0].id_number", "owner_id") == ["068090005678", "068090005678"]


def test_two_peoples_columns_are_told_by_the_rows_of_their_table(read: Read) -> None:
    """A row of two further down, which begins further left, is none of them."""
    fields = read(
        [
            "^TRÍCH LỤC KẾT HÔN",
            [(1000, "VỢ"), (1800, "CHỒNG")],
            [(250, "Họ, chữ đệm, tên"), (700, "Lê Thị Thu"), (1550, "Trần Quốc Bảo")],
            [(250, "Dân tộc"), (700, "Kinh"), (1550, "Kinh")],
            [(250, "Nơi cư trú"), (700, "Thôn 3, xã Hàm Thắng, tỉnh Lâm"), (1550, "Thôn 1, xã Hàm Đức, tỉnh Lâm")],
            [(700, "Đồng"), (1550, "Đồng")],
            "Nơi đăng ký kết hôn: Ủy ban nhân dân xã Hàm Thắng, tỉnh Lâm Đồng",
            [(250, "Số: 235/2024"), (1100, "ngày"), (1300, "18/07/2024")],
        ]
    )
    assert values_of(fields, "wife.residence", "husband.residence") == [
        "Thôn 3, xã Hàm Thắng, tỉnh Lâm Đồng", "Thôn 1, xã Hàm Đức, tỉnh Lâm Đồng",
    ]  # fmt: skip


def test_narrow_columns_of_a_business_and_its_holder(read: Read) -> None:
    fields = read(
        [
            "^GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH",
            [(250, "THÔNG TIN HỘ KINH DOANH"), (1250, "THÔNG TIN CHỦ HỘ")],
            [(1250, "Họ và tên chủ hộ: DƯƠNG")],
            [(250, "Tên hộ kinh doanh: QUÁN HƯỚNG DƯƠNG MẪU"), (1250, "THANH KHUYÊN")],
            [(250, "PHÔ AN KHANG"), (1250, "Ngày sinh: 17/05/1993")],
        ]
    )
    assert values_of(fields, "business.name", "representative.birth_date") == [
        "QUÁN HƯỚNG DƯƠNG MẪU PHÔ AN KHANG",
        "1993-05-17",
    ]


def test_a_section_whose_number_lost_its_stop(read: Read) -> None:
    fields = read(
        [
            "^GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH",
            "Tên viết bằng tiếng Việt (ghi bằng chữ in hoa): Cơ sở cà phê Mẫu",
            "2 Trụ sở hộ kinh doanh",
            HOME,
        ]
    )
    assert values_of(fields, "business.name", "business.address") == ["Cơ sở cà phê Mẫu", HOME]


def test_an_english_half_apart_from_its_label(read: Read) -> None:
    fields = read(
        [
            "^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
            "Họ, chữ đệm, tên: TRẦN QUỐC BẢO",
            [(250, "Nơi cư trú"), (560, f"/ Address: {HOME}")],
        ]
    )
    assert values_of(fields, "person.residence") == [HOME]


def test_the_red_book_of_the_nineties(read: Read) -> None:
    """Captions side by side above a row of single words; the office between the title and `CHỨNG NHẬN`; a serial of one letter."""
    fields = read(
        [
            "^GIẤY CHỨNG NHẬN", "^QUYỀN SỬ DỤNG ĐẤT", "", "^ỦY BAN NHÂN DÂN HUYỆN ĐỨC LINH", "^CHỨNG NHẬN",
            "Hộ ông: TRẦN QUỐC BẢO", "Được quyền sử dụng: 3.520 m² đất", "Tại: xã Mê Pu, huyện Đức Linh, tỉnh Bình Thuận",
            [(250, "Số tờ bản đồ"), (650, "Số thửa"), (950, "Diện tích (m²)"), (1400, "Mục đích sử dụng"), (1980, "Thời hạn sử dụng")],
            [(330, "12"), (700, "458"), (1000, "3520"), (1400, "Đất trồng lúa"), (1980, "10/2013")],
            "", "^Ngày 26 tháng 10 năm 1999", "^TM. ỦY BAN NHÂN DÂN", "^CHỦ TỊCH", "",
            "Vào sổ cấp giấy chứng nhận quyền sử dụng đất", "Số: 00342 QSDĐ/ĐL", "^P 456789",
        ]
    )  # fmt: skip
    keys = (
        "owners[0].name",
        "parcel.map_sheet",
        "parcel.number",
        "parcel.area_m2",
        "parcel.purpose",
        "parcel.term",
        "parcel.address",
    )
    assert values_of(fields, *keys) == [
        "TRẦN QUỐC BẢO", "12", "458", "3520", "Đất trồng lúa", "10/2013", "xã Mê Pu, huyện Đức Linh, tỉnh Bình Thuận",
    ]  # fmt: skip
    assert values_of(fields, "issuer", "serial", "register_number", "issue_date") == [
        "ỦY BAN NHÂN DÂN HUYỆN ĐỨC LINH", "P456789", "00342QSDĐ/ĐL", "1999-10-26",
    ]  # fmt: skip


def test_a_parcel_with_its_sheet_behind_a_semicolon(read: Read) -> None:
    fields = read(
        [
            "^GIẤY PHÉP XÂY DỰNG",
            "1. Cấp cho: Ông Trần Quốc Bảo",
            "2. Được phép xây dựng công trình: Nhà ở riêng lẻ",
            "- Lô đất số: 77; tờ bản đồ số: 14; diện tích: 120,0 m²",
        ]
    )
    assert values_of(fields, "works.parcel") == ["Lô đất số: 77; tờ bản đồ số: 14"]


def test_the_office_whose_head_signs_a_licence(read: Read) -> None:
    fields = read(
        ["^GIẤY PHÉP LÁI XE", "Họ tên/Full name: TRẦN QUỐC BẢO", "^TL. BỘ TRƯỞNG", "^GIÁM ĐỐC SỞ GTVT BÌNH THUẬN"]
    )
    assert values_of(fields, "issuer") == ["SỞ GTVT BÌNH THUẬN"]


def test_a_request_within_a_letter(read: Read) -> None:
    fields = read(
        [
            "^ĐƠN ĐỀ NGHỊ",
            "Kính gửi: Ủy ban nhân dân xã Sơn Mỹ",
            "Tôi tên: Trần Quốc Bảo",
            "Nay tôi làm đơn này kính đề nghị Ủy ban nhân dân xã xác nhận gia đình tôi thuộc hộ có hoàn cảnh",
            "khó khăn để bổ túc hồ sơ.",
        ]
    )
    assert values_of(fields, "request") == ["xác nhận gia đình tôi thuộc hộ có hoàn cảnh khó khăn để bổ túc hồ sơ"]


def test_a_conclusion_goes_before_illnesses(read: Read) -> None:
    rows = ["^GIẤY KHÁM SỨC KHỎE", "Họ và tên: TRẦN QUỐC BẢO", "2. Các bệnh, tật (nếu có): Cận thị nhẹ"]
    assert values_of(read(rows), "conclusion") == ["Cận thị nhẹ"]
    assert values_of(read([*rows, "Kết luận: Đủ sức khỏe để làm việc"]), "conclusion") == ["Đủ sức khỏe để làm việc"]


def test_headings_of_people_by_combination(read: Read) -> None:
    """`THÔNG TIN VỀ MẸ`, `THÔNG TIN VỢ | THÔNG TIN CHỒNG`: made of whom a form speaks, not listed as seen."""
    birth = read(
        [
            "^GIẤY KHAI SINH", "Họ, chữ đệm, tên: TRẦN GIA MẪU", "THÔNG TIN VỀ MẸ", "Họ, chữ đệm, tên: Lê Thị Thu", "Năm sinh: 1990",
            "PHẦN GHI VỀ NGƯỜI CHA", "Họ, chữ đệm, tên: Trần Quốc Bảo", "Năm sinh: 1988",
        ]
    )  # fmt: skip
    keys = ("person.name", "mother.name", "mother.birth_year", "father.name", "father.birth_year")
    assert values_of(birth, *keys) == ["TRẦN GIA MẪU", "Lê Thị Thu", "1990", "Trần Quốc Bảo", "1988"]
    marriage = read(
        [
            "^GIẤY CHỨNG NHẬN KẾT HÔN",
            [(500, "THÔNG TIN VỢ"), (1600, "THÔNG TIN CHỒNG")],
            [(250, "Họ, chữ đệm, tên"), (1350, "Họ, chữ đệm, tên")],
            [(250, "LÊ THỊ THU"), (1350, "TRẦN QUỐC BẢO")],
        ]
    )
    assert values_of(marriage, "wife.name", "husband.name") == ["LÊ THỊ THU", "TRẦN QUỐC BẢO"]


def test_whom_somebody_marries_is_within_the_purpose(read: Read) -> None:
    fields = read(
        [
            "^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
            "Họ, chữ đệm, tên: TRẦN QUỐC BẢO",
            "Mục đích sử dụng",
            [(300, "Đăng ký kết hôn với chị Lư Thị Ngọc, sinh năm 1995, tại UBND xã Phan Hòa")],
        ]
    )
    assert values_of(fields, "purpose", "person.birth_date") == [
        "Đăng ký kết hôn với chị Lư Thị Ngọc, sinh năm 1995, tại UBND xã Phan Hòa", None,
    ]  # fmt: skip


def test_offices_signed_with_their_department(read: Read) -> None:
    fields = read(
        [
            "^PHIẾU LÝ LỊCH TƯ PHÁP SỐ 2", "Họ và tên: TRẦN QUỐC BẢO", "", "", "", "", "", "",
            [(1500, "TL. GIÁM ĐỐC")], [(1400, "TRƯỞNG PHÒNG HỒ SƠ NGHIỆP VỤ")], "", "", [(1500, "Ngô Văn Mẫu")],
        ]
    )  # fmt: skip
    assert values_of(fields, "signer.title", "signer.name") == ["TRƯỞNG PHÒNG HỒ SƠ NGHIỆP VỤ", "Ngô Văn Mẫu"]


def test_households_whose_members_own(read: Read) -> None:
    fields = read(
        [
            "^GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT", "1. Người sử dụng đất:",
            "Hộ gia đình, gồm ông: Lò Văn Mẫu, CCCD: 014070001234 và vợ là bà: Lường Thị Xuân,", "CCCD: 014173005678.",
            "2. Thông tin thửa đất:", "a) Thửa đất số: 17",
        ]
    )  # fmt: skip
    keys = ("owners[0].name", "owners[0].id_number", "owners[1].name", "owners[1].id_number")
    assert values_of(fields, *keys) == ["Lò Văn Mẫu", "014070001234", "Lường Thị Xuân", "014173005678"]


def test_no_paper_is_an_owner(read: Read) -> None:
    fields = read(
        ["^GIẤY PHÉP XÂY DỰNG", "1. Cấp cho ông: K' BRỀM; CMND số: 250111222, cấp ngày 05/6/2009 tại Công an Lâm Đồng."]
    )
    assert values_of(fields, "owners[0].name", "owners[1].name") == ["K' BRỀM", None]


def test_schools_named_in_a_sentence_and_names_below_cho(read: Read) -> None:
    fields = read(
        [
            "^CHỨNG CHỈ BỒI DƯỠNG NGHIỆP VỤ", "^Giám đốc Trung tâm Đào tạo Mẫu Việt cấp cho:", [(700, "Cho"), (1000, "LÊ THỊ THU")],
            "Sinh ngày: 17/02/1990",
        ]
    )  # fmt: skip
    assert values_of(fields, "issuer", "person.name") == ["Trung tâm Đào tạo Mẫu Việt", "LÊ THỊ THU"]


def test_a_name_misread_once_is_spelled_by_its_other_print(read: Read) -> None:
    rows = ["^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", "Xét đơn đề nghị của bà Dương Quỳnh Hiếu,"]
    fields = read([*rows, "Họ, chữ đệm, tên: DUUNG QUỲNH HIẾU"])
    assert values_of(fields, "person.name") == ["DƯƠNG QUỲNH HIẾU"]
    assert fields["person.name"].doubtful
    another = read([*rows, "Họ, chữ đệm, tên: ĐUUNG MINH MẪU"])
    assert values_of(another, "person.name") == ["ĐUUNG MINH MẪU"]


def test_who_asks_where_nothing_else_names_anybody(read: Read) -> None:
    fields = read(
        [
            "^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
            "Xét đơn đề nghị của ông Trần Quốc Bảo,",
            "Số định danh cá nhân: 068090005678",
        ]
    )
    assert values_of(fields, "person.name", "owner_name", "owner_id") == [
        "Trần Quốc Bảo",
        "Trần Quốc Bảo",
        "068090005678",
    ]


def test_parties_by_their_signatures_where_their_names_are_lost(read: Read) -> None:
    fields = read(
        [
            "^GIẤY ỦY QUYỀN", "I. NGƯỜI ỦY QUYỀN", [(250, "Họ và tên")], [(250, "Số CCCD"), (800, "068192106083")],
            "II. NGƯỜI ĐƯỢC ỦY QUYỀN", [(250, "Họ và tên"), (800, "Lâm Như Thơ")], [(250, "Số CCCD"), (800, "068186285207")],
            "", [(400, "NGƯỜI ỦY QUYỀN"), (1500, "NGƯỜI ĐƯỢC ỦY QUYỀN")], "", "", [(400, "Nguyễn Hồng Liên"), (1500, "Lâm Như Thơ")],
        ]
    )  # fmt: skip
    assert values_of(fields, "parties[0].name", "parties[1].name", "owner_id") == [
        "Nguyễn Hồng Liên",
        "Lâm Như Thơ",
        "068192106083",
    ]


def test_a_term_ends_with_its_day(read: Read) -> None:
    fields = read(
        ["^GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT", "2. Thông tin thửa đất:", "a) Thửa đất số: 17", "e) Thời hạn: Đến 30/12/2059 khác"]
    )  # fmt: skip
    assert values_of(fields, "parcel.term") == ["Đến 30/12/2059"]


def test_a_building_permit_whose_title_was_torn_is_no_land_certificate(typeset: Typeset) -> None:
    """Both name a parcel and its sheet."""
    page = typeset(
        [
            "^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "^Độc lập - Tự do - Hạnh phúc", "", "^GIẤY PHÉP XÂY D", "1. Cấp cho ông/bà: Trần Quốc Bảo",
            "2. Được phép xây dựng công trình: Nhà ở", "Vị trí: Thửa đất số 1368, tờ bản đồ số 14",
            "Diện tích xây dựng: 171,6 m2; tổng diện tích sàn: 505,1 m2",
        ]
    )  # fmt: skip
    assert extract([page]).document_type == "construction_permit"
