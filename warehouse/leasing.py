"""Who works on what: leases on documents, fair turns between desks, holds on jobs that only one process may do.

A worker owns a document until `lease_until`, renews while it lives, and every write of its results checks that it still
does. A dead worker's lease simply ends, `LEASE` after its last heartbeat.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, F, Min, Q

from khoso.kernel.doorbell import Queue
from warehouse.models import Document, Hold, State, Turn

LEASE = timedelta(seconds=8)
HEARTBEAT = timedelta(seconds=2)
AT_WORK = timedelta(seconds=30)
"""How long a worker is believed to be there after it last said so."""
FAR = timedelta(minutes=10)
"""Beyond what anybody takes a job for, and what clocks of several machines differ."""
SECOND_LANE = "+"
"""Ends the name of a worker's second lane, which is no other worker."""
_FORGOTTEN = timedelta(days=1)
_WORKER = "worker:"  # what the names of the holds begin with by which workers say so

BACKUP = "backup"
"""The job of a backup: while somebody has it, housekeeping lets go of no bytes."""

LOOK = 64
"""Desks among which the one that waited longest is chosen: all of them in an office, a run of them in a country."""

# Desks with something due, in order of their names. Each step of the recursion finds the next desk in the index
# `document_due`, so the cost is that of the desks looked at, however many documents each has.
_FREE = "d.due_at <= %(now)s AND (d.lease_until IS NULL OR d.lease_until <= %(now)s)"
_DESKS = f"""
WITH RECURSIVE due(desk, place) AS (
  SELECT (SELECT d.desk FROM warehouse_document d
          WHERE d.queue = %(queue)s AND d.desk >= %(first)s AND {_FREE} ORDER BY d.desk LIMIT 1), 1
  UNION ALL
  SELECT (SELECT d.desk FROM warehouse_document d
          WHERE d.queue = %(queue)s AND d.desk > due.desk AND {_FREE} ORDER BY d.desk LIMIT 1), due.place + 1
  FROM due WHERE due.desk IS NOT NULL AND due.place < %(look)s
)
SELECT due.desk, turn.served_at
FROM due LEFT JOIN warehouse_turn turn ON turn.queue = %(queue)s AND turn.desk = due.desk
WHERE due.desk IS NOT NULL
"""  # noqa: S608 - put together from our own words


def _due(states: Sequence[State], now: datetime, only: Sequence[UUID] | None) -> Q:
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    due = Q(state__in=states, due_at__lte=now) & free
    return due if only is None else due & Q(pk__in=only)


def _desks(queue: Queue, due: Q, now: datetime, only: Sequence[UUID] | None) -> list[str]:
    """Desks with something due; one never served comes first, among equals the name decides, so that workers agree."""
    if only is not None:
        desks = Document.objects.filter(due, queue=queue).values_list("desk", flat=True).distinct()
        served = dict(Turn.objects.filter(queue=queue, desk__in=desks).values_list("desk", "served_at"))
        return sorted(desks, key=lambda name: (name in served, served.get(name) or now, name))
    waiting = _waiting(queue, now, "")
    if len(waiting) == LOOK:  # a crowd: look on from somewhere, so that every desk is looked at again and again
        waiting |= _waiting(queue, now, _some_desk(queue))
    return sorted(waiting, key=lambda name: (waiting[name] is not None, waiting[name] or "", name))


def _waiting(queue: Queue, now: datetime, first: str) -> dict[str, Any]:
    """Up to `LOOK` desks from `first` on that have something due, with when each was last served."""
    asked = {
        "queue": str(queue),
        "now": connection.ops.adapt_datetimefield_value(now),
        "first": first,
        "look": LOOK,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DESKS, asked)
        return dict(cursor.fetchall())


def _some_desk(queue: Queue) -> str:
    """Any desk that was ever served."""
    last = Turn.objects.order_by("-pk").values_list("pk", flat=True).first() or 1
    served = Turn.objects.filter(queue=queue, pk__gt=secrets.randbelow(last)).order_by("pk")
    return served.values_list("desk", flat=True).first() or ""


def lease(
    worker: str, *, states: Sequence[State], queues: Sequence[Queue], now: datetime, only: Sequence[UUID] | None = None
) -> Document | None:
    """Take the next due document: queues in the order given, within a queue the desk that waited longest. Among more than
    `LOOK` desks it is the one of a random run of them, so that choosing costs the same however many wait.

    Workers never wait for each other: a row another one is taking this instant is passed over. A document whose last
    worker vanished with it in hand counts that.

    Returns:
        The document with its lease, or None when nothing is due.
    """
    due = _due(states, now, only)
    for queue in queues:
        desks = _desks(queue, due, now, only)
        # First desks nobody else is choosing from this instant, so that two workers serve two desks; then any.
        for alone in (True, False):
            for desk in desks:
                document = _take(worker, queue, desk, due, now, alone=alone)
                if document is not None:
                    return document
    return None


