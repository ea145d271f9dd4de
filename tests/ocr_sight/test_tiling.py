"""Drawings are read in tiles: nothing lost or said twice at their borders, boxes in the frame of the page."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from khoso.kernel.transcript import Box, Line, Transcript, Word
from ocr.tiling import read_large, stored_box, upright_box
from pages.helper import Helper
from pages.ports import PageImage

GREY = {"một": 10, "hai": 40, "ba": 70, "bốn": 100, "năm": 130}
NAMES = {level: name for name, level in GREY.items()}


class Reader:
    """Reads rectangles of known greys as words, whole or cut, row by row; turns every tile by `rotation`."""

    name = "rectangles-1"

    def __init__(self, rotation: int = 0, *, fails: bool = False) -> None:
        self.rotation, self.fails = rotation, fails
        self.largest = 0

    def read(self, page: PageImage, *, languages: tuple[str, ...] = ("vie",)) -> Transcript:
        pixels = cv2.imread(str(page.path), cv2.IMREAD_GRAYSCALE)
        assert pixels is not None
        assert (page.width, page.height) == pixels.shape[::-1]
        self.largest = max(self.largest, pixels.size)
        if self.fails:
            raise Refused(ReasonCode.TOO_SLOW, seconds=1)
        words = []
        for level, name in NAMES.items():
            _count, _labels, boxes, _ = cv2.connectedComponentsWithStats((pixels == level).astype(np.uint8))
            for x, y, wide, high, _area in boxes[1:].tolist():
                box = upright_box(Box(x, y, x + wide, y + high), self.rotation, page.width, page.height)
                words.append(Word(name, box, 0.9))
        rows: dict[int, list[Word]] = {}
        for word in sorted(words, key=lambda word: word.box.x0):
            rows.setdefault(word.box.y0 // 30, []).append(word)
        lines = tuple(Line(tuple(row), self.name) for _, row in sorted(rows.items()))
        size = (page.height, page.width) if self.rotation % 180 else (page.width, page.height)
        return Transcript(*size, page.dpi, lines, self.name, rotation=self.rotation)


@pytest.fixture
def drawing(tmp_path: Path) -> PageImage:
    """Words all over a sheet of 5000 × 4400, one line of them across the middle."""
    page = np.full((4400, 5000), 255, np.uint8)
    for number, x in enumerate(range(150, 4800, 240)):
        page[2180:2220, x : x + 200] = list(GREY.values())[number % 5]
    for x, y in ((100, 100), (4700, 100), (100, 4300), (4700, 4300), (2400, 1700), (2410, 3000)):
        page[y : y + 40, x : x + 200] = GREY["năm"]
    path = tmp_path / "drawing.png"
    cv2.imwrite(str(path), page)
    return PageImage(path, 5000, 4400, 300.0)


def test_each_word_is_read_once_and_a_line_across_the_sheet_is_one(drawing: PageImage, tmp_path: Path) -> None:
    reader = Reader()
    with Helper() as helper:
        read = read_large(drawing, engine=reader, helper=helper, folder=tmp_path)
    longest = max(read.lines, key=lambda line: len(line.words))
    assert [word.box.x0 for word in longest.words] == list(range(150, 4800, 240))
    assert sum(len(line.words) for line in read.lines) == len(longest.words) + 6
    assert {word.box.width for line in read.lines for word in line.words} == {200}
    assert reader.largest <= 3400 * 3400
    assert list(tmp_path.glob("tile-*")) == []


@pytest.mark.parametrize("rotation", [90, 180])
def test_boxes_stand_in_the_frame_of_the_upright_page(drawing: PageImage, tmp_path: Path, rotation: int) -> None:
    with Helper() as helper:
        read = read_large(drawing, engine=Reader(rotation), helper=helper, folder=tmp_path)
    assert read.rotation == rotation
    assert (read.width, read.height) == ((4400, 5000) if rotation % 180 else (5000, 4400))
    boxes = {stored_box(word.box, rotation, 5000, 4400) for line in read.lines for word in line.words}
    assert Box(2400, 1700, 2600, 1740) in boxes
    assert Box(4700, 4300, 4900, 4340) in boxes


def test_a_tile_that_cannot_be_read_is_no_gap_in_silence(drawing: PageImage, tmp_path: Path) -> None:
    with Helper() as helper, pytest.raises(Refused):
        read_large(drawing, engine=Reader(fails=True), helper=helper, folder=tmp_path)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_frames_lead_back(rotation: int) -> None:
    box = Box(10, 20, 110, 50)
    assert stored_box(upright_box(box, rotation, 800, 600), rotation, 800, 600) == box
