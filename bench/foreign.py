"""Papers that are none of the counter's, scanned with every fault: how many are called `unknown`, as they should be.

    .venv/bin/python bench/foreign.py [--seeds 3] [--first 1] [--keep FOLDER]

The papers of `samples.generator.foreign` (receipts, newspapers, English letters, bank slips, guides to the counter's papers …),
each seed with another fault of `samples.generator.scan.FAULTS`, read as `khoso extract` reads.
"""

import argparse
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

sys.path.insert(
    0, str(Path(__file__).resolve().parents[1])
)  # before this folder, which holds namesakes of the packages

from bench.fields import read_all
from ocr.extraction import extract
from samples.generator.fonts import face
from samples.generator.foreign import KINDS, Row, rows_of
from samples.generator.scan import FAULTS, draw_scan, faulty, jpeg, scanned

WIDTH, HEIGHT, LEFT, SIZE, STEP = 2480, 3508, 250, 52, 84


def page(rows: list[Row]) -> Image.Image:
    """The paper at 300 dpi, before it is scanned."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(image)
    for number, row in enumerate(rows):
        y = 220 + STEP * number
        for share, text in [(0.0, row)] if isinstance(row, str) else row:
            words, at = (text[1:], text[:1]) if text[:1] in "^>" else (text, "")
            path = face("liberation-serif", bold=at == "^").path
            type_ = ImageFont.truetype(str(path), SIZE if at != "^" else round(1.2 * SIZE))
            width = pen.textlength(words, font=type_)
            x = {"^": (WIDTH - width) / 2, ">": WIDTH - LEFT - width}.get(at, LEFT + share * (WIDTH - 2 * LEFT))
            pen.text((x, y), words, font=type_, fill="#18181c")
    return image


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="where papers and what was read of them stay")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = asked.keep or Path(scratch)
        home.mkdir(parents=True, exist_ok=True)
        papers = []
        for seed in range(asked.first, asked.first + asked.seeds):
            for number, kind in enumerate(KINDS):
                fault = list(FAULTS)[(seed * len(KINDS) + number) % len(FAULTS)]
                rng = random.Random(f"{kind}/{seed}")  # noqa: S311 - no secret
                how = faulty(draw_scan(rng, "usual"), fault)
                file = home / f"{kind}_{seed}_{fault}.jpg"
                if not file.exists():
                    file.write_bytes(jpeg(scanned(page(rows_of(kind, seed)), how), how))
                papers.append(file)
        told = Counter[str]()
        for file, pages in zip(papers, read_all(papers, home / "read", asked.workers), strict=True):
            got = extract(pages)
            told[got.document_type] += 1
            if got.document_type != "unknown":
                print(
                    f"  {file.name}: {got.document_type} {got.fields['title'].value if 'title' in got.fields else ''}"
                )
        print(f"{told['unknown']} of {len(papers)} foreign papers are unknown")


if __name__ == "__main__":
    main()
