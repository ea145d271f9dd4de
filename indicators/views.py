"""The board of the head of office: figures of their units, each with the documents behind it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, cast
from urllib.parse import quote_plus, urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import get_format, number_format
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_safe

from catalogue.models import DocumentType
from indicators.behind import AMOUNTS, Line, lines
from indicators.behind import Asked as Behind
from indicators.board import LONGEST, Board, Period, Row, Tree, draw
from indicators.export import as_csv, lines_as_csv, note_export
from indicators.places import locked, opened
from khoso.kernel.clock import day_of
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import SENTENCES, ReasonCode
from ocr.accuracy import Accuracy
from people.models import Unit, User
from people.roles import Right, demand, units_with
from warehouse.access import listed, visible_to
from warehouse.granting import broken_in
from warehouse.masking import names_shown
from warehouse.models import Grant, State

SHOWN = 100
FIRST_YEAR, LAST_YEAR = (
    1900,
    2200,
)  # of a period somebody asks for; days beside the ends of the calendar have no neighbours
PERIODS = {
    "homnay": _l("Hôm nay"), "7": _l("7 ngày"), "30": _l("30 ngày"), "thang": _l("Tháng này"), "quy": _l("Quý này"),
    "nam": _l("Năm nay"),
}  # fmt: skip
NUMBERS = {
    "arrived": _l("Đã nhận"), "filed": _l("Đã lưu kho"), "open": _l("Đang làm"), "waiting": _l("Đang chờ người"),
    "parked": _l("Tạm dừng"), "refused": _l("Từ chối"), "image_only": _l("Chỉ là ảnh"),
    "doubtful": _l("Có trường nghi ngờ"), "reviewed": _l("Sửa khi xác nhận"),
    "corrected": _l("Sửa sau lưu kho"), "step": _l("Bước"), "settled": _l("Trường người đã xem"),
}  # fmt: skip
AMOUNTS_CALLED = {
    "pages": _l("Trang"), "worked": _l("Giây máy làm"), "seconds": _l("Giây từ nhận đến lưu"), "fields": _l("Trường"),
    "times": _l("Lần"), "attended": _l("Giây người làm"), "waited": _l("Giây chờ"),
}  # fmt: skip
AGES_CALLED = (_l("trong ngày"), _l("trong tuần"), _l("lâu hơn"))
OUTCOMES = {
    "looked_at": _l("người đã xem"), "right": _l("máy đọc đúng"), "changed": _l("người sửa"),
    "absent": _l("không có trên giấy"), "added": _l("máy bỏ sót"), "unflagged": _l("sai mà máy không ngờ"),
}  # fmt: skip
_OF_A_NUMBER = frozenset({"so", "ly_do", "tuoi", "trang_thai", "buoc", "loai", "ket_qua", "rieng"})
MOST_EXPORTED = 10_000
MOST_GLASSES = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. `fault`: what is wrong with the days it names, `typed`: these days; the period is then another."""

    tree: Tree
    unit: Unit
    period: Period
    choice: str
    typed: tuple[str, str]
    fault: str = ""

    def query(self, **more: str) -> str:
        """The same question with something changed."""
        if self.choice and "tu" not in more:
            own = {"dv": self.unit.code, "ky": self.choice}
        else:
            own = {
                "dv": self.unit.code,
                "tu": self.period.since.isoformat(),
                "den": self.period.until.isoformat(),
            }
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
    today = day_of(request.tools.clock())  # type: ignore[attr-defined]
    code = request.GET.get("dv", "")
    unit = tree.named(code) if code else tree.start(user)
    if unit is None:
        raise Http404
    typed = (request.GET.get("tu", "").strip()[:20], request.GET.get("den", "").strip()[:20])
    period, fault = _days_asked(*typed, today=today) if any(typed) else (None, "")
    if period is not None:
        return Asked(tree, unit, period, "", _told(period))
    choice = request.GET.get("ky", "30")
    if choice not in PERIODS:
        fault, choice = fault or _("Không có kỳ «%(name)s».") % {"name": choice[:20]}, "30"
    shown = period_of(choice, today)
    if not fault:
        return Asked(tree, unit, shown, choice, _told(shown))
    said = _("Đang xem %(since)s – %(until)s; hãy sửa ngày rồi bấm Xem.")
    since, until = _told(shown)
    return Asked(
        tree,
        unit,
        shown,
        choice,
        typed if any(typed) else _told(shown),
        f"{fault} {said % {'since': since, 'until': until}}",
    )


