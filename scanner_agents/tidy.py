"""Originals whose document the server has: moved aside or deleted, if the desk asked for it.

Whatever goes is first renamed out of the way and looked at again there: should a scanner have written over the name
in that very moment, its new sheet is put back instead of being thrown away.
"""

import contextlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from scanner_agents.arrivals import Drop, drop_at
from scanner_agents.events import Code, Event, event
from scanner_agents.files import is_being_written, is_ignored, is_temporary

SENT = "_da-gui"  # inside the watched folder, never a document itself
_TRASH = ".khoso-xoa"


class After(StrEnum):
    """What becomes of an original once the server has it."""

    LEAVE = "leave"
    MOVE = "move"
    DELETE = "delete"


class NotNow(Exception):  # not an error: the original changed, it will be taken anew
    """The original is no longer the one that was received, or is being written to."""


@dataclass(frozen=True, slots=True)
class Tidier:
    """Moves or deletes originals.

    Attributes:
        folder: the watched folder.
        after: what to do.
        sent: where originals are moved to (same disk).
        now: seconds since the epoch; names the day's folder.
    """

    folder: Path
    after: After
    sent: Path
    now: Callable[[], float]

    @property
    def active(self) -> bool:
        return self.after is not After.LEAVE

    def recover(self) -> None:
        """Put back what a run that was killed had renamed but not deleted; equal bytes are recognised anyway."""
        trash = self.folder / _TRASH
        with contextlib.suppress(OSError):
            for path in sorted(trash.iterdir()):
                path.rename(_free(self.folder / path.name))
            trash.rmdir()

    def tidy(self, path: Path, mark: str) -> Event | None:
        """Deal with one original; None if there is nothing to do any more.

        Raises:
            NotNow: it is not the original with this mark.
        """
        drop = drop_at(path)
        if drop is None:
            return None
        if drop.mark != mark or any(is_being_written(file.path) for file in drop.files):
            raise NotNow
        try:
            return self._move(drop) if self.after is After.MOVE else self._delete(drop)
        except OSError as error:
            return event(Code.TIDY_FAILED, name=path.name, detail=error.strerror or type(error).__name__)

    def _move(self, drop: Drop) -> Event:
        day = self.sent / datetime.fromtimestamp(self.now()).astimezone().strftime("%Y-%m-%d")
        day.mkdir(parents=True, exist_ok=True)
        to = self._aside(drop, _free(day / drop.path.name))
        return event(Code.MOVED, name=drop.path.name, to=str(to))

    def _delete(self, drop: Drop) -> Event:
        if drop.folder and not all(_may_go(path, drop) for path in drop.path.iterdir()):
            return event(Code.TIDY_FAILED, name=drop.path.name, detail="ENOTEMPTY")
        trash = self.folder / _TRASH
        trash.mkdir(exist_ok=True)
        gone = self._aside(drop, _free(trash / drop.path.name))
        if drop.folder:
            shutil.rmtree(gone)
        else:
            gone.unlink()
        with contextlib.suppress(OSError):
            trash.rmdir()
        return event(Code.DELETED, name=drop.path.name)

    @staticmethod
    def _aside(drop: Drop, to: Path) -> Path:
        drop.path.rename(to)
        moved = drop_at(to)
        if moved is None or _essence(moved) != _essence(drop):
            to.rename(_free(drop.path))
            raise NotNow
        return to


def _may_go(path: Path, drop: Drop) -> bool:
    """A sheet of the drop, or litter; not something that is still being written or was never sent."""
    return any(path == file.path for file in drop.files) or (is_ignored(path.name) and not is_temporary(path.name))


def _essence(drop: Drop) -> list[tuple[str, int, int, int]]:
    """What a rename does not change."""
    return [
        (file.path.name if drop.folder else "", file.stamp.size, file.stamp.modified, file.stamp.number)
        for file in drop.files
    ]


def _free(path: Path) -> Path:
    """This path, or the first like it with a number that is free."""
    free, number = path, 1
    while free.exists() or free.is_symlink():
        number += 1
        free = path.with_name(f"{path.stem[:100]} ({number}){path.suffix[:20]}")
    return free
