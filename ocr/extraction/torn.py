"""Offices a seal has torn: what it left of `KT. CHỦ TỊCH` and of the line below comes in; what they were goes out, to be doubted.

On a scan in black and white a seal over a signature is as black as the print under it, and letters of the office above are lost in it.
The wordings are few (NĐ 30/2020, Đ13 and phụ lục I): after `KT.` stands a head, and below it his deputy.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ocr.extraction import vocabulary
from ocr.extraction.sheet import Segment
from ocr.extraction.text import fold, squash

_KT = re.compile(r"^\W*kt\s?[.,]\s?(\S*)")
_LEAST = 0.55  # of an office's letters must be left
_ACROSS = 9  # heights: no seal tears a wider hole into a line
_BROKEN = 1.6  # heights: the space between two pieces of one line
_ALIGNED = 1.0  # heights: a head and the deputy below are set centred, and end within `PHÓ` of each other's ends


@dataclass(frozen=True)
class Torn:
    """What was left and what it was: `KT. CHỦ TỊCH` of two pieces, and `PHÓ CHỦ TỊCH` of the end of its line."""

    authority: tuple[Segment, ...]
    head: str
    title: Segment | None


def torn_authority(opening: Segment, column: Sequence[Segment], row: Sequence[Segment]) -> Torn | None:
    """The head someone signs for (`KT.`) where a seal stands in the middle of it, with what is left of the deputy below.

    `row`: all segments of the opening's row; `column`: what stands below it.
    """
    begins = _KT.match(fold(opening.text))
    if not begins or vocabulary.nearest(opening.text[begins.start(1) :], vocabulary.words("titles")):
        return None
    height = max(1, opening.height)
    right = [s for s in row if 0 < s.box.x0 - opening.box.x1 < _ACROSS * height and s.upper]
    if not right:
        return None
    end = min(right, key=lambda s: s.box.x0)
    head = _head(squash(begins[1]), end.key)
    if not head:
        return None
    return Torn((opening, end), head, next((s for s in column if _is_deputy_of(s, end, squash(head))), None))


def _head(left: str, right: str) -> str:
    """The one office that begins and ends so, in capitals; "" if there is none, or two."""
    found = {
        title
        for title in vocabulary.words("titles")
        if (key := squash(title)).startswith(left)
        and key.endswith(right)
        and len(key) > len(left) + len(right) >= _LEAST * len(key)
        and not fold(title).startswith("pho ")
    }
    return found.pop().upper() if len(found) == 1 else ""


def _is_deputy_of(segment: Segment, end: Segment, head: str) -> bool:
    """Whether a line below is what was left of `PHÓ X`: the end of X, as far right as the line above."""
    close = 0.6 * end.height < segment.y - end.y < 2.2 * end.height
    aligned = abs(segment.box.x1 - end.box.x1) < _ALIGNED * end.height
    return close and aligned and segment.upper and len(segment.key) >= 3 and f"pho{head}".endswith(segment.key)


def rejoined(title: Segment, row: Sequence[Segment]) -> Segment | None:
    """An office cut into pieces of one row (`CHÁNH VĂN` | `PH` | `ÒNG`), if they are a known one together and not before."""
    known = vocabulary.words("titles")
    exact = vocabulary.nearest(title.text, known)
    whole = title
    for after in sorted((s for s in row if s.box.x0 >= title.box.x1), key=lambda s: s.box.x0):
        if not after.text.isupper() or after.box.x0 - whole.box.x1 > _BROKEN * title.height:
            break
        whole = replace(whole, pieces=(*whole.pieces, *after.pieces))
    found = vocabulary.nearest(whole.text, known) if whole is not title and (exact is None or exact[1]) else None
    return whole if found and squash(found[0]) == whole.key else None
