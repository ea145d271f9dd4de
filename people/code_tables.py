"""Pages of the country's code tables: rows of a day for everybody, changes by whoever may, with who, when and why."""

import json
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, Count, Q, TextField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.asking import in_force, unconfirmed
from catalogue.editing import add, confirm, correct, end, revise
from catalogue.folding import fold
from catalogue.models import CatalogueChange, Dated
from catalogue.shipped import TABLES, Table
from khoso.kernel.clock import system_clock
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import SENTENCES, ReasonCode
from people.models import User
from people.roles import Right, may, today

SHOWN = 200
LEAST_WHY = 5


def _table(name: str) -> Table:
    if name not in TABLES:
        raise Http404
    return TABLES[name]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


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
def table(request: HttpRequest, name: str) -> HttpResponse:
    """Rows of a table in force on a day (`?ngay=`), with words in them (`?q=`), those still to be checked (`?doi-chieu=1`)."""
    shown, day = _table(name), _day(request.GET.get("ngay", "")) or today()
    rows, words = in_force(shown.model, day), request.GET.get("q", "").strip()[:100]
    if words:
        rows = rows.filter(_holds(shown, words))
    open_rows = unconfirmed(shown.model)
    doubtful, only = rows.filter(open_rows).count(), "doi-chieu" in request.GET
    if only:
        rows = rows.filter(open_rows)
    context = {
        "name": name,
        "doubtful": doubtful,
        "only": only,
        "may_add": may(cast("User", request.user), Right.CATALOGUE) and name not in _NEVER_ADDED,
        "nav": "code-tables",
        "title": shown.model._meta.verbose_name,  # noqa: SLF001
        "day": day,
        "words": words,
        "rows": [(row.pk, row.key_text(), str(row), row) for row in rows.order_by(*shown.model.KEY)[:SHOWN]],
        "total": rows.count(),
    }
    return render(request, "people/table.html", context)


