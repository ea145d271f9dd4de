"""A second lane of a worker: while a step that cannot make way takes long, other desks' papers go on beside it.

Reading makes way between pages by itself. Inspecting or composing a box of hundreds of pages is one piece of work; where no
other worker is free, whoever waits with a single page is served by a second worker in a thread of the same process, with
tools, a helper process and leases of its own. It is made ready while the step goes on, so that the first who comes need not
wait for it, and ends with the step.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Protocol

from django.db import InterfaceError, OperationalError, connection

from khoso.kernel.errors import KhosoError
from warehouse.models import Document
from warehouse.timing import Ended

log = logging.getLogger(__name__)

NAME = "relief"
"""What its failures are counted under, beside the steps."""

AFTER = 0.5  # seconds of one step before others are looked for: short papers never need it
READY = 2.0  # seconds after which a lane is made ready for whoever may come, where nobody knows yet how many pages there are
BOX = 20  # pages of a document beside which it is made ready at once
LOOK = 0.1  # seconds between looks
PAUSE, PAUSE_MOST = 1.0, 60.0  # seconds until a lane that failed is made again: twice as long each time, at most
JOIN = 5.0  # seconds its last document has when the worker ends


class Lane(Protocol):
    """A second worker in this process."""

    def get_ready(self) -> None:
        """Load what the first document would wait for."""

    def once(self) -> bool:
        """Take one due document on; False when nothing was due."""


FORESEEN = (OperationalError, InterfaceError, KhosoError)
"""What a lane may raise in the order of things: a server that is away."""

Open = Callable[[Callable[[], bool]], AbstractContextManager[Lane]]
"""Given what tells that it is needed no longer, makes a lane."""


class Relief:
    """Watches how long the step at hand takes; one thread, started with the first long step.

    Whatever a lane raises ends that lane, never the thread: it is logged, counted, and another one is made after a pause that
    grows with each failure in a row.

    Args:
        waits: whether somebody else waits while this document is worked on.
        note: counts how a lane failed, and after how many seconds.
        pause: seconds after the first failure.
    """

    def __init__(
        self,
        lane: Open,
        waits: Callable[[Document], bool],
        note: Callable[[str, Ended, float], None] = lambda _name, _ended, _seconds: None,
        *,
        pause: float = PAUSE,
    ) -> None:
        self._lane, self._waits, self._note, self._pause = lane, waits, note, pause
        self._changed = threading.Condition()
        self._document: Document | None = None
        self._step = 0  # counts steps, so that the thread knows whether it is still the same one
        self._closed = False
        self._failures = 0  # in a row
        self._thread: threading.Thread | None = None

    @contextlib.contextmanager
    def beside(self, document: Document) -> Iterator[None]:
        """While this step is done."""
        with self._changed:
            self._document, self._step = document, self._step + 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="relief", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._document = None
                self._changed.notify_all()

    def close(self, *, within: float = JOIN) -> bool:
        """End; what the second lane has in hand is given a moment. False when it did not end in that time."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is None:
            return True
        self._thread.join(within)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (long := self._await_long_step()) is not None:
            began = time.monotonic()
            error = self._attempt(*long)
            if error is None:
                continue
            pause = min(self._pause * 2 ** min(self._failures, 10), PAUSE_MOST)
            self._failures += 1
            if isinstance(error, FORESEEN):
                self._note(NAME, Ended.UNAVAILABLE, time.monotonic() - began)
                log.warning("the second lane has to wait, another one in %.1f s: %s", pause, error)
            else:
                self._note(NAME, Ended.BUG, time.monotonic() - began)
                log.error("the second lane failed, another one in %.1f s", pause, exc_info=error)
            with self._changed:
                self._changed.wait_for(lambda: self._closed, pause)

    def _attempt(self, step: int, document: Document) -> Exception | None:
        """One lane beside one step, and what ended it before that step."""
        try:
            try:
                self._serve(step, document)
            finally:
                connection.close()
        except Exception as error:  # noqa: BLE001 - the boundary of the thread: a bug in one lane must not leave others waiting for the life of the worker
            return error
        return None

    def _await_long_step(self) -> tuple[int, Document] | None:
        """The next step that has taken `AFTER` and goes on; None when all is over."""
        with self._changed:
            while not self._closed:
                self._changed.wait_for(lambda: self._closed or self._document is not None)
                step, document = self._step, self._document
                if document is not None and not self._changed.wait_for(lambda: self._over(step), AFTER):  # noqa: B023 - called at once
                    return step, document
        return None

    def _over(self, step: int) -> bool:
        return self._closed or self._document is None or self._step != step

    def _serve(self, step: int, document: Document) -> None:
        began = time.monotonic() - AFTER
        with ExitStack() as stack:
            lane: Lane | None = None
            while not self._over(step):
                wanted = self._waits(document)
                if lane is None and (wanted or _goes_on(document, time.monotonic() - began)):
                    log.info("a second lane stands by while %s is worked on", document.pk)
                    lane = stack.enter_context(self._lane(lambda: self._over(step)))
                    lane.get_ready()
                if lane is not None and wanted and lane.once():
                    self._failures = 0
                    continue
                with self._changed:
                    self._changed.wait_for(lambda: self._over(step), LOOK)


def _goes_on(document: Document, seconds: float) -> bool:
    """Whether a step that has taken so long will go on long enough to make a lane ready before anybody waits."""
    return document.pages >= BOX if document.pages else seconds >= READY
