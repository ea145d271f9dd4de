"""The board for spreadsheets and machines. Exports are recorded in the ledger: who took which figures away."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from indicators.behind import Line
from indicators.board import Board, Period, Row
from khoso.kernel.cells import harmless
from khoso.kernel.clock import rfc3339
from people.models import Unit, User
from warehouse import ledger
from warehouse.models import State


def as_csv(drawn: Board, period: Period) -> str:
    """A line for each unit and one for all; no cell begins like a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    heads = (
        _("Mã đơn vị"), _("Đơn vị"), _("Từ ngày"), _("Đến ngày"), _("Đã nhận"), _("Đã lưu kho"), _("Trang"),
        _("Đang làm"), _("Đang chờ người"), _("Tạm dừng"), _("Chỉ là ảnh"), _("Trường đã đọc"), _("Trường nghi ngờ"),
        _("Trường sửa khi xác nhận"), _("Trường sửa sau khi lưu kho"), _("Từ chối"), _("Giây từ nhận đến lưu, mỗi giấy tờ"),
        _("Giây máy làm, mỗi giấy tờ"), _("Giây máy làm, mỗi trang"), _("Giây người làm, mỗi giấy tờ đo được"),
        _("Giấy tờ đo được giây người làm"),
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
        int(sums.refused), _rounded(sums.per_document), _rounded(sums.worked_per_document),
        _rounded(sums.worked_per_page), _rounded(sums.attended_per_document), int(sums.timed),
    ]  # fmt: skip


def _rounded(seconds: float | None) -> object:
    return "" if seconds is None else round(seconds, 1)


def lines_as_csv(
    found: Sequence[Line], called: Mapping[UUID, str], types: Mapping[str, str], heads: Sequence[str], *, more: bool
) -> str:
    """The documents behind a number; of those the reader may not see there is no name and no id.

    Args:
        called: what the documents are called that the reader may see.
        heads: what the amounts are called.
        more: whether there are more than these, which the last line says.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    fixed = (
        _("Mã giấy tờ"), _("Giấy tờ"), _("Loại"), _("Mã đơn vị"), _("Đơn vị"), _("Trạng thái"), _("Từ lúc"), _("Nhận lúc"),
    )  # fmt: skip
    writer.writerow([harmless(str(head)) for head in (*fixed, *heads)])
    for line in found:
        document = line.document
        cells = (
            document.pk if document.pk in called else "", called.get(document.pk, ""),
            types.get(document.document_type, document.document_type),
            document.unit.code if document.unit else "", document.unit.name if document.unit else "",
            State(document.state).label, rfc3339(document.state_since), rfc3339(document.created_at),
            *("" if amount is None else round(amount, 1) for amount in line.amounts),
        )  # fmt: skip
        writer.writerow([harmless(str(cell)) for cell in cells])
    if more:
        writer.writerow([_("Còn nữa: chỉ ghi %(n)s giấy tờ đầu. Hãy chọn kỳ ngắn hơn.") % {"n": len(found)}])
    return "\ufeff" + text.getvalue()


def note_export(user: User, unit: Unit, period: Period, *, now: datetime, number: str = "") -> None:
    """Write down who took the figures away, or the list behind a `number`."""
    ledger.record(
        "board_exported",
        at=now,
        actor=user.username,
        document=None,
        body={
            "unit": unit.code,
            "since": period.since.isoformat(),
            "until": period.until.isoformat(),
            **({"number": number} if number else {}),
        },
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
                "seconds_per_document": round(step.seconds / step.count, 3),
                "seconds_per_page": round(step.seconds / step.pages, 3) if step.pages else None,
                "worked_seconds_per_document": round(step.worked_per_document, 3),
                "attended_seconds_per_document": (
                    None if step.attended_per_document is None else round(step.attended_per_document, 3)
                ),
                "attended_known": step.timed,
                "waited_seconds_per_document": round(step.waited_per_document, 3),
            }
            for step in drawn.steps
        ],
        "accuracy": [
            {
                "document_type": one.group[0],
                "looked_at": one.looked_at,
                "right": one.right,
                "changed": one.changed,
                "absent": one.absent,
                "added": one.added,
                "unflagged": one.unflagged,
                "accuracy": round(one.accuracy, 4),
            }
            for one in drawn.accuracy
        ],
    }


def _figures(row: Row) -> dict[str, Any]:
    sums = row.sums
    return {
        "code": row.unit.code,
        "name": row.unit.name,
        **{
            name: int(value)
            for name, value in sums.values.items()
            if name not in {"seconds", "worked", "attended", "timed"}
        },
        "open": row.open,
        "waiting": row.waiting,
        "parked_now": row.parked,
        "seconds_per_document": None if sums.per_document is None else round(sums.per_document, 3),
        "seconds_per_page": None if sums.per_page is None else round(sums.per_page, 3),
        "worked_seconds_per_document": None if sums.worked_per_document is None else round(sums.worked_per_document, 3),
        "attended_seconds_per_document": (
            None if sums.attended_per_document is None else round(sums.attended_per_document, 3)
        ),
        "attended_known": int(sums.timed),
        "worked_seconds_per_page": None if sums.worked_per_page is None else round(sums.worked_per_page, 3),
    }
