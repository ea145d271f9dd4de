"""Postings: which documents of one block hold a term, as bytes in a row of the database.

A block is `BLOCK` consecutive slots (a slot is the number a document keeps for ever in this index). Two forms each,
told apart by their length:

- body: little-endian uint16 places within the block in no order, or, once that would be longer, a bit map of the block.
- head (all fields but the body): 3 bytes each, place and `Field` mask, or a byte mask for every place of the block.

Both forms grow by appending, so adding documents never sorts or parses what is there.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from search.ranking import Masks
from search.terms import Field, Terms

BLOCK = 4096
_BITS = BLOCK // 8
_RECORD = np.dtype([("place", "<u2"), ("mask", "u1")])  # packed: 3 bytes, and BLOCK is no multiple of 3
_BODY = int(Field.BODY)  # plain integers: the operators of enumerations are slow
_HEAD = 0xFF & ~_BODY


class Changes:
    """What one write does to the terms of one block: who is added, who held it before and no longer does so."""

    def __init__(self) -> None:
        self._body: defaultdict[str, bytearray] = defaultdict(bytearray)
        self._head: defaultdict[str, bytearray] = defaultdict(bytearray)
        self._body_gone: defaultdict[str, list[int]] = defaultdict(list)
        self._head_gone: defaultdict[str, list[int]] = defaultdict(list)

    def note(self, place: int, *, before: Terms, after: Terms) -> None:
        """The document at `place` had the terms `before`, and now has those of `after`. At most once for a place."""
        body, head, here = self._body, self._head, place.to_bytes(2, "little")
        for term, mask in after.items():  # several hundred turns for each document: kept tight
            held = before.get(term, 0) if before else 0
            if held == mask:
                continue
            if mask & _BODY and not held & _BODY:
                body[term] += here
            if (mask ^ held) & _HEAD:
                if held & _HEAD:
                    self._head_gone[term].append(place)
                if mask & _HEAD:
                    head[term] += here
                    head[term].append(mask & _HEAD)
        for term, held in before.items():
            mask = after.get(term, 0)
            if held & ~mask & _BODY:
                self._body_gone[term].append(place)
            if not mask and held & _HEAD:
                self._head_gone[term].append(place)

    def terms(self) -> list[str]:
        """Every term touched, in the order they are stored."""
        return sorted(self._body.keys() | self._head.keys() | self._body_gone.keys() | self._head_gone.keys())

    def body(self, term: str, old: bytes) -> bytes:
        """The body bytes of a term after the changes; empty when nobody is left."""
        return _changed_body(old, bytes(self._body.get(term, b"")), self._body_gone.get(term, ()))

    def head(self, term: str, old: bytes) -> bytes:
        """The head bytes of a term after the changes; empty when nobody is left."""
        return _changed_head(old, bytes(self._head.get(term, b"")), self._head_gone.get(term, ()))


def _changed_body(old: bytes, added: bytes, gone: Sequence[int]) -> bytes:
    if len(old) != _BITS and not gone and len(old) + len(added) < _BITS:
        return old + added
    held = np.zeros(BLOCK, np.uint8)
    spread_body(old, held)
    held[list(gone)] = 0
    spread_body(added, held)
    places = np.flatnonzero(held)
    if len(places) * 2 < _BITS:
        return places.astype("<u2").tobytes()
    return np.packbits(held != 0, bitorder="little").tobytes()


def _changed_head(old: bytes, added: bytes, gone: Sequence[int]) -> bytes:
    if len(old) != BLOCK and not gone and len(old) + len(added) < BLOCK:
        return old + added
    masks = np.zeros(BLOCK, np.uint8)
    spread_head(old, masks)
    masks[list(gone)] = 0
    spread_head(added, masks)
    places = np.flatnonzero(masks)
    if len(places) * _RECORD.itemsize >= BLOCK:
        return masks.tobytes()
    records = np.empty(len(places), _RECORD)
    records["place"] = places
    records["mask"] = masks[places]
    return records.tobytes()


def spread_all(bodies: Iterable[bytes], heads: Iterable[bytes], into: Masks) -> None:
    """Set the bits of everyone held by any of many terms: their short forms are put together and spread at once."""
    places, records = bytearray(), bytearray()
    for body in bodies:
        if len(body) == _BITS:
            spread_body(body, into)
        else:
            places += body
    for head in heads:
        if len(head) == BLOCK:
            spread_head(head, into)
        else:
            records += head
    into[np.frombuffer(places, "<u2")] |= np.uint8(_BODY)
    held = np.frombuffer(records, _RECORD)
    np.bitwise_or.at(into, held["place"], held["mask"])  # a document may hold several of the terms


def spread_body(stored: bytes, into: Masks) -> None:
    """Set the body bit of everyone held; `into` has one byte for each place of the block."""
    if len(stored) == _BITS:
        into |= np.unpackbits(np.frombuffer(stored, np.uint8), bitorder="little") << 7
    else:
        into[np.frombuffer(stored, "<u2")] |= np.uint8(_BODY)


def spread_head(stored: bytes, into: Masks) -> None:
    """Set the head bits of everyone held."""
    if len(stored) == BLOCK:
        into |= np.frombuffer(stored, np.uint8)
    else:
        records = np.frombuffer(stored, _RECORD)
        into[records["place"]] |= records["mask"]
