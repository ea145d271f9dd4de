"""Who read what, when and why: a chain of its own. Each entry holds the digest of the one before it."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from khoso.kernel.canonical import canonical
from khoso.kernel.clock import rfc3339, system_clock
from khoso.kernel.digest import digest_bytes
from khoso.kernel.errors import Unavailable
from warehouse.models import Listed, Reading, ReadingVerdict

GENESIS = "0" * 64
_TRIES = 20
_SLICE = 2000
_OUT_OF_STEP = 200
"""Entries of one moment, at most, that wait for the chain's end at once and so may pass one another."""
_OF_A_WALK = ("begun_at", "at", "number", "digest", "found", "whole_number", "whole_at", "faults")
_FAULTS = 50  # told at most: one is enough to raise the alarm
NO_DOCUMENT = UUID(int=0)
"""Stands in an entry of a list; its documents stand beside it."""
LIST = "list"
SHOWN, SUGGESTED = "list", "suggested"
"""Two kinds of lists: of results, and of values suggested while somebody types."""
PAUSE, ANEW = timedelta(seconds=30), timedelta(days=1)
"""How often the chain's new end is recomputed in the background, and all of it."""
COLUMNS = ("number", "at", "person", "document", "purpose", "basis", "what", "via", "opened")


def note(
    *, at: datetime, person: str, document: UUID, purpose: str, basis: str, what: str, via: str, opened: bool
) -> Reading:
    """Add an entry at the chain's end.

    Raises:
        Unavailable: others kept adding at the same moment.
    """
    said = {"person": person, "document": str(document), "purpose": purpose, "basis": basis, "what": what, "via": via}
    return _append(at, said, opened=opened)


def note_list(*, at: datetime, person: str, documents: Sequence[UUID], via: str, kind: str = SHOWN) -> Reading:
    """Add one entry for a list of documents that was shown; `kind`: `SHOWN` or `SUGGESTED`.

    Raises:
        Unavailable: others kept adding at the same moment.
    """
    said = {
        "person": person, "document": str(NO_DOCUMENT), "purpose": LIST, "basis": "", "what": f"{kind}/{len(documents)}",
        "via": via,
    }  # fmt: skip
    return _append(at, said, opened=True, documents=documents)


def _append(at: datetime, said: dict[str, str], *, opened: bool, documents: Sequence[UUID] = ()) -> Reading:
    for _try in range(_TRIES):
        last = Reading.objects.order_by("-number").first()
        number, previous = (last.number + 1, last.digest) if last else (1, GENESIS)
        digest = _digest(number, previous, at, {**said, "opened": opened, **_with(documents)})
        try:
            with transaction.atomic():
                made = Reading.objects.create(
                    number=number, previous=previous, digest=digest, at=at, opened=opened,
                    **said | {"document": UUID(said["document"])},
                )  # fmt: skip
                Listed.objects.bulk_create(Listed(reading=made, document=document) for document in documents)
                return made
        except IntegrityError:
            continue
    raise Unavailable("sổ ghi lượt xem đang bận")


def note_each(
    opened: Sequence[tuple[UUID, str]], *, at: datetime, person: str, purpose: str, basis: str, what: str
) -> None:
    """Add an entry for each of many documents that were opened together, all or none.

    Args:
        opened: document and what let the person in (`role`, `grant`).

    Raises:
        Unavailable: others kept adding at the same moment.
    """
    for _try in range(_TRIES):
        last = Reading.objects.order_by("-number").first()
        number, previous = (last.number, last.digest) if last else (0, GENESIS)
        entries = []
        for document, via in opened:
            number += 1
            said = {
                "person": person, "document": str(document), "purpose": purpose, "basis": basis, "what": what, "via": via,
            }  # fmt: skip
            digest = _digest(number, previous, at, {**said, "opened": True})
            entries.append(Reading(number=number, previous=previous, digest=digest, at=at, opened=True, **said))
            previous = digest
        try:
            with transaction.atomic():
                Reading.objects.bulk_create(entries)
        except IntegrityError:
            continue
        return
    raise Unavailable("sổ ghi lượt xem đang bận")


def _with(documents: Iterable[UUID]) -> dict[str, list[str]]:
    """A list's documents as they enter its digest; entries of one document stay as they always were."""
    names = sorted(str(document) for document in documents)
    return {"listed": names} if names else {}


def was_listed(person: str, document: UUID, *, since: datetime) -> bool:
    """Whether a person was shown a list of results with this document since then."""
    rows = Listed.objects.filter(document=document, reading__person=person, reading__at__gte=since)
    return rows.filter(reading__what__startswith=f"{SHOWN}/").exists()


def listed_since(person: str, documents: Iterable[UUID], *, since: datetime) -> set[UUID]:
    """Those of the documents that stood on any list shown to a person since then, suggestions included."""
    rows = Listed.objects.filter(document__in=list(documents), reading__person=person, reading__at__gte=since)
    return set(rows.values_list("document", flat=True))


