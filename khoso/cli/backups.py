"""`khoso backup`, `khoso restore`, `khoso migrate-home`: a Kho into a folder, and back into another."""

import argparse
import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from khoso.cli.given import count
from khoso.cli.output import Output, Progress, say
from khoso.cli.words import _
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode

if TYPE_CHECKING:
    from khoso.backup.making import Belongings
    from khoso.backup.restoring import Restored


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser) -> None:
    """Add the commands' words."""
    backup = commands.add_parser(
        "backup",
        parents=[shared],
        help=_("sao lưu kho vào một thư mục; lần sau chỉ chép phần mới"),
        description=_("Chạy được khi kho đang hoạt động. Bị ngắt giữa chừng thì chạy lại: phần đã chép vẫn còn."),
        epilog=_("Ví dụ: khoso backup /mnt/sao-luu --keep 30"),
    )
    backup.add_argument("folder", type=_folder, metavar="DIR")
    backup.add_argument("--keep", type=count, default=None, metavar="N", help=_("chỉ giữ N bản mới nhất"))
    backup.add_argument(
        "--with-keys",
        action="store_true",
        help=_("chép cả khóa riêng và bí mật; thư mục sao lưu phải được giữ như khóa"),
    )
    backup.set_defaults(run=run_backup)
    restore = commands.add_parser(
        "restore",
        parents=[shared],
        help=_("khôi phục bản sao lưu vào một kho trống"),
        description=_("Kho đích phải trống. Bị ngắt giữa chừng thì chạy lại."),
        epilog=_("Ví dụ: khoso --home /srv/kho-moi restore /mnt/sao-luu"),
    )
    restore.add_argument("folder", type=_folder, metavar="DIR")
    restore.add_argument("--generation", default=None, metavar="NAME", help=_("bản nào (mặc định: mới nhất)"))
    restore.add_argument(
        "--check", action="store_true", help=_("chỉ đọc lại và đối chiếu bản sao lưu, không khôi phục")
    )
    restore.add_argument(
        "--skip-damaged", action="store_true", help=_("bỏ qua đối tượng hỏng của bản sao lưu, nêu tên")
    )
    restore.set_defaults(run=run_restore)
    move = commands.add_parser(
        "migrate-home",
        parents=[shared],
        help=_("chuyển một kho nhúng sang kho đang cấu hình (máy chủ hoặc thư mục khác)"),
        description=_("Kho cũ phải dừng; nó không bị thay đổi. Bị ngắt giữa chừng thì chạy lại."),
        epilog=_("Ví dụ: khoso migrate-home ~/.local/share/khoso"),
    )
    move.add_argument("source", type=_folder, metavar="OLD_HOME", help=_("thư mục của kho nhúng cũ"))
    move.add_argument("--rows", action="store_true", help=argparse.SUPPRESS)  # the half that runs on the old home
    move.set_defaults(run=run_migrate_home)


def _folder(text: str) -> str:
    """A name that is there: an unset variable of a script must not mean the folder one happens to be in."""
    if not text.strip():
        raise argparse.ArgumentTypeError(_("thiếu tên thư mục"))
    return text


class _Lines:
    """Progress as one live line."""

    def __init__(self) -> None:
        self._line = Progress()

    def __call__(self, what: str, done: int, total: int) -> None:
        said = {"tables": _("bảng"), "objects": _("đối tượng"), "index": _("chỉ mục")}
        self._line.show(f"{said[what]} {done}/{total}")

    def clear(self) -> None:
        self._line.clear()


