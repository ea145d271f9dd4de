"""Fits how sure a value is (`ocr/extraction/data/confidence.json`, `situation.npz`) on generated papers, and measures it.

    .venv/bin/python bench/confidence.py /tmp/papers --transcripts /tmp/read --measure  how good it is on layouts it has not seen
    .venv/bin/python bench/confidence.py /tmp/papers --transcripts /tmp/read --write    the same, then fit on all, and ship

Papers of `WRITTEN_ON` and `APART` are drawn into the folder where they are not there yet (deterministic), read, and kept under
the digest of their bytes. Every printed value that was found is an example: is it wrong (as `bench/fields.py` tells,
tolerant)? Most that will be wrong is so for labels nobody has seen; so every paper is read again with some of its form's
wordings and parts forgotten, and what that makes wrong are examples too. What is fitted: the second opinion on places
(`bench/situation.py`); a ridge regression (Newton's steps), with weights for all values and, drawn towards these, for each
kind; and boosted trees (`bench/forest.py`). Slope and shift make both together true of papers read with all that is known.

Layouts are held apart in turn (`FOLDS`): what is said of a value comes from models that saw neither its paper nor any other of
its layout. So are the thresholds of the last line: chosen on the other layouts, measured on these. Extractors were written on
`a` and `b`; the figures to believe are those of `APART`: layouts of `c`, of `d` and of `e`.

`--enough`: what a value must be sure of so that its paper need not wait; `--unmarked`: not to be marked as worth a look.
`--workers` processes share the papers among them (1.2 GB each); the same papers give the same figures, however many share them.
"""

import argparse
import hashlib
import json
import math
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(
    0, str(Path(__file__).resolve().parents[1])
)  # before this folder, which holds namesakes of the packages

from bench import forest, situation
from bench.fields import Truth, aligned, read_all, truths
from khoso.kernel.transcript import Transcript
from ocr.extraction import Found, confidence, find, read_as
from ocr.extraction.confidence import evidence_on, way_of
from ocr.extraction.evidence import KINDS, Evidence, general, kind_of
from ocr.extraction.form import Form
from ocr.extraction.situation import Opinion
from ocr.extraction.text import distance, squash

DATA = Path(confidence.__file__).parent / "data" / "confidence.json"
OPINION = DATA.with_name("situation.npz")
_FAULTS = (
    "", "blur", "200dpi", "faint", "jpeg", "noise", "skew", "shadow", "show_through", "uneven", "folds", "holes", "staple", "dark_edge",
)  # fmt: skip
WRITTEN_ON = tuple(
    (
        layout,
        fault,
        38 if layout == "b" else 19,
        83001 + 2 * number + (layout == "a"),
        "mixed" if number % 3 == 2 else "hard",
    )
    for number, fault in enumerate(_FAULTS)
    for layout in "ba"
)
"""Layouts, fault, papers, seed and severity of each set (`samples.generator`); extractors were written on these layouts."""
APART = (
    *(("c", fault, 38, 93001 + number, "hard") for number, fault in enumerate(_FAULTS)),
    *(
        ("c", fault, 38 if seed == 92015 else 19, seed, "hard")
        for fault, seeds in {
            "": (92005, 92015), "blur": (92001, 92011), "200dpi": (92002, 92012), "faint": (92003, 92016), "jpeg": (92004, 92017),
            "noise": (92006,), "skew": (92007,), "shadow": (92008,), "show_through": (92009,), "uneven": (92010,),
        }.items()
        for seed in seeds
    ),
    *(("c", fault, 19, 97001 + number, "hard" if fault else "mixed") for number, fault in enumerate(("", "blur", "faint"))),
    *(("c", fault, 19, 98201 + number, "hard") for number, fault in enumerate(_FAULTS)),
    *(
        (layout, fault, 20, 96001 + 100 * (layout == "e") + number, "clean" if number == 3 else "hard")
        for layout in "de"
        for number, fault in enumerate(("", "200dpi", "faint", ""))
    ),
    ("d", "", 10, 97021, "mixed"), ("d", "jpeg", 10, 97022, "hard"), ("d", "noise", 10, 97023, "hard"),
    ("e", "", 10, 97011, "hard"), ("e", "200dpi", 10, 97012, "hard"), ("e", "skew", 10, 97013, "hard"),
    *(
        (layout, fault, 10, 98001 + 100 * (layout == "e") + number, "hard")
        for number, fault in enumerate(
            ("blur", "noise", "jpeg", "shadow", "show_through", "uneven", "folds", "holes", "staple", "dark_edge")
        )
        for layout in ("e" if fault in {"noise", "jpeg"} else "de")
    ),
    *(
        ("f", fault, 14, 99101 + number, severity)
        for number, (fault, severity) in enumerate(
            (
                ("", "mixed"), ("", "mixed"), ("", "usual"), ("", "usual"), ("", "hard"), ("", "hard"), ("blur", "usual"),
                ("200dpi", "hard"), ("faint", "hard"), ("jpeg", "usual"), ("noise", "hard"), ("skew", "hard"),
                ("shadow", "usual"), ("show_through", "hard"), ("uneven", "usual"), ("folds", "hard"),
            )
        )
    ),
)  # fmt: skip
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
        "way",
        "small",
        "others",
        "op_own",
        "op_beaten",
        "onward",
        "goes_on",
        "full_on",
    )
)  # figures whose weight may differ from kind to kind
FOLDS = 5
ENOUGH, UNMARKED = (0.9, 0.95), (0.994, 0.9945)
LOOSENED, KEPT = (
    2,
    0.05,
)  # readings of a paper with labels forgotten; share of the right values among them that are kept
DRAWN = 1.5  # wrong values of a field that weigh as much as what is usual
FEW = 12  # a field's usual length is known from so many right values on

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Example:
    """A value that was found: `group` is the layout it stands on, `drawn` the set of layouts that is of.

    `doubted`: a check says it is wrong, so a person looks anyway.
    """

    group: str
    drawn: str
    key: str
    value: str
    evidence: Evidence
    doubted: bool
    wrong: bool


