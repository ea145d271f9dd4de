"""Which field would these words be, by where they stand? A second opinion that knows no label: only what is around them.

Words before, above, behind and below a span, its shape and its place on the page come in as hashed figures; out goes how
likely each field of the form is, and `NOTHING`. Fitted on generated papers (`bench/situation.py`, `data/situation.npz`).
A field that is unlikely where the rules took it from, or likelier elsewhere, is less sure (`ocr.extraction.opinions`).
"""

import math
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from io import BytesIO
from typing import Any

import numpy as np

from ocr.extraction.dates import find_dates
from ocr.extraction.sheet import Piece, Segment, Sheet, joined
from ocr.extraction.text import is_upper
from ocr.extraction.titles import TitleFound, is_motto

BUCKETS = 4096
NOTHING = "-"
_LEAST = 1e-4

Numbers = np.ndarray[Any, np.dtype[np.float32]]


def _shape(word: str) -> str:
    """`79/GP-UBND` → `9/A-A`."""
    plain = "".join("9" if c.isdigit() else "A" if c.isupper() else "a" if c.isalpha() else c for c in word)
    return re.sub(r"(.)\1+", r"\1", plain)[:8]


class Surroundings:
    """A sheet prepared for asking what stands around a span of its pieces."""

    def __init__(self, sheet: Sheet, title: TitleFound | None) -> None:
        self.sheet = sheet
        self.at: dict[int, tuple[Segment, int]] = {
            id(piece): (segment, index) for segment in sheet.segments for index, piece in enumerate(segment.pieces)
        }
        self.title_row = title.segments[-1].row if title else -1
        self.mottos = [segment for segment in sheet.segments if is_motto(segment)]

    def figures(self, pieces: Sequence[Piece]) -> tuple[int, ...]:
        """The buckets of a span, each once, ascending; none for pieces of another sheet."""
        if not pieces or id(pieces[0]) not in self.at:
            return ()
        return tuple(sorted({zlib.crc32(figure.encode()) % BUCKETS for figure in self._told(pieces)}))

    def _told(self, pieces: Sequence[Piece]) -> Iterator[str]:
        segment, start = self.at[id(pieces[0])]
        last, end = self.at.get(id(pieces[-1]), (segment, start))
        page = self.sheet.page_of(segment)
        yield "always"
        yield from self._before(segment, start)
        yield from self._value(pieces)
        yield from self._after(last, end)
        rows = page.rows
        x0, x1 = pieces[0].box.x0, max(piece.box.x1 for piece in pieces)
        for step, name in ((-1, "above"), (-2, "higher"), (1, "below")):
            row = (segment if step < 0 else last).row + step
            if 0 <= row < len(rows):
                for other in rows[row]:
                    if other.box.x0 < x1 and x0 < other.box.x1 + page.line_height:
                        words = [piece.key for piece in other.pieces if piece.key]
                        yield from (f"{name}:{word}" for word in words[:7])
                        yield f"{name}!{' '.join(words[:2])}"
        yield from self._place(segment, page.width, page.height, len(rows))

    def _before(self, segment: Segment, start: int) -> Iterator[str]:
        words = [piece.key for piece in segment.pieces[:start] if piece.key]
        if len(words) < 3:  # a label in a column of its own
            row = self.sheet.row_of(segment)
            left = [other for other in row if other.number < segment.number]
            yield f"column:{min(len(left), 3)}"
            words = [p.key for other in left[-1:] for p in other.pieces if p.key] + words
        yield f"words before:{min(len(words), 5)}"
        tail = words[-6:]
        yield from (f"before:{word}" for word in tail)
        yield from (f"near:{word}" for word in tail[-2:])
        for n in (1, 2, 3, 4):
            if len(tail) >= n:
                yield f"before{n}:{' '.join(tail[-n:])}"
        glued = "".join(tail)[-14:]
        yield from (f"letters:{glued[i : i + 4]}" for i in range(max(0, len(glued) - 3)))

    def _value(self, pieces: Sequence[Piece]) -> Iterator[str]:
        text = joined(pieces)
        words = [piece.key for piece in pieces if piece.key]
        yield f"size:{min(len(words), 4) if len(words) < 5 else 5 + min(len(words) // 5, 4)}"
        yield f"upper:{is_upper(text)}"
        yield f"date:{bool(next(find_dates(text), None))}"
        yield from (f"shape{n}:{_shape(piece.text)}" for n, piece in enumerate(pieces[:3]))
        yield f"digits:{min(sum(c.isdigit() for c in text), 14)}"
        yield from (f"has:{word}" for word in words[:8] if not word.isdigit())
        if words:
            yield f"first:{words[0] if not words[0].isdigit() else 9}"
            yield f"last:{words[-1] if not words[-1].isdigit() else 9}"

    def _after(self, last: Segment, end: int) -> Iterator[str]:
        words = [piece.key for piece in last.pieces[end + 1 :] if piece.key]
        yield f"words after:{min(len(words), 3)}"
        yield from (f"after:{word}" for word in words[:3])
        yield f"stop:{last.pieces[end].text[-1:] if not last.pieces[end].text[-1:].isalnum() else ''}"

    def _place(self, segment: Segment, width: int, height: int, rows: int) -> Iterator[str]:
        x, y = segment.box.centre
        yield f"y:{int(8 * y / max(1, height))}"
        yield f"x:{int(4 * x / max(1, width))}"
        yield f"page:{min(segment.page, 3)}"
        yield f"end:{min(rows - segment.row, 6)}"
        if segment.page == 1 and self.title_row >= 0:
            yield f"title:{max(-4, min(6, segment.row - self.title_row))}"
        under = [motto for motto in self.mottos if motto.page == segment.page and motto.row < segment.row]
        yield f"motto:{min(segment.row - under[-1].row, 5) if under else 0}"


@dataclass(frozen=True)
class Opinion:
    """The fitted model: one row of weights for each bucket, one column for each of `fields`."""

    fields: tuple[str, ...]
    weights: Numbers

    @cached_property
    def column(self) -> Mapping[str, int]:
        return {field: number for number, field in enumerate(self.fields)}

    def chances(self, figures: Sequence[int], allowed: Numbers) -> Numbers:
        """How likely each field is; `allowed`: 0 for the fields the form has, a large negative number for the others."""
        odds = self.weights[list(figures)].sum(axis=0) + allowed
        odds = np.exp(odds - odds.max())
        return np.asarray(odds / odds.sum(), dtype=np.float32)

    def allowed(self, known: Callable[[str], bool]) -> Numbers:
        """The mask of a form that knows these fields."""
        return np.array([0.0 if f == NOTHING or known(f) else -60.0 for f in self.fields], dtype=np.float32)


@cache
def shipped() -> Opinion:
    """The fitted model."""
    data = files("ocr.extraction").joinpath("data", "situation.npz").read_bytes()
    with np.load(BytesIO(data)) as kept:
        return Opinion(
            tuple(str(field) for field in kept["fields"]), kept["weights"].astype(np.float32) * kept["scale"]
        )


def logarithm(chance: float) -> float:
    """Its logarithm, never less than one in ten thousand's."""
    return math.log(max(chance, _LEAST))
