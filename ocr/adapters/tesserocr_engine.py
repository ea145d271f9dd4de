"""The default reader: Tesseract's library, line by line, in the helper process."""

from functools import cached_property

from khoso.kernel.transcript import Transcript
from ocr.adapters.limits import limits_for
from pages import limits as table
from pages.helper import Helper
from pages.ports import PageImage


class TesserocrEngine:
    """Finds the lines of a page itself and gives Tesseract's network one strip after another (see `ocr.sight`).

    Tesseract's own page layout costs as much as the reading and loses lines on forms with dotted leaders, tables and
    tinted backgrounds; `bench/README.md` has the numbers.
    """

    def __init__(self, helper: Helper) -> None:
        self._helper = helper

    @cached_property
    def name(self) -> str:
        """See `OcrEngine.name`. Raises `Unavailable` if library or model is missing."""
        return str(self._helper.call("ocr.readers_child:library_name", table.READ_PAGE, languages=["vie"]))

    def read(self, page: PageImage, *, languages: tuple[str, ...] = ("vie",)) -> Transcript:
        """See `OcrEngine.read`."""
        data = self._helper.call(
            "ocr.readers_child:read_by_library",
            limits_for(page),
            path=str(page.path.resolve()),
            frame=page.frame,
            dpi=page.dpi,
            rotate=page.rotate,
            languages=list(languages),
        )
        return Transcript.from_json(data)
