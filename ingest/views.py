"""The inbox: hand files in, see each document's progress live."""

import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalogue.models import DocumentType
from ingest.receiving import Sheet, receive
from khoso.kernel.doorbell import Queue
from khoso.kernel.errors import Refused, Unavailable
from people.models import User
from people.roles import Right, may
from warehouse.access import visible_to
from warehouse.models import Document, RenditionKind, State
from warehouse.moving import Intake
from warehouse.sentences import sentence

SHOWN = 100
_KEPT = "handing_in"  # what was typed beside files that were not taken
_ORDER = (
    State.RECEIVED, State.INSPECTED, State.READ, State.WHOLE, State.COMPOSED, State.SIGNED,
    State.EXTRACTED, State.CONFIRMED, State.CODED, State.SEALED, State.FILED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A document in the list. `progress` 0…1 while it is on its way, None once it rests."""

    document: Document
    title: str
    number: str
    type: str
    reason: str
    progress: float | None


@login_required
@require_safe
def inbox(request: HttpRequest, *, only: str = "") -> HttpResponse:
    """Newest documents; `only` shows those in one state.

    With `?rows=1` the table alone, for the live update; nothing (204) while it is still what the reader has `seen`, so
    that focus and selection stay.
    """
    documents = visible_to(cast("User", request.user)).order_by("-created_at").prefetch_related("records")
    if only:
        documents = documents.filter(state=only)
    found = list(documents[: SHOWN + 1])
    names = dict(DocumentType.objects.values_list("slug", "name"))
    rows = [_row(document, names) for document in found[:SHOWN]]
    context = {
        "rows": rows,
        "more": len(found) > SHOWN,
        "nav": "to-confirm" if only else "inbox",
        "upload": not only,
        "heading": _("Chờ xác nhận") if only else _("Tiếp nhận"),
    }
    context["seen"] = _digest(rows, get_language())
    if "rows" not in request.GET:
        context["kept"] = request.session.pop(_KEPT, {})
        return render(request, "ingest/inbox.html", context)
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)
    return render(request, "ingest/rows.html", context)


def _digest(rows: list[Row], language: str) -> str:
    """What the table shows, in short."""
    shown = [
        (row.document.pk, row.document.state, row.document.pages, row.title, row.number, row.type, row.progress)
        for row in rows
    ]
    return hashlib.sha256(repr((shown, language)).encode()).hexdigest()[:16]


def _row(document: Document, names: dict[str, str]) -> Row:
    records = sorted(document.records.all(), key=lambda record: record.version)
    fields = records[-1].fields if records else {}
    state = State(document.state)
    return Row(
        document,
        title=fields["title"]["value"] if "title" in fields else document.name,
        number=fields["number"]["value"] if "number" in fields else "",
        type=_(names[document.document_type]) if document.document_type in names else "",
        reason=sentence(document.reason) if document.reason else "",
        progress=_progress(document) if state in _ORDER and state is not State.FILED else None,
    )


def _progress(document: Document) -> float:
    """How far along: reading is most of the time, so its pages count on their own."""
    place = _ORDER.index(State(document.state))
    share = place / (len(_ORDER) - 1)
    if document.state == State.INSPECTED and document.pages:
        share += document.renditions.filter(kind=RenditionKind.TRANSCRIPT).count() / document.pages / len(_ORDER)
    return round(share, 2)


@login_required
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take files in; each is one document. What is refused is said by name, the rest goes on."""
    if not may(cast("User", request.user), Right.CAPTURE):
        raise PermissionDenied
    intake = Intake(
        by=cast("User", request.user),
        queue=Queue.DESK,
        dossier=request.POST.get("dossier", "").strip()[:60],
        owner_id=request.POST.get("owner_id", "").replace(" ", "")[:30],
        desk=cast("User", request.user).username,
    )
    taken = twice = 0
    for file in request.FILES.getlist("files"):
        try:
            was_there = _take(file, intake, request)
        except (Refused, Unavailable) as error:
            messages.error(request, f"{file.name}: {error}")
            continue
        taken += 1
        twice += was_there
    if taken:
        text = _("Đã nhận %(taken)s giấy tờ.") % {"taken": taken}
        if twice:
            text += " " + _("%(twice)s giấy tờ đã có từ trước, không nhận hai lần.") % {"twice": twice}
        messages.success(request, text)
    else:
        request.session[_KEPT] = {"dossier": intake.dossier, "owner_id": intake.owner_id}
        if not request.FILES.getlist("files"):
            messages.error(request, _("Chưa chọn tệp nào. Hãy kéo thả hoặc chọn tệp rồi gửi lại."))
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":  # sent by the page's own script, which goes there
        return HttpResponse(status=204, headers={"X-Next": reverse("inbox")})
    return redirect("inbox")


def _take(file: "File[bytes]", intake: Intake, request: HttpRequest) -> bool:
    tools = request.tools  # type: ignore[attr-defined]
    with tempfile.NamedTemporaryFile(dir=settings.KHOSO_HOME / "work") as copy:
        shutil.copyfileobj(file, copy)
        copy.flush()
        sheet = Sheet(Path(copy.name), Path(file.name or "?").name)
        return receive([sheet], intake=intake, store=tools.store, clock=tools.clock).twice
