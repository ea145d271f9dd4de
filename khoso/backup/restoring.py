"""`khoso restore`: bytes first, rows second and all at once, so that an interrupted restore is simply run again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.apps.registry import Apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from khoso.backup import folder as folders
from khoso.backup.folder import MANIFEST, OBJECTS, Manifest
from khoso.backup.joining import beside
from khoso.backup.rows import continue_numbers, empty, label, load, read_lines, tables
from khoso.fresh import make_tables
from khoso.kernel.clock import system_clock
from khoso.kernel.digest import as_digest
from khoso.kernel.errors import Corrupted, Refused
from khoso.kernel.reasons import ReasonCode
from search import projecting
from search.ports import SearchIndex
from warehouse import canary, leasing, ledger
from warehouse.models import FINDABLE, Document, LedgerBatch, LedgerEvent
from warehouse.ports import ObjectStore

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back. `damaged`: objects that could not be brought back; `faults`: what is wrong in the ledger."""

    manifest: Manifest
    objects: int
    indexed: int
    damaged: tuple[str, ...]
    faults: tuple[str, ...]


def choose(folder: Path, name: str | None = None) -> Path:
    """A generation by name, or the newest. Raises `Refused` when there is none, with what is there instead."""
    folders.require_folder(folder)
    if (folder / folders.SUMS).is_file():
        raise Refused(ReasonCode.BACKUP_ONE_OF_THEM, folder=str(folder), parent=str(folder.parent), name=folder.name)
    whole = {path.name: path for path in folders.generations(folder)}
    chosen = whole.get(name) if name else next(reversed(whole.values()), None)
    if chosen is None:
        if not whole and (left := folders.unfinished(folder)):
            raise Refused(ReasonCode.BACKUP_UNFINISHED, folder=str(folder), name=left[-1].name)
        raise Refused(ReasonCode.BACKUP_NONE, folder=str(folder / (name or "")))
    return chosen


def verify(generation: Path, *, shelf: ObjectStore, progress: Progress = lambda _w, _d, _t: None) -> tuple[str, ...]:
    """Read a whole generation again; returns the digests of objects that are missing or changed.

    Raises:
        Corrupted: one of its own files is damaged.
    """
    folders.verify_files(generation)
    manifest = Manifest.read(generation / MANIFEST)
    bad = []
    for done, row in enumerate(read_lines(generation / OBJECTS), start=1):
        progress("objects", done, manifest.objects)
        try:
            for _ in shelf.open(as_digest(row["sha256"])):
                pass
        except Corrupted:
            bad.append(row["sha256"])
    return tuple(bad)


def restore(
    generation: Path,
    *,
    shelf: ObjectStore,
    store: ObjectStore,
    index: SearchIndex,
    skip_damaged: bool = False,
    progress: Progress = lambda _what, _done, _total: None,
) -> Restored:
    """Make an empty Kho what a generation says. Interrupted anywhere, run it again.

    Args:
        shelf: where the objects of the backup are.
        skip_damaged: go on where an object of the backup is damaged; each is named in the result.

    Raises:
        Refused: the Kho is not empty or somebody works in it, or the backup is of a later version.
        Corrupted: the backup is damaged; the Kho stays empty.
        Unavailable: the store or the database is away or full; what was copied stays.
    """
    folders.verify_files(generation)
    manifest = Manifest.read(generation / MANIFEST)
    if _is_worked_on():
        raise Refused(ReasonCode.TARGET_WORKED_ON)
    again = _is_this(manifest)
    if not again:
        _must_be_empty(store, shelf)
        registry = _shape(manifest)
    objects, damaged = _objects(generation, manifest, shelf, store, skip_damaged=skip_damaged, progress=progress)
    if not again:
        _rows(generation, manifest, registry, store, progress)
    call_command("migrate", verbosity=0, interactive=False)
    Document.objects.exclude(lease_owner="").update(lease_owner="", lease_until=None)
    canary.forget()
    indexed = _index(index, store, progress)
    report = ledger.verify()
    faults = list(report.faults)
    if manifest.ledger.batch and not LedgerBatch.objects.filter(
        number=manifest.ledger.batch, digest=manifest.ledger.digest
    ):
        faults.append(f"batch {manifest.ledger.batch} is not the head the backup was made at")
    return Restored(manifest, objects, indexed, damaged, tuple(faults))


def _is_this(manifest: Manifest) -> bool:
    """Whether the rows of this very generation are here already: an earlier restore came that far."""
    if "warehouse_ledgerbatch" not in connection.introspection.table_names():
        return False
    try:
        last = LedgerBatch.objects.order_by("-number").first()
        return (
            last is not None
            and (last.number, last.digest) == (manifest.ledger.batch, manifest.ledger.digest)
            and LedgerEvent.objects.count() == manifest.ledger.events
            and Document.objects.count() == manifest.documents
        )
    except DatabaseError:
        return False  # tables of another version; `_shape` says so


def _is_worked_on() -> bool:
    """Whether a worker is at work in the target: it must not find rows exchanged under its hands."""
    if "warehouse_hold" not in connection.introspection.table_names():
        return False
    try:
        return bool(leasing.at_work(now=system_clock()))
    except DatabaseError:
        return False  # tables of another version; `_shape` says so


