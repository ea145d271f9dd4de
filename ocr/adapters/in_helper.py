"""Readers that work in a helper process: which function there names them, and which reads a page."""

from functools import cached_property
from typing import Any, ClassVar

from khoso.kernel.transcript import Transcript
from ocr.adapters.limits import limits_for
from pages import limits as table
from pages.helper import Helper
from pages.limits import Limits
from pages.ports import PageImage

_GRACE = 3.0  # seconds a program's own time limit ends before the helper's


class EngineInHelper:
    """An `OcrEngine` whose work is done by two functions of the helper process, `module:name` each."""

    names: ClassVar[str]
    reads: ClassVar[str]

    def __init__(self, helper: Helper) -> None:
        self._helper = helper

    @cached_property
    def name(self) -> str:
        """See `OcrEngine.name`. Raises `Unavailable` if the reader or its model is missing."""
        return str(self._helper.call(self.names, table.READ_PAGE, languages=["vie"]))

    def read(self, page: PageImage, *, languages: tuple[str, ...] = ("vie",)) -> Transcript:
        """See `OcrEngine.read`."""
        limits = limits_for(page)
        data = self._helper.call(
            self.reads,
            limits,
            path=str(page.path.resolve()),
            frame=page.frame,
            dpi=page.dpi,
            rotate=page.rotate,
            fixed=page.fixed,
            languages=list(languages),
            **self._more(limits),
        )
        return Transcript.from_json(data)

    def _more(self, limits: Limits) -> dict[str, Any]:
        """What else the function wants to know."""
        return {}


class TwoReadersEngine(EngineInHelper):
    """The default reader: a quick line network on every line, Tesseract on those that need it (`ocr.both_child`).

    If one reader is missing the other serves, and `Transcript.notes` says so.
    """

    names, reads = "ocr.both_child:both_name", "ocr.both_child:read_by_both"


class TesserocrEngine(EngineInHelper):
    """Tesseract's library, line by line: finds the lines of a page itself and gives the network one strip after another.

    Tesseract's own page layout costs as much as the reading and loses lines on forms with dotted leaders, tables and
    tinted backgrounds; `bench/README.md` has the numbers.
    """

    names, reads = "ocr.readers_child:library_name", "ocr.readers_child:read_by_library"


class PytesseractEngine(EngineInHelper):
    """Tesseract's program through pytesseract, one run for a whole page, where the compiled library is missing.

    Prepares a page as the default reader does, then leaves its layout to Tesseract.
    """

    names, reads = "ocr.readers_child:program_name", "ocr.readers_child:read_by_program"

    def _more(self, limits: Limits) -> dict[str, Any]:
        return {"seconds": limits.wall - _GRACE}
