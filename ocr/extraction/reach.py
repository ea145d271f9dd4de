"""How far a label's value goes: on its segment up to the next label, else to its right, else below; texts wrap within their column.

A row is cut into *cells*: a label with what follows it, or a segment without a label. A cell that stands right of a
label without a value is that label's; a cell below belongs to the cell above it that begins at its left edge or
before. Where two people stand side by side (wife | husband), no value crosses the fence between them; where they are
the heads of a table's columns, each row gives one value to each.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ocr.extraction import values, vocabulary
from ocr.extraction.labels import SOMEONE, Mark
from ocr.extraction.marking import beside, left_edge
from ocr.extraction.places import read_place
from ocr.extraction.sheet import Page, Piece, Segment, Sheet, joined
from ocr.extraction.text import fold, is_upper, squash

_DATE_LINE = re.compile(
    r"^[^,]{2,30},\s?n?g[a-z]{1,3}\W{0,2}(?:/\s?date\W{0,2})?\S{1,3}\W{0,2}\sth[a-z]{2,3}\b"
)  # place and date above a signature
_SPREAD = 3.0  # line heights between words of one value
_FAR = 8.0  # line heights between a label and what may rather be another column's
_FAR_LEFT = 4.0  # line heights
_SHORT_HALF = 8  # letters of a code's first half
_ASIDE = 6.0  # line heights from where a line ends: what begins further right in the row below is another column's
_REACH_BELOW, _REACH_WRAP = 2.2, 1.75  # in usual row distances


def _is_english(pieces: Sequence[Piece]) -> bool:
    """Whether words before a colon are a label's English half: `/ Address:`, `Date of birth:`."""
    words = [piece.text.strip("/':") for piece in pieces]
    return all(not word or (word.isascii() and word.isalpha()) for word in words) and any(len(w) > 2 for w in words)


@dataclass(frozen=True)
class Labelled:
    """A label with the pieces of its value. `how`: `beside`, `right` or `below` the label, or `wrapped` over rows."""

    mark: Mark
    pieces: tuple[Piece, ...]
    how: str

    @property
    def text(self) -> str:
        return joined(self.pieces)

    def without_english(self) -> "Labelled":
        """Without the label's English half, where a line break cut it off: `Quốc tịch /` above `Nationality: Việt Nam`."""
        cut = self.mark.segment.pieces[self.mark.end - 1].text.endswith("/")
        colon = next((i for i, piece in enumerate(self.pieces[:6]) if piece.text.endswith(":")), None)
        if colon is None or not (cut or (not self.mark.colon and _is_english(self.pieces[: colon + 1]))):
            return self
        return replace(self, pieces=self.pieces[colon + 1 :])


@dataclass(frozen=True, eq=False)
class _Cell:
    """Pieces `start` to `end` of a segment, `mark` the label they begin with."""

    segment: Segment
    start: int
    end: int
    mark: Mark | None
    left: int
    """Where the run of words it belongs to begins: labels within a sentence share its left edge."""

    @cached_property
    def value(self) -> tuple[Piece, ...]:
        return self.segment.pieces[self.mark.end if self.mark else self.start : self.end]

    @property
    def empty(self) -> bool:
        return not any(piece.key for piece in self.value)

    @cached_property
    def x0(self) -> int:
        return self.segment.pieces[self.start].box.x0

    @cached_property
    def x1(self) -> int:
        return self.segment.pieces[self.end - 1].box.x1


def _values(cells: Sequence[_Cell]) -> tuple[Piece, ...]:
    return tuple(piece for cell in cells for piece in cell.value)


def _lacks(mark: Mark, pieces: Sequence[Piece]) -> bool:
    """Whether the pieces hold no value of the label's kind."""
    return mark.label.kind is not None and mark.label.kind(joined(pieces)) is None


_ADDRESS = re.compile(r"(?:residence|home_town|address|birth_place|\.permanent|\.temporary|\.current|@site)$")


def _is_whole_address(text: str, below: _Cell) -> bool:
    """Whether an address has come to its province, so that the line below is no more of it."""
    if text.rstrip().endswith((",", "-")) or squash(joined(below.value)).startswith("vietnam"):
        return False
    found = read_place(text)
    last = found.known[-1] if found.known else (0, 0)
    unit = fold(found.text[slice(*last)])
    return (
        bool(found.province) and last[1] >= len(found.text.rstrip(" .;")) and unit.startswith(("tinh ", "thanh pho "))
    )


