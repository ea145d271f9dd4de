"""Pages of the chain of reads: who looked at a document, what a person looked at; and who was granted a document."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from khoso.kernel.clock import system_clock
from people.models import User
from people.roles import Right, units_with
from warehouse import reading
from warehouse.access import Purpose, covers
from warehouse.granting import LONGEST, overseen
from warehouse.masking import names_shown
from warehouse.models import Document, Grant, Reading
from warehouse.shown_grants import full_names, shown_grants
from warehouse.views import demanded, opened

SHOWN = 500
LOOKED_AT = 5000  # newest reads of a person among which a page looks for those one may audit


def _purposes() -> dict[str, str]:
    return {
        "view": _("xem"),
        "review": _("xác nhận"),
        "amend": _("sửa"),
        "download": _("tải về"),
        "print": _("in"),
        "export": _("xuất bảng"),
        "reuse": _("dùng lại"),
        "certify": _("chứng thực"),
        "audit": _("kiểm tra lượt xem"),
        "list": _("xem danh sách"),
        "sensitive": _("xem dữ liệu nhạy cảm"),
        "break_glass": _("mở khẩn cấp"),
    }


def _part(what: str) -> str:
    """The part of a document that was opened, in words."""
    kind, _sign, rest = what.partition("/")
    if kind == "page":
        number, _sign, size = rest.partition("/")
        parts = {"small": _("ảnh nhỏ"), "words": _("chữ"), "covered": _("phần nhạy cảm được che")}
        return ", ".join(
            [_("trang %(n)s") % {"n": number}, *(parts.get(part, part) for part in size.split("/") if part)]
        )
    if kind in {"list", "suggested"} and rest.isdecimal():
        said = _("danh sách %(n)s giấy tờ") if kind == "list" else _("gợi ý khi gõ, từ %(n)s giấy tờ")
        return said % {"n": rest}
    words = {
        "record": _("trang giấy tờ"),
        "like": _("giống thế này"),
        "type": _("loại giấy tờ"),
        "versions": _("các bản dữ liệu"),
        "data": _("dữ liệu"),
        "validity": _("hiệu lực"),
        "readings": _("ai đã xem"),
        "grants": _("quyền xem"),
        "grant": _("quyền xem"),
        "print": _("bản in") + (", " + _("phần nhạy cảm được che") if rest == "covered" else ""),
        "export": _("bảng xuất ra"),
        "pages": _("ảnh trang, mở tiếp"),
        "signed": _("bản đã ký"),
        "original": _("bản gốc"),
        "replacement": _("giấy tờ thay thế"),
        "part-of": _("thuộc về đâu"),
    }
    return words.get(kind, what)


def told(rows: list[Reading]) -> list[Reading]:
    """Reads with what a person reads of them: `said_person` (full name), `said_purpose` and `said_what`."""
    purposes = _purposes()
    people = full_names(row.person for row in rows)
    for row in rows:
        row.said_person = people.get(row.person, "")  # type: ignore[attr-defined]
        row.said_purpose = purposes.get(row.purpose, row.purpose)  # type: ignore[attr-defined]
        row.said_what = _part(row.what)  # type: ignore[attr-defined]
    return rows


@login_required
@require_safe
def readings(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who looked at a document, when, why; `?csv=1` for a spreadsheet."""
    found = opened(request, pk, Purpose.AUDIT, what="readings")
    if "csv" in request.GET:
        return _csv(reading.as_csv(reading.of_document(pk), pk), f"luot-xem-{pk}.csv")
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
        "rows": told(list(islice(reading.of_document(found.pk), SHOWN))),
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
    about = {row.pk: reading.documents_of(row) for row in rows}
    if units is not None:
        asked = {document for documents in about.values() for document in documents}
        mine = set(Document.objects.filter(pk__in=asked, unit__in=units).values_list("pk", flat=True))
        about = {pk: [one for one in documents if one in mine] for pk, documents in about.items()}
        rows = [row for row in rows if about[row.pk]]
    if whole:
        pairs = ((row, document) for row in rows for document in about[row.pk])
        return _csv(reading.as_csv_of(pairs), "luot-xem.csv")
    for row in rows[:SHOWN]:
        row.about = about[row.pk]  # type: ignore[attr-defined]
    return render(request, "warehouse/readings_of.html", {"name": name, "rows": told(rows[:SHOWN]), "nav": "readings"})


def _csv(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
