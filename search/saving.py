"""Saved searches: what a person asks often, under a name; theirs alone, or for their unit to use as well.

What is kept is the question, never an answer: whoever uses one finds with their own rights.
"""

from collections.abc import Mapping
from unicodedata import normalize
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Q, QuerySet

from khoso.kernel.clock import system_clock
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people.models import User
from people.roles import with_merged
from search.addresses import asks, kept, query_of
from search.folding import accented_key
from search.models import SavedSearch

MOST = 100
"""Saved searches of one person."""

LONGEST_NAME = 100
LONGEST_ADDRESS = 4000


@transaction.atomic
def save(by: User, name: str, asked: Mapping[str, str], *, shared: bool, replace: bool = False) -> SavedSearch:
    """Keep a search under a name.

    Args:
        replace: one of the same person and name takes this question instead of its own.

    Raises:
        Refused: no name, nothing asked, a day there is none of; another of theirs has the name, or is the same question;
            too many are kept already.
    """
    address = urlencode(kept(asked))
    if not asks(kept(asked)) or len(address) > LONGEST_ADDRESS:
        raise Refused(ReasonCode.NOTHING_TO_SAVE)
    query_of(kept(asked))
    named, mine = _name(name), list(_locked(by))
    same = next((one for one in mine if _key(one.name) == _key(named)), None)
    if same is not None and not replace:
        raise Refused(ReasonCode.SAVED_NAME_TAKEN, name=same.name)
    twin = next((one for one in mine if one.address == address and one is not same), None)
    if twin is not None:
        raise Refused(ReasonCode.SAVED_ALREADY, name=twin.name)
    if same is None and len(mine) >= MOST:
        raise Refused(ReasonCode.TOO_MANY_SAVED, limit=str(MOST))
    saved = same or SavedSearch(owner=by)
    saved.name, saved.address, saved.saved_at = named, address, system_clock()
    saved.unit = by.unit if shared else None
    saved.save()
    return saved


@transaction.atomic
def change(pk: int, by: User, name: str, *, shared: bool) -> None:
    """Give one's saved search another name, share it or no longer.

    Raises:
        Refused: it is not theirs or not there, has no name, or another has that name.
    """
    mine = list(_locked(by))
    if all(one.pk != pk for one in mine):
        raise Refused(ReasonCode.NO_SUCH_SAVED)
    named = _name(name)
    for other in mine:
        if other.pk != pk and _key(other.name) == _key(named):
            raise Refused(ReasonCode.SAVED_NAME_TAKEN, name=other.name)
    SavedSearch.objects.filter(owner=by, pk=pk).update(name=named, unit=by.unit if shared else None)


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


def _locked(by: User) -> QuerySet[SavedSearch]:
    """One's own, while nobody else changes them: the account's row is held, since a search that is not yet there cannot be."""
    User.objects.select_for_update().get(pk=by.pk)
    return SavedSearch.objects.filter(owner=by)


def _name(text: str) -> str:
    named = " ".join(normalize("NFC", text).split())[:LONGEST_NAME].strip()
    if not named:
        raise Refused(ReasonCode.SAVED_NAME_NEEDED)
    return named


def _key(name: str) -> str:
    """What makes two names one to whoever reads them: letters with tones, not case, spaces or where the tone mark sits."""
    return accented_key(name) or name.casefold()
