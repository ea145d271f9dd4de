"""`python -m samples.generator FOLDER`: a set of invented papers with their truth; `--shipped` remakes the one in samples/.

Example: 200 documents of all types, badly scanned, into /tmp/papers:
    python -m samples.generator /tmp/papers --total 200 --severity hard --seed 7
"""

import argparse
import json
import random
import sys
from pathlib import Path
from typing import Any

from samples.generator.make import APART, BACKS, FORMATS, KINDS, ONE_FORM, draw_scans, print_document, write
from samples.generator.scan import FAULTS, SEVERITIES, faulty
from samples.generator.shipped import make_all


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="samples.generator", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", help="where files and truth.jsonl go")
    parser.add_argument(
        "--type", action="append", choices=sorted({**KINDS, **ONE_FORM}), help="only this type (may be repeated)"
    )
    parser.add_argument("--layout", choices=("a", *APART), default="a", help="set of layouts (default a)")
    parser.add_argument("--fault", choices=tuple(FAULTS), help="one fault of scanning, strong, on every page")
    parser.add_argument("--variant", default="", help="only this layout of the type")
    parser.add_argument("--count", type=int, default=1, help="documents of each type (default 1)")
    parser.add_argument("--total", type=int, help="documents in all, spread over the types, instead of --count")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another set")
    parser.add_argument(
        "--severity", choices=(*SEVERITIES, "mixed"), default="mixed", help="how badly they were scanned"
    )
    parser.add_argument("--format", choices=FORMATS, default="pdf", help="file format (default pdf: scans in a PDF)")
    parser.add_argument("--dpi", type=int, default=300)
    parser.add_argument("--back", choices=sorted(BACKS), help="scan the back of the last sheet too")
    parser.add_argument("--list", action="store_true", help="list types and layouts, write nothing")
    parser.add_argument("--shipped", action="store_true", help="remake the set shipped in samples/")
    asked = parser.parse_args(words)
    if not (asked.folder or asked.shipped or asked.list):
        parser.error("say where: a FOLDER, or --shipped, or --list")
    return asked


def _severity(asked: argparse.Namespace, document_type: str, seed: int) -> str:
    if asked.severity != "mixed":
        return str(asked.severity)
    return random.Random(f"{document_type}/{seed}/severity").choices(SEVERITIES, (2, 6, 2))[0]


def _one(asked: argparse.Namespace, document_type: str, number: int) -> dict[str, Any]:
    seed = asked.seed * 100_003 + number
    printed = print_document(document_type, seed, variant=asked.variant, layout=asked.layout)
    if asked.back:
        printed = BACKS[asked.back](printed)
    severity = _severity(asked, document_type, seed)
    scans = draw_scans(printed, severity, dpi=asked.dpi)
    if asked.fault:
        scans = [faulty(how, asked.fault) for how in scans]
    line = write(
        printed,
        asked.folder,
        f"{document_type}_{number:03d}",
        form=asked.format,
        scans=scans,
    )
    return {**line, "severity": severity, "seed": seed, "layout": asked.layout, "fault": asked.fault or severity}


def main(words: list[str] | None = None) -> None:
    """Write the asked set, one line of truth.jsonl for each document."""
    asked = _arguments(sys.argv[1:] if words is None else words)
    if asked.list:
        for name, kind in {**KINDS, **ONE_FORM}.items():
            if forms := kind.layouts(name, asked.layout):
                print(name, *(form.variant for form in forms))
        return
    if asked.shipped:
        for file in make_all():
            print(file)
        return
    types = asked.type or list(KINDS if asked.layout == "a" else APART[asked.layout])
    jobs = [(name, number) for number in range(1, asked.count + 1) for name in types]
    if asked.total:
        jobs = [(types[place % len(types)], place // len(types) + 1) for place in range(asked.total)]
    asked.folder.mkdir(parents=True, exist_ok=True)
    with (asked.folder / "truth.jsonl").open("w", encoding="utf-8") as truth:
        for name, number in jobs:
            line = _one(asked, name, number)
            truth.write(json.dumps(line, ensure_ascii=False) + "\n")
            print(line["file"], line["variant"], line["severity"])


if __name__ == "__main__":
    main()
