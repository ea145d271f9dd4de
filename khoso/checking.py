"""The three-way check: store ↔ catalogue ↔ index, every stored byte read again, the ledger recomputed.

Each difference is named. `repair` mends the index, strays and bookkeeping; it never touches the bytes of a document.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q

from khoso.kernel.clock import Clock
from khoso.kernel.digest import Digest, as_digest
from khoso.kernel.errors import Corrupted
from search import projecting
from search.ports import Entry, SearchIndex
from warehouse import ledger
from warehouse.filing import tidy
from warehouse.models import Document, Rendition, RenditionKind, State
from warehouse.ports import YOUNG, Blemish, BlemishKind, ObjectStore, Stored

TAIL = timedelta(seconds=5)
"""How old the oldest unsealed event may be while a sealer is alive."""


class Fault(StrEnum):
    """What can be wrong, worst first."""

    CHANGED = "changed"  # stored bytes differ from their digest
    MISSING = "missing"  # a row names bytes that are not there
    REVISION = "revision"  # an earlier revision is not a prefix of the last
    UNLOCKED = "unlocked"  # a filed document's bytes are not locked
    LEDGER = "ledger"  # the chain does not close
    TAIL = "tail"  # events wait too long to be sealed
    HIDDEN = "hidden"  # somebody deleted or overwrote an object from outside; its bytes are there below
    STRAY = "stray"  # bytes no row names
    UNINDEXED = "unindexed"  # a findable document the index does not know in its newest version
    GHOST = "ghost"  # an index entry without a findable document


BYTES = frozenset({Fault.CHANGED, Fault.MISSING, Fault.REVISION})


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: what, where, and whether `repair` mended it."""

    fault: Fault
    what: str
    detail: str
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Totals:
    """What was looked at."""

    documents: int
    objects: int
    size: int
    entries: int
    events: int
    unsealed: int
    surplus: int = 0
    """Objects stored more than once by writers at the same moment: harmless, so no difference."""


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a check."""

    totals: Totals
    differences: tuple[Difference, ...]


def check(
    *,
    store: ObjectStore,
    index: SearchIndex,
    clock: Clock,
    repair: bool = False,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _total: None,
) -> Report:
    """Compare everything with everything.

    Args:
        progress: told what is looked at, how far, and of how many.

    Raises:
        Unavailable: the store or the index is away.
    """
    if repair:
        ledger.seal(clock())
        while tidy(store=store):
            pass
    differences: list[Difference] = []
    blemishes = list(store.blemishes(mend=repair))
    stored = {item.digest: item for item in store.names()}
    differences += _blemished(blemishes)
    differences += _bytes(stored, store, clock, progress)
    differences += _revisions(store)
    differences += _strays(stored, store, clock(), repair=repair)
    differences += _index(index, store, repair=repair)
    report, tail = _ledger(clock())
    differences += tail
    totals = Totals(
        Document.objects.count(),
        len(stored),
        sum(item.size for item in stored.values()),
        sum(1 for _ in index.versions()),
        report.events,
        report.unsealed,
        sum(blemish.kind is BlemishKind.SURPLUS for blemish in blemishes),
    )
    return Report(totals, tuple(differences))


def _blemished(blemishes: Sequence[Blemish]) -> Iterator[Difference]:
    """What somebody did to the store behind our back, and litter; surplus is only counted."""
    faults = {
        BlemishKind.HIDDEN: (Fault.HIDDEN, "delete marker"),
        BlemishKind.REPLACED: (Fault.HIDDEN, "other bytes on top"),
        BlemishKind.LEFTOVER: (Fault.STRAY, "broken upload"),
    }
    for blemish in blemishes:
        if blemish.kind in faults:
            fault, detail = faults[blemish.kind]
            yield Difference(fault, blemish.what, detail, blemish.mended)


def _bytes(
    stored: dict[Digest, Stored], store: ObjectStore, clock: Clock, progress: Callable[[str, int, int], None]
) -> Iterator[Difference]:
    """Every object read again; every row's object there; filed ones locked."""
    bad: set[str] = set()
    for done, digest in enumerate(stored, start=1):
        progress("store", done, len(stored))
        try:
            for _ in store.open(digest):
                pass
        except Corrupted as error:
            bad.add(digest)
            yield Difference(Fault.CHANGED, digest, str(error))
    for row in Rendition.objects.select_related("document").iterator():
        if as_digest(row.digest) not in stored:
            bad.add(row.digest)
            yield Difference(Fault.MISSING, str(row.document_id), f"{row.kind}/{row.part} {row.digest}")
        elif (
            row.document.state == State.FILED
            and row.kind in {RenditionKind.SIGNED, RenditionKind.ORIGINAL}
            and store.locked_until(as_digest(row.digest)) is None
        ):
            yield Difference(Fault.UNLOCKED, str(row.document_id), f"{row.kind}/{row.part} {row.digest}")
    good = Document.objects.exclude(renditions__digest__in=bad) if bad else Document.objects.all()
    good.filter(state=State.FILED).update(checked_at=clock())


