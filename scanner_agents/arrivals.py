"""The watched folder comes in; drops that are complete go out. Never changes anything in the folder.

A file directly in the folder is a document of one sheet; a sub-folder is a document whose files are its sheets, in
natural order. Complete means: nothing about it has changed for a while, nobody has it open for writing, it is not
empty. What does not look like a sheet (links, pipes, temporary names) is left alone.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scanner_agents.errors import Unavailable
from scanner_agents.events import Code, Event, event
from scanner_agents.files import Stamp, is_being_written, is_ignored, is_temporary, natural

TEMPORARY_PATIENCE = 6  # times the quiet period a folder waits for a temporary file that no longer changes


@dataclass(frozen=True, slots=True)
class SheetFile:
    """A file as it was last seen."""

    path: Path
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Drop:
    """A file or a sub-folder of the watched folder.

    Attributes:
        path: of the file or sub-folder.
        files: its sheets, in order.
        mark: changes whenever a sheet is touched, comes or goes; tells whether a drop was dealt with already.
        activity: changes also with temporary files; while it changes, someone is at work.
        folder: it is a sub-folder.
        temporary: a temporary file lies in the sub-folder.
    """

    path: Path
    files: tuple[SheetFile, ...]
    mark: str
    activity: str
    folder: bool = False
    temporary: bool = False

    @property
    def empty_sheet(self) -> Path | None:
        return next((file.path for file in self.files if file.stamp.size == 0), None)


@dataclass(frozen=True, slots=True)
class Survey:
    """One look over the folder: possible drops, and things lying there that never become sheets."""

    drops: tuple[Drop, ...]
    skipped: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What one look came to.

    Attributes:
        complete: drops to take now, oldest first.
        waiting: why others are not complete yet.
        unsettled: some of those may become complete by mere waiting.
        present: paths of everything that could be a drop.
    """

    complete: tuple[Drop, ...]
    waiting: tuple[Event, ...]
    unsettled: bool
    present: frozenset[Path]


def survey(folder: Path, *, reserved: frozenset[Path] = frozenset()) -> Survey:
    """List the folder. `reserved` are paths inside it that are the agent's own.

    Raises:
        Unavailable: the folder cannot be listed (absent, unmounted, no right).
    """
    drops: list[Drop] = []
    skipped: list[Event] = []
    try:
        entries = _list(folder)
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise Unavailable(event(Code.FOLDER_AWAY, folder=str(folder), detail=detail)) from error
    for path, status in entries:
        if is_ignored(path.name) or path in reserved:
            continue
        if stat.S_ISREG(status.st_mode):
            drops.append(_file_drop(path, status))
        elif stat.S_ISDIR(status.st_mode):
            drops.extend(_folder_drop(path, skipped))
        else:
            skipped.append(event(Code.SKIPPED_SPECIAL, name=path.name))
    return Survey(tuple(drops), tuple(skipped))


def drop_at(path: Path) -> Drop | None:
    """The drop at this path as it is now; None if there is none."""
    try:
        status = path.lstat()
    except OSError:
        return None
    if stat.S_ISREG(status.st_mode):
        return _file_drop(path, status)
    return next(_folder_drop(path, []), None) if stat.S_ISDIR(status.st_mode) else None


def _file_drop(path: Path, status: os.stat_result) -> Drop:
    stamp = Stamp.of(status)
    mark = _mark(path, stamp)
    return Drop(path, (SheetFile(path, stamp),), mark, mark)


def _list(folder: Path) -> list[tuple[Path, os.stat_result]]:
    entries = []
    with os.scandir(folder) as found:
        for entry in found:
            try:
                entries.append((folder / entry.name, os.lstat(entry.path)))
            except FileNotFoundError:  # gone between listing and looking
                continue
    return entries


def _folder_drop(folder: Path, skipped: list[Event]) -> Iterator[Drop]:
    try:
        entries = sorted(_list(folder), key=lambda entry: natural(entry[0].name))
    except OSError as error:
        skipped.append(event(Code.UNREADABLE, name=folder.name, detail=error.strerror or type(error).__name__))
        return
    files: list[SheetFile] = []
    for path, status in entries:
        if is_ignored(path.name):
            continue
        name = f"{folder.name}/{path.name}"
        if stat.S_ISREG(status.st_mode):
            files.append(SheetFile(path, Stamp.of(status)))
        else:
            code = Code.SKIPPED_NESTED if stat.S_ISDIR(status.st_mode) else Code.SKIPPED_SPECIAL
            skipped.append(event(code, name=name))
    if files:
        yield Drop(
            folder,
            tuple(files),
            mark=hashlib.sha256("\n".join(_mark(file.path, file.stamp) for file in files).encode()).hexdigest(),
            activity="\n".join(_mark(path, Stamp.of(status)) for path, status in entries),
            folder=True,
            temporary=any(is_temporary(path.name) for path, _ in entries),
        )


