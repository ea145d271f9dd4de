"""Reading one page of a file: from its own text where that is sound, else from its pixels; codes on it besides."""

from dataclasses import replace
from pathlib import Path

from khoso.kernel.errors import Refused
from khoso.kernel.transcript import Box, Code, Transcript
from ocr.mrz import with_mrz
from ocr.ports import OcrEngine
from ocr.tiling import LARGE, read_large
from pages import limits as table
from pages.helper import Helper
from pages.images import page_image
from pages.images import text_layer as own_text
from pages.ports import Cut, Kind, PageImage


def read_page(
    path: Path,
    kind: Kind,
    number: int,
    *,
    engine: OcrEngine,
    helper: Helper,
    folder: Path,
    text_layer: bool = False,
    cut: Cut | None = None,
    turned: int | None = None,
) -> Transcript:
    """Read page `number` (1-based) of a file; a page without text gives a Transcript without lines.

    Args:
        folder: where a page image may be put for the time of reading.
        text_layer: believe the visible text of a page that was made electronically, if it is sound; never for paper,
            whose text somebody else's reader laid under the picture.
        cut: the part of it that is the page.
        turned: degrees clockwise that stand it upright, where a person said so.

    Raises:
        Refused: the page cannot be opened, decoded or read within the limits.
        Unavailable: a tool or model is missing.
    """
    if text_layer and kind is Kind.PDF:
        transcript = own_text(path, number, helper=helper)
        if transcript is not None:
            return transcript
    image = page_image(path, kind, number, helper=helper, folder=folder, cut=cut)
    if turned is not None:
        image = replace(image, rotate=turned, fixed=True)
    if image.width * image.height > LARGE:
        transcript = read_large(image, engine=engine, helper=helper, folder=folder)
    else:
        transcript = with_mrz(engine.read(image), image, helper=helper)
    try:
        return replace(transcript, codes=codes_on(image, rotation=transcript.rotation, helper=helper))
    except Refused as refusal:  # the text is read: a page is not given up for its codes
        return replace(transcript, notes=(*transcript.notes, f"codes_unread:{refusal.reason.code.value}"))


def codes_on(image: PageImage, *, rotation: int, helper: Helper) -> tuple[Code, ...]:
    """QR codes and bar codes of a page image, in the frame of its transcript.

    Args:
        rotation: degrees clockwise that stand the capture upright, as the transcript has it.

    Raises:
        Refused: the page cannot be decoded or searched within the limits.
        Unavailable: the decoder is missing; the message says what to install.
    """
    found = helper.call(
        "ocr.codes_child:codes_of",
        table.READ_CODES,
        path=str(image.path.resolve()),
        frame=image.frame,
        rotation=rotation,
    )
    return tuple(Code(code["symbology"], code["text"], Box(*code["box"])) for code in found)
