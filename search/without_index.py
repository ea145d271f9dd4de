"""Without the index: an id, a code or a number comes in; the documents of that name the catalogue knows go out.

What still opens while the search index is away. The same rights as everywhere, each list recorded; no words, no ranking.
"""

import contextlib
import re
from collections.abc import Iterator
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from people.models import User
from search.projecting import FINDABLE
from warehouse.access import listed, visible_to
from warehouse.models import DataRecord, Document

MOST = 20
_SPOKEN = re.compile(r"^\s*(?:số|so)\b\s*[:.]?\s*", re.IGNORECASE)
_AROUND_JOINTS = re.compile(r"\s*([/\-–])\s*")


def named(user: User, words: str) -> list[Document]:
    """The documents a person may see of which this is the id, the code or the number, newest data only; `MOST` at most."""
    words = words.strip().strip('"“”„«»').replace("\0", "")
    if not words:
        return []
    seen = visible_to(user)
    own = Q(code=words)
    with contextlib.suppress(ValueError):
        own |= Q(pk=UUID(words))
    found = list(seen.filter(own)[:1])
    if not found:
        numbers = list(spellings(words))
        newest = DataRecord.objects.filter(document=OuterRef("pk")).order_by("-version").values("number")[:1]
        having = DataRecord.objects.filter(number__in=numbers).values("document")
        numbered = seen.filter(state__in=FINDABLE, pk__in=having).annotate(number=Subquery(newest))
        found = list(numbered.filter(number__in=numbers).order_by("-created_at", "pk")[:MOST])
    listed(user, [str(document.pk) for document in found])
    return found


def spellings(number: str) -> Iterator[str]:
    """A number as it may stand in the catalogue, which is asked for exact ones: without «số», without spaces around its
    strokes, as typed, in capitals, with and without zeros before it.
    """
    bare = _SPOKEN.sub("", number).strip() or number
    for one in dict.fromkeys((number, bare, " ".join(bare.split()), _AROUND_JOINTS.sub(r"\1", bare))):
        shorter = one.lstrip("0")
        for form in (one, shorter, f"0{shorter}", f"00{shorter}"):
            yield form
            yield form.upper()
