"""Resumable uploads: bytes arrive in pieces, named by the digest they will have, and survive a restart of either side.

A part file `<sha256>.<size>.part` is its own record: its length is the offset. Complete and verified it becomes
`<sha256>.<size>.done`, durable before the sender hears of it. Each account has a folder of its own.
"""

import fcntl
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from khoso.kernel.digest import Digest, digest_file
from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from pages.limits import GIB, MAX_FILE_BYTES


@dataclass(frozen=True, slots=True)
class Upload:
    """How far an upload is."""

    digest: Digest
    size: int
    offset: int
    complete: bool


class WrongOffset(Exception):
    """The sender is somewhere else than the file; `offset` is where the file ends."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"the upload continues at byte {offset}")
        self.offset = offset


class WrongBytes(Exception):
    """All bytes came, but they are not what the digest says; the upload starts over."""


class Unknown(Exception):
    """No such upload: begin it first."""


class Incoming:
    """Uploads of one account in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, digest: Digest, size: int) -> Upload:
        """Start or find an upload.

        Raises:
            Refused: larger than any file may be, or empty.
            Unavailable: the folder cannot be written.
        """
        if size > MAX_FILE_BYTES:
            raise Refused(ReasonCode.TOO_LARGE, size=f"{size / GIB:.1f} GiB", limit=f"{MAX_FILE_BYTES // GIB} GiB")
        if size < 1:
            raise Refused(ReasonCode.EMPTY_FILE)
        if self.done(digest) is not None:
            return Upload(digest, size, size, complete=True)
        part = self._folder / f"{digest}.{size}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part.touch()
        except OSError as error:
            raise Unavailable(f"cannot take uploads: {error.strerror}") from error
        return Upload(digest, size, part.stat().st_size, complete=False)

    def append(self, digest: Digest, offset: int, chunks: Iterable[bytes]) -> Upload:
        """Add bytes at the end; the last piece is verified and made durable before this returns.

        Raises:
            Unknown, WrongOffset, WrongBytes: see there.
            Unavailable: no space, or not writable; what was written stays.
        """
        if (done := self.done(digest)) is not None:
            raise WrongOffset(done.stat().st_size)
        part = self._part(digest)
        size = int(part.name.split(".")[1])
        try:
            with part.open("r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                end = file.seek(0, os.SEEK_END)
                if end != offset:
                    raise WrongOffset(end)
                for piece in chunks:
                    end += len(piece)
                    if end > size:
                        file.truncate(0)
                        raise WrongBytes
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
                if end == size:
                    self._finish(part, digest)
        except OSError as error:
            raise Unavailable(f"cannot keep the upload: {error.strerror}") from error
        return Upload(digest, size, end, complete=end == size)

    def done(self, digest: Digest) -> Path | None:
        """The complete file, if it is here."""
        return next(iter(self._folder.glob(f"{digest}.*.done")), None)

    def forget(self, digest: Digest) -> None:
        """Let the bytes go: the store has them."""
        for path in self._folder.glob(f"{digest}.*"):
            path.unlink(missing_ok=True)

    def _part(self, digest: Digest) -> Path:
        part = next(iter(self._folder.glob(f"{digest}.*.part")), None)
        if part is None:
            raise Unknown(digest)
        return part

    def _finish(self, part: Path, digest: Digest) -> None:
        if digest_file(part) != digest:
            os.truncate(part, 0)
            raise WrongBytes
        part.rename(part.with_suffix(".done"))
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
