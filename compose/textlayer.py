"""The invisible text over a page image: every word where it stands, every line on its slanted baseline.

Transcripts give boxes, not baselines. How high a word's ink reaches over and under the baseline depends on its letters
(«nam» against «Đường»); comparing the box with the usual proportions of the letters gives size and baseline for each
word, and the line takes the median, so that a viewer marks a line evenly and text extractors see one line.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from compose.glyphless import TextFont
from compose.liberation import Proportions
from compose.values import number
from khoso.kernel.transcript import Line, Transcript, Word

_LEAST_INK = 0.3  # ems; a dash or a dot says nothing about the type size
_GAP = 0.2  # ems; poppler sees a space from 0.15 on
_NARROWEST = 0.1  # ems for a letter whose box is too narrow to be true
_RISE = 0.45  # ems a line may climb from its first word to its last
_STRAY = 0.4  # ems a line's end may lie beside its ink
_GENTLE = math.tan(math.radians(2))
_SMALLEST, _LARGEST = 1.0, 1000.0  # points


@dataclass(frozen=True, slots=True)
class _Setting:
    """Size of a line's type and its baseline: `y = height - slope * x`, in pixels of the page image."""

    size: float
    height: float
    slope: float


def text_layer(
    transcript: Transcript, *, scale: float, height: float, font: TextFont, proportions: Proportions
) -> bytes:
    """Content stream operators that write the transcript invisibly; empty if there is no text.

    Args:
        transcript: of the page image.
        scale: points per pixel.
        height: of the page image on the page, in points, its lower left corner being the origin.
        font: hands out the codes; its resource name is `F0`.
        proportions: usual shapes of letters.
    """
    rows = [
        row
        for line in transcript.lines
        for row in _line(
            line, slope=math.tan(math.radians(transcript.skew)), scale=scale, top=height, font=font, shapes=proportions
        )
    ]
    return b"BT\n3 Tr\n" + b"\n".join(rows) + b"\nET\n" if rows else b""


def _line(
    line: Line, *, slope: float, scale: float, top: float, font: TextFont, shapes: Proportions
) -> Iterator[bytes]:
    setting = _setting(line, slope, shapes)
    size = min(_LARGEST, max(_SMALLEST, setting.size * scale))
    yield b"/F0 %s Tf" % number(size)
    cosine, sine = _turn(setting.slope)
    space = font.run(" ")
    for word, start, end, gap in _spread(line.words, setting.size):
        run = font.run(word.text)
        natural = run.width * size / 1000
        if natural <= 0:
            continue
        wide = (end - start) * scale / natural
        x = start * scale
        y = top - (setting.height - setting.slope * (start if sine else (start + end) / 2)) * scale
        stretch = 100 * gap * scale / wide / (space.width * size / 1000)
        matrix = b"%.4f %.4f %.4f %.4f" % (wide * cosine, wide * sine, -sine, cosine) if sine else b"%.4f 0 0 1" % wide
        yield b"%b %.2f %.2f Tm <%b> Tj %.1f Tz <%b> Tj 100 Tz" % (matrix, x, y, run.codes, stretch, space.codes)


def _spread(words: Sequence[Word], size: float) -> Iterator[tuple[Word, float, float, float]]:
    """Words with start and end of their run and the width of the space behind it, in pixels.

    Runs follow the boxes; where boxes touch or overlap they are drawn in a little, since text extractors believe what
    they see: a space narrower than a seventh of the type size is none to them, whatever the text says.
    """
    least = _GAP * size
    edge = -math.inf
    for word, following in zip(words, [*words[1:], None], strict=True):
        start = max(float(word.box.x0), edge)
        room = math.inf if following is None else following.box.x0 - least
        end = max(min(float(word.box.x1), room), start + _NARROWEST * size * len(word.text))
        gap = least if following is None else max(least, following.box.x0 - end)
        edge = end + least
        yield word, start, end, gap


def _setting(line: Line, slope: float, shapes: Proportions) -> _Setting:
    boxes = [word.box for word in line.words]
    same = len(boxes) > 1 and len({(box.y0, box.y1) for box in boxes}) == 1
    # A reader that gives lines and cuts them into words gives all words the line's height.
    inks = [shapes.ink(line.text if same else word.text) for word in line.words]
    heights = [max(1.0, box.height - abs(slope) * box.width) for box in boxes]
    telling = [index for index, (low, high) in enumerate(inks) if high - low >= _LEAST_INK]
    if telling:
        size = _weighted([(heights[i] / (inks[i][1] - inks[i][0]), len(line.words[i].text)) for i in telling])
    else:
        size = max(heights)
    slack = [(box.height - height) / 2 for box, height in zip(boxes, heights, strict=True)]
    bases = [
        (box.y1 - gap + inks[i][0] * size + slope * box.centre[0], len(line.words[i].text))
        for i, (box, gap) in enumerate(zip(boxes, slack, strict=True))
    ]
    height = _weighted([bases[i] for i in telling] or bases)
    middle, eased = line.box.centre[0], _eased(slope, line.box.width, size)
    return _Setting(size=size, height=height + (eased - slope) * middle, slope=eased)


def _eased(slope: float, width: float, size: float) -> float:
    """The slope that keeps a line in one piece for text extractors, if its ends then stay near enough; else the true one.

    poppler takes words for one line whose baselines differ by at most half the type size from the first word's.
    """
    most = _RISE * size
    rise = abs(slope) * width
    return slope if rise <= most or (rise - most) / 2 > _STRAY * size else math.copysign(most / width, slope)


def _turn(slope: float) -> tuple[float, float]:
    """Cosine and sine of a word's own angle. On a gentle slope words stand level, each a little higher than the last:
    that is as near, and a slanted word falls to pieces in poppler where it climbs by half a point.
    """
    if abs(slope) <= _GENTLE:
        return 1.0, 0.0
    length = math.hypot(1, slope)
    return 1 / length, slope / length


def _weighted(values: Sequence[tuple[float, int]]) -> float:
    """Median of values, each counted as often as it has letters."""
    return median([value for value, letters in values for _ in range(min(letters, 40))])
