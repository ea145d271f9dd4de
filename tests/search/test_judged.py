"""The floor under ranking: questions judged by hand, with tones and without (`bench/relevance.py` prints all of it)."""

from pathlib import Path

from search.adapters.sqlite import SqliteIndex
from tests.search.judged import documents, holds_the_floor, judgements


def test_the_set_is_what_it_says() -> None:
    judged, held = judgements(), documents()
    assert len(judged) >= 120
    assert len({one.typed for one in judged}) == len(judged)
    names = {entry.document for entry in held} | {f"@{entry.document_type}" for entry in held}
    for one in judged:
        assert set(one.grades) <= names, one.typed
        assert set(one.grades.values()) <= {1, 2, 3}
        assert max(one.grades.values()) == 3, one.typed


def test_the_embedded_index_holds_the_floor(tmp_path: Path) -> None:
    index = SqliteIndex(tmp_path / "index.sqlite3")
    holds_the_floor(index)
    index.close()
