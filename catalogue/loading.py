"""Loads code tables: those shipped with the product, or a later list. Running it twice changes nothing the second time."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import CharField, JSONField, TextField

from catalogue.shapes import SHAPES, check, parsed, sentence
from catalogue.shipped import TABLES, Row, Table, derivations
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode

_CHUNK = 2000
_ABSENT = object()
Values = tuple[Any, ...]
"""A row's values in the order of its table's columns."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A row that differs: `before` and `after` hold the differing columns only."""

    key: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(slots=True)
class Report:
    """What loading a table did or would do. `kept`: rows a person changed here, left as they are."""

    table: str
    new: int = 0
    same: int = 0
    changed: list[Changed] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    @property
    def touched(self) -> int:
        """How many rows are new or changed."""
        return self.new + len(self.changed)


def load(only: Collection[str] | None = None, *, dry_run: bool = False) -> list[Report]:
    """Bring the shipped rows in; rows with other keys or days, and rows a person edited, stay as they are.

    Args:
        only: names of tables; None for all.
        dry_run: change nothing, tell what would change.
    """
    return [
        apply(table, table.shipped(), dry_run=dry_run) for name, table in TABLES.items() if not only or name in only
    ]


@transaction.atomic
def apply(table: Table, rows: Iterable[Row], *, dry_run: bool = False) -> Report:
    """Bring rows into one table: all or none. Works on plain values: the lists of the country are long, a first start is short.

    Raises:
        Refused: a row lacks a column, has one the table does not know, or a value the column cannot hold.
    """
    report, plan = Report(table.name), _Plan(table)
    present = _present(plan)
    new: list[Values] = []
    changed: list[tuple[int, Values]] = []
    for values in plan.all_values(list(rows)):
        key = plan.key(values)
        known = present.get(key)
        if known is None:
            new.append(values)
            present[key] = (0, False, values)
        elif known[2] == values:
            report.same += 1
        elif known[1]:
            report.kept.append(plan.name(values))
        else:
            report.changed.append(_difference(plan, known[2], values))
            changed.append((known[0], values))
    report.new = len(new)
    if not dry_run:
        _write(plan, new, changed)
    return report


