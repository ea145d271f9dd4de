"""Page images, previews and text layers of stored files. Nothing of the file is touched here: helper processes do it."""

import hashlib
from collections.abc import Mapping
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
) -> Path:
    """A JPEG of page `number` for people's eyes, `width` pixels across when upright; returns `out`.

    `rotation`: degrees clockwise to turn the page image, as in `Transcript.rotation`; None takes what the file states.
    `cut`: the part of it that is the page.

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
