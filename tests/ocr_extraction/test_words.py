"""Text, syllables, numbers in words, dates."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.extraction.dates import find_date, find_dates
from ocr.extraction.numerals import date_in_words, number_in_words
from ocr.extraction.syllables import is_syllable, is_word
from ocr.extraction.text import distance, fold, letters, squash, tidy


def test_fold_keeps_the_length_and_loses_marks() -> None:
    text = "Đắk R'Lấp, ÐIỀU ƯỚC"
    assert fold(text) == "dak r'lap, dieu uoc"
    assert len(fold(text)) == len(text)
    assert squash("Họ, chữ đệm, tên:") == "hochudemten"


def test_letters_ignore_case_and_the_place_of_the_tone() -> None:
    assert letters("Hoà Bình") == letters("HÒA BÌNH")
    assert letters("Lâm") != letters("Lầm")


@pytest.mark.parametrize(
    ("read", "tidied"),
    [
        ("xã Đại Đồng,huyệnĐại Lộc .........", "xã Đại Đồng, huyện Đại Lộc"),
        (": Nguyễn Văn An ;", "Nguyễn Văn An"),
        ("TNHH ABC", "TNHH ABC"),
        ("Số 12 , đường A", "Số 12, đường A"),
    ],
)
def test_tidy(read: str, tidied: str) -> None:
    assert tidy(read) == tidied


@settings(deadline=None)
@given(st.text("abc", max_size=8), st.text("abc", max_size=8), st.integers(0, 8))
def test_distance_is_levenshtein_or_just_too_far(one: str, other: str, limit: int) -> None:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        corner, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (a != b))
    assert distance(one, other, limit) == min(row[-1], limit + 1)


@pytest.mark.parametrize(
    "word", ["nghiêng", "Hoà", "hòa", "quyết", "giếng", "gì", "khuỷu", "ỦY", "thuở", "ngoằn", "Đặng", "xoong"]
)
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["ngiêng", "kà", "hoc", "nghà", "Đinhh", "bắkk", "tiếgn", "wen", "cế", "hồó", ""])
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


def test_words_have_punctuation_around_them() -> None:
    assert is_word("(Đồng),")
    assert not is_word("K'Long")
    assert not is_word("12")


UNITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


def spell(number: int) -> str:
    """Numbers in words as certificates write them."""
    parts = []
    for size, name in ((10**9, "tỷ"), (10**6, "triệu"), (1000, "nghìn")):
        if number >= size:
            parts.append(f"{spell(number // size)} {name}")
            number %= size
            if 0 < number < 100 and size == 1000:
                parts.append("không trăm")
            if 0 < number < 10 and size == 1000:
                parts.append("linh")
    if number >= 100:
        parts.append(f"{UNITS[number // 100]} trăm")
        number %= 100
        if 0 < number < 10:
            parts.append("linh")
    if number >= 20:
        last = {0: "", 1: "mốt", 4: "tư", 5: "lăm"}.get(number % 10, UNITS[number % 10])
        parts.append(f"{UNITS[number // 10]} mươi {last}".strip())
    elif number >= 10:
        parts.append("mười" + ("" if number == 10 else " lăm" if number == 15 else f" {UNITS[number % 10]}"))
    elif number or not parts:
        parts.append(UNITS[number])
    return " ".join(parts)


@settings(deadline=None)
@given(st.integers(0, 999_999_999))
def test_numbers_in_words(number: int) -> None:
    assert number_in_words(spell(number).capitalize() + " đồng") == number


def test_numbers_in_words_with_decimals_and_errors() -> None:
    assert number_in_words("Hai nghìn không trăm bốn mươi chín phẩy tám mét vuông") == Decimal("2049.8")
    assert number_in_words("Hai nghin khong tram bốn mưoi chín") == 2049
    assert number_in_words("đồng") is None


@settings(deadline=None)
@given(st.dates(date(1930, 1, 1), date(2059, 12, 31)))
def test_dates_in_words(day: date) -> None:
    spelled = f"Ngày {spell(day.day)} tháng {spell(day.month)} năm {spell(day.year)}"
    assert date_in_words(spelled) == day


@settings(deadline=None)
@given(
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["{d:02}/{m:02}/{y}", "{d}-{m}-{y}", "ngày {d:02} tháng {m:02} năm {y}", "{d} / {m} / {y}"]),
)
def test_dates_are_found_in_text(day: date, form: str) -> None:
    text = "Đà Lạt, " + form.format(d=day.day, m=day.month, y=day.year) + " tại"
    found = find_date(text)
    assert found is not None
    assert found.value == day.isoformat()
    assert not found.mended


@pytest.mark.parametrize(
    ("read", "value", "mended"),
    [
        ("Đắk Nông, ngãy 12 tháng 07 năm 2024", "2024-07-12", False),
        ("12I07I2034", "2034-07-12", False),
        ("O?/O8/1984", "1984-08-07", True),
        ("ngày O5 tháng 02 năm 2026", "2026-02-05", True),
        ("29 October 1986", "1986-10-29", False),
        ("tháng 5 năm 2016", "2016-05", False),
        ("1986", "1986", False),
    ],
)
def test_misread_and_short_dates(read: str, value: str, mended: bool) -> None:  # noqa: FBT001
    found = find_date(read)
    assert found is not None
    assert (found.value, found.mended) == (value, mended)


def test_impossible_dates_are_none() -> None:
    assert find_date("31/02/2020") is None
    assert find_date("Số 12/13") is None


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_may_be_asked_for_dates(text: str) -> None:
    for found in find_dates(text):
        assert 0 <= found.start < found.end <= len(text)


def test_day_by_day_none_is_lost() -> None:
    day = date(2023, 12, 28)
    for _ in range(70):
        day += timedelta(1)
        found = find_date(f"cấp ngày {day.day}/{day.month}/{day.year}.")
        assert found
        assert found.value == day.isoformat()
