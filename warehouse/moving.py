"""The one writer of a document's state: `create` enters it, `move` takes it on by compare-and-set with its ledger event.

Whoever moves a document has put the bytes into the store already: bytes first, row second. Everything an outcome brings
(renditions, a revision, a data record, parts) is written in the same transaction as the state, so a process killed
between any two lines leaves either the old state or the new one, never half of it.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from people.models import User
from warehouse import ledger
from warehouse.leasing import LEASE
from warehouse.models import (
    FINDABLE,
    RESTING,
    Counter,
    DataRecord,
    Document,
    LedgerEvent,
    Rendition,
    RenditionKind,
    Revision,
    Salt,
    Settled,
    State,
    Validity,
    ValidityChange,
)
from warehouse.ports import Stored
from warehouse.together import insert

SYSTEM = "system"
"""Actor of what no person did."""


@dataclass(frozen=True, slots=True)
class NewRendition:
    """Stored bytes to be recorded."""

    kind: RenditionKind
    stored: Stored
    media_type: str
    part: int = 0
    made_from: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class NewRevision:
    """A further signed revision of the file; `by` is `scanner`, `agency` or `issuer`."""

    stored: Stored
    by: str
    signer: str = ""


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A new version of the data record. `settled`: fields a person looked at → SHA-256 of the pixels where the value
    before stood, or nothing.
    """

    document_type: str
    type_confidence: float
    fields: Mapping[str, Mapping[str, Any]]
    bound_to: str
    absent: Mapping[str, str] = field(default_factory=dict)
    by: str = ""
    why: str = ""
    settled: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewValidity:
    """Validity from a day on; `replaced_by` is the other document's id."""

    after: Validity
    since: date
    why: str
    by: str
    basis: str = ""
    replaced_by: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Pages `first`…`last` (1-based, inclusive) of a stack that are a document of their own.

    `event`: the ledger's word for its coming; `document_type`: what its pages were taken for so far.
    """

    first: int
    last: int
    event: str = "split_off"
    document_type: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step brought about.

    Attributes:
        after: the state reached; the same as before when the step made way for others and is not done.
        changes: columns of the document.
        body: what the ledger tells of it, without personal values.
        personal: personal values the ledger commits to.
        anew: forget what was made of the captures (transcripts, composed and signed file): the document starts over.
        kept: with `anew`, transcripts stay, for pages that are read as before.
        allot: called inside the transaction for columns that must be drawn there (running numbers), so that none is lost.
    """

    after: State
    changes: Mapping[str, Any] = field(default_factory=dict)
    renditions: tuple[NewRendition, ...] = ()
    revision: NewRevision | None = None
    record: NewRecord | None = None
    parts: tuple[Part, ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict)
    personal: Mapping[str, str] = field(default_factory=dict)
    anew: bool = False
    kept: bool = False
    allot: Callable[[], Mapping[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """What is known when a document is handed in."""

    by: User
    queue: str
    dossier: str = ""
    component: str = ""
    owner_id: str = ""
    owner_name: str = ""
    desk: str = ""
    stack: bool = False
    batch: str = ""


def create(
    key: str, name: str, originals: tuple[NewRendition, ...], *, intake: Intake, now: datetime
) -> tuple[Document, bool]:
    """Enter a document whose sheets are stored already.

    Returns:
        The document and whether it is new: the same `key` twice is the same document.
    """
    wanted = Document(
        intake_key=key,
        state=State.RECEIVED,
        state_since=now,
        created_at=now,
        due_at=now,
        created_by=intake.by,
        unit=intake.by.unit,
        queue=intake.queue,
        desk=intake.desk,
        name=name[:255],
        dossier=intake.dossier,
        component=intake.component,
        given_owner_id=intake.owner_id,
        given_owner_name=intake.owner_name,
        stack=intake.stack,
        batch=intake.batch,
    )
    rows = [*(_row(wanted, rendition, now) for rendition in originals), *_received(wanted, originals, intake, now)]
    if insert(wanted, rows, key="intake_key"):  # a desk waits here: no question first, the key's uniqueness answers
        return wanted, True
    return Document.objects.get(intake_key=key), False


def _received(
    document: Document, originals: tuple[NewRendition, ...], intake: Intake, now: datetime
) -> "tuple[LedgerEvent, *tuple[Salt, ...]]":
    known = (("owner_id", intake.owner_id), ("owner_name", intake.owner_name))
    return ledger.told(
        "received",
        at=now,
        actor=str(intake.by.username),
        document=document.pk,
        body={
            "sheets": [rendition.stored.digest for rendition in originals],
            "dossier": intake.dossier,
            "component": intake.component,
        },
        personal={name: value for name, value in known if value},
    )


def keep(document: Document, rendition: NewRendition, *, worker: str, now: datetime) -> bool:
    """Record one rendition in the middle of a step (a page's transcript); False when the lease was lost."""
    with transaction.atomic():
        if not Document.objects.filter(pk=document.pk, lease_owner=worker).update(
            lease_until=now + LEASE, attempts=0, lost_workers=0
        ):
            return False
        _keep(document, rendition, now)
    return True


def has(document: Document, kind: RenditionKind, *, part: int = 0, made_from: str) -> Rendition | None:
    """The rendition, if this very work was done before."""
    return document.renditions.filter(kind=kind, part=part, made_from=made_from).first()


def move(
    document: Document,
    outcome: Outcome,
    *,
    worker: str | None,
    actor: str,
    event: str,
    now: datetime,
    worked_ms: int | None = None,
) -> bool:
    """Take a document from the state and version it was read in to the outcome's.

    Args:
        worker: whose lease must still hold and goes on; None for a person's act, which needs no lease but breaks one.
        worked_ms: how long the step was worked on in this turn; the ledger tells it with earlier turns, without waiting.

    Returns:
        False when someone else was first: the document or the lease had changed; nothing was written.
    """
    with transaction.atomic():
        # The version, too: what leaves the state as it is (one of two people confirms) must not be passed over.
        mine = Document.objects.filter(pk=document.pk, state=document.state, version=document.version)
        lease: dict[str, Any] = {"lease_owner": "", "lease_until": None}
        if worker is not None:
            mine = mine.filter(lease_owner=worker)
            lease = {"lease_until": now + LEASE}
        outdated: dict[str, Any] = {}
        if document.state in FINDABLE and outcome.after not in FINDABLE:
            # Whoever feeds the index may have put it and died, or be about to: it must be taken out again.
            outdated = {"indexed_version": Greatest(F("indexed_version"), 1)}
        won = mine.update(
            state=outcome.after,
            state_since=now,
            attempts=0,
            lost_workers=0,
            worked_ms=0,
            due_at=None if outcome.after in RESTING else now,
            version=F("version") + 1,
            **lease,
            **outdated,
            **outcome.changes,
        )
        if not won:
            return False
        allotted = dict(outcome.allot()) if outcome.allot is not None else {}
        if allotted:
            Document.objects.filter(pk=document.pk).update(**allotted)
        if outcome.anew:
            document.revisions.all().delete()
            stays = [RenditionKind.ORIGINAL, *((RenditionKind.TRANSCRIPT,) if outcome.kept else ())]
            document.renditions.exclude(kind__in=stays).delete()
        for rendition in outcome.renditions:
            _keep(document, rendition, now)
        if outcome.revision is not None:
            _revise(document, outcome.revision, now)
        if outcome.record is not None:
            _note(document, outcome.record, now)
        document.facts = outcome.changes.get("facts", document.facts)  # its parts take them over
        for part in outcome.parts:
            _split(document, part, now)
        ledger.record(
            event,
            at=now,
            actor=actor,
            document=document.pk,
            body={
                "from": document.state,
                "to": outcome.after,
                **_told(outcome),
                **{name: str(value) for name, value in allotted.items()},
                **({} if worked_ms is None else {"worked_ms": document.worked_ms + worked_ms}),
            },
            personal=outcome.personal,
        )
    document.refresh_from_db()
    return True


def amend(
    document: Document,
    *,
    seen: int,
    actor: str,
    event: str,
    now: datetime,
    record: NewRecord | None = None,
    validity: NewValidity | None = None,
    changes: Mapping[str, Any] | None = None,
    body: Mapping[str, Any] | None = None,
    personal: Mapping[str, str] | None = None,
) -> bool:
    """Change what is known of a filed document: its data, its validity. It stays filed and its bytes stay as they are.

    Args:
        seen: the document's `version` its author looked at.

    Returns:
        False when it is not filed or was changed since; nothing was written.
    """
    columns = dict(changes or {})
    if validity is not None:
        columns["validity"] = validity.after
    with transaction.atomic():
        mine = Document.objects.filter(pk=document.pk, state=State.FILED, version=seen)
        if not mine.update(version=F("version") + 1, **columns):
            return False
        if record is not None:
            _note(document, record, now)
        if validity is not None:
            ValidityChange.objects.create(
                document=document,
                before=document.validity,
                after=validity.after,
                since=validity.since,
                why=validity.why,
                basis=validity.basis,
                replaced_by_id=validity.replaced_by,
                by=validity.by,
                at=now,
            )
        told = {} if validity is None else {"validity": validity.after.value, "since": validity.since.isoformat()}
        if validity is not None and validity.replaced_by is not None:
            told["replaced_by"] = str(validity.replaced_by)
        ledger.record(
            event,
            at=now,
            actor=actor,
            document=document.pk,
            body={**told, **(body or {})},
            personal=personal,
        )
    document.refresh_from_db()
    return True


def one_at_a_time(what: str) -> None:
    """Until the end of this transaction nobody else passes here for the same thing."""
    Counter.objects.select_for_update().get_or_create(name=what)


def next_number(counter: str) -> int:
    """The next running number, from 1. Call it inside the transaction that uses the number, so that none is lost."""
    row, _ = Counter.objects.select_for_update().get_or_create(name=counter)
    row.value += 1
    row.save(update_fields=["value"])
    return row.value


def _told(outcome: Outcome) -> dict[str, Any]:
    told: dict[str, Any] = dict(outcome.body)
    if outcome.renditions:
        told["stored"] = [f"{new.kind.value}/{new.part}:{new.stored.digest}" for new in outcome.renditions]
    if outcome.revision is not None:
        told["revision"] = {
            "by": outcome.revision.by,
            "sha256": outcome.revision.stored.digest,
            "length": outcome.revision.stored.size,
        }
    if outcome.parts:
        told["parts"] = [[part.first, part.last] for part in outcome.parts]
    return told


def _keep(document: Document, new: NewRendition, now: datetime) -> None:
    row = _row(document, new, now)
    kept = ("digest", "size", "store_version", "media_type", "made_from", "name", "created_at")
    Rendition.objects.update_or_create(
        document=document, kind=new.kind, part=new.part, defaults={name: getattr(row, name) for name in kept}
    )


def _row(document: Document, new: NewRendition, now: datetime) -> Rendition:
    return Rendition(
        document=document,
        kind=new.kind,
        part=new.part,
        digest=new.stored.digest,
        size=new.stored.size,
        store_version=new.stored.version,
        media_type=new.media_type,
        made_from=new.made_from,
        name=new.name[:255],
        created_at=now,
    )


def _revise(document: Document, new: NewRevision, now: datetime) -> None:
    number = document.revisions.count() + 1
    Revision.objects.create(
        document=document,
        number=number,
        digest=new.stored.digest,
        size=new.stored.size,
        by=new.by,
        signer=new.signer,
        created_at=now,
    )
    _keep(document, NewRendition(RenditionKind.SIGNED, new.stored, "application/pdf", made_from=str(number)), now)


def _note(document: Document, new: NewRecord, now: datetime) -> None:
    last = document.records.order_by("-version").first()
    made = DataRecord.objects.create(
        document=document,
        version=document.records.count() + 1,
        bound_to=new.bound_to,
        document_type=new.document_type,
        type_confidence=new.type_confidence,
        fields=dict(new.fields),
        absent=dict(new.absent),
        by=new.by,
        why=new.why,
        number=str(new.fields.get("number", {}).get("value", ""))[:120],
        created_at=now,
    )
    before = last.fields if last else {}
    Settled.objects.bulk_create(
        _settled(made, name, before.get(name), new.fields.get(name), cutout) for name, cutout in new.settled.items()
    )


def _settled(
    made: DataRecord, name: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, cutout: str
) -> Settled:
    """What a person said of one field."""
    if after is None:
        outcome = "absent"
    elif before is None:
        outcome = "added"
    else:
        outcome = "confirmed" if before["value"] == after["value"] else "corrected"
    was = before or {}
    return Settled(
        document=made.document,
        record=made.version,
        document_type=made.document_type,
        unit=made.document.unit,
        field=name,
        outcome=outcome,
        before=was.get("value", ""),
        after=after["value"] if after else "",
        before_by=was.get("by", ""),
        by=made.by,
        at=made.created_at,
        doubtful=bool(was.get("doubtful", before is None)),
        confidence=was.get("confidence"),
        source=was.get("source", ""),
        engine=was.get("engine", "")[:200],
        rule=was.get("rule", "")[:120],
        page=was.get("page"),
        box=was.get("box"),
        cutout=cutout if outcome in {"corrected", "absent"} else "",
    )


def part_id(parent: Document, first: int, last: int) -> uuid.UUID:
    """The id of a part follows from the stack's and the page range."""
    return uuid.uuid5(parent.pk, f"{first}-{last}")


def _split(parent: Document, part: Part, now: datetime) -> None:
    """A child starts at READ with its pages' transcripts."""
    child, new = Document.objects.get_or_create(
        pk=part_id(parent, part.first, part.last),
        defaults={
            "state": State.READ,
            "state_since": now,
            "created_at": now,
            "due_at": now,
            "created_by": parent.created_by,
            "unit": parent.unit,
            "queue": parent.queue,
            "desk": parent.desk,
            "intake_key": uuid.uuid5(parent.pk, f"key {part.first}-{part.last}").hex,
            "name": f"{parent.name[:235]} [{part.first}–{part.last}]",
            "dossier": parent.dossier,
            "component": parent.component,
            "batch": parent.batch,
            "given_owner_id": parent.given_owner_id,
            "given_owner_name": parent.given_owner_name,
            "parent": parent,
            "first_page": part.first,
            "last_page": part.last,
            "origin": parent.origin,
            "pages": part.last - part.first + 1,
            "document_type": part.document_type,
            "facts": parent.facts,
        },
    )
    if not new:
        return
    copies = []
    for rendition in parent.renditions.filter(kind__in=[RenditionKind.ORIGINAL, RenditionKind.TRANSCRIPT]):
        if rendition.kind == RenditionKind.TRANSCRIPT:
            if not part.first <= rendition.part <= part.last:
                continue
            rendition.part -= part.first - 1
        rendition.pk = None
        rendition.document = child
        copies.append(rendition)
    Rendition.objects.bulk_create(copies)
    ledger.record(
        part.event,
        at=now,
        actor=SYSTEM,
        document=child.pk,
        body={"parent": str(parent.pk), "pages": [part.first, part.last]},
    )


def resume(document: Document, *, actor: str, now: datetime) -> bool:
    """Send a parked document back to where it stood. Returns False when it is not parked any more."""
    if document.state != State.PARKED or not document.parked_from:
        return False
    back = Outcome(State(document.parked_from), changes={"reason": None, "parked_from": ""})
    return move(document, back, worker=None, actor=actor, event="resumed", now=now)


def park(
    document: Document,
    reason: Mapping[str, Any],
    *,
    worker: str | None,
    actor: str,
    now: datetime,
    refuse: bool = False,
) -> bool:
    """Stop a document for a person, with the reason; `refuse`: it never entered."""
    stop = Outcome(
        State.REFUSED if refuse else State.PARKED,
        changes={"reason": dict(reason), "parked_from": "" if refuse else document.state},
        body={"reason": str(reason["code"])},
    )
    return move(document, stop, worker=worker, actor=actor, event="refused" if refuse else "parked", now=now)


RETRY_FIRST = timedelta(seconds=1)
RETRY_MOST = timedelta(minutes=1)


def patience(attempts: int) -> timedelta:
    """How long to wait after the n-th failed attempt: doubling from a second to a minute, so that work goes on soon after."""
    return min(RETRY_MOST, RETRY_FIRST * (1 << min(attempts, 20)))
