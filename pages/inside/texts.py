"""The text of pages made electronically, with the place of each word: the function `pages.images` calls in a helper."""

import html
import re
import subprocess
import time
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from khoso.kernel.transcript import Box, Line, Transcript, Word
from pages.inside.documents import POINTS, Geometry, geometry, opened
from pages.inside.painting import painting
from pages.inside.rendering import dpi_for, tool_version
from pages.inside.scans import scan_of
from pages.inside.spelling import is_healthy

_HIDDEN = 0.1  # share of a page's text that may be invisible: more, and someone's reading of a scan is mixed in
_UPRIGHT = 0.5  # share of longer words that must run across
_NUMBER = r'"(-?[\d.]+)"'
_WORD = re.compile(rf"<word xMin={_NUMBER} yMin={_NUMBER} xMax={_NUMBER} yMax={_NUMBER}>(.*?)</word>")
_OPENING = re.compile(r"<(block|line)\s")
# Never Vietnamese, but what some producers write: eth for đ, and ligatures, which no search would find.
_PLAINER = str.maketrans(
    {"\u00f0": "đ", "\u00d0": "Đ", **{chr(c): unicodedata.normalize("NFKC", chr(c)) for c in range(0xFB00, 0xFB07)}}
)


def text_layer(path: str, number: int, seconds: float) -> dict[str, Any] | None:
    """The transcript (as JSON) of page `number`'s visible text in pixels of its page image, or None if it must be read
    from pixels: no visible text, a scan (whatever text someone laid under it), glyphs without meaning, a legacy font,
    text that stands on its side, or a file so broken that poppler finds no text.

    Raises:
        Refused: `DAMAGED`, `TOO_SLOW`.
        Unavailable: poppler is not installed.
    """
    started = time.monotonic()
    file = Path(path)
    with opened(file) as pdf:
        if not 1 <= number <= len(pdf.pages):
            raise Refused(ReasonCode.DAMAGED, detail=f"không có trang {number}")
        shape = geometry(pdf.pages[number - 1])
        found = painting(pdf.pages[number - 1], shape)
        if not found.letters or found.hidden > _HIDDEN * found.letters or scan_of(found, shape) is not None:
            return None
    lines = _lines(_boxes(file, number, seconds), shape)
    words = [word for line in lines for word in line.words]
    if not words or not is_healthy("\n".join(line.text for line in lines)) or not _runs_across(words):
        return None
    dpi = dpi_for(shape)
    width, height = shape.pixels(dpi)
    return Transcript(
        width=width, height=height, dpi=dpi, lines=lines, engine=_engine(), seconds=round(time.monotonic() - started, 3)
    ).to_json()


@cache
def _engine() -> str:
    return f"pdf-text/poppler-{tool_version('pdftotext')}"


def _boxes(path: Path, number: int, seconds: float) -> str:
    page = str(number)
    _engine()  # says so if the tool is missing
    try:
        done = subprocess.run(
            ["pdftotext", "-bbox-layout", "-cropbox", "-f", page, "-l", page, str(path), "-"],
            capture_output=True,
            check=False,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(ReasonCode.TOO_SLOW, seconds=round(seconds)) from error
    return done.stdout.decode("utf-8", errors="replace")


def _lines(boxes: str, shape: Geometry) -> tuple[Line, ...]:
    """Poppler's lines in its reading order; words clipped to the page, those outside it left out."""
    scale = dpi_for(shape) * shape.unit / POINTS
    width, height = shape.pixels(dpi_for(shape))
    lines: list[Line] = []
    words: list[Word] = []
    block = 0

    def close() -> None:
        if words:
            lines.append(Line(words=tuple(words), engine=_engine(), block=block))
            words.clear()

    for row in boxes.splitlines():
        opening, found = _OPENING.search(row), _WORD.search(row)
        if opening:
            close()
            block += opening[1] == "block"
        elif found:
            x0, y0, x1, y1 = (float(value) * scale for value in found.groups()[:4])
            box = Box(max(0, int(x0)), max(0, int(y0)), min(width, round(x1 + 0.5)), min(height, round(y1 + 0.5)))
            text = unicodedata.normalize("NFC", html.unescape(found[5]).translate(_PLAINER)).strip()
            if text and box.width > 0 and box.height > 0:
                words.append(Word(text=text, box=box, confidence=1.0))
    close()
    return tuple(lines)


def _runs_across(words: list[Word]) -> bool:
    """Most words of four letters or more are wider than high; else the page lies on its side."""
    longer = [word for word in words if len(word.text) >= 4]
    return sum(word.box.width > word.box.height for word in longer) >= _UPRIGHT * len(longer)