def _completes_address(text: str, below: _Cell) -> bool:
    """Whether an address without its province has it in the line below."""
    return not read_place(text).province and bool(read_place(f"{text} {joined(below.value)}").province)


_MOST_OF = 0.72  # of a column's right edge: a line that ends there may go on in small letters


def _ended_in_a_word(text: str) -> bool:
    return text[-1:].isalpha()


_UNITS = frozenset(["T.", "TP.", "TT.", "TX.", "H.", "Q.", "P.", "X."])  # of an address, shortened: no numbering
_QUESTION = re.compile(
    r"(?:\d{1,2}[.)]\s*|[a-zđ]\)\s*|[-+*]\s*)?([^\W\d]+(?:[,/]?\s[^\W\d]+){1,9})\s?(?:\([^()]*\)\s?)?:(?!\d)"
)


def _asks(cell: _Cell) -> bool:
    """Whether a line begins with a question no label is known for: `Tên giao dịch bằng tiếng nước ngoài: …`."""
    match = _QUESTION.match(joined(cell.value))
    words = match[1].split() if match else []
    return bool(words) and words[0][0].isupper() and sum(word.islower() for word in words[1:]) > 0.6 * len(words[1:])


def _goes_on_small(cell: _Cell) -> bool:
    """Whether a line goes on within a sentence: it begins with a word in small letters."""
    first = cell.segment.pieces[cell.start].text
    return first[:1].isalpha() and first.islower()


def _leads_into_label(cell: _Cell) -> bool:
    """Whether words without a stop run into a label on their segment: `Được quyền sử dụng | thửa đất:`."""
    pieces = cell.segment.pieces
    if cell.mark or cell.end >= len(pieces) or pieces[cell.end - 1].text.endswith((",", ";", ".", ")")):
        return False
    return pieces[cell.end].box.x0 - pieces[cell.end - 1].box.x1 < 0.75 * cell.segment.height


def _left_of_run(segment: Segment, start: int, before: Sequence[_Cell]) -> int:
    """The left edge of the run a label stands in: its own after a gap, else that of what it follows."""
    own = segment.pieces[start].box.x0
    if start and all(len(piece.key) <= 3 and piece.text.endswith((".", ")")) for piece in segment.pieces[:start]):
        return segment.pieces[0].box.x0  # `h) Nguồn gốc sử dụng đất: …` goes on below its `h)`
    if start == 0 or not before or before[-1].segment is not segment:
        return own
    gap = own - segment.pieces[start - 1].box.x1
    return own if gap > 0.75 * segment.height else before[-1].left


def values_of(sheet: Sheet, marks: Sequence[Mark]) -> Iterator[Labelled]:
    """The pieces that belong to each label that has a field, in reading order; labels without a value are passed over."""
    reach = _Reach(sheet, marks)
    for mark in marks:
        if mark.label.kind is None or not mark.label.field:
            continue
        for value in map(Labelled.without_english, reach.values(mark)):
            if any(piece.key for piece in value.pieces):
                yield from _dealt_out(value) if mark.together else (value,)
    for mark in marks:
        if mark.label.of_person and mark.label.kind is None:
            named = reach.named_at_heading(mark)
            if named:
                yield named


def _dealt_out(value: Labelled) -> Iterator[Labelled]:
    """The values of labels that share a colon, one for each; where their number differs, those that can be told by their looks."""
    parts: list[list[Piece]] = [[]]
    for piece in value.pieces:
        parts_here = piece.text in {"/", "-", "|", ";", ","}
        if piece.text.startswith("/") and len(piece.text) > 1:
            parts.append([])
        if not parts_here:
            parts[-1].append(piece)
        if parts_here or piece.text.endswith((",", ";")):
            parts.append([])
    parts = [part for part in parts if any(piece.key for piece in part)]
    labels = value.mark.together
    for index, label in enumerate(labels):
        if label.kind is None or not label.field:
            continue
        own = parts[index] if len(parts) == len(labels) else list(value.pieces)
        if len(parts) != len(labels) and label.kind not in _TOLD_BY_LOOKS:
            continue
        yield Labelled(replace(value.mark, label=label), tuple(own), value.how)


