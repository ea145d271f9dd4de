"""Drawings and maps read in tiles: a page image too large to be read at once comes in; one transcript goes out.

Tiles overlap, so that a word cut at the edge of one stands whole in its neighbour: each word is taken from the tile in
whose core its middle lies. Tiles find for themselves which way up their lettering stands (drawings have both); boxes are
given in the frame of the page as most of it stands. Memory is that of one tile, whatever the size of the sheet.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from khoso.kernel.transcript import Box, Line, Transcript, Word
from ocr.ports import OcrEngine
from pages.helper import Helper
from pages.images import Tile, tiles_of
from pages.ports import PageImage

LARGE = 24_000_000  # pixels: A3 at 300 dpi has 17 million, A4 at 400 dpi 15 million
_SIDE = 3400  # pixels of a tile
_OVERLAP = 600  # pixels, 5 cm at 300 dpi: longer than the words of a drawing
_GAP = 1.2  # heights between words of one line
_LEVEL = 0.6  # of the height two pieces of one line share


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words of a line in the frame of the upright page, from tile `tile`; `upright`: the tile stood as the page does."""

    line: Line
    tile: int
    upright: bool


def read_large(image: PageImage, *, engine: OcrEngine, helper: Helper, folder: Path) -> Transcript:
    """Read a page image tile by tile. The tiles stand in `folder` meanwhile.

    Raises:
        Refused, Unavailable: as `OcrEngine.read`; a tile that cannot be read gives up the page, never a gap in silence.
    """
    tiles = tiles_of(image, side=_SIDE, overlap=_OVERLAP, helper=helper, folder=folder)
    read = []
    for tile in tiles:
        read.append(engine.read(tile.image))
        tile.image.path.unlink()
    rotation = _most(read) if any(page.lines for page in read) else image.rotate
    pieces = [piece for number in range(len(tiles)) for piece in _pieces(image, tiles, read, number, rotation)]
    width, height = (image.height, image.width) if rotation % 180 else (image.width, image.height)
    skews = sorted(page.skew for page in read if page.lines and page.rotation == rotation)
    return Transcript(
        width=width,
        height=height,
        dpi=image.dpi,
        lines=tuple(_joined(pieces)),
        engine=engine.name,
        rotation=rotation,
        skew=skews[len(skews) // 2] if skews else 0.0,
        seconds=round(sum(page.seconds for page in read), 3),
        notes=tuple(dict.fromkeys(note for page in read for note in page.notes)),
    )


def _most(read: Sequence[Transcript]) -> int:
    """The rotation in which most surely read letters stand."""
    votes: Counter[int] = Counter()
    for page in read:
        votes[page.rotation] += round(sum(len(w.text) * w.confidence**2 for line in page.lines for w in line.words))
    return votes.most_common(1)[0][0]


def _pieces(
    image: PageImage, tiles: Sequence[Tile], read: Sequence[Transcript], number: int, rotation: int
) -> Iterator[_Piece]:
    tile, page = tiles[number], read[number]
    for line in page.lines:
        words = []
        for word in line.words:
            box = stored_box(word.box, page.rotation, tile.image.width, tile.image.height)
            box = Box(box.x0 + tile.x, box.y0 + tile.y, box.x1 + tile.x, box.y1 + tile.y)
            if tile.holds(*box.centre):
                words.append(replace(word, box=upright_box(box, rotation, image.width, image.height)))
        if words:
            yield _Piece(Line(tuple(words), line.engine, number), number, page.rotation == rotation)


def _joined(pieces: Sequence[_Piece]) -> Iterator[Line]:
    """Lines, the pieces of one that runs over the border between tiles put together again."""
    left = list(pieces)
    while left:
        first = left.pop(0)
        words = list(first.line.words)
        while True:
            after = next((other for other in left if _goes_on(words[-1], first, other)), None)
            before = next((other for other in left if _goes_on(other.line.words[-1], other, first, words[0])), None)
            if after is not None:
                words += after.line.words
                left.remove(after)
            elif before is not None:
                words = [*before.line.words, *words]
                left.remove(before)
            else:
                break
        yield replace(first.line, words=tuple(words))


def _goes_on(last: Word, one: _Piece, other: _Piece, begins: Word | None = None) -> bool:
    """Whether `other` goes on where the word `last` of `one` ends, beyond the border of a tile."""
    if one.tile == other.tile or not (one.upright and other.upright):
        return False
    first = begins or other.line.words[0]
    height = max(last.box.height, first.box.height)
    shared = min(last.box.y1, first.box.y1) - max(last.box.y0, first.box.y0)
    gap = first.box.x0 - last.box.x1
    return shared > _LEVEL * min(last.box.height, first.box.height) and -0.5 * height < gap < _GAP * height


def stored_box(box: Box, rotation: int, width: int, height: int) -> Box:
    """A box of the image turned upright (clockwise by `rotation`), on the image as stored, `width` × `height`."""
    x0, y0, x1, y1 = box
    return {
        0: box,
        90: Box(y0, height - x1, y1, height - x0),
        180: Box(width - x1, height - y1, width - x0, height - y0),
        270: Box(width - y1, x0, width - y0, x1),
    }[rotation]


def upright_box(box: Box, rotation: int, width: int, height: int) -> Box:
    """The way back: a box on the stored image, `width` × `height`, on the image turned upright."""
    x0, y0, x1, y1 = box
    return {
        0: box,
        90: Box(height - y1, x0, height - y0, x1),
        180: Box(width - x1, height - y1, width - x0, height - y0),
        270: Box(y0, width - x1, y1, width - x0),
    }[rotation]
