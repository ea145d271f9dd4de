"""`khoso people`: accounts, roles, one-time links, tokens of machines."""

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from khoso.cli.output import Output
from khoso.cli.words import _

if TYPE_CHECKING:
    from people.models import Unit

ROLES = ("scanner", "officer", "certifier", "archivist", "head", "administrator", "system")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser) -> None:
    """Add the commands' words."""
    people = commands.add_parser(
        "people",
        parents=[shared],
        help=_("tài khoản, vai trò, liên kết đặt mật khẩu, khóa của máy"),
        epilog=_("Ví dụ: khoso people add lan --full-name 'Nguyễn Thị Mẫu' --unit H36.12 --role officer"),
    )
    verbs = people.add_subparsers(title=_("việc"), metavar=_("VIỆC"), required=True)
    new = verbs.add_parser("add", parents=[shared], help=_("thêm người hoặc thêm vai trò; in liên kết đặt mật khẩu"))
    new.add_argument("user", metavar="USER")
    new.add_argument("--full-name", default="", metavar="NAME")
    new.add_argument("--unit", required=True, metavar="CODE", help=_("mã định danh đơn vị, ví dụ H36.12"))
    new.add_argument("--unit-name", default=None, metavar="NAME", help=_("tên đơn vị, khi đơn vị còn mới"))
    new.add_argument("--role", choices=ROLES, required=True)
    new.add_argument(
        "--until", type=date.fromisoformat, default=None, metavar="DATE", help=_("đến hết ngày trước ngày này")
    )
    new.add_argument("--delegation", default="", metavar="TEXT", help=_("số văn bản ủy quyền chứng thực"))
    new.set_defaults(run=run_add)
    for name, run, words in (
        ("link", run_link, _("liên kết đặt lại mật khẩu, dùng một lần")),
        ("leave", run_leave, _("nghỉ việc: đóng tài khoản, hết quyền và phiên làm việc ngay")),
        ("drop-factor", run_drop, _("bỏ mã xác thực của người mất điện thoại và mã dự phòng")),
    ):
        verb = verbs.add_parser(name, parents=[shared], help=words)
        verb.add_argument("user", metavar="USER")
        verb.set_defaults(run=run)
    lock = verbs.add_parser("lock-factors", parents=[shared], help=_("mã hóa lại mã xác thực bằng khóa mới nhất"))
    lock.set_defaults(run=run_lock)
    listing = verbs.add_parser("units", parents=[shared], help=_("các đơn vị vào một ngày: tên và chỗ đứng lúc ấy"))
    listing.add_argument(
        "--on", type=date.fromisoformat, default=None, metavar="DATE", help=_("ngày (mặc định: hôm nay)")
    )
    listing.set_defaults(run=run_units)
    rename = verbs.add_parser("change-unit", parents=[shared], help=_("đổi tên hoặc chỗ đứng của đơn vị từ một ngày"))
    rename.add_argument("unit", metavar="CODE")
    rename.add_argument("--name", default=None, metavar="NAME", help=_("tên mới"))
    rename.add_argument("--under", default=None, metavar="CODE", help=_("thuộc đơn vị; để trống: đứng đầu"))
    rename.add_argument(
        "--on", type=date.fromisoformat, default=None, metavar="DATE", help=_("từ ngày (mặc định: hôm nay)")
    )
    dissolve = verbs.add_parser(
        "dissolve-unit",
        parents=[shared],
        help=_("giải thể đơn vị, nhập vào đơn vị kế tục; người và việc đang mở chuyển theo"),
    )
    dissolve.add_argument("unit", metavar="CODE")
    dissolve.add_argument("--into", required=True, metavar="CODE", help=_("đơn vị kế tục"))
    for verb, run in ((rename, run_change_unit), (dissolve, run_dissolve)):
        verb.add_argument("--basis", required=True, metavar="TEXT", help=_("căn cứ: quyết định, điều luật"))
        verb.add_argument("--as", dest="by", default=None, metavar="USER", help=_("người đổi"))
        verb.set_defaults(run=run)
    token = verbs.add_parser(
        "token", parents=[shared], help=_("cấp khóa cho máy ở quầy hoặc hệ thống khác; chỉ hiện một lần")
    )
    token.add_argument("user", metavar="USER")
    token.add_argument("name", metavar="NAME")
    token.add_argument("--days", type=int, default=365)
    token.add_argument("--scope", action="append", choices=("read", "capture"), default=None)
    token.add_argument("--rotate", action="store_true", help=_("thay khóa cùng tên; khóa cũ còn dùng được một ngày"))
    token.set_defaults(run=run_token)


