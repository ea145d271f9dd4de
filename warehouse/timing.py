"""How long steps take and how they end: counted in each worker, added up in the catalogue, so that any machine can tell."""

import threading
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import transaction

from warehouse.models import StepTime

BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
"""Upper ends of the histogram's buckets, in seconds; one more holds what took longer."""


class Ended(StrEnum):
    """How a step ended."""

    DONE = "done"
    MADE_WAY = "made_way"  # stopped between pages, told to end, or another worker was first
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    CORRUPTED = "corrupted"
    BUG = "bug"


@dataclass(slots=True)
class _Sum:
    seconds: float = 0.0
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))


class Times:
    """What one worker has seen since it last added up; its second lane's thread counts here, too."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, Ended], _Sum] = defaultdict(_Sum)
        self._alone = threading.Lock()

    def note(self, step: str, ended: Ended, seconds: float) -> None:
        """Count one step."""
        with self._alone:
            entry = self._sums[step, ended]
            entry.seconds += seconds
            entry.buckets[bisect_left(BOUNDS, seconds)] += 1

    def take(self) -> dict[tuple[str, Ended], _Sum]:
        """Hand over what was counted and begin anew."""
        with self._alone:
            sums, self._sums = dict(self._sums), defaultdict(_Sum)
        return sums


def add(times: Times) -> None:
    """Add a worker's counts to the catalogue's. What a dying worker has counted is lost: these are measurements."""
    sums = times.take()
    if not sums:
        return
    with transaction.atomic():
        for (step, ended), counted in sorted(
            sums.items()
        ):  # always in one order, so that two workers never lock crosswise
            StepTime.objects.get_or_create(
                step=step, ended=ended.value, defaults={"buckets": [0] * len(counted.buckets)}
            )
            row = StepTime.objects.select_for_update().get(step=step, ended=ended.value)
            row.seconds += counted.seconds
            row.buckets = [old + new for old, new in zip(row.buckets, counted.buckets, strict=True)]
            row.save(update_fields=["seconds", "buckets"])
