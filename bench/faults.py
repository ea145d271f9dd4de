"""The same papers scanned with one fault at a time: what each fault costs in characters and fields.

    .venv/bin/python bench/faults.py [--fault holes …] [--count 1] [--seed 5] [--type birth_certificate …] [--keep FOLDER]

A row for each fault of `samples.generator.scan.FAULTS` and one for a clean scan: pages, character error rate (without
reading order, as bench/reading.py), exact and tolerant F1 of printed fields, wrong values that were not doubted, right
ones that were (as bench/fields.py). The papers are the same in every row: what differs is the fault alone.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

TYPES = (
    "birth_certificate",
    "marriage_certificate",
    "marital_status",
    "residence_confirmation",
    "administrative_document",
    "business_registration",
    "citizen_id",
    "power_of_attorney",
)


def draw(folder: Path, fault: str, types: tuple[str, ...], count: int, seed: int) -> Path:
    """Papers with one fault (`clean`: none), and their truth."""
    from samples.generator.__main__ import main as generate

    words = [str(folder), "--count", str(count), "--seed", str(seed), "--severity", "clean"]
    words += [word for kind in types for word in ("--type", kind)]
    if fault != "clean":
        words += ["--fault", fault]
    generate(words)
    return folder / "truth.jsonl"


def main() -> None:
    sys.path[0] = str(Path(__file__).resolve().parent.parent)  # not bench/, whose search.py is not the app of that name
    from bench.fields import Tally, judge, read_all, truths
    from bench.reading import edits, normal
    from ocr.extraction import extract
    from samples.generator.scan import FAULTS

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fault", action="append", choices=("clean", *FAULTS))
    parser.add_argument("--type", action="append")
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="where papers and what was read of them stay")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--each", action="store_true")
    asked = parser.parse_args()
    print(
        f"{'fault':14s}{'pages':>6s}{'CER %':>8s}{'exact F1':>10s}{'toler. F1':>10s}{'passed':>8s}{'wrong':>7s}{'right doubted':>15s}"
    )
    with tempfile.TemporaryDirectory() as scratch:
        home = asked.keep or Path(scratch)
        for fault in asked.fault or ("clean", *FAULTS):
            folder = home / fault
            folder.mkdir(parents=True, exist_ok=True)
            known = folder / "truth.jsonl"
            if not known.exists():
                draw(folder, fault, tuple(asked.type or TYPES), asked.count, asked.seed)
            papers = truths(known)
            rows = [json.loads(line) for line in known.read_text(encoding="utf-8").splitlines()]
            tally, wrong, size, pages = Tally(), 0, 0, 0
            files = [folder / paper.file for paper in papers]
            for paper, row, read in zip(papers, rows, read_all(files, home / "read", asked.workers), strict=True):
                tally.add(judge(paper, extract(read), each=asked.each)[0])
                for number, lines in enumerate(row["page_text"]):
                    true = [line for line in map(normal, lines) if line]
                    text = normal(read[number].text) if number < len(read) else ""
                    wrong += sum(edits(line, text) for line in true)
                    size += sum(map(len, true))
                    pages += bool(true)
            doubted = tally.right_flagged / max(1, tally.right["tolerant"])
            print(
                f"{fault:14s}{pages:6d}{100 * wrong / max(1, size):8.2f}{tally.f1('exact'):10.3f}{tally.f1('tolerant'):10.3f}"
                f"{tally.wrong_unflagged:8d}{tally.wrong:7d}{doubted:15.1%}",
                flush=True,
            )


if __name__ == "__main__":
    main()
