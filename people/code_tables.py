"""Pages of the country's code tables: rows of a day for everybody, changes by whoever may, with who, when and why."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import CharField, Count, Q, QuerySet, TextField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.asking import in_force, unconfirmed
from catalogue.editing import add, confirm, correct, end, revise
from catalogue.folding import fold
from catalogue.models import CatalogueChange, Dated
from catalogue.shipped import TABLES, Table
from khoso.kernel.cells import harmless
from khoso.kernel.clock import system_clock, today
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import Reason, ReasonCode
from people.code_words import Entry, Label, entry, parsed, spoken, text
from people.days import written
from people.models import User
from people.roles import Right, may

SHOWN = 100  # rows of a page
LEAST_WHY = 5
_LONG = 200  # characters of a value told in a sentence


def _table(name: str) -> Table:
    if name not in TABLES:
        raise Http404
    return TABLES[name]


@login_required
@require_safe
def tables(request: HttpRequest) -> HttpResponse:
    """Every table with how many rows are in force today, and how many of them nobody has compared with the law."""
    day = today()
    rows = []
    for name, table in TABLES.items():
        told = in_force(table.model, day).aggregate(rows=Count("pk"), open=Count("pk", filter=unconfirmed(table.model)))
        rows.append((name, table.model._meta.verbose_name, told["rows"], told["open"]))  # noqa: SLF001
    return render(request, "people/tables.html", {"tables": rows, "nav": "code-tables"})


@login_required
@require_safe
def table(request: HttpRequest, name: str, *, label: Label = str) -> HttpResponse:
    """Rows of a table in force on a day (`?ngay=`), with words in them (`?q=`), those still to be checked (`?doi-chieu=1`).

    Page by page (`?trang=`), or all of them as a table to take along (`?csv=1`).
    """
    shown, asked_day = _table(name), request.GET.get("ngay", "").strip()[:20]
    day = written(asked_day) or today()
    rows, words = in_force(shown.model, day), request.GET.get("q", "").strip()[:100]
    if words:
        rows = _holding(shown, rows, words)
    open_rows = unconfirmed(shown.model)
    doubtful, only = rows.filter(open_rows).count(), "doi-chieu" in request.GET
    if only:
        rows = rows.filter(open_rows)
    rows = rows.order_by(*shown.model.KEY)
    if "csv" in request.GET:
        return _download(shown, rows, f"{name}-{day.isoformat()}.csv", label)
    page = Paginator(rows, SHOWN).get_page(request.GET.get("trang"))
    kept = {"ngay": f"{day:%d/%m/%Y}" if asked_day else "", "q": words, "doi-chieu": "1" if only else ""}
    kept = {key: value for key, value in kept.items() if value}
    context = {
        "name": name,
        "doubtful": doubtful,
        "only": only,
        "may_add": may(cast("User", request.user), Right.CATALOGUE) and name not in _NEVER_ADDED,
        "nav": "code-tables",
        "title": shown.model._meta.verbose_name,  # noqa: SLF001
        "day": day,
        "typed_day": asked_day or f"{day:%d/%m/%Y}",
        "words": words,
        "rows": [(row.pk, row.key_text(), str(row), row) for row in page],
        "page": page,
        "asked": urlencode(kept),
        "kept": kept.items(),
        "today": day == today(),
        "fault": _("Không có ngày «%(day)s»; đang xem hôm nay.") % {"day": asked_day}
        if asked_day and written(asked_day) is None
        else "",
    }
    return render(request, "people/table.html", context)


def _holding(shown: Table, rows: "QuerySet[Dated]", words: str) -> "QuerySet[Dated]":
    """Rows with the words in a text of theirs, with marks or without; large tables keep a folded name for that."""
    model = shown.model
    texts = [
        column.name
        for column in model._meta.concrete_fields  # noqa: SLF001
        if type(column) in {CharField, TextField} and column.name != "folded"
    ]
    asked = fold(words)
    if any(column.name == "folded" for column in model._meta.concrete_fields):  # noqa: SLF001
        found = Q(folded__contains=asked)
        for column in texts:
            found |= Q(**{f"{column}__icontains": words})
        return rows.filter(found)
    told = rows.values_list("pk", *texts)
    return rows.filter(pk__in=[pk for pk, *held in told if asked in fold("\n".join(held))])


_DATED = frozenset(column.name for column in Dated._meta.local_fields)  # noqa: SLF001
"""What every table has: days, successor, source; they come after what is the table's own."""


