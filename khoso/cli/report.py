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
    """A table, JSON lines, or a table for a spreadsheet; people are told names, programs slugs."""
    rows_of = [
        (row.looked_at, row.right, row.changed, row.absent, row.added, row.unflagged, round(row.accuracy, 4))
        for row in rows
    ]
    if output.json:
        heads = (*by, "looked_at", "right", "changed", "absent", "added", "unflagged", "accuracy")
        for row, figures in zip(rows, rows_of, strict=True):
            output.record(dict(zip(heads, (*row.group, *figures), strict=True)))
        return
    words = (_("đã xem"), _("đúng"), _("đã sửa"), _("không có"), _("bỏ sót"), _("sai mà không ngờ"), _("chính xác"))
    shown = {"type": _("loại"), "field": _("trường"), "engine": _("bộ đọc"), "unit": _("đơn vị"), "month": _("tháng")}
    titles = [*(shown[name] for name in by), *words]
    named = [_called(row.group, by) for row in rows]
    if csv:
        from khoso.kernel.cells import harmless

        text = io.StringIO()
        cells = [(*map(harmless, names), *figures) for names, figures in zip(named, rows_of, strict=True)]
        writer(text).writerows([titles, *cells])
        output.line(text.getvalue().rstrip("\r\n"))
    elif rows:
        output.table(
            titles,
            [
                (*(name or "—" for name in names), *figures[:-1], f"{figures[-1]:.1%}")
                for names, figures in zip(named, rows_of, strict=True)
            ],
        )
    else:
        output.line(_("Chưa có trường nào được người xác nhận."))


def _called(group: Sequence[str], by: Sequence[str]) -> list[str]:
    """A group as people call it: types and fields by their names; what nobody has a word for stands for itself."""
    from django.utils.translation import gettext

    from catalogue.models import DocumentType
    from ocr.labels import label

    types = dict(DocumentType.objects.order_by("valid_from").values_list("slug", "name")) if "type" in by else {}
    called = {"type": lambda slug: gettext(types.get(slug) or slug), "field": label}
    return [
        str(called[name](value)) if value and name in called else value for name, value in zip(by, group, strict=True)
    ]
