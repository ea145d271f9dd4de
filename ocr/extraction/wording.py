"""Which label stands where on a segment.

Labels are compared without diacritics, spaces and punctuation, a few misread letters allowed. One that stands within a
line needs its colon; one at the start of a cell need not have it.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ocr.extraction.labels import Label, Mark
from ocr.extraction.sheet import Piece, Segment, Sheet
from ocr.extraction.text import distance, fold, is_upper, letters

_SHORT = 6  # letters: shorter labels must have their own marks where no colon follows


class Wordings:
    """A form's labels by wording, longest first, so that «họ, chữ đệm, tên người mẹ» goes before «họ, chữ đệm, tên»."""

    def __init__(self, labels: Sequence[Label]) -> None:
        by_key: dict[str, list[Label]] = {}
        for label in labels:
            for key in label.keys:
                by_key.setdefault(key, []).append(label)
        self.entries = sorted(((key, tuple(of_key)) for key, of_key in by_key.items()), key=lambda e: -len(e[0]))
        self.longest = max((len(key) for key, _ in self.entries), default=0)

    def match(
        self, pieces: Sequence[Piece], start: int, *, exact: bool
    ) -> Iterator[tuple[tuple[Label, ...], int, int, int]]:
        """Labels at a piece: those of one wording, the wording's length, the end piece, edits; best first."""
        ends = [] if pieces[start].key.isdigit() else list(_runs(pieces, start, self.longest + 4))
        found = []
        for key, labels in self.entries:
            limit = 0 if exact or len(key) < 6 else 1 + (len(key) - 6) // 8
            for text, end in ends:
                if abs(len(text) - len(key)) <= limit and (edits := distance(text, key, limit)) <= limit:
                    found.append((len(key) - 3 * edits, labels, len(key), end, edits))
        for _, labels, length, end, edits in sorted(found, key=lambda f: -f[0]):
            yield labels, length, end, edits


def _runs(pieces: Sequence[Piece], start: int, longest: int) -> Iterator[tuple[str, int]]:
    text = ""
    for index in range(start, len(pieces)):
        key = pieces[index].key
        text += key.lstrip("0123456789") if index == start and not key.isdigit() else key
        if len(text) > longest:
            return
        if text:
            yield text, index + 1
        if pieces[index].text.endswith(":"):
            return


def marks_in(segment: Segment, table: Wordings, *, start: int = 0, colon_follows: bool = False) -> Iterator[Mark]:
    """Labels on a segment from piece `start` on. `colon_follows`: the next segment of its row begins with a colon."""
    pieces, index = segment.pieces, start
    wide = _wide_gap(segment)
    fresh = True  # at the start of the segment, or after punctuation or a gap
    while index < len(pieces):
        if fresh and _is_numbering(pieces, index):
            index += 1
            continue
        mark = _mark_at(segment, index, table, fresh=fresh, colon_follows=colon_follows)
        if mark:
            yield mark
            index, fresh = mark.end, True
            continue
        last = pieces[index]
        index += 1
        apart = index < len(pieces) and pieces[index].box.x0 - last.box.x1 > wide
        fresh = apart or last.text.endswith((",", ";", ".", ")"))


