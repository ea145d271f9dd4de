"""Turns: how long another desk's single page takes while a long box is read, against its time on an idle Kho.

A home of its own with real worker processes; the reader takes a set time for each page (`--page-seconds`) or is the real one
(`--real`). On servers if the environment names them (`KHOSO_DATABASE_URL` …).

    .venv/bin/python bench/turns.py --pages 500 --workers 1
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
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
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="khoso-turns-") as folder:
        _run(given, Path(folder))


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
    box = enter(given.pages, "A")
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
    print(
        f"{given.pages} pages, {given.workers} workers, {'real reader' if given.real else f'{given.page_seconds} s a page'}"
    )
    print(f"idle   median {statistics.median(idle):.2f} s, most {max(idle):.2f} s")
    print(f"beside median {statistics.median(busy):.2f} s, most {max(busy):.2f} s; pages of the box meanwhile {shares}")
    print(
        f"ratio  {ratio:.2f} (goal: below 2), worst {max(busy) / statistics.median(idle):.2f}; {read.count()} pages of the box read"
    )


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
