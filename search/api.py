"""The machine API of search."""

from datetime import date
from typing import Any, cast

from django.http import HttpRequest
from ninja import Router
from ninja.params.functions import Query as Param

from people.models import User
from search.ports import Query, Viewer
from warehouse.access import visible_units

router = Router(tags=["search"])


def viewer_of(user: User) -> Viewer:
    """What a person's eyes may see in the index."""
    return Viewer(visible_units(user))


@router.get("/search")
def find(
    request: HttpRequest,
    q: str = Param(max_length=500),
    type: str | None = None,  # noqa: A002 - the address says `type`
    owner: str | None = None,
    since: date | None = None,
    until: date | None = None,
    limit: int = Param(default=20, ge=1, le=100),
) -> Any:
    """Best hits first, with facets."""
    query = Query(words=q, document_type=type, owner=owner, since=since, until=until, limit=limit, facets=True)
    found = request.tools.index.find(query, viewer=viewer_of(cast("User", request.user)))  # type: ignore[attr-defined]
    return {
        "total": found.total,
        "facets": found.facets,
        "hits": [
            {
                "document": hit.document,
                "score": hit.score,
                "title": hit.title,
                "number": hit.number,
                "issuer": hit.issuer,
                "issue_date": hit.issue_date.isoformat() if hit.issue_date else None,
                "document_type": hit.document_type,
                "state": hit.state,
                "validity": hit.validity,
                "snippet": hit.snippet,
                "marks": hit.marks,
            }
            for hit in found.hits
        ],
    }
