"""`khoso audit person|document ID`: who read what, when, why."""

import argparse
from pathlib import Path

from khoso.cli.output import Output, say
from khoso.cli.words import _


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser) -> None:
    """Add the command's words."""
    audit = commands.add_parser(
        "audit",
        parents=[shared],
        help=_("ai đã xem gì, lúc nào, vì sao"),
        epilog=_("Ví dụ: khoso audit document 6f1c… --csv > luot-xem.csv"),
    )
    audit.add_argument("kind", choices=("person", "document"))
    audit.add_argument("id", metavar="ID", help=_("tên tài khoản, hoặc mã giấy tờ"))
    audit.add_argument("--csv", action="store_true", help=_("bảng cho phần mềm bảng tính"))
    audit.set_defaults(run=run)


def run(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """One line a read, newest first; exit 5 if the chain was changed."""
    from khoso.embedded import prepare

    prepare(home)
    from khoso.cli.documents import open_document
    from people.accounts import by_name
    from warehouse import reading

    one = open_document(arguments.id).pk if arguments.kind == "document" else None
    rows = reading.of_document(one) if one else reading.of_person(by_name(arguments.id).username)
    count = 0
    if arguments.csv:
        pairs = ((row, document) for row in rows for document in ([one] if one else reading.documents_of(row)))
        output.line(reading.as_csv_of(pairs).rstrip("\r\n"))
    else:
        for row in rows:
            count += 1
            said = reading.as_row(row, one)
            if output.json:
                output.record(said)
            else:
                opened = _("đã mở") if row.opened else _("không được mở")
                shown = ("at", "person", "document", "purpose", "what", "basis")
                output.line("  ".join([*(str(said[name]) for name in shown if said[name]), opened]))
    faults = reading.verify()
    for fault in faults:
        say(fault)
    if not output.json and not arguments.csv:
        say(_("%(count)s lượt xem.") % {"count": count})
    return 5 if faults else 0
