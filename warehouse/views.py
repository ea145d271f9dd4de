"""The gate for pages, what lies covered on them and how it is opened, and what a document is part of."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalogue.models import DocumentType
from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from people.models import User
from people.roles import Right, demand
from warehouse.access import Purpose, open_for
from warehouse.belonging import Member, belonging
from warehouse.masking import (
    UNCOVERED_SECONDS,
    WORKS,
    claim_of_work,
    closed_names,
    code_shown,
    cover_again,
    title_shown,
    uncover,
)
from warehouse.models import Document
from warehouse.sentences import sentence

_RETURNS = frozenset({"document", "print"})
"""Pages the form that says why leads back to, by their names."""


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def opened(request: HttpRequest, pk: UUID, purpose: Purpose, *, basis: str = "", what: str = "record") -> Document:
    """A document through the gate, for a page.

    Raises:
        Http404: it does not exist, or not for this person.
        Refused: `basis_needed`.
    """
    try:
        return open_for(_user(request), pk, purpose=purpose, basis=basis, what=what)
    except Refused as error:
        if error.reason.code is ReasonCode.BASIS_NEEDED:
            raise
        raise Http404 from None


def demanded(request: HttpRequest, right: Right) -> None:
    """Stop whoever lacks a right.

    Raises:
        PermissionDenied: they lack it.
    """
    try:
        demand(_user(request), right)
    except Refused:
        raise PermissionDenied from None


def shut(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What whoever may see a document is told of a part of it that lies covered, with the place to say why."""
    return render(request, "warehouse/shut.html", {"pk": pk}, status=403)


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


@login_required
@require_POST
def uncover_document(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the sensitive parts for a quarter of an hour, the reason being recorded; `act=cover` covers them again.

    A page's own script that asks again, in the place where its form stands, is told what its addresses need.
    """
    back = request.POST.get("next", "")
    place = back if back in _RETURNS else "document"
    if request.POST.get("act") == "cover":
        opened(request, pk, Purpose.VIEW, what="record")
        cover_again(request, pk)
        return redirect(place, pk)
    try:
        opened(request, pk, Purpose.SENSITIVE, basis=request.POST.get("basis", ""))
    except Refused as error:
        told = sentence(error.reason.to_json())
        if _by_script(request):
            return JsonResponse({"code": error.reason.code.value, "detail": told}, status=422)
        messages.error(request, told)
    else:
        claim = uncover(request, pk)
        if _by_script(request):
            return JsonResponse({"claim": claim, "seconds": UNCOVERED_SECONDS})
    return redirect(place, pk)


@login_required
@require_POST
def renew(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a form that has been open for long go on showing its pages: the work's right is asked for anew, and recorded."""
    name = request.POST.get("work", "")
    work = next((one for one in WORKS if one.value == name), None)
    if work is None:
        raise Http404
    found = opened(request, pk, work, what="pages")
    if found.state != WORKS[work]:
        told = _("Giấy tờ không còn chờ việc này nữa, nên ảnh được che lại. Những gì đã gõ vẫn ở trên trang.")
        return JsonResponse({"code": ReasonCode.NOT_NOW.value, "detail": told}, status=422)
    return JsonResponse({"claim": claim_of_work(_user(request), found, work), "seconds": UNCOVERED_SECONDS})


def _row(one: Member, closed: Mapping[UUID, str], types: Mapping[str, str]) -> tuple[Member, str, str | None, str]:
    """Another document with what it is called, its code, as far as they may be told, and its type in words."""
    shut = one.document.pk in closed
    code = code_shown(one.document.code) if shut else one.document.code
    return one, closed.get(one.document.pk, one.title), code, types.get(one.document.document_type, "")


@login_required
@require_safe
def part_of(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a document is part of: dossier, batch, stack; and the others there that the reader may see."""
    found = opened(request, pk, Purpose.VIEW, what="part-of")
    heads = {
        "dossier": _("Hồ sơ"), "batch": _("Lô tiếp nhận"), "stack": _("Cùng chồng giấy đã tách"), "parts": _("Tách thành"),
    }  # fmt: skip
    names = {slug: _(name) for slug, name in DocumentType.objects.values_list("slug", "name")}
    context: dict[str, Any] = {"document": found, "title": title_shown(request, found)}
    try:
        wholes = belonging(found, viewer=_user(request))
    except Unavailable:
        context["fault"] = _("Chưa ghi được lượt xem nên chưa hiện danh sách. Hãy thử lại sau ít phút.")
    else:
        closed = closed_names((one.document for whole in wholes for one in whole.members), request=request)
        context["wholes"] = [
            {
                "head": heads[whole.kind],
                "name": whole.name,
                "total": whole.total,
                "rows": [_row(one, closed, names) for one in whole.members],
            }
            for whole in wholes
        ]
    return render(request, "warehouse/part_of.html", context)
