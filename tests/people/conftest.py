"""Providers that vouch for people: an honest one from a package, and one of ours that lies on demand."""

import pytest

from tests.people.crooked_provider import CrookedProvider
from tests.people.honest_provider import honest_provider


@pytest.fixture(scope="module")
def honest():
    with honest_provider() as address:
        yield address


@pytest.fixture
def crooked():
    with CrookedProvider() as provider:
        yield provider
