"""Memory of `khoso read` and `khoso extract` over files of many pages, and going on after `kill -9`.

    .venv/bin/python bench/long.py IMAGE [--pages 50 500] [--workers 2] [--command extract]

IMAGE is one page (JPEG); it is laid into PDFs of so many pages each, and each is read by real helpers. Printed is the most
any process held at any moment (VmHWM): the command itself, and the largest helper. Then a file is read with `--keep`,
killed after a while with `kill -9`, and read again: how many pages were kept, and what the rest cost.
"""

import argparse
import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pikepdf
import psutil
from pikepdf import Dictionary, Name
from PIL import Image

LOOK = 0.1  # seconds


def document(image: Path, pages: int, out: Path) -> Path:
    """A PDF that shows the JPEG on each page; the bytes of each page's picture are its own."""
    with Image.open(image) as opened:
        width, height = opened.size
        colours = Name.DeviceGray if opened.mode == "L" else Name.DeviceRGB
    pdf = pikepdf.new()
    for number in range(pages):
        pdf.add_blank_page(page_size=(width * 72 / 300, height * 72 / 300))
        data = image.read_bytes() + b"\n% " + str(number).encode()
        picture = pdf.make_stream(
            data,
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=width,
            Height=height,
            ColorSpace=colours,
            BitsPerComponent=8,
            Filter=Name.DCTDecode,
        )
        page = pdf.pages[number]
        page.Resources = Dictionary(XObject=Dictionary(P=picture))
        page.Contents = pdf.make_stream(f"q {width * 0.24} 0 0 {height * 0.24} 0 0 cm /P Do Q".encode())
    pdf.save(out)
    return out


def most(pid: int) -> int:
    """Bytes a process held at its highest; 0 when it is gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def read(file: Path, *more: str, command: str = "read", kill_after: float | None = None) -> tuple[int, float, int, int]:
    """(pages printed, CPU seconds, most bytes of the command, most of a helper)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started, command_most, helper_most = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile("w+") as out:
        words = [sys.executable, "-m", "khoso", "--home", home, "--json", command, *more, str(file)]
        process = subprocess.Popen(words, stdout=out, env=os.environ)
        while process.poll() is None:
            command_most = max(command_most, most(process.pid))
            with contextlib.suppress(psutil.Error):
                for child in psutil.Process(process.pid).children(recursive=True):
                    helper_most = max(helper_most, most(child.pid))
            if kill_after is not None and time.monotonic() - started > kill_after:
                process.send_signal(signal.SIGKILL)
            time.sleep(LOOK)
        out.seek(0)
        said = [json.loads(line) for line in out if line.endswith("\n")]
        pages = sum(row.get("pages", "lines" in row) for row in said)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return pages, cpu, command_most, helper_most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", type=Path)
    parser.add_argument("--pages", type=int, nargs="+", default=[50, 500])
    parser.add_argument("--workers", default="2")
    parser.add_argument("--command", choices=("read", "extract"), default="read")
    parser.add_argument("--kill-after", type=float, default=30.0, metavar="SECONDS")
    arguments = parser.parse_args()
    workers = ("--workers", arguments.workers)
    with tempfile.TemporaryDirectory() as scratch:
        for count in arguments.pages:
            file = document(arguments.image, count, Path(scratch, f"{count}.pdf"))
            pages, cpu, command, helper = read(file, *workers, command=arguments.command)
            print(
                f"{count} pages: {pages} read, CPU {cpu / count:.3f} s/page, most resident: command {command >> 20} MiB, helper {helper >> 20} MiB"
            )
        file, kept = Path(scratch, f"{arguments.pages[0]}.pdf"), Path(scratch, "kept")
        read(file, *workers, "--keep", str(kept), kill_after=arguments.kill_after)
        left = len(list(kept.glob("*.json")))
        pages, cpu, _, _ = read(file, *workers, "--keep", str(kept))
        print(
            f"killed after {arguments.kill_after:.0f} s: {left} pages kept; read again: {pages} pages with {cpu:.1f} s of CPU"
        )
        pages, cpu, _, _ = read(file, *workers, "--keep", str(kept))
        print(f"once more: {pages} pages with {cpu:.1f} s of CPU")


if __name__ == "__main__":
    main()
