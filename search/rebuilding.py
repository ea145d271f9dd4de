"""Rebuilding: a new index is made from catalogue and store beside the one in use, compared with the catalogue, and put in
its place. The old one answers until then; what happens meanwhile goes to both.

Nothing is remembered between runs: what the new index lacks is what its versions tell. So it may be interrupted at any
moment and taken up again.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from khoso.kernel.errors import Unavailable
from search.ports import Entry, Rebuild, SearchIndex
from search.projecting import FINDABLE, accept, entry, settle_on
from warehouse.models import Document
from warehouse.ports import ObjectStore

BATCH = 200
_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Account:
    """How many documents, and one number for all their names and versions whatever their order."""

    documents: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A finished rebuild.

    Attributes:
        found: entries an interrupted run had left in the new index.
        put: entries put by this one.
        account: of the new index when it took its place; the same was counted in the catalogue.
    """

    found: int
    put: int
    account: Account


def rebuild(
    *, index: SearchIndex, store: ObjectStore, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Rebuilt:
    """Make the index anew; begin, or go on where an interrupted run ended.

    Args:
        progress: told how many documents are in the new index, and of how many.

    Raises:
        Unavailable: index or store are away, or documents change so fast that the comparison never holds. What was
            made stays; run it again.
    """
    fresh = index.rebuild()
    found = put = 0
    for turn in range(_ROUNDS):
        before = _catalogue()
        held = dict(fresh.versions())
        after = _catalogue()
        if not turn:
            found = len(held)
        lacking = sorted(name for name, version in after.items() if held.get(name, -1) < version)
        strays = held.keys() - after.keys() - before.keys()
        fresh.put(Entry(name, held[name] + 1, removed=True) for name in sorted(strays))
        put += _fill(fresh, lacking, len(after), store, progress)
        # What changed between the two looks at the catalogue is on its way to both indexes by itself.
        quiet = {name for name, version in after.items() if before.get(name) == version}
        there = account((name, version) for name, version in held.items() if name in quiet)
        if not lacking and not strays and there == account((name, after[name]) for name in quiet):
            accept(fresh.name)  # first, so that the swap is not taken for a loss
            fresh.swap()
            settle_on(fresh.name)
            return Rebuilt(found, put, account(held.items()))
    raise Unavailable(_("Giấy tờ thay đổi quá nhanh nên chưa thay được chỉ mục. Phần đã dựng được giữ; hãy chạy lại."))


def account(versions: Iterable[tuple[str, int]]) -> Account:
    """Count and checksum (hex, 64 bits) of (document, version) pairs."""
    count = total = 0
    for name, version in versions:
        count += 1
        digest = hashlib.blake2b(f"{name}:{version}".encode(), digest_size=8).digest()
        total ^= int.from_bytes(digest)
    return Account(count, f"{total:016x}")


def _catalogue() -> Mapping[str, int]:
    """Version of every findable document."""
    rows = Document.objects.filter(state__in=FINDABLE).values_list("pk", "version")
    return {str(pk): version for pk, version in rows.iterator(chunk_size=10_000)}


def _fill(
    fresh: Rebuild, lacking: list[str], total: int, store: ObjectStore, progress: Callable[[int, int], None]
) -> int:
    """Put these documents as they are now; returns how many."""
    waiting = iter(lacking)
    put = 0
    progress(total - len(lacking), total)
    while names := list(islice(waiting, BATCH)):
        documents = Document.objects.filter(pk__in=names).select_related("unit")
        fresh.put([entry(document, store=store) for document in documents])
        put += len(names)
        progress(total - len(lacking) + put, total)
    return put
