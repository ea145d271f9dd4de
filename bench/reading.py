"""Character errors and pages a second of `khoso read` beside Tesseract's own, on the same page images in one run.

    .venv/bin/python bench/reading.py FOLDER --truth TRUTH [--first] [--rounds 1] [--engine tesserocr …] [--ocrmypdf COMMAND]

FOLDER holds PDFs of scanned pages; their images are lifted out once, and every reader gets the same files.
TRUTH is a folder of JSON files (`{"source": "file.pdf#…", "blocks": {block: text}}`: first pages), or a JSON-lines file
(`{"file": …, "page_text": [[line, …], …], "handwritten": [field, …]}`). Reading order does not count: each true line is
matched to its best place in what was read. `extra` tells how much too much was read: characters read per true character.

Readers: `khoso read` (two workers; its start is counted), two `tesseract -l vie` processes with one thread each, and two
processes with tesserocr on whole pages; with `--ocrmypdf` also two of OCRmyPDF, which make a PDF/A besides. Rounds alternate, so that a noisy machine is noisy for all; ratios count: of pages a second,
and of CPU seconds, which a busy machine disturbs less.
"""

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

LEFT_OUT = ("stamp_text", "page_no", "appearance")
ONE_THREAD = {**os.environ, "OMP_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"}
WHOLE_PAGES = """
import sys, tesserocr
api = tesserocr.PyTessBaseAPI(path=sys.argv[1], lang="vie", psm=tesserocr.PSM.AUTO, oem=tesserocr.OEM.LSTM_ONLY)
for name in sys.argv[2:]:
    api.SetImageFile(name)
    open(name + ".whole.txt", "w", encoding="utf-8").write(api.GetUTF8Text())
"""


@dataclass(frozen=True)
class Page:
    """A page image with its truth (None where nobody wrote it down)."""

    image: Path
    group: str
    truth: tuple[str, ...] | None


@dataclass
class Row:
    """What one reader made of all pages, in its best round."""

    texts: dict[Path, str]
    seconds: float
    cpu: float = 0.0
    memory: int = 0


def normal(text: str) -> str:
    """NFC, single spaces, one kind of dash and quotation mark."""
    text = unicodedata.normalize("NFC", text)
    for old, new in (("–—", "-"), ("“”", '"'), ("’", "'")):
        text = re.sub(f"[{old}]", new, text)
    return re.sub(r"\s+", " ", text).strip()


def edits(truth: str, read: str) -> int:
    """Least edits that turn `truth` into some part of `read`."""
    codes = np.frombuffer(read.encode("utf-32-le"), dtype=np.uint32)
    before = np.zeros(len(codes) + 1, dtype=np.int32)
    steps = np.arange(len(codes) + 1, dtype=np.int32)
    for i, char in enumerate(truth, 1):
        now = np.empty_like(before)
        now[0] = i
        now[1:] = np.minimum(before[:-1] + (codes != ord(char)), before[1:] + 1)
        before = np.minimum.accumulate(now - steps) + steps
    return int(before.min())


def truths(path: Path) -> Iterator[tuple[str, int, tuple[str, ...], str]]:
    """(name of the file, page number, lines, group)."""
    if path.is_dir():
        for file in sorted(path.glob("*.json")):
            page = json.loads(file.read_text(encoding="utf-8"))
            lines = [
                line for block, text in page["blocks"].items() if block not in LEFT_OUT for line in text.split("\n")
            ]
            yield Path(page["source"].partition("#")[0]).name, 1, tuple(lines), "first pages"
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for number, lines in enumerate(row["page_text"], 1):
            yield row["file"], number, tuple(lines), "by hand" if row.get("handwritten") else "typed"


