"""`khoso separator-sheet`: a sheet to lay between papers that are scanned in one go."""

import argparse
from pathlib import Path

from khoso.cli.output import Output
from khoso.cli.words import _


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser) -> None:
    """Add the command's words."""
    sheet = commands.add_parser(
        "separator-sheet",
        parents=[shared],
        help=_("tờ ngăn in ra để đặt giữa các giấy tờ khi quét một lượt"),
        description=_("Giấy tờ sau mỗi tờ ngăn là một văn bản riêng; tờ ngăn không thuộc văn bản nào."),
        epilog=_("Ví dụ: khoso separator-sheet -o to-ngan.pdf"),
    )
    sheet.add_argument("-o", "--output", required=True, type=Path, metavar="FILE", help=_("tệp PDF để in"))
    sheet.set_defaults(run=run)


def run(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """One page with the code."""
    import segno

    from ocr.extraction.separating import SEPARATOR

    segno.make(SEPARATOR, error="h", micro=False).save(str(arguments.output), kind="pdf", scale=12, border=4)
    output.line(_("Đã viết %(path)s: in ra, đặt giữa các giấy tờ.") % {"path": arguments.output})
    return 0
