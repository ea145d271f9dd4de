"""SqliteIndex: the embedded search index, one SQLite file of our own.

Why not SQLite's FTS5. Vietnamese is written in some 2,000 syllables (tones off), and a page holds a hundred of them:
`quyết định` is in most documents, `nguyễn văn an` shares its syllables with a third. FTS5 steps through every match,
about a microsecond each, before it can count, rank or facet them; on 100,000 documents two common syllables cost
60–400 ms (bench/README.md has the numbers). So postings are kept as bit maps and short arrays by block of 4,096
documents, and numpy combines them: every match is scored, `total` and facets are exact, nothing is sampled, and the
time hardly depends on how common a word is.

The price: `posting` is written in place (about 600 small rows for a document put alone, far less in batches), and word
positions are not kept. A phrase is looked up by its pairs of neighbours, which is exact for two words; for more, up to
`MOST_CHECKED` candidates are checked in their text. Where there are more, the page shown is checked and `Hits.exact`
is False.

Readers see one state of the file (WAL) and never wait. Files: `sqlite_file`; what is written: `sqlite_write`,
`postings`; what is read: `sqlite_read`; who matches and how well: `search.ranking`.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from search.adapters.sqlite_beside import SqliteRebuild, drop_next, next_path, versions_in
from search.adapters.sqlite_file import Absent, IndexFile
from search.adapters.sqlite_read import Places, View
from search.adapters.sqlite_write import prepare, stored, write
from search.answers import hit_of, most_common
from search.asking import Asked, Step, parse
from search.ports import MOST_HITS, Cursor, Entry, Hit, Hits, Query, Sort, Viewer
from search.ranking import Evidence, Scores, favour, gather, scores, standing
from search.snippets import REACH, Marker
from search.sorting import order
from search.spelling import variants
from search.terms import Phrases, plain_word

BATCH = 1000
"""Entries of one transaction: larger is a little faster, and others wait longer to write."""

MOST_CHECKED = 200
"""Texts read to tell a phrase from its scattered pairs, for one question."""


class SqliteIndex:
    """Implements `search.ports.SearchIndex` in the SQLite file at `path`; needs nothing else and SQLite 3.37 or later.

    Make one for each process and share it between threads; it opens the file at first use. The files beside it
    (`-wal`, `-shm`, `.lock`, `.next` and what that names) belong to it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = IndexFile(path)
        self._beside = IndexFile(next_path(path), made=False)

    def put(self, entries: Iterable[Entry]) -> None:
        waiting = iter(entries)
        while batch := prepare(islice(waiting, BATCH)):
            written = None
            while written is None or written != self._file.origin:  # else the file written to was swapped meanwhile
                with self._file.writing() as connection:
                    write(connection, batch)
                    written = self._file.origin
                if self._beside.origin is not None:
                    with suppress(Absent), self._beside.writing() as connection:
                        write(connection, batch)

    def find(self, query: Query, *, viewer: Viewer, after: Cursor | None = None) -> Hits:
        asked = parse(query.words)
        with self._file.reading() as connection:
            answering = _Answering(connection, query, viewer, asked)
            if not asked.words:
                return answering.hits(answering.everything(), after)
            found = None
            for step in asked.steps_from(after.step if after else None):
                found = answering.matching(step)
                if len(found.at):
                    break
            return Hits((), 0) if found is None else answering.hits(found, after)

    def near(self, word: str, *, viewer: Viewer) -> tuple[str, ...]:
        spelt = {plain_word(one): one for one in variants(word)}
        if not spelt:
            return ()
        with self._file.reading() as connection:
            view = View(connection)
            counted = view.counts(spelt, view.visible(Query(""), viewer))
        return most_common({spelt[term]: count for term, count in counted.items()})

    def versions(self) -> Iterator[tuple[str, int]]:
        return versions_in(self._file)

    def clear(self) -> None:
        drop_next(self._path)
        self._file.empty()

    def generation(self) -> str:
        with self._file.reading() as connection:
            return str(connection.execute("SELECT name FROM generation").fetchone()[0])

    def rebuild(self) -> SqliteRebuild:
        with self._file.reading():  # there is a file to be replaced
            pass
        return SqliteRebuild(self._path, self._file, self._beside)

    def close(self) -> None:
        """Close what is open; the next use opens it again."""
        self._file.close()
        self._beside.close()


