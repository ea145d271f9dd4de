"""Folding: Vietnamese text comes in, two plain forms and its words go out, each knowing where it stood in the text.

Two forms, letter by letter the same length:

- `plain` is what matches: NFC, lower case, tones and shape marks off, đ → d. `Quyết định`, `QUYẾT ĐỊNH` and
  `quyet dinh` are one.
- `accented` is what ranks: lower case with all marks, each word's tone on its last vowel, so that hoà and hòa,
  thuý and thúy, and a slip like hòan are one. It is a key for comparing, never a text to show.

One character in, one character out for every text in NFC without ligatures; where lengths change (combining marks of
NFD input, ﬁ, ß, №, ² …) the folded text carries the map back. What is no letter or digit stays as it is, invisible
joiners (soft hyphen, zero-width space) vanish.

Words are runs of letters or runs of digits: `DA 123456` and `DA123456` are the same two words. Zeros before a number
of up to three digits do not count: `05/QĐ-UBND` and `5/QĐ-UBND` are the same.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

LONGEST_WORD = 64
"""Letters of a word beyond this are not compared: real words are shorter, hostile ones cost no more."""

_TONES = "\u0300\u0301\u0303\u0309\u0323"  # huyền, sắc, ngã, hỏi, nặng
_VOWELS = "aeiouyăâêôơư"
_D_LIKE = frozenset("đðɖ")  # đ, Icelandic eth and African d are mixed up by old fonts and by OCR
_CLUSTER = re.compile(r".[\u0300-\u036f]{0,8}", re.DOTALL)  # no writing needs more marks on one letter
_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+|\d+")
RUN = re.compile(r"[\w\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+")
"""Letters, digits, combining marks and invisible joiners without anything between."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. `plain` and `accented` have the same length; `spans[i]` is where their letter i came from.

    `spans` is None where letter i came from letter i.
    """

    plain: str
    accented: str
    spans: tuple[tuple[int, int], ...] | None = None

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Offsets (start, end) in the original text of the folded letters `start:end`, at least one letter."""
        if self.spans is None:
            return start, end
        return self.spans[start][0], self.spans[end - 1][1]


class Token(NamedTuple):
    """One word: its two folded forms and its offsets in the original text."""

    plain: str
    accented: str
    start: int
    end: int


def fold(text: str) -> Folded:
    """Both folded forms of a text of any normal form, with the way back to its offsets."""
    letters = {letter: _fold_cluster(letter) for letter in set(text)}
    if all(len(bare) == 1 for bare, _ in letters.values()):  # combining marks fold to nothing, so there are none
        plain_of = str.maketrans({letter: bare for letter, (bare, _) in letters.items()})
        accented_of = str.maketrans({letter: marked for letter, (_, marked) in letters.items()})
        return Folded(text.translate(plain_of), _LETTERS.sub(_tone_last, text.translate(accented_of)))
    return _fold_unevenly(text)


def _fold_unevenly(text: str) -> Folded:
    plain: list[str] = []
    accented: list[str] = []
    spans: list[tuple[int, int]] = []
    for cluster in _CLUSTER.finditer(text):
        bare, marked = _fold_cluster(cluster[0])
        plain.append(bare)
        accented.append(marked)
        spans.extend([cluster.span()] * len(bare))
    return Folded("".join(plain), _LETTERS.sub(_tone_last, "".join(accented)), tuple(spans))


def tokens(text: str) -> Iterator[Token]:
    """The words of a text in order, with their offsets in it."""
    for run in RUN.finditer(text):
        base = run.start()
        for plain, accented, start, end in split(run[0]):
            yield Token(plain, accented, base + start, base + end)


def words(text: str) -> list[tuple[str, str]]:
    """(plain, accented) of each word of a text, in order: `tokens` without offsets, for indexing."""
    return [word for run in RUN.findall(text) for word in (_forms(run) if len(run) <= LONGEST_WORD else _forms_of(run))]


def accented_key(text: str) -> str:
    """The accented words of a short text joined by spaces: equal for spellings that differ only in case, tone
    placement and punctuation.
    """
    return " ".join(accented for _, accented in words(text))


def storable(text: str) -> str:
    """The text without lone surrogates, which no database takes."""
    return text.encode("utf-8", "ignore").decode()


@lru_cache(maxsize=8192)
def _fold_cluster(cluster: str) -> tuple[str, str]:
    """One character with its combining marks → (plain, accented) of equal length, possibly empty."""
    plain = ""
    accented = ""
    # Compatibility forms first (full width, ligatures), then case (ß → ss), then one code point per letter again.
    for letter in unicodedata.normalize("NFC", unicodedata.normalize("NFKC", cluster).casefold()):
        if unicodedata.category(letter) in {"Mn", "Cf", "Cs"}:
            continue
        if letter in _D_LIKE:
            plain, accented = plain + "d", accented + "đ"
            continue
        bare = "".join(part for part in unicodedata.normalize("NFD", letter) if unicodedata.category(part) != "Mn")
        plain += bare if len(bare) == 1 else letter
        accented += letter
    return plain, accented


def split(run: str) -> tuple[Token, ...]:
    """The words inside one `RUN`, offsets counted from its start."""
    return _split_remembered(run) if len(run) <= LONGEST_WORD else _split(run)


def _split(run: str) -> tuple[Token, ...]:
    folded = fold(run)
    found = []
    for word in _WORD.finditer(folded.plain):
        start, end = word.span()
        plain, accented = word[0][:LONGEST_WORD], folded.accented[start:end][:LONGEST_WORD]
        if plain.isdigit():
            plain = accented = _counted(plain)
        found.append(Token(plain, accented, *folded.source(start, end)))
    return tuple(found)


def _counted(word: str) -> str:
    """The word without zeros before a short number."""
    return word.lstrip("0") or "0" if len(word) <= 3 and word.isdigit() else word


def _forms_of(run: str) -> tuple[tuple[str, str], ...]:
    if run.isascii():  # numbers and codes, each seen once: nothing to fold but case
        bare = [_counted(word[:LONGEST_WORD]) for word in _WORD.findall(run.lower())]
        return tuple(zip(bare, bare, strict=True))
    return tuple((token.plain, token.accented) for token in _split(run))


_split_remembered = lru_cache(maxsize=32768)(_split)  # texts repeat their words
_forms = lru_cache(maxsize=32768)(_forms_of)


def _tone_last(word: re.Match[str]) -> str:
    return _with_tone_last(word[0]) if len(word[0]) <= LONGEST_WORD else word[0]


@lru_cache(maxsize=32768)
def _with_tone_last(word: str) -> str:
    """The same letters, the word's (last) tone on its last vowel. Same length: every toned vowel is one code point."""
    tone = ""
    letters = []
    for letter in word:
        parts = unicodedata.normalize("NFD", letter)
        for mark in parts[1:]:
            if mark in _TONES:
                tone = mark
        letters.append(unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES)))
    if not tone:
        return word
    for at in range(len(letters) - 1, -1, -1):
        if letters[at] in _VOWELS:
            letters[at] = unicodedata.normalize("NFC", letters[at] + tone)
            return "".join(letters)
    return word
