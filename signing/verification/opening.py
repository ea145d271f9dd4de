"""Opening a PDF for judging: strictly if it can be, tolerantly if it must be, and its filled signature fields."""

import io
import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from signing.verification.faults import FOREIGN
from signing.verification.objects import resolved

_HEADER_WITHIN = 1024  # bytes; ISO 32000-1 Annex H.3.4.1
_MENDABLE = 256 << 20  # bytes; a larger file is not copied just to read past a slip
_TRACE = re.compile(rb"/ByteRange\b")
_SLIPS = re.compile(rb"/Prev\s+0(?=[\s/>])|/Encrypt\s+null(?=[\s/>])")


@dataclass(frozen=True)
class Field:
    """A signature field that holds a value. `name` is fully qualified."""

    name: str
    dictionary: generic.DictionaryObject


@dataclass(frozen=True)
class Document:
    """An opened PDF.

    Attributes:
        reader: gives objects, by revision if asked.
        stream: the file's own bytes, which digests are computed over.
        size: of the file, in bytes.
        fields: signature fields with a value, as the last revision lists them.
        tolerant: the file breaks rules of ISO 32000, so another program may see other objects than we do.
    """

    reader: PdfFileReader
    stream: BinaryIO
    size: int
    fields: tuple[Field, ...]
    tolerant: bool


class Unreadable(Exception):
    """No way of reading got to the document's fields."""


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file as a stream.

    Raises:
        Refused: `EMPTY_FILE`, `NOT_A_PDF`.
    """
    with path.open("rb") as file:
        head = file.read(_HEADER_WITHIN)
        if not head:
            raise Refused(ReasonCode.EMPTY_FILE)
        if b"%PDF-" not in head:
            raise Refused(ReasonCode.NOT_A_PDF)
        yield file


def read_strictly(stream: BinaryIO) -> Document:
    """Read by the rules. Files with hybrid cross-references (Word writes them) follow the rules, but pyHanko's strict
    reader judges no signature in them; they are read by its tolerant reader once the strict one has seen every object
    that came after the first revision.

    Raises:
        Refused: `ENCRYPTED`.
        Unreadable: a rule is broken.
    """
    document = _read(stream, stream, strict=True)
    if not document.reader.xrefs.hybrid_xrefs_present:
        return document
    try:
        for revision in range(1, document.reader.xrefs.total_revisions):
            for reference in document.reader.xrefs.explicit_refs_in_revision(revision):
                if document.reader.xrefs.get_historical_ref(reference, revision) is not None:
                    document.reader.get_object(reference, revision=revision)
    except FOREIGN as error:
        raise Unreadable(str(error)) from error
    return _read(stream, stream, strict=False)


def read_tolerantly(stream: BinaryIO) -> Document:
    """Read what breaks the rules; the second try overlooks two slips that other readers overlook too.

    Raises:
        Refused: `ENCRYPTED`.
        Unreadable: nothing helped.
    """
    try:
        return _read(stream, stream, strict=False, tolerant=True)
    except Unreadable:
        size = stream.seek(0, io.SEEK_END)
        if size > _MENDABLE:
            raise
        stream.seek(0)
        whole = stream.read()
        mended = _SLIPS.sub(lambda slip: b" " * len(slip.group()), whole)
        if mended == whole:
            raise
        return _read(stream, io.BytesIO(mended), strict=False, tolerant=True)


def traces(stream: BinaryIO) -> int:
    """How many signatures the bytes speak of, whatever can be read of them.

    A signature cannot do without `/ByteRange` in plain bytes: its numbers are patched in after everything else.
    """
    try:
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as whole:
            return sum(1 for _ in _TRACE.finditer(whole))
    except ValueError:
        return 0


def _read(stream: BinaryIO, parsed: BinaryIO, *, strict: bool, tolerant: bool = False) -> Document:
    try:
        reader = PdfFileReader(parsed, strict=strict)
        if reader.encrypted:
            _unlock(reader)
        fields = tuple(_fields(reader))
        size = stream.seek(0, io.SEEK_END)
    except FOREIGN as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error
    return Document(reader=reader, stream=stream, size=size, fields=fields, tolerant=tolerant)


def _unlock(reader: PdfFileReader) -> None:
    """Files that only restrict printing and the like open with the empty password."""
    try:
        status = reader.decrypt("").status
    except FOREIGN:
        raise Refused(ReasonCode.ENCRYPTED) from None
    if status == AuthStatus.FAILED:
        raise Refused(ReasonCode.ENCRYPTED)


def _fields(reader: PdfFileReader) -> Iterator[Field]:
    for name, _, field in enumerate_sig_fields(reader, filled_status=True):
        dictionary = resolved(field)
        if isinstance(dictionary, generic.DictionaryObject):
            yield Field(str(name), dictionary)
