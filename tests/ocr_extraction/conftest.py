"""Papers set in type for tests: rows of text come in, a Transcript with words, boxes and confidences goes out."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from khoso.kernel.transcript import Box, Line, Transcript, Word
from ocr.extraction import extract
from ocr.ports import Field

WIDTH, HEIGHT = 2480, 3508
LETTER, TALL, STEP, LEFT = 21, 46, 80, 250

Cell = tuple[int, str]
Row = str | Sequence[Cell]
Typeset = Callable[..., Transcript]
Read = Callable[[list[Any]], dict[str, Field]]
HOME = "Thôn 3, xã Hàm Thắng, huyện Hàm Thuận Bắc, tỉnh Bình Thuận"


def words_of(cell: Cell, y: int, confidence: float) -> list[Word]:
    x, words = cell[0], []
    for part in cell[1].split():
        text, _, percent = part.partition("`")  # `Hinh`40` is read with confidence 0.40
        sure = int(percent) / 100 if percent else confidence
        words.append(Word(text, Box(x, y, x + LETTER * len(text), y + TALL), sure))
        x += LETTER * (len(text) + 1) - 6
    return words


def centred(text: str, middle: int = WIDTH // 2) -> Cell:
    return middle - (LETTER * len(text)) // 2, text


@pytest.fixture
def typeset() -> Typeset:
    """`typeset(rows)`: a row is a text at the left margin (`^` before it: centred), or cells `(x, text)`; "" skips a row."""

    def make(rows: Sequence[Row], *, confidence: float = 0.96, engine: str = "test-1") -> Transcript:
        lines = []
        for number, row in enumerate(rows):
            if isinstance(row, str):
                cells: Sequence[Cell] = [centred(row[1:]) if row.startswith("^") else (LEFT, row)] if row else []
            else:
                cells = row
            words = [word for cell in cells for word in words_of(cell, 180 + STEP * number, confidence)]
            if words:
                lines.append(Line(tuple(words), engine))
        return Transcript(WIDTH, HEIGHT, 300.0, tuple(lines), engine)

    return make


def head(office: Sequence[str], number: str, place_and_date: str) -> list[Row]:
    """A letterhead: offices and number left; motto, place and date right."""
    right = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", place_and_date]
    left = [*office, number]
    rows: list[Row] = []
    for index in range(max(len(left), len(right))):
        cells = [centred(left[index], 620)] if index < len(left) and left[index] else []
        cells += [centred(right[index], 1720)] if index < len(right) and right[index] else []
        rows.append(cells)
    return rows


@pytest.fixture
def letterhead() -> Callable[..., list[Row]]:
    return head


MOTTO: list[Row] = ["^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "^Độc lập - Tự do - Hạnh phúc", ""]


@pytest.fixture
def motto() -> list[Row]:
    return list(MOTTO)


@pytest.fixture
def read(typeset: Typeset, motto: list[Any]) -> Read:
    """The fields of a paper of these rows, under the country's name and motto."""
    return lambda rows: dict(extract([typeset([*motto, *rows])]).fields)


def values_of(fields: dict[str, Field], *keys: str) -> list[str | None]:
    return [fields[key].value if key in fields else None for key in keys]
