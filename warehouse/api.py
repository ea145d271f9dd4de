"""The machine API of the warehouse: documents as JSON, and their bytes."""

from typing import Any, Literal, cast
from uuid import UUID

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Router

from people.models import User
from warehouse.access import Purpose, open_for
from warehouse.describing import describe
from warehouse.downloads import download

router = Router(tags=["warehouse"])


@router.get("/documents/{document}")
def document(request: HttpRequest, document: UUID) -> Any:
    """Everything known of a document (INTERFACE §2 `file`)."""
    found = open_for(cast("User", request.user), document, purpose=Purpose.VIEW)
    return describe(found, now=request.tools.clock())  # type: ignore[attr-defined]


@router.get("/documents/{document}/renditions/{kind}", response={200: None})
def rendition(
    request: HttpRequest, document: UUID, kind: Literal["signed", "original", "data"], sheet: int = 1
) -> StreamingHttpResponse:
    """The bytes of a rendition, verified while they stream."""
    found = open_for(cast("User", request.user), document, purpose=Purpose.DOWNLOAD)
    return download(found, kind, sheet=sheet, store=request.tools.store)  # type: ignore[attr-defined]
