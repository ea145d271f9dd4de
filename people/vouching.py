"""People whom a provider vouches for: known by issuer and subject alone, and somebody here only once an administrator says who."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people.history import note
from people.models import Deed, User, Vouched
from people.ports import Farewell, Identity
from people.roles import end_sessions, sign_out_everywhere

SESSION = "vouched"
"""Where a session keeps whose word it began with: `issuer`, `subject`, `session`."""
WAITING = timedelta(days=30)
"""How long somebody nobody knows is kept in mind after they last came."""
MOST = 1000
"""Strangers kept in mind; the next one is told so without being written down."""


@transaction.atomic
def met(identity: Identity, *, now: datetime) -> Vouched | None:
    """Write down that a provider vouched for somebody. Gives no right: without an account they are a stranger who waits.

    Returns:
        The row; None when too many strangers wait already.
    """
    strangers = Vouched.objects.filter(user__isnull=True)
    strangers.filter(last_at__lt=now - WAITING).delete()
    seen = {"name": identity.name, "level": identity.level, "last_at": now}
    known = Vouched.objects.filter(issuer=identity.issuer, subject=identity.subject)
    if not known.update(**seen):
        if strangers.count() >= MOST:
            return None
        Vouched.objects.get_or_create(
            issuer=identity.issuer, subject=identity.subject, defaults=seen | {"first_at": now}
        )
    return known.select_related("user").get()


@transaction.atomic
def link(vouched: Vouched, user: User, *, by: str) -> None:
    """Say that this is that account's person.

    Raises:
        Refused: it is already somebody's, or the account is closed.
    """
    if not user.is_active:
        raise Refused(ReasonCode.NO_SUCH_USER, user=user.username)
    if not Vouched.objects.filter(pk=vouched.pk, user__isnull=True).update(user=user):
        now = Vouched.objects.select_related("user").filter(pk=vouched.pk).first()
        raise Refused(ReasonCode.IDENTITY_TAKEN, user=now.user.username if now and now.user else "")
    note(Deed.VOUCHED_LINKED, by=by, user=user, subject=vouched.subject, issuer=vouched.issuer)


@transaction.atomic
def unlink(vouched: Vouched, *, by: str) -> None:
    """Take that back: the person is a stranger again, and the account's sessions end."""
    user = vouched.user
    if user is None:
        return
    Vouched.objects.filter(pk=vouched.pk).update(user=None)
    note(Deed.VOUCHED_UNLINKED, by=by, user=user, subject=vouched.subject, issuer=vouched.issuer)
    sign_out_everywhere(user, tokens=False)


def left(said: Farewell) -> int:
    """End the sessions that began with the provider's word about somebody who signed out there; those with a password stay.

    Returns:
        How many ended.
    """

    def meant(kept: Mapping[str, Any]) -> bool:
        told = kept.get(SESSION) or {}
        return (
            told.get("issuer") == said.issuer
            and (not said.subject or told.get("subject") == said.subject)
            and (not said.session or told.get("session") == said.session)
        )

    return end_sessions(meant)
