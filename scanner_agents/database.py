"""The outbox's SQLite file: how it is opened, its tables, its transactions. WAL with synchronous=FULL.

NORMAL would lose a committed row at a power cut; here a committed row means «this sheet is ours to deliver».
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scanner_agents.errors import Corrupted, Unavailable
from scanner_agents.events import Code, event

_BUSY = 15.0  # seconds one process waits for another's transaction

_FIRST = """
CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('spooled', 'sending', 'received', 'refused', 'damaged', 'forgotten')),
    name TEXT NOT NULL,
    desk TEXT NOT NULL, dossier TEXT NOT NULL, component TEXT NOT NULL,
    owner_id TEXT NOT NULL, owner_name TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_try REAL NOT NULL DEFAULT 0,
    trouble TEXT,
    taken_at REAL NOT NULL,
    ended_at REAL NOT NULL DEFAULT 0,
    receipt TEXT,
    CHECK (state <> 'received' OR receipt IS NOT NULL)
) STRICT;
CREATE INDEX documents_by_state ON documents (state, id);
CREATE TABLE blobs (
    sha256 TEXT PRIMARY KEY,
    size INTEGER NOT NULL CHECK (size > 0),
    sent INTEGER NOT NULL DEFAULT 0 CHECK (sent BETWEEN 0 AND size)
) STRICT, WITHOUT ROWID;
CREATE TABLE sheets (
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    sha256 TEXT NOT NULL REFERENCES blobs (sha256),
    name TEXT NOT NULL,
    warnings TEXT NOT NULL,
    PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX sheets_by_blob ON sheets (sha256);
CREATE TABLE seen (
    path BLOB PRIMARY KEY,
    mark TEXT NOT NULL,
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    last_seen REAL NOT NULL,
    tidied INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_by_document ON seen (document);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""
_STEPS = (
    _FIRST,
    "ALTER TABLE documents ADD COLUMN batch TEXT NOT NULL DEFAULT ''",
)
"""How a file of each version becomes one of the next: outboxes on desks go on with what they hold."""
VERSION = len(_STEPS)


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, making it and its tables if absent, bringing an older agent's up to date. A connection belongs to the thread that opened it.

    Raises:
        Unavailable: it cannot be opened or written now, or a newer agent made it.
        Corrupted: it is no longer a database.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise Unavailable(event(Code.OUTBOX_TROUBLE, path=str(path), detail=detail)) from error
    with translated(path):
        connection = sqlite3.connect(path, timeout=_BUSY, isolation_level=None)
    try:
        with translated(path):
            _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("BEGIN IMMEDIATE")
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        _check(version, connection)
        for step in _STEPS[version:]:
            for statement in filter(str.strip, step.split(";")):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _check(version: int, connection: sqlite3.Connection) -> None:
    if version > VERSION:
        path = str(connection.execute("PRAGMA database_list").fetchone()[2])
        raise Unavailable(event(Code.OUTBOX_NEWER, path=path, version=version), slow=True)


@contextmanager
def translated(path: Path | str) -> Iterator[None]:
    """SQLite's errors as ours: a damaged file is `Corrupted`, a full, locked or read-only one `Unavailable`."""
    try:
        yield
    except sqlite3.IntegrityError:  # a constraint of ours: a mistake in this program, not in the world
        raise
    except sqlite3.OperationalError as error:
        raise Unavailable(event(Code.OUTBOX_TROUBLE, path=str(path), detail=str(error))) from error
    except sqlite3.DatabaseError as error:
        raise Corrupted(event(Code.OUTBOX_DAMAGED, path=str(path), detail=str(error))) from error


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Iterator[sqlite3.Connection]:
    """All or nothing, one writer at a time across processes; on return it is on the disk."""
    with translated(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
