"""Lawful erasure, all of it: the catalogue, the search index, page images kept on this machine, the stored bytes."""

from collections.abc import Sequence
from pathlib import Path

from khoso.kernel.clock import Clock
from search.ports import Entry, SearchIndex
from warehouse import erasing
from warehouse.erasing import Done
from warehouse.images import forget
from warehouse.models import Document, Erasure
from warehouse.ports import ObjectStore


def erase(
    document: Document,
    *,
    by: str,
    reason: str,
    basis: str,
    store: ObjectStore,
    index: SearchIndex,
    cache: Path,
    clock: Clock,
) -> Sequence[Done]:
    """Order an erasure and carry it out.

    Raises:
        Refused, Unavailable: as `warehouse.erasing` says; once ordered, `finish` goes on where this stopped.
    """
    erasing.order(document, by=by, reason=reason, basis=basis, now=clock())
    return finish(store=store, index=index, cache=cache, clock=clock)


def finish(*, store: ObjectStore, index: SearchIndex, cache: Path, clock: Clock) -> Sequence[Done]:
    """Carry out every order that is open: out of the index and the cache first, the bytes last."""
    orders = list(Erasure.objects.filter(done_at=None).select_related("document"))
    if orders:
        index.put([Entry(document=str(row.document_id), version=row.document.version, removed=True) for row in orders])
    forget(cache, (name for row in orders for name in row.digests))
    return erasing.carry_out(store=store, now=clock())
