"""The operator's commands: serve, worker, sweeper, check, reindex, doctor, manage."""

import argparse
import contextlib
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from khoso.cli import reindexing
from khoso.cli.given import count
from khoso.cli.output import Output, Progress, say, say_error
from khoso.cli.words import _
from khoso.kernel.errors import Unavailable
from khoso.nursery import MISTAKEN, end_with, keep, once

if TYPE_CHECKING:
    from khoso.worker import Worker


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser) -> None:
    """Add the commands' words."""
    serve = commands.add_parser(
        "serve",
        parents=[shared],
        help=_("chạy cả hệ thống: trang web, API, tiến trình xử lý"),
        epilog=_("Ví dụ: khoso serve --port 8000"),
    )
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=None, metavar="N")
    serve.set_defaults(run=run_serve)
    worker = commands.add_parser(
        "worker", parents=[shared], help=_("một tiến trình xử lý"), epilog=_("Ví dụ: khoso worker --until-idle")
    )
    worker.add_argument("--until-idle", action="store_true", help=_("dừng khi không còn việc"))
    worker.add_argument("--with-parent", type=int, default=None, metavar="PID", help=_("kết thúc cùng tiến trình này"))
    worker.add_argument(
        "--processes", type=count, default=None, metavar="N", help=_("giữ N tiến trình, chung phần đã nạp vào bộ nhớ")
    )
    worker.add_argument(
        "--queues",
        default="desk,today,backlog",
        metavar="A,B",
        help=_("chỉ nhận các hàng đợi này (desk, today, backlog)"),
    )
    worker.set_defaults(run=run_worker)
    sweeper = commands.add_parser(
        "sweeper",
        parents=[shared],
        help=_("niêm phong nhật ký, cập nhật chỉ mục, dọn tệp tạm"),
        epilog=_("Ví dụ: khoso sweeper --once"),
    )
    sweeper.add_argument("--once", action="store_true", help=_("một vòng rồi thôi"))
    sweeper.set_defaults(run=run_sweeper)
    check = commands.add_parser(
        "check",
        parents=[shared],
        help=_("đối chiếu kho, danh mục, chỉ mục; đọc lại mọi byte và nhật ký"),
        epilog=_("Ví dụ: khoso check --repair"),
    )
    check.add_argument(
        "--repair", action="store_true", help=_("sửa chỉ mục và dọn tệp thừa; không bao giờ sửa byte của giấy tờ")
    )
    check.set_defaults(run=run_check)
    reindexing.add(commands, shared)
    doctor = commands.add_parser(
        "doctor", parents=[shared], help=_("mọi thứ có ổn không?"), epilog=_("Ví dụ: khoso doctor")
    )
    doctor.set_defaults(run=run_doctor)
    manage = commands.add_parser(
        "manage",
        parents=[shared],
        help=_("lệnh quản trị của Django"),
        epilog=_("Ví dụ: khoso manage changepassword quantri"),
    )
    manage.add_argument("arguments", nargs=argparse.REMAINDER)
    manage.set_defaults(run=run_manage)


