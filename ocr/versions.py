"""Pages about the versions of a document's data: side by side, and a correction after filing."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.asking import document_type
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from ocr.correcting import addable, compare, correct
from ocr.labels import label
from ocr.pages_of import shown_pages
from ocr.reviewing import latest
from ocr.showing import MOST_VERSIONS, named, shown_fields, shown_versions, spoken
from people.models import User
from warehouse.access import Purpose, open_for
from warehouse.masking import MASK, is_sensitive, is_uncovered, uncover
from warehouse.models import DataRecord, Document, State


def _gate(request: HttpRequest, pk: UUID, purpose: Purpose, what: str) -> Document:
    try:
        return open_for(cast("User", request.user), pk, purpose=purpose, what=what)
    except Refused:
        raise Http404 from None


@login_required
@require_safe
def versions(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Two versions side by side with what changed; `?tu=1&den=3` chooses them, else the last two."""
    found = _gate(request, pk, Purpose.VIEW, "versions")
    records = {record.version: record for record in found.records.order_by("version")[:MOST_VERSIONS]}
    if not records:
        raise Http404
    newest = max(records)
    after = records.get(_number(request, "den"), records[newest])
    before = records.get(_number(request, "tu")) or records.get(after.version - 1, after)
    covered = not is_uncovered(request, pk)
    context = {
        "document": found,
        "versions": shown_versions(found),
        "before": before,
        "after": after,
        "rows": _rows(before, after, covered=covered),
    }
    return render(request, "ocr/versions.html", context)


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _rows(before: DataRecord, after: DataRecord, *, covered: bool) -> list[dict[str, Any]]:
    """What changed first; sensitive values covered."""

    def shown(name: str, value: str | None) -> str:
        if value is None:
            return ""
        return MASK if covered and is_sensitive(name) else spoken(name, value)

    rows = [
        {
            "label": label(one.name),
            "before": shown(one.name, one.before),
            "after": shown(one.name, one.after),
            "changed": one.changed,
        }
        for one in compare(before, after)
    ]
    return sorted(rows, key=lambda row: not row["changed"])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Correct a filed document's data beside its pages. What was typed stays on screen when it cannot be saved."""
    found = _gate(request, pk, Purpose.AMEND, "data")
    tools = request.tools  # type: ignore[attr-defined]
    if found.state != State.FILED:
        return redirect("document", pk)
    uncover(request, pk)  # whoever corrects must read what is on the paper; opening for it is recorded
    record = latest(found)
    fault = ""
    typed: Mapping[str, str] = {}
    if request.method == "POST":
        typed = request.POST.dict()
        try:
            correct(
                found,
                _values(record, typed),
                by=cast("User", request.user),
                why=typed.get("why", ""),
                seen=int(typed.get("version", "0")) if typed.get("version", "0").isdecimal() else 0,
                clock=tools.clock,
            )
        except Refused as error:
            fault = named(error.reason)
            if error.reason.code is ReasonCode.CHANGED_MEANWHILE:
                found.refresh_from_db()
        else:
            messages.success(request, _("Đã lưu bản dữ liệu mới. Tệp đã ký không thay đổi."))
            return redirect("document", pk)
    kind = document_type(record.document_type, tools.clock().date())
    fields = shown_fields(record, kind.mandatory)
    kept = [replace(field, value=typed.get(f"value:{field.name}", field.value)) for field in fields]
    context = {
        "document": found,
        "title": record.fields.get("title", {}).get("value") or found.name,
        "version": found.version,
        "fields": kept,
        "more": [(name, label(name)) for name in addable(record)],
        "typed": typed,
        "pages": shown_pages(found, tools.store),
        "fault": fault,
    }
    return render(request, "ocr/correction.html", context, status=422 if fault else 200)


def _values(record: DataRecord, typed: Mapping[str, str]) -> dict[str, str]:
    """Fields whose text differs from what the form showed, and the one that was added."""
    values = {}
    for key, value in typed.items():
        name = key.removeprefix("value:")
        if name == key:
            continue
        before = record.fields.get(name)
        if " ".join(value.split()) != " ".join(spoken(name, str(before["value"])).split() if before else []):
            values[name] = value
    added, value = typed.get("new_field", ""), typed.get("new_value", "")
    if added and value.strip():
        values[added] = value
    return values
