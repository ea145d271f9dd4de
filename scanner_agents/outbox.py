"""The outbox: the one writer of the agent's rows. A row means the bytes are in the spool; bytes go after the row says so.

Several processes may use it at once (`watch` beside `status`, `retry`, `forget`): every change of state is a
compare-and-set within one transaction.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from scanner_agents import rows
from scanner_agents.database import connect, transaction, translated
from scanner_agents.events import Event
from scanner_agents.records import LIVE, WAITING, Document, Labels, Receipt, Sheet, State, key_of
from scanner_agents.retry import LONGEST
from scanner_agents.spool import Kept, Spool

FILE = "outbox.sqlite3"
KEEP_DAYS = 30.0
_DAY = 86400.0


class Missing(Exception):  # not an error: take the sheet once more
    """Bytes a row would speak of are not in the spool (another process forgot the same bytes meanwhile)."""


class Outcome(StrEnum):
    """What adding a drop came to."""

    NEW = "new"
    AGAIN = "again"  # refused, damaged or forgotten before; dropped anew, so it is sent anew
    WAITING = "waiting"
    RECEIVED = "received"
    REFUSED = "refused"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True)
class Original:
    """A watched file or folder: its path as bytes, and the mark that changes whenever it is touched."""

    path: bytes
    mark: str

    @classmethod
    def at(cls, path: Path, mark: str) -> "Original":
        return cls(os.fsencode(path), mark)

    @property
    def location(self) -> Path:
        return Path(os.fsdecode(self.path))


class Outbox:
    """The rows, on one connection (one thread)."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._connection = connect(self._path)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # What comes in

    def add(
        self,
        original: Original | None,
        name: str,
        sheets: tuple[Sheet, ...],
        labels: Labels,
        *,
        spool: Spool,
        now: float,
        anew: bool,
    ) -> tuple[int, Outcome]:
        """Write down a drop whose sheets are in the spool, and remember its original. Twice is once.

        Args:
            original: what it was taken from; None if that is no longer known.
            anew: it was put there by hand again, not merely touched; so what was refused or forgotten is sent again.

        Raises:
            Missing: a sheet is not in the spool (any more).
        """
        key = key_of(sheets, labels)
        with transaction(self._connection, self._path) as db:
            if not all(spool.has(sheet.kept) for sheet in sheets):
                raise Missing
            before = (rows.same_drop(db, original.path, sheets) if original else None) or rows.by_key(db, key)
            if before is None:
                number, outcome = rows.insert(db, key, name, sheets, labels, now), Outcome.NEW
            else:
                number, outcome = before[0], self._meet(db, before[0], before[1], labels, anew=anew)
            if original:
                rows.remember(db, original.path, original.mark, number, now)
        return number, outcome

    @staticmethod
    def _meet(db: sqlite3.Connection, number: int, state: State, labels: Labels, *, anew: bool) -> Outcome:
        if state in WAITING:
            return Outcome.WAITING
        if state is State.RECEIVED:
            return Outcome.RECEIVED
        if state is State.DAMAGED or anew:
            rows.revive(db, number, labels)
            return Outcome.AGAIN
        return Outcome.REFUSED if state is State.REFUSED else Outcome.FORGOTTEN

    def seen(self) -> dict[bytes, str]:
        """Marks of all remembered originals by path."""
        return dict(self._all("SELECT path, mark FROM seen"))

    # What goes out

    def due(self, now: float) -> Document | None:
        """A document whose time has come: the oldest untried one, else the one whose last failure is longest ago."""
        found = self._all(
            "SELECT id FROM documents WHERE state IN (?, ?) AND (next_try <= ? OR next_try > ?)"
            " ORDER BY next_try, id LIMIT 1",
            (*WAITING, now, now + LONGEST),
        )
        return self.document(found[0][0]) if found else None

    def begin(self, number: int) -> bool:
        """It is being sent now. False: it is no longer ours to send."""
        return self._move(number, WAITING, "state = 'sending'")

    def sent(self, kept: Kept, offset: int) -> None:
        """The server has this many bytes of a sheet."""
        with transaction(self._connection, self._path) as db:
            db.execute("UPDATE blobs SET sent = ? WHERE sha256 = ?", (offset, kept.sha256))

    def postpone(self, number: int, trouble: Event, *, attempts: int, until: float) -> None:
        """It did not work; not before `until` again."""
        self._move(number, WAITING, "trouble = ?, attempts = ?, next_try = ?", trouble.dumps(), attempts, until)

    def rush(self) -> None:
        """Everything that waits is due now and has not failed yet."""
        with transaction(self._connection, self._path) as db:
            db.execute("UPDATE documents SET attempts = 0, next_try = 0 WHERE state IN (?, ?)", WAITING)

    def untried(self, attempts: int) -> int:
        """How many waiting documents have failed fewer than `attempts` times in a row."""
        found = self._all("SELECT count(*) FROM documents WHERE state IN (?, ?) AND attempts < ?", (*WAITING, attempts))
        return int(found[0][0])

    def refuse(self, number: int, trouble: Event) -> bool:
        return self._move(number, WAITING, "state = 'refused', trouble = ?", trouble.dumps())

    def damage(self, number: int, trouble: Event) -> bool:
        """Our copy is damaged. Its originals are no longer remembered, so that they mend it if still there."""
        with transaction(self._connection, self._path) as db:
            moved = rows.move(db, number, WAITING, "state = 'damaged', trouble = ?", trouble.dumps())
            if moved:
                db.execute("UPDATE seen SET mark = '' WHERE document = ?", (number,))
        return moved

    def receive(self, document: Document, receipt: Receipt, *, now: float) -> bool:
        """The server has it. The caller has checked that the receipt covers the document.

        Who the owner is need not stay on the counter PC any longer.
        """
        change = "state = 'received', receipt = ?, trouble = NULL, ended_at = ?, owner_id = '', owner_name = ''"
        return self._move(document.id, WAITING, change, rows.dump_receipt(receipt), now)

    def follow(self, number: int, receipt: Receipt, state: str, trouble: Event | None) -> None:
        """What became of a received document on the server."""
        dumped = trouble.dumps() if trouble else None
        with transaction(self._connection, self._path) as db:
            db.execute(
                "UPDATE documents SET receipt = ?, trouble = ? WHERE id = ? AND state = 'received'",
                (rows.dump_receipt(replace(receipt, state=state)), dumped, number),
            )

    def sweep(self, spool: Spool) -> tuple[Kept, ...]:
        """Delete copies no live document needs; return those no row has ever spoken of (left as they are).

        Within the transaction no one can add a row about a copy that is being deleted.
        """
        unclaimed = []
        with transaction(self._connection, self._path) as db:
            for kept in tuple(spool.names()):
                known, needed = rows.need_of(db, kept.sha256)
                if not known:
                    unclaimed.append(kept)
                elif not needed:
                    spool.delete(kept.sha256)
        return tuple(unclaimed)

    def discard(self, spool: Spool, copies: Iterable[Kept]) -> None:
        """Delete copies just made that no live document needs after all."""
        with transaction(self._connection, self._path) as db:
            for kept in copies:
                if not rows.need_of(db, kept.sha256)[1]:
                    spool.delete(kept.sha256)

    # By a person's hand

    def retry(self, numbers: Iterable[int] | None = None) -> tuple[int, ...]:
        """Make documents due now: all that wait or were refused, or those named. Returns the numbers of those moved."""
        with transaction(self._connection, self._path) as db:
            if numbers is None:
                chosen = [
                    row[0]
                    for row in db.execute("SELECT id FROM documents WHERE state IN (?, ?, ?, ?) ORDER BY id", LIVE)
                ]
            else:
                chosen = list(numbers)
            moved = tuple(
                number
                for number in chosen
                if rows.move(db, number, (State.SPOOLED, State.SENDING), "attempts = 0, next_try = 0")
                or rows.move(
                    db,
                    number,
                    (State.REFUSED, State.DAMAGED),
                    "state = 'spooled', attempts = 0, next_try = 0, trouble = NULL",
                )
            )
            rows.note(db, "retry", rows.note_of(db, "retry", 0) + 1)
        return moved

    def forget(self, number: int, *, now: float) -> bool:
        """Give a live document up. Its bytes go with the next sweep. False: it is not live."""
        change = "state = 'forgotten', ended_at = ?, trouble = NULL, owner_id = '', owner_name = ''"
        return self._move(number, LIVE, change, now)

    # The watched originals

    def to_tidy(self) -> tuple[Original, ...]:
        """Originals whose document the server has, not moved or deleted yet."""
        found = self._all(
            "SELECT path, mark FROM seen JOIN documents ON id = document WHERE state = 'received' AND NOT tidied"
        )
        return tuple(Original(path, mark) for path, mark in found)

    def tidied(self, original: Original) -> None:
        """Nothing more is to be done about this original."""
        with transaction(self._connection, self._path) as db:
            db.execute("UPDATE seen SET tidied = 1 WHERE path = ?", (original.path,))

    def prune(self, present: Iterable[bytes], *, now: float) -> None:
        """Drop memories nobody needs: of originals gone for a month, and of documents that ended a month ago."""
        before = now - KEEP_DAYS * _DAY
        with transaction(self._connection, self._path) as db:
            db.executemany("UPDATE seen SET last_seen = ? WHERE path = ?", [(now, path) for path in present])
            db.execute("DELETE FROM seen WHERE last_seen < ?", (before,))
            db.execute(
                "DELETE FROM documents WHERE state IN ('received', 'forgotten') AND ended_at < ?"
                " AND NOT EXISTS (SELECT 1 FROM seen WHERE document = documents.id)",
                (before,),
            )
            db.execute("DELETE FROM blobs WHERE NOT EXISTS (SELECT 1 FROM sheets WHERE sha256 = blobs.sha256)")

    # Looking

    def document(self, number: int) -> Document | None:
        found = self.documents(only=number)
        return found[0] if found else None

    def documents(
        self, *, states: Iterable[State] = tuple(State), only: int | None = None, newest: int | None = None
    ) -> tuple[Document, ...]:
        """Documents by number; `newest` limits them to the last so many."""
        wanted = tuple(states)
        marks = ", ".join("?" * len(wanted))
        clause, params = f"state IN ({marks})", list[Any](wanted)
        if only is not None:
            clause, params = clause + " AND id = ?", [*params, only]
        with translated(self._path), closing(self._connection.cursor()) as cursor:
            return rows.load(cursor, clause, params, newest)

    def counts(self) -> dict[State, int]:
        """How many documents are in each state."""
        found = dict(self._all("SELECT state, count(*) FROM documents GROUP BY state"))
        return {state: found.get(state.value, 0) for state in State}

    def note(self, name: str, value: Any) -> None:
        """Leave a note of JSON for other processes (`status` reads what `watch` last said)."""
        with transaction(self._connection, self._path) as db:
            rows.note(db, name, value)

    def notes(self) -> Mapping[str, Any]:
        return {name: json.loads(value) for name, value in self._all("SELECT name, value FROM facts")}

    def _move(self, number: int, before: Iterable[State], change: str, *params: str | float) -> bool:
        with transaction(self._connection, self._path) as db:
            return rows.move(db, number, before, change, *params)

    def _all(self, query: str, params: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with translated(self._path):
            return self._connection.execute(query, params).fetchall()
