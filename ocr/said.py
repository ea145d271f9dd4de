"""What people said of a document before it was read anew: nothing a person typed is lost when pages are joined, parted or uncut.

Asked are the document's own last data record and those of retired documents with some of its pages (`warehouse.parting`).
What stands on another page is that page's; what was typed without a place belongs to the document with the first page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ocr.ports import Field
from ocr.reviewing import DISAGREE
from warehouse.models import DataRecord, Document, State

_BY_A_PERSON = 1.0  # how sure a type is that a person named


@dataclass(frozen=True, slots=True)
class Said:
    """By people.

    Attributes:
        fields: in the frame of the document's pages, the weightiest word first.
        absent: what is not on the paper; `unless_found`: not on some of its pages.
        document_type: as a person named it.
    """

    fields: Mapping[str, Sequence[Field]]
    absent: Mapping[str, str]
    unless_found: Mapping[str, str]
    document_type: str | None


@dataclass(frozen=True, slots=True)
class _Record:
    """The last data record of a document that has or had these pages of the capture, from 1."""

    record: DataRecord
    pages: range
    own: bool

    @property
    def by_a_person(self) -> bool:
        return bool(self.record.by) and self.record.type_confidence >= _BY_A_PERSON


def said_before(document: Document, *, bound_to: str) -> Said:
    """Everything people said of its pages. `bound_to`: digest of the signed revision; of another one pages were others."""
    pages = _pages(document)
    family = _family(document)
    near = [one for one in family if one.own or _share(one.pages, pages)]
    near.sort(key=lambda one: (one.pages.start != pages.start, -one.record.created_at.timestamp()))
    far = [one.record.fields for one in family if not one.own and not _share(one.pages, pages)]
    fields: dict[str, list[Field]] = {}
    for one in near:
        for name, stored in one.record.fields.items():
            elsewhere = any(other.get(name, {}).get("value") == stored["value"] for other in far)
            value = _here(Field.from_json(stored), one, pages, bound_to=bound_to, elsewhere=elsewhere)
            if value is not None and value.by:
                fields.setdefault(name, []).append(value)
    begins = [one for one in near if one.pages.start == pages.start]
    return Said(
        fields,
        absent={name: by for one in begins if one.pages.stop >= pages.stop for name, by in one.record.absent.items()},
        unless_found={name: by for one in begins for name, by in one.record.absent.items()},
        document_type=next((one.record.document_type for one in begins if one.by_a_person), None),
    )


def merged(found: Mapping[str, Field], said: Said) -> dict[str, Field]:
    """What the machine found, with what people said instead; where they said different things the paper waits for one of them."""
    out = {name: value for name, value in found.items() if name not in said.absent}
    for name, (first, *others) in said.fields.items():
        read, value = found.get(name), first
        if first.page is None and read is not None and read.value == first.value:
            value = replace(first, page=read.page, box=read.box, text=read.text)
        for other in others:
            word = f"{DISAGREE}:{other.by}={other.value}"
            if other.value != value.value and word not in value.doubts:
                value = value.doubted(word)
        out[name] = value
    return out


def _here(value: Field, one: _Record, pages: range, *, bound_to: str, elsewhere: bool) -> Field | None:
    """A value as it stands on the document's pages; None if it stands on others. `elsewhere`: a part with other pages says it."""
    if one.own and one.record.bound_to != bound_to:
        return replace(value, page=None, box=None)
    if value.page is None:
        mine = one.own or (one.pages.start >= pages.start and not elsewhere)
        return value if mine else None
    page = value.page + one.pages.start - 1
    return replace(value, page=page - pages.start + 1) if page in pages else None


def _family(document: Document) -> list[_Record]:
    """The records of the document, and of its stack and the stack's other parts as far as they do not live or have other pages."""
    root = document.parent or document
    mine = _pages(document)
    out = []
    for one in (root, *root.children.all()):
        own = one.pk == document.pk
        record = one.records.order_by("-version").first()
        if record is not None and (own or one.state == State.SPLIT or not _share(_pages(one), mine)):
            out.append(_Record(record, _pages(one), own))
    return out


def _pages(document: Document) -> range:
    first = document.first_page or 1
    return range(first, (document.last_page or document.pages or 1) + 1)


def _share(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop
