"""Who works on what: leases on documents, fair turns between desks, holds on jobs that only one process may do.

A worker owns a document until `lease_until`, renews while it lives, and every write of its results checks that it still
does. A dead worker's lease simply ends, `LEASE` after its last heartbeat.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from khoso.kernel.doorbell import Queue
from warehouse.models import Document, Hold, State, Turn

LEASE = timedelta(seconds=8)
HEARTBEAT = timedelta(seconds=2)
BACKUP = "backup"
"""The job of a backup: while somebody has it, housekeeping lets go of no bytes."""


def _due(states: Sequence[State], now: datetime, only: Sequence[UUID] | None) -> Q:
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    due = Q(state__in=states, due_at__lte=now) & free
    return due if only is None else due & Q(pk__in=only)


@transaction.atomic
def lease(
    worker: str, *, states: Sequence[State], queues: Sequence[Queue], now: datetime, only: Sequence[UUID] | None = None
) -> Document | None:
    """Take the next due document: queues in the order given, within a queue the desk that waited longest.

    Returns:
        The document with its lease, or None when nothing is due.
    """
    for queue in queues:
        waiting = Document.objects.filter(_due(states, now, only), queue=queue)
        desks = list(waiting.values_list("desk", flat=True).distinct())
        if not desks:
            continue
        served = dict(Turn.objects.filter(queue=queue, desk__in=desks).values_list("desk", "served_at"))
        # A desk never served comes first; among equals the name decides, so that two workers agree.
        desk = min(desks, key=lambda name: (name in served, served.get(name) or now, name))
        document = waiting.filter(desk=desk).order_by("due_at", "created_at", "id").first()
        if document is None:
            continue
        won = Document.objects.filter(_due(states, now, only), pk=document.pk).update(
            lease_owner=worker, lease_until=now + LEASE
        )
        if won:
            Turn.objects.update_or_create(queue=queue, desk=desk, defaults={"served_at": now})
            document.refresh_from_db()
            return document
    return None


def renew(worker: str, document: UUID, *, now: datetime) -> bool:
    """Heartbeat; False when the lease was lost."""
    return bool(
        Document.objects.filter(pk=document, lease_owner=worker, lease_until__isnull=False).update(
            lease_until=now + LEASE
        )
    )


def release(worker: str, document: UUID) -> None:
    """Give a document back."""
    Document.objects.filter(pk=document, lease_owner=worker).update(lease_owner="", lease_until=None)


def postpone(worker: str, document: UUID, *, until: datetime) -> bool:
    """Count an attempt and give the document back until `until`; False when the lease was lost."""
    with transaction.atomic():
        row = Document.objects.select_for_update().filter(pk=document, lease_owner=worker).first()
        if row is None:
            return False
        return bool(
            Document.objects.filter(pk=document, lease_owner=worker).update(
                attempts=row.attempts + 1, due_at=until, lease_owner="", lease_until=None
            )
        )


def others_wait(document: Document, *, states: Sequence[State], queues: Sequence[Queue], now: datetime) -> bool:
    """Whether a long reading should make way: another desk, or a more urgent queue, has something due."""
    ahead = queues[: queues.index(Queue(document.queue))]
    other = Q(queue__in=ahead) | (Q(queue=document.queue) & ~Q(desk=document.desk))
    return Document.objects.filter(_due(states, now, None) & other).exclude(pk=document.pk).exists()


def hold(name: str, owner: str, *, now: datetime, seconds: float) -> bool:
    """Take or keep a job for some seconds; False while another living owner has it."""
    with transaction.atomic():
        row, new = Hold.objects.get_or_create(
            name=name, defaults={"owner": owner, "until": now + timedelta(seconds=seconds)}
        )
        if new:
            return True
        mine = Hold.objects.filter(Q(owner=owner) | Q(until__lte=now), pk=row.pk)
        return bool(mine.update(owner=owner, until=now + timedelta(seconds=seconds)))


def unhold(name: str, owner: str, *, now: datetime) -> None:
    """Give a job back."""
    Hold.objects.filter(name=name, owner=owner).update(until=now)


def held(name: str, *, now: datetime) -> bool:
    """Whether somebody alive has a job."""
    return Hold.objects.filter(name=name, until__gt=now).exists()