def run_add(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Make the account if it is new, give the role, print a one-time link for a new account."""
    from khoso.embedded import prepare

    prepare(home)
    from django.db import transaction

    from catalogue.identifiers import agency, fault_of
    from khoso.kernel.clock import system_clock, today
    from khoso.kernel.errors import Refused
    from khoso.kernel.reasons import ReasonCode
    from people.accounts import LOCAL, ensure_unit, ensure_user
    from people.invitations import invite
    from people.models import Role
    from people.roles import give

    if fault_of(agency, arguments.unit):
        raise Refused(ReasonCode.BAD_VALUE, field="unit", value=arguments.unit)
    unit = ensure_unit(arguments.unit, arguments.unit_name or arguments.unit)
    with transaction.atomic():  # no account is left without its role
        user, new = ensure_user(arguments.user, full_name=arguments.full_name, unit=unit, role=None)
        give(
            user,
            Role(arguments.role),
            unit,
            by=LOCAL,
            since=today(),
            until=arguments.until,
            delegation=arguments.delegation,
        )
    link = f"/lan-dau/{invite(user, now=system_clock())}" if new else None
    if output.json:
        output.record({"user": user.username, "new": new, "link": link})
    else:
        output.line(link or user.username)
    return 0


def run_link(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """A fresh one-time link."""
    from khoso.embedded import prepare

    prepare(home)
    from khoso.kernel.clock import system_clock
    from people.accounts import by_name
    from people.invitations import invite

    link = f"/lan-dau/{invite(by_name(arguments.user), now=system_clock())}"
    output.record({"link": link}) if output.json else output.line(link)
    return 0


def run_leave(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Close an account and everything it held."""
    from khoso.embedded import prepare

    prepare(home)
    from people.accounts import LOCAL, by_name
    from people.roles import leave

    leave(by_name(arguments.user), by=LOCAL)
    return 0


def run_drop(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Forget somebody's second factor."""
    from khoso.embedded import prepare

    prepare(home)
    from people.accounts import by_name
    from people.factors import drop

    drop(by_name(arguments.user))
    return 0


def run_lock(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Lock second factors with today's key; exit 5 if some can be opened by no key."""
    from khoso.embedded import prepare

    prepare(home)
    from khoso.wiring import open_safe
    from people.factors import relock

    anew, lost = relock(safe=open_safe())
    if output.json:
        output.record({"locked": anew, "lost": lost})
    else:
        output.line(_("Đã mã hóa lại %(anew)s; %(lost)s không mở được bằng khóa nào.") % {"anew": anew, "lost": lost})
    return 5 if lost else 0


def run_token(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """A new token, or a new secret for one there is."""
    from khoso.embedded import prepare

    prepare(home)
    from khoso.kernel.clock import system_clock
    from khoso.kernel.errors import Refused
    from khoso.kernel.reasons import ReasonCode
    from people.accounts import by_name
    from people.models import Token
    from people.tokens import ALL, Scope, issue, rotate

    user, now = by_name(arguments.user), system_clock()
    if arguments.rotate:
        old = Token.objects.filter(user=user, name=arguments.name, expires_at__gt=now).order_by("-created_at").first()
        if old is None:
            raise Refused(ReasonCode.BAD_VALUE, field="token", value=arguments.name)
        secret = rotate(old, now=now)
    else:
        scopes = [Scope(scope) for scope in arguments.scope] if arguments.scope else ALL
        secret = issue(user, arguments.name, now=now, days=arguments.days, scopes=scopes)
    output.record({"token": secret}) if output.json else output.line(secret)
    return 0


def _unit_of(code: str) -> "Unit":
    from khoso.kernel.errors import Refused
    from khoso.kernel.reasons import ReasonCode
    from people.models import Unit

    found = Unit.objects.filter(code=code.upper()).select_related("parent", "successor").first()
    if found is None:
        raise Refused(ReasonCode.BAD_VALUE, field="unit", value=code[:40])
    return found


def run_units(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """One unit a line, by code."""
    from khoso.embedded import prepare

    prepare(home)
    from khoso.kernel.clock import today
    from people.units import units_on

    rows = units_on(arguments.on or today())
    codes = {row.pk: row.code for row in rows}
    for row in rows:
        above = codes.get(row.parent or 0)
        if output.json:
            output.record({"code": row.code, "name": row.name, "parent": above})
        else:
            output.line(f"{row.code}\t{row.name}" + (f"\t< {above}" if above else ""))
    return 0


def run_change_unit(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Another name or place by a decision."""
    from khoso.embedded import prepare

    prepare(home)
    from khoso.kernel.clock import today
    from people.accounts import LOCAL, by_name
    from people.units import change_from

    unit = _unit_of(arguments.unit)
    parent = unit.parent
    if arguments.under is not None:
        parent = _unit_of(arguments.under) if arguments.under else None
    change_from(
        unit,
        unit.name if arguments.name is None else arguments.name,
        parent,
        on=arguments.on or today(),
        basis=arguments.basis,
        by=by_name(arguments.by or LOCAL).username,
    )
    return 0


def run_dissolve(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Merge a unit into another and say what moved."""
    from khoso.embedded import prepare

    prepare(home)
    from people.accounts import LOCAL, by_name
    from people.units import dissolve

    does = dissolve(
        _unit_of(arguments.unit),
        _unit_of(arguments.into),
        basis=arguments.basis,
        by=by_name(arguments.by or LOCAL).username,
    )
    if output.json:
        output.record({"people": does.people, "going_on": does.going_on, "ending": does.ending, "below": does.below})
    else:
        output.line(
            _("Đã giải thể. Chuyển %(people)s người; %(on)s vai trò đi tiếp, %(off)s vai trò đã hết.")
            % {"people": does.people, "on": does.going_on, "off": does.ending}
        )
    return 0
