"""The second factor: an authenticator app (TOTP, RFC 6238) and recovery codes."""

import secrets
from datetime import datetime

import pyotp
from django.db import transaction

from khoso.kernel.digest import digest_bytes
from people.models import RecoveryCode, SecondFactor, User

ISSUER = "Khoso"
CODES = 10
_STEP = 30
_DRIFT = (0, -1, 1)


def pending(user: User) -> SecondFactor:
    """The factor being set up, with a new secret if there is none; a confirmed one is returned as it is."""
    return SecondFactor.objects.get_or_create(user=user, defaults={"secret": pyotp.random_base32()})[0]


def address(factor: SecondFactor) -> str:
    """The `otpauth:` address an app reads from a QR code."""
    return pyotp.TOTP(factor.secret).provisioning_uri(name=factor.user.username, issuer_name=ISSUER)


def has_one(user: User) -> bool:
    """Whether the person has set a factor up."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()


@transaction.atomic
def confirm(user: User, code: str, *, now: datetime) -> list[str] | None:
    """Take the app's first code.

    Returns:
        Recovery codes, to be shown once; None when the code is wrong.
    """
    factor = SecondFactor.objects.filter(user=user, confirmed_at__isnull=True).first()
    if factor is None or not _fits(factor, code, now):
        return None
    SecondFactor.objects.filter(pk=factor.pk).update(confirmed_at=now)
    return new_codes(user)


@transaction.atomic
def new_codes(user: User) -> list[str]:
    """Fresh recovery codes; old ones no longer serve."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = [f"{secrets.token_hex(2)}-{secrets.token_hex(2)}-{secrets.token_hex(2)}" for _ in range(CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(code)) for code in codes)
    return codes


def verify(user: User, code: str, *, now: datetime) -> bool:
    """Whether a code is the app's of this half minute (or its neighbours) or an unused recovery code; each serves once."""
    factor = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()
    if factor is None:
        return False
    if _fits(factor, code, now):
        return True
    unused = RecoveryCode.objects.filter(user=user, digest=_digest(code), used_at__isnull=True)
    return bool(unused.update(used_at=now))


@transaction.atomic
def drop(user: User) -> None:
    """Forget the factor: an administrator's act for somebody who lost phone and codes."""
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()


def _fits(factor: SecondFactor, code: str, now: datetime) -> bool:
    totp, given = pyotp.TOTP(factor.secret), code.replace(" ", "")
    for drift in _DRIFT:
        step = int(now.timestamp()) // _STEP + drift
        if secrets.compare_digest(totp.at(step * _STEP).encode(), given.encode()):
            won = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step)
            return bool(won)
    return False


def _digest(code: str) -> str:
    return digest_bytes(code.strip().lower().encode())
