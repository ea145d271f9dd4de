"""The store's locks are tried on a schedule, and a failure is told."""

from datetime import timedelta

import pytest

from khoso.kernel.errors import Corrupted, Unavailable
from warehouse.adapters.local import LocalStore
from warehouse.canary import AGAIN, EVERY, last_trial, try_locks
from warehouse.models import LedgerEvent

pytestmark = pytest.mark.django_db


class Trying(LocalStore):
    """A store that counts challenges and fails as told."""

    error = None
    tried = 0

    def challenge(self, now):
        self.tried += 1
        if self.error is not None:
            raise self.error


@pytest.fixture
def store(tmp_path):
    return Trying(tmp_path / "store")


def told():
    return list(LedgerEvent.objects.order_by("id").values_list("kind", flat=True))


def test_never_tried_is_no_verdict():
    assert last_trial().held is None


def test_it_is_tried_at_once_and_then_at_its_times(store, now):
    assert try_locks(store=store, now=now) == 1
    assert try_locks(store=store, now=now + EVERY - timedelta(seconds=1)) == 0
    assert try_locks(store=store, now=now + EVERY) == 1
    assert store.tried == 2
    assert (last_trial().held, last_trial().proven_at) == (True, now + EVERY)
    assert told() == ["locks_hold"]


def test_locks_that_fail_are_an_alarm_told_once_in_the_ledger_and_tried_again_soon(store, now, caplog):
    try_locks(store=store, now=now)
    store.error = Corrupted("the canary went")
    for n in range(3):
        with pytest.raises(Corrupted):
            try_locks(store=store, now=now + EVERY + n * AGAIN)
    trial = last_trial()
    assert (trial.held, trial.proven_at, trial.detail) == (False, now, "the canary went")
    assert told() == ["locks_hold", "locks_failed"]
    assert [record.levelname for record in caplog.records] == ["CRITICAL"] * 3
    store.error = None
    assert try_locks(store=store, now=now + EVERY + 3 * AGAIN) == 1
    assert last_trial().held
    assert told() == ["locks_hold", "locks_failed", "locks_hold"]


def test_a_store_that_is_away_is_no_verdict_and_is_not_asked_all_the_time(store, now):
    try_locks(store=store, now=now)
    store.error = Unavailable("away")
    with pytest.raises(Unavailable):
        try_locks(store=store, now=now + EVERY)
    assert try_locks(store=store, now=now + EVERY + AGAIN / 2) == 0
    assert (last_trial().held, last_trial().detail, last_trial().proven_at) == (True, "away", now)
    store.error = None
    assert try_locks(store=store, now=now + EVERY + AGAIN) == 1
    assert last_trial().detail == ""
