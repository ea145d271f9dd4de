"""Changes of code tables by a person: each with who, when and why. Nothing is deleted; a row ends and another follows."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import JSONField
from django.forms.models import model_to_dict

from catalogue.loading import Report, apply
from catalogue.models import TO_CHECK, CatalogueChange, Dated
from catalogue.shapes import check, parsed
from catalogue.shipped import TABLES, Row, Table, derivations
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode

_NOT_COMPARED = "điều khoản của căn cứ chưa đối chiếu"
"""What the shipped rows say beside the mark; no longer true once somebody has."""


def table_named(name: str) -> Table:
    """A code table by its name.

    Raises:
        Refused: there is none.
    """
    if name not in TABLES:
        raise Refused(ReasonCode.NO_SUCH_TABLE, table=name, known=", ".join(TABLES))
    return TABLES[name]


@transaction.atomic
def correct(row: Dated, values: dict[str, Any], *, by: str, at: datetime, why: str) -> Dated:
    """Mend an error in a row: it was never right. For a change of the law use `revise`.

    Raises:
        Refused: a value the table cannot hold.
    """
    before = _said(row)
    row = _filled(row, values)
    _save(row)
    _note("correct", row, before, by=by, at=at, why=why)
    return row


@transaction.atomic
def confirm(row: Dated, columns: Collection[str], *, by: str, at: datetime, why: str) -> Dated:
    """Somebody has compared these columns with the law: they stand as they are, without the mark «(?)».

    Args:
        why: which text was looked at.

    Raises:
        Refused: none of the columns, or one without the mark.
    """
    marked = row.to_check()
    for column in columns:
        if column not in marked:
            raise Refused(ReasonCode.BAD_VALUE, field=column[:40], value=TO_CHECK)
    if not columns:
        raise Refused(ReasonCode.NOTHING_CHANGED)
    before = _said(row)
    row = _filled(row, {column: _unmarked(getattr(row, column)) for column in columns})
    _save(row)
    _note("confirm", row, before, by=by, at=at, why=why)
    return row


def _unmarked(text: str) -> str:
    parts = (" ".join(part.replace(TO_CHECK, " ").split()).replace(" ,", ",") for part in text.split(";"))
    return "; ".join(part for part in parts if part and part != _NOT_COMPARED)


@transaction.atomic
def revise(row: Dated, values: dict[str, Any], *, on: date, by: str, at: datetime, why: str) -> Dated:
    """The thing changes on a day: the row ends there, a new one with the new values begins.

    Raises:
        Refused: the day is not within the row's validity, or a value the table cannot hold.
    """
    if on <= row.valid_from or (row.valid_to is not None and on >= row.valid_to):
        raise Refused(ReasonCode.BAD_VALUE, field="valid_from", value=on.isoformat())
    model, before, end = type(row), _said(row), row.valid_to
    row.valid_to, row.edited = on, True
    _save(row)
    following = model(**{f.name: getattr(row, f.name) for f in model._meta.concrete_fields if f.name != "id"})  # noqa: SLF001
    following = _filled(following, values | {"valid_from": on, "valid_to": end})
    _save(following)
    _note("revise", following, before, by=by, at=at, why=why)
    return following


@transaction.atomic
def end(row: Dated, *, on: date, successor: str = "", by: str, at: datetime, why: str) -> Dated:
    """The thing is no more from a day on.

    Raises:
        Refused: the day is not after the row's beginning.
    """
    before = _said(row)
    row = _filled(row, {"valid_to": on, "successor": successor})
    _save(row)
    _note("end", row, before, by=by, at=at, why=why)
    return row


@transaction.atomic
def add(table: Table, values: dict[str, Any], *, by: str, at: datetime, why: str) -> Dated:
    """A new row.

    Raises:
        Refused: a value the table cannot hold, or the key has a row from that day already.
    """
    row = _filled(table.model(), values)
    _save(row)
    _note("add", row, None, by=by, at=at, why=why)
    return row


@transaction.atomic
def bring_in(table: Table, rows: list[Row], *, by: str, at: datetime, why: str, dry_run: bool = False) -> Report:
    """Import a later list: one entry in the history per changed row, one for all new ones.

    Raises:
        Refused: see `catalogue.loading.apply`.
    """
    report = apply(table, rows, dry_run=dry_run)
    if not dry_run and report.touched:
        notes = [
            CatalogueChange(
                at=at, by=by, table=table.name, key=change.key, verb="import", why=why,
                before=_plain(change.before), after=_plain(change.after),
            )
            for change in report.changed
        ]  # fmt: skip
        notes.append(
            CatalogueChange(
                at=at, by=by, table=table.name, key="*", verb="import", why=why, before=None, after={"new": report.new}
            )
        )
        CatalogueChange.objects.bulk_create(notes)
    return report


def _filled(row: Dated, values: dict[str, Any]) -> Dated:
    fields = {f.name: f for f in row._meta.concrete_fields}  # noqa: SLF001
    name = ""
    try:
        for name, value in values.items():
            listed = isinstance(fields[name], JSONField) and isinstance(value, str)
            setattr(row, name, parsed(name, value) if listed else fields[name].to_python(value))
        row.edited = True
        for column, (source, made) in derivations(type(row)).items():
            setattr(row, column, made(getattr(row, source)))
        name = ""
        row.full_clean(validate_unique=False, validate_constraints=False)
        for column in values:
            check(type(row), column, getattr(row, column), row.key_text())
    except (ValidationError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
            name = ", ".join(error.error_dict)
        raise Refused(ReasonCode.BAD_VALUE, field=name or "?", value=str(values.get(name, ""))[:100]) from error
    return row


def _save(row: Dated) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused(ReasonCode.BAD_ROW, table=type(row).__name__, row=1, detail=row.key_text()) from error


def _said(row: Dated) -> dict[str, Any]:
    return _plain(model_to_dict(row, exclude=["id"]))


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    encoder = DjangoJSONEncoder()
    return {
        k: v if isinstance(v, str | int | float | bool | list | dict | None) else encoder.default(v)
        for k, v in values.items()
    }


def _note(verb: str, row: Dated, before: dict[str, Any] | None, *, by: str, at: datetime, why: str) -> None:
    name = next(table.name for table in TABLES.values() if table.model is type(row))
    CatalogueChange.objects.create(
        at=at, by=by, table=name, key=row.key_text(), verb=verb, why=why, before=before, after=_said(row)
    )
