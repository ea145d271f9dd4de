"""`khoso reindex`: the index is made anew, by one process or by several side by side."""

import argparse
import os
import signal
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import cache, partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from khoso.cli.given import count
from khoso.cli.output import Output, Progress, say
from khoso.cli.words import _
from khoso.kernel.errors import Unavailable
from khoso.nursery import end_with

if TYPE_CHECKING:
    from search.ports import Rebuild
    from search.rebuilding import Putting
    from warehouse.ports import ObjectStore

MOST = 64
"""Processes at most: a slip of the finger must not take the machine."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser) -> None:
    """Add the command's words."""
    reindex = commands.add_parser(
        "reindex",
        parents=[shared],
        help=_(
            "dựng lại chỉ mục tìm kiếm bên cạnh chỉ mục đang dùng, rồi thay; dừng giữa chừng thì chạy lại để làm tiếp"
        ),
        epilog=_("Ví dụ: khoso reindex"),
    )
    reindex.add_argument("--abandon", action="store_true", help=_("bỏ chỉ mục đang dựng dở, giữ chỉ mục đang dùng"))
    reindex.add_argument(
        "--processes",
        type=partial(count, most=MOST),
        default=1,
        metavar="N",
        help=_("N tiến trình cùng dựng (1–64); người tìm kiếm lúc ấy phải chờ lâu hơn"),
    )
    reindex.set_defaults(run=run)


def run(arguments: argparse.Namespace, home: Path, output: Output) -> int:
    """Build the index anew beside the one in use and swap them; or give up one that was begun."""
    from khoso.embedded import prepare

    prepare(home)
    from khoso.wiring import open_index, open_store
    from search.rebuilding import rebuild

    os.nice(10)  # people go on searching and filing meanwhile
    index = open_index()
    if arguments.abandon:
        index.rebuild().abandon()
        output.record({"abandoned": True}) if output.json else output.line(_("Đã bỏ chỉ mục đang dựng dở."))
        return 0
    progress = Progress()
    started = time.monotonic()
    begun: list[int] = []

    def show(done: int, total: int) -> None:
        begun.append(done)
        spent = time.monotonic() - started
        rate = (done - begun[0]) / spent if spent else 0.0
        left = f"{(total - done) / rate:.0f}" if rate else "?"
        progress.show(
            _("%(done)s/%(total)s giấy tờ, %(rate)s mỗi giây, còn khoảng %(left)s giây")
            % {"done": done, "total": total, "rate": f"{rate:.0f}", "left": left}
        )

    several = side_by_side(home, arguments.processes) if arguments.processes > 1 else None
    try:
        made = rebuild(index=index, store=open_store(), progress=show, putting=several)
    except KeyboardInterrupt:
        progress.clear()
        say(_("Đã dừng. Chỉ mục cũ vẫn trả lời; phần đã dựng được giữ, chạy lại «khoso reindex» để làm tiếp."))
        raise
    progress.clear()
    seconds = time.monotonic() - started
    told = {
        "indexed": made.account.documents,
        "put": made.put,
        "found": made.found,
        "checksum": made.account.checksum,
        "seconds": round(seconds, 1),
    }
    if output.json:
        output.record(told)
    else:
        output.line(
            _(
                "Đã thay chỉ mục: %(indexed)s giấy tờ, khớp với danh mục (tổng kiểm %(checksum)s);"
                " %(put)s vừa đưa vào, %(found)s có sẵn từ lần trước; %(seconds)s giây."
            )
            % told
        )
    return 0


def side_by_side(home: Path, processes: int) -> "Putting":
    """Several processes that put batches into the index begun beside the one in use, each with connections of its own.

    They are started anew (not forked: connections are open here) at the first batch, and end with this process.
    """

    def put(name: str, batches: Iterator[Sequence[str]]) -> Iterator[int]:
        pool = ProcessPoolExecutor(
            processes, mp_context=get_context("spawn"), initializer=_begin, initargs=(str(home), os.getpid())
        )
        try:
            under_way = {pool.submit(_put, name, names) for names in islice(batches, 2 * processes)}
            while under_way:
                done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                under_way |= {pool.submit(_put, name, names) for names in islice(batches, len(done))}
                for one in done:
                    yield one.result()
        except BrokenProcessPool as error:
            raise Unavailable(
                _("một tiến trình dựng chỉ mục đã chết giữa chừng (thiếu bộ nhớ?); phần đã dựng được giữ, hãy chạy lại")
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)  # what is in hand is put

    return put


def _begin(home: str, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group: who started this one ends it
    if not end_with(parent):
        raise SystemExit(1)
    from khoso.embedded import prepare_settings

    prepare_settings(Path(home))


@cache
def _opened() -> "tuple[Rebuild, ObjectStore]":
    from khoso.wiring import open_index, open_store

    return open_index().rebuild(), open_store()


def _put(name: str, names: Sequence[str]) -> int:
    from search.answers import rebuild_is_gone
    from search.rebuilding import put_named

    fresh, store = _opened()
    if fresh.name != name:  # somebody gave it up before this process looked, and began another
        raise rebuild_is_gone()
    return put_named(names, fresh, store)