Set = tuple[str, str, int, int, str]
"""Layouts, fault, papers, seed and severity of papers drawn together."""
Examples = tuple[list[Example], list[Example]]
"""Found with all that is known, and with labels forgotten."""


def examples(truth: Truth, found: Found, opinion: Opinion) -> Iterator[Example]:
    """The printed values found on one paper that can be judged."""
    seen = evidence_on(found.draft, found.findings, type_sure=found.recognised.sure, opinion=opinion)
    names = {id(finding): key for key, finding in found.findings.items()}
    for key, finding in aligned(truth, found.findings).items():
        by_hand = key in truth.handwritten or (key.startswith("owner_") and bool(truth.handwritten))
        if truth.judges(key) and not by_hand:
            wrong = not truth.right(key, finding.value, tolerant=True)
            own = names[id(finding)]
            drawn = str(truth.facts.get("layout", "a"))
            yield Example(layout_of(truth), drawn, own, finding.value, seen[own], bool(finding.firm_doubts), wrong)


def layout_of(truth: Truth) -> str:
    """The layout a paper was drawn on."""
    return str(truth.facts.get("variant") or truth.document_type)


def loosened(truth: Truth, found: Found, opinion: Opinion) -> Iterator[Example]:
    """What is found where some labels and parts of the form are not known: what it makes wrong, and a few of the others."""
    drawn = random.Random(f"{layout_of(truth)}/{truth.file}/{truth.facts.get('seed')}")  # noqa: S311
    recognised, draft = found.recognised, found.draft
    for _ in range(LOOSENED if draft.marks else 0):
        some = drawn.sample(draft.marks, min(drawn.choice((1, 1, 2, 3, 5)), len(draft.marks)))
        words = {"".join(piece.key for piece in mark.segment.pieces[mark.start : mark.end]) for mark in some}
        form = _forgetting(recognised.form, words)
        if form.parts and drawn.random() < 0.35:
            place = drawn.randrange(len(form.parts))
            form = replace(form, parts=(*form.parts[:place], *form.parts[place + 1 :]))
        for example in examples(truth, read_as(replace(recognised, form=form), draft.sheet), opinion):
            before = found.findings.get(example.key)
            if example.wrong or before is None or before.value != example.value or drawn.random() < KEPT:
                yield example


def _forgetting(form: Form, words: set[str]) -> Form:
    """The form without the wordings that would be found in these words."""
    labels = []
    for label in form.labels:
        names = tuple(name for name in label.names if not any(_alike(squash(name), text) for text in words))
        if names:
            labels.append(replace(label, names=names) if len(names) < len(label.names) else label)
    return replace(form, labels=tuple(labels))


def _alike(name: str, text: str) -> bool:
    limit = 0 if len(text) < 6 else 1 + (len(text) - 6) // 8
    return distance(name, text, limit) <= limit


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


Counts = dict[str, dict[str, tuple[int, int]]]


