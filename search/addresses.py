"""Addresses of the search page: what is asked stands in them, so that a search can be kept, shared and gone back to."""

from collections.abc import Mapping
from datetime import date

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from search.days import day_named
from search.filters import in_order, owned
from search.ports import Query, Sort

KEYS = ("q", "type", "number", "owner", "issuer", "state", "since", "until", "sort")
"""What a search is; the place in its list (`after`) is no part of it."""


def kept(address: Mapping[str, str]) -> dict[str, str]:
    """What an address asks, without blanks and whatever else is in it."""
    return {key: address[key].strip() for key in KEYS if address.get(key, "").strip()}


def asks(asked: Mapping[str, str]) -> bool:
    """Does it ask anything but an order?"""
    return any(key != "sort" for key in asked)


def query_of(asked: Mapping[str, str]) -> Query:
    """The question of an address; `owner` is an id or a name, an order there is none of asks for none.

    Raises:
        Refused: a day there is none of, or the first day is after the last: nothing may be shown as if it had narrowed
            anything.
    """
    query = Query(
        words=asked.get("q", ""),
        document_type=asked.get("type") or None,
        number=asked.get("number") or None,
        issuer=asked.get("issuer") or None,
        state=asked.get("state") or None,
        since=day(asked.get("since", "")),
        until=day(asked.get("until", ""), last=True),
        sort=sort_named(asked.get("sort", "")),
    )
    return in_order(owned(query, asked["owner"]) if asked.get("owner") else query)


def address_of(query: Query) -> dict[str, str]:
    """The address of a question."""
    values = {
        "q": query.words,
        "type": query.document_type,
        "number": query.number,
        "owner": query.owner or query.owner_name,
        "issuer": query.issuer,
        "state": query.state,
        "since": query.since,
        "until": query.until,
        "sort": None if query.sort is Sort.BEST else query.sort.value,
    }
    return {key: str(value) for key, value in values.items() if value}


def sort_named(text: str) -> Sort:
    """The order an address asks for; the best first where it asks for none there is."""
    return Sort(text) if text in {sort.value for sort in Sort} else Sort.BEST


def day(text: str, *, last: bool = False) -> date | None:
    """The first (or last) day of what is written; None if nothing is.

    Raises:
        Refused: there is no such day.
    """
    if not text.strip():
        return None
    found = day_named(text, last=last)
    if found is None:
        raise Refused(ReasonCode.NO_SUCH_DAY, value=text.strip()[:60])
    return found
