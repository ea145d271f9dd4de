"""Housekeeping between documents: now and then while there is work, at once when there is none, then left to others."""

import pytest

from khoso.housekeeping import INDEXER, SEALER
from khoso.kernel.clock import system_clock
from khoso.wiring import tools
from khoso.worker import Worker
from warehouse import leasing, ledger

pytestmark = pytest.mark.django_db(transaction=True)


def held() -> bool:
    return any(leasing.held(name, now=system_clock()) for name in (SEALER, INDEXER))


def test_the_last_document_of_several_workers_waits_for_no_hold() -> None:
    with tools() as made:
        worker = Worker(made)
        worker._housekeep(idle=False)
        assert held(), "a busy worker keeps the jobs it has"
        ledger.record("tested", at=system_clock(), actor="test", document=None)
        worker._housekeep(idle=False)
        assert ledger.unsealed() > 0, "not after every document"
        worker._housekeep(idle=True)
        assert ledger.unsealed() == 0
        assert not held()
        leasing.hold(SEALER, "another", now=system_clock(), seconds=10)
        worker._housekeep(idle=True)
        assert held(), "nothing happened since: no round, and what others hold stays theirs"
