"""Verbs on accounts and units."""

from datetime import date

from django.db import transaction

from khoso.kernel.clock import system_clock, today
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people import history
from people.history import note
from people.invitations import invite
from people.models import ANCIENT, Deed, Role, Unit, User
from people.roles import give

LOCAL = history.LOCAL
"""Account name of whoever uses the command line of an embedded home."""


@transaction.atomic
def ensure_unit(code: str, name: str, *, parent: Unit | None = None, by: str = LOCAL, since: date = ANCIENT) -> Unit:
    """The unit with this code, made if it is new; `since`: its first day."""
    unit, new = Unit.objects.get_or_create(code=code, defaults={"name": name, "parent": parent, "valid_from": since})
    if new:
        note(Deed.UNIT_MADE, by=by, unit=unit, name=name, under=parent.code if parent else "")
    return unit


@transaction.atomic
def ensure_user(
    username: str,
    *,
    full_name: str,
    unit: Unit | None,
    password: str | None = None,
    admin: bool = False,
    role: Role | None = Role.OFFICER,
    demo: bool = False,
    by: str = LOCAL,
) -> tuple[User, bool]:
    """The account with this name, made if it is new; `password` None makes an account nobody can sign in to.

    Args:
        role: held in `unit` from today; an administrator's account needs none.

    Returns:
        The account and whether it is new.
    """
    user, new = User.objects.get_or_create(
        username=username,
        defaults={"full_name": full_name, "unit": unit, "is_staff": admin, "is_superuser": admin, "demo": demo},
    )
    if new:
        user.set_password(password)
        user.save(update_fields=["password"])
        note(Deed.ACCOUNT_MADE, by=by, user=user, unit=unit)
        if unit is not None and role is not None and not admin:
            give(user, role, unit, by=by, since=today())
    return user, new


def first_administrator(unit: Unit | None) -> tuple[str, str] | None:
    """Make the first account that can sign in, if there is none yet. It has no password: a one-time link sets one.

    Returns:
        Account name and the link's secret, to be shown once; None if somebody can sign in already.
    """
    if any(user.has_usable_password() for user in User.objects.filter(is_active=True)):
        return None
    user, _new = ensure_user("quantri", full_name="Quản trị", unit=unit, admin=True)
    return user.username, invite(user, now=system_clock())


def by_name(username: str) -> User:
    """The account with this name.

    Raises:
        Refused: there is no such active account.
    """
    user = User.objects.filter(username=username, is_active=True).select_related("unit").first()
    if user is None:
        raise Refused(ReasonCode.NO_SUCH_USER, user=username)
    return user
