"""The board of the head of office: figures of their units, each with the documents behind it."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_safe

from catalogue.models import DocumentType
from indicators.board import LONGEST, Board, Period, Row, Tree, behind, draw
from indicators.export import as_csv, note_export
from khoso.kernel.clock import VIETNAM
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import SENTENCES, ReasonCode
from people.models import Unit, User
from people.roles import Right, demand, units_with
from warehouse.access import visible_to
from warehouse.models import State

SHOWN = 100
PERIODS = {
    "homnay": _l("Hôm nay"), "7": _l("7 ngày"), "30": _l("30 ngày"), "thang": _l("Tháng này"), "quy": _l("Quý này"),
    "nam": _l("Năm nay"),
}  # fmt: skip
NUMBERS = {
    "arrived": _l("Đã nhận"), "filed": _l("Đã lưu kho"), "open": _l("Đang làm"), "waiting": _l("Đang chờ người"),
    "parked": _l("Tạm dừng"), "refused": _l("Từ chối"), "image_only": _l("Chỉ là ảnh"),
    "doubtful": _l("Có trường nghi ngờ"), "reviewed": _l("Sửa khi xác nhận"),
    "corrected": _l("Sửa sau lưu kho"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    tree: Tree
    unit: Unit
    period: Period
    choice: str

    def query(self, **more: str) -> str:
        """The same question with something changed."""
        own = (
            {"dv": self.unit.code, "ky": self.choice}
            if self.choice
            else {
                "dv": self.unit.code,
                "tu": self.period.since.isoformat(),
                "den": self.period.until.isoformat(),
            }
        )
        return urlencode(own | more)


def overseen(user: User) -> Tree:
    """The units whose board somebody may see.

    Raises:
        PermissionDenied: none.
    """
    try:
        demand(user, Right.BOARD)
    except Refused:
        raise PermissionDenied from None
    return Tree(units_with(user, Right.BOARD))


def _asked(request: HttpRequest) -> Asked:
    user = cast("User", request.user)
    tree = overseen(user)
    today = request.tools.clock().astimezone(VIETNAM).date()  # type: ignore[attr-defined]
    code = request.GET.get("dv", "")
    unit = tree.named(code) if code else tree.start(user)
    if unit is None:
        raise Http404
    since, until = _day(request.GET.get("tu", "")), _day(request.GET.get("den", ""))
    if since and until and since <= until and (until - since).days <= LONGEST:
        return Asked(tree, unit, Period(since, until), "")
    choice = request.GET.get("ky", "30")
    return Asked(tree, unit, period_of(choice, today), choice if choice in PERIODS else "30")


def period_of(choice: str, today: date) -> Period:
    """The days of a named period up to today."""
    begins = {
        "homnay": today,
        "7": today - timedelta(days=6),
        "thang": today.replace(day=1),
        "quy": today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1),
        "nam": today.replace(month=1, day=1),
    }
    return Period(begins.get(choice, today - timedelta(days=29)), today)


def _day(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The board; `?csv=1` for a spreadsheet, which is recorded."""
    asked, now = _asked(request), request.tools.clock()  # type: ignore[attr-defined]
    drawn = draw(asked.tree, asked.unit, asked.period, now=now)
    if "csv" in request.GET:
        note_export(cast("User", request.user), asked.unit, asked.period, now=now)
        answer = HttpResponse(as_csv(drawn, asked.period), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="bang-dieu-hanh-{asked.period.until}.csv"'
        return answer
    people = {work.person for work in drawn.at_work}
    names = {user.username: user.get_full_name() for user in User.objects.filter(username__in=people)} if people else {}
    seen = (
        set(
            visible_to(cast("User", request.user))
            .filter(pk__in=[w.document.pk for w in drawn.at_work])
            .values_list("pk", flat=True)
        )
        if people
        else set()
    )
    context = {
        "nav": "board",
        "asked": asked,
        "path": [(unit, asked.query(dv=unit.code)) for unit in asked.tree.path(asked.unit)],
        "others": [(unit, asked.query(dv=unit.code)) for unit in asked.tree.tops() if len(asked.tree.tops()) > 1],
        "periods": [(key, name, urlencode({"dv": asked.unit.code, "ky": key})) for key, name in PERIODS.items()],
        "tiles": _tiles(drawn, asked),
        "rows": [_cells(row, asked) for row in drawn.rows],
        "total": _cells(drawn.total, asked),
        "bars": _bars(drawn),
        "states": [(State(state).label, count, drawn.oldest[state]) for state, count in sorted(drawn.states.items())],
        "parked": [
            {
                "sentence": _reason(row.code),
                "ages": row.ages,
                "count": row.count,
                "oldest": row.oldest,
                "link": asked.query(so="parked", ly_do=row.code),
            }
            for row in drawn.parked
        ],
        "steps": [(_step(step.name), step) for step in drawn.steps],
        "at_work": [
            (names.get(work.person, work.person), work.document if work.document.pk in seen else None, work.since)
            for work in drawn.at_work
        ],
        "csv": asked.query(csv="1"),
    }
    return render(request, "indicators/board.html", context)


@login_required
@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """The documents behind a number of the board; their titles only where the reader may see them."""
    asked, what = _asked(request), request.GET.get("so", "")
    reason = request.GET.get("ly_do", "")[:40]
    alone = "rieng" in request.GET
    ids = [asked.unit.pk] if alone else asked.tree.under(asked.unit)
    page = request.GET.get("trang", "1")
    number = max(int(page), 1) if page.isdecimal() and len(page) < 6 else 1
    try:
        rows = behind(what, ids, asked.period, reason=reason, first=(number - 1) * SHOWN, most=SHOWN + 1)
    except KeyError:
        raise Http404 from None
    seen = set(
        visible_to(cast("User", request.user)).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True)
    )
    names = dict(DocumentType.objects.values_list("slug", "name"))
    extra = {"so": what, **({"ly_do": reason} if reason else {}), **({"rieng": "1"} if alone else {})}
    context = {
        "nav": "board",
        "asked": asked,
        "heading": NUMBERS[what],
        "reason": _reason(reason) if reason else "",
        "rows": [
            (row, row.pk in seen, _(names[row.document_type]) if row.document_type in names else "")
            for row in rows[:SHOWN]
        ],
        "first": (number - 1) * SHOWN + 1,
        "before": asked.query(**extra, trang=str(number - 1)) if number > 1 else "",
        "after": asked.query(**extra, trang=str(number + 1)) if len(rows) > SHOWN else "",
        "back": asked.query(),
    }
    return render(request, "indicators/numbers.html", context)


