"""Values of the code tables as people read and type them: yes and no, names of choices, lists line by line. Never codes of the program."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Any, cast

from django.db.models import BooleanField, CharField, DateField, Field, JSONField, TextField
from django.utils.formats import get_format
from django.utils.translation import gettext as _

from catalogue.models import Dated
from catalogue.shapes import as_lines, is_tiers, typed
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people.days import written

Label = Callable[[str], str]
"""What a field of a document is called on pages."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One column of a row's form.

    `value`: as the form sends it. `kind`: `line`, `text`, `lines` (a list, one line for each), `choice` or `day`. `options`: value and
    words of each choice. `hint`: what the lines are, where that is not seen.
    """

    column: str
    label: str
    value: str
    words: str
    kind: str
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""


def entry(row: Dated, column: str, value: str, *, label: Label = str) -> Entry:
    """A column of a row for a form that shows `value` in it; `label` names the fields of documents."""
    field = _field(type(row), column)
    options, kind, hint = list[tuple[str, str]](), "line", ""
    if isinstance(field, BooleanField):
        kind, options = "choice", [("true", _("có")), ("false", _("không"))]
        if field.null:
            options.insert(0, ("", _("chưa rõ")))
    elif getattr(field, "choices", None):
        kind, options = "choice", [(str(one), str(called)) for one, called in field.flatchoices]
    elif isinstance(field, JSONField):
        kind = "lines"
        hint = (
            _("mỗi dòng một bậc: đến trang: đồng mỗi trang; dòng cuối ghi * cho mọi trang sau")
            if is_tiers(type(row), column)
            else _("mỗi dòng một mục")
        )
    elif type(field) is TextField:
        kind = "text"
    elif isinstance(field, DateField):
        kind = "day"
    if kind == "choice" and value not in dict(options):  # nothing chosen yet; or what was typed is shown as it is
        options.insert(0, (value, value or "—"))
    return Entry(
        column,
        str(field.verbose_name),
        value,
        spoken(row, column, label=label),
        kind,
        tuple(options),
        hint,
    )


def _field(model: type[Dated], column: str) -> "Field[Any, Any]":
    return cast("Field[Any, Any]", model._meta.get_field(column))  # noqa: SLF001 - Django's own name for it


def spoken(row: Dated, column: str, *, label: Label = str) -> str:
    """A value in words; nothing where there is none."""
    value, field = getattr(row, column), _field(type(row), column)
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if getattr(field, "choices", None):
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, date | time):
        return value.strftime("%d/%m/%Y" if isinstance(value, date) else "%H:%M")
    if isinstance(field, JSONField):
        return _listed(row, column, value, label)
    return "" if value is None else str(value)


def _listed(row: Dated, column: str, value: Any, label: Label) -> str:
    if not as_lines(type(row), column, value):  # no such list: as it is stored, to be mended
        return json.dumps(value, ensure_ascii=False) if value else ""
    if not is_tiers(type(row), column):
        return ", ".join(label(one) if column == "mandatory" else one for one in value)
    money = [f"{each:,}".replace(",", get_format("THOUSAND_SEPARATOR")) for _upto, each in value]
    return "; ".join(
        (
            _("các trang sau: %(each)s đồng mỗi trang")
            if upto is None
            else _("đến trang %(upto)s: %(each)s đồng mỗi trang")
        )
        % {"upto": upto, "each": each}
        for (upto, _each), each in zip(value, money, strict=True)
    )


def text(row: Dated, column: str) -> str:
    """A value as a form sends it; a text that stands where a list should is seen to be one by its quotes."""
    value, field = getattr(row, column), _field(type(row), column)
    if value is None:
        return ""
    if isinstance(field, JSONField):
        return as_lines(type(row), column, value) or ("" if value == [] else json.dumps(value, ensure_ascii=False))
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return json.dumps(value) if isinstance(value, bool) else str(value)


def parsed(model: type[Dated], column: str, given: str) -> Any:
    """What was typed, as the kind of value its column holds.

    Raises:
        Refused: neither yes nor no, no list, or no day.
    """
    field = _field(model, column)
    if isinstance(field, BooleanField):
        said = {"true": True, "false": False} | ({"": None} if field.null else {})
        if given.strip().lower() not in said:
            raise Refused(ReasonCode.BAD_VALUE, field=column, value=given[:100])
        return said[given.strip().lower()]
    if isinstance(field, JSONField):
        return typed(model, column, given)
    if isinstance(field, CharField | TextField):
        return given
    if isinstance(field, DateField) and given.strip():
        day = written(given)
        if day is None:
            raise Refused(ReasonCode.BAD_VALUE, field=column, value=given[:20])
        return day
    return given.strip() or None
