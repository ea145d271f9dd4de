"""Does a word fill its box? A figure or letter that was passed over leaves its word too wide: figures for the evidence on a value.

Widths are those of letters in usual type, in parts of a digit twice as wide; only how they compare on one page matters.
"""

import math
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence

from ocr.extraction.evidence import Evidence
from ocr.extraction.findings import Finding
from ocr.extraction.sheet import Piece, Sheet
from ocr.extraction.text import distance, letters

_NARROW = frozenset("ijltfrI.,:;'’\"/-()|!1")
_WIDE = frozenset("mwMWƠƯ")
_FEW = 4  # words of a sort a page or line has at least, to know how wide they usually are
_LETTERS, _MOST = 40, 12  # so much of a long value is compared, and so many edits are counted
_FAR = 1.5  # logarithm: nothing is said to be further from the usual


def widths(sheet: Sheet, findings: Mapping[str, Finding]) -> dict[str, Evidence]:
    """`wide` and `narrow`: the worst word of each value beside its page's; `wide_here`: beside its own line's."""
    usual: dict[tuple[int, str], float] = {}
    by_sort: dict[tuple[int, str], list[float]] = defaultdict(list)
    lines: dict[int, list[float]] = {}
    for segment in sheet.segments:
        here = []
        for piece in segment.pieces:
            if len(piece.key) > 1:
                each = _each(piece)
                by_sort[piece.page, _sort(piece)].append(each / max(1, piece.box.height))
                here.append(each)
        for piece in segment.pieces:
            lines[id(piece)] = here
    usual = {sort: statistics.median(of) for sort, of in by_sort.items() if len(of) >= _FEW}
    return {key: _of(finding.pieces, usual, lines) | _unlike(finding) for key, finding in findings.items()}


def _of(pieces: Sequence[Piece], usual: Mapping[tuple[int, str], float], lines: Mapping[int, list[float]]) -> Evidence:
    page, line = [0.0], [0.0]
    for piece in pieces:
        if not piece.key:
            continue
        each = _each(piece)
        known = usual.get((piece.page, _sort(piece)))
        if known:
            page.append(math.log(each / max(1, piece.box.height) / known))
        beside = lines.get(id(piece), [])
        if len(beside) >= _FEW:
            line.append(math.log(each / statistics.median(beside)))
    return {
        "wide": min(max(0.0, max(page) - 0.1), _FAR),
        "narrow": min(max(0.0, -min(page) - 0.1), _FAR),
        "wide_here": min(max(0.0, max(line) - 0.1), _FAR),
    }


def _each(piece: Piece) -> float:
    """Pixels for each part of a word's usual width."""
    parts = sum(0.6 if c in _NARROW else 1.6 if c in _WIDE else 1.35 if c.isupper() else 1.0 for c in piece.text)
    return max(1, piece.box.width) / max(0.6, parts)


def _sort(piece: Piece) -> str:
    if any(char.isdigit() for char in piece.text):
        return "figures"
    return "capitals" if piece.text.isupper() else "letters"


def _unlike(finding: Finding) -> Evidence:
    """How much of what was read is not in the value: it was mended far, or words around it were passed over."""
    if finding.source != "ocr" or not finding.pieces or not any(char.isalpha() for char in finding.value):
        return {}
    read, said = letters(finding.text), letters(finding.value)
    if said in read:
        return {"left_aside": (len(read) - len(said)) / max(1, len(read))}
    read, said = read[:_LETTERS], said[:_LETTERS]
    return {"unlike": distance(read, said, _MOST) / max(len(read), len(said))}
