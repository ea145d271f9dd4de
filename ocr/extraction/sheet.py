"""The pages of one document as rows of segments: transcripts come in, places on paper that belong together go out.

Readers disagree on what a line is: one joins two columns, another cuts a line at every gap. Here words are cut into
*segments* at wide gaps and gathered into *rows* by their height on the page (slant removed), so that everything that
follows sees the same shape whatever read the page.
"""

import re
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from khoso.kernel.transcript import Box, Code, Line, Transcript, Word, around
from ocr.extraction.dates import DateFound, find_dates
from ocr.extraction.text import clean, is_upper, squash

GAP = 1.0  # a gap wider than this many line heights parts two segments
_SPACE, _TOUCH = 0.4, 0.16  # line heights: no wider is the space between words, between letters
_SPREAD = 2.0  # spaces: in widely set lines (typewriters, lines spread to the margin) so much parts two segments
_WIDEST = 2.5  # line heights: wider gaps are none between words, as in a table's row of single words
_NOISE = re.compile(r"^[^\w]*$|^[_.…·]+$")
_LEADER = re.compile(
    r"^[^\w]*[.…·_]{3,}[^\w]*$|^(?=\W*[a-z]?([oceau])\1\1)\W*[oceausn]{7,}\W*$"
)  # dots, or dots read as letters
_CUT = re.compile(
    r"(?<=^\d\.)(?=[^\W\d_])|(?<=^\d\d\.)(?=[^\W\d_])|(?<=^[a-zđ]\))(?=[^\W\d_])"  # `1.Họ`, `a)Tên`
    r"|(?<=[,;])(?=\([^\W\d_])"  # `m²,(bằng chữ`
    r"|(?<=,)(?=ngày$)"  # `Đạ Tẻh 3,ngày`
    r"|(?<=[^\d\W]):(?=\S)|(?<=\)):(?=\S)|(?<=\d):(?=[^\W\d])|(?<=[^\W\d_])(?=/[^\W\d_])"
)
_KEPT_MARKS = frozenset("-:/+*()&;,'\"")


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, or what a colon or slash cuts off one.

    `glued`: no space stands before it. `apart`: its figures are no part of the print of their line. `other`: what the
    reader that was not followed read in its place.
    """

    text: str
    box: Box
    confidence: float
    engine: str
    page: int
    glued: bool = False
    apart: bool = False
    other: str = ""

    @property
    def key(self) -> str:
        return squash(self.text)


def joined(pieces: Iterable[Piece]) -> str:
    """The text of pieces as it stood on paper."""
    return "".join(("" if piece.glued else " ") + piece.text for piece in pieces).strip()


@dataclass(frozen=True)
class Segment:
    """Pieces of one row without a wide gap. `y` is the middle with the slant removed, `number` its place in the reading order."""

    pieces: tuple[Piece, ...]
    y: float
    row: int = 0
    number: int = 0

    @cached_property
    def text(self) -> str:
        return joined(self.pieces)

    @cached_property
    def key(self) -> str:
        return "".join(piece.key for piece in self.pieces)

    @cached_property
    def dates(self) -> tuple[DateFound, ...]:
        """The dates in its text."""
        return tuple(find_dates(self.text))

    @cached_property
    def lone(self) -> str:
        """Its key without an English half (`/ …`) or what follows in brackets."""
        return squash(self.text.split("/")[0].split("(")[0]) or self.key

    @cached_property
    def box(self) -> Box:
        return around([piece.box for piece in self.pieces])

    @cached_property
    def height(self) -> float:
        return statistics.median(piece.box.height for piece in self.pieces)

    @property
    def page(self) -> int:
        return self.pieces[0].page

    @cached_property
    def upper(self) -> bool:
        return is_upper(self.text)


@dataclass(frozen=True)
class Page:
    """One page: its rows from top to bottom, each row's segments from left to right; `slant`: rise of y per pixel of x."""

    number: int
    width: int
    height: int
    rows: tuple[tuple[Segment, ...], ...]
    slant: float = 0.0

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        return tuple(segment for row in self.rows for segment in row)

    @cached_property
    def left(self) -> int:
        return min((s.box.x0 for s in self.segments), default=0)

    @cached_property
    def right(self) -> int:
        """Where full lines end: the right edge that few segments pass."""
        edges = sorted(s.box.x1 for s in self.segments)
        return edges[len(edges) - 1 - int(0.03 * len(edges))] if edges else self.width

    @cached_property
    def line_height(self) -> float:
        return statistics.median([s.height for s in self.segments]) if self.segments else 40.0

    @cached_property
    def line_step(self) -> float:
        """The usual distance from row to row."""
        middles = [statistics.mean(s.y for s in row) for row in self.rows]
        steps = [b - a for a, b in pairwise(middles)]
        return statistics.median(steps) if steps else 2 * self.line_height


