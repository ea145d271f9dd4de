"""Bad days on real servers of one's own: `make test-faults`. Slow on purpose, so never part of `make test`."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def servers():
    from servers import CHOSEN, USED, Servers

    with Servers(USED, CHOSEN) as running:
        yield running


@pytest.fixture
def tell(record_property):
    """Keep something for the end of the run: `tell("told", a sentence)`, `tell("line", the cells of a line of the table)`."""
    return record_property


def pytest_terminal_summary(terminalreporter):
    said = [
        kept
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
        for kept in report.user_properties
    ]
    for kind, sentence in said:
        if kind == "told":
            terminalreporter.write_line(sentence)
    lines = [cells for kind, cells in said if kind == "line"]
    if not lines:
        return
    from servers import CHOSEN, FAULTS
    from verdict import table

    text = table(lines)
    terminalreporter.section("bad days")
    terminalreporter.write_line(text)
    if set(CHOSEN) != set(FAULTS):
        terminalreporter.write_line(f"NOT TRIED (KHOSO_FAULTS): {', '.join(sorted(set(FAULTS) - set(CHOSEN)))}")
    if os.environ.get("KHOSO_FAULT_TABLE"):
        Path(os.environ["KHOSO_FAULT_TABLE"]).write_text(text + "\n", encoding="utf-8")
