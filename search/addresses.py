"""Addresses of the search page: what is asked stands in them, so that a search can be kept, shared and gone back to."""

import contextlib
from collections.abc import Mapping
from datetime import date, datetime

from search.ports import Query, Sort

KEYS = ("q", "type", "owner", "issuer", "state", "since", "until", "sort")
"""What a search is; the place in its list (`after`) is no part of it."""


def kept(address: Mapping[str, str]) -> dict[str, str]:
    """What an address asks, without blanks and whatever else is in it."""
    return {key: address[key].strip() for key in KEYS if address.get(key, "").strip()}


def asks(asked: Mapping[str, str]) -> bool:
    """Does it ask anything but an order?"""
    return any(key != "sort" for key in asked)


def query_of(asked: Mapping[str, str]) -> Query:
    """The question of an address; days and orders there are none of ask nothing."""
    return Query(
        words=asked.get("q", ""),
        document_type=asked.get("type") or None,
        owner=asked.get("owner") or None,
        issuer=asked.get("issuer") or None,
        state=asked.get("state") or None,
        since=day(asked.get("since", "")),
        until=day(asked.get("until", "")),
        sort=sort_named(asked.get("sort", "")),
    )


def address_of(query: Query) -> dict[str, str]:
    """The address of a question."""
    values = {
        "q": query.words,
        "type": query.document_type,
        "owner": query.owner,
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


def day(text: str) -> date | None:
    """A day as people write it (`5/2/2026`) or as addresses do (`2026-02-05`)."""
    for form in ("%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d"):
        with contextlib.suppress(ValueError):
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no zone
    return None