@dataclass(frozen=True)
class Sheet:
    """All pages of one document."""

    pages: tuple[Page, ...]
    engine: str = field(default="")
    codes: tuple[tuple[int, Code], ...] = ()
    """Machine-readable codes, each with its page."""

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        return tuple(segment for page in self.pages for segment in page.segments)

    def page_of(self, segment: Segment) -> Page:
        return self.pages[segment.page - 1]

    def row_of(self, segment: Segment) -> tuple[Segment, ...]:
        return self.page_of(segment).rows[segment.row]


def lay_out(transcripts: Sequence[Transcript]) -> Sheet:
    """Rows and segments of all pages; pages without words stay as empty pages."""
    engine = transcripts[0].engine if transcripts else ""
    pages, count = [], 0
    for number, transcript in enumerate(transcripts, 1):
        rows, count = _numbered(_cut_at_columns(_rows(_without_specks(list(_segments(transcript, number))))), count)
        pages.append(Page(number, transcript.width, transcript.height, rows, slant_of(transcript.lines)))
    codes = tuple((number, code) for number, page in enumerate(transcripts, 1) for code in page.codes)
    return Sheet(tuple(pages), engine, codes)


def _numbered(rows: list[list[Segment]], count: int) -> tuple[tuple[tuple[Segment, ...], ...], int]:
    done = []
    for index, row in enumerate(map(_whole, rows)):
        placed = []
        for segment in sorted(row, key=lambda s: s.box.x0):
            placed.append(replace(segment, row=index, number=count))
            count += 1
        done.append(tuple(placed))
    return tuple(done), count


def _segments(transcript: Transcript, page: int) -> Iterator[Segment]:
    slant = slant_of(transcript.lines)
    for line in transcript.lines:
        for words in _parted(line.words):
            pieces = tuple(piece for word in words for piece in _pieces(word, line.engine, page))
            if any(piece.key for piece in pieces):
                box = around([word.box for word in words])
                x, y = box.centre
                yield Segment(pieces, y - slant * x)


def _without_specks(segments: list[Segment]) -> list[Segment]:
    """Lone commas and specks read as a letter: one sign, less than half as high as the print."""
    if not segments:
        return []
    usual = statistics.median(s.height for s in segments)
    return [s for s in segments if len(s.key) > 1 or s.height > 0.45 * usual]


def _whole(row: list[Segment]) -> list[Segment]:
    """Segments of a row no further apart than words: what one look found in black and another in colour (`Số hiệu: C` `317279`)."""
    out: list[Segment] = []
    for segment in sorted(row, key=lambda s: s.box.x0):
        last = out[-1] if out else None
        gap = segment.box.x0 - last.box.x1 if last else 0
        if last is None or not -_TOUCH * last.height < gap < _SPACE * min(last.height, segment.height):
            out.append(segment)
            continue
        first, *rest = segment.pieces
        first = replace(first, glued=first.glued or gap < _TOUCH * last.height)
        out[-1] = replace(last, pieces=(*last.pieces, first, *rest))
    return out