_DATES = (values.date_kind, values.full_date)
_BROKEN_DATE = re.compile(r"\bngay\b|\bthang\b|[/-]\s*$|^\W*\d{1,2}$")
_TOLD_BY_LOOKS = (values.date_kind, values.full_date, values.personal_id, values.sex)


class _Reach:
    """The cells of all rows, given the labels on them."""

    def __init__(self, sheet: Sheet, marks: Sequence[Mark]) -> None:
        self.sheet = sheet
        self.opened = [mark for mark in marks if mark.label.opens]
        self.absorbed = {mark.absorbed for mark in marks if mark.absorbed >= 0 and mark.label.kind} - {
            mark.segment.number for mark in marks
        }
        by_segment: dict[int, list[Mark]] = {}
        for mark in marks:
            by_segment.setdefault(mark.segment.number, []).append(mark)
        self.rows = {
            (page.number, index): self._cells(row, by_segment)
            for page in sheet.pages
            for index, row in enumerate(page.rows)
        }
        self.cell_of = {id(cell.mark): cell for row in self.rows.values() for cell in row if cell.mark}

    def _cells(self, row: Sequence[Segment], by_segment: dict[int, list[Mark]]) -> list[_Cell]:
        cells: list[_Cell] = []
        for segment in row:
            if segment.number in self.absorbed:
                continue
            own = by_segment.get(segment.number, [])
            starts = [mark.start for mark in own]
            if not own or starts[0] > 0:
                first = starts[0] if own else len(segment.pieces)
                if not own or any(p.key and len(p.key) > 2 for p in segment.pieces[:first]):
                    cells.append(_Cell(segment, 0, first, None, segment.box.x0))
            for mark, end in zip(own, [*starts[1:], len(segment.pieces)] if own else [], strict=True):
                cells.append(_Cell(segment, mark.start, end, mark, _left_of_run(segment, mark.start, cells)))
        return cells

    # What a label's value is

    def values(self, mark: Mark) -> Iterator[Labelled]:
        cell = self.cell_of[id(mark)]
        heads = self._heads(mark)
        if heads and cell.empty and mark.label.field.startswith(SOMEONE):
            yield from self._table_row(mark, cell, heads)
            return
        value = self._value(mark, cell)
        if value:
            yield value

    def named_at_heading(self, mark: Mark) -> Labelled | None:
        """The name that stands right after the heading of a person: `Bên ủy quyền: Bà Nguyễn Thị Mai Lan, sinh năm …`."""
        value = self.cell_of[id(mark)].value
        end = next(
            (i for i, piece in enumerate(value) if piece.text.endswith((",", ";")) or piece.text == "-"), len(value)
        )
        pieces = value[: end + 1]
        name = values.name(joined(pieces))
        words = name.value.split() if name else []
        if (
            not 2 <= len(words) <= 6
            or not all(word[0].isupper() for word in words)
            or not vocabulary.family_name(words[0])
        ):
            return None
        label = replace(mark.label, field=f"{mark.label.opens}.name", kind=values.name)
        return Labelled(replace(mark, label=label), pieces, "beside")

    def _value(self, mark: Mark, cell: _Cell) -> Labelled | None:
        fence = self._fence(mark)
        right = self._right_of(cell, fence) if cell.empty or self._is_label_tail(cell, mark) else None
        misplaced = right and mark.label.below and (_lacks(mark, right.value) or self._is_far(cell, right))
        if misplaced and self._fits_below(mark, cell, fence):
            right = None  # what stands beside it is another column's
        if right or not cell.empty:
            line = self._along(right or cell, mark, fence)
            label = [cell] if right else []
            lenient = _lacks(mark, _values(line))
            cells = [*line, *label]
            more = self._wrapped(cells, mark, fence, lenient=lenient) if mark.label.wraps else ()
            more = more or self._rest_of_date(cells, mark, fence) or self._rest_of_code(cells, mark, fence)
            how = "right" if right else "wrapped" if more else "beside"
            return Labelled(mark, (*_values(line), *more), how)
        if self._said_again(cell):
            return None
        below = self._next([cell], fence, _REACH_BELOW) if mark.label.below else None
        below = below or self._begun_at_margin(cell, mark, fence)
        if below is None or _asks(below) or self._continues(cell, below):
            return None
        line = self._along(below, mark, fence)
        more = self._wrapped(line, mark, fence) if mark.label.wraps else ()
        return Labelled(mark, (*_values(line), *more), "below")

    def _rest_of_date(self, cells: list[_Cell], mark: Mark, fence: float) -> tuple[Piece, ...]:
        """The line below a date broken off: `ngày 09 tháng` / `12 năm 1984`."""
        text = joined(_values(cells))
        if mark.label.kind not in _DATES or values.full_date(text) or not _BROKEN_DATE.search(fold(text)):
            return ()
        nxt = self._next(cells, fence, _REACH_WRAP)
        return nxt.value if nxt and values.full_date(f"{text} {joined(nxt.value)}") else ()

    def _rest_of_code(self, cells: list[_Cell], mark: Mark, fence: float) -> tuple[Piece, ...]:
        """The line below a number or code broken off, where only both are one: `Số hiệu: QM` / `061249`."""
        text = joined(_values(cells))
        kind = mark.label.kind
        if kind is None or not 1 <= len(squash(text)) <= _SHORT_HALF or kind(text) is not None:
            return ()
        nxt = self._next(cells, fence, _REACH_WRAP)
        whole = kind(f"{text} {joined(nxt.value)}") if nxt else None
        begun = whole is not None and whole.value[-1:].isdigit() and squash(whole.value).startswith(squash(text))
        return nxt.value if nxt and begun else ()

    def _is_label_tail(self, cell: _Cell, mark: Mark) -> bool:
        """Whether the words after a label still are the question: few, in small letters, the answer in the next column."""
        words = [piece.text for piece in cell.value]
        if mark.colon or not 1 <= len(words) <= 3 or not all(word.islower() and word.isalpha() for word in words):
            return False
        right = self._right_of(cell, self._fence(mark))
        return right is not None and right.x0 - cell.x1 > cell.segment.height

    def _at_margin(self, cell: _Cell, fence: float) -> _Cell | None:
        """The line below, begun at the margin and alone in its row, where a paragraph's last words go on."""
        row = self._row(cell)
        page = self.sheet.page_of(cell.segment)
        below = self.rows.get((cell.segment.page, cell.segment.row + 1), [])
        if cell is not row[-1] or len(below) != 1 or below[0].mark or fence < page.width - page.line_height:
            return None
        close = below[0].segment.y - cell.segment.y < _REACH_WRAP * max(page.line_step, 1.6 * cell.segment.height)
        return below[0] if close and below[0].x0 < row[0].x0 + cell.segment.height else None

    def _begun_at_margin(self, cell: _Cell, mark: Mark, fence: float) -> _Cell | None:
        """The value of a label that ends an indented line of a sentence, first on the line below: `…, quốc tịch:` / `Việt Nam.`"""
        row = self._row(cell)
        page = self.sheet.page_of(cell.segment)
        below = self.rows.get((cell.segment.page, cell.segment.row + 1), [])
        if cell is not row[-1] or cell.left >= cell.x0 or not below or below[0].mark or below[0].x0 >= row[0].x0:
            return None
        close = below[0].segment.y - cell.segment.y < _REACH_WRAP * max(page.line_step, 1.6 * cell.segment.height)
        full = cell.x1 > _MOST_OF * self._edge(cell, page, fence)
        alone = all(other.segment is below[0].segment for other in below)
        return below[0] if close and full and alone and not _lacks(mark, below[0].value) else None

    def _continues(self, cell: _Cell, below: _Cell) -> bool:
        """Whether the line below an empty label ends the address another label of its row has begun: it is that one's."""
        row = self._row(cell)
        last = next((i for i in range(len(row) - 1, -1, -1) if row[i].mark), 0)
        mark = row[last].mark
        if mark is None or row[last] is cell or not _ADDRESS.search(mark.label.field):
            return False
        return self._at_margin(row[-1], float("inf")) is below and _completes_address(
            joined(_values(row[last:])), below
        )

    def _said_again(self, cell: _Cell) -> bool:
        """Whether the next label follows at once, asks the same and has its value: `Thửa đất: Lô đất số 12`."""
        row = self._row(cell)
        after = row[row.index(cell) + 1 : row.index(cell) + 2]
        if cell.mark is None or not after:
            return False
        nxt = after[0]
        return nxt.mark is not None and nxt.mark.field == cell.mark.field and not nxt.empty

    def _is_far(self, cell: _Cell, right: _Cell) -> bool:
        return right.x0 - cell.x1 > _FAR * cell.segment.height and cell.mark is not None and cell.mark.colon

    def _fits_below(self, mark: Mark, cell: _Cell, fence: float) -> bool:
        below = self._next([cell], fence, _REACH_BELOW)
        return below is not None and not _lacks(mark, below.value)

    def _along(self, cell: _Cell, mark: Mark, fence: float) -> list[_Cell]:
        """The cell and those after it on its row that only a wide space parts from it (wide type, a line spread to the margin)."""
        line = [cell]
        if not mark.label.wraps:
            return line
        row = self._row(cell)
        for nxt in row[row.index(cell) + 1 :]:
            gap = nxt.x0 - line[-1].x1
            if (
                nxt.mark
                or _asks(nxt)
                or (_ADDRESS.search(mark.label.field) and _is_whole_address(joined(_values(line)), nxt))
                or nxt.x0 > fence
                or gap > _SPREAD * max(cell.segment.height, 30)
                or self._hangs_below_label(nxt)
                or self._in_column_of_another(nxt, mark)
            ):
                break
            line.append(nxt)
        return line

    def _in_column_of_another(self, cell: _Cell, mark: Mark) -> bool:
        """Whether a label right above or below the cell, flush with it in a column to the right, asks of somebody else:

        `Tên hộ kinh doanh: QUÁN CÀ | THANH KHUYÊN` below `… | Họ và tên chủ hộ: DƯƠNG`.
        """
        near = 0.4 * cell.segment.height
        rows = (self.rows.get((cell.segment.page, cell.segment.row + step), []) for step in (-1, 1))
        return any(c.mark and c.mark.who != mark.who and abs(c.x0 - cell.x0) < near for row in rows for c in row[1:])

    def _row(self, cell: _Cell) -> list[_Cell]:
        return self.rows[cell.segment.page, cell.segment.row]

    def _right_of(self, cell: _Cell, fence: float) -> _Cell | None:
        row = self._row(cell)
        index = row.index(cell)
        if index + 1 >= len(row) or row[index + 1].mark or row[index + 1].x0 > fence:
            return None
        right = row[index + 1]
        return None if self._hangs_below_label(right) else right

    def _hangs_below_label(self, cell: _Cell) -> bool:
        """Whether a label without a value stands straight above, so that the cell is rather that one's."""
        above = self.rows.get((cell.segment.page, cell.segment.row - 1), [])
        tolerance = 0.7 * cell.segment.height
        return any(
            c.mark
            and c.empty
            and c.mark.label.kind
            and c is above[-1]
            and (abs(c.x0 - cell.x0) < tolerance or self._spans(c, cell))
            for c in above
        )

    def _spans(self, above: _Cell, cell: _Cell) -> bool:
        """Whether a question reaches over a cell below it that stands far from what is to its left, as a value centred or set right does."""
        row = self._row(cell)
        left = row[row.index(cell) - 1] if row.index(cell) else None
        height = cell.segment.height
        inside = above.x0 <= cell.x0 and cell.x1 <= above.x1 + height
        return inside and left is not None and left.x1 < above.x0 + height and cell.x0 - left.x1 > _FAR_LEFT * height

    def _is_owned(self, cell: _Cell) -> bool:
        """Whether the cell is the value of a label to its left."""
        left = self._label_left_of(cell)
        if left is None or left.mark is None or cell.x0 > self._fence(left.mark) or self._hangs_below_label(cell):
            return False
        above = self.rows.get((cell.segment.page, cell.segment.row - 1), [])
        height = cell.segment.height
        return not any(c.mark and abs(c.left - cell.x0) < 0.5 * height and c.left > left.x0 + 4 * height for c in above)

    def _label_left_of(self, cell: _Cell) -> _Cell | None:
        """The labelled cell to the left that this one is beside: an empty one, or one only a wide space away."""
        row = self._row(cell)
        right = cell
        for left in reversed(row[: row.index(cell)]):
            near = right.x0 - left.x1 <= _SPREAD * max(cell.segment.height, 30)
            if left.mark:
                return left if left.empty or near else None
            if not near:
                return None
            right = left
        return None

    def _wrapped(self, cells: list[_Cell], mark: Mark, fence: float, *, lenient: bool = False) -> tuple[Piece, ...]:
        """Pieces of the rows a text goes on into: the line before must be full, or end in a comma or hyphen.

        `lenient`: what stands beside the label is no value yet (`Căn cước công dân` without its number), so go on anyway.
        """
        out: list[Piece] = []
        last = cells
        address = bool(_ADDRESS.search(mark.label.field))
        for _ in range(4):
            so_far = joined((*_values(cells), *out))
            nxt = self._next(last, fence, _REACH_WRAP)
            end = max(last, key=lambda c: c.x1 if c.mark is not mark or not c.empty else 0)
            if nxt is None:
                nxt = self._at_margin(max(last, key=lambda c: c.x1), fence)
                more = nxt and (_completes_address(so_far, nxt) if address else _goes_on_small(nxt))
                nxt = nxt if more else None
            if nxt is None or _asks(nxt):
                break
            if address and _is_whole_address(so_far, nxt):
                break
            goes_on = self._goes_on(end, nxt, fence) or (lenient and not out)
            if not goes_on and not (address and _completes_address(so_far, nxt)):
                break
            last = self._along(nxt, mark, fence)
            out.extend(_values(last))
        return tuple(out)

    def _next(self, cells: list[_Cell], fence: float, reach: float) -> _Cell | None:
        """The free cell below one of `cells`, in its column."""
        segment = cells[0].segment
        page = self.sheet.page_of(segment)
        for index in (segment.row + 1, segment.row + 2):
            below = self.rows.get((segment.page, index), [])
            if not below:
                continue
            if below[0].segment.y - segment.y > reach * max(
                min(page.line_step, 2.4 * page.line_height), 1.6 * segment.height
            ):
                return None
            end = max(cell.x1 for cell in cells)
            below = [c for c in below if c.mark or c.x0 < end + _ASIDE * segment.height]
            for candidate in below:
                if (
                    candidate.mark is None
                    and candidate.x0 <= fence
                    and self._above(candidate, self._row(cells[0])) in cells
                    and not self._is_owned(candidate)
                ):
                    return candidate
            if any(self._above(c, self._row(cells[0])) in cells for c in below):
                return None
        return None

    def _above(self, cell: _Cell, row: Sequence[_Cell]) -> _Cell | None:
        """The cell of a row above to which a cell below it belongs: one it stands straight under and that lacks a value, else by runs."""
        height = cell.segment.height
        for c in row:
            if c.mark and c.empty and abs(c.x0 - cell.x0) < 0.5 * height:
                return c
        left = [c for c in row if c.left <= cell.x0 + 1.2 * height]
        if not left:  # a first line may be indented
            if not row or row[0].left - cell.x0 >= 2.5 * height:
                return None
            return [c for c in row if c.left == row[0].left][-1]  # of a sentence's labels the last goes on below
        return max(left, key=lambda c: (c.left, c.x0))

    def _goes_on(self, last: _Cell, nxt: _Cell, fence: float) -> bool:
        first, text = nxt.segment.pieces[nxt.start], joined(nxt.value)
        numbered = len(first.key) <= 3 and first.text.endswith((".", ")")) and len(nxt.value) > 1
        numbered = numbered and first.text not in _UNITS
        if _leads_into_label(nxt) or _DATE_LINE.match(fold(text)) or text.startswith(("(", "-", "+", "*")) or numbered:
            return False
        tail = last.segment.pieces[last.end - 1]
        if len(tail.key) > 3 and tail.text.rstrip().endswith((".", ";")) and first.text[:1].isupper():
            return False
        if tail.text.rstrip().endswith((",", "-")):
            return True
        if is_upper(text) and not is_upper(joined(last.value)[-40:]):
            return False
        page = self.sheet.page_of(last.segment)
        edge = self._edge(last, page, fence)
        if first.text.isalpha() and first.text.islower() and _ended_in_a_word(tail.text) and last.x1 > _MOST_OF * edge:
            return True
        return last.x1 + first.box.width + 0.4 * last.segment.height > edge - 0.05 * page.width

    def _rows_of_block(self, cell: _Cell, page: Page) -> range:
        """Up to six rows above and below, as far as no wide gap parts them: the back of a card is no more of its front."""
        gap = 3.2 * max(page.line_step, 1.3 * cell.segment.height)
        first = last = cell.segment.row
        while first > max(0, cell.segment.row - 6) and page.rows[first][0].y - page.rows[first - 1][0].y < gap:
            first -= 1
        end = min(len(page.rows) - 1, cell.segment.row + 6)
        while last < end and page.rows[last + 1][0].y - page.rows[last][0].y < gap:
            last += 1
        return range(first, last + 1)

    def _edge(self, cell: _Cell, page: Page, fence: float) -> float:
        """Where lines of this column end: the column to its right or the fence, else the longest line near by."""
        row = self._row(cell)
        right = [c.x0 for c in row if c.x0 > cell.x1]
        least = cell.left - 3 * cell.segment.height
        reach = 7 * max(page.line_step, 2 * cell.segment.height)
        near = [
            c.x1
            for index in self._rows_of_block(cell, page)
            for c in self.rows.get((page.number, index), [])
            if least <= c.left < cell.x1 and abs(c.segment.y - cell.segment.y) < reach
        ]
        return min([*(x - page.line_height for x in right), fence, max(near, default=page.right), page.right])

    # People side by side

    def _fence(self, mark: Mark) -> float:
        """Where the next person's column begins, for a label of one of several side by side."""
        page = self.sheet.page_of(mark.segment)
        own = [o for o in self.opened if o.who == mark.who and o.place <= mark.place]
        if not own:
            return float(page.width)
        heads = beside(own[-1], self.opened, page)
        others = [left_edge(o, [own[-1], *heads], page) for o in heads if o.x > max(mark.x, own[-1].x)]
        return min((x for x in others if x > mark.x), default=page.width) - 0.5 * page.line_height

    def _heads(self, mark: Mark) -> list[Mark]:
        """The people at the head of a table's columns, where the label stands left of all of them."""
        above = [o for o in self.opened if o.segment.page == mark.segment.page and o.segment.row < mark.segment.row]
        row = self._row(self.cell_of[id(mark)])
        again = any(c.mark and c.mark is not mark and c.mark.label.field == mark.label.field for c in row)
        if not above or again:  # asked in each column for itself: no table
            return []
        page = self.sheet.page_of(mark.segment)
        last = above[-1]
        heads = sorted([last, *beside(last, above, page)], key=lambda o: o.x)
        if (
            len(heads) < 2
            or any(not self.cell_of[id(h)].empty for h in heads)
            or heads[0].x < mark.segment.box.x1 - page.line_height
        ):
            return []
        return heads if heads[0].segment.row == heads[-1].segment.row else []

    def _table_row(self, mark: Mark, cell: _Cell, heads: Sequence[Mark]) -> Iterator[Labelled]:
        """One value for each head: the cells right of the label and below them, until the next label in its column."""
        taken: dict[str, list[Piece]] = {head.who: [] for head in heads}
        edges = self._column_edges(heads)
        for piece in self._beside_and_below(mark, cell):
            column = sum(piece.box.centre[0] > edge for edge in edges)
            taken[heads[column].who].append(piece)
        for head in heads:
            yield Labelled(replace(mark, who=head.who), tuple(taken[head.who]), "right")

    def _column_edges(self, heads: Sequence[Mark]) -> list[float]:
        """Between which x the columns change: before the cells of rows that fill every column, else midway between the heads."""
        page = self.sheet.page_of(heads[0].segment)
        row = heads[0].segment.row
        filled = []
        for index in range(row + 1, min(row + 25, len(page.rows))):
            values = [c for c in self.rows.get((page.number, index), []) if c.mark is None and c.x1 > heads[0].x]
            if len(values) == len(heads):
                filled.append([c.x0 for c in values])
        edges = []
        for number in range(1, len(heads)):
            middle = (heads[number - 1].segment.box.centre[0] + heads[number].segment.box.centre[0]) / 2
            starts = [xs[number] for xs in filled if xs[number] > heads[number - 1].x + page.line_height]
            usual = sorted(starts)[len(starts) // 2] if starts else 0
            own = [x for x in starts if abs(x - usual) < 2 * page.line_height]  # not those of other rows below
            edges.append(min(own) - 0.3 * page.line_height if own else middle)
        return edges

    def _beside_and_below(self, mark: Mark, cell: _Cell) -> Iterator[Piece]:
        page = self.sheet.page_of(mark.segment)
        last = mark.segment.y
        for index in range(mark.segment.row, min(mark.segment.row + 5, len(page.rows))):
            row = self.rows.get((page.number, index), [])
            if index > mark.segment.row and (not row or row[0].mark or row[0].segment.y - last > 1.6 * page.line_step):
                return
            last = row[0].segment.y if row else last
            for other in row:
                if other is not cell and other.mark is None and other.x0 > mark.x:
                    yield from other.value
