"""A reader that says what it was told to say, for tests of whatever stands behind the port."""

from collections.abc import Mapping
from pathlib import Path

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from khoso.kernel.transcript import Box, Line, Transcript, Word
from pages.ports import PageImage

_PITCH = 60  # pixels from line to line
_LETTER = 20  # pixels a letter is wide


class ScriptedEngine:
    """Answers with a scripted text for each page image, by the image's file name.

    Args:
        script: file name → text, one line of print for each line; `""` is a blank page. What is not in the script is
            damaged.
        confidence: of every word.
    """

    name = "scripted-1/vie"

    def __init__(self, script: Mapping[str, str], *, confidence: float = 0.95) -> None:
        self._script = script
        self._confidence = confidence
        self.asked: list[Path] = []

    def read(self, page: PageImage, *, languages: tuple[str, ...] = ("vie",)) -> Transcript:
        """See `OcrEngine.read`."""
        self.asked.append(page.path)
        if page.path.name not in self._script:
            raise Refused(ReasonCode.DAMAGED, detail="không có trong kịch bản")
        texts = [text for text in self._script[page.path.name].splitlines() if text.split()]
        pitch = max(2, min(_PITCH, page.height // (len(texts) + 1)))
        lines = tuple(self._line(text, page, number * pitch, pitch) for number, text in enumerate(texts))
        quarter = page.rotate % 180 == 90
        width, height = (page.height, page.width) if quarter else (page.width, page.height)
        return Transcript(width, height, page.dpi, lines, self.name, rotation=page.rotate)

    def _line(self, text: str, page: PageImage, top: int, pitch: int) -> Line:
        letter = max(1, min(_LETTER, (min(page.width, page.height) - 2) // (len(text) + 2)))
        words, x = [], letter
        for word in text.split():
            box = Box(x, top + pitch // 4, x + letter * len(word), top + pitch)
            words.append(Word(word, box, self._confidence))
            x = box.x1 + letter
        return Line(tuple(words), self.name)
