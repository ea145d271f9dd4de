"""The book of changes to people: what was done to whom, by whom, when. Only grows."""

from datetime import date, datetime

from khoso.kernel.clock import system_clock
from people.models import Deed, PeopleChange, Unit, User

LOCAL = "local"
"""Whoever uses the command line of a Kho."""


def note(
    deed: Deed, *, by: str, user: User | None = None, unit: Unit | None = None, **said: str | int | date | None
) -> None:
    """Write a deed down, in the transaction that does it. `said`: what it needs to be understood; never a secret."""
    told = {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items() if value}
    PeopleChange.objects.create(at=_now(), by=by, deed=deed, user=user, unit=unit, said=told)


def _now() -> datetime:
    return system_clock()
