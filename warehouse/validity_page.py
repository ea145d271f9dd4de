"""The page on which a filed document's validity is changed, with what changed it before."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from khoso.kernel.clock import day_of
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people.models import User
from warehouse.access import Purpose, open_for, visible_to
from warehouse.masking import closed_names, code_shown, title_shown
from warehouse.models import Document, State, Validity, ValidityChange
from warehouse.sentences import sentence
from warehouse.validity import BY_CALENDAR, REVIVED, change, last_change


def shown_changes(document: Document, viewer: User) -> list[dict[str, Any]]:
    """What changed a document's validity, newest first; the document in its place is named to those who may see it."""
    rows = sorted(document.validity_changes.all(), key=lambda row: -row.pk)
    accounts = {row.by for row in rows}
    people = (
        {user.username: user.get_full_name() for user in User.objects.filter(username__in=accounts)} if rows else {}
    )
    others = {row.replaced_by_id for row in rows if row.replaced_by_id}
    words = {BY_CALENDAR: _("hết thời hạn ghi trên giấy tờ"), REVIVED: _("thời hạn được sửa lại")}
    seen = set(visible_to(viewer).filter(pk__in=others).values_list("pk", flat=True)) if others else set()
    closed = closed_names(row.replaced_by for row in rows if row.replaced_by and row.replaced_by_id in seen)
    return [
        {
            "after": row.get_after_display(),
            "since": row.since,
            "at": row.at,
            "by": _("hệ thống") if row.by == "system" else people.get(row.by, row.by),
            "why": words.get(row.why, row.why),
            "basis": row.basis,
            "other": row.replaced_by if row.replaced_by_id in seen else None,
            "other_name": _called(row.replaced_by, closed),
            "mended": row.before == row.after,
        }
        for row in rows
    ]


def _called(document: Document | None, closed: Mapping[UUID, str]) -> str:
    if document is None:
        return ""
    if document.pk in closed:
        return code_shown(document.code) or closed[document.pk]
    return document.code or document.name


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def validity(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Revoke, replace, end or revive a document; `?sua=1` begins with what was said last, to mend its day or basis.

    What was typed stays on screen when it cannot be saved.
    """
    user, now = cast("User", request.user), request.tools.clock()  # type: ignore[attr-defined]
    try:
        found = open_for(user, pk, purpose=Purpose.AMEND, what="validity")
    except Refused:
        raise Http404 from None
    if found.state != State.FILED:
        return redirect("document", pk)
    last = last_change(found)
    typed: Mapping[str, str] = {"since": day_of(now).strftime("%d/%m/%Y")}
    if last is not None and "sua" in request.GET:
        typed = _as_said(last, user)
    fault = ""
    if request.method == "POST":
        typed = request.POST.dict()
        try:
            _change(found, typed, user, now)
        except Refused as error:
            fault = sentence(error.reason.to_json())
            found.refresh_from_db()
        else:
            messages.success(request, _("Đã ghi hiệu lực mới. Tệp đã ký không thay đổi."))
            return redirect("document", pk)
    context = {
        "document": found,
        "title": title_shown(request, found),
        "version": found.version,
        "choices": Validity.choices,
        "typed": typed,
        "changes": shown_changes(found, user),
        "last": last,
        "fault": fault,
    }
    return render(request, "warehouse/validity.html", context, status=422 if fault else 200)


def _as_said(last: ValidityChange, user: User) -> dict[str, str]:
    """The form filled with an entry, all but its reason: what is mended has one of its own."""
    other = visible_to(user).filter(pk=last.replaced_by_id).first() if last.replaced_by_id else None
    return {
        "validity": last.after,
        "since": last.since.strftime("%d/%m/%Y"),
        "basis": last.basis,
        "replaced_by": _named(other) if other else "",
    }


def _named(other: Document) -> str:
    """What the form finds a document by: its code, or where that tells who owns a covered paper its id."""
    return str(other.pk) if closed_names([other]) or not other.code else other.code


def _change(found: Document, typed: Mapping[str, str], user: User, now: datetime) -> None:
    """What the form says.

    Raises:
        Refused: it cannot be so.
    """
    to, seen = typed.get("validity", ""), typed.get("version", "0")
    if to not in Validity.values:
        raise Refused(ReasonCode.BAD_VALUE, field=_("hiệu lực"), value=to[:80])
    other = typed.get("replaced_by", "").strip()
    change(
        found,
        Validity(to),
        by=user.username,
        why=typed.get("why", ""),
        basis=typed.get("basis", ""),
        since=_day(typed.get("since", "")),
        seen=int(seen) if seen.isdecimal() else 0,
        replaced_by=_other(user, other) if other else None,
        now=now,
    )


def _other(user: User, text: str) -> UUID:
    """A document the person may see, by its code or id.

    Raises:
        Refused: there is none.
    """
    rows = visible_to(user).filter(state=State.FILED)
    try:
        found = rows.filter(pk=UUID(text)).first()
    except ValueError:
        found = rows.filter(code=text).first()
    if found is None:
        raise Refused(ReasonCode.REPLACEMENT_NEEDED, document=text[:120])
    return found.pk


def _day(text: str) -> date:
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise Refused(ReasonCode.BAD_VALUE, field=_("từ ngày"), value=text[:80])
