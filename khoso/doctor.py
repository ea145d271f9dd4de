"""Is everything well? One row per part, with what to do where it is not. Nothing here waits longer than its server's limit."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import psycopg
from cryptography import x509
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from compose import liberation
from khoso import postgres
from khoso.housekeeping import SEALER
from khoso.kernel.clock import rfc3339, system_clock
from khoso.kernel.errors import KhosoError
from khoso.metrics import WAITS_LONG
from khoso.pipeline import Tools
from khoso.wiring import celery_workers, configured, identity_provider, open_safe, tools
from people import factors
from people.ports import IdentityProvider
from search.projecting import behind, must_be_ours, set_aside
from warehouse import leasing
from warehouse.canary import EVERY, last_trial
from warehouse.erasing import open_orders
from warehouse.ledger import unsealed
from warehouse.models import Document, Hold, State
from warehouse.shelf import another_kho, put_bytes

LEAST_FREE = 2.0  # GiB
MOST_SKEW = 2.0  # seconds between this machine's clock and the database's
SOON = timedelta(days=30)  # before a key's certificate ends
BROKER_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Row:
    """One part's state. `milliseconds`: how long its server took to answer."""

    part: str
    good: bool
    detail: str
    advice: str = ""
    milliseconds: int | None = None


def examine(home: Path) -> list[Row]:
    """Look at every part; a part that is away is a row, never the end."""
    rows = [Row("Python", sys.version_info >= (3, 11), sys.version.split()[0])]
    rows += [_tool("pdftoppm", "poppler-utils"), _tool("pdftotext", "poppler-utils"), _model(), _space(home)]
    rows.append(_timed(_("Phông chữ"), _fonts, "apt-get install fonts-liberation2"))
    catalogue = _timed(_("Danh mục"), _catalogue, _("xem máy chủ cơ sở dữ liệu và KHOSO_DATABASE_URL"))
    rows.append(catalogue)
    try:
        with tools() as made:
            rows += _made(made, known=catalogue.good)
    except (KhosoError, OSError) as error:
        rows.append(Row(_("Công cụ"), good=False, detail=str(error)))
    if configured().redis is not None:
        rows.append(
            _timed(_("Chuông Redis"), _broker, _("xem Redis và KHOSO_REDIS_URL; không có chuông, việc vẫn chạy"))
        )
    provider = identity_provider()
    if provider is not None:
        rows.append(_timed(provider.name, lambda: _provider(provider), _("xem nơi cấp danh tính và KHOSO_OIDC_ISSUER")))
    if catalogue.good:
        rows += [_factors(), _ledger(), _erasures(), _workers(), _housekeeping(), _standing()]
    return rows


def _timed(part: str, look: Callable[[], Row], advice: str) -> Row:
    """Look at a server; whatever it raises when it is away is a row."""
    began = time.monotonic()
    try:
        row = look()
    except (KhosoError, DatabaseError, InterfaceError, OSError) as error:
        row = Row(part, good=False, detail=str(error).strip().splitlines()[0], advice=advice)
    return replace(row, milliseconds=round(1000 * (time.monotonic() - began)))


def _made(made: Tools, *, known: bool) -> Iterator[Row]:
    """The parts a worker holds. `known`: whether the catalogue answers; what only it can tell is left out where not."""
    yield Row("OCR", good=True, detail=made.engine.name)
    yield _timed(_("Kho đối tượng"), lambda: _store(made, known=known), _("xem máy chủ S3 và KHOSO_STORE_URL"))
    if configured().s3 is not None and known:
        yield _timed(_("Khóa kho"), _locks, _("xem danh mục"))
    yield _timed(
        _("Chỉ mục"), lambda: _index(made, known=known), _("xem Elasticsearch; ngoài tìm kiếm, mọi việc vẫn chạy")
    )
    yield _timed(_("Khóa ký"), lambda: _key(made), _("xem cấu hình khóa ký"))


def _store(made: Tools, *, known: bool) -> Row:
    server = configured().s3
    lacking = another_kho(made.store) if known else 0
    if lacking:
        detail = _("không có tệp nào trong %(count)s tệp mới nhất mà danh mục ghi") % {"count": lacking}
        return Row(
            _("Kho đối tượng"),
            good=False,
            detail=detail,
            advice=_("có phải ngăn khác? xem KHOSO_STORE_URL; khoso check"),
        )
    if server is None:
        folder = configured().home / "store"
        good = folder.is_dir() and os.access(folder, os.W_OK)
        return Row(_("Kho đối tượng"), good, str(folder), "" if good else _("cho phép ghi vào thư mục này"))
    next(iter(made.store.names("00")), None)
    # A key that may only read, a full disk, encryption asked of a server without a key: only a write tells.
    made.store.discard(put_bytes(made.store, f"khoso doctor {uuid4()}".encode()).digest)
    return Row(_("Kho đối tượng"), good=True, detail=f"S3 {server.endpoint}/{server.bucket}")


