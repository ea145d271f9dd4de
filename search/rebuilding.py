"""Rebuilding: a new index is made from catalogue and store beside the one in use, compared with the catalogue, and put in
its place. The old one answers until then; what happens meanwhile goes to both.

Nothing is remembered between runs: what the new index lacks is what its versions tell. So it may be interrupted at any
moment and taken up again.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from django.utils.translation import gettext as _

from khoso.kernel.errors import Unavailable
from search.comparing import Comparison
from search.ports import Entry, Rebuild, SearchIndex
from search.projecting import accept, findable_versions, set_aside, settle_on, try_again
from search.projecting import put as put_documents
from warehouse.models import Document
from warehouse.ports import ObjectStore

BATCH = 200
_ROUNDS = 20

Putting = Callable[[str, Iterator[Sequence[str]]], Iterator[int]]
"""Puts batches of documents into the index that was begun, as `put_named` does; tells how many of each, in any order.

Its first argument is the generation of that index, which another command may have given up meanwhile.
"""


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
    *,
    index: SearchIndex,
    store: ObjectStore,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    putting: Putting | None = None,
) -> Rebuilt:
    """Make the index anew; begin, or go on where an interrupted run ended.

    Args:
        progress: told how many documents are in the new index, and of how many.
        putting: who puts, where that is not this process.

    Raises:
        Unavailable: index or store are away, or documents change so fast that the comparison never holds. What was
            made stays; run it again.
    """
    fresh = index.rebuild()
    many = putting or (lambda _name, batches: (put_named(names, fresh, store) for names in batches))
    found = put = 0
    try_again()
    for turn in range(_ROUNDS):
        with Comparison() as seen:
            seen.expect(findable_versions(), before=True)
            seen.hold(fresh.versions())
            aside = set_aside()
            seen.expect(one for one in findable_versions() if one[0] not in aside)
            if not turn:
                found = seen.held()
            strays = list(seen.unexpected())
            fresh.put(Entry(name, version + 1, removed=True) for name, version in strays)
            put_now, lacking = _fill(seen, partial(many, fresh.name), progress)
            put += put_now
            # What changed between the two looks at the catalogue is on its way to both indexes by itself.
            if not lacking and not strays and account(seen.quiet_held()) == account(seen.quiet()):
                accept(fresh.name)  # first, so that the swap is not taken for a loss
                fresh.swap()
                settle_on(fresh.name)
                return Rebuilt(found, put, account(seen.everything()))
    raise Unavailable(_("Giấy tờ thay đổi quá nhanh nên chưa thay được chỉ mục. Phần đã dựng được giữ; hãy chạy lại."))


def account(versions: Iterable[tuple[str, int]]) -> Account:
    """Count and checksum (hex, 64 bits) of (document, version) pairs."""
    count = total = 0
    for name, version in versions:
        count += 1
        digest = hashlib.blake2b(f"{name}:{version}".encode(), digest_size=8).digest()
        total ^= int.from_bytes(digest)
    return Account(count, f"{total:016x}")


def put_named(names: Sequence[str], fresh: Rebuild, store: ObjectStore) -> int:
    """Put the documents of these names as they are now.

    Returns:
        How many were put.

    Raises:
        Unavailable: index or store are away.
    """
    documents = Document.objects.filter(pk__in=names).select_related("unit")
    return len(put_documents(documents, into=fresh.put, store=store))


def _fill(
    seen: Comparison, putting: Callable[[Iterator[Sequence[str]]], Iterator[int]], progress: Callable[[int, int], None]
) -> tuple[int, int]:
    """Put what is lacking as it is now.

    Returns:
        How many were put, and how many were lacking.
    """
    total, done, put, lacking = seen.wanted(), seen.held(), 0, 0
    waiting = seen.lacking()

    def batches() -> Iterator[Sequence[str]]:
        nonlocal lacking
        while names := [name for (name,) in islice(waiting, BATCH)]:
            lacking += len(names)
            yield names

    progress(min(done, total), total)
    for count in putting(batches()):
        put += count
        progress(min(done + put, total), total)
    return put, lacking
