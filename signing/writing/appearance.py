"""How a mark looks: its lines set in a box, drawn with a font that the file has embedded.

Codes are Unicode code points (`compose.liberation`), so a text is its own encoding and the widths in the file tell
which letters there are. The agency's block is set in size 10 as Thông tư 01/2023/TT-VPCP asks; type gets smaller only
where a name would not fit otherwise.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compose.fonts import encode
from compose.values import number
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from signing.ports import Place

_SIZES = {Place.SCANNER: 8.0, Place.AGENCY: 10.0}  # points
_LEAST = 5.0  # points; smaller cannot be read on paper
_STEP = 0.25
_LEADING = 1.15  # of the type size; Vietnamese capitals carry two marks
_ASCENT = 0.9

Widths = Mapping[int, int]
"""Of each code the font has, in thousandths of the type size."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Rows that fit, and their type size in points."""

    size: float
    rows: tuple[str, ...]


def printable(text: str, widths: Widths) -> str:
    """The text in letters the font has: NFC, or a compatible letter's parts where those are there (`ﬁ` → `fi`).

    Raises:
        Refused: `MARK_UNPRINTABLE`: a character would be left out. A mark that says less than it should is worse than none.
    """
    written = "".join(_written(char, widths) for char in unicodedata.normalize("NFC", text))
    missing = sorted({char for char in written if ord(char) not in widths})
    if missing:
        raise Refused(ReasonCode.MARK_UNPRINTABLE, characters=" ".join(missing))
    return written


def set_lines(lines: Sequence[str], *, width: float, height: float, place: Place, widths: Widths) -> Setting:
    """Break lines at spaces and choose the largest size at which all fit the box (points).

    Raises:
        Refused: `MARK_TOO_LONG`: not even at the smallest size; `MARK_UNPRINTABLE`.
    """
    texts = [printable(line, widths) for line in lines]
    size = _SIZES[place]
    while size >= _LEAST:
        rows = tuple(row for text in texts for row in _broken(text, width / size * 1000, widths))
        if len(rows) * size * _LEADING <= height:
            return Setting(size=size, rows=rows)
        size -= _STEP
    raise Refused(ReasonCode.MARK_TOO_LONG, field=place.value)


def draw(setting: Setting, *, width: float, height: float, place: Place, widths: Widths) -> bytes:
    """Content stream of the block, black, from the top: the scanner's along the left edge, the agency's along the right."""
    rows = []
    for index, row in enumerate(setting.rows):
        indent = width - _width(row, widths) * setting.size / 1000 if place is Place.AGENCY else 0.0
        base = height - setting.size * (_ASCENT + index * _LEADING)
        codes = encode([ord(char) for char in row]).hex().encode()
        rows.append(b"1 0 0 1 %s %s Tm <%s> Tj" % (number(max(0.0, indent)), number(base), codes))
    return b"q\n0 g\nBT\n/F0 %s Tf\n" % number(setting.size) + b"\n".join(rows) + b"\nET\nQ\n"


def _written(char: str, widths: Widths) -> str:
    if ord(char) in widths:
        return char
    if char.isspace():
        return " "
    parts = unicodedata.normalize("NFKC", char)
    return parts if parts != char and all(ord(part) in widths for part in parts) else char


def _broken(text: str, room: float, widths: Widths) -> list[str]:
    """Rows of at most `room` thousandths; a word longer than a row is broken inside."""
    rows = [""]
    for word in text.split():
        longer = f"{rows[-1]} {word}" if rows[-1] else word
        if _width(longer, widths) <= room:
            rows[-1] = longer
            continue
        if rows[-1]:
            rows.append("")
        for char in word:
            if rows[-1] and _width(rows[-1] + char, widths) > room:
                rows.append("")
            rows[-1] += char
    return rows


def _width(text: str, widths: Widths) -> int:
    return sum(widths[ord(char)] for char in text)
