"""Elasticsearch sits the exam of every search index, with the same relevance set, on a real server."""

from collections.abc import Iterator

import pytest

from search.ports import SearchIndex
from tests.search.corpus import CORPUS
from tests.search.judged import holds_the_floor
from tests.search.test_contract_index import *  # noqa: F403 - the exam itself
from tests.search.test_relevance import *  # noqa: F403
from tests.services.conftest import search_index

pytestmark = pytest.mark.services


@pytest.fixture
def index(elasticsearch_url: str) -> Iterator[SearchIndex]:
    with search_index(elasticsearch_url) as made:
        yield made


@pytest.fixture(scope="module")
def filled(elasticsearch_url: str) -> Iterator[SearchIndex]:
    with search_index(elasticsearch_url) as made:
        made.put(CORPUS)
        yield made


def test_the_judged_set_holds_the_floor(index: SearchIndex) -> None:
    holds_the_floor(index)
