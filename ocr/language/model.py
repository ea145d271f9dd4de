"""How likely words follow each other in Vietnamese office prose: counts of syllables, pairs and triples with back-off.

The model answers in natural logarithms. A word it has never met is likelier when it is a well-formed syllable than when
it is not; a run of capitals, a number or a mark is no syllable and says nothing either way.
"""

import re
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ocr.language.folding import bare, folded

_DATA = Path(__file__).parent / "data" / "language.npz"
_BITS, _FINE = 13, 16  # see `making`
_BACK_OFF = -1.4  # for each word of context that has to be left away
_NEW = -2.5  # a well-formed syllable never met, against one met once
_ILL_FORMED = -8.0
_SILENT = -9.0  # a token that is no syllable: about what a rare word costs, so that no reading gains by having more
BREAK, SILENT, NEW, ILL_FORMED = -1, -2, -3, -4
_LETTERS = re.compile(r"[^\W\d_]+")
_OPENING, _CLOSING = "(\"'“‘[", ")\"'”’],"


class Language:
    """Counts of the data file, ready to be asked."""

    def __init__(self, arrays: dict[str, np.ndarray[Any, Any]]) -> None:
        words = arrays["words"].tobytes().decode().split("\n")
        self._numbers = {word: number for number, word in enumerate(words)}
        self._ones = arrays["ones"] / _FINE
        self._twos, self._two_counts = arrays["twos"], arrays["two_counts"] / _FINE
        self._threes, self._three_counts = arrays["threes"], arrays["three_counts"] / _FINE
        self._syllables = arrays["syllables"]
        self._all = float(np.log(np.exp(self._ones).sum()))
        self._pairs: dict[tuple[int, int], int] = {}

    @cached_property
    def syllables(self) -> frozenset[str]:
        """All well-formed syllables, folded."""
        return frozenset(self._syllables.tobytes().decode().split("\n"))

    def number(self, run: str) -> int:
        """Number of a run of letters: a known word's, or `SILENT`, `NEW`, `ILL_FORMED`."""
        word = folded(run)
        known = self._numbers.get(word)
        if known is not None:
            return known
        if word in self.syllables:
            return NEW
        return SILENT if run.isupper() and run.isascii() else ILL_FORMED

    def numbers(self, token: str) -> list[int]:
        """Numbers of a printed token: `nhân,` is one word, `16/2025/NĐ-CP` is breaks and words."""
        bare = token.lstrip(_OPENING).rstrip(_CLOSING)
        out: list[int] = []
        at = 0
        for run in _LETTERS.finditer(bare):
            if run.start() > at:
                out.append(BREAK)
            out.append(self.number(run[0]))
            at = run.end()
        if at < len(bare) or not bare:
            out.append(BREAK)
        return out

    def likelihood(self, numbers: Sequence[int], start: int = 0) -> float:
        """Sum over `numbers[start:]`, each after the up to two before it."""
        return sum(self._one_after(numbers, at) for at in range(start, len(numbers)))

    def _one_after(self, numbers: Sequence[int], at: int) -> float:
        number = numbers[at]
        if number < 0:
            return self._strange(number)
        before = numbers[at - 1] if at else BREAK
        if before < 0:
            return self._alone(number)
        pair = self._pair(before, number)
        if at > 1 and numbers[at - 2] >= 0:
            first = self._pair(numbers[at - 2], before)
            if first >= 0:
                if pair >= 0:
                    triple = _place(self._threes, (first << _BITS) | number)
                    if triple >= 0:
                        return float(self._three_counts[triple] - self._two_counts[first])
                return _BACK_OFF + self._after(before, number, pair)
        return self._after(before, number, pair)

    def _after(self, before: int, number: int, pair: int) -> float:
        if pair >= 0:
            return min(float(self._two_counts[pair] - self._ones[before]), 0.0)
        return _BACK_OFF + self._alone(number)

    def _alone(self, number: int) -> float:
        return float(self._ones[number]) - self._all

    def _strange(self, number: int) -> float:
        if number == BREAK:
            return 0.0
        if number == SILENT:
            return _SILENT
        return _NEW - self._all + (_ILL_FORMED if number == ILL_FORMED else 0.0)

    def onward(self, numbers: Sequence[int]) -> float:
        """The chance of the likeliest word after these, 0…1: after `đăng ký kết` nearly 1. Of words it has met too seldom, 0."""
        first, last = [BREAK, BREAK, *numbers][-2:]
        if last < 0:
            return 0.0
        pair = self._pair(first, last) if first >= 0 else -1
        if pair >= 0:
            said = _under(self._threes, self._three_counts, pair)
            if len(said):
                return float(min(1.0, np.exp(said.max() - self._two_counts[pair])))
        said = _under(self._twos, self._two_counts, last)
        return float(min(1.0, np.exp(said.max() - self._ones[last]))) if len(said) else 0.0

    def attraction(self, numbers: Sequence[int], after: Sequence[int]) -> float:
        """How much likelier a word is after the last two of these than anywhere (a logarithm); 0 where either says nothing."""
        if not numbers or not after or numbers[-1] < 0 or after[0] < 0:
            return 0.0
        last = [*numbers[-2:], after[0]]
        return self._one_after(last, len(last) - 1) - self._alone(after[0])

    @cached_property
    def _alike(self) -> dict[str, list[int]]:
        out: dict[str, list[int]] = {}
        for word, number in self._numbers.items():
            out.setdefault(bare(word), []).append(number)
        return out

    def alike(self, run: str) -> Sequence[int]:
        """Numbers of known words that differ from a run of letters in tones and hooks only, if at all."""
        return self._alike.get(bare(run), ())

    def met(self, first: int, second: int) -> bool:
        """Whether two known words were met next to each other."""
        return self._pair(first, second) >= 0

    def _pair(self, first: int, second: int) -> int:
        key = (first, second)
        place = self._pairs.get(key)
        if place is None:
            place = self._pairs[key] = _place(self._twos, (first << _BITS) | second)
            if len(self._pairs) > 200_000:
                self._pairs.clear()
        return place


def _place(keys: np.ndarray[Any, np.dtype[np.uint32]], key: int) -> int:
    at = int(keys.searchsorted(np.uint32(key)))
    return at if at < len(keys) and int(keys[at]) == key else -1


def _under(
    keys: np.ndarray[Any, np.dtype[np.uint32]], counts: np.ndarray[Any, Any], first: int
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The counts of all that begin with a word or pair: their keys lie side by side."""
    start, end = keys.searchsorted(np.array([first << _BITS, (first + 1) << _BITS], dtype=np.uint32))
    return counts[start:end]


@cache
def language() -> Language:
    """The shipped model."""
    with np.load(_DATA, allow_pickle=False) as data:
        return Language({name: data[name] for name in data.files})
