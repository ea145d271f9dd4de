"""The one gate to a document for people: checks, records, and tells whoever may not see it the same as if it were not there."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet

from khoso.kernel.clock import system_clock
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people.models import Unit, User
from people.roles import Right, rights_in, units_with
from warehouse import reading
from warehouse.models import Document, Grant

LEAST_REASON = 10
MOST_GRANTED = 5000
"""Grants that searching looks at, newest first: more are no grants to a person but a role nobody gave."""
LIST_LASTS = timedelta(hours=1)
"""How long the small pictures beside a list of results belong to the record of that list."""


def is_basis(text: str) -> bool:
    """Whether a reason is one worth the name."""
    return len(" ".join(text.split())) >= LEAST_REASON


class Shown(Enum):
    """How the part of a document that is asked for is shown to a person now."""

    OPEN = "open"
    PARTLY = "covered"
    SHUT = "shut"


class Purpose(StrEnum):
    """Why a document is opened."""

    VIEW = "view"
    REVIEW = "review"
    AMEND = "amend"
    DOWNLOAD = "download"
    PRINT = "print"
    EXPORT = "export"
    REUSE = "reuse"
    CERTIFY = "certify"
    AUDIT = "audit"
    SENSITIVE = "sensitive"


_NEEDS: dict[Purpose, Right] = {
    Purpose.REVIEW: Right.REVIEW,
    Purpose.AMEND: Right.AMEND,
    Purpose.CERTIFY: Right.CERTIFY,
    Purpose.AUDIT: Right.AUDIT,
}
"""Right a purpose needs in the document's unit; the others need `see`."""
BY_GRANT = frozenset({Purpose.VIEW, Purpose.DOWNLOAD, Purpose.PRINT, Purpose.EXPORT, Purpose.REUSE, Purpose.SENSITIVE})
"""What a grant opens: looking and using, never changing or auditing."""


def within(user: User, right: Right) -> Q:
    """Documents of the units a right of a person covers."""
    units = units_with(user, right)
    if units is None:
        return Q(pk__isnull=False)  # everything; an empty Q vanishes when another is joined to it by «or»
    return Q(unit__in=units)


def _alive(user: User, now: datetime) -> QuerySet[Grant]:
    return Grant.objects.filter(person=user, since__lte=now, until__gt=now, revoked_at__isnull=True)


def _granted(user: User, now: datetime) -> Q:
    return Q(pk__in=_alive(user, now).values("document")) if user.is_active else Q(pk__in=[])


def visible_to(user: User) -> QuerySet[Document]:
    """Documents a person may see: of the units their roles see, or granted."""
    return Document.objects.filter(within(user, Right.SEE) | _granted(user, system_clock()))


def visible_units(user: User) -> frozenset[str] | None:
    """Codes of the units whose documents a person sees; None means all. For the search index."""
    units = units_with(user, Right.SEE)
    return None if units is None else frozenset(Unit.objects.filter(pk__in=units).values_list("code", flat=True))


def granted_to(user: User) -> frozenset[str]:
    """Documents of other units open to this person now. For the search index."""
    alive = _alive(user, system_clock()).order_by("-since").values_list("document", flat=True)
    return frozenset(str(pk) for pk in alive[:MOST_GRANTED]) if user.is_active else frozenset()


def rights_over(user: User, document: Document) -> frozenset[Right]:
    """The rights of a person that reach a document they have opened: what decides which buttons they see."""
    return rights_in(user, document.unit)


def covers(user: User, document: Document, right: Right) -> bool:
    """Whether one right of a person reaches a document they have opened."""
    return right in rights_over(user, document)


