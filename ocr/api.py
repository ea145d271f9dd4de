"""The machine API of ocr: the versions of a document's data, corrections and another type after filing."""

from functools import partial
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from khoso.kernel.clock import day_of, rfc3339
from ocr.correcting import correct
from ocr.retyping import retype
from ocr.steps import reextract
from people.models import User
from warehouse.access import Purpose, open_for
from warehouse.describing import describe
from warehouse.filing import keep_longer
from warehouse.masking import described_covered, masked, sensitive_types

router = Router(tags=["ocr"])


class CorrectionIn(Schema):
    """Field → value as a person would type it; an empty one: it is not on the paper. `version` as in `validity`."""

    fields: dict[str, str]
    why: str
    version: int


@router.post("/documents/{document}/corrections")
def corrections(request: HttpRequest, document: UUID, wanted: CorrectionIn) -> Any:
    """Make a new version of a filed document's data; answers with the document."""
    user, clock = cast("User", request.user), request.tools.clock  # type: ignore[attr-defined]
    found = open_for(user, document, purpose=Purpose.AMEND, what="data")
    correct(found, wanted.fields, by=user, why=wanted.why, seen=wanted.version, clock=clock)
    return described_covered(describe(found, now=clock()), found, day_of(clock()))


class RetypingIn(Schema):
    """The type a filed document is said to be of. `version` as in `validity`."""

    document_type: str
    why: str
    version: int


@router.post("/documents/{document}/type")
def retyping(request: HttpRequest, document: UUID, wanted: RetypingIn) -> Any:
    """Say that a filed document is of another type: its text is read anew, what people said stays; answers with the document."""
    user, tools = cast("User", request.user), request.tools  # type: ignore[attr-defined]
    found = open_for(user, document, purpose=Purpose.AMEND, what="type")
    retype(
        found,
        wanted.document_type,
        by=user,
        why=wanted.why,
        seen=wanted.version,
        clock=tools.clock,
        reextract=partial(reextract, found, store=tools.store),
        keep=partial(keep_longer, store=tools.store, keeping=tools.keeping),
    )
    return described_covered(describe(found, now=tools.clock()), found, day_of(tools.clock()))


@router.get("/documents/{document}/versions")
def versions(request: HttpRequest, document: UUID) -> Any:
    """Every version of a document's data, oldest first, with who made it, when and why. Sensitive values are masked."""
    found = open_for(cast("User", request.user), document, purpose=Purpose.VIEW, what="versions")
    sensitive = sensitive_types(day_of(request.tools.clock()))  # type: ignore[attr-defined]
    return [
        {
            "version": record.version,
            "at": rfc3339(record.created_at),
            "by": record.by or None,
            "why": record.why or None,
            "bound_to": record.bound_to,
            "document_type": record.document_type,
            "fields": masked(record.fields, whole=bool(sensitive & {found.document_type, record.document_type})),
            "absent": sorted(record.absent),
        }
        for record in found.records.order_by("version")
    ]
