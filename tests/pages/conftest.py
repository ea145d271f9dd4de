"""What the tests of pages share: a helper that also finds this folder's modules."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pages.helper import Helper

HERE = Path(__file__).parent


@pytest.fixture
def misbehaving(monkeypatch: pytest.MonkeyPatch) -> Iterator[Helper]:
    """A helper whose worker can import `misbehaving`."""
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    with Helper() as helper:
        yield helper


@pytest.fixture(scope="module")
def helper() -> Iterator[Helper]:
    """One helper for the tests of a module: starting a worker and its decoders for each would cost more than the test."""
    with Helper() as helper:
        yield helper
