"""Values as real offices print them: in sentences, under shared labels, over lines, beside rivals."""

from typing import Any

from ocr.extraction import extract
from tests.ocr_extraction.conftest import HOME, Read, Typeset, values_of


def test_labels_that_share_a_colon(read: Read) -> None:
    fields = read(
        [
            "^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
            "Họ, chữ đệm, tên: TRẦN QUỐC BẢO",
            "Ngày, tháng, năm sinh, giới tính: 02/09/1990, Nam",
            "Dân tộc - Quốc tịch: Kinh - Việt Nam",
            "Số CCCD, ngày cấp, nơi cấp: 068090005678, 22/07/2022, Bộ Công an",
            f"Nơi cư trú: {HOME}",
        ]
    )
    keys = ("person.birth_date", "person.sex", "person.ethnicity", "person.nationality", "person.id_number")
    assert values_of(fields, *keys) == ["1990-09-02", "male", "Kinh", "Việt Nam", "068090005678"]
    assert "issue_date" not in fields  # the card's day is not the paper's


def test_a_sentence_without_colons(read: Read) -> None:
    fields = read(
        [
            "^VĂN BẢN ỦY QUYỀN",
            "Tôi là Nguyễn Thị Mai Lan, sinh ngày 15/08/1965, CCCD số 068165001234 do Bộ Công an cấp ngày",
            "10/05/2021, thường trú tại Thôn 2, xã Hàm Đức, huyện Hàm Thuận Bắc, tỉnh Bình Thuận (sau đây gọi",
            "là Bên ủy quyền), bằng văn bản này ủy quyền cho ông Trần Quốc Bảo, sinh ngày 02/09/1970,",
            f"CCCD số 068070005678, thường trú tại {HOME}.",
        ]
    )
    keys = ("parties[0].name", "parties[0].birth_date", "parties[0].id_number", "parties[0].residence")
    assert values_of(fields, *keys) == [
        "Nguyễn Thị Mai Lan", "1965-08-15", "068165001234", "Thôn 2, xã Hàm Đức, huyện Hàm Thuận Bắc, tỉnh Bình Thuận",
    ]  # fmt: skip
    keys = ("parties[1].name", "parties[1].birth_date", "parties[1].id_number", "parties[1].residence")
    assert values_of(fields, *keys) == ["Trần Quốc Bảo", "1970-09-02", "068070005678", HOME]


def test_who_asks_is_not_who_is_confirmed(read: Read) -> None:
    fields = read(
        [
            "^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
            "Xét đề nghị của ông/bà: Nguyễn Văn Hòa,",
            "về việc cấp Giấy xác nhận tình trạng hôn nhân cho ông/bà: Trần Quốc Bảo",
            "^XÁC NHẬN:",
            "Họ, chữ đệm, tên: TRẦN QUỐC BẢO",
            f"Nơi thường trú/tạm trú: {HOME}",
            "Hiện nay chưa đăng ký kết hôn với ai.",
            "Giấy này được cấp để: Đăng ký kết hôn với bà Lê Thị Thu, sinh năm 1992.",
        ]
    )
    keys = ("person.name", "owner_name", "person.residence", "status", "purpose", "person.birth_date")
    assert values_of(fields, *keys) == [
        "TRẦN QUỐC BẢO", "TRẦN QUỐC BẢO", HOME, "Hiện nay chưa đăng ký kết hôn với ai",
        "Đăng ký kết hôn với bà Lê Thị Thu, sinh năm 1992", None,
    ]  # fmt: skip


def test_names_at_the_headings_of_parties(read: Read) -> None:
    fields = read(
        [
            "^GIẤY ỦY QUYỀN",
            "- Bên ủy quyền: Bà Nguyễn Thị Mai Lan",
            "CCCD: 068165001234, cấp ngày: 10/05/2021",
            "- Bên được ủy quyền: Ông Trần Quốc Bảo",
            "CCCD: 068070005678, cấp ngày: 22/07/2022",
        ]
    )
    keys = ("parties[0].name", "parties[0].id_number", "parties[1].name", "parties[1].id_number")
    assert values_of(fields, *keys) == ["Nguyễn Thị Mai Lan", "068165001234", "Trần Quốc Bảo", "068070005678"]


