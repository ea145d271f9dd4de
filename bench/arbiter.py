"""Fits the arbiter's weights (`ocr.arbiter.WEIGHTS`) on generated papers and prints them; never on the scans that measure.

    .venv/bin/python -m samples.generator /tmp/papers --total 60 --severity mixed --seed 1
    .venv/bin/python bench/arbiter.py /tmp/papers [FOLDER …]

Every word on which the two readers differ is an example: which of them is nearer to the truth of the page? A logistic
regression (ridge, Newton's steps) over `ocr.arbiter.features` gives the weights; a fifth of the pages is held apart to
tell how often the choice is right, and how sure it was.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np

sys.path.insert(
    0, str(Path(__file__).resolve().parents[1])
)  # before this folder, which holds namesakes of the packages

from reading import edits, normal

from khoso.kernel.errors import Refused
from ocr.arbiter import KINDS, WEIGHTS, features, segments_of, spaced
from ocr.language.model import language
from ocr.quick_child import quick_reader
from ocr.readers_child import careful_reader
from ocr.sight.page import prepare
from ocr.sight.words import is_noise
from pages.helper import Helper
from pages.images import page_image
from pages.inspecting import inspect

NAMES = [*KINDS, "language", "quick", "careful"]
RIDGE = 1.0
APART = 5


def images(folder: Path, helper: Helper, scratch: Path) -> Iterator[tuple[Path, int, float, int, str]]:
    """(file, frame, dpi, rotate, truth) of each page with a truth."""
    for row in map(json.loads, (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()):
        path = folder / row["file"]
        try:
            kind = inspect(path, helper=helper).kind
        except Refused:
            continue
        for number, lines in enumerate(row["page_text"], 1):
            if lines:
                page = page_image(path, kind, number, helper=helper, folder=scratch)
                yield page.path, page.frame, page.dpi, page.rotate, normal(" ".join(lines))


def examples(folder: Path, helper: Helper, scratch: Path) -> Iterator[tuple[int, list[float], bool]]:
    """(number of the page, features, whether the quick reader was right)."""
    words, quick, careful = language(), quick_reader(), careful_reader(["vie"])
    for number, (path, frame, dpi, rotate, truth) in enumerate(images(folder, helper, scratch)):
        strips = list(prepare(path, frame, dpi, rotate).strips())
        for strip, line in zip(strips, quick.read(strips), strict=True):
            _, second = careful.best(strip)
            if not second or is_noise(second, pieces=len(strip.line.members), pale=strip.pale):
                continue
            segments = list(segments_of(spaced(line, words), spaced(second, words)))
            chosen = [[word.text for word in segment.careful] for segment in segments]
            base = edits(normal(" ".join(chain(*chosen))), truth)
            for at, segment in enumerate(segments):
                if segment.agreed:
                    continue
                mine = [*chosen[:at], [word.text for word in segment.quick], *chosen[at + 1 :]]
                other = edits(normal(" ".join(chain(*mine))), truth)
                if other != base:
                    seen = features(segment, [*chain(*chosen[:at])], [*chain(*chosen[at + 1 : at + 3])], words)
                    yield number, [seen.get(name, 0.0) for name in NAMES], other < base


def fitted(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Weights of the logistic regression."""
    weights = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (y - p) - RIDGE * weights
        curve = (x * (p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(x.shape[1])
        weights += np.linalg.solve(curve, slope)
    return weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    arguments = parser.parse_args()
    rows = []
    with Helper() as helper, tempfile.TemporaryDirectory() as scratch:
        for folder in arguments.folders:
            rows += list(examples(folder, helper, Path(scratch)))
    pages, x, y = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    apart = pages % APART == 0
    for name, weights in (("now", np.array([WEIGHTS[n] for n in NAMES])), ("fitted", fitted(x[~apart], y[~apart]))):
        p = 1 / (1 + np.exp(-x[apart] @ weights))
        right = (p > 0.5) == y[apart]
        sure = np.maximum(p, 1 - p)
        print(f"{name:7s} right {right.mean():.3f} of {apart.sum()} held apart, mean sureness {sure.mean():.3f}")
    print(f"{len(y)} examples, quick right in {y.mean():.2f}")
    print(json.dumps(dict(zip(NAMES, fitted(x, y).round(2).tolist(), strict=True))))
    for kind in KINDS:
        mine = x[:, NAMES.index(kind)] > 0
        print(f"{kind:10s} {int(mine.sum()):5d}  quick right {y[mine].mean() if mine.any() else 0:.2f}")


if __name__ == "__main__":
    main()
