"""Pages about the versions of a document's data: side by side, and a correction after filing."""

from collections.abc import Mapping
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.asking import document_type, in_force
from catalogue.models import DocumentType
from khoso.kernel.clock import day_of, today
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from ocr.correcting import addable, compare, correct
from ocr.labels import label
from ocr.meanwhile import in_this_form, kept, moved_since, whole_number
from ocr.pages_of import shown_pages
from ocr.retyping import lacks_seal, left_open, retype
from ocr.reviewing import latest
from ocr.showing import MOST_VERSIONS, named, new_rows, shown_fields, shown_versions, spoken
from ocr.steps import reextract
from people.models import User
from people.roles import Right
from warehouse.access import Purpose, open_for, rights_over
from warehouse.filing import keep_longer
from warehouse.masking import (
    MASK,
    claim_of_work,
    cover_of,
    is_uncovered,
    masks,
    names_shown,
    sensitive_types,
    title_shown,
)
from warehouse.models import DataRecord, Document, State
from warehouse.transcribed import Pages


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
    whole = bool(sensitive_types(today()) & {found.document_type, before.document_type, after.document_type})
    context = {
        "document": found,
        "name": names_shown([found], request=request)[pk],
        "versions": shown_versions(found),
        "before": before,
        "after": after,
        "two": before.version != after.version,
        "rows": _rows(before, after, covered=covered, whole=whole),
    }
    return render(request, "ocr/versions.html", context)


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _rows(before: DataRecord, after: DataRecord, *, covered: bool, whole: bool) -> list[dict[str, Any]]:
    """What changed first; sensitive values covered."""

    def shown(name: str, value: str | None) -> str:
        if value is None:
            return ""
        return MASK if covered and masks(name, whole=whole) else spoken(name, value)

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
    record = latest(found)
    fault: Refused | None = None
    typed: dict[str, str] = {}
    seen = record.version
    if request.method == "POST":
        typed = request.POST.dict()
        seen = whole_number(typed.get("record", "")) or (
            seen if whole_number(typed.get("version", "")) == found.version else 0
        )
        try:
            correct(
                found,
                _values(record, typed, _confirmed(request)),
                by=cast("User", request.user),
                why=typed.get("why", ""),
                seen=whole_number(typed.get("version", "")),
                clock=tools.clock,
            )
        except Refused as error:
            fault = error
            found.refresh_from_db()
        else:
            messages.success(request, _("Đã lưu bản dữ liệu mới. Tệp đã ký không thay đổi."))
            return redirect("document", pk)
    return _form(request, found, typed, seen=seen, fault=fault)


def late_review(request: HttpRequest, found: Document) -> HttpResponse:
    """What was typed into the form for reviewing of a document that others have confirmed meanwhile: in the form for
    corrections where it is filed and the person may correct it, else named on the document's page.
    """
    user = cast("User", request.user)
    record, typed = latest(found), request.POST.dict()
    seen = whole_number(typed.get("version", ""))
    mine = _values(found.records.filter(version=seen).first() or record, typed, [])
    others = _values(record, typed, [])
    lost = {name: value for name, value in mine.items() if name in others}
    if not lost:
        messages.info(
            request, _("Người khác đã xác nhận giấy tờ này trong lúc bạn xem; bạn chưa gõ gì khác với điều đã lưu.")
        )
        return redirect("document", found.pk)
    if found.state == State.FILED and Right.AMEND in rights_over(user, found):
        _gate(request, found.pk, Purpose.AMEND, "data")
        return _form(request, found, typed, seen=seen, fault=Refused(ReasonCode.CHANGED_MEANWHILE))
    messages.warning(
        request,
        _("Người khác đã xác nhận giấy tờ này trong lúc bạn xem. Điều bạn gõ chưa được ghi: %(fields)s.")
        % {"fields": "; ".join(f"{label(name)}: «{value}»" for name, value in lost.items())},
    )
    return redirect("document", found.pk)


