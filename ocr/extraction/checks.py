"""Values a person types: checked like read ones, and brought into the form INTERFACE wants."""

import re
from collections.abc import Callable
from datetime import date

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from ocr.extraction.dates import as_date, find_date, year_of
from ocr.extraction.identifiers import KINDS, personal_id_doubt, tax_code_doubt
from ocr.extraction.numbers import document_number
from ocr.extraction.text import clean, fold
from ocr.extraction.values import area, money

_INDEX = re.compile(r"\[\d+\]")
_SEXES = {"nam": "male", "male": "male", "m": "male", "nu": "female", "female": "female", "f": "female"}
_EARLIEST, _LATEST = 1850, 2150


def check_value(document_type: str, field: str, value: str) -> str | None:
    """What is doubtful about a normalised value, as a machine word (`bad_format`, `check_digit` …), or None.

    Args:
        document_type: slug of INTERFACE §3.
        field: flat field name, e.g. `members[0].id_number`.
        value: as `normalise` or `extract` gives it.
    """
    name = _INDEX.sub("[]", field)
    if document_type == "business_registration" and name == "owner_id":
        name = "business.code"
    for pattern, doubt in _DOUBTS:
        if pattern.search(name):
            return doubt(value)
    if name == "number" and document_type == "administrative_document" and not _NUMBER.fullmatch(value):
        return "bad_format"
    return None


def normalise(document_type: str, field: str, typed: str) -> str:
    """What a person typed, as it is stored: `5/2/2026` → `2026-02-05`, `079 200 001 234` → `079200001234`, `Nữ` → `female`.

    Texts stay as typed, in NFC with single spaces.

    Raises:
        Refused: `BAD_VALUE` (field, value, expected) when the value is empty or impossible for the field: no such day, letters in
            a personal number, a word that is no sex.
    """
    text = clean(typed)
    name = _INDEX.sub("[]", field)
    if document_type == "business_registration" and name == "owner_id":
        name = "business.code"
    if not text:
        raise Refused(ReasonCode.BAD_VALUE, field=field, value=typed[:80])
    form, expected = next(((form, expected) for pattern, form, expected in _FORMS if pattern.search(name)), (None, ""))
    value = form(text) if form else text
    if value is None:
        raise Refused(ReasonCode.BAD_VALUE, field=field, value=typed[:80], expected=expected)
    return value


def _date_doubt(value: str) -> str | None:
    year = year_of(value)
    if year is None or (len(value) == 10 and as_date(value) is None):
        return "bad_format"
    return None if 1900 <= year <= 2100 else "implausible"


def _business_code_doubt(value: str) -> str | None:
    return tax_code_doubt(value) if re.match(r"\d{9}", value) else None


def _sex_doubt(value: str) -> str | None:
    return None if value in {"male", "female"} else "bad_format"


def _phone_doubt(value: str) -> str | None:
    return None if re.fullmatch(r"0\d{9,10}|84\d{9,10}", value) else "bad_format"


def _kind_doubt(value: str) -> str | None:
    return None if value in KINDS else "unknown_kind"


def _typed_date(text: str) -> str | None:
    """`5/2/2026`, `05-02-2026`, `2026-02-05`, `ngày 5 tháng 2 năm 2026`, `2/2026`, `2026`; the whole text must be the date."""
    short = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text)
    if short:
        try:
            return date(int(short[3]), int(short[2]), int(short[1])).isoformat()
        except ValueError:
            return None
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return text if as_date(text) else None
    if re.fullmatch(r"\d{4}-(?:0[1-9]|1[0-2])|(?:1[89]|20|21)\d{2}", text):
        return text
    found = find_date(text)
    return (
        found.value
        if found and not found.mended and re.fullmatch(r"\W*", text[: found.start] + text[found.end :])
        else None
    )


def _typed_year(text: str) -> str | None:
    return text if re.fullmatch(r"\d{4}", text) and _EARLIEST <= int(text) <= _LATEST else None


