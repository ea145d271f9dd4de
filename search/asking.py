"""Asking: what people type comes in, the words, phrases and numbers they mean go out. Any string is safe to parse.

What is understood, without anybody having to learn it:

- words with or without tones, in any case: all of them must be in a document;
- `"quyết định phê duyệt"`, also “…” and «…»: these words in this order, side by side; a quote left open ends with the
  text;
- `24/TTr-UBND`, `H36.12-230101-0001`, `DA123456`: parts written together are a phrase of their own;
- `068 203 001 234`: an id typed in groups of digits is the id;
- `số 24/TTr-UBND`: the «số» before a number is how people speak, not something a document must contain.

A question nothing answers is loosened in `Step`s, and the answer says so.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from search.folding import Token, tokens

MOST_LETTERS = 600
MOST_WORDS = 48
"""A whole trích yếu pasted into the box still fits."""

LEAST_PREFIX = 3
"""Nearly every document has some word beginning with any two given letters; that would find everything."""

_SHORT = 12  # words of a question whose parts are tried as full values
_LEAST_RUN, _MOST_RUN = 2, 6  # words of such a part

_QUOTES = re.compile('["“”„«»]')
_JOINT = re.compile(r"[._:–\-]|\s?/\s?")
_DIGIT_GROUPS = re.compile(r"(?<![\w./-])\d{3,}(?: \d{3,})+(?![\w./-])")
_ID_LENGTHS = frozenset({9, 10, 12, 13})  # CMND, tax code, số định danh, tax code of a branch


class Step(IntEnum):
    """How far a question is loosened; a step is taken only when the one before found nothing."""

    WHOLE = 0  # all words as typed, phrases side by side
    PREFIX = 1  # the last word may be the beginning of one
    RELAXED = 2  # more than half of the words, by weight, anywhere


@dataclass(frozen=True, slots=True)
class Word:
    """One word asked for.

    Attributes:
        plain: folded without tones: this is what must match.
        accented: folded with tones, None where the typed form tells nothing about tones (query without any, numbers).
        weight: how much finding it says, 0…1; the syllables every document is full of weigh less.
    """

    plain: str
    accented: str | None
    weight: float


@dataclass(frozen=True, slots=True)
class Span:
    """Words `start:stop` belong together. `strict`: they must stand side by side."""

    start: int
    stop: int
    strict: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A parsed question.

    Attributes:
        words: in the order typed; empty for blank input (everything is wanted).
        spans: what may be the full value of a field: quoted phrases and numbers (strict), the question as a whole, and
            in a short one any few words in a row («Nguyễn Văn An» in «khai sinh Nguyễn Văn An»).
        open: the last word may still be growing: nothing was typed after it.
    """

    words: tuple[Word, ...] = ()
    spans: tuple[Span, ...] = ()
    open: bool = False

    @property
    def phrases(self) -> tuple[Span, ...]:
        """The strict spans of two words or more."""
        return tuple(span for span in self.spans if span.strict and span.stop - span.start > 1)

    @property
    def names(self) -> tuple[Span, ...]:
        """What may be an identifier asked for whole (`Entry.keys`): words, and words in a row, with a figure among them."""
        words = (Span(at, at + 1, strict=False) for at in range(len(self.words)))
        found = {(span.start, span.stop): span for span in (*words, *self.spans)}
        return tuple(span for span in found.values() if _holds_figure(self.words[span.start : span.stop]))

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that could find more than the one before."""
        return tuple(
            step
            for step, helps in (
                (Step.WHOLE, True),
                (Step.PREFIX, self.open),
                (Step.RELAXED, len(self.words) > 1),
            )
            if helps
        )

    def steps_from(self, step: int | None) -> tuple[Step, ...]:
        """The steps to try: those of a first page, or the very step whose next page is wanted."""
        return self.steps if step is None else tuple(one for one in self.steps if one == step)

    def text(self, span: Span) -> str:
        """The plain words of a span with single spaces, as whole values are folded."""
        return " ".join(word.plain for word in self.words[span.start : span.stop])


def parse(typed: str) -> Asked:
    """Understand what was typed.

    Raises:
        Refused: more than `MOST_LETTERS` characters or `MOST_WORDS` words; or something was typed but no letter or
            digit is in it.
    """
    if len(typed) > MOST_LETTERS:
        raise Refused(ReasonCode.QUERY_TOO_LONG, limit=f"{MOST_LETTERS} ký tự")
    if not typed.strip():
        return Asked()
    typed = _DIGIT_GROUPS.sub(_as_id, typed)
    found: list[Token] = []
    groups: list[Span] = []
    for text, quoted in _parts(typed):
        _take(text, found, groups, quoted=quoted)
    if not found:
        raise Refused(ReasonCode.NOTHING_TO_SEARCH)
    if len(found) > MOST_WORDS:
        raise Refused(ReasonCode.QUERY_TOO_LONG, limit=f"{MOST_WORDS} từ")
    return Asked(_weighed(found, groups), (*groups, *_runs(len(found), groups)), open=typed[-1].isalnum())


def _holds_figure(words: Iterable[Word]) -> bool:
    return any(word.plain.isdigit() for word in words)


def _runs(count: int, groups: list[Span]) -> Iterator[Span]:
    """Runs of words that are not in a group, and all words."""
    free = [not any(span.start <= at < span.stop for span in groups) for at in range(count)]
    if not any((span.start, span.stop) == (0, count) for span in groups):
        yield Span(0, count, strict=False)
    if count <= _SHORT:
        for start in range(count):
            for stop in range(start + _LEAST_RUN, min(start + _MOST_RUN, count) + 1):
                if all(free[start:stop]) and (start, stop) != (0, count):
                    yield Span(start, stop, strict=False)


def _as_id(groups: re.Match[str]) -> str:
    joined = groups[0].replace(" ", "")
    return joined if len(joined) in _ID_LENGTHS else groups[0]


def _parts(typed: str) -> Iterator[tuple[str, bool]]:
    """Pieces of the text between quotation marks, with whether they were quoted."""
    for number, piece in enumerate(_QUOTES.split(typed)):
        yield piece, number % 2 == 1


def _take(text: str, found: list[Token], groups: list[Span], *, quoted: bool) -> None:
    """Append the words of one piece and the spans they form."""
    words = list(tokens(text))
    if quoted:
        if words:
            groups.append(Span(len(found), len(found) + len(words), strict=True))
        found.extend(words)
        return
    at = 0
    while at < len(words):
        stop = at + 1
        while stop < len(words) and _joined(text, words[stop - 1], words[stop]):
            stop += 1
        if stop - at == 1 and _speaks_of_number(words, at):
            at = stop
            continue
        if stop - at > 1:
            groups.append(Span(len(found), len(found) + stop - at, strict=True))
        found.extend(words[at:stop])
        at = stop


def _joined(text: str, left: Token, right: Token) -> bool:
    between = text[left.end : right.start]
    return not between or _JOINT.fullmatch(between) is not None


def _speaks_of_number(words: list[Token], at: int) -> bool:
    """Is this the «số» of «số 24/TTr-UBND»?"""
    return words[at].plain == "so" and at + 1 < len(words) and words[at + 1].plain.isdigit()


def _weighed(found: list[Token], groups: list[Span]) -> tuple[Word, ...]:
    """Words with weights; tones count only if the question shows tones outside its numbers."""
    numbers = {
        at
        for span in groups
        if span.strict and any(token.plain.isdigit() for token in found[span.start : span.stop])
        for at in range(span.start, span.stop)
    } | {at for at, token in enumerate(found) if token.plain.isdigit()}
    toned = any(token.plain != token.accented for at, token in enumerate(found) if at not in numbers)
    return tuple(
        Word(token.plain, None, 1.0)
        if at in numbers
        else Word(token.plain, token.accented if toned else None, weight(token.plain))
        for at, token in enumerate(found)
    )


def weight(plain: str) -> float:
    """How much a word says, from fixed lists: the same question has the same scores whatever the index holds.

    Weights that follow the collection would move scores while someone turns pages, and would tell a viewer how common
    a word is in documents that are not his.
    """
    if plain in _EMPTY:
        return 0.25
    return 0.5 if plain in _COMMON else 1.0


# Folded syllables by their frequency in Vietnamese law texts: grammar words, then the commonest rest.
_EMPTY = frozenset(
    """cua va co cac duoc theo ve trong tai cho de voi tu do la nay khi khac da bi nhung mot phai thi nhu ma o
    """.split()  # noqa: SIM905 - one string reads better than a screenful of quotes
)
_COMMON = frozenset(
    """dinh dong dieu quan quy cong dung nhan nguoi hop ban so an bao to luat hanh thuc truong bo vu su chuc quyen hoi
    phap dan nuoc viec hoac quyet hien doi ly nam nha cap thong gia thanh chinh thu khong san tham nhiem vi pham chung
    ky vien chi giao van phat du dau khoan quoc thoi tra tien den ho nghiep ngay dat kiem hang trinh doanh chu toan
    giay xa uy tinh huyen phuong
    """.split()  # noqa: SIM905
)