def _wide_gap(segment: Segment) -> float:
    """From how many pixels on a gap within a segment parts two things: wider than its usual spaces."""
    gaps = sorted(b.box.x0 - a.box.x1 for a, b in pairwise(segment.pieces))
    usual = gaps[len(gaps) // 2] if gaps else 0
    return max(0.55 * segment.height, 1.8 * usual)


def _mark_at(segment: Segment, index: int, table: Wordings, *, fresh: bool, colon_follows: bool) -> Mark | None:
    for labels, length, end, edits in table.match(segment.pieces, index, exact=not fresh):
        after, colon = _tail(segment.pieces, end)
        if not colon and after < len(segment.pieces) and segment.pieces[after].glued:
            continue
        colon = colon or (colon_follows and after >= len(segment.pieces))
        if colon or (fresh and edits <= 1 and _stands_without_colon(segment, index, end, after, labels[0], length)):
            return Mark(labels[0], segment, index, after, edits, colon, choices=labels)
    return None


def _stands_without_colon(segment: Segment, index: int, end: int, after: int, label: Label, length: int) -> bool:
    """Without a colon a label must be long or made for it, and stand where labels stand: first on its segment, or all of it."""
    if length < _SHORT and not _is_spelled(segment.pieces[index:end], label):
        return False  # `Võ Thị Sáu` is no `Vợ`
    first = all(_is_numbering(segment.pieces, i) for i in range(index))
    if after < len(segment.pieces):
        return (label.bare or (first and length >= 8)) and not segment.text.startswith("(")
    alone = first and length >= 5 and _is_spelled(segment.pieces[index:end], label)
    return (length >= 8 or label.bare or alone) and segment.text[-1] not in ";.,"


def wrapped_marks(segment: Segment, own: Sequence[Mark], table: Wordings, sheet: Sheet) -> list[tuple[Mark, int]]:
    """A label whose last words stand in the segment below its first: its marks, and how many pieces of the other line are its."""
    start = 0
    if own:
        start = own[-1].end if own[-1].colon else own[-1].start
    while start < len(segment.pieces) - 1 and _is_numbering(segment.pieces, start):
        start += 1
    text = "".join(piece.key for piece in segment.pieces[start:])
    if len(text) < 7 or segment.text.rstrip().endswith(":"):
        return []
    below = (
        _straight_below(segment, segment.pieces[start].box.x0, sheet)
        if any(k.startswith(text) and k != text for k, _ in table.entries)
        else None
    )
    if below is None:
        return []
    for key, labels in table.entries:
        label, rest = labels[0], key[len(text) :]
        if key.startswith(text) and rest:
            for got, end in _runs(below.pieces, 0, len(rest)):
                if got == rest:
                    after, colon = _tail(below.pieces, end)
                    if after < len(below.pieces) and not colon and not label.bare:
                        continue
                    whole = after >= len(below.pieces)
                    first = Mark(
                        label if whole else _CUT_LABEL,
                        segment,
                        start,
                        len(segment.pieces),
                        0,
                        colon,
                        absorbed=below.number,
                        choices=labels if whole else (),
                    )
                    return (
                        [(first, after)]
                        if whole
                        else [
                            (first, 0),
                            (Mark(label, below, 0, after, 0, colon, absorbed=below.number, choices=labels), after),
                        ]
                    )
    return []


_CUT_LABEL = Label("", ())
_ROMAN = re.compile(r"[IVX]{1,4}")


def _straight_below(segment: Segment, x: int, sheet: Sheet) -> Segment | None:
    page = sheet.page_of(segment)
    for row in page.rows[segment.row + 1 : segment.row + 2]:
        for other in row:
            if abs(other.box.x0 - x) < 1.5 * segment.height and other.y - segment.y < 2.5 * segment.height + 12:
                return other
    return None


def _is_spelled(pieces: Sequence[Piece], label: Label) -> bool:
    """Whether a short label without a colon has its own letters: `Giới`, not `Giỏi`."""
    return letters(" ".join(piece.text for piece in pieces)) in {letters(name) for name in label.names}


def _is_numbering(pieces: Sequence[Piece], index: int) -> bool:
    """`1.`, `a)`, `-`, `*`, `II.` before a label."""
    text = pieces[index].text
    if not pieces[index].key:
        return text not in {":", "/"}
    if _ROMAN.fullmatch(text) and index + 1 < len(pieces):  # `II THÔNG TIN`, its stop unread
        return index == 0 and is_upper(pieces[index + 1].text)
    return (
        len(pieces[index].key) <= 4
        and text.endswith((".", ")"))
        and not text.startswith("(")
        and index + 1 < len(pieces)
    )


def _tail(pieces: Sequence[Piece], end: int) -> tuple[int, bool]:
    """Past what belongs to a label after its words: `(chữ in hoa)`, `/ Full name`, the colon; and whether there is one."""
    if _is_colon(pieces, end - 1):
        return end, True
    if end < len(pieces) and pieces[end - 1].text.endswith("/"):  # `Dân tộc/ Ethnicity:`
        return _past_other_half(pieces, end, end)
    index = _past_brackets(pieces, end)
    if index > end and (_is_colon(pieces, index - 1) or index == len(pieces)):
        return index, _is_colon(pieces, index - 1)
    if index < len(pieces) and pieces[index].text.startswith("/"):
        return _past_other_half(pieces, index, end)
    if index < len(pieces) and pieces[index].text in {":", ";"}:
        return index + 1, True
    return end, False


def _is_colon(pieces: Sequence[Piece], index: int) -> bool:
    return pieces[index].text.endswith(":")


def _past_brackets(pieces: Sequence[Piece], index: int) -> int:
    if index < len(pieces) and pieces[index].text.startswith("("):
        for closing in range(index, min(index + 12, len(pieces))):
            if ")" in pieces[closing].text:
                return closing + 1
    return index


def _past_other_half(pieces: Sequence[Piece], index: int, end: int) -> tuple[int, bool]:
    """Past the English half up to its colon. A Vietnamese word after the slash is none (`thường trú/tạm trú`)."""
    for colon in range(index, min(index + 10, len(pieces))):
        if fold(pieces[colon].text) != pieces[colon].text.casefold():
            return (end, False) if colon == index else (_past_english(pieces, index), True)
        if _is_colon(pieces, colon):
            return colon + 1, True
    return _past_english(pieces, index), True


def _past_english(pieces: Sequence[Piece], index: int) -> int:
    """A bilingual label whose colon is unread ends where Vietnamese letters, capitals or digits begin."""
    for at in range(index + 1, len(pieces)):
        text = pieces[at].text
        if is_upper(text) or text[:1].isdigit() or fold(text) != text.casefold():
            return at
    return len(pieces)
