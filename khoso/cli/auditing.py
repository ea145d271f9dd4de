"""`khoso audit person|document ID`: who read what, when, why."""

import argparse
from itertools import islice
from pathlib import Path

from khoso.cli.output import Output, say
from khoso.cli.words import _

_TOLD_AT_ONCE = 200


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
    from people.accounts import LOCAL, by_name
    from warehouse import reading
    from warehouse.shown_readings import as_csv, named, result_in_words, shown_readings

    one = open_document(arguments.id).pk if arguments.kind == "document" else None
    rows = reading.of_document(one) if one else reading.of_person(by_name(arguments.id).username)
    count = 0
    if arguments.csv:
        found = list(rows)
        about = {row.number: [one] if one else reading.documents_of(row) for row in found}
        called = named(by_name(LOCAL), (pk for documents in about.values() for pk in documents))
        told = shown_readings(found, {number: [called[pk] for pk in pks] for number, pks in about.items()})
        output.line(as_csv(told).rstrip("\r\n"))
    else:
        while some := list(islice(rows, _TOLD_AT_ONCE)):
            for row, told_row in zip(some, shown_readings(some), strict=True):
                count += 1
                if output.json:
                    output.record(reading.as_row(row, one))
                    continue
                document = str(one or row.document) if one or row.document != reading.NO_DOCUMENT else ""
                cells = (told_row.person, document, told_row.purpose, told_row.part, told_row.basis)
                result = result_in_words(opened=told_row.opened)
                output.line("  ".join([f"{told_row.at:%H:%M:%S %d/%m/%Y}", *(cell for cell in cells if cell), result]))
    faults = reading.verify()
    for fault in faults:
        say(fault)
    if not output.json and not arguments.csv:
        say(_("%(count)s lượt xem.") % {"count": count})
    return 5 if faults else 0
