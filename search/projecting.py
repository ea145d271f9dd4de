"""The outbox: feeds the index from the catalogue wherever `indexed_version` is behind `version`. Never a gate to anything.

What lies covered on a document's page does not enter the index, so that no question, suggestion or count can ask it out
(`docs/decisions/0010-what-is-covered-is-not-indexed.md`).
"""

import json
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from khoso.kernel.clock import today
from khoso.kernel.errors import Corrupted, Unavailable
from khoso.kernel.transcript import Transcript, words_of
from search.models import Aside, Generation
from search.places import PlaceNames, names_now, other_names
from search.ports import SHARED, Entry, SearchIndex, Unfit
from warehouse.covering import MASK, may_be_covered, places_of, struck_out
from warehouse.describing import newest
from warehouse.masking import sensitive_types
from warehouse.models import FINDABLE, Document, Rendition, RenditionKind, State
from warehouse.ports import ObjectStore
from warehouse.shelf import digest_of, read

log = logging.getLogger(__name__)

BATCH = 50
PAGE = 10_000
"""Rows read at once."""

_NUMBERS = (".number", "number", "serial", "id_number", "code", "owner_id", "register_number")
"""How the names of fields end that hold what somebody may look a paper up by."""

_GATHERED = "transcripts_gathered"
"""Under which name a document of a batch carries the rows of its transcripts."""

