"""Page images, previews and text layers of stored files. Nothing of the file is touched here: helper processes do it."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from khoso.kernel.transcript import Transcript
from pages import limits as table
from pages.helper import Helper
from pages.ports import Cut, Kind, PageImage

_GRACE = 3.0  # seconds a tool's own time limit ends before the helper's


def page_image(
    path: Path, kind: Kind, number: int, *, helper: Helper, folder: Path, cut: Cut | None = None
) -> PageImage:
    """The image of page `number` (1-based, as in `FileFacts.pages`).

    A JPEG file, and PNG and TIFF frames any reader gets right, are used where they are: `PageImage.path` is `path`.
    The embedded JPEG of a scanned PDF is lifted byte for byte; losslessly coded scans and odd colours (CMYK, Lab, 16
    bit, transparency) become raw sRGB PPM or PGM; everything else is drawn at 300 dpi. Those land in `folder` under
    names made of the file's place and the page number: a second call writes the same again. With `cut` that part of
    it is the page: raw pixels in `folder`, `PageImage.whole` the image it was cut out of.

    Raises:
        Refused: `DAMAGED`, `DECOMPRESSION_BOMB`, `ENCRYPTED`, `TOO_SLOW`, `TOO_MUCH_MEMORY`, `DECODER_CRASHED`.
        Unavailable: a tool is missing.
    """
    limits = _limits(path, kind, number, helper=helper)
    place = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]
    image = helper.call(
        "pages.inside.picturing:page_image",
        limits,
        path=str(path.resolve()),
        kind=kind.value,
        number=number,
        out=str(folder.resolve() / f"{place}-{number:04d}"),
        seconds=limits.wall - _GRACE,
        cut=list(cut.box) if cut else None,
    )
    return _image(image)


def _image(data: Mapping[str, Any]) -> PageImage:
    whole = data.get("whole")
    return PageImage(
        **{
            **data,
            "path": Path(data["path"]),
            "at": tuple(data.get("at", (0, 0))),
            "whole": _image(whole) if whole else None,
        }
    )


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of a page image: `x`, `y` of its corner there; `core`: the rectangle nearer to it than to its neighbours."""

    image: PageImage
    x: int
    y: int
    core: tuple[float, float, float, float]

    def holds(self, x: float, y: float) -> bool:
        """Whether a point of the page image lies in its core."""
        x0, y0, x1, y1 = self.core
        return x0 <= x < x1 and y0 <= y < y1


def tiles_of(image: PageImage, *, side: int, overlap: int, helper: Helper, folder: Path) -> list[Tile]:
    """A page image cut into tiles of at most `side` pixels that overlap by at least `overlap`, as raw pixels in `folder`.

    Together their cores are the page; it is decoded once.

    Raises:
        Refused: `DAMAGED`, `TOO_SLOW`, `TOO_MUCH_MEMORY`, `DECODER_CRASHED`.
    """
    columns, rows = (_spans(length, side, overlap) for length in (image.width, image.height))
    places = [(column, row) for row in rows for column in columns]
    out = folder.resolve() / f"tile-{image.path.stem}"
    paths = helper.call(
        "pages.inside.picturing:cut_tiles",
        table.picturing(image.width * image.height / table.SHEET),
        path=str(image.path.resolve()),
        frame=image.frame,
        boxes=[[column.start, row.start, column.end, row.end] for column, row in places],
        out=str(out),
    )
    return [
        Tile(
            PageImage(
                Path(path),
                column.end - column.start,
                row.end - row.start,
                image.dpi,
                rotate=image.rotate,
                fixed=image.fixed,
            ),
            column.start,
            row.start,
            (column.low, row.low, column.high, row.high),
        )
        for path, (column, row) in zip(paths, places, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Span:
    """Pixels `start` to `end` of a tile in one direction, its core `low` to `high`."""

    start: int
    end: int
    low: float
    high: float


def _spans(length: int, side: int, overlap: int) -> list[_Span]:
    count = max(1, math.ceil((length - overlap) / (side - overlap)))
    starts = [round(i * (length - side) / (count - 1)) for i in range(count)] if count > 1 else [0]
    ends = [min(length, start + side) for start in starts]
    borders = [(end + start) / 2 for end, start in zip(ends[:-1], starts[1:], strict=True)]
    lows, highs = [-math.inf, *borders], [*borders, math.inf]
    return [_Span(*each) for each in zip(starts, ends, lows, highs, strict=True)]


def preview(
    path: Path,
    kind: Kind,
    number: int,
    *,
    helper: Helper,
    width: int,
    out: Path,
    rotation: int | None = None,
    cut: Cut | None = None,
    black: Sequence[tuple[float, float, float, float]] = (),
) -> Path:
    """A JPEG of page `number` for people's eyes, `width` pixels across when upright; returns `out`.

    `rotation`: degrees clockwise to turn the page image, as in `Transcript.rotation`; None takes what the file states.
    `cut`: the part of it that is the page. `black`: places nobody is to see, left, top, right and bottom as shares of the
    upright page; nothing of them is in the picture.

    Raises:
        Refused, Unavailable: as `page_image`.
    """
    limits = _limits(path, kind, number, helper=helper)
    helper.call(
        "pages.inside.picturing:preview",
        limits,
        path=str(path.resolve()),
        kind=kind.value,
        number=number,
        width=width,
        rotation=rotation,
        cut=list(cut.box) if cut else None,
        black=[list(place) for place in black],
        out=str(out.resolve()),
        seconds=limits.wall - _GRACE,
    )
    return out


def text_layer(path: Path, number: int, *, helper: Helper) -> Transcript | None:
    """The visible text of page `number` of a PDF, in pixels of its page image; confidence 1.

    None says: read the pixels. That is so without visible text, on scans (whatever invisible text someone laid over
    them), and where the text is not what a reader sees: unmapped glyphs, the legacy fonts TCVN3 and VNI.

    Raises:
        Refused, Unavailable: as `page_image`.
    """
    layer = helper.call(
        "pages.inside.texts:text_layer",
        table.TEXT_LAYER,
        path=str(path.resolve()),
        number=number,
        seconds=table.TEXT_LAYER.wall - _GRACE,
    )
    return None if layer is None else Transcript.from_json(layer)


def _limits(path: Path, kind: Kind, number: int, *, helper: Helper) -> table.Limits:
    """Of drawing one page, by its size."""
    sheets = helper.call(
        "pages.inside.picturing:page_sheets", table.SIZE_PAGE, path=str(path.resolve()), kind=kind.value, number=number
    )
    return table.picturing(sheets)