def _index(made: Tools, *, known: bool) -> Row:
    if not known:
        made.index.generation()
        return Row(_("Chỉ mục"), good=True, detail=_("trả lời; bao nhiêu giấy tờ đang chờ thì chỉ danh mục biết"))
    must_be_ours(made.index)
    waiting, aside = behind(), len(set_aside())
    detail = _("%(waiting)s giấy tờ chờ đánh chỉ mục") % {"waiting": waiting}
    if aside:
        detail += "; " + _("%(count)s giấy tờ không đưa vào chỉ mục được") % {"count": aside}
    advice = "khoso check" if aside else "khoso sweeper --once" if waiting else ""
    return Row(_("Chỉ mục"), not waiting and not aside, detail, advice)


def _key(made: Tools) -> Row:
    key = made.keyring.agency(made.agency)
    if key is None:
        return Row(_("Khóa ký"), good=False, detail=_("chưa có khóa của cơ quan"), advice=_("cấu hình khóa ký"))
    certificate = x509.load_der_x509_certificate(key.certificate)
    ends = certificate.not_valid_after_utc
    left = ends - datetime.now(UTC)
    detail = _("hết hạn %(moment)s") % {"moment": rfc3339(ends)}
    if "DEVELOPMENT" in certificate.issuer.rfc4514_string().upper():
        # The same on every machine, or papers signed on one are not trusted on another.
        root = sha256(key.chain[-1]).hexdigest()[:16] if key.chain else "–"
        detail += "; " + _("khóa phát triển (gốc %(root)s): KHÔNG có giá trị pháp lý") % {"root": root}
    return Row(_("Khóa ký"), left > SOON, detail, "" if left > SOON else _("xin cấp chứng thư mới trước khi hết hạn"))


def _provider(provider: IdentityProvider) -> Row:
    provider.ask(back="https://kho.invalid/")
    return Row(provider.name, good=True, detail=configured().oidc_issuer)


def _factors() -> Row:
    """Whether people's second factors open with the keys there are."""
    locked, lost = factors.locked(safe=open_safe())
    detail = _("%(locked)s mã, %(lost)s không mở được") % {"locked": locked, "lost": lost}
    advice = _("đặt lại khóa cũ vào KHOSO_FACTOR_KEYS, hoặc khoso people drop-factor từng người") if lost else ""
    return Row(_("Mã xác thực"), not lost, detail, advice)


def _locks() -> Row:
    """Whether the bucket's locks held when something locked was last tried to be deleted."""
    trial = last_trial()
    if trial.held is None:
        never = trial.detail or _("chưa thử lần nào")
        return Row(_("Khóa kho"), good=False, detail=never, advice="khoso sweeper --once")
    if not trial.held:
        return Row(_("Khóa kho"), good=False, detail=trial.detail, advice="khoso probe-store")
    proven = rfc3339(trial.proven_at) if trial.proven_at else "–"
    detail = _("giữ được, thử lúc %(moment)s") % {"moment": proven}
    fresh = trial.proven_at is not None and system_clock() - trial.proven_at < 2 * EVERY
    if not fresh:
        detail += "; " + (trial.detail or _("đã lâu không thử lại"))
    return Row(_("Khóa kho"), fresh, detail, "" if fresh else "khoso sweeper")


def _tool(name: str, package: str) -> Row:
    path = shutil.which(name)
    if path is None:
        return Row(name, good=False, detail=_("không có"), advice=f"apt-get install {package}")
    done = subprocess.run([path, "-v"], capture_output=True, text=True, timeout=10, check=False)
    return Row(name, good=True, detail=(done.stderr or done.stdout).splitlines()[0])


def _model() -> Row:
    """Tesseract and its Vietnamese model."""
    part = "tesseract vie"
    path = shutil.which("tesseract")
    if path is None:
        return Row(part, good=False, detail=_("không có"), advice="apt-get install tesseract-ocr tesseract-ocr-vie")
    version, models = (
        subprocess.run([path, word], capture_output=True, text=True, timeout=10, check=False).stdout.splitlines()
        for word in ("--version", "--list-langs")
    )
    good = "vie" in models
    return Row(part, good, version[0] if version else "?", "" if good else "apt-get install tesseract-ocr-vie")


def _fonts() -> Row:
    """A font with every letter a mark may hold."""
    return Row(_("Phông chữ"), good=True, detail=liberation.find().name)


def _space(home: Path) -> Row:
    free = shutil.disk_usage(home).free / (1 << 30)
    return Row(
        _("Dung lượng trống"),
        free >= LEAST_FREE,
        f"{free:.1f} GiB",
        "" if free >= LEAST_FREE else _("giải phóng ổ đĩa"),
    )


