"""Values a person types: checked like read ones, and brought into the form INTERFACE wants."""

import re
from datetime import date

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from ocr.extraction.dates import as_date, find_date, year_of
from ocr.extraction.identifiers import KINDS, kind_of_number, personal_id_doubt, tax_code_doubt
from ocr.extraction.numbers import document_number
from ocr.extraction.text import clean, fold
from ocr.extraction.values import area, money

_INDEX = re.compile(r"\[\d+\]")
_DATES = re.compile(r"(?:date|expiry|first_registered|last_changed)$")
_YEARS = re.compile(r"(?:birth_year|^year)$")
_IDS = re.compile(r"(?:\.id_number|owner_id|old_id_number)$")
_COUNTS = re.compile(r"(?:change_count|floors)$")
_CODES = re.compile(r"(?:^serial|^register_number|business\.code)$")
_SEXES = {"nam": "male", "male": "male", "m": "male", "nu": "female", "female": "female", "f": "female"}
_EARLIEST, _LATEST = 1850, 2150


def check_value(document_type: str, field: str, value: str) -> str | None:
    """What is doubtful about a normalised value, as a machine word (`bad_format`, `check_digit` …), or None.

    Args:
        document_type: slug of INTERFACE §3.
        field: flat field name, e.g. `members[0].id_number`.
        value: as `normalise` or `extract` gives it.
    """
    general = _INDEX.sub("[]", field)
    if _DATES.search(general) or _YEARS.search(general):
        year = year_of(value)
        if year is None or (len(value) == 10 and as_date(value) is None):
            return "bad_format"
        return None if 1900 <= year <= 2100 else "implausible"
    if _IDS.search(general):
        return (
            tax_code_doubt(value)
            if field == "owner_id" and document_type == "business_registration"
            else personal_id_doubt(value)
        )
    if general == "business.code":
        return tax_code_doubt(value) if re.match(r"\d{9}", value) else None
    if general == "number" and document_type == "administrative_document":
        return None if re.fullmatch(r"\d+[a-zA-Z]?(?:/\d{4})?/[\wĐ.&-]+", value) else "bad_format"
    if general == "kind":
        return None if value in KINDS else "unknown_kind"
    if general.endswith(".sex"):
        return None if value in {"male", "female"} else "bad_format"
    if general.endswith(".phone"):
        return None if re.fullmatch(r"0\d{9,10}|84\d{9,10}", value) else "bad_format"
    return None


def normalise(document_type: str, field: str, typed: str) -> str:
    """What a person typed, as it is stored: `5/2/2026` → `2026-02-05`, `079 200 001 234` → `079200001234`, `Nữ` → `female`.

    Texts stay as typed, in NFC with single spaces.

    Raises:
        Refused: `BAD_VALUE` (field, value) when the value is empty or impossible for the field: no such day, letters in
            a personal number, a word that is no sex.
    """
    text = clean(typed)
    general = _INDEX.sub("[]", field)
    value = _normal(document_type, general, text) if text else None
    if value is None:
        raise Refused(ReasonCode.BAD_VALUE, field=field, value=typed[:80])
    return value


def _normal(document_type: str, field: str, text: str) -> str | None:  # noqa: PLR0911 - one return for each kind of field
    if _DATES.search(field):
        return _typed_date(text)
    if _YEARS.search(field):
        return text if re.fullmatch(r"\d{4}", text) and _EARLIEST <= int(text) <= _LATEST else None
    if _IDS.search(field):
        digits = re.sub(r"[\s.]", "", text)
        return digits if _is_id(document_type, field, digits) else None
    if field.endswith(".sex"):
        return _SEXES.get(fold(text))
    if field.endswith("capital_vnd"):
        amount = money(text) if not re.fullmatch(r"\d+", text) else None
        return amount.value if amount else text if re.fullmatch(r"\d+", text) else None
    if field.endswith("area_m2"):
        size = area(text)
        return size.value if size else None
    if _COUNTS.search(field):
        return str(int(text)) if re.fullmatch(r"\d{1,4}", text) else None
    if _CODES.search(field):
        return re.sub(r"\s", "", text)
    if field.endswith(".phone"):
        digits = re.sub(r"[\s.()-]", "", text)
        return digits if re.fullmatch(r"\+?\d{8,14}", digits) else None
    if field == "number":
        return _typed_number(text)
    if field == "kind":
        return next((kind for kind in KINDS if fold(kind) == fold(text)), None)
    return text


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


def _is_id(document_type: str, field: str, digits: str) -> bool:
    if document_type == "business_registration" and field == "owner_id":
        return bool(re.fullmatch(r"[\dA-Z./-]{8,16}", digits))
    return bool(re.fullmatch(r"\d{9}|\d{12}", digits)) or bool(re.fullmatch(r"[A-Z]\d{7,8}", digits))


def _typed_number(text: str) -> str | None:
    """Without spaces around the slash; abbreviations of kinds in their spelling (`24/ttr-ubnd` → `24/TTr-UBND`)."""
    if "/" not in text:
        return text
    value = document_number(re.sub(r"\s+", "", text))
    return value.value if value and not value.doubts else re.sub(r"\s+", "", text)


__all__ = ["check_value", "kind_of_number", "normalise"]
