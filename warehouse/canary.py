"""The canary: something locked in the store, which somebody tries to delete now and then. If it ever goes, alarm.

A store that stops keeping its locks (a setting changed, a server exchanged) looks the same every day until something is
missing. So the proof is repeated on a schedule and its outcome kept: `khoso doctor` shows it, the ledger remembers it.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from khoso.kernel.errors import Corrupted, Unavailable
from warehouse import ledger
from warehouse.models import LockTrial
from warehouse.moving import SYSTEM
from warehouse.ports import ObjectStore

log = logging.getLogger(__name__)

EVERY = timedelta(hours=6)
AGAIN = timedelta(minutes=10)
"""How soon the next trial comes after one that failed, or could not be made."""


@dataclass(frozen=True, slots=True)
class Trial:
    """The state of the proof.

    Attributes:
        held: whether the locks held when they were last tried; None: never tried yet.
        proven_at: when they last held.
        detail: what went wrong at the last trial, empty when nothing did.
    """

    held: bool | None
    tried_at: datetime | None
    proven_at: datetime | None
    detail: str = ""


def last_trial() -> Trial:
    """How the last trial went."""
    row = LockTrial.objects.first()
    return Trial(row.held, row.tried_at, row.proven_at, row.detail) if row else Trial(None, None, None)


def forget() -> None:
    """What was proven of another store says nothing of this one: it is tried anew at the next round."""
    LockTrial.objects.all().delete()


def try_locks(*, store: ObjectStore, now: datetime) -> int:
    """Try the store's locks if it is time.

    Only whoever holds the «canary» lease calls it.

    Returns:
        How many trials were made.

    Raises:
        Corrupted: the locks did not hold.
        Unavailable: the store is away; tried again in `AGAIN`.
    """
    row = LockTrial.objects.first()
    if row is not None and now < row.tried_at + (EVERY if row.held and not row.detail else AGAIN):
        return 0
    before = row.held if row is not None else None
    try:
        store.challenge(now)
    except Unavailable as error:
        _keep(now, before, held=before, detail=str(error))
        raise
    except Corrupted as error:
        log.critical("the store's locks do not hold: %s", error)
        _keep(now, before, held=False, detail=str(error))
        raise
    _keep(now, before, held=True, detail="")
    return 1


@transaction.atomic
def _keep(now: datetime, before: bool | None, *, held: bool | None, detail: str) -> None:  # noqa: FBT001 - a state
    changes = {"held": held, "tried_at": now, "detail": detail[:300]}
    if held and not detail:
        changes["proven_at"] = now
    LockTrial.objects.update_or_create(pk=1, defaults=changes)
    if held is not before and held is not None:
        ledger.record("locks_hold" if held else "locks_failed", at=now, actor=SYSTEM, document=None)
