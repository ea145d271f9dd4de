"""What commands print: JSON lines for machines, short tables for people; progress and messages go to stderr."""

import json
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width


@dataclass(frozen=True, slots=True)
class Output:
    """How to print. `language` is that of sentences meant for people."""

    json: bool
    language: str = "vi"

    def record(self, value: Mapping[str, Any]) -> None:
        """One JSON object on one line."""
        print(json.dumps(value, ensure_ascii=False), flush=True)

    def line(self, text: str) -> None:
        print(text, flush=True)

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Columns as wide as their longest cell; on a terminal the widest are cut so that a row stays on its line."""
        cells = [[str(cell) for cell in row] for row in [heads, *rows]]
        widths = [max(_width(row[column]) for row in cells) for column in range(len(heads))]
        if sys.stdout.isatty():
            widths = fitting(widths, shutil.get_terminal_size().columns)
        for number, row in enumerate(cells):
            print("  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())
            if number == 0:
                print("  ".join("─" * width for width in widths))
        sys.stdout.flush()


def fitting(widths: Sequence[int], room: int, *, gap: int = 2, least: int = 8) -> list[int]:
    """Column widths that fit into `room` places with `gap` between them, by cutting the widest; none below `least`."""
    fitted = list(widths)
    while sum(fitted) + gap * (len(fitted) - 1) > room and max(fitted, default=0) > least:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted


def _padded(text: str, width: int) -> str:
    """Text of exactly `width` places, its end cut off where it is longer."""
    if _width(text) > width:
        while _width(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def say(text: str) -> None:
    """A message for a person."""
    print(text, file=sys.stderr, flush=True)


def say_error(text: str) -> None:
    """An error for a person."""
    say(f"khoso: {text}")


class Progress:
    """One live line on a terminal's stderr; on anything else nothing, so that logs stay readable."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()

    def show(self, text: str) -> None:
        if self._live:
            sys.stderr.write(f"\r\x1b[K{text[:150]}")
            sys.stderr.flush()

    def clear(self) -> None:
        if self._live:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def settle() -> None:
    """Wait a moment for the index and the ledger, so that what was filed is found by the next command."""
    from search.projecting import behind
    from warehouse.ledger import unsealed

    deadline = time.monotonic() + 10
    while (behind() or unsealed()) and time.monotonic() < deadline:
        time.sleep(0.1)


def seal_rest() -> None:
    """Leave no event unsealed when a command and its workers end: nobody else might come for days."""
    from khoso.kernel.clock import system_clock
    from warehouse.ledger import seal

    while seal(system_clock()):
        pass
