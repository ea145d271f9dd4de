"""A new embedded database has the tables its migrations would have made."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

_START = "import django; django.setup(); from django.db import connection; from khoso.fresh import make_tables; "
_MIGRATE = "from django.core.management import call_command; call_command('migrate', verbosity=0)"


def database_made_by(script: str, home: Path) -> Path:
    """The catalogue of a home of its own after a script ran in it."""
    home.mkdir(exist_ok=True)
    environment = {**os.environ, "KHOSO_HOME": str(home), "DJANGO_SETTINGS_MODULE": "khoso.settings"}
    subprocess.run([sys.executable, "-c", _START + script], env=environment, check=True, timeout=120)
    return home / "catalogue.sqlite3"


def parts(sql: str) -> list[str]:
    """A statement in pieces: what stands between its outermost commas, sorted, since the order of columns means nothing."""
    head, _, body = sql.partition("(")
    pieces, depth = [""], 0
    for letter in body.rstrip().removesuffix(")"):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and not depth:
            pieces.append("")
        else:
            pieces[-1] += letter
    return [head.strip(), *sorted(piece.strip() for piece in pieces)]


def shape(database: Path) -> dict[str, list[str]]:
    with closing(sqlite3.connect(database)) as connection:
        found = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {f"{kind} {name}": parts(sql) if kind == "table" else [sql] for kind, name, sql in found}


_ROWS = {
    "django_migrations": "SELECT app, name FROM django_migrations",
    "django_content_type": "SELECT app_label, model FROM django_content_type",
    "auth_permission": (
        "SELECT app_label, model, codename, auth_permission.name FROM auth_permission"
        " JOIN django_content_type ON content_type_id = django_content_type.id"
    ),
    "sqlite_sequence": "SELECT 1",
}


def rows(database: Path) -> dict[str, set[Any]]:
    """What stands in every table, without the numbers of rows."""
    with closing(sqlite3.connect(database)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        every = {name: _ROWS.get(name, f'SELECT * FROM "{name}"') for name in names}  # noqa: S608 - names of our tables
        return {name: set(connection.execute(question)) for name, question in every.items()}


def test_made_at_once_as_by_migrations(tmp_path: Path) -> None:
    made = database_made_by("assert make_tables(connection)", tmp_path / "made")
    migrated = database_made_by(_MIGRATE, tmp_path / "migrated")
    assert len(rows(migrated)["django_migrations"]) > 30, "the migrations were not replayed"
    assert shape(made) == shape(migrated)
    assert rows(made) == rows(migrated)


def test_a_database_with_tables_is_left_alone(tmp_path: Path) -> None:
    tmp_path.joinpath("home").mkdir()
    with closing(sqlite3.connect(tmp_path / "home" / "catalogue.sqlite3")) as connection:
        connection.execute("CREATE TABLE other (id integer)")
    assert set(shape(database_made_by("assert not make_tables(connection)", tmp_path / "home"))) == {"table other"}


def test_columns_in_another_order_are_the_same_and_others_are_not() -> None:
    one = 'CREATE TABLE "t" ("a" int, "b" int CHECK (b IN (1, 2)))'
    assert parts(one) == parts('CREATE TABLE "t" ("b" int CHECK (b IN (1, 2)), "a" int)')
    assert parts(one) != parts('CREATE TABLE "t" ("a" int, "b" int NULL CHECK (b IN (1, 2)))')
    assert parts(one) != parts('CREATE TABLE "t" ("a" int, "b" int CHECK (b IN (1, 3)))')
