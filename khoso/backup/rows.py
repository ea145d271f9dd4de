"""Tables as JSON lines: the same for every database, one row at a time, never a table in memory."""

import base64
import gzip
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.apps.registry import Apps
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.db.models import CharField, Field, Model, TextField
from django.utils.duration import duration_iso_string
from django.utils.translation import gettext as _

from khoso.kernel.errors import Corrupted

BATCH = 500
_AS_WRITTEN = (CharField, TextField)  # their text is what the database keeps

LEFT_OUT = frozenset({"sessions.session", "warehouse.hold", "search.generation"})
"""Tables of the moment: who is signed in, which process does a job, which index was fed last."""


def tables(registry: Apps = apps) -> list[type[Model]]:
    """Every table that belongs to the Kho, join tables too, in the order of their labels."""
    models = registry.get_models(include_auto_created=True)
    kept = [m for m in models if m._meta.managed and not m._meta.proxy and label(m) not in LEFT_OUT]
    return sorted(kept, key=label)


def label(model: type[Model]) -> str:
    """`warehouse.document`: a table's name in a backup."""
    return model._meta.label_lower


@contextmanager
def snapshot() -> Iterator[None]:
    """Inside, every query sees the database as it was at the first one; writers go on undisturbed."""
    if connection.vendor == "sqlite":
        # Django's own transactions start with a write lock here; a deferred one only reads.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def dump(model: type[Model], path: Path) -> int:
    """Write a table; returns the number of its rows."""
    names = [field.attname for field in model._meta.concrete_fields]
    count = 0
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=3) as file:
        rows = model._base_manager.order_by("pk").values_list(*names)
        for row in rows.iterator(chunk_size=2000):
            file.write(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=_plain) + "\n")
            count += 1
    return count


def _plain(value: object) -> object:
    """What JSON has no word for, as the text the field reads back."""
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, date | time):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_iso_string(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    raise TypeError(f"a backup has no form for {type(value).__name__}")


def read_lines(path: Path) -> Iterator[Any]:
    """The JSON values of a file, one per line.

    Raises:
        Corrupted: the file is cut or is not what it should be.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)
    except (OSError, EOFError, ValueError) as error:
        raise Corrupted(
            _("bản sao lưu hỏng: không đọc được %(path)s: %(detail)s") % {"path": path, "detail": error}
        ) from error


def load(model: type[Model], rows: Iterable[dict[str, Any]]) -> int:
    """Insert rows exactly as they were; returns how many. Call it inside a transaction.

    Args:
        model: of the shape the rows have.

    Raises:
        Corrupted: a row does not fit its table.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields.values())
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608 - names from models
    count = 0
    source = iter(rows)
    try:
        while batch := list(islice(source, BATCH)):
            prepared = [_prepared(fields, row) for row in batch]
            with connection.cursor() as cursor:
                cursor.executemany(sql, prepared)
            count += len(batch)
    except (KeyError, TypeError, ValueError, ValidationError, DatabaseError) as error:
        raise Corrupted(
            _("bản sao lưu hỏng: bảng %(table)s, sau dòng %(row)s: %(detail)s")
            % {"table": label(model), "row": count, "detail": error}
        ) from error
    return count


def _prepared(fields: "dict[str, Field[Any, Any]]", row: dict[str, Any]) -> list[Any]:
    """A row's values as the driver takes them. Objects of the model would fill fields themselves, and cost four times as much."""
    if row.keys() != fields.keys():
        raise KeyError(", ".join(sorted(row.keys() ^ fields.keys())))
    return [
        value
        if isinstance(value, str) and type(field) in _AS_WRITTEN
        else field.get_db_prep_save(field.to_python(value), connection)
        for field, value in zip(fields.values(), map(row.__getitem__, fields), strict=True)
    ]


def empty(models: Iterable[type[Model]]) -> None:
    """Delete every row of some tables; constraints are looked at when the transaction ends."""
    for model in models:
        model._base_manager.all()._raw_delete(connection.alias)  # no signals, no cascades


def continue_numbers(models: Iterable[type[Model]]) -> None:
    """Let the database's running numbers go on after the rows that came with theirs."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)