def run_serve(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Web and workers until Ctrl-C."""
    from khoso.embedded import HOME_CODE, HOME_UNIT, Workers, prepare

    prepare(home)
    from django.conf import settings
    from waitress.server import create_server

    from khoso.wsgi import application
    from people.accounts import ensure_unit, first_administrator

    made = first_administrator(ensure_unit(HOME_CODE, HOME_UNIT))
    if made is not None:
        say(
            _("Tài khoản đầu tiên: %(account)s. Đặt mật khẩu tại (dùng một lần): %(link)s")
            % {"account": made[0], "link": f"http://{arguments.host}:{arguments.port}/lan-dau/{made[1]}"}
        )
    try:
        server = create_server(
            application,
            host=arguments.host,
            port=arguments.port,
            threads=8,
            ident=None,
            max_request_body_size=1 << 31,
            channel_timeout=120,
        )
    except OSError as error:
        say_error(
            _("không mở được cổng %(address)s: %(detail)s. Thử --port khác.")
            % {"address": f"{arguments.host}:{arguments.port}", "detail": error.strerror}
        )
        return 4
    signal.signal(signal.SIGTERM, _interrupt)
    count = settings.KHOSO_WORKERS if arguments.workers is None else arguments.workers
    with Workers(home, count):
        say(
            _("Khoso đang chạy tại %(address)s   (kho: %(home)s; Ctrl-C để dừng)")
            % {"address": f"http://{arguments.host}:{arguments.port}/", "home": home}
        )
        say(_("CẢNH BÁO: đang dùng khóa ký phát triển, chữ ký KHÔNG có giá trị pháp lý."))
        try:
            server.run()
        except KeyboardInterrupt:
            say(_("Đang dừng…"))
        finally:
            server.close()
    return 0


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def run_worker(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Work until told to stop."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # until there is something to give back
    if arguments.with_parent is not None and not end_with(arguments.with_parent):
        return 0
    from khoso.embedded import lay, prepare
    from khoso.kernel.doorbell import Queue

    wanted = {name.strip() for name in arguments.queues.split(",")}
    if not wanted <= {queue.value for queue in Queue}:
        say(_("khoso: --queues chỉ nhận desk, today, backlog"))
        return 2
    lay(home)
    if arguments.processes is None:
        _prepare_when_there(prepare, home)
        return _work(wanted, arguments)
    from khoso.loading import load_libraries, load_tables

    load_libraries()  # while whoever started this process makes the tables of a new home
    _prepare_when_there(prepare, home)
    load_tables()
    if once(lambda: _or_say(_look_at_store)) == MISTAKEN:  # said once, not by each fork
        return MISTAKEN
    return keep(arguments.processes, lambda: _or_say(lambda: _work(wanted, arguments)))


def _or_say(work: Callable[[], int]) -> int:
    """In a fork, which no command's end waits for. A store that was away at the first look is judged only in the others."""
    from khoso.configuration import Misconfigured

    try:
        return work()
    except Misconfigured as error:
        say_error(str(error))
        return MISTAKEN


def _look_at_store() -> int:
    from khoso.embedded import require_own_store
    from khoso.wiring import open_store

    require_own_store(open_store())
    return 0


def _work(wanted: set[str], arguments: argparse.Namespace) -> int:
    from khoso.embedded import require_own_store
    from khoso.pipeline import QUEUES
    from khoso.wiring import configured, listener, tools
    from khoso.worker import Worker

    queues = tuple(queue for queue in QUEUES if queue.value in wanted)
    with tools() as made:
        require_own_store(made.store)
        worker = Worker(
            made, queues=queues, memory=configured().worker_memory << 20, listener=listener(queues), spare=tools
        )
        _stop_on_signal(worker)
        try:
            worker.run(until_idle=arguments.until_idle)
        except KeyboardInterrupt:
            return 0
    return 0


def _stop_on_signal(worker: "Worker") -> None:
    """The first SIGTERM breaks off the step under way: it is given back and any worker may repeat it."""

    def stop(_signal: int, _frame: object) -> None:
        if not worker.stopping.is_set():
            worker.stopping.set()
            if worker.in_step:  # housekeeping is short and ends in order
                raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def run_sweeper(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Housekeeping without work on documents."""
    from khoso.embedded import prepare, require_own_store

    _prepare_when_there(prepare, home)
    from khoso.housekeeping import housekeep, let_go, ring_for_what_is_due, sweep
    from khoso.wiring import tools
    from khoso.worker import worker_name

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    name = worker_name()
    with tools() as made:
        require_own_store(made.store)
        if arguments.once:
            housekeep(made, name)
            ring_for_what_is_due(made)
            let_go(made, name)
        else:
            sweep(made, name, stop)
    return 0


def _prepare_when_there(prepare: Callable[[Path], None], home: Path) -> None:
    """A server's process that starts before its database waits for it."""
    pause = 1.0
    while True:
        try:
            return prepare(home)
        except Unavailable as error:
            say_error(str(error))
            time.sleep(pause)
            pause = min(pause * 2, 15.0)


def run_check(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Name every difference; exit 5 if bytes or the ledger are wrong, 4 if all that was looked at is well but a part is away."""
    from dataclasses import asdict

    from khoso.embedded import prepare, require_own_store

    prepare(home)
    from khoso.checking import check, damaged, only_away
    from khoso.kernel.clock import system_clock
    from khoso.wiring import open_index, open_store

    progress = Progress()
    store = open_store()
    if arguments.repair:  # in another Kho's store every paper would be a stray
        require_own_store(store)
    report = check(
        store=store,
        index=open_index(),
        clock=system_clock,
        repair=arguments.repair,
        progress=lambda what, done, total: progress.show(f"{what} {done}/{total}"),
    )
    progress.clear()
    for difference in report.differences:
        if output.json:
            output.record(asdict(difference))
        else:
            output.line(
                f"{difference.fault}: {difference.what}: {difference.detail}"
                + (" " + _("(đã sửa)") if difference.mended else "")
            )
    open_ones = [difference for difference in report.differences if not difference.mended]
    if output.json:
        output.record({"totals": asdict(report.totals), "differences": len(report.differences), "open": len(open_ones)})
    else:
        totals = report.totals
        output.line(
            _(
                "%(documents)s giấy tờ, %(objects)s đối tượng (%(megabytes)s MB), %(entries)s mục chỉ mục, "
                "%(events)s sự kiện (%(unsealed)s chưa niêm phong):"
            )
            % {**asdict(totals), "megabytes": f"{totals.size / 1e6:.1f}"}
            + " "
            + (_("mọi thứ khớp.") if not open_ones else _("%(count)s chỗ khác nhau.") % {"count": len(open_ones)})
        )
    if damaged(report.differences):
        return 5
    if only_away(open_ones):
        return 4
    return 6 if open_ones else 0


def run_doctor(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """A row per part: good or not, and what to do. A server that is away is a row like any other."""
    from khoso.embedded import lay, prepare

    lay(home)
    with contextlib.suppress(Unavailable):  # told as a row
        prepare(home)
    from dataclasses import asdict

    from khoso.doctor import examine

    rows = examine(home)
    for row in rows:
        if output.json:
            output.record(asdict(row))
    if not output.json:
        output.table(
            ("", _("phần"), _("tình trạng"), "ms", _("cần làm")),
            [
                (
                    "✓" if row.good else "✗",
                    row.part,
                    row.detail,
                    "" if row.milliseconds is None else str(row.milliseconds),
                    row.advice,
                )
                for row in rows
            ],
        )
    return 0 if all(row.good for row in rows) else 4


def run_manage(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Hand over to Django."""
    from khoso.embedded import prepare

    prepare(home)
    from django.core.management import execute_from_command_line

    execute_from_command_line(["khoso manage", *arguments.arguments])
    return 0
