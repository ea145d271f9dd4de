"""PostgreSQL with a limit on every wait: a server that is frozen or cut off is told from a slow one within seconds."""

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

CONNECT = 5  # seconds until a connection must stand
LOCK = 10  # seconds a statement waits for somebody's lock
STATEMENT = 30  # seconds the server gives one statement
SILENCE = STATEMENT + 5  # seconds without an answer after which the server is taken for gone
IDLE = 60  # seconds an open transaction may do nothing
POOL = 10  # seconds to wait for a free connection
OFTEN = 5  # times a statement is executed on a connection before the server keeps its plan
FRESH = 1.0  # seconds after an answer in which a connection is not asked whether it lives

OPTIONS: dict[str, Any] = {
    "connect_timeout": CONNECT,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": SILENCE * 1000,
    "application_name": "khoso",
    "options": (
        f"-c statement_timeout={STATEMENT}s -c lock_timeout={LOCK}s -c idle_in_transaction_session_timeout={IDLE}s"
    ),
}
"""What each connection asks for, beside its address."""

_PREPARING = 0x4B686F73  # names the advisory lock of whoever prepares the tables
_OF_THE_POOL = {"pool", "isolation_level", "server_side_binding", "assume_role"}  # Django's own, not the server's
_T = TypeVar("_T")


class Connection(psycopg.Connection[Any]):
    """A connection that gives up on a silent server.

    The server's own limits end slow statements; a stopped server enforces nothing, and TCP sees its kernel alive.
    """

    silence: float | None = SILENCE
    heard = 0.0  # when the server last answered, monotonic seconds

    def execute(self, query: Any, *more: Any, **further: Any) -> "psycopg.Cursor[Any]":
        """See `psycopg.Connection.execute`. The pool's empty question before each use is left out where it was answered just now."""
        if query == "" and time.monotonic() < self.heard + FRESH:
            return self.cursor()
        return super().execute(query, *more, **further)

    def wait(self, gen: Generator[Any, Any, _T], interval: float = 0.1, timeout: float | None = None) -> _T:
        """See `psycopg.Connection.wait`. Raises `OperationalError` when the server stays silent; the connection is closed then."""
        limit = self.silence if timeout is None else timeout
        try:
            answer = super().wait(gen, interval, limit)
        except psycopg.errors._WaitTimeout as error:  # noqa: SLF001 - «internal: convert it to a public one»
            if timeout is not None:
                raise
            self.pgconn.finish()
            raise psycopg.OperationalError(f"no answer from PostgreSQL for {limit:.0f} s") from error
        self.heard = time.monotonic()
        return answer


def rows_of(connection: "BaseDatabaseWrapper", statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement whose values are `$1`, `$2` …; for those a desk waits for at each paper.

    The values travel beside the text, where Django's cursor writes each of them into it, and the server keeps the plan of a
    statement that comes often on one connection, so it must be pooled by session (docs/deploying.md).
    """
    connection.ensure_connection()
    raw = connection.connection
    often = None if connection.in_atomic_block else OFTEN  # a plan that is out of date would end the transaction
    with connection.wrap_database_errors, psycopg.RawCursor(raw) as cursor:
        raw.prepare_threshold = often  # Django turns it off: the text of its own statements changes from time to time
        try:
            return cursor.execute(statement, parameters).fetchall()
        except psycopg.errors.FeatureNotSupported:  # a migration changed what it returns; told before anything is done
            if often is None:
                raise
            raw.execute("DEALLOCATE ALL")
            return cursor.execute(statement, parameters, prepare=False).fetchall()
        finally:
            raw.prepare_threshold = None


@contextmanager
def alone(connection: "BaseDatabaseWrapper") -> Iterator[None]:
    """One process of all machines at a time prepares the tables; the others wait, and migrations may take their time."""
    with connection.cursor() as cursor:
        raw: Connection = connection.connection
        raw.silence = None
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [_PREPARING])
    try:
        yield
    finally:
        # Ends the session and with it the lock and its patience: nothing of it stays in the pool.
        raw.close()
        connection.close()


def forget_dead(connection: "BaseDatabaseWrapper") -> None:
    """After the server was away: every pooled connection may be dead, and the pool would try them one by one, slower each time."""
    connection.close()
    pool = getattr(connection, "pool", None)
    if pool is not None and not pool.closed:
        pool.drain()


def knock(place: dict[str, Any]) -> None:
    """Ask the server once, as it is asked always (TLS included), past the pool, which would try until its patience ends
    and then not say why.

    `place`: a database of Django's settings.

    Raises:
        psycopg.OperationalError: it is away or refuses us, in its own words.
    """
    address = {"host": place["HOST"], "port": place["PORT"], "dbname": place["NAME"]}
    who = {"user": place["USER"], "password": place["PASSWORD"]}
    how = {name: value for name, value in place["OPTIONS"].items() if name not in _OF_THE_POOL}
    with Connection.connect(**address, **who, **how) as asked:
        asked.silence = CONNECT
        asked.execute("SELECT 1")


def identity(connection: "BaseDatabaseWrapper") -> str:
    """A name of this very database: another one of the same address has another."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT system_identifier FROM pg_control_system()), oid FROM pg_database WHERE datname = current_database()"
        )
        system, oid = cursor.fetchone()
    return f"postgresql {system}/{oid}"