def _form(
    request: HttpRequest, found: Document, typed: dict[str, str], *, seen: int, fault: Refused | None
) -> HttpResponse:
    """The form for corrections, with what was typed when it could not be saved.

    Args:
        seen: version of the record the form was made from.
    """
    tools, record = request.tools, latest(found)  # type: ignore[attr-defined]
    kind, pages = document_type(record.document_type, day_of(tools.clock())), Pages(found, tools.store)
    sensitive = cover_of(found, pages=pages, on=day_of(tools.clock())).anything
    fields = shown_fields(record, kind.mandatory)
    if fault is not None:
        fields = kept(found, record, fields, typed, seen=seen, fault=fault)
    context = {
        "document": found,
        "title": record.fields.get("title", {}).get("value") or found.name,
        "version": found.version,
        "record": record.version,
        "fields": fields,
        "more": [(name, label(name)) for name in addable(record)],
        "new_rows": new_rows(record, typed),
        "typed": typed,
        "confirmed": set(_confirmed(request)) - moved_since(found, seen),
        "pages": shown_pages(found, pages),
        # read beside the form, covered elsewhere
        "claim": claim_of_work(cast("User", request.user), found, Purpose.AMEND) if sensitive else "",
        "ask_again": Purpose.AMEND.value,
        "fault": in_this_form(fault) if fault else "",
    }
    return render(request, "ocr/correction.html", context, status=422 if fault else 200)


def _confirmed(request: HttpRequest) -> list[str]:
    """Doubtful fields said to be right as they stand."""
    return request.POST.getlist("right")


def _values(record: DataRecord, typed: Mapping[str, str], confirmed: list[str]) -> dict[str, str]:
    """Fields whose text differs from what the form showed, those said to be right, and the one that was added."""
    values = {}
    for key, value in typed.items():
        name = key.removeprefix("value:")
        if name == key:
            continue
        before = record.fields.get(name)
        shown = spoken(name, str(before["value"])).split() if before else []
        if name in confirmed or value.split() != shown:
            values[name] = value
    added, value = typed.get("new_field", ""), typed.get("new_value", "")
    if added and value.strip():
        values[added] = value
    return values


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def retyping(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that a filed document is of another type; what stays open then is shown on the page for corrections."""
    found = _gate(request, pk, Purpose.AMEND, "type")
    user, tools = cast("User", request.user), request.tools  # type: ignore[attr-defined]
    if found.state != State.FILED:
        return redirect("document", pk)
    typed: Mapping[str, str] = {}
    fault = ""
    if request.method == "POST":
        typed = request.POST.dict()
        try:
            retype(
                found,
                typed.get("document_type", ""),
                by=user,
                why=typed.get("why", ""),
                seen=int(typed.get("version", "0")) if typed.get("version", "0").isdecimal() else 0,
                clock=tools.clock,
                reextract=partial(reextract, found, store=tools.store),
                keep=partial(keep_longer, store=tools.store, keeping=tools.keeping),
            )
        except Refused as error:
            fault = named(error.reason)
            found.refresh_from_db()
        else:
            return _retyped(request, found)
    record, today = latest(found), day_of(tools.clock())
    names = in_force(DocumentType, today).exclude(slug=record.document_type).values_list("slug", "name")
    context = {
        "document": found,
        "title": title_shown(request, found),
        "now": _(document_type(record.document_type, today).name),
        "types": sorted(((slug, _(name)) for slug, name in names), key=lambda pair: pair[1]),
        "version": found.version,
        "typed": typed,
        "fault": fault,
    }
    return render(request, "ocr/retyping.html", context, status=422 if fault else 200)


def _retyped(request: HttpRequest, found: Document) -> HttpResponse:
    """What is to do after the change, in words."""
    clock = request.tools.clock  # type: ignore[attr-defined]
    messages.success(request, _("Đã đổi loại và bóc tách lại. Tệp đã ký và mã không thay đổi."))
    if lacks_seal(found, document_type(found.document_type, day_of(clock()))):
        messages.warning(
            request, _("Loại này cần chữ ký của cơ quan mà tệp đã lưu chưa có: trang giấy tờ nói cần làm gì.")
        )
    if left_open(found, clock):
        messages.info(request, _("Còn trường chưa ai xem: hãy đối chiếu với giấy rồi lưu."))
        return redirect("correct", found.pk)
    return redirect("document", found.pk)
