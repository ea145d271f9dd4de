"""Numbers with a meaning inside: personal ids, tax codes, document numbers. Each check says what is wrong, or None."""

import re
from dataclasses import dataclass

from ocr.extraction.text import fold
from ocr.extraction.vocabulary import words

LOOK_ALIKE_DIGITS = str.maketrans({"O": "0", "o": "0", "Q": "0", "D": "0", "I": "1", "l": "1", "i": "1", "|": "1", "!": "1", "Z": "2", "z": "2", "S": "5", "s": "5", "B": "8", "G": "6", "b": "6", "q": "9", "g": "9", "?": "7", "†": "7"})  # fmt: skip
_SIGN = r"[0-9OoQDIl|!ZzSsBGbqg?†]"
_LONG = re.compile(rf"(?<![\w])({_SIGN}(?:[ .]?{_SIGN}){{8,11}})(?![\dA-Z])")

_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


@dataclass(frozen=True, slots=True)
class NumberFound:
    """`value` without spaces, its place in the text, and whether letters were taken for digits."""

    value: str
    start: int
    end: int
    mended: bool = False


def find_personal_id(text: str) -> NumberFound | None:
    """The first 12-digit (else 9-digit) personal number in a text."""
    nine: NumberFound | None = None
    for match in _LONG.finditer(text):
        bare = re.sub(r"[ .]", "", match[1])
        digits = bare.translate(LOOK_ALIKE_DIGITS)
        if sum(c.isdigit() for c in bare) < 6 or not digits.isdigit():
            continue
        found = NumberFound(digits, match.start(), match.end(), mended=digits != bare)
        if len(digits) == 12:
            return found
        if len(digits) == 9 and nine is None:
            nine = found
    return nine


def personal_id_doubt(value: str) -> str | None:
    """Form of a personal id: 12 digits with a province code of birth registration, or an old 9-digit number."""
    if re.fullmatch(r"\d{9}", value):
        return None
    if not re.fullmatch(r"\d{12}", value):
        return "bad_format"
    if value[:3] not in words("province_codes") or value[3] not in "0123456789":
        return "unknown_province"
    return None


def id_says(value: str) -> tuple[str, int] | None:
    """Sex and year of birth a 12-digit personal id carries (NĐ 137/2015 Đ7: digit 4 = century and sex, 5-6 = year)."""
    if not re.fullmatch(r"\d{12}", value):
        return None
    century, odd = divmod(int(value[3]), 2)
    return ("female" if odd else "male"), 1900 + 100 * century + int(value[4:6])


def tax_code_doubt(value: str) -> str | None:
    """A tax code: 10 digits with check digit d10 = 10 - (Σ dᵢ·wᵢ mod 11), `-NNN` for a branch, or a 12-digit personal id.

    Source: the rule of the tax administration (TT 105/2020/TT-BTC, Đ5; since 7/2025 a person's tax code is the id).
    """
    if re.fullmatch(r"\d{12}", value):
        return personal_id_doubt(value)
    if not re.fullmatch(r"\d{10}(-\d{3})?", value) or value.endswith("-000"):
        return "bad_format"
    check = 10 - sum(int(d) * w for d, w in zip(value, _TAX_WEIGHTS, strict=False)) % 11
    return None if check == int(value[9]) else "check_digit"


# The 29 kinds of NĐ 30/2020/NĐ-CP, phụ lục III, with their abbreviations; a công văn has none.
KINDS: dict[str, str] = {
    "Nghị quyết": "NQ", "Quyết định": "QĐ", "Chỉ thị": "CT", "Quy chế": "QC", "Quy định": "QyĐ", "Thông cáo": "TC", "Thông báo": "TB", "Hướng dẫn": "HD",
    "Chương trình": "CTr", "Kế hoạch": "KH", "Phương án": "PA", "Đề án": "ĐA", "Dự án": "DA", "Báo cáo": "BC", "Biên bản": "BB", "Tờ trình": "TTr",
    "Hợp đồng": "HĐ", "Công văn": "", "Công điện": "CĐ", "Bản ghi nhớ": "BGN", "Bản thỏa thuận": "BTT", "Giấy ủy quyền": "GUQ", "Giấy mời": "GM",
    "Giấy giới thiệu": "GGT", "Giấy nghỉ phép": "GNP", "Phiếu gửi": "PG", "Phiếu chuyển": "PC", "Phiếu báo": "PB", "Thư công": "",
}  # fmt: skip
_BY_ABBREVIATION = {fold(short): kind for kind, short in KINDS.items() if short}


def kind_of_number(number: str) -> str | None:
    """The kind a document number speaks of: `24/TTr-UBND` → Tờ trình; None when its first sign is no kind's abbreviation."""
    match = re.match(r"\d*[a-z]?(?:/\d{4})?/([^\W\d_]+)", number, re.IGNORECASE)
    return _BY_ABBREVIATION.get(fold(match[1])) if match else None


def register_number_doubt(value: str, year: int | None) -> str | None:
    """A hộ tịch number `n/yyyy` has the year it was entered (TT 04/2020/TT-BTP Đ28)."""
    match = re.fullmatch(r"(\d+)/(\d{4})", value)
    if match and year and int(match[2]) != year:
        return "disagrees_with:issue_date"
    return None