def _holds(shown: Table, words: str) -> Q:
    """Rows with the words in a text of theirs; tables that keep a folded name find them without marks as well."""
    found = Q()
    for column in shown.model._meta.concrete_fields:  # noqa: SLF001
        if column.name == "folded":
            found |= Q(folded__contains=fold(words))
        elif type(column) in {CharField, TextField}:
            found |= Q(**{f"{column.name}__icontains": words})
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """A row with its history; changed through a verb: mended, changed from a day on, or ended."""
    shown = _table(name)
    found: Dated = get_object_or_404(shown.model._default_manager.all(), pk=pk)  # noqa: SLF001
    allowed = may(cast("User", request.user), Right.CATALOGUE)
    if request.method == "POST":
        if not allowed:
            raise PermissionDenied
        try:
            changed = _change(request, shown, found)
        except Refused as error:
            messages.error(request, _(SENTENCES[error.reason.code]) % error.reason.params)
        else:
            messages.success(request, _("Đã ghi thay đổi."))
            return redirect("code-row", name, changed.pk)
        return redirect("code-row", name, pk)
    columns = {column.name: column for column in shown.model._meta.concrete_fields}  # noqa: SLF001
    fields = [(column, columns[column].verbose_name, _text(getattr(found, column))) for column in _editable(shown)]
    context: dict[str, Any] = {
        "name": name,
        "title": str(found),
        "row": found,
        "fields": fields,
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
    return render(request, "people/row.html", context)


_NEVER_ADDED = frozenset({"trust_roots"})
"""A root comes with its bytes and the fingerprint its authority published: `khoso trust`."""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_row(request: HttpRequest, name: str) -> HttpResponse:
    """A new row, with its key and its first day; what was typed stays when it cannot be saved."""
    shown, fault = _table(name), ""
    if not may(cast("User", request.user), Right.CATALOGUE):
        raise PermissionDenied
    if name in _NEVER_ADDED:
        raise Http404
    if request.method == "POST":
        try:
            made = _add(request, shown)
        except Refused as error:
            fault = _(SENTENCES[error.reason.code]) % error.reason.params
        else:
            messages.success(request, _("Đã thêm dòng."))
            return redirect("code-row", name, made.pk)
    empty = shown.model()
    columns = {column.name: column for column in shown.model._meta.concrete_fields}  # noqa: SLF001
    wanted = [*shown.model.KEY, "valid_from", *_editable(shown)]
    fields = []
    for column in dict.fromkeys(wanted):
        value = "" if column == "valid_from" else _text(getattr(empty, column))
        fields.append((column, columns[column].verbose_name, request.POST.get(f"value:{column}", value)))
    context = {
        "name": name,
        "table": shown.model._meta.verbose_name,  # noqa: SLF001
        "fields": fields,
        "why": request.POST.get("why", ""),
        "fault": fault,
        "nav": "code-tables",
    }
    return render(request, "people/new_row.html", context, status=422 if fault else 200)


def _add(request: HttpRequest, shown: Table) -> Dated:
    """Do what the form says.

    Raises:
        Refused: no reason, an empty key, no first day, or a value the table cannot hold.
    """
    post, why, empty = request.POST, request.POST.get("why", "").strip()[:500], shown.model()
    if len(why) < LEAST_WHY:
        raise Refused(ReasonCode.BASIS_NEEDED)
    day = _day(post.get("value:valid_from", ""))
    if day is None:
        raise Refused(ReasonCode.BAD_VALUE, field="valid_from", value=post.get("value:valid_from", "")[:20])
    values: dict[str, Any] = {"valid_from": day}
    for column in (*shown.model.KEY, *_editable(shown)):
        typed = post.get(f"value:{column}", "").strip()
        if typed:
            values[column] = _parsed(typed, getattr(empty, column))
        elif column in shown.model.KEY:
            raise Refused(ReasonCode.BAD_VALUE, field=column, value="")
    return add(shown, values, by=cast("User", request.user).username, at=system_clock(), why=why)


def _editable(shown: Table) -> list[str]:
    """Columns a person may change: neither keys and days, which make a row what it is, nor what is made from others."""
    fixed = {*shown.model.KEY, "valid_from", "valid_to", "folded"}
    return [column for column in shown.columns() if column not in fixed]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict | bool) else str(value)


def _change(request: HttpRequest, shown: Table, found: Dated) -> Dated:
    """Do what the form says.

    Raises:
        Refused: no reason given, no day where one is needed, or a value the table cannot hold.
    """
    post, why = request.POST, request.POST.get("why", "").strip()[:500]
    if len(why) < LEAST_WHY:
        raise Refused(ReasonCode.BASIS_NEEDED)
    who: dict[str, Any] = {"by": cast("User", request.user).username, "at": system_clock(), "why": why}
    if post.get("act") == "confirm":
        return confirm(found, post.getlist("compared"), **who)
    day = _day(post.get("on", ""))
    if post.get("act") in {"revise", "end"} and day is None:
        raise Refused(ReasonCode.BAD_VALUE, field="on", value=post.get("on", ""))
    if post.get("act") == "end" and day:
        return end(found, on=day, successor=post.get("successor", "")[:60], **who)
    values = {
        column: _parsed(post[f"value:{column}"], getattr(found, column))
        for column in _editable(shown)
        if f"value:{column}" in post and post[f"value:{column}"] != _text(getattr(found, column))
    }
    if post.get("act") == "revise" and day:
        return revise(found, values, on=day, **who)
    return correct(found, values, **who)


def _parsed(text: str, before: Any) -> Any:
    """What was typed, as the kind of value it replaces."""
    if isinstance(before, list | dict | bool):
        try:
            return json.loads(text)
        except ValueError:
            raise Refused(ReasonCode.BAD_VALUE, field="json", value=text[:100]) from None
    return None if text == "" and not isinstance(before, str) else text
