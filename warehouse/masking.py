"""Sensitive fields and images are masked until asked for with a purpose (Luật 91/2025/QH15; DOMAIN §9)."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from catalogue.asking import document_type
from catalogue.models import DocumentType
from khoso.kernel.clock import system_clock
from warehouse.describing import newest
from warehouse.models import Document

MASK = "•••"
UNCOVERED_SECONDS = 15 * 60
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
