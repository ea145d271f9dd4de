"""The three-way check: store ↔ catalogue ↔ index, every stored byte read again, the ledger recomputed.

Each difference is named. `repair` mends the index, strays and bookkeeping; it never touches the bytes of a document.
Everything is walked through in order and side by side, so memory does not grow with the Kho; and as the Kho works
meanwhile, whoever looks suspicious is looked at once more before it is named. A store or an index that is away is a
difference like others: what a long check has found till then is told, and the rest is still looked at.
"""

import hashlib
import heapq
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q, QuerySet

from khoso.kernel.clock import Clock
from khoso.kernel.digest import Digest, as_digest
from khoso.kernel.errors import Corrupted, Unavailable
from search import projecting
from search.comparing import Comparison
from search.ports import Entry, SearchIndex
from warehouse import ledger, reading
from warehouse.filing import tidy
from warehouse.models import Document, Rendition, RenditionKind, Revision, State
from warehouse.ports import YOUNG, Blemish, BlemishKind, ObjectStore, Stored
from warehouse.shelf import is_there

PAGE = 2_000
"""Rows read at once."""

TAIL = timedelta(seconds=5)
"""How old the oldest unsealed event may be while a sealer is alive."""


class Fault(StrEnum):
    """What can be wrong, worst first."""

    CHANGED = "changed"  # stored bytes differ from their digest
    MISSING = "missing"  # a row names bytes that are not there
    REVISION = "revision"  # an earlier revision is not a prefix of the last
    UNLOCKED = "unlocked"  # a filed document's bytes are not locked
    LEDGER = "ledger"  # the chain does not close
    READS = "reads"  # the chain of who read what does not close
    TAIL = "tail"  # events wait too long to be sealed
    HIDDEN = "hidden"  # somebody deleted or overwrote an object from outside; its bytes are there below
    STRAY = "stray"  # bytes no row names
    FOREIGN = "foreign"  # something in the store that is not ours: it is left where it is
    UNINDEXED = "unindexed"  # a findable document the index does not know in its newest version
    GHOST = "ghost"  # an index entry without a findable document
    AWAY = "away"  # the store or the index did not answer: what it holds was not looked at, or not to the end


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
    """
    if repair:
        ledger.seal(clock())
    counted = _Counted()
    differences = [
        *_as_far_as_it_answers("store", _store(store, clock, counted, progress, repair=repair)),
        *_as_far_as_it_answers("index", _index(index, store, counted, repair=repair)),
    ]
    report, tail = _ledger(clock())
    differences += tail
    differences += [Difference(Fault.READS, "reads", fault) for fault in reading.verify()]
    totals = Totals(
        Document.objects.count(),
        counted.objects,
        counted.size,
        counted.entries,
        report.events,
        report.unsealed,
        counted.surplus,
    )
    return Report(totals, tuple(differences))


@dataclass(slots=True)
class _Counted:
    """What is counted on the way."""

    objects: int = 0
    size: int = 0
    surplus: int = 0
    entries: int = 0


def _as_far_as_it_answers(part: str, found: Iterator[Difference]) -> Iterator[Difference]:
    """What is found until the part goes away; that it did is the last of it."""
    try:
        yield from found
    except Unavailable as error:
        yield Difference(Fault.AWAY, part, str(error))


def _store(
    store: ObjectStore,
    clock: Clock,
    counted: _Counted,
    progress: Callable[[str, int, int], None],
    *,
    repair: bool,
) -> Iterator[Difference]:
    while repair and tidy(store=store):
        pass
    yield from _blemished(store.blemishes(mend=repair), counted)
    yield from _objects(store, clock, counted, progress, repair=repair)
    yield from _revisions(store)


def _blemished(blemishes: Iterable[Blemish], counted: _Counted) -> Iterator[Difference]:
    """What somebody did to the store behind our back, and litter; surplus is only counted."""
    faults = {
        BlemishKind.HIDDEN: (Fault.HIDDEN, "delete marker"),
        BlemishKind.REPLACED: (Fault.HIDDEN, "other bytes on top"),
        BlemishKind.LEFTOVER: (Fault.STRAY, "broken upload"),
        BlemishKind.FOREIGN: (Fault.FOREIGN, "no name of ours"),
    }
    for blemish in blemishes:
        counted.surplus += blemish.kind is BlemishKind.SURPLUS
        if blemish.kind in faults:
            fault, detail = faults[blemish.kind]
            yield Difference(fault, blemish.what, detail, blemish.mended)


def _objects(
    store: ObjectStore,
    clock: Clock,
    counted: _Counted,
    progress: Callable[[str, int, int], None],
    *,
    repair: bool,
) -> Iterator[Difference]:
    """Every object read again and named by a row; every row's object there; filed ones locked."""
    bad: set[str] = set()
    total = Rendition.objects.count()
    for digest, item, wanted in _side_by_side(store.names(), _named()):
        if item is None:
            if not is_there(store, digest):  # it may have come after its place in the list was passed
                bad.add(digest)
                yield from _missing(digest)
            continue
        counted.objects += 1
        counted.size += item.size
        progress("store", counted.objects, max(total, counted.objects))
        try:
            for _ in store.open(digest):
                pass
        except Corrupted as error:
            bad.add(digest)
            yield Difference(Fault.CHANGED, digest, str(error))
        if not wanted:
            yield from _stray(item, store, clock(), repair=repair)
    yield from _unlocked(store, bad)
    good = Document.objects.exclude(renditions__digest__in=bad) if bad else Document.objects.all()
    good.filter(state=State.FILED).update(checked_at=clock())


