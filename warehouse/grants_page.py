"""Pages about what is opened beside roles: grants given, held and taken back, emergencies and who has looked at them."""

from datetime import timedelta
from typing import Any, cast
from uuid import NAMESPACE_OID, UUID, uuid5

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from khoso.kernel.clock import system_clock
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import Reason, ReasonCode
from people.accounts import by_name
from people.models import User
from people.roles import Right, may
from warehouse import granting
from warehouse.access import Purpose
from warehouse.granting import break_glass, broken_for, grant, held_by, looked_at_by_heads, overseen
from warehouse.models import Document, Grant
from warehouse.readings_page import readings_page
from warehouse.sentences import sentence
from warehouse.shown_grants import shown_grants
from warehouse.views import demanded, opened

SHOWN = 500
LOOKED_AT = 100
_LONGEST_CODE = 120


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


@login_required
@require_safe
def grants(request: HttpRequest) -> HttpResponse:
    """What is opened to the reader beside their roles, and what they may take back; `?nguoi=` narrows that to a person."""
    user, now = _user(request), system_clock()
    name = request.GET.get("nguoi", "").strip()[:150]
    over = granting.told_of(overseen(user), now)
    if name:
        over = over.filter(person__username=name)
    context: dict[str, Any] = {
        "held": shown_grants(granting.told_of(held_by(user), now)[:SHOWN], now=now, mine=frozenset()),
        "over": shown_grants(over[:SHOWN], now=now),
        "name": name,
        "oversees": may(user, Right.GRANT),
        "most": SHOWN,
        "nav": "grants",
    }
    return render(request, "warehouse/grants.html", context)


@login_required
@require_POST
def give(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open a document to a person of another unit for some days. What was typed stays when it cannot be."""
    demanded(request, Right.GRANT)
    found = opened(request, pk, Purpose.AUDIT, what="grants")
    typed = {name: request.POST.get(name, "").strip()[:500] for name in ("person", "reason", "days")}
    try:
        until = system_clock() + timedelta(days=_days(typed["days"]))
        made = grant(found, by_name(typed["person"]), by=_user(request), reason=typed["reason"], until=until)
    except Refused as error:
        fault = sentence(error.reason.to_json())
        return readings_page(request, found, typed=typed, fault=fault, status=422)
    messages.success(request, _("Đã cấp quyền xem cho %(name)s.") % {"name": made.person.get_full_name()})
    return redirect("readings", pk)


def _days(text: str) -> int:
    """Days as typed.

    Raises:
        Refused: no number of days.
    """
    if text.isdecimal() and len(text) <= 4 and int(text) > 0:
        return int(text)
    raise Refused(ReasonCode.BAD_VALUE, field="days", value=text[:20])


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a grant back, for a reason."""
    given = overseen(_user(request)).filter(pk=pk).first()
    if given is None:
        raise Http404
    try:
        granting.revoke(given, by=_user(request), reason=request.POST.get("reason", ""))
    except Refused as error:
        messages.error(request, sentence(error.reason.to_json()))
    else:
        messages.success(
            request,
            _("Đã thu hồi quyền xem của %(name)s: từ lúc này không mở được nữa.")
            % {"name": given.person.get_full_name()},
        )
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The page the form stood on, of this site, or the page about grants."""
    wanted = request.POST.get("next", "")
    mine = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if mine and wanted.startswith("/") else reverse("grants")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: HttpRequest) -> HttpResponse:
    """Open a document of another unit in an emergency, by its id or the code on it; heads of office see what was opened.

    `?ma=` fills in the document. A fault keeps what was typed.
    """
    demanded(request, Right.BREAK_GLASS)
    user, now = _user(request), system_clock()
    typed, reason = request.GET.get("ma", "").strip()[:_LONGEST_CODE], ""
    if request.method == "POST":
        typed, reason = request.POST.get("document", "").strip()[:_LONGEST_CODE], request.POST.get("reason", "")[:500]
        pk = _meant(typed)
        try:
            if not granting.is_needless(pk, by=user):
                break_glass(pk, by=user, reason=reason)
        except Refused as error:
            absent = error.reason.code is ReasonCode.NO_SUCH_DOCUMENT  # told as it was typed
            reason_told = Reason(error.reason.code, {"document": typed}) if absent else error.reason
            messages.error(request, sentence(reason_told.to_json()))
        else:
            return redirect("document", pk)
    context = {
        "broken": shown_grants(broken_for(user)[:SHOWN], now=now),
        "looked_at": shown_grants(looked_at_by_heads(user)[:LOOKED_AT], now=now),
        "oversees": may(user, Right.GRANT),
        "nav": "emergency",
        "typed": typed,
        "reason": reason,
    }
    return render(request, "warehouse/emergency.html", context)


def _meant(text: str) -> UUID:
    """The document of an id or a code; a code nobody has means a document nobody has, so that both are answered alike."""
    try:
        return UUID(text)
    except ValueError:
        found = Document.objects.filter(code=text).values_list("pk", flat=True).first() if text else None
        return found or uuid5(NAMESPACE_OID, text)


@login_required
@require_POST
def emergency_seen(request: HttpRequest, pk: int) -> HttpResponse:
    """The head of office has looked at it."""
    given = Grant.objects.filter(pk=pk).first()
    try:
        if given is None:
            raise Http404
        granting.seen(given, by=_user(request))
    except Refused:
        raise Http404 from None
    return redirect("emergency")
