"""The default reader: a quick line network on every line, Tesseract on those that need it, in the helper process."""

from functools import cached_property

from khoso.kernel.transcript import Transcript
from ocr.adapters.limits import limits_for
from pages import limits as table
from pages.helper import Helper
from pages.ports import PageImage


class TwoReadersEngine:
    """See `ocr.both_child`. If one reader is missing the other serves, and `Transcript.notes` says so."""

    def __init__(self, helper: Helper) -> None:
        self._helper = helper

    @cached_property
    def name(self) -> str:
        """See `OcrEngine.name`. Raises `Unavailable` if both readers are missing."""
        return str(self._helper.call("ocr.both_child:both_name", table.READ_PAGE, languages=["vie"]))

    def read(self, page: PageImage, *, languages: tuple[str, ...] = ("vie",)) -> Transcript:
        """See `OcrEngine.read`."""
        data = self._helper.call(
            "ocr.both_child:read_by_both",
            limits_for(page),
            path=str(page.path.resolve()),
            frame=page.frame,
            dpi=page.dpi,
            rotate=page.rotate,
            languages=list(languages),
        )
        return Transcript.from_json(data)
