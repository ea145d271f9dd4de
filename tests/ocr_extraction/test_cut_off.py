"""Values that have lost their end, or taken what stands beside them, are doubted; whole ones are not."""

import pytest

from ocr.extraction import values
from ocr.extraction.findings import Finding
from ocr.extraction.plausible import doubt_implausible


def doubts(key, value):
    findings = {key: Finding(key, value, (), 0.99, "a/rule@1")}
    doubt_implausible(findings)
    return findings[key].doubts


@pytest.mark.parametrize(
    ("key", "value", "doubted"),
    [
        ("purpose", "Làm thủ tục đăng ký", True),
        ("purpose", "Để đăng ký kết", True),
        ("purpose", "Làm thủ tục đăng ký kết hôn", False),
        ("purpose", "Bổ sung hồ sơ xin việc", False),
        ("purpose", "Bổ sung hồ sơ cán bộ", False),
        ("purpose", "Làm thủ tục vay thế chấp", False),
        ("purpose", "Đăng ký", True),
        ("purpose", "Làm", True),
        ("purpose", "của việc cấp giấy: Làm thủ tục mua bán nhà đất", True),
        ("parcel.origin", "Nhận thừa kế đất được Nhà nước giao đất không thu tiền", True),
        ("parcel.origin", "Công nhận QSDĐ như giao đất có", True),
        ("parcel.origin", "Nhận chuyển nhượng đất được Công nhận QSDĐ", True),
        ("parcel.origin", "Công nhận QSDĐ như giao đất có thu tiền sử dụng đất", False),
        ("parcel.origin", "Nhà nước giao đất không thu tiền sử dụng đất", False),
        ("parcel.origin", "Nhà nước cho thuê đất trả tiền hàng năm", False),
        ("parcel.purpose", "Đất trồng cây lâu năm 30/10/2063", True),
        ("parcel.purpose", "Đất ở tại nông thôn: 100 m2; đất trồng cây lâu năm: 250 m2", False),
        ("representative.title", "Người đứng đầu chi nhánh Nam", True),
        ("representative.title", "Giám đốc Công ty Việt Nam", False),
        ("signer.title", "CHỦ TỊCH LNPHUO", True),
        ("signer.title", "PHÓ CHỦ TỊCH", False),
        ("level", "Trung học", True),
        ("title", "BẰNG TỐT NGHIỆP TRUNG HỌC", True),
        ("title", "BẰNG TỐT NGHIỆP TRUNG HỌC PHỔ THÔNG", False),
        ("title", "BẰNG TỐT NGHIỆP PHỔ THÔNG TRUNG HỌC", False),
        ("person.name", "Nguyễn Thị", True),
        ("person.name", "Nguyễn Thị Hương", False),
        ("issuer", "CỤC CẢNH SÁT", True),
        ("issuer", "CỤC CẢNH SÁT GIAO THÔNG", False),
        ("issuer", "TRƯỜNG ĐẠI HỌC KINH", True),
        ("person.residence", "2, xã Hòa Ninh, tỉnh Lâm Đồng", True),
        ("person.residence", "Thôn 2, xã Hòa Ninh, tỉnh Lâm Đồng", False),
        ("place", "Đống Nai", True),
        ("place", "Đồng Nai", False),
    ],
)
def test_halves_and_neighbours(key, value, doubted):
    assert bool(doubts(key, value)) is doubted


@pytest.mark.parametrize(
    ("read", "relation"), [("chủ hộ Con dâu", "Con dâu"), ("Chủ hộ", "Chủ hộ"), ("Cha đẻ", "Cha đẻ")]
)
def test_the_end_of_the_heading_is_no_relation(read, relation):
    found = values.relation(read)
    assert found is not None
    assert (found.value, found.certain) == (relation, True)


@pytest.mark.parametrize(
    ("read", "doubted"), [("Ông Đình Bảo Tâm", True), ("Ông Đinh Bảo Tâm", False), ("ông Nguyễn Văn Tâm", False)]
)
def test_ong_before_a_mended_family_name_may_be_the_family_name(read, doubted):
    found = values.name(read)
    assert found is not None
    assert bool(found.doubts) is doubted


def test_peoples_are_spelled_without_spaces_at_the_hyphen():
    found = values.people("Chu - ru")
    assert found is not None
    assert (found.value, found.certain) == ("Chu-ru", True)
