"""What lies covered until asked for with a purpose (Luật 91/2025/QH15; DOMAIN §9): one rule for tables, images, words and bytes.

A type that is sensitive as a whole (identity cards, health, criminal records) is shut: no image, no words, no bytes, and
of its data only what kind of paper it is, who issued it and when. Of other papers the sensitive fields are covered: in
tables, in the words of a page and blackened on its image; their files, where nothing can be covered, are shut. Where a
sensitive value has no known place on the pages, these are shut too. Opening lasts a quarter of an hour, for one session.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalogue.asking import document_type
from catalogue.models import DocumentType
from khoso.kernel.clock import system_clock, today
from khoso.kernel.errors import Corrupted
from khoso.kernel.transcript import Box
from people.models import User
from people.roles import Right, units_with
from warehouse.access import Purpose, Shown, glance, is_basis, open_for
from warehouse.covering import MASK, Places, is_sensitive, places_of
from warehouse.describing import newest
from warehouse.models import Document, State
from warehouse.parting import parts_now
from warehouse.ports import ObjectStore
from warehouse.transcribed import Pages

__all__ = ["MASK", "is_sensitive"]

UNCOVERED_SECONDS = 15 * 60
PERMIT, OPENED = "viec", "mo"
"""Names under which an address says what it was opened by: the work that asks for it, or a reason given."""
_SALT = "khoso.permit"
_SESSION = "uncovered"
WORKS: Mapping[Purpose, State] = {Purpose.REVIEW: State.TO_CONFIRM, Purpose.AMEND: State.FILED}
"""Works that need the page before one's eyes, and the state in which a document waits for them."""
TOLD = frozenset({"title", "kind", "issuer", "superior_issuer", "issue_date", "document_type_code"})
"""Fields of a sensitive type that say nothing of its person."""
_LASTS, _LASTS_COVERED = 24 * 60 * 60, 60 * 60
_PERSONAL = re.compile(r"\d{9,}")
"""What a code says of its owner."""


def sensitive_type(document: Document, on: date) -> bool:
    """Whether a document is shut as a whole: identity cards, health and criminal records."""
    record = newest(document)
    kinds = {document.document_type, record.document_type if record else ""} - {""}
    return any(document_type(kind, on).sensitive for kind in kinds)


def sensitive_types(on: date) -> frozenset[str]:
    """All types that are shut as a whole on a day, for lists of many documents: `sensitive_type` says the same of each."""
    known: dict[str, bool] = {}
    rows = DocumentType.objects.order_by("valid_from").values_list("slug", "valid_from", "sensitive")
    for slug, begun, sensitive in rows:
        if slug not in known or begun <= on:
            known[slug] = sensitive
    return frozenset(slug for slug, sensitive in known.items() if sensitive)


def masks(name: str, *, whole: bool) -> bool:
    """Whether a field is covered. `whole`: its document is of a sensitive type."""
    return is_sensitive(name) or (whole and name not in TOLD)


