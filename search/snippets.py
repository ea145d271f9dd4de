"""Snippets: the texts of a found document and the question come in; one window of original text goes out, with marks.

The window is the one that says most: the heaviest set of different words asked for, side by side where possible. Words
typed with tones are marked with those tones where the text has them, else whatever their tones.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import compress, count
from typing import NamedTuple

from search.asking import LEAST_PREFIX, Asked, Span
from search.folding import LONGEST_WORD, tokens, words

LETTERS = 240
"""Length of a snippet, give or take a word; cuts are shown by `…`."""

REACH = 40_000
"""How far into one text a snippet looks for the words (some fifteen pages); beyond, the text's beginning is shown."""

CUT = "…"

_SPACE = re.compile(r"\s+")
_JOINT = re.compile(r"\s*|\s?/\s?|[._:–\-]")
_MOST_IN_WINDOW = 64
_MOST_REMEMBERED = 50_000
_SEVERAL = " "

Marks = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Snippet:
    """Text as printed on one line; `marks` are (start, end) offsets of what matched, in order, never overlapping."""

    text: str
    marks: Marks = ()


class _Match(NamedTuple):
    word: int  # index into the words asked for
    order: int  # which word of the text it is
    start: int
    end: int
    right: bool  # with the tones typed


class Marker:
    """Finds the words of one question in texts. Make one for all hits of a page: it remembers the words it has seen.

    `growing`: words that begin with the last one asked for match it too.
    """

    def __init__(self, asked: Asked, *, growing: bool, letters: int = LETTERS) -> None:
        self._asked = asked
        self._phrases = asked.phrases
        self._letters = letters
        self._beginning = asked.words[-1].plain if growing and asked.words and asked.open else ""
        self._question = f" {' '.join(word.plain for word in asked.words)} "
        self._places: dict[str, list[int]] = {}
        for at, word in enumerate(asked.words):
            self._places.setdefault(word.plain, []).append(at)
        asked_for = {*self._places, _SEVERAL}
        self._telling: Callable[[str], bool] = (
            _Telling(asked_for, self._beginning).__getitem__ if self._beginning else asked_for.__contains__
        )
        self._seen: dict[str, tuple[int, list[_Match]]] = {}
        self._most = _value(asked, [_Match(at, at, at, at, right=True) for at in range(len(asked.words))])

    def snippet(self, texts: Sequence[str]) -> Snippet:
        """The best window over several texts, the earlier text first where two are equally good.

        Without any match: the first text that is not blank, from its beginning.
        """
        best: tuple[float, str, list[_Match]] = (0.0, "", [])
        for text in texts:
            value, window = self._best_window(self._matches(text[:REACH]))
            if value > best[0]:
                best = value, text, window
            if value >= self._most:
                break
        text = best[1] or next((text for text in texts if text.strip()), "")
        return _cut(text, best[2], self._letters)

    def holds(self, name: str) -> bool:
        """Does the question hold the words of a name side by side, whatever their tones?"""
        plain = " ".join(plain for plain, _ in words(name))
        return bool(plain) and f" {plain} " in self._question

    def _matches(self, text: str) -> list[_Match]:
        """Every place of a word asked for, in order; of each word those with the right tones if there are any."""
        pieces = text.replace("\n", " ").split(" ")
        found: list[_Match] = []
        order = progress = last = base = after = 0
        enough = len(text)  # where to stop: the question word for word cannot be bettered further on
        # Few pieces hold a word asked for: the loops over all are C's.
        for at in compress(count(), map(self._telling, map(_PLAIN.__getitem__, pieces))):
            base += sum(map(len, pieces[after:at])) + at - after
            if base > enough:
                break
            order += any(map(_PLAIN.__getitem__, pieces[after:at]))  # one word between tells as much as many
            inside, matches = self._seen.get(pieces[at]) or self._look(pieces[at])
            for word, later, start, end, right in matches:
                match = _Match(word, order + later, base + start, base + end, right)
                found.append(match)
                if right and word == progress and (not progress or match.order == last + 1):
                    progress, last = progress + 1, match.order
                elif word == 0:
                    progress, last = int(right), match.order
                if progress == len(self._asked.words):
                    enough = min(enough, match.start + self._letters)
            order += inside
            base += len(pieces[at]) + 1
            after = at + 1
        if not found:
            return found
        found = self._well_begun(found)
        exact = {match.word for match in found if match.right}
        found = [match for match in found if match.right or match.word not in exact]
        return _in_phrases(self._phrases, found) if self._phrases else found

    def _look(self, piece: str) -> tuple[int, list[_Match]]:
        """How many words are in this piece of a text, and which of them were asked for."""
        inside = list(tokens(piece))
        matches = []
        for order, token in enumerate(inside):
            for at in self._places.get(token.plain, ()):
                accented = self._asked.words[at].accented
                right = accented is None or accented == token.accented
                matches.append(_Match(at, order, token.start, token.end, right))
            if self._beginning and token.plain != self._beginning and token.plain.startswith(self._beginning):
                matches.append(_Match(len(self._asked.words) - 1, order, token.start, token.end, right=True))
        self._seen[piece] = len(inside), matches
        return self._seen[piece]

    def _well_begun(self, found: list[_Match]) -> list[_Match]:
        """Without words that begin with one or two letters asked for: those count only after the word before them."""
        if not self._beginning or len(self._beginning) >= LEAST_PREFIX:
            return found
        last = len(self._asked.words) - 1
        held = {(match.word, match.order) for match in found}
        return [
            match
            for match in found
            if match.word != last
            or match.end - match.start == len(self._beginning)
            or (last - 1, match.order - 1) in held
        ]

    def _best_window(self, matches: list[_Match]) -> tuple[float, list[_Match]]:
        """(value, matches) of the window that says most; the earliest of equals."""
        best: tuple[float, list[_Match]] = (0.0, [])
        ends = [match.end for match in matches]
        reached = 0
        for first, match in enumerate(matches):
            stop = min(bisect_left(ends, match.start + self._letters + 1), first + _MOST_IN_WINDOW)
            stop = max(stop, first + 1)
            if stop == reached:  # a part of the window before, which says no more
                continue
            reached = stop
            window = matches[first:stop]
            value = _value(self._asked, window)
            if value > best[0]:
                best = value, window
            if value >= self._most:
                break
        return best


