"""Pages a second of the whole journey against OCRmyPDF, and its CPU against reading alone, in one run.

    .venv/bin/python bench/journey.py FOLDER [--ocrmypdf COMMAND] [--rounds 1]

FOLDER holds image-only PDFs. `khoso file` takes them through everything (inspect, read, compose PDF/A, sign, extract,
file) with two workers: in a fresh home, tables and keys still to be made, which is the figure; and in a prepared one, as
every later time. `ocrmypdf -l vie --jobs 2 --output-type pdfa` makes its PDF/A of the same files, two
cores in all; `khoso read` reads them. Rounds alternate, so that a noisy machine is noisy for all. What counts are the
ratios.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def run(command: list[str]) -> tuple[float, float, str]:
    """(wall seconds, CPU seconds of everything it started, standard output)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False, timeout=3600
    )
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def _filed(command: list[str], papers: list[Path]) -> tuple[float, float]:
    """Wall and CPU seconds of taking all papers through the journey, for a dossier of their own."""
    filed = run([*command, "--dossier", "H36.12-261126-0001", *map(str, papers)])
    states = [json.loads(line)["state"] for line in filed[2].splitlines()]
    assert len(states) == len(papers), "a document is missing from the journey"
    assert set(states) <= {"FILED", "TO_CONFIRM"}, states
    return filed[:2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--ocrmypdf", default=shutil.which("ocrmypdf"))
    parser.add_argument("--rounds", type=int, default=1)
    arguments = parser.parse_args()
    papers = sorted(arguments.folder.glob("*.pdf"))
    khoso = [sys.executable, "-m", "khoso"]
    os.environ["KHOSO_WORKERS"] = "2"
    best: dict[str, tuple[float, float]] = {}
    pages = 0
    for _ in range(arguments.rounds):
        with tempfile.TemporaryDirectory() as scratch:
            read = run([*khoso, "--home", f"{scratch}/r", "--json", "read", *map(str, papers)])
            pages = sum(1 for line in read[2].splitlines() if json.loads(line).get("page"))
            rows = {"khoso read": read[:2]}
            for name, home in (("khoso file", "h"), ("in a prepared home", "p")):
                if home == "p":  # filed once: the same papers again are new ones only in another dossier's name
                    run([*khoso, "--home", f"{scratch}/p", "file", str(papers[0]), "--workers", "2"])
                rows[name] = _filed([*khoso, "--home", f"{scratch}/{home}", "--json", "file"], papers)
            if arguments.ocrmypdf:
                wall = cpu = 0.0
                for paper in papers:
                    seconds = run(
                        [
                            arguments.ocrmypdf,
                            "-q",
                            "-l",
                            "vie",
                            "--jobs",
                            "2",
                            "--output-type",
                            "pdfa",
                            str(paper),
                            f"{scratch}/o.pdf",
                        ]
                    )
                    wall, cpu = wall + seconds[0], cpu + seconds[1]
                    assert Path(f"{scratch}/o.pdf").stat().st_size, paper
                    Path(f"{scratch}/o.pdf").unlink()
                rows["ocrmypdf"] = (wall, cpu)
        for name, row in rows.items():
            best[name] = min(best.get(name, row), row)
    print(f"{len(papers)} files, {pages} pages, best of {arguments.rounds}")
    for name, (wall, cpu) in best.items():
        print(f"{name:18s} {wall:7.1f} s  {pages / wall:6.2f} pages/s  CPU {cpu:7.1f} s")
    for name in ("khoso file", "in a prepared home"):
        wall, cpu = best[name]
        print(f"{name}: CPU ÷ that of read {cpu / best['khoso read'][1]:.2f} (at most 1.5)", end="")
        print(f", pages/s ÷ ocrmypdf {best['ocrmypdf'][0] / wall:.2f} (at least 2.5)" if "ocrmypdf" in best else "")


if __name__ == "__main__":
    main()
