"""Units over time: what a unit was called and stood under on a day, a change from a day on, an end with a successor.

A unit is never deleted: papers, figures and the history keep naming it. Once dissolved it stands below its successor, and
whoever holds a role in the successor has the same rights over what the dissolved unit left (`people.roles`): open work
goes on there, and no document is touched. Callers make sure that `by` may manage people.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet

from khoso.kernel.clock import today
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people.history import note
from people.models import Assignment, Deed, Role, Unit, UnitPast
from people.roles import give, keep_an_administrator, sign_out_all, take

FOLLOWS = frozenset({Role.SCANNER, Role.OFFICER, Role.ARCHIVIST, Role.SYSTEM})
"""Roles that go on in the successor. Ruling (head, administrator) and certifying were given for the unit that is no more:
they end, and somebody gives them anew."""


@dataclass(frozen=True, slots=True)
class UnitOn:
    """A unit as it was on a day. `parent`: id of the one above it then."""

    pk: int
    code: str
    name: str
    parent: int | None


def units_on(day: date) -> list[UnitOn]:
    """Every unit there was on a day, by code, named and placed as it was then."""
    rows = Unit.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day).order_by("code")
    then = {past.unit_id: past for past in UnitPast.objects.filter(valid_from__lte=day, valid_to__gt=day)}
    return [
        UnitOn(row.pk, row.code, then[row.pk].name, then[row.pk].parent_id)
        if row.pk in then
        else UnitOn(row.pk, row.code, row.name, row.parent_id)
        for row in rows
    ]


def heir_of(unit: Unit) -> Unit:
    """The unit that stands for this one today: itself, or its successor's successor …"""
    seen = {unit.pk}
    while unit.successor is not None and unit.successor.pk not in seen:
        unit = unit.successor
        seen.add(unit.pk)
    return unit


def as_they_are(*units: Unit | None) -> None:
    """Read them anew, and until the end of this transaction nobody else changes the tree: of two who put two units below
    each other at the same moment the second sees it.
    """
    Unit.objects.select_for_update().order_by("pk").first()
    for unit in units:
        if unit is not None:
            unit.refresh_from_db()


def alive(unit: Unit) -> Unit:
    """The unit, if it is not dissolved.

    Raises:
        Refused: it is; the sentence names its heir.
    """
    if unit.valid_to is not None:
        raise Refused(ReasonCode.UNIT_DISSOLVED, unit=unit.name, heir=heir_of(unit).name)
    return unit


@transaction.atomic
def change_from(unit: Unit, name: str, parent: Unit | None, *, on: date, basis: str, by: str) -> None:
    """Another name or another place in the tree by a decision, from a day on; what was before stays known for its days.

    Raises:
        Refused: no name, no basis, nothing that differs, a place below itself on any day since, a dissolved unit, a day
            to come, before the last change, or before there was the unit above.
    """
    as_they_are(unit, parent)
    alive(unit)
    name, said = name.strip()[:300], _basis(basis)
    if not name:
        raise Refused(ReasonCode.BAD_VALUE, field="name", value="")
    if parent is not None:
        alive(parent)
    if (name, parent) == (unit.name, unit.parent):
        raise Refused(ReasonCode.NOTHING_CHANGED)
    _past(unit, on)
    if parent is not None:
        _there(parent, on)
    _not_below_itself_since(unit, parent, on)
    note(
        Deed.UNIT_CHANGED, by=by, unit=unit, before=_told(unit.name, unit.parent), after=_told(name, parent),
        since=on, basis=said,
    )  # fmt: skip
    Unit.objects.filter(pk=unit.pk).update(name=name, parent=parent)


@dataclass(frozen=True, slots=True)
class Dissolution:
    """What dissolving a unit does: people that move, roles that go on and that end, units that move below the successor."""

    people: int
    going_on: int
    ending: int
    below: int


def would_dissolve(unit: Unit) -> Dissolution:
    """What dissolving the unit would do, to be shown before."""
    rows = list(_roles(unit).values_list("role", flat=True))
    going_on = sum(1 for role in rows if role in FOLLOWS)
    return Dissolution(unit.people.count(), going_on, len(rows) - going_on, unit.children.count())


