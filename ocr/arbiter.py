"""Two readings of one line come in; word by word the likelier one goes out, with the probability that it is right.

Where the readers agree there is nothing to choose. Where they differ, the language decides together with what each
reader says of itself; the weights were fitted on generated papers (`bench/arbiter.py`), never on the scans that measure.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise

from ocr.language.model import ILL_FORMED, NEW, Language
from ocr.sight.words import Said

_CONTEXT = 2  # words to either side
_FAR = 12.0  # likelihoods further apart than this are all the same
_LEAST_SURE = 1e-3
_EXPECTED, _SURPRISING = -10.0, -14.0  # likelihood of a word after those before it
_VOUCHED = 0.35  # of a quick reader's doubt in a word that the language expects, this much is left
_LETTERS_AGREED = 0.9  # least confidence where two readings differ in marks around the word alone
_BETTER = 1.0  # by so much must a likeness be likelier to cast doubt
_MARKS = '.,;:()"'
_GROWN = re.compile(r"(?<=[^\W\d_])[,;:](?=[^\W\d_])|^[-+:/](?=\w)")

KINDS = ("letters", "spaces", "case", "digits", "marks", "one_sided")
# Log odds that the quick reader is right where the two differ. Fitted by bench/arbiter.py on 76 generated papers of mixed
# wear (seeds 90117, 4711; 1258 words): 97 % of the choices on pages held apart are right, at a mean sureness of 96 %.
WEIGHTS: dict[str, float] = {
    "letters": 1.66,
    "spaces": -2.13,
    "case": 0.23,
    "digits": 1.92,
    "marks": 1.07,
    "one_sided": 2.98,
    "language": 0.33,
    "quick": 0.42,
    "careful": -1.43,
}


@dataclass(frozen=True, slots=True)
class Enough:
    """Confidence at which a word of the quick reader need not be read again: one the language expects, any other."""

    expected: float = 0.4
    other: float = 0.9


ENOUGH = Enough()
"""Chosen on the curve of `bench/reading.py --curve`: below it errors in names and figures grow faster than speed."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Words of the quick reader and of the careful one that stand in the same place; equal texts or not."""

    quick: tuple[Said, ...]
    careful: tuple[Said, ...]

    @property
    def agreed(self) -> bool:
        return [word.text for word in self.quick] == [word.text for word in self.careful]


def arbitrated(quick: Sequence[Said], careful: Sequence[Said], language: Language) -> list[Said]:
    """The likelier words of two readings of a line, with calibrated confidences. Places are the chosen reader's."""
    segments = list(segments_of(quick, careful))
    out: list[Said] = []
    for at, segment in enumerate(segments):
        if segment.agreed:
            out += [
                replace(mine, confidence=agreed_confidence(mine, theirs))
                for mine, theirs in zip(segment.careful, segment.quick, strict=True)
            ]
            continue
        odds = log_odds(features(segment, [w.text for w in out], _texts_after(segments, at), language))
        chosen = _beside(*(segment.quick, segment.careful) if odds > 0 else (segment.careful, segment.quick))
        sure = 1 / (1 + math.exp(-abs(odds)))
        if _bare(segment.quick) == _bare(segment.careful):
            out += [replace(word, confidence=max(sure, _LETTERS_AGREED)) for word in chosen]
            continue
        out += [replace(word, confidence=disputed_confidence(sure, word)) for word in chosen]
    return out


def _beside(chosen: Sequence[Said], others: Sequence[Said]) -> list[Said]:
    """The chosen words, each with what the other reader has in its place; of several against one all of it."""
    if len(chosen) == len(others):
        return [replace(word, other=other.text) for word, other in zip(chosen, others, strict=True)]
    if len(chosen) == 1:
        return [replace(chosen[0], other=" ".join(word.text for word in others))]
    return list(chosen)


def _bare(words: Sequence[Said]) -> list[str]:
    return [word.text.strip(_MARKS) for word in words]


def vouched(words: Sequence[Said]) -> list[Said]:
    """A quick reading nothing is doubtful in: words it was not sure of are those the language expects (`doubtful`).

    The reader's own confidence is that of the least sure letter and far too low for such words: of values with words
    said to be 0.5 to 0.7 sure, 19 in 20 were right.
    """
    return [
        replace(word, confidence=1 - _VOUCHED * (1 - word.confidence)) if word.confidence < ENOUGH.other else word
        for word in words
    ]


