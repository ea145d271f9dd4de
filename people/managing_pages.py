"""Pages on which an administrator manages accounts, roles, units and tokens of machines. What is secret is shown once."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any, TypeVar, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Model, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.folding import fold
from khoso.kernel.clock import system_clock, today
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people import factors, invitations, managing, tokens, units, vouching
from people.accounts import by_name
from people.days import written
from people.models import ANCIENT, Assignment, PeopleChange, Role, Token, Unit, User, Vouched
from people.roles import Right, demand, give, held, may, move

SHOWN = 100
_FORM = ["GET", "HEAD", "POST"]
_DEEPEST = 6
_LONGEST_NUMBER = 18  # digits of a row's number
NAMES = {
    "name": _l("tên"), "role": _l("vai trò"), "since": _l("từ"), "until": _l("đến"), "delegation": _l("ủy quyền"),
    "before": _l("trước"), "after": _l("sau"), "days": _l("số ngày"), "scopes": _l("phạm vi"), "under": _l("thuộc"),
    "into": _l("nhập vào"), "basis": _l("căn cứ"), "subject": _l("danh tính"), "issuer": _l("nơi cấp"),
}  # fmt: skip

_SCOPES = {"capture": _l("nộp giấy tờ"), "read": _l("xem và tìm")}


def _administrator(request: HttpRequest) -> User:
    user = cast("User", request.user)
    if not may(user, Right.PEOPLE):
        raise PermissionDenied
    return user


def _told(error: Refused) -> str:
    return error.reason.sentence(_)


def _day(text: str, field: str) -> date | None:
    """A day a form names, or none where it names none.

    Raises:
        Refused: it names what is no day.
    """
    day = written(text)
    if day is None and text.strip():
        raise Refused(ReasonCode.BAD_VALUE, field=field, value=text[:20], expected="ngày có thật, như 31/12/2026")
    return day


def _unit(text: str) -> Unit | None:
    known = text.isdecimal() and len(text) <= _LONGEST_NUMBER
    return Unit.objects.filter(pk=int(text)).first() if known else None


def _needed_unit(text: str, field: str = "unit") -> Unit:
    unit = _unit(text)
    if unit is None:
        raise Refused(ReasonCode.BAD_VALUE, field=field, value=text[:40], expected="một đơn vị trong danh sách")
    return unit


def _unit_or_none(text: str, field: str = "unit") -> Unit | None:
    """The unit a form names, or none where it names none: an unknown one is not the same as none.

    Raises:
        Refused: there is no such unit.
    """
    return _needed_unit(text, field) if text.strip() else None


def tree(units: Iterable[Unit]) -> list[tuple[int, Unit]]:
    """Units in the order of the tree, each with how deep it stands.

    Nobody is left out: one whose parent is not among them (not there yet on that day) stands at the top.
    """
    rows = sorted(units, key=lambda one: one.name)
    known = {unit.pk for unit in rows}
    below: dict[int | None, list[Unit]] = {}
    for unit in rows:
        below.setdefault(unit.parent_id if unit.parent_id in known else None, []).append(unit)
    out: list[tuple[int, Unit]] = []

    def walk(parent: int | None, depth: int) -> None:
        for unit in below.get(parent, []):
            out.append((min(depth, _DEEPEST), unit))
            walk(unit.pk, depth + 1)

    walk(None, 0)
    return out


def _units(*, ended: bool = False) -> list[tuple[int, Unit]]:
    """The tree to choose from; with `ended` also the units that are no more, each below its successor."""
    rows = Unit.objects.annotate(count=Count("people", filter=Q(people__is_active=True)))
    return tree(rows if ended else rows.filter(valid_to__isnull=True))


@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Accounts beside the tree of units; `?q=` by name, tones or none, `?don-vi=` of a unit."""
    _administrator(request)
    words, chosen = request.GET.get("q", "").strip()[:100], _unit(request.GET.get("don-vi", ""))
    rows = _with_roles(User.objects.select_related("unit", "factor")).order_by("-is_active", "full_name", "username")
    if chosen is not None:
        rows = rows.filter(unit=chosen)
    if words:
        asked = fold(words)
        names = User.objects.values_list("pk", "username", "full_name")
        rows = rows.filter(pk__in=[pk for pk, name, full in names if asked in fold(f"{name} {full}")])
    page = Paginator(rows, SHOWN).get_page(request.GET.get("trang"))
    kept = {"q": words, "don-vi": str(chosen.pk) if chosen else ""}
    kept = {key: value for key, value in kept.items() if value}
    context = {
        "units": _units(ended=True),
        "kept": kept.items(),
        "asked": urlencode(kept),
        "chosen": chosen,
        "words": words,
        "page": page,
        "waiting": Vouched.objects.filter(user__isnull=True).count(),
        "nav": "people",
    }
    return render(request, "people/people.html", context)


