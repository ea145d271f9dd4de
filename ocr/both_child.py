"""Two readers of different kinds, in the helper process: the quick one reads all lines, Tesseract those that need it.

A line is found once; both read the same strip. If one reader is missing the other serves, and the result says so.
"""

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from khoso.kernel.errors import Unavailable
from ocr.arbiter import arbitrated, doubtful, spaced, vouched
from ocr.language.model import Language, language
from ocr.parameters import parameters
from ocr.quick_child import QuickReader, quick_reader
from ocr.readers_child import CarefulReader, careful_reader, read_lines
from ocr.sight.page import Prepared
from ocr.sight.strips import Strip
from ocr.sight.words import Reading, Said, is_noise, mean_confidence

_FEW = 4  # letters both read the same make a line text
_ENOUGH, _ALIKE = 8, 0.75  # letters, and the share of them two readers must have in common for a line to be text
_QUICK_ALONE = 0.9  # mean confidence at which a line stands that the careful reader cannot read


def both_name(languages: Sequence[str]) -> str:
    """Names of the readers there are and of their parameters, joined by `+`. Raises `Unavailable` if there is none."""
    quick, careful, _ = _readers(languages)
    return _name(quick, careful)


def read_by_both(
    path: str, frame: int, dpi: float, rotate: int, languages: Sequence[str], *, fixed: bool = False
) -> dict[str, Any]:
    """Read a page line by line; a Transcript as JSON."""
    quick, careful, notes = _readers(languages)
    words = language()

    def read(page: Prepared) -> list[Reading]:
        strips = list(page.strips())
        if quick is None and careful is not None:
            return [careful.alone(strip, _name(careful)) for strip in strips]
        if quick is None:
            return []
        said = [spaced(line, words) for line in quick.read(strips)]
        if careful is None:
            return [Reading(strip, line, _name(quick)) for strip, line in zip(strips, said, strict=True)]
        return [
            read_again(Reading(strip, line, _name(quick)), careful, _name(quick, careful), words)
            if not line or any(doubtful(line, words))
            else Reading(strip, vouched(line), _name(quick))
            for strip, line in zip(strips, said, strict=True)
        ]

    def legibility(strips: Sequence[Strip]) -> float:
        if careful is not None:
            return careful.legibility(strips)
        return mean_confidence([word for line in quick.read(strips) for word in line]) if quick else 0.0

    name = _name(quick, careful)
    return read_lines(Path(path), frame, dpi, (rotate, fixed), read, legibility, name, notes).to_json()


def read_again(first: Reading, careful: CarefulReader, both: str, words: Language) -> Reading:
    """A line as both readers read it, `both` their name. What the careful one calls noise is none only if the quick one is sure of it."""
    strip, pieces = first.strip, len(first.strip.line.members)
    as_read, second = careful.best(strip)
    noise = not second or is_noise(second, pieces=pieces, pale=strip.pale)
    if noise and not (second and _say_the_same(first.words, second) and not strip.pale):
        sure = mean_confidence(first.words) >= _QUICK_ALONE and len(first.words) > 1
        return first if sure and not strip.pale else Reading(as_read, second, _name(careful))
    if as_read is not strip:
        second = [replace(word, x0=as_read.x_on(strip, word.x0), x1=as_read.x_on(strip, word.x1)) for word in second]
    alike = _agree(first.words, second) or _say_the_same(first.words, second)
    return Reading(strip, arbitrated(first.words, spaced(second, words), words), both, is_text=alike)


def _say_the_same(one: Sequence[Said], other: Sequence[Said]) -> bool:
    """Whether two readers read the same few letters, whatever marks they saw beside them: `hàng./.` and `hàng...`."""
    first, second = ("".join(char for word in words for char in word.text if char.isalnum()) for words in (one, other))
    return len(first) >= _FEW and first == second


def _agree(one: Sequence[Said], other: Sequence[Said]) -> bool:
    """Whether two readers saw much the same letters: no two of them read the same into a pattern."""
    first, second = ("".join(word.text for word in words).casefold() for words in (one, other))
    return (
        min(len(first), len(second)) >= _ENOUGH
        and SequenceMatcher(None, first, second, autojunk=False).ratio() >= _ALIKE
    )


def _readers(languages: Sequence[str]) -> tuple[QuickReader | None, CarefulReader | None, tuple[str, ...]]:
    """Raises `Unavailable` if both are missing."""
    quick = careful = None
    notes: list[str] = []
    missing: list[str] = []
    try:
        if tuple(languages) == ("vie",):
            quick = quick_reader()
    except Unavailable as error:
        notes.append("reader_missing:trueocr")
        missing.append(str(error))
    try:
        careful = careful_reader(languages)
    except Unavailable as error:
        notes.append("reader_missing:tesseract")
        missing.append(str(error))
    if quick is None and careful is None:
        raise Unavailable("; ".join(missing))
    return quick, careful, tuple(notes)


def _name(*readers: QuickReader | CarefulReader | None) -> str:
    return "+".join([*(reader.name for reader in readers if reader is not None), parameters()])
