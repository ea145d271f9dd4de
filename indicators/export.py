"""The board for spreadsheets and machines. Exports are recorded in the ledger: who took which figures away."""

import csv
import io
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from indicators.board import Board, Period, Row
from khoso.kernel.clock import rfc3339
from people.models import Unit, User
from warehouse import ledger
from warehouse.reading import harmless


def as_csv(drawn: Board, period: Period) -> str:
    """A line for each unit and one for all; no cell begins like a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    heads = (
        _("Mã đơn vị"), _("Đơn vị"), _("Từ ngày"), _("Đến ngày"), _("Đã nhận"), _("Đã lưu kho"), _("Trang"),
        _("Đang làm"), _("Đang chờ người"), _("Tạm dừng"), _("Chỉ là ảnh"), _("Trường đã đọc"), _("Trường nghi ngờ"),
        _("Trường sửa khi xác nhận"), _("Trường sửa sau khi lưu kho"), _("Giây mỗi giấy tờ"), _("Giây mỗi trang"),
    )  # fmt: skip
    writer.writerow([harmless(head) for head in heads])
    for row in [*drawn.rows, drawn.total]:
        writer.writerow([harmless(str(cell)) for cell in _line(row, period)])
    return "\ufeff" + text.getvalue()


def _line(row: Row, period: Period) -> list[object]:
    sums = row.sums
    return [
        row.unit.code, row.unit.name, period.since.isoformat(), period.until.isoformat(), int(sums.arrived),
        int(sums.filed), int(sums.pages), row.open, row.waiting, row.parked, int(sums.image_only), int(sums.fields),
        int(sums.doubtful), int(sums.reviewed), int(sums.corrected),
        "" if sums.per_document is None else round(sums.per_document, 1),
        "" if sums.per_page is None else round(sums.per_page, 1),
    ]  # fmt: skip


def note_export(user: User, unit: Unit, period: Period, *, now: datetime) -> None:
    """Write down who took the figures away."""
    ledger.record(
        "board_exported",
        at=now,
        actor=user.username,
        document=None,
        body={"unit": unit.code, "since": period.since.isoformat(), "until": period.until.isoformat()},
    )


def as_json(drawn: Board, period: Period) -> dict[str, Any]:
    """The board as JSON: `units` holds a line for each unit below, `total` all of them."""
    return {
        "unit": drawn.total.unit.code,
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "total": _figures(drawn.total),
        "units": [_figures(row) for row in drawn.rows],
        "states": [
            {"state": state, "count": count, "oldest": rfc3339(drawn.oldest[state])}
            for state, count in sorted(drawn.states.items())
        ],
        "parked": [
            {
                "reason": row.code,
                "count": row.count,
                "day": row.ages[0],
                "week": row.ages[1],
                "older": row.ages[2],
                "oldest": rfc3339(row.oldest),
            }
            for row in drawn.parked
        ],
        "steps": [
            {
                "step": step.name,
                "count": step.count,
                "seconds_per_document": round(step.per_document, 3),
                "seconds_per_page": None if step.per_page is None else round(step.per_page, 3),
            }
            for step in drawn.steps
        ],
    }


def _figures(row: Row) -> dict[str, Any]:
    sums = row.sums
    return {
        "code": row.unit.code,
        "name": row.unit.name,
        **{name: int(value) for name, value in sums.values.items() if name != "seconds"},
        "open": row.open,
        "waiting": row.waiting,
        "parked_now": row.parked,
        "seconds_per_document": None if sums.per_document is None else round(sums.per_document, 3),
        "seconds_per_page": None if sums.per_page is None else round(sums.per_page, 3),
    }