def _download(shown: Table, rows: Iterable[Dated], name: str, label: Label) -> HttpResponse:
    """Every row asked for, in words, with the key first; no cell begins like a formula."""
    hidden = {"id", "folded", "edited"}
    columns = {column.name: column for column in shown.model._meta.concrete_fields if column.name not in hidden}  # noqa: SLF001
    order = sorted(columns, key=lambda column: (column not in shown.model.KEY, column in _DATED))
    text_of = io.StringIO()
    writer = csv.writer(text_of)
    writer.writerow([harmless(str(columns[column].verbose_name)) for column in order])
    for row in rows:
        writer.writerow([harmless(spoken(row, column, label=label)) for column in order])
    answer = HttpResponse("\ufeff" + text_of.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, name: str, pk: int, *, label: Label = str) -> HttpResponse:
    """A row with its history; changed through a verb: mended, changed from a day on, or ended.

    `label` names the fields of documents.
    """
    shown = _table(name)
    found: Dated = get_object_or_404(shown.model._default_manager.all(), pk=pk)  # noqa: SLF001
    allowed = may(cast("User", request.user), Right.CATALOGUE)
    fault, where = "", ""
    if request.method == "POST":
        if not allowed:
            raise PermissionDenied
        try:
            changed = _change(request, shown, pk)
        except Refused as error:
            fault, where = _told(error, shown)
            found.refresh_from_db()
        else:
            messages.success(request, _("Đã ghi thay đổi."))
            return redirect("code-row", name, changed.pk)
    columns = {column.name: column for column in shown.model._meta.concrete_fields}  # noqa: SLF001
    fields = [
        entry(found, column, _kept(request, column, text(found, column)), label=label) for column in _editable(shown)
    ]
    context: dict[str, Any] = {
        "name": name,
        "title": str(found),
        "row": found,
        "fields": fields,
        "was": [(column, text(found, column)) for column in _watched(shown)],
        "fault": fault,
        "where": where,
        "beside_field": where in _editable(shown),
        "given": request.POST,
        "compared": request.POST.getlist("compared"),
        "allowed": allowed,
        "to_check": [(column, columns[column].verbose_name, getattr(found, column)) for column in found.to_check()],
        "nav": "code-tables",
        "history": CatalogueChange.objects.filter(table=name, key=found.key_text()).order_by("-at")[:50],
    }
    verbs = {
        "add": _("thêm"), "correct": _("sửa chỗ ghi sai"), "confirm": _("đã đối chiếu"), "revise": _("đổi nội dung"), "end": _("hết hiệu lực"),
        "import": _("nạp danh sách"),
    }  # fmt: skip
    for change in context["history"]:
        change.said_verb = verbs.get(change.verb, change.verb)
    return render(request, "people/row.html", context, status=422 if fault else 200)


def _told(error: Refused, shown: Table) -> tuple[str, str]:
    """What is wrong, with the field as the page calls it, and the field's column."""
    column = str(error.reason.params.get("field", ""))
    labels = {one.name: str(one.verbose_name) for one in shown.model._meta.concrete_fields}  # noqa: SLF001
    params = dict(error.reason.params) | ({"field": labels[column]} if column in labels else {})
    return Reason(error.reason.code, params).sentence(_), column


def _watched(shown: Table) -> list[str]:
    """Columns an open window holds on to: what it may change, and the last day."""
    return [*_editable(shown), "valid_to"]


def _lines(text: str) -> str:
    """As a form sends it back: the ends of lines are its own."""
    return "\n".join(text.splitlines())


def _kept(request: HttpRequest, column: str, now: str) -> str:
    """What a field shows: what was typed, and where nothing was typed the value of now."""
    typed = request.POST.get(f"value:{column}")
    if typed is None or _lines(typed) == _lines(request.POST.get(f"was:{column}", now)):
        return now
    return str(typed)


def _unchanged(request: HttpRequest, shown: Table, found: Dated) -> None:
    """The row is still what the window showed.

    Raises:
        Refused: somebody changed it meanwhile; says what.
    """
    labels = {one.name: one.verbose_name for one in shown.model._meta.concrete_fields}  # noqa: SLF001
    changes = []
    for column in _watched(shown):
        now = text(found, column)
        was = request.POST.get(f"was:{column}", now)
        if _lines(was) != _lines(now):
            changes.append(f"{labels[column]}: «{was[:_LONG]}» → «{now[:_LONG]}»")
    if changes:
        raise Refused(ReasonCode.ROW_CHANGED, changes="; ".join(changes))


