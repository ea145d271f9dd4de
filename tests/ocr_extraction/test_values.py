"""Kinds of values, as labels' texts give them."""

import pytest

from ocr.extraction import values
from ocr.extraction.values import Kind


@pytest.mark.parametrize(
    ("kind", "read", "value"),
    [
        (values.name, "Ông Lê Hữu Trác", "Lê Hữu Trác"),
        (values.name, "NGUYÊN THÀNH KHIÊM", "NGUYỄN THÀNH KHIÊM"),
        (values.name, "Thái Thị Ca, sinh năm: 1953, CCCD số", "Thái Thị Ca"),
        (values.name, "Võ Anh Hùng", "Võ Anh Hùng"),
        (values.name, "K' NHIỆM", "K' NHIỆM"),
        (values.name, "NGÔ XUÂN NAM", "NGÔ XUÂN NAM"),
        (values.name, "và chồng là ông: Quách Kỳ Võ", "Quách Kỳ Võ"),
        (values.signed_name, "GS.TS. Mai Văn Trương", "Mai Văn Trương"),
        (values.signed_name, "Trung tá Lê Bích Chiêu", "Lê Bích Chiêu"),
        (values.signed_name, "Ông Văn Khoa", "Ông Văn Khoa"),
        (values.sex, "Nữ", "female"),
        (values.sex, "Nam Dân", "male"),
        (values.people, "Cơ-ho", "Cơ-ho"),
        (values.people, "Kính", "Kinh"),
        (values.nation, "Việt Nam (VN)", "Việt Nam"),
        (values.nation, "VIỆT NAM", "VIỆT NAM"),
        (values.title, "CHU TỊCH", "CHỦ TỊCH"),
        (values.money, "2.000.000.000 đồng", "2000000000"),
        (values.money, "20 000 000 VNĐ", "20000000"),
        (values.area, "2049,8 m² (bằng chữ)", "2049.8"),
        (values.area, "2.976 m2", "2976"),
        (values.area, "1.234,5 m²", "1234.5"),
        (values.area, "120.5 m²", "120.5"),
        (values.count, "04 tầng", "4"),
        (values.phone, "0927 327 161", "0927327161"),
        (values.phone, "O927327161", "0927327161"),
        (values.year, "24/05/1995", "1995"),
        (values.place, "tại: Tố dân phố 4, xã Hiệp Thạnh", "Tổ dân phố 4, xã Hiệp Thạnh"),
        (values.organisation, "UY BAN NHÂN DÂN XÃ ĐẠI ĐỒNG", "ỦY BAN NHÂN DÂN XÃ ĐẠI ĐỒNG"),
        (values.organisation, "Uỷ ban nhân dân xã Đại Đồng", "Uỷ ban nhân dân xã Đại Đồng"),
        (values.tax_code, "Mã số: 0100109106-001", "0100109106-001"),
        (values.tax_code, "41A8012345", "41A8012345"),
        (values.relation, "Cha đẻ", "Cha đẻ"),
    ],
)
def test_values(kind: Kind, read: str, value: str) -> None:
    found = kind(read)
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize(
    "kind",
    [
        values.text,
        values.date_kind,
        values.sex,
        values.personal_id,
        values.name,
        values.money,
        values.area,
        values.phone,
        values.place,
    ],
)
def test_nothing_is_none(kind: Kind) -> None:
    assert kind(" ...... ") is None


def test_doubts_of_values() -> None:
    date = values.date_kind("ngày {5 tháng 01 năm 2025")
    assert date is not None
    assert (date.value, date.doubts) == ("2025-01", ("incomplete",))
    number = values.personal_id("06845386613")
    assert number is not None
    assert number.doubts == ("bad_format",)
    both = values.sex("Nam ☐ Nữ ☑")
    assert both is not None
    assert (both.value, both.doubts) == ("female", ("tick_box",))
    assert values.sex("Nam ☐ Nữ ☐") is None


@pytest.mark.parametrize(
    ("read", "stands"),
    [
        ("Thôn 3, xã Hàm Thắng, tỉnh Lâm Đồng", "Thôn 3, xã Hàm Thắng, tỉnh Lâm Đồng"),  # its province until 30/6/2025: Bình Thuận
        ("Thôn 3, xã Hàm Thắmg, tỉnh Bình Thuận", "Thôn 3, xã Hàm Thắng, tỉnh Bình Thuận"),
        ("xã Tân Thành, huyện Lâm Hà, tỉnh Lâm Đồng", "xã Tân Thanh, huyện Lâm Hà, tỉnh Lâm Đồng"),
    ],
)  # fmt: skip
def test_a_commune_of_another_province_is_no_misreading_of_one_here(read, stands):
    value = values.place(read)
    assert value is not None
    assert value.value == stands
