"""Pages about what was read: the document, its page images, and the review by a person."""

import shutil
from collections.abc import Iterable
from copy import copy
from functools import partial
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.messages.storage.base import BaseStorage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue.asking import document_type
from catalogue.models import DocumentType
from khoso.kernel.clock import day_of
from khoso.kernel.doorbell import Queue
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from ocr.attention import attended, handed_out
from ocr.correcting import addable
from ocr.cutouts import cutouts_of
from ocr.dividing import shown_division
from ocr.labels import label
from ocr.meanwhile import in_this_form, kept, whole_number
from ocr.pages_of import lacking, shown_pages
from ocr.recutting import can_recut, can_turn, turn, use_whole
from ocr.retyping import lacks_seal
from ocr.reviewing import awaits_another, confirm, contradicted, latest
from ocr.showing import new_rows, shown_fields, shown_history, shown_qualities, shown_verdicts, shown_versions, spoken
from ocr.steps import reextract
from ocr.versions import late_review
from people.models import User
from people.roles import Right
from warehouse import moving
from warehouse.access import Purpose, open_for, rights_over, visible_to
from warehouse.describing import flags, gather, judge, newest
from warehouse.downloads import download
from warehouse.images import WIDTHS, page_image
from warehouse.masking import (
    MASK,
    Cover,
    claim_of_work,
    code_shown,
    cover_of,
    masked,
    open_bytes,
    open_page,
    opening,
    title_shown,
    uncovered_until,
)
from warehouse.models import Document, State
from warehouse.parting import can_part
from warehouse.sentences import sentence
from warehouse.transcribed import Pages
from warehouse.validity_page import shown_changes
from warehouse.views import shut

_TURNS = {"90": 90, "180": 180, "270": 270, "machine": 0}
"""Degrees clockwise from how the page stands; 0: as its print says."""


def _gate(request: HttpRequest, pk: UUID, purpose: Purpose, what: str = "record") -> Document:
    try:
        return open_for(cast("User", request.user), pk, purpose=purpose, what=what)
    except Refused:
        raise Http404 from None


def _tools(request: HttpRequest) -> Any:
    return request.tools  # type: ignore[attr-defined]


@login_required
@require_safe
def document(request: HttpRequest, pk: UUID, *, sentences: Iterable[str] = ()) -> HttpResponse:
    """Everything known of one document: fields with provenance, renditions, signatures, ledger.

    `sentences`: the templates of reasons in verdicts on signatures.
    """
    found, tools, user = _gate(request, pk, Purpose.VIEW), _tools(request), cast("User", request.user)
    gather(found)
    now, record = tools.clock(), newest(found)
    kind = document_type(record.document_type, day_of(now)) if record else None
    qualities = judge(found, record, kind, now=now)
    pages = Pages(found, tools.store)
    cover, until = cover_of(found, pages=pages, on=day_of(now)), uncovered_until(request, pk)
    covered = cover.anything and until is None
    hidden, closed = covered and cover.whole, covered and cover.of_type
    versions, rights = shown_versions(found), rights_over(user, found)
    shown = copy(record)
    if shown and covered:
        shown.fields = masked(shown.fields, whole=closed)
    read = not hidden and len(pages) == (found.pages or 0) > 0
    downloads = [("signed", _("Tải bản đã ký (PDF)"))] if found.revisions.all() else []
    downloads += [("original", _("Tải bản gốc"))] + ([("data", _("Tải dữ liệu (JSON)"))] if record else [])
    by = {"scanner": _("Chữ ký người quét"), "agency": _("Chữ ký cơ quan"), "issuer": _("Bản gốc của nơi phát hành")}
    context = {
        "document": found,
        "covered": _covered_how(cover) if covered else "",
        "hidden": hidden,
        "until": until if cover.anything else None,
        "seconds_left": int((until - now).total_seconds()) if until else 0,
        "name": MASK if closed else found.name,
        "code": code_shown(found.code) if closed else found.code,
        "claim": opening(request, pk) if cover.anything else "",
        "ask_again": "reason",
        "may_audit": Right.AUDIT in rights,
        "flags": flags(found),
        "title": title_shown(request, found),
        "type_name": _(kind.name) if kind else "—",
        "reason": sentence(found.reason) if found.reason else "",
        "fields": shown_fields(shown, kind.mandatory) if shown and kind else [],
        "versions": versions,
        "corrected": [version for version in versions if version.why],
        "changes": shown_changes(found, user),
        "lacks_seal": kind is not None and lacks_seal(found, kind),
        "may_review": Right.REVIEW in rights,
        "may_amend": found.state == State.FILED and Right.AMEND in rights,
        **_pages(found, pages if read else None, rights=rights),
        "downloads": downloads,
        "qualities": shown_qualities(qualities),
        "revisions": [
            {"label": by[row.by], "signer": row.signer, "digest": row.digest, "size": row.size}
            for row in sorted(found.revisions.all(), key=lambda row: row.number)
        ],
        "verdicts": shown_verdicts(found.signatures or [], sentences),
        "history": shown_history(found),
        **shown_division(found, rights=rights),
        "query": request.GET.get("q", ""),
        "now": now,
    }
    return render(request, "warehouse/document.html", context)