def test_an_office_keeps_its_short_last_line(typeset: Typeset) -> None:
    rows = [
        [(420, "SỞ Y TẾ TỈNH LAI CHÂU"), (1300, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")],
        [(360, "TRUNG TÂM Y TẾ HUYỆN MƯỜNG"), (1450, "Độc lập - Tự do - Hạnh phúc")],
        [(612, "TÈ")],
        "^GIẤY BÁO TỬ",
        "Họ và tên: Hoàng Quỳnh Nhung",
        "Đã tử vong lúc: 08 giờ 35 phút, ngày 14/06/2022",
    ]
    fields = extract([typeset(rows)]).fields
    assert fields["issuer"].value == "TRUNG TÂM Y TẾ HUYỆN MƯỜNG TÈ"


def test_an_address_goes_on_to_its_province_and_ends_there(read: Read) -> None:
    fields = read(
        [
            "^TRÍCH LỤC KHAI SINH",
            "Họ, chữ đệm, tên: TRẦN LÊ BẢO NGỌC",
            [(1000, "Quê quán: phường 1, thành phố Cao")],
            [(1000, "Lãnh, tỉnh Đồng Tháp")],
            "",
            "Bản trích lục này được cấp cho người có tên nêu trên để sử dụng theo quy định của pháp luật hiện hành.",
        ]
    )
    assert fields["person.home_town"].value == "phường 1, thành phố Cao Lãnh, tỉnh Đồng Tháp"


def test_a_company_and_the_office_of_who_stands_for_it(read: Read) -> None:
    fields = read(
        [
            "^GIẤY CHỨNG NHẬN ĐĂNG KÝ DOANH NGHIỆP",
            "^Mã số doanh nghiệp: 5801234565",
            "^Đăng ký lần đầu, ngày 12 tháng 03 năm 2018",
            "1. Tên công ty: CÔNG TY TNHH MẪU SƠN HÀ",
            "2. Người đại diện theo pháp luật: Ông TRẦN QUỐC BẢO - Chức danh: Giám đốc điều hành",
            "Loại giấy tờ pháp lý của cá nhân: Căn cước công dân",
            "Số: 068070005678",
        ]
    )
    keys = ("business.code", "business.first_registered", "representative.name", "representative.title")
    assert values_of(fields, *keys) == ["5801234565", "2018-03-12", "TRẦN QUỐC BẢO", "Giám đốc điều hành"]
    assert fields["representative.id_number"].value == "068070005678"


def test_an_office_that_is_a_label_elsewhere(read: Read) -> None:
    rows = ["^GIẤY CHỨNG NHẬN ĐĂNG KÝ HOẠT ĐỘNG CHI NHÁNH", "Thông tin về người đứng đầu", "Họ và tên: LÊ THỊ THU"]
    fields = read([*rows, "Chức danh: Người đứng đầu chi nhánh"])
    assert fields["representative.title"].value == "Người đứng đầu chi nhánh"


def test_a_school_is_no_head_of_it(read: Read) -> None:
    fields = read(
        [
            "^TRƯỞNG PHÒNG GIÁO DỤC VÀ ĐÀO TẠO",
            "^HUYỆN ĐỨC TRỌNG",
            "^cấp",
            "^BẰNG TỐT NGHIỆP TRUNG HỌC CƠ SỞ",
            "Cấp cho học sinh: Lê Thị Thu",
            "Khóa ngày: Năm 2021",
            [(1650, "Đức Trọng, ngày")],
            [(1650, "07 tháng 06 năm")],
            [(1780, "2021")],
        ]
    )
    keys = ("issuer", "person.name", "year", "issue_date")
    assert values_of(fields, *keys) == [
        "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO HUYỆN ĐỨC TRỌNG", "Lê Thị Thu", "2021", "2021-06-07",
    ]  # fmt: skip


def test_a_contract_without_its_title_is_no_land_certificate(typeset: Typeset, motto: list[Any]) -> None:
    rows = [
        "Hôm nay, ngày 20 tháng 6 năm 2024, hai bên gồm:",
        "BÊN CHUYỂN NHƯỢNG (BÊN A):",
        "Ông: TRẦN QUỐC BẢO",
        "BÊN NHẬN CHUYỂN NHƯỢNG (BÊN B):",
        "Bà: LÊ THỊ THU",
        "Điều 1. Thửa đất số 744, tờ bản đồ số 49, nguồn gốc sử dụng: nhận chuyển nhượng.",
        "Điều 2. Giá chuyển nhượng: 2.025.000.000 đồng.",
    ]
    found = extract([typeset([*motto, *rows])])
    assert found.document_type == "contract"
    assert values_of(dict(found.fields), "parties[0].name", "parties[1].name") == ["TRẦN QUỐC BẢO", "LÊ THỊ THU"]


def test_areas_and_sites_of_works(read: Read) -> None:
    fields = read(
        [
            "^GIẤY PHÉP XÂY DỰNG",
            "1. Cấp cho: Ông Trần Quốc Bảo",
            "Và bà Lê Thị Thu",
            "2. Được phép xây dựng công trình: Nhà ở riêng lẻ",
            "+ Vị trí xây dựng (ghi rõ lô đất, địa chỉ): thửa đất số 15, tờ bản đồ số 27, đường Trần Phú,",
            "phường 3, thành phố Đà Lạt, tỉnh Lâm Đồng",
            "+ Diện tích sàn xây dựng tầng 1: 96,5 m2",
            "+ Tổng diện tích sàn: 289, 5 m2",
        ]
    )
    keys = ("works.area_m2", "works.parcel", "works.address", "owners[0].name", "owners[1].name")
    assert values_of(fields, *keys) == [
        "289.5", "thửa đất số 15, tờ bản đồ số 27", "đường Trần Phú, phường 3, thành phố Đà Lạt, tỉnh Lâm Đồng",
        "Trần Quốc Bảo", "Lê Thị Thu",
    ]  # fmt: skip


def test_a_family_name_like_a_form_of_address(read: Read) -> None:
    fields = read(["^TRÍCH LỤC KHAI SINH", "Họ, chữ đệm, tên người mẹ: Ông Thanh Hoài Hằng"])
    assert fields["mother.name"].value == "Ông Thanh Hoài Hằng"
    fields = read(["^TRÍCH LỤC KHAI SINH", "Họ, chữ đệm, tên người cha: Ông Trần Quốc Bảo"])
    assert fields["father.name"].value == "Trần Quốc Bảo"


def test_dates_and_offices_broken_in_narrow_columns(read: Read) -> None:
    fields = read(
        [
            "^GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH",
            "5. Họ và tên chủ hộ kinh doanh: KIỀU VĂN ANH HẢI",
            [(250, "Sinh ngày: ngày 20 tháng 09 năm"), (1300, "Dân tộc: Kinh")],
            "1969",
            "Số CCCD: 068069956772",
        ]
    )
    assert fields["representative.birth_date"].value == "1969-09-20"
    fields = read(
        [
            "^BẰNG TỐT NGHIỆP TRUNG HỌC PHỔ THÔNG",
            "Cho: Trần Đức Đông",
            "",
            "",
            "",
            "",
            [(1700, "KT. GIÁM ĐỐC")],
            [(1745, "PHÓ GIÁM")],
            [(1800, "ĐỐC")],
            "",
            [(1720, "Lý Đình Sơn")],
        ]
    )
    assert values_of(fields, "signer.title", "signer.name") == ["PHÓ GIÁM ĐỐC", "Lý Đình Sơn"]


def test_each_column_asks_for_itself(read: Read) -> None:
    fields = read(
        [
            "^GIẤY KHAI SINH",
            [(690, "NGƯỜI CHA"), (1690, "NGƯỜI MẸ")],
            [(250, "Họ, chữ đệm, tên: Giang Bảo Đông"), (1350, "Họ, chữ đệm, tên: Tạ Diệu Nguyệt")],
            [(250, "Nơi cư trú:"), (1350, "Nơi cư trú:")],
            [(250, "Làng 4, xã Mỹ Cát, huyện Phù Mỹ, tỉnh Bình"), (1350, "Ấp 2, xã Mỹ Cát, huyện Phù Mỹ, tỉnh")],
            [(250, "Định"), (1350, "Bình Định")],
        ]
    )
    keys = ("father.residence", "mother.residence")
    places = ["Làng 4, xã Mỹ Cát, huyện Phù Mỹ, tỉnh Bình Định", "Ấp 2, xã Mỹ Cát, huyện Phù Mỹ, tỉnh Bình Định"]
    assert values_of(fields, *keys) == places


def test_an_address_goes_on_at_the_margin_of_its_paragraph(read: Read) -> None:
    fields = read(
        [
            "^GIẤY PHÉP XÂY DỰNG",
            [(250, "1. Cấp cho:"), (600, "Bà Kiều Thu Linh.")],
            [(250, "Và:"), (600, "ông Đoàn Công Nam.")],
            "- Tên công trình: Nhà biệt thự.",
            [(250, "- Địa điểm:"), (560, "Thửa đất số: 380, tờ bản đồ số: 27; địa điểm: Xã Bình Tân, huyện Bắc")],
            "Bình, tỉnh Bình Thuận.",
        ]
    )
    assert values_of(fields, "works.address", "owners[0].name", "owners[1].name") == [
        "Xã Bình Tân, huyện Bắc Bình, tỉnh Bình Thuận", "Kiều Thu Linh", "Đoàn Công Nam",
    ]  # fmt: skip


def test_a_figure_before_a_label_is_no_part_of_it(read: Read) -> None:
    fields = read(
        [
            "^GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT",
            "Thửa đất số: 15; tờ bản đồ số: 27",
            "Diện tích: 2.525, 6m? (bằng chữ: Hai nghìn năm trăm hai mươi lăm phẩy sáu mét vuông)",
        ]
    )
    assert fields["parcel.area_m2"].value == "2525.6"
