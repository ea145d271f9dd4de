"""The machine API of search."""

from datetime import date
from typing import Annotated, Any, cast

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.params.functions import Query as Param
from pydantic import Field

from catalogue.models import DocumentType
from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from people.models import User
from search.covering import covered
from search.filters import Typed, in_order, owned, settled, understand
from search.ports import Cursor, Hit, Hits, Query, SearchIndex, Sort, Viewer
from search.without_index import named
from warehouse.access import granted_to, listed, visible_to, visible_units

router = Router(tags=["search"])

_BOX = (
    "Words with or without tones; quotes make a phrase. Filters may be typed in as well: `loại:`, `số:`, `cơ quan:`,"
    " `chủ:`, `từ:`, `đến:`. Blank lists all. Of papers of sensitive types only type, title, issuer and day are found by"
    " words; they are found by their number, code or owner's id typed whole."
)


class HitOut(Schema):
    """A found document. `marks` are (start, end) offsets into `snippet` of what matched."""

    document: str = Field(description="UUID; `/documents/{document}` has the rest")
    score: float = Field(description="how well it answers; comparable within one answer, 0 where sorted otherwise")
    title: str
    number: str = Field(description="`•••` where the type is sensitive and its parts were not uncovered with a reason")
    issuer: str
    issue_date: date | None
    document_type: str = Field(description="slug")
    state: str
    validity: str
    snippet: str = Field(description="empty where the type is sensitive; values of sensitive fields are `•••`")
    marks: list[tuple[int, int]]
    places: list[str] = Field(description="former and present names of its places that were asked for")


class FoundOut(Schema):
    """One page of hits."""

    total: int = Field(description="how many there are on all pages, among those the caller may see")
    exact: bool = Field(description="false: total and facets are upper bounds")
    relaxed: bool = Field(description="nothing had all the words; these have most of them")
    sort: Sort
    facets: dict[str, dict[str, int]] = Field(
        description="document_type, issuer, year, state: value → count over all pages, most first"
    )
    next: str | None = Field(description="`after` of the next page; null on the last")
    not_understood: list[str] = Field(
        default=[], description="what looks like a typed filter, has no value and was searched for as words"
    )
    index_away: bool = Field(
        default=False,
        description="true: the index is away; these are the documents whose id, code or number was asked for whole",
    )
    hits: list[HitOut]


def viewer_of(user: User) -> Viewer:
    """What a person's eyes may see in the index."""
    return Viewer(visible_units(user), granted_to(user))


@router.get("/search", response=FoundOut, summary="Find documents")
def find(
    request: HttpRequest,
    q: Annotated[str, Param(description=_BOX)],
    type: Annotated[str | None, Param(description="document type (slug)")] = None,  # noqa: A002 - the address says `type`
    number: Annotated[str | None, Param(description="number, code or id, whole or its beginning")] = None,
    owner: Annotated[str | None, Param(description="the owner's id, or words of the name")] = None,
    issuer: Annotated[str | None, Param(description="the issuer as a facet names it")] = None,
    state: Annotated[str | None, Param(description="state of the journey, e.g. `FILED`")] = None,
    since: Annotated[date | None, Param(description="issued on this day or later")] = None,
    until: Annotated[date | None, Param(description="issued on this day or before")] = None,
    sort: Annotated[Sort, Param(description="order of the hits")] = Sort.BEST,
    after: Annotated[str, Param(max_length=8000, description="`next` of the page before, all else the same")] = "",
    limit: Annotated[int, Param(ge=1, le=100, description="hits of one page")] = 20,
) -> Any:
    """Hits in the order asked for, with facets. Only what the caller may see is found, counted or suggested.

    Following `next` gives every document once that was there at the first page, whatever arrives meanwhile.
    """
    user = cast("User", request.user)
    index: SearchIndex = request.tools.index  # type: ignore[attr-defined]
    typed = understand(q, dict(DocumentType.objects.values_list("slug", "name")))
    asked = Query(
        words=q, document_type=type, number=number, issuer=issuer, state=state, since=since, until=until,
        sort=sort, limit=limit, facets=True,
    )  # fmt: skip
    asked = in_order(owned(asked, owner) if owner else asked)
    found, typed, away = _found(index, asked, typed, user, _cursor(after))
    listed(user, [hit.document for hit in found.hits])
    return {
        "total": found.total,
        "exact": found.exact,
        "relaxed": found.relaxed,
        "sort": sort,
        "facets": found.facets,
        "next": found.after.text if found.after else None,
        "not_understood": list(typed.lost),
        "index_away": away,
        "hits": [_hit(hit) for hit in covered(request, found.hits)],
    }


def _found(
    index: SearchIndex, asked: Query, typed: Typed, user: User, after: Cursor | None
) -> tuple[Hits, Typed, bool]:
    """The answer, what was typed as it was understood with the index's help, and whether the index is away.

    Raises:
        Unavailable: it is, and nothing is called what was asked for.
    """
    viewer = viewer_of(user)
    try:
        typed = settled(typed, lambda query: index.find(query, viewer=viewer))
        return index.find(typed.narrowed(asked), viewer=viewer, after=after), typed, False
    except Unavailable:
        hits = named(typed.narrowed(asked), visible_to(user)) if after is None else []
        if not hits:
            raise
        return Hits(tuple(hits), len(hits)), typed, True


def _cursor(text: str) -> Cursor | None:
    if not text:
        return None
    try:
        return Cursor.parse(text)
    except ValueError:
        raise Refused(ReasonCode.NO_SUCH_PAGE, value=text[:80]) from None


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "document": hit.document,
        "score": hit.score,
        "title": hit.title,
        "number": hit.number,
        "issuer": hit.issuer,
        "issue_date": hit.issue_date,
        "document_type": hit.document_type,
        "state": hit.state,
        "validity": hit.validity,
        "snippet": hit.snippet,
        "marks": hit.marks,
        "places": hit.places,
    }
