"""Days are Viet Nam's: at midnight there it is still the day before by UTC, for seven hours."""

import ast
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from khoso.kernel.clock import VIETNAM, day_of, today

ROOT = Path(__file__).resolve().parents[2]
PARTS = [
    "catalogue",
    "compose",
    "indicators",
    "ingest",
    "khoso",
    "ocr",
    "pages",
    "people",
    "search",
    "signing",
    "warehouse",
]
SOURCES = [
    path for part in PARTS for path in sorted((ROOT / part).rglob("*.py")) if "migrations" not in path.parts
]  # fmt: skip


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


def _days_taken(tree: ast.AST) -> list[int]:
    """Lines that take the day of a moment themselves; what is parsed from a day has no zone."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    found = []
    for call in calls:
        inner = call.func.value if isinstance(call.func, ast.Attribute) else None
        parsed = isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr == "strptime"
        if isinstance(call.func, ast.Attribute) and call.func.attr == "date" and not call.args and not parsed:
            found.append(call.lineno)
    return found


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
