"""What the tests of pages share."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pages.helper import Helper
from tests.pages.making import Maker

HERE = Path(__file__).parent


@pytest.fixture
def misbehaving(monkeypatch: pytest.MonkeyPatch) -> Iterator[Helper]:
    """A helper whose worker can import `misbehaving`."""
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    with Helper() as helper:
        yield helper


@pytest.fixture(scope="session")
def helper() -> Iterator[Helper]:
    """One helper for all tests: starting a worker and its decoders for each would cost more than the test."""
    with Helper() as helper:
        yield helper


@pytest.fixture
def make(tmp_path: Path) -> Maker:
    return Maker(tmp_path)


@pytest.fixture
def noise() -> np.random.Generator:
    return np.random.default_rng(20261122)