def _revisions(store: ObjectStore) -> Iterator[Difference]:
    """Each revision must be a prefix of the last: its digest is that of the last one's first bytes."""
    import hashlib

    for document in Document.objects.filter(revisions__number__gt=1).distinct().iterator():
        revisions = list(document.revisions.order_by("number"))
        try:
            last = as_digest(revisions[-1].digest)
            for revision in revisions[:-1]:
                digest = hashlib.sha256()
                for piece in store.open(last, length=revision.size):
                    digest.update(piece)
                if digest.hexdigest() != revision.digest:
                    yield Difference(Fault.REVISION, str(document.pk), f"{revision.number} {revision.digest}")
        except Corrupted:
            continue  # named as missing or changed already


def _strays(stored: dict[Digest, Stored], store: ObjectStore, now: datetime, *, repair: bool) -> Iterator[Difference]:
    """Objects no row names, left by a crash between bytes and row. Young ones may be waiting for their row: passed over.

    The earlier revisions of a filed document are still its own until `tidy` lets go of them and of its composed file.
    """
    named = set(Rendition.objects.values_list("digest", flat=True))
    untidied = Q(renditions__kind=RenditionKind.COMPOSED)
    named.update(
        Document.objects.filter(~Q(state=State.FILED) | untidied)
        .values_list("revisions__digest", flat=True)
        .exclude(revisions__digest=None)
    )
    for digest, item in stored.items():
        if digest in named or (item.at is not None and item.at > now - YOUNG):
            continue
        mended = repair and store.locked_until(digest) is None
        if mended:
            store.discard(digest)
        yield Difference(Fault.STRAY, digest, f"{item.size} bytes", mended=mended)


def _index(index: SearchIndex, store: ObjectStore, *, repair: bool) -> Iterator[Difference]:
    """Index and catalogue name the same documents in the same versions."""
    findable = dict(Document.objects.filter(state__in=projecting.FINDABLE).values_list("pk", "version"))
    known = {str(pk): version for pk, version in findable.items()}
    entries = dict(index.versions())
    stale = {pk for pk, version in known.items() if entries.get(pk) != version}
    ghosts = set(entries) - set(known)
    if repair and stale:
        Document.objects.filter(pk__in=stale).update(indexed_version=0)
        projecting.feed(index=index, store=store)
    if repair and ghosts:
        index.put([Entry(document=ghost, version=entries[ghost] + 1, removed=True) for ghost in sorted(ghosts)])
    for pk in sorted(stale):
        yield Difference(Fault.UNINDEXED, pk, f"version {known[pk]}, index has {entries.get(pk)}", mended=repair)
    for pk in sorted(ghosts):
        yield Difference(Fault.GHOST, pk, f"version {entries[pk]}", mended=repair)


def _ledger(now: datetime) -> tuple[ledger.LedgerReport, list[Difference]]:
    report = ledger.verify()
    found = [Difference(Fault.LEDGER, "ledger", fault) for fault in report.faults]
    if report.oldest_unsealed is not None and now - report.oldest_unsealed > TAIL:
        found.append(
            Difference(
                Fault.TAIL, "ledger", f"{report.unsealed} events, oldest of {report.oldest_unsealed.isoformat()}"
            )
        )
    return report, found


def damaged(differences: tuple[Difference, ...]) -> bool:
    """Whether bytes or the chain are wrong: what no repair mends."""
    return any(difference.fault in BYTES or difference.fault is Fault.LEDGER for difference in differences)
