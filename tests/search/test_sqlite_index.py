"""What is particular to the SQLite index: its file, other processes, and agreement with the plain one."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khoso.kernel.errors import Unavailable
from search.adapters.memory import MemoryIndex
from search.adapters.postings import BLOCK
from search.adapters.sqlite import MOST_CHECKED, SqliteIndex
from search.adapters.sqlite_file import APPLICATION_ID, SCHEMA_VERSION
from search.folding import accented_key
from search.ports import Cursor, Entry, Hits, Query, Viewer
from tests.search.corpus import CORPUS

EVERYBODY = Viewer()
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "index.sqlite3"


@pytest.fixture
def index(path: Path) -> Iterator[SqliteIndex]:
    made = SqliteIndex(path)
    yield made
    made.close()


def documents(hits: Hits) -> list[str]:
    return [hit.document for hit in hits.hits]


class TestFile:
    def test_what_was_put_is_there_for_the_next_process(self, path: Path, index: SqliteIndex) -> None:
        index.put(CORPUS)
        generation = index.generation()
        code = f"""
from pathlib import Path
from search.adapters.sqlite import SqliteIndex
from search.ports import Query, Viewer
index = SqliteIndex(Path({str(path)!r}))
print(index.find(Query("24/TTr-UBND"), viewer=Viewer()).hits[0].document, index.generation())
"""
        assert python(code).split() == ["ttr-24", generation]

    def test_only_the_owner_may_read_it(self, path: Path, index: SqliteIndex) -> None:
        index.put(CORPUS[:1])
        for file in (path, path.with_name(path.name + "-wal")):
            assert file.stat().st_mode & 0o077 == 0

    def test_its_stamp_is_the_one_it_looks_for(self, path: Path, index: SqliteIndex) -> None:
        first = index.generation()
        assert SqliteIndex(path).generation() == first
        assert pragma(path, "PRAGMA application_id") == APPLICATION_ID
        assert pragma(path, "PRAGMA user_version") == SCHEMA_VERSION

    def test_deleted_files_are_noticed_while_open(self, path: Path, index: SqliteIndex) -> None:
        index.put([Entry("a", 1, title="một")])
        before = index.generation()
        for file in path.parent.glob("*"):
            file.unlink()
        index.put([Entry("b", 1, title="hai")])
        assert list(index.versions()) == [("b", 1)]
        assert index.generation() != before

    def test_another_make_begins_again(self, path: Path, index: SqliteIndex) -> None:
        index.put(CORPUS[:1])
        before = index.generation()
        index.close()
        pragma(path, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
        assert list(index.versions()) == []
        assert index.generation() != before

    @pytest.mark.parametrize("damage", ["garbage", "short", "page", "emptied"])
    def test_damaged_files_begin_again_and_are_kept_aside(self, path: Path, index: SqliteIndex, damage: str) -> None:
        index.put(CORPUS)
        before = index.generation()
        index.close()  # the last connection folds the log back into the file
        data = path.read_bytes()
        path.write_bytes(
            {
                "garbage": b"this is no database " * 1000,
                "short": data[: len(data) // 2],
                "page": data[:4096] + b"\xff" * (len(data) - 4096),
                "emptied": b"",
            }[damage]
        )
        answers = []
        for _ in range(3):
            try:
                answers.append(index.find(Query("đất"), viewer=EVERYBODY).total)
            except Unavailable:
                answers.append(-1)
        assert answers[-1] == 0
        assert index.generation() != before
        index.put(CORPUS)
        assert documents(index.find(Query("24/TTr-UBND"), viewer=EVERYBODY))[0] == "ttr-24"
        assert path.with_name(path.name + ".damaged").exists() == (damage != "emptied")

    def test_unreadable_rows_are_damage_too(self, path: Path, index: SqliteIndex) -> None:
        index.put(CORPUS)
        with sqlite3.connect(path) as base:
            base.execute("UPDATE stored SET body = x'00'")
        base.close()
        with pytest.raises(Unavailable, match="damaged"):
            index.find(Query("đất"), viewer=EVERYBODY)
        assert list(index.versions()) == []

    def test_the_database_of_another_program_is_left_alone(self, path: Path, index: SqliteIndex) -> None:
        path.parent.mkdir()
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE citizens (name TEXT)")
        other.close()
        before = path.read_bytes()
        with pytest.raises(Unavailable, match="another program"):
            index.put(CORPUS)
        with pytest.raises(Unavailable, match="another program"):
            index.find(Query("đất"), viewer=EVERYBODY)
        assert path.read_bytes() == before

    def test_a_folder_that_cannot_be_made_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")
        with pytest.raises(Unavailable):
            SqliteIndex(tmp_path / "file" / "index.sqlite3").put(CORPUS)

    def test_a_failed_put_changes_nothing(self, index: SqliteIndex) -> None:
        index.put([Entry("a", 1, title="một")])

        def broken() -> Iterator[Entry]:
            yield Entry("b", 1, title="hai")
            raise OSError("the catalogue went away")

        with pytest.raises(OSError, match="catalogue"):
            index.put(broken())
        assert list(index.versions()) == [("a", 1)]
        index.put([Entry("b", 1, title="hai")])
        assert len(list(index.versions())) == 2


class TestErasure:
    def test_removed_words_are_overwritten(self, path: Path, index: SqliteIndex) -> None:
        secret = Entry("a", 1, title="Zyxwvutsrq", owner_name="Zyxwvutsrq", body="Zyxwvutsrq " * 50)
        index.put([*CORPUS, secret])
        index.put([Entry("a", 2, removed=True)])
        index.close()
        assert b"yxwvutsrq" not in path.read_bytes()
        assert not path.with_name(path.name + "-wal").exists()


class TestSharing:
    def test_several_processes_write_and_read_at_once(self, path: Path, index: SqliteIndex) -> None:
        code = """
