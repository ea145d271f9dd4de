"""Posting bytes: growing, shrinking and changing form never loses or invents a document."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.adapters.postings import BLOCK, Changes, spread_all, spread_body, spread_head
from search.terms import Field

TERM = "fdat"
PLACES = st.integers(0, BLOCK - 1)
MASKS = st.sampled_from([0, int(Field.BODY), int(Field.TITLE), int(Field.TITLE | Field.BODY), 0xFF])


def apply(stored: tuple[bytes, bytes], before: dict[int, int], after: dict[int, int]) -> tuple[bytes, bytes]:
    """One write that takes documents from one state to the other."""
    changes = Changes()
    for place in before.keys() | after.keys():
        held, holds = before.get(place, 0), after.get(place, 0)
        changes.note(place, before={TERM: held} if held else {}, after={TERM: holds} if holds else {})
    assert changes.terms() in ([TERM], [])
    return changes.body(TERM, stored[0]), changes.head(TERM, stored[1])


def read(stored: tuple[bytes, bytes]) -> dict[int, int]:
    masks = np.zeros(BLOCK, np.uint8)
    if stored[0]:
        spread_body(stored[0], masks)
    if stored[1]:
        spread_head(stored[1], masks)
    return {int(place): int(masks[place]) for place in np.flatnonzero(masks)}


@given(st.lists(st.dictionaries(PLACES, MASKS, max_size=40), max_size=12))
def test_what_was_written_is_read(writes: list[dict[int, int]]) -> None:
    stored = (b"", b"")
    state: dict[int, int] = {}
    for changed in writes:
        after = {place: mask for place, mask in (state | changed).items() if mask}
        stored = apply(stored, {place: state.get(place, 0) for place in changed}, {p: after.get(p, 0) for p in changed})
        state = after
        assert read(stored) == state


@given(st.lists(st.dictionaries(PLACES, st.sampled_from([0x80, 4, 0x84, 0xFF]), max_size=40), max_size=12))
def test_many_terms_spread_at_once_are_each_of_them_spread(held: list[dict[int, int]]) -> None:
    dense = dict.fromkeys(range(0, BLOCK, 2), int(Field.TITLE | Field.BODY))
    stored = [apply((b"", b""), {}, one) for one in (*held, *([dense] if len(held) % 2 else []))]
    expected, masks = np.zeros(BLOCK, np.uint8), np.zeros(BLOCK, np.uint8)
    for one in stored:
        for place, mask in read(one).items():
            expected[place] |= mask
    spread_all([body for body, _head in stored], [head for _body, head in stored], masks)
    assert (masks == expected).all()


def test_dense_and_sparse_forms() -> None:
    many = dict.fromkeys(range(0, BLOCK, 2), int(Field.TITLE | Field.BODY))
    few = dict.fromkeys(range(0, 200, 2), int(Field.TITLE | Field.BODY))
    sparse = apply((b"", b""), {}, few)
    assert (len(sparse[0]), len(sparse[1])) == (200, 300)
    dense = apply(sparse, few, many)
    assert (len(dense[0]), len(dense[1])) == (BLOCK // 8, BLOCK)
    assert read(dense) == many
    assert read(apply(dense, many, few)) == few
    assert apply(dense, many, {}) == (b"", b"")
