"""Time as a tool that is handed in. Stored times are UTC; what people and signatures see is Vietnam's +07:00."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "+07")

Clock = Callable[[], datetime]
"""Returns an aware datetime in UTC."""


def system_clock() -> datetime:
    """The machine's clock, in UTC."""
    return datetime.now(UTC)


def day_of(moment: datetime) -> date:
    """The day in Viet Nam: by it rows of code tables, roles, terms and validity begin and end, at its midnight."""
    return moment.astimezone(VIETNAM).date()


def today() -> date:
    """The day it is in Viet Nam now."""
    return day_of(system_clock())


def rfc3339(moment: datetime) -> str:
    """`2026-11-21T09:15:02+07:00`: seconds precision, Vietnam's offset, as marks and JSON show it."""
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds")