def _covered_how(cover: Cover) -> str:
    """What lies covered, in words for whoever is about to say why they need it."""
    if cover.of_type:
        return _("Loại giấy tờ nhạy cảm: ảnh, chữ, dữ liệu về người, tải tệp và in đều đang được che.")
    if cover.whole:
        return _("Có dữ liệu nhạy cảm mà không rõ nằm ở chỗ nào trên giấy: ảnh, chữ, tải tệp và in đều đang được che.")
    return _("Dữ liệu nhạy cảm đang được che trong bảng, trên ảnh và trong chữ; tải tệp cũng cần lý do.")


def _pages(found: Document, read: Pages | None, *, rights: frozenset[Right]) -> dict[str, Any]:
    """The pages to show, what was corrected on them, and the captures that may be used uncut."""
    pages = shown_pages(found, read) if read is not None else []
    mine = can_recut(found) and Right.REVIEW in rights
    return {
        "pages": pages,
        "adjusted": [page for page in pages if page.corrections],
        "any_turned": any(page.turned for page in pages),
        "any_differs": any(page.differs for page in pages),
        "lacking": lacking(pages),
        "uncuttable": sorted({page.cut_from for page in pages if page.cut_from}) if mine else [],
        "turnable": can_turn(found) and Right.REVIEW in rights,
    }


