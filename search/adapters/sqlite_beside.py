"""A new index file beside the one in use: made, fed, and put in its place while others read and write.

`<name>.next` is a link to the new file, whose own name is never used twice. Putting it in place moves the link: SQLite
names its journals after the file a link leads to, so those of the old file and the new one never meet.
"""

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from secrets import token_hex

from khoso.kernel.errors import Unavailable
from search.adapters.sqlite_file import Absent, IndexFile
from search.adapters.sqlite_write import prepare, write
from search.answers import rebuild_is_gone
from search.ports import Entry

BATCH = 1000
_TAILS = ("", "-wal", "-shm", "-journal")


def next_path(path: Path) -> Path:
    """The link to the file being built."""
    return path.with_name(path.name + ".next")


def drop_next(path: Path) -> None:
    """Delete the file being built, if there is one. Raises `Unavailable`."""
    with _swapping(path):
        beside = next_path(path)
        target = _led_to(beside)
        beside.unlink(missing_ok=True)
        _delete(target)


def versions_in(file: IndexFile) -> Iterator[tuple[str, int]]:
    """(document, version) of every live entry; in pieces, so that a slow reader does not keep the file from being tidied."""
    last = 0
    while True:
        with file.reading() as connection:
            rows = connection.execute(
                "SELECT slot, document, version FROM document WHERE live AND slot > ? ORDER BY slot LIMIT 5000", (last,)
            ).fetchall()
        if not rows:
            return
        yield from ((document, version) for _, document, version in rows)
        last = rows[-1][0]


class SqliteRebuild:
    """Implements `search.ports.Rebuild`."""

    def __init__(self, path: Path, file: IndexFile, beside: IndexFile) -> None:
        self._path = path
        self._file = file
        self._beside = beside
        with _swapping(path):
            if beside.origin is None:
                fresh = path.with_name(f"{path.name}.{token_hex(6)}")
                with IndexFile(fresh).reading():
                    pass
                next_path(path).unlink(missing_ok=True)
                next_path(path).symlink_to(fresh.name)
        with self._found(), beside.reading() as connection:
            self.name = str(connection.execute("SELECT name FROM generation").fetchone()[0])

    def put(self, entries: Iterable[Entry]) -> None:
        waiting = iter(entries)
        while batch := prepare(islice(waiting, BATCH)):
            with self._found(), self._beside.writing() as connection:
                write(connection, batch)

    def versions(self) -> Iterator[tuple[str, int]]:
        with self._found():
            yield from versions_in(self._beside)

    def swap(self) -> None:
        with _swapping(self._path):
            if self._beside.origin is None:
                with self._file.reading() as connection:
                    if connection.execute("SELECT name FROM generation").fetchone()[0] == self.name:
                        return
                raise rebuild_is_gone()
            # Both are locked, so that no write is under way into the file that goes.
            with self._found(), self._file.writing(), self._beside.writing():
                before = _led_to(self._path)
                next_path(self._path).replace(self._path)
            _delete(before, but=self._path)

    def abandon(self) -> None:
        drop_next(self._path)

    @contextmanager
    def _found(self) -> Iterator[None]:
        try:
            yield
        except Absent as error:
            raise rebuild_is_gone() from error


@contextmanager
def _swapping(path: Path) -> Iterator[None]:
    """One at a time begins, swaps or drops. Raises `Unavailable`."""
    try:
        with path.with_name(path.name + ".next.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise Unavailable(f"cannot write the search index {path}: {error.strerror}") from error


def _led_to(path: Path) -> Path:
    """The file a link leads to; the path itself where it is none."""
    with suppress(OSError):
        return path.with_name(path.readlink().name).absolute()
    return path.absolute()


def _delete(file: Path, *, but: Path | None = None) -> None:
    """The file (unless it is `but`) with its journals; whoever has it open keeps what it has open."""
    for tail in _TAILS:
        if tail or but is None or file != but.absolute():
            file.with_name(file.name + tail).unlink(missing_ok=True)
