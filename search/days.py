"""Days as people write them: a day, a month or a year comes in, its first or last day goes out."""

import re
from calendar import monthrange
from datetime import date

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTH = re.compile(r"(\d{1,2})[/.-](\d{4})")
_YEAR = re.compile(r"\d{4}")


def day_named(text: str, *, last: bool = False) -> date | None:
    """The first (or last) day of what is written: `7/2/2025`, `2025-02-07`, `2/2025`, `2025`. None if there is no such day."""
    text = text.strip()
    try:
        if match := _DAY.fullmatch(text):
            return date(int(match[3]), int(match[2]), int(match[1]))
        if match := _ISO.fullmatch(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _MONTH.fullmatch(text):
            year, month = int(match[2]), int(match[1])
            return date(year, month, monthrange(year, month)[1] if last else 1)
        if _YEAR.fullmatch(text):
            return date(int(text), 12, 31) if last else date(int(text), 1, 1)
    except ValueError:  # the thirty-first of February; IllegalMonthError is one too
        return None
    return None
