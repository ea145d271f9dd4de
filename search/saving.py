"""Saved searches: what a person asks often, under a name; theirs alone, or for their unit to use as well.

What is kept is the question, never an answer: whoever uses one finds with their own rights.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Q, QuerySet

from khoso.kernel.clock import system_clock
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people.models import User
from people.roles import with_merged
from search.addresses import asks, kept
from search.models import SavedSearch

MOST = 100
"""Saved searches of one person."""

LONGEST_NAME = 100
LONGEST_ADDRESS = 4000


@transaction.atomic
def save(by: User, name: str, asked: Mapping[str, str], *, shared: bool) -> SavedSearch:
    """Keep a search under a name; one of that name of the same person is replaced.

    Raises:
        Refused: no name, nothing asked, or too many are kept already.
    """
    named, address = _name(name), urlencode(kept(asked))
    if not asks(kept(asked)) or len(address) > LONGEST_ADDRESS:
        raise Refused(ReasonCode.NOTHING_TO_SEARCH)
    mine = SavedSearch.objects.filter(owner=by)
    if not mine.filter(name=named).exists() and mine.count() >= MOST:
        raise Refused(ReasonCode.TOO_MANY_SAVED, limit=str(MOST))
    saved, _new = SavedSearch.objects.update_or_create(
        owner=by,
        name=named,
        defaults={"address": address, "unit": by.unit if shared else None, "saved_at": system_clock()},
    )
    return saved


@transaction.atomic
def change(pk: int, by: User, name: str, *, shared: bool) -> None:
    """Give one's saved search another name, share it or no longer.

    Raises:
        Refused: it is not theirs or not there, has no name, or another has that name.
    """
    mine = SavedSearch.objects.filter(owner=by)
    named = _name(name)
    if mine.exclude(pk=pk).filter(name=named).exists():
        raise Refused(ReasonCode.BAD_VALUE, field="name", value=named)
    if not mine.filter(pk=pk).update(name=named, unit=by.unit if shared else None):
        raise Refused(ReasonCode.NO_SUCH_SAVED)


def remove(pk: int, by: User) -> None:
    """Forget one's saved search.

    Raises:
        Refused: it is not theirs, or not there.
    """
    if not SavedSearch.objects.filter(owner=by, pk=pk).delete()[0]:
        raise Refused(ReasonCode.NO_SUCH_SAVED)


def saved_for(person: User) -> QuerySet[SavedSearch]:
    """A person's own, and those others share with the person's unit; by name."""
    mine = Q(owner=person)
    if person.unit_id is not None:
        mine |= Q(unit__in=with_merged([person.unit_id]), owner__is_active=True)
    return SavedSearch.objects.filter(mine).select_related("owner", "unit").order_by("name", "pk")


def _name(text: str) -> str:
    named = " ".join(text.split())[:LONGEST_NAME]
    if not named:
        raise Refused(ReasonCode.BAD_VALUE, field="name", value="")
    return named