def _typed_id(text: str) -> str | None:
    bare = re.sub(r"[\s.]", "", text).upper()
    return bare if re.fullmatch(r"\d{9}|\d{12}|[A-Z]\d{7,8}", bare) else None


def _typed_sex(text: str) -> str | None:
    return _SEXES.get(fold(text))


def _typed_money(text: str) -> str | None:
    if text.isdigit():
        return text
    amount = money(text)
    return amount.value if amount else None


def _typed_area(text: str) -> str | None:
    size = area(text)
    return size.value if size else None


def _typed_count(text: str) -> str | None:
    return str(int(text)) if re.fullmatch(r"\d{1,4}", text) else None


def _typed_code(text: str) -> str | None:
    bare = re.sub(r"\s", "", text)
    return bare if re.search(r"\d", bare) else None


def _typed_phone(text: str) -> str | None:
    digits = re.sub(r"[\s.()-]", "", text)
    return digits if re.fullmatch(r"\+?\d{8,14}", digits) else None


def _typed_kind(text: str) -> str | None:
    return next((kind for kind in KINDS if fold(kind) == fold(text)), None)


def _typed_number(text: str) -> str | None:
    """Without spaces around the slash; abbreviations of kinds in their spelling (`24/ttr-ubnd` → `24/TTr-UBND`)."""
    if "/" not in text:
        return text
    value = document_number(re.sub(r"\s+", "", text))
    return value.value if value and not value.doubts else re.sub(r"\s+", "", text)


Form = Callable[[str], str | None]

_DATES = re.compile(r"(?:date|expiry|first_registered|last_changed)$")
_YEARS = re.compile(r"(?:birth_year|^year)$")
_IDS = re.compile(r"(?:\.id_number|owner_id|old_id_number)$")
_SEX, _PHONE, _KIND = (re.compile(pattern) for pattern in (r"\.sex$", r"\.phone$", r"^kind$"))
_NUMBER = re.compile(r"\d+[a-zA-Z]?(?:/\d{4})?/[\wĐ.&-]+")

_FORMS: tuple[tuple[re.Pattern[str], Form, str], ...] = (
    (_DATES, _typed_date, "ngày có thật, như 31/12/2026; hoặc 12/2026 hay 2026 nếu giấy chỉ ghi vậy"),
    (_YEARS, _typed_year, "năm có bốn chữ số, như 1990"),
    (_IDS, _typed_id, "12 chữ số, hoặc 9 chữ số của chứng minh nhân dân, hoặc số hộ chiếu như C1234567"),
    (_SEX, _typed_sex, "Nam hoặc Nữ"),
    (_PHONE, _typed_phone, "số điện thoại như 0912345678"),
    (_KIND, _typed_kind, "tên loại văn bản như Quyết định, Công văn, Tờ trình"),
    (re.compile(r"capital_vnd$"), _typed_money, "số tiền bằng chữ số, như 1.500.000.000"),
    (re.compile(r"area_m2$"), _typed_area, "diện tích bằng chữ số, như 120,5"),
    (re.compile(r"(?:change_count|floors)$"), _typed_count, "một số nguyên, như 2"),
    (re.compile(r"(?:^serial|^register_number|business\.code)$"), _typed_code, "mã có chữ số, như trên giấy"),
    (re.compile(r"^number$"), _typed_number, ""),  # takes any
)
"""Names of fields, what makes a value of what is typed there, and what it expects, as a phrase of `khoso.kernel.phrases`."""
_DOUBTS: tuple[tuple[re.Pattern[str], Form], ...] = (
    (_DATES, _date_doubt),
    (_YEARS, _date_doubt),
    (_IDS, personal_id_doubt),
    (_SEX, _sex_doubt),
    (_PHONE, _phone_doubt),
    (_KIND, _kind_doubt),
    (re.compile(r"business\.code$"), _business_code_doubt),
)
