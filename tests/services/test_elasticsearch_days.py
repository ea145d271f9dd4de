"""Good and bad days of the search server: what is found then, what is said, and that nothing is lost."""

import contextlib
import dataclasses
import socket
import time
from datetime import date, timedelta

import pytest
from elasticsearch import Elasticsearch

from khoso.kernel.errors import Unavailable
from search.adapters import elasticsearch_cluster
from search.adapters.elasticsearch import ElasticsearchIndex
from search.ports import Cursor, Entry, Query, Viewer
from tests.services.conftest import search_address, search_index

pytestmark = pytest.mark.services

EVERYBODY = Viewer()
PAPERS = [Entry(f"d{number:02}", 1, title="giấy mời họp", unit=f"u{number % 2}") for number in range(30)]


@pytest.fixture
def index(elasticsearch_url):
    with search_index(elasticsearch_url) as made:
        yield made


@pytest.fixture
def raw(elasticsearch_url):
    """Another client, which knows nothing of Khoso."""
    with Elasticsearch(elasticsearch_url) as client:
        yield client


def alias(index):
    return index._cluster.alias


def total(index, words="giấy"):
    return index.find(Query(words), viewer=EVERYBODY).total


def deep(index, meanwhile):
    """All pages of the same question, something happening after the second."""
    seen, after, turn = [], None, 0
    while True:
        page = index.find(Query("giấy mời", limit=7), viewer=EVERYBODY, after=after)
        seen += [hit.document for hit in page.hits]
        if page.after is None:
            return seen, page
        after = Cursor.parse(page.after.text)
        turn += 1
        if turn == 2:
            meanwhile()


def test_pages_are_of_one_point_in_time(index):
    index.put(PAPERS)
    seen, last = deep(index, lambda: index.put([Entry("new", 1, title="giấy mời"), Entry("d00", 2, removed=True)]))
    assert sorted(seen) == [paper.document for paper in PAPERS]
    assert last.total == 30
    assert total(index) == 30, "and the next question is of today: one more, one less"


def test_of_a_crowd_the_newest_are_ranked_and_those_named(elasticsearch_url):
    papers = [
        Entry(f"d{day:03}", 1, title="giấy mời họp", unit="u", issue_date=date(2026, 1, 1) + timedelta(days=day))
        for day in range(200)
    ]
    papers.append(Entry("old", 1, title="giấy mời họp", owner_name="Giấy Mời", issue_date=date(1990, 1, 1)))
    with search_index(elasticsearch_url, limits={"crowd": 20, "sampled": 100}) as index:
        index.put(papers)
        first = index.find(Query("giấy mời", facets=True), viewer=EVERYBODY)
        assert [hit.document for hit in first.hits] == ["old", *(f"d{day:03}" for day in range(199, 180, -1))]
        assert first.total == 201
        assert not first.exact
        assert 100 < first.facets["year"]["2026"] < 300, "an estimate of 200"
        seen, _ = deep(index, lambda: None)
        assert len(seen) == len(set(seen)), "nothing comes twice, however far one turns"
        few = index.find(Query("giấy mời", facets=True, until=date(2026, 1, 15)), viewer=EVERYBODY)
        assert (few.total, few.exact, few.facets["year"]["2026"]) == (16, True, 15)


def test_neighbours_in_the_body_count_where_matches_are_few(elasticsearch_url):
    papers = [
        Entry("near", 1, title="giấy", body="rừng phòng hộ", issue_date=date(2020, 1, 1)),
        Entry("far", 1, title="giấy", body="phòng xa rừng xa hộ", issue_date=date(2026, 1, 1)),
    ]
    for most, first in ((2, "near"), (1, "far")):
        with search_index(elasticsearch_url, limits={"beside": most}) as index:
            index.put(papers)
            assert index.find(Query("rừng phòng hộ"), viewer=EVERYBODY).hits[0].document == first
            papers.append(Entry("named", 1, title="rừng phòng hộ", issue_date=date(2019, 1, 1)))
            index.put(papers)
            assert index.find(Query("rừng phòng hộ"), viewer=EVERYBODY).hits[0].document == "named"
            papers.pop()


def test_pages_go_on_when_their_point_in_time_ran_out(index, raw):
    index.put(PAPERS)
    after, seen = None, []
    while True:
        page = index.find(Query("giấy mời", limit=7), viewer=EVERYBODY, after=after)
        seen += [hit.document for hit in page.hits]
        if page.after is None:
            break
        after = Cursor.parse(page.after.text)
        pit = after.document.rpartition("/")[2]
        if pit:
            with contextlib.suppress(Exception):
                raw.close_point_in_time(id=pit)
    assert sorted(seen) == [paper.document for paper in PAPERS]


def test_a_forged_point_in_time_is_of_no_use(index):
    index.put(PAPERS)
    for pit in ("AAAA", "x" * 4000, "../_all", "==="):
        page = index.find(Query("giấy"), viewer=Viewer(frozenset({"u1"})), after=Cursor(9e9, f"d00/0/{pit}"))
        assert {hit.document for hit in page.hits} <= {paper.document for paper in PAPERS if paper.unit == "u1"}
        assert page.total == 15