def counted(known: Sequence[Example]) -> Counts:
    """Of each field, and each way it was found, on each layout: wrong values and all, of those no check doubts."""
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for example in known:
        if not example.doubted:
            for name in (general(example.key), way_of(example.key, example.evidence)):
                counts[name][example.group][0] += example.wrong
                counts[name][example.group][1] += 1
    return {name: {group: (w, n) for group, (w, n) in of.items()} for name, of in counts.items()}


def history_of(counts: Counts, rate: float, without: str = "") -> dict[str, float]:
    """How much oftener than others each field is wrong where no check doubts it: a logarithm, drawn towards 0.

    A way is drawn towards its field. `without`: a layout that is left out, for an example must not tell of itself.
    """
    sums = {
        name: (
            sum(w for group, (w, _) in of.items() if group != without),
            sum(n for group, (_, n) in of.items() if group != without),
        )
        for name, of in counts.items()
    }
    fields = {
        name: math.log((wrong + DRAWN) / (size * rate + DRAWN))
        for name, (wrong, size) in sums.items()
        if " " not in name
    }
    ways = {}
    for name, (wrong, size) in sums.items():
        if " " in name:
            usual = fields[name.split(" ")[1]]
            ways[name] = math.log((wrong + DRAWN * math.exp(usual)) / (size * rate + DRAWN))
    return {name: round(figure, 3) for name, figure in sorted({**fields, **ways}.items())}


def fit(known: Sequence[Example], loose: Sequence[Example]) -> confidence.Model:
    """The model of these examples, its least confidence and what makes it true still open."""
    usual, every = usual_lengths(known), [*known, *loose]
    counts, passed = counted(every), [e for e in every if not e.doubted]
    rate = sum(e.wrong for e in passed) / max(1, len(passed))
    fields = history_of(counts, rate)
    others = {group: history_of(counts, rate, without=group) for group in {e.group for e in every}}
    rows = [confidence.told(e.key, e.value, e.evidence, usual, others[e.group]) for e in every]
    columns = sorted({name for row in rows for name in row})
    place = {name: number for number, name in enumerate(columns)}
    x = np.zeros((len(rows), len(columns)))
    for number, row in enumerate(rows):
        for name, figure in row.items():
            x[number, place[name]] = figure
    wrong = np.array([e.wrong for e in every], dtype=float)
    start, trees = forest.grow(x, wrong, columns)
    trees = (*trees, confidence.Tree((), (round(start, 4),)))
    plain = [number for number, name in enumerate(columns) if not name.startswith("kind_")]
    base, by_kind = _regression(x[:, plain], wrong, [columns[number] for number in plain], every)
    return confidence.Model(base, by_kind, usual, fields, (0.0, 0.0), trees=trees)


def _regression(
    x: Array, wrong: Array, columns: Sequence[str], every: Sequence[Example]
) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    kinds = np.array([NAMES.index(kind_of(e.key)) for e in every])
    special = [number for number, name in enumerate(columns) if name in BY_KIND]
    one = np.hstack([np.ones((len(x), 1)), x])
    few = one[:, [0, *(number + 1 for number in special)]]
    wide = np.hstack([one, *(few * (kinds == number)[:, None] for number in range(len(NAMES)))])
    shared, own = np.full(one.shape[1], SHARED), np.full(few.shape[1], OWN)
    shared[0], own[0] = 1e-3, 2.0
    weights = _newton(wide, wrong, np.concatenate([shared, np.tile(own, len(NAMES))]))
    base, by_kind = {}, {}
    for number, name in enumerate(NAMES):
        start = one.shape[1] + number * few.shape[1]
        said = weights[1 : one.shape[1]].copy()
        said[special] += weights[start + 1 : start + few.shape[1]]
        base[name] = round(float(weights[0] + weights[start]), 3)
        by_kind[name] = {c: round(float(w), 3) for c, w in zip(columns, said, strict=True) if abs(w) >= 0.005}
    return base, by_kind


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


def fold_of(group: str) -> int:
    """In which part of the layouts a layout is held apart."""
    return int(hashlib.sha256(group.encode()).hexdigest(), 16) % FOLDS


def held_apart(
    known: Sequence[Example], loose: Sequence[Example], workers: int
) -> tuple[Array, tuple[float, float], confidence.Model]:
    """The confidence in each example from models that never saw its layout, what makes the odds true, and the model of all."""
    with _pool(workers) as pool:
        whole = pool.submit(fit, known, loose)
        parts = list(pool.map(partial(_odds_apart, known, loose), range(FOLDS)))
        model = whole.result()
    odds = np.sum(parts, axis=0)
    two = np.stack([odds, np.ones(len(odds))], axis=1)
    slope, shift = _newton(two, np.array([e.wrong for e in known], dtype=float), np.full(2, 1e-3))
    truly = round(float(slope), 3), round(float(shift), 3)
    return 1 / (1 + np.exp(slope * odds + shift)), truly, replace(model, truly=truly)


