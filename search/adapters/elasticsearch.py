"""ElasticsearchIndex: the search index of a server, on Elasticsearch 9.

What it holds and how it is asked: `elasticsearch_document`, `elasticsearch_question`. Where it is, its names, its errors:
`elasticsearch_cluster`. Only what every distribution has is used: no plug-ins, no scripts.

- A document's version in the catalogue is its external version here: a late write loses, whoever sends it. Deleted
  documents would be forgotten after a minute, so a removal is a document too, with nothing in it to be found.
- A question with a number, an id or a code is one search, given up where more than `BESIDE` have it. Any other, and such a one
  then, is counted first, which costs little; then two searches go in one round trip: the page of hits, and the
  facets, which the server caches. Of a quoted phrase, or most of the words, it is dear to find out who has them: how many do
  is guessed from a sample, then one search finds page, total and facets, or two at once where it is a crowd. Of a crowd of matches (`CROWD`) the newest are ranked, and those whose number, owner or
  name is what was asked for; facets of more than `SAMPLED` are estimated from a sample. So no question costs more because
  the index is larger.
- The first page is of the index as it is; the next ones are of a point in time, which the cursor carries. Should it have
  run out, the page is of the index as it is again: scores do not depend on other documents, so nothing comes twice.
"""

import json
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import accumulate, islice
from secrets import token_hex
from threading import Lock
from typing import Any, NamedTuple, TypeVar

import orjson
from django.utils.translation import gettext as _
from elasticsearch import ApiError

from khoso.kernel.errors import Unavailable
from search.adapters.elasticsearch_cluster import SEARCH_SECONDS, Address, Cluster, Gone, Starting
from search.adapters.elasticsearch_document import document_of, entry_of
from search.adapters.elasticsearch_question import Clause, Question, favour, standing, visible
from search.answers import hit_of, issuer_key, most_common, rebuild_is_gone
from search.asking import Asked, Step, parse
from search.ports import MOST_FACETS, MOST_HITS, Cursor, Entry, Hits, Query, Sort, Unfit, Viewer
from search.ranking import DAY_BONUS, DAY_ZERO
from search.snippets import Marker
from search.sorting import LAST
from search.spelling import variants

BATCH = 500
BATCH_BYTES = 4_000_000
"""Documents and bytes of one bulk request."""

SMALL_BATCH = 100
"""Documents of one beside which people ask: no question waits long for a core."""

SENDERS = 2
"""Bulk requests under way at once."""

LONGEST_REST = 2.0
"""Seconds between two bulk requests of a rebuild."""

PIECE = 10_000
"""Versions read at once."""

CROWD = 10_000
"""Matches that are all ranked; of more the newest, about as many. Nobody turns hundreds of pages: who finds more asks closer."""

FEW_WORDS = 4
"""Words of a question whose crowd is ranked; of a longer one, which costs more for each match, in proportion fewer."""

BESIDE = 500
"""Matches of which it is looked whether words stand side by side in the body, which soon costs more than all else together; of
more only whether they do in a number, a name, a title or another value outside it."""

SAMPLED = 100_000
"""Matches that are counted one by one for facets; of more a random sample of about half as many."""

DAYS_KNOWN = 600.0
"""Seconds for which the spread of documents over days is remembered."""

KEEP = "3m"
"""How long a point in time waits for its reader to turn the page."""

_MALFORMED = frozenset({400, 413})
"""Answers to what is wrong in itself and stays so."""

GUESSED = 0.02
"""The part of all documents by which it is guessed how many hold what is dear to look for."""

