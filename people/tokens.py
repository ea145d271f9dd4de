"""Tokens of machines: shown once, kept as a digest, expiring."""

import secrets
from datetime import datetime, timedelta

from khoso.kernel.digest import digest_bytes
from people.models import Token, User


def issue(user: User, name: str, *, now: datetime, days: int = 365) -> str:
    """Make a token.

    Returns:
        The secret, which nobody can read again.
    """
    secret = secrets.token_urlsafe(32)
    Token.objects.create(
        user=user,
        name=name,
        digest=digest_bytes(secret.encode()),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    return secret


def owner(secret: str, *, now: datetime) -> User | None:
    """Whose living token this is; None for any other text."""
    living = Token.objects.filter(digest=digest_bytes(secret.encode()), expires_at__gt=now, user__is_active=True)
    token = next(iter(living.select_related("user__unit")), None)  # digests are unique: no order is needed
    return token.user if token else None
