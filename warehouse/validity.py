"""Validity, the second axis of a filed document: revoked, replaced, ended by law or by the calendar; who says so and why.

`moving.amend` writes it with its ledger event; the index follows by the outbox. The words a person gives as reason are
kept in the change itself, and in the ledger as a commitment only, since people write names there.
"""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from khoso.kernel.clock import day_of
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from warehouse.describing import newest
from warehouse.filing import value_of
from warehouse.models import Document, State, Validity, ValidityChange
from warehouse.moving import SYSTEM, NewValidity, amend, one_at_a_time

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
    """Change a filed document's validity, or mend what was said of it: the same validity from another day, on another basis.

    Args:
        basis: the decision or article it rests on; needed unless another document takes its place.
        since: the first day on which it holds, today at the latest, the paper's issue at the earliest.
        seen: the document's `version` its author looked at.
        replaced_by: the document that takes its place; only, and always, with REPLACED.

    Raises:
        Refused: not filed, no reason, no basis, a day to come or before the paper was issued, a document that cannot
            replace it (none, itself, issued later than that day, or replaced by this one in its turn), nothing that
            changes, valid again though its term has passed, or somebody else changed it meanwhile.
    """
    if document.state != State.FILED:
        raise Refused(ReasonCode.NOT_NOW, state=str(State(document.state).label))
    reason, said = reason_given(why), " ".join(basis.split())[:MOST_BASIS]
    if to is not Validity.REPLACED and not said:
        raise Refused(ReasonCode.LEGAL_BASIS_NEEDED)
    today = day_of(now)
    if since > today:
        raise Refused(ReasonCode.DAY_TO_COME, day=_written(since))
    issued = issued_on(document)
    if issued and since < first_day(issued):
        raise Refused(ReasonCode.BEFORE_ISSUE, issued=_as_printed(issued), day=_written(since))
    new = NewValidity(to, since, reason, by, said, replaced_by if to is Validity.REPLACED else None)
    with transaction.atomic():
        if to is Validity.REPLACED:
            _check_replacement(document, replaced_by, since)
        if _stands_already(document, new):
            raise Refused(ReasonCode.NOTHING_CHANGED)
        if to is Validity.ACTIVE and document.valid_until is not None and document.valid_until < today:
            raise Refused(ReasonCode.TERM_HAS_PASSED, day=_written(document.valid_until))
        told = {"why": reason, "basis": said}
        if not amend(document, seen=seen, actor=by, event=EVENT, now=now, validity=new, personal=told):
            raise Refused(ReasonCode.CHANGED_MEANWHILE)


def last_change(document: Document) -> ValidityChange | None:
    """The entry that says what holds today; None where nothing changed since filing."""
    return document.validity_changes.order_by("-pk").first()


def issued_on(document: Document) -> str:
    """The day of issue on the paper as it is known: `YYYY-MM-DD`, `YYYY-MM`, `YYYY`, or nothing.

    Certificates of civil status are issued on the day they are registered where they say no other.
    """
    record = newest(document)
    if record is None:
        return ""
    return value_of(record, "issue_date") or value_of(record, "registration_date")


def first_day(day: str) -> date:
    """The earliest day a date, month or year may mean; what is none of these binds nobody."""
    try:
        return date.fromisoformat(f"{day}-01-01"[:10] if len(day) < len("YYYY-MM-DD") else day)
    except ValueError:
        return date.min


def allow_issue(document: Document, issued: str) -> None:
    """Another day of issue may not come after the day from which a person's word on validity holds.

    Raises:
        Refused: it would.
    """
    last = last_change(document)
    if last is not None and last.by != SYSTEM and issued and last.since < first_day(issued):
        raise Refused(
            ReasonCode.VALIDITY_BEFORE, field="issue_date", day=_written(last.since), issued=_as_printed(issued)
        )


def _written(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _as_printed(day: str) -> str:
    """`2025-02-07` → `07/02/2025`, `2025-02` → `02/2025`."""
    return "/".join(reversed(day.split("-")))


def _stands_already(document: Document, new: NewValidity) -> bool:
    """Whether the new entry says what the last one does: the same validity, day, basis and replacement."""
    if new.after != document.validity:
        return False
    last = last_change(document)
    if last is None:  # valid since it was filed: there is no entry to mend
        return True
    return (last.after, last.since, last.basis, last.replaced_by_id) == (
        new.after,
        new.since,
        new.basis,
        new.replaced_by,
    )


def _check_replacement(document: Document, other: UUID | None, since: date) -> None:
    """Another filed paper, there on that day, that this one does not replace in its turn. Call it in a transaction.

    One replacement is entered at a time: of two people who each let one paper replace the other the later is refused.

    Raises:
        Refused: it cannot be.
    """
    found = Document.objects.filter(pk=other, state=State.FILED).exclude(pk=document.pk).first() if other else None
    if found is None:
        raise Refused(ReasonCode.REPLACEMENT_NEEDED, document=str(other or ""))
    issued = issued_on(found)
    if issued and since < first_day(issued):
        raise Refused(ReasonCode.BEFORE_REPLACEMENT, issued=_as_printed(issued), day=_written(since))
    one_at_a_time("replacing")
    if document.pk in _replacements_from(found.pk):
        raise Refused(ReasonCode.REPLACED_IN_CIRCLE)


def _replacements_from(pk: UUID) -> list[UUID]:
    """A document, the one in its place, the one in that one's place …, each once."""
    way, at = list[UUID](), pk
    while at not in way:
        way.append(at)
        last = ValidityChange.objects.filter(document=at, document__validity=Validity.REPLACED).order_by("-pk").first()
        if last is None or last.replaced_by_id is None:
            break
        at = last.replaced_by_id
    return way


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
    today = day_of(now)
    over = Document.objects.filter(validity=Validity.ACTIVE, valid_until__isnull=False, valid_until__lt=today)
    done = 0
    for document in over.filter(state=State.FILED).order_by("valid_until")[:most]:
        until = document.valid_until
        if until is None:
            continue
        new = NewValidity(Validity.EXPIRED, until, BY_CALENDAR, SYSTEM)
        done += amend(document, seen=document.version, actor=SYSTEM, event=EVENT, now=now, validity=new)
    return done
