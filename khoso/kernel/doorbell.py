"""The doorbell and who listens: the only thing a message may say is «there is work in queue X». State lives in the database."""

import threading
from enum import StrEnum
from typing import Protocol

LOOK = 0.25  # seconds between looks at the catalogue of workers nobody wakes


class Queue(StrEnum):
    """Queues by who waits."""

    DESK = "desk"  # a citizen stands at the counter
    TODAY = "today"  # someone wants it today
    BACKLOG = "backlog"  # old paper, nobody waits


class Doorbell(Protocol):
    """Wakes whoever works on a queue. Losing a ring loses nothing: a sweeper rings for whatever is due."""

    def ring(self, queue: Queue) -> None:
        """Say that `queue` has work. Never raises, never blocks for more than a moment."""


class Listener(Protocol):
    """Waits for rings. While nobody can ring it only waits, and whoever asked looks at the catalogue for itself."""

    def wait(self, seconds: float) -> bool:
        """Wait until a ring is heard, at most that long; true when one was. Never raises; may return early."""

    def close(self) -> None:
        """Stop listening."""


class InProcessBell:
    """Doorbell and listener among the threads of one process; other processes of a home look four times a second."""

    def __init__(self) -> None:
        self._rung = threading.Event()

    def ring(self, queue: Queue) -> None:
        """See `Doorbell.ring`."""
        self._rung.set()

    def wait(self, seconds: float) -> bool:
        """See `Listener.wait`."""
        rung = self._rung.wait(min(seconds, LOOK))
        self._rung.clear()
        return rung

    def close(self) -> None:
        """See `Listener.close`."""