@dataclass(frozen=True, slots=True)
class _Found:
    """Everybody who matches, by slot. `checked` is False where some may hold a phrase's pairs but not the phrase."""

    at: Places
    evidence: Evidence | None = None
    checked: bool = True


class _Answering:
    """One question to one view of the index."""

    def __init__(self, connection: sqlite3.Connection, query: Query, viewer: Viewer, asked: Asked) -> None:
        self._connection = connection
        self._view = View(connection)
        self._query = query
        self._asked = asked
        self._visible = self._view.visible(query, viewer)

    def everything(self) -> _Found:
        return _Found(np.flatnonzero(self._visible))

    def matching(self, step: Step) -> _Found:
        evidence = gather(self._asked, step, typing=self._query.typing, lookup=self._view.masks)
        at = np.flatnonzero(self._visible & evidence.matches())
        checked = not evidence.false_friends
        if not checked and len(at) <= MOST_CHECKED:
            phrases = Phrases(evidence.phrases)
            at = at[[phrases.stand_in(stored(self._connection, slot)) for slot in at.tolist()]]
            checked = True
        return _Found(at, evidence.only(at), checked)

    def hits(self, found: _Found, after: Cursor | None) -> Hits:
        """The page after a cursor, best first."""
        score = self._scores(found) if self._query.sort is Sort.BEST else self._order(found.at)
        facets = self._view.facets(found.at) if self._query.facets else {}
        relaxed = found.evidence is not None and found.evidence.step is Step.RELAXED and len(found.at) > 0
        page, more = self._page(found, score, after)
        return Hits(page, len(found.at), more, facets, exact=found.checked, relaxed=relaxed)

    def _scores(self, found: _Found) -> Scores:
        own = standing(self._view.column("valid")[found.at] != 0, self._view.column("day")[found.at])
        for more in favour(self._query, self._view.masks):
            own = own + more[found.at]
        return own if found.evidence is None else scores(found.evidence, own)

    def _order(self, at: Places) -> Scores:
        column = self._view.column
        return order(self._query.sort, days=column("day")[at], filed=column("filed")[at], numbers=column("number")[at])

    def _page(self, found: _Found, score: Scores, after: Cursor | None) -> tuple[tuple[Hit, ...], Cursor | None]:
        at = found.at
        if after is not None:
            below = (score < after.score) | ((score == after.score) & (at < self._view.slot(after.document)))
            at, score = at[below], score[below]
        limit = min(self._query.limit, MOST_HITS)
        marker = Marker(self._asked, growing=found.evidence is not None and found.evidence.grows)
        phrases = None if found.checked or found.evidence is None else Phrases(found.evidence.phrases)
        page: list[Hit] = []
        last: Cursor | None = None
        chosen = best(at, score, limit if found.checked else MOST_CHECKED)
        looked_at = 0
        for place in chosen.tolist():
            if len(page) == limit:
                break
            looked_at += 1
            slot = int(at[place])
            entry = stored(self._connection, slot, most_bytes=REACH * 3 if found.checked else 0)
            last = Cursor(float(score[place]), entry.document, found.evidence.step if found.evidence else Step.WHOLE)
            if phrases is None or phrases.stand_in(entry):
                page.append(hit_of(entry, last.score if self._query.sort is Sort.BEST else 0.0, marker))
        return tuple(page), last if looked_at < len(at) else None


def best(at: Places, score: Scores, count: int) -> Places:
    """Indices of the `count` best, best first; of equals the later slot. `at` ascends."""
    if len(at) <= count:
        chosen = np.arange(len(at))
    else:
        least = np.partition(score, -count)[-count] if count else np.inf
        above = np.flatnonzero(score > least)
        equal = np.flatnonzero(score == least)
        chosen = np.concatenate([above, equal[len(equal) - (count - len(above)) :]])
    ordered: Places = chosen[np.lexsort((-at[chosen], -score[chosen]))]
    return ordered
