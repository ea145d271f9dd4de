"""Sorted lists side by side: what belongs together is found without either list in memory."""

from collections.abc import Iterable, Iterator
from typing import Any


def beside(main: Iterable[tuple[str, Any]], *others: Iterable[tuple[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """For each (name, value) of `main`: name, value, and each other list's value under that name or None.

    Every list is in the order of its names, each name once.
    """
    sides = [_Side(other) for other in others]
    for name, value in main:
        yield (name, value, *(side.at(name) for side in sides))


class _Side:
    """One list, read as far as asked."""

    def __init__(self, rows: Iterable[tuple[str, Any]]) -> None:
        self._rows = iter(rows)
        self._now = next(self._rows, None)

    def at(self, name: str) -> Any:
        while self._now is not None and self._now[0] < name:
            self._now = next(self._rows, None)
        return self._now[1] if self._now is not None and self._now[0] == name else None
