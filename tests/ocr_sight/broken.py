"""Readers gone wrong, one for each way: in the helper process like real ones."""

from dataclasses import replace

from khoso.kernel.transcript import Box, Line, Transcript, Word
from pages.helper import Helper
from pages.limits import MIB, Limits
from pages.ports import PageImage

GOOD = Line((Word("MẪU", Box(1, 1, 20, 20), 0.9),), "broken-1/vie")
NONSENSE = {
    "outside": Line((Word("MẪU", Box(1, 1, 99_999, 20), 0.9),), "broken-1/vie"),
    "inside_out": Line((Word("MẪU", Box(20, 1, 20, 20), 0.9),), "broken-1/vie"),
    "too_sure": Line((Word("MẪU", Box(1, 1, 20, 20), 1.5),), "broken-1/vie"),
    "empty_word": Line((Word("", Box(1, 1, 20, 20), 0.9),), "broken-1/vie"),
    "no_words": Line((), "broken-1/vie"),
    "control": Line((Word("M\x00U", Box(1, 1, 20, 20), 0.9),), "broken-1/vie"),
    "endless": Line((Word("a" * 200_000, Box(1, 1, 20, 20), 0.9),), "broken-1/vie"),
}


class Failing:
    """Runs a function of `tests/pages/misbehaving.py` where a real one would read."""

    name = "broken-1/vie"

    def __init__(self, helper: Helper, function: str) -> None:
        self._helper = helper
        self._function = function

    def read(self, page: PageImage, *, languages: tuple[str, ...] = ("vie",)) -> Transcript:
        self._helper.call(f"misbehaving:{self._function}", Limits(wall=2.0, memory=300 * MIB))
        raise AssertionError(self._function)


class Babbling:
    """Says what no page can say."""

    name = "broken-1/vie"

    def __init__(self, line: Line, engine: str = "broken-1/vie") -> None:
        self._line = line
        self._engine = engine

    def read(self, page: PageImage, *, languages: tuple[str, ...] = ("vie",)) -> Transcript:
        said = Transcript(page.width, page.height, page.dpi, (GOOD, self._line), self._engine)
        return replace(said, seconds=0.1)
