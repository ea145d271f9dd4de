"""A folder as object store: `ab/cd/<sha256>`, each object written once.

A new object is written to a temporary file in `incoming/`, flushed to disk, made read-only, renamed into place, and the
folders' entries are flushed too: after `put` returns, a power cut loses nothing; before, nothing is visible. Locks are
small files beside the objects (`locks/<sha256>`), honoured by this class; real immutability is the S3 adapter's.
"""

import contextlib
import fcntl
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from khoso.kernel.digest import Digest, Digesting, as_digest, chunks_of
from khoso.kernel.errors import Corrupted, Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from warehouse.ports import Blemish, BlemishKind, ErasureOrder, Stored

LEFTOVER_AFTER = timedelta(days=1)
"""No upload takes longer: an older file in `incoming/` was left by a process that died."""
_ALONE = ".alone"  # among the locks: held by whoever sets one


class LocalStore:
    """ObjectStore in a folder of one machine."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._locks = root / "locks"

    def put(self, chunks: Iterable[bytes], *, digest: Digest, size: int) -> Stored:
        """See `ObjectStore.put`."""
        final = self._path(digest)
        try:
            if final.is_file() and final.stat().st_size == size:
                os.utime(final)
                return Stored(digest, size, there=True)
            self._write(chunks, digest, size, final)
        except OSError as error:
            raise Unavailable(
                f"cannot write to the store {self._root}: {error.strerror}; free some space or make it writable"
            ) from error
        return Stored(digest, size)

    def open(self, name: Digest, *, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """See `ObjectStore.open`."""
        path = self._path(name)
        whole = start == 0 and length is None
        hashing = Digesting(chunks_of(path, start=start, length=length))
        try:
            yield from hashing
        except FileNotFoundError:
            raise Corrupted(f"the store has no object {name}") from None
        except OSError as error:
            raise Unavailable(f"cannot read from the store {self._root}: {error.strerror}") from error
        if whole and hashing.digest != name:
            raise Corrupted(f"stored object {name} has the digest {hashing.digest}")

    def names(self, prefix: str = "") -> Iterator[Stored]:
        """See `ObjectStore.names`."""
        for first in self._folders(self._root, prefix[:2]):
            for second in self._folders(first, prefix[2:4]):
                for path in sorted(second.iterdir()):
                    digest = self._named(path)
                    if digest is not None and digest.startswith(prefix):
                        with contextlib.suppress(FileNotFoundError):
                            facts = path.stat()
                            at = datetime.fromtimestamp(facts.st_mtime, UTC)
                            yield Stored(digest, facts.st_size, at=at)

    def lock(self, name: Digest, *, until: datetime) -> None:
        """See `ObjectStore.lock`."""
        if not self._path(name).is_file():
            raise Corrupted(f"the store has no object {name}")
        try:
            self._locks.mkdir(exist_ok=True)
            with (self._locks / _ALONE).open("w") as alone:
                fcntl.flock(alone, fcntl.LOCK_EX)  # of two at once the longer lock stays
                before = self.locked_until(name)
                if before is None or before < until:
                    self._replace(self._locks / name, until.isoformat().encode())
        except OSError as error:
            raise Unavailable(f"cannot lock {name} in the store: {error.strerror}") from error

    def locked_until(self, name: Digest) -> datetime | None:
        """See `ObjectStore.locked_until`."""
        with contextlib.suppress(FileNotFoundError):
            return datetime.fromisoformat((self._locks / name).read_text(encoding="ascii"))
        return None

    def discard(self, name: Digest) -> None:
        """See `ObjectStore.discard`."""
        until = self.locked_until(name)
        if until is not None:
            raise Refused(ReasonCode.LOCKED, until=until.isoformat())
        self._remove(name)

    def erase(self, name: Digest, *, order: ErasureOrder) -> None:
        """See `ObjectStore.erase`."""
        if not order.reference:
            raise ValueError("an erasure needs the ledger event that orders it")
        self._remove(name)
        (self._locks / name).unlink(missing_ok=True)

    def blemishes(self, *, mend: bool = False) -> Iterator[Blemish]:
        """See `ObjectStore.blemishes`."""
        longest_ago = time.time() - LEFTOVER_AFTER.total_seconds()
        for path in sorted(self._incoming.iterdir()) if self._incoming.is_dir() else ():
            with contextlib.suppress(FileNotFoundError):  # it was an upload under way after all
                if path.stat().st_mtime < longest_ago:
                    if mend:
                        path.unlink()
                    yield Blemish(BlemishKind.LEFTOVER, path.name, mended=mend)
        yield from self._foreign()

    def challenge(self, now: datetime) -> None:
        """See `ObjectStore.challenge`: a folder's locks bind this program only."""

    def _path(self, name: Digest) -> Path:
        return self._root / name[:2] / name[2:4] / name

    def _foreign(self) -> Iterator[Blemish]:
        """Files that somebody else put here."""
        for folder, below, names in os.walk(self._root):
            if folder == str(self._root):
                below[:] = [name for name in below if name not in {self._incoming.name, self._locks.name}]
            below.sort()
            for name in sorted(names):
                path = Path(folder, name)
                if self._named(path) is None:
                    yield Blemish(BlemishKind.FOREIGN, str(path.relative_to(self._root)))

    def _named(self, path: Path) -> Digest | None:
        """The object a file holds; None: its name or place is none of ours."""
        with contextlib.suppress(ValueError):
            digest = as_digest(path.name)
            if path == self._path(digest):
                return digest
        return None

    def _folders(self, parent: Path, prefix: str) -> Iterator[Path]:
        if parent.is_dir():
            yield from (
                path for path in sorted(parent.iterdir()) if len(path.name) == 2 and path.name.startswith(prefix)
            )

    def _write(self, chunks: Iterable[bytes], digest: Digest, size: int, final: Path) -> None:
        self._incoming.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=self._incoming, prefix=f"{digest[:12]}-")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                hashing = Digesting(chunks)
                for piece in hashing:
                    file.write(piece)
                if hashing.digest != digest or hashing.size != size:
                    raise Corrupted(
                        f"bytes handed to the store as {digest} are {hashing.digest} ({hashing.size} of {size} bytes)"
                    )
                file.flush()
                os.fchmod(file.fileno(), 0o444)
                os.fsync(file.fileno())
            self._make_folder(final.parent)
            temporary.replace(final)
            _flush(final.parent)
        finally:
            temporary.unlink(missing_ok=True)

    def _make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            _flush(folder.parent)
            _flush(folder.parent.parent)

    def _replace(self, path: Path, data: bytes) -> None:
        temporary = path.with_suffix(".new")
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _flush(path.parent)

    def _remove(self, name: Digest) -> None:
        path = self._path(name)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise Unavailable(f"cannot remove {name} from the store: {error.strerror}") from error


def _flush(folder: Path) -> None:
    """Make a folder's entries durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
