"""`khoso catalogue`: the country's code tables: load, look up as of a day, import a later list, history."""

import argparse
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from khoso.cli.output import Output, say
from khoso.cli.words import _
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode

if TYPE_CHECKING:
    from catalogue.loading import Report
    from catalogue.models import AdministrativeUnit

_SHOWN = 20


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser) -> None:
    """Add the commands' words."""
    catalogue = commands.add_parser(
        "catalogue",
        parents=[shared],
        help=_("danh mục: đơn vị hành chính, thủ tục, loại giấy tờ, phí …"),
        epilog=_("Ví dụ: khoso catalogue load --dry-run"),
    )
    verbs = catalogue.add_subparsers(title=_("việc"), metavar=_("VIỆC"), required=True)
    load = verbs.add_parser(
        "load", parents=[shared], help=_("nạp danh mục đi kèm phần mềm; chạy lại không đổi gì thêm")
    )
    load.add_argument("tables", nargs="*", metavar="TABLE", help=_("chỉ các bảng này"))
    load.add_argument("--dry-run", action="store_true", help=_("chỉ cho biết sẽ đổi gì"))
    load.set_defaults(run=run_load)
    bring = verbs.add_parser(
        "import",
        parents=[shared],
        help=_("nạp danh sách mới từ tệp CSV hoặc JSON"),
        epilog=_("Ví dụ: khoso catalogue import administrative_units xa-2027.csv --why 'NQ 1/NQ-UBTVQH' --dry-run"),
    )
    bring.add_argument("table", metavar="TABLE")
    bring.add_argument("file", metavar="FILE", help=_("dòng đầu là tên cột; ô trống là giá trị mặc định"))
    bring.add_argument("--why", required=True, help=_("căn cứ của thay đổi"))
    bring.add_argument("--as", dest="user", default=None, metavar="USER", help=_("người nạp"))
    bring.add_argument("--dry-run", action="store_true", help=_("chỉ cho biết sẽ đổi gì"))
    bring.set_defaults(run=run_import)
    show = verbs.add_parser(
        "show",
        parents=[shared],
        help=_("xem các dòng của một bảng tại một ngày"),
        epilog=_("Ví dụ: khoso catalogue show administrative_units level=province --on 2025-06-01"),
    )
    show.add_argument("table", metavar="TABLE")
    show.add_argument("filters", nargs="*", metavar="COLUMN=VALUE")
    show.add_argument("--on", type=_day, default=None, metavar="DATE", help=_("tại ngày này (mặc định: hôm nay)"))
    show.add_argument("--limit", type=int, default=100, metavar="N")
    show.set_defaults(run=run_show)
    place = verbs.add_parser(
        "place",
        parents=[shared],
        help=_("một địa danh cũ hay mới: nay là gì, trước là gì"),
        epilog=_("Ví dụ: khoso catalogue place 'phường Trúc Bạch'"),
    )
    place.add_argument("name", metavar="NAME")
    place.set_defaults(run=run_place)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("ngày cần dạng YYYY-MM-DD, không phải %(text)r") % {"text": text}) from None