import sys
from pathlib import Path
from search.adapters.sqlite import SqliteIndex
from search.ports import Entry, Query, Viewer
index = SqliteIndex(Path(sys.argv[1]))
me = sys.argv[2]
for turn in range(8):
    index.put(Entry(f"{me}-{n}", turn, title=f"giấy {me}", body="chung") for n in range(5))
    index.put([Entry("both", turn * 10 + int(me), title="chung", number=me)])
    hits = index.find(Query("chung", facets=True), viewer=Viewer())
    assert hits.total >= 6, hits.total
"""
        writers = [
            subprocess.Popen([sys.executable, "-W", "error", "-c", code, str(path), str(me)], cwd=ROOT)
            for me in (1, 2, 3)
        ]
        assert [writer.wait(60) for writer in writers] == [0, 0, 0]
        assert dict(index.versions()) == {f"{me}-{n}": 7 for me in (1, 2, 3) for n in range(5)} | {"both": 73}
        hits = index.find(Query("chung"), viewer=EVERYBODY)
        assert hits.total == 16
        assert index.find(Query("3"), viewer=EVERYBODY).hits[0].document == "both"
        assert pragma(path, "PRAGMA integrity_check") == "ok"

    def test_a_killed_writer_leaves_whole_entries(self, path: Path, index: SqliteIndex) -> None:
        code = """
import sys
from pathlib import Path
from search.adapters.sqlite import SqliteIndex
from search.ports import Entry
index = SqliteIndex(Path(sys.argv[1]))
for turn in range(100000):
    index.put([Entry(f"d{turn}", 1, title=f"giấy {turn}", body="chung " * 50)])
    print(turn, flush=True)
