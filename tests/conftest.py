"""What all tests share: a home of their own, and no way out of this machine."""

import gc
from pathlib import Path

import pytest
from hypothesis import settings

# No test is judged by the clock: machines are shared.
settings.register_profile("khoso", deadline=None)
settings.load_profile("khoso")

# What is imported and collected stays until the end: the collector walked through all of it again and again, for a third of
# the time of collecting and a sixth of that of the tests.
gc.disable()


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def _quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KHOSO_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def now():
    """A fixed moment."""
    from datetime import UTC, datetime

    return datetime(2026, 11, 21, 2, 15, 2, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path):
    from warehouse.adapters.local import LocalStore

    return LocalStore(tmp_path / "store")


@pytest.fixture
def unit(db):
    from people.accounts import ensure_unit

    return ensure_unit("H36.12", "Bộ phận một cửa MẪU")


@pytest.fixture
def person(unit):
    from people.accounts import ensure_user

    return ensure_user("nhanvien", full_name="Nguyễn Văn Mẫu", unit=unit, password="mat-khau-rat-dai")[0]


@pytest.fixture
def tables(db):
    """The shipped code tables that documents need; the long lists of the country are loaded where a test asks for them."""
    from catalogue.loading import load

    load({"document_types"})
