"""Pages about access: who looked at a document, who may, what was opened in an emergency."""

from datetime import timedelta
from itertools import islice
from typing import Any, cast
from uuid import NAMESPACE_OID, UUID, uuid5

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue.models import DocumentType
from khoso.kernel.clock import system_clock
from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from people.accounts import by_name
from people.models import User
from people.roles import Right, demand, may, units_with
from warehouse import reading
from warehouse.access import Purpose, break_glass, broken_for, grant, open_for, seen
from warehouse.belonging import belonging
from warehouse.describing import newest
from warehouse.masking import uncover
from warehouse.models import Document, Grant, Reading
from warehouse.sentences import sentence

SHOWN = 500
LONGEST_GRANT = 90
_LONGEST_CODE = 120
LOOKED_AT = 5000  # newest reads of a person among which a page looks for those one may audit


def _purposes() -> dict[str, str]:
    return {
        "view": _("xem"),
        "review": _("xác nhận"),
        "amend": _("sửa"),
        "download": _("tải về"),
        "print": _("in"),
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
        sizes = {"small": _("ảnh nhỏ"), "words": _("chữ")}
        return _("trang %(n)s") % {"n": number} + (f", {sizes.get(size, size)}" if size else "")
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
        "print": _("bản in"),
        "signed": _("bản đã ký"),
        "original": _("bản gốc"),
        "replacement": _("giấy tờ thay thế"),
        "part-of": _("thuộc về đâu"),
    }
    return words.get(kind, what)


def told(rows: list[Reading]) -> list[Reading]:
    """Reads with what a person reads of them: `said_purpose` and `said_what`."""
    purposes = _purposes()
    for row in rows:
        row.said_purpose = purposes.get(row.purpose, row.purpose)  # type: ignore[attr-defined]
        row.said_what = _part(row.what)  # type: ignore[attr-defined]
    return rows


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _told(error: Refused) -> str:
    return sentence(error.reason.to_json())


def _gate(request: HttpRequest, pk: UUID, purpose: Purpose, *, basis: str = "", what: str = "record") -> Document:
    try:
        return open_for(_user(request), pk, purpose=purpose, basis=basis, what=what)
    except Refused as error:
        if error.reason.code is ReasonCode.BASIS_NEEDED:
            raise
        raise Http404 from None


@login_required
@require_POST
def uncover_document(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the sensitive parts for a quarter of an hour, the reason being recorded."""
    try:
        _gate(request, pk, Purpose.SENSITIVE, basis=request.POST.get("basis", ""))
    except Refused as error:
        messages.error(request, _told(error))
    else:
        uncover(request, pk)
    return redirect("document", pk)


@login_required
@require_safe
def part_of(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What a document is part of: dossier, batch, stack; and the others there that the reader may see."""
    found = _gate(request, pk, Purpose.VIEW, what="part-of")
    record = newest(found)
    heads = {
        "dossier": _("Hồ sơ"), "batch": _("Lô tiếp nhận"), "stack": _("Cùng chồng giấy đã tách"), "parts": _("Tách thành"),
    }  # fmt: skip
    names = {slug: _(name) for slug, name in DocumentType.objects.values_list("slug", "name")}
    context: dict[str, Any] = {
        "document": found,
        "title": (record.fields if record else {}).get("title", {}).get("value") or found.name,
    }
    try:
        wholes = belonging(found, viewer=_user(request))
    except Unavailable:
        context["fault"] = _("Chưa ghi được lượt xem nên chưa hiện danh sách. Hãy thử lại sau ít phút.")
    else:
        context["wholes"] = [
            {
                "head": heads[whole.kind],
                "name": whole.name,
                "total": whole.total,
                "rows": [(one, names.get(one.document.document_type, "")) for one in whole.members],
            }
            for whole in wholes
        ]
    return render(request, "warehouse/part_of.html", context)


@login_required
@require_safe
def readings(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who looked at a document, when, why; `?csv=1` for a spreadsheet."""
    found = _gate(request, pk, Purpose.AUDIT, what="readings")
    if "csv" in request.GET:
        return _csv(reading.as_csv(reading.of_document(pk), pk), f"luot-xem-{pk}.csv")
    context = {
        "document": found,
        "rows": told(list(islice(reading.of_document(pk), SHOWN))),
        "grants": Grant.objects.filter(document=found).select_related("person", "by").order_by("-since"),
        "may_grant": may(_user(request), Right.GRANT),
        "verdict": reading.verdict(),
    }
    return render(request, "warehouse/readings.html", context)


@login_required
@require_safe
def readings_of_person(request: HttpRequest) -> HttpResponse:
    """What a person looked at, in the units whose records the reader may audit."""
    _demand(request, Right.AUDIT)
    name, units = request.GET.get("nguoi", "").strip()[:150], units_with(_user(request), Right.AUDIT)
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


@login_required
@require_POST
def give(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open a document to a person of another unit for some days."""
    _demand(request, Right.GRANT)
    found = _gate(request, pk, Purpose.AUDIT, what="grants")
    try:
        days = min(max(int(request.POST.get("days", "7")), 1), LONGEST_GRANT)
    except ValueError:
        days = 7
    try:
        grant(
            found,
            by_name(request.POST.get("person", "").strip()),
            by=_user(request),
            reason=request.POST.get("reason", ""),
            until=system_clock() + timedelta(days=days),
        )
    except Refused as error:
        messages.error(request, _told(error))
    else:
        messages.success(request, _("Đã cấp quyền xem."))
    return redirect("readings", pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: HttpRequest) -> HttpResponse:
    """Open a document of another unit in an emergency, by its id or the code on it; heads of office see what was opened.

    `?ma=` fills in the document. A fault keeps what was typed.
    """
    _demand(request, Right.BREAK_GLASS)
    typed, reason = request.GET.get("ma", "").strip()[:_LONGEST_CODE], ""
    if request.method == "POST":
        typed, reason = request.POST.get("document", "").strip()[:_LONGEST_CODE], request.POST.get("reason", "")[:500]
        try:
            pk = _meant(typed)
            break_glass(pk, by=_user(request), reason=reason)
        except Refused as error:
            messages.error(request, _told(error))
        else:
            return redirect("document", pk)
    broken = broken_for(_user(request))[:SHOWN]
    context = {"broken": broken, "nav": "emergency", "typed": typed, "reason": reason}
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
        seen(given, by=_user(request))
    except Refused:
        raise Http404 from None
    return redirect("emergency")


def _demand(request: HttpRequest, right: Right) -> None:
    try:
        demand(_user(request), right)
    except Refused:
        raise PermissionDenied from None


def _csv(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
