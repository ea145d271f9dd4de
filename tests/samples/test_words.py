"""Numbers, dates, tax codes and machine readable lines are right: a wrong truth would teach wrong reading."""

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples.generator.forms.cards import mrz
from samples.generator.people import TAX_WEIGHTS, draw_phone, draw_tax_code
from samples.generator.words import area, date_words, decimal_words, grouped, long_date, number_words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (5, "năm"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (105, "một trăm linh năm"),
        (1000, "một nghìn"),
        (2025, "hai nghìn không trăm hai mươi lăm"),
        (2_000_000_000, "hai tỷ"),
        (3_500_000, "ba triệu năm trăm nghìn"),
        (1_000_004, "một triệu không trăm linh bốn"),
    ],
)
def test_numbers_in_words(number: int, words: str) -> None:
    assert number_words(number) == words


@given(st.integers(min_value=1, max_value=10**11), st.integers(min_value=1, max_value=10**11))
def test_different_numbers_have_different_words(one: int, other: int) -> None:
    assert (number_words(one) == number_words(other)) == (one == other)


def test_dates_as_the_decree_prints_them() -> None:
    assert long_date(date(2026, 2, 5)) == "ngày 05 tháng 02 năm 2026"
    assert long_date(date(2026, 3, 15)) == "ngày 15 tháng 3 năm 2026"
    assert date_words(date(2025, 5, 24)).endswith("hai mươi tư tháng năm năm hai nghìn không trăm hai mươi lăm")
    assert "tháng tư" in date_words(date(2021, 4, 12))


def test_marks_of_thousands_and_decimals() -> None:
    assert grouped(2_000_000_000) == "2.000.000.000"
    assert area(2049.8) == "2.049,8"
    assert area(120) == "120"
    assert decimal_words(102.5) == "một trăm linh hai phẩy năm"


@given(st.integers())
def test_tax_codes_pass_their_check(seed: int) -> None:
    code = draw_tax_code(random.Random(seed))  # noqa: S311
    weighed = sum(int(digit) * weight for digit, weight in zip(code, TAX_WEIGHTS, strict=False))
    assert int(code[9]) == 10 - weighed % 11
    assert code[2:4] == "99"


def test_phones_are_of_a_range_without_subscribers() -> None:
    assert draw_phone(random.Random(1)).startswith("095")  # noqa: S311


def test_machine_readable_zone_of_a_card() -> None:
    lines = mrz("001093047064", date(1993, 1, 5), "male", date(2033, 1, 5), "Ưng Hoàng Hiệp")
    assert lines == [
        "IDVNM0930470641001093047064<<2",
        "9301054M3301052VNM<<<<<<<<<<<8",
        "UNG<<HOANG<HIEP<<<<<<<<<<<<<<<",
    ]
