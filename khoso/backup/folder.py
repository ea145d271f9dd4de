"""The folder of a backup: its generations, their manifests and sums."""

import contextlib
import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from khoso.kernel.digest import digest_file
from khoso.kernel.errors import Corrupted, Refused
from khoso.kernel.reasons import ReasonCode

FORMAT = 1
_PART = re.compile(r"\d{8}T\d{6}Z\.part")
SUMS, MANIFEST, OBJECTS = "SHA256SUMS", "manifest.json", "objects.jsonl.gz"


@dataclass(frozen=True, slots=True)
class Head:
    """Where the ledger stood: the last sealed batch, and how many events there were."""

    batch: int
    digest: str
    events: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds.

    Attributes:
        migrations: app → its newest migration: which shape the rows have.
        tables: label → number of rows.
        objects, size: how many objects the rows name and their bytes together.
        lost: digests that the rows name and the store did not have, or not with these bytes.
    """

    made_at: str
    khoso: str
    database: str
    migrations: dict[str, str]
    tables: dict[str, int]
    ledger: Head
    documents: int
    objects: int = 0
    size: int = 0
    lost: list[str] = field(default_factory=list)
    keys: bool = False
    format: int = FORMAT

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "Manifest":
        """Raises `Corrupted` when it is not a manifest, `Refused` when a later version wrote it."""
        try:
            data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            if int(data["format"]) > FORMAT:
                raise Refused(ReasonCode.BACKUP_TOO_NEW, version=str(data["khoso"]))
            return cls(**{**data, "ledger": Head(**data["ledger"])})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Corrupted(
                _("bản sao lưu hỏng: không đọc được %(path)s: %(detail)s") % {"path": path, "detail": error}
            ) from error


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One process at a time writes into a backup. Raises `Refused` while another does."""
    with (folder / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(ReasonCode.BACKUP_BUSY, folder=str(folder)) from None
        yield


def generations(folder: Path) -> list[Path]:
    """Whole generations, oldest first."""
    return sorted(path for path in folder.glob("2*Z") if (path / SUMS).is_file())


def unfinished(folder: Path) -> list[Path]:
    """What interrupted backups left, oldest first; nothing else of that ending, which may be somebody's download."""
    return sorted(path for path in folder.glob("2*Z.part") if _PART.fullmatch(path.name) and path.is_dir())


def require_folder(path: Path) -> None:
    """Raises `Refused` where a file is in the way: the path itself or one above it."""
    for place in (path, *path.parents):
        if place.exists() and not place.is_dir():
            raise Refused(ReasonCode.NOT_A_FOLDER, path=str(place))


def begin(folder: Path, now: datetime) -> Path:
    """An empty place for a new generation; what an interrupted backup left is cleared away."""
    for left in unfinished(folder):
        shutil.rmtree(left)
    while (folder / f"{now:%Y%m%dT%H%M%SZ}").exists():
        now += timedelta(seconds=1)
    part = folder / f"{now:%Y%m%dT%H%M%SZ}.part"
    part.mkdir(mode=0o700)
    (part / "tables").mkdir()
    return part


def finish(part: Path) -> Path:
    """Sum every file, make all durable, and let the generation appear under its name."""
    files = sorted(path for path in part.rglob("*") if path.is_file() and path.name != SUMS)
    lines = [f"{digest_file(path)}  {path.relative_to(part)}\n" for path in files]
    (part / SUMS).write_text("".join(lines), encoding="utf-8")
    for path in (*files, part / SUMS, *(path for path in part.rglob("*") if path.is_dir()), part):
        flush(path)
    final = part.with_suffix("")
    part.rename(final)
    flush(final.parent)
    return final


def verify_files(generation: Path) -> int:
    """Compare every file of a generation with its sum; returns how many.

    Raises:
        Corrupted: a file is missing, is one too many, or has other bytes.
    """
    try:
        lines = (generation / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Corrupted(
            _("bản sao lưu hỏng: không đọc được %(path)s: %(detail)s") % {"path": generation / SUMS, "detail": error}
        ) from error
    sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    there = {str(path.relative_to(generation)) for path in generation.rglob("*") if path.is_file()} - {SUMS}
    for name in sorted(sums.keys() ^ there):
        said = _("bản sao lưu hỏng: thiếu %(path)s") if name in sums else _("bản sao lưu hỏng: %(path)s là tệp lạ")
        raise Corrupted(said % {"path": generation / name})
    for name, digest in sums.items():
        if digest_file(generation / name) != digest:
            raise Corrupted(_("bản sao lưu hỏng: nội dung %(path)s đã đổi") % {"path": generation / name})
    return len(sums)


def flush(path: Path) -> None:
    """Make a file's bytes, or a folder's entries, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
