"""Days are Viet Nam's: at midnight there it is still the day before by UTC, for seven hours."""

import ast
import configparser
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from khoso.kernel.clock import VIETNAM, day_of, today

ROOT = Path(__file__).resolve().parents[2]
SETUP = configparser.ConfigParser()
SETUP.read(ROOT / "setup.cfg")
SOURCES = [
    path
    for package in SETUP["importlinter"]["root_packages"].split()
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts
]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 27, 16, 59, 59, tzinfo=UTC), date(2026, 11, 27)),
        (datetime(2026, 11, 27, 17, 0, tzinfo=UTC), date(2026, 11, 28)),
        (datetime(2026, 11, 28, 6, 59, tzinfo=VIETNAM), date(2026, 11, 28)),
    ],
)
def test_a_day_begins_at_midnight_in_viet_nam(moment, day):
    assert day_of(moment) == day


def test_today_is_the_day_there():
    before, found, after = datetime.now(VIETNAM).date(), today(), datetime.now(VIETNAM).date()
    assert before <= found <= after


def _is_parsing(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "strptime"


def _days_taken(tree: ast.AST) -> list[int]:
    """Lines that take the day of a moment themselves; what is parsed from a day has no zone."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "date"
        if not node.args and not _is_parsing(node.func.value)
    ]


def test_nobody_takes_the_day_of_a_moment_by_utc():
    assert _days_taken(ast.parse("now.date()\ndatetime.strptime(text, form).date()\nclock().date()")) == [1, 3]
    assert len(SOURCES) > 200
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in SOURCES
        if path != ROOT / "khoso" / "kernel" / "clock.py"
        for line in _days_taken(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == [], "khoso.kernel.clock.day_of tells the day in Viet Nam"
