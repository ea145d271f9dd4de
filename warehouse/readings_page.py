"""Pages of the chain of reads: who looked at a document, what a person looked at; and who was granted a document."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from khoso.kernel.clock import system_clock
from people.models import User
from people.roles import Right, units_with
from warehouse import reading
from warehouse.access import Purpose, covers
from warehouse.granting import LONGEST, overseen
from warehouse.masking import names_shown
from warehouse.models import Document, Grant
from warehouse.shown_grants import shown_grants
from warehouse.shown_readings import as_csv, named, shown_readings
from warehouse.views import demanded, opened

SHOWN = 500
LOOKED_AT = 5000  # newest reads of a person among which a page looks for those one may audit


@login_required
@require_safe
def readings(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who looked at a document, when, why; `?csv=1` for a spreadsheet."""
    found = opened(request, pk, Purpose.AUDIT, what="readings")
    if "csv" in request.GET:
        rows, one = list(reading.of_document(pk)), named(cast("User", request.user), [pk])[pk]
        text = as_csv(shown_readings(rows, {row.number: [one] for row in rows}))
        return _csv(text, f"luot-xem-{pk}.csv")
    return readings_page(request, found)


def readings_page(
    request: HttpRequest,
    found: Document,
    *,
    typed: Mapping[str, str] | None = None,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of an opened document. `typed`, `fault`: a grant that could not be given, and why."""
    user, now = cast("User", request.user), system_clock()
    given = Grant.objects.filter(document=found).select_related("document", "person", "by").order_by("-since", "-pk")
    mine = frozenset(overseen(user).filter(document=found).values_list("pk", flat=True))
    context: dict[str, Any] = {
        "document": found,
        "name": names_shown([found])[found.pk],
        "rows": shown_readings(islice(reading.of_document(found.pk), SHOWN)),
        "grants": shown_grants(given[:SHOWN], now=now, mine=mine),
        "may_grant": covers(user, found, Right.GRANT),
        "longest": LONGEST.days,
        "verdict": reading.verdict(),
        "typed": typed or {"days": "7"},
        "fault": fault,
    }
    return render(request, "warehouse/readings.html", context, status=status)


@login_required
@require_safe
def readings_of_person(request: HttpRequest) -> HttpResponse:
    """What a person looked at, in the units whose records the reader may audit."""
    demanded(request, Right.AUDIT)
    user = cast("User", request.user)
    name, units = request.GET.get("nguoi", "").strip()[:150], units_with(user, Right.AUDIT)
    whole = "csv" in request.GET  # the page looks at the newest; a spreadsheet has all
    rows = list(islice(reading.of_person(name), None if whole else LOOKED_AT)) if name else []
    about = {row.number: reading.documents_of(row) for row in rows}
    if units is not None:
        asked = {document for documents in about.values() for document in documents}
        mine = set(Document.objects.filter(pk__in=asked, unit__in=units).values_list("pk", flat=True))
        about = {number: [one for one in documents if one in mine] for number, documents in about.items()}
        rows = [row for row in rows if about[row.number]]
    rows = rows if whole else rows[:SHOWN]
    called = named(user, (one for row in rows for one in about[row.number]))
    shown = shown_readings(rows, {row.number: [called[one] for one in about[row.number]] for row in rows})
    if whole:
        return _csv(as_csv(shown), "luot-xem.csv")
    return render(request, "warehouse/readings_of.html", {"name": name, "rows": shown, "nav": "readings"})


def _csv(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
