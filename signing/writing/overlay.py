"""A file seen together with bytes not yet appended to it: the signer's only way to write.

pyHanko wants a stream it can read and extend. Copying a file to memory or to a second place for each signature would
cost as much as the file is long; here the file stays untouched on disk and only the tail lives in memory.
"""

import io
from pathlib import Path
from types import TracebackType
from typing import Self

_AHEAD = 1 << 16  # bytes fetched at once: a PDF reader asks for few bytes many times


class Overlay(io.RawIOBase):
    """Reads as the file with the tail behind it; writes go to the tail only.

    Attributes:
        prefix_length: bytes of the file.
        tail: what was written behind it.
    """

    def __init__(self, path: Path, tail: bytes = b"") -> None:
        super().__init__()
        self._file = path.open("rb", buffering=0)
        self.prefix_length = self._file.seek(0, io.SEEK_END)
        self.tail = bytearray(tail)
        self._at = 0
        self._fetched_from = 0
        self._fetched = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        if hasattr(self, "_file"):  # the interpreter closes even what could not be opened
            self._file.close()
        super().close()

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        self._at = max(0, base + offset)  # like BytesIO, which pyHanko is tried with
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0:
            size = max(0, self._length - self._at)
        start = self._at - self._fetched_from
        if start >= 0:  # the usual case, thousands of times in a signature: near the last read
            data = self._fetched[start : start + size]
            if len(data) == size:
                self._at += size
                return data
        data = self._from_file(min(size, self.prefix_length - self._at)) if self._at < self.prefix_length else b""
        behind = self._at + len(data) - self.prefix_length
        if len(data) < size and behind >= 0:
            data += self.tail[behind : behind + size - len(data)]
        self._at += len(data)
        return data

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        inside = min(len(buffer), self.prefix_length - self._at)
        if inside >= _AHEAD:  # hashing reads the whole file this way: no copy in between
            self._file.seek(self._at)
            count = self._file.readinto(memoryview(buffer)[:inside]) or 0
            self._at += count
            return count
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        start = self._at - self.prefix_length
        if not 0 <= start <= len(self.tail):
            raise io.UnsupportedOperation("the file itself is never written")
        self.tail[start : start + len(data)] = data
        self._at += len(data)
        return len(data)

    @property
    def _length(self) -> int:
        return self.prefix_length + len(self.tail)

    def _from_file(self, wanted: int) -> bytes:
        """Bytes of the file at the present place; small reads bring their surroundings along."""
        if wanted > _AHEAD // 2:  # what is fetched ahead might end before it
            self._file.seek(self._at)
            return self._file.read(wanted)
        self._fetched_from = max(0, self._at - _AHEAD // 2)
        self._file.seek(self._fetched_from)
        self._fetched = self._file.read(_AHEAD)
        start = self._at - self._fetched_from
        return self._fetched[start : start + wanted]
