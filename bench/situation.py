"""Fits which field words are by where they stand (`ocr/extraction/data/situation.npz`); `bench/confidence.py` calls it.

Spans are the values that were found, each with the field it truly is (the field it was found as where it is right, another
field of the paper where it is that one's value), and dates and lines that are no field's. A softmax over hashed figures;
a field is weighed only against those its form has. Adagrad, fixed seed: the same spans give the same weights.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench.fields import Truth, aligned
from ocr.extraction import Found
from ocr.extraction.evidence import general
from ocr.extraction.findings import Finding
from ocr.extraction.forms import FORMS
from ocr.extraction.opinions import dates_of
from ocr.extraction.situation import BUCKETS, NOTHING, Numbers, Opinion, Surroundings
from ocr.extraction.text import squash

ROUNDS, AT_ONCE, STEP, RIDGE = 5, 256, 0.1, 5e-5
LINES = 0.25  # share of the lines without a value that are examples of nothing


@dataclass(frozen=True)
class Span:
    """Words of a paper: its layout, its type, the buckets of what is around them, the field they are."""

    group: str
    document_type: str
    figures: tuple[int, ...]
    field: str


def spans(truth: Truth, found: Found) -> Iterator[Span]:
    """Examples from one paper that was taken for what it is."""
    if found.recognised.form.slug != truth.document_type:
        return
    draft = found.draft
    around = Surroundings(draft.sheet, draft.title)
    group = str(truth.facts.get("variant") or truth.document_type)
    taken = {id(piece) for mark in draft.marks for piece in mark.segment.pieces[mark.start : mark.end]}
    for key, finding in aligned(truth, found.findings).items():
        if not finding.pieces or finding.source in {"derived", "code"}:
            continue
        taken |= {id(piece) for piece in finding.pieces}
        field = _is(key, finding, truth) if truth.judges(key) else None
        if field is not None:
            yield Span(group, truth.document_type, around.figures(finding.pieces), field)
    printed = [squash(value) for value in truth.fields.values() if len(value) > 1]
    drawn = random.Random(truth.file)  # noqa: S311
    for segment in draft.sheet.segments:
        for value, pieces in dates_of(segment):
            if value not in truth.fields.values() and not any(id(piece) in taken for piece in pieces):
                yield Span(group, truth.document_type, around.figures(pieces), NOTHING)
        free = not any(id(piece) in taken for piece in segment.pieces if piece.key)
        if (
            free
            and drawn.random() < LINES
            and not any(segment.key in value or value in segment.key for value in printed)
        ):
            yield Span(group, truth.document_type, around.figures(segment.pieces), NOTHING)


def _is(key: str, finding: Finding, truth: Truth) -> str | None:
    """The field a found value is by the truth; None where that cannot be told (a part of the value, two fields' value)."""
    if truth.right(key, finding.value, tolerant=True):
        return general(key)
    others = {
        general(other)
        for other in truth.fields
        if other not in {"owner_name", "owner_id"} and truth.right(other, finding.value, tolerant=True)
    } - {general(key)}
    if others:
        return others.pop() if len(others) == 1 else None
    said, own = squash(finding.value), squash(truth.fields.get(key, ""))
    return None if own and (said in own or own in said) else NOTHING


def fit(known: Sequence[Span]) -> Opinion:
    """The model of these examples."""
    fields = tuple(sorted({span.field for span in known} | {NOTHING}))
    weights = np.zeros((BUCKETS, len(fields)), dtype=np.float32)
    opinion = Opinion(fields, weights)
    allowed = {slug: opinion.allowed(form.knows) for slug, form in FORMS.items()}
    usable = [span for span in known if span.figures]
    drawn, seen = np.random.default_rng(1), np.full_like(weights, 0.05)
    for _ in range(ROUNDS):
        for some in np.array_split(drawn.permutation(len(usable)), max(1, len(usable) // AT_ONCE)):
            slope = _slope([usable[number] for number in some], weights, opinion.column, allowed) + RIDGE * weights
            seen += slope * slope
            weights -= STEP * slope / np.sqrt(seen)
    return Opinion(fields, weights)


def _slope(
    some: Sequence[Span], weights: Numbers, column: Mapping[str, int], allowed: Mapping[str, Numbers]
) -> Numbers:
    x = np.zeros((len(some), BUCKETS), dtype=np.float32)
    for number, span in enumerate(some):
        x[number, list(span.figures)] = 1
    odds = x @ weights + np.stack([allowed[span.document_type] for span in some])
    chances = np.exp(odds - odds.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    chances[np.arange(len(some)), [column[span.field] for span in some]] -= 1
    return np.asarray(x.T @ chances / len(some), dtype=np.float32)


def hits(known: Sequence[Span], opinion: Opinion) -> float:
    """Share of spans whose field the model finds likeliest."""
    allowed = {slug: opinion.allowed(form.knows) for slug, form in FORMS.items()}
    right = sum(
        opinion.fields[int(opinion.chances(span.figures, allowed[span.document_type]).argmax())] == span.field
        for span in known
        if span.figures
    )
    return right / max(1, len(known))


def packed(opinion: Opinion) -> dict[str, np.ndarray]:
    """The model as it is shipped: whole numbers of eight bits, a scale for each field."""
    scale = np.maximum(np.abs(opinion.weights).max(axis=0), 1e-6) / 127
    whole = np.rint(opinion.weights / scale).astype(np.int8)
    return {"fields": np.array(opinion.fields), "weights": whole, "scale": scale.astype(np.float32)}