def open_for(
    user: User,
    document: UUID,
    *,
    purpose: Purpose,
    basis: str = "",
    what: str = "record",
    covered: Callable[[Document], Shown] | None = None,
) -> Document:
    """A document for a person and a purpose. Every call is recorded, those that end before a closed door too.

    Args:
        basis: legal basis or reason as the person gives it; sensitive data needs one of `LEAST_REASON` letters.
        what: the part opened: `record`, `page/3`, a rendition.
        covered: how that part is shown to this person now (`masking`): where it is shut it stays so, where only sensitive
            places of it are covered the record says so.

    Raises:
        Refused: it does not exist, or is not this person's to see; the answer is the same. `basis_needed`: it is, but
            covered or sensitive, and nobody has said why.
    """
    now = system_clock()
    rows = Document.objects.select_related("unit", "created_by").filter(pk=document)
    own = rows.filter(within(user, _NEEDS.get(purpose, Right.SEE))).first()
    granted = None
    if own is None and purpose in BY_GRANT:
        granted = rows.filter(_granted(user, now)).first()
    found = own or granted
    shown = Shown.OPEN if found is None or covered is None else covered(found)
    lacking = shown is Shown.SHUT or (purpose is Purpose.SENSITIVE and not is_basis(basis))
    reading.note(
        at=now,
        person=user.username,
        document=document,
        purpose=purpose.value,
        basis=basis.strip()[:300],
        what=what[:50] + (f"/{shown.value}" if shown is Shown.PARTLY else ""),
        via="role" if own else "grant" if granted else "",
        opened=found is not None and not lacking,
    )
    if found is None:
        raise Refused(ReasonCode.NO_SUCH_DOCUMENT, document=str(document))
    if lacking:
        raise Refused(ReasonCode.BASIS_NEEDED)
    return found


def open_each(
    user: User, documents: Collection[UUID], *, purpose: Purpose, basis: str, what: str
) -> dict[UUID, Document]:
    """Those of many documents a person may open for a purpose, each recorded; the others are left out without a trace.

    For lists made from what the person could find a moment ago; `basis` as in `open_for`.
    """
    now = system_clock()
    rows = Document.objects.select_related("unit").filter(pk__in=documents)
    own = {one.pk: one for one in rows.filter(within(user, _NEEDS.get(purpose, Right.SEE)))}
    lent = {one.pk: one for one in rows.filter(_granted(user, now))} if purpose in BY_GRANT else {}
    opened = lent | own
    reading.note_each(
        [(pk, "role" if pk in own else "grant") for pk in documents if pk in opened],
        at=now, person=user.username, purpose=purpose.value, basis=basis.strip()[:300], what=what[:60],
    )  # fmt: skip
    return opened


def listed(user: User, documents: Sequence[str], *, via: str = "role") -> None:
    """Record that a list of documents was shown to a person: one entry for the list, none for an empty one.

    Raises:
        Unavailable: it could not be recorded; the list must not be shown.
    """
    if documents:
        pks = [UUID(pk) for pk in documents]
        reading.note_list(at=system_clock(), person=user.username, documents=pks, via=via)


def suggested(user: User, documents: Sequence[str]) -> None:
    """Record that values of documents were suggested to a person while typing.

    Once an hour for each document: every key would be an entry otherwise, and drown what the record is for. It opens
    nothing, small pictures neither.

    Raises:
        Unavailable: it could not be recorded; nothing must be suggested.
    """
    pks = dict.fromkeys(UUID(pk) for pk in documents)
    now = system_clock()
    known = reading.listed_since(user.username, pks, since=now - LIST_LASTS) if pks else set()
    if fresh := [pk for pk in pks if pk not in known]:
        reading.note_list(at=now, person=user.username, documents=fresh, via="role", kind=reading.SUGGESTED)


def glance(user: User, document: UUID, *, what: str, covered: Callable[[Document], Shown] | None = None) -> Document:
    """A document whose small picture is shown in a list of results: part of that list's record, else recorded as opened.

    Raises:
        Refused: as `open_for`.
    """
    found = visible_to(user).select_related("unit", "created_by").filter(pk=document).first()
    shut = found is not None and covered is not None and covered(found) is Shown.SHUT
    if (
        found is not None
        and not shut
        and reading.was_listed(user.username, document, since=system_clock() - LIST_LASTS)
    ):
        return found
    return open_for(user, document, purpose=Purpose.VIEW, what=what, covered=covered)
