"""Writing: entries come in, the rows of one transaction change. Only what differs from the stored entry is touched."""

import json
import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np

from search.adapters.postings import BLOCK, Changes
from search.adapters.sqlite_file import Damaged
from search.answers import VALID, issuer_key
from search.folding import storable
from search.ports import Entry
from search.sorting import number_key
from search.terms import Terms, terms_of

COLUMNS: Mapping[str, np.dtype[Any]] = {
    "unit": np.dtype("<u4"),  # label; 0: nobody is in this slot
    "document_type": np.dtype("<u4"),
    "issuer": np.dtype("<u4"),
    "state": np.dtype("<u4"),
    "day": np.dtype("<u4"),  # ordinal of the issue date; 0: undated
    "year": np.dtype("<u2"),  # of the issue date
    "valid": np.dtype("u1"),
    "filed": np.dtype("<u4"),  # seconds since 1970; 0: not filed
    "number": np.dtype("<u8"),  # `number_key` of its number
}
"""The numbers kept for each slot. Labels are ids of the table `label`, 0 where the entry has no value."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An entry with its terms: the slow part, done before the transaction begins."""

    entry: Entry
    terms: Terms


def prepare(entries: Iterable[Entry]) -> list[Prepared]:
    """The newest of each document, with its terms."""
    newest: dict[str, Entry] = {}
    for entry in entries:
        before = newest.get(entry.document)
        if before is None or before.version < entry.version:
            newest[entry.document] = entry
    return [Prepared(entry, terms_of(entry)) for entry in newest.values()]


def write(connection: sqlite3.Connection, prepared: Iterable[Prepared]) -> None:
    """Apply entries; those not newer than what is known change nothing."""
    postings: dict[int, Changes] = defaultdict(Changes)
    columns: dict[tuple[str, int], dict[int, int]] = defaultdict(dict)
    labels: dict[tuple[str, str], int] = {}
    for one in prepared:
        slot, known = _slot(connection, one.entry)
        if slot is None:
            continue
        block, place = divmod(slot, BLOCK)
        postings[block].note(place, before=terms_of(known) if known else {}, after=one.terms)
        for name, number in _numbers(connection, one.entry, labels).items():
            columns[name, block][place] = number
        _store(connection, slot, one.entry)
    for block, changes in sorted(postings.items()):
        _write_postings(connection, block, changes)
    for (name, block), numbers in columns.items():
        _write_column(connection, name, block, numbers)


def _slot(connection: sqlite3.Connection, entry: Entry) -> tuple[int | None, Entry | None]:
    """The document's slot and the entry stored there if it is live; no slot if this version is not newer."""
    row = connection.execute(
        "SELECT slot, version, live FROM document WHERE document = ?", (entry.document,)
    ).fetchone()
    if row is None:
        live = not entry.removed
        new = connection.execute(
            "INSERT INTO document (document, version, live) VALUES (?, ?, ?)", (entry.document, entry.version, live)
        )
        return new.lastrowid, None
    slot, version, live = row
    if version >= entry.version:
        return None, None
    connection.execute(
        "UPDATE document SET version = ?, live = ? WHERE slot = ?", (entry.version, not entry.removed, slot)
    )
    return slot, stored(connection, slot) if live else None


def stored(connection: sqlite3.Connection, slot: int, *, most_bytes: int = 0) -> Entry:
    """The live entry in a slot, as it was put (version 0), its body cut after `most_bytes` of UTF-8 if that is not 0.

    Raises:
        Damaged: there is none, or not one of ours.
    """
    row = connection.execute(
        "SELECT document, head, body FROM document JOIN stored USING (slot) WHERE slot = ?", (slot,)
    )
    try:
        document, head, body = row.fetchone()
        fields = json.loads(head)
        issued = fields.pop("issue_date")
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(body, most_bytes).decode("utf-8", "ignore")
        if not (unpacking.eof or unpacking.unconsumed_tail):
            raise Damaged(f"the text in slot {slot} is cut off")
        return Entry(
            document=document,
            version=0,
            issue_date=date.fromisoformat(issued) if issued else None,
            names=tuple(fields.pop("names")),
            numbers=tuple(fields.pop("numbers")),
            keys=tuple(fields.pop("keys")),
            places=tuple(fields.pop("places")),
            body=text,
            **fields,
        )
    except (TypeError, ValueError, KeyError, zlib.error) as error:
        raise Damaged(f"slot {slot} cannot be read: {error}") from error


