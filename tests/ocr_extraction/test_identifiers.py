"""Numbers with a meaning inside, and places."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.extraction.identifiers import (
    find_personal_id,
    id_says,
    kind_of_number,
    personal_id_doubt,
    register_number_doubt,
    tax_code_doubt,
)
from ocr.extraction.numbers import document_number
from ocr.extraction.places import read_place


def test_personal_ids_are_found_in_text() -> None:
    found = find_personal_id("Căn cước công dân số 068 225 588 768 do Cục")
    assert found is not None
    assert (found.value, found.mended) == ("068225588768", False)
    misread = find_personal_id("O68084612263")
    assert misread is not None
    assert (misread.value, misread.mended) == ("068084612263", True)
    assert find_personal_id("ngày 13/01/2024") is None


def test_a_personal_id_says_sex_and_year() -> None:
    assert id_says("068225588768") == ("male", 2025)
    assert id_says("060187572497") == ("female", 1987)
    assert id_says("304491057") is None


@pytest.mark.parametrize(
    ("value", "doubt"),
    [("068225588768", None), ("304491057", None), ("003225588768", "unknown_province"), ("06822558876", "bad_format")],
)
def test_form_of_personal_ids(value: str, doubt: str | None) -> None:
    assert personal_id_doubt(value) == doubt


def test_known_tax_codes() -> None:
    assert tax_code_doubt("0100109106") is None
    assert tax_code_doubt("0100109106-001") is None
    assert tax_code_doubt("0100109107") == "check_digit"
    assert tax_code_doubt("0100109106-000") == "bad_format"
    assert tax_code_doubt("068225588768") is None


@pytest.mark.parametrize(
    ("read", "value", "doubts"),
    [
        ("Số: 542/TB-UBND", "542/TB-UBND", ()),
        ("Số: 24 /TTr-UBND", "24/TTr-UBND", ("filled_in",)),
        ("Số: 4† /QÐ-UBND", "47/QĐ-UBND", ("misread_digits", "filled_in")),
        ("Số: 506/2025", "506/2025", ()),
        ("Số: 283/TLKT", "283/TLKT", ()),
        ("Số: 45/2021/NQ-HĐND", "45/2021/NQ-HĐND", ()),
        ("Số: 103/UBND-XNTTHM", "103/UBND-XNTTHN", ()),
        ("Số 33 Quyển số 02/2020", "33", ()),
        ("Số: /CT-UBND", "/CT-UBND", ("misread_digits",)),
    ],
)
def test_document_numbers(read: str, value: str, doubts: tuple[str, ...]) -> None:
    found = document_number(read)
    assert found is not None
    assert (found.value, found.doubts) == (value, doubts)


def test_no_number_is_none() -> None:
    assert document_number("Số: ") is None
    assert document_number("Số nhà của tôi") is None


def test_kind_of_a_number() -> None:
    assert kind_of_number("24/TTr-UBND") == "Tờ trình"
    assert kind_of_number("45/2021/NQ-HĐND") == "Nghị quyết"
    assert kind_of_number("299/UBND-TTHC") is None
    assert (kind_of_number("17/ĐA-UBND"), kind_of_number("17/DA-UBND")) == ("Đề án", "Dự án")
    assert (kind_of_number("27/HD-UBND"), kind_of_number("27/HĐ-UBND")) == ("Hướng dẫn", "Hợp đồng")
    assert kind_of_number("27/QD-UBND") == "Quyết định"


def test_register_numbers_have_the_year_of_entry() -> None:
    assert register_number_doubt("506/2025", 2025) is None
    assert register_number_doubt("506/2025", 2024) == "disagrees_with:issue_date"
    assert register_number_doubt("506/TLKT", 2024) is None


@pytest.mark.parametrize(
    ("read", "text", "known"),
    [
        ("xã Hiệp Thạnh, huyện Đức Trọng, tỉnh Lâm Đồng", "xã Hiệp Thạnh, huyện Đức Trọng, tỉnh Lâm Đồng", 3),
        ("xã Hiệp Thạnh, huyện Đức Trọng, tỉnh Lầm Đồng", "xã Hiệp Thạnh, huyện Đức Trọng, tỉnh Lâm Đồng", 3),
        (
            "Thôn 12, xã Đắk Wen, huyện Đắk R'Lấp, tinh Đắk Nông",
            "Thôn 12, xã Đắk Wer, huyện Đắk R'Lấp, tỉnh Đắk Nông",
            3,
        ),
        ("Phường 12, Quận 3, TP. Hồ Chí Minh", "Phường 12, Quận 3, TP. Hồ Chí Minh", 3),
        ("Khánh Hoà", "Khánh Hoà", 1),
        (
            "tổ 4, phường Lộc Phát, thành phố Bảo Lộc, tỉnh Lâm Đồng, Việt Nam",
            "tổ 4, phường Lộc Phát, thành phố Bảo Lộc, tỉnh Lâm Đồng, Việt Nam",
            3,
        ),
        (
            "thị trấn Liên N ghĩa, huyện Đức Trọng, tỉnh Lâm Đồng",
            "thị trấn Liên Nghĩa, huyện Đức Trọng, tỉnh Lâm Đồng",
            3,
        ),
    ],
)
def test_places(read: str, text: str, known: int) -> None:
    found = read_place(read)
    assert found.text == text
    assert len(found.known) == known


def test_numbered_units_are_never_mended() -> None:
    assert read_place("Phường 99, Quận 3, thành phố Hồ Chí Minh").text.startswith("Phường 99")


def test_unknown_places_are_kept_as_read() -> None:
    found = read_place("Khu A, đường B")
    assert (found.text, found.known, found.province) == ("Khu A, đường B", (), "")


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_may_be_asked_for_places(text: str) -> None:
    found = read_place(text)
    for start, end in found.known:
        assert 0 <= start < end <= len(found.text)
