"""One-time links: how an account gets its first password, and a new one when it is forgotten. No password is ever sent."""

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from khoso.kernel.digest import digest_bytes
from people.history import LOCAL, note
from people.models import Deed, Invitation, User

VALID = timedelta(days=2)


def invite(user: User, *, now: datetime, by: str = LOCAL) -> str:
    """A secret for a link; earlier ones of this account no longer open."""
    secret = secrets.token_urlsafe(24)
    with transaction.atomic():
        Invitation.objects.filter(user=user, used_at__isnull=True).delete()
        Invitation.objects.create(user=user, digest=digest_bytes(secret.encode()), expires_at=now + VALID)
        note(Deed.LINK_MADE, by=by, user=user)
    return secret


def invited(secret: str, *, now: datetime) -> User | None:
    """Whose living invitation this is."""
    row = (
        Invitation.objects.select_related("user")
        .filter(digest=digest_bytes(secret.encode()), used_at__isnull=True, expires_at__gt=now, user__is_active=True)
        .first()
    )
    return row.user if row else None


@transaction.atomic
def accept(secret: str, password: str, *, now: datetime) -> User | None:
    """Set the password; the link opens no more.

    Returns:
        The account; None if the link is no living one.

    Raises:
        django.core.exceptions.ValidationError: the password breaks a rule.
    """
    user = invited(secret, now=now)
    if user is None:
        return None
    validate_password(password, user)
    rows = Invitation.objects.filter(digest=digest_bytes(secret.encode()), used_at__isnull=True)
    if not rows.update(used_at=now):
        return None
    user.set_password(password)
    user.save(update_fields=["password"])
    note(Deed.PASSWORD_SET, by=user.username, user=user)
    return user
