"""Vietnamese numbers and dates written in words, as certificates repeat them beside the digits («ghi bằng chữ»)."""

import re
from datetime import date
from decimal import Decimal

from ocr.extraction.text import distance, fold

_DIGITS = {
    "khong": 0, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "nham": 5, "sau": 6, "bay": 7, "bẩy": 7, "tam": 8, "chin": 9,
}  # fmt: skip
_SCALES = {"nghin": 1000, "ngan": 1000, "trieu": 10**6, "ty": 10**9, "ti": 10**9}
_OTHERS = frozenset(["muoi", "tram", "linh", "le", "phay", "va"])
_VOCABULARY = frozenset([*_DIGITS, *_SCALES, *_OTHERS])


def number_in_words(text: str) -> Decimal | None:
    """`Hai nghìn không trăm bốn mươi chín phẩy tám mét vuông` → 2049.8; words after the number are ignored.

    Returns None when the text does not begin with a number or a word inside it cannot be understood.
    """
    words = []
    for word in re.findall(r"[a-z]+", fold(text)):
        known = _known(word)
        if known is None:
            break
        words.append(known)
    if not words or words[0] in _SCALES:
        return None
    if words[-1] == "phay":  # cut off before the decimals
        return None
    whole, _, rest = " ".join(words).partition(" phay ")
    value = Decimal(_whole(whole.split()))
    if rest:
        decimals = _decimals(rest.split())
        value += Decimal(f"0.{decimals}")
    return value


_UNITS = frozenset(["m", "met", "dong", "vnd", "ha", "hecta", "chan"])


def is_read_whole(text: str) -> bool:
    """Whether a number in words was read up to its unit: a word misread or a line lost makes another number of it."""
    after = next((word for word in re.findall(r"[a-z]+", fold(text)) if _known(word) is None), "")
    return after in _UNITS


def speaks_of_a_number(text: str) -> bool:
    """Whether a third of the words at least are those of a number, however the others were read."""
    words = re.findall(r"[a-z]+", fold(text))
    return 3 * sum(_known(word) is not None for word in words) >= len(words) > 0


def _known(word: str) -> str | None:
    if word in _VOCABULARY:
        return word
    if len(word) < 4:
        return None
    near = [w for w in _VOCABULARY if len(w) >= 4 and distance(word, w, 1) <= 1]
    return near[0] if len(near) == 1 else None


def _whole(words: list[str]) -> int:
    total = group = 0
    digit: int | None = None
    for word in words:
        if word in _DIGITS:
            group += digit or 0
            digit = _DIGITS[word]
        elif word == "muoi":  # mươi after a digit, else mười
            group += 10 * digit if digit else 10
            digit = None
        elif word == "tram":
            group += 100 * (digit or 0)
            digit = None
        elif word in _SCALES:
            total += (group + (digit or 0)) * _SCALES[word]
            group, digit = 0, None
    return total + group + (digit or 0)


def _decimals(words: list[str]) -> str:
    """After the comma digits are read one by one (`phẩy không năm`) or as a number (`phẩy mười hai`)."""
    if all(word in _DIGITS for word in words):
        return "".join(str(_DIGITS[word]) for word in words)
    return str(_whole(words))


_DATE = re.compile(
    r"ngay (?P<day>[a-z ]{2,24}?) thang (?P<month>[a-z ]{2,12}?),? nam (?P<year>(?:mot|hai) (?:nghin|ngan)[a-z ]*)"
)


def date_in_words(text: str) -> date | None:
    """`Ngày hai mươi tư tháng năm năm hai nghìn không trăm hai mươi lăm` → 2025-05-24; None if not understood."""
    match = _DATE.search(re.sub(r"[^a-z]+", " ", fold(text)))
    if not match:
        return None
    numbers = [number_in_words(_month(match[part])) for part in ("day", "month", "year")]
    if any(n is None for n in numbers):
        return None
    day, month, year = (int(n or 0) for n in numbers)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(words: str) -> str:
    """`giêng`, `chạp` and `mồng` belong to dates alone."""
    return {"gieng": "mot", "chap": "muoi hai"}.get(words.strip(), re.sub(r"^(?:mong|mung) ", "", words.strip()))
