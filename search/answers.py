"""Answers: a found entry comes in, the hit a person sees goes out. Shared by the adapters that rank for themselves."""

import re
from collections.abc import Mapping
from functools import lru_cache

from django.utils.translation import gettext as _

from khoso.kernel.errors import Unavailable
from search.folding import accented_key
from search.ports import MOST_NEAR, Entry, Hit
from search.snippets import Marker

VALID = "active"
_LONGEST_REMEMBERED = 300
_KIND = re.compile(r"^(tỉnh|thành phố|quận|huyện|thị xã|phường|xã|thị trấn|đặc khu)\s+(?=\S)", re.IGNORECASE)
FACETS = ("document_type", "issuer", "year", "state")


def rebuild_is_gone() -> Unavailable:
    """What is said to whoever goes on with a rebuild that another command finished or gave up."""
    return Unavailable(_("Chỉ mục mới không còn nữa: một lệnh khác đã bỏ hoặc thay nó. Hãy chạy lại."))


def issuer_key(issuer: str) -> str:
    """What makes two printed issuers one: letters with tones, not case, punctuation or where the tone mark sits."""
    return _key_remembered(issuer) if len(issuer) <= _LONGEST_REMEMBERED else accented_key(issuer)


_key_remembered = lru_cache(maxsize=4096)(accented_key)


def bare_place(place: str) -> str:
    """What people call a place: the first part of its full name, without its kind unless a number is all the name."""
    first = place.partition(",")[0].strip()
    bare = _KIND.sub("", first)
    return first if bare.isdigit() else bare


def most_common(counted: Mapping[str, int]) -> tuple[str, ...]:
    """The words that are there at all, commonest first, at most `MOST_NEAR`."""
    there = sorted((-count, word) for word, count in counted.items() if count)
    return tuple(word for _, word in there[:MOST_NEAR])


def hit_of(entry: Entry, score: float, marker: Marker) -> Hit:
    """The hit of an entry; the snippet is from the summary or body, else it shows the name or number that was found."""
    texts = (entry.summary, entry.body, " · ".join(entry.names), " · ".join(filter(None, (*entry.numbers, entry.code))))
    shown = marker.snippet(texts)
    return Hit(
        document=entry.document,
        score=score,
        title=entry.title,
        number=entry.number,
        issuer=entry.issuer,
        issue_date=entry.issue_date,
        document_type=entry.document_type,
        owner_name=entry.owner_name,
        state=entry.state,
        validity=entry.validity,
        snippet=shown.text,
        marks=shown.marks,
        places=tuple(place for place in entry.places if marker.holds(bare_place(place))),
    )
