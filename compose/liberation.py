"""Liberation Serif, metric-compatible with Times New Roman: the letters of the visible marks, the widths of the text layer.

Thông tư 01/2023/TT-VPCP asks for Times New Roman size 10 in the agency's block; a PDF/A must embed what it shows, and
Times New Roman may not be redistributed with a server. Code = Unicode code point, so that whoever writes a mark later
needs no table of this font: the file's own `W` array says which letters it has and how wide they are.
"""

import io
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont, TTLibError

from compose.fonts import EmbeddedFont, Metrics
from khoso.kernel.errors import Unavailable

# Debian 12's `fonts-liberation` is 1.07 and lacks most Vietnamese letters: the folder alone proves nothing.
PLACES = (
    Path("/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf"),
    Path("/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf"),
    Path("/usr/share/fonts/liberation-serif-fonts/LiberationSerif-Regular.ttf"),
    Path("/usr/share/fonts/liberation-serif/LiberationSerif-Regular.ttf"),
)
_MISSING = (
    "Liberation Serif 2 with all Vietnamese letters is not installed: "
    "apt install fonts-liberation2 (Debian 12) or apt install fonts-liberation (Ubuntu 24.04)"
)
_REMEMBERED = 10_000  # texts: words come again and again, yet memory stays flat
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_DROPPED = ["GSUB", "GPOS", "GDEF", "kern", "OS/2", "name", "FFTM", "gasp", "post", "cmap"]
FONT_NAME = "KHOSOA+LiberationSerif"  # the tag says subset; the subset is always the same one


def vietnamese_letters() -> str:
    """The 134 letters with marks that Vietnamese adds to a-z, lower and upper case, and the plain vowels they stand on."""
    letters = [unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in _TONES]
    return "".join(letters) + "".join(letters).upper() + "đĐ"


def mark_alphabet() -> str:
    """Characters a visible mark may hold: ASCII, Latin-1, Latin Extended-A, Vietnamese, common punctuation."""
    ranges = (range(0x20, 0x7F), range(0xA0, 0x180))
    plain = {chr(code) for codes in ranges for code in codes} - {"\u00ad"}
    return "".join(sorted(plain | set(vietnamese_letters()) | set("–—‘’“”„…•€₫№†′″−")))


@lru_cache(maxsize=2)
def find(places: Sequence[Path] = PLACES) -> Path:
    """The first font file that has every letter of `mark_alphabet`.

    Raises:
        Unavailable: none has; the message says what to install.
    """
    for path in places:
        try:
            with TTFont(path, lazy=True) as font:
                if set(map(ord, mark_alphabet())) <= font.getBestCmap().keys():
                    return path
        except (OSError, TTLibError):
            continue
    raise Unavailable(_MISSING)


@lru_cache(maxsize=2)
def mark_font(path: Path) -> EmbeddedFont:
    """The subset that visible marks are written with (26 kB, 16 kB in the file), the same bytes each time."""
    alphabet = mark_alphabet()
    with TTFont(path, recalcTimestamp=False, recalcBBoxes=False) as font:
        options = subset.Options(hinting=False, layout_features=[], glyph_names=False, notdef_outline=True)
        options.drop_tables = [*options.drop_tables, *_DROPPED[:-1]]
        chooser = subset.Subsetter(options)
        chooser.populate(text=alphabet)
        chooser.subset(font)
        letters = font.getBestCmap()
        glyphs = {ord(char): font.getGlyphID(letters[ord(char)]) for char in alphabet}
        advances = font["hmtx"].metrics
        em = font["head"].unitsPerEm
        widths = {ord(char): round(advances[letters[ord(char)]][0] * 1000 / em) for char in alphabet}
        metrics = _metrics(font)
        del font["cmap"]
        data = io.BytesIO()
        font.save(data)
    return EmbeddedFont(
        name=FONT_NAME,
        program=data.getvalue(),
        metrics=metrics,
        widths=widths,
        glyphs=glyphs,
        texts={ord(char): char for char in alphabet},
    )


def _metrics(font: TTFont) -> Metrics:
    head, hhea = font["head"], font["hhea"]
    scale = 1000 / head.unitsPerEm
    box = tuple(round(side * scale) for side in (head.xMin, head.yMin, head.xMax, head.yMax))
    return Metrics(
        ascent=round(hhea.ascent * scale),
        descent=round(hhea.descent * scale),
        cap_height=662,
        box=(box[0], box[1], box[2], box[3]),
    )


class Proportions:
    """Typical widths and ink heights of characters, read from Liberation Serif, in ems.

    Printed Vietnamese papers are mostly in Times New Roman; for other type they are a good guess.
    """

    def __init__(self, path: Path) -> None:
        self._font = TTFont(path)  # read whole: no file stays open
        self._cmap = self._font.getBestCmap()
        self._em: int = self._font["head"].unitsPerEm
        self._known: dict[str, tuple[float, float, float]] = {}
        self._inks: dict[str, tuple[float, float]] = {}

    def advance(self, char: str) -> float:
        """How far the pen moves."""
        return self._of(char)[0]

    def ink(self, text: str) -> tuple[float, float]:
        """Lowest and highest ink of a text over its baseline; (0, 0) if it has none."""
        known = self._inks.get(text)
        if known is not None:
            return known
        inks = [ink for ink in (self._of(char)[1:] for char in text) if ink != (0.0, 0.0)]
        whole = (min(low for low, _ in inks), max(high for _, high in inks)) if inks else (0.0, 0.0)
        if len(self._inks) < _REMEMBERED:
            self._inks[text] = whole
        return whole

    def _of(self, char: str) -> tuple[float, float, float]:
        if char not in self._known:
            self._known[char] = self._measure(char)
        return self._known[char]

    def _measure(self, char: str) -> tuple[float, float, float]:
        name = self._cmap.get(ord(char))
        if name is None:
            wide = unicodedata.east_asian_width(char) in {"W", "F"}
            return (1.0, -0.1, 0.85) if wide else (0.5, 0.0, 0.66)
        glyph = self._font["glyf"][name]
        low, high = getattr(glyph, "yMin", 0), getattr(glyph, "yMax", 0)
        return self._font["hmtx"][name][0] / self._em, low / self._em, high / self._em


@lru_cache(maxsize=2)
def proportions(path: Path) -> Proportions:
    """The proportions of a font file, read once."""
    return Proportions(path)