def test_nobody_answers():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    for use in (total, lambda index: index.put(PAPERS), ElasticsearchIndex.generation, ElasticsearchIndex.versions):
        index = ElasticsearchIndex(search_address(f"http://elastic:x@127.0.0.1:{port}"))
        with pytest.raises(Unavailable, match="không trả lời"):
            use(index)
        index.close()


def test_a_frozen_server_costs_one_question_its_patience_and_the_next_ones_nothing():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        index = ElasticsearchIndex(search_address(f"http://elastic:x@127.0.0.1:{silent.getsockname()[1]}"))
        started = time.monotonic()
        with pytest.raises(Unavailable, match="không trả lời"):
            total(index)
        assert time.monotonic() - started < elasticsearch_cluster.SEARCH_SECONDS + 3
        started = time.monotonic()
        for use in (lambda: total(index), lambda: index.put(PAPERS), index.generation):
            with pytest.raises(Unavailable, match="chờ vài giây"):
                use()
        assert time.monotonic() - started < 0.3
        index.close()


def test_a_wrong_password_is_said(elasticsearch_url):
    address = dataclasses.replace(search_address(elasticsearch_url), password="wrong")
    index = ElasticsearchIndex(address)
    for use in (lambda: total(index), lambda: index.put(PAPERS), index.generation):
        with pytest.raises(Unavailable, match="từ chối đăng nhập"):
            use()
    index.close()


def test_an_index_deleted_by_others_is_empty_under_another_generation(index, raw):
    index.put(PAPERS)
    before = index.generation()
    (name,) = raw.indices.get_alias(name=alias(index)).body
    raw.indices.delete(index=name)
    assert total(index) == 0
    assert index.generation() != before
    raw.indices.delete(index=list(raw.indices.get_alias(name=alias(index)).body))
    index.put(PAPERS)
    assert total(index) == 30
    strict = raw.indices.get_mapping(index=alias(index)).body
    assert all(one["mappings"]["dynamic"] == "strict" for one in strict.values()), "never one with a guessed mapping"


def test_an_index_that_lost_its_alias_gets_it_back(index, raw):
    index.put(PAPERS)
    (name,) = raw.indices.get_alias(name=alias(index)).body
    raw.indices.delete_alias(index=name, name=alias(index))
    assert total(index) == 30


def test_a_full_disk_is_said_and_questions_are_answered(index, raw):
    index.put(PAPERS)
    (name,) = raw.indices.get_alias(name=alias(index)).body
    raw.indices.put_settings(index=name, settings={"index.blocks.read_only_allow_delete": True})
    with pytest.raises(Unavailable, match="chỉ cho đọc"):
        index.put([Entry("late", 1, title="giấy")])
    assert total(index) == 30
    raw.indices.put_settings(index=name, settings={"index.blocks.read_only_allow_delete": None})
    index.put([Entry("late", 1, title="giấy")])
    assert total(index) == 31


def test_an_index_of_another_make_is_said_and_replaced_by_a_rebuild(index, raw):
    other = alias(index).rpartition("-m")[0] + "-m0"
    raw.indices.create(index=f"{other}-old", aliases={other: {}}, mappings={"properties": {"words": {"type": "text"}}})
    for use in (lambda: total(index), lambda: index.put(PAPERS), index.generation):
        with pytest.raises(Unavailable, match="khoso reindex"):
            use()
    fresh = index.rebuild()
    fresh.put(PAPERS)
    with pytest.raises(Unavailable, match="khoso reindex"):
        total(index)
    fresh.swap()
    assert total(index) == 30
    assert not raw.indices.exists(index=f"{other}-old")


def test_a_field_nobody_knows_is_refused_by_the_mapping(index, raw):
    index.put(PAPERS)
    with pytest.raises(Exception, match="strict_dynamic_mapping"):
        raw.index(index=f"{alias(index)}-1", document={"surprise": 1})


def test_two_processes_that_begin_at_once_share_one_index(elasticsearch_url):
    with search_index(elasticsearch_url) as one:
        two = ElasticsearchIndex(one._cluster._address)
        assert one.generation() == two.generation()
        one.put([Entry("a", 1, title="giấy")])
        two.put([Entry("b", 1, title="giấy")])
        assert total(one) == total(two) == 2
        two.close()


def test_an_index_being_built_is_written_in_a_hurry_and_durable_before_it_is_compared(index, raw):
    def settings_of(name):
        (found,) = raw.indices.get_settings(index=name).body.values()
        told = found["settings"]["index"]
        return told["translog"]["durability"], told["refresh_interval"], told["merge"]["policy"]["segments_per_tier"]

    index.put(PAPERS)
    fresh = index.rebuild()
    name = fresh._index
    fresh.put(PAPERS[:20])
    assert settings_of(name) == ("async", "-1", "24")
    assert len(list(fresh.versions())) == 20
    raw_settled = ("request", "30s", "4")
    assert settings_of(name) == raw_settled
    index.put([Entry("d25", 2, title="giấy mời mới")])  # while it is built, what comes goes into both
    fresh.put(PAPERS[20:])
    assert settings_of(name)[0] == "async"
    fresh.swap()
    assert settings_of(name) == raw_settled
    assert total(index) == 30
    assert dict(index.versions())["d25"] == 2, "the later version won"


