"""Every search index sits the same exam: add an adapter here and all contract tests run against it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.adapters.memory import MemoryIndex
from search.adapters.sqlite import SqliteIndex
from search.ports import SearchIndex
from tests.search.corpus import CORPUS

ADAPTERS = ("memory", "sqlite")


@pytest.fixture(params=ADAPTERS)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchIndex]:
    """An empty index of each make."""
    if request.param == "memory":
        yield MemoryIndex()
        return
    made = SqliteIndex(tmp_path / "index.sqlite3")
    yield made
    made.close()


@pytest.fixture(scope="module", params=ADAPTERS)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    """An index of each make holding the corpus; for tests that only ask."""
    if request.param == "memory":
        memory = MemoryIndex()
        memory.put(CORPUS)
        yield memory
        return
    made = SqliteIndex(tmp_path_factory.mktemp("filled") / "index.sqlite3")
    made.put(CORPUS)
    yield made
    made.close()
