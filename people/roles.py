"""Roles: who may do what, where, today. Ending one ends its rights, the person's sessions and tokens at once."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F, Q, QuerySet

from khoso.kernel.clock import today
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people.history import note
from people.models import Assignment, Deed, Role, Token, Unit, User


class Right(StrEnum):
    """What a role lets somebody do with documents of its unit, or with the Kho."""

    SEE = "see"
    SEE_BELOW = "see_below"
    CAPTURE = "capture"
    REVIEW = "review"
    AMEND = "amend"
    CERTIFY = "certify"
    AUDIT = "audit"
    GRANT = "grant"
    BREAK_GLASS = "break_glass"
    PEOPLE = "people"
    CATALOGUE = "catalogue"
    BOARD = "board"


_R = Right
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.SCANNER: frozenset({_R.SEE, _R.CAPTURE, _R.REVIEW}),
    Role.OFFICER: frozenset({_R.SEE, _R.CAPTURE, _R.REVIEW, _R.AMEND, _R.BREAK_GLASS}),
    Role.CERTIFIER: frozenset({_R.SEE, _R.CAPTURE, _R.REVIEW, _R.AMEND, _R.CERTIFY, _R.BREAK_GLASS}),
    Role.ARCHIVIST: frozenset({_R.SEE, _R.AMEND, _R.AUDIT, _R.BREAK_GLASS}),
    Role.HEAD: frozenset({_R.SEE, _R.SEE_BELOW, _R.REVIEW, _R.AMEND, _R.AUDIT, _R.GRANT, _R.BREAK_GLASS, _R.BOARD}),
    Role.ADMINISTRATOR: frozenset({_R.PEOPLE, _R.CATALOGUE, _R.BOARD}),
    Role.SYSTEM: frozenset({_R.SEE, _R.CAPTURE}),
}
_REACH_DOWN = frozenset({Role.HEAD, Role.ADMINISTRATOR})
GUARDED = frozenset({Role.CERTIFIER, Role.HEAD, Role.ADMINISTRATOR})
"""Roles that sign or rule over others: they need a second factor."""


def held(user: User, on: date | None = None) -> QuerySet[Assignment]:
    """Roles in force on a day (today); none for an account that is closed."""
    day = on or today()
    rows = Assignment.objects.filter(user=user, user__is_active=True, valid_from__lte=day)
    return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))


_REMEMBERED = "_roles_of_this_request"


def remember(user: User, holding: Iterable[tuple[Role, int | None]] | None = None) -> None:
    """From now on roles and the units below are asked for once for this object: for a request that changes nothing of them.

    Args:
        holding: roles in force today and their units, where they were read together with the account.
    """
    setattr(user, _REMEMBERED, {} if holding is None else {"holding": list(holding)})


def _holding(user: User) -> list[tuple[Role, int | None]]:
    """Roles in force today and their units."""
    kept: dict[object, Any] = getattr(user, _REMEMBERED, {})
    if "holding" not in kept:
        kept["holding"] = [(Role(role), unit) for role, unit in held(user).values_list("role", "unit")]
    found: list[tuple[Role, int | None]] = kept["holding"]
    return found


def may(user: User, right: Right) -> bool:
    """Whether a person has a right anywhere. The account of an embedded home's owner (superuser) has every one."""
    if not user.is_active:
        return False
    return user.is_superuser or any(right in RIGHTS[role] for role, _unit in _holding(user))


def rights_of(user: User) -> frozenset[str]:
    """The names of every right a person has anywhere: what decides what pages offer."""
    if not user.is_active:
        return frozenset()
    if user.is_superuser:
        return frozenset(right.value for right in Right)
    return frozenset(right.value for role, _unit in _holding(user) for right in RIGHTS[role])


def demand(user: User, right: Right) -> None:
    """Stop whoever lacks a right.

    Raises:
        Refused: they lack it.
    """
    if not may(user, right):
        raise Refused(ReasonCode.NOT_ALLOWED, right=right.value)


