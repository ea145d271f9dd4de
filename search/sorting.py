"""Sorting: what an entry is ordered by, as one number for each order; larger comes first.

Numbers are whole and below 2⁵³, so that a cursor carries them exactly. Documents without a date, a time of filing or a
number come last.
"""

import re

import numpy as np
from numpy.typing import NDArray

from search.folding import words
from search.ports import Sort
from search.ranking import Scores

LAST = 1 << 52
"""Beyond every date and number: where those without any stand in ascending order."""

_MOST_LEAD = 2**31 - 2
_LETTERS, _BITS = 4, 5
_DIGITS = re.compile(r"\d+")


def number_key(number: str) -> int:
    """Orders document numbers as people do: by their first figure, then by the letters of their sign; 0 where there is none.

    `9/QĐ-UBND` comes before `24/QĐ-UBND`, and that before `24/TTr-UBND`.
    """
    folded = "".join(plain for plain, _ in words(number))
    if not folded:
        return 0
    figure = _DIGITS.search(number)
    lead = min(int(figure[0][:12]), _MOST_LEAD) + 1 if figure else _MOST_LEAD + 1
    signs = [ord(letter) - 96 for letter in folded if "a" <= letter <= "z"][:_LETTERS]
    key = lead
    for at in range(_LETTERS):
        key = key << _BITS | (signs[at] if at < len(signs) else 0)
    return key


def order(sort: Sort, *, days: NDArray[np.uint32], filed: NDArray[np.uint32], numbers: NDArray[np.uint64]) -> Scores:
    """The number each document is ordered by; of equals the later arrival is first.

    Args:
        days: ordinals of the issue date, 0 undated.
        filed: seconds since 1970 (UTC) of filing, 0 not filed.
        numbers: `number_key` of the document's number.

    Raises:
        ValueError: for `Sort.BEST`, which is the ranking's.
    """
    if sort is Sort.NEWEST:
        return days.astype(np.float64)
    if sort is Sort.OLDEST:
        return -np.where(days == 0, float(LAST), days.astype(np.float64))
    if sort is Sort.FILED:
        return filed.astype(np.float64)
    if sort is Sort.NUMBER:
        return -np.where(numbers == 0, float(LAST), numbers.astype(np.float64))
    raise ValueError(f"{sort} is no order of its own")
