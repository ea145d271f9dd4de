"""What the outbox holds, as frozen values."""

import hashlib
import json
import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from scanner_agents.events import Event
from scanner_agents.spool import Kept


class State(StrEnum):
    """Where a document stands. `spooled → sending → received`; a person decides about the others."""

    SPOOLED = "spooled"  # its bytes are safe in the spool, nothing was sent yet
    SENDING = "sending"  # some of it may be on the server
    RECEIVED = "received"  # the server's receipt echoed every digest and size; bytes forgotten
    REFUSED = "refused"  # the server said why; bytes kept
    DAMAGED = "damaged"  # our own copy is not what it was; what is left is kept
    FORGOTTEN = "forgotten"  # a person gave it up; bytes deleted


LIVE = (State.SPOOLED, State.SENDING, State.REFUSED, State.DAMAGED)
"""States whose bytes stay in the spool."""
WAITING = (State.SPOOLED, State.SENDING)

_DOSSIER = re.compile(r"([0-9A-Z]+(?:\.[0-9A-Z]+)*-(\d{2})(\d{2})(\d{2})-\d{4,})(?![0-9A-Za-z-])")


def dossier_in(name: str) -> str:
    """The dossier code a file name begins with (`<mã hồ sơ>.<số thứ tự>`, TT 01/2023/TT-VPCP), or an empty string."""
    found = _DOSSIER.match(name)
    if not found:
        return ""
    try:
        date(2000 + int(found[2]), int(found[3]), int(found[4]))
    except ValueError:
        return ""
    return found[1]


@dataclass(frozen=True, slots=True)
class Labels:
    """What the desk says about a document; empty where it says nothing.

    Attributes:
        desk: name of the counter.
        dossier, component: codes of the dossier and of its component the document is for.
        owner_id, owner_name: whose paper it is.
        batch: what was handed in together is called.
    """

    desk: str = ""
    dossier: str = ""
    component: str = ""
    owner_id: str = ""
    owner_name: str = ""
    batch: str = ""

    def with_dossier_of(self, name: str) -> "Labels":
        """The same with the dossier code that `name` begins with, if it begins with one."""
        return replace(self, dossier=dossier_in(name) or self.dossier)

    def to_json(self) -> dict[str, str]:
        """Only what is said."""
        said = {
            "desk": self.desk,
            "dossier": self.dossier,
            "component": self.component,
            "owner_id": self.owner_id,
            "owner_name": self.owner_name,
            "batch": self.batch,
        }
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file of a document, in its place.

    Attributes:
        kept: its copy in the spool.
        name: its file name, as Unicode text.
        offset: bytes of it the server is known to have.
        warnings: what the look at its header found.
    """

    kept: Kept
    name: str
    offset: int = 0
    warnings: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The server's word that it has a document: its id there, its state there, what it says it holds, and when."""

    document: str
    state: str
    sheets: tuple[Kept, ...]
    received_at: str
    twice: bool

    def covers(self, document: "Document") -> bool:
        """Whether every sheet's digest and size is echoed, in our order."""
        return self.sheets == tuple(sheet.kept for sheet in document.sheets)


@dataclass(frozen=True, slots=True)
class Document:
    """One row of the outbox.

    Attributes:
        id: its number on this PC, never used twice.
        key: idempotency key; the same sheets for the same purpose always have the same.
        name: of the file or folder it came from.
        attempts: failed tries in a row.
        next_try: seconds since the epoch, not before which it is tried again.
        trouble: why it waits, was refused or is damaged.
        taken_at, ended_at: seconds since the epoch; `ended_at` is 0 while it lives.
        remote: the server's receipt, once there is one.
    """

    id: int
    key: str
    state: State
    name: str
    labels: Labels
    sheets: tuple[Sheet, ...]
    attempts: int = 0
    next_try: float = 0.0
    trouble: Event | None = None
    taken_at: float = 0.0
    ended_at: float = 0.0
    remote: Receipt | None = None

    @property
    def size(self) -> int:
        return sum(sheet.kept.size for sheet in self.sheets)


def key_of(sheets: tuple[Sheet, ...], labels: Labels) -> str:
    """SHA-256 over what makes two drops the same document: the sheets' digests in order, and what they are for.

    File names, desk, batch and the owner's name are left out: they may differ between two drops of the same paper.
    """
    made_of = {
        "version": 1,
        "sheets": [sheet.kept.sha256 for sheet in sheets],
        "dossier": labels.dossier,
        "component": labels.component,
        "owner_id": labels.owner_id,
    }
    text = json.dumps(made_of, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