def _side_by_side(stored: Iterable[Stored], named: Iterable[Digest]) -> Iterator[tuple[Digest, Stored | None, bool]]:
    """Objects and names, both in order, as one: (digest, its object if there is one, whether a row names it)."""
    rows = heapq.merge(((item.digest, item) for item in stored), ((digest, None) for digest in named), key=_first)
    last: Digest | None = None
    item: Stored | None = None
    wanted = False
    for digest, found in rows:
        if digest != last:
            if last is not None:
                yield last, item, wanted
            last, item, wanted = digest, None, False
        item = found or item
        wanted = wanted or found is None
    if last is not None:
        yield last, item, wanted


def _first(row: tuple[Digest, Stored | None]) -> str:
    return row[0]


def _named() -> Iterator[Digest]:
    """Digests rows name, in order. Earlier revisions of a filed document are its own until `tidy` lets go of them."""
    yield from heapq.merge(_digests(Rendition.objects.all()), _digests(_held_revisions()))


def _held_revisions() -> QuerySet[Revision]:
    untidied = Q(document__renditions__kind=RenditionKind.COMPOSED)
    return Revision.objects.filter(~Q(document__state=State.FILED) | untidied)


def _digests(rows: "QuerySet[Rendition] | QuerySet[Revision]") -> Iterator[Digest]:
    """Once each, in order, page by page: no cursor stays open while objects are read."""
    last = ""
    while page := list(
        rows.filter(digest__gt=last).order_by("digest").values_list("digest", flat=True).distinct()[:PAGE]
    ):
        yield from map(as_digest, page)
        last = page[-1]


def _missing(digest: Digest) -> Iterator[Difference]:
    """The rows that name it, if they still do."""
    for row in Rendition.objects.filter(digest=digest).order_by("document", "kind", "part"):
        yield Difference(Fault.MISSING, str(row.document_id), f"{row.kind}/{row.part} {row.digest}")


def _stray(item: Stored, store: ObjectStore, now: datetime, *, repair: bool) -> Iterator[Difference]:
    """An object no row names, left by a crash between bytes and row. A young one may be waiting for its row: passed over.

    A catalogue that names nothing at all is a new or a lost one, not the judge of a store full of papers.
    """
    if item.at is not None and item.at > now - YOUNG:
        return
    digest = item.digest
    if Rendition.objects.filter(digest=digest).exists() or _held_revisions().filter(digest=digest).exists():
        return
    mended = repair and store.locked_until(digest) is None and Rendition.objects.exists()
    if mended:
        store.discard(digest)
    yield Difference(Fault.STRAY, digest, f"{item.size} bytes", mended=mended)


def _unlocked(store: ObjectStore, bad: set[str]) -> Iterator[Difference]:
    """Bytes of filed documents must be locked."""
    kept = Rendition.objects.filter(
        document__state=State.FILED, kind__in=[RenditionKind.SIGNED, RenditionKind.ORIGINAL]
    ).only("document_id", "kind", "part", "digest")
    last = 0
    while page := list(kept.filter(pk__gt=last).order_by("pk")[:PAGE]):
        for row in page:
            if row.digest not in bad and store.locked_until(as_digest(row.digest)) is None:
                yield Difference(Fault.UNLOCKED, str(row.document_id), f"{row.kind}/{row.part} {row.digest}")
        last = page[-1].pk


def _revisions(store: ObjectStore) -> Iterator[Difference]:
    """Each revision must be a prefix of the last: its digest is that of the last one's first bytes."""
    last = 0
    grown = Revision.objects.filter(number=2).order_by("pk").select_related("document")
    while page := list(grown.filter(pk__gt=last)[:PAGE]):
        for row in page:
            yield from _prefixes(row.document, store)
        last = page[-1].pk


def _prefixes(document: Document, store: ObjectStore) -> Iterator[Difference]:
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
        return  # named as missing or changed already


def _index(index: SearchIndex, store: ObjectStore, counted: _Counted, *, repair: bool) -> Iterator[Difference]:
    """Index and catalogue name the same documents in the same versions."""
    projecting.must_be_ours(index)
    with Comparison() as seen:
        seen.hold(index.versions())
        seen.expect(projecting.findable_versions())
        stale = list(seen.differing())
        ghosts = list(seen.unexpected())
    if repair and stale:
        projecting.feed_again([name for name, _version, _held in stale])
        projecting.feed(index=index, store=store)
    if repair and ghosts:
        index.put([Entry(document=name, version=version + 1, removed=True) for name, version in ghosts])
    aside = projecting.set_aside() if stale else {}
    for name, version, held in stale:
        why = f", cannot be put: {aside[name]}" if name in aside else ""
        detail = f"version {version}, index has {held}{why}"
        yield Difference(Fault.UNINDEXED, name, detail, mended=repair and name not in aside)
    for name, version in ghosts:
        yield Difference(Fault.GHOST, name, f"version {version}", mended=repair)
    counted.entries = sum(1 for _ in index.versions())


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


def only_away(differences: Collection[Difference]) -> bool:
    """Whether nothing is wrong but that some part did not answer."""
    return bool(differences) and all(difference.fault is Fault.AWAY for difference in differences)


def damaged(differences: tuple[Difference, ...]) -> bool:
    """Whether bytes or the chain are wrong: what no repair mends."""
    return any(
        difference.fault in BYTES or difference.fault in {Fault.LEDGER, Fault.READS} for difference in differences
    )
