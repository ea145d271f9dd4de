"""Reading: one consistent view of the index as arrays with one place for each slot."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.adapters.postings import BLOCK, spread_all, spread_body, spread_head
from search.adapters.sqlite_file import Damaged
from search.adapters.sqlite_write import COLUMNS
from search.answers import FACETS
from search.folding import accented_key, storable
from search.ports import MOST_FACETS, Query, Viewer
from search.ranking import Flags, Masks, narrowed

Places = NDArray[np.intp]
"""Slots of documents."""

_END = "\U0010ffff"  # sorts after every continuation of a term


class View:
    """The index within one transaction. Looks every term and column up once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        (last,) = connection.execute("SELECT max(slot) FROM document").fetchone()
        self._blocks = 0 if last is None else last // BLOCK + 1
        self._masks: dict[tuple[str, bool], Masks] = {}
        self._columns: dict[str, NDArray[Any]] = {}

    def masks(self, term: str, beginning: bool) -> Masks:  # noqa: FBT001 - the shape `ranking.Lookup` has
        """Which fields of each document hold a term (or one beginning with it)."""
        if (term, beginning) not in self._masks:
            self._masks[term, beginning] = self._read_masks(term, term + _END if beginning else term)
        return self._masks[term, beginning]

    def _read_masks(self, first: str, last: str) -> Masks:
        masks = np.zeros(self._blocks * BLOCK, np.uint8)
        # For each block (CROSS JOIN keeps this order) one look into its terms.
        rows = self._connection.execute(
            """SELECT posting.block, posting.body, posting.head FROM facet CROSS JOIN posting
               ON posting.block = facet.block AND posting.term BETWEEN ? AND ? WHERE facet.name = 'unit'""",
            (first, last),
        )
        bodies: defaultdict[int, list[bytes]] = defaultdict(list)
        heads: defaultdict[int, list[bytes]] = defaultdict(list)
        for block, body, head in rows:
            bodies[block].append(body)
            heads[block].append(head)
        try:
            for block, parts in bodies.items():
                spread_all(parts, heads[block], masks[block * BLOCK : (block + 1) * BLOCK])
        except (ValueError, IndexError) as error:
            raise Damaged(f"postings of {first!r} cannot be read: {error}") from error
        return masks

    def counts(self, terms: Iterable[str], among: Flags) -> Mapping[str, int]:
        """How many of these documents have each term; terms nobody has are not named."""
        terms = sorted(terms)
        rows = self._connection.execute(
            f"""SELECT posting.term, posting.block, posting.body, posting.head FROM facet CROSS JOIN posting
                ON posting.block = facet.block AND posting.term IN ({", ".join("?" * len(terms))})
                WHERE facet.name = 'unit'""",  # noqa: S608 - question marks alone
            terms,
        )
        found: dict[str, int] = {}
        for term, block, body, head in rows:
            masks = np.zeros(BLOCK, np.uint8)
            if body:
                spread_body(body, masks)
            if head:
                spread_head(head, masks)
            here = int(np.count_nonzero(masks[among[block * BLOCK : (block + 1) * BLOCK]]))
            found[term] = found.get(term, 0) + here
        return found

    def column(self, name: str) -> NDArray[Any]:
        """One number for each slot, see `COLUMNS`."""
        if name not in self._columns:
            rows = self._connection.execute("SELECT data FROM facet WHERE name = ? ORDER BY block", (name,))
            data = b"".join(row[0] for row in rows)
            if len(data) != self._blocks * BLOCK * COLUMNS[name].itemsize:
                raise Damaged(f"column {name} is {len(data)} bytes long")
            self._columns[name] = np.frombuffer(data, COLUMNS[name])
        return self._columns[name]

    def visible(self, query: Query, viewer: Viewer) -> Flags:
        """Who the viewer may see and the filters let through."""
        unit = self.column("unit")
        if viewer.units is None:
            seen: Flags = unit != 0
        else:
            seen = self._one_of("unit", viewer.units)
            slots = [slot for slot in map(self.slot, viewer.granted) if slot >= 0]
            seen[slots] |= unit[slots] != 0  # removed ones have no unit
        issuer = None if query.issuer is None else accented_key(query.issuer)
        for name, key in (("document_type", query.document_type), ("state", query.state), ("issuer", issuer)):
            if key is not None:
                seen &= self._one_of(name, [key]) if key else self.column(name) == 0
        for passing in narrowed(query, self.masks):
            seen &= passing
        if query.but is not None:
            slot = self.slot(query.but)
            seen = seen if slot < 0 else seen & (np.arange(len(seen)) != slot)
        if query.since is not None or query.until is not None:
            day = self.column("day")
            seen &= day != 0
            seen &= day >= (query.since.toordinal() if query.since else 0)
            seen &= day <= (query.until.toordinal() if query.until else np.iinfo(np.uint32).max)
        return seen

    def _one_of(self, name: str, keys: Iterable[str]) -> Flags:
        """Who has one of these values."""
        numbers = [
            row[0]
            for key in keys
            for row in self._connection.execute(
                "SELECT id FROM label WHERE facet = ? AND key = ?", (name, storable(key))
            )
        ]
        column = self.column(name)
        chosen = np.zeros(max([0, *numbers, int(column.max(initial=0))]) + 1, np.bool_)
        chosen[numbers] = True
        flags: Flags = chosen[column]
        return flags

    def facets(self, at: Places) -> Mapping[str, Mapping[str, int]]:
        """How many of these documents have which value, most first."""
        found = {}
        for facet in FACETS:
            counts = np.bincount(self.column(facet)[at])
            counts[:1] = 0  # no value
            order = np.argsort(-counts, kind="stable")[:MOST_FACETS].tolist()
            said = str if facet == "year" else self._printed
            found[facet] = {said(number): int(counts[number]) for number in order if counts[number]}
        return found

    def _printed(self, number: int) -> str:
        row = self._connection.execute("SELECT printed FROM label WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise Damaged(f"no label {number}")
        return str(row[0])

    def slot(self, document: str) -> int:
        """The slot of a document, -1 if it was never put."""
        row = self._connection.execute("SELECT slot FROM document WHERE document = ?", (storable(document),)).fetchone()
        return int(row[0]) if row else -1
