"""Without the index: a question comes in; the documents the catalogue knows by its id, code or number go out.

What still opens while the search index is away, on the page, for machines and at the command line alike: no words, no
beginnings, no ranking. Whoever asks records what is shown and covers it as any other hits.
"""

import contextlib
import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from search.folding import words
from search.ports import Hit, Query
from warehouse.models import FINDABLE, DataRecord, Document

MOST = 20
_SPOKEN = re.compile(r"^\s*(?:số|so)\b\s*[:.]?\s*", re.IGNORECASE)
_AROUND_JOINTS = re.compile(r"\s*([/\-–])\s*")


def named(query: Query, seen: QuerySet[Document]) -> list[Hit]:
    """The documents among `seen` of which the words or the number asked for are the id, the code or the number, newest data
    only; `MOST` at most. The other filters hold as they do in the index.

    Nothing is found where words are asked for beside a number: nobody can look for them now.
    """
    if query.number is not None and query.words.strip():
        return []
    text = (query.number if query.number is not None else query.words).strip().strip('"“”„«»').replace("\0", "")
    if not text:
        return []
    own = Q(code=text)
    with contextlib.suppress(ValueError):
        own |= Q(pk=UUID(text))
    found = list(seen.filter(own)[:1])
    if not found:
        numbers = list(spellings(text))
        newest = DataRecord.objects.filter(document=OuterRef("pk")).order_by("-version").values("number")[:1]
        having = DataRecord.objects.filter(number__in=numbers).values("document")
        numbered = seen.filter(state__in=FINDABLE, pk__in=having).annotate(number=Subquery(newest))
        found = list(numbered.filter(number__in=numbers).order_by("-created_at", "pk")[:MOST])
    records = DataRecord.objects.filter(document__in=[document.pk for document in found]).order_by("version")
    fields: dict[UUID, dict[str, Any]] = dict(records.values_list("document_id", "fields"))
    return [
        _hit(document, fields.get(document.pk, {}))
        for document in found
        if _passes(document, fields.get(document.pk, {}), query)
    ]


def _hit(document: Document, fields: dict[str, Any]) -> Hit:
    return Hit(
        document=str(document.pk),
        score=0.0,
        title=_value(fields, "title") or document.name,
        number=_value(fields, "number"),
        issuer=_value(fields, "issuer"),
        issue_date=_day(fields),
        document_type=document.document_type,
        owner_name=_value(fields, "owner_name"),
        state=document.state,
        validity=document.validity,
        snippet="",
    )


def _passes(document: Document, fields: dict[str, Any], query: Query) -> bool:
    """Do the filters of the question let it through?"""
    exact = (
        (query.document_type, document.document_type),
        (query.state, document.state),
        (query.owner, _value(fields, "owner_id")),
    )
    if any(asked is not None and asked != held for asked, held in exact):
        return False
    for asked, name in ((query.issuer, "issuer"), (query.owner_name, "owner_name")):
        if asked is not None and f" {_plain(asked)} " not in f" {_plain(_value(fields, name))} ":
            return False
    day = _day(fields)
    if query.since is None and query.until is None:
        return True
    return day is not None and (query.since or day) <= day <= (query.until or day)


def _value(fields: dict[str, Any], name: str) -> str:
    return str(fields[name]["value"]) if name in fields else ""


def _plain(text: str) -> str:
    return " ".join(plain for plain, _ in words(text))


def _day(fields: dict[str, Any]) -> date | None:
    with contextlib.suppress(ValueError):
        return date.fromisoformat(_value(fields, "issue_date"))
    return None


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
