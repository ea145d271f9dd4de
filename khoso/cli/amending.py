"""`khoso correct`, `khoso retype` and `khoso validity`: what changes about a document after filing."""

import argparse
from datetime import date
from functools import partial
from pathlib import Path

from khoso.cli.output import Output
from khoso.cli.words import _

_VALIDITIES = ("active", "expired", "replaced", "revoked")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser) -> None:
    """Add the commands' words."""
    correct = commands.add_parser(
        "correct",
        parents=[shared],
        help=_("sửa dữ liệu của giấy tờ đã lưu kho"),
        description=_("Lập bản dữ liệu mới; tệp đã ký không thay đổi. «TRƯỜNG=» (rỗng): trên giấy không có."),
        epilog=_("Ví dụ: khoso correct 6f1c… number=12/QĐ-UBND --why 'số bị đọc nhầm, đối chiếu bản giấy'"),
    )
    correct.add_argument("document", metavar="ID")
    correct.add_argument("values", nargs="+", metavar="FIELD=VALUE")
    correct.add_argument("--why", required=True, metavar="TEXT", help=_("lý do, được lưu cùng bản mới"))
    correct.add_argument("--as", dest="user", default=None, metavar="USER", help=_("người sửa"))
    correct.set_defaults(run=run_correct)

    retype = commands.add_parser(
        "retype",
        parents=[shared],
        help=_("đổi loại của giấy tờ đã lưu kho"),
        description=_(
            "Bóc tách lại lời văn theo loại mới; những gì người đã gõ hoặc xác nhận được giữ; tệp đã ký và mã không thay đổi."
        ),
        epilog=_("Ví dụ: khoso retype 6f1c… marital_status --why 'máy nhận nhầm là đơn, đối chiếu bản giấy'"),
    )
    retype.add_argument("document", metavar="ID")
    retype.add_argument("to", metavar="TYPE", help=_("loại giấy tờ đúng"))
    retype.add_argument("--why", required=True, metavar="TEXT", help=_("lý do, được lưu cùng bản mới"))
    retype.add_argument("--as", dest="user", default=None, metavar="USER", help=_("người đổi"))
    retype.set_defaults(run=run_retype)

    validity = commands.add_parser(
        "validity",
        parents=[shared],
        help=_("đổi hiệu lực của giấy tờ đã lưu kho"),
        epilog=_("Ví dụ: khoso validity 6f1c… revoked --why 'cấp sai đối tượng' --basis 'QĐ 15/QĐ-UBND'"),
    )
    validity.add_argument("document", metavar="ID")
    validity.add_argument("to", choices=_VALIDITIES)
    validity.add_argument("--why", required=True, metavar="TEXT", help=_("lý do, được lưu cùng thay đổi"))
    validity.add_argument("--basis", default="", metavar="TEXT", help=_("căn cứ: quyết định, điều luật"))
    validity.add_argument(
        "--since", type=date.fromisoformat, default=None, metavar="DATE", help=_("từ ngày (mặc định: hôm nay)")
    )
    validity.add_argument("--by-document", default=None, metavar="ID", help=_("giấy tờ thay thế"))
    validity.add_argument("--as", dest="user", default=None, metavar="USER", help=_("người đổi"))
    validity.set_defaults(run=run_validity)


def run_correct(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """A new version of the data record."""
    from khoso.cli.documents import open_document, settled_document, values_in
    from khoso.embedded import prepare

    values = values_in(arguments.values)
    if values is None:
        return 2
    prepare(home)
    from khoso.kernel.clock import system_clock
    from ocr.correcting import correct
    from people.accounts import LOCAL, by_name

    document = open_document(arguments.document)
    by = by_name(arguments.user or LOCAL)
    correct(document, values, by=by, why=arguments.why, seen=document.version, clock=system_clock)
    return settled_document(document, output)


def run_retype(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Another type, and the text read anew as that."""
    from khoso.cli.documents import open_document, settled_document
    from khoso.embedded import prepare

    prepare(home)
    from khoso.kernel.clock import system_clock
    from khoso.wiring import keeping, open_store
    from ocr.retyping import retype
    from ocr.steps import reextract
    from people.accounts import LOCAL, by_name
    from warehouse.filing import keep_longer

    document, store = open_document(arguments.document), open_store()
    retype(
        document,
        arguments.to,
        by=by_name(arguments.user or LOCAL),
        why=arguments.why,
        seen=document.version,
        clock=system_clock,
        reextract=partial(reextract, document, store=store),
        keep=partial(keep_longer, store=store, keeping=keeping()),
    )
    return settled_document(document, output)


def run_validity(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Another validity from a day on."""
    from khoso.embedded import prepare

    prepare(home)
    from khoso.cli.documents import open_document, settled_document
    from khoso.kernel.clock import day_of, system_clock
    from people.accounts import LOCAL, by_name
    from warehouse.models import Validity
    from warehouse.validity import change

    document, now = open_document(arguments.document), system_clock()
    change(
        document,
        Validity(arguments.to),
        by=by_name(arguments.user or LOCAL).username,
        why=arguments.why,
        basis=arguments.basis,
        since=arguments.since or day_of(now),
        seen=document.version,
        replaced_by=open_document(arguments.by_document).pk if arguments.by_document else None,
        now=now,
    )
    return settled_document(document, output)
