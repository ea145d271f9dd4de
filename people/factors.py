"""The second factor: an authenticator app (TOTP, RFC 6238) and recovery codes."""

import re
import secrets
import unicodedata
from datetime import datetime

import pyotp
from django.db import transaction

from khoso.kernel.digest import digest_bytes
from khoso.kernel.errors import Corrupted
from people.history import LOCAL, note
from people.models import Deed, RecoveryCode, SecondFactor, User
from people.ports import Safe

ISSUER = "Khoso"
CODES = 10
FEW = 3
"""Recovery codes left at which a person is told to make new ones."""
_STEP = 30
_DRIFT = (0, -1, 1)
_PART = 4  # letters between two dashes of a recovery code
_MISREAD = str.maketrans("oli", "011")
_OPEN = re.compile("[A-Z2-7]{32}")
"""A secret as it was kept before secrets were locked."""


def pending(user: User, *, safe: Safe) -> str:
    """The secret of the factor being set up, made if there is none yet. Never call it for somebody who has one.

    Raises:
        Corrupted: the secret cannot be unlocked.
    """
    made = {"secret": safe.lock(pyotp.random_base32())}
    return safe.unlock(SecondFactor.objects.get_or_create(user=user, defaults=made)[0].secret)


def address(user: User, secret: str) -> str:
    """The `otpauth:` address an app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=ISSUER)


def has_one(user: User) -> bool:
    """Whether the person has set a factor up."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()


@transaction.atomic
def confirm(user: User, code: str, *, now: datetime, safe: Safe) -> list[str] | None:
    """Take the app's first code.

    Returns:
        Recovery codes, to be shown once; None when the code is wrong.

    Raises:
        Corrupted: the secret cannot be unlocked.
    """
    factor = SecondFactor.objects.filter(user=user, confirmed_at__isnull=True).first()
    if factor is None or not _fits(factor, code, now, safe):
        return None
    SecondFactor.objects.filter(pk=factor.pk).update(confirmed_at=now)
    note(Deed.FACTOR_SET, by=user.username, user=user)
    return new_codes(user)


@transaction.atomic
def new_codes(user: User) -> list[str]:
    """Fresh recovery codes, to be shown once; old ones no longer serve."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = [f"{secrets.token_hex(2)}-{secrets.token_hex(2)}-{secrets.token_hex(2)}" for _ in range(CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(code)) for code in codes)
    return codes


def verify(user: User, code: str, *, now: datetime, safe: Safe) -> bool:
    """Whether a code is the app's of this half minute (or its neighbours) or an unused recovery code; each serves once.

    Raises:
        Corrupted: it is no recovery code, and the app's secret cannot be unlocked.
    """
    factor = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()
    if factor is None:
        return False
    unused = RecoveryCode.objects.filter(user=user, digest=_digest(code), used_at__isnull=True)
    return bool(unused.update(used_at=now)) or _fits(factor, code, now, safe)


def relock(*, safe: Safe) -> tuple[int, int]:
    """Lock every secret with today's key: those of an older key, and those from before secrets were locked.

    Returns:
        How many were locked anew, and how many no key opens: their owners need their factor dropped.
    """
    anew = lost = 0
    for factor in SecondFactor.objects.iterator():
        if safe.is_newest(factor.secret):
            continue
        try:
            secret = factor.secret if _OPEN.fullmatch(factor.secret) else safe.unlock(factor.secret)
        except Corrupted:
            lost += 1
            continue
        anew += SecondFactor.objects.filter(pk=factor.pk, secret=factor.secret).update(secret=safe.lock(secret))
    return anew, lost


def locked(*, safe: Safe) -> tuple[int, int]:
    """How many factors there are, and how many of them no key opens."""
    count = lost = 0
    for secret in SecondFactor.objects.values_list("secret", flat=True).iterator():
        count += 1
        try:
            safe.unlock(secret)
        except Corrupted:
            lost += 1
    return count, lost


@transaction.atomic
def renew_codes(user: User) -> list[str]:
    """Fresh recovery codes for somebody who has just shown a code of theirs; written down."""
    note(Deed.CODES_RENEWED, by=user.username, user=user)
    return new_codes(user)


@transaction.atomic
def drop(user: User, *, by: str = LOCAL) -> None:
    """Forget the factor: an administrator's act for somebody who lost phone and codes."""
    note(Deed.FACTOR_DROPPED, by=by, user=user)
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()


def codes_left(user: User) -> int:
    """How many recovery codes have not served yet."""
    return RecoveryCode.objects.filter(user=user, used_at__isnull=True).count()


def _fits(factor: SecondFactor, code: str, now: datetime, safe: Safe) -> bool:
    totp, given = pyotp.TOTP(safe.unlock(factor.secret)), _bare(code)
    for drift in _DRIFT:
        step = int(now.timestamp()) // _STEP + drift
        if secrets.compare_digest(totp.at(step * _STEP).encode(), given.encode()):
            won = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step)
            return bool(won)
    return False


def _bare(code: str) -> str:
    """What was typed without what people put between: spaces of any kind, dashes of any kind, full stops; in lower case."""
    return "".join(one for one in unicodedata.normalize("NFKC", code).lower() if one.isalnum())


def _digest(code: str) -> str:
    """The digest of a recovery code however it was typed. A code has figures and a to f only: o is nought, l and i are one."""
    bare = _bare(code).translate(_MISREAD)
    return digest_bytes("-".join(bare[at : at + _PART] for at in range(0, len(bare), _PART)).encode())