def pages_of(folder: Path, truth: Path, scratch: Path, *, first: bool) -> list[Page]:
    """Lift or draw the pages of each PDF."""
    known = {(name, number): (lines, group) for name, number, lines, group in truths(truth)}
    pages = []
    for file in sorted(folder.glob("*.pdf")):
        info = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
        count = int(re.search(r"Pages:\s+(\d+)", info).group(1))  # type: ignore[union-attr]
        for number in range(1, (1 if first else count) + 1):
            lines, group = known.get((file.name, number), (None, ""))
            pages.append(Page(_image(file, number, scratch / f"{file.stem}-{number:03d}"), group, lines))
    return pages


def _image(file: Path, number: int, out: Path) -> Path:
    only = ["-f", str(number), "-l", str(number)]
    subprocess.run(["pdfimages", "-all", *only, file, out], check=True)
    lifted = sorted(out.parent.glob(f"{out.name}-*"))
    if len(lifted) == 1 and lifted[0].suffix == ".jpg":
        return lifted[0].rename(out.with_suffix(".jpg"))
    for other in lifted:
        other.unlink()
    subprocess.run(["pdftoppm", "-r", "300", "-png", "-singlefile", *only, file, out], check=True)
    return out.with_suffix(".png")


def by_khoso(images: Sequence[Path], engine: str) -> Row:
    """`khoso read` with two workers."""
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "khoso", "--home", home, "--json", "read", "--workers", "2", *map(str, images)]
        environment = {**os.environ, **({"KHOSO_OCR_ENGINE": engine} if engine else {})}
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        watch = _Watch(process.pid)
        out, _ = process.communicate(timeout=3600)
        seconds = time.perf_counter() - started
    texts = {}
    for page in map(json.loads, out.splitlines()):
        texts[Path(page["file"])] = "\n".join(line["text"] for line in page.get("lines", ()))
    return Row(texts, seconds, memory=watch.stop())


class _Watch:
    """Most resident bytes of any one process below another."""

    def __init__(self, pid: int) -> None:
        self._pid, self._most, self._ended = pid, 0, threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def _look(self) -> None:
        while not self._ended.wait(0.1):
            try:
                for child in psutil.Process(self._pid).children(recursive=True):
                    self._most = max(self._most, child.memory_info().rss)
            except psutil.Error:
                continue

    def stop(self) -> int:
        self._ended.set()
        self._thread.join()
        return self._most


def by_tesseract(images: Sequence[Path], _: str) -> Row:
    """Two processes of the program, each taking the next page."""

    def one(image: Path) -> str:
        command = ["tesseract", image, "-", "-l", "vie"]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=ONE_THREAD).stdout

    started = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        texts = dict(zip(images, pool.map(one, images), strict=True))
    return Row(texts, time.perf_counter() - started)


def by_ocrmypdf(images: Sequence[Path], command: str) -> Row:
    """Two processes of OCRmyPDF with one job each; its text is that beside the PDF."""

    def one(image: Path) -> str:
        beside, made = Path(f"{image}.sidecar.txt"), Path(f"{image}.pdf")
        options = ["-q", "-l", "vie", "--jobs", "1", "--image-dpi", "300", "--output-type", "pdfa", "--sidecar", beside]
        subprocess.run([command, *options, image, made], capture_output=True, check=True, env=ONE_THREAD)
        made.unlink()
        return beside.read_text(encoding="utf-8")

    started = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        texts = dict(zip(images, pool.map(one, images), strict=True))
    return Row(texts, time.perf_counter() - started)


def by_library(images: Sequence[Path], _: str) -> Row:
    """Two processes with the library loaded once, whole pages."""
    models = next(Path("/usr/share/tesseract-ocr").glob("*/tessdata"))
    started = time.perf_counter()
    running = [
        subprocess.Popen([sys.executable, "-c", WHOLE_PAGES, str(models), *map(str, images[i::2])], env=ONE_THREAD)
        for i in range(2)
    ]
    for process in running:
        assert process.wait(3600) == 0
    seconds = time.perf_counter() - started
    return Row({image: Path(f"{image}.whole.txt").read_text(encoding="utf-8") for image in images}, seconds)