def _odds_apart(known: Sequence[Example], loose: Sequence[Example], fold: int) -> Array:
    """The odds in each example of a part of the layouts, by a model of the other parts; 0 for the others."""
    model = fit(*([e for e in of if fold_of(e.group) != fold] for of in (known, loose)))
    return np.array(
        [model.odds(e.key, e.value, e.evidence) if fold_of(e.group) == fold else 0.0 for e in known], dtype=float
    )


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=get_context("fork"))


def shares(known: Sequence[Example], sure: Array, least: Array) -> tuple[float, float, int]:
    """Share of wrong values not flagged, of right values flagged, and the wrong ones not flagged, at a least confidence."""
    wrong = np.array([e.wrong for e in known])
    flagged = np.array([e.doubted for e in known]) | (sure < least)
    passed = int((wrong & ~flagged).sum())
    return passed / max(1, wrong.sum()), float((~wrong & flagged).sum() / max(1, (~wrong).sum())), passed


MEASURED = {
    "layouts extractors were written on (a, b)": "ab",
    "layouts c": "c",
    "layouts d, e": "de",
    "layouts apart (c, d, e)": "cde",
    "long letters (f)": "f",
    "all": "abcdef",
}
LEAST = (0.5, 0.8, 0.9, 0.94, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995)


def report(known: Sequence[Example], sure: Array, enough: Sequence[float], unmarked: Sequence[float]) -> None:
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
    for name, limits in (("waits below", enough), ("marked below", unmarked)):
        unseen, needless, passed = shares(known, sure, least_of(known, limits))
        print(f"{name} {tuple(limits)}: wrong not flagged {unseen:.1%} ({passed}), right flagged {needless:.1%}")
    unseen, needless, passed = chosen_apart(known, sure)
    print(
        f"with thresholds chosen on the other layouts, {AIMED:.0%} of right values: {unseen:.1%} ({passed}), {needless:.1%}"
    )


def least_of(known: Sequence[Example], limits: Sequence[float]) -> Array:
    """The least confidence each value needs, on pages read well and badly."""
    asked = replace(confidence.shipped(), enough=(limits[0], limits[1]))
    return np.array([asked.least(e.evidence) for e in known])


AIMED = 0.18  # share of right values flagged that thresholds are chosen for


def chosen_apart(known: Sequence[Example], sure: Array) -> tuple[float, float, int]:
    """As `shares`, with the threshold of each part of the layouts chosen where `AIMED` of the others' right values are flagged."""
    least, fold = np.zeros(len(known)), np.array([fold_of(e.group) for e in known])
    for number in range(FOLDS):
        others = np.flatnonzero(fold != number)
        some = [known[place] for place in others]
        tried = sorted(LEAST_TRIED, key=lambda t: abs(shares(some, sure[others], least_of(some, (t, t)))[1] - AIMED))
        own = [known[place] for place in np.flatnonzero(fold == number)]
        least[fold == number] = least_of(own, (tried[0], tried[0]))
    return shares(known, sure, least)


LEAST_TRIED = tuple(1 - 0.05 * 0.9**step for step in range(40))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where drawn papers are, or will be")
    parser.add_argument("--transcripts", type=Path, required=True, help="where what is read is kept")
    for name, usual, what in (("enough", ENOUGH, "not to wait"), ("unmarked", UNMARKED, "not to be marked")):
        told = f"least confidence {what}, on pages read well and badly"
        parser.add_argument(f"--{name}", type=float, nargs=2, default=usual, help=told)
    parser.add_argument("--workers", type=int, default=2)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--measure", action="store_true", help="on layouts held apart, nothing is written")
    what.add_argument("--write", action="store_true", help="into the checkout")
    asked = parser.parse_args()
    opinion, known, loose = learn(asked, (*WRITTEN_ON, *APART))
    sure, _, model = held_apart(known, loose, asked.workers)
    for name, layouts in MEASURED.items():
        here = np.array([e.drawn in layouts for e in known])
        print(f"\n{name}: ", end="")
        report([e for e, inside in zip(known, here, strict=True) if inside], sure[here], asked.enough, asked.unmarked)
    if asked.write:
        np.savez_compressed(OPINION, **situation.packed(opinion))
        write(replace(model, enough=tuple(asked.enough), unmarked=tuple(asked.unmarked)), known, loose)


