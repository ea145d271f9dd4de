"""What a line reader says of strips becomes lines of a transcript: words in their places, noise left out, in reading order."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from khoso.kernel.transcript import Line, Word
from ocr.sight.blobs import Flags
from ocr.sight.hand import Pens, unlike
from ocr.sight.looks import Shown, looks_of_signatures
from ocr.sight.order import Spot, arranged, blocks
from ocr.sight.page import Prepared
from ocr.sight.strips import Strip

_BADLY_READ = 0.12
_DOT = 0.24  # of the rise: pieces below the line that are lower are dots of leaders, or marks like that of `ạ`
_SIGN = re.compile(r"^[A-ZĐ]{1,2}'(?=[^\W\d_]{2})")
_SPACE = 0.24  # of the rise: a gap after an apostrophe that wide is a space (none: below 0.1)
_PALE = 0.25  # how much surer pale lines must be: there are more patterns than words among them


@dataclass(frozen=True, slots=True)
class Said:
    """One word as a line reader gave it: `x0`–`x1` on the strip in pixels, `confidence` 0…1; `other`: the other reader's word."""

    text: str
    x0: float
    x1: float
    confidence: float
    other: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read on a strip, and by what. `is_text`: it has been told from noise by what the reader itself said."""

    strip: Strip
    words: Sequence[Said]
    engine: str
    is_text: bool = False


def lines_of(page: Prepared, read: Sequence[Reading]) -> tuple[Line, ...]:
    """Lines in reading order from strips and what was read on them."""
    kept = []
    for line in read:
        words = [word for word in map(cleaned, line.words) if word.text]
        if words and (line.is_text or not is_noise(words, pieces=len(line.strip.line.members), pale=line.strip.pale)):
            kept.append(Reading(line.strip, words, line.engine))
    lines = [reading.strip.line for reading in kept]
    spots = [Spot(i, line.x0, line.x1, line.base - line.rise, line.base) for i, line in enumerate(lines)]
    looks = looks_of_signatures(
        [Shown(spot, " ".join(word.text for word in line.words)) for spot, line in zip(spots, kept, strict=True)]
    )
    ordered = arranged([spot for spot in spots if spot.number not in looks])
    return tuple(
        Line(tuple(_placed(page, kept[spot.number].strip, kept[spot.number].words)), kept[spot.number].engine, block)
        for spot, block in zip(ordered, blocks(ordered), strict=True)
    )


def cleaned(word: Said) -> Said:
    """The word in NFC without spaces, its confidence within 0…1."""
    text = "".join(unicodedata.normalize("NFC", word.text).split())
    other = " ".join(unicodedata.normalize("NFC", word.other).split())
    return Said(text, word.x0, word.x1, min(max(word.confidence, 0.0), 1.0), other)


def is_noise(words: Sequence[Said], *, pieces: int = 0, pale: bool = False) -> bool:
    """Whether a line is no text: seals, signatures, ornament and specks read as letters.

    Real lines have letters or digits read with some confidence; the shorter, the surer they must be. A row of many
    separate pieces of ink, read as about as many letters, is a line that reads badly, not noise.
    """
    letters = sum(char.isalnum() or char == "<" for word in words for char in word.text)
    size = sum(len(word.text) for word in words)
    if letters == 0 or letters < 0.5 * size:
        return True
    least = 0.6 if letters <= 3 else 0.45 if letters <= 8 else 0.3
    if pale:
        least += _PALE
    elif letters >= 8 and 0.6 * pieces <= size <= 2.0 * pieces:
        least = _BADLY_READ
    return mean_confidence(words) < least


def _placed(page: Prepared, strip: Strip, words: Sequence[Said]) -> list[Word]:
    """Words with their boxes: across as the reader says, up and down by the ink in between."""
    blobs, line = strip.blobs, strip.line
    mine = line.members
    left, right = blobs.x[mine], blobs.x[mine] + blobs.w[mine]
    middle = (left + right) / 2
    words = [part for word in words for part in _parted(word, strip)]
    pens = Pens(line, blobs)
    out = []
    edges = [strip.on_mask(word.x0) for word in words] + [float("inf")]
    edges[0] = float("-inf")
    for word, start, end in zip(words, edges, edges[1:], strict=False):
        inside = (middle >= start) & (middle < end)
        if inside.any():
            x0, x1 = float(left[inside].min()), float(right[inside].max())
            ink = _without_leader(strip, inside)
            y0, y1 = float(blobs.y[mine][ink].min()), float((blobs.y[mine] + blobs.h[mine])[ink].max())
        else:
            x0, x1 = strip.on_mask(word.x0), strip.on_mask(word.x1)
            y0, y1 = line.baseline(x0) - line.rise, line.baseline(x0)
        against = unlike(word.text, line, blobs, inside, pens)
        apart = against is not None and against.entered_later
        out.append(Word(word.text, page.on_page(x0, y0, x1, y1), word.confidence, apart, word.other))
    return out


def _parted(word: Said, strip: Strip) -> list[Said]:
    """A name's sign and the name as printed: `K'` and `Nhiệm` where there is a space between them, `K'Nhiệm` where there is none.

    Line readers leave out the space after an apostrophe.
    """
    sign = _SIGN.match(word.text)
    if sign is None:
        return [word]
    blobs, line, mine = strip.blobs, strip.line, strip.line.members
    start, end = strip.on_mask(word.x0) - 0.5 * line.rise, strip.on_mask(word.x1)
    middle = blobs.x[mine] + blobs.w[mine] / 2
    inside = mine[(middle >= start) & (middle < end)]
    inside = inside[np.argsort(blobs.x[inside])]
    raised = blobs.y[inside] + blobs.h[inside] < line.baseline(start) - 0.45 * line.rise
    at = next((i for i in range(1, min(4, len(inside))) if raised[i] and blobs.h[inside[i]] < 0.6 * line.rise), None)
    if at is None:
        return [word]
    edge = blobs.x[inside[at]] + blobs.w[inside[at]]
    tall = [i for i in inside[at + 1 :] if blobs.h[i] >= 0.6 * line.rise]
    if not tall or blobs.x[tall[0]] - edge < _SPACE * line.rise:
        return [word]
    x = ((edge + blobs.x[tall[0]]) / 2 - strip.left) * strip.scale
    if not word.x0 < x < word.x1:
        return [word]
    return [replace(word, text=sign[0], x1=x), replace(word, text=word.text[sign.end() :], x0=x)]


def _without_leader(strip: Strip, inside: Flags) -> Flags:
    """The word's ink but for the dots of a leader it was written or typed over: small, below the baseline, several."""
    blobs, line, mine = strip.blobs, strip.line, strip.line.members
    middle = blobs.x[mine] + blobs.w[mine] / 2
    base = line.base + line.slope * (middle - line.x0)
    dots = inside & (blobs.h[mine] < _DOT * line.rise) & (blobs.y[mine] + blobs.h[mine] / 2 > base)
    rest = inside & ~dots
    return rest if rest.any() else inside


def mean_confidence(said: Sequence[Said]) -> float:
    """Mean of words' confidences weighted by letters; 0.0 without any."""
    size = sum(len(word.text) for word in said)
    return float(np.sum([word.confidence * len(word.text) for word in said]) / size) if size else 0.0
