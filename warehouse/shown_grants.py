"""Grants for a page: rows come in; names as far as they may be told, and how each stands, go out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from people.models import User
from warehouse.granting import Standing, standing
from warehouse.masking import names_shown
from warehouse.models import Grant


@dataclass(frozen=True, slots=True)
class ShownGrant:
    """A grant for a page. `name`: of its document, as far as it may be told; `takes_back`: whether the reader may."""

    given: Grant
    name: str
    standing: Standing
    ended_by: str
    seen_by: str
    takes_back: bool


def shown_grants(rows: Iterable[Grant], *, now: datetime, mine: frozenset[int] | None = None) -> list[ShownGrant]:
    """Grants in words. `mine`: those the reader may take back, None for all; one that has ended nobody takes back."""
    found = list(rows)
    names = names_shown([row.document for row in found])
    people = full_names(name for row in found for name in (row.revoked_by, row.seen_by))
    return [
        ShownGrant(
            row,
            names[row.document_id],
            how := standing(row, now),
            people.get(row.revoked_by, row.revoked_by),
            people.get(row.seen_by, row.seen_by),
            takes_back=how in {Standing.ALIVE, Standing.COMING} and (mine is None or row.pk in mine),
        )
        for row in found
    ]


def full_names(accounts: Iterable[str]) -> dict[str, str]:
    """Account → full name, of those that are."""
    wanted = {account for account in accounts if account}
    if not wanted:
        return {}
    return {user.username: user.get_full_name() for user in User.objects.filter(username__in=wanted)}
