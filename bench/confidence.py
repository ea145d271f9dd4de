"""Fits how sure a value is (`ocr/extraction/data/confidence.json`) on generated papers; never on the layouts that measure.

    .venv/bin/python -m samples.generator /tmp/papers/1 --layout a --total 76 --seed 1 --severity hard --fault blur
    .venv/bin/python bench/confidence.py /tmp/papers/* --transcripts /tmp/read [--write]

Every printed value that was found is an example: is it wrong (as `bench/fields.py` tells, tolerant)? A logistic regression
(ridge, Newton's steps) over `ocr.extraction.evidence`: weights for all values, and for each kind of value its own, drawn
towards these. Layouts are held apart in turn, and what is printed was said of values of layouts the fit had not seen:
wrong values not flagged and right values flagged for each least confidence, and whether the confidence is true.
`--enough`: what a value must be sure of; chosen so that most clean papers pass untouched (`bench/confirming.py`).
"""

import argparse
import hashlib
import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(
    0, str(Path(__file__).resolve().parents[1])
)  # before this folder, which holds namesakes of the packages

from bench.fields import Truth, aligned, read_all, truths
from khoso.kernel.transcript import Transcript
from ocr.extraction import confidence, find
from ocr.extraction.evidence import KINDS, Evidence, gather, general, kind_of

DATA = Path(confidence.__file__).parent / "data" / "confidence.json"
NAMES = [*(name for name, _ in KINDS), "text"]
SHARED, OWN = 2.0, 8.0  # ridges: of the weights for all values, of what a kind of value adds to them
BY_KIND = frozenset(
    (
        "doubt",
        "doubt_1",
        "least",
        "digit",
        "mean",
        "unlabelled",
        "under",
        "beside",
        "rows",
        "unlikely",
        "better",
        "short",
        "long",
        "field",
        "small",
        "others",
    )
)  # figures whose weight may differ from kind to kind
FOLDS = 6
DRAWN = 1.5  # wrong values of a field that weigh as much as what is usual
FEW = 12  # a field's usual length is known from so many right values on

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Example:
    """A value that was found: `group` is the layout it stands on; `doubted`: a check says it is wrong, so a person looks anyway."""

    group: str
    key: str
    value: str
    evidence: Evidence
    doubted: bool
    wrong: bool


def examples(truth: Truth, pages: Sequence[Transcript]) -> Iterator[Example]:
    """The printed values found on one paper that can be judged."""
    found = find(pages)
    if found is None:
        return
    seen = gather(found.draft, found.findings, type_sure=found.recognised.sure)
    group = str(truth.facts.get("variant") or truth.document_type)
    names = {id(finding): key for key, finding in found.findings.items()}
    for key, finding in aligned(truth, found.findings).items():
        by_hand = key in truth.handwritten or (key.startswith("owner_") and bool(truth.handwritten))
        if truth.judges(key) and not by_hand:
            wrong = not truth.right(key, finding.value, tolerant=True)
            own = names[id(finding)]
            yield Example(group, own, finding.value, seen[own], bool(finding.doubts), wrong)


def usual_lengths(known: Sequence[Example]) -> dict[str, tuple[float, float]]:
    """Mean and spread of the logarithm of the length of right values, by field."""
    sizes: dict[str, list[float]] = defaultdict(list)
    for example in known:
        if not example.wrong and example.value:
            sizes[general(example.key)].append(math.log(len(example.value)))
    return {
        key: (round(float(np.mean(of)), 3), round(max(float(np.std(of)), 0.08), 3))
        for key, of in sorted(sizes.items())
        if len(of) >= FEW
    }


def field_history(known: Sequence[Example]) -> dict[str, float]:
    """How much oftener than others each field is wrong where no check doubts it: a logarithm, drawn towards 0."""
    passed = [e for e in known if not e.doubted]
    rate = sum(e.wrong for e in passed) / max(1, len(passed))
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for example in passed:
        counts[general(example.key)][0] += example.wrong
        counts[general(example.key)][1] += 1
    return {
        key: round(math.log((wrong + DRAWN) / (size * rate + DRAWN)), 3)
        for key, (wrong, size) in sorted(counts.items())
    }


def fit(known: Sequence[Example]) -> confidence.Model:
    """The model of these examples, its least confidence still open."""
    usual, fields = usual_lengths(known), field_history(known)
    rows = [{**e.evidence, **confidence.history(e.key, e.value, usual, fields)} for e in known]
    columns = sorted({name for row in rows for name in row})
    place = {name: number for number, name in enumerate(columns)}
    x = np.zeros((len(rows), len(columns)))
    for number, row in enumerate(rows):
        for name, figure in row.items():
            x[number, place[name]] = figure
    kinds = np.array([NAMES.index(kind_of(e.key)) for e in known])
    special = [number for number, name in enumerate(columns) if name in BY_KIND]
    one = np.hstack([np.ones((len(x), 1)), x])
    few = one[:, [0, *(number + 1 for number in special)]]
    wide = np.hstack([one, *(few * (kinds == number)[:, None] for number in range(len(NAMES)))])
    shared, own = np.full(one.shape[1], SHARED), np.full(few.shape[1], OWN)
    shared[0], own[0] = 1e-3, 2.0
    weights = _newton(
        wide, np.array([e.wrong for e in known], dtype=float), np.concatenate([shared, np.tile(own, len(NAMES))])
    )
    base, by_kind = {}, {}
    for number, name in enumerate(NAMES):
        start = one.shape[1] + number * few.shape[1]
        said = weights[1 : one.shape[1]].copy()
        said[special] += weights[start + 1 : start + few.shape[1]]
        base[name] = round(float(weights[0] + weights[start]), 3)
        by_kind[name] = {c: round(float(w), 3) for c, w in zip(columns, said, strict=True) if abs(w) >= 0.005}
    return confidence.Model(base, by_kind, usual, fields, (0.0, 0.0))


