"""Between steps: seal the ledger, feed the index, let go of temporary bytes, try the store's locks. Each by one process at a time, none a gate."""

import logging
import threading
import time
from collections.abc import Callable, Collection

from django.db import InterfaceError, OperationalError, connection

from indicators.counting import follow
from khoso.kernel.clock import Clock
from khoso.kernel.errors import Corrupted, Unavailable
from khoso.pipeline import QUEUES, Tools
from search.projecting import feed
from warehouse import leasing, ledger, reading
from warehouse.canary import try_locks
from warehouse.filing import tidy
from warehouse.validity import end_by_calendar

log = logging.getLogger(__name__)

HOUSEKEEPING = 2.0  # seconds between rounds; the ledger's unsealed tail stays shorter than 5 s
HOLD = 10.0
SEALER, INDEXER, TIDIER, CANARY, CALENDAR, COUNTER = "sealer", "indexer", "tidier", "canary", "calendar", "counter"
WITNESS = "witness"
QUICK = (CALENDAR, SEALER)  # what the calendar tells is sealed in the same round
"""What needs the database alone, and little of it."""
SLOW = (INDEXER, TIDIER, CANARY, COUNTER, WITNESS)
"""What needs the store or the index, or counts long."""
HOUSEWORK = (*QUICK, *SLOW)
SAME = 60.0  # seconds before the same is said again of a job that has to wait
AT_MOST = 20  # batches of one round, so that a long backlog does not keep a worker from documents


class Told:
    """What a process said last of each job: of a server that is away for hours it says so once in a while, not at each round."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[str, float]] = {}

    def news(self, name: str, text: str) -> bool:
        """Whether this was not said of the job within `SAME` seconds."""
        said, moment = self._last.get(name, ("", float("-inf")))
        if said == text and time.monotonic() < moment + SAME:
            return False
        self._last[name] = text, time.monotonic()
        return True


def housekeep(tools: Tools, owner: str, work: Collection[str] = HOUSEWORK, *, told: Told | None = None) -> None:
    """One round of everything, or of some; what is away now is taken up again next time, perhaps by a process it is not away for.

    Args:
        told: what this process said in earlier rounds.
    """
    told = told or Told()
    jobs: dict[str, Callable[[], object]] = {
        SEALER: lambda: seal_tail(owner, clock=tools.clock),
        CALENDAR: lambda: end_by_calendar(now=tools.clock()),
        INDEXER: lambda: feed(index=tools.index, store=tools.store),
        TIDIER: lambda: 0 if leasing.held(leasing.BACKUP, now=tools.clock()) else tidy(store=tools.store),
        COUNTER: follow,
        WITNESS: lambda: reading.keep_verified(now=tools.clock()),
        CANARY: lambda: try_locks(store=tools.store, now=tools.clock()),
    }
    for name in work:
        try:
            if name == SEALER or leasing.hold(name, owner, now=tools.clock(), seconds=HOLD):
                jobs[name]()
        except (Unavailable, Corrupted) as error:
            if told.news(name, str(error)):
                log.warning("%s has to wait: %s", name, error)
            if name != SEALER:
                leasing.unhold(name, owner, now=tools.clock())
        except (OperationalError, InterfaceError) as error:
            log.warning("%s has to wait: %s", name, error)
            connection.close()


def sweep(tools: Tools, owner: str, stop: threading.Event) -> None:
    """Rounds until told to stop. What needs the database alone never waits for a store or an index that is frozen.

    So the ledger's tail stays short on a bad day, too.
    """

    def serve() -> None:
        told = Told()
        try:
            while not stop.wait(HOUSEKEEPING):
                housekeep(tools, owner, SLOW, told=told)
        finally:
            stop.set()  # a bug in it ends the process, whose keeper starts a fresh one

    threading.Thread(target=serve, name="slow housework", daemon=True).start()
    while True:
        housekeep(tools, owner, QUICK)
        ring_for_what_is_due(tools)
        if stop.wait(HOUSEKEEPING):
            return let_go(tools, owner)


def seal_tail(owner: str, *, clock: Clock) -> None:
    """Seal what is committed, batch by batch, while this owner is the sealer."""
    for _ in range(AT_MOST):
        if not leasing.hold(SEALER, owner, now=clock(), seconds=HOLD) or ledger.seal(clock()) < ledger.BATCH:
            return


def ring_for_what_is_due(tools: Tools) -> None:
    """Ring for each queue that has something due: what was rung for in vain, or stood still, or has waited its patience."""
    try:
        for queue in QUEUES:
            if leasing.due_in(queue, now=tools.clock()):
                tools.doorbell.ring(queue)
    except (OperationalError, InterfaceError) as error:
        log.warning("the catalogue is away, nobody is rung for: %s", error)
        connection.close()


def let_go(tools: Tools, owner: str) -> None:
    """Seal what the last round itself told, and give back the housekeeping jobs, so that the next process need not wait
    until a hold runs out.
    """
    try:
        seal_tail(owner, clock=tools.clock)
        for name in HOUSEWORK:
            leasing.unhold(name, owner, now=tools.clock())
    except (OperationalError, InterfaceError) as error:
        log.warning("housekeeping jobs could not be given back: %s", error)
