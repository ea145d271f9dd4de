"""Tricks with a file's structure, by which one program is shown what another does not see (shadow attacks, parser gaps).

pyHanko's difference analysis compares objects as pyHanko finds them; here it is asked whether others find the same.
"""

from collections import Counter
from collections.abc import Iterator

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.pdf_utils.xref import XRefSectionData, XRefSectionType, parse_xref_stream, parse_xref_table

from signing.verification.objects import items
from signing.verification.opening import Document

_TAIL = 2048  # bytes in which the last %%EOF must be; pyHanko asks for it in the last 1024


def ends_cleanly(document: Document) -> bool:
    """Whether nothing but white space follows the last revision.

    Bytes that belong to no revision mean nothing to us, but may to a program that looks for the end in another way.
    """
    document.stream.seek(max(0, document.size - _TAIL))
    _, marker, tail = document.stream.read().rpartition(b"%%EOF")
    return bool(marker) and not tail.strip(b"\0\t\n\f\r ")


def supplied_later(reader: PdfFileReader, old: HistoricalResolver, revision: int) -> bool:
    """Whether the signed revision refers to objects that did not exist when it was signed but do now."""
    seen: set[Reference] = set()
    left: list[generic.PdfObject] = [old.trailer_view]
    while left:
        found = left.pop()
        if isinstance(found, generic.IndirectObject):
            if found.reference in seen:
                continue
            seen.add(found.reference)
            if reader.xrefs.get_historical_ref(found.reference, revision) is None:
                if reader.xrefs[found.reference] is not None:
                    return True
                continue
            found = old.get_object(found.reference)
        if isinstance(found, generic.DictionaryObject):
            left += [found.raw_get(key) for key in found]
        elif isinstance(found, generic.ArrayObject):
            left += items(found)
    return False


def ambiguous(document: Document, revision: int) -> bool:
    """Whether a revision after this one lists an object at two places: once for each of two kinds of programs."""
    xrefs = document.reader.xrefs
    for later in range(revision + 1, xrefs.total_revisions):
        data = xrefs.get_xref_data(later)
        if any(count > 1 for count in Counter(_listed(document, later)).values()) or _two_faced(data):
            return True
    return False


def _listed(document: Document, revision: int) -> Iterator[int]:
    """Object numbers in the order and number in which a cross-reference section lists them."""
    meta = document.reader.xrefs.get_xref_container_info(revision)
    if meta.xref_section_type is XRefSectionType.STREAM:
        stream = document.reader.get_object(meta.stream_ref, never_decrypt=True)
        entries = parse_xref_stream(stream, strict=False)
    else:
        document.stream.seek(meta.start_location)
        entries = parse_xref_table(document.stream, strict=False)
    return (int(entry.idnum) for entry in entries if entry.idnum)  # 0 heads the list of free ones, in each part


def _two_faced(data: XRefSectionData) -> bool:
    """A hybrid section whose table, for old programs, and stream, for new ones, do not agree."""
    if data.hybrid is None:
        return False
    hidden = data.hybrid.xref_data
    for number in {*hidden.standard_xrefs, *hidden.xrefs_in_objstm}:
        shown = _place(data, number)
        if (shown is not None and shown != _place(hidden, number)) or data.freed.get(number) == 1:
            return True
    return False


def _place(data: XRefSectionData, number: int) -> object:
    return data.standard_xrefs.get(number) or data.xrefs_in_objstm.get(number)
