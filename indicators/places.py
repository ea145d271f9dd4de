"""A place in a list: the sort keys of a row come in, a text for an address goes out, and back.

A page is asked for by the row it follows, not by how many rows lie before it: what arrives meanwhile shifts nothing. The text is
locked, for it holds the id of a document that the reader may not be allowed to see.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db.models import Q

Place = tuple[str, ...]
"""The values of a row's sort keys, as text."""
_LONGEST = 600


def place_of(values: Sequence[Any]) -> Place:
    """Days and moments as RFC 3339, ids as they are."""
    return tuple(value.isoformat() if hasattr(value, "isoformat") else str(value) for value in values)


def locked(place: Place, number: str) -> str:
    """For an address; good for the list behind this number alone."""
    return _lock().encrypt(json.dumps([number, *place]).encode()).decode()


def opened(text: str, number: str) -> Place | None:
    """What `locked` made; None for anything else."""
    if not text.isascii() or len(text) > _LONGEST:
        return None
    try:
        known, *place = json.loads(_lock().decrypt(text.encode()))
    except InvalidToken:
        return None
    return tuple(place) if known == number else None


def beyond(place: Place, keys: Sequence[str]) -> Q:
    """Rows that come after a place in the order of `keys` (two of them; `-` in front: falling)."""
    (first, second), (a, b) = (key.removeprefix("-") for key in keys), place
    one, two = ("lt" if key.startswith("-") else "gt" for key in keys)
    # The first bound stands by itself, for the index.
    return Q(**{f"{first}__{one}e": a}) & (Q(**{f"{first}__{one}": a}) | Q(**{first: a, f"{second}__{two}": b}))


def turned(keys: Sequence[str]) -> tuple[str, ...]:
    """The same order, backwards."""
    return tuple(key.removeprefix("-") if key.startswith("-") else f"-{key}" for key in keys)


def _lock() -> Fernet:
    secret = hashlib.sha256(b"indicators.places:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(secret))