# How often words of the careful reader alone are right, by what it says of itself: those the language expects, others, numbers.
# 9,350 words of 60 generated papers, half of them with a fault (layouts a and b, seeds 83002, 83005, 83009, 83016, 83025).
_ALONE = (
    (0.96, 0.998, 0.99, 0.998),
    (0.9, 0.994, 0.94, 0.99),
    (0.8, 0.95, 0.6, 0.93),
    (0.6, 0.93, 0.4, 0.45),
    (0.0, 0.8, 0.3, 0.4),
)


def alone(words: Sequence[Said], language: Language) -> list[Said]:
    """What the careful reader says where no other serves: words grown together parted, confidences made true.

    Its own are those of a reader that is never sure: 0.96 for words of which two in a thousand are wrong.
    """
    parted = spaced(words, language)
    return [
        replace(word, confidence=_true_of(word, odd=odd))
        for word, odd in zip(parted, doubtful(parted, language), strict=True)
    ]


def _true_of(word: Said, *, odd: bool) -> float:
    _, expected, other, number = next(row for row in _ALONE if word.confidence >= row[0])
    if any(char.isdigit() for char in word.text):
        return number
    return other if odd or not word.text.strip(_MARKS).isalpha() else expected


def agreed_confidence(mine: Said, theirs: Said) -> float:
    """Two readers of different kinds said the same."""
    return 1.0 - 0.5 * (1.0 - max(mine.confidence, theirs.confidence))


def disputed_confidence(sure: float, word: Said) -> float:
    """Two readers differ: never surer than the choice between them."""
    return min(sure, max(word.confidence, 0.5))


def log_odds(seen: dict[str, float]) -> float:
    """That the quick reader is right."""
    return sum(WEIGHTS[name] * value for name, value in seen.items())


def features(segment: Segment, before: Sequence[str], after: Sequence[str], language: Language) -> dict[str, float]:
    """What the choice between two readings rests on."""
    gap = said(segment.quick, before, after, language) - said(segment.careful, before, after, language)
    return {
        kind_of(segment): 1.0,
        "language": min(max(gap, -_FAR), _FAR),
        "quick": _logit(segment.quick),
        "careful": _logit(segment.careful),
    }


def said(words: Sequence[Said], before: Sequence[str], after: Sequence[str], language: Language) -> float:
    """How likely the language says these words between their neighbours."""
    left = [number for text in before[-_CONTEXT:] for number in language.numbers(text)]
    middle = [number for word in words for number in language.numbers(word.text)]
    right = [number for text in after[:_CONTEXT] for number in language.numbers(text)]
    return language.likelihood([*left, *middle, *right], start=len(left))


def kind_of(segment: Segment) -> str:
    """How two readings differ; one of `KINDS`."""
    mine, theirs = (" ".join(word.text for word in words) for words in (segment.quick, segment.careful))
    if not mine or not theirs:
        return "one_sided"
    if mine.replace(" ", "") == theirs.replace(" ", ""):
        return "spaces"
    if mine.casefold() == theirs.casefold():
        return "case"
    if re.sub(r"[\W_]", "", mine) == re.sub(r"[\W_]", "", theirs):
        return "marks"
    return "digits" if any(char.isdigit() for char in mine + theirs) else "letters"


def _logit(words: Sequence[Said]) -> float:
    if not words:
        return 0.0
    least = min(word.confidence for word in words)
    return -math.log(max(1.0 - least, _LEAST_SURE))


def _texts_after(segments: Sequence[Segment], at: int) -> list[str]:
    """Texts to the right: agreed ones, else the careful reader's."""
    return [word.text for segment in segments[at + 1 : at + 3] for word in segment.careful or segment.quick]


def segments_of(quick: Sequence[Said], careful: Sequence[Said]) -> Iterator[Segment]:
    """Both readings cut into the same places."""
    mine, theirs = [word.text for word in quick], [word.text for word in careful]
    for _, a, b, c, d in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        if mine[a:b] == theirs[c:d]:
            yield from (Segment((q,), (t,)) for q, t in zip(quick[a:b], careful[c:d], strict=True))
        else:
            yield from _paired(tuple(quick[a:b]), tuple(careful[c:d]))


