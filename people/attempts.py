"""Failed tries to sign in: too many from one account or one address, and the door stays shut for a while."""

from datetime import datetime, timedelta

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people.models import SignInAttempt

WINDOW = timedelta(minutes=15)
PER_ACCOUNT, PER_ADDRESS = 5, 50


def begin(account: str, address: str, *, now: datetime) -> SignInAttempt:
    """Call before looking at the password. The try is written down first and counted afterwards, so that tries of the
    same moment count one another on every database: of many at once no more get through than of one after the other.

    Returns:
        The try; it counts as failed until `withdraw` or `succeeded` is told otherwise.

    Raises:
        Refused: too many failures; says how many minutes to wait. This try is not counted then.
    """
    SignInAttempt.objects.filter(at__lt=now - 4 * WINDOW).delete()
    mine = SignInAttempt.objects.create(at=now, account=_name(account), address=address[:45])
    recent = SignInAttempt.objects.filter(at__gt=now - WINDOW).exclude(pk=mine.pk)
    for rows, most in (
        (recent.filter(account=mine.account), PER_ACCOUNT),
        (recent.filter(address=mine.address), PER_ADDRESS),
    ):
        tries = list(rows.order_by("-at").values_list("at", flat=True)[:most])
        if len(tries) == most:
            withdraw(mine)
            left = tries[-1] + WINDOW - now
            raise Refused(ReasonCode.TOO_MANY_TRIES, minutes=int(left.total_seconds() // 60) + 1)
    return mine


def withdraw(mine: SignInAttempt) -> None:
    """This try was no failure; earlier ones still count."""
    SignInAttempt.objects.filter(pk=mine.pk).delete()


def succeeded(mine: SignInAttempt) -> None:
    """The person came in: this try and their failures before it no longer count."""
    SignInAttempt.objects.filter(account=mine.account, pk__lte=mine.pk).delete()


def _name(account: str) -> str:
    return account.strip().casefold()[:150]