def _digest(number: int, previous: str, at: datetime, said: dict[str, object]) -> str:
    return digest_bytes(canonical({"number": number, "previous": previous, "at": at.isoformat(), **said}))


def of_document(document: UUID) -> Iterator[Reading]:
    """Reads of a document, lists it stood on included, newest first."""
    lists = Listed.objects.filter(document=document).values("reading")
    rows = Reading.objects.filter(Q(document=document) | Q(pk__in=lists)).order_by("-number")
    return _by_time(rows.iterator())


def of_person(username: str) -> Iterator[Reading]:
    """Reads by a person, newest first."""
    rows = Reading.objects.filter(person=username).order_by("-number").prefetch_related("listed")
    return _by_time(rows.iterator(chunk_size=_SLICE))


def _by_time(rows: Iterable[Reading]) -> Iterator[Reading]:
    """Newest first by the moment of the look: entries that were written together may stand in the chain the other way round."""
    waiting: list[tuple[float, int, Reading]] = []
    for row in rows:
        heapq.heappush(waiting, (-row.at.timestamp(), -row.number, row))
        if len(waiting) > _OUT_OF_STEP:
            yield heapq.heappop(waiting)[-1]
    while waiting:
        yield heapq.heappop(waiting)[-1]


def documents_of(row: Reading) -> list[UUID]:
    """What an entry is about: its document, or those of its list."""
    return [row.document] if row.document != NO_DOCUMENT else [one.document for one in row.listed.all()]


def verify() -> list[str]:
    """Recompute the whole chain and keep the verdict; one sentence per fault."""
    now = system_clock()
    before = verdict()
    walk = ReadingVerdict(begun_at=now, at=now, digest=GENESIS, whole_number=before.whole_number if before else 0)
    while _walk(walk, _SLICE):
        pass
    _close(walk, now)
    with transaction.atomic():
        ReadingVerdict.objects.all().delete()
        walk.save()
    return list(walk.found)


def keep_verified(*, now: datetime) -> None:
    """Recompute a slice more of the chain: its new end every half minute, all of it anew each day. Cheap to call."""
    known = ReadingVerdict.objects.order_by("pk").first()
    walk = known or ReadingVerdict()
    seen = walk.at
    if known is None or (walk.whole_at is not None and now - walk.begun_at > ANEW and walk.number == walk.whole_number):
        walk.begun_at, walk.at, walk.number, walk.digest, walk.found = now, now, 0, GENESIS, []
    elif now - walk.at < PAUSE and walk.number == walk.whole_number:
        return
    walk.at = now
    if not _walk(walk, _SLICE):
        _close(walk, now)
    if known is None:
        walk.save()
        return
    # Another one may have gone on, or come to the end of the whole chain meanwhile: what it says stands.
    ReadingVerdict.objects.filter(pk=walk.pk, at=seen).update(**{name: getattr(walk, name) for name in _OF_A_WALK})


def _close(walk: ReadingVerdict, now: datetime) -> None:
    """The walk has come to the chain's end: what it found is the verdict."""
    if walk.number < walk.whole_number:
        _find(walk, f"readings {walk.number + 1} to {walk.whole_number} are missing")
    walk.whole_number, walk.whole_at, walk.faults = walk.number, now, walk.found


def verdict() -> ReadingVerdict | None:
    """The last verdict; None before the first."""
    return ReadingVerdict.objects.filter(whole_at__isnull=False).order_by("pk").first()


def _walk(walk: ReadingVerdict, most: int) -> bool:
    """Go on by some entries; False at the chain's end."""
    rows = list(Reading.objects.filter(number__gt=walk.number).order_by("number").prefetch_related("listed")[:most])
    if walk.number and not rows and not Reading.objects.filter(number=walk.number, digest=walk.digest).exists():
        _find(walk, f"reading {walk.number} was changed or taken away")
    for row in rows:
        if row.number != walk.number + 1:
            _find(walk, f"reading {walk.number + 1} is missing")
        names = ("person", "document", "purpose", "basis", "what", "via")
        said: dict[str, object] = {name: str(getattr(row, name)) for name in names}
        said |= {"opened": row.opened, **_with(one.document for one in row.listed.all())}
        if row.previous != walk.digest or row.digest != _digest(row.number, row.previous, row.at.astimezone(UTC), said):
            _find(walk, f"reading {row.number} was changed")
        walk.number, walk.digest = row.number, row.digest
    return len(rows) == most


def _find(walk: ReadingVerdict, fault: str) -> None:
    if fault not in walk.found and len(walk.found) < _FAULTS:
        walk.found = [*walk.found, fault]


def as_row(row: Reading, of: UUID | None = None) -> dict[str, object]:
    """An entry for JSON; `of`: the one document it is told for, so that what else stood on a list is not."""
    told = {name: getattr(row, name) for name in COLUMNS} | {"at": rfc3339(row.at), "document": str(of or row.document)}
    if of is None and row.document == NO_DOCUMENT:
        told |= {"document": "", "listed": [str(one) for one in documents_of(row)]}
    return told
