"""The ledger: events inserted in the transaction they tell of, chained in batches by one sealer at a time.

A batch's digest is SHA-256 over `previous ‖ Merkle root ‖ count`; leaves are `SHA-256(0x00 ‖ event)`, inner nodes
`SHA-256(0x01 ‖ left ‖ right)`, an odd node moves up (RFC 9162 §2.1). Personal values enter only as salted commitments,
so that a lawful erasure needs to forget a salt and leaves the chain whole.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from khoso.kernel.canonical import canonical
from khoso.kernel.digest import digest_bytes
from warehouse.models import LedgerBatch, LedgerEvent, Salt

GENESIS = "0" * 64
BATCH = 1000


def record(
    kind: str,
    *,
    at: datetime,
    actor: str,
    document: UUID | None,
    body: Mapping[str, Any] | None = None,
    personal: Mapping[str, str] | None = None,
) -> LedgerEvent:
    """Insert an event; call it inside the transaction that makes it true. Arguments as of `told`."""
    event, *salts = told(kind, at=at, actor=actor, document=document, body=body, personal=personal)
    event.save(force_insert=True)
    if salts:
        Salt.objects.bulk_create(salts)
    return event


def told(
    kind: str,
    *,
    at: datetime,
    actor: str,
    document: UUID | None,
    body: Mapping[str, Any] | None = None,
    personal: Mapping[str, str] | None = None,
) -> "tuple[LedgerEvent, *tuple[Salt, ...]]":
    """An event and its salts, for whoever inserts them together with what they tell of.

    Args:
        body: JSON without floats and without personal values.
        personal: field → value; only a salted commitment of each is written.
    """
    salts = {name: secrets.token_hex(16) for name in personal or {}}
    commitments = {name: commitment(salts[name], value) for name, value in (personal or {}).items()}
    text = canonical(
        {
            "actor": actor,
            "at": at.isoformat(),
            "body": dict(body or {}),
            "commitments": commitments,
            "document": str(document) if document else None,
            "kind": kind,
        }
    ).decode()
    event = LedgerEvent(at=at, kind=kind, document=document, actor=actor, body=text, digest=digest_bytes(text.encode()))
    return event, *(Salt(event=event, field=name, salt=salt) for name, salt in salts.items())


def commitment(salt: str, value: str) -> str:
    """Salted commitment to a value: SHA-256 over salt, a zero byte and the value."""
    return digest_bytes(salt.encode() + b"\0" + value.encode())


def merkle_root(digests: Sequence[str]) -> str:
    """Merkle root of event digests (hex), after RFC 9162 §2.1 with an odd node moved up."""
    level = [hashlib.sha256(b"\0" + bytes.fromhex(digest)).digest() for digest in digests]
    while len(level) > 1:
        pairs = [
            hashlib.sha256(b"\1" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)
        ]
        level = pairs + level[len(pairs) * 2 :]
    return level[0].hex() if level else GENESIS


def chained(previous: str, root: str, count: int) -> str:
    """Digest of a batch."""
    return digest_bytes(f"{previous}:{root}:{count}".encode())


def seal(now: datetime) -> int:
    """Chain up to `BATCH` committed events that no batch holds yet.

    Ids are drawn before transactions commit, so an event may appear below ones that are sealed already: what is chained
    is «no batch yet», never «above the last id». Whoever holds the «sealer» lease calls this; should two do so at once,
    one gets through and the other leaves everything as it was.

    Returns:
        How many events were sealed.
    """
    try:
        return _seal(now)
    except IntegrityError:
        return 0


@transaction.atomic
def _seal(now: datetime) -> int:
    events = list(LedgerEvent.objects.filter(batch__isnull=True).order_by("id").only("id", "digest")[:BATCH])
    if not events:
        return 0
    last = LedgerBatch.objects.order_by("-number").first()
    previous = last.digest if last else GENESIS
    root = merkle_root([event.digest for event in events])
    batch = LedgerBatch.objects.create(
        number=last.number + 1 if last else 1,
        previous=previous,
        root=root,
        count=len(events),
        digest=chained(previous, root, len(events)),
        sealed_at=now,
    )
    mine = LedgerEvent.objects.filter(pk__in=[event.pk for event in events], batch__isnull=True).update(batch=batch)
    if mine != len(events):
        raise IntegrityError("another sealer was first")
    return mine


def unsealed() -> int:
    """How many events no batch holds yet."""
    return LedgerEvent.objects.filter(batch__isnull=True).count()


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What reading the whole ledger showed."""

    batches: int
    events: int
    unsealed: int
    oldest_unsealed: datetime | None
    faults: tuple[str, ...]


def verify() -> LedgerReport:
    """Recompute every event's digest, every batch's root and the chain."""
    faults: list[str] = []
    previous, batches, events = GENESIS, 0, 0
    for batch in LedgerBatch.objects.order_by("number").iterator():
        batches += 1
        if batch.number != batches:
            faults.append(f"batch {batches} is missing")
            batches = batch.number
        members = list(batch.events.order_by("id"))
        events += len(members)
        faults.extend(_event_faults(members))
        root = merkle_root([event.digest for event in members])
        if batch.previous != previous or batch.count != len(members) or batch.root != root:
            faults.append(f"batch {batch.number} does not match its events or its predecessor")
        if batch.digest != chained(batch.previous, batch.root, batch.count):
            faults.append(f"batch {batch.number} has a wrong digest")
        previous = batch.digest
    tail = list(LedgerEvent.objects.filter(batch__isnull=True).order_by("id"))
    faults.extend(_event_faults(tail))
    return LedgerReport(batches, events + len(tail), len(tail), tail[0].at if tail else None, tuple(faults))


def _event_faults(events: Sequence[LedgerEvent]) -> list[str]:
    return [f"event {event.pk} was changed" for event in events if digest_bytes(event.body.encode()) != event.digest]
