"""The machine API of the warehouse: documents as JSON, and their bytes."""

from datetime import date
from typing import Any, Literal, cast
from uuid import UUID

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Router, Schema
from ninja.params.functions import Query

from khoso.kernel.clock import day_of
from people.models import User
from warehouse.access import Purpose, open_for
from warehouse.belonging import belonging
from warehouse.describing import describe
from warehouse.downloads import download
from warehouse.masking import closed_names, code_shown, described_covered, open_bytes
from warehouse.models import Validity
from warehouse.reading import as_row, of_document
from warehouse.validity import change

router = Router(tags=["warehouse"])


@router.get("/documents/{document}")
def document(request: HttpRequest, document: UUID, basis: str = Query(default="", max_length=300)) -> Any:
    """Everything known of a document (INTERFACE §2 `file`). Sensitive values are masked unless `basis` says why they are needed: fields such as ethnicity; of identity cards, health
    and criminal records all that tells of their person.
    """
    user, now = cast("User", request.user), request.tools.clock()  # type: ignore[attr-defined]
    found = open_for(user, document, purpose=Purpose.SENSITIVE if basis.strip() else Purpose.VIEW, basis=basis)
    described = describe(found, now=now)
    return described if basis.strip() else described_covered(described, found, day_of(now))


@router.get("/documents/{document}/renditions/{kind}", response={200: None})
def rendition(
    request: HttpRequest,
    document: UUID,
    kind: Literal["signed", "original", "data"],
    sheet: int = 1,
    basis: str = Query(default="", max_length=300),
) -> StreamingHttpResponse:
    """The bytes of a rendition, verified while they stream. One that shows sensitive data needs a `basis`."""
    store = request.tools.store  # type: ignore[attr-defined]
    found = open_bytes(request, document, what=kind, basis=basis)
    return download(found, kind, sheet=sheet, store=store)


@router.get("/documents/{document}/readings")
def readings(request: HttpRequest, document: UUID) -> Any:
    """Who opened or tried to open a document, when and why; newest first."""
    open_for(cast("User", request.user), document, purpose=Purpose.AUDIT, what="readings")
    return [as_row(row, document) for row in of_document(document)]


@router.get("/documents/{document}/part-of")
def part_of(request: HttpRequest, document: UUID) -> Any:
    """What a document is part of (`dossier`, `batch`, `stack`, `parts`), each with the others one may see."""
    user = cast("User", request.user)
    found = open_for(user, document, purpose=Purpose.VIEW, what="part-of")
    wholes = belonging(found, viewer=user)
    closed = closed_names(member.document for whole in wholes for member in whole.members)
    return [
        {
            "kind": whole.kind,
            "name": whole.name or None,
            "total": whole.total,
            "documents": [
                {
                    "document": str(member.document.pk),
                    "title": closed.get(member.document.pk, member.title),
                    "state": member.document.state,
                    "code": code_shown(member.document.code) if member.document.pk in closed else member.document.code,
                    "document_type": member.document.document_type or None,
                    "pages": list(member.pages) if member.pages else None,
                }
                for member in whole.members
            ],
        }
        for whole in wholes
    ]


class ValidityIn(Schema):
    """What a document's validity becomes. `version`: the document's, as its author saw it; a newer one is refused."""

    validity: Validity
    since: date
    why: str
    version: int
    basis: str = ""
    replaced_by: UUID | None = None


@router.post("/documents/{document}/validity")
def validity(request: HttpRequest, document: UUID, wanted: ValidityIn) -> Any:
    """Revoke, replace, end or revive a filed document; answers with the document."""
    user, now = cast("User", request.user), request.tools.clock()  # type: ignore[attr-defined]
    found = open_for(user, document, purpose=Purpose.AMEND, what="validity")
    if wanted.replaced_by is not None:
        open_for(user, wanted.replaced_by, purpose=Purpose.VIEW, what="replacement")
    change(
        found,
        wanted.validity,
        by=user.username,
        why=wanted.why,
        basis=wanted.basis,
        since=wanted.since,
        seen=wanted.version,
        replaced_by=wanted.replaced_by,
        now=now,
    )
    return described_covered(describe(found, now=now), found, day_of(now))
