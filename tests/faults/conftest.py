"""Bad days on real servers of one's own: `make test-faults`. Slow on purpose, so never part of `make test`."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

LINES, TOLD = pytest.StashKey[list](), pytest.StashKey[list]()


@pytest.fixture(scope="session")
def servers():
    from servers import USED, Servers

    with Servers(USED) as running:
        yield running


@pytest.fixture
def told(request):
    """Lines shown before the table."""
    return request.config.stash.setdefault(TOLD, [])


@pytest.fixture
def bad_days(request):
    """The lines of the table shown when all is over."""
    return request.config.stash.setdefault(LINES, [])


def pytest_terminal_summary(terminalreporter, config):
    for line in config.stash.get(TOLD, []):
        terminalreporter.write_line(line)
    lines = config.stash.get(LINES, [])
    if not lines:
        return
    from verdict import table

    text = table(lines)
    terminalreporter.section("bad days")
    terminalreporter.write_line(text)
    if os.environ.get("KHOSO_FAULT_TABLE"):
        Path(os.environ["KHOSO_FAULT_TABLE"]).write_text(text + "\n", encoding="utf-8")
