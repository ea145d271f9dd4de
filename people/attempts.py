"""Failed tries to sign in: too many from one account or one address, and the door stays shut for a while."""

from datetime import datetime, timedelta

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people.models import SignInAttempt

WINDOW = timedelta(minutes=15)
PER_ACCOUNT, PER_ADDRESS = 5, 50


def check(account: str, address: str, *, now: datetime) -> None:
    """Call before looking at the password.

    Raises:
        Refused: too many failures; says how many minutes to wait.
    """
    recent = SignInAttempt.objects.filter(at__gt=now - WINDOW)
    for rows, most in (
        (recent.filter(account=_name(account)), PER_ACCOUNT),
        (recent.filter(address=address), PER_ADDRESS),
    ):
        tries = list(rows.order_by("-at").values_list("at", flat=True)[:most])
        if len(tries) == most:
            left = tries[-1] + WINDOW - now
            raise Refused(ReasonCode.TOO_MANY_TRIES, minutes=int(left.total_seconds() // 60) + 1)


def failed(account: str, address: str, *, now: datetime) -> None:
    """Write a failure down; those long past are forgotten."""
    SignInAttempt.objects.filter(at__lt=now - 4 * WINDOW).delete()
    SignInAttempt.objects.create(at=now, account=_name(account), address=address[:45])


def succeeded(account: str) -> None:
    """The person came in: their failures no longer count."""
    SignInAttempt.objects.filter(account=_name(account)).delete()


def _name(account: str) -> str:
    return account.strip().casefold()[:150]
