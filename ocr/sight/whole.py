"""A prepared page as one picture for readers that find their lines themselves, and what they saw as lines of a transcript."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

import cv2
import numpy as np

from khoso.kernel.transcript import Line, Word
from ocr.sight import pixels as px
from ocr.sight.lines import LEADER
from ocr.sight.page import Prepared
from ocr.sight.pixels import Pixels, as_pixels
from ocr.sight.strips import HEIGHT, Affine, Strip
from ocr.sight.words import Said, cleaned, is_noise
from ocr.upright import levelled

_DPI = 300.0  # a coarser page is enlarged to this
_MOST_LARGER = 3.0
_MOST_PIXELS = 64_000_000  # a larger page is reduced: the program needs about ten bytes for each
_LEVEL = 0.3  # degrees of skew that do no harm
_COLUMNS = 12  # of the program's table
_WORD = "5"  # level of its rows that are words


@dataclass(frozen=True, slots=True)
class Seen:
    """One word of a whole-page reader: `said.x0`–`x1` and `y0`–`y1` in pixels of the picture, and which line it is in."""

    said: Said
    y0: float
    y1: float
    line: tuple[int, int, int]


def whole(page: Prepared) -> tuple[Pixels, Affine, float]:
    """A level grey picture of the page without leaders, at a resolution made for reading; the map from its continuous
    coordinates to those of the page image; its dpi.
    """
    grey = _without_leaders(page)
    to_page: Affine = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    if abs(page.skew) > _LEVEL:
        grey, to_page = levelled(grey, page.skew)
    zoom = min(max(1.0, _DPI / page.dpi if page.dpi < 0.7 * _DPI else 1.0), _MOST_LARGER)
    zoom = min(zoom, float(np.sqrt(_MOST_PIXELS / grey.size)))
    to_page = to_page.copy()
    to_page[:, :2] /= zoom
    return px.scaled(grey, zoom), to_page, page.dpi * zoom


def _without_leaders(page: Prepared) -> Pixels:
    dots = np.concatenate(([False], page.found.owner == LEADER)).view(np.uint8)
    if not dots.any():
        return page.grey
    mask = cv2.dilate(dots[page.blobs.labels], np.ones((3, 3), np.uint8))
    pixel = page.to_page.copy()
    pixel[:, 2] += page.to_page[:, :2] @ np.array([0.5, 0.5]) - 0.5
    there = cv2.warpAffine(as_pixels(mask), pixel, (page.width, page.height), flags=cv2.INTER_NEAREST)
    grey = page.grey.copy()
    grey[there > 0] = np.percentile(grey[::16, ::16], 75)
    return grey


def stacked(strips: Sequence[Strip]) -> Pixels:
    """Strips under each other with white between."""
    width = max(strip.pixels.shape[1] for strip in strips) + HEIGHT
    out = np.full(((len(strips) * 3 + 1) * HEIGHT // 2, width), 255, np.uint8)
    for number, strip in enumerate(strips):
        top = HEIGHT // 2 + number * 3 * HEIGHT // 2
        out[top : top + HEIGHT, HEIGHT // 2 : HEIGHT // 2 + strip.pixels.shape[1]] = strip.pixels
    return out


def words_of_table(table: str) -> list[Seen]:
    """Words of the table (TSV) the program writes: level, page, block, paragraph, line, word, left, top, width, height,
    confidence, text.
    """
    out = []
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) != _COLUMNS or cells[0] != _WORD:
            continue
        block, paragraph, line = int(cells[2]), int(cells[3]), int(cells[4])
        left, top, width, height = (float(cell) for cell in cells[6:10])
        said = cleaned(Said(cells[11], left, left + width, float(cells[10]) / 100))
        if said.text:
            out.append(Seen(said, top, top + height, (block, paragraph, line)))
    return out


def lines_of_layout(
    seen: Sequence[Seen],
    page: Prepared,
    to_page: Affine,
    engine: str,
    judged: Callable[[Sequence[Said]], Sequence[Said]],
) -> tuple[Line, ...]:
    """Lines as the reader grouped and ordered its words, without noise.

    Args:
        judged: the words of a line as they are believed: with true confidences, some perhaps parted.
    """
    out = []
    for (block, _, _), group in groupby(seen, key=lambda word: word.line):
        words = list(group)
        if is_noise([word.said for word in words]):
            continue
        placed = []
        for said in judged([word.said for word in words]):
            whole = next((word for word in words if word.said.x1 > (said.x0 + said.x1) / 2), words[-1])
            placed.append(Word(said.text, page.around(to_page, said.x0, whole.y0, said.x1, whole.y1), said.confidence))
        out.append(Line(tuple(placed), engine, block))
    return tuple(out)
