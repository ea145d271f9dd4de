"""What an index holds beside what the catalogue expects, compared on disk: neither need fit into memory."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, Self

_READ = 10_000  # rows at once


class Comparison:
    """Three lists of (document, version), each once: what is `held`, what was expected `before`, what is `wanted` now.

    They lie in a temporary file of SQLite (in `TMPDIR`, some 60 bytes a document and list), gone when this is closed.
    """

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.execute("PRAGMA journal_mode = OFF")
        for name in ("held", "before", "wanted"):
            self._file.execute(f"CREATE TABLE {name} (document TEXT PRIMARY KEY, version INTEGER) WITHOUT ROWID")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def hold(self, versions: Iterable[tuple[str, int]]) -> None:
        """What the index holds."""
        self._fill("held", versions)

    def expect(self, versions: Iterable[tuple[str, int]], *, before: bool = False) -> None:
        """What the catalogue says; `before`: what it said before the index was read."""
        self._fill("before" if before else "wanted", versions)

    def held(self) -> int:
        """How many documents the index holds."""
        ((count,),) = self._file.execute("SELECT count(*) FROM held")
        return int(count)

    def wanted(self) -> int:
        """How many documents it should hold."""
        ((count,),) = self._file.execute("SELECT count(*) FROM wanted")
        return int(count)

    def differing(self) -> Iterator[tuple[str, int, int | None]]:
        """(document, version, version held if any) of documents that are not held as they are now, in order."""
        return self._rows(
            "SELECT w.document, w.version, h.version FROM wanted w LEFT JOIN held h USING (document) "
            "WHERE h.version IS NOT w.version ORDER BY w.document"
        )

    def lacking(self) -> Iterator[tuple[str]]:
        """Documents that are not held, or older than they are now, in order."""
        return self._rows(
            "SELECT w.document FROM wanted w LEFT JOIN held h USING (document) "
            "WHERE h.version IS NULL OR h.version < w.version ORDER BY w.document"
        )

    def unexpected(self) -> Iterator[tuple[str, int]]:
        """(document, version held) of documents that are held and were expected neither before nor now, in order."""
        return self._rows(
            "SELECT document, version FROM held WHERE document NOT IN (SELECT document FROM wanted) "
            "AND document NOT IN (SELECT document FROM before) ORDER BY document"
        )

    def everything(self) -> Iterator[tuple[str, int]]:
        """(document, version) of all that is held."""
        return self._rows("SELECT document, version FROM held")

    def quiet(self) -> Iterator[tuple[str, int]]:
        """(document, version) of documents that were the same before and now."""
        return self._rows("SELECT w.document, w.version FROM wanted w JOIN before b USING (document, version)")

    def quiet_held(self) -> Iterator[tuple[str, int]]:
        """(document, version held) of those documents."""
        return self._rows(
            "SELECT h.document, h.version FROM held h JOIN wanted w USING (document) "
            "JOIN before b ON b.document = w.document AND b.version = w.version"
        )

    def _fill(self, name: str, versions: Iterable[tuple[str, int]]) -> None:
        self._file.execute("BEGIN")
        self._file.executemany(f"INSERT OR REPLACE INTO {name} VALUES (?, ?)", versions)  # noqa: S608 - our own name
        self._file.execute("COMMIT")

    def _rows(self, statement: str) -> Iterator[Any]:
        found = self._file.execute(statement)
        while rows := found.fetchmany(_READ):
            yield from rows
