"""Spans figures are summed over: a day, a third of a month, a month, a quarter, a year. A period is told by as few as there are.

Names: `2026-11-26`, `2026-11.3` (days 21 to the end), `2026-11`, `2026.4`, `2026`.
"""

from calendar import monthrange
from datetime import date, timedelta

_THIRDS = (1, 11, 21)
"""First days of the thirds of a month."""


def spans_of(day: date) -> tuple[str, str, str, str, str]:
    """The spans a day's events are added to."""
    month, third = f"{day.year:04d}-{day.month:02d}", min(3, (day.day + 9) // 10)
    return day.isoformat(), f"{month}.{third}", month, f"{day.year:04d}.{_quarter(day)}", f"{day.year:04d}"


def covering(since: date, until: date) -> list[str]:
    """The spans that together are the days `since` … `until`, both included: the longest that fit, in order."""
    found, day = list[str](), since
    while day <= until:
        name, last = next((name, last) for name, last in _beginning(day) if last <= until)
        found.append(name)
        if last == date.max:
            break
        day = last + timedelta(days=1)
    return found


def _beginning(day: date) -> list[tuple[str, date]]:
    """Spans whose first day it is, with their last days; the longest first."""
    itself, third, month, quarter, year = spans_of(day)
    found = [(itself, day)]
    if day.day in _THIRDS:
        found.append((third, day.replace(day=day.day + 9) if day.day < _THIRDS[-1] else _last(day, day.month)))
    if day.day == 1:
        found.append((month, _last(day, day.month)))
        if day.month % 3 == 1:
            found.append((quarter, _last(day, day.month + 2)))
        if day.month == 1:
            found.append((year, _last(day, 12)))
    return found[::-1]


def _last(day: date, month: int) -> date:
    """The last day of a month of the day's year."""
    return day.replace(month=month, day=monthrange(day.year, month)[1])


def _quarter(day: date) -> int:
    return (day.month + 2) // 3