def masked(fields: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    """Fields with covered values, texts and whatever else was read there; where they stand and how sure they are stays."""
    return {name: _masked(one) if masks(name, whole=whole) else one for name, one in fields.items()}


def _masked(one: Mapping[str, Any]) -> dict[str, Any]:
    hidden: dict[str, Any] = {**one, "value": MASK, "text": MASK}
    hidden["doubts"] = [str(doubt).partition("=")[0] for doubt in one.get("doubts", ())]
    if "alternatives" in one:
        hidden["alternatives"] = []
    return hidden


def described_covered(described: Mapping[str, Any], document: Document, on: date) -> dict[str, Any]:
    """What `describing.describe` says, for whoever has given no reason."""
    whole = sensitive_type(document, on)
    told = {**described, "fields": masked(described["fields"], whole=whole)}
    if whole:
        told |= {"name": MASK, "code": code_shown(described["code"])}
    return told


def code_shown(code: str | None) -> str | None:
    """A code without the number of a person in it."""
    return _PERSONAL.sub(MASK, code) if code else code


def closed_names(documents: Iterable[Document], *, request: HttpRequest | None = None) -> dict[UUID, str]:
    """Of some documents those of a sensitive type that nobody opened here, and what they are called instead.

    The name of a file may say whose paper it is. `request`: whose session may have opened some of them.
    """
    sensitive = sensitive_types(today())
    shut = [
        one
        for one in documents
        if one.document_type in sensitive and (request is None or not is_uncovered(request, one.pk))
    ]
    if not shut:
        return {}
    called = {slug: _(name) for slug, name in DocumentType.objects.order_by("valid_from").values_list("slug", "name")}
    return {one.pk: called.get(one.document_type, MASK) for one in shut}


def names_shown(documents: Iterable[Document], *, request: HttpRequest | None = None) -> dict[UUID, str]:
    """What documents are called on a list: by their files, those of a sensitive type by the type."""
    found = list(documents)
    return {one.pk: one.name for one in found} | closed_names(found, request=request)


def title_shown(request: HttpRequest, document: Document) -> str:
    """What a document is called on its own pages: by its printed title, else by its file where that may be told."""
    record = newest(document)
    title = (record.fields if record else {}).get("title", {}).get("value")
    return str(title or names_shown([document], request=request)[document.pk])


@dataclass(frozen=True, slots=True)
class Cover:
    """What of a document is sensitive.

    Attributes:
        of_type: its type is.
        whole: nothing of its pages may be seen: by its type, or because a value has no known place.
        places: what is covered on pages that may be seen.
        fields: some of its data are.
    """

    of_type: bool = False
    whole: bool = False
    places: Places = field(default_factory=dict)
    fields: bool = False

    @property
    def anything(self) -> bool:
        """Whether a reason is needed to see all of it."""
        return self.whole or bool(self.places) or self.fields


def cover_of(document: Document, *, pages: Pages, on: date, only: int | None = None) -> Cover:
    """What of a document, or of its page `only`, is sensitive. Of a stack that was split: what its parts are, too."""
    own = _own_cover(document, pages=pages, on=on, only=only)
    if document.state != State.SPLIT or document.parent_id is not None:
        return own
    parts = _cover_of_parts(document, pages=pages, on=on, only=only)
    return Cover(own.of_type, own.whole or parts.whole, {**parts.places, **_both(own.places, parts.places)}, own.fields)


def _both(one: Places, other: Places) -> Places:
    return {number: (*boxes, *other.get(number, ())) for number, boxes in one.items()}


def _own_cover(document: Document, *, pages: Pages, on: date, only: int | None) -> Cover:
    if sensitive_type(document, on):
        return Cover(of_type=True, whole=True, fields=True)
    record = newest(document)
    fields = {name: one for name, one in (record.fields if record else {}).items() if is_sensitive(name)}
    try:
        places, complete = places_of(fields, pages, only=only)
    except Corrupted:  # what was read is lost: nobody can say where anything stands
        places, complete = {}, False
    return Cover(whole=not complete, places=places, fields=bool(fields) and only is None)


def _cover_of_parts(document: Document, *, pages: Pages, on: date, only: int | None) -> Cover:
    places: Places = {}
    parts = parts_now(document)
    if not all(newest(part) for part in parts):  # just divided anew: what was known before still holds
        parts = list(document.children.all())
    for part in parts:
        before = (part.first_page or 1) - 1
        inside = None if only is None else only - before
        if inside is not None and not 1 <= inside <= (part.pages or 0):
            continue
        cover = cover_of(part, pages=Pages(part, pages.store), on=on, only=inside)
        if cover.whole:
            return Cover(whole=True)
        places |= {number + before: boxes for number, boxes in cover.places.items()}
    return Cover(places=places)


def uncover(request: HttpRequest, document: UUID) -> str:
    """Show a document's sensitive parts to this session for a quarter of an hour. Call it after the gate has recorded why.

    Returns:
        What addresses of its pages carry from now on.
    """
    now = system_clock().timestamp()
    kept = {pk: until for pk, until in request.session.get(_SESSION, {}).items() if until > now}
    request.session[_SESSION] = kept | {str(document): now + UNCOVERED_SECONDS}
    return opening(request, document)


def cover_again(request: HttpRequest, document: UUID) -> None:
    """End an opening before its time."""
    kept = request.session.get(_SESSION, {})
    request.session[_SESSION] = {pk: until for pk, until in kept.items() if pk != str(document)}


def uncovered_until(request: HttpRequest, document: UUID) -> datetime | None:
    """Until when this session sees a document's sensitive parts; None if it does not."""
    until = request.session.get(_SESSION, {}).get(str(document), 0)
    return datetime.fromtimestamp(until, UTC) if until > system_clock().timestamp() else None


def is_uncovered(request: HttpRequest, document: UUID) -> bool:
    """Whether this session has said why it wants to see a document's sensitive parts."""
    return uncovered_until(request, document) is not None


def opening(request: HttpRequest, document: UUID) -> str:
    """What addresses of a document's pages carry while it is opened here, "" otherwise.

    It opens nothing: it tells the browser's cache one opening from another, and the server that what is asked for is to be
    shown as it is or not at all.
    """
    until = uncovered_until(request, document)
    return urlencode({OPENED: int(until.timestamp())}) if until else ""


def claim_of_work(user: User, document: Document, work: Purpose) -> str:
    """What the form of a work adds to the addresses of page images and words.

    Signed for this person, document and work, good for a quarter of an hour; the gate asks for the work's right anew at
    each use. It opens nothing else, and the session stays as it was: opening a form is no reason given.
    """
    return urlencode({PERMIT: signing.dumps([str(user.pk), str(document.pk), work.value], salt=_SALT)})


def _permitted(request: HttpRequest, document: UUID) -> Purpose | None:
    """The work an address was made for; None if it carries no permit, an old one, or somebody else's."""
    try:
        said = signing.loads(request.GET.get(PERMIT, ""), salt=_SALT, max_age=UNCOVERED_SECONDS)
    except signing.BadSignature:
        return None
    works = (work for work in WORKS if said == [str(request.user.pk), str(document), work.value])
    return next(works, None)


def open_bytes(request: HttpRequest, document: UUID, *, what: str, basis: str | None = None) -> Document:
    """A document of which a rendition is to be sent as it is: recorded once, as opened only if nothing in it lies covered.

    Args:
        what: the kind of rendition.
        basis: why, where it must be said together with the question (API); None where the session remembers it.

    Raises:
        Refused: as `open_for`; `basis_needed` where something lies covered.
    """

    def shown(found: Document) -> Shown:
        said = is_uncovered(request, document) if basis is None else is_basis(basis)
        return Shown.OPEN if said or not _tells(found, what, _store(request)) else Shown.SHUT

    user = cast("User", request.user)
    return open_for(user, document, purpose=Purpose.DOWNLOAD, basis=basis or "", what=what, covered=shown)


def _tells(document: Document, rendition: str, store: ObjectStore) -> bool:
    """Whether the bytes of a rendition show what is covered. The original of a part is that of its whole stack."""
    on = today()
    if rendition == "data":
        record = newest(document)
        return sensitive_type(document, on) or any(is_sensitive(name) for name in (record.fields if record else {}))
    of = document.parent if rendition == "original" and document.parent is not None else document
    return cover_of(of, pages=Pages(of, store), on=on).anything


@dataclass(frozen=True, slots=True)
class OpenedPages:
    """Pages that may be shown: `covered` is what of them must not be, `claim` what their addresses carry."""

    document: Document
    covered: Cover
    claim: str


def open_print(request: HttpRequest, document: UUID) -> OpenedPages:
    """A document to be printed; where only places of it are sensitive, the print has them covered.

    Raises:
        Refused: as `open_for`; `basis_needed` where it is shut.
    """
    looked: list[Cover] = []

    def shown(found: Document) -> Shown:
        if is_uncovered(request, document):
            return Shown.OPEN
        looked.append(cover_of(found, pages=Pages(found, _store(request)), on=today()))
        return Shown.SHUT if looked[0].whole else Shown.PARTLY if looked[0].places else Shown.OPEN

    user = cast("User", request.user)
    found = open_for(user, document, purpose=Purpose.PRINT, what="print", covered=shown)
    return OpenedPages(found, looked[0] if looked else Cover(), opening(request, document))


@dataclass(frozen=True, slots=True)
class OpenedPage:
    """A page that may be shown: `places` of it are to be covered, `lasts`: seconds a browser may keep it, 0: not at all."""

    document: Document
    pages: Pages
    places: tuple[Box, ...]
    lasts: int

    def cached(self, most: int = _LASTS) -> str:
        """What is said to the browser."""
        return f"private, max-age={min(most, self.lasts)}" if self.lasts else "private, no-store"


def open_page(request: HttpRequest, document: UUID, number: int, *, what: str, small: bool = False) -> OpenedPage:
    """A page whose image or words are to be shown, to look at or for the work the address was made for.

    An address that claims to be opened is answered with everything or not at all, so that a page which has been open for
    too long can ask again.

    Raises:
        Refused: as `open_for`; `basis_needed` where it is shut.
    """
    user, work = cast("User", request.user), _permitted(request, document)
    until = uncovered_until(request, document)
    claimed = PERMIT in request.GET or OPENED in request.GET
    looked: dict[str, tuple[Pages, Cover]] = {}

    def cover(found: Document) -> Cover:
        if "it" not in looked:
            pages = Pages(found, _store(request))
            looked["it"] = pages, cover_of(found, pages=pages, on=today(), only=number)
        return looked["it"][1]

    def is_open(found: Document) -> bool:
        return until is not None or (work is not None and found.state == WORKS[work])

    def shown(found: Document) -> Shown:
        it = cover(found)
        if not it.anything or is_open(found):
            return Shown.OPEN
        return Shown.SHUT if it.whole or claimed else Shown.PARTLY

    if small and work is None:
        found = glance(user, document, what=what, covered=shown)
    else:
        found = open_for(user, document, purpose=work or Purpose.VIEW, what=what, covered=shown)
    pages, it = looked["it"]
    if not it.anything:
        return OpenedPage(found, pages, (), _LASTS if _by_role(user, found) else 0)
    if not is_open(found):
        return OpenedPage(found, pages, it.places.get(number, ()), _LASTS_COVERED if _by_role(user, found) else 0)
    left = UNCOVERED_SECONDS if until is None else int((until - system_clock()).total_seconds())
    return OpenedPage(found, pages, (), max(0, left) if _by_role(user, found) else 0)


def _by_role(user: User, document: Document) -> bool:
    """Whether somebody sees a document by their role: what a grant opens no browser keeps, so that it ends with the grant."""
    units = units_with(user, Right.SEE)
    return units is None or document.unit_id in units


def _store(request: HttpRequest) -> ObjectStore:
    return cast("ObjectStore", request.tools.store)  # type: ignore[attr-defined]
