"""The search page: one box, facets to narrow, the hit marked in the original text."""

import contextlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue.models import DocumentType
from khoso.kernel.errors import Refused, Unavailable
from people.models import User
from search.api import viewer_of
from search.filters import settled, understand
from search.ports import Cursor, Hit, Hits, Query, Sort
from search.suggesting import suggest
from warehouse.models import State
from warehouse.sentences import sentence

_LOOKED_AT = 20  # hits whose values are suggested


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find documents; filters and the place in the list are in the address."""
    get = request.GET
    words = get.get("q", "").strip()
    narrowed = _typed_filters(request, words)
    if narrowed is not None:
        return redirect(f"{request.path}?{urlencode(narrowed)}")
    query = Query(
        words=words,
        document_type=get.get("type") or None,
        owner=get.get("owner") or None,
        issuer=get.get("issuer") or None,
        state=get.get("state") or None,
        since=_day(get.get("since", "")),
        until=_day(get.get("until", "")),
        sort=sort_named(get.get("sort", "")),
        facets=True,
    )
    context: dict[str, Any] = {
        "query": words,
        "since": query.since,
        "until": query.until,
        "chosen_type": query.document_type,
        "nav": "search",
        "found": None,
    }
    if words or any((query.document_type, query.owner, query.issuer, query.state, query.since, query.until)):
        try:
            found = request.tools.index.find(  # type: ignore[attr-defined]
                query, viewer=viewer_of(cast("User", request.user)), after=_cursor(get.get("after", ""))
            )
        except Refused as error:
            context["fault"] = sentence(error.reason.to_json())
        except Unavailable:
            context["fault"] = _("Chỉ mục tìm kiếm đang bận, hãy thử lại sau ít phút. Giấy tờ trong kho vẫn an toàn.")
        else:
            context |= _shown(request, found)
    return render(request, "search/search.html", context)


@login_required
@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """What the box may complete to, as list items; nothing (204) where there is nothing to say, or no answer in time."""
    typed = request.GET.get("q", "").strip()
    if len(typed) < 2:
        return HttpResponse(status=204)
    query = Query(words=typed, limit=_LOOKED_AT, facets=True, typing=True)
    try:
        found = request.tools.index.find(query, viewer=viewer_of(cast("User", request.user)))  # type: ignore[attr-defined]
    except (Refused, Unavailable):
        return HttpResponse(status=204)
    names = {slug: _(name) for slug, name in DocumentType.objects.values_list("slug", "name")}
    kinds = {
        "number": _("số"),
        "type": _("loại giấy tờ"),
        "name": _("tên người"),
        "agency": _("cơ quan"),
        "title": _("tên giấy tờ"),
    }
    shown = [{"text": one.text, "kind": kinds[one.kind]} for one in suggest(typed, found, names)]
    return render(request, "search/suggestions.html", {"suggestions": shown}) if shown else HttpResponse(status=204)


def sort_named(text: str) -> Sort:
    """The order an address asks for; the best first where it asks for none there is."""
    return Sort(text) if text in {sort.value for sort in Sort} else Sort.BEST


def _sorts(asked: dict[str, str]) -> list[dict[str, Any]]:
    """The orders one may choose, each with its address."""
    chosen = sort_named(asked.get("sort", ""))
    words = {
        Sort.BEST: _("phù hợp nhất"),
        Sort.NEWEST: _("mới cấp trước"),
        Sort.OLDEST: _("cũ trước"),
        Sort.FILED: _("mới lưu kho trước"),
        Sort.NUMBER: _("theo số"),
    }
    return [
        {"label": label, "chosen": sort is chosen, "link": urlencode(asked | {"sort": sort.value})}
        for sort, label in words.items()
    ]


def _day(text: str) -> date | None:
    """A day as people write it (`5/2/2026`) or as addresses do (`2026-02-05`)."""
    for form in ("%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d"):
        with contextlib.suppress(ValueError):
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no zone
    return None


def _cursor(text: str) -> Cursor | None:
    try:
        return Cursor.parse(text)
    except ValueError:
        return None


def _typed_filters(request: HttpRequest, words: str) -> dict[str, str] | None:
    """The address with the filters typed into the box (`loại:khai sinh`) as filters; None if there are none."""
    typed = understand(words, dict(DocumentType.objects.values_list("slug", "name")))
    if not typed.narrows:
        return None
    viewer = viewer_of(cast("User", request.user))
    with contextlib.suppress(Refused, Unavailable):
        typed = settled(typed, lambda query: request.tools.index.find(query, viewer=viewer))  # type: ignore[attr-defined]
        asked = {key: str(value) for key, value in request.GET.items() if value and key not in {"after", "q"}}
        filters = {
            "type": typed.document_type,
            "owner": typed.owner,
            "issuer": typed.issuer,
            "since": typed.since,
            "until": typed.until,
        }
        return {"q": typed.words} | asked | {key: str(value) for key, value in filters.items() if value is not None}
    return None


def _shown(request: HttpRequest, found: Hits) -> dict[str, Any]:
    asked = {key: str(value) for key, value in request.GET.items() if value and key != "after"}
    names = {slug: _(name) for slug, name in DocumentType.objects.values_list("slug", "name")}
    heads = {"document_type": _("Loại giấy tờ"), "issuer": _("Cơ quan cấp"), "state": _("Trạng thái"), "year": _("Năm")}
    words = {"document_type": names, "state": {state.value: str(state.label) for state in State}}
    sensitive = frozenset(DocumentType.objects.filter(sensitive=True).values_list("slug", flat=True))
    facets = []
    for field, head in heads.items():
        values = [
            {
                "label": words.get(field, {}).get(value, value),
                "count": count,
                "chosen": _chosen(asked, field, value),
                "link": urlencode(asked | _narrowed(field, value)),
            }
            for value, count in list(found.facets.get(field, {}).items())[:8]
        ]
        if values:
            facets.append((head, values))
    return {
        "found": found,
        "facets": facets,
        "chips": _chips(asked, names),
        "sorts": _sorts(asked) if found.total > 1 else [],
        "kept": [(key, asked[key]) for key in ("type", "owner", "issuer", "state", "sort") if key in asked],
        "hits": [
            {
                "hit": hit,
                "facts": _facts(hit, names),
                "pieces": pieces(hit.snippet, hit.marks),
                "pictured": hit.document_type not in sensitive,  # those are opened on purpose only
                "state": words["state"].get(hit.state, hit.state),
            }
            for hit in found.hits
        ],
        "next_page": urlencode(asked | {"after": found.after.text}) if found.after else "",
    }


def _chips(asked: dict[str, str], names: dict[str, str]) -> list[dict[str, str]]:
    """What the search is narrowed to, each with the address that drops it."""
    states = {state.value: str(state.label) for state in State}
    words: dict[str, Callable[[str], str]] = {
        "type": lambda text: names.get(text, text),
        "owner": lambda text: _("chủ giấy tờ %(id)s") % {"id": text},
        "issuer": str,
        "state": lambda text: states.get(text, text),
        "since": lambda text: _("từ ngày %(day)s") % {"day": _spoken(text)},
        "until": lambda text: _("đến ngày %(day)s") % {"day": _spoken(text)},
    }
    return [
        {"label": told(asked[key]), "without": urlencode({name: value for name, value in asked.items() if name != key})}
        for key, told in words.items()
        if key in asked
    ]


def _spoken(text: str) -> str:
    day = _day(text)
    return day.strftime("%d/%m/%Y") if day else text


def _narrowed(field: str, value: str) -> dict[str, str]:
    if field == "year":
        return {"since": f"{value}-01-01", "until": f"{value}-12-31"}
    return {"type" if field == "document_type" else field: value}


def _chosen(asked: dict[str, str], field: str, value: str) -> bool:
    return all(asked.get(key) == chosen for key, chosen in _narrowed(field, value).items())


def _facts(hit: Hit, names: dict[str, str]) -> str:
    day = hit.issue_date.strftime("%d/%m/%Y") if hit.issue_date else ""
    return " · ".join(filter(None, (hit.number, day, hit.issuer, hit.owner_name, names.get(hit.document_type, ""))))


def pieces(text: str, marks: tuple[tuple[int, int], ...]) -> list[tuple[str, bool]]:
    """A snippet cut at its marks: (text, marked)."""
    out, last = [], 0
    for start, end in marks:
        out += [(text[last:start], False), (text[start:end], True)]
        last = end
    return [piece for piece in [*out, (text[last:], False)] if piece[0]]