def _tiles(drawn: Board, asked: Asked) -> list[dict[str, Any]]:
    total = drawn.total
    return [
        {"name": NUMBERS[key], "value": value, "link": asked.query(so=key), "note": note}
        for key, value, note in (
            ("arrived", int(total.sums.arrived), ""),
            ("filed", int(total.sums.filed), _("%(n)s trang") % {"n": int(total.sums.pages)}),
            ("open", total.open, ""),
            ("waiting", total.waiting, ""),
            ("parked", total.parked, ""),
            ("image_only", int(total.sums.image_only), _percent(total.sums.image_share)),
            ("reviewed", int(total.sums.reviewed), _("trường")),
            ("corrected", int(total.sums.corrected), _("trường")),
        )
    ]


def _percent(share: float | None) -> str:
    return f"{100 * share:.1f} %".replace(".", ",") if share is not None else ""


def _cells(row: Row, asked: Asked) -> dict[str, Any]:
    alone = {} if row.below or row.unit.pk != asked.unit.pk else {"rieng": "1"}
    numbers = f"{reverse('board-numbers')}?{asked.query(dv=row.unit.code, **alone)}&so="
    return {
        "unit": row.unit,
        "link": asked.query(dv=row.unit.code) if row.below else "",
        "counts": [
            (value, numbers + key)
            for key, value in (
                ("arrived", int(row.sums.arrived)),
                ("filed", int(row.sums.filed)),
                ("open", row.open),
                ("waiting", row.waiting),
                ("parked", row.parked),
                ("image_only", int(row.sums.image_only)),
                ("doubtful", int(row.sums.doubtful)),
                ("reviewed", int(row.sums.reviewed)),
                ("corrected", int(row.sums.corrected)),
            )
        ],
        "per_document": row.sums.per_document,
        "per_page": row.sums.per_page,
    }  # fmt: skip


def _bars(drawn: Board) -> dict[str, Any] | None:
    """Days as bars, in units of a picture 600 wide and 60 high."""
    highest = max((max(came, filed) for _day, came, filed in drawn.days), default=0)
    if not highest:
        return None
    wide = 600 / len(drawn.days)
    return {
        "highest": highest,
        "days": [
            {
                "day": day, "came": came, "filed": filed, "x": f"{n * wide:.1f}", "w": f"{wide * 0.4:.1f}",
                "x2": f"{(n + 0.42) * wide:.1f}", "y": f"{60 - 60 * came / highest:.1f}",
                "h": f"{60 * came / highest:.1f}", "y2": f"{60 - 60 * filed / highest:.1f}",
                "h2": f"{60 * filed / highest:.1f}",
            }
            for n, (day, came, filed) in enumerate(drawn.days)
        ],
    }  # fmt: skip


def _step(name: str) -> str:
    words = {
        "inspect": _("Kiểm tra tệp"), "read": _("Đọc chữ"), "separate": _("Xét tách văn bản"),
        "compose": _("Lập PDF/A hai lớp"), "sign": _("Ký số hóa"), "adopt": _("Nhận bản điện tử gốc"),
        "extract": _("Bóc tách dữ liệu"), "weigh": _("Xét độ chắc chắn"), "confirmed": _("Người xác nhận"),
        "code": _("Cấp mã"), "seal": _("Ký số cơ quan"), "file": _("Lưu kho"), "parked": _("Tạm dừng"),
        "resumed": _("Cho đi tiếp"),
    }  # fmt: skip
    return words.get(name, name)


def _reason(code: str) -> str:
    """What a reason is called on the board: the sentence of the clerk without what fills it."""
    try:
        words = SENTENCES[ReasonCode(code)]
    except ValueError:
        return code
    return re.sub(r"%\(\w+\)s", "…", _(words))
