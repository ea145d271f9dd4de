"""Looks of electronic signatures: small blocks that say who signed and when. They are no content of the paper.

NĐ 30/2020/NĐ-CP, Phụ lục I mục II.8 puts them at the top right and beside the signer's title; programs add "Ký bởi",
"Thời gian ký" and a time to the second. What they claim is judged from the signature itself, never from its picture.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ocr.sight.order import Spot

_CLAIM = re.compile(
    r"^(ký bởi|người ký|thời gian ký|ngày ký|digitally signed by|signature (not )?(verified|valid))\b"
    r"|\b\d{1,2}[:.]\d{2}[:.]\d{2}\b.{0,3}([+-]\d{2}[:'.]?\d{2}|$)"
    r"|^[+-]0?7[:.']?00\W*$",
    re.IGNORECASE,
)
_SMALLER = 0.95  # of the page's usual print
_ALIKE = 1.5  # largest ratio of heights within a block
_PITCH = 2.9  # rises from baseline to baseline
_MOST = 8  # lines of a block


@dataclass(frozen=True, slots=True)
class Shown:
    """A line's place and text."""

    spot: Spot
    text: str


def looks_of_signatures(lines: Sequence[Shown]) -> set[int]:
    """Numbers of the lines (`Spot.number`) that belong to the look of an electronic signature."""
    if not lines:
        return set()
    usual = sorted(line.spot.rise for line in lines)[len(lines) // 2]
    claims = [line for line in lines if _CLAIM.search(line.text) and line.spot.rise <= _SMALLER * usual]
    out: set[int] = set()
    for claim in claims:
        block = _block(claim, lines)
        if len(block) <= _MOST:
            out.update(line.spot.number for line in block)
    return out


def _block(claim: Shown, lines: Sequence[Shown]) -> list[Shown]:
    """The lines above and below that start at the same edge in print of the same size."""
    size = claim.spot.rise
    fits = [
        line
        for line in lines
        if abs(line.spot.x0 - claim.spot.x0) < 1.5 * size
        and max(line.spot.rise, size) < _ALIKE * min(line.spot.rise, size)
    ]
    fits.sort(key=lambda line: line.spot.base)
    at = fits.index(claim)
    first = last = at
    while first > 0 and fits[first].spot.base - fits[first - 1].spot.base < _PITCH * size:
        first -= 1
    while last + 1 < len(fits) and fits[last + 1].spot.base - fits[last].spot.base < _PITCH * size:
        last += 1
    return fits[first : last + 1]