def _with_roles(users: "QuerySet[User]") -> "QuerySet[User]":
    alive = Assignment.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today())).select_related("unit")
    return users.prefetch_related(Prefetch("assignments", queryset=alive.order_by("valid_from"), to_attr="roles"))


@login_required
@never_cache
@require_http_methods(_FORM)
def new_person(request: HttpRequest) -> HttpResponse:
    """A new account with its first role; its one-time link is shown once."""
    by, fault = _administrator(request), ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                user = managing.make_account(
                    request.POST.get("username", ""),
                    request.POST.get("full_name", ""),
                    _needed_unit(request.POST.get("unit", "")),
                    by=by,
                )
                _give(request, user, by)
                secret = _link(request, user, by)
        except Refused as error:
            fault = _told(error)
        else:
            return _person_page(request, user, secret=secret)
    context = {
        "units": _units(),
        "roles": Role.choices,
        "fault": fault,
        "given": request.POST,
        "wanted_unit": request.GET.get("don-vi", ""),
        "nav": "people",
    }
    return render(request, "people/new_person.html", context, status=422 if fault else 200)


@login_required
@never_cache
@require_http_methods(_FORM)
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One account: roles, unit, ways to sign in, tokens, history; changed by the forms on it."""
    by = _administrator(request)
    user = get_object_or_404(User.objects.select_related("unit"), pk=pk)
    if request.method != "POST":
        return _person_page(request, user)
    try:
        secret = _act(request.POST.get("act", ""))(request, user, by)
    except Refused as error:
        messages.error(request, _told(error))
        return _person_page(request, user, kept=request.POST)
    if secret:
        return _person_page(request, User.objects.select_related("unit").get(pk=pk), secret=secret)
    messages.success(request, _("Đã ghi thay đổi."))
    return redirect("person", pk)


def _person_page(
    request: HttpRequest, user: User, *, secret: dict[str, str] | None = None, kept: QueryDict | None = None
) -> HttpResponse:
    """One account. `kept`: the form that could not be saved, to be shown open with what was typed in it."""
    day, gave = today(), {} if kept is None else {kept.get("act", ""): kept}
    context = {
        "person": user,
        "assignments": user.assignments.select_related("unit").order_by("-valid_from", "-pk"),
        "now_held": set(held(user).values_list("pk", flat=True)),
        "units": _units(),
        "roles": Role.choices,
        "today": day,
        "in_a_year": day + timedelta(days=365),
        "gave": gave,
        "scopes": kept.getlist("scope") if kept is not None else ["capture"],
        "wanted_unit": kept.get("unit", "") if "give" in gave and kept is not None else str(user.unit_id or ""),
        "has_factor": factors.has_one(user),
        "tokens": user.tokens.order_by("name", "-created_at"),
        "now": system_clock(),
        "vouched": user.vouched.order_by("pk"),
        "changes": told(PeopleChange.objects.filter(user=user).select_related("unit", "user").order_by("-pk")[:SHOWN]),
        "oneself": user.pk == cast("User", request.user).pk,
        "secret": secret,
        "nav": "people",
    }
    return render(request, "people/person.html", context, status=200 if kept is None else 422)


def told(changes: Iterable[PeopleChange]) -> list[tuple[PeopleChange, str]]:
    """Deeds with what they said, in words."""
    roles = dict(Role.choices)

    def words(name: str, value: object) -> str:
        if name in {"since", "until"}:
            return date.fromisoformat(str(value)).strftime("%d/%m/%Y")
        if name == "scopes":
            return ", ".join(str(_SCOPES.get(one, one)) for one in str(value).split(", "))
        return str(roles.get(str(value), value)) if name == "role" else str(value)

    return [
        (change, "; ".join(f"{NAMES.get(name, name)}: {words(name, value)}" for name, value in change.said.items()))
        for change in changes
    ]


def _link(request: HttpRequest, user: User, by: User) -> dict[str, str]:
    demand(by, Right.PEOPLE)
    secret = invitations.invite(user, now=system_clock(), by=by.username)
    address = request.build_absolute_uri(reverse("invitation", args=[secret]))
    return {"kind": _("Liên kết đặt mật khẩu, dùng một lần, trong hai ngày"), "text": address}


def _no_role(text: str) -> Refused:
    return Refused(ReasonCode.BAD_VALUE, field="role", value=text[:20], expected="một vai trò trong danh sách")


def _give(request: HttpRequest, user: User, by: User) -> None:
    managing.for_another(user, by=by)
    post = request.POST
    if post.get("role") not in Role.values:
        raise _no_role(post.get("role", ""))
    give(
        user,
        Role(post["role"]),
        _unit_or_none(post.get("unit", "")),
        by=by.username,
        since=_day(post.get("since", ""), "since") or today(),
        until=_day(post.get("until", ""), "until_role"),
        delegation=post.get("delegation", "")[:300],
    )


_Row = TypeVar("_Row", bound=Model)


def _row(rows: "QuerySet[_Row]", number: str, field: str) -> _Row:
    """The row a form names.

    Raises:
        Refused: there is none.
    """
    found = rows.filter(pk=int(number)).first() if number.isdecimal() and len(number) <= _LONGEST_NUMBER else None
    if found is None:
        expected = "một dòng còn trong bảng; hãy tải lại trang"
        raise Refused(ReasonCode.BAD_VALUE, field=field, value=number[:20], expected=expected)
    return found


def _end(request: HttpRequest, user: User, by: User) -> None:
    managing.end_role(_row(user.assignments.all(), request.POST.get("role", ""), "role"), by=by)


def _move(request: HttpRequest, user: User, by: User) -> None:
    managing.for_another(user, by=by)
    role = request.POST.get("role", "")
    if role not in Role.values or role == Role.CERTIFIER:  # a certifying officer's delegation is the old unit's
        raise _no_role(role)
    move(user, _needed_unit(request.POST.get("unit", "")), Role(role), by=by.username)


def _drop_factor(request: HttpRequest, user: User, by: User) -> None:
    managing.for_another(user, by=by)
    factors.drop(user, by=by.username)
    managing.sign_out(user, by=by)


def _issue(request: HttpRequest, user: User, by: User) -> dict[str, str]:
    demand(by, Right.PEOPLE)
    name, days = request.POST.get("name", "").strip()[:100], request.POST.get("days", "")
    if not name or not days.isdecimal():
        expected = f"số ngày từ 1 đến {tokens.LONGEST}"
        raise Refused(
            ReasonCode.BAD_VALUE, field="days" if name else "name", value=days[:20] if name else "", expected=expected
        )
    scopes = [tokens.Scope(one) for one in request.POST.getlist("scope") if one in set(tokens.Scope)]
    secret = tokens.issue(user, name, now=system_clock(), days=int(days[:6]), scopes=scopes, by=by.username)
    return {"kind": _("Khóa của máy «%(name)s»") % {"name": name}, "text": secret}


def _token(request: HttpRequest, user: User) -> Token:
    return _row(user.tokens.all(), request.POST.get("token", ""), "token")


def _rotate(request: HttpRequest, user: User, by: User) -> dict[str, str]:
    demand(by, Right.PEOPLE)
    row = _token(request, user)
    secret = tokens.rotate(row, now=system_clock(), by=by.username)
    kind = _("Khóa mới của máy «%(name)s»; khóa cũ còn dùng được một ngày") % {"name": row.name}
    return {"kind": kind, "text": secret}


def _unlink(request: HttpRequest, user: User, by: User) -> None:
    demand(by, Right.PEOPLE)
    vouching.unlink(_row(user.vouched.all(), request.POST.get("vouched", ""), "vouched"), by=by.username)


_Act = Callable[[HttpRequest, User, User], "dict[str, str] | None"]
_ACTS: dict[str, _Act] = {
    "rename": lambda request, user, by: managing.rename(user, request.POST.get("full_name", ""), by=by),
    "give": _give,
    "end": _end,
    "move": _move,
    "leave": lambda _request, user, by: managing.close(user, by=by),
    "return": lambda _request, user, by: managing.come_back(user, by=by),
    "link": _link,
    "sign-out": lambda _request, user, by: managing.sign_out(user, by=by),
    "drop-factor": _drop_factor,
    "issue": _issue,
    "rotate": _rotate,
    "revoke": lambda request, user, by: tokens.revoke(_token(request, user), by=by.username),
    "unlink": _unlink,
}
"""What the forms of a person's page do; what comes back is shown once."""