class _Plan:
    """How rows of a table become values of its columns, and back into the database."""

    def __init__(self, table: Table) -> None:
        self.table, self.model = table, table.model
        self.columns = table.columns()
        fields = {f.name: f for f in self.model._meta.concrete_fields}  # noqa: SLF001
        self.fields: list[Any] = [fields[name] for name in self.columns]
        self._place = {name: place for place, name in enumerate(self.columns)}
        self._keys = [self._place[name] for name in (*self.model.KEY, "valid_from")]
        self.key: Callable[[Values], tuple[Any, ...]] = itemgetter(*self._keys)
        """Key and first day of a row."""
        self._shaped = [(name, self._place[name]) for name in SHAPES.get(self.model, {})]
        self._texts = [type(f) in {CharField, TextField} for f in self.fields]
        self._choices = [
            {choice for choice, _label in f.flatchoices} | {""} if f.choices else None for f in self.fields
        ]

    def all_values(self, rows: Sequence[Row]) -> list[Values]:
        """`values` of every row. Column by column, since most columns hold few different values; row by row only to say
        which row is wrong.

        Raises:
            Refused: a row does not fit the table.
        """
        try:
            columns = self._columns_of(rows) if rows else []
        except (ValidationError, ValueError, TypeError, Refused):
            return [self.values(row, number) for number, row in enumerate(rows, 1)]
        out = list[Values](zip(*columns, strict=True))
        for number, values in enumerate(out if self._shaped else (), 1):
            self._check_lists(values, number)
        return out

    def _check_lists(self, values: Sequence[Any], number: int) -> None:
        """What lists hold.

        Raises:
            Refused: a list that does not fit the column, in words.
        """
        try:
            for name, place in self._shaped:
                check(self.model, name, values[place], str(values[self._keys[0]]))
        except Refused as error:
            raise Refused(ReasonCode.BAD_ROW, table=self.table.name, row=number, detail=sentence(error)) from error

    def _columns_of(self, rows: Sequence[Row]) -> list[list[Any]]:
        """Values by column. Raises whatever a value that does not fit does."""
        if not self._place.keys() >= set[str]().union(*rows):
            raise ValueError(self.table.name)
        columns = [self._column(place, [row.get(name, _ABSENT) for row in rows]) for name, place in self._place.items()]
        if any(None in columns[place] or "" in columns[place] for place in self._keys):
            raise ValueError(self.table.name)
        for name, (source, made) in derivations(self.model).items():
            columns[self._place[name]] = [made(value) for value in columns[self._place[source]]]
        return columns

    def _column(self, place: int, given: list[Any]) -> list[Any]:
        if self._texts[place] and set(map(type, given)) == {str}:
            longest, choices = self.fields[place].max_length, self._choices[place]
            if (longest is None or max(map(len, given)) <= longest) and (choices is None or choices.issuperset(given)):
                return given
        return _each_once(partial(self._value, place), given)

    def values(self, row: Row, number: int) -> Values:
        """The row's values in the order of `columns`, defaults filled in.

        Raises:
            Refused: the row does not fit the table.
        """
        strange = row.keys() - self._place.keys()
        if strange:
            raise Refused(
                ReasonCode.BAD_ROW,
                table=self.table.name,
                row=number,
                detail=", ".join(map(str, sorted(strange, key=str))),
            )
        try:
            out = [self._value(place, row.get(name, _ABSENT)) for name, place in self._place.items()]
        except (ValidationError, ValueError, TypeError, Refused) as error:
            detail = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            detail = sentence(error) if isinstance(error, Refused) else detail
            raise Refused(ReasonCode.BAD_ROW, table=self.table.name, row=number, detail=detail) from error
        missing = [self.columns[place] for place in self._keys if out[place] in {None, ""}]
        if missing:
            raise Refused(ReasonCode.BAD_ROW, table=self.table.name, row=number, detail=", ".join(missing))
        for name, (source, made) in derivations(self.model).items():
            out[self._place[name]] = made(out[self._place[source]])
        self._check_lists(out, number)
        return tuple(out)

    def _value(self, place: int, value: Any) -> Any:
        field, choices = self.fields[place], self._choices[place]
        if value is _ABSENT:
            return field.get_default()
        if not (self._texts[place] and isinstance(value, str)):
            value = field.to_python(value)
            if isinstance(field, JSONField) and isinstance(value, str):
                value = parsed(field.name, value)
        if isinstance(value, str) and field.max_length is not None and len(value) > field.max_length:
            raise ValueError(f"{field.name}: {len(value)} > {field.max_length}")
        if choices is not None and value not in choices:
            raise ValueError(f"{field.name}: {value!r}")
        if value is None and not field.null:
            raise ValueError(f"{field.name}: null")
        return value

    def name(self, values: Values) -> str:
        """The key for people."""
        return "/".join(str(values[place]) for place in self._keys[:-1])

    def prepared(self, rows: Sequence[Values]) -> Iterator[Values]:
        """Rows as the database driver takes them."""
        columns = [
            column if text else _each_once(partial(field.get_db_prep_save, connection=connection), column)
            for text, field, column in zip(self._texts, self.fields, zip(*rows, strict=True), strict=True)
        ]
        return zip(*columns, strict=True)


def _each_once(make: Callable[[Any], Any], given: Sequence[Any]) -> list[Any]:
    """`make` of each value, called once for equal ones of the same type."""
    try:
        made = {pair: make(pair[1]) for pair in set(zip(map(type, given), given, strict=True))}
    except TypeError:  # lists and the like have no hash
        return [make(value) for value in given]
    return [made[type(value), value] for value in given]


def _present(plan: _Plan) -> dict[tuple[Any, ...], tuple[int, bool, Values]]:
    found = plan.model._base_manager.values_list("pk", "edited", *plan.columns)  # noqa: SLF001
    rows = ((pk, edited, tuple(values)) for pk, edited, *values in found.iterator(chunk_size=_CHUNK))
    return {plan.key(values): (pk, edited, values) for pk, edited, values in rows}


def _write(plan: _Plan, new: Sequence[Values], changed: Sequence[tuple[int, Values]]) -> None:
    """New rows in bulk; changed ones, few, one by one."""
    quote = connection.ops.quote_name
    names = [quote(field.column) for field in plan.fields]
    into = quote(plan.model._meta.db_table)  # noqa: SLF001
    if new:
        marks = ", ".join(["%s"] * (len(names) + 1))
        sql = f"INSERT INTO {into} ({', '.join([*names, quote('edited')])}) VALUES ({marks})"  # noqa: S608 - names from models
        with connection.cursor() as cursor:
            cursor.executemany(sql, [(*values, False) for values in plan.prepared(new)])
    for pk, values in changed:
        plan.model._base_manager.filter(pk=pk).update(**dict(zip(plan.columns, values, strict=True)))  # noqa: SLF001


def _difference(plan: _Plan, before: Values, after: Values) -> Changed:
    pairs = [(n, b, a) for n, b, a in zip(plan.columns, before, after, strict=True) if b != a]
    return Changed(plan.name(after), {n: b for n, b, _ in pairs}, {n: a for n, _, a in pairs})
