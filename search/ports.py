"""What search promises: an index that can be rebuilt at any time and never shows what the viewer may not see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """What is findable of one document. Text is as printed (NFC); the index folds it itself.

    Attributes:
        document: UUID as text.
        version: of the document's catalogue row; a put with an older or equal version changes nothing.
        removed: a tombstone: the document must not be found, and no older version may bring it back.
        unit: who it belongs to; part of the viewer's rights.
        names: owners and other persons.
        numbers: document numbers, serials, ids, codes.
        body: full text.
    """

    document: str
    version: int
    removed: bool = False
    unit: str = ""
    state: str = ""
    document_type: str = ""
    title: str = ""
    number: str = ""
    issuer: str = ""
    owner_id: str = ""
    owner_name: str = ""
    summary: str = ""
    issue_date: date | None = None
    validity: str = "active"
    code: str = ""
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    body: str = ""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose eyes: `units` None means every unit (embedded single user, administrator)."""

    units: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked. `words` as typed, with or without tones, quotes make a phrase. Filters are exact; None asks nothing."""

    words: str
    document_type: str | None = None
    owner: str | None = None
    issuer: str | None = None
    state: str | None = None
    since: date | None = None
    until: date | None = None
    limit: int = 20
    facets: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of hits ended; opaque outside the adapter that made it."""

    score: float
    document: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One found document. `snippet` is plain text as printed, `marks` are (start, end) offsets into it of matched words."""

    document: str
    score: float
    title: str
    number: str
    issuer: str
    issue_date: date | None
    document_type: str
    owner_name: str
    state: str
    validity: str
    snippet: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of hits, best first. `facets`: field → value → count over all hits the viewer may see."""

    hits: tuple[Hit, ...]
    total: int
    after: Cursor | None = None
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class SearchIndex(Protocol):
    """A projection of the catalogue."""

    def put(self, entries: Iterable[Entry]) -> None:
        """Index entries, newest version wins; durable on return. Raises `Unavailable`."""

    def find(self, query: Query, *, viewer: Viewer, after: Cursor | None = None) -> Hits:
        """Best hits first; rights are part of the query. Raises `Unavailable`; `Refused` for words nobody can search."""

    def versions(self) -> Iterable[tuple[str, int]]:
        """(document, version) of every live entry, for `check`. Raises `Unavailable`."""

    def clear(self) -> None:
        """Forget everything, to be rebuilt."""
