"""`khoso backup`: rows in one snapshot, then every object they name that the folder does not have yet."""

import contextlib
import gzip
import json
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from khoso import __version__
from khoso.backup import folder as folders
from khoso.backup.folder import MANIFEST, OBJECTS, Head, Manifest
from khoso.backup.joining import beside
from khoso.backup.rows import dump, label, read_lines, snapshot, tables
from khoso.kernel.clock import Clock
from khoso.kernel.digest import Digest, as_digest
from khoso.kernel.errors import Corrupted, Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from khoso.postgres import forget_dead
from warehouse import leasing
from warehouse.ledger import GENESIS
from warehouse.models import Document, LedgerBatch, LedgerEvent, Rendition
from warehouse.ports import ObjectStore
from warehouse.shelf import named

HOLD, RENEWED = (
    15.0,
    4.0,
)  # seconds a backup keeps the housekeeping from letting go of bytes; how often it says so again
SNAPSHOTS = 4
AWAY = (OperationalError, InterfaceError)
WANTED = "wanted.jsonl.gz"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Belongings:
    """What belongs to a Kho beside rows and objects: file name in the backup → where it is now."""

    trust: dict[str, Path]
    keys: dict[str, Path]


@dataclass(frozen=True, slots=True)
class Made:
    """A finished backup: where, what it holds, and how much of it is new."""

    path: Path
    manifest: Manifest
    copied: int
    copied_size: int


class _Gone(Exception):
    """The Kho let go of an object between snapshot and copy, lawfully."""


