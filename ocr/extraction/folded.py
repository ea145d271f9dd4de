"""Wide sheets of papers made to be folded: the transcript of one comes in, those of its two pages side by side go out.

A land certificate is one folded sheet (TT 23/2014/TT-BTNMT Đ3); laid open on the glass, or copied small onto one A4, rows
of its left page stand level with rows of its right one that have nothing to do with them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from khoso.kernel.transcript import Box, Line, Transcript, Word
from ocr.extraction.sheet import slant_of

_WIDE = 1.2  # times as wide as high
_MIDDLE = (0.4, 0.6)  # of the width: where the fold is looked for
_GUTTER = 0.012  # of the width: what no word crosses
_STRAYS = 1  # words that may cross it all the same: a seal's, a scrap's
_LINES = 6  # on either side


@dataclass(frozen=True)
class Place:
    """Where a page stood: the page of the document (1-based) and how many pixels of it lie to the left."""

    page: int
    left: int = 0

    def box(self, box: Box) -> Box:
        """A place on it, in pixels of the document's page."""
        return box._replace(x0=box.x0 + self.left, x1=box.x1 + self.left)


def unfolded(pages: Sequence[Transcript]) -> tuple[list[Transcript], list[Place]]:
    """The pages with wide sheets parted at the fold, and where each stood. Codes stay with the half they are printed on."""
    out: list[Transcript] = []
    places: list[Place] = []
    for number, page in enumerate(pages, 1):
        fold = _fold(page)
        if fold is None:
            out.append(page)
            places.append(Place(number))
            continue
        middle = int(fold - slant_of(page.lines) * page.height / 2)
        out += [_half(page, fold, 0, middle, right=False), _half(page, fold, middle, page.width - middle, right=True)]
        places += [Place(number), Place(number, middle)]
    return out, places


def _upright(box: Box, slant: float) -> tuple[float, float]:
    """From where to where a word reaches on a sheet laid level."""
    shift = slant * box.centre[1]
    return box.x0 + shift, box.x1 + shift


def _fold(page: Transcript) -> float | None:
    """The middle of the widest strip near the middle that hardly a word crosses; None where there is none, or nothing beside it."""
    if page.width < _WIDE * page.height:
        return None
    slant = slant_of(page.lines)
    reaches = [_upright(word.box, slant) for line in page.lines for word in line.words]
    first, last = (int(share * page.width) for share in _MIDDLE)
    crossing = [0] * (last - first)
    for x0, x1 in reaches:
        for x in range(max(int(x0), first), min(int(x1), last)):
            crossing[x - first] += 1
    best, start = (0, 0), None
    for x, count in enumerate([*crossing, _STRAYS + 1]):
        if count > _STRAYS:
            best = max(best, (x - start, start)) if start is not None else best
            start = None
        elif start is None:
            start = x
    width, at = best
    if width < _GUTTER * page.width:
        return None
    fold = first + at + width / 2
    sides = [{x1 < fold for x0, x1 in (_upright(w.box, slant) for w in line.words)} for line in page.lines]
    left, right = (sum(side in found for found in sides) for side in (True, False))
    return fold if min(left, right) >= _LINES else None


def _half(page: Transcript, fold: float, offset: int, width: int, *, right: bool) -> Transcript:
    slant = slant_of(page.lines)

    def is_here(box: Box) -> bool:
        x0, x1 = _upright(box, slant)
        return ((x0 + x1) / 2 > fold) is right

    def moved(box: Box) -> Box:
        return box._replace(x0=box.x0 - offset, x1=box.x1 - offset)

    def own(words: Sequence[Word]) -> tuple[Word, ...]:
        return tuple(replace(word, box=moved(word.box)) for word in words if is_here(word.box))

    lines = tuple(Line(words, line.engine) for line in page.lines if (words := own(line.words)))
    codes = tuple(replace(code, box=moved(code.box)) for code in page.codes if is_here(code.box))
    return replace(page, width=width, lines=lines, codes=codes)