def _days_asked(tu: str, den: str, *, today: date) -> tuple[Period | None, str]:
    """The period of two days as they stand in an address, one of which may be left out; or what is wrong with them."""
    for text in filter(None, (tu, den)):
        if _day(text) is None:
            return None, _("Không có ngày «%(day)s»: hãy ghi ngày/tháng/năm, ví dụ 05/02/2026.") % {"day": text}
    until = _day(den) or today
    since = _day(tu) or until - timedelta(days=29)
    if since > until:
        return None, _("Ngày bắt đầu sau ngày kết thúc.")
    if (until - since).days > LONGEST:
        return None, _("Kỳ dài quá %(years)s năm.") % {"years": LONGEST // 366}
    return Period(since, until), ""


def _told(period: Period) -> tuple[str, str]:
    """The days of a period as a form shows them."""
    return f"{period.since:%d/%m/%Y}", f"{period.until:%d/%m/%Y}"


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
            day = datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        return day if FIRST_YEAR <= day.year <= LAST_YEAR else None
    return None


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The board; `?csv=1` for a spreadsheet, which is recorded."""
    asked, now = _asked(request), request.tools.clock()  # type: ignore[attr-defined]
    drawn, moments = draw(asked.tree, asked.unit, asked.period, now=now), asked.period.moments()
    if "csv" in request.GET and not asked.fault:  # a table of other days than were asked for would mislead
        note_export(cast("User", request.user), asked.unit, asked.period, now=now)
        return _download(as_csv(drawn, asked.period), f"bang-dieu-hanh-{asked.period.until}.csv")
    people = {work.person for work in drawn.at_work}
    names = {user.username: user.get_full_name() for user in User.objects.filter(username__in=people)} if people else {}
    called = _called(request, [work.document.pk for work in drawn.at_work]) if people else {}
    glasses = list(broken_in(asked.tree.under(asked.unit), since=moments[0], until=moments[1])[:MOST_GLASSES])
    types = {slug: _(name) for slug, name in DocumentType.objects.values_list("slug", "name")} if drawn.accuracy else {}
    context = {
        "nav": "board",
        "asked": asked,
        "path": [(unit, asked.query(dv=unit.code)) for unit in asked.tree.path(asked.unit)],
        "others": [(unit, asked.query(dv=unit.code)) for unit in asked.tree.tops() if len(asked.tree.tops()) > 1],
        "periods": [(key, name, urlencode({"dv": asked.unit.code, "ky": key})) for key, name in PERIODS.items()],
        "tiles": _tiles(drawn, asked),
        "rows": _lines(drawn.rows, asked),
        "total": _lines([drawn.total], asked)[0],
        "bars": _bars(drawn),
        "days": [
            (f"{day:%d/%m/%Y}", came, filed, _link(asked, tu=day.isoformat(), den=day.isoformat()))
            for day, came, filed in reversed(drawn.days)
            if came or filed
        ],
        "states": [
            (State(state).label, count, drawn.oldest[state], _link(asked, so="open", trang_thai=state))
            for state, count in sorted(drawn.states.items())
        ],
        "parked": [
            {
                "sentence": _reason(row.code),
                "ages": [(count, f"{link}&tuoi={age}") for age, count in enumerate(row.ages)],
                "count": row.count,
                "link": link,
            }
            for row in drawn.parked
            for link in [_link(asked, so="parked", ly_do=row.code)]
        ],
        "steps": [
            (
                _step(step.name),
                step.count,
                _link(asked, so="step", buoc=step.name),
                _span(step.worked_per_document),
                _span(step.worked_per_page),
                _span(step.attended_per_document),
                _("đo được %(n)s lần") % {"n": step.timed} if 0 < step.timed < step.count else "",
                _span(step.waited_per_document),
            )
            for step in drawn.steps
        ],
        "accuracy": [_read(one, asked, types) for one in drawn.accuracy],
        "at_work": [
            (names.get(work.person, work.person), work.document.pk, called.get(work.document.pk, ""), work.since)
            for work in drawn.at_work
        ],
        "glasses": _glasses(request, glasses),
        "glasses_most": MOST_GLASSES,
        "csv": asked.query(csv="1"),
    }
    return render(request, "indicators/board.html", context, status=422 if asked.fault else 200)


def _called(request: HttpRequest, documents: Sequence[UUID]) -> dict[UUID, str]:
    """What those of some documents are called that the reader may see."""
    seen = visible_to(cast("User", request.user)).filter(pk__in=documents)
    return names_shown(seen, request=request)


def _glasses(request: HttpRequest, glasses: Sequence[Grant]) -> list[dict[str, Any]]:
    """Emergencies in words; a document by its name only where the reader may see it."""
    called = _called(request, [given.document_id for given in glasses]) if glasses else {}
    seers = {given.seen_by for given in glasses if given.seen_by}
    names = {user.username: user.get_full_name() for user in User.objects.filter(username__in=seers)} if seers else {}
    return [
        {
            "at": given.since,
            "person": given.person.get_full_name(),
            "document": given.document_id,
            "name": called.get(given.document_id, ""),
            "seen_by": names.get(given.seen_by, given.seen_by),
            "seen_at": given.seen_at,
        }
        for given in glasses
    ]


@login_required
@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """The documents behind a number of the board, their titles only where the reader may see them; `?csv=1` for a table."""
    asked, get = _asked(request), request.GET
    user, now = cast("User", request.user), request.tools.clock()  # type: ignore[attr-defined]
    age, alone = get.get("tuoi", ""), "rieng" in get
    number = Behind(
        get.get("so", ""), [asked.unit.pk] if alone else asked.tree.under(asked.unit), asked.period,
        reason=get.get("ly_do", "")[:40], age=int(age) if age in {"0", "1", "2"} else None,
        state=get.get("trang_thai", "")[:12], step=get.get("buoc", "")[:20], type=get.get("loai", "")[:40],
        outcome=get.get("ket_qua", "looked_at")[:20],
    )  # fmt: skip
    if number.what not in NUMBERS or number.outcome not in OUTCOMES or (age and number.age is None):
        raise Http404
    if number.what == "step" and number.step not in _steps():
        raise Http404
    as_table = "csv" in get and not asked.fault
    after = None if as_table else opened(get.get("sau", ""), number.what)
    before = None if as_table or after else opened(get.get("truoc", ""), number.what)
    most = MOST_EXPORTED if as_table else SHOWN
    found = lines(number, now=now, after=after, before=before, most=most + 1)
    more = len(found) > most
    shown = found[-most:] if before else found[:most]
    behind_us, ahead = (more, True) if before else (after is not None, more)
    seen = set(visible_to(user).filter(pk__in=[row.document.pk for row in shown]).values_list("pk", flat=True))
    called = names_shown((row.document for row in shown if row.document.pk in seen), request=request)
    names = {slug: _(name) for slug, name in DocumentType.objects.values_list("slug", "name")}
    heads = [str(AMOUNTS_CALLED[name]) for name in AMOUNTS.get(number.what, ())]
    if as_table:
        listed(user, [str(row.document.pk) for row in shown if row.document.pk in seen])
        note_export(user, asked.unit, asked.period, now=now, number=number.what)
        return _download(
            lines_as_csv(shown, called, names, heads, more=more), f"{number.what}-{asked.period.until}.csv"
        )
    extra = {name: str(value) for name, value in get.items() if name in _OF_A_NUMBER}
    context = {
        "nav": "board",
        "asked": asked,
        "heading": _step(number.step) if number.what == "step" else NUMBERS[number.what],
        "narrowed": _narrowed(number, names),
        "heads": heads,
        "rows": [_shown_line(row, called.get(row.document.pk), names) for row in shown],
        "to_begin": asked.query(**extra) if after or before else "",
        "before": asked.query(**extra, truoc=locked(shown[0].place, number.what)) if shown and behind_us else "",
        "after": asked.query(**extra, sau=locked(shown[-1].place, number.what)) if shown and ahead else "",
        "csv": asked.query(**extra, csv="1"),
        "most": MOST_EXPORTED,
        "back": asked.query(),
    }
    return render(request, "indicators/numbers.html", context, status=422 if asked.fault else 200)


def _narrowed(number: Behind, names: Mapping[str, str]) -> str:
    """What the number is narrowed to, in words."""
    told = [
        _reason(number.reason) if number.reason else "",
        str(AGES_CALLED[number.age]) if number.age is not None else "",
        str(State(number.state).label) if number.state in State else "",
    ]
    if number.what == "settled":
        told += [names.get(number.type, number.type), str(OUTCOMES[number.outcome])]
    return " · ".join(filter(None, told))


def _shown_line(line: Line, called: str | None, names: Mapping[str, str]) -> dict[str, Any]:
    """A line in words. `called`: what the document is called; None: the reader may not see it."""
    document, state = line.document, State(line.document.state)
    return {
        "href": reverse("document", args=[document.pk]) if called is not None else "",
        "name": called or "",
        "type": names.get(document.document_type, ""),
        "unit": document.unit.name if document.unit else "",
        "state": state.value,
        "state_words": state.label,
        "since": f"{localtime(document.state_since):%H:%M %d/%m/%Y}",
        "came": f"{localtime(document.created_at):%H:%M %d/%m/%Y}",
        "amounts": [
            "–" if amount is None else number_format(round(amount, 1) if isinstance(amount, float) else amount)
            for amount in line.amounts
        ],
    }


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
            ("refused", int(total.sums.refused), ""),
            ("image_only", int(total.sums.image_only), _percent(total.sums.image_share)),
            ("doubtful", int(total.sums.doubtful), _of_fields(total.sums.doubtful_share)),
            ("reviewed", int(total.sums.reviewed), _("trường")),
            ("corrected", int(total.sums.corrected), _("trường")),
        )
    ]


def _of_fields(share: float | None) -> str:
    return _("trường; %(share)s số đã đọc") % {"share": _percent(share)} if share is not None else _("trường")


_SPANS = (
    (100, 1, _l("%(n)s giây")), (5_400, 60, _l("%(n)s phút")), (129_600, 3_600, _l("%(n)s giờ")),
    (float("inf"), 86_400, _l("%(n)s ngày")),
)  # fmt: skip


@lru_cache(maxsize=8)
def _spans_in(language: str) -> tuple[str, tuple[tuple[float, float, str], ...]]:
    """The mark before decimals, and up to how many seconds a time is told in which unit and words, in a language."""
    with override(language):
        return get_format("DECIMAL_SEPARATOR"), tuple((most, unit, str(words)) for most, unit, words in _SPANS)


def _percent(share: float | None) -> str:
    return f"{number_format(100 * share, 1)} %" if share is not None else ""


def _lines(rows: Sequence[Row], asked: Asked) -> list[SafeString]:
    """Lines of the board's table. They are put together here: a template takes ten times as long for two hundred units.

    What people wrote (names, codes) is escaped; all else is numbers and words of our own.
    """
    numbers, rest = reverse("board-numbers"), escape(asked.query(dv="").removeprefix("dv="))
    return [_line(row, asked, numbers=f"{numbers}?dv=", rest=rest) for row in rows]


def _line(row: Row, asked: Asked, *, numbers: str, rest: str) -> SafeString:
    code, name, sums = escape(quote_plus(row.unit.code)), escape(row.unit.name), row.sums
    alone = "" if row.below or row.unit.pk != asked.unit.pk else "&amp;rieng=1"
    counts = (
        ("arrived", int(sums.arrived)), ("filed", int(sums.filed)), ("open", row.open), ("waiting", row.waiting),
        ("parked", row.parked), ("image_only", int(sums.image_only)), ("doubtful", int(sums.doubtful)),
        ("reviewed", int(sums.reviewed)), ("corrected", int(sums.corrected)),
    )  # fmt: skip
    means = (sums.worked_per_document, sums.worked_per_page, sums.attended_per_document, sums.per_document)
    cells = [(key if value else "", str(value)) for key, value in counts]
    cells += [("" if seconds is None else "filed", _span(seconds)) for seconds in means]
    told = "".join(
        f'<td class="num"><a href="{numbers}{code}{rest}{alone}&amp;so={key}">{text}</a></td>' if key
        else f'<td class="num">{text}</td>'
        for key, text in cells
    )  # fmt: skip
    unit = f'<a href="?dv={code}{rest}">{name}</a>' if row.below else name
    return SafeString(f'<tr><th scope="row">{unit}</th>{told}</tr>')


def _link(asked: Asked, **more: str) -> str:
    """Where the documents behind a number are."""
    return f"{reverse('board-numbers')}?{asked.query(**more)}"


def _span(seconds: float | None) -> str:
    """A time as people say it."""
    if seconds is None:
        return "–"
    mark, spans = _spans_in(get_language() or settings.LANGUAGE_CODE)
    unit, words = next((unit, words) for most, unit, words in spans if seconds < most)
    value = seconds / unit
    return words % {"n": f"{value:.1f}".replace(".", mark) if round(value, 1) < 10 else f"{value:.0f}"}


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
                "day": f"{day:%d/%m}", "came": came, "filed": filed, "x": f"{n * wide:.1f}", "w": f"{wide * 0.4:.1f}",
                "x2": f"{(n + 0.42) * wide:.1f}", "y": f"{60 - 60 * came / highest:.1f}",
                "h": f"{60 * came / highest:.1f}", "y2": f"{60 - 60 * filed / highest:.1f}",
                "h2": f"{60 * filed / highest:.1f}",
            }
            for n, (day, came, filed) in enumerate(drawn.days)
        ],
    }  # fmt: skip


def _read(one: Accuracy, asked: Asked, types: Mapping[str, str]) -> dict[str, Any]:
    """How the machine read one type, each figure with its documents."""
    kind = one.group[0]
    figures = (
        ("looked_at", one.looked_at), ("right", one.right), ("changed", one.changed), ("absent", one.absent),
        ("added", one.added), ("unflagged", one.unflagged),
    )  # fmt: skip
    return {
        "type": types.get(kind, kind),
        "figures": [(count, _link(asked, so="settled", loai=kind, ket_qua=name)) for name, count in figures],
        "share": _percent(one.accuracy),
    }


def _download(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _step(name: str) -> str:
    return _steps().get(name, name)


def _steps() -> dict[str, str]:
    return {
        "inspect": _("Kiểm tra tệp"), "read": _("Đọc chữ"), "separate": _("Xét tách văn bản"),
        "compose": _("Lập PDF/A hai lớp"), "sign": _("Ký số hóa"), "adopt": _("Nhận bản điện tử gốc"),
        "extract": _("Bóc tách dữ liệu"), "weigh": _("Xét độ chắc chắn"), "confirmed": _("Người xác nhận"),
        "code": _("Cấp mã"), "seal": _("Ký số cơ quan"), "file": _("Lưu kho"), "parked": _("Tạm dừng"),
        "resumed": _("Cho đi tiếp"),
    }  # fmt: skip


def _reason(code: str) -> str:
    """What a reason is called on the board: the sentence of the clerk without what fills it."""
    try:
        words = SENTENCES[ReasonCode(code)]
    except ValueError:
        return code
    return re.sub(r"%\(\w+\)s", "…", _(words))
