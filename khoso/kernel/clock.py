"""Time as a tool that is handed in. Stored times are UTC; what people and signatures see is Vietnam's +07:00."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "+07")

Clock = Callable[[], datetime]
"""Returns an aware datetime in UTC."""


def system_clock() -> datetime:
    """The machine's clock, in UTC."""
    return datetime.now(UTC)


def rfc3339(moment: datetime) -> str:
    """`2026-11-21T09:15:02+07:00`: seconds precision, Vietnam's offset, as marks and JSON show it."""
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds")
