"""`khoso erase`: lawful erasure of a document."""

import argparse
from pathlib import Path

from khoso.cli.documents import open_document
from khoso.cli.output import Output, say_error
from khoso.cli.words import _, told
from khoso.kernel.errors import Refused, Unavailable


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser) -> None:
    """Add the command's words."""
    erase = commands.add_parser(
        "erase",
        parents=[shared],
        help=_("hủy một giấy tờ theo quyết định"),
        description=_(
            "Xóa dữ liệu và bytes của một giấy tờ, kể cả khi đang khóa lưu trữ; nhật ký giữ lại ai, khi nào, theo căn cứ nào. "
            "Không lấy lại được. Bytes mà giấy tờ khác còn dùng thì ở lại. Với kho S3 cần khóa xóa riêng "
            "(KHOSO_S3_ERASE_ACCESS_KEY). Không nêu giấy tờ nào: làm nốt các lệnh hủy còn dở."
        ),
        epilog=_("Ví dụ: khoso erase 6f1c… --as quantri --basis «Quyết định 12/QĐ-UBND» --reason «hết thời hạn lưu»"),
    )
    erase.add_argument("document", metavar="ID", nargs="?", default=None)
    erase.add_argument("--as", dest="user", default=None, metavar="USER", help=_("người ra lệnh hủy"))
    erase.add_argument("--basis", default="", help=_("căn cứ: điều luật, quyết định"))
    erase.add_argument("--reason", default="", help=_("lý do, không ghi dữ liệu cá nhân"))
    erase.set_defaults(run=run_erase)


def _said_what_stays(error: Unavailable | Refused) -> bool:
    """After a fault: what was ordered stays ordered and its bytes are still there. False where nothing was ordered."""
    from warehouse.erasing import open_orders

    count, _oldest = open_orders()
    if not count:
        return False
    said = _(
        "%(count)s lệnh hủy đã ghi vào nhật ký và không rút lại được, nhưng byte còn trong kho: %(detail)s."
        " Gỡ chỗ vướng ấy rồi chạy «khoso erase» (không nêu giấy tờ) để làm nốt."
    )
    say_error(said % {"count": count, "detail": told(error).rstrip(".")})
    return True


def run_erase(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Order and carry out, or finish what is open."""
    if arguments.document is not None and not (arguments.user and arguments.basis.strip() and arguments.reason.strip()):
        say_error(_("hủy giấy tờ phải có --as, --basis và --reason"))
        return 2
    from khoso.embedded import prepare

    prepare(home)
    from khoso.erasing import erase, finish
    from khoso.kernel.clock import system_clock
    from khoso.wiring import open_index, open_store
    from people.accounts import by_name

    store, index, cache = open_store(), open_index(), home / "cache"
    try:
        if arguments.document is None:
            done = finish(store=store, index=index, cache=cache, clock=system_clock)
        else:
            done = erase(
                open_document(arguments.document),
                by=by_name(arguments.user).username,
                reason=arguments.reason.strip(),
                basis=arguments.basis.strip(),
                store=store,
                index=index,
                cache=cache,
                clock=system_clock,
            )
    except (Unavailable, Refused) as error:
        if not _said_what_stays(error):
            raise
        return 4 if isinstance(error, Unavailable) else 3
    for one in done:
        if output.json:
            output.record({"document": str(one.document), "erased": list(one.erased), "kept": list(one.kept)})
        else:
            said = _("%(document)s: đã hủy; %(erased)s đối tượng đã xóa, %(kept)s còn giấy tờ khác dùng")
            output.line(said % {"document": one.document, "erased": len(one.erased), "kept": len(one.kept)})
    if not done and not output.json:
        output.line(_("Không có lệnh hủy nào còn dở."))
    return 0