def rights_in(user: User, unit: Unit | None) -> frozenset[Right]:
    """The rights a person has over the documents of a unit, by their roles there and above it."""
    if not user.is_active:
        return frozenset()
    if user.is_superuser:
        return frozenset(Right)
    found: frozenset[Right] = frozenset()
    if unit is None:
        return found
    places = _holding(user)
    above = _above(unit) if any(role in _REACH_DOWN for role, _place in places) else set()
    own = {unit.pk} if unit.successor_id is None else _up(unit.pk, "successor")
    for role, place in places:
        if place in own or (role in _REACH_DOWN and place in above):
            found |= RIGHTS[role]
    return found


def _up(pk: int, column: str) -> set[int]:
    """A unit and those its column leads to, one after the other."""
    found: set[int] = set()
    up: int | None = pk
    while up is not None and up not in found:
        found.add(up)
        up = Unit.objects.filter(pk=up).values_list(column, flat=True).first()
    return found


def _above(unit: Unit | None) -> set[int]:
    """Units above one, up to the top."""
    return _up(unit.parent_id, "parent") if unit is not None and unit.parent_id is not None else set()


def units_with(user: User, right: Right) -> frozenset[int] | None:
    """Units a right covers; None means every unit. A head's reach goes down the tree, and an administrator's of a unit.

    An administrator of no unit is one of the whole Kho.
    """
    if not user.is_active:
        return frozenset()
    if user.is_superuser:
        return None
    places = [(role, unit) for role, unit in _holding(user) if right in RIGHTS[role]]
    if any(unit is None for _role, unit in places):
        return None
    own = frozenset(unit for _role, unit in places if unit is not None)
    heads = frozenset(unit for role, unit in places if unit is not None and role in _REACH_DOWN)
    kept: dict[object, Any] = getattr(user, _REMEMBERED, {})
    if (own, heads) not in kept:
        kept[own, heads] = frozenset(with_merged(set(own)) | _down(set(heads), "parent__in"))
    found: frozenset[int] = kept[own, heads]
    return found


def with_merged(units: Iterable[int]) -> set[int]:
    """Units with those that were merged into them: whoever has a right in a unit has it over what these left."""
    return _down(set(units), "successor__in")


def _down(units: set[int], question: str) -> set[int]:
    found, fresh = set(units), set(units)
    while fresh:
        fresh = set(Unit.objects.filter(**{question: fresh}).values_list("pk", flat=True)) - found
        found |= fresh
    return found


def needs_second_factor(user: User) -> bool:
    """Whether this account may only work with a second factor. A demo's account, made by the demo in its own home, does not."""
    if user.demo:
        return False
    return user.is_superuser or any(role in GUARDED for role, _unit in _holding(user))


@transaction.atomic
def give(
    user: User,
    role: Role,
    unit: Unit | None,
    *,
    by: str,
    since: date,
    until: date | None = None,
    delegation: str = "",
) -> Assignment:
    """Give a role. A certifying officer needs the delegation's number and its last day (NĐ 23/2015/NĐ-CP Đ5).

    Raises:
        Refused: a unit's role without a unit, a certifying officer without delegation, or on some of these days the same
            role is held there already.
    """
    if unit is None and role is not Role.ADMINISTRATOR:
        raise Refused(ReasonCode.BAD_VALUE, field="unit", value="")
    if unit is not None and unit.valid_to is not None:
        raise Refused(ReasonCode.UNIT_DISSOLVED, unit=unit.name, heir=unit.successor.name if unit.successor else "–")
    if role is Role.CERTIFIER and not delegation.strip():
        raise Refused(ReasonCode.BAD_VALUE, field="delegation", value="")
    if role is Role.CERTIFIER and until is None:
        raise Refused(ReasonCode.BAD_VALUE, field="until_role", value="")
    if until is not None and until <= since:
        raise Refused(
            ReasonCode.BAD_VALUE, field="until_role", value=until.strftime("%d/%m/%Y"), expected="ngày sau «từ ngày»"
        )
    User.objects.select_for_update().get(pk=user.pk)  # two who give at once wait for one another
    _not_twice(user, role, unit, since=since, until=until)
    note(
        Deed.ROLE_GIVEN, by=by, user=user, unit=unit, role=role.value, since=since, until=until,
        delegation=delegation.strip(),
    )  # fmt: skip
    return Assignment.objects.create(
        user=user, role=role, unit=unit, valid_from=since, valid_to=until, delegation=delegation.strip(), given_by=by
    )


