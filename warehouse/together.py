"""Rows of several tables that come into being together, or not at all.

On PostgreSQL that is one statement and so one round trip: a desk waits for it, and each further trip costs both sides more
than the rows do. Elsewhere it is a transaction.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.db import IntegrityError, connection, models, transaction


def insert(head: models.Model, rest: Sequence[models.Model], *, key: str) -> bool:
    """Insert `head` and `rest`, unless the unique column `key` has the value of `head` already.

    A row of `rest` may refer to `head` (whose primary key is known) and to rows of `rest` before it.

    Returns:
        Whether they were inserted.

    Raises:
        IntegrityError: another constraint forbids it; nothing was written.
    """
    if connection.vendor == "postgresql":
        return _at_once(head, rest, key)
    try:
        with transaction.atomic():
            for row in (head, *rest):
                row.save(force_insert=True)
    except IntegrityError:
        if not type(head)._default_manager.filter(**{key: getattr(head, key)}).exists():  # noqa: SLF001 - its manager
            raise
        return False
    return True


def _at_once(head: models.Model, rest: Sequence[models.Model], key: str) -> bool:
    from khoso.postgres import rows_of  # not on a laptop, which starts without psycopg

    parameters: list[Any] = []
    names: dict[int, str] = {}

    def values(row: models.Model) -> str:
        return ", ".join(_value(row, field, names, parameters) for field in _fields(type(row)))

    unique = connection.ops.quote_name(str(getattr(head._meta.get_field(key), "column", key)))  # noqa: SLF001 - documented API
    said = [f"head AS ({_into(type(head))} VALUES ({values(head)}) ON CONFLICT ({unique}) DO NOTHING RETURNING 1)"]
    for number, row in enumerate(rest):
        primary, given = _primary(type(row)), values(row)
        said.append(f"r{number} AS ({_into(type(row))} SELECT {given} FROM head RETURNING {primary})")  # noqa: S608 - names of ours
        names[id(row)] = f"(SELECT {primary} FROM r{number})"  # noqa: S608 - names of ours
    ((count,),) = rows_of(connection, f"WITH {', '.join(said)} SELECT count(*) FROM head", parameters)  # noqa: S608 - names of ours
    if count:
        for row in (head, *rest):
            row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 - as after `save()`
    return bool(count)


def _value(row: models.Model, field: "models.Field[Any, Any]", names: Mapping[int, str], parameters: list[Any]) -> str:
    """The SQL of one value; its parameter is put behind the others."""
    there = names.get(id(row._state.fields_cache.get(field.name)))  # noqa: SLF001 - the object it refers to
    if there is not None:
        return there
    parameters.append(field.get_db_prep_save(field.pre_save(row, add=True), connection))
    return f"${len(parameters)}"


@cache
def _fields(model: type[models.Model]) -> "tuple[models.Field[Any, Any], ...]":
    """What is given: everything but a number the database counts itself."""
    return tuple(one for one in model._meta.concrete_fields if not isinstance(one, models.AutoField))  # noqa: SLF001 - documented API


@cache
def _into(model: type[models.Model]) -> str:
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(str(field.column)) for field in _fields(model))
    return f"INSERT INTO {quoted(model._meta.db_table)} ({columns})"  # noqa: SLF001 - documented API


@cache
def _primary(model: type[models.Model]) -> str:
    return connection.ops.quote_name(str(model._meta.pk.column))  # noqa: SLF001 - documented API
