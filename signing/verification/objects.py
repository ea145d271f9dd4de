"""Looking into PDF objects: pyHanko's own `get` hands out references unresolved and encrypted strings as proxies.

What comes out is typed `Any`: a PDF says nothing about what an entry holds, so whoever looks tests it first.
"""

from typing import Any

from pyhanko.pdf_utils import generic


def entry(dictionary: Any, key: str) -> Any:
    """A dictionary's entry as written, references unresolved; None if absent or null.

    Raises:
        TypeError: it is no dictionary.
    """
    if not isinstance(dictionary, generic.DictionaryObject):
        raise TypeError("a dictionary is expected")
    found = dictionary.raw_get(key) if key in dictionary else None
    return None if isinstance(found, generic.NullObject) else found


def value(dictionary: Any, key: str) -> Any:
    """A dictionary's entry, references resolved; None if absent or null.

    Raises:
        TypeError: it is no dictionary.
    """
    return resolved(entry(dictionary, key))


def resolved(found: Any) -> Any:
    """What a reference points to; anything else as it is; None for null."""
    if isinstance(found, generic.PdfObject):
        found = found.get_object()
    return None if isinstance(found, generic.NullObject) else found


def items(array: Any) -> list[Any]:
    """An array's items as written; an absent array is empty.

    Raises:
        TypeError: it is something else.
    """
    if array is None:
        return []
    if not isinstance(array, generic.ArrayObject):
        raise TypeError("an array is expected")
    return [array.raw_get(index) for index in range(len(array))]


def references(array: Any) -> list[generic.IndirectObject]:
    """The items of an array that are references; others (form fields must be references) are passed over.

    Raises:
        TypeError: it is something else.
    """
    return [item for item in items(array) if isinstance(item, generic.IndirectObject)]