MALFORMED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What making an entry raises if a record or a transcript is not what it should be."""


def due() -> QuerySet[Document]:
    """Documents the index does not know as they are now: to be put, or to be taken out of it again.

    Who stops being findable counts as known (`warehouse.moving`), whether or not anybody wrote down that it was put.
    """
    known = Q(indexed_version__gt=0) | Q(state=State.ERASED)
    aside = Aside.objects.filter(document=OuterRef("pk"), version=OuterRef("version"))
    behind = Document.objects.exclude(indexed_version=F("version")).filter(Q(state__in=FINDABLE) | known)
    return behind.filter(~Exists(aside))


def feed(*, index: SearchIndex, store: ObjectStore, most: int = 10_000) -> int:
    """Bring the index up to date.

    Returns:
        How many documents were indexed.

    Raises:
        Unavailable: the index is away; everything is taken up again at the next call.
    """
    _notice_loss(index)
    done = 0
    while done < most:
        # In the order of the index over what is behind: by number, the database would rather read all documents.
        behind = list(due().order_by("indexed_version")[:BATCH])
        if not behind:
            break
        for document in put(behind, into=index.put, store=store):
            # Only if nothing happened meanwhile: a newer version stays behind and is fed again.
            Document.objects.filter(pk=document.pk, version=document.version).update(indexed_version=document.version)
        done += len(behind)
    return done


def put(
    documents: Iterable[Document], *, into: Callable[[Iterable[Entry]], None], store: ObjectStore
) -> list[Document]:
    """Put documents as they are now. One that cannot be is set aside and told, so that it holds up no other.

    Args:
        into: an index's `put`.

    Returns:
        Those that were put.

    Raises:
        Unavailable: the index or the store is away; some may have been put.
    """
    entries: dict[str, tuple[Document, Entry]] = {}
    sensitive, names = sensitive_types(today()), names_now()
    gathered = list(documents)
    # What a batch needs of the catalogue, in a few questions: one by one they cost a quarter of all that is done here.
    transcripts = Prefetch("renditions", _transcripts(), to_attr=_GATHERED)
    prefetch_related_objects(gathered, "unit", "records", transcripts)
    for document in gathered:
        try:
            entries[str(document.pk)] = document, entry(document, store=store, sensitive=sensitive, names=names)
        except MALFORMED as error:
            _set_aside(document, type(error).__name__)
    try:
        into([made for _document, made in entries.values()])
    except Unfit as error:
        for name, why in error.documents.items():
            document, _entry = entries.pop(name)
            _set_aside(document, why)
    return [document for document, _entry in entries.values()]


def _set_aside(document: Document, why: str) -> None:
    log.error("document %s cannot be put into the index as it is: %s", document.pk, why)
    Aside.objects.update_or_create(document=document.pk, defaults={"version": document.version, "why": why[:200]})


def set_aside() -> dict[str, str]:
    """Documents that could not be put as they are now, and why."""
    same = Document.objects.filter(pk=OuterRef("document"), version=OuterRef("version"))
    return {str(pk): why for pk, why in Aside.objects.filter(Exists(same)).values_list("document", "why")}


def findable_versions() -> Iterator[tuple[str, int]]:
    """(document, version) of all that can be found, page by page."""
    last = UUID(int=0)
    findable = Document.objects.filter(state__in=FINDABLE).order_by("pk")
    while page := list(findable.filter(pk__gt=last).values_list("pk", "version")[:PAGE]):
        yield from ((str(pk), version) for pk, version in page)
        last = page[-1][0]


def feed_again(names: Sequence[str]) -> None:
    """Make these documents due for indexing again, also those that were set aside."""
    for start in range(0, len(names), PAGE):
        some = names[start : start + PAGE]
        Document.objects.filter(pk__in=some).update(indexed_version=0)
        Aside.objects.filter(document__in=some).delete()


def try_again() -> None:
    """What was set aside may be tried again: the program or the index is another one."""
    Aside.objects.all().delete()


def must_be_ours(index: SearchIndex) -> str:
    """The index's generation, if the catalogue may be projected into it.

    A process that was told of no search server has a file of its own. Fed by it, every document would count as indexed
    and be found by nobody.

    Raises:
        Unavailable: the index is away, or a file while the catalogue has its index on a server.
    """
    now = index.generation()
    if not now.startswith(SHARED) and Generation.objects.filter(name__startswith=SHARED).exists():
        raise Unavailable(
            _(
                "chỉ mục của kho này ở máy chủ tìm kiếm, còn tiến trình này không được đặt KHOSO_ELASTICSEARCH_URL nên không"
                " đưa gì vào chỉ mục; hãy đặt như các máy khác. Muốn thôi dùng máy chủ ấy: bỏ thiết lập ở mọi máy rồi chạy"
                " «khoso reindex»"
            )
        )
    return now


def _notice_loss(index: SearchIndex) -> None:
    """A deleted or damaged index comes back empty under a new generation: everything is due again."""
    now = must_be_ours(index)
    if Generation.objects.filter(name=now).exists():
        return
    with transaction.atomic():
        forget()
        Generation.objects.all().delete()
        Generation.objects.create(name=now)


def accept(name: str) -> None:
    """An index of this generation holds what was fed, too: it is about to take the place of the one in use."""
    Generation.objects.get_or_create(name=name)


def settle_on(name: str) -> None:
    """It has: no other generation is known any more."""
    Generation.objects.exclude(name=name).delete()


def behind() -> int:
    """How many documents the index does not know as they are now."""
    return due().count()


def forget() -> None:
    """Make every document due for indexing again: the index was lost or is rebuilt."""
    Document.objects.update(indexed_version=0)
    try_again()


def entry(
    document: Document,
    *,
    store: ObjectStore,
    sensitive: Collection[str] | None = None,
    names: PlaceNames | None = None,
) -> Entry:
    """What is findable of a document; a removal if nothing is. Lost transcripts cost the full text, not the entry.

    Args:
        sensitive: types of which nothing but what names the paper itself is findable; None: those that are today.
        names: of places; None: those of now.
    """
    if sensitive is None:
        sensitive = sensitive_types(today())
    if document.state not in FINDABLE:
        return Entry(str(document.pk), document.version, removed=True)
    record = newest(document)
    fields: dict[str, Any] = record.fields if record else {}

    def value(name: str) -> str:
        return str(fields[name]["value"]) if name in fields else ""

    issued = _date(value("issue_date"))
    shown = Entry(
        document=str(document.pk),
        version=document.version,
        unit=document.unit.code if document.unit else "",
        state=document.state,
        document_type=document.document_type,
        title=value("title"),
        issuer=value("issuer"),
        issue_date=issued,
        validity=document.validity,
        filed=int(document.filed_at.timestamp()) if document.filed_at else 0,
    )
    numbers = [str(field["value"]) for name, field in fields.items() if name.endswith(_NUMBERS)]
    outside = [name for name in (document.code, document.dossier, document.batch) if name]
    kinds = {document.document_type, record.document_type if record else ""}
    if kinds & set(sensitive):
        return replace(shown, keys=tuple(dict.fromkeys((*numbers, *outside))))
    persons = [str(field["value"]) for name, field in fields.items() if name.endswith((".name", "owner_name"))]
    body = full_text(document, store=store, fields=fields)
    values = {name: str(field["value"]) for name, field in fields.items()}
    return replace(
        shown,
        title=shown.title or document.name,
        number=value("number"),
        owner_id=value("owner_id"),
        owner_name=value("owner_name"),
        summary=value("summary"),
        code=document.code or "",
        names=tuple(dict.fromkeys(persons)),
        numbers=(*dict.fromkeys(numbers), *outside),
        places=other_names(values, body, issued, names),
        body=body,
    )


def full_text(document: Document, *, store: ObjectStore, fields: Mapping[str, Any]) -> str:
    """Everything read on all pages but what is covered on them; nothing where nobody can say what that is."""
    told = may_be_covered(fields, ())  # a field may be printed on any page, a label is covered on its own
    lines: dict[int, list[list[str]]] = {}
    pages: dict[int, Transcript] = {}  # whose boxes are needed
    rows: Iterable[Rendition] | None = getattr(document, _GATHERED, None)
    for row in _transcripts().filter(document=document) if rows is None else rows:
        try:
            data = json.loads(read(store, digest_of(row)))
        except Corrupted:
            continue  # `check` names it; the rest of the document stays findable
        lines[row.part] = words_of(data)
        if told or may_be_covered({}, map(" ".join, lines[row.part])):
            pages[row.part] = Transcript.from_json(data)
    places, complete = places_of(fields, pages)
    if not complete:
        return ""
    for number, page in pages.items():
        struck = struck_out(page.lines, places.get(number, ()))
        lines[number] = [[word.text for word in line.words] for line in struck]
    return "\n".join(" ".join(word for word in words if word != MASK) for page in lines.values() for words in page)


def _transcripts() -> QuerySet[Rendition]:
    rows = Rendition.objects.filter(kind=RenditionKind.TRANSCRIPT).order_by("part")
    return rows.only("document", "part", "digest")


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
