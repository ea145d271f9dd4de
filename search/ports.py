"""What search promises: an index that can be rebuilt at any time and never shows what the viewer may not see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from math import isfinite
from typing import Protocol

MOST_HITS = 200
MOST_FACETS = 50
MOST_NEAR = 8
LONGEST_NEAR = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """What is findable of one document. Text is as printed (NFC); the index folds it itself.

    Attributes:
        document: UUID as text.
        version: of the document's catalogue row; a put with an older or equal version changes nothing.
        removed: a tombstone: the document must not be found, and no older version may bring it back.
        unit: who it belongs to; part of the viewer's rights.
        names: owners and other persons.
        numbers: document numbers, serials, ids, codes; also of the dossier, and the name of the batch.
        keys: identifiers it is found by where they are asked for whole, and in no other way: of a paper that lies covered
            its number, its code, its owner's id. Never shown, suggested or sorted by; one without a figure counts for nothing.
        places: other names, former and present, of the places in it (mergers of 2025): found like words of the body.
        filed: when it was filed, in seconds since 1970 (UTC); 0 while it is not.
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
    keys: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    filed: int = 0
    body: str = ""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose eyes: `units` None means every unit (embedded single user, administrator).

    Attributes:
        granted: documents of other units that are open to this person alone.
    """

    units: frozenset[str] | None = None
    granted: frozenset[str] = frozenset()


class Sort(StrEnum):
    """The order of hits. Of equals, and of all without what is sorted by (they come last), the order is the index's own."""

    BEST = "best"  # by how well they answer; without words valid and new ones first
    NEWEST = "newest"  # by issue date
    OLDEST = "oldest"
    FILED = "filed"  # last filed first
    NUMBER = "number"  # 9/QĐ-UBND, 24/QĐ-UBND, 24/TTr-UBND


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked. Filters are exact (`issuer` whatever its case and tone placement); None asks nothing.

    Attributes:
        words: as typed, with or without tones; quotes make a phrase. Blank words list everything the filters let
            through, newest first.
        typing: the last word may be unfinished, so that words beginning with it are found as well. Otherwise they are
            only found if nothing has the word itself.
        number: a number, code or id of the document, whole or its beginning; in the best order whole ones are first, then
            those of which whole parts were asked for. Without a letter or digit it lets nothing through.
        owner: the owner's id.
        owner_name: words of the owner's name, whatever their tones, neighbours side by side; in the best order those with
            the tones asked for are first. Without a letter or digit it lets nothing through.
        since, until: of the issue date, both included; undated documents are left out if either is asked.
        sort: the order of hits; a cursor goes on in the order it was made in.
        but: a document to leave out.
        limit: hits of one page, at most `MOST_HITS` are given.
    """

    words: str
    document_type: str | None = None
    number: str | None = None
    owner: str | None = None
    owner_name: str | None = None
    issuer: str | None = None
    state: str | None = None
    since: date | None = None
    until: date | None = None
    sort: Sort = Sort.BEST
    but: str | None = None
    limit: int = 20
    facets: bool = False
    typing: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of hits ended; opaque outside the adapter that made it. `text` and `parse` carry it through a URL.

    Attributes:
        step: how far the question had been loosened (see `search.asking`), so that the next page asks the same.
    """

    score: float
    document: str
    step: int = 0

    @property
    def text(self) -> str:
        return f"{self.step}:{self.score!r}:{self.document}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Raises `ValueError` for a text no cursor has."""
        step, score, document = text.split(":", 2)
        cursor = cls(float(score), document, int(step))
        if not isfinite(cursor.score) or not document:
            raise ValueError(f"not a cursor: {text[:80]!r}")
        return cursor


@dataclass(frozen=True, slots=True)
class Hit:
    """One found document. `snippet` is plain text as printed, `marks` are (start, end) offsets into it of matched words.

    `score` is 0 where hits are sorted by something else than how well they answer. `places`: other names, former and
    present, of places in the document that the question asked for.
    """

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
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of hits, best first.

    Attributes:
        total: how many documents the viewer may see match, on all pages.
        exact: False: `facets` are estimates; so is `total` in an embedded index: an upper bound then (a long phrase of
            common words was not looked up in every document; what is on the page was).
        relaxed: nothing had all the words; these have more than half of them, most first.
        after: where the next page starts; None on the last.
        facets: `document_type`, `issuer`, `year`, `state` → value → count over all pages, most first, at most
            `MOST_FACETS` each. Documents without a value are not counted; spellings of an issuer that differ only in
            case and tone placement are one.
    """

    hits: tuple[Hit, ...]
    total: int
    after: Cursor | None = None
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    exact: bool = True
    relaxed: bool = False


class Unfit(Exception):
    """Some entries of a `put` this index can never take, however often it is tried; the others were put.

    Attributes:
        documents: names of theirs → why, without a word of what they hold.
    """

    def __init__(self, documents: Mapping[str, str]) -> None:
        self.documents = dict(documents)
        super().__init__(", ".join(f"{name}: {why}" for name, why in self.documents.items()))


SHARED = "shared-"
"""How generations of an index on a server begin: a file of one machine must not take its place unasked."""


class Rebuild(Protocol):
    """A new index being built beside the one in use, which goes on answering. It outlives the process that began it."""

    @property
    def name(self) -> str:
        """The generation the index will have once this takes its place."""

    def put(self, entries: Iterable[Entry]) -> None:
        """As `SearchIndex.put`, into the new index alone. Raises `Unavailable`, `Unfit`."""

    def versions(self) -> Iterable[tuple[str, int]]:
        """As `SearchIndex.versions`, of the new index. Raises `Unavailable`."""

    def swap(self) -> None:
        """From now on the new index answers, in one step; the old one is deleted. Twice = once. Raises `Unavailable`."""

    def abandon(self) -> None:
        """Delete the new index. Raises `Unavailable`."""


class SearchIndex(Protocol):
    """A projection of the catalogue. Safe for several threads and processes at once."""

    def put(self, entries: Iterable[Entry]) -> None:
        """Index entries, newest version wins; durable on return. Raises `Unavailable`, `Unfit`."""

    def find(self, query: Query, *, viewer: Viewer, after: Cursor | None = None) -> Hits:
        """Best hits first; rights are part of the query. Raises `Unavailable`; `Refused` for words nobody can search."""

    def near(self, word: str, *, viewer: Viewer) -> tuple[str, ...]:
        """Words of documents the viewer may see that are one letter away from a plain word, commonest first.

        At most `MOST_NEAR`. Of words longer than `LONGEST_NEAR` letters, or with others than a–z, nothing. Raises
        `Unavailable`.
        """

    def versions(self) -> Iterable[tuple[str, int]]:
        """(document, version) of every live entry, for `check`. Raises `Unavailable`."""

    def clear(self) -> None:
        """Forget everything, tombstones too, to be rebuilt. Raises `Unavailable`."""

    def generation(self) -> str:
        """A name that changes whenever the index lost what it held: cleared, deleted, damaged, of an older make.

        Whoever feeds the index keeps the name it fed: read it *before* a put and store it with what was put; where the
        stored name differs from today's, everything has to be put again. That of an index all machines share begins with
        `SHARED`. Raises `Unavailable`.
        """

    def rebuild(self) -> Rebuild:
        """Begin a new, empty index beside this one, or take up the one begun and not finished.

        While it exists every `put`, of any process, goes to both. An index of another make is not written to, and can
        be replaced in this way alone. Raises `Unavailable`.
        """
