"""The index's file: connections that are ready to use, made anew when the file is gone, damaged or of another make.

The index is a projection, so losing it is no loss, but it must be noticed: a new file has a new `generation`. Nothing
that might be somebody else's is deleted: a damaged file is moved aside to `<name>.damaged` (it may be removed), the
database of another program is refused.
"""

import fcntl
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple
from weakref import finalize

from khoso.kernel.errors import Unavailable

APPLICATION_ID = 0x4B687353  # "KhsS"
SCHEMA_VERSION = 4
"""Of tables, terms and folding together: raised by whatever changes what is stored for the same entry."""

PATIENCE = 30.0
"""Seconds a writer waits for other writers. Readers never wait."""

_READ, _WRITE = "BEGIN", "BEGIN IMMEDIATE"
_IDLE = 8  # connections kept open between uses

# The two numbers above once more: pragmas take no parameters.
_STAMP_APPLICATION = "PRAGMA application_id = 1265136467"
_STAMP_VERSION = "PRAGMA user_version = 4"
_DROP = (
    "DROP TABLE generation",
    "DROP TABLE document",
    "DROP TABLE stored",
    "DROP TABLE posting",
    "DROP TABLE facet",
    "DROP TABLE label",
)
_CREATE = (
    "CREATE TABLE generation (name TEXT NOT NULL)",
    # One row for each document ever put; its slot is never given to another. Removed ones stay as tombstones.
    """CREATE TABLE document (
        slot INTEGER PRIMARY KEY, document TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, live INTEGER NOT NULL
    )""",
    # What hits show and what a change is computed from; live documents only.
    "CREATE TABLE stored (slot INTEGER PRIMARY KEY, head TEXT NOT NULL, body BLOB NOT NULL)",
    """CREATE TABLE posting (
        block INTEGER NOT NULL, term TEXT NOT NULL, body BLOB NOT NULL, head BLOB NOT NULL, PRIMARY KEY (block, term)
    ) WITHOUT ROWID""",
    # One number for each slot of a block; rights, filters, facets and the order of dates are computed from these.
    "CREATE TABLE facet (name TEXT NOT NULL, block INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (name, block))",
    # What those numbers mean: `key` makes spellings one, `printed` is shown.
    """CREATE TABLE label (
        id INTEGER PRIMARY KEY, facet TEXT NOT NULL, key TEXT NOT NULL, printed TEXT NOT NULL, UNIQUE (facet, key)
    )""",
)

log = logging.getLogger(__name__)


class Damaged(Exception):
    """What was read cannot have been written by us. The file is replaced; callers see `Unavailable`."""


class Absent(Exception):
    """A file that is only used where it stands already is not there."""


class _Origin(NamedTuple):
    """Which process opened which file: a connection is of use only while both are the same."""

    process: int
    device: int
    inode: int


class _Connection(sqlite3.Connection):
    origin: _Origin | None = None


_inherited: list[_Connection] = []
"""From before a fork, kept for ever: SQLite forbids even closing them in the child."""


def _put_away(connection: _Connection) -> None:
    if connection.origin is not None and connection.origin.process != os.getpid():
        _inherited.append(connection)
    else:
        connection.close()


def _put_all_away(connections: list[_Connection]) -> None:
    while connections:
        _put_away(connections.pop())


