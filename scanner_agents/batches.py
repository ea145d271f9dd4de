"""What a person at the desk says once for a whole stack: the batch its papers belong to, and perhaps their dossier.

The names last said are a note in the outbox, so that whoever says them (`khoso-agent batch`, the page on this PC) and
the running agent need not meet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scanner_agents.outbox import Outbox
from scanner_agents.words import Say

LASTS = 12 * 3600.0  # seconds a batch stays open: one forgotten in the evening must not name the next day's papers
LONGEST_NAME, LONGEST_DOSSIER = 100, 60  # characters the Kho takes
_NOTE = "batches"
_REMEMBERED = 20  # said last; a stack still settling belongs to what was said before it


class BadBatch(ValueError):  # said to the person in their words
    """No name, or one the Kho would refuse."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What was said, and when.

    Attributes:
        name: of the batch; empty: none is open from here on.
        dossier: code of the dossier its papers are for; empty: as otherwise told.
        since: seconds since the epoch.
    """

    name: str = ""
    dossier: str = ""
    since: float = 0.0


NONE = Batch()


def open_batch(outbox: Outbox, name: str, dossier: str, *, now: float) -> Batch:
    """Papers that come to rest in the folder from now on belong to this batch.

    Raises:
        BadBatch: the name is empty or too long, or the code is too long; nothing changed.
        Unavailable: the outbox cannot be written.
    """
    begun = Batch(" ".join(name.split()), "".join(dossier.split()), now)
    if not 0 < len(begun.name) <= LONGEST_NAME or len(begun.dossier) > LONGEST_DOSSIER:
        raise BadBatch
    _say(outbox, begun)
    return begun


def end_batch(outbox: Outbox, *, now: float) -> Batch:
    """From now on papers belong to no batch. Returns the one that was open."""
    was = batch_at(outbox.notes(), now)
    if was.name:
        _say(outbox, Batch(since=now))
    return was


def batch_at(notes: Mapping[str, Any], moment: float) -> Batch:
    """The batch that was open at a moment (seconds since the epoch); `NONE` where none was."""
    said = [Batch(*one) for one in notes.get(_NOTE) or []]
    last = next((one for one in reversed(said) if one.since <= moment), NONE)
    return last if last.name and moment - last.since < LASTS else NONE


def limits(say: Say) -> str:
    """What a batch must be, in words."""
    words = {"name": LONGEST_NAME, "dossier": LONGEST_DOSSIER}
    return say("tên lô phải có và không quá %(name)s ký tự; mã hồ sơ không quá %(dossier)s ký tự") % words


def _say(outbox: Outbox, batch: Batch) -> None:
    said = [*(outbox.notes().get(_NOTE) or []), [batch.name, batch.dossier, batch.since]]
    outbox.note(_NOTE, said[-_REMEMBERED:])
