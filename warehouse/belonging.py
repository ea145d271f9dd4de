"""What a document is part of: its dossier, the batch it came in, the stack it was split from. Only what the asker may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from people.models import User
from warehouse.access import listed, visible_to
from warehouse.models import DataRecord, Document

MOST = 100
"""Documents of one kind that are shown; the newest of a box that holds more."""


@dataclass(frozen=True, slots=True)
class Member:
    """Another document: its title as it was read, else its file's name. `pages`: of the stack, where it was split off."""

    document: Document
    title: str
    pages: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Whole:
    """Something a document is part of.

    Attributes:
        kind: `dossier`, `batch`, `stack` (what it was split from, and the other parts) or `parts` (what it was split into).
        name: the dossier's code, the batch's name, else empty.
        members: the others the asker may see.
        total: how many of these there are.
    """

    kind: str
    name: str
    members: tuple[Member, ...]
    total: int


def belonging(document: Document, *, viewer: User) -> list[Whole]:
    """What a document is part of, and the others there; the list is recorded as shown.

    Others are looked for among what the viewer may see, batches in the document's unit alone: two units may call theirs
    the same.

    Raises:
        Unavailable: it could not be recorded; the list must not be shown.
    """
    asked: list[tuple[str, str, Q]] = []
    if document.dossier:
        asked.append(("dossier", document.dossier, Q(dossier=document.dossier)))
    if document.batch:
        asked.append(("batch", document.batch, Q(batch=document.batch, unit=document.unit_id)))
    if document.parent_id:
        asked.append(("stack", "", Q(pk=document.parent_id) | Q(parent=document.parent_id)))
    asked.append(("parts", "", Q(parent=document.pk)))
    found = []
    for kind, name, which in asked:
        rows = visible_to(viewer).filter(which).exclude(pk=document.pk).exclude(state="ERASED")
        rows = rows.exclude(state="SPLIT", parent__isnull=False)  # its pages are other parts by now
        order = ("first_page",) if kind in {"stack", "parts"} else ("-created_at", "pk")
        shown = list(rows.order_by(*order)[:MOST])
        if name or shown:
            total = len(shown) if len(shown) < MOST else rows.count()
            found.append(Whole(kind, name, tuple(_members(shown)), total))
    everyone = dict.fromkeys(str(member.document.pk) for whole in found for member in whole.members)
    listed(viewer, list(everyone))
    return found


def _members(documents: Sequence[Document]) -> list[Member]:
    titles: dict[Any, str] = {}
    for pk, fields in (
        DataRecord.objects.filter(document__in=documents).order_by("version").values_list("document", "fields")
    ):
        titles[pk] = str(fields.get("title", {}).get("value", ""))
    return [
        Member(
            one,
            titles.get(one.pk) or one.name,
            (one.first_page, one.last_page) if one.first_page and one.last_page else None,
        )
        for one in documents
    ]