class IndexFile:
    """Transactions on one index file, for any number of threads and processes.

    `made`: whether a missing file is made; else using it raises `Absent`.
    """

    def __init__(self, path: Path, *, made: bool = True) -> None:
        self._path = path
        self._made = made
        self._idle: list[_Connection] = []
        finalize(self, _put_all_away, self._idle)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent view of the index; never waits for writers. Raises `Unavailable`."""
        with self._transaction(_READ) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One change, on disk when this is left, undone when anything is raised. Raises `Unavailable`."""
        with self._transaction(_WRITE) as connection:
            yield connection

    @property
    def origin(self) -> tuple[int, ...] | None:
        """Which file stands there now; None: none."""
        return _origin(self._path)

    def empty(self) -> None:
        """Forget everything and begin a new generation. Raises `Unavailable`."""
        with self.writing() as connection:
            for statement in _DROP:
                connection.execute(statement)
            _fill(connection)

    def close(self) -> None:
        """Close idle connections; the next use opens new ones."""
        _put_all_away(self._idle)

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        connection = self._take()
        try:
            connection.execute(begin)
            while begin != _READ and connection.origin != _origin(self._path):
                # Another file took its place while we waited for the lock: what is written here would be lost.
                connection.execute("ROLLBACK")
                stale, connection = connection, self._take()
                _put_away(stale)
                connection.execute(begin)
            yield connection
            connection.execute("COMMIT")
        except (sqlite3.DatabaseError, Damaged) as error:
            if _is_damage(error):
                self._renew(connection.origin)
            said = self._said(error)
            if said is None:
                raise
            raise said from error
        finally:
            self._give_back(connection)

    def _take(self) -> _Connection:
        """A connection to the file that is there now; to a new one if there is none or it is of no use."""
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread took the last
                break
            if connection.origin == _origin(self._path):
                return connection
            _put_away(connection)
        try:
            found = self._connect_or_renew()
        except sqlite3.DatabaseError as error:
            said = self._said(error)
            if said is None:
                raise
            raise said from error
        if found is None:
            raise Unavailable(f"the search index {self._path} is being replaced: try again")
        return found

    def _connect_or_renew(self) -> _Connection | None:
        origin = _origin(self._path)
        try:
            found = self._connect()
            if found is not None:
                return found
            origin = None
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
        self._renew(origin)
        return self._connect()

    def _give_back(self, connection: _Connection) -> None:
        with suppress(sqlite3.DatabaseError):  # the error that brought us here is being raised
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        if len(self._idle) < _IDLE and not connection.in_transaction:
            self._idle.append(connection)
        else:
            _put_away(connection)

    def _connect(self) -> _Connection | None:
        """A connection, or None where there is no file yet or one of an older make. Damage shows as `DatabaseError`."""
        origin = _origin(self._path)
        if origin is None:
            return None
        uri = f"{self._path.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(
            uri, timeout=PATIENCE, isolation_level=None, check_same_thread=False, factory=_Connection, uri=True
        )
        ready = False
        try:
            if _is_ours(connection, self._path) and _origin(self._path) == origin:
                _prepare(connection)
                connection.origin = origin
                ready = True
        finally:
            if not ready:
                connection.close()
        return connection if ready else None

    def _renew(self, useless: _Origin | None) -> None:
        """Put a new, empty file in place, unless somebody else has done so since `useless` was found to be of no use."""
        if not self._made:
            raise Absent(str(self._path))
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.with_name(self._path.name + ".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if useless is None:
                    found = self._connect()
                    if found is not None:
                        self._give_back(found)
                        return
                elif _origin(self._path) not in {useless, None}:
                    return
                self._replace(damaged=useless is not None)
        except OSError as error:
            raise Unavailable(f"cannot write the search index {self._path}: {error.strerror}") from error

    def _replace(self, *, damaged: bool) -> None:
        if self._path.exists():
            log.warning("search_index_begins_again", extra={"path": str(self._path), "damaged": damaged})
        fresh = self._path.with_name(self._path.name + ".new")
        fresh.unlink(missing_ok=True)
        os.close(os.open(fresh, os.O_CREAT | os.O_EXCL, 0o600))  # personal data: nobody else reads it
        with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
            connection.execute("BEGIN")
            connection.execute(_STAMP_APPLICATION)
            connection.execute(_STAMP_VERSION)
            _fill(connection)
            connection.execute("COMMIT")
            connection.execute("PRAGMA journal_mode = WAL")
        if damaged and self._path.exists():
            self._path.replace(self._path.with_name(self._path.name + ".damaged"))
        for tail in ("-wal", "-shm", "-journal"):
            self._path.with_name(self._path.name + tail).unlink(missing_ok=True)
        fresh.replace(self._path)

    def _said(self, error: Exception) -> Unavailable | None:
        """What callers are told; None: this is a bug, let it through."""
        if _is_damage(error):
            return Unavailable(
                f"the search index {self._path} was damaged and begins again empty: it must be fed again"
            )
        if _primary(error) in _AWAY:
            return Unavailable(f"the search index {self._path} does not answer ({error}): try again")
        return None


_AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)


def _primary(error: Exception) -> int:
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


def _is_damage(error: Exception) -> bool:
    """Damage by SQLite's or our own judgement; our tables missing from a file we opened is damage too."""
    return (
        isinstance(error, Damaged)
        or _primary(error) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
        or (isinstance(error, sqlite3.OperationalError) and str(error).startswith("no such table"))
    )


def _origin(path: Path) -> _Origin | None:
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise Unavailable(f"cannot reach the search index {path}: {error.strerror}") from error
    return _Origin(os.getpid(), status.st_dev, status.st_ino)


def _is_ours(connection: sqlite3.Connection, path: Path) -> bool:
    """Is this an index of today's make? Raises `Unavailable` for the database of another program."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application == APPLICATION_ID:
        return bool(version == SCHEMA_VERSION)
    if application or connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        raise Unavailable(f"{path} is the database of another program: choose another place for the search index")
    return False


def _prepare(connection: sqlite3.Connection) -> None:
    # An entry is marked as indexed in the catalogue once `put` returns, so it must survive a power cut: FULL.
    connection.execute("PRAGMA synchronous = FULL")
    # What was removed is overwritten: an erased person's words shall not linger in free pages.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA cache_size = -16384")
    connection.execute("PRAGMA journal_size_limit = 67108864")


def _fill(connection: sqlite3.Connection) -> None:
    for statement in _CREATE:
        connection.execute(statement)
    connection.execute("INSERT INTO generation (name) VALUES (?)", (token_hex(8),))
