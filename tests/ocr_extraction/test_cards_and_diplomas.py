"""Cards, licences, diplomas and applications: old and new forms, numbers broken over lines, columns beside columns."""

from dataclasses import replace
from typing import Any

from khoso.kernel.transcript import Box, Line, Transcript, Word
from ocr.extraction import extract
from tests.ocr_extraction.conftest import HOME, Read, Typeset, values_of


def test_an_old_identity_card(read: Read) -> None:
    fields = read(
        [
            "^GIẤY CHỨNG MINH NHÂN DÂN",
            [(1100, "SỐ 250123456")],
            [(900, "Họ tên: LÊ THỊ MẪU")],
            [(900, "Sinh ngày: 20-11-1978")],
            [(900, "Nơi ĐKHK thường trú: 47 Hoàng Diệu")],
            [(900, "P. 5, TP. Đà Lạt, Lâm Đồng")],
            "",
            [(1300, "Ngày 07 tháng 08 năm 2008")],
            [(1200, "GIÁM ĐỐC CA TỈNH LÂM ĐỒNG")],
        ]
    )
    assert values_of(fields, "person.id_number", "issuer") == ["250123456", "GIÁM ĐỐC CA TỈNH LÂM ĐỒNG"]
    assert fields["person.residence"].value == "47 Hoàng Diệu P. 5, TP. Đà Lạt, Lâm Đồng"


def test_the_back_of_a_card_beside_its_front(typeset: Typeset) -> None:
    rows: list[Any] = [
        [(450, "CĂN CƯỚC"), (1350, "Nơi cư trú / Place of residence")],
        [(420, "IDENTITY CARD"), (1350, "Thôn 3, xã Hàm Thắng, tỉnh Lâm Đồng")],
        [(400, "Số định danh cá nhân / Personal identification number")],
        [(400, "060095007788"), (1350, "Ngày, tháng, năm cấp / Date of issue")],
        [(400, "Họ, chữ đệm và tên khai sinh / Full name"), (1750, "08/09/2025")],
        [(400, "PHẠM MINH MẪU"), (1350, "Ngày, tháng, năm hết hạn / Date of expiry")],
        [(400, "Ngày, tháng, năm sinh / Date of birth"), (1750, "03/04/2035")],
        [(400, "03/04/1995"), (1600, "BỘ CÔNG AN")],
    ]
    fields = dict(extract([typeset(rows)]).fields)
    assert values_of(fields, "issue_date", "expiry", "person.birth_date") == ["2025-09-08", "2035-04-03", "1995-04-03"]


def test_a_licence_with_its_day_in_two_languages(read: Read) -> None:
    fields = read(
        [
            "^GIẤY PHÉP LÁI XE / DRIVER'S LICENSE",
            [(900, "Số/No: 680123456789")],
            [(700, "Nơi cư trú/Address: P. 3, TP. Đà Lạt, T. Lâm Đồng")],
            [(800, "Lâm Đồng, ngày/date 12 tháng/month 05 năm/year 2019")],
            [(250, "Hạng/Class: B2")],
        ]
    )
    assert values_of(fields, "person.residence", "issue_date", "class") == [
        "P. 3, TP. Đà Lạt, T. Lâm Đồng",
        "2019-05-12",
        "B2",
    ]


def test_an_address_goes_on_with_a_shortened_unit(read: Read) -> None:
    fields = read(
        [
            "^GIẤY PHÉP LÁI XE",
            [(700, "Nơi cư trú/Address:"), (1200, "X. Liên Nghĩa, H. Đức Trọng,")],
            [(1200, "T. Lâm Đồng")],
        ]
    )
    assert fields["person.residence"].value == "X. Liên Nghĩa, H. Đức Trọng, T. Lâm Đồng"


def test_a_serial_broken_over_two_lines(read: Read) -> None:
    fields = read(
        ["^BẰNG TỐT NGHIỆP TRUNG HỌC PHỔ THÔNG", "Cho: Trần Văn Mẫu", "Số hiệu văn bằng: QM", "061249", "Xếp loại: Khá"]
    )
    assert fields["serial"].value == "QM061249"


def test_a_number_is_not_completed_by_what_is_none(read: Read) -> None:
    fields = read(
        [
            "^BẰNG TỐT NGHIỆP TRUNG HỌC PHỔ THÔNG",
            "Cho: Trần Văn Mẫu",
            "Số hiệu văn bằng: QM",
            "Lâm Đồng",
            "Xếp loại: Khá",
        ]
    )
    assert "serial" not in fields


