"""Machine-readable lines of a page read once more in their own alphabet, where their check digits do not hold yet.

A page image and its transcript come in; the transcript goes out, such lines replaced by what satisfies more checks.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.transcript import Box, Line, Transcript, Word
from pages import limits as table
from pages.helper import Helper
from pages.ports import PageImage

_LETTERS = re.compile(r"[A-Z0-9<‹›«»()\-–—_~]")
_LIKE = 0.8  # of a line's characters are such letters
_COMPLETE = 3  # fields the lines of a card give when all their checks hold


def with_mrz(transcript: Transcript, image: PageImage, *, helper: Helper) -> Transcript:
    """See above. A page without such lines comes back as it is, at no cost; one whose lines cannot be read again, too."""
    rows = _rows(transcript)
    if not rows:
        return transcript
    # All extractors come with it: a quarter of a second that `khoso read` would wait before its first page.
    from ocr.extraction.mrz import line_of

    if _checks(transcript) >= _COMPLETE:
        return transcript
    boxes = _boxes(transcript, rows)
    try:
        again = helper.call(
            "ocr.mrz_child:read_again",
            table.READ_PAGE,
            path=str(image.path.resolve()),
            frame=image.frame,
            rotation=transcript.rotation,
            skew=transcript.skew,
            boxes=[list(box) for box in boxes],
        )
    except (Refused, Unavailable):
        return transcript
    best, most = transcript, _checks(transcript)
    taken = {id(line) for row in rows for line in row}
    read = tuple(
        Line((Word(text, box, float(sure)),), f"{transcript.engine}+mrz")
        for box, (text, sure) in zip(boxes, again, strict=True)
        if line_of(text)
    )
    if read:
        first = next(i for i, line in enumerate(transcript.lines) if id(line) in taken)
        kept = [line for line in transcript.lines if id(line) not in taken]
        tried = replace(transcript, lines=(*kept[:first], *read, *kept[first:]))
        if _checks(tried) > most:
            best = tried
    return best


def _checks(transcript: Transcript) -> int:
    """How many fields the lines give with right check digits; the name has none."""
    from ocr.extraction.mrz import read_mrz
    from ocr.extraction.sheet import lay_out

    return len((read_mrz(lay_out([transcript])) or {}).keys() - {"person.name", "person.nationality"})


def _rows(transcript: Transcript) -> list[list[Line]]:
    """Lines that look machine-readable, those of one row together, from top to bottom; none unless one is sure to be."""
    like = [line for line in transcript.lines if _is_like(line)]
    if not any(_squeezed(line).count("<") >= 2 and len(_squeezed(line)) >= 14 for line in like):
        return []
    rows: list[list[Line]] = []
    for line in sorted(like, key=lambda line: line.box.centre[1]):
        middle = line.box.centre[1]
        if rows and rows[-1][0].box.y0 < middle < rows[-1][0].box.y1:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows[-3:]


def _is_like(line: Line) -> bool:
    text = _squeezed(line)
    return len(text) >= 12 and "<" in text and len(_LETTERS.findall(text)) >= _LIKE * len(text)


def _squeezed(line: Line) -> str:
    return re.sub(r"[‹›«»()\-–—_~]", "<", line.text.replace(" ", ""))


def _boxes(transcript: Transcript, rows: Sequence[Sequence[Line]]) -> list[Box]:
    """Where the lines stand: as wide as the widest of them, since all have the same number of letters."""
    own = [
        Box(
            min(line.box.x0 for line in row),
            min(line.box.y0 for line in row),
            max(line.box.x1 for line in row),
            max(line.box.y1 for line in row),
        )
        for row in rows
    ]
    left, right = min(box.x0 for box in own), max(box.x1 for box in own)
    heights = sorted(box.height for box in own)
    boxes = [Box(left, box.y0, right, box.y1) for box in own]
    if len(own) == 2:  # one of a card's three lines was not found: it stands one step above or below
        step = own[1].y0 - own[0].y0
        if step < 4 * heights[0]:
            shifted = [
                Box(left, box.y0 + step * way, right, box.y1 + step * way) for box, way in ((own[0], -1), (own[1], 1))
            ]
            above, below = ([box] if box.y0 >= 0 and box.y1 <= transcript.height else [] for box in shifted)
            boxes = [*above, *boxes, *below]
    return boxes
