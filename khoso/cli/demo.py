"""`khoso demo`: files the samples in a home of its own, shows what came out, serves the pages."""

import argparse
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from khoso.cli.output import Output, say
from khoso.cli.words import _

ACCOUNT, PASSWORD = "demo", "kho-so-dung-thu"

MOST_NAMED = 2
"""Fields of a paper that its line of the table names."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser) -> None:
    """Add the command's words."""
    demo = commands.add_parser(
        "demo",
        parents=[shared],
        help=_("chạy thử với giấy tờ mẫu"),
        epilog=_("Ví dụ: khoso --home /tmp/thu demo samples --once"),
    )
    demo.add_argument("samples", metavar="DIR", help=_("thư mục giấy tờ mẫu"))
    demo.add_argument("--once", action="store_true", help=_("xong thì thoát, không mở trang web"))
    demo.add_argument("--port", type=int, default=8000)
    demo.set_defaults(run=run)
    export = commands.add_parser(
        "export-signed",
        parents=[shared],
        help=_("chép mọi bản đã ký của giấy quét ra một thư mục"),
        epilog=_("Ví dụ: khoso export-signed ra/"),
    )
    export.add_argument("folder", metavar="DIR")
    export.set_defaults(run=run_export)


def run(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """File, print, serve."""
    from khoso.cli import filing, operating
    from khoso.embedded import HOME_CODE, HOME_UNIT, prepare

    prepare(home)
    from khoso.guide import make_players
    from khoso.kernel.clock import today
    from people.accounts import ensure_unit, ensure_user

    ensure_user(
        ACCOUNT,
        full_name="Người dùng thử",
        unit=ensure_unit(HOME_CODE, HOME_UNIT),
        password=PASSWORD,
        admin=True,
        demo=True,
    )
    make_players(ensure_unit(HOME_CODE, HOME_UNIT), PASSWORD, today=today())
    started = time.monotonic()
    rows: list[dict[str, Any]] = []
    words = argparse.Namespace(
        queue="today",
        dossier="",
        batch="",
        component="",
        owner="",
        owner_name="",
        stack=False,
        user=None,
        workers=None,
    )
    todo = [job for job in filing.jobs([arguments.samples]) if job.sheets[0].suffix.lower() in filing.PAPERS]
    code = filing.file_all(todo, words, home, rows.append)
    _table(rows, output)
    say(
        _("%(count)s giấy tờ trong %(seconds)s giây.")
        % {"count": len(rows), "seconds": f"{time.monotonic() - started:.1f}"}
    )
    if arguments.once:
        return code
    port = _free_port(arguments.port)
    words_of = {"address": f"http://127.0.0.1:{port}/", "account": ACCOUNT, "password": PASSWORD}
    say(_("Mở %(address)s và đăng nhập: %(account)s / %(password)s") % words_of)
    say(_("Trang Dùng thử (%(address)sdung-thu) đổi sang từng vai và chỉ việc để thử.") % words_of)
    return operating.run_serve(argparse.Namespace(host="127.0.0.1", port=port, workers=None), home, output)


def _table(rows: list[dict[str, Any]], output: Output) -> None:
    from catalogue.models import DocumentType
    from warehouse.models import State

    if output.json:
        for row in rows:
            output.record(row)
        return
    names = dict(DocumentType.objects.values_list("slug", "name"))

    def value(row: dict[str, Any], name: str) -> str:
        return str((row.get("fields") or {}).get(name, {}).get("value", ""))

    output.table(
        (_("giấy tờ"), _("loại"), _("số"), _("ngày"), _("trạng thái"), _("cần xem"), _("giây")),
        [
            (
                Path(row["file"]).name,
                names.get(row.get("document_type") or "", "—"),
                value(row, "number"),
                value(row, "issue_date"),
                State(row["state"]).label if row["state"] else "—",
                to_see([] if row["state"] == State.FILED else row.get("doubtful") or []),
                f"{row.get('seconds', 0):.1f}",
            )
            for row in sorted(rows, key=lambda row: str(row["file"]))
        ],
    )


def to_see(names: Sequence[str]) -> str:
    """The first of these fields in the clerk's words, and how many more there are: a line of the table stays one line."""
    from ocr.labels import label

    shown = [label(name) for name in names[:MOST_NAMED]]
    more = [f"… (+{len(names) - MOST_NAMED})"] if len(names) > MOST_NAMED else []
    return "; ".join(shown + more) or "—"


def _free_port(first: int) -> int:
    for port in range(first, first + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    return first


def run_export(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Copy signed files of captures out, for other programs to judge."""
    from khoso.embedded import prepare

    prepare(home)
    from khoso.wiring import open_store
    from warehouse.models import Document, RenditionKind
    from warehouse.shelf import digest_of

    folder = Path(arguments.folder)
    folder.mkdir(parents=True, exist_ok=True)
    store, count = open_store(), 0
    for document in Document.objects.filter(origin="paper", renditions__kind=RenditionKind.SIGNED).order_by(
        "created_at"
    ):
        row = document.renditions.get(kind=RenditionKind.SIGNED)
        with (folder / f"{document.pk}.pdf").open("wb") as file:
            for piece in store.open(digest_of(row)):
                file.write(piece)
        count += 1
    output.record({"exported": count}) if output.json else output.line(
        _("Đã chép %(count)s bản đã ký vào %(folder)s.") % {"count": count, "folder": folder}
    )
    return 0
