"""The search page: one box, facets to narrow, the hit marked in the original text."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue.models import DocumentType
from khoso.kernel.errors import Refused, Unavailable
from people.models import User
from search.addresses import asks, kept, query_of, sort_named
from search.api import viewer_of
from search.covering import covered
from search.days import day_named
from search.exporting import MOST
from search.filters import LEADS, Typed, settled, understand
from search.models import SavedSearch
from search.ports import Cursor, Hits, Query, SearchIndex, Sort, Viewer
from search.saving import LONGEST_NAME, saved_for
from search.showing import Names, shown_hit, type_names
from search.spelling import corrections
from search.suggesting import suggest
from search.without_index import named
from warehouse.access import listed, suggested, visible_to
from warehouse.sentences import sentence

_LOOKED_AT = 20  # hits whose values are suggested


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find documents; filters and the place in the list are in the address."""
    asked = kept(request.GET)
    user = cast("User", request.user)
    viewer = viewer_of(user)
    typed = understand(asked.get("q", ""), dict(DocumentType.objects.values_list("slug", "name")))
    narrowed = _typed_filters(request, asked, typed, viewer)
    if narrowed is not None:
        return redirect(f"{request.path}?{urlencode(narrowed)}")
    names = type_names()
    context: dict[str, Any] = {
        "query": asked.get("q", ""),
        "since": _spoken(asked.get("since", "")),
        "until": _spoken(asked.get("until", ""), last=True),
        "nav": "search",
        "found": None,
        "asked": urlencode(asked) if asks(asked) else "",
        "chips": _chips(asked, names),
        "called": _called(asked, names),
        "kept": [(key, asked[key]) for key in ("type", "number", "owner", "issuer", "state", "sort") if key in asked],
        "saved": [] if asks(asked) else _saved(user),
        "unit": user.unit,
        "most": MOST,
        "lost": typed.lost,
    }
    if asks(asked):
        try:
            query = typed.narrowed(query_of(asked))
            try:
                context |= _answer(request, query, asked, viewer, names)
            except Unavailable:
                context |= _without_index(request, query, names)
        except Refused as error:
            context["fault"] = sentence(error.reason.to_json())
    return render(request, "search/search.html", context)


def _without_index(request: HttpRequest, query: Query, names: Names) -> dict[str, Any]:
    """What is said while the index is away, and what still opens."""
    user = cast("User", request.user)
    hits = named(query, visible_to(user))
    listed(user, [hit.document for hit in hits])
    said = _(
        "Chỉ mục tìm kiếm đang bận, hãy thử lại sau ít phút. Giấy tờ trong kho vẫn an toàn;"
        " tiếp nhận, xác nhận và mở giấy tờ theo mã hoặc theo số ký hiệu (gõ đủ) vẫn làm được."
    )
    return {"fault": said, "named": [shown_hit(hit, names) for hit in covered(request, hits)]}


@login_required
@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """What the box may complete to, as list items; nothing (204) where there is nothing to say, or no answer in time."""
    typed = request.GET.get("q", "").strip()
    if len(typed) < 2:
        return HttpResponse(status=204)
    printed = dict(DocumentType.objects.values_list("slug", "name"))
    only, typed = understand(typed, printed).alone or ("", typed)
    query, user = Query(words=typed, limit=_LOOKED_AT, facets=True, typing=True), cast("User", request.user)
    names = {slug: _(name) for slug, name in printed.items()}
    try:
        found = request.tools.index.find(query, viewer=viewer_of(user))  # type: ignore[attr-defined]
        taken = suggest(typed, replace(found, hits=tuple(covered(request, found.hits))), names)
        taken = [one for one in taken if only in {"", one.kind}]
        suggested(user, [one.document for one in taken if one.document])
    except (Refused, Unavailable):
        return HttpResponse(status=204)
    kinds = {
        "number": _("số"),
        "type": _("loại giấy tờ"),
        "name": _("tên người"),
        "agency": _("cơ quan"),
        "title": _("tên giấy tờ"),
    }
    shown = [{"text": LEADS.get(only, "") + one.text, "kind": kinds[one.kind]} for one in taken]
    return render(request, "search/suggestions.html", {"suggestions": shown}) if shown else HttpResponse(status=204)


def _cursor(text: str) -> Cursor | None:
    try:
        return Cursor.parse(text)
    except ValueError:
        return None


def _typed_filters(request: HttpRequest, asked: dict[str, str], typed: Typed, viewer: Viewer) -> dict[str, str] | None:
    """The address with the filters typed into the box (`loại:khai sinh`) as filters; None if there are none, or one that
    was meant has no value: then the box stays as it is, to be mended.
    """
    if not typed.narrows or typed.wrong:
        return None
    with contextlib.suppress(Refused, Unavailable):
        lost = typed.lost
        typed = settled(typed, lambda query: request.tools.index.find(query, viewer=viewer))  # type: ignore[attr-defined]
        for one in typed.lost[len(lost) :]:
            messages.info(
                request, _("Không có «%(text)s» trong số giấy tờ bạn được xem; đã tìm như từ thường.") % {"text": one}
            )
        filters = {
            "type": typed.document_type,
            "number": typed.number,
            "owner": typed.owner,
            "issuer": typed.issuer,
            "since": typed.since,
            "until": typed.until,
        }
        found = {key: str(value) for key, value in filters.items() if value is not None}
        rest = {key: value for key, value in asked.items() if key != "q"}
        return ({"q": typed.words} if typed.words else {}) | rest | found
    return None


