"""The doorbell: the only thing a message may say is «there is work in queue X». State lives in the database."""

from enum import StrEnum
from typing import Protocol


class Queue(StrEnum):
    """Queues by who waits."""

    DESK = "desk"  # a citizen stands at the counter
    TODAY = "today"  # someone wants it today
    BACKLOG = "backlog"  # old paper, nobody waits


class Doorbell(Protocol):
    """Wakes whoever works on a queue. Losing a ring loses nothing: a sweeper rings for whatever is due."""

    def ring(self, queue: Queue) -> None:
        """Say that `queue` has work. Never raises, never blocks for more than a moment."""
