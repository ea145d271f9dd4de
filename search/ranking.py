"""Ranking: which fields of which documents hold the words asked for comes in; who matches and how well goes out.

Works on arrays with one place per document (one document is an array of one), so that a hundred thousand documents
are judged in milliseconds and every match has its exact score: nothing is sampled. A score depends on the question
and the document alone, never on what else is in the index: pages stay stable while documents arrive, and nobody
learns from a score what others hold.

What counts, in this order:

1. tones as typed before other tones, if the question has tones;
2. a value asked for in full: the document's own number, another number, its owner, its title, a name;
3. per word the best field: number > title > owner > names > summary > issuer > body, weighed by how much the word says;
4. words side by side as in the question;
5. valid documents before expired, replaced or revoked ones, then the newest.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from search.asking import LEAST_PREFIX, Asked, Span, Step, Word
from search.folding import words as folded
from search.ports import Query
from search.terms import Field, accented_word, beginnings, key, owner, pair, plain_word, whole

Masks = NDArray[np.uint8]
"""One byte per document: the `Field`s that hold something."""

Flags = NDArray[np.bool_]
Scores = NDArray[np.float64]

Lookup = Callable[[str, bool], Masks]
"""(term, whether terms beginning with it count too) → masks. Called once per term of a question."""

FIELD_WEIGHTS = {
    Field.NUMBER: 8,
    Field.NUMBERS: 7,
    Field.TITLE: 6,
    Field.OWNER: 5.5,
    Field.NAMES: 5,
    Field.SUMMARY: 4,
    Field.ISSUER: 3,
    Field.BODY: 1,
}
WHOLE_WEIGHTS = {
    Field.NUMBER: 30,
    Field.NUMBERS: 20,
    Field.TITLE: 8,
    Field.OWNER: 9,
    Field.NAMES: 6,
    Field.SUMMARY: 2,
    Field.ISSUER: 2,
}
_OTHER_FIELDS = 0.1  # what the fields besides the best add
OTHER_TONES = 0.02  # the best place with other tones stays below the body with the right ones
UNFINISHED = 0.5  # a word that only begins as asked
SIDE_BY_SIDE = 0.5
VALID_BONUS = 0.1
WHOLE_NUMBER, WHOLE_PARTS = 100.0, 50.0  # of those a filter by number lets through, before all words
RIGHT_TONES = 20.0  # of owners' names
DAY_BONUS = 1e-7  # one day newer; all days since 1900 together are less than any weight above
DAY_ZERO = date(1900, 1, 1).toordinal()
_NUMBERS = np.uint8(Field.NUMBER | Field.NUMBERS)
_DIGITS = 8  # of a score after the point; what is below is noise of floating point


@dataclass(frozen=True, slots=True)
class Found:
    """Where one word stands: under its plain form, its accented form (None: tones do not count), as a beginning."""

    plain: Masks
    accented: Masks | None
    begun: Masks | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was looked up for one question at one step; `pairs[i]` is of words i and i + 1."""

    asked: Asked
    step: Step
    grows: bool  # the last word may be the beginning of one
    words: tuple[Found, ...]
    pairs: tuple[Masks, ...]
    wholes: tuple[tuple[Span, Masks], ...]

    def matches(self) -> Flags:
        """Who answers the question. Phrases of three words and more may have false friends (`false_friends`)."""
        if self.step is Step.RELAXED:
            total = sum(word.weight for word in self.asked.words)
            return _coverage(self) > total / 2
        every: Flags = np.logical_and.reduce([_anywhere(found) for found in self.words])
        for span in self.asked.phrases:
            every &= np.bitwise_and.reduce(self.pairs[span.start : span.stop - 1]) != 0
        return every

    @property
    def false_friends(self) -> bool:
        """May a match hold all the pairs of a phrase but not the phrase?"""
        return self.step is not Step.RELAXED and any(span.stop - span.start > 2 for span in self.asked.phrases)

    @property
    def phrases(self) -> list[tuple[str, bool]]:
        """The phrases in plain words, and whether the last word may be the beginning of one (for `terms.Phrases`)."""
        last = len(self.asked.words)
        return [(self.asked.text(span), self.grows and span.stop == last) for span in self.asked.phrases]

    def only(self, at: NDArray[np.intp]) -> "Evidence":
        """The same for the documents at these places alone."""
        return Evidence(
            self.asked,
            self.step,
            self.grows,
            tuple(
                Found(
                    found.plain[at],
                    None if found.accented is None else found.accented[at],
                    None if found.begun is None else found.begun[at],
                )
                for found in self.words
            ),
            tuple(masks[at] for masks in self.pairs),
            tuple((span, masks[at]) for span, masks in self.wholes),
        )


def gather(asked: Asked, step: Step, *, typing: bool, lookup: Lookup) -> Evidence:
    """Look up everything that one question with words needs at one step."""
    grows = asked.open and (typing or step is not Step.WHOLE)
    last = len(asked.words) - 1
    keys = {(span.start, span.stop): lookup(key(asked.text(span)), False) for span in asked.names}

    def named(masks: Masks, start: int, stop: int) -> Masks:
        """Who has an identifier asked for whole has every word and pair of it."""
        for (begin, end), mask in keys.items():
            if begin <= start and stop <= end:
                masks = masks | mask
        return masks

    pairs = tuple(
        named(lookup(pair(left.plain, right.plain), grows and at + 1 == last), at, at + 2)
        for at, (left, right) in enumerate(pairwise(asked.words))
    )
    words = []
    for at, word in enumerate(asked.words):
        begun = None
        if grows and at == last:
            begun = _begun(word, pairs, lookup)
        accented = None if word.accented is None else named(lookup(accented_word(word.accented), False), at, at + 1)
        words.append(Found(named(lookup(plain_word(word.plain), False), at, at + 1), accented, begun))
    wholes = tuple((span, named(lookup(whole(asked.text(span)), False), span.start, span.stop)) for span in asked.spans)
    return Evidence(asked, step, grows, tuple(words), pairs, wholes)


