"""The inbox: hand files in, see each document's progress live."""

import shutil
import tempfile
from pathlib import Path
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ingest.given import faults_of
from ingest.listing import brief, rows_of
from ingest.receiving import Sheet, receive
from khoso.kernel.doorbell import Queue
from khoso.kernel.errors import Refused, Unavailable
from people.models import User
from people.roles import Right, may
from warehouse.access import visible_to
from warehouse.moving import Intake

NEWS_MOVING, NEWS = 1, 4
"""Seconds after which the page asks for news: while something shown is on its way, and while all of it rests."""
_KEPT = "handing_in"  # what was typed beside files that were not taken


@login_required
@require_safe
def inbox(request: HttpRequest, *, only: str = "") -> HttpResponse:
    """Newest documents; `only` shows those in one state.

    With `?rows=1` the table alone, for the live update; nothing (204) while it is still what the reader has `seen`, so
    that focus and selection stay.
    """
    documents = visible_to(cast("User", request.user))
    told = brief(documents.filter(state=only) if only else documents)
    if "rows" in request.GET and request.GET.get("seen") == told.seen:
        return HttpResponse(status=204)
    context = {
        "rows": rows_of(told, request=request),
        "more": told.more,
        "seen": told.seen,
        "every": NEWS_MOVING if told.moving else NEWS,
        "nav": "to-confirm" if only else "inbox",
        "upload": not only,
        "may_upload": may(cast("User", request.user), Right.CAPTURE),
        "heading": _("Chờ xác nhận") if only else _("Tiếp nhận"),
    }
    if "rows" in request.GET:
        return render(request, "ingest/rows.html", context)
    context["kept"] = request.session.pop(_KEPT, {})
    return render(request, "ingest/inbox.html", context)


@login_required
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take files in; each is one document. What is refused is said by name, the rest goes on."""
    if not may(cast("User", request.user), Right.CAPTURE):
        raise PermissionDenied
    intake = Intake(
        by=cast("User", request.user),
        queue=Queue.DESK,
        dossier=request.POST.get("dossier", "").strip()[:200],
        owner_id=request.POST.get("owner_id", "").strip()[:200],
        desk=cast("User", request.user).username,
        batch=_batch(request),
    )
    faults = faults_of(intake)
    if faults:
        return _refused(request, intake, faults)
    taken = twice = 0
    for file in request.FILES.getlist("files"):
        try:
            was_there = _take(file, intake, request)
        except (Refused, Unavailable) as error:
            messages.error(request, f"{file.name}: {error}")
            continue
        taken += not was_there
        twice += was_there
    if taken or twice:
        said = [_("Đã nhận %(taken)s giấy tờ.") % {"taken": taken}] if taken else []
        said += [_("%(twice)s giấy tờ đã có từ trước, không nhận hai lần.") % {"twice": twice}] if twice else []
        messages.success(request, " ".join(said))
    else:
        request.session[_KEPT] = {"dossier": intake.dossier, "owner_id": intake.owner_id}
        if not request.FILES.getlist("files"):
            messages.error(request, _("Chưa chọn tệp nào. Hãy kéo thả hoặc chọn tệp rồi gửi lại."))
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":  # sent by the page's own script, which goes there
        return HttpResponse(status=204, headers={"X-Next": reverse("inbox")})
    return redirect("inbox")


def _refused(request: HttpRequest, intake: Intake, faults: dict[str, str]) -> HttpResponse:
    """Nothing is taken; the page's own script says what is wrong beside the fields and still has the files chosen."""
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return JsonResponse({"faults": faults}, status=422)
    names = [Path(file.name or "?").name for file in request.FILES.getlist("files")]
    kept = {"dossier": intake.dossier, "owner_id": intake.owner_id, "faults": faults, "names": names[:6]}
    request.session[_KEPT] = kept
    return redirect("inbox")


def _batch(request: HttpRequest) -> str:
    """What several files sent together are called: whoever handed them in, and when. One file is no batch."""
    if len(request.FILES.getlist("files")) < 2:
        return ""
    moment = timezone.localtime(request.tools.clock())  # type: ignore[attr-defined]
    return f"{cast('User', request.user).username[:60]} {moment:%d/%m/%Y %H:%M:%S}"


def _take(file: "File[bytes]", intake: Intake, request: HttpRequest) -> bool:
    tools = request.tools  # type: ignore[attr-defined]
    with tempfile.NamedTemporaryFile(dir=settings.KHOSO_HOME / "work") as copy:
        shutil.copyfileobj(file, copy)
        copy.flush()
        sheet = Sheet(Path(copy.name), Path(file.name or "?").name)
        return receive([sheet], intake=intake, store=tools.store, clock=tools.clock).twice
