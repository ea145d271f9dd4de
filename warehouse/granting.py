"""Grants: a document opened to one person of another unit for some days, or broken open in an emergency; seen, taken back.

Each of these is an event of the ledger; the reason, which may tell of people, only as a salted commitment.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from khoso.kernel.clock import VIETNAM, rfc3339, system_clock
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people.models import User
from people.roles import Right, demand, rights_in, units_with
from warehouse import ledger, reading
from warehouse.access import LEAST_REASON, visible_to, within
from warehouse.models import Document, Grant, Reading

LONGEST = timedelta(days=90)
"""How long a grant may last. Who needs it longer is granted it anew, for a reason of that day."""
GLASS = timedelta(hours=1)
MOST_BROKEN, BROKEN_WITHIN = 20, timedelta(days=1)
"""Emergencies of one person within a day, tries at absent documents included: more is no emergency but a way around grants."""
REMEMBERED = timedelta(days=30)
"""How long an ended grant still stands on the pages about grants; the ledger keeps it."""
_BREAK = "break_glass"


class Standing(StrEnum):
    """Whether a grant opens anything."""

    ALIVE = "alive"
    COMING = "coming"
    OVER = "over"
    REVOKED = "revoked"


def standing(given: Grant, now: datetime) -> Standing:
    """How a grant stands at a moment."""
    if given.revoked_at is not None:
        return Standing.REVOKED
    if given.until <= now:
        return Standing.OVER
    return Standing.ALIVE if given.since <= now else Standing.COMING


def grant(
    document: Document, person: User, *, by: User, reason: str, until: datetime, since: datetime | None = None
) -> Grant:
    """Open a document to a person of another unit until a moment, at most `LONGEST` after it begins.

    Raises:
        Refused: `by` may not grant it, gives no reason, an end that has passed or is too far off; the person's account is
            closed, they see the document by their role, or hold a grant of it for some of that time.
    """
    now = system_clock()
    begins = now if since is None else since
    if not Document.objects.filter(within(by, Right.GRANT), pk=document.pk).exists():
        raise Refused(ReasonCode.NO_SUCH_DOCUMENT, document=str(document.pk))
    said = _reason(reason)
    if not person.is_active:
        raise Refused(ReasonCode.NO_SUCH_USER, user=person.username)
    if Right.SEE in rights_in(person, document.unit):  # a grant would outlive the role it is not needed beside
        raise Refused(ReasonCode.GRANT_NOT_NEEDED, user=person.username)
    if until <= max(now, begins):
        raise Refused(ReasonCode.BAD_VALUE, field="until", value=_told(until))
    if until - begins > LONGEST:
        raise Refused(ReasonCode.GRANT_TOO_LONG, most=LONGEST.days, asked=-(-(until - begins) // timedelta(days=1)))
    with transaction.atomic():
        Document.objects.select_for_update().get(pk=document.pk)  # two who grant at once wait for one another
        rows = Grant.objects.filter(document=document, person=person, glass=False, revoked_at__isnull=True)
        held = rows.filter(until__gt=begins, since__lt=until).order_by("-until").first()
        if held is not None:  # taking one back must end it
            raise Refused(ReasonCode.GRANT_HELD, user=person.username, until=_told(held.until))
        made = Grant.objects.create(document=document, person=person, by=by, reason=said, since=begins, until=until)
        _event("granted", made, by=by, now=now, reason=said)
    return made


def revoke(given: Grant, *, by: User, reason: str) -> None:
    """Take a grant back: it opens nothing from now on.

    Raises:
        Refused: `by` neither gave it nor may grant this document, gives no reason, or it has ended before.
    """
    if not overseen(by).filter(pk=given.pk).exists():
        raise Refused(ReasonCode.NO_SUCH_DOCUMENT, document=str(given.document_id))
    said, now = _reason(reason), system_clock()
    with transaction.atomic():
        alive = Grant.objects.filter(pk=given.pk, revoked_at__isnull=True, until__gt=now)
        if not alive.update(revoked_at=now, revoked_by=by.username, revoked_why=said):
            raise Refused(ReasonCode.GRANT_OVER)
        _event("grant_revoked", given, by=by, now=now, reason=said)


def overseen(by: User) -> QuerySet[Grant]:
    """Grants a person may take back: those they gave, and those of the units whose documents they may grant."""
    if not by.is_active:
        return Grant.objects.none()
    units = units_with(by, Right.GRANT)
    mine = Q(by=by) if units is None else Q(by=by) | Q(document__unit__in=units)
    rows = Grant.objects.select_related("document", "person", "by")
    return rows if units is None else rows.filter(mine)


def told_of(rows: QuerySet[Grant], now: datetime) -> QuerySet[Grant]:
    """Of some grants those that open something, will, or ended not long ago; newest first."""
    recent = now - REMEMBERED
    ended = Q(until__lte=recent) | Q(revoked_at__lte=recent)
    return rows.exclude(ended).order_by("-since", "-pk")


def held_by(person: User) -> QuerySet[Grant]:
    """Grants to a person."""
    return Grant.objects.filter(person=person).select_related("document", "by")


def break_glass(document: UUID, *, by: User, reason: str) -> Grant:
    """Open a document of another unit in an emergency, for an hour; the head of its unit is told (`broken_for`).

    Once within that hour, however often it is asked for.

    Raises:
        Refused: no right to, no reason, no such document, or too many of them within a day.
    """
    demand(by, Right.BREAK_GLASS)
    said, now = _reason(reason), system_clock()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)  # what one person tries at once is counted one after the other
        tried = Reading.objects.filter(person=by.username, purpose=_BREAK, at__gt=now - BROKEN_WITHIN)
        if tried.count() >= MOST_BROKEN:
            raise Refused(ReasonCode.TOO_MANY_BROKEN, most=MOST_BROKEN)
        found = Document.objects.filter(pk=document).first()
        reading.note(
            at=now, person=by.username, document=document, purpose=_BREAK, basis=said[:300], what="grant",
            via="glass" if found else "", opened=found is not None,
        )  # fmt: skip
    if found is None:
        raise Refused(ReasonCode.NO_SUCH_DOCUMENT, document=str(document))
    with transaction.atomic():
        Document.objects.select_for_update().get(pk=found.pk)
        open_now = Grant.objects.filter(document=found, person=by, glass=True, revoked_at__isnull=True, until__gt=now)
        if (there := open_now.first()) is not None:
            return there
        made = Grant.objects.create(
            document=found, person=by, by=by, reason=said, since=now, until=now + GLASS, glass=True
        )
        _event("glass_broken", made, by=by, now=now, reason=said)
    return made


def is_needless(document: UUID, *, by: User) -> bool:
    """Whether a person sees a document without breaking anything."""
    return visible_to(by).filter(pk=document).exists()


def broken_for(head: User) -> QuerySet[Grant]:
    """Emergencies that wait for a head of office to look at them, newest first; never their own."""
    return _broken(head).filter(seen_at__isnull=True)


def looked_at_by_heads(head: User) -> QuerySet[Grant]:
    """Emergencies somebody has looked at, among those this head of office is told of; newest first."""
    return _broken(head).filter(seen_at__isnull=False)


def _broken(head: User) -> QuerySet[Grant]:
    units = units_with(head, Right.GRANT)
    rows = Grant.objects.filter(glass=True).select_related("document", "person__unit", "by").order_by("-since", "-pk")
    if units is None:
        return rows
    return rows.filter(document__unit__in=units).exclude(person=head)


def unseen(head: User) -> int:
    """How many emergencies wait for a head of office."""
    units = units_with(head, Right.GRANT)
    rows = Grant.objects.filter(glass=True, seen_at__isnull=True)
    if units is None:
        return rows.count()
    # Few wait anywhere. Asked in one question for those of some units, SQLite would look through all documents first.
    waiting = list(rows.exclude(person=head).values_list("document", flat=True))
    theirs = dict(Document.objects.filter(pk__in=waiting).values_list("pk", "unit")) if waiting else {}
    return sum(theirs[document] in units for document in waiting)


def broken_in(units: Collection[int], *, since: datetime, until: datetime) -> QuerySet[Grant]:
    """Emergencies at documents of some units within a period, newest first."""
    rows = Grant.objects.filter(glass=True, since__gte=since, since__lt=until, document__unit__in=units)
    return rows.select_related("document", "person__unit", "by").order_by("-since", "-pk")


def seen(given: Grant, *, by: User) -> None:
    """A head of office has looked at an emergency.

    Raises:
        Refused: it is not theirs to look at, or somebody did before.
    """
    now = system_clock()
    with transaction.atomic():
        if not broken_for(by).filter(pk=given.pk).exists():
            raise Refused(ReasonCode.NO_SUCH_DOCUMENT, document=str(given.document_id))
        rows = Grant.objects.filter(pk=given.pk, seen_at__isnull=True)
        if not rows.update(seen_at=now, seen_by=by.username):
            raise Refused(ReasonCode.NO_SUCH_DOCUMENT, document=str(given.document_id))
        _event("glass_seen", given, by=by, now=now)


def _reason(text: str) -> str:
    """The reason as it is kept.

    Raises:
        Refused: there is none worth the name.
    """
    said = " ".join(text.split())
    if len(said) < LEAST_REASON:
        raise Refused(ReasonCode.REASON_TOO_SHORT, least=LEAST_REASON)
    return said[:500]


def _event(kind: str, given: Grant, *, by: User, now: datetime, reason: str = "") -> None:
    body = {
        "grant": given.pk, "person": given.person.username, "since": rfc3339(given.since), "until": rfc3339(given.until),
    }  # fmt: skip
    personal = {"reason": reason} if reason else {}
    ledger.record(kind, at=now, actor=by.username, document=given.document_id, body=body, personal=personal)


def _told(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
