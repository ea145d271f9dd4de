"""Writes a PDF from front to back (ISO 32000-1 §7.5), holding nothing but the offsets of its objects.

pikepdf keeps every stream in memory until it saves: 500 captures of 1 MB would be 500 MB. Here a capture flows from
its file to the PDF in pieces, the digest of the file is known when the last byte is written, and the same input gives
the same bytes.
"""

import hashlib
import zlib
from collections.abc import Iterable
from typing import BinaryIO

from compose.values import Entries, Name, Ref, Value, write_value
from khoso.kernel.digest import Digest
from khoso.kernel.errors import Unavailable

# The second line marks the file as binary, as PDF/A demands (ISO 19005-2 §6.1.2).
_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


class PdfWriter:
    """One PDF on its way to `out`.

    Attributes:
        length: bytes written so far.
        digest: SHA-256 of the bytes written so far.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._offsets: list[int] = []  # of object number - 1; 0: not written yet
        self._hash = hashlib.sha256()
        self.length = 0
        self._write(_HEADER)

    @property
    def digest(self) -> Digest:
        return Digest(self._hash.hexdigest())

    def reserve(self) -> Ref:
        """A reference whose object is put later."""
        self._offsets.append(0)
        return Ref(len(self._offsets))

    def put(self, value: Value, ref: Ref | None = None) -> Ref:
        """Write an object; `ref` if it was reserved."""
        ref = self._begin(ref)
        self._write(write_value(value) + b"\nendobj\n")
        return ref

    def put_stream(self, entries: Entries, pieces: Iterable[bytes], length: int, ref: Ref | None = None) -> Ref:
        """Write a stream whose `length` bytes are encoded already, as `entries` say.

        Raises:
            ValueError: the pieces are not `length` bytes long.
        """
        ref = self._begin(ref)
        self._write(write_value({**entries, "Length": length}) + b"\nstream\n")
        start = self.length
        for piece in pieces:
            self._write(piece)
        if self.length - start != length:
            raise ValueError(f"stream of {length} bytes announced, {self.length - start} written")
        self._write(b"\nendstream\nendobj\n")
        return ref

    def put_packed(self, entries: Entries, data: bytes, ref: Ref | None = None) -> Ref:
        """Write a stream of plain `data`, deflated."""
        packed = zlib.compress(data, 9)
        return self.put_stream({**entries, "Filter": Name("FlateDecode")}, [packed], len(packed), ref)

    def finish(self, *, root: Ref, info: Ref) -> None:
        """Write the cross-reference table and the trailer. The file identifier is made of what was written.

        Raises:
            ValueError: a reserved object was never put.
        """
        if 0 in self._offsets:
            raise ValueError(f"object {self._offsets.index(0) + 1} was reserved and never written")
        identifier = self._hash.digest()[:16]
        at, size = self.length, len(self._offsets) + 1
        rows = b"".join(b"%010d 00000 n \n" % offset for offset in self._offsets)
        trailer: Entries = {"Size": size, "Root": root, "Info": info, "ID": [identifier, identifier]}
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % size + rows)
        self._write(b"trailer\n" + write_value(trailer) + b"\nstartxref\n%d\n%%%%EOF\n" % at)

    def _begin(self, ref: Ref | None) -> Ref:
        ref = ref or self.reserve()
        if self._offsets[ref.number - 1]:
            raise ValueError(f"object {ref.number} is written already")
        self._offsets[ref.number - 1] = self.length
        self._write(b"%d 0 obj\n" % ref.number)
        return ref

    def _write(self, data: bytes) -> None:
        try:
            self._out.write(data)
        except OSError as error:
            raise Unavailable(f"cannot write the composed PDF: {error}") from error
        self._hash.update(data)
        self.length += len(data)
