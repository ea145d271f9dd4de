"""A value with the pieces it was read from, and how sure we are of it before the fields are weighed against each other.

The weights below were set by looking at what readers get wrong on typed papers; they are in one place to be tuned there.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from khoso.kernel.doubts import WORTH_A_LOOK
from khoso.kernel.transcript import Box, around
from ocr.extraction.sheet import Piece, joined
from ocr.extraction.syllables import is_word
from ocr.ports import Field

UNSURE_BELOW = 0.80
"""Words less sure than this prove nothing against another source. Which fields go before a person: `confidence.Model.least`."""

OUTWEIGHED = frozenset({"misread_title"})
"""Doubts that count among the evidence alone: of titles doubted so hardly one is wrong, a sure confidence overrules them."""

_KNOWN, _MENDED, _UNUSUAL = 0.998, 0.95, 0.75
_STEPS = ((0.95, 0.997), (0.90, 0.992), (0.85, 0.97), (0.75, 0.93), (0.60, 0.85), (0.40, 0.65), (0.0, 0.35))
_ODD_LETTERS = 0.92  # a word that is no Vietnamese syllable, however sure the reader is
_ODD_AND_UNSURE = 0.80
_LONG = 10  # words: from here on the average word decides


@dataclass(frozen=True, slots=True)
class Value:
    """What a kind of value makes of a text.

    Attributes:
        value: normalised as INTERFACE says.
        span: where in the text it stood; None for all of it.
        known: words (as `bare` gives them) that belong to a closed vocabulary: unit names, ethnic groups, titles.
        mended: words that were a letter away from such a vocabulary and were put right.
        unusual: words that differ from known names in marks alone.
        doubts: what is wrong with it.
        certain: the whole value comes from a closed vocabulary.
    """

    value: str
    span: tuple[int, int] | None = None
    known: frozenset[str] = frozenset()
    mended: frozenset[str] = frozenset()
    unusual: frozenset[str] = frozenset()
    doubts: tuple[str, ...] = ()
    certain: bool = False

    def at(self, start: int, end: int) -> "Value":
        """The same, standing at a place of a longer text."""
        return replace(self, span=(start, end))


@dataclass(frozen=True)
class Finding:
    """A value on its way to become a field."""

    key: str
    value: str
    pieces: tuple[Piece, ...]
    sure: float
    rule: str
    doubts: tuple[str, ...] = ()
    source: str = "ocr"
    certain: bool = False
    upheld: tuple[str, ...] = field(default=())

    @property
    def text(self) -> str:
        return joined(self.pieces)

    def doubted(self, *doubts: str) -> "Finding":
        """The same, with further doubts (each once)."""
        return replace(self, doubts=(*self.doubts, *(d for d in doubts if d not in self.doubts)))

    def upheld_by(self, witness: str, share: float = 0.2) -> "Finding":
        """The same, surer: `witness` says it too; of the remaining doubt `share` stays."""
        if witness in self.upheld:
            return self
        return replace(self, sure=1 - (1 - self.sure) * share, upheld=(*self.upheld, witness))

    @property
    def firm_doubts(self) -> tuple[str, ...]:
        """The doubts no confidence overrules."""
        return tuple(doubt for doubt in self.doubts if doubt not in OUTWEIGHED)

    def to_field(self, confidence: float, enough: float, unmarked: float = 0.0) -> Field:
        """The public field; `confidence`: the chance that it is right.

        Doubtful below `enough` or when a check doubts it, and then its paper waits; worth a look below `unmarked`.
        """
        doubts = self.firm_doubts if confidence >= enough else self.doubts or ("low_confidence",)
        if not doubts and confidence < unmarked:
            doubts = (WORTH_A_LOOK,)
        page = self.pieces[0].page if self.pieces else None
        box: Box | None = around([p.box for p in self.pieces if p.page == page]) if self.pieces else None
        return Field(
            value=self.value,
            text=self.text,
            page=page,
            box=box,
            confidence=round(confidence, 4),
            source=self.source,
            engine=self.pieces[0].engine if self.pieces else "",
            rule=self.rule,
            doubtful=bool(doubts),
            doubts=doubts,
        )


def found(key: str, value: Value, pieces: Sequence[Piece], *, rule: str, weight: float = 1.0) -> Finding:
    """A finding from the pieces whose text was read as `value`; `weight` is how far its place on paper can be trusted."""
    own = _within(pieces, value.span) if value.span else tuple(pieces)
    return Finding(key, value.value, own, weight * certainty(own, value), rule, value.doubts, certain=value.certain)


def certainty(pieces: Iterable[Piece], value: Value) -> float:
    """How sure the words are, together; of a long text one misread letter spoils less."""
    sures = [_word(piece, value) for piece in pieces]
    sure = math.prod(sures) ** (_LONG / max(_LONG, len(sures)))
    return max(sure, 0.98) if value.certain else sure


def bare(text: str) -> str:
    """A word without punctuation around it, case folded: how known and mended words are named."""
    return re.sub(r"^\W+|\W+$", "", text).casefold()


def _word(piece: Piece, value: Value) -> float:
    word = bare(piece.text)
    if not word:
        return 1.0
    if word in value.known:
        return _KNOWN
    if word in value.mended:
        return _MENDED
    if word in value.unusual:
        return _UNUSUAL
    sure = next(step for least, step in _STEPS if piece.confidence >= least)
    if not word.isdigit() and any(c.isalpha() for c in word) and not is_word(word) and not _is_sign(piece.text):
        return min(sure, _ODD_LETTERS if piece.confidence >= 0.9 else _ODD_AND_UNSURE)
    return sure


def _is_sign(text: str) -> bool:
    """Codes and numbers with letters (`71/5A`, `TT-BCA`, `II`) are no words and need not be syllables."""
    bare_text = text.strip(".,;:")
    return any(c.isdigit() for c in text) or (bare_text.isupper() and len(bare_text) > 1)


def _within(pieces: Sequence[Piece], span: tuple[int, int]) -> tuple[Piece, ...]:
    """Pieces of which any letter lies in the span of their joined text."""
    out, place = [], 0
    for index, piece in enumerate(pieces):
        start = place if piece.glued or index == 0 else place + 1
        place = start + len(piece.text)
        if start < span[1] and place > span[0]:
            out.append(piece)
    return tuple(out) or tuple(pieces)
