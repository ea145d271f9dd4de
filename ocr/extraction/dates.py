"""Dates as printed, typed or misread: text comes in; ISO 8601, where it stood and whether it was mended go out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ocr.extraction.text import fold

_MISREAD = {
    "o": "0", "q": "9", "d": "0", "i": "1", "l": "1", "|": "1", "!": "1", "z": "2", "s": "5", "b": "6", "g": "9", "?": "7", "†": "7", "a": "4", "t": "7", "e": "8",
}  # fmt: skip
_D = r"[0-9oOQIl?†|!]"
_H = r"[0-9oOQDIlizZsSbBgqtTaAeE?†|!]"  # in handwriting
_SEP = r"\s?[/.\-]\s?"
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_EARLIEST, _LATEST = 1850, 2150

_NUMERIC = re.compile(rf"(?<![\w/.])({_D}{{1,2}}){_SEP}({_D}{{1,2}}){_SEP}({_D}{{4}})(?![\w])")
_SPACED = re.compile(r"(?<![\w/.])([0-3]?\d)\s([01]?\d)\s((?:18|19|20)\d\d)(?![\w])")
_SLASH_AS_LETTER = re.compile(r"(?<!\w)([0-3]\d)[1IlJ]([01]\d)[1IlJ]((?:18|19|20)\d\d)(?!\w)")
_WORDS = re.compile(
    rf"\bn?[gq][a-z]{{1,3}}\s?[:.]?\s?({_H}{{1,2}})\s?[,.]?\s?th[a-z]{{2,3}}\s?({_H}{{1,2}})\s?[,.]?\s?n[a-z]m\s?({_H}{{4}})(?!\w)"
)  # over folded text
_BARE_WORDS = re.compile(
    r"(?:^|(?<=\s))([0-3]?\d)\s?thang\s?([01]?\d)\s?nam\s?((?:18|19|20)\d\d)(?!\w)"
)  # over folded text: `ngày` is on the line before, or taken for the end of a label
_ENGLISH = re.compile(rf"(?<!\w)(\d{{1,2}})(?:st|nd|rd|th)?,?\s({'|'.join(_MONTHS)}),?\s(\d{{4}})(?!\w)", re.IGNORECASE)
_MONTH_YEAR = re.compile(
    rf"(?:th[aá]ng\s?({_D}{{1,2}})\s?n[aă]m\s?({_D}{{4}})|(?<![\w/.])(\d{{1,2}})\s?[/\-]\s?(\d{{4}}))(?!\w)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\w/.])((?:18|19|20)\d\d)(?![\w/])")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")


@dataclass(frozen=True, slots=True)
class DateFound:
    """`value` is `YYYY-MM-DD`, `YYYY-MM` or `YYYY`; `start`, `end` its place in the text; `mended`: a sign was taken for a digit."""

    value: str
    start: int
    end: int
    mended: bool = False


def find_dates(text: str) -> Iterator[DateFound]:
    """Full dates in the order they stand in the text; impossible ones (31/02) are passed over."""
    found: list[DateFound] = []
    for pattern in (_NUMERIC, _WORDS, _BARE_WORDS, _SLASH_AS_LETTER, _ISO, _SPACED):
        for match in pattern.finditer(fold(text) if pattern in (_WORDS, _BARE_WORDS) else text):
            year_first = pattern is _ISO
            parts = (match[3], match[2], match[1]) if year_first else (match[1], match[2], match[3])
            value, mended = _full(*parts)
            mended = mended or pattern is _SPACED
            if value and not any(f.start < match.end() and match.start() < f.end for f in found):
                found.append(DateFound(value, match.start(), match.end(), mended))
    for english in _ENGLISH.finditer(text):
        value, _ = _full(english[1], str(1 + _MONTHS.index(fold(english[2]))), english[3])
        if value:
            found.append(DateFound(value, english.start(), english.end()))
    yield from sorted(found, key=lambda f: f.start)


def find_date(text: str) -> DateFound | None:
    """The first full date, else the first month with year, else the first year; None if there is none."""
    for full in find_dates(text):
        return full
    for match in _MONTH_YEAR.finditer(text):
        month, mended = _digits(match[1] or match[3])
        year, also = _digits(match[2] or match[4])
        if month and year and 1 <= int(month) <= 12 and _EARLIEST <= int(year) <= _LATEST:
            return DateFound(f"{year}-{int(month):02d}", match.start(), match.end(), mended or also)
    year_alone = _YEAR.search(text)
    return DateFound(year_alone[1], year_alone.start(), year_alone.end()) if year_alone else None


def _full(day: str, month: str, year: str) -> tuple[str | None, bool]:
    read = [_digits(part) for part in (day, month, year)]
    numbers = [number for number, _ in read]
    if not all(numbers):
        return None, False
    d, m, y = (int(number or 0) for number in numbers)
    if not _EARLIEST <= y <= _LATEST:
        return None, False
    try:
        return date(y, m, d).isoformat(), any(mended for _, mended in read)
    except ValueError:
        return None, False


def _digits(text: str) -> tuple[str | None, bool]:
    """Digits with look-alike letters turned back."""
    out = "".join(c if c.isdigit() else _MISREAD.get(c.lower(), "") for c in text)
    return (out if len(out) == len(text) else None), out != text


def as_date(value: str) -> date | None:
    """A full ISO date as `date`; None for `YYYY-MM` and `YYYY`."""
    try:
        return date.fromisoformat(value) if len(value) == 10 else None
    except ValueError:
        return None


def year_of(value: str) -> int | None:
    """The year of an ISO date of any precision."""
    return int(value[:4]) if re.match(r"\d{4}(-|$)", value) else None