def test_what_stands_far_to_the_right_is_not_below(read: Read) -> None:
    fields = read(
        [
            "^BẰNG CỬ NHÂN",
            "Cho: Trần Văn Mẫu",
            "Số vào sổ gốc cấp văn bằng:",
            [(1500, "Bình Thuận, ngày 01 tháng 11 năm 2022")],
            "888/ĐHCQ-2022",
        ]
    )
    assert fields["register_number"].value == "888/ĐHCQ-2022"


def test_a_day_broken_after_its_first_figure(read: Read) -> None:
    fields = read(
        [
            "^BẰNG TỐT NGHIỆP TRUNG HỌC PHỔ THÔNG",
            "Cho: Trần Văn Mẫu",
            [(250, "Ngày sinh: 02"), (1300, "Nơi sinh: Lâm Đồng")],
            "/ 06 / 2007",
        ]
    )
    assert fields["person.birth_date"].value == "2007-06-02"


def test_an_office_below_the_title_is_no_subject(read: Read) -> None:
    fields = read(
        [
            "^BẰNG TỐT NGHIỆP",
            "^TRUNG HỌC PHỔ THÔNG",
            "^GIÁM ĐỐC SỞ GIÁO DỤC VÀ ĐÀO TẠO TỈNH LÂM ĐỒNG",
            "Cấp cho: Trần Văn Mẫu",
            "Số hiệu bằng: 0123456",
        ]
    )
    assert "major" not in fields


def test_black_and_coloured_halves_of_a_word_are_one(motto: list[Any], typeset: Typeset) -> None:
    page = typeset([*motto, "^BẰNG TỐT NGHIỆP TRUNG HỌC PHỔ THÔNG", "Cho: Trần Văn Mẫu", "Số hiệu: C"])
    last = page.lines[-1].words[-1].box
    coloured = Line((Word("317279", Box(last.x1 + 4, last.y0, last.x1 + 130, last.y1), 0.96),), "test-1")
    both = Transcript(page.width, page.height, page.dpi, (*page.lines, coloured), page.engine)
    assert extract([both]).fields["serial"].value == "C317279"


def test_an_application_with_footnotes_and_a_list_to_follow(read: Read) -> None:
    fields = read(
        [
            "^GIẤY ĐỀ NGHỊ ĐĂNG KÝ HỘ KINH DOANH",
            "Kính gửi: (1) Ủy ban nhân dân xã Hàm Thắng",
            "Tôi tên là: Đỗ Thị Mẫu",
            "Hiện ngụ tại: " + HOME,
            "Đề nghị đăng ký hộ kinh doanh với các nội dung sau:",
            "1. Tên hộ kinh doanh: Hộ kinh doanh Mẫu Phát",
        ]
    )
    assert values_of(fields, "addressed_to", "applicant.residence", "request") == [
        "Ủy ban nhân dân xã Hàm Thắng",
        HOME,
        "đăng ký hộ kinh doanh",
    ]


def test_a_number_whose_label_lost_a_letter(read: Read, letterhead: Any) -> None:
    head = letterhead(["ỦY BAN NHÂN DÂN", "XÃ HÀM THẮNG"], "S: 139/UBND-XNTTHN", "Hàm Thắng, ngày 12 tháng 3 năm 2023")
    fields = read([*head[2:], "", "^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", "Họ, chữ đệm, tên: NGUYỄN THỊ MẪU"])
    assert fields["number"].value == "139/UBND-XNTTHN"


def test_a_name_in_capitals_ends_where_a_question_begins(read: Read) -> None:
    fields = read(["^CĂN CƯỚC CÔNG DÂN", [(900, "Họ và tên / Full name: HOÀNG THỊ MẪU Ngày")]])
    assert fields["person.name"].value == "HOÀNG THỊ MẪU"


def test_a_text_goes_on_in_small_letters(read: Read) -> None:
    fields = read(
        [
            "^GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT",
            "Thửa đất số: 454, tờ bản đồ số 4, địa chỉ thửa đất tại xã Bình Thành, huyện Phụng Hiệp, tỉnh Hậu Giang.",
            "h) Nguồn gốc sử dụng đất: Nhận thừa kế đất được Nhà nước giao đất, không thu",
            "tiền sử dụng đất",
        ]
    )
    assert fields["parcel.origin"].value.endswith("không thu tiền sử dụng đất")


