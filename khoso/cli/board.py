"""`khoso board`: the figures of the head of office on the command line."""

import argparse
from datetime import date, timedelta
from pathlib import Path

from khoso.cli.output import Output
from khoso.cli.words import _
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser) -> None:
    """Add the command's words."""
    board = commands.add_parser(
        "board",
        parents=[shared],
        help=_("số liệu điều hành theo đơn vị và kỳ"),
        epilog=_("Ví dụ: khoso board --unit H36.12 --from 2026-11-01 --json"),
    )
    board.add_argument("--unit", default="", metavar="CODE", help=_("mã đơn vị (mặc định: đơn vị cao nhất)"))
    board.add_argument(
        "--from", dest="since", type=date.fromisoformat, default=None, metavar="DATE", help=_("từ ngày (YYYY-MM-DD)")
    )
    board.add_argument("--to", dest="until", type=date.fromisoformat, default=None, metavar="DATE", help=_("đến ngày"))
    board.set_defaults(run=run)


def run(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """A line for each unit and one for all; with `--json` everything the board shows."""
    from khoso.embedded import prepare

    prepare(home)
    from indicators.board import LONGEST, Period, Tree, draw
    from indicators.counting import follow
    from indicators.export import as_json
    from khoso.kernel.clock import day_of, system_clock

    now = system_clock()
    follow(most=10_000)
    tree = Tree(None)
    tops = tree.tops()
    unit = tree.named(arguments.unit) if arguments.unit else (tops[0] if tops else None)
    if unit is None:
        raise Refused(ReasonCode.BAD_VALUE, field="unit", value=arguments.unit)
    until = arguments.until or day_of(now)
    since = arguments.since or until - timedelta(days=29)
    if since > until or (until - since).days > LONGEST:
        raise Refused(ReasonCode.BAD_VALUE, field="from", value=since.isoformat())
    period = Period(since, until)
    drawn = draw(tree, unit, period, now=now)
    if output.json:
        output.record(as_json(drawn, period))
        return 0
    output.table(
        (
            _("đơn vị"),
            _("đã nhận"),
            _("đã lưu kho"),
            _("đang làm"),
            _("chờ người"),
            _("tạm dừng"),
            _("chỉ là ảnh"),
            _("giây/giấy tờ"),
        ),
        [
            (
                row.unit.name,
                int(row.sums.arrived),
                int(row.sums.filed),
                row.open,
                row.waiting,
                row.parked,
                int(row.sums.image_only),
                "" if row.sums.per_document is None else f"{row.sums.per_document:.1f}",
            )
            for row in [*drawn.rows, drawn.total]
        ],
    )
    return 0