def _act(name: str) -> _Act:
    if name not in _ACTS:
        raise Refused(ReasonCode.BAD_VALUE, field="act", value=name[:20])
    return _ACTS[name]


@login_required
@require_http_methods(_FORM)
def strangers(request: HttpRequest) -> HttpResponse:
    """People a provider vouched for and nobody knows: each is linked to an account here, or waits until forgotten."""
    by, fault = _administrator(request), ""
    if request.method == "POST":
        try:
            row = _row(Vouched.objects.all(), request.POST.get("vouched", ""), "vouched")
            user = by_name(request.POST.get("username", "").strip()[:150])
            managing.for_another(user, by=by)
            vouching.link(row, user, by=by.username)
        except Refused as error:
            fault = _told(error)
        else:
            messages.success(request, _("Đã nối danh tính với tài khoản."))
            return redirect("strangers")
    rows = Vouched.objects.filter(user__isnull=True).order_by("-last_at")[:SHOWN]
    context = {"rows": rows, "fault": fault, "given": request.POST, "nav": "people"}
    return render(request, "people/strangers.html", context, status=422 if fault else 200)


@login_required
@require_http_methods(_FORM)
def new_unit(request: HttpRequest) -> HttpResponse:
    """A new unit in the tree."""
    by, fault = _administrator(request), ""
    if request.method == "POST":
        post = request.POST
        try:
            made = managing.make_unit(
                post.get("code", ""), post.get("name", ""), _unit_or_none(post.get("parent", ""), "parent"), by=by
            )
        except Refused as error:
            fault = _told(error)
        else:
            messages.success(request, _("Đã lập đơn vị."))
            return redirect("unit", made.pk)
    given = request.POST or {"parent": request.GET.get("thuoc", "")}
    context = {"units": _units(), "fault": fault, "given": given, "nav": "people"}
    return render(request, "people/unit.html", context, status=422 if fault else 200)


