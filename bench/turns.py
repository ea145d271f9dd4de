"""Turns: how long another desk's single page takes while a long box is read, against its time on an idle Kho.

A home of its own with real worker processes; the reader takes a set time for each page (`--page-seconds`) or is the real one
(`--real`). With `--servers` on those that DATABASE_URL, REDIS_URL, S3_ENDPOINT, S3_ACCESS_KEY, S3_SECRET_KEY and
ELASTICSEARCH_URL name: database, bucket and index of its own, gone afterwards.

    .venv/bin/python bench/turns.py --pages 500 --workers 1             # while it is read, page by page
    .venv/bin/python bench/turns.py --pages 500 --workers 1 --journey   # from its receipt until it rests, step by step
"""

import argparse
import contextlib
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from khoso.kernel.transcript import Transcript
    from pages.ports import PageImage
    from warehouse.models import Document

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "samples" / "marital_status_xntthn_2020.pdf"
PAGE_SECONDS = "KHOSO_BENCH_PAGE_SECONDS"


class PacedReader:
    """An `OcrEngine` that takes its time and reads the same line on every page."""

    name = "paced-1"

    def __init__(self, helper: object) -> None:
        self._seconds = float(os.environ[PAGE_SECONDS])

    def read(self, page: "PageImage", *, languages: tuple[str, ...] = ("vie",)) -> "Transcript":
        from khoso.kernel.transcript import Box, Line, Transcript, Word

        time.sleep(self._seconds)
        words = tuple(
            Word(text, Box(100 + 200 * n, 100, 260 + 200 * n, 140), 0.9) for n, text in enumerate(("MẪU", "GIẤY", "TỜ"))
        )
        return Transcript(page.width, page.height, page.dpi, (Line(words, self.name),), self.name)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--pages", type=int, default=500)
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--page-seconds", type=float, default=0.8)
    options.add_argument("--singles", type=int, default=7)
    options.add_argument("--real", action="store_true", help="read with the configured reader")
    options.add_argument("--journey", action="store_true", help="single pages all along the box's journey")
    options.add_argument("--servers", action="store_true", help="on the servers the environment names")
    given = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # tidies up on the way out
    with tempfile.TemporaryDirectory(prefix="khoso-turns-") as folder, _servers(wanted=given.servers):
        _run(given, Path(folder))


@contextlib.contextmanager
def _servers(*, wanted: bool) -> Iterator[None]:
    """Khoso's settings for places of its own on servers; nothing of them is left."""
    if not wanted:
        yield
        return
    sys.path.insert(0, str(ROOT))
    from bench.own_servers import own_places

    with own_places("turns") as settings:
        os.environ.update(settings)
        try:
            yield
        finally:
            from django.db import connections

            connections.close_all()


def _run(given: argparse.Namespace, folder: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "bench"), PAGE_SECONDS: str(given.page_seconds)}
    if not given.real:
        environment["KHOSO_OCR_ENGINE"] = "turns:PacedReader"
    os.environ.update(environment)
    sys.path.insert(0, str(ROOT))
    from khoso.embedded import prepare

    home = folder / "home"
    prepare(home)
    words = [sys.executable, "-m", "khoso", "--home", str(home), "worker"]
    workers = [subprocess.Popen(words, env=environment, cwd=ROOT) for _ in range(given.workers)]
    try:
        _measure(given, folder)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait()


def _measure(given: argparse.Namespace, folder: Path) -> None:
    from ingest.receiving import Sheet, receive
    from khoso.kernel.clock import system_clock
    from khoso.pipeline import RESTING
    from khoso.wiring import open_store
    from people.accounts import by_name
    from warehouse.models import RenditionKind, State
    from warehouse.moving import Intake

    store, person = open_store(), by_name("local")
    number = 0

    def enter(pages: int, desk: str) -> "Document":
        nonlocal number
        number += 1
        path = _paper(folder / f"{number}.pdf", pages, str(number))
        intake = Intake(by=person, queue="today", desk=desk)
        return receive([Sheet(path, path.name)], intake=intake, store=store, clock=system_clock).document

    def rest(document: "Document") -> None:
        while State(document.state) not in RESTING:
            time.sleep(0.02)
            document.refresh_from_db()

    def single(desk: str) -> float:
        document = enter(1, desk)
        began = time.monotonic()
        rest(document)
        return time.monotonic() - began

    single("warm")  # processes start, models load
    idle = [single("B") for _ in range(given.singles)]
    reader = "real reader" if given.real else f"{given.page_seconds} s a page"
    print(f"{given.pages} pages, {given.workers} workers, {reader}, {'servers' if given.servers else 'embedded'}")
    print(f"idle   median {statistics.median(idle):.2f} s, most {max(idle):.2f} s", flush=True)
    box = enter(given.pages, "A")
    if given.journey:
        _all_along(box, idle, single)
        return
    read = box.renditions.filter(kind=RenditionKind.TRANSCRIPT)
    while read.count() < 3:
        time.sleep(0.1)
    busy, shares = [], []
    for _ in range(given.singles):
        before = read.count()
        busy.append(single("B"))
        shares.append(read.count() - before)
        time.sleep(1.7 * given.page_seconds)  # so that they come at other moments of a page
    box.refresh_from_db()
    assert box.state == State.INSPECTED, "the box was read before the last single page; give it more pages"
    ratio = statistics.median(busy) / statistics.median(idle)
    print(f"beside median {statistics.median(busy):.2f} s, most {max(busy):.2f} s; pages of the box meanwhile {shares}")
    print(
        f"ratio  {ratio:.2f} (goal: below 2), worst {max(busy) / statistics.median(idle):.2f}; {read.count()} pages of the box read"
    )


def _all_along(box: "Document", idle: list[float], single: Callable[[str], float]) -> None:
    """Single pages one after another until the box rests, told by the state the box was in when they came."""
    from khoso.pipeline import RESTING, step_for
    from warehouse.models import State

    took: dict[str, list[float]] = defaultdict(list)
    began = time.monotonic()
    while State(box.state) not in RESTING:
        step = step_for(box)
        took[step.name if step else box.state].append(single("B"))
        box.refresh_from_db()
    usual = statistics.median(idle)
    for name, found in took.items():
        print(
            f"{name:9s} {len(found):3d} single pages, median {statistics.median(found):.2f} s = {statistics.median(found) / usual:.2f} ×,"
            f" most {max(found):.2f} s = {max(found) / usual:.2f} ×"
        )
    print(f"the box came to {box.state} after {time.monotonic() - began:.0f} s")


def _paper(path: Path, pages: int, title: str) -> Path:
    import pikepdf

    with pikepdf.open(SAMPLE) as sample, pikepdf.new() as made:
        for _ in range(pages):
            made.pages.append(sample.pages[0])
        made.docinfo["/Title"] = title
        made.save(path)
    return path


if __name__ == "__main__":
    main()