"""
        with subprocess.Popen([sys.executable, "-c", code, str(path)], cwd=ROOT, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            told = [int(writer.stdout.readline()) for _ in range(5)]
            writer.kill()
        assert {f"d{turn}" for turn in told} <= {document for document, _ in index.versions()}
        assert index.find(Query("chung"), viewer=EVERYBODY).total == len(list(index.versions()))
        assert pragma(path, "PRAGMA integrity_check") == "ok"

    def test_threads_share_one_index(self, index: SqliteIndex) -> None:
        faults: list[Exception] = []

        def work(me: int) -> None:
            try:
                for turn in range(5):
                    index.put([Entry(f"{me}-{turn}", 1, title="chung")])
                    assert index.find(Query("chung"), viewer=EVERYBODY).total > turn
            except Exception as error:  # noqa: BLE001 - a thread's fault is told by the test
                faults.append(error)

        threads = [threading.Thread(target=work, args=(me,)) for me in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert faults == []
        assert index.find(Query("chung"), viewer=EVERYBODY).total == 20

    def test_a_forked_child_opens_its_own(self, index: SqliteIndex) -> None:
        index.put([Entry("a", 1, title="chung")])
        child = os.fork()
        if child == 0:
            try:
                index.put([Entry("b", 1, title="chung")])
                os._exit(0 if index.find(Query("chung"), viewer=EVERYBODY).total == 2 else 1)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        index.put([Entry("c", 1, title="chung")])
        assert index.find(Query("chung"), viewer=EVERYBODY).total == 3

    def test_a_damaged_file_is_replaced_once_for_all(self, path: Path) -> None:
        first, second = SqliteIndex(path), SqliteIndex(path)
        first.put(CORPUS)
        assert second.find(Query("đất"), viewer=EVERYBODY).total > 0
        first.close()
        second.close()
        path.write_bytes(b"no database" * 5000)
        assert first.generation() == second.generation()
        first.put(CORPUS[:1])
        assert len(list(second.versions())) == 1
        first.close()
        second.close()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteIndex]:
    made = SqliteIndex(tmp_path_factory.mktemp("large") / "index.sqlite3")
    made.put(
        Entry(
            f"d{n:05}",
            1,
            unit=f"u{n % 3}",
            title=f"giấy {n}",
            issue_date=date.fromordinal(730000 + n),
            body="một hai xa hai ba" if n % 10 else "một hai ba",
        )
        for n in range(BLOCK + 300)
    )
    yield made
    made.close()


class TestManyDocuments:
    """More than one block, and more candidates for a phrase than are checked."""

    def test_counts_go_over_all_blocks(self, large: SqliteIndex) -> None:
        hits = large.find(Query("giấy", facets=True), viewer=EVERYBODY)
        assert hits.total == BLOCK + 300
        assert sum(hits.facets["year"].values()) == BLOCK + 300
        assert documents(hits)[0] == f"d{BLOCK + 299:05}", "the newest first"
        assert large.find(Query("giấy"), viewer=Viewer(frozenset({"u1"}))).total == (BLOCK + 300) // 3

    def test_a_number_is_found_in_every_block(self, large: SqliteIndex) -> None:
        for number in (7, BLOCK - 1, BLOCK, BLOCK + 299):
            assert documents(large.find(Query(f"giấy {number:03}"), viewer=EVERYBODY))[0] == f"d{number:05}"

    def test_too_many_candidates_for_a_phrase_are_an_upper_bound(self, large: SqliteIndex) -> None:
        hits = large.find(Query('"một hai ba"', limit=10), viewer=EVERYBODY)
        assert not hits.exact
        assert hits.total == BLOCK + 300 > MOST_CHECKED
        assert len(hits.hits) == 10
        assert all(int(document[1:]) % 10 == 0 for document in documents(hits)), "what is shown was checked"

    def test_pages_of_such_a_phrase_still_reach_everybody(self, large: SqliteIndex) -> None:
        found: list[str] = []
        after: Cursor | None = None
        query = Query('"một hai ba"', limit=100)
        while True:
            page = large.find(query, viewer=EVERYBODY, after=after)
            found += documents(page)
            after = page.after
            if after is None:
                break
        assert found == [f"d{n:05}" for n in range(BLOCK + 299, -1, -1) if n % 10 == 0]

    def test_versions_of_everybody(self, large: SqliteIndex) -> None:
        assert len(dict(large.versions())) == BLOCK + 300


SYLLABLES = ["đất", "Đát", "dat", "đai", "hòa", "hoà", "hoa", "24/TTr", "quyết", "định", "an", "ân", "của", "5", "05"]
TEXTS = st.lists(st.sampled_from(SYLLABLES), max_size=8).map(" ".join)
ENTRIES = st.builds(
    Entry,
    document=st.sampled_from("abcdefgh"),
    version=st.integers(1, 4),
    removed=st.sampled_from([False, False, False, True]),
    unit=st.sampled_from(["", "u1", "u2"]),
    state=st.sampled_from(["FILED", ""]),
    title=TEXTS,
    number=st.sampled_from(["", "24/TTr-UBND", "5/QĐ"]),
    issuer=st.sampled_from(["", "UBND Hòa Bắc", "UBND HOÀ BẮC", "Sở Y tế"]),
    owner_id=st.sampled_from(["", "068", "079"]),
    owner_name=TEXTS,
    summary=TEXTS,
    issue_date=st.none() | st.dates(date(2020, 1, 1), date(2022, 12, 31)),
    validity=st.sampled_from(["active", "expired"]),
    names=st.lists(TEXTS, max_size=2).map(tuple),
    places=st.lists(TEXTS, max_size=1).map(tuple),
    body=TEXTS,
)
QUERIES = st.builds(
    Query,
    words=st.lists(st.sampled_from([*SYLLABLES, '"', '"đất đai hòa"', "qu", " "]), max_size=5).map(" ".join),
    issuer=st.none() | st.just("ubnd hòa bắc"),
    owner=st.none() | st.just("068"),
    state=st.none() | st.just("FILED"),
    since=st.none() | st.just(date(2021, 1, 1)),
    limit=st.integers(1, 5),
    facets=st.just(True),
    typing=st.booleans(),
)
VIEWERS = st.sampled_from([EVERYBODY, Viewer(frozenset({"u1"})), Viewer(frozenset({"u1", "", "nobody"}))])


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    puts=st.lists(st.lists(ENTRIES, max_size=6), max_size=4), asked=st.lists(st.tuples(QUERIES, VIEWERS), max_size=5)
)
def test_it_agrees_with_the_plain_index(
    tmp_path: Path, puts: list[list[Entry]], asked: list[tuple[Query, Viewer]]
) -> None:
    plain, index = MemoryIndex(), SqliteIndex(tmp_path / "agree.sqlite3")
    index.clear()
    for batch in puts:
        # Equal scores are ordered by arrival; within one batch only the newest of a document arrives.
        newest = {entry.document: entry for entry in sorted(batch, key=lambda entry: entry.version)}
        plain.put(newest.values())
        index.put(newest.values())
    assert sorted(plain.versions()) == sorted(index.versions())
    for query, viewer in asked:
        if not query.words.strip(' "') and query.words.strip():
            query = replace(query, words="")  # noqa: PLW2901
        after: Cursor | None = None
        while True:
            page = index.find(query, viewer=viewer, after=after)
            expected = plain.find(query, viewer=viewer, after=after)
            assert page == replace(expected, facets=page.facets)
            assert folded(page.facets) == folded(expected.facets)
            after = page.after
            if after is None:
                break
    index.close()


def folded(facets: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Which spelling of an issuer is shown is free."""
    return {
        name: {accented_key(value) if name == "issuer" else value: count for value, count in counts.items()}
        for name, counts in facets.items()
    }


def python(code: str) -> str:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return run.stdout


def pragma(path: Path, statement: str) -> object:
    base = sqlite3.connect(path)
    try:
        row = base.execute(statement).fetchone()
        return row[0] if row else None
    finally:
        base.close()