def test_a_deputy_whose_title_a_seal_half_hides(read: Read) -> None:
    fields = read(
        [
            "^BẰNG CỬ NHÂN",
            "Cho: Trần Văn Mẫu",
            *[""] * 4,
            [(1400, "Sơn La, ngày 24 tháng 11 năm 2015")],
            [(1500, "KT. HIỆU TRƯỞNG")],
            [(1640, "U TRƯỞNG")],
            "",
            [(1500, "Huỳnh Minh Mẫu")],
        ]
    )
    assert fields["signer.title"].value == "PHÓ HIỆU TRƯỞNG"
    assert fields["signer.title"].doubtful


def test_a_numbered_text_goes_on_below_its_number(read: Read) -> None:
    fields = read(
        [
            "^GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT",
            [(1200, "a) Thửa đất số: 454"), (1800, "b) Tờ bản đồ số: 4")],
            [(1200, "d) Diện tích: 225 m2")],
            [
                (200, "Số phát hành GCN: AB 09841898"),
                (1200, "h) Nguồn gốc sử dụng đất: Nhận thừa kế đất được Nhà nước giao"),
            ],
            [(1200, "không thu tiền sử dụng đất")],
        ]
    )
    assert fields["parcel.origin"].value == "Nhận thừa kế đất được Nhà nước giao không thu tiền sử dụng đất"


def test_a_label_below_a_persons_heading_is_that_persons(read: Read) -> None:
    fields = read(
        [
            "^GIẤY CHỨNG NHẬN ĐĂNG KÝ HỘ KINH DOANH",
            "^Mã số: 8012345678",
            [(300, "Tên hộ kinh doanh: Mẫu Phát"), (1345, "Họ và tên chủ hộ: VÀNG THỊ MẪU")],
            [(300, "Địa điểm kinh doanh: Thôn 3"), (1345, "Ngày sinh: 17/10/1988")],
            [(300, "Vốn kinh doanh: 6.250.000.000 đồng"), (1345, "Số CCCD: 068188329948")],
        ]
    )
    assert values_of(fields, "representative.birth_date", "representative.id_number") == ["1988-10-17", "068188329948"]


def test_a_section_in_the_next_column_ends_no_owner(read: Read) -> None:
    fields = read(
        [
            [(300, "GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT")],
            [(200, "1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất:")],
            [(200, "Ông: TRẦN VĂN MẪU, sinh năm 1990"), (1500, "4. Ghi chú: Thửa đất có lối đi chung.")],
            [(200, "Số định danh cá nhân: 093090272144")],
        ]
    )
    assert fields["owners[0].id_number"].value == "093090272144"


def test_the_last_label_of_an_indented_sentence_goes_on_at_the_margin(read: Read) -> None:
    sentence = "Giấy xác nhận này có giá trị 06 tháng kể từ ngày cấp và được cấp để: Chuyển nhượng toàn bộ phần quyền"
    fields = read(
        [
            "^GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
            [(250, "Họ, chữ đệm, tên: TRẦN VĂN MẪU")],
            [(360, sentence)],
            [(250, "sử dụng đất và nhà ở.")],
        ]
    )
    assert fields["purpose"].value == "Chuyển nhượng toàn bộ phần quyền sử dụng đất và nhà ở"


def test_owners_on_the_left_page_of_a_wide_sheet(typeset: Typeset) -> None:
    right = ["CHI NHÁNH VĂN PHÒNG", "ĐĂNG KÝ ĐẤT ĐAI", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "MẪU", "SPECIMEN"]
    left = [
        "1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất:",
        "Ông: TRẦN VĂN MẪU, sinh năm 1975",
        "Số định danh cá nhân: 025075036515",
        "Và vợ: bà: Hoàng Thị Mẫu, sinh năm 1977",
        "Số định danh cá nhân: 068177931435",
    ]
    rows: list[Any] = [[(400, "GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT")]]
    rows += [[(200, text), (2200, beside), (2800, "của Văn phòng")] for text, beside in zip(left, right, strict=False)]
    page = replace(typeset(rows), width=3508, height=2480)
    fields = extract([page]).fields
    assert [fields[f"owners[{n}].id_number"].value for n in (0, 1)] == ["025075036515", "068177931435"]