_NEVER_ADDED = frozenset({"trust_roots"})
"""A root comes with its bytes and the fingerprint its authority published: `khoso trust`."""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_row(request: HttpRequest, name: str, *, label: Label = str) -> HttpResponse:
    """A new row, with its key and its first day; what was typed stays when it cannot be saved."""
    shown, fault, where = _table(name), "", ""
    if not may(cast("User", request.user), Right.CATALOGUE):
        raise PermissionDenied
    if name in _NEVER_ADDED:
        raise Http404
    if request.method == "POST":
        try:
            made = _add(request, shown)
        except Refused as error:
            fault, where = _told(error, shown)
        else:
            messages.success(request, _("Đã thêm dòng."))
            return redirect("code-row", name, made.pk)
    empty = shown.model()
    wanted = [*shown.model.KEY, "valid_from", *_editable(shown)]
    fields: Sequence[Entry] = [
        entry(
            empty,
            column,
            request.POST.get(f"value:{column}", "" if column == "valid_from" else text(empty, column)),
            label=label,
        )
        for column in dict.fromkeys(wanted)
    ]
    context = {
        "name": name,
        "table": shown.model._meta.verbose_name,  # noqa: SLF001
        "fields": fields,
        "why": request.POST.get("why", ""),
        "fault": fault,
        "where": where,
        "beside_field": where in dict.fromkeys(wanted),
        "nav": "code-tables",
    }
    return render(request, "people/new_row.html", context, status=422 if fault else 200)


def _add(request: HttpRequest, shown: Table) -> Dated:
    """Do what the form says.

    Raises:
        Refused: no reason, an empty key, no first day, or a value the table cannot hold.
    """
    post, why = request.POST, request.POST.get("why", "").strip()[:500]
    if len(why) < LEAST_WHY:
        raise Refused(ReasonCode.REASON_TOO_SHORT, least=LEAST_WHY)
    day = written(post.get("value:valid_from", ""))
    if day is None:
        raise Refused(ReasonCode.BAD_VALUE, field="valid_from", value=post.get("value:valid_from", "")[:20])
    values: dict[str, Any] = {"valid_from": day}
    for column in (*shown.model.KEY, *_editable(shown)):
        typed = post.get(f"value:{column}", "").strip()
        if typed:
            values[column] = parsed(shown.model, column, typed)
        elif column in shown.model.KEY:
            raise Refused(ReasonCode.BAD_VALUE, field=column, value="")
    return add(shown, values, by=cast("User", request.user).username, at=system_clock(), why=why)


def _editable(shown: Table) -> list[str]:
    """Columns a person may change: neither keys and days, which make a row what it is, nor what is made from others."""
    fixed = {*shown.model.KEY, "valid_from", "valid_to", "folded"}
    columns = [column for column in shown.columns() if column not in fixed]
    return sorted(columns, key=lambda column: column in _DATED)


@transaction.atomic
def _change(request: HttpRequest, shown: Table, pk: int) -> Dated:
    """Do what the form says, to the row the form showed.

    Raises:
        Refused: the row changed meanwhile, no reason given, no day where one is needed, or a value the table cannot hold.
    """
    found: Dated = shown.model._default_manager.select_for_update().get(pk=pk)  # noqa: SLF001
    _unchanged(request, shown, found)
    post, why = request.POST, request.POST.get("why", "").strip()[:500]
    if len(why) < LEAST_WHY:
        raise Refused(ReasonCode.REASON_TOO_SHORT, least=LEAST_WHY)
    who: dict[str, Any] = {"by": cast("User", request.user).username, "at": system_clock(), "why": why}
    if post.get("act") == "confirm":
        return confirm(found, post.getlist("compared"), **who)
    day = written(post.get("on", ""))
    if post.get("act") in {"revise", "end"} and day is None:
        raise Refused(ReasonCode.BAD_VALUE, field="on", value=post.get("on", ""))
    if post.get("act") == "end" and day:
        return end(found, on=day, successor=post.get("successor", "")[:60], **who)
    values = {
        column: parsed(shown.model, column, post[f"value:{column}"])
        for column in _editable(shown)
        if f"value:{column}" in post and _lines(post[f"value:{column}"]) != _lines(text(found, column))
    }
    if post.get("act") == "revise" and day:
        return revise(found, values, on=day, **who)
    return correct(found, values, **who)