def run_backup(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """A new generation in the folder; 5 when the Kho lacks bytes its rows name."""
    from khoso.backup.folder import require_folder
    from khoso.embedded import prepare

    folder = Path(arguments.folder).expanduser().absolute()
    require_folder(folder)
    if folder.resolve() == home.resolve() or home.resolve() in folder.resolve().parents:
        raise Refused(ReasonCode.BACKUP_INSIDE, folder=str(folder))
    prepare(home)
    from khoso.backup.making import Belongings, back_up, prune
    from khoso.kernel.clock import system_clock
    from khoso.wiring import open_folder, open_store

    _stop_in_order()
    shelf = open_folder(folder / "objects")
    belongings = _belongings(home)
    lines = _Lines()
    try:
        made = back_up(
            folder,
            store=open_store(),
            shelf=shelf,
            belongings=belongings if arguments.with_keys else Belongings(belongings.trust, {}),
            clock=system_clock,
            progress=lines,
        )
    except OSError as error:  # a full disk gives no name: what is written to is the backup's folder
        raise OSError(error.errno, error.strerror, error.filename or str(folder)) from error
    lines.clear()
    removed = prune(folder, keep=arguments.keep, shelf=shelf) if arguments.keep else (0, 0)
    if output.json:
        output.record(
            {"backup": str(made.path), "copied": made.copied, "copied_bytes": made.copied_size, "removed": removed[0]}
            | asdict(made.manifest)
        )
    else:
        manifest = made.manifest
        output.line(
            _(
                "%(path)s: %(documents)s giấy tờ, %(objects)s đối tượng (%(size).1f MB), "
                "lần này chép %(copied)s (%(new).1f MB)."
            )
            % {
                "path": made.path,
                "documents": manifest.documents,
                "objects": manifest.objects,
                "size": manifest.size / 1e6,
                "copied": made.copied,
                "new": made.copied_size / 1e6,
            }
        )
        if removed[0]:
            output.line(
                _("Đã xóa %(generations)s bản cũ, %(objects)s đối tượng.")
                % {"generations": removed[0], "objects": removed[1]}
            )
    _say_keys(belongings, with_keys=arguments.with_keys)
    for digest in made.manifest.lost:
        say(
            _(
                "HỎNG TRONG KHO: đối tượng %(digest)s bị thiếu hoặc đã đổi; phần còn lại đã được sao lưu. "
                "Chạy khoso check."
            )
            % {"digest": digest}
        )
    return 5 if made.manifest.lost else 0


def _say_keys(belongings: "Belongings", *, with_keys: bool) -> None:
    if with_keys:
        say(_("Bản sao lưu có cả khóa riêng (keys/): hãy giữ thư mục này như giữ khóa."))
    elif belongings.keys:
        say(
            _("Không chép %(count)s tệp khóa và bí mật (ca/, secret.key): giữ chúng riêng, hoặc thêm --with-keys.")
            % {"count": len(belongings.keys)}
        )


def _belongings(home: Path) -> "Belongings":
    """Certificates and keys of a home. The root that signed so far is trusted after a restore, with or without its key."""
    from khoso.backup.making import Belongings

    trust = {path.name: path for path in sorted((home / "trust").glob("*")) if path.is_file()}
    root = home / "ca" / "root.pem"
    if root.is_file():
        trust[f"root-{sha256(root.read_bytes()).hexdigest()[:12]}.pem"] = root
    keys = {str(path.relative_to(home)): path for path in sorted((home / "ca").rglob("*")) if path.is_file()}
    secret = home / "secret.key"
    return Belongings(trust, keys | ({"secret.key": secret} if secret.is_file() else {}))


def run_restore(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """An empty Kho becomes what the backup says."""
    folder = Path(arguments.folder).expanduser().absolute()
    if arguments.check:
        return _check(folder, arguments.generation, home, output)
    from khoso.embedded import lay, prepare

    lay(home)
    from khoso.backup.restoring import choose, restore
    from khoso.wiring import open_folder, open_index, open_store

    _stop_in_order()
    generation = choose(folder, arguments.generation)
    lines = _Lines()
    restored = restore(
        generation,
        shelf=open_folder(folder / "objects"),
        store=open_store(),
        index=open_index(),
        skip_damaged=arguments.skip_damaged,
        progress=lines,
    )
    lines.clear()
    _bring(generation, home)
    prepare(home)
    return _tell(generation, restored, output)


def _check(folder: Path, name: str | None, home: Path, output: Output) -> int:
    from khoso.embedded import prepare_settings

    prepare_settings(home)
    from khoso.backup.restoring import choose, verify
    from khoso.wiring import open_folder

    lines = _Lines()
    generation = choose(folder, name)
    bad = verify(generation, shelf=open_folder(folder / "objects"), progress=lines)
    lines.clear()
    if output.json:
        output.record({"backup": str(generation), "good": not bad, "damaged": list(bad)})
    else:
        said = _("%(count)s đối tượng hỏng:") if bad else _("mọi tệp và đối tượng khớp.")
        output.line(f"{generation}: {said % {'count': len(bad)}}")
        for digest in bad:
            output.line(f"  {digest}")
    return 5 if bad else 0


def _bring(generation: Path, home: Path) -> None:
    """Certificates into `trust/`, keys where they were; a key that is there already stays."""
    for kind, target in (("trust", home / "trust"), ("keys", home)):
        source = generation / kind
        for path in sorted(source.rglob("*")) if source.is_dir() else ():
            into = target / path.relative_to(source)
            if path.is_dir() or (into.exists() and into.name != "secret.key"):
                continue
            into.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copyfile(path, into)
            into.chmod(0o600 if kind == "keys" else 0o644)


def _shut_factors(*, keys_came: bool) -> int:
    """How many second factors the keys of this home do not open; none where the keys came along."""
    if keys_came:
        return 0
    from khoso.wiring import open_safe
    from people.factors import locked

    return locked(safe=open_safe())[1]


def _tell(generation: Path, restored: "Restored", output: Output) -> int:
    manifest = restored.manifest
    shut = _shut_factors(keys_came=manifest.keys)
    if output.json:
        output.record(
            {
                "restored": str(generation),
                "documents": manifest.documents,
                "objects": restored.objects,
                "indexed": restored.indexed,
                "keys": manifest.keys,
                "factors_shut": shut,
                "damaged": list(restored.damaged),
                "faults": list(restored.faults),
            }
        )
    else:
        output.line(
            _(
                "Đã khôi phục %(name)s: %(documents)s giấy tờ, %(objects)s đối tượng, %(indexed)s mục chỉ mục, "
                "%(events)s sự kiện."
            )
            % {
                "name": generation.name,
                "documents": manifest.documents,
                "objects": restored.objects,
                "indexed": restored.indexed,
                "events": manifest.ledger.events,
            }
        )
    if not manifest.keys:
        say(_("Bản sao lưu không có khóa riêng: kho dùng khóa mới; chữ ký cũ vẫn kiểm tra được (trust/)."))
    if shut:
        say(
            _(
                "%(count)s mã xác thực không mở được bằng khóa ở đây: chép secret.key của kho cũ vào kho này, hoặc ghi khóa "
                "cũ vào KHOSO_FACTOR_KEYS; chưa có khóa thì mã dự phòng vẫn dùng được."
            )
            % {"count": shut}
        )
    for digest in manifest.lost:
        say(_("Đối tượng %(digest)s đã thiếu từ trước khi sao lưu.") % {"digest": digest})
    for digest in restored.damaged:
        say(_("Đối tượng %(digest)s hỏng trong bản sao lưu, không khôi phục được.") % {"digest": digest})
    for fault in restored.faults:
        say(_("Nhật ký: %(fault)s") % {"fault": fault})
    if restored.faults:
        return 5
    return 6 if restored.damaged or manifest.lost else 0


def run_migrate_home(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """The rows of the old home through a backup without objects, its bytes straight from its store."""
    source = Path(arguments.source).expanduser().absolute()
    if arguments.rows:
        return _rows_of(source, home)
    _require_kho(source)
    if source.resolve() == home.resolve():
        raise Refused(ReasonCode.SAME_KHO, home=str(source))
    from khoso.embedded import lay, prepare

    lay(home)
    from khoso.backup.restoring import choose, restore
    from khoso.wiring import open_folder, open_index, open_store

    _stop_in_order()
    folder = home / "migration"
    # A process of its own, with none of this Kho's settings: the old home is what it was.
    told = subprocess.run(
        [sys.executable, "-m", "khoso", "--home", str(source), "migrate-home", str(folder), "--rows"],
        env={name: value for name, value in os.environ.items() if name in _KEPT or name.startswith("LC_")},
        check=False,
    )
    if told.returncode:
        return told.returncode
    generation = choose(folder)
    lines = _Lines()
    restored = restore(
        generation, shelf=open_folder(source / "store"), store=open_store(), index=open_index(), progress=lines
    )
    lines.clear()
    _bring(generation, home)
    prepare(home)
    shutil.rmtree(folder)
    return _tell(generation, restored, output)


def _require_kho(folder: Path) -> None:
    """Raises `Refused` unless the folder is an embedded Kho: somebody else's database must not be given our tables."""
    path = folder / "catalogue.sqlite3"
    if not path.is_file():
        raise Refused(ReasonCode.NOT_A_KHO, folder=str(folder), detail=_("không có catalogue.sqlite3"))
    with path.open("rb") as file:
        ours = file.read(16) == b"SQLite format 3\0"
    if ours:
        with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as catalogue:
            try:
                ours = bool(
                    catalogue.execute("SELECT 1 FROM sqlite_master WHERE name = 'warehouse_document'").fetchone()
                )
            except sqlite3.OperationalError:  # busy: whoever works in it says more about it than we can
                return
            except sqlite3.DatabaseError:
                ours = False
    if not ours:
        raise Refused(
            ReasonCode.NOT_A_KHO, folder=str(folder), detail=_("catalogue.sqlite3 không phải danh mục của Khoso")
        )


_KEPT = frozenset({"PATH", "HOME", "LANG", "TZ", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV", "USER"})


def _rows_of(folder: Path, home: Path) -> int:
    """The half of `migrate-home` that runs on the old home: `folder` takes its rows and keys."""
    from khoso.embedded import prepare

    prepare(home)
    from khoso.backup.making import back_up
    from khoso.housekeeping import HOUSEWORK
    from khoso.kernel.clock import system_clock
    from khoso.wiring import open_store
    from warehouse import leasing

    now = system_clock()
    if leasing.at_work(now=now) or any(leasing.held(name, now=now) for name in HOUSEWORK):
        raise Refused(ReasonCode.STILL_RUNNING, home=str(home))
    lines = _Lines()
    made = back_up(
        folder, store=open_store(), shelf=None, belongings=_belongings(home), clock=system_clock, progress=lines
    )
    lines.clear()
    return 5 if made.manifest.lost else 0


def _stop_in_order() -> None:
    """A SIGTERM ends a copy as Ctrl-C does: holds are given back, what was copied stays."""

    def stop(_signal: int, _frame: object) -> Any:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
