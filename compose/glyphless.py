"""The font of the text layer: every character is an empty glyph, so nothing is drawn and everything can be selected.

There is one empty glyph per width (0 to 1 em in steps of 0.05) and each character uses the one nearest to its usual
width: a viewer that marks part of a word marks the right part, and the widths in the PDF are exactly those of the font
program. No text uses glyph 0, which PDF/A-2 forbids even for invisible text (ISO 19005-2 §6.2.11.8).
"""

import io
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph

from compose.fonts import EmbeddedFont, Metrics, encode
from compose.liberation import Proportions

NAME = "KhosoGlyphless"
ASCENT, DESCENT = 890, -215  # of Times New Roman: what a viewer marks when a line is selected

_STEP = 50  # thousandths of an em
_CLASSES = 1000 // _STEP + 1
_SPARE = range(0xD800, 0xE000)  # codes no character has: used for those beyond the first 65,536
_REMEMBERED = 10_000  # runs: words come again and again, yet memory stays flat
_UNWRITTEN = {"Cc", "Cf", "Cs", "Cn"}  # controls and unassigned code points have no place in a text


@dataclass(frozen=True, slots=True)
class Run:
    """A text ready to be shown.

    Attributes:
        codes: in hex, as the operand of a text-showing operator between `<` and `>`.
        width: in thousandths of the type size.
    """

    codes: bytes
    width: int


class TextFont:
    """Hands out codes for characters and remembers them; afterwards `embedded` is the font that has just these."""

    def __init__(self, proportions: Proportions) -> None:
        self._proportions = proportions
        self._codes: dict[str, int] = {}
        self._runs: dict[str, Run] = {}
        self._classes: dict[int, int] = {}  # code → width in steps
        self._spare = iter(_SPARE)

    def run(self, text: str) -> Run:
        """A text in NFC; controls and unassigned code points are left out."""
        known = self._runs.get(text)
        if known is None:
            normal = unicodedata.normalize("NFC", text)
            written = [char for char in normal if unicodedata.category(char) not in _UNWRITTEN]
            codes = [self._codes.get(char) or self._learn(char) for char in written]
            known = Run(encode(codes).hex().encode(), sum(_STEP * self._classes[code] for code in codes))
            if len(self._runs) < _REMEMBERED:
                self._runs[text] = known
        return known

    def embedded(self) -> EmbeddedFont:
        """The font with the characters used so far."""
        return EmbeddedFont(
            name=NAME,
            program=_program(),
            metrics=Metrics(ascent=ASCENT, descent=DESCENT, cap_height=662, box=(0, DESCENT, 1000, ASCENT)),
            widths={code: _STEP * steps for code, steps in self._classes.items()},
            glyphs={code: 1 + steps for code, steps in self._classes.items()},
            texts={code: char for char, code in self._codes.items()},
        )

    def _learn(self, char: str) -> int:
        code = ord(char) if ord(char) < 0x10000 else next(self._spare, 0xFFFD)
        advance = 0.0 if unicodedata.combining(char) else self._proportions.advance(char)
        self._codes[char] = code
        self._classes[code] = min(_CLASSES - 1, round(advance * 1000 / _STEP))
        return code


@lru_cache(maxsize=1)
def _program() -> bytes:
    """TrueType with .notdef and one empty glyph per width; 1000 units per em, the same bytes each time."""
    names = [".notdef", *(f"w{steps}" for steps in range(_CLASSES))]
    pen = TTGlyphPen(None)
    for move, corner in (
        (pen.moveTo, (50, 0)),
        (pen.lineTo, (50, 600)),
        (pen.lineTo, (450, 600)),
        (pen.lineTo, (450, 0)),
    ):
        move(corner)
    pen.closePath()
    builder = FontBuilder(1000, isTTF=True)
    builder.font.recalcTimestamp = False
    builder.setupGlyphOrder(names)
    builder.setupGlyf({name: Glyph() for name in names} | {".notdef": pen.glyph()})
    builder.setupHorizontalMetrics(
        {name: (_STEP * steps, 0) for steps, name in enumerate(names[1:])} | {".notdef": (500, 50)}
    )
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.setupHead(unitsPerEm=1000, created=0, modified=0)
    builder.setupMaxp()
    data = io.BytesIO()
    builder.font.save(data)
    return data.getvalue()
