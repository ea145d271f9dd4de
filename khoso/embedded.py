"""Embedded mode: one folder is the whole Kho. Makes it ready, and keeps the processes of `khoso serve` and `khoso file`.

A home holds `khoso.log` (what workers say), `catalogue.sqlite3`, `index.sqlite3` (can be rebuilt), `store/` (write-once bytes), `ca/` (development keys),
`work/` (temporary), `secret.key`. Everything is private to its owner.
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Self

from khoso.configuration import Misconfigured, load, require, require_types
from khoso.kernel.errors import Unavailable
from khoso.nursery import GRACE

if TYPE_CHECKING:
    from warehouse.ports import ObjectStore

HOME_CODE, HOME_UNIT = "X00.00", "Đơn vị mẫu (nhà phát triển)"
_ROOT = Path(__file__).resolve().parent.parent


def prepare(home: Path) -> None:
    """Make a home ready and Django with it: folders, secret, tables, code tables, the local account. Idempotent.

    Two processes may start at once: one prepares, the other waits.

    Raises:
        OSError: the folder cannot be made or written.
        Unavailable: the database server does not answer.
        Misconfigured: the configuration holds mistakes; nothing was made.
    """
    lay(home)
    with _alone(home / "prepare.lock"):
        _prepare_tables(home)
        _require_known_types()


def lay(home: Path) -> None:
    """The folders and the secret of a home, and Django's settings; its tables are not touched. Idempotent.

    Raises:
        OSError: the folder cannot be made or written.
        Misconfigured: the configuration holds mistakes; nothing was made.
    """
    require(load({**os.environ, "KHOSO_HOME": str(home)}))
    home.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(PermissionError):
        home.chmod(0o700)
    for name in ("store", "work", "incoming"):
        (home / name).mkdir(exist_ok=True)
    with _alone(home / "prepare.lock"):
        secret = home / "secret.key"
        if not secret.exists():
            descriptor = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(50))
        prepare_settings(home)


def _prepare_tables(home: Path) -> None:
    """Tables and code tables of this version, made once for each database.

    Raises:
        Unavailable: the database server does not answer.
    """
    from django.db import InterfaceError, OperationalError, connection

    mark = home / "prepared"
    if connection.vendor != "postgresql":
        wanted = _shape()
        if not (home / "catalogue.sqlite3").exists() or _said(mark) != wanted:
            _fill()
            mark.write_text(wanted, encoding="ascii")
        return
    import psycopg

    from khoso import postgres

    try:
        postgres.knock(connection.settings_dict)
        wanted = f"{_shape()} {postgres.identity(connection)}"
        if _said(mark) != wanted:
            with postgres.alone(connection):
                _fill()
            mark.write_text(wanted, encoding="ascii")
    except (OperationalError, InterfaceError, psycopg.OperationalError) as error:
        place = connection.settings_dict
        raise Unavailable(
            f"PostgreSQL tại {place['HOST']}:{place['PORT']} không trả lời ({str(error).strip().splitlines()[0]}); "
            "xem KHOSO_DATABASE_URL và máy chủ ấy"
        ) from error


def _require_known_types() -> None:
    """A slip of the pen in a type's name must not lock its papers for the years of all others.

    Raises:
        Misconfigured: a type of `KHOSO_KEEP_YEARS` is not in the code table.
    """
    from django.conf import settings

    from catalogue.models import DocumentType

    if len(settings.KHOSO.keep_years) > 1:
        require_types(settings.KHOSO, DocumentType.objects.values_list("slug", flat=True))


def require_own_store(store: "ObjectStore") -> None:
    """On a server: that the store is the one of this catalogue. A slip of the pen in a bucket's name would make a new, empty
    one, take papers into it, and park every other paper as damaged. While the store or the catalogue is away nothing is judged.

    Raises:
        Misconfigured: it holds none of the newest objects the catalogue names.
    """
    from django.conf import settings
    from django.db import InterfaceError, OperationalError

    from warehouse.shelf import another_kho

    if settings.KHOSO.s3 is None and settings.KHOSO.postgres is None:
        return
    with contextlib.suppress(Unavailable, OperationalError, InterfaceError):
        count = another_kho(store)
        if count:
            raise Misconfigured(
                _(
                    "KHOSO_STORE_URL: kho đối tượng này không có tệp nào trong %(count)s tệp mới nhất mà danh mục ghi; đây là"
                    " ngăn hay thư mục khác. Sửa KHOSO_STORE_URL hoặc KHOSO_DATABASE_URL; nếu ngăn đã mất, xem «khoso check»"
                    " và «khoso restore»"
                )
                % {"count": count}
            )


def _said(mark: Path) -> str:
    return mark.read_text(encoding="ascii") if mark.exists() else ""


def prepare_settings(home: Path) -> None:
    """Django's settings without a home on disk: for commands that store nothing."""
    import django
    from django.conf import settings
    from django.utils import translation

    os.environ["KHOSO_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "khoso.settings"
    django.setup()
    translation.activate(settings.KHOSO.language)


def _fill() -> None:
    from django.core.management import call_command
    from django.db import connection

    from catalogue.loading import load
    from khoso.fresh import make_tables
    from khoso.wiring import open_safe
    from people import factors
    from people.accounts import LOCAL, ensure_unit, ensure_user

    if connection.vendor != "sqlite" or not make_tables(connection):
        call_command("migrate", verbosity=0, interactive=False)
    load()
    factors.relock(safe=open_safe())
    ensure_user(LOCAL, full_name="Người dùng tại máy", unit=ensure_unit(HOME_CODE, HOME_UNIT))


def _shape() -> str:
    """What the tables and code tables of this version look like, as a digest."""
    files = sorted([*_ROOT.glob("*/migrations/0*.py"), *_ROOT.glob("catalogue/data/*")])
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Workers:
    """Keeps some worker processes running: a nursery (`khoso.nursery`) that is started again if it dies, and ends with this one.

    It may be entered before the home's tables are made: the workers wait for that.
    """

    def __init__(self, home: Path, count: int) -> None:
        self._home, self._count = home, count
        self._log = (home / "khoso.log").open("ab")
        self._nursery: subprocess.Popen[bytes] | None = None
        self._stop = threading.Event()
        self._watch = threading.Thread(target=self._keep, name="workers", daemon=True)

    def __enter__(self) -> Self:
        if self._count > 0:
            self._nursery = self._start()
            self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._nursery is not None:
            self._watch.join()
            self._nursery.terminate()
            try:
                self._nursery.wait(timeout=GRACE + 2)
            except subprocess.TimeoutExpired:
                self._nursery.kill()  # which tells its workers to end
                self._nursery.wait()
        self._log.close()

    def _keep(self) -> None:
        while not self._stop.wait(0.5):
            if self._nursery is not None and self._nursery.poll() is not None and not self._stop.is_set():
                self._nursery = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        words = ["worker", "--processes", str(self._count), "--with-parent", str(os.getpid())]
        return subprocess.Popen(
            [sys.executable, "-m", "khoso", "--home", str(self._home), *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
            start_new_session=True,  # Ctrl-C reaches the parent only, which then ends its workers in order
        )
