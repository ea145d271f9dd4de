"""`khoso reading-report`: how well papers are read, by what people said of the fields."""

import argparse
import io
from collections.abc import Sequence
from csv import writer
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from khoso.cli.output import Output, say_error
from khoso.cli.words import _

if TYPE_CHECKING:
    from ocr.accuracy import Accuracy

_BY = ("type", "field", "engine", "unit", "month")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser) -> None:
    """Add the command's words."""
    report = commands.add_parser(
        "reading-report",
        parents=[shared],
        help=_("độ chính xác khi đọc, theo lời người xác nhận"),
        description=_("Đếm các trường người đã xem: đúng, đã sửa, không có trên giấy, máy bỏ sót."),
        epilog=_("Ví dụ: khoso reading-report --by type,field --from 2026-01-01 --csv > do-chinh-xac.csv"),
    )
    report.add_argument("--by", default="type", metavar="type,field,engine,unit,month", help=_("đếm theo"))
    report.add_argument(
        "--from", dest="since", type=date.fromisoformat, default=None, metavar="DATE", help=_("từ ngày")
    )
    report.add_argument(
        "--to", dest="until", type=date.fromisoformat, default=None, metavar="DATE", help=_("trước ngày")
    )
    report.add_argument("--csv", action="store_true", help=_("bảng cho phần mềm bảng tính"))
    report.set_defaults(run=run)


def run(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """A row for each group."""
    by = tuple(filter(None, arguments.by.split(",")))
    if any(name not in _BY for name in by):
        say_error(_("--by nhận: %(names)s") % {"names": ", ".join(_BY)})
        return 2
    from khoso.embedded import prepare

    prepare(home)
    from ocr.accuracy import accuracy

    show(accuracy(by, since=arguments.since, until=arguments.until), by, output, csv=arguments.csv)
    return 0


def show(rows: "Sequence[Accuracy]", by: Sequence[str], output: Output, *, csv: bool) -> None:
    """A table, JSON lines, or a table for a spreadsheet."""
    heads = (*by, "looked_at", "right", "changed", "absent", "added", "unflagged", "accuracy")
    cells = [
        (
            *row.group,
            row.looked_at,
            row.right,
            row.changed,
            row.absent,
            row.added,
            row.unflagged,
            round(row.accuracy, 4),
        )
        for row in rows
    ]
    if csv:
        from khoso.kernel.cells import harmless

        text = io.StringIO()
        writer(text).writerows([heads, *([harmless(c) if isinstance(c, str) else c for c in row] for row in cells)])
        output.line(text.getvalue().rstrip("\r\n"))
    elif output.json:
        for cell in cells:
            output.record(dict(zip(heads, cell, strict=True)))
    elif cells:
        words = (_("đã xem"), _("đúng"), _("đã sửa"), _("không có"), _("bỏ sót"), _("sai mà không ngờ"), _("chính xác"))
        shown = {
            "type": _("loại"),
            "field": _("trường"),
            "engine": _("bộ đọc"),
            "unit": _("đơn vị"),
            "month": _("tháng"),
        }
        output.table(
            [*(shown[name] for name in by), *words],
            [
                (*(value or "—" if isinstance(value, str) else value for value in cell[:-1]), f"{cell[-1]:.1%}")
                for cell in cells
            ],
        )
    else:
        output.line(_("Chưa có trường nào được người xác nhận."))
