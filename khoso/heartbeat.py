"""While a step works: its lease is renewed, the ledger's tail is sealed, and a step that is stuck is ended with its worker."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection

from khoso.housekeeping import seal_tail
from khoso.kernel.clock import Clock
from warehouse import leasing

log = logging.getLogger(__name__)


def end_process() -> None:
    """Ends a worker whose step neither goes on nor comes back: its lease runs out and another takes the document on."""
    os.kill(os.getpid(), signal.SIGKILL)


class Heartbeat(AbstractContextManager["Heartbeat"]):
    """Renews a lease from a thread of its own; `lost` is set when the lease is gone.

    Args:
        stuck: called when a step showed no progress for the time `expect` gave it.
    """

    def __init__(self, worker: str, document: UUID, clock: Clock, *, stuck: Callable[[], None] = end_process) -> None:
        self._worker, self._document, self._clock, self._stuck = worker, document, clock, stuck
        self._stop = threading.Event()
        self._deadline = float("inf")
        self._step = ""
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

    def expect(self, step: str, *, within: float) -> None:
        """Say what is worked on, and how many seconds it may take until the next sign of progress."""
        self._step, self._deadline = step, time.monotonic() + within

    def _beat(self) -> None:
        try:
            while not self._stop.wait(leasing.HEARTBEAT.total_seconds()):
                if time.monotonic() > self._deadline:
                    log.critical("step %s of %s is stuck; its worker ends", self._step, self._document)
                    self._stuck()
                    return
                try:
                    if not leasing.renew(self._worker, self._document, now=self._clock()):
                        self.lost.set()
                        return
                    seal_tail(self._worker, clock=self._clock)
                except (OperationalError, InterfaceError) as error:
                    log.warning("heartbeat of %s could not be written, trying again: %s", self._document, error)
                    connection.close()
        finally:
            connection.close()
