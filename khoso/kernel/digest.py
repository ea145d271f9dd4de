"""SHA-256 digests as names of bytes (FIPS 180-4), written in 64 lower-case hex digits."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NewType

Digest = NewType("Digest", str)

CHUNK = 1 << 20
_FORM = re.compile(r"[0-9a-f]{64}")


def as_digest(text: str) -> Digest:
    """Check the form of a digest that comes from outside.

    Raises:
        ValueError: not 64 lower-case hex digits.
    """
    if not _FORM.fullmatch(text):
        raise ValueError(f"not a SHA-256 in lower-case hex: {text[:80]!r}")
    return Digest(text)


def digest_bytes(data: bytes) -> Digest:
    """Digest of bytes in memory."""
    return Digest(hashlib.sha256(data).hexdigest())


def digest_file(path: Path) -> Digest:
    """Digest of a file, read in pieces."""
    with path.open("rb") as file:
        return Digest(hashlib.file_digest(file, "sha256").hexdigest())


def chunks_of(path: Path, *, start: int = 0, length: int | None = None) -> Iterator[bytes]:
    """The bytes of a file in pieces of at most `CHUNK`."""
    left = length
    with path.open("rb") as file:
        file.seek(start)
        while piece := file.read(CHUNK if left is None else min(CHUNK, left)):
            yield piece
            if left is not None:
                left -= len(piece)


class Digesting:
    """Passes chunks through while hashing and counting them: `size` and `digest` are those of what has passed."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self._hash = hashlib.sha256()
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._chunks:
            self._hash.update(piece)
            self.size += len(piece)
            yield piece

    @property
    def digest(self) -> Digest:
        return Digest(self._hash.hexdigest())
