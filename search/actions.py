"""What one does with a search: keep it under a name, take what it found along as a table, ask for more like a document."""

from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalogue.models import DocumentType
from khoso.kernel.clock import system_clock
from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from people.models import User
from search.addresses import address_of, kept, query_of
from search.api import viewer_of
from search.covering import covered
from search.exporting import as_csv, as_xlsx, found_in, head, rows
from search.filters import settled, understand
from search.likeness import alike
from search.saving import change, remove, save
from search.showing import shown_hit, type_names
from warehouse.access import LEAST_REASON, Purpose, listed, open_for
from warehouse.describing import newest
from warehouse.masking import is_uncovered, title_shown
from warehouse.sentences import sentence

_OPEN = frozenset({"title", "issuer"})
"""Fields of a paper that lies covered by which others like it are looked for: by its owner they would tell whose it is."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _back(asked: dict[str, str]) -> HttpResponse:
    return redirect(f"{reverse('search')}?{urlencode(asked)}" if asked else reverse("search"))


@login_required
@require_POST
def save_search(request: HttpRequest) -> HttpResponse:
    """Keep the search of this address under a name."""
    asked = kept(request.GET)
    try:
        saved = save(
            _user(request), request.POST.get("name", ""), asked,
            shared="shared" in request.POST, replace="replace" in request.POST,
        )  # fmt: skip
    except Refused as error:
        messages.error(request, sentence(error.reason.to_json()))
    else:
        messages.success(request, _("Đã lưu tìm kiếm «%(name)s». Mở lại ở trang Tìm kiếm.") % {"name": saved.name})
    return _back(asked)


@login_required
@require_POST
def saved_search(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, share or forget one of one's own."""
    try:
        if request.POST.get("act") == "remove":
            remove(pk, _user(request))
            messages.success(request, _("Đã xóa tìm kiếm đã lưu. Giấy tờ trong kho không đổi."))
        else:
            change(pk, _user(request), request.POST.get("name", ""), shared="shared" in request.POST)
            messages.success(request, _("Đã sửa tìm kiếm đã lưu."))
    except Refused as error:
        if error.reason.code is ReasonCode.NO_SUCH_SAVED:
            raise Http404 from None
        messages.error(request, sentence(error.reason.to_json()))
    return redirect("search")


@login_required
@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """What the search of this address finds, as CSV or XLSX; why is asked and recorded with every document."""
    asked = kept(request.GET)
    basis, person = request.POST.get("basis", "").strip(), _user(request)
    if len(basis) < LEAST_REASON:
        messages.error(request, sentence(Refused(ReasonCode.WHY_NEEDED, least=str(LEAST_REASON)).reason.to_json()))
        return _back(asked)
    index, viewer = request.tools.index, viewer_of(person)  # type: ignore[attr-defined]
    try:
        typed = understand(asked.get("q", ""), dict(DocumentType.objects.values_list("slug", "name")))
        typed = settled(typed, lambda query: index.find(query, viewer=viewer))
        query = typed.narrowed(query_of(asked))
        names = found_in(query, find=lambda query, after: index.find(query, viewer=viewer, after=after))
    except Refused as error:
        messages.error(request, sentence(error.reason.to_json()))
        return _back(asked)
    except Unavailable:
        messages.error(request, _("Chỉ mục tìm kiếm đang bận nên chưa xuất gì. Hãy thử lại sau ít phút."))
        return _back(asked)
    table = rows(
        person, names, basis=basis, called=type_names(),
        address=lambda pk: request.build_absolute_uri(reverse("document", args=[pk])),
    )  # fmt: skip
    stem = f"ket-qua-tim-{timezone.localtime(system_clock()):%Y%m%d-%H%M}"
    if request.POST.get("format") == "xlsx":
        return FileResponse(
            as_xlsx(_("Kết quả tìm"), head(), table), as_attachment=True, filename=f"{stem}.xlsx", content_type=XLSX
        )
    response = StreamingHttpResponse(as_csv(head(), table), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{stem}.csv"'
    return response


@login_required
@require_safe
def more_like(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Others of the same person, of the same kind and agency, and about the same as a document."""
    try:
        document = open_for(_user(request), pk, purpose=Purpose.VIEW, what="like")
    except Refused:
        raise Http404 from None
    record = newest(document)
    fields: dict[str, Any] = record.fields if record else {}
    names = type_names()
    closed = not is_uncovered(request, document.pk) and bool(
        names.sensitive & {document.document_type, record.document_type if record else ""}
    )
    values = {name: str(field["value"]) for name, field in fields.items() if not closed or name in _OPEN}
    index, viewer = request.tools.index, viewer_of(_user(request))  # type: ignore[attr-defined]
    heads = {
        "owner": _("Của cùng một người"),
        "name": _("Có cùng tên người"),
        "issuer": _("Cùng loại, cùng cơ quan cấp"),
        "type": _("Cùng loại giấy tờ"),
        "words": _("Nội dung gần giống"),
    }
    context: dict[str, Any] = {
        "document": document,
        "title": title_shown(request, document),
        "nav": "search",
        "header_box": True,  # this page has none of its own
        "closed": closed,
    }
    try:
        found = alike(str(pk), document.document_type, values, find=lambda query: index.find(query, viewer=viewer))
        listed(_user(request), [hit.document for one in found for hit in one.hits])
    except Unavailable:
        context["fault"] = _("Chỉ mục tìm kiếm đang bận, hãy thử lại sau ít phút. Giấy tờ trong kho vẫn an toàn.")
    else:
        shown = {hit.document: hit for hit in covered(request, [hit for one in found for hit in one.hits])}
        context["kinds"] = [
            {
                "head": heads[one.reason],
                "total": one.total,
                "all": urlencode(address_of(one.query)) if one.total > len(one.hits) else "",
                "hits": [shown_hit(shown[hit.document], names) for hit in one.hits],
            }
            for one in found
        ]
    return render(request, "search/like.html", context)
