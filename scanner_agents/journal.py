"""The log: one line per event, for people or as JSON. A log that cannot be written stops nothing."""

import json
import threading
from collections.abc import Callable
from datetime import datetime
from typing import TextIO

from scanner_agents.events import Event, Level
from scanner_agents.words import Say

Clock = Callable[[], float]
"""Seconds since the epoch."""


def local_time(moment: float) -> str:
    """RFC 3339 in the PC's zone, seconds precision: `2026-11-22T09:15:02+07:00`."""
    return datetime.fromtimestamp(moment).astimezone().isoformat(timespec="seconds")


def clock_face(moment: float) -> str:
    """The same for people at a glance, day before month: `09:15 22/11/2026`."""
    return datetime.fromtimestamp(moment).astimezone().strftime("%H:%M %d/%m/%Y")


class Journal:
    """Writes events as lines; may be told from several threads.

    Args:
        out: where lines go.
        clock: seconds since the epoch.
        say: translates the sentences.
        as_json: one JSON object per line, `{"time", "event", "level", **fields}`, instead of a sentence.
    """

    def __init__(self, out: TextIO, *, clock: Clock, say: Say, as_json: bool = False) -> None:
        self._out = out
        self._clock = clock
        self._say = say
        self._as_json = as_json
        self._lock = threading.Lock()

    def tell(self, happened: Event) -> None:
        """Write one line. A closed pipe or a full disk under the log is no reason to stop carrying sheets."""
        time = local_time(self._clock())
        if self._as_json:
            line = json.dumps({"time": time, **happened.to_json()}, ensure_ascii=False)
        else:
            mark = {Level.INFO: " ", Level.WARNING: "!", Level.ERROR: "✗"}[happened.level]
            line = f"{time} {mark} {happened.sentence(self._say)}"
        with self._lock:
            try:
                self._out.write(line + "\n")
                self._out.flush()
            except (OSError, ValueError):
                return
