"""Reading one page of a file: from its own text where that is sound, else from its pixels."""

from pathlib import Path

from khoso.kernel.transcript import Transcript
from ocr.ports import OcrEngine
from pages.helper import Helper
from pages.images import page_image
from pages.images import text_layer as own_text
from pages.ports import Kind


def read_page(
    path: Path,
    kind: Kind,
    number: int,
    *,
    engine: OcrEngine,
    helper: Helper,
    folder: Path,
    text_layer: bool = False,
) -> Transcript:
    """Read page `number` (1-based) of a file; a page without text gives a Transcript without lines.

    Args:
        folder: where a page image may be put for the time of reading.
        text_layer: believe the visible text of a page that was made electronically, if it is sound; never for paper,
            whose text somebody else's reader laid under the picture.

    Raises:
        Refused: the page cannot be opened, decoded or read within the limits.
        Unavailable: a tool or model is missing.
    """
    if text_layer and kind is Kind.PDF:
        transcript = own_text(path, number, helper=helper)
        if transcript is not None:
            return transcript
    return engine.read(page_image(path, kind, number, helper=helper, folder=folder))
