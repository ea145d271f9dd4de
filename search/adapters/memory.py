"""MemoryIndex: the search index as plain dictionaries, every document looked at for every question.

The reference the other adapters are compared with, and enough for tests of whatever searches.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from threading import Lock

import numpy as np

from search.answers import FACETS, VALID, hit_of, issuer_key, most_common, rebuild_is_gone
from search.asking import Asked, Step, parse
from search.ports import MOST_FACETS, MOST_HITS, Cursor, Entry, Hits, Query, Sort, Viewer
from search.ranking import Lookup, Masks, favour, gather, narrowed, scores, standing
from search.snippets import Marker
from search.sorting import number_key, order
from search.spelling import variants
from search.terms import Phrases, Terms, plain_word, terms_of


@dataclass(frozen=True, slots=True)
class _Kept:
    """An entry with its place in order of arrival, which decides between equal scores (later first)."""

    entry: Entry
    terms: Terms
    order: int


class MemoryIndex:
    """Implements `search.ports.SearchIndex`. Holds everything in memory and forgets it with the process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[str, _Kept] = {}
        self._generation = secrets.token_hex(8)
        self._next: MemoryIndex | None = None

    def put(self, entries: Iterable[Entry]) -> None:
        entries = list(entries)
        if self._next is not None:
            self._next.put(entries)
        with self._lock:
            for entry in entries:
                before = self._kept.get(entry.document)
                if before is None or before.entry.version < entry.version:
                    order = len(self._kept) if before is None else before.order
                    self._kept[entry.document] = _Kept(entry, terms_of(entry), order)

    def find(self, query: Query, *, viewer: Viewer, after: Cursor | None = None) -> Hits:
        asked = parse(query.words)
        with self._lock:
            kept = dict(self._kept)
        visible = [one for one in kept.values() if _passes(one, query, viewer)]
        step = Step.WHOLE
        found: list[tuple[float, int, Entry]] = []
        for step in asked.steps_from(after.step if after else None):
            found = [
                (_key(one.entry, score, query.sort), one.order, one.entry)
                for one in visible
                for score in _score(one, asked, step, query)
            ]
            if found:
                break
        found.sort(key=lambda one: one[:2], reverse=True)
        facets = _facets([entry for _, _, entry in found]) if query.facets else {}
        total = len(found)
        if after is not None:
            last = kept[after.document].order if after.document in kept else -1
            found = [one for one in found if one[:2] < (after.score, last)]
        page = found[: min(query.limit, MOST_HITS)]
        marker = Marker(asked, growing=query.typing or step is not Step.WHOLE)
        return Hits(
            hits=tuple(hit_of(entry, key if query.sort is Sort.BEST else 0.0, marker) for key, _, entry in page),
            total=total,
            after=Cursor(page[-1][0], page[-1][2].document, step) if len(page) < len(found) else None,
            facets=facets,
            relaxed=step is Step.RELAXED and total > 0,
        )

    def near(self, word: str, *, viewer: Viewer) -> tuple[str, ...]:
        with self._lock:
            seen = [one for one in self._kept.values() if _passes(one, Query(""), viewer)]
        counted = {spelt: sum(plain_word(spelt) in one.terms for one in seen) for spelt in variants(word)}
        return most_common(counted)

    def versions(self) -> Iterator[tuple[str, int]]:
        with self._lock:
            kept = list(self._kept.values())
        return iter([(one.entry.document, one.entry.version) for one in kept if not one.entry.removed])

    def clear(self) -> None:
        with self._lock:
            self._kept = {}
            self._generation = secrets.token_hex(8)
            self._next = None

    def generation(self) -> str:
        return self._generation

    def rebuild(self) -> "MemoryRebuild":
        with self._lock:
            self._next = self._next or MemoryIndex()
            return MemoryRebuild(self, self._next)

    def take(self, fresh: "MemoryIndex") -> bool:
        """Hold from now on what `fresh` holds; False if it is not the one being built."""
        with self._lock:
            if self._next is not fresh:
                return self._generation == fresh.generation()
            self._kept, self._generation, self._next = fresh._kept, fresh._generation, None  # noqa: SLF001 - one of us
            return True

    def drop(self, fresh: "MemoryIndex") -> None:
        """Build it no longer."""
        with self._lock:
            if self._next is fresh:
                self._next = None

    def builds(self, fresh: "MemoryIndex") -> bool:
        """Is this the one being built?"""
        return self._next is fresh