def read_sets(asked: argparse.Namespace, sets: Sequence[Set]) -> list[tuple[Truth, Found]]:
    """The papers of some sets, drawn and read where that was not done yet, with what is found on them."""
    out = []
    for layout, fault, total, seed, severity in sets:
        folder = asked.folder / f"{layout}_{seed}"
        if not (folder / "done").is_file():
            words = ["--layout", layout, "--total", str(total), "--seed", str(seed), "--severity", severity]
            words += ["--fault", fault] if fault else []
            draw = [sys.executable, "-m", "samples.generator", str(folder), *words]
            subprocess.run(draw, check=True, timeout=3600, stdout=subprocess.DEVNULL, cwd=Path(__file__).parents[1])
            (folder / "done").touch()
        papers = truths(folder / "truth.jsonl")
        files = [folder / paper.file for paper in papers]
        for paper, pages in zip(papers, read_all(files, asked.transcripts, 1), strict=True):
            found = find(pages)
            if found is not None and not _half_read(pages):
                out.append((paper, found))
    return out


def _half_read(pages: Sequence[Transcript]) -> bool:
    """Whether a reader failed: what the other read alone is no example of what both read."""
    return any(note.startswith("reader") for page in pages for note in page.notes)


def learn(asked: argparse.Namespace, sets: Sequence[Set]) -> tuple[Opinion, list[Example], list[Example]]:
    """The second opinion of all papers; and examples, with what an opinion says that never saw their layout."""
    fork, lines = get_context("fork"), []
    for number in range(asked.workers):
        line, other = fork.Pipe()
        process = fork.Process(target=_share, args=(asked, sets[number :: asked.workers], other), daemon=True)
        process.start()
        other.close()
        lines.append(line)
    spans = [span for of in _in_turn(lines, len(sets)) for span in of]
    with _pool(asked.workers) as pool:
        without = [[span for span in spans if fold_of(span.group) != fold] for fold in range(FOLDS)]
        *apart, whole = pool.map(situation.fit, [*without, spans])
        inside = [[span for span in spans if fold_of(span.group) == fold] for fold in range(FOLDS)]
        hits = ", ".join(f"{share:.1%}" for share in pool.map(situation.hits, inside, apart))
    print(f"{len(spans)} spans; the likeliest field is right on layouts held apart: {hits}")
    for line in lines:
        line.send(apart)
    found: list[Examples] = _in_turn(lines, len(sets))
    known, loose = ([example for each in found for example in each[part]] for part in (0, 1))
    print(f"{len(loose)} values found with labels forgotten, {sum(e.wrong for e in loose)} wrong")
    return whole, known, loose


def _share(asked: argparse.Namespace, sets: Sequence[Set], line: Connection) -> None:
    """One process's sets: their spans go out, the opinions of each part of the layouts come in, examples go out."""
    papers = [read_sets(asked, [one]) for one in sets]
    line.send([[span for truth, found in of for span in situation.spans(truth, found)] for of in papers])
    apart = line.recv()
    out: list[Examples] = []
    for of in papers:
        known: list[Example] = []
        loose: list[Example] = []
        for truth, found in of:
            opinion = apart[fold_of(layout_of(truth))]
            known += examples(truth, found, opinion)
            loose += loosened(truth, found, opinion)
        out.append((known, loose))
    line.send(out)


def _in_turn(lines: Sequence[Connection], total: int) -> list[Any]:
    """What the processes say of each of their sets, in the order of the sets."""
    said = [line.recv() for line in lines]
    return [said[number % len(lines)][number // len(lines)] for number in range(total)]


def write(model: confidence.Model, known: Sequence[Example], loose: Sequence[Example]) -> None:
    """The model as data, with what it was made from."""
    made = {
        "by": "bench/confidence.py --write",
        "sets": [
            f"{layout} {fault or 'none'} {total} {seed} {severity}"
            for layout, fault, total, seed, severity in (*WRITTEN_ON, *APART)
        ],
        "values": len(known),
        "wrong": sum(e.wrong for e in known),
        "loosened": len(loose),
        "loosened_wrong": sum(e.wrong for e in loose),
    }
    data = {
        "made": made,
        "enough": model.enough,
        "unmarked": model.unmarked,
        "truly": model.truly,
        "base": model.base,
        "usual": model.usual,
        "fields": model.fields,
        "weights": model.weights,
    }
    text = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)
    rows = ",\n  ".join(json.dumps([tree.splits, tree.leaves]) for tree in model.trees)  # one tree a line
    DATA.write_text(f'{text[:-2]},\n "trees": [\n  {rows}\n ]\n}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