def _must_be_empty(store: ObjectStore, shelf: ObjectStore) -> None:
    there = connection.introspection.table_names()
    for table, reason in (
        ("warehouse_document", ReasonCode.TARGET_HAS_DOCUMENTS),
        ("warehouse_ledgerevent", ReasonCode.TARGET_HAS_EVENTS),
    ):
        if table in there:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - two fixed names
                if count := cursor.fetchone()[0]:
                    raise Refused(reason, count=count)
    # Objects of this backup may be there from a restore that was interrupted.
    backed = ((item.digest, True) for item in shelf.names())
    strange = sum(
        1 for _name, _size, ours in beside(((item.digest, None) for item in store.names()), backed) if not ours
    )
    if strange:
        raise Refused(ReasonCode.TARGET_HAS_OBJECTS, count=strange)


def _shape(manifest: Manifest) -> Apps:
    """Bring the tables into the shape the rows have; returns models of that shape."""
    executor = MigrationExecutor(connection)
    targets = list(manifest.migrations.items())
    unknown = [f"{app}.{name}" for app, name in targets if (app, name) not in executor.loader.graph.nodes]
    if unknown:
        raise Refused(ReasonCode.BACKUP_TOO_NEW, version=f"{manifest.khoso}, {unknown[0]}")
    try:
        if not (set(targets) == set(executor.loader.graph.leaf_nodes()) and _made_at_once()):
            executor.migrate(targets)
    except (IrreversibleError, DatabaseError) as error:
        raise Refused(ReasonCode.TARGET_TABLES, detail=str(error)) from error
    registry: Apps = MigrationExecutor(connection).loader.project_state(targets).apps
    missing = sorted(manifest.tables.keys() - {label(model) for model in tables(registry)})
    if missing:
        raise Refused(ReasonCode.BACKUP_TOO_NEW, version=f"{manifest.khoso}, {missing[0]}")
    return registry


def _made_at_once() -> bool:
    """Make today's tables in one step, as a new home does; False where that is not to be done."""
    return connection.vendor == "sqlite" and make_tables(connection)


def _objects(
    generation: Path,
    manifest: Manifest,
    shelf: ObjectStore,
    store: ObjectStore,
    *,
    skip_damaged: bool,
    progress: Progress,
) -> tuple[int, tuple[str, ...]]:
    damaged: list[str] = []
    rows = ((row["sha256"], row) for row in read_lines(generation / OBJECTS))
    there = ((item.digest, item.size) for item in store.names())
    done = 0
    for name, row, size in beside(rows, there):
        digest = as_digest(name)
        try:
            if size != row["size"]:
                store.put(shelf.open(digest), digest=digest, size=row["size"])
        except Corrupted as error:
            if not skip_damaged:
                raise Corrupted(
                    _(
                        "bản sao lưu hỏng: đối tượng %(name)s (%(detail)s). Kho đích vẫn trống; dùng bản sao lưu khác, "
                        "hoặc --skip-damaged để khôi phục phần còn lại"
                    )
                    % {"name": name, "detail": error}
                ) from error
            damaged.append(name)
            continue
        if row["locked_until"]:
            store.lock(digest, until=datetime.fromisoformat(row["locked_until"]))
        done += 1
        progress("objects", done, manifest.objects)
    return done, tuple(damaged)


def _rows(generation: Path, manifest: Manifest, registry: Apps, store: ObjectStore, progress: Progress) -> None:
    models = tables(registry)
    with transaction.atomic():
        empty(models)
        for done, model in enumerate(models, start=1):
            progress("tables", done, len(models))
            path = generation / "tables" / f"{label(model)}.jsonl.gz"
            if label(model) not in manifest.tables:
                continue
            count = load(model, read_lines(path))
            if count != manifest.tables[label(model)]:
                raise Corrupted(
                    _("bản sao lưu hỏng: %(path)s có %(count)s dòng, không phải %(wanted)s")
                    % {"path": path, "count": count, "wanted": manifest.tables[label(model)]}
                )
        continue_numbers(models)
        _versions(registry, store)
        try:
            connection.check_constraints()
        except DatabaseError as error:
            raise Corrupted(_("bản sao lưu hỏng: các bảng không khớp nhau: %(detail)s") % {"detail": error}) from error


def _versions(registry: Apps, store: ObjectStore) -> None:
    """Another store has other version ids for the same bytes."""
    rendition = registry.get_model("warehouse", "Rendition")
    for item in _versioned(store):
        rendition._base_manager.filter(digest=item[0]).exclude(store_version=item[1]).update(store_version=item[1])
    if not any(True for _ in _versioned(store)):
        rendition._base_manager.exclude(store_version="").update(store_version="")


def _versioned(store: ObjectStore) -> Iterator[tuple[str, str]]:
    return ((item.digest, item.version) for item in store.names() if item.version)


def _index(index: SearchIndex, store: ObjectStore, progress: Progress) -> int:
    """The index is made anew from rows and bytes; how many can be found there. What was erased is fed, too, as gone."""
    index.clear()
    projecting.forget()
    total = projecting.behind()
    while left := projecting.behind():
        progress("index", total - left, total)
        if not projecting.feed(index=index, store=store, most=50):
            break
    return Document.objects.filter(state__in=FINDABLE).count() - len(projecting.set_aside())
