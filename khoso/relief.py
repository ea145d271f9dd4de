"""A second lane of a worker: while a step that cannot make way takes long, other desks' papers go on beside it.

Reading makes way between pages by itself. Inspecting or composing a box of hundreds of pages is one piece of work; where no
other worker is free, whoever waits with a single page is served by a second worker in a thread of the same process, with
tools, a helper process and leases of its own. It is made when it is needed and ends with the step.
"""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack

from django.db import InterfaceError, OperationalError, connection

from khoso.kernel.errors import KhosoError
from warehouse.models import Document

log = logging.getLogger(__name__)

AFTER = 1.0  # seconds of one step before others are looked for: short papers never need it
LOOK = 0.25  # seconds between looks
JOIN = 5.0  # seconds its last document has when the worker ends; its lease would end by itself

Lane = Callable[[Callable[[], bool]], AbstractContextManager[Callable[[], bool]]]
"""Given what tells that it is needed no longer, makes what takes one due document on (False: nothing was due)."""


class Relief:
    """Watches how long the step at hand takes; one thread, started with the first long step.

    Args:
        waits: whether somebody else waits while this document is worked on.
    """

    def __init__(self, lane: Lane, waits: Callable[[Document], bool]) -> None:
        self._lane, self._waits = lane, waits
        self._changed = threading.Condition()
        self._document: Document | None = None
        self._step = 0  # counts steps, so that the thread knows whether it is still the same one
        self._closed = False
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

    def close(self) -> None:
        """End; what the second lane has in hand is given a moment."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(JOIN)

    def _run(self) -> None:
        while (long := self._await_long_step()) is not None:
            try:
                self._serve(*long)
            except (OperationalError, InterfaceError, KhosoError) as error:
                log.warning("the second lane ends: %s", error)
                with self._changed:
                    self._changed.wait_for(lambda: self._over(long[0]))
            finally:
                connection.close()

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
        with ExitStack() as stack:
            once: Callable[[], bool] | None = None
            while not self._over(step):
                if self._waits(document):
                    if once is None:
                        log.info("a second lane serves others while %s is worked on", document.pk)
                        once = stack.enter_context(self._lane(lambda: self._over(step)))
                    if once():
                        continue
                with self._changed:
                    self._changed.wait_for(lambda: self._over(step), LOOK)