def test_a_first_index_is_built_without_rests(index):
    assert not index.rebuild()._asked
    index.put(PAPERS)
    assert index.rebuild()._asked


def test_an_index_that_takes_anothers_place_has_few_segments(index, raw, monkeypatch):
    monkeypatch.setattr(elasticsearch_cluster, "FEW_SEGMENTS", 2)
    index.put(PAPERS)
    fresh = index.rebuild()
    name = fresh._index
    for at in range(0, 30, 5):
        fresh.put(PAPERS[at : at + 5])
        raw.indices.refresh(index=name)

    def segments():
        return raw.indices.stats(index=name, metric="segments")["_all"]["primaries"]["segments"]["count"]

    before = segments()
    fresh.swap()
    assert before > 2 >= segments()
    assert total(index) == 30


def test_a_phrase_is_counted_with_its_facets_and_they_are_exact_however_many_match(elasticsearch_url):
    with search_index(elasticsearch_url) as made:
        few = ElasticsearchIndex(made._cluster._address, crowd=6, sampled=8)
        few.put(dataclasses.replace(paper, state="FILED") for paper in PAPERS)
        found = few.find(Query('"giấy mời họp"', facets=True), viewer=EVERYBODY)
        assert (found.total, found.facets["state"], found.exact) == (30, {"FILED": 30}, True)
        assert not few.find(Query("giấy", facets=True), viewer=EVERYBODY).exact
        few.close()


def test_a_number_takes_one_search_and_more_where_many_have_it_with_the_same_answer(elasticsearch_url, raw):
    def searches():
        stats = raw.indices.stats(index=alias(made), metric="search")["_all"]["primaries"]["search"]
        return stats["query_total"]

    papers = [
        Entry(f"d{at}", 1, title="giấy mời", number="12/QĐ-UBND", state="FILED", issue_date=date(2026, 1, 1 + at))
        for at in range(9)
    ]
    with search_index(elasticsearch_url) as made:
        few = ElasticsearchIndex(made._cluster._address, beside=8)
        few.put([*papers, Entry("other", 1, title="giấy mời", number="13/QĐ-UBND", state="FILED")])
        for words in ("12/QĐ-UBND", "giấy mời 12/QĐ", "12/QĐ-UB"):
            query, told = Query(words, facets=True, limit=5, typing=words.endswith("UB")), []
            for asked in (made, few):
                before = searches()
                found = asked.find(query, viewer=EVERYBODY)
                told.append(found)
                assert (searches() - before == 1) == (asked is made)
            assert told[0] == told[1]
            assert (told[0].total, told[0].facets["state"], told[0].exact) == (9, {"FILED": 9}, True)
            assert [hit.document for hit in told[0].hits] == ["d8", "d7", "d6", "d5", "d4"]
            rest = made.find(query, viewer=EVERYBODY, after=told[0].after)
            assert ([hit.document for hit in rest.hits], rest.total) == (["d3", "d2", "d1", "d0"], 9)
        few.close()


def test_a_crowd_that_a_loosened_question_finds_is_told_about_and_the_closest_come_first(elasticsearch_url):
    """2,000 papers have more than half of the words, three of them, the oldest, nearly all."""
    with search_index(elasticsearch_url) as made:
        some = ElasticsearchIndex(made._cluster._address, crowd=100)
        near = [
            Entry(f"near{at}", 1, title="biên bản kiểm kê đất rừng", issue_date=date(2001, 1, 1 + at))
            for at in range(3)
        ]
        some.put(
            Entry(f"d{at}", 1, title="biên bản kiểm kê tài sản", issue_date=date(2020, 1, 1) + timedelta(at % 900))
            for at in range(2000)
        )
        some.put(near)
        query = Query("biên bản kiểm kê đất rừng vượn", facets=True, limit=20)
        found = some.find(query, viewer=EVERYBODY)
        assert (found.relaxed, found.exact) == (True, False)
        bare = some.find(Query(query.words, limit=20), viewer=EVERYBODY)
        assert (bare.exact, bare.facets) == (False, {}), "without facets the total is no less a guess"
        assert 1000 < found.total < 4000
        assert [hit.document for hit in found.hits[:3]] == ["near2", "near1", "near0"]
        seen = [hit.document for hit in found.hits]
        while found.after and len(seen) < 200:
            found = some.find(query, viewer=EVERYBODY, after=found.after)
            seen += [hit.document for hit in found.hits]
        assert len(seen) == len(set(seen)) >= 200, "one turns pages beyond the closest"
        some.close()


def test_text_with_half_a_letter_is_indexed_without_it(index):
    index.put([Entry("half", 1, title="giấy \ud800 mời")])
    (hit,) = index.find(Query("giấy mời"), viewer=EVERYBODY).hits
    assert hit.title == "giấy  mời"