@login_required
@require_POST
def whole(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Undo the cutting of a captured page: the document starts over with it as one page."""
    found, tools = _gate(request, pk, Purpose.REVIEW), _tools(request)
    try:
        place = [int(request.POST.get(name, "0")) for name in ("sheet", "page")]
        use_whole(found, *place, by=cast("User", request.user), clock=tools.clock)
    except ValueError:
        raise Http404 from None
    except Refused as error:
        messages.error(request, sentence(error.reason.to_json()))
    else:
        tools.doorbell.ring(Queue(found.queue))
        messages.success(request, _("Dùng nguyên ảnh chụp: giấy tờ đang được đọc lại."))
    return redirect("document", pk)


@login_required
@require_POST
def turned(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Turn a page by quarters from how it stands now, or leave it to the machine again: the document starts over so."""
    found, tools = _gate(request, pk, Purpose.REVIEW), _tools(request)
    by = _TURNS.get(request.POST.get("by", ""))
    try:
        number = int(request.POST.get("page", ""))
        shown = next(page for page in shown_pages(found, Pages(found, tools.store)) if page.number == number)
    except (ValueError, StopIteration):
        raise Http404 from None
    if by is None:
        raise Http404
    try:
        to = (shown.rotation + by) % 360 if by else None
        turn(found, number, to, by=cast("User", request.user), clock=tools.clock)
    except Refused as error:
        messages.error(request, sentence(error.reason.to_json()))
    else:
        tools.doorbell.ring(Queue(found.queue))
        messages.success(
            request, _("Đã xoay trang %(page)s: trang đang được đọc lại. Ảnh chụp còn nguyên.") % {"page": number}
        )
    return redirect("document", pk)


@login_required
@require_safe
def page(request: HttpRequest, pk: UUID, number: int) -> HttpResponseBase:
    """A page's image as JPEG; `?w=` asks for one of the widths there are, `?chup` for the page as captured.

    `?goc` tells a browser that keeps images one turn of the page from another.
    """
    small = request.GET.get("w") == str(WIDTHS[0])  # in a list of results: too small to be read, and recorded as such
    tools = _tools(request)
    try:
        given = open_page(request, pk, number, what=f"page/{number}/small" if small else f"page/{number}", small=small)
    except Refused as error:
        if error.reason.code is ReasonCode.BASIS_NEEDED:
            return shut(request, pk)
        raise Http404 from None
    found, width = given.document, WIDTHS[0] if small else WIDTHS[-1]
    shown = next((page for page in shown_pages(found, given.pages) if page.number == number), None)
    captured = "chup" in request.GET
    if shown is None or (captured and given.places):  # where things are covered is known of the upright page alone
        raise Http404
    work: Path = settings.KHOSO_HOME / "work" / f"web-{uuid4().hex}"
    try:
        path = page_image(
            found,
            number,
            width=width,
            rotation=0 if captured else shown.rotation,
            store=tools.store,
            helper=tools.helper,
            cache=settings.KHOSO_HOME / "cache",
            work=work,
            covered=given.places,
            frame=(shown.width, shown.height),
        )
        image = path.open("rb")
    except (LookupError, FileNotFoundError):  # erased this moment
        raise Http404 from None
    finally:
        shutil.rmtree(work, ignore_errors=True)
    response = FileResponse(image, content_type="image/jpeg")
    response["Cache-Control"] = given.cached()
    return response


@login_required
@require_safe
def rendition(request: HttpRequest, pk: UUID, kind: str) -> HttpResponseBase:
    """Bytes of a rendition as a download."""
    try:
        found = open_bytes(request, pk, what=kind)
        return download(found, kind, sheet=1, store=_tools(request).store)
    except Refused as error:
        if error.reason.code is not ReasonCode.BASIS_NEEDED:
            raise Http404 from None
    except ValueError:
        raise Http404 from None
    _say_once(request, _("Bản này có dữ liệu nhạy cảm: hãy ghi lý do xem trước khi tải."))
    return redirect("document", pk)


def _say_once(request: HttpRequest, text: str) -> None:
    """Pressing again before the page is there says nothing new."""
    waiting = cast("BaseStorage", messages.get_messages(request))
    said = {str(message) for message in waiting}
    waiting.used = False  # they were looked at here, not shown
    if text not in said:
        messages.error(request, text)


@login_required
@require_POST
def resume(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send a parked document on."""
    found, tools = _gate(request, pk, Purpose.REVIEW), _tools(request)
    user = cast("User", request.user)
    if moving.resume(found, actor=user.username, now=tools.clock()):
        tools.doorbell.ring(Queue(found.queue))
        messages.success(request, _("Giấy tờ đi tiếp."))
    return redirect("document", pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page image beside its doubtful fields; what the person confirms or corrects carries their name."""
    found, tools = _gate(request, pk, Purpose.REVIEW), _tools(request)
    if found.state != State.TO_CONFIRM:
        return late_review(request, found) if request.method == "POST" else redirect("document", pk)
    fault: Refused | None = None
    typed: dict[str, str] = {}
    if request.method == "POST":
        try:
            left = _confirm(request, found)
        except Refused as error:
            fault, typed = error, request.POST.dict()
        else:
            tools.doorbell.ring(Queue(found.queue))
            user = cast("User", request.user)
            if left and all(awaits_another(latest(found).fields.get(name, {}), user.username) for name in left):
                messages.success(request, _("Đã ghi nhận; %(name)s chờ người thứ hai xác nhận.") % {"name": found.name})
                return _next_waiting(request, found)
            if left:
                _tell_left(request, found, left)
                return redirect("review", pk)
            messages.success(request, _("Đã xác nhận %(name)s.") % {"name": found.name})
            return _next_waiting(request, found)
    record, pages = latest(found), Pages(found, tools.store)
    kind = document_type(record.document_type, day_of(tools.clock()))
    sensitive = cover_of(found, pages=pages, on=day_of(tools.clock())).anything
    fields = shown_fields(record, kind.mandatory)
    if fault is not None:
        fields = kept(
            found, record, fields, typed, seen=whole_number(typed.get("version", "")) or record.version, fault=fault
        )
    context = {
        "document": found,
        "title": record.fields.get("title", {}).get("value") or found.name,
        "document_type": typed.get("document_type", record.document_type),
        "type_before": record.document_type,
        "types": [
            (slug, _(name))
            for slug, name in DocumentType.objects.order_by("name").values_list("slug", "name").distinct()
        ],
        "version": record.version,
        "handed": typed.get("handed") or handed_out(found.pk, now=tools.clock()),
        "more": [(name, label(name)) for name in addable(record)],
        "new_rows": new_rows(record, typed),
        "typed": typed,
        "fields": fields,
        **_pages(found, pages, rights=rights_over(cast("User", request.user), found)),
        "dividable": can_part(found) and bool(found.parent_id or (found.pages or 0) > 1),
        # read beside the form, covered elsewhere
        "claim": claim_of_work(cast("User", request.user), found, Purpose.REVIEW) if sensitive else "",
        "ask_again": Purpose.REVIEW.value,
        "faults": [in_this_form(fault)] if fault else [],
        "nav": "to-confirm",
    }
    return render(request, "ocr/review.html", context, status=422 if fault else 200)


def _confirm(request: HttpRequest, found: Document) -> list[str]:
    """What the form says: touched fields by name, or everything as it stands."""
    record = latest(found)
    if request.POST.get("version", str(record.version)) != str(record.version):  # another window, another person
        raise Refused(ReasonCode.CHANGED_MEANWHILE)
    everything = request.POST.get("act") == "rest"
    typed = {key.removeprefix("value:"): str(value) for key, value in request.POST.items() if key.startswith("value:")}
    touched = set(request.POST.getlist("touched"))
    values: dict[str, str] = {}
    for name, value in typed.items():
        before = record.fields.get(name)
        changed = " ".join(value.split()) != (spoken(name, str(before["value"])) if before else "")
        if name in touched or changed:
            values[name] = value
    added, value = request.POST.get("new_field", ""), request.POST.get("new_value", "")
    if added and value.strip():
        values[added] = value
    slug = request.POST.get("document_type", record.document_type)
    as_type = slug if slug != record.document_type else None
    tools = _tools(request)
    work: Path = settings.KHOSO_HOME / "work" / f"web-{uuid4().hex}"
    try:
        return confirm(
            found,
            values,
            by=cast("User", request.user),
            clock=tools.clock,
            rest=everything,
            as_type=as_type,
            cutouts=cutouts_of(found, store=tools.store, helper=tools.helper, folder=work),
            reextract=partial(reextract, found, store=tools.store),
            attended=attended(
                found.pk, request.POST.get("handed", ""), request.POST.get("attended", ""), now=tools.clock()
            ),
        )
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _tell_left(request: HttpRequest, found: Document, left: list[str]) -> None:
    """What was saved, and why the document still waits."""
    record = latest(found)
    alarms = [label(name) for name in contradicted(record, left)]
    kind = _(document_type(record.document_type, day_of(_tools(request).clock())).name)
    if request.POST.get("document_type", record.document_type) != request.POST.get("type_before", record.document_type):
        messages.success(request, _("Đã đọc lại theo loại «%(type)s»; những gì đã gõ vẫn giữ.") % {"type": kind})
    elif request.POST.get("act") == "rest" and alarms:
        words = {"fields": "; ".join(alarms)}
        messages.error(
            request,
            _(
                "Đã lưu phần còn lại, chưa lưu kho: mã trên giấy ghi khác chữ in ở %(fields)s. Hãy xem bản gốc rồi bấm"
                " Enter ở từng trường đó, hoặc sửa lại."
            )
            % words,
        )
    else:
        messages.success(request, _("Đã lưu; còn nghi ngờ: %(count)s trường.") % {"count": len(left)})


def _next_waiting(request: HttpRequest, after: Document) -> HttpResponse:
    """The next document that waits for this person, or the list."""
    waiting = visible_to(cast("User", request.user)).filter(state=State.TO_CONFIRM).exclude(pk=after.pk)
    following = waiting.order_by("created_at").first()
    return redirect("review", following.pk) if following else redirect("inbox")