_FACETS = {"document_type": "document_type", "issuer": "issuer_key", "year": "year", "state": "state"}
_NO_FACETS: Mapping[str, Any] = {name: {"buckets": []} for name in _FACETS}
_DAY = re.compile(r"\d{1,8}", re.ASCII)
_TIE = re.compile(r"\d{1,19}", re.ASCII)
_PIT = re.compile(r"[\w=+-]{1,4000}", re.ASCII)
_LAST = 2**63 - 1
_LARGEST = 3e38  # of a 32-bit score
_FIRST = {
    Sort.BEST: {"_score": "desc"},
    Sort.NEWEST: {"day": "desc"},
    Sort.OLDEST: {"oldest": "asc"},
    Sort.FILED: {"filed": "desc"},
    Sort.NUMBER: {"number_key": "asc"},
}
_THEN = [{"day": "desc"}, {"tie": "desc"}]
_LOOKED_UP = {"excludes": ["flow", "terms"]}
"""What is not needed of a document that is shown."""
_ISSUERS_KNOWN = 10_000

Done = TypeVar("Done")


class ElasticsearchIndex:
    """Implements `search.ports.SearchIndex` on the cluster at `address`. Make one for each process; threads share it."""

    def __init__(self, address: Address, *, crowd: int = CROWD, sampled: int = SAMPLED, beside: int = BESIDE) -> None:
        self._cluster = Cluster(address)
        self._crowd, self._sampled, self._beside = crowd, sampled, beside
        self._issuers: dict[str, str] = {}  # key → as printed in some document
        self._issuers_lock = Lock()
        self._days = _Days()

    def put(self, entries: Iterable[Entry]) -> None:
        unfit = None
        try:
            written = _write(entries, lambda lines: self._again(partial(self._send, lines)), at_once=SENDERS)
        except Unfit as error:
            written, unfit = 1, error
        if written:
            self._again(lambda: self._cluster.refresh(*self._cluster.open_indexes()))
        if unfit is not None:
            raise unfit

    def find(self, query: Query, *, viewer: Viewer, after: Cursor | None = None) -> Hits:
        asked = parse(query.words)
        if not asked.words:
            return self._again(lambda: self._answer(_Asking(query, viewer, asked, None), after))
        found = None
        for step in asked.steps_from(after.step if after else None):
            found = self._again(partial(self._answer, _Asking(query, viewer, asked, step), after))
            if found.total:
                break
        return found or Hits((), 0)

    def near(self, word: str, *, viewer: Viewer) -> tuple[str, ...]:
        spelt = sorted(variants(word))
        if not spelt:
            return ()
        return most_common(self._again(lambda: self._counts(spelt, viewer)))

    def _counts(self, spelt: Sequence[str], viewer: Viewer) -> Mapping[str, int]:
        """How many documents the viewer may see have each word."""
        with self._cluster.asking() as client:
            answer = client.search(
                index=self._cluster.alias,
                size=0,
                query={"bool": {"filter": [*visible(Query(""), viewer), {"terms": {"flow": spelt}}]}},
                aggregations={"near": {"filters": {"filters": {one: {"term": {"flow": one}} for one in spelt}}}},
                track_total_hits=False,
                timeout=f"{int(SEARCH_SECONDS * 900)}ms",
            )
        return {one: int(found["doc_count"]) for one, found in answer["aggregations"]["near"]["buckets"].items()}

    def versions(self) -> Iterator[tuple[str, int]]:
        index = self._again(self._cluster.current)
        return self._versions(index)

    def clear(self) -> None:
        fresh = f"{self._cluster.alias}-{token_hex(6)}"
        self._again(self._cluster.current)
        self._cluster.create(fresh)
        self._cluster.swap(fresh)

    def generation(self) -> str:
        return self._again(lambda: self._cluster.generation(self._cluster.current()))

    def rebuild(self) -> "ElasticsearchRebuild":
        if not self._cluster.other_makes():
            self._again(self._cluster.current)  # there is one to be replaced, so that what is put now has where to go
        index = self._cluster.next()
        if index is None:
            index = f"{self._cluster.alias}-{token_hex(6)}"
            self._cluster.create(index, self._cluster.next_alias)
        asked = bool(self._cluster.other_makes()) or self.holds_any()
        return ElasticsearchRebuild(self, self._cluster, index, asked=asked)

    def holds_any(self) -> bool:
        """Whether there is anything to be found."""
        return bool(self._again(lambda: self._search("", [_any()]))[0]["hits"]["total"]["value"])

    def close(self) -> None:
        """Close connections; the next use opens new ones."""
        self._cluster.close()

    def _again(self, work: Callable[[], Done]) -> Done:
        """Do it; where the index turns out to be gone or swapped, look which one is in use and do it once more."""
        for last in (False, False, True):
            try:
                return work()
            except Gone as error:
                if last:
                    raise _replaced(error) from error
                with suppress(Gone):
                    self._cluster.current()
                    if isinstance(error, Starting):
                        self._cluster.await_open()
        raise AssertionError("unreachable")

    def _send(self, lines: Sequence[bytes]) -> Mapping[str, str]:
        unfit: dict[str, str] = {}
        for index in self._cluster.open_indexes():
            unfit |= _bulk(self._cluster, index, lines)
        return unfit

    def _versions(self, index: str) -> Iterator[tuple[str, int]]:
        """Of every live document, as of now."""
        try:
            self._cluster.refresh(index)
            with self._cluster.writing() as client:
                pit = client.open_point_in_time(index=index, keep_alive=KEEP)["id"]
            last: list[Any] | None = None
            while True:
                with self._cluster.writing() as client:
                    hits = client.search(
                        pit={"id": pit, "keep_alive": KEEP},
                        size=PIECE,
                        query={"term": {"live": True}},
                        sort="_shard_doc",
                        search_after=last,
                        source=False,
                        docvalue_fields=[{"field": "version"}],
                        track_total_hits=False,
                        allow_partial_search_results=False,
                    )["hits"]["hits"]
                yield from ((hit["_id"], hit["fields"]["version"][0]) for hit in hits)
                if len(hits) < PIECE:
                    break
                last = hits[-1]["sort"]
            with suppress(Gone, ApiError), self._cluster.writing() as client:
                client.close_point_in_time(id=pit)
        except Gone as error:
            raise _replaced(error) from error

    def _answer(self, asking: "_Asking", after: Cursor | None) -> Hits:
        """One page at one step."""
        place = None if after is None else _Place.of(after)
        pit = "" if place is None else place.pit or self._point_in_time()
        try:
            counted, page, facets = self._ask(asking, place, pit)
        except (Gone, ApiError):
            if not pit:
                raise
            pit = ""
            counted, page, facets = self._ask(asking, place, pit)
        sampled = "sample" in facets
        limit = asking.limit
        found = page["hits"]["hits"]
        more = len(found) > limit
        if pit and not more:
            self._let_go(pit)
        marker = Marker(asking.asked, growing=asking.question is not None and asking.question.grows)
        shown = found[:limit]
        total = max(counted, len(shown))
        return Hits(
            hits=tuple(hit_of(entry_of(hit["_id"], hit["_source"]), asking.score(hit), marker) for hit in shown),
            total=total,
            after=_Place.at(shown[-1], page.get("pit_id", "")).cursor(asking.step) if more and shown else None,
            facets=self._facets(facets["sample"] if sampled else facets) if asking.query.facets else {},
            exact=not sampled,
            relaxed=asking.step is Step.RELAXED and total > 0,
        )

    def _ask(
        self, asking: "_Asking", place: "_Place | None", pit: str
    ) -> tuple[int, Mapping[str, Any], Mapping[str, Any]]:
        """How many match, the answer with the page, and the facets, inside `sample` where they are estimated."""
        held: dict[str, Any] = {"pit": {"id": pit, "keep_alive": KEEP}} if pit else {}
        turned = dict(held)
        if place is not None:
            # A point in time breaks ties once more by itself, smaller numbers first: the last of all is the one we had.
            turned["search_after"] = [*place.sort(asking.query.sort), *([_LAST] if pit else [])]
        if asking.question is not None and asking.question.rare:
            few = {"terminate_after": self._beside}
            (page,) = self._search(pit, [asking.exact() | asking.page(beside=True, counting=True) | few | turned])
            total = int(page["hits"]["total"]["value"])
            if not page.get("terminated_early") and total <= self._beside:
                return total, page, page.get("aggregations", {})
        if asking.question is not None and asking.question.costly:
            return self._ask_at_once(asking, turned, pit)
        (counted,) = self._search(pit, [asking.total() | held])
        total = int(counted["hits"]["total"]["value"])
        if not total:
            return 0, counted, _NO_FACETS
        since = self._crowded(asking, total)
        asked = [asking.page(since, beside=total <= self._beside) | turned]
        if asking.query.facets:
            asked.append(asking.facets(self._part(total)) | held)
        page, *others = self._search(pit, asked)
        if since and len(page["hits"]["hits"]) <= asking.limit:  # these documents are older than others are
            (page,) = self._search(pit, [asking.page(beside=False) | turned])
        return total, page, others[0]["aggregations"] if others else {}

    def _ask_at_once(
        self, asking: "_Asking", turned: dict[str, Any], pit: str
    ) -> tuple[int, Mapping[str, Any], Mapping[str, Any]]:
        """The same, of a question whose matches are dear to find out: that is done once, and for a part of all before."""
        held = {name: value for name, value in turned.items() if name == "pit"}
        (guessed,) = self._search(pit, [asking.sampled() | held])
        (about,) = _told(guessed, ["found"])
        since = self._crowded(asking, about)
        beside = about <= self._beside
        exact = asking.exact()
        if not since:
            page = counted = self._search(pit, [exact | asking.page(beside=beside, counting=True) | turned])[0]
        elif asking.step is not Step.RELAXED:
            page, counted = self._search(pit, [asking.page(since, beside=beside) | turned, exact | held])
        else:  # nobody asked for just these: how many there are is not worth finding out
            near = _told(guessed, [name for name, _ in asking.nearer])
            closest = next((at for at, many in enumerate(near) if many <= self._ranked(asking)), len(near) - 1)
            (page,) = self._search(pit, [asking.page(since, beside=beside, closest=closest, alone=True) | turned])
            counted = guessed
            if len(page["hits"]["hits"]) <= asking.limit:
                (page,) = self._search(pit, [asking.page(since, beside=beside, closest=closest) | turned])
        if since and len(page["hits"]["hits"]) <= asking.limit:  # these documents are older than others are
            (page,) = self._search(pit, [asking.page(beside=beside) | turned])
        total = about if counted is guessed else int(counted["hits"]["total"]["value"])
        return total, page, counted.get("aggregations", {})

    def _part(self, total: int) -> float:
        """The part of so many matches that is looked at for facets."""
        return 1.0 if total <= self._sampled else self._sampled / 2 / total

    def _search(self, pit: str, asked: Sequence[dict[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """The answers to these searches, of a point in time or of the index as it is."""
        where: dict[str, Any] = {} if pit else {"index": self._cluster.alias}
        with self._cluster.asking() as client:
            lines = [_json(line) for one in asked for line in (where, one)]  # much quicker than the client makes them
            answers = client.msearch(searches=lines)["responses"]  # type: ignore[arg-type]  # sent as they are
        for answer in answers:
            if "error" in answer:
                if pit and answer["status"] in {400, 404}:
                    raise Gone(pit[:40])  # it ran out, or was none of ours
                self._cluster.refuse(int(answer["status"]), answer["error"])
            if answer["timed_out"]:
                raise Unavailable(_("Máy chủ tìm kiếm trả lời quá chậm. Hãy thử lại, hoặc thêm bộ lọc."))
        return list(answers)

    def _crowded(self, asking: "_Asking", total: int) -> int:
        """The day from which on a crowd of matches is ranked; 0: all are."""
        crowd = self._ranked(asking)
        if total <= crowd or asking.query.sort is not Sort.BEST:
            return 0
        if not self._days.known:
            (answer,) = self._search("", [_spread()])
            self._days.learn(answer["aggregations"]["days"]["buckets"])
        return self._days.since(crowd / total)

    def _ranked(self, asking: "_Asking") -> int:
        """Matches of which all are ranked."""
        return self._crowd * FEW_WORDS // max(FEW_WORDS, len(asking.asked.words))

    def _point_in_time(self) -> str:
        """A frozen view for turning pages; without one (too many are open) pages are of the index as it is."""
        try:
            with self._cluster.asking() as client:
                return str(client.open_point_in_time(index=self._cluster.alias, keep_alive=KEEP)["id"])
        except (Unavailable, ApiError):
            return ""

    def _let_go(self, pit: str) -> None:
        with suppress(Unavailable, Gone, ApiError), self._cluster.asking() as client:
            client.close_point_in_time(id=pit)

    def _facets(self, counted: Mapping[str, Any]) -> Mapping[str, Mapping[str, int]]:
        facets = {
            name: {str(bucket["key"]): int(bucket["doc_count"]) for bucket in counted[name]["buckets"]}
            for name in _FACETS
        }
        printed = self._printed(facets["issuer"])
        return facets | {"issuer": {printed.get(key, key): count for key, count in facets["issuer"].items()}}

    def _printed(self, keys: Iterable[str]) -> Mapping[str, str]:
        """Issuers as printed somewhere; looked up once for each process."""
        keys = list(keys)
        unknown = [key for key in keys if key not in self._issuers]
        if unknown:
            searches: list[Mapping[str, Any]] = []
            for key in unknown:
                ask = {
                    "size": 1,
                    "terminate_after": 1,
                    "query": {"term": {"issuer_key": key}},
                    "_source": ["shown.issuer"],
                }
                searches += [{"index": self._cluster.alias}, ask]
            with self._cluster.asking() as client:
                answers = client.msearch(searches=searches)["responses"]
            with self._issuers_lock:
                if len(self._issuers) > _ISSUERS_KNOWN:
                    self._issuers.clear()
                for answer in answers:
                    for hit in answer.get("hits", {}).get("hits", ()):
                        issuer = hit["_source"]["shown"]["issuer"]
                        self._issuers[issuer_key(issuer)] = issuer
        found = ((key, self._issuers.get(key)) for key in keys)  # asked once: another thread may clear it
        return {key: issuer for key, issuer in found if issuer is not None}


class ElasticsearchRebuild:
    """Implements `search.ports.Rebuild`: an index beside the one in use.

    Args:
        asked: people ask the one in use meanwhile; an empty one answers nobody.
    """

    def __init__(self, whole: ElasticsearchIndex, cluster: Cluster, index: str, *, asked: bool = True) -> None:
        self._whole = whole
        self._cluster = cluster
        self._index = index
        self.name = cluster.generation(index)
        self._hurried = False
        self._asked = asked

    def put(self, entries: Iterable[Entry]) -> None:
        if not self._hurried:
            self._there(self._cluster.hurry)
            self._hurried = True
        if self._asked:
            _write(entries, self._send, batch=SMALL_BATCH)
        else:
            _write(entries, self._send, at_once=SENDERS)

    def versions(self) -> Iterator[tuple[str, int]]:
        # What is compared from here on is there to stay.
        self._there(self._cluster.settle)
        self._hurried = False
        return self._whole._versions(self._index)  # noqa: SLF001 - the same class in two parts

    def swap(self) -> None:
        if self._cluster.next() == self._index:
            self._cluster.settle(self._index)
            self._there(self._cluster.gather)
            self._cluster.refresh(self._index)
            self._cluster.swap(self._index)
        elif self._whole.generation() != self.name:
            raise rebuild_is_gone()

    def abandon(self) -> None:
        if self._cluster.next() == self._index:
            self._cluster.delete(self._index)

    def _send(self, lines: Sequence[bytes]) -> Mapping[str, str]:
        started = time.monotonic()
        try:
            unfit = _bulk(self._cluster, self._index, lines)
        except Gone as error:
            raise rebuild_is_gone() from error
        if self._asked:  # people go on asking meanwhile: the server gets as long a rest as it had work
            time.sleep(min(time.monotonic() - started, LONGEST_REST))
        return unfit

    def _there(self, act: Callable[[str], None]) -> None:
        try:
            act(self._index)
        except Gone as error:
            raise rebuild_is_gone() from error


@dataclass(frozen=True)
class _Asking:
    """One question by one viewer at one step; without words there is no step. What several searches have in common is made
    once.
    """

    query: Query
    viewer: Viewer
    asked: Asked
    at: Step | None

    @property
    def step(self) -> Step:
        return Step.WHOLE if self.at is None else self.at

    @property
    def limit(self) -> int:
        return min(self.query.limit, MOST_HITS)

    @cached_property
    def question(self) -> Question | None:
        return None if self.at is None else Question(self.asked, self.at, typing=self.query.typing)

    def page(
        self, since: int = 0, *, beside: bool, closest: int = 0, alone: bool = False, counting: bool = False
    ) -> dict[str, Any]:
        """The search for one hit more than a page has; among documents from a day on and those named in the question.

        Args:
            beside: whether neighbours in the body count.
            closest: which of `nearer`, what has nearly all of a loosened question, is ranked besides.
            alone: without those from the day on.
            counting: all matches are counted as well.
        """
        ranked = self.query.sort is Sort.BEST
        named = favour(self.query)
        scoring = (
            [standing(), *named, *(self.question.scoring(beside=beside) if self.question else [])] if ranked else []
        )
        among = list(self._filter)
        if since:
            named += self.question.named() if self.question else []
            named += [clause for _, clause in self.nearer[closest : closest + 1]]
            newest = [] if alone else [{"range": {"day": {"gte": since}}}]
            among.append({"bool": {"should": [*newest, *named]}})
        return {
            "query": {"bool": {"filter": among, "should": scoring, "minimum_should_match": 0}},
            "sort": [_FIRST[self.query.sort], *_THEN],
            "size": self.limit + 1,
            "_source": _LOOKED_UP,
            # Leaving out who cannot come so far would cost more than it saves: with so many clauses, each of one worth, what
            # the next documents could score at most is reckoned again and again.
            "track_total_hits": ranked or counting,
            "timeout": f"{int(SEARCH_SECONDS * 900)}ms",
        }

    def total(self) -> dict[str, Any]:
        """The search for the total."""
        return {
            "query": {"bool": {"filter": self._filter}},
            "size": 0,
            "track_total_hits": True,
            "timeout": f"{int(SEARCH_SECONDS * 900)}ms",
        }

    @cached_property
    def nearer(self) -> list[tuple[str, Clause]]:
        """Filters, by names of their own, for those of a loosened question's matches that have more and more of it."""
        loosened = self.question if self.step is Step.RELAXED else None
        return [(f"near{at}", clause) for at, clause in enumerate(loosened.closer())] if loosened else []

    def sampled(self) -> dict[str, Any]:
        """The search for about how many match, and the facets, from a sample and told as if all were looked at."""
        found: dict[str, Any] = {"value_count": {"field": "tie"}}
        counted = {"found": found} | (_counted() if self.query.facets else {})
        counted |= {name: {"filter": clause, "aggs": {"found": found}} for name, clause in self.nearer}
        return self.total() | {"aggs": _from_sample(GUESSED, counted), "track_total_hits": False}

    def facets(self, part: float) -> dict[str, Any]:
        """The search for the facets, from this part of the matches."""
        counted = _counted() if part == 1 else _from_sample(part, _counted())
        return self.total() | {"aggs": counted, "track_total_hits": False}

    def exact(self) -> dict[str, Any]:
        """The search for the total, and the facets from all matches."""
        return (self.facets(1.0) if self.query.facets else self.total()) | {"track_total_hits": True}

    def score(self, hit: Mapping[str, Any]) -> float:
        """The score of a hit."""
        return _score(hit) if self.query.sort is Sort.BEST else 0.0

    @cached_property
    def _filter(self) -> list[Clause]:
        matches = self.question.matches() if self.question else [{"term": {"live": True}}]
        return [*visible(self.query, self.viewer), *matches]


class _Days:
    """How documents spread over days of issue, as far as one needs it to find the newest part of them."""

    def __init__(self) -> None:
        self._until = float("-inf")
        self._newest: Sequence[tuple[int, float]] = ()  # day → share of all from it on, newest first

    @property
    def known(self) -> bool:
        return time.monotonic() < self._until

    def learn(self, buckets: Sequence[Mapping[str, Any]]) -> None:
        """From a histogram by day."""
        total = sum(bucket["doc_count"] for bucket in buckets) or 1
        shares = accumulate(bucket["doc_count"] / total for bucket in reversed(buckets))
        self._newest = [(int(bucket["key"]), share) for bucket, share in zip(reversed(buckets), shares, strict=True)]
        self._until = time.monotonic() + DAYS_KNOWN

    def since(self, share: float) -> int:
        """The day from which on there is this share of all documents; 0 where it is not known."""
        return next((day for day, reached in self._newest if reached >= share), 0)


def _counted() -> dict[str, Any]:
    """The aggregations for the facets."""
    return {name: {"terms": {"field": field, "size": MOST_FACETS}} for name, field in _FACETS.items()}


def _told(answer: Mapping[str, Any], names: Iterable[str]) -> list[int]:
    """What the sample of `_Asking.sampled` tells of all."""
    sample = answer["aggregations"]["sample"]
    return [int(sample[name].get("found", sample[name])["value"]) for name in names]


def _from_sample(part: float, counted: Mapping[str, Any]) -> dict[str, Any]:
    """These aggregations, estimated from a part of the matches: the same part each time."""
    return {"sample": {"random_sampler": {"probability": part, "seed": 1}, "aggs": counted}}


def _any() -> dict[str, Any]:
    """The search for whether anything is there."""
    return {"query": {"term": {"live": True}}, "size": 0, "track_total_hits": 1, "terminate_after": 1}


def _spread() -> dict[str, Any]:
    """The search for the histogram of days."""
    days = {"days": {"histogram": {"field": "day", "interval": 1, "min_doc_count": 1}}}
    return {"query": {"term": {"live": True}}, "size": 0, "track_total_hits": False, "aggs": days}


class _Place(NamedTuple):
    """Where a page ended, in the order of hits, and of which point in time."""

    score: float
    day: int
    tie: int
    pit: str

    def sort(self, sort: Sort) -> list[Any]:
        if sort is Sort.BEST:
            return [max(-_LARGEST, min(self.score, _LARGEST)), self.day, self.tie]
        return [int(max(-LAST, min(self.score, LAST))), self.day, self.tie]

    @classmethod
    def at(cls, hit: Mapping[str, Any], pit: str) -> "_Place":
        score, day, tie = hit["sort"][:3]
        return cls(score, day, tie, pit)

    @classmethod
    def of(cls, cursor: Cursor) -> "_Place":
        """From a cursor, whoever made it: nonsense is some place nobody is at."""
        tie, _slash, rest = cursor.document.partition("/")
        day, _slash, pit = rest.partition("/")
        return cls(
            cursor.score,
            int(day) if _DAY.fullmatch(day) else 0,
            min(int(tie), _LAST) if _TIE.fullmatch(tie) else 0,
            pit if _PIT.fullmatch(pit) else "",
        )

    def cursor(self, step: Step) -> Cursor:
        return Cursor(self.score, f"{self.tie}/{self.day}/{self.pit}", step)


def _replaced(error: Gone) -> Unavailable:
    said = _("Chỉ mục tìm kiếm đang được mở hoặc vừa được thay thế (%(detail)s). Hãy thử lại sau ít giây.")
    return Unavailable(said % {"detail": str(error)[:200]})


def _score(hit: Mapping[str, Any]) -> float:
    """The score with the newness that breaks ties: the server's numbers are too short for both."""
    score, day = hit["sort"][:2]
    return float(score) + max(int(day) - DAY_ZERO, 0) * DAY_BONUS


def _write(
    entries: Iterable[Entry],
    send: Callable[[Sequence[bytes]], Mapping[str, str]],
    *,
    at_once: int = 1,
    batch: int = BATCH,
) -> int:
    """Send entries in batches; the next batch is made while others are on their way.

    Args:
        send: sends the lines of a batch; returns the documents that can never be taken, and why.
        at_once: batches under way.
        batch: documents of one.

    Returns:
        How many were sent.

    Raises:
        Unfit: some were not taken; all others are written, though not refreshed.
    """
    written = 0
    unfit: dict[str, str] = {}
    waiting = iter(entries)
    with ThreadPoolExecutor(max_workers=at_once) as sender:
        under_way: deque[Future[Mapping[str, str]]] = deque()
        while lines := _batch(waiting, batch):
            if len(under_way) == at_once:
                unfit |= under_way.popleft().result()
            under_way.append(sender.submit(send, lines))
            written += len(lines) // 2
        for one in under_way:
            unfit |= one.result()
    if unfit:
        raise Unfit(unfit)
    return written


def _batch(waiting: Iterator[Entry], most: int) -> list[bytes]:
    """The lines of one bulk request: for each entry what to do, and the document."""
    lines: list[bytes] = []
    size = 0
    for entry in islice(waiting, most):
        action = {"index": {"_id": entry.document, "version": entry.version, "version_type": "external"}}
        lines += [_json(action), _json(document_of(entry))]
        size += len(lines[-1])
        if size >= BATCH_BYTES:
            break
    return lines


def _json(value: object) -> bytes:
    """As UTF-8, without lone surrogates, which no server takes."""
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:  # it refuses lone surrogates
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "ignore")


def _bulk(cluster: Cluster, index: str, lines: Sequence[bytes]) -> Mapping[str, str]:
    """Write to one index. Late versions lose silently.

    Returns:
        The documents this index can never take, and why. The others are written.

    Raises:
        Unavailable: some were not taken now.
        Gone: the index is not there any more.
    """
    try:
        with cluster.writing() as client:
            answer = client.bulk(
                index=f"{index}-put",
                operations=lines,  # type: ignore[arg-type]  # sent as they are
                require_alias=True,
                filter_path=["errors", "items.*.error", "items.*.status", "items.*._id"],
            )
    except ApiError as error:
        if error.status_code not in _MALFORMED:
            raise
        # The server read none of it because of one: each half is tried until that one is alone.
        if len(lines) == 2:
            return {json.loads(lines[0])["index"]["_id"]: f"{error.status_code} {error.error}"}
        half = len(lines) // 4 * 2
        return {**_bulk(cluster, index, lines[:half]), **_bulk(cluster, index, lines[half:])}
    if not answer.get("errors"):
        return {}
    unfit = {}
    for item in answer["items"]:
        (outcome,) = item.values()
        if "error" not in outcome or outcome["status"] == 409:  # 409: a newer version is there already
            continue
        if outcome["status"] not in _MALFORMED:
            cluster.refuse(int(outcome["status"]), outcome["error"])
        unfit[outcome["_id"]] = f"{outcome['status']} {outcome['error'].get('type')}"
    return unfit
