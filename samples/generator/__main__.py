"""`python -m samples.generator FOLDER`: a set of invented papers with their truth."""

import argparse
import json
import random
from pathlib import Path

from samples.generator.make import KINDS, draw_scans, print_document, write
from samples.generator.scan import SEVERITIES


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="samples.generator", description=__doc__)
    parser.add_argument("folder", type=Path, help="where files and truth.jsonl go")
    parser.add_argument("--type", action="append", choices=sorted(KINDS), help="only this type (may be repeated)")
    parser.add_argument("--variant", default="", help="only this layout")
    parser.add_argument("--count", type=int, default=1, help="documents of each type (default 1)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another set")
    parser.add_argument(
        "--severity", choices=(*SEVERITIES, "mixed"), default="mixed", help="how badly they were scanned"
    )
    parser.add_argument("--dpi", type=int, default=300)
    return parser.parse_args()


def main() -> None:
    """Write the asked set, one line of truth.jsonl for each document."""
    asked = _arguments()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with (asked.folder / "truth.jsonl").open("w", encoding="utf-8") as truth:
        for document_type in asked.type or KINDS:
            for number in range(1, asked.count + 1):
                seed = asked.seed * 100_003 + number
                severity = asked.severity
                if severity == "mixed":
                    severity = random.Random(f"{document_type}/{seed}/severity").choices(SEVERITIES, (2, 6, 2))[0]
                printed = print_document(document_type, seed, variant=asked.variant)
                scans = draw_scans(printed, severity, dpi=asked.dpi)
                line = write(printed, asked.folder, f"{document_type}_{number:03d}", form="pdf", scans=scans)
                truth.write(json.dumps(line, ensure_ascii=False) + "\n")
                print(line["file"], line["variant"], severity)


if __name__ == "__main__":
    main()