def _paired(quick: tuple[Said, ...], careful: tuple[Said, ...]) -> Iterator[Segment]:
    """Cut where both readers have come equally far through the letters; a word may stand against several."""
    mine, theirs = _ends("".join(w.text for w in quick), "".join(w.text for w in careful)), 0
    start_q = start_c = 0
    ends_q = _running(quick)
    ends_c = {end: number for number, end in enumerate(_running(careful), 1)}
    for number, end in enumerate(ends_q, 1):
        other = mine.get(end)
        if other in ends_c and ends_c[other] > theirs:
            theirs = ends_c[other]
            yield Segment(quick[start_q:number], careful[start_c:theirs])
            start_q, start_c = number, theirs
    if start_q < len(quick) or start_c < len(careful):
        yield Segment(quick[start_q:], careful[start_c:])


def _running(words: Sequence[Said]) -> list[int]:
    ends, total = [], 0
    for word in words:
        total += len(word.text)
        ends.append(total)
    return ends


def _ends(mine: str, theirs: str) -> dict[int, int]:
    """For each place in `mine` the place in `theirs` that corresponds to it, by least edits."""
    rows = [list(range(len(theirs) + 1))]
    for i, char in enumerate(mine, 1):
        above, row = rows[-1], [i]
        for j, other in enumerate(theirs, 1):
            row.append(min(above[j - 1] + (char != other), above[j] + 1, row[j - 1] + 1))
        rows.append(row)
    out, i, j = {0: 0}, len(mine), len(theirs)
    while i and j:
        out.setdefault(i, j)
        step = min(rows[i - 1][j - 1], rows[i - 1][j], rows[i][j - 1])
        if rows[i - 1][j - 1] == step:
            i, j = i - 1, j - 1
        elif rows[i - 1][j] == step:
            i -= 1
        else:
            j -= 1
    return out


def spaced(words: Sequence[Said], language: Language) -> list[Said]:
    """Words grown together cut apart: after a comma, a semicolon or a colon, and where two known syllables meet."""
    out: list[Said] = []
    for word in words:
        for part in _parted(word, [m.end() for m in _GROWN.finditer(word.text)]):
            out += _parted(part, _seam(part.text, language))
    return out


def _seam(text: str, language: Language) -> list[int]:
    """Where a run of letters that is no syllable falls into two known words met together."""
    bare = text.rstrip(".,;:)")
    if not bare.isalpha() or language.number(bare) != ILL_FORMED:
        return []
    best, place = 0.0, 0
    for at in range(1, len(bare)):
        first, second = language.number(bare[:at]), language.number(bare[at:])
        if first >= 0 and second >= 0 and language.met(first, second):
            likely = language.likelihood([first, second])
            if not place or likely > best:
                best, place = likely, at
    return [place] if place else []


def _parted(word: Said, places: Sequence[int]) -> list[Said]:
    edges = [0, *places, len(word.text)]
    wide = (word.x1 - word.x0) / max(len(word.text), 1)
    return [
        replace(word, text=word.text[a:b], x0=word.x0 + a * wide, x1=word.x0 + b * wide)
        for a, b in pairwise(edges)
        if b > a
    ]


def doubtful(words: Sequence[Said], language: Language, enough: Enough = ENOUGH) -> list[bool]:
    """Which words of a quick reading a careful reader should look at too.

    A word that the language expects where it stands needs little confidence of its own; a number, a mark, a word that
    surprises or whose likeness with other tones would fit better needs much; what is no syllable is always looked at.
    """
    numbers, owners = [], []
    for i, word in enumerate(words):
        for number in language.numbers(word.text):
            numbers.append(number)
            owners.append(i)
    least, strange = [0.0] * len(words), [False] * len(words)
    for at, (number, i) in enumerate(zip(numbers, owners, strict=True)):
        if number >= 0:
            least[i] = min(least[i], language.likelihood(numbers[: at + 1], at))
        strange[i] |= number in {NEW, ILL_FORMED}
    out = []
    for i, (word, likely, odd) in enumerate(zip(words, least, strange, strict=True)):
        run = word.text.strip(_MARKS)
        expected = likely > _EXPECTED and run.isalpha()
        if expected and enough.expected <= word.confidence < enough.other:
            expected = not _outdone(numbers, owners.index(i), language.alike(run), language)
        least_sure = enough.expected if expected else enough.other
        out.append(odd or likely < _SURPRISING or word.confidence < least_sure)
    return out


def _outdone(numbers: Sequence[int], at: int, others: Sequence[int], language: Language) -> bool:
    """Whether one of these words would fit between its neighbours better than the one that is there."""
    start = max(at - _CONTEXT, 0)
    here = [*numbers[start : at + 1 + _CONTEXT]]
    now = language.likelihood(here, at - start)
    for other in others:
        here[at - start] = other
        if language.likelihood(here, at - start) > now + _BETTER:
            return True
    return False