def _store(connection: sqlite3.Connection, slot: int, entry: Entry) -> None:
    if entry.removed:
        connection.execute("DELETE FROM stored WHERE slot = ?", (slot,))
        return
    fields = asdict(entry) | {"issue_date": entry.issue_date.isoformat() if entry.issue_date else ""}
    for elsewhere in ("document", "version", "removed", "body"):
        del fields[elsewhere]
    connection.execute(
        "INSERT OR REPLACE INTO stored (slot, head, body) VALUES (?, ?, ?)",
        (slot, json.dumps(fields), zlib.compress(storable(entry.body).encode())),
    )


def _write_postings(connection: sqlite3.Connection, block: int, changes: Changes) -> None:
    for term in changes.terms():
        at = (block, term)
        row = connection.execute("SELECT body, head FROM posting WHERE block = ? AND term = ?", at).fetchone()
        old_body, old_head = row or (b"", b"")
        body, head = changes.body(term, old_body), changes.head(term, old_head)
        if row is None:
            connection.execute("INSERT INTO posting (block, term, body, head) VALUES (?, ?, ?, ?)", (*at, body, head))
        elif body or head:
            connection.execute("UPDATE posting SET body = ?, head = ? WHERE block = ? AND term = ?", (body, head, *at))
        else:
            connection.execute("DELETE FROM posting WHERE block = ? AND term = ?", at)


def _numbers(connection: sqlite3.Connection, entry: Entry, labels: dict[tuple[str, str], int]) -> dict[str, int]:
    """The columns of one entry; all zero for a tombstone."""
    if entry.removed:
        return dict.fromkeys(COLUMNS, 0)

    def label(facet: str, key: str, printed: str) -> int:
        if (facet, key) not in labels:
            labels[facet, key] = _label(connection, facet, key, printed)
        return labels[facet, key]

    return {
        "unit": label("unit", entry.unit, entry.unit),
        "document_type": label("document_type", entry.document_type, entry.document_type) if entry.document_type else 0,
        "issuer": label("issuer", issuer_key(entry.issuer), entry.issuer) if entry.issuer else 0,
        "state": label("state", entry.state, entry.state) if entry.state else 0,
        "day": entry.issue_date.toordinal() if entry.issue_date else 0,
        "year": entry.issue_date.year if entry.issue_date else 0,
        "valid": int(entry.validity == VALID),
        "filed": entry.filed,
        "number": number_key(entry.number),
    }


def _label(connection: sqlite3.Connection, facet: str, key: str, printed: str) -> int:
    """The number of a value, a new one at its first appearance."""
    key, printed = storable(key), storable(printed)
    connection.execute(
        "INSERT INTO label (facet, key, printed) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (facet, key, printed)
    )
    (number,) = connection.execute("SELECT id FROM label WHERE facet = ? AND key = ?", (facet, key)).fetchone()
    return int(number)


def _write_column(connection: sqlite3.Connection, name: str, block: int, changes: Mapping[int, int]) -> None:
    row = connection.execute("SELECT data FROM facet WHERE name = ? AND block = ?", (name, block)).fetchone()
    column = np.frombuffer(row[0], COLUMNS[name]).copy() if row else np.zeros(BLOCK, COLUMNS[name])
    column[list(changes)] = list(changes.values())
    connection.execute(
        "INSERT OR REPLACE INTO facet (name, block, data) VALUES (?, ?, ?)", (name, block, column.tobytes())
    )
