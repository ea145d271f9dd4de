"""The outbox's statements: rows in and out of SQLite. Only `outbox` uses them, within its transactions."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from scanner_agents.events import Event
from scanner_agents.records import LIVE, Document, Labels, Receipt, Sheet, State
from scanner_agents.spool import Kept

Number = int
_COLUMNS = (
    "id, key, state, name, desk, dossier, component, owner_id, owner_name, batch,"
    " attempts, next_try, trouble, taken_at, ended_at, receipt"
)


def by_key(db: sqlite3.Connection, key: str) -> tuple[Number, State] | None:
    """The document with this idempotency key."""
    row = db.execute("SELECT id, state FROM documents WHERE key = ?", (key,)).fetchone()
    return (row[0], State(row[1])) if row else None


def same_drop(db: sqlite3.Connection, path: bytes, sheets: Sequence[Sheet]) -> tuple[Number, State] | None:
    """The document last taken from this path, if its sheets had the same bytes: then the drop is no new one."""
    row = db.execute(
        "SELECT document, state FROM seen JOIN documents ON id = document WHERE path = ?", (path,)
    ).fetchone()
    if row is None:
        return None
    had = [
        digest for (digest,) in db.execute("SELECT sha256 FROM sheets WHERE document = ? ORDER BY position", row[:1])
    ]
    return (row[0], State(row[1])) if had == [sheet.kept.sha256 for sheet in sheets] else None


def insert(db: sqlite3.Connection, key: str, name: str, sheets: Sequence[Sheet], labels: Labels, now: float) -> Number:
    """A new document, spooled."""
    said = (labels.desk, labels.dossier, labels.component, labels.owner_id, labels.owner_name, labels.batch)
    number = db.execute(
        "INSERT INTO documents (key, state, name, desk, dossier, component, owner_id, owner_name, batch, taken_at)"
        " VALUES (?, 'spooled', ?, ?, ?, ?, ?, ?, ?, ?)",
        (key, name, *said, now),
    ).lastrowid
    db.executemany(
        "INSERT INTO blobs (sha256, size) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(sheet.kept.sha256, sheet.kept.size) for sheet in sheets],
    )
    db.executemany(
        "INSERT INTO sheets (document, position, sha256, name, warnings) VALUES (?, ?, ?, ?, ?)",
        [
            (number, place, sheet.kept.sha256, sheet.name, json.dumps([warning.dumps() for warning in sheet.warnings]))
            for place, sheet in enumerate(sheets)
        ],
    )
    return int(number or 0)


def revive(db: sqlite3.Connection, number: Number, labels: Labels) -> None:
    """Send a document that had ended or been set aside once more, with the labels of its new drop."""
    db.execute(
        "UPDATE documents SET state = 'spooled', attempts = 0, next_try = 0, trouble = NULL, ended_at = 0,"
        " owner_id = ?, owner_name = ?, batch = ? WHERE id = ?",
        (labels.owner_id, labels.owner_name, labels.batch, number),
    )


def move(db: sqlite3.Connection, number: Number, before: Iterable[State], change: str, *params: str | float) -> bool:
    """Compare-and-set. False: someone else was first."""
    states = tuple(before)
    marks = ", ".join("?" * len(states))
    done = db.execute(f"UPDATE documents SET {change} WHERE id = ? AND state IN ({marks})", (*params, number, *states))  # noqa: S608 - `change` is text of this program
    return done.rowcount == 1


def remember(db: sqlite3.Connection, path: bytes, mark: str, number: Number, now: float) -> None:
    """This original has been dealt with, as long as its mark stays."""
    db.execute(
        "INSERT INTO seen (path, mark, document, last_seen) VALUES (?, ?, ?, ?) ON CONFLICT (path) DO UPDATE"
        " SET mark = excluded.mark, document = excluded.document, last_seen = excluded.last_seen, tidied = 0",
        (path, mark, number, now),
    )


def need_of(db: sqlite3.Connection, sha256: str) -> tuple[bool, bool]:
    """Whether any row ever spoke of these bytes, and whether a live document needs them."""
    known = db.execute("SELECT 1 FROM blobs WHERE sha256 = ?", (sha256,)).fetchone()
    needed = db.execute(
        "SELECT 1 FROM sheets JOIN documents ON id = document WHERE sha256 = ? AND state IN (?, ?, ?, ?)",
        (sha256, *LIVE),
    ).fetchone()
    return known is not None, needed is not None


def note(db: sqlite3.Connection, name: str, value: Any) -> None:
    """Write a note, replacing the one before."""
    db.execute(
        "INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, json.dumps(value, ensure_ascii=False)),
    )


def note_of(db: sqlite3.Connection, name: str, absent: int) -> int:
    """A note that is a number."""
    row = db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
    return int(json.loads(row[0])) if row else absent


def dump_receipt(receipt: Receipt) -> str:
    """A receipt as JSON."""
    return json.dumps(
        {
            "document": receipt.document,
            "state": receipt.state,
            "sheets": [[kept.sha256, kept.size] for kept in receipt.sheets],
            "received_at": receipt.received_at,
            "twice": receipt.twice,
        }
    )


def _load_receipt(text: str) -> Receipt:
    data = json.loads(text)
    sheets = tuple(Kept(sha256, size) for sha256, size in data["sheets"])
    return Receipt(data["document"], data["state"], sheets, data["received_at"], data["twice"])


def load(cursor: sqlite3.Cursor, clause: str, params: Sequence[Any], newest: int | None) -> tuple[Document, ...]:
    """Documents with their sheets, by number."""
    order = "ORDER BY id DESC LIMIT ?" if newest is not None else "ORDER BY id"
    found = cursor.execute(
        f"SELECT {_COLUMNS} FROM documents WHERE {clause} {order}",  # noqa: S608 - text of this program
        (*params, newest) if newest is not None else tuple(params),
    ).fetchall()
    return tuple(_document(cursor, row) for row in sorted(found))


def _document(cursor: sqlite3.Cursor, row: Sequence[Any]) -> Document:
    number, key, state, name, *said, attempts, next_try, trouble, taken_at, ended_at, receipt = row
    return Document(
        id=number,
        key=key,
        state=State(state),
        name=name,
        labels=Labels(*said),
        sheets=_sheets(cursor, number),
        attempts=attempts,
        next_try=next_try,
        trouble=Event.loads(trouble) if trouble else None,
        taken_at=taken_at,
        ended_at=ended_at,
        remote=_load_receipt(receipt) if receipt else None,
    )


def _sheets(cursor: sqlite3.Cursor, number: Number) -> tuple[Sheet, ...]:
    found = cursor.execute(
        "SELECT sha256, size, name, sent, warnings FROM sheets JOIN blobs USING (sha256)"
        " WHERE document = ? ORDER BY position",
        (number,),
    )
    return tuple(
        Sheet(Kept(sha256, size), name, sent, tuple(Event.loads(text) for text in json.loads(warnings)))
        for sha256, size, name, sent, warnings in found
    )
