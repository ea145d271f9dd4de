"""Lawful erasure (hủy theo quyết định): a document's data and bytes go, the fact that they were there and why they went stays.

Three steps, each safe to repeat. `order` writes the decision into the ledger and, in the same transaction, removes every
row that holds or points to the document's content; what the ledger committed to with salts says nothing any more once the
salts are gone. `carry_out` then removes the bytes, by another credential than the daily one, and only those no other
document refers to. A crash in between leaves an order that is open, and `carry_out` finishes it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Min
from django.utils.translation import gettext as _

from khoso.kernel.digest import as_digest
from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from warehouse import ledger
from warehouse.models import (
    DataRecord,
    Document,
    Erasure,
    Grant,
    Rendition,
    Revision,
    Salt,
    Settled,
    State,
    ValidityChange,
)
from warehouse.ports import ErasureOrder, ObjectStore, Stored
from warehouse.shelf import is_there

ERASABLE = (State.FILED, State.TO_SIGN, State.TO_CONFIRM, State.TO_SEAL, State.PARKED, State.REFUSED, State.SPLIT)
_GONE = "–"  # stands for the reason of a grant, which may have told of the person
"""Where a document is at rest, so that no worker is about to write what was just erased."""


@dataclass(frozen=True, slots=True)
class Done:
    """One order carried out: digests that went, and digests other documents still refer to."""

    document: UUID
    erased: tuple[str, ...]
    kept: tuple[str, ...]


@transaction.atomic
def order(document: Document, *, by: str, reason: str, basis: str, now: datetime) -> None:
    """Order the erasure of a document and remove its content from the catalogue.

    The last part of a stack takes the stack with it, whose pages nobody else refers to then.

    Args:
        by: who decided. basis: the decree, article or decision it rests on.

    Raises:
        Refused: the document is on its way, so a worker may hold it; or was erased before.
    """
    row = Document.objects.select_for_update().get(pk=document.pk)
    if row.state not in ERASABLE or (row.lease_until is not None and row.lease_until > now):
        raise Refused(ReasonCode.NOT_NOW, state=str(State(row.state).label))
    digests = sorted(
        {*row.renditions.values_list("digest", flat=True), *row.revisions.values_list("digest", flat=True)}
    )
    event = ledger.record(
        "erasure_ordered",
        at=now,
        actor=by,
        document=row.pk,
        body={"from": row.state, "to": State.ERASED.value, "basis": basis, "reason": reason, "digests": digests},
    )
    Erasure.objects.create(
        document=row, event=event, by=by, reason=reason, basis=basis, digests=digests, ordered_at=now
    )
    Rendition.objects.filter(document=row).delete()
    Revision.objects.filter(document=row).delete()
    DataRecord.objects.filter(document=row).delete()
    Settled.objects.filter(document=row).delete()
    ValidityChange.objects.filter(document=row).update(why="", basis="")
    ended = Grant.objects.filter(document=row)
    ended.filter(revoked_at__isnull=True, until__gt=now).update(revoked_at=now, revoked_by=by)
    ended.update(reason=_GONE, revoked_why="")
    Salt.objects.filter(event__document=row.pk).delete()
    Document.objects.filter(pk=row.pk).update(
        state=State.ERASED,
        state_since=now,
        version=F("version") + 1,
        name="",
        given_owner_id="",
        given_owner_name="",
        batch="",
        # It was made of digests and the owner; and the same paper handed in again is a new document.
        intake_key=f"erased:{row.pk.hex}",
        code=None,
        facts=None,
        signatures=None,
        reason=None,
        parked_from="",
        lease_owner="",
        lease_until=None,
    )
    document.refresh_from_db()
    if row.state != State.SPLIT:
        for former in _formers(row):
            order(former, by=by, reason=reason, basis=basis, now=now)
    stack = row.parent
    if stack is not None and not stack.children.exclude(state=State.ERASED).exists():
        order(stack, by=by, reason=reason, basis=basis, now=now)


def _formers(document: Document) -> Sequence[Document]:
    """Retired parts with some of its pages, from before a person divided the stack anew: they may hold the same data."""
    if document.parent is None:
        return list(document.children.filter(state=State.SPLIT))
    first, last = document.first_page, document.last_page
    return list(document.parent.children.filter(state=State.SPLIT, first_page__lte=last, last_page__gte=first))


def carry_out(*, store: ObjectStore, now: datetime) -> Sequence[Done]:
    """Remove the bytes of every order that is open.

    Raises:
        Refused: a lock forbids it to everybody until its end; the order stays open.
        Unavailable: the store is away, or this process has no erasing credential; the order stays open.
    """
    done = []
    for row in Erasure.objects.filter(done_at=None).order_by("ordered_at", "pk"):
        order_ = ErasureOrder(row.by, row.reason, row.basis, reference=f"event {row.event_id}")
        erased, kept = [], []
        for name in row.digests:
            if _is_referred_to(name):
                kept.append(name)
            else:
                store.erase(as_digest(name), order=order_)
                erased.append(name)
        with transaction.atomic():
            if not Erasure.objects.filter(pk=row.pk, done_at=None).update(done_at=now):
                continue  # another one carried it out at the same time, and said so
            ledger.record(
                "bytes_erased",
                at=now,
                actor=row.by,
                document=row.document_id,
                body={"order": row.event_id, "erased": erased, "kept": kept},
            )
        done.append(Done(row.document_id, tuple(erased), tuple(kept)))
    return done


def require_stay(stored: Iterable[Stored], *, store: ObjectStore) -> None:
    """What was found in the store rather than put there stays there, now that a row names it.

    An erasure may have looked for such a row just before it was there. Call it when the row is committed: an erasure that
    is ordered later sees the row.

    Raises:
        Unavailable: it went, or may go yet; to be put once more.
    """
    found = [item.digest for item in stored if item.there]
    if not found:
        return
    going = {name for names in Erasure.objects.filter(done_at=None).values_list("digests", flat=True) for name in names}
    if not going.isdisjoint(found) or not all(is_there(store, digest) for digest in found):
        raise Unavailable(_("kho đang bận với một tệp cùng nội dung; hãy gửi lại sau ít phút"))


def open_orders() -> tuple[int, datetime | None]:
    """How many orders are not carried out yet, and since when the oldest waits."""
    row = Erasure.objects.filter(done_at=None).aggregate(count=Count("pk"), oldest=Min("ordered_at"))
    return row["count"], row["oldest"]


def _is_referred_to(digest: str) -> bool:
    """Whether some document still refers to it."""
    return Rendition.objects.filter(digest=digest).exists() or Revision.objects.filter(digest=digest).exists()
