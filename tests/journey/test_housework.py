"""Housekeeping between documents: now and then while there is work, at once when there is none, then left to others."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db.models import F

from khoso.checking import Fault, check
from khoso.housekeeping import INDEXER, SEALER, Told, housekeep
from khoso.kernel.clock import system_clock
from khoso.kernel.doorbell import Queue
from khoso.wiring import tools
from khoso.worker import Worker
from search.adapters.memory import MemoryIndex
from search.ports import SHARED
from search.projecting import behind, feed
from search.rebuilding import rebuild
from warehouse import leasing, ledger
from warehouse.models import Document, State
from warehouse.moving import Intake, create

pytestmark = pytest.mark.django_db(transaction=True)


def held() -> bool:
    return any(leasing.held(name, now=system_clock()) for name in (SEALER, INDEXER))


class OnAServer(MemoryIndex):
    """An index all machines share."""

    def generation(self):
        return SHARED + super().generation()


def test_a_worker_that_was_told_of_no_search_server_leaves_the_index_to_others(store, person, caplog):
    """Its own file is not the Kho's index: feeding it would tell everybody that the paper can be found."""
    row = create("d" * 64, "a", (), intake=Intake(by=person, queue=Queue.TODAY), now=system_clock())[0]
    Document.objects.update(state=State.EXTRACTED)
    shared, own, told = OnAServer(), MemoryIndex(), Told()
    with_server, without = (SimpleNamespace(index=index, store=store, clock=system_clock) for index in (shared, own))
    housekeep(with_server, "sweeper", [INDEXER])
    leasing.unhold(INDEXER, "sweeper", now=system_clock())
    assert dict(shared.versions()) == {str(row.pk): row.version}
    Document.objects.update(version=F("version") + 1)
    for _ in range(3):
        housekeep(without, "worker", [INDEXER], told=told)
    assert list(own.versions()) == []
    assert behind() == 1
    assert [line.message.count("KHOSO_ELASTICSEARCH_URL") for line in caplog.records] == [1], "not at each round"
    assert not leasing.held(INDEXER, now=system_clock()), "whoever cannot do it lets others"
    housekeep(with_server, "sweeper", [INDEXER])
    assert dict(shared.versions()) == {str(row.pk): row.version + 1}
    report = check(store=store, index=own, clock=system_clock, repair=True)
    assert [(one.fault, one.what) for one in report.differences if one.what == "index"] == [(Fault.AWAY, "index")]
    assert behind() == 0
    rebuild(index=own, store=store)  # on demand it is the Kho's index from now on
    assert dict(own.versions()) == {str(row.pk): row.version + 1}
    assert feed(index=own, store=store) == 0


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


def test_housekeeping_goes_on_when_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("khoso.worker.HOUSEKEEPING", 0.0)
    moments = [system_clock()]
    with tools() as made:
        worker = Worker(replace(made, clock=lambda: moments[-1]))
        worker._housekeep(idle=False)
        moments.append(moments[0] - timedelta(hours=1))
        ledger.record("tested", at=moments[-1], actor="test", document=None)
        worker._housekeep(idle=False)
    assert ledger.unsealed() == 0
