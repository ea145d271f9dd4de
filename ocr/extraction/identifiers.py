"""Numbers with a meaning inside, as readers give them: found in text, and judged by `catalogue.identifiers`; kinds of documents."""

import re
from dataclasses import dataclass

from catalogue.identifiers import Fault, Malformed, fault_of, old_id, personal_id, register_number, tax_code
from ocr.extraction.text import fold

LOOK_ALIKE_DIGITS = str.maketrans({"O": "0", "o": "0", "Q": "0", "D": "0", "I": "1", "l": "1", "i": "1", "|": "1", "!": "1", "Z": "2", "z": "2", "S": "5", "s": "5", "B": "8", "G": "6", "b": "6", "q": "9", "g": "9", "?": "7", "†": "7"})  # fmt: skip
_SIGN = r"[0-9OoQDIl|!ZzSsBGbqg?†]"
_LONG = re.compile(rf"(?<![\w])({_SIGN}(?:[ .]?{_SIGN}){{8,11}})(?![\dA-Z])")


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
    return None if fault_of(old_id, value) is None else _word(fault_of(personal_id, value))


def id_says(value: str) -> tuple[str, int] | None:
    """Sex and year of birth a 12-digit personal id carries; None when it is none."""
    try:
        found = personal_id(value)
    except Malformed:
        return None
    return found.sex, found.year


def tax_code_doubt(value: str) -> str | None:
    """What is wrong with a tax code of a business, branch or person."""
    return _word(fault_of(tax_code, value))


def _word(fault: Fault | None) -> str | None:
    return None if fault is None else str(fault)


# The 29 kinds of NĐ 30/2020/NĐ-CP, phụ lục III, with their abbreviations; a công văn has none.
KINDS: dict[str, str] = {
    "Nghị quyết": "NQ", "Quyết định": "QĐ", "Chỉ thị": "CT", "Quy chế": "QC", "Quy định": "QyĐ", "Thông cáo": "TC", "Thông báo": "TB", "Hướng dẫn": "HD",
    "Chương trình": "CTr", "Kế hoạch": "KH", "Phương án": "PA", "Đề án": "ĐA", "Dự án": "DA", "Báo cáo": "BC", "Biên bản": "BB", "Tờ trình": "TTr",
    "Hợp đồng": "HĐ", "Công văn": "", "Công điện": "CĐ", "Bản ghi nhớ": "BGN", "Bản thỏa thuận": "BTT", "Giấy ủy quyền": "GUQ", "Giấy mời": "GM",
    "Giấy giới thiệu": "GGT", "Giấy nghỉ phép": "GNP", "Phiếu gửi": "PG", "Phiếu chuyển": "PC", "Phiếu báo": "PB", "Thư công": "",
}  # fmt: skip
_BY_ABBREVIATION = {short: kind for kind, short in KINDS.items() if short}
_BY_LETTERS = {
    fold(short): kind for kind, short in KINDS.items() if short
}  # `ĐA` and `DA` are two kinds: only where no mark tells


def kind_of_number(number: str) -> str | None:
    """The kind a document number speaks of: `24/TTr-UBND` → Tờ trình; None when its first sign is no kind's abbreviation."""
    match = re.match(r"\d*[a-z]?(?:/\d{4})?/([^\W\d_]+)", number, re.IGNORECASE)
    return (_BY_ABBREVIATION.get(match[1]) or _BY_LETTERS.get(fold(match[1]))) if match else None


def register_number_doubt(value: str, year: int | None) -> str | None:
    """A hộ tịch number `n/yyyy` has the year it was entered."""
    try:
        entered = register_number(value).year
    except Malformed:
        return None  # a number of another kind
    return "disagrees_with:issue_date" if year and entered != year else None
