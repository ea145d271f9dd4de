"""Sensitive fields and images are masked until asked for with a purpose (Luật 91/2025/QH15; DOMAIN §9)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.core import signing
from django.http import HttpRequest

from catalogue.asking import document_type
from catalogue.models import DocumentType
from khoso.kernel.clock import system_clock
from people.models import User
from warehouse.access import Purpose, glance, open_for
from warehouse.describing import newest
from warehouse.models import Document, State

MASK = "•••"
UNCOVERED_SECONDS = 15 * 60
PERMIT = "viec"
"""Name under which an address carries the work that asks for it."""
_SALT = "khoso.permit"
_WORKS = {Purpose.REVIEW: State.TO_CONFIRM, Purpose.AMEND: State.FILED}
"""Works that need the page before one's eyes, and the state in which a document waits for them."""
_SENSITIVE = frozenset({"ethnicity", "religion", "conclusion", "health_class", "cause"})
"""Last words of field names: ethnicity, religion, health, cause of death."""


def is_sensitive(name: str) -> bool:
    """Whether a field is masked by its name."""
    return name.rpartition(".")[2] in _SENSITIVE


def sensitive_type(document: Document, on: date) -> bool:
    """Whether a document's images are masked: identity cards, health and criminal records."""
    if not document.document_type:
        return False
    return document_type(document.document_type, on).sensitive


def sensitive_types(on: date) -> frozenset[str]:
    """All types whose images are masked on a day, for lists of many documents: `sensitive_type` says the same of each."""
    known: dict[str, bool] = {}
    rows = DocumentType.objects.order_by("valid_from").values_list("slug", "valid_from", "sensitive")
    for slug, begun, sensitive in rows:
        if slug not in known or begun <= on:
            known[slug] = sensitive
    return frozenset(slug for slug, sensitive in known.items() if sensitive)


def masked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields with sensitive values and texts covered; everything else of them stays."""
    return {
        name: {**field, "value": MASK, "text": MASK} if is_sensitive(name) else field for name, field in fields.items()
    }


def has_sensitive(fields: Mapping[str, Any]) -> bool:
    """Whether any of the fields is masked by its name."""
    return any(is_sensitive(name) for name in fields)


def asks_for_basis(document: Document, rendition: str, on: date) -> bool:
    """Whether the bytes of a rendition show what is masked."""
    record = newest(document)
    return sensitive_type(document, on) or (rendition == "data" and record is not None and has_sensitive(record.fields))


def uncover(request: HttpRequest, document: UUID) -> None:
    """Show a document's sensitive parts to this session for a quarter of an hour. Call it after the gate has recorded why."""
    now = system_clock().timestamp()
    kept = {pk: until for pk, until in request.session.get("uncovered", {}).items() if until > now}
    request.session["uncovered"] = kept | {str(document): now + UNCOVERED_SECONDS}


def is_uncovered(request: HttpRequest, document: UUID) -> bool:
    """Whether this session has said why it wants to see a document's sensitive parts."""
    until = request.session.get("uncovered", {}).get(str(document), 0)
    return bool(until > system_clock().timestamp())


def permit(user: User, document: Document, work: Purpose) -> str:
    """What the form of a work adds to the addresses of page images and words, "" where nothing lies covered.

    Signed for this person, document and work, good for a quarter of an hour; the gate asks for the work's right anew at
    each use. It opens nothing else, and the session stays as it was: opening a form is no reason given.
    """
    if not sensitive_type(document, system_clock().date()):
        return ""
    return signing.dumps([str(user.pk), str(document.pk), work.value], salt=_SALT)


def _permitted(request: HttpRequest, document: UUID) -> Purpose | None:
    """The work an address was made for; None if it carries no permit, an old one, or somebody else's."""
    try:
        said = signing.loads(request.GET.get(PERMIT, ""), salt=_SALT, max_age=UNCOVERED_SECONDS)
    except signing.BadSignature:
        return None
    works = (work for work in _WORKS if said == [str(request.user.pk), str(document), work.value])
    return next(works, None)


def open_shown(
    request: HttpRequest, document: UUID, *, purpose: Purpose, what: str, rendition: str = "", basis: str | None = None
) -> Document:
    """A document of which something is to be shown as it is: recorded once, as opened only if it does not lie covered.

    Args:
        rendition: the kind whose bytes are shown, "" for page images.
        basis: why, where it must be said together with the question (API); None where the session remembers it.

    Raises:
        Refused: as `open_for`; `basis_needed` where it lies covered.
    """

    def covered(found: Document) -> bool:
        said = is_uncovered(request, document) if basis is None else bool(basis.strip())
        return not said and asks_for_basis(found, rendition, system_clock().date())

    user = cast("User", request.user)
    return open_for(user, document, purpose=purpose, basis=basis or "", what=what, covered=covered)


def open_page(request: HttpRequest, document: UUID, *, what: str, small: bool = False) -> Document:
    """A document whose page image or words are to be shown, to look at or for the work the address was made for.

    Raises:
        Refused: as `open_shown`.
    """
    user, work = cast("User", request.user), _permitted(request, document)

    def covered(found: Document) -> bool:
        said = is_uncovered(request, document) or (work is not None and found.state == _WORKS[work])
        return not said and sensitive_type(found, system_clock().date())

    if small and work is None:
        return glance(user, document, what=what, covered=covered)
    return open_for(user, document, purpose=work or Purpose.VIEW, what=what, covered=covered)


def image_lasts(document: Document) -> int:
    """Seconds a browser may keep a page image: what was covered is asked for again when the quarter of an hour is over."""
    return UNCOVERED_SECONDS if sensitive_type(document, system_clock().date()) else 24 * 60 * 60
