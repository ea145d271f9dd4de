"""The spool: sheets of the watched folder come in, lasting copies named by their SHA-256 stay until forgotten.

Bytes first, row second, delete last: a copy is on the disk for good (file and folder synced) before anybody writes a
row about it, and the watched original is only ever read here.
"""

import contextlib
import errno
import hashlib
import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from scanner_agents.errors import Unavailable
from scanner_agents.events import Code, event
from scanner_agents.files import Stamp, open_regular, sync_folder

CHUNK = 1 << 20
RESERVE = 16 << 20  # bytes left free so that the outbox can still write down receipts
_NAME = re.compile(r"[0-9a-f]{64}")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Changed(Exception):  # not an error: the file is not complete yet
    """The file changed while it was copied; nothing was kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A copy that lasts: its digest in 64 lower-case hex digits and its size in bytes."""

    sha256: str
    size: int


class Spool:
    """A folder of copies, readable only by its owner.

    Args:
        root: made if absent.
        sync: makes a file's bytes last; `os.fsync` but in tests.
        sync_names: makes a folder's names last.
        free: bytes free on the disk of a folder.
    """

    def __init__(
        self,
        root: Path,
        *,
        sync: Callable[[int], None] = os.fsync,
        sync_names: Callable[[Path], None] = sync_folder,
        free: Callable[[Path], int] = lambda root: shutil.disk_usage(root).free,
    ) -> None:
        self.root = root
        self._sync = sync
        self._sync_names = sync_names
        self._free = free

    def prepare(self) -> None:
        """Make the folder and clear half-made copies of an earlier run. Call only while holding the outbox's lock.

        Raises:
            Unavailable: the disk is full or may not be written.
        """
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            for path in self.root.glob(".*.part"):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise self._trouble(error) from error

    def path(self, sha256: str) -> Path:
        return self.root / sha256

    def has(self, kept: Kept) -> bool:
        """Whether a copy of this name and size is there."""
        try:
            return self.path(kept.sha256).stat().st_size == kept.size
        except OSError:
            return False

    def take(self, path: Path, expected: Stamp) -> Kept:
        """Copy one file. Twice is once, and a damaged copy of the same bytes is mended by it.

        Raises:
            Changed: the file is not (any more) the one that was seen as complete.
            Unavailable: the file cannot be read, or the spool cannot be written; nothing was kept.
        """
        self._room(expected.size)
        temporary = self.root / f".{uuid.uuid4().hex}.part"
        try:
            kept = self._copy(path, temporary, expected)
            try:
                temporary.replace(self.path(kept.sha256))
                self._sync_names(self.root)
            except OSError as error:
                raise self._trouble(error) from error
        finally:
            with contextlib.suppress(OSError):  # a disk gone read-only: the next start clears it
                temporary.unlink(missing_ok=True)
        return kept

    def verify(self, kept: Kept) -> bool:
        """Whether the copy's bytes are still those of its name."""
        try:
            with self.path(kept.sha256).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == kept.sha256
        except OSError:
            return False

    def read(self, kept: Kept, *, start: int, length: int) -> bytes:
        """Up to `length` bytes from `start`.

        Raises:
            FileNotFoundError: there is no such copy.
            Unavailable: the disk does not give it.
        """
        try:
            with self.path(kept.sha256).open("rb") as file:
                file.seek(start)
                return file.read(length)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise self._trouble(error) from error

    def names(self) -> Iterator[Kept]:
        """All whole copies."""
        for path in sorted(self.root.iterdir()):
            if _NAME.fullmatch(path.name):
                yield Kept(path.name, path.stat().st_size)

    def delete(self, sha256: str) -> None:
        """Delete a copy. Only the outbox says when."""
        self.path(sha256).unlink(missing_ok=True)

    def _copy(self, path: Path, temporary: Path, expected: Stamp) -> Kept:
        try:
            source = open_regular(path)
        except OSError as error:
            raise _unreadable(path, error) from error
        with source:
            if Stamp.of(os.fstat(source.fileno())) != expected:
                raise Changed
            kept = self._pour(path, source, temporary)
            if Stamp.of(os.fstat(source.fileno())) != expected or kept.size != expected.size:
                raise Changed
        return kept

    def _pour(self, path: Path, source: IO[bytes], temporary: Path) -> Kept:
        digest, size = hashlib.sha256(), 0
        try:
            number = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(number, "wb") as target:
                while piece := _read(path, source):
                    target.write(piece)
                    digest.update(piece)
                    size += len(piece)
                target.flush()
                self._sync(target.fileno())
        except OSError as error:
            raise self._trouble(error) from error
        return Kept(digest.hexdigest(), size)

    def _room(self, size: int) -> None:
        try:
            free = self._free(self.root)
        except OSError as error:
            raise self._trouble(error) from error
        if free < size + RESERVE:
            raise Unavailable(event(Code.SPOOL_FULL, detail=f"{free >> 20} MiB"))

    def _trouble(self, error: OSError) -> Unavailable:
        detail = error.strerror or type(error).__name__
        if error.errno in _FULL:
            return Unavailable(event(Code.SPOOL_FULL, detail=detail))
        return Unavailable(event(Code.SPOOL_TROUBLE, path=str(self.root), detail=detail))


def _read(path: Path, source: IO[bytes]) -> bytes:
    try:
        return source.read(CHUNK)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> Unavailable:
    detail = error.strerror or type(error).__name__
    return Unavailable(event(Code.UNREADABLE, name=path.name, detail=detail), everyone=False)
