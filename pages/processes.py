"""Process trees as Linux shows them in /proc: who started whom, and how much memory they hold."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


def children_of(pid: int) -> Iterator[int]:
    """Direct children of a process, of all its threads; nothing if it is gone (proc(5), `/proc/pid/task/tid/children`)."""
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                yield from map(int, (task / "children").read_text().split())


def tree_of(pid: int) -> Iterator[int]:
    """A process and all its descendants, parents first."""
    yield pid
    for child in children_of(pid):
        yield from tree_of(child)


def resident(pid: int) -> int:
    """Resident bytes of a process and all its descendants together; what is gone counts nothing.

    Shared pages count for each that maps them, so the sum errs on the safe side.
    """
    total = 0
    for member in tree_of(pid):
        with contextlib.suppress(OSError, IndexError):
            total += int(Path(f"/proc/{member}/statm").read_text().split()[1]) * _PAGE
    return total