def cpu_of(work: Callable[[], object]) -> float:
    """CPU seconds of all processes that some work starts and waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def report(name: str, row: Row, pages: Sequence[Page], yardstick: Row, *, each: bool) -> dict[str, float]:
    groups: dict[str, list[tuple[int, int, int]]] = {}
    for page in pages:
        if page.truth is None:
            continue
        lines = [line for line in map(normal, page.truth) if line]
        read = normal(row.texts.get(page.image, ""))
        wrong, size = sum(edits(line, read) for line in lines), sum(map(len, lines))
        if each:
            print(f"    {page.image.name:44s} CER {100 * wrong / size:5.2f} %  extra {len(read) / size:.2f}")
        for group in {"all", page.group}:
            groups.setdefault(group, []).append((wrong, size, len(read)))
    out: dict[str, float] = {
        "pages/s": round(len(pages) / row.seconds, 3),
        "ratio": round(yardstick.seconds / row.seconds, 2),
        "CPU s/page": round(row.cpu / len(pages), 3),
        "CPU ratio": round(yardstick.cpu / row.cpu, 2),
    }
    for group, rows in sorted(groups.items()):
        wrong, size, length = (sum(column) for column in zip(*rows, strict=True))
        label = "" if group == "all" else f" {group}"
        out[f"CER %{label}"], out[f"extra{label}"] = round(100 * wrong / size, 3), round(length / size, 3)
    if row.memory:
        out["MiB"] = row.memory >> 20
    print(f"{name:24s} " + "  ".join(f"{key} {value}" for key, value in out.items()))
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--engine", action="append", help="values of KHOSO_OCR_ENGINE; the default one if not given")
    parser.add_argument("--first", action="store_true", help="first pages only")
    parser.add_argument("--each", action="store_true", help="a row for each page with a truth")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument(
        "--curve", action="store_true", help="only the curve of CER against the share of lines read twice"
    )
    parser.add_argument("--ocrmypdf", default=shutil.which("ocrmypdf"), help="its command, if it is not on the path")
    parser.add_argument("--alone", action="store_true", help="without the rivals")
    arguments = parser.parse_args()
    readers: dict[str, tuple[Callable[[Sequence[Path], str], Row], str]] = {}
    if not arguments.alone:
        readers |= {"tesseract × 2": (by_tesseract, ""), "tesserocr whole pages × 2": (by_library, "")}
        if arguments.ocrmypdf:
            readers["ocrmypdf × 2"] = (by_ocrmypdf, arguments.ocrmypdf)
    readers |= {f"khoso read {engine}".strip(): (by_khoso, engine) for engine in arguments.engine or [""]}
    with tempfile.TemporaryDirectory() as scratch:
        pages = pages_of(arguments.folder, arguments.truth, Path(scratch), first=arguments.first)
        images = [page.image for page in pages]
        if arguments.curve:
            from curve import print_curve

            by_tesseract(images[:2], "")  # its model is in the cache of files
            print_curve(pages, tesseract=lambda: cpu_of(lambda: by_tesseract(images, "")) / len(images))
            return
        best: dict[str, Row] = {}
        for _ in range(arguments.rounds):
            for name, (read, engine) in readers.items():
                rows: list[Row] = []
                cpu = cpu_of(lambda read=read, engine=engine, rows=rows: rows.append(read(images, engine)))  # type: ignore[misc]
                (row,) = rows
                row.cpu = cpu
                if name not in best or row.seconds < best[name].seconds:
                    best[name] = row
        known = sum(page.truth is not None for page in pages)
        print(
            f"{len(pages)} pages, {known} with truth, best of {arguments.rounds}; ratio: pages/s ÷ the first reader's"
        )
        yardstick = next(iter(best.values()))
        results = {name: report(name, row, pages, yardstick, each=arguments.each) for name, row in best.items()}
    print(json.dumps(results, ensure_ascii=False))


if __name__ == "__main__":
    main()