def slant_of(lines: Sequence[Line]) -> float:
    """Rise of y per pixel of x, from long lines."""
    slopes = []
    for line in lines:
        words = [w for w in line.words if len(w.text) > 1]
        if len(words) >= 4 and words[-1].box.x0 - words[0].box.x0 > 400:
            third = max(1, len(words) // 3)
            first, last = around([w.box for w in words[:third]]), around([w.box for w in words[-third:]])
            slopes.append((last.centre[1] - first.centre[1]) / (last.centre[0] - first.centre[0]))
    return statistics.median(slopes) if slopes else 0.0


def _parted(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Words of a line cut at wide gaps; marks that are no writing (rules of tables, dot leaders) part and vanish."""
    height = statistics.median(w.box.height for w in words)
    spaces = sorted(gap for a, b in pairwise(words) if 0 < (gap := b.box.x0 - a.box.x1) < _WIDEST * height)
    wide = max(GAP * height, _SPREAD * spaces[len(spaces) // 2] if len(spaces) > 3 else 0)
    part: list[Word] = []
    for word in words if _in_order(words) else sorted(words, key=lambda w: w.box.x0):
        if _is_noise(word):
            continue
        if part and word.box.x0 - part[-1].box.x1 > wide:
            yield part
            part = []
        part.append(word)
    if part:
        yield part


def _in_order(words: Sequence[Word]) -> bool:
    """Whether the reader's order goes from left to right, but for boxes that a leader has stretched."""
    back = sum(b.box.x1 < a.box.x0 for a, b in pairwise(words))
    return back <= 1 + len(words) // 12


def _is_noise(word: Word) -> bool:
    if _LEADER.match(word.text):
        return True
    return bool(_NOISE.match(word.text)) and not set(word.text) <= _KEPT_MARKS


def _pieces(word: Word, engine: str, page: int) -> Iterator[Piece]:
    text = clean(word.text)
    cuts = [0, *(m.end() for m in _CUT.finditer(text)), len(text)]
    width = word.box.width / max(len(text), 1)
    for start, end in pairwise(cuts):
        if start < end:
            box = word.box._replace(x0=int(word.box.x0 + start * width), x1=int(word.box.x0 + end * width))
            apart = word.apart and any(char.isdigit() for char in text[start:end])
            yield Piece(
                text[start:end],
                box,
                word.confidence,
                engine,
                page,
                glued=start > 0,
                apart=apart,
                other=word.other if len(cuts) == 2 else "",
            )


def _rows(segments: list[Segment]) -> list[list[Segment]]:
    """Segments gathered by height: one joins a row when their middles lie within half a line of each other."""
    rows: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda s: s.y):
        row = rows[-1] if rows else None
        if row and (
            segment.y - statistics.mean(s.y for s in row)
            < 0.5 * min(segment.height, statistics.median(s.height for s in row))
            or _stands_beside(segment, row)
        ):
            row.append(segment)
        else:
            rows.append([segment])
    return rows


def _stands_beside(segment: Segment, row: Sequence[Segment]) -> bool:
    """Whether a cell set higher or lower in its ruled row (marks above capitals, tails below) still overlaps all of it."""
    top, foot = segment.y - segment.height / 2, segment.y + segment.height / 2
    for other in row:
        if segment.box.x0 < other.box.x1 and other.box.x0 < segment.box.x1:
            return False
        shared = min(foot, other.y + other.height / 2) - max(top, other.y - other.height / 2)
        if shared < 0.45 * min(segment.height, other.height):
            return False
    return True


def _cut_at_columns(rows: list[list[Segment]]) -> list[list[Segment]]:
    """Segments that run over into the next column of a table, cut where cells of neighbouring rows begin."""
    starts = [
        [s.box.x0 for s in row[1:]] if len(row) > 1 else []
        for row in (sorted(row, key=lambda s: s.box.x0) for row in rows)
    ]
    out = []
    for index, row in enumerate(rows):
        near = sorted(x for other in starts[max(0, index - 4) : index] + starts[index + 1 : index + 5] for x in other)
        out.append([part for segment in row for part in _cut(segment, near)])
    return out


def _cut(segment: Segment, starts: Sequence[int]) -> Iterator[Segment]:
    pieces, first = segment.pieces, 0
    for index in range(1, len(pieces)):
        gap = pieces[index].box.x0 - pieces[index - 1].box.x1
        if gap < 0.45 * segment.height:
            continue
        x = pieces[index].box.x0
        if sum(abs(x - start) < 0.25 * segment.height for start in starts) >= 2:
            yield replace(segment, pieces=pieces[first:index])
            first = index
    yield replace(segment, pieces=pieces[first:])
