"""`khoso prepare`: tables, code tables, the store and the first account, before the other processes start."""

import argparse
from pathlib import Path

from khoso.cli.output import Output, say
from khoso.cli.words import _


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser) -> None:
    """Add the command's words."""
    prepare = commands.add_parser(
        "prepare",
        parents=[shared],
        help=_("chuẩn bị kho: bảng, danh mục, nơi lưu, tài khoản đầu tiên"),
        description=_("Chạy lại không thay đổi gì. Các tiến trình khác khởi động sau lệnh này."),
        epilog=_("Ví dụ: khoso prepare"),
    )
    prepare.set_defaults(run=run_prepare)


def run_prepare(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Make everything ready; the first account's one-time link is shown once."""
    from khoso.embedded import HOME_CODE, HOME_UNIT, prepare, require_own_store

    prepare(home)
    from khoso.wiring import open_store
    from people.accounts import ensure_unit, first_administrator

    store = open_store()
    require_own_store(store)
    next(store.names(), None)  # a bucket is made at its first use
    made = first_administrator(ensure_unit(HOME_CODE, HOME_UNIT))
    if output.json:
        output.record(
            {"ready": True, "account": made[0] if made else None, "link": f"/lan-dau/{made[1]}" if made else None}
        )
    elif made is not None:
        say(
            _("Tài khoản đầu tiên: %(account)s. Đặt mật khẩu tại (dùng một lần): %(link)s")
            % {"account": made[0], "link": f"/lan-dau/{made[1]}"}
        )
    if not output.json:
        output.line(_("Kho đã sẵn sàng."))
    return 0
