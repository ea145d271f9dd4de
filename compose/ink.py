"""Where a page carries ink: a coarse map, made to find places that are certainly empty."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from compose.colour import to_printable
from compose.pictures import opened
from khoso.kernel.transcript import Box, Transcript
from pages.ports import PageImage

CELLS_PER_INCH = 75
_TILE = 24  # cells; the paper's own brightness is taken per tile, since light falls unevenly
_CONTRAST = 16  # of 255, after averaging over a cell: a pencil stroke shows, paper grain does not
_SHADE = 48  # a tile this much darker than the sheet is no paper: a scan's border, a photograph
_DARKEST = 130  # of 255; black type on a darker ground cannot be read
_TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


@dataclass(frozen=True, slots=True)
class InkMap:
    """Which cells of the upper part of an upright page image carry ink.

    Attributes:
        cells: rows from the top, columns from the left; True: ink or unknown.
        size: points per cell.
    """

    cells: np.ndarray
    size: float

    def free(self, left: float, top: float, width: float, height: float) -> bool:
        """No ink in a rectangle given in points from the page's top-left corner; outside the map nothing is free."""
        rows = slice(int(top / self.size), int(np.ceil((top + height) / self.size)))
        columns = slice(int(left / self.size), int(np.ceil((left + width) / self.size)))
        if top < 0 or left < 0 or rows.stop > self.cells.shape[0] or columns.stop > self.cells.shape[1]:
            return False
        return not self.cells[rows, columns].any()


def ink_map(page: PageImage, transcript: Transcript, *, depth: float) -> InkMap:
    """Map the uppermost `depth` points of a page, from its pixels and from what was read on it.

    Raises:
        Refused: the capture cannot be decoded.
    """
    step = max(1, int(page.dpi / CELLS_PER_INCH))
    with opened(page) as image:
        image.draft(None, (max(1, image.width // step), max(1, image.height // step)))
        left = max(1, step * image.width // page.width)  # the reduction that draft did not do
        pixels = int(np.ceil(depth / 72 * page.dpi * image.width / page.width / left)) * left
        small = _shrunk(_top(image, transcript.rotation, pixels), left)
    if transcript.rotation:
        small = small.transpose(_TURNS[transcript.rotation])
    pixels_per_cell = transcript.width / small.width
    ink = map_of(small, size=pixels_per_cell * 72 / page.dpi, depth=depth)
    for line in transcript.lines:
        for word in line.words:
            _cover(ink.cells, word.box, pixels_per_cell)
    return ink


def map_of(image: Image.Image, *, size: float, depth: float) -> InkMap:
    """Map the uppermost `depth` points of an upright picture whose pixels are cells of `size` points."""
    samples = np.asarray(image)[: int(np.ceil(depth / size))].astype(np.int16)
    return InkMap(cells=_dark(samples), size=size)


def _top(image: Image.Image, rotation: int, depth: int) -> Image.Image:
    """The part of a stored picture that is uppermost when it stands upright."""
    width, height = image.size
    across, down = min(depth, width), min(depth, height)
    return image.crop(
        {
            0: (0, 0, width, down),
            90: (0, 0, across, height),
            180: (0, height - down, width, height),
            270: (width - across, 0, width, height),
        }[rotation]
    )


def _shrunk(image: Image.Image, step: int) -> Image.Image:
    printable = to_printable(image)
    plain = printable.convert("L") if printable.mode == "1" else printable
    return plain.reduce(step) if step > 1 else plain


def _dark(samples: np.ndarray) -> np.ndarray:
    planes = samples if samples.ndim == 3 else samples[:, :, np.newaxis]
    rows, columns, colours = planes.shape
    padded = np.pad(planes, ((0, -rows % _TILE), (0, -columns % _TILE), (0, 0)), mode="edge")
    tiles = padded.reshape(padded.shape[0] // _TILE, _TILE, padded.shape[1] // _TILE, _TILE, colours)
    ground = np.percentile(tiles, 80, axis=(1, 3), keepdims=True)
    paper = np.percentile(planes, 90, axis=(0, 1))
    ink = (tiles < ground - _CONTRAST) | (ground < paper - _SHADE) | (ground.mean(axis=4, keepdims=True) < _DARKEST)
    found = ink.any(axis=4).reshape(padded.shape[:2])[:rows, :columns]
    ours: np.ndarray = found & _in_company(found)
    return ours


def _in_company(ink: np.ndarray) -> np.ndarray:
    """Cells with at least one neighbour of ink: a lone cell is dust on the glass."""
    padded = np.pad(ink, 1).astype(np.int8)
    rows, columns = ink.shape
    around = sum(padded[dy : dy + rows, dx : dx + columns] for dy in range(3) for dx in range(3)) - padded[1:-1, 1:-1]
    return np.asarray(around > 0)


def _cover(cells: np.ndarray, box: Box, pixels_per_cell: float) -> None:
    x0, y0, x1, y1 = (side / pixels_per_cell for side in box)
    cells[int(max(0, y0)) : int(np.ceil(max(0, y1))), int(max(0, x0)) : int(np.ceil(max(0, x1)))] = True
