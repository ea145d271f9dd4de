"""The second reader: Tesseract's program through pytesseract, one run for a whole page, where the compiled library is missing."""

from functools import cached_property

from khoso.kernel.transcript import Transcript
from ocr.adapters.limits import limits_for
from pages import limits as table
from pages.helper import Helper
from pages.ports import PageImage

_GRACE = 3.0  # seconds the program's own time limit ends before the helper's


class PytesseractEngine:
    """Prepares a page as the default reader does, then leaves its layout to Tesseract."""

    def __init__(self, helper: Helper) -> None:
        self._helper = helper

    @cached_property
    def name(self) -> str:
        """See `OcrEngine.name`. Raises `Unavailable` if program or model is missing."""
        return str(self._helper.call("ocr.readers_child:program_name", table.READ_PAGE, languages=["vie"]))

    def read(self, page: PageImage, *, languages: tuple[str, ...] = ("vie",)) -> Transcript:
        """See `OcrEngine.read`."""
        limits = limits_for(page)
        data = self._helper.call(
            "ocr.readers_child:read_by_program",
            limits,
            path=str(page.path.resolve()),
            frame=page.frame,
            dpi=page.dpi,
            rotate=page.rotate,
            languages=list(languages),
            seconds=limits.wall - _GRACE,
        )
        return Transcript.from_json(data)