def run_load(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Load the shipped tables, or say what loading would change."""
    from khoso.embedded import prepare

    prepare(home)
    from catalogue.editing import table_named
    from catalogue.loading import load

    only = {table_named(name).name for name in arguments.tables}
    reports = load(only or None, dry_run=arguments.dry_run)
    for report in reports:
        _tell(report, output)
    touched = sum(report.touched for report in reports)
    if not output.json:
        told = _("Sẽ đổi %(rows)s dòng.") if arguments.dry_run else _("Đã đổi %(rows)s dòng.")
        say(told % {"rows": touched})
    return 0


def _tell(report: "Report", output: Output) -> None:
    if output.json:
        changed = [{"key": row.key, "before": _plain(row.before), "after": _plain(row.after)} for row in report.changed]
        output.record(
            {"table": report.table, "new": report.new, "same": report.same, "changed": changed, "kept": report.kept}
        )
        return
    output.line(
        _("%(table)s: %(new)s mới, %(changed)s đổi, %(same)s như cũ, %(kept)s giữ theo người sửa")
        % {
            "table": report.table,
            "new": report.new,
            "changed": len(report.changed),
            "same": report.same,
            "kept": len(report.kept),
        }
    )
    for row in report.changed[:_SHOWN]:
        for name, value in row.after.items():
            output.line(f"    {row.key} · {name}: {row.before[name]!s} → {value!s}")
    if len(report.changed) > _SHOWN:
        output.line("    " + _("… và %(rows)s dòng nữa") % {"rows": len(report.changed) - _SHOWN})


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}


def run_import(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Bring a later list in, with who and why in the history."""
    from khoso.embedded import prepare

    prepare(home)
    from catalogue.editing import bring_in, table_named
    from catalogue.shipped import read_csv
    from khoso.kernel.clock import system_clock
    from people.accounts import LOCAL, by_name

    path = Path(arguments.file)
    text = path.read_text(encoding="utf-8-sig")
    try:
        rows = list(json.loads(text)) if path.suffix.lower() == ".json" else list(read_csv(text))
    except ValueError as error:
        raise Refused(ReasonCode.BAD_ROW, table=arguments.table, row=1, detail=str(error)) from error
    report = bring_in(
        table_named(arguments.table),
        rows,
        by=by_name(arguments.user or LOCAL).username,
        at=system_clock(),
        why=arguments.why,
        dry_run=arguments.dry_run,
    )
    _tell(report, output)
    return 0


def run_show(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Rows in force on a day."""
    from khoso.embedded import prepare

    prepare(home)
    from catalogue.asking import in_force
    from catalogue.editing import table_named
    from khoso.kernel.clock import today

    table = table_named(arguments.table)
    rows = in_force(table.model, arguments.on or today())
    for text in arguments.filters:
        name, sign, value = text.partition("=")
        if not sign or name not in table.columns():
            raise Refused(ReasonCode.BAD_VALUE, field=name, value=value)
        rows = rows.filter(**{name: value})
    shown = list(rows.order_by(*table.model.KEY)[: arguments.limit])
    for row in shown:
        values = _plain({name: getattr(row, name) for name in table.columns()})
        if output.json:
            output.record(values)
        else:
            said = {k: v for k, v in values.items() if v not in (None, "", [], "1900-01-01") and k != "source"}
            output.line(" · ".join(f"{v}" if k in table.model.KEY else f"{k}={v}" for k, v in said.items()))
    if not output.json:
        total = rows.count()
        say(_("%(shown)s trong %(total)s dòng") % {"shown": len(shown), "total": total})
    return 0


def run_place(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Every unit of that name, what it became and what it was made of."""
    from khoso.embedded import prepare

    prepare(home)
    from catalogue.asking import units_named
    from khoso.kernel.clock import day_of, system_clock

    today = day_of(system_clock())
    found = units_named(arguments.name)
    for row in found:
        said = _told_of(row, today)
        if output.json:
            output.record(said)
            continue
        end = _("(đến %(day)s)") % {"day": said["valid_to"]} if said["valid_to"] else ""
        output.line(f"{said['code']}  {said['name']}  {end}".rstrip())
        for heir in said["became"]:
            partly = "" if heir["default"] or len(said["became"]) == 1 else _("(một phần)")
            output.line(f"    → {heir['code']}  {heir['name']}  {partly}".rstrip())
        for name in said["formerly"]:
            output.line(f"    ← {name}")
    if not output.json:
        say(_("%(units)s đơn vị hành chính tên như vậy.") % {"units": len(found)})
    return 0


def _told_of(row: "AdministrativeUnit", today: date) -> dict[str, Any]:
    from datetime import timedelta

    from catalogue.asking import became, formerly, full_name, unit
    from catalogue.models import Level

    level = Level(row.level)
    day = row.valid_to - timedelta(days=1) if row.valid_to else today
    heirs = became(level, row.code, since=day, on=today) if row.valid_to else []
    found = [(unit(level, code, today), default) for code, default in heirs]
    olds = [] if row.valid_to else formerly(level, row.code, on=today)
    return {
        "level": level.value,
        "code": row.code,
        "name": full_name(row, day),
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        "became": [
            {"code": heir.code, "name": full_name(heir, today), "default": default} for heir, default in found if heir
        ],
        "formerly": [full_name(old, old.valid_to - timedelta(days=1)) for old in olds if old.valid_to],
    }
