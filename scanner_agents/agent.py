"""The running agent: one thread looks at the folder, one sends; either may be killed at any moment without harm."""

import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass

import httpx

from scanner_agents.address import client
from scanner_agents.arrivals import Tracker
from scanner_agents.errors import Corrupted, Unavailable
from scanner_agents.events import Code, Event, event
from scanner_agents.files import Lock
from scanner_agents.follow import Follower
from scanner_agents.intake import Intake, Progress
from scanner_agents.journal import Journal
from scanner_agents.outbox import Outbox
from scanner_agents.records import WAITING, State
from scanner_agents.sender import Sender
from scanner_agents.server import Server
from scanner_agents.settings import Settings
from scanner_agents.spool import Spool
from scanner_agents.tidy import SENT, Tidier

TRIES = 3  # failures in a row without progress after which `--once` leaves the rest for the next run
_RESTFUL = 20.0  # a folder of many thousand left originals is looked at less often
_FAREWELL = 5.0  # seconds a request under way may take to end once the agent is asked to stop


class RunningAlready(Exception):  # said to the person, not raised at one
    """Another agent holds the outbox."""

    def __init__(self, happened: Event) -> None:
        super().__init__(happened.code.value)
        self.event = happened


@dataclass(frozen=True, slots=True)
class Result:
    """What `--once` came to.

    Attributes:
        untaken: what lies in the folder and was not taken, and why.
        trouble: what did not serve at the end.
        before, after: documents of the outbox by state, at the start and at the end.
    """

    untaken: tuple[Event, ...]
    trouble: Event | None
    before: Mapping[State, int]
    after: Mapping[State, int]

    def more(self, state: State) -> int:
        """How many documents came into this state meanwhile."""
        return max(0, self.after[state] - self.before[state])


@dataclass(frozen=True, slots=True)
class _Desk:
    outbox: Outbox
    intake: Intake


def watch(settings: Settings, *, journal: Journal, stop: threading.Event) -> bool:
    """Watch and send until `stop` is set. Returns whether it ended as asked (False: the sender died of a mistake).

    Raises:
        RunningAlready, Corrupted: as their names say.
    """
    with ExitStack() as stack:
        desk = _patiently_open(settings, journal=journal, stop=stop, stack=stack)
        if desk is None:
            return True
        sending = _Sending(settings, journal=journal, stop=stop)
        sending.start()
        try:
            _keep_looking(desk, settings.interval, stop)
        finally:
            stop.set()
            journal.tell(event(Code.STOPPING))
            sending.join(_FAREWELL)
        if sending.damage:
            raise sending.damage
        counts = desk.outbox.counts()
        journal.tell(event(Code.STOPPED, waiting=sum(counts[state] for state in WAITING)))
        return sending.ended or sending.is_alive()


def once(settings: Settings, *, journal: Journal, stop: threading.Event) -> Result:
    """Take what is in the folder, send everything that waits, and return.

    Raises:
        RunningAlready, Corrupted: as their names say.
        Unavailable: the queue's folder cannot be used.
    """
    with ExitStack() as stack:
        desk = _open(settings, journal=journal, stack=stack)
        before = desk.outbox.counts()
        progress = _look_until_settled(desk.intake, settings, stop)
        with client(settings.address, trust=settings.trust, timeout=settings.timeout) as http:
            _sender(settings, journal=journal, outbox=desk.outbox, http=http, stop=stop).drain(TRIES)
        desk.intake.tidy()
        trouble = progress.trouble.event if progress.trouble else None
        return Result(progress.waiting, trouble, before, desk.outbox.counts())


# Opening


def _patiently_open(settings: Settings, *, journal: Journal, stop: threading.Event, stack: ExitStack) -> _Desk | None:
    """Open the queue, however long its disk is full or away. None: asked to stop first."""
    failures = 0
    while not stop.is_set():
        try:
            return _open(settings, journal=journal, stack=stack)
        except Unavailable as error:
            failures += 1
            if failures == 1:
                journal.tell(error.event)
            stop.wait(settings.backoff.delay(failures))
    return None


def _open(settings: Settings, *, journal: Journal, stack: ExitStack) -> _Desk:
    """Lock the queue and open it.

    Raises:
        RunningAlready, Unavailable, Corrupted: as their names say.
    """
    with ExitStack() as opening:
        _lock(settings, opening)
        outbox = opening.enter_context(Outbox(settings.queue))
        spool = Spool(settings.spool)
        spool.prepare()
        _greet(settings, journal=journal, outbox=outbox)
        desk = _Desk(outbox, _intake(settings, spool=spool, journal=journal, outbox=outbox))
        stack.enter_context(opening.pop_all())
    return desk


