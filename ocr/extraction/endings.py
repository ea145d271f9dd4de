"""Does a value end where it was cut? Figures for the evidence on it: what Vietnamese would say next, and what stands next on paper.

`Làm thủ tục đăng ký kết` wants a word more, whatever field it is; `hôn` at the start of the line below is that word, and a line
that ends at the edge of its column was broken because the next word had no room. None of it knows a label or a form.
"""

import re
import statistics
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from ocr.extraction.evidence import Evidence, kind_of
from ocr.extraction.findings import Finding
from ocr.extraction.form import Draft
from ocr.extraction.sheet import Piece, Segment
from ocr.language.model import language

_MOST = 8.0  # natural logarithm: words that are met together more often than e⁸ times by chance count as this
_NEAR = 1.2  # heights: so far apart may two lines of one column begin
_NEXT_LINE, _LINE_OUT = 1.45, 1.75  # line steps: a line below is the next one, a line is missing between two
_OFF_CENTRE = 0.8  # heights: the body's lines are indented by more than twice this at their left
_FULL = 2.0  # heights: what is left of a line in which the next word had no room


def endings(draft: Draft, findings: Mapping[str, Finding]) -> dict[str, Evidence]:
    """`onward`, `goes_on`, `full`, `full_on` and `echo` of every finding that ends in a word; `breaks_off` of prose without a label."""
    scene = _Scene(draft, findings)
    prose = {key for key in findings if kind_of(key) == "text"}
    return {
        key: {**scene.of(finding), **({"breaks_off": scene.breaks_off(finding)} if key in prose else {})}
        for key, finding in findings.items()
    }


class _Scene:
    """What is the same for all findings of a document."""

    def __init__(self, draft: Draft, findings: Mapping[str, Finding]) -> None:
        self.sheet = draft.sheet
        self.at = {
            id(piece): (segment, number)
            for segment in draft.sheet.segments
            for number, piece in enumerate(segment.pieces)
        }
        self.taken = {id(piece) for finding in findings.values() for piece in finding.pieces}
        self.left: dict[int, int] = {}
        for mark in draft.marks:
            pieces = mark.segment.pieces[mark.start : mark.end]
            self.taken.update(map(id, pieces))
        for labelled in draft.labelled:
            for piece in labelled.pieces:
                self.left.setdefault(id(piece), labelled.mark.x)
        if draft.title:
            self.taken.update(map(id, draft.title.pieces))

    def of(self, finding: Finding) -> Evidence:
        """The figures of one finding."""
        pieces, words = finding.pieces, finding.value.split()
        if not pieces or not words or id(pieces[-1]) not in self.at or not words[-1][-1:].isalpha():
            return {}
        model = language()
        numbers = [number for word in words[-2:] for number in model.numbers(word)]
        after = [model.numbers(piece.text)[:1] for piece in self._after(pieces)]
        full = self._full(pieces)
        goes_on = max((model.attraction(numbers, next_) for next_ in after), default=0.0)
        return {
            "onward": model.onward(numbers),
            "goes_on": min(max(0.0, goes_on), _MOST) / _MOST,
            "full": full,
            "full_on": full * bool(after),
            "echo": float(any(one.casefold() == two.casefold() for one, two in pairwise(words))),
        }

    def breaks_off(self, finding: Finding) -> float:
        """1 where text found by its place (a subject) begins small, leaves out a line, takes in the body, or goes on right below.

        A subject's lines are centred on each other (NĐ 30/2020, phụ lục I); one that begins with a capital and is not is the body's.
        """
        pieces = finding.pieces
        if not pieces or id(pieces[0]) in self.left or any(id(piece) not in self.at for piece in pieces):
            return 0.0
        lines = list(dict.fromkeys(map(self._row_of, pieces)))
        last, _ = self.at[id(pieces[-1])]
        page = self.sheet.page_of(last)
        step = max(page.line_step, 1.2 * last.height)
        tops = [page.rows[row][0].y for number, row in lines if number == page.number]
        left_out = any(after - before > _LINE_OUT * step for before, after in pairwise(tops))
        x0, x1 = min(piece.box.x0 for piece in pieces), max(piece.box.x1 for piece in pieces)
        below = (segment for row in page.rows[last.row + 1 : last.row + 3] for segment in row)
        goes_on = any(
            0.5 * last.height < other.y - last.y < _NEXT_LINE * step
            and x0 < other.box.centre[0] < x1
            and re.sub(r"^\W+", "", other.text)[:1].islower()
            and id(other.pieces[0]) not in self.taken
            for other in below
        )
        return float(finding.value[:1].islower() or left_out or goes_on or self._runs_on(pieces, lines))

    def _runs_on(self, pieces: Sequence[Piece], lines: Sequence[tuple[int, int]]) -> bool:
        """Whether a line after the first begins with a capital and is not centred on it."""
        rows = [[piece for piece in pieces if self._row_of(piece) == line] for line in lines]
        middles = [(row[0].box.x0 + row[-1].box.x1) / 2 for row in rows]
        return any(
            row[0].text[:1].isupper() and abs(middle - middles[0]) > _OFF_CENTRE * row[0].box.height
            for row, middle in zip(rows[1:], middles[1:], strict=True)
        )

    def _row_of(self, piece: Piece) -> tuple[int, int]:
        segment, _ = self.at[id(piece)]
        return segment.page, segment.row

    def _after(self, pieces: Sequence[Piece]) -> Iterator[Piece]:
        """The word behind the last one, and the first words of lines below that may go on with it, unless something has them."""
        segment, number = self.at[id(pieces[-1])]
        if number + 1 < len(segment.pieces):
            if id(segment.pieces[number + 1]) not in self.taken:
                yield segment.pieces[number + 1]
            return
        height = max(1, pieces[-1].box.height)
        page = self.sheet.page_of(segment)
        first = next(piece for piece in pieces if piece.page == segment.page)
        starts = [first.box.x0, segment.box.x0, self.left.get(id(pieces[0]), first.box.x0), page.left]
        for row in page.rows[segment.row + 1 : segment.row + 3]:
            for other in row:
                drop = other.y - segment.y
                near = any(abs(other.box.x0 - start) < _NEAR * height for start in starts)
                if near and 0.6 * height < drop < 2.6 * height and id(other.pieces[0]) not in self.taken:
                    yield other.pieces[0]

    def _full(self, pieces: Sequence[Piece]) -> float:
        """1 where the last word ends at the edge of its column, less the more room is left: one line's height is half."""
        segment, number = self.at[id(pieces[-1])]
        if number + 1 < len(segment.pieces):
            return 0.0
        page, height = self.sheet.page_of(segment), max(1, pieces[-1].box.height)
        edge = min([page.right, *self._columns(segment, height)])
        room = (edge - pieces[-1].box.x1) / height
        return max(0.0, 1 - max(0.0, room) / _FULL)

    def _columns(self, segment: Segment, height: int) -> Iterator[float]:
        """Where the column of a segment ends: where the next one of its row begins, where others that begin with it end."""
        page = self.sheet.page_of(segment)
        row = page.rows[segment.row]
        yield from (other.box.x0 - 0.6 * height for other in row if other.box.x0 > segment.box.x1)
        near = [
            other.box.x1
            for rows in page.rows[max(0, segment.row - 4) : segment.row + 5]
            for other in rows
            if abs(other.box.x0 - segment.box.x0) < 0.5 * height
        ]
        if len(near) > 2:
            yield max(statistics.quantiles(near, n=4)[-1], segment.box.x1)
