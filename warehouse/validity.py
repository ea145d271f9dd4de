"""Validity, the second axis of a filed document: revoked, replaced, ended by law or by the calendar; who says so and why.

`moving.amend` writes it with its ledger event; the index follows by the outbox. The words a person gives as reason are
kept in the change itself, and in the ledger as a commitment only, since people write names there.
"""

from datetime import date, datetime
from uuid import UUID

from khoso.kernel.clock import VIETNAM
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from warehouse.models import Document, State, Validity
from warehouse.moving import SYSTEM, NewValidity, amend

LEAST_WHY = 10  # letters; less says nothing to whoever reads it in ten years
MOST_WHY = 500
MOST_BASIS = 300
EVENT = "validity"
BY_CALENDAR = "hết thời hạn ghi trên giấy tờ"
REVIVED = "thời hạn được sửa lại"
"""Why of changes no person made."""


def reason_given(text: str) -> str:
    """A reason as it is stored.

    Raises:
        Refused: it says too little (WHY_NEEDED).
    """
    why = " ".join(text.split())
    if len(why) < LEAST_WHY:
        raise Refused(ReasonCode.WHY_NEEDED, least=LEAST_WHY)
    return why[:MOST_WHY]


def change(
    document: Document,
    to: Validity,
    *,
    by: str,
    why: str,
    basis: str,
    since: date,
    seen: int,
    now: datetime,
    replaced_by: UUID | None = None,
) -> None:
    """Change a filed document's validity.

    Args:
        basis: the decision or article it rests on; needed unless another document takes its place.
        since: the first day on which it holds, today at the latest.
        seen: the document's `version` its author looked at.
        replaced_by: the document that takes its place; only, and always, with REPLACED.

    Raises:
        Refused: not filed, no reason, no basis, a day to come, a document that cannot replace it, nothing that changes,
            valid again though its term has passed, or somebody else changed it meanwhile.
    """
    if document.state != State.FILED:
        raise Refused(ReasonCode.NOT_NOW, state=str(State(document.state).label))
    reason = reason_given(why)
    if to is Validity.REPLACED:
        _check_replacement(document, replaced_by)
    elif not basis.strip():
        raise Refused(ReasonCode.LEGAL_BASIS_NEEDED)
    today = now.astimezone(VIETNAM).date()
    if since > today:
        raise Refused(ReasonCode.BAD_VALUE, field="since", value=since.isoformat())
    if to == document.validity and to is not Validity.REPLACED:
        raise Refused(ReasonCode.NOTHING_CHANGED)
    if to is Validity.ACTIVE and document.valid_until is not None and document.valid_until < today:
        raise Refused(ReasonCode.TERM_HAS_PASSED, day=document.valid_until.strftime("%d/%m/%Y"))
    new = NewValidity(
        to,
        since,
        reason,
        by,
        " ".join(basis.split())[:MOST_BASIS],
        replaced_by if to is Validity.REPLACED else None,
    )
    said = {"why": reason, "basis": new.basis}
    if not amend(document, seen=seen, actor=by, event=EVENT, now=now, validity=new, personal=said):
        raise Refused(ReasonCode.CHANGED_MEANWHILE)


def _check_replacement(document: Document, other: UUID | None) -> None:
    found = Document.objects.filter(pk=other, state=State.FILED).exclude(pk=document.pk).first() if other else None
    if found is None:
        raise Refused(ReasonCode.REPLACEMENT_NEEDED, document=str(other or ""))


def follow_term(document: Document, until: date | None, *, today: date) -> NewValidity | None:
    """What a corrected term does to validity: it ends or revives what only the calendar decides, never a person's word."""
    over = until is not None and until < today
    if document.validity == Validity.ACTIVE and over and until is not None:
        return NewValidity(Validity.EXPIRED, until, BY_CALENDAR, SYSTEM)
    last = document.validity_changes.order_by("-pk").first()
    by_calendar = last is None or last.by == SYSTEM
    if document.validity == Validity.EXPIRED and by_calendar and not over:
        return NewValidity(Validity.ACTIVE, today, REVIVED, SYSTEM)
    return None


def end_by_calendar(*, now: datetime, most: int = 200) -> int:
    """Mark documents expired whose last day has passed.

    Returns:
        How many were marked.
    """
    today = now.astimezone(VIETNAM).date()
    over = Document.objects.filter(validity=Validity.ACTIVE, valid_until__isnull=False, valid_until__lt=today)
    done = 0
    for document in over.filter(state=State.FILED).order_by("valid_until")[:most]:
        until = document.valid_until
        if until is None:
            continue
        new = NewValidity(Validity.EXPIRED, until, BY_CALENDAR, SYSTEM)
        done += amend(document, seen=document.version, actor=SYSTEM, event=EVENT, now=now, validity=new)
    return done
