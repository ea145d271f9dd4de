"""The page's way to join documents that were parted wrongly and to part what is several; `warehouse.parting` does it."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from khoso.kernel.doorbell import Queue
from khoso.kernel.errors import Refused
from people.models import User
from people.roles import Right
from warehouse.access import Purpose, open_for
from warehouse.models import Document, State
from warehouse.parting import can_part, join, join_all, neighbours, part, parts_now
from warehouse.sentences import sentence


def shown_division(document: Document, *, rights: frozenset[Right]) -> dict[str, Any]:
    """What the document's page shows of its stack: the parts there are now, and what may be done with them.

    `sides`: the neighbours, each with whether it may still be joined; `begins`: pages a new document could begin at.
    """
    parts = parts_now(document)
    mine = Right.REVIEW in rights and can_part(document)
    sides = zip(("before", "after"), neighbours(document) if mine else (), strict=False)
    return {
        "parts": parts,
        "retired": document.state == State.SPLIT and document.parent_id is not None,
        "division": {
            "sides": [(act, {"part": side, "open": can_part(side)}) for act, side in sides if side is not None],
            "begins": range(2, (document.pages or 1) + 1) if mine else (),
            "all": Right.REVIEW in rights and document.parent_id is None and bool(parts) and all(map(can_part, parts)),
        },
    }


@login_required
@require_POST
def divide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Join with the part `before` or `after`, join `all` parts, or begin a new document at `page`; what people typed is kept."""
    user, tools = cast("User", request.user), request.tools  # type: ignore[attr-defined]
    try:
        found = open_for(user, pk, purpose=Purpose.REVIEW)
    except Refused:
        raise Http404 from None
    act = request.POST.get("act", "")
    try:
        if act == "part":
            page = int(request.POST.get("page", ""))
            now = part(found, [page], by=user, clock=tools.clock)
            said = _("Đã tách thành hai văn bản; từ trang %(page)s là văn bản mới.") % {"page": page}
        elif act in {"before", "after"}:
            now = join(found, after=act == "after", by=user, clock=tools.clock)
            said = _("Đã ghép thành một văn bản.")
        elif act == "all":
            now = join_all(found, by=user, clock=tools.clock)
            said = _("Đã ghép lại thành một văn bản như khi nhận.")
        else:
            raise Http404
    except ValueError:
        raise Http404 from None
    except Refused as error:
        messages.error(request, sentence(error.reason.to_json()))
        return redirect("document", pk)
    tools.doorbell.ring(Queue(now.queue))
    messages.success(request, said + " " + _("Ảnh chụp còn nguyên, những gì đã gõ được giữ."))
    return redirect("document", now.pk)