@transaction.atomic
def dissolve(unit: Unit, successor: Unit, *, basis: str, by: str) -> Dissolution:
    """End a unit today: merged into another, which takes over its people, its open work and the units below it.

    A unit made only today was there on no day: it ends as it began, and no day's tree shows it.

    Roles in it end at once, with the sessions and tokens of those who held them; those in `FOLLOWS` are given anew in the
    successor with their last day. Accounts of the unit belong to the successor.

    Raises:
        Refused: no basis, a dissolved unit, itself or one below it as successor, or nobody would be left to manage people.
    """
    as_they_are(unit, successor)
    alive(unit)
    alive(successor)
    not_below_itself(unit, successor)
    said, day = _basis(basis), today()
    if _roles(unit).filter(role=Role.ADMINISTRATOR).exists():
        keep_an_administrator(outside=unit)
    does = would_dissolve(unit)
    _past(unit, day)
    Unit.objects.filter(pk=unit.pk).update(valid_to=day, successor=successor, parent=successor)
    note(Deed.UNIT_DISSOLVED, by=by, unit=unit, into=successor.name, since=day, basis=said)
    for child in unit.children.filter(valid_to__isnull=True).exclude(pk=successor.pk):
        _past(child, day)
        Unit.objects.filter(pk=child.pk).update(parent=successor)
        note(
            Deed.UNIT_CHANGED, by=by, unit=child, before=_told(child.name, unit),
            after=_told(child.name, successor), since=day, basis=said,
        )  # fmt: skip
    people = set(unit.people.values_list("pk", flat=True))
    for row in _roles(unit).select_related("user", "unit"):
        people.add(row.user_id)
        until = row.valid_to
        take(row, by=by, sign_out=False)
        if row.role in FOLLOWS:
            _go_on(row, successor, by=by, since=max(day, row.valid_from), until=until)
    for user in unit.people.all():
        note(Deed.MOVED, by=by, user=user, unit=successor)
    unit.people.update(unit=successor)
    sign_out_all(people)
    unit.refresh_from_db()
    return does


def _roles(unit: Unit) -> QuerySet[Assignment]:
    day = today()
    return Assignment.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), unit=unit).order_by("pk")


def _go_on(ended: Assignment, successor: Unit, *, by: str, since: date, until: date | None) -> None:
    """The same role in the successor until its own last day, unless it is held there already."""
    known = _roles(successor).filter(user=ended.user, role=ended.role)
    if ended.user.is_active and not known.exists() and (until is None or until > since):
        give(ended.user, Role(ended.role), successor, by=by, since=since, until=until)


def not_below_itself(unit: Unit, parent: Unit | None) -> None:
    """A unit cannot stand below itself.

    Raises:
        Refused: it would.
    """
    above, seen = parent, set[int]()
    while above is not None and above.pk not in seen:
        if above.pk == unit.pk:
            raise _below_itself(unit, parent, today())
        seen.add(above.pk)
        above = above.parent


def _not_below_itself_since(unit: Unit, parent: Unit | None, on: date) -> None:
    """Nor on any day since `on`: what is above it today may have stood below it then.

    Raises:
        Refused: it would; says on which day.
    """
    not_below_itself(unit, parent)
    days = UnitPast.objects.filter(valid_to__gt=on, valid_to__lte=today()).values_list("valid_to", flat=True)
    for day in sorted({on, *days}) if parent is not None else ():
        parents = {one.pk: one.parent for one in units_on(day)} | {unit.pk: None}
        above, seen = parent.pk if parent else None, set[int]()
        while above is not None and above not in seen:
            if above == unit.pk:
                raise _below_itself(unit, parent, day)
            seen.add(above)
            above = parents.get(above)


def _below_itself(unit: Unit, parent: Unit | None, day: date) -> Refused:
    return Refused(
        ReasonCode.BELOW_ITSELF, unit=unit.name, parent=parent.name if parent else "", day=day.strftime("%d/%m/%Y")
    )


def _there(unit: Unit, on: date) -> None:
    """A unit was there on a day.

    Raises:
        Refused: not yet.
    """
    if unit.valid_from > on:
        raise Refused(
            ReasonCode.BEFORE_THE_UNIT, unit=unit.name, first=unit.valid_from.strftime("%d/%m/%Y"),
            day=on.strftime("%d/%m/%Y"),
        )  # fmt: skip


def _past(unit: Unit, until: date) -> None:
    """Keep what the unit is called and stands under as what it was until a day.

    Raises:
        Refused: a day to come, before the unit was there, or before its last change.
    """
    if until > today():
        raise Refused(ReasonCode.DAY_TO_COME, day=until.strftime("%d/%m/%Y"))
    _there(unit, until)
    last = unit.past.order_by("-valid_to").first()
    since = last.valid_to if last else unit.valid_from
    if until < since:
        raise Refused(ReasonCode.BEFORE_LAST_CHANGE, last=since.strftime("%d/%m/%Y"), day=until.strftime("%d/%m/%Y"))
    if until == since:  # a second change on one day, or one on the first: what stood between held for no day
        return
    UnitPast.objects.create(unit=unit, name=unit.name, parent=unit.parent, valid_from=since, valid_to=until)


def _basis(text: str) -> str:
    said = " ".join(text.split())[:300]
    if not said:
        raise Refused(ReasonCode.LEGAL_BASIS_NEEDED)
    return said


def _told(name: str, parent: Unit | None) -> str:
    return f"{name} ({parent.code if parent else ''})"
