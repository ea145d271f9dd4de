"""Is this a transcript of that page at all? What a reader gone wrong says is told from text before anybody relies on it."""

import unicodedata

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from khoso.kernel.transcript import Line, Transcript

_MOST_LETTERS = 100_000  # of a page: an A0 drawing full of small print has fewer


def require_sound(read: Transcript) -> Transcript:
    """The transcript, if it can be one.

    Raises:
        Refused: `NOTHING_READ`, for boxes outside the page, confidences outside 0…1, lines without words, words with
            spaces or control characters, more text than fits on paper, or no engine.
    """
    letters = sum(len(word.text) for line in read.lines for word in line.words)
    if not read.engine or letters > _MOST_LETTERS or not all(_is_sound(line, read) for line in read.lines):
        raise Refused(ReasonCode.NOTHING_READ)
    return read


def _is_sound(line: Line, page: Transcript) -> bool:
    return bool(line.words) and all(
        word.text
        and _is_text(word.text)
        and 0.0 <= word.confidence <= 1.0
        and 0 <= word.box.x0 < word.box.x1 <= page.width
        and 0 <= word.box.y0 < word.box.y1 <= page.height
        for word in line.words
    )


def _is_text(text: str) -> bool:
    """No spaces, control characters, surrogates, private or unassigned ones."""
    return not any(char.isspace() or unicodedata.category(char)[0] == "C" for char in text)