def _begun(word: Word, pairs: tuple[Masks, ...], lookup: Lookup) -> Masks | None:
    """Where words begin like the last one; one or two letters tell something only after the word before."""
    if len(word.plain) >= LEAST_PREFIX:
        return lookup(plain_word(word.plain), True)
    return pairs[-1] if pairs else None


def narrowed(query: Query, lookup: Lookup) -> Iterator[Flags]:
    """Who passes the filters that are looked up: the owner's id, the number, the owner's name."""
    if query.owner is not None:
        named = " ".join(plain for plain, _ in folded(query.owner))
        yield (lookup(owner(query.owner), False) & np.uint8(Field.NUMBERS) | lookup(key(named), False)) != 0
    if query.number is not None:
        said = beginnings(query.number)
        begun = [lookup(whole(text), True) & _NUMBERS for text in said]
        yield _any([*begun, *(lookup(key(text), False) for text in said)], lookup)
    if query.owner_name is not None:
        name = [plain for plain, _ in folded(query.owner_name)]
        terms = list(map(pair, name, name[1:])) or list(map(plain_word, name))
        held = [lookup(term, False) & np.uint8(Field.OWNER) != 0 for term in terms]
        yield np.logical_and.reduce(held) if held else _any([], lookup)


def favour(query: Query, lookup: Lookup) -> Iterator[Scores]:
    """What a document scores besides for being what the filters name: they let through more than was typed."""
    if query.number is not None:
        for text in beginnings(query.number):
            entire = lookup(whole(text), False) & _NUMBERS | lookup(key(text), False)
            yield (entire != 0) * WHOLE_NUMBER + (lookup(whole(f"{text} "), True) & _NUMBERS != 0) * WHOLE_PARTS
    if query.owner_name is not None and toned(query.owner_name):
        right = [lookup(accented_word(accented), False) & np.uint8(Field.OWNER) != 0 for accented in _letters(query)]
        if right:
            yield np.logical_and.reduce(right) * RIGHT_TONES


def toned(text: str) -> bool:
    """Does it show tones or other marks?"""
    return any(plain != accented for plain, accented in folded(text))


def _letters(query: Query) -> list[str]:
    return [accented for _, accented in folded(query.owner_name or "") if not accented.isdigit()]


def _any(masks: Sequence[Masks], lookup: Lookup) -> Flags:
    if not masks:
        masks = [lookup(key(""), False)]  # which nobody has
    found: Flags = np.bitwise_or.reduce(masks) != 0
    return found


def standing(valid: Flags, days: NDArray[np.uint32]) -> Scores:
    """What a document scores by itself; `days` are ordinals of the issue date (`date.toordinal`), 0 unknown."""
    newer = np.maximum(days.astype(np.float64) - DAY_ZERO, 0.0) * DAY_BONUS
    return np.round(valid * VALID_BONUS + newer, _DIGITS)


def scores(evidence: Evidence, own: Scores) -> Scores:
    """How well each document answers; `own` is its `standing`. Comparable within one step only."""
    weights = [word.weight for word in evidence.asked.words]
    exact = [found.plain if found.accented is None else found.accented for found in evidence.words]
    total = np.zeros(len(own))
    for weight, found, right in zip(weights, evidence.words, exact, strict=True):
        value = _tiered(_FIELD_VALUES, found.plain, right)
        if found.begun is not None:
            value = np.maximum(value, UNFINISHED * _FIELD_VALUES[found.begun])
        total += weight * value
    for at, masks in enumerate(evidence.pairs):
        weight = SIDE_BY_SIDE * (weights[at] + weights[at + 1]) / 2
        total += weight * _tiered(_FIELD_VALUES, masks, masks & exact[at] & exact[at + 1])
    total /= sum(weights)
    for span, masks in evidence.wholes:
        right = np.bitwise_and.reduce([masks, *exact[span.start : span.stop]])
        share = 1.0 if span.strict else sum(weights[span.start : span.stop]) / sum(weights)
        total += share * _tiered(_WHOLE_VALUES, masks, right)
    return np.round(total + own, _DIGITS)


def _coverage(evidence: Evidence) -> Scores:
    """Sum of the weights of the words a document has."""
    coverage: Scores = np.zeros(len(evidence.words[0].plain))
    for word, found in zip(evidence.asked.words, evidence.words, strict=True):
        coverage += word.weight * _anywhere(found)
    return coverage


def _anywhere(found: Found) -> Flags:
    anywhere: Flags = (found.plain if found.begun is None else found.plain | found.begun) != 0
    return anywhere


def _tiered(values: Scores, masks: Masks, right: Masks) -> Scores:
    """Value of the places with the right tones, or little for the others."""
    tiered: Scores = np.maximum(values[right], OTHER_TONES * values[masks])
    return tiered


def _table(weights: Mapping[Field, float], rest: float) -> Scores:
    """Value of each of the 256 combinations of fields: the best one and a share of the others."""
    table = np.zeros(256)
    for mask in range(256):
        held = [value for field, value in weights.items() if mask & field]
        table[mask] = max(held, default=0.0) * (1 - rest) + sum(held) * rest
    return table


_FIELD_VALUES = _table(FIELD_WEIGHTS, _OTHER_FIELDS)
_WHOLE_VALUES = _table(WHOLE_WEIGHTS, 0.0)