def _lock(settings: Settings, stack: ExitStack) -> None:
    lock = Lock(settings.lock)
    try:
        settings.queue.mkdir(mode=0o700, parents=True, exist_ok=True)
        taken = lock.take()
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise Unavailable(event(Code.SPOOL_TROUBLE, path=str(settings.queue), detail=detail)) from error
    if not taken:
        raise RunningAlready(event(Code.RUNNING_ALREADY, pid=lock.holder() or 0, queue=str(settings.queue)))
    stack.callback(lock.release)


def _greet(settings: Settings, *, journal: Journal, outbox: Outbox) -> None:
    started = event(Code.STARTED, folder=str(settings.folder), server=settings.address.url, queue=str(settings.queue))
    outbox.note("watch", {**started.to_json(), "since": time.time()})
    journal.tell(started)
    if settings.token.open_to_others():
        journal.tell(event(Code.TOKEN_OPEN, path=str(settings.token.file)))
    if not settings.token.given:
        journal.tell(event(Code.TOKEN_MISSING))


def _intake(settings: Settings, *, spool: Spool, journal: Journal, outbox: Outbox) -> Intake:
    tidier = Tidier(settings.folder, settings.after, settings.sent, time.time)
    tidier.recover()
    tracker = Tracker(
        settings.folder,
        settle=settings.settle,
        quiet=settings.quiet,
        seen=outbox.seen(),
        now=time.monotonic,
        reserved=frozenset({settings.folder / SENT}),
    )
    return Intake(
        tracker=tracker,
        spool=spool,
        outbox=outbox,
        journal=journal,
        labelling=settings.labelling,
        tidier=tidier,
        backoff=settings.backoff,
        clock=time.time,
        steady=time.monotonic,
    )


# Running


def _keep_looking(desk: _Desk, interval: float, stop: threading.Event) -> None:
    noted: list[dict[str, object]] | None = None
    while not stop.is_set():
        began = time.monotonic()
        progress = desk.intake.look()
        waiting = [told.to_json() for told in progress.waiting if told.code is not Code.WAITS_CHANGING]
        waiting += [progress.trouble.event.to_json()] if progress.trouble else []
        if waiting != noted:
            with suppress(Unavailable):  # a note for `status` is a courtesy
                desk.outbox.note("folder", waiting)
                noted = waiting
        stop.wait(max(interval, _RESTFUL * (time.monotonic() - began)))


def _look_until_settled(intake: Intake, settings: Settings, stop: threading.Event) -> Progress:
    deadline = time.monotonic() + settings.patience
    while True:
        progress = intake.look()
        if progress.trouble or not progress.unsettled or stop.is_set() or time.monotonic() >= deadline:
            return progress
        stop.wait(min(settings.interval, settings.settle / 2 + 0.01))


def _sender(
    settings: Settings,
    *,
    journal: Journal,
    outbox: Outbox,
    http: httpx.Client,
    stop: threading.Event,
    follow: bool = False,
) -> Sender:
    server = Server(settings.address, http=http, token=settings.token.read)
    return Sender(
        outbox=outbox,
        spool=Spool(settings.spool),
        server=server,
        follower=Follower(outbox=outbox, server=server, journal=journal, steady=time.monotonic) if follow else None,
        address=settings.address.url,
        journal=journal,
        chunk=settings.chunk,
        backoff=settings.backoff,
        stop=stop,
        clock=time.time,
        steady=time.monotonic,
    )


class _Sending(threading.Thread):
    """The sender's thread. Its end, for whatever reason, ends the agent: better restarted than silently lame."""

    def __init__(self, settings: Settings, *, journal: Journal, stop: threading.Event) -> None:
        super().__init__(name="sender", daemon=True)
        self._settings = settings
        self._journal = journal
        self._asked_to_stop = stop
        self.ended = False
        self.damage: Corrupted | None = None

    def run(self) -> None:
        try:
            failures = 0
            while not self._asked_to_stop.is_set():
                try:
                    self._send()
                except Unavailable as error:  # the outbox cannot even be opened
                    failures += 1
                    self._journal.tell(error.event)
                    self._asked_to_stop.wait(self._settings.backoff.delay(failures))
            self.ended = True
        except Corrupted as error:
            self.damage = error
        finally:
            self._asked_to_stop.set()

    def _send(self) -> None:
        settings = self._settings
        with (
            Outbox(settings.queue) as outbox,
            client(settings.address, trust=settings.trust, timeout=settings.timeout) as http,
        ):
            stop = self._asked_to_stop
            _sender(settings, journal=self._journal, outbox=outbox, http=http, stop=stop, follow=True).run()
