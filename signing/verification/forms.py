"""The form fields of a signed revision and of the last one, side by side."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.rw_common import PdfHandler

from signing.verification.embedded import Embedded
from signing.verification.objects import items, references, resolved, value

_DEEP = 4  # levels below /AP that can hold an appearance: /N, a state, the form, its resources


@dataclass(frozen=True)
class _Field:
    """A field and the boxes (widgets) that show it. `kind` is its type, inherited if need be."""

    reference: Reference
    kind: Any
    boxes: tuple[tuple[Reference, generic.DictionaryObject], ...]

    @property
    def dictionary(self) -> generic.DictionaryObject:
        return self.boxes[0][1]

    @property
    def is_signature(self) -> bool:
        return bool(self.kind == "/Sig")

    @property
    def filled(self) -> bool:
        return value(self.dictionary, "/V") is not None

    @property
    def visible(self) -> bool:
        return any(_area(box) and ("/AP" in box or "/MK" in box) for _, box in self.boxes)

    @property
    def text(self) -> tuple[bytes, ...]:
        found = value(self.dictionary, "/V")
        return () if found is None or found in ("", "/Off") else tuple(_shape(found, _DEEP))

    @property
    def look(self) -> tuple[tuple[bytes, ...], ...]:
        return tuple(tuple(_shape(value(box, "/AP"), _DEEP)) for _, box in self.boxes)


class Forms:
    """Compares fields by their full names.

    Attributes:
        old: the signed revision.
        filled: signature fields (and their boxes) empty in the signed revision and rightly signed since.
    """

    def __init__(self, old: PdfHandler, new: PdfHandler, intact: Mapping[str, Embedded]) -> None:
        self.old = old
        self._new = new
        self._before = dict(_fields(old))
        self._after = dict(_fields(new))
        self._intact = intact
        self._addable: set[Reference] = set()
        self.filled: set[Reference] = set()
        for name, field in self._after.items():
            if not field.is_signature:
                continue
            parts = {field.reference, *(reference for reference, _ in field.boxes)}
            before = self._before.get(name)
            if before is None and (name in intact if field.filled else not field.visible):
                self._addable |= parts
            elif before is not None and name in intact and not before.filled:
                self.filled |= parts

    @property
    def signed_since(self) -> bool:
        """Whether someone signed since; time stamps do not count."""
        return any(self._is_new_signature(name) and not each.is_timestamp for name, each in self._intact.items())

    def may_be_added(self, reference: Reference) -> bool:
        """Whether an added field or box belongs to a right signature, or shows nothing."""
        return reference in self._addable

    def wrong_box(self) -> str:
        """Name of a signature field that shows something since, without a right signature in it; empty if there is none."""
        for name, field in self._after.items():
            if not field.is_signature or not field.visible or name in self._intact:
                continue
            before = self._before.get(name)
            if before is None or before.look != field.look or self._is_new_signature(name):
                return name
        return ""

    def replaced(self, *, may_change: bool) -> str:
        """Name of a field, not a signature, that showed something when signed and shows something else since.

        Args:
            may_change: the signer allowed form filling in so many words (DocMDP), so a new value is no surprise; a new
                look of the old value still is.
        """
        for name, before in self._before.items():
            after = self._after.get(name)
            if before.is_signature or after is None:
                continue
            if before.text == after.text:
                if before.look != after.look:
                    return name
            elif before.text and not may_change:
                return name
        return ""

    def filled_in(self) -> str:
        """Name of a field, not a signature, that was empty when signed and is not since; empty if there is none."""
        for name, before in self._before.items():
            after = self._after.get(name)
            if not before.is_signature and after is not None and not before.text and after.text:
                return name
        return ""

    def shown_since(self) -> tuple[str, ...]:
        """Names of signature fields signed since that show something on a page."""
        return tuple(name for name, field in self._after.items() if field.visible and self._is_new_signature(name))

    def restyled(self) -> bool:
        """Whether what the form draws its values with was exchanged, so that the same values look different.

        A form that viewers must draw anew (NeedAppearances) or whose default resources differ shows other letters for
        the same text. Only forms with fields that are no signatures can be restyled.
        """
        if all(field.is_signature for field in self._before.values()):
            return False
        before, after = (value(handler.root, "/AcroForm") for handler in (self.old, self._new))
        if value(after, "/NeedAppearances") and not value(before, "/NeedAppearances"):
            return True
        resources = _resources(after)
        return any(resources.get(name) != part for name, part in _resources(before).items())

    def _is_new_signature(self, name: str) -> bool:
        after, before = self._after.get(name), self._before.get(name)
        return after is not None and after.is_signature and after.filled and (before is None or not before.filled)


def _fields(handler: PdfHandler) -> Iterator[tuple[str, _Field]]:
    """Raises any of `FOREIGN` if the form is not built as forms are: what cannot be read must not pass as unchanged."""
    form = value(handler.root, "/AcroForm")
    if form is None:
        return
    left: list[tuple[str, generic.IndirectObject, Any]]
    left = [("", item, None) for item in references(value(form, "/Fields"))]
    seen: set[Reference] = set()
    while left:
        prefix, item, inherited = left.pop()
        field = resolved(item)
        if item.reference in seen:
            raise ValueError("a field is its own descendant or listed twice")
        seen.add(item.reference)
        title = value(field, "/T")
        if title is None:
            continue  # a box of its parent
        name = f"{prefix}.{title}" if prefix else str(title)
        kind = value(field, "/FT") or inherited
        kids = references(value(field, "/Kids"))
        boxes = [(kid.reference, resolved(kid)) for kid in kids]
        yield name, _Field(item.reference, kind, ((item.reference, field), *boxes))
        left += [(name, kid, kind) for kid in kids]


def _resources(form: Any) -> dict[tuple[str, str], tuple[bytes, ...]]:
    """Default resources by category and name."""
    categories = value(form, "/DR") or {}
    named = {kind: value(categories, kind) for kind in categories}
    return {
        (str(kind), str(name)): tuple(_shape(value(group, name), _DEEP))
        for kind, group in named.items()
        if isinstance(group, generic.DictionaryObject)
        for name in group
    }


def _area(box: Any) -> float:
    corners = [float(resolved(corner)) for corner in items(value(box, "/Rect"))]
    if len(corners) != 4:
        return 0.0
    return abs(corners[2] - corners[0]) * abs(corners[3] - corners[1])


def _shape(found: Any, depth: int) -> Iterator[bytes]:
    """What an object is made of, enough to tell «the same» from «another»."""
    if isinstance(found, generic.StreamObject):
        yield hashlib.sha256(found.encoded_data).digest()
    if isinstance(found, generic.DictionaryObject):
        for key in sorted(found):
            yield str(key).encode()
            if depth:
                yield from _shape(value(found, key), depth - 1)
    elif isinstance(found, generic.ArrayObject):
        for item in items(found):
            yield from _shape(resolved(item), depth - 1) if depth else ()
    elif found is not None:
        yield repr(found).encode()
