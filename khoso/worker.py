"""The worker: lease the next due document, take it one step or more, give it back. And the housekeeping between steps.

State is in the database, so a worker may die between any two lines: its lease ends in seconds and another goes on. Every
result is written by compare-and-set together with the lease, so two workers never both win.
"""

import logging
import os
import shutil
import socket
import threading
import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID, uuid4

from django.db import OperationalError, close_old_connections, connection

from khoso.kernel.errors import Corrupted, Refused, Unavailable
from khoso.kernel.reasons import Reason, ReasonCode
from khoso.pipeline import ATTEMPTS, QUEUES, WORKED, Job, Step, Tools, step_for
from search.projecting import feed
from warehouse import leasing, ledger
from warehouse.canary import try_locks
from warehouse.filing import tidy
from warehouse.models import Document
from warehouse.moving import SYSTEM, NewRendition, keep, move, park, patience

log = logging.getLogger(__name__)

HOUSEKEEPING = 2.0  # seconds between rounds; the ledger's unsealed tail stays shorter than 5 s
HOLD = 10.0
HOUSEWORK = ("sealer", "indexer", "tidier", "canary")  # jobs one process does at a time


def worker_name() -> str:
    """A name no other worker has: host, process and a random part."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"


class Heartbeat(AbstractContextManager["Heartbeat"]):
    """Renews a lease from a thread of its own while a step works; `lost` is set when the lease is gone."""

    def __init__(self, worker: str, document: UUID, tools: Tools) -> None:
        self._worker, self._document, self._tools = worker, document, tools
        self._stop = threading.Event()
        self.lost = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._stop.wait(leasing.HEARTBEAT.total_seconds()):
                try:
                    if not leasing.renew(self._worker, self._document, now=self._tools.clock()):
                        self.lost.set()
                        return
                except OperationalError:
                    log.warning("heartbeat of %s could not be written; trying again", self._document)
        finally:
            connection.close()


class Worker:
    """Takes documents on until told to stop.

    Args:
        only: work on these documents alone.
        boundary: called before and after each step with its name; tests kill the process there.
    """

    def __init__(
        self,
        tools: Tools,
        *,
        name: str | None = None,
        only: Sequence[UUID] | None = None,
        boundary: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.tools = tools
        self.name = name or worker_name()
        self._only = only
        self._boundary = boundary
        self._tidied = float("-inf")
        self.stopping = threading.Event()
        self.in_step = False

    def run(self, *, until_idle: bool = False, idle: float = 0.25) -> None:
        """Work until `stopping` is set, or, `until_idle`, until nothing is due."""
        try:
            while not self.stopping.is_set():
                worked = self.once()
                self._housekeep()
                if not worked:
                    if until_idle:
                        break
                    close_old_connections()
                    self.stopping.wait(idle)
        finally:
            shutil.rmtree(self._folder_of_worker(), ignore_errors=True)
            self.tools.helper.close()
            let_go(self.tools, self.name)

    def once(self) -> bool:
        """Take one due document as far as it goes now; False when nothing is due."""
        document = leasing.lease(self.name, states=WORKED, queues=QUEUES, now=self.tools.clock(), only=self._only)
        if document is None:
            return False
        try:
            self._take_on(document)
        except BaseException:
            leasing.release(self.name, document.pk)
            raise
        return True

    def _take_on(self, document: Document) -> None:
        folder = self._folder_of_worker() / document.pk.hex
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with Heartbeat(self.name, document.pk, self.tools) as heart:
                while (step := step_for(document)) is not None and not self.stopping.is_set():
                    self._boundary(f"before {step.name}")
                    moved = self._do(step, document, folder)
                    self._boundary(f"after {step.name}")
                    if not moved or heart.lost.is_set() or self._make_way(document):
                        break
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            leasing.release(self.name, document.pk)

    def _make_way(self, document: Document) -> bool:
        if self._only is not None:
            return False
        return leasing.others_wait(document, states=WORKED, queues=QUEUES, now=self.tools.clock())

    def _do(self, step: Step, document: Document, folder: Path) -> bool:
        """One step; True when the document moved on and is still ours."""

        def kept(rendition: NewRendition) -> bool:
            self._boundary("page")
            return keep(document, rendition, worker=self.name, now=self.tools.clock())

        job = Job(document, folder, kept, lambda: self._make_way(document))
        try:
            self.in_step = True
            outcome = step.verb(job, self.tools)
        except Refused as error:
            self._stop_document(document, error.reason, refuse=step.refuses)
            return False
        except Corrupted as error:
            log.critical("stored bytes are wrong: %s", error)
            self._stop_document(document, Reason(ReasonCode.STORE_CORRUPTED, {"digest": str(error)}))
            return False
        except (Unavailable, OperationalError) as error:
            log.warning("step %s of %s has to wait: %s", step.name, document.pk, error)
            self._postpone(step, document, str(error))
            return False
        except Exception as error:
            # The boundary of the worker: a bug in one step must not take the other documents down with it.
            log.exception("step %s of %s failed", step.name, document.pk)
            detail = traceback.format_exception_only(error)[-1].strip()[:200]
            self._stop_document(document, Reason(ReasonCode.BUG, {"step": step.name, "detail": detail}))
            return False
        finally:
            self.in_step = False
        if outcome is None:
            return False
        return move(document, outcome, worker=self.name, actor=SYSTEM, event=step.name, now=self.tools.clock())

    def _stop_document(self, document: Document, reason: Reason, *, refuse: bool = False) -> None:
        park(document, reason.to_json(), worker=self.name, actor=SYSTEM, now=self.tools.clock(), refuse=refuse)

    def _postpone(self, step: Step, document: Document, detail: str) -> None:
        if document.attempts + 1 >= ATTEMPTS:
            params: dict[str, str | int | float] = {"step": step.name, "attempts": ATTEMPTS, "detail": detail[:300]}
            self._stop_document(document, Reason(ReasonCode.GAVE_UP, params))
            return
        leasing.postpone(self.name, document.pk, until=self.tools.clock() + patience(document.attempts))

    def _folder_of_worker(self) -> Path:
        return self.tools.work / self.name.replace(":", "-")

    def _housekeep(self) -> None:
        moment = self.tools.clock()
        if moment.timestamp() - self._tidied >= HOUSEKEEPING:
            self._tidied = moment.timestamp()
            housekeep(self.tools, self.name)


def housekeep(tools: Tools, owner: str) -> None:
    """Seal the ledger, feed the index, let go of temporary bytes, try the store's locks: each by one process at a time, none a gate to anything."""
    jobs: dict[str, Callable[[], int]] = {
        "sealer": lambda: ledger.seal(tools.clock()),
        "indexer": lambda: feed(index=tools.index, store=tools.store),
        "tidier": lambda: 0 if leasing.held(leasing.BACKUP, now=tools.clock()) else tidy(store=tools.store),
        "canary": lambda: try_locks(store=tools.store, now=tools.clock()),
    }
    for name in HOUSEWORK:
        job = jobs[name]
        try:
            if leasing.hold(name, owner, now=tools.clock(), seconds=HOLD):
                job()
        except (Unavailable, Corrupted, OperationalError) as error:
            log.warning("%s: %s", name, error)


def let_go(tools: Tools, owner: str) -> None:
    """Give back the housekeeping jobs, so that the next process need not wait until a hold runs out."""
    try:
        for name in HOUSEWORK:
            leasing.unhold(name, owner, now=tools.clock())
    except OperationalError as error:
        log.warning("housekeeping jobs could not be given back: %s", error)
