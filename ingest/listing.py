"""The newest documents of the inbox: told in short, to see whether anything changed, and in full, to be shown.

The page asks every few seconds, mostly for nothing, so the short answer reads narrow rows alone.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import Count, QuerySet
from django.db.models.fields.json import KT
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue.models import DocumentType
from people.models import User
from people.roles import Right, units_with
from warehouse.masking import MASK, closed_names
from warehouse.models import DataRecord, Document, Rendition, RenditionKind, State
from warehouse.sentences import sentence

SHOWN = 100
_ORDER = (
    State.RECEIVED, State.INSPECTED, State.READ, State.WHOLE, State.COMPOSED, State.SIGNED,
    State.EXTRACTED, State.CONFIRMED, State.CODED, State.SEALED, State.FILED,
)  # fmt: skip
_PLACE = {state: place for place, state in enumerate(_ORDER)}
_NARROW = ("pk", "state", "version", "pages")


@dataclass(frozen=True, slots=True)
class Brief:
    """The documents shown, in order, in short. `more`: there are older ones. `read`: pages read of those being read."""

    documents: Sequence[tuple[UUID, str, int, int | None]]
    more: bool
    read: Mapping[UUID, int]

    @property
    def seen(self) -> str:
        """What a reader would notice a change of, in the language spoken here."""
        told = (self.documents, self.more, sorted(self.read.items()), get_language())
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    @property
    def moving(self) -> bool:
        """Whether anything shown is on its way."""
        return any(_on_its_way(state) for _pk, state, _version, _pages in self.documents)


@dataclass(frozen=True, slots=True)
class Row:
    """A document in the list. `progress` 0…1 while it is on its way, None once it rests; `hour`, `second`, `day` in Viet Nam."""

    pk: UUID
    href: str
    title: str
    name: str
    number: str
    type: str
    pages: int | None
    state: str
    state_words: str
    reason: str
    progress: float | None
    hour: str
    second: str
    day: str


def brief(documents: QuerySet[Document]) -> Brief:
    """The newest of some documents. Two questions at most."""
    found = list(documents.order_by("-created_at").values_list(*_NARROW)[: SHOWN + 1])
    shown = found[:SHOWN]
    reading = [pk for pk, state, _version, pages in shown if state == State.INSPECTED and pages]
    rows = Rendition.objects.filter(document__in=reading, kind=RenditionKind.TRANSCRIPT).values_list("document")
    return Brief(shown, len(found) > SHOWN, dict(rows.annotate(n=Count("pk")).order_by()) if reading else {})


def rows_of(told: Brief, *, request: HttpRequest) -> list[Row]:
    """The same documents in full; of a sensitive type only what kind of paper it is, as long as nobody said why it is needed.

    Whoever handed it in knows the name of their own file. What waits for somebody leads whoever may confirm it there.
    """
    pks = [pk for pk, *_more in told.documents]
    columns = ("name", "state", "pages", "document_type", "reason", "created_at", "created_by", "unit")
    documents = Document.objects.only(*columns).in_bulk(pks)
    names = dict(DocumentType.objects.values_list("slug", "name"))
    data: dict[UUID, tuple[str | None, str | None]] = {}
    records = DataRecord.objects.filter(document__in=pks).order_by("version")
    for pk, title, number in records.values_list("document", KT("fields__title__value"), KT("fields__number__value")):
        data[pk] = title, number
    closed = closed_names(documents.values(), request=request)
    for pk, name in closed.items():
        title, number = data.get(pk, (None, None))
        if documents[pk].created_by_id != cast("User", request.user).pk:
            documents[pk].name = title or name
        data[pk] = title or name, MASK if number else ""
    mine = units_with(cast("User", request.user), Right.REVIEW)
    return [
        _row(one, data.get(pk, (None, None)), names, told, confirms=mine is None or one.unit_id in mine)
        for pk, one in ((pk, documents[pk]) for pk in pks if pk in documents)
    ]


def _row(
    document: Document,
    data: tuple[str | None, str | None],
    names: Mapping[str, str],
    told: Brief,
    *,
    confirms: bool,
) -> Row:
    title, number = data
    state, at = State(document.state), localtime(document.created_at)
    return Row(
        pk=document.pk,
        href=reverse("review" if confirms and state is State.TO_CONFIRM else "document", args=[document.pk]),
        title=document.name if title is None else title,
        name=document.name,
        number=number or "",
        type=_(names[document.document_type]) if document.document_type in names else "",
        pages=document.pages,
        state=state.value,
        state_words=str(state.label),
        reason=sentence(document.reason) if document.reason else "",
        progress=_progress(document, state, told.read) if _on_its_way(state) else None,
        **_moment(at),
    )


def _moment(at: datetime) -> dict[str, Any]:
    return {"hour": f"{at:%H:%M}", "second": f"{at:%H:%M:%S %d/%m/%Y}", "day": f"{at:%d/%m/%Y}"}


def _on_its_way(state: str) -> bool:
    return state in _PLACE and state != State.FILED


def _progress(document: Document, state: State, read: Mapping[UUID, int]) -> float:
    """How far along: reading is most of the time, so its pages count on their own."""
    share = _PLACE[state] / (len(_ORDER) - 1)
    if document.pages:
        share += read.get(document.pk, 0) / document.pages / len(_ORDER)
    return round(share, 2)
