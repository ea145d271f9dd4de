"""The worker: lease the next due document, take it one step or more, give it back. And the housekeeping between steps.

State is in the database, so a worker may die between any two lines: its lease ends in seconds and another goes on. Every
result is written by compare-and-set together with the lease, so two workers never both win. A database that is away is
waited for.
"""

import contextlib
import logging
import os
import shutil
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import psutil
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from structlog.contextvars import bound_contextvars

from khoso.heartbeat import Heartbeat, end_process
from khoso.housekeeping import HOUSEKEEPING, Told, housekeep, let_go
from khoso.kernel.doorbell import InProcessBell, Listener, Queue
from khoso.kernel.errors import Corrupted, Refused, Unavailable
from khoso.kernel.reasons import Reason, ReasonCode
from khoso.pipeline import ATTEMPTS, QUEUES, WORKED, Job, Step, Tools, step_for
from khoso.postgres import forget_dead
from khoso.relief import JOIN, Lane, Relief
from warehouse import leasing, timing
from warehouse.models import Document
from warehouse.moving import SYSTEM, NewRendition, Outcome, keep, move, park, patience
from warehouse.timing import Ended, Times

log = logging.getLogger(__name__)

SLICE = 5.0  # seconds a document is taken on step by step before another desk's comes first
LOADED = ("pages.inside.looking", "compose.assembling")
"""What a helper process loads for every paper, apart from its reader."""
LOST_WORKERS = 20  # workers in a row that vanished with a document in hand
IDLE = 5.0  # seconds a worker with nothing to do would wait for a ring; its listener may look sooner
SOON = 0.5  # seconds a second lane has to end when the worker is told to stop
SAID = 10.0  # seconds between two times a worker says that it is there
AWAY_MOST = 5.0  # seconds between looks at a database that is away
AWAY = (OperationalError, InterfaceError)