def _answer(request: HttpRequest, query: Query, asked: dict[str, str], viewer: Viewer, names: Names) -> dict[str, Any]:
    """What was found, and where nothing was, what might be asked instead. Raises as the index."""
    index = request.tools.index  # type: ignore[attr-defined]
    after = _cursor(request.GET.get("after", ""))
    found = index.find(replace(query, facets=True), viewer=viewer, after=after)
    listed(cast("User", request.user), [hit.document for hit in found.hits])
    instead: list[str] = []
    if query.words and after is None and (found.relaxed or not found.total):
        with contextlib.suppress(Unavailable):
            instead = corrections(
                query,
                find=lambda one: index.find(one, viewer=viewer),
                near=lambda word: index.near(word, viewer=viewer),
            )
    owners = _owners_meant(query, found, index, viewer) if after is None else []
    return {
        "found": found,
        "facets": _facets(found, asked, names),
        "instead": [
            *({"words": words, "link": urlencode(asked | {"q": words})} for words in instead),
            *(
                {"words": _("chủ giấy tờ %(id)s") % {"id": name}, "link": urlencode(asked | {"owner": name})}
                for name in owners
            ),
        ],
        "sorts": _sorts(asked) if found.total > 1 else [],
        "hits": [shown_hit(hit, names) for hit in covered(request, found.hits)],
        "next_page": urlencode(asked | {"after": found.after.text}) if found.after else "",
        "wider": urlencode({"q": query.words}) if len(asked.keys() - {"q", "sort"}) and query.words else "",
    }


def _owners_meant(query: Query, found: Hits, index: SearchIndex, viewer: Viewer) -> list[str]:
    """Names spelt almost like the owner's that nothing has."""
    if found.total or not query.owner_name:
        return []
    with contextlib.suppress(Unavailable, Refused):
        return corrections(
            Query(words=query.owner_name),
            find=lambda one: index.find(one, viewer=viewer),
            near=lambda word: index.near(word, viewer=viewer),
        )
    return []


def _facets(found: Hits, asked: dict[str, str], names: Names) -> list[tuple[str, list[dict[str, Any]]]]:
    heads = {"document_type": _("Loại giấy tờ"), "issuer": _("Cơ quan cấp"), "state": _("Trạng thái"), "year": _("Năm")}
    words = {"document_type": names.types, "state": names.states}
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
    return facets


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


def _saved(person: User) -> list[dict[str, Any]]:
    """The searches a person may open: theirs, and those shared with their unit."""

    def one(saved: SavedSearch) -> dict[str, Any]:
        mine = saved.owner_id == person.pk
        return {"saved": saved, "mine": mine, "by": "" if mine else saved.owner.get_full_name()}

    return [one(saved) for saved in saved_for(person)]


def _chips(asked: dict[str, str], names: Names) -> list[dict[str, str]]:
    """What the search is narrowed to, each with the address that drops it; a day there is none of narrows nothing."""
    return [
        {"label": label, "without": urlencode({name: value for name, value in asked.items() if name != key})}
        for key, label in _labels(asked, names).items()
    ]


def _labels(asked: dict[str, str], names: Names) -> dict[str, str]:
    words: dict[str, Callable[[str], str]] = {
        "type": lambda text: names.types.get(text, text),
        "number": lambda text: _("số %(number)s") % {"number": text},
        "owner": lambda text: _("chủ giấy tờ %(id)s") % {"id": text},
        "issuer": str,
        "state": lambda text: names.states.get(text, text),
        "since": lambda text: _("từ ngày %(day)s") % {"day": _spoken(text)},
        "until": lambda text: _("đến ngày %(day)s") % {"day": _spoken(text, last=True)},
    }
    days = {"since": _is_day, "until": _is_day}
    return {key: told(asked[key]) for key, told in words.items() if key in asked and days.get(key, bool)(asked[key])}


def _called(asked: dict[str, str], names: Names) -> str:
    """What a search may be called when it is kept: its words and what it is narrowed to."""
    return ", ".join(filter(None, (asked.get("q", ""), *_labels(asked, names).values())))[:LONGEST_NAME]


def _is_day(text: str) -> bool:
    return day_named(text) is not None


def _spoken(text: str, *, last: bool = False) -> str:
    """A day as people write it; what is none stays as it was typed, to be mended."""
    found = day_named(text, last=last)
    return found.strftime("%d/%m/%Y") if found else text


def _narrowed(field: str, value: str) -> dict[str, str]:
    if field == "year":
        return {"since": f"{value}-01-01", "until": f"{value}-12-31"}
    return {"type" if field == "document_type" else field: value}


def _chosen(asked: dict[str, str], field: str, value: str) -> bool:
    return all(asked.get(key) == chosen for key, chosen in _narrowed(field, value).items())
