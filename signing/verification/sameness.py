"""Does the last revision still show what a signed revision showed? The two object graphs are walked side by side.

pyHanko judges each revision by what it wrote; that refuses some harmless updates (a VRI entry written anew, an unused
object freed, objects renumbered). Here only the outcome counts: everything reachable from the trailer must be equal,
but for what no page shows (security store, metadata, version) and for signature fields that were added or filled.
"""

from collections.abc import Callable
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.rw_common import PdfHandler

from signing.verification.objects import entry, items, resolved, value

_MOST = 400_000  # object pairs; a book has fewer
_TRAILER_FREE = frozenset({"/Root", "/Info", "/ID", "/Size", "/Prev", "/XRefStm", "/Index", "/W", "/Type", "/Length"})
_CATALOG_FREE = frozenset({"/DSS", "/Metadata", "/Extensions", "/Version"})
_SIGNED_FIELD_FREE = frozenset({"/V", "/AP", "/AS", "/F", "/Ff", "/M", "/MK", "/DA", "/Lock"})

AddedField = Callable[[Reference], bool]
"""Whether an added field or widget is a signature field that may be added."""


class _DiffersError(Exception):
    pass


def same_but_signatures(old: PdfHandler, new: PdfHandler, *, may_be_added: AddedField, filled: set[Reference]) -> bool:
    """Compare what `old` and `new` show.

    Args:
        old: the signed revision.
        new: the last one.
        may_be_added: which signature fields (or their widgets) may be new.
        filled: signature fields empty in `old` and rightly signed in `new`, with their widgets.

    Raises:
        any of `FOREIGN`: an object cannot be read.
    """
    try:
        _Walk(may_be_added, filled).compare(old, new)
    except _DiffersError:
        return False
    return True


class _Walk:
    def __init__(self, may_be_added: AddedField, filled: set[Reference]) -> None:
        self._may_be_added = may_be_added
        self._filled = filled
        self._seen: set[tuple[Reference, Reference]] = set()
        self._left: list[tuple[Any, Any]] = []

    def compare(self, old: PdfHandler, new: PdfHandler) -> None:
        self._keys(old.trailer_view, new.trailer_view, _TRAILER_FREE)
        self._keys(old.root, new.root, _CATALOG_FREE | {"/AcroForm"})
        self._form(value(old.root, "/AcroForm"), value(new.root, "/AcroForm"))
        while self._left:
            if len(self._seen) > _MOST:
                raise _DiffersError
            self._pair(*self._left.pop())

    def _form(self, old: Any, new: Any) -> None:
        self._keys(old, new, frozenset({"/Fields", "/SigFlags"}))
        if int(value(old, "/SigFlags") or 0) & ~int(value(new, "/SigFlags") or 0):
            raise _DiffersError
        self._grown(value(old, "/Fields"), value(new, "/Fields"))

    def _pair(self, old: Any, new: Any) -> None:
        filled = False
        if isinstance(old, generic.IndirectObject) and isinstance(new, generic.IndirectObject):
            pair = (old.reference, new.reference)
            if pair in self._seen:
                return
            self._seen.add(pair)
            filled = pair[0] == pair[1] and pair[1] in self._filled
        old, new = resolved(old), resolved(new)
        if isinstance(old, generic.StreamObject) or isinstance(new, generic.StreamObject):
            self._streams(old, new)
        elif isinstance(old, generic.DictionaryObject) and isinstance(new, generic.DictionaryObject):
            self._dictionaries(old, new, filled=filled)
        elif isinstance(old, generic.ArrayObject) and isinstance(new, generic.ArrayObject):
            if len(old) != len(new):
                raise _DiffersError
            self._left += zip(items(old), items(new), strict=True)
        elif not _equal(old, new):
            raise _DiffersError

    def _streams(self, old: Any, new: Any) -> None:
        if not isinstance(old, generic.StreamObject) or not isinstance(new, generic.StreamObject):
            raise _DiffersError
        if old.encoded_data != new.encoded_data:
            raise _DiffersError
        self._keys(old, new, frozenset({"/Length"}))

    def _dictionaries(self, old: Any, new: Any, *, filled: bool) -> None:
        free = _SIGNED_FIELD_FREE if filled else frozenset()
        if value(old, "/Type") == "/Page" and value(new, "/Type") == "/Page":
            free |= {"/Annots"}
            self._grown(value(old, "/Annots"), value(new, "/Annots"))
        self._keys(old, new, free)

    def _keys(self, old: Any, new: Any, free: frozenset[str]) -> None:
        if not isinstance(old, generic.DictionaryObject) or not isinstance(new, generic.DictionaryObject):
            raise _DiffersError
        self._left += [(entry(old, key), entry(new, key)) for key in (old.keys() | new.keys()) - free]

    def _grown(self, old: Any, new: Any) -> None:
        """Arrays of references: nothing gone, the order kept, and only signature fields added."""
        before, after = _references(old), _references(new)
        known = set(before)
        if [each for each in after if each in known] != before:
            raise _DiffersError
        if not all(self._may_be_added(each) for each in after if each not in known):
            raise _DiffersError
        new_items = dict(zip(after, items(new), strict=True))
        self._left += [(item, new_items[item.reference]) for item in items(old)]


def _references(array: Any) -> list[Reference]:
    found = items(array)
    if not all(isinstance(item, generic.IndirectObject) for item in found):
        raise _DiffersError
    return [item.reference for item in found]


def _equal(old: Any, new: Any) -> bool:
    strings = (generic.TextStringObject, generic.ByteStringObject)
    if isinstance(old, strings) and isinstance(new, strings):
        return bool(old.original_bytes == new.original_bytes)
    numbers = (generic.NumberObject, generic.FloatObject)
    if isinstance(old, numbers) and isinstance(new, numbers):
        return bool(old == new)
    return type(old) is type(new) and bool(old == new)