def worker_name() -> str:
    """A name no other worker has: host, process and a random part."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"


class Worker:
    """Takes documents on until told to stop.

    Args:
        queues: what it works on, urgent first.
        only: work on these documents alone.
        turn: seconds a document is taken on step by step before another desk's comes first.
        memory: bytes of resident memory above which `run` ends, so that a fresh process takes over; None is no limit.
        boundary: called before and after each step with its name; tests kill the process there.
        listener: what wakes it when it has nothing to do.
        stuck: what ends a step that shows no progress within its patience.
        spare: further tools, for a second lane beside a long step (`khoso.relief`); None has no such lane.
        needless: tells a second lane that the step it stands in for is over.
    """

    def __init__(
        self,
        tools: Tools,
        *,
        name: str | None = None,
        queues: Sequence[Queue] = QUEUES,
        only: Sequence[UUID] | None = None,
        turn: float = SLICE,
        memory: int | None = None,
        listener: Listener | None = None,
        boundary: Callable[[str], None] = lambda _: None,
        stuck: Callable[[], None] = end_process,
        spare: Callable[[], AbstractContextManager[Tools]] | None = None,
        needless: Callable[[], bool] = lambda: False,
    ) -> None:
        self.tools = tools
        self.name = name or worker_name()
        self._queues = queues
        self._only = only
        self._turn = turn
        self._memory = memory
        self._listener = listener or InProcessBell()
        self._boundary = boundary
        self._stuck = stuck
        self._needless = needless
        self._times = Times()
        self._relief = (
            None if spare is None else Relief(partial(self._second_lane, spare), self._others_wait, self._times.note)
        )
        self._told = Told()
        self._tidied = self._said = float("-inf")
        self._fresh = False  # something was done since the last round
        self._started = 0.0  # of the step at hand
        self._unfinished_ms = 0  # worked on a step that did not move its document
        self._left: UUID | None = None  # a document that made way, whose folder is kept for its next turn
        self.stopping = threading.Event()
        self.in_step = False

    def run(self, *, until_idle: bool = False, at_most: float = float("inf")) -> None:
        """Work until `stopping` is set, the process has grown too large, or, `until_idle`, until nothing is due.

        Args:
            at_most: seconds after which no further document is taken on.
        """
        away, end = 0, time.monotonic() + at_most
        try:
            while not self.stopping.is_set() and time.monotonic() < end:
                try:
                    worked = self.once()
                    self._housekeep(idle=not worked)
                    away = 0
                except AWAY as error:
                    away += 1
                    self._wait_for_database(error, away)
                    continue
                if not worked:
                    if until_idle:
                        break
                    close_old_connections()
                    self._listener.wait(IDLE)
                elif not until_idle and self._grown():
                    break
        finally:
            self.close()

    def close(self) -> None:
        """Let go of everything."""
        if self._relief is not None and not self._relief.close(within=SOON if self.stopping.is_set() else JOIN):
            with contextlib.suppress(*AWAY):  # its thread ends with this process; whatever it still does is nobody's
                leasing.give_back(f"{self.name}{leasing.SECOND_LANE}")
        self._listener.close()
        shutil.rmtree(self._folder_of_worker(), ignore_errors=True)
        self.tools.helper.close()
        with contextlib.suppress(*AWAY):
            timing.add(self._times)
            leasing.say_gone(self.name)
        let_go(self.tools, self.name)

    def _wait_for_database(self, error: Exception, times: int) -> None:
        log.warning("the database is away, waiting: %s", error)
        forget_dead(connection)
        self.stopping.wait(min(AWAY_MOST, 0.25 * 2 ** min(times, 10)))

    def _grown(self) -> bool:
        if self._memory is None or psutil.Process().memory_info().rss <= self._memory:
            return False
        log.info("the worker has grown; a fresh one takes over")
        return True

    def get_ready(self) -> None:
        """Start the helper process and load in it what a first paper would wait for."""
        self.tools.helper.get_ready(*LOADED)
        self.tools.engine.name  # noqa: B018 - asking it loads the reader

    def once(self) -> bool:
        """Take one due document as far as it goes now; False when nothing is due."""
        document = leasing.lease(self.name, states=WORKED, queues=self._queues, now=self.tools.clock(), only=self._only)
        if document is None:
            return False
        try:
            with bound_contextvars(document=str(document.pk)):
                self._take_on(document)
        except BaseException:
            with contextlib.suppress(*AWAY):
                leasing.release(self.name, document.pk)
            raise
        return True

    def _take_on(self, document: Document) -> None:
        folder = self._folder_of_worker() / document.pk.hex
        folder.mkdir(parents=True, exist_ok=True)
        until = time.monotonic() + self._turn
        gave_way = False
        self._unfinished_ms = 0
        try:
            with Heartbeat(self.name, document.pk, self.tools.clock, stuck=self._stuck) as heart:
                while (step := step_for(document)) is not None and not self.stopping.is_set():
                    heart.expect(step.name, within=step.patience.total_seconds())
                    self._boundary(f"before {step.name}")
                    moved = self._do(step, document, folder, heart)
                    self._boundary(f"after {step.name}")
                    if not moved or heart.lost.is_set() or self._give_turn(document, until):
                        gave_way = document.state == step.before
                        break
            leasing.release(self.name, document.pk, worked_ms=self._unfinished_ms)
        finally:
            self._clear(document.pk, folder, gave_way=gave_way)

    def _clear(self, document: UUID, folder: Path, *, gave_way: bool) -> None:
        """Keep the bytes of the one document that made way last: a long box is not fetched anew for each page."""
        if gave_way:
            if self._left not in {None, document}:
                shutil.rmtree(self._folder_of_worker() / str(self._left.hex), ignore_errors=True)
            self._left = document
            return
        shutil.rmtree(folder, ignore_errors=True)
        if self._left == document:
            self._left = None

    def _make_way(self, document: Document) -> bool:
        """Between pages: whether to stop here for others."""
        if self.stopping.is_set() or self._needless():
            return True
        return self._only is None and self._others_wait(document)

    def _others_wait(self, document: Document) -> bool:
        return leasing.others_wait(document, states=WORKED, queues=self._queues, now=self.tools.clock())

    @contextlib.contextmanager
    def _second_lane(
        self, spare: Callable[[], AbstractContextManager[Tools]], needless: Callable[[], bool]
    ) -> Iterator[Lane]:
        with spare() as made:
            worker = Worker(
                made,
                name=f"{self.name}{leasing.SECOND_LANE}",
                queues=self._queues,
                turn=self._turn,
                stuck=self._stuck,
                needless=needless,
            )
            try:
                yield worker
            finally:
                worker.close()

    def _relieved(self, step: Step, document: Document) -> AbstractContextManager[None]:
        if self._relief is None or self._only is not None or step.makes_way:
            return contextlib.nullcontext()
        return self._relief.beside(document)

    def _give_turn(self, document: Document, until: float) -> bool:
        """Between steps: short documents go through at one go, long ones let other desks pass."""
        if self._only is not None:
            return False
        asks = leasing.others_wait if time.monotonic() > until else leasing.urgent_wait
        return asks(document, states=WORKED, queues=self._queues, now=self.tools.clock())

    def _do(self, step: Step, document: Document, folder: Path, heart: Heartbeat) -> bool:
        """One step; True when the document moved on and is still ours. Raises only what means the database is away."""

        def kept(rendition: NewRendition) -> bool:
            self._boundary("page")
            heart.expect(step.name, within=step.patience.total_seconds())
            return keep(document, rendition, worker=self.name, now=self.tools.clock())

        if document.lost_workers >= LOST_WORKERS:
            self._give_up(step, document, document.lost_workers, "tiến trình xử lý dừng đột ngột khi làm việc này")
            return False
        job = Job(document, folder, kept, lambda: self._make_way(document))
        self._started = started = time.monotonic()
        ended = Ended.BUG
        try:
            self.in_step = True
            with self._relieved(step, document):
                outcome = step.verb(job, self.tools)
            moved = outcome is not None and self._move(step, document, outcome)
            ended = Ended.DONE if moved else Ended.MADE_WAY
        except AWAY:
            ended = Ended.UNAVAILABLE
            raise
        except Refused as error:
            ended = Ended.REFUSED
            self._stop_document(document, error.reason, refuse=step.refuses)
        except Corrupted as error:
            ended = Ended.CORRUPTED
            log.critical("stored bytes of %s are wrong: %s", document.pk, error)
            self._stop_document(document, Reason(ReasonCode.STORE_CORRUPTED, {"digest": str(error)}))
        except Unavailable as error:
            ended = Ended.UNAVAILABLE
            log.warning("step %s of %s has to wait: %s", step.name, document.pk, error)
            self._postpone(step, document, str(error))
        except KeyboardInterrupt:  # told to end: the step is given back, and nothing is wrong with it
            ended = Ended.MADE_WAY
            raise
        except Exception as error:
            # The boundary of the worker: a bug in one step must not take the other documents down with it.
            log.exception("step %s of %s failed", step.name, document.pk)
            detail = traceback.format_exception_only(error)[-1].strip()[:200]
            self._stop_document(document, Reason(ReasonCode.BUG, {"step": step.name, "detail": detail}))
        finally:
            self.in_step = False
            seconds = time.monotonic() - started
            self._unfinished_ms = 0 if ended is Ended.DONE else round(seconds * 1000)
            self._times.note(step.name, ended, seconds)
            log.info("step %s of %s: %s in %.2f s", step.name, document.pk, ended.value, seconds)
        return ended is Ended.DONE

    def _move(self, step: Step, document: Document, outcome: Outcome) -> bool:
        return move(
            document,
            outcome,
            worker=self.name,
            actor=SYSTEM,
            event=step.name,
            now=self.tools.clock(),
            worked_ms=round((time.monotonic() - self._started) * 1000),
        )

    def _stop_document(self, document: Document, reason: Reason, *, refuse: bool = False) -> None:
        park(document, reason.to_json(), worker=self.name, actor=SYSTEM, now=self.tools.clock(), refuse=refuse)

    def _postpone(self, step: Step, document: Document, detail: str) -> None:
        if document.attempts + 1 >= ATTEMPTS:
            self._give_up(step, document, ATTEMPTS, detail)
            return
        leasing.postpone(self.name, document.pk, until=self.tools.clock() + patience(document.attempts))

    def _give_up(self, step: Step, document: Document, attempts: int, detail: str) -> None:
        params: dict[str, str | int | float] = {"step": step.name, "attempts": attempts, "detail": detail[:300]}
        self._stop_document(document, Reason(ReasonCode.GAVE_UP, params))

    def _folder_of_worker(self) -> Path:
        return self.tools.work / self.name.replace(":", "-")

    def _housekeep(self, *, idle: bool) -> None:
        """A round every now and then; at once when the last document is done, for somebody may wait to find it.

        An idle worker gives the jobs back after its round: another one's last document must not wait for its hold to end.
        """
        moment = time.monotonic()  # a clock that is set back must not end housekeeping until it has caught up
        if (idle and self._fresh) or moment - self._tidied >= HOUSEKEEPING:
            self._tidied = moment
            self._fresh = not idle
            if self._tidied - self._said >= SAID:
                self._said = self._tidied
                leasing.say_at_work(self.name, now=self.tools.clock())
            housekeep(self.tools, self.name, told=self._told)
            timing.add(self._times)
            if idle:
                leasing.unhold_all(self.name, now=self.tools.clock())
        elif not idle:
            self._fresh = True