@transaction.atomic
def _take(worker: str, queue: Queue, desk: str, due: Q, now: datetime, *, alone: bool) -> Document | None:
    turns = Turn.objects.filter(queue=queue, desk=desk)
    if alone and turns.select_for_update(skip_locked=True).first() is None and turns.exists():
        return None
    waiting = Document.objects.filter(due, queue=queue, desk=desk).order_by("due_at", "created_at", "id")
    document = waiting.select_for_update(skip_locked=True).first()
    if document is None:
        return None
    vanished = 1 if document.lease_owner else 0
    Document.objects.filter(pk=document.pk).update(
        lease_owner=worker, lease_until=now + LEASE, lost_workers=F("lost_workers") + vanished
    )
    Turn.objects.update_or_create(queue=queue, desk=desk, defaults={"served_at": now})
    document.refresh_from_db()
    return document


def renew(worker: str, document: UUID, *, now: datetime) -> bool:
    """Heartbeat; False when the lease was lost."""
    return bool(
        Document.objects.filter(pk=document, lease_owner=worker, lease_until__isnull=False).update(
            lease_until=now + LEASE
        )
    )


def release(worker: str, document: UUID, *, worked_ms: int = 0) -> None:
    """Give a document back, with what was worked on the step that is not done."""
    Document.objects.filter(pk=document, lease_owner=worker).update(
        lease_owner="", lease_until=None, worked_ms=F("worked_ms") + worked_ms
    )


def give_back(worker: str) -> None:
    """Give back whatever a worker has that does not answer any more; what it still writes under its lease fails."""
    Document.objects.filter(lease_owner=worker).update(lease_owner="", lease_until=None)


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


def urgent_wait(document: Document, *, states: Sequence[State], queues: Sequence[Queue], now: datetime) -> bool:
    """Whether a more urgent queue has something due."""
    ahead = queues[: queues.index(Queue(document.queue))]
    return any(Document.objects.filter(_due(states, now, None), queue=queue).exists() for queue in ahead)


def others_wait(document: Document, *, states: Sequence[State], queues: Sequence[Queue], now: datetime) -> bool:
    """Whether a long reading should make way: another desk, or a more urgent queue, has something due."""
    same = Document.objects.filter(_due(states, now, None), queue=document.queue).exclude(pk=document.pk)
    # Two ranges of the index rather than «not this desk», which would step over all that this desk has waiting.
    return (
        urgent_wait(document, states=states, queues=queues, now=now)
        or same.filter(desk__lt=document.desk).exists()
        or same.filter(desk__gt=document.desk).exists()
    )


def due_in(queue: Queue, *, now: datetime) -> bool:
    """Whether a queue has anything due."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    return Document.objects.filter(free, queue=queue, due_at__lte=now).exists()


def longest_due(*, now: datetime) -> tuple[int, datetime | None]:
    """How many documents wait for a worker, and since when the one that waits longest."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    found = Document.objects.filter(free, due_at__lte=now).aggregate(count=Count("pk"), oldest=Min("due_at"))
    return found["count"], found["oldest"]


def hold(name: str, owner: str, *, now: datetime, seconds: float) -> bool:
    """Take or keep a job for some seconds; False while another living owner has it.

    Nobody holds one for as long as `FAR`: whoever seems to had a clock that was set back since, and may be gone.
    """
    with transaction.atomic():
        _, new = Hold.objects.get_or_create(
            name=name, defaults={"owner": owner, "until": now + timedelta(seconds=seconds)}
        )
        if new:
            return True
        free = Q(owner=owner) | Q(until__lte=now) | Q(until__gt=now + FAR)
        mine = Hold.objects.filter(free, name=name)
        return bool(mine.update(owner=owner, until=now + timedelta(seconds=seconds)))


def unhold(name: str, owner: str, *, now: datetime) -> None:
    """Give a job back."""
    Hold.objects.filter(name=name, owner=owner).update(until=now)


def unhold_all(owner: str, *, now: datetime) -> None:
    """Give back every job an owner has; that it is at work still holds."""
    Hold.objects.filter(owner=owner, until__gt=now).exclude(name__startswith=_WORKER).update(until=now)


def held(name: str, *, now: datetime) -> bool:
    """Whether somebody alive has a job."""
    return Hold.objects.filter(name=name, until__gt=now).exists()


def say_at_work(worker: str, *, now: datetime) -> None:
    """Let everybody know for `AT_WORK` that this worker is there, busy or not."""
    _, new = Hold.objects.update_or_create(name=_place(worker), defaults={"owner": worker, "until": now + AT_WORK})
    if new:  # those that were killed long ago said nothing any more
        Hold.objects.filter(name__startswith=_WORKER, until__lt=now - _FORGOTTEN).delete()


def say_gone(worker: str) -> None:
    """This worker ends in order."""
    Hold.objects.filter(name=_place(worker)).delete()


def at_work(*, now: datetime) -> set[str]:
    """Workers that said lately that they are there, and those with a document in hand."""
    said = Hold.objects.filter(name__startswith=_WORKER, until__gt=now).values_list("owner", flat=True)
    busy = Document.objects.filter(due_at__isnull=False, lease_until__gt=now).values_list("lease_owner", flat=True)
    return {name.removesuffix(SECOND_LANE) for name in (*said, *busy)}


def _place(worker: str) -> str:
    return _WORKER + sha256(worker.encode()).hexdigest()[:32]