class MemoryRebuild:
    """Implements `search.ports.Rebuild`."""

    def __init__(self, whole: MemoryIndex, fresh: MemoryIndex) -> None:
        self._whole = whole
        self._fresh = fresh
        self.name = fresh.generation()

    def put(self, entries: Iterable[Entry]) -> None:
        if not self._whole.builds(self._fresh):
            raise rebuild_is_gone()
        self._fresh.put(entries)

    def versions(self) -> Iterator[tuple[str, int]]:
        if not self._whole.builds(self._fresh):
            raise rebuild_is_gone()
        return self._fresh.versions()

    def swap(self) -> None:
        if not self._whole.take(self._fresh):
            raise rebuild_is_gone()

    def abandon(self) -> None:
        self._whole.drop(self._fresh)


def _lookup(terms: Terms) -> Lookup:
    def lookup(term: str, beginning: bool) -> Masks:  # noqa: FBT001 - the shape `ranking.Lookup` has
        masks = [mask for held, mask in terms.items() if held == term or (beginning and held.startswith(term))]
        return np.bitwise_or.reduce(np.array([0, *masks], np.uint8), keepdims=True)

    return lookup


def _passes(one: _Kept, query: Query, viewer: Viewer) -> bool:
    """May this viewer see it, and does it pass the filters?"""
    entry = one.entry
    if entry.removed or entry.document == query.but:
        return False
    if viewer.units is not None and entry.unit not in viewer.units and entry.document not in viewer.granted:
        return False
    exact = (
        (query.document_type, entry.document_type),
        (query.state, entry.state),
        (None if query.issuer is None else issuer_key(query.issuer), issuer_key(entry.issuer)),
    )
    if any(asked is not None and asked != held for asked, held in exact):
        return False
    if not all(flags[0] for flags in narrowed(query, _lookup(one.terms))):
        return False
    if query.since is None and query.until is None:
        return True
    day = entry.issue_date
    return day is not None and (query.since or day) <= day <= (query.until or day)


def _key(entry: Entry, score: float, sort: Sort) -> float:
    """What the entry is ordered by."""
    if sort is Sort.BEST:
        return score
    day = entry.issue_date.toordinal() if entry.issue_date else 0
    return float(
        order(
            sort,
            days=np.array([day], np.uint32),
            filed=np.array([entry.filed], np.uint32),
            numbers=np.array([number_key(entry.number)], np.uint64),
        )[0]
    )


def _score(one: _Kept, asked: Asked, step: Step, query: Query) -> list[float]:
    """The score of one entry, nothing if it does not match."""
    day = one.entry.issue_date.toordinal() if one.entry.issue_date else 0
    lookup = _lookup(one.terms)
    own = standing(np.array([one.entry.validity == VALID]), np.array([day], np.uint32))
    own = sum(favour(query, lookup), own)
    if not asked.words:
        return [float(own[0])]
    evidence = gather(asked, step, typing=query.typing, lookup=lookup)
    if not evidence.matches()[0]:
        return []
    if evidence.false_friends and not Phrases(evidence.phrases).stand_in(one.entry):
        return []
    return [float(scores(evidence, own)[0])]


def _facets(entries: Iterable[Entry]) -> Mapping[str, Mapping[str, int]]:
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
    printed: dict[str, str] = {}
    for entry in entries:
        issuer = printed.setdefault(issuer_key(entry.issuer), entry.issuer)
        year = str(entry.issue_date.year) if entry.issue_date else ""
        for facet, value in zip(FACETS, (entry.document_type, issuer, year, entry.state), strict=True):
            if value:
                counts[facet][value] += 1
    return {facet: dict(counter.most_common(MOST_FACETS)) for facet, counter in counts.items()}