def back_up(
    folder: Path,
    *,
    store: ObjectStore,
    shelf: ObjectStore | None,
    belongings: Belongings,
    clock: Clock,
    progress: Progress = lambda _what, _done, _total: None,
) -> Made:
    """Make a new generation in `folder`; whatever interrupts it, run it again: copied objects stay copied.

    Args:
        shelf: the store in the folder that takes the objects; None writes the rows alone.
        belongings: its `keys` are empty unless the operator asked for them.

    Raises:
        Refused: another backup writes there.
        Unavailable: the store, the database or the folder is away or full.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with folders.alone(folder), _Holding(str(folder), clock):
        shutil.rmtree(folder / "objects" / "incoming", ignore_errors=True)
        for last in range(SNAPSHOTS, 0, -1):
            part = folders.begin(folder, clock())
            manifest = _rows(part, clock, progress)
            copying = _Copying(part, store, shelf, again=last > 1)
            try:
                copying.run(_previous(folder), progress)
            except _Gone:
                continue
            break
        _carry(belongings.trust, part / "trust")
        _carry(belongings.keys, part / "keys")
        manifest = replace(
            manifest, objects=copying.objects, size=copying.size, lost=copying.lost, keys=bool(belongings.keys)
        )
        manifest.write(part / MANIFEST)
        return Made(folders.finish(part), manifest, copying.copied, copying.copied_size)


def _rows(part: Path, clock: Clock, progress: Progress) -> Manifest:
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes()
    if executor.migration_plan(newest):
        raise Unavailable(_("cơ sở dữ liệu chưa được nâng cấp: chạy «khoso manage migrate» rồi sao lưu lại"))
    counts: dict[str, int] = {}
    models = tables()
    with snapshot():
        for done, model in enumerate(models, start=1):
            progress("tables", done, len(models))
            counts[label(model)] = dump(model, part / "tables" / f"{label(model)}.jsonl.gz")
        with gzip.open(part / WANTED, "wt", encoding="ascii", compresslevel=3) as file:
            for digest, size, needed in named():
                file.write(json.dumps({"sha256": digest, "size": size, "needed": needed}) + "\n")
        last = LedgerBatch.objects.order_by("-number").first()
        head = Head(
            batch=last.number if last else 0,
            digest=last.digest if last else GENESIS,
            events=LedgerEvent.objects.count(),
        )
        return Manifest(
            made_at=clock().isoformat(),
            khoso=__version__,
            database=connection.vendor,
            migrations=dict(newest),
            tables=counts,
            ledger=head,
            documents=Document.objects.count(),
        )


class _Copying:
    """Copies what a snapshot names and writes `objects.jsonl.gz`."""

    def __init__(self, part: Path, store: ObjectStore, shelf: ObjectStore | None, *, again: bool) -> None:
        self._part, self._store, self._shelf, self._again = part, store, shelf, again
        self.objects = self.size = self.copied = self.copied_size = 0
        self.lost: list[str] = []

    def run(self, previous: Path | None, progress: Progress) -> None:
        """Raises `_Gone` when a new snapshot is needed."""
        total = sum(1 for _ in read_lines(self._part / WANTED))
        there = ((item.digest, item.size) for item in (self._shelf or self._store).names())
        before = (
            ((row["sha256"], row["locked_until"]) for row in read_lines(previous / OBJECTS)) if previous else iter(())
        )
        with gzip.open(self._part / OBJECTS, "wt", encoding="ascii", compresslevel=3) as file:
            rows = ((row["sha256"], row) for row in read_lines(self._part / WANTED))
            for done, (digest, row, size, lock) in enumerate(beside(rows, there, before), start=1):
                progress("objects", done, total)
                if size != row["size"] and not self._copied(as_digest(digest), row["size"], needed=row["needed"]):
                    continue
                file.write(json.dumps({**row, "locked_until": lock or self._lock(as_digest(digest))}) + "\n")
                self.objects += 1
                self.size += row["size"]
        (self._part / WANTED).unlink()

    def _copied(self, digest: Digest, size: int, *, needed: bool) -> bool:
        try:
            if self._shelf is not None:
                self._shelf.put(self._store.open(digest), digest=digest, size=size)
                self.copied += 1
                self.copied_size += size
                return True
        except Corrupted:
            pass
        close_old_connections()  # as at the end
        if needed and self._again and not Rendition.objects.filter(digest=digest).exists():
            raise _Gone
        if needed:
            self.lost.append(digest)
        return False

    def _lock(self, digest: Digest) -> str | None:
        until = self._store.locked_until(digest)
        return until.isoformat() if until else None


def _previous(folder: Path) -> Path | None:
    whole = folders.generations(folder)
    return whole[-1] if whole else None


def _carry(files: dict[str, Path], into: Path) -> None:
    for name, path in files.items():
        target = into / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        target.chmod(0o600)


class _Holding(AbstractContextManager["_Holding"]):
    """Keeps housekeeping from letting go of bytes, from a thread of its own."""

    def __init__(self, folder: str, clock: Clock) -> None:
        # The folder's name: whoever goes on with an interrupted backup need not wait for its hold to end.
        self._owner, self._clock = folder[-100:], clock
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._renew, name="backup-hold", daemon=True)

    def __enter__(self) -> Self:
        if not leasing.hold(leasing.BACKUP, self._owner, now=self._clock(), seconds=HOLD):
            raise Refused(ReasonCode.BACKUP_ELSEWHERE)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        close_old_connections()  # since the rows were read hours may have passed, and the server been restarted
        with contextlib.suppress(*AWAY):  # then it ends by itself
            leasing.unhold(leasing.BACKUP, self._owner, now=self._clock())

    def _renew(self) -> None:
        try:
            while not self._stop.wait(RENEWED):
                try:
                    leasing.hold(leasing.BACKUP, self._owner, now=self._clock(), seconds=HOLD)
                except AWAY:
                    forget_dead(connection)  # a snapshot that finds bytes gone is taken again
        finally:
            connection.close()


def prune(folder: Path, *, keep: int, shelf: ObjectStore) -> tuple[int, int]:
    """Remove all but the newest generations, then the objects only they named.

    Returns:
        How many generations and objects went.
    """
    with folders.alone(folder):
        whole = folders.generations(folder)
        old, kept = whole[:-keep], whole[-keep:]
        for generation in old:
            gone = generation.with_suffix(".part")
            generation.rename(gone)
            shutil.rmtree(gone)
        removed = 0
        if old:
            for digest in _unnamed(shelf, kept):
                shelf.discard(digest)
                removed += 1
        return len(old), removed


def _unnamed(shelf: ObjectStore, kept: Sequence[Path]) -> Iterator[Digest]:
    lists = [((row["sha256"], True) for row in read_lines(generation / OBJECTS)) for generation in kept]
    for name, _size, *marks in beside(((item.digest, None) for item in shelf.names()), *lists):
        if not any(marks):
            yield as_digest(name)
