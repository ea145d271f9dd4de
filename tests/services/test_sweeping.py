"""The sweeper on a bad day: what needs the database alone does not wait for a store or an index that is frozen."""

import threading
import time
import uuid
from types import SimpleNamespace

import pytest

from khoso.housekeeping import HOUSEKEEPING, sweep
from khoso.kernel.clock import system_clock
from khoso.kernel.doorbell import InProcessBell
from search.adapters.memory import MemoryIndex
from warehouse import ledger

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_postgres")]


class Frozen(MemoryIndex):
    """Never answers until told."""

    def __init__(self):
        super().__init__()
        self.asked, self.thawed = threading.Event(), threading.Event()

    def generation(self):
        self.asked.set()
        assert self.thawed.wait(60)
        return super().generation()


def test_the_ledger_is_sealed_while_the_index_is_frozen(store):
    from django.db import connection

    index, stop = Frozen(), threading.Event()
    tools = SimpleNamespace(store=store, index=index, clock=system_clock, doorbell=InProcessBell())

    def run():
        sweep(tools, "sweeper", stop)
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert index.asked.wait(30)
        for _ in range(2):
            ledger.record("read", at=system_clock(), actor="system", document=uuid.uuid4())
            deadline = time.monotonic() + 10 * HOUSEKEEPING
            while ledger.unsealed():
                assert time.monotonic() < deadline
                time.sleep(0.05)
        assert not index.thawed.is_set()
    finally:
        stop.set()
        index.thawed.set()
        thread.join(30)
    assert not thread.is_alive()
    for one in threading.enumerate():
        if one.name == "slow housework":
            one.join(30)
