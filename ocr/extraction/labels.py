"""Printed labels as anchors: which label stands where, and whom it speaks of.

Labels are compared without diacritics, spaces and punctuation, a few misread letters allowed. What their values are,
`reach` says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ocr.extraction.sheet import Page, Piece, Segment, Sheet
from ocr.extraction.text import distance, fold, is_upper, letters, squash
from ocr.extraction.values import Kind, name

SOMEONE = "*"
WITNESS = "~"


@dataclass(frozen=True)
class Label:
    """A printed label.

    Attributes:
        field: INTERFACE's name; `*` stands for the person last opened (`*.name`); `~` is a witness of the value before
            it («ghi bằng chữ»); "" for a label that only ends what stands before it.
        names: its wordings, as printed.
        kind: what its value is; None reads nothing.
        opens: the person (or thing) it begins to speak of.
        within: speaks only while one of these is open.
        wraps: its value may go on in the next rows.
        bare: may stand without a colon even when it is short.
        below: the value may stand below the label.
    """

    field: str
    names: tuple[str, ...]
    kind: Kind | None = None
    opens: str = ""
    within: tuple[str, ...] = ()
    wraps: bool = False
    bare: bool = False
    below: bool = True

    @property
    def of_person(self) -> bool:
        """Whether it begins to speak of a person (or a column of one)."""
        return bool(self.opens) and (self.kind is None or self.kind is name)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(squash(name) for name in self.names)


@dataclass(frozen=True)
class Mark:
    """A label found: pieces `start` to `end` (its tail and colon included) of a segment.

    `choices`: labels of the same wording, of which the person spoken of decides. `absorbed` is the number of the segment its other line stands in, when it wraps (`Nơi thường trú/tạm` / `trú`).
    """

    label: Label
    segment: Segment
    start: int
    end: int
    edits: int
    colon: bool
    who: str = ""
    absorbed: int = -1
    choices: tuple[Label, ...] = ()

    @property
    def x(self) -> int:
        return self.segment.pieces[self.start].box.x0

    @property
    def place(self) -> tuple[int, int, int]:
        return self.segment.page, self.segment.row, self.x

    @property
    def field(self) -> str:
        return self.label.field.replace(SOMEONE, self.who)


def find_marks(sheet: Sheet, labels: Sequence[Label], *, who: str, skip: frozenset[int] = frozenset()) -> list[Mark]:
    """All labels of a form on the sheet in reading order; `who` is spoken of before any label opens another.

    `skip`: numbers of segments that hold no labels (the title, the motto).
    """
    table = _Table(labels)
    marks: list[Mark] = []
    opened: list[Mark] = []
    absorbed: dict[int, int] = {}
    for segment in sheet.segments:
        if segment.number in skip:
            continue
        own = list(_marks_in(segment, table, start=absorbed.get(segment.number, 0)))
        for mark, rest in _wrapped_marks(segment, own, table, sheet):
            own.append(mark)
            absorbed[mark.absorbed] = max(rest, absorbed.get(mark.absorbed, 0))
        for mark in own:
            before = _open_at(mark, opened, sheet) or who
            label = next((c for c in mark.choices or (mark.label,) if not c.within or before in c.within), None)
            if label is None:
                continue
            placed = replace(mark, label=label, who=label.opens or before)
            marks.append(placed)
            if label.opens:
                opened.append(placed)
    return sorted(marks, key=lambda m: (m.segment.number, m.start))


class _Table:
    """Labels by key, longest first, so that «họ, chữ đệm, tên người mẹ» goes before «họ, chữ đệm, tên»."""

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
        ends = list(_runs(pieces, start, self.longest + 4))
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


def _marks_in(segment: Segment, table: _Table, *, start: int = 0) -> Iterator[Mark]:
    pieces, index = segment.pieces, start
    fresh = True  # at the start of the segment, or after punctuation or a gap
    while index < len(pieces):
        if fresh and _is_numbering(pieces, index):
            index += 1
            continue
        mark = _mark_at(segment, index, table, fresh=fresh)
        if mark:
            yield mark
            index, fresh = mark.end, True
            continue
        last = pieces[index]
        index += 1
        fresh = last.text.endswith((",", ";", ".", ")")) or (
            index < len(pieces) and pieces[index].box.x0 - last.box.x1 > 0.55 * segment.height
        )


def _mark_at(segment: Segment, index: int, table: _Table, *, fresh: bool) -> Mark | None:
    for labels, length, end, edits in table.match(segment.pieces, index, exact=not fresh):
        label = labels[0]
        after, colon = _tail(segment.pieces, end)
        if not colon and after < len(segment.pieces) and segment.pieces[after].glued:
            continue
        first = all(_is_numbering(segment.pieces, i) for i in range(index))
        # Without a colon a label must be long or made for it, and stand where labels stand.
        if colon:
            allowed = True
        elif after >= len(segment.pieces):
            allowed = (
                fresh
                and (
                    length >= 8
                    or label.bare
                    or (first and length >= 5 and _is_spelled(segment.pieces[index:end], label))
                )
                and segment.text[-1] not in ";.,"
            )
        else:
            allowed = fresh and (label.bare or (first and length >= 8)) and not segment.text.startswith("(")
        if allowed:
            return Mark(label, segment, index, after, edits, colon, choices=labels)
    return None


def _wrapped_marks(segment: Segment, own: Sequence[Mark], table: _Table, sheet: Sheet) -> list[tuple[Mark, int]]:
    """A label whose last words stand in the segment below its first: its marks, and how many pieces of the other line are its."""
    start = own[-1].end if own else 0
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
    return (
        len(pieces[index].key) <= 4
        and text.endswith((".", ")"))
        and not text.startswith("(")
        and index + 1 < len(pieces)
    )


def _tail(pieces: Sequence[Piece], end: int) -> tuple[int, bool]:
    """Past what belongs to a label after its words: `(chữ in hoa)`, `/ Full name`, the colon."""
    if pieces[end - 1].text.endswith(":"):
        return end, True
    if end < len(pieces) and pieces[end].text.startswith("/") and fold(pieces[end].text) != pieces[end].text.casefold():
        return end, False  # `thường trú/tạm trú`: the label goes on
    index = end
    if index < len(pieces) and pieces[index].text.startswith("("):
        for closing in range(index, min(index + 12, len(pieces))):
            if ")" in pieces[closing].text:
                index = closing + 1
                if pieces[closing].text.endswith(":"):
                    return index, True
                break
    if index < len(pieces) and pieces[index].text.startswith("/"):
        for colon in range(index, min(index + 10, len(pieces))):
            if fold(pieces[colon].text) != pieces[colon].text.casefold():
                break  # Vietnamese: no other half of a bilingual label
            if pieces[colon].text.endswith(":"):
                return colon + 1, True
        else:
            return _past_english(pieces, index), True
    if index < len(pieces) and pieces[index].text in {":", ";"}:
        return index + 1, True
    if index > end and pieces[index - 1].text.endswith(":"):
        return index, True
    return (index if index < len(pieces) and pieces[index - 1].text.endswith(":") else end), False


def _past_english(pieces: Sequence[Piece], index: int) -> int:
    """A bilingual label whose colon is unread ends where Vietnamese letters, capitals or digits begin."""
    for at in range(index + 1, len(pieces)):
        text = pieces[at].text
        if is_upper(text) or text[:1].isdigit() or fold(text) != text.casefold():
            return at
    return len(pieces)


def _open_at(mark: Mark, opened: Sequence[Mark], sheet: Sheet) -> str:
    """Whom a label speaks of: the last opened above it; where two were opened side by side, the one of its column."""
    candidates = [o for o in opened if o.place <= mark.place]
    if not candidates:
        return ""
    page = sheet.page_of(mark.segment)
    reach = 1.5 * page.line_height
    columns = {o.place for o in candidates if beside(o, opened, page)}
    fitting = [
        o for o in candidates if o.place not in columns or o.x <= mark.x + reach or o.segment.page < mark.segment.page
    ]
    return max(fitting or candidates, key=lambda o: _recency(o, columns)).who


def _recency(mark: Mark, columns: set[tuple[int, int, int]]) -> tuple[int, int, int]:
    page, row, x = mark.place
    if mark.place in columns:  # columns side by side count as one row
        row = min(p[1] for p in columns if p[0] == page and abs(p[1] - row) <= 3)
    return page, row, x


def beside(mark: Mark, opened: Sequence[Mark], page: Page) -> list[Mark]:
    """Those that open another person at the same height, in another column."""
    return [
        o
        for o in opened
        if o.who != mark.who
        and o.label.of_person
        and mark.label.of_person
        and o.segment.page == mark.segment.page
        and abs(o.segment.y - mark.segment.y) < 2.2 * page.line_step
        and abs(o.x - mark.x) > 0.15 * page.width
    ]
