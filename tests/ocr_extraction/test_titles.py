"""Titles as readers leave them: cut by a seal, with an English half, below offices whose names look like titles."""

import pytest

from ocr.extraction import extract
from tests.ocr_extraction.conftest import Row, Typeset, head


def type_of(typeset: Typeset, rows: list[Row]) -> str:
    return extract([typeset(rows)]).document_type


def test_an_office_that_wraps_is_no_title(typeset: Typeset) -> None:
    rows = head(
        ["SỞ Y TẾ TỈNH LÂM ĐỒNG", "BỆNH VIỆN ĐA KHOA LÂM", "ĐỒNG"], "Số: 12/GKSK", "Lâm Đồng, ngày 5 tháng 2 năm 2026"
    )
    assert type_of(typeset, [*rows, "", "^GIẤY KHÁM SỨC KHỎE", "Họ và tên: TRẦN VĂN MẪU"]) == "health_certificate"


@pytest.mark.parametrize("title", ["^ĐƠN XIN XÁC NHẬN", "^ĐƠN", "^TỜ KHAI ĐĂNG KÝ KHAI SINH"])
def test_open_titles_are_still_told(typeset: Typeset, title: str) -> None:
    assert (
        type_of(typeset, ["^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", title, "Kính gửi: Ủy ban nhân dân xã Mẫu"])
        == "application_form"
    )


def test_a_title_cut_in_two_goes_before_another_paper_named_in_small_letters(typeset: Typeset) -> None:
    rows: list[Row] = [
        "^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        [(900, "TRÍCH L"), (1110, "ỤC KHAI TỬ")],
        "Họ, chữ đệm, tên: TRẦN VĂN MẪU",
        "^Giấy báo tử",
    ]
    assert type_of(typeset, rows) == "death_extract"


def test_a_short_title_in_the_middle_of_the_page_needs_no_marks_of_its_own(typeset: Typeset) -> None:
    rows = head(["ỦY BAN NHÂN DÂN", "XÃ MẪU"], "Số: 12/KH-UBND", "Mẫu, ngày 5 tháng 2 năm 2026")
    said = extract([typeset([*rows, "", "^KẼ HOẠCH", "^Phát triển chính quyền số", "", "Kính gửi: Sở Nội vụ"])]).fields
    assert (said["kind"].value, said["title"].value) == ("Kế hoạch", "KẾ HOẠCH")
    assert said["summary"].value == "Phát triển chính quyền số"
    beside = extract([typeset([*rows, "", "KẼ HOẠCH", "", "Kính gửi: Sở Nội vụ"])]).fields
    assert beside["kind"].value == "Công văn"


def test_an_english_half_whose_stroke_was_misread(typeset: Typeset) -> None:
    found = extract([typeset(["^GIẤY PHÉP LÁI XE l DRIVING LICENSE", "SốINo: 670240579271", "HạngÍClass: B2"])])
    assert found.document_type == "driving_licence"
    assert found.fields["number"].value == "670240579271"
    assert found.fields["class"].value == "B2"


def test_a_first_word_parted_from_its_title(typeset: Typeset) -> None:
    rows: list[Row] = [
        "^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        [(500, "TỜ"), (590, "KHAI CẤP GIẤY XÁC NHẬN")],
        "Kính gửi: Ủy ban nhân dân xã Mẫu",
    ]
    found = extract([typeset(rows)])
    assert found.fields["title"].value == "TỜ KHAI CẤP GIẤY XÁC NHẬN"


def test_an_impossible_day_within_a_text_is_doubted(typeset: Typeset) -> None:
    rows: list[Row] = [
        "^GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT",
        "Thửa đất số: 12, tờ bản đồ số: 3",
        "Thời hạn sử dụng: Đến ngày 39/06/2048",
    ]
    assert "implausible" in extract([typeset(rows)]).fields["parcel.term"].doubts


def test_a_land_certificate_of_which_little_can_be_read(typeset: Typeset) -> None:
    found = extract([typeset(["^GIẤY CHỨNG NHẬN QUYỀN SỬ DỤNG ĐẤT"])])
    assert found.document_type == "land_certificate"


def test_a_man_named_like_a_school_is_no_organisation(typeset: Typeset) -> None:
    found = extract([typeset(["^GIẤY PHÉP XÂY DỰNG", "Cấp cho chủ đầu tư: Ông Lê Nhật Trường"])])
    assert found.fields["owners[0].name"].value == "Lê Nhật Trường"


def test_a_card_is_known_by_its_english_words_where_the_title_is_unread(typeset):
    front = [
        "^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "^IDENTITY CARD",
        "Số định danh cá nhân / Personal identification number:",
    ]
    assert extract([typeset([*front, "060170828724"])]).document_type == "citizen_id"
    assert extract([typeset(["^IDENTITY CARD", "060170828724"])]).document_type == "unknown"