def _mark(path: Path, stamp: Stamp) -> str:
    return f"{stamp.size}-{stamp.modified}-{stamp.changed}-{stamp.number} {path.name!a}"


class Tracker:
    """Remembers since when each drop has not changed.

    Args:
        folder: the watched folder.
        settle: seconds a file must stay as it is.
        quiet: seconds a sub-folder must stay as it is.
        seen: marks of drops dealt with already, by path; `settled` keeps it up to date.
        now: seconds of a clock that never goes back.
        reserved: paths inside the folder that are the agent's own.
        being_written: tells whether a program still writes to a file.
    """

    def __init__(
        self,
        folder: Path,
        *,
        settle: float,
        quiet: float,
        seen: Mapping[bytes, str],
        now: Callable[[], float],
        reserved: frozenset[Path] = frozenset(),
        being_written: Callable[[Path], bool] = is_being_written,
    ) -> None:
        self.folder = folder
        self._settle = settle
        self._quiet = quiet
        self._seen = {Path(os.fsdecode(path)): mark for path, mark in seen.items()}
        self._now = now
        self._reserved = reserved
        self._being_written = being_written
        self._since: dict[Path, tuple[str, float]] = {}
        self._gone: set[Path] = set()

    def look(self) -> Look:
        """Look over the folder once.

        Raises:
            Unavailable: the folder cannot be listed; what is known stays known.
        """
        found = survey(self.folder, reserved=self._reserved)
        present = frozenset(drop.path for drop in found.drops)
        fresh = [drop for drop in found.drops if self._seen.get(drop.path) != drop.mark]
        untouched = present - {drop.path for drop in fresh}
        self._gone = (self._gone | (self._seen.keys() - present)) - untouched
        now = self._now()
        self._since = {drop.path: self._unchanged_since(drop, now) for drop in fresh}
        complete: list[Drop] = []
        waiting: list[Event] = list(found.skipped)
        unsettled = False
        for drop in sorted(
            fresh, key=lambda drop: (max(file.stamp.modified for file in drop.files), natural(drop.path.name))
        ):
            obstacle = self._obstacle(drop, now - self._since[drop.path][1])
            if obstacle is None:
                complete.append(drop)
            else:
                waiting.append(obstacle)
                unsettled = unsettled or obstacle.code is not Code.WAITS_EMPTY
        return Look(tuple(complete), tuple(waiting), unsettled, present)

    def settled(self, drop: Drop) -> None:
        """This drop has been dealt with as it stands now."""
        self._seen[drop.path] = drop.mark
        self._gone.discard(drop.path)
        self._since.pop(drop.path, None)

    def start_over(self, drop: Drop) -> None:
        """The drop turned out not to be complete: wait for it anew."""
        self._since.pop(drop.path, None)

    def put_again(self, drop: Drop) -> bool:
        """Whether the path was absent since it was dealt with: someone dropped it anew rather than touched it."""
        return drop.path in self._gone

    def rested(self, drop: Drop) -> float:
        """Seconds since the drop was last seen to change; 0 for one not looked at."""
        known = self._since.get(drop.path)
        return max(0.0, self._now() - known[1]) if known else 0.0

    def _unchanged_since(self, drop: Drop, now: float) -> tuple[str, float]:
        activity, since = self._since.get(drop.path, ("", now))
        return (activity, since) if activity == drop.activity else (drop.activity, now)

    def _obstacle(self, drop: Drop, rest: float) -> Event | None:
        needed = self._quiet if drop.folder else self._settle
        name = drop.path.name
        if rest < needed:
            return event(Code.WAITS_CHANGING, name=name)
        if drop.empty_sheet:
            return event(Code.WAITS_EMPTY, name=f"{name}/{drop.empty_sheet.name}" if drop.folder else name)
        if drop.temporary and rest < needed * TEMPORARY_PATIENCE:
            return event(Code.WAITS_TEMPORARY, name=name)
        if any(self._being_written(file.path) for file in drop.files):
            return event(Code.WAITS_WRITER, name=name)
        return None