def _newton(x: Array, y: Array, ridge: Array) -> Array:
    weights = np.zeros(x.shape[1])
    weights[0] = math.log((y.mean() + 1e-4) / (1 - y.mean()))
    for _ in range(25):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -40, 40)))
        slope = x.T @ (y - p) - ridge * weights
        curve = (x * (p * (1 - p))[:, None]).T @ x + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        weights += step * min(1.0, 4.0 / max(1e-9, float(np.abs(step).max())))
        if np.abs(step).max() < 1e-3:
            break
    return weights


def held_apart(known: Sequence[Example]) -> Array:
    """The confidence in each example from models that never saw its layout."""
    folds = [int(hashlib.sha256(e.group.encode()).hexdigest(), 16) % FOLDS for e in known]
    sure = np.zeros(len(known))
    for fold in range(FOLDS):
        model = fit([e for e, own in zip(known, folds, strict=True) if own != fold])
        for number, example in enumerate(known):
            if folds[number] == fold:
                sure[number] = model.sure(example.key, example.value, example.evidence)
    return sure


def shares(known: Sequence[Example], sure: Array, least: Array) -> tuple[float, float, int]:
    """Share of wrong values not flagged, of right values flagged, and the wrong ones not flagged, at a least confidence."""
    wrong = np.array([e.wrong for e in known])
    flagged = np.array([e.doubted for e in known]) | (sure < least)
    passed = int((wrong & ~flagged).sum())
    return passed / max(1, wrong.sum()), float((~wrong & flagged).sum() / max(1, (~wrong).sum())), passed


LEAST = (0.5, 0.8, 0.9, 0.94, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995)


def report(known: Sequence[Example], sure: Array) -> None:
    """The trade between the two shares; what a confidence said against what was right."""
    wrong = np.array([e.wrong for e in known])
    print(f"{len(known)} values, {int(wrong.sum())} wrong")
    print(f"\n{'from':>8s}{'wrong not flagged':>20s}{'right flagged':>16s}")
    for least in LEAST:
        unseen, needless, passed = shares(known, sure, np.full(len(known), least))
        print(f"{least:8.4f}{unseen:13.1%} ({passed:3d}){needless:16.1%}")
    print(f"\n{'confidence':>16s}{'values':>8s}{'said':>8s}{'right':>8s}")
    for low, high in pairwise((0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 1.01)):
        inside = (sure >= low) & (sure < high)
        if inside.any():
            print(
                f"{low:9.3f}-{min(high, 1):.3f} {inside.sum():8d}{sure[inside].mean():8.3f}{1 - wrong[inside].mean():8.3f}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--transcripts", type=Path, required=True, help="where what is read is kept")
    parser.add_argument(
        "--enough", type=float, nargs=2, default=(0.83, 0.9), help="least confidence, on pages read well and badly"
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="into the checkout")
    asked = parser.parse_args()
    known: list[Example] = []
    for folder in asked.folders:
        papers = truths(folder / "truth.jsonl")
        files = [folder / paper.file for paper in papers]
        for paper, pages in zip(papers, read_all(files, asked.transcripts, asked.workers), strict=True):
            known += examples(paper, pages)
    sure = held_apart(known)
    report(known, sure)
    least = np.array([asked.enough[e.evidence.get("page_doubt", 0.0) > confidence.POORLY_READ] for e in known])
    unseen, needless, passed = shares(known, sure, least)
    print(f"\nfrom {asked.enough}: wrong not flagged {unseen:.1%} ({passed}), right flagged {needless:.1%}")
    if asked.write:
        write(fit(known), tuple(asked.enough), known, [folder.name for folder in asked.folders])


def write(
    model: confidence.Model, enough: tuple[float, float], known: Sequence[Example], folders: Sequence[str]
) -> None:
    """The model as data, with what it was made from."""
    made = {
        "by": "bench/confidence.py",
        "folders": sorted(folders),
        "values": len(known),
        "wrong": sum(e.wrong for e in known),
        "ridge": [SHARED, OWN],
    }
    data = {
        "made": made,
        "enough": enough,
        "base": model.base,
        "usual": model.usual,
        "fields": model.fields,
        "weights": model.weights,
    }
    DATA.write_text(json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