def _catalogue() -> Row:
    """Raises OSError: it does not answer, with its address and its own words."""
    place = connection.settings_dict
    where = f"{place['HOST']}:{place['PORT']}" if place["HOST"] else str(place["NAME"])
    try:
        if connection.vendor == "postgresql":
            postgres.knock(place)
        row = _postgres() if connection.vendor == "postgresql" else _sqlite()
    except (DatabaseError, InterfaceError, psycopg.Error) as error:
        raise OSError(f"{where}: {str(error).strip().splitlines()[0]}") from error
    executor = MigrationExecutor(connection)
    if row.good and executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return replace(
            row, good=False, detail=f"{row.detail}; {_('bảng chưa theo phiên bản này')}", advice="khoso prepare"
        )
    return row


def _postgres() -> Row:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), clock_timestamp()")
        version, clock = cursor.fetchone()
    skew = abs((clock - system_clock()).total_seconds())
    detail = f"PostgreSQL {version.split()[0]}, " + _("lệch giờ %(seconds)s s") % {"seconds": f"{skew:.1f}"}
    return Row(_("Danh mục"), skew <= MOST_SKEW, detail, "" if skew <= MOST_SKEW else _("chỉnh đồng hồ (NTP)"))


def _sqlite() -> Row:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check")
        verdict = str(cursor.fetchone()[0])
        cursor.execute("PRAGMA journal_mode")
        mode = str(cursor.fetchone()[0])
    return Row(
        _("Danh mục"),
        verdict == "ok",
        f"SQLite {mode}, {verdict}",
        "" if verdict == "ok" else _("khôi phục từ bản sao lưu"),
    )


def _broker() -> Row:
    from redis import Redis
    from redis.exceptions import RedisError

    url = configured().redis or ""
    try:
        with Redis.from_url(url, socket_timeout=BROKER_SECONDS, socket_connect_timeout=BROKER_SECONDS) as client:
            version = str(client.info("server")["redis_version"])
    except RedisError as error:
        raise OSError(str(error)) from error
    return Row(_("Chuông Redis"), good=True, detail=f"Redis {version}")


def _ledger() -> Row:
    count = unsealed()
    return Row(_("Nhật ký"), count < 1000, _("%(count)s sự kiện chưa niêm phong") % {"count": count})


def _erasures() -> Row:
    """Lawful orders whose bytes are still there. A COMPLIANCE lock nobody can pass before its end: told, but no fault."""
    count, oldest = open_orders()
    if oldest is None:
        return Row(_("Lệnh hủy"), good=True, detail=_("không có lệnh nào còn dở"))
    words = {"count": count, "span": _span(system_clock() - oldest)}
    detail = _("%(count)s lệnh chưa làm xong, byte còn trong kho, lâu nhất %(span)s") % words
    server = configured().s3
    waits = server is not None and server.retention_mode == "COMPLIANCE"
    return Row(_("Lệnh hủy"), waits, detail, _("khoso erase, với khóa xóa riêng của kho"))


def _workers() -> Row:
    """Whether anybody takes papers on, and how long they have waited for it.

    On a server somebody must be there at all times; an embedded Kho may rest until the next command.
    """
    part, now = _("Tiến trình xử lý"), system_clock()
    count = len(leasing.at_work(now=now)) or celery_workers()
    waiting, oldest = leasing.longest_due(now=now)
    detail = _("%(count)s tiến trình trả lời") % {"count": count} if count else _("không có tiến trình nào trả lời")
    if oldest is None:
        detail += "; " + _("không có giấy tờ chờ")
    else:
        detail += "; " + _("%(count)s giấy tờ chờ, lâu nhất %(span)s") % {"count": waiting, "span": _span(now - oldest)}
    good = count > 0 or (oldest is None and connection.vendor != "postgresql")
    advice = _("khởi động khoso worker (systemctl start khoso-worker@1, docker compose up -d worker)")
    if connection.vendor != "postgresql":
        advice = _("khởi động khoso serve")
    return Row(part, good, detail, "" if good else advice)


def _span(length: timedelta) -> str:
    seconds = max(0, int(length.total_seconds()))
    if seconds < 120:
        return _("%(count)s giây") % {"count": seconds}
    if seconds < 7200:
        return _("%(count)s phút") % {"count": seconds // 60}
    if seconds < 172800:
        return _("%(count)s giờ") % {"count": seconds // 3600}
    return _("%(count)s ngày") % {"count": seconds // 86400}


def _housekeeping() -> Row:
    """Whether some process seals, feeds and rings: on a server nobody does while the sweeper and every worker is down."""
    row = Hold.objects.filter(name=SEALER).first()
    alive = row is not None and row.until > system_clock() - timedelta(seconds=30)
    detail = _("đang chạy") if alive else _("không có tiến trình nào")
    good = alive or not unsealed()
    return Row(_("Việc nền"), good, detail, "" if good else "khoso sweeper")


def _standing() -> Row:
    parked = Document.objects.filter(state=State.PARKED).count()
    still = Document.objects.filter(due_at__isnull=False, attempts__gte=WAITS_LONG).count()
    detail = _("%(parked)s tạm dừng, %(still)s chờ máy chủ đã lâu") % {"parked": parked, "still": still}
    return Row(_("Giấy tờ"), still == 0, detail, _("xem nhật ký của tiến trình xử lý") if still else "")