def _not_twice(user: User, role: Role, unit: Unit | None, *, since: date, until: date | None) -> None:
    """One row says from when until when a role is held: ending it ends the role.

    Raises:
        Refused: another row says so for some of these days.
    """
    rows = Assignment.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=since), user=user, role=role, unit=unit)
    rows = rows.exclude(valid_to__lte=F("valid_from"))
    known = (rows if until is None else rows.filter(valid_from__lt=until)).order_by("valid_from").first()
    if known is not None:
        raise Refused(
            ReasonCode.ROLE_HELD, role=str(role.label), user=user.username, since=known.valid_from.strftime("%d/%m/%Y")
        )


@transaction.atomic
def take(assignment: Assignment, *, by: str, sign_out: bool = True) -> None:
    """End a role today; its rights, the person's sessions and tokens end with it.

    `sign_out` False: the caller ends the sessions of many at once, in the same transaction (`sign_out_all`).
    """
    assignment.valid_to, assignment.ended_by = max(today(), assignment.valid_from), by
    assignment.save(update_fields=["valid_to", "ended_by"])
    note(Deed.ROLE_ENDED, by=by, user=assignment.user, unit=assignment.unit, role=assignment.role)
    if sign_out:
        sign_out_everywhere(assignment.user)


def keep_an_administrator(*, but: User | None = None, outside: Unit | None = None) -> None:
    """Somebody who can sign in must be left to manage people. Call it in the transaction that ends the others.

    Args:
        but: about to lose what makes them one.
        outside: the unit whose administrators are about to end.

    Raises:
        Refused: nobody would be left.
    """
    day = today()
    alive = Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))
    rows = Assignment.objects.filter(alive, role=Role.ADMINISTRATOR)
    rows = rows if outside is None else rows.exclude(unit=outside)
    left = User.objects.filter(Q(is_superuser=True) | Q(pk__in=rows.values("user")), is_active=True)
    list(left.select_for_update().order_by("pk"))  # two of them who end each other wait for one another
    left = left if but is None else left.exclude(pk=but.pk)
    if not any(one.has_usable_password() or one.vouched.exists() for one in left):
        raise Refused(ReasonCode.LAST_ADMINISTRATOR)


def take_all(user: User, *, by: str, outside: Unit | None = None) -> None:
    """End every role in force or still to come, except those in the unit `outside`."""
    rows = Assignment.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today()), user=user)
    for row in rows if outside is None else rows.exclude(unit=outside):
        take(row, by=by)


@transaction.atomic
def move(user: User, unit: Unit, role: Role, *, by: str) -> Assignment:
    """A change of unit: every role in other units ends, one begins here."""
    take_all(user, by=by, outside=unit)
    note(Deed.MOVED, by=by, user=user, unit=unit)
    user.unit = unit
    user.save(update_fields=["unit"])
    sign_out_everywhere(user)
    known = held(user).filter(role=role, unit=unit).first()
    return known or give(user, role, unit, by=by, since=today())


@transaction.atomic
def leave(user: User, *, by: str) -> None:
    """A person leaves: account closed, roles, sessions and tokens ended."""
    take_all(user, by=by)
    note(Deed.LEFT, by=by, user=user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    sign_out_everywhere(user)


def sign_out_everywhere(user: User, *, tokens: bool = True) -> None:
    """End every session, and every token too. Sessions are few: one per desk."""
    if tokens:
        user.tokens.all().delete()
    end_sessions(lambda kept: kept.get(_WHO) == str(user.pk))


def sign_out_all(people: Iterable[UUID]) -> None:
    """End the sessions and tokens of many people in one go."""
    pks = list(people)
    Token.objects.filter(user__in=pks).delete()
    names = {str(pk) for pk in pks}
    end_sessions(lambda kept: kept.get(_WHO) in names)


_WHO = "_auth_user_id"


def end_sessions(meant: Callable[[Mapping[str, Any]], bool]) -> int:
    """End the sessions whose content is meant. Sessions are few: one per desk.

    Returns:
        How many ended.
    """
    ended = 0
    for session in Session.objects.iterator():
        if meant(session.get_decoded()):
            session.delete()
            ended += 1
    return ended
