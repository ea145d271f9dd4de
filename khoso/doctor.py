"""Is everything well? One row per part, with what to do where it is not."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from khoso.kernel.clock import rfc3339
from khoso.kernel.errors import KhosoError
from khoso.wiring import configured, tools
from search.projecting import behind
from warehouse.canary import last_trial
from warehouse.ledger import unsealed

LEAST_FREE = 2.0  # GiB


@dataclass(frozen=True, slots=True)
class Row:
    """One part's state."""

    part: str
    good: bool
    detail: str
    advice: str = ""


def examine(home: Path) -> list[Row]:
    """Look at every part of an embedded home."""
    rows = [Row("Python", sys.version_info >= (3, 11), sys.version.split()[0])]
    rows += [_tool("pdftoppm", "poppler-utils"), _tool("pdftotext", "poppler-utils"), _space(home), _database()]
    try:
        with tools() as made:
            rows.append(Row("OCR", good=True, detail=made.engine.name))
            rows.append(
                Row(
                    _("Chỉ mục"),
                    behind() == 0,
                    _("%(entries)s mục, %(waiting)s chờ")
                    % {"entries": sum(1 for one in made.index.versions()), "waiting": behind()},
                    "khoso sweeper --once" if behind() else "",
                )
            )
            if configured().s3 is not None:
                rows.append(_locks())
            key = made.keyring.agency(made.agency)
            rows.append(
                Row(
                    _("Khóa ký"),
                    key is not None,
                    _("khóa phát triển: KHÔNG có giá trị pháp lý"),
                    _("cấu hình khóa thật trước khi dùng chính thức"),
                )
            )
    except KhosoError as error:
        rows.append(Row(_("Công cụ"), good=False, detail=str(error)))
    rows.append(Row(_("Nhật ký"), unsealed() < 1000, _("%(count)s sự kiện chưa niêm phong") % {"count": unsealed()}))
    return rows


def _locks() -> Row:
    """Whether the bucket's locks held when something locked was last tried to be deleted."""
    trial = last_trial()
    if trial.held is None:
        return Row(_("Khóa kho"), good=False, detail=_("chưa thử lần nào"), advice="khoso sweeper --once")
    if not trial.held:
        return Row(_("Khóa kho"), good=False, detail=trial.detail, advice="khoso probe-store")
    proven = rfc3339(trial.proven_at) if trial.proven_at else "–"
    return Row(_("Khóa kho"), good=True, detail=_("giữ được, thử lúc %(moment)s") % {"moment": proven})


def _tool(name: str, package: str) -> Row:
    path = shutil.which(name)
    if path is None:
        return Row(name, good=False, detail=_("không có"), advice=f"apt-get install {package}")
    done = subprocess.run([path, "-v"], capture_output=True, text=True, timeout=10, check=False)
    return Row(name, good=True, detail=(done.stderr or done.stdout).splitlines()[0])


def _space(home: Path) -> Row:
    free = shutil.disk_usage(home).free / (1 << 30)
    return Row(
        _("Dung lượng trống"),
        free >= LEAST_FREE,
        f"{free:.1f} GiB",
        "" if free >= LEAST_FREE else _("giải phóng ổ đĩa"),
    )


def _database() -> Row:
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