class _Plain(dict[str, str]):
    """Piece of text between spaces → its plain word, "" where there is none, `_SEVERAL` where there are more. Texts repeat
    their pieces.
    """

    def __missing__(self, piece: str) -> str:
        said = [plain for plain, _ in words(piece)]
        found = _SEVERAL if len(said) > 1 else "".join(said)
        if len(piece) <= LONGEST_WORD:
            if len(self) >= _MOST_REMEMBERED:
                self.clear()
            self[piece] = found
        return found


_PLAIN = _Plain()


class _Telling(dict[str, bool]):
    """Plain word → whether it is one of these or begins like this."""

    def __init__(self, asked_for: Iterable[str], beginning: str) -> None:
        super().__init__(dict.fromkeys(asked_for, True))
        self._beginning = beginning

    def __missing__(self, plain: str) -> bool:
        self[plain] = found = plain.startswith(self._beginning)
        return found


def _in_phrases(phrases: Iterable[Span], found: list[_Match]) -> list[_Match]:
    """Of the words of a phrase only those that stand in it, if it is there at all."""
    held = {(match.order, match.word) for match in found}
    for span in phrases:
        members = range(span.start, span.stop)
        kept = {
            (order + step, span.start + step)
            for order, word in held
            if word == span.start and all((order + step, span.start + step) in held for step in range(len(members)))
            for step in range(len(members))
        }
        if kept:
            found = [match for match in found if match.word not in members or (match.order, match.word) in kept]
    return found


def _value(asked: Asked, window: Iterable[_Match]) -> float:
    """Weights of the different words, and half again where they stand side by side as asked."""
    seen: set[int] = set()
    value = 0.0
    before: _Match | None = None
    for match in window:
        weight = asked.words[match.word].weight * (1.0 if match.right else 0.5)
        if match.word not in seen:
            seen.add(match.word)
            value += weight
        pair = len(asked.words) + match.word
        if before and (before.word + 1, before.order + 1) == (match.word, match.order) and pair not in seen:
            seen.add(pair)
            value += weight / 2
        before = match
    return value


def _cut(text: str, window: list[_Match], letters: int) -> Snippet:
    """The window with its surroundings, cut between words, white space made single."""
    first, last = (window[0].start, window[-1].end) if window else (0, 0)
    spare = max(0, letters - (last - first))
    start = min(first, _word_start(text, first - spare // 3)) if first > spare // 3 else 0
    end = max(last, _word_end(text, start + letters))
    pieces: list[str] = [CUT + " "] if text[:start].strip() else []
    marks: list[tuple[int, int]] = []
    at, length = start, sum(map(len, pieces))
    for match_start, match_end in [*_merged(text, window), (end, end)]:
        between = _SPACE.sub(" ", text[at:match_start])
        if not pieces or (len(pieces) == 1 and at == start):
            between = between.lstrip()
        word = _SPACE.sub(" ", text[match_start:match_end])
        if word:
            marks.append((length + len(between), length + len(between) + len(word)))
        pieces += [between, word]
        length += len(between) + len(word)
        at = match_end
    shown = "".join(pieces).rstrip()
    return Snippet(shown + (" " + CUT if text[end:].strip() else ""), tuple(marks))


def _merged(text: str, window: list[_Match]) -> list[tuple[int, int]]:
    """Places of matches; neighbours with only white space or one joint between them are one mark."""
    merged: list[tuple[int, int]] = []
    for match in window:
        if merged and match.start < merged[-1][1]:
            continue
        if merged and _JOINT.fullmatch(text, merged[-1][1], match.start):
            merged[-1] = merged[-1][0], match.end
        else:
            merged.append((match.start, match.end))
    return merged


def _word_start(text: str, near: int) -> int:
    """Start of the first word at or after `near`; `near` itself in a text without spaces."""
    space = _SPACE.search(text, near, near + 40)
    return space.end() if space else near


def _word_end(text: str, near: int) -> int:
    """End of the last word before or at `near`, or of the text."""
    if near >= len(text):
        return len(text)
    space = text.rfind(" ", max(0, near - 40), near)
    newline = text.rfind("\n", max(0, near - 40), near)
    return near if max(space, newline) < 0 else max(space, newline)
