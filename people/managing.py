"""What an administrator does with accounts and units. Every deed is written down; nobody raises themselves."""

import re

from django.db import transaction

from catalogue.identifiers import agency, fault_of
from khoso.kernel.clock import today
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people.accounts import ensure_unit, ensure_user
from people.history import note
from people.models import Assignment, Deed, Role, Unit, User
from people.roles import Right, demand, keep_an_administrator, leave, sign_out_everywhere, take
from people.units import alive, as_they_are, not_below_itself

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,49}")


def make_account(username: str, full_name: str, unit: Unit, *, by: User) -> User:
    """A new account of a unit, without password and without roles.

    Raises:
        Refused: the name is taken or no account name, or the full name has no letter.
    """
    demand(by, Right.PEOPLE)
    name = username.strip().lower()
    if not _USERNAME.fullmatch(name):
        raise Refused(
            ReasonCode.BAD_VALUE,
            field="username",
            value=username.strip()[:50],
            expected="từ 2 đến 50 chữ thường không dấu, số, dấu chấm, gạch, bắt đầu bằng chữ hoặc số",
        )
    called = _full_name(full_name)
    alive(unit)
    user, new = ensure_user(name, full_name=called, unit=unit, role=None, by=by.username)
    if not new:
        raise Refused(ReasonCode.NAME_TAKEN, user=name)
    return user


@transaction.atomic
def rename(user: User, full_name: str, *, by: User) -> None:
    """Mend a person's name; what they signed before keeps the old one.

    Raises:
        Refused: it has no letter.
    """
    demand(by, Right.PEOPLE)
    before, now = user.full_name, _full_name(full_name)
    if now != before:
        User.objects.filter(pk=user.pk).update(full_name=now)
        note(Deed.RENAMED, by=by.username, user=user, before=before, after=now)


def _full_name(text: str) -> str:
    """A person's name: letters there must be, blanks that are seen or not make none.

    Raises:
        Refused: it has no letter.
    """
    name = " ".join(text.split())[:200]
    if not any(letter.isalpha() for letter in name):
        raise Refused(ReasonCode.BAD_VALUE, field="full_name", value=name, expected="họ và tên bằng chữ")
    return name


@transaction.atomic
def come_back(user: User, *, by: User) -> None:
    """Open a closed account again: without roles, and with a password only by a new one-time link.

    Raises:
        Refused: of one's own accord.
    """
    for_another(user, by=by)
    user.is_active = True
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    note(Deed.CAME_BACK, by=by.username, user=user)


@transaction.atomic
def end_role(assignment: Assignment, *, by: User) -> None:
    """End a role today.

    Raises:
        Refused: it is the last administrator's.
    """
    demand(by, Right.PEOPLE)
    if assignment.role == Role.ADMINISTRATOR:
        keep_an_administrator(but=assignment.user)
    take(assignment, by=by.username)


@transaction.atomic
def close(user: User, *, by: User) -> None:
    """A person leaves: account closed, roles, sessions and tokens ended.

    Raises:
        Refused: they are the last administrator, or oneself.
    """
    for_another(user, by=by)
    keep_an_administrator(but=user)
    leave(user, by=by.username)


def sign_out(user: User, *, by: User) -> None:
    """End a person's sessions: a lost phone, a desk left open. Machines go on."""
    demand(by, Right.PEOPLE)
    sign_out_everywhere(user, tokens=False)


def for_another(user: User, *, by: User) -> None:
    """Nobody gives themselves rights, and nobody takes their own hurdles away: another administrator does.

    Raises:
        Refused: it is oneself, or one may not manage people.
    """
    demand(by, Right.PEOPLE)
    if user.pk == by.pk:
        raise Refused(ReasonCode.NOT_ONESELF)


def make_unit(code: str, name: str, parent: Unit | None, *, by: User) -> Unit:
    """A new unit of the tree.

    Raises:
        Refused: the code is no agency's identifier (QĐ 20/2020/QĐ-TTg) or taken, or there is no name.
    """
    demand(by, Right.PEOPLE)
    code, name = code.strip().upper(), name.strip()[:300]
    if fault_of(agency, code):
        expected = "mã định danh cơ quan như H36.12"
        raise Refused(ReasonCode.BAD_VALUE, field="code", value=code[:40], expected=expected)
    if Unit.objects.filter(code=code).exists():
        raise Refused(ReasonCode.BAD_VALUE, field="code", value=code[:40], expected="mã chưa đơn vị nào dùng")
    if not name:
        raise Refused(ReasonCode.BAD_VALUE, field="name", value="")
    if parent is not None:
        alive(parent)
    return ensure_unit(code, name, parent=parent, by=by.username, since=today())


@transaction.atomic
def change_unit(unit: Unit, name: str, parent: Unit | None, *, by: User) -> None:
    """Mend a name or a place in the tree that were never right; a change by decision is `people.units.change_from`.

    Heads see what is below them, so this changes what people see.

    Raises:
        Refused: no name, a place below itself, or the unit is dissolved.
    """
    demand(by, Right.PEOPLE)
    as_they_are(unit, parent)
    alive(unit)
    name = name.strip()[:300]
    if not name:
        raise Refused(ReasonCode.BAD_VALUE, field="name", value="")
    if parent is not None:
        alive(parent)
    not_below_itself(unit, parent)
    before = {"name": unit.name, "under": unit.parent.code if unit.parent else ""}
    after = {"name": name, "under": parent.code if parent else ""}
    if before != after:
        Unit.objects.filter(pk=unit.pk).update(name=name, parent=parent)
        note(
            Deed.UNIT_CHANGED, by=by.username, unit=unit,
            before=f"{before['name']} ({before['under']})", after=f"{name} ({after['under']})",
        )  # fmt: skip