@login_required
@require_http_methods(_FORM)
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: its name, its place in the tree, what it was before, its end; mended, changed from a day, or dissolved."""
    by, fault = _administrator(request), ""
    found = get_object_or_404(Unit.objects.select_related("parent", "successor"), pk=pk)
    if request.method == "POST":
        try:
            said = _change_unit(request, found, by)
        except Refused as error:
            fault = _told(error)
        else:
            messages.success(request, said)
            return redirect("unit", pk)
    changes = PeopleChange.objects.filter(unit=found).select_related("user", "unit").order_by("-pk")[:SHOWN]
    given = {"name": found.name, "parent": str(found.parent_id or ""), "code": found.code}
    context: dict[str, Any] = {
        "unit": found,
        "units": [(depth, one) for depth, one in _units() if one.pk != pk],
        "given": given | {"on": today().strftime("%d/%m/%Y")} | request.POST.dict(),
        "fault": fault,
        "past": found.past.select_related("parent").order_by("-valid_from"),
        "ancient": ANCIENT,
        "predecessors": found.predecessors.order_by("-valid_to", "name"),
        "would": None if found.valid_to else units.would_dissolve(found),
        "changes": told(changes),
        "nav": "people",
    }
    return render(request, "people/unit.html", context, status=422 if fault else 200)


def _change_unit(request: HttpRequest, found: Unit, by: User) -> str:
    """Do what the form says; what was done, in words."""
    demand(by, Right.PEOPLE)
    post, basis = request.POST, request.POST.get("basis", "")
    if post.get("act") == "dissolve":
        does = units.dissolve(found, _needed_unit(post.get("successor", "")), basis=basis, by=by.username)
        return _("Đã giải thể. Chuyển %(people)s người; %(on)s vai trò đi tiếp, %(off)s vai trò đã hết.") % {
            "people": does.people, "on": does.going_on, "off": does.ending,
        }  # fmt: skip
    name, parent = post.get("name", ""), _unit_or_none(post.get("parent", ""), "parent")
    if post.get("act") == "change":
        on = _written_day(post.get("on", ""))
        units.change_from(found, name, parent, on=on, basis=basis, by=by.username)
    else:
        managing.change_unit(found, name, parent, by=by)
    return _("Đã ghi thay đổi.")


def _written_day(text: str) -> date:
    day = written(text)
    if day is None:
        raise Refused(ReasonCode.BAD_VALUE, field="since", value=text[:20], expected="ngày có thật, như 31/12/2026")
    return day


@login_required
@require_safe
def units_of_a_day(request: HttpRequest) -> HttpResponse:
    """The tree of units as it was on a day (`?ngay=`): names and places of then."""
    _administrator(request)
    typed, fault, day = request.GET.get("ngay", ""), "", today()
    if typed:
        try:
            day = _written_day(typed)
        except Refused as error:
            fault = _told(error)
    then = units.units_on(day)
    rows = tree([Unit(pk=one.pk, code=one.code, name=one.name, parent_id=one.parent) for one in then])
    context = {"units": rows, "day": day, "typed": typed, "fault": fault, "nav": "people"}
    return render(request, "people/units.html", context, status=422 if fault else 200)


@login_required
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """Every deed, newest first."""
    _administrator(request)
    rows = PeopleChange.objects.select_related("user", "unit").order_by("-pk")
    page = Paginator(rows, SHOWN).get_page(request.GET.get("trang"))
    return render(request, "people/changes.html", {"page": page, "changes": told(page.object_list), "nav": "people"})
