"""Workers are forked of one process, followed by others when they end, and end with it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from khoso.nursery import keep, once
from pages.processes import children_of

_PATIENCE = 60.0  # seconds; what is waited for takes less than one where the machine is free
NURSERY = """
import os, signal, sys, time
from khoso.nursery import keep

def work():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with open({log!r}, "a") as log:
        print(os.getpid(), file=log)
    while True:
        time.sleep(60)

keep(2, work)
print("ended in order")
"""


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def lives(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    return False


class Kept:
    def __init__(self, folder: Path) -> None:
        self.log = folder / "workers"
        script = NURSERY.format(log=str(self.log))
        self.process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        until(lambda: len(self.started) == 2)

    @property
    def started(self) -> list[int]:
        return [int(line) for line in self.log.read_text().split()] if self.log.exists() else []


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    made = Kept(tmp_path)
    yield made
    made.process.kill()
    made.process.communicate(timeout=_PATIENCE)


def test_a_worker_that_ends_is_followed_by_another(kept: Kept) -> None:
    first, second = kept.started
    assert set(children_of(kept.process.pid)) == {first, second}
    os.kill(first, signal.SIGKILL)
    until(lambda: len(kept.started) == 3)
    assert set(children_of(kept.process.pid)) == {second, kept.started[2]}


def test_told_to_end_it_ends_its_workers_first(kept: Kept) -> None:
    kept.process.terminate()
    said, _ = kept.process.communicate(timeout=_PATIENCE)
    assert said.strip() == "ended in order"
    assert kept.process.returncode == 0
    assert not any(map(lives, kept.started))


def test_killed_it_takes_its_workers_along(kept: Kept) -> None:
    kept.process.kill()
    until(lambda: not any(map(lives, kept.started)))


def test_a_process_of_several_threads_is_not_forked() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        with pytest.raises(RuntimeError, match="one thread"):
            keep(1, lambda: 0)
    finally:
        stop.set()
        thread.join()


def test_a_process_with_a_connection_is_not_forked() -> None:
    """Forks that shared one line to the store took parts of each other's answers: a paper was parked as damaged."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        with (
            socket.create_connection(listening.getsockname()),
            pytest.raises(RuntimeError, match="without connections"),
        ):
            keep(1, lambda: 0)
        with socket.create_connection(listening.getsockname()) as line:
            os.set_inheritable(line.fileno(), True)  # as where the log goes may be
            assert once(lambda: 7) == 7


def test_what_is_done_once_leaves_nothing_behind() -> None:
    opened = []

    def work() -> int:
        opened.append(socket.create_connection(listening.getsockname()))
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
        return len(opened)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert [once(work), once(work)] == [1, 1]
    assert once(lambda: os.kill(os.getpid(), signal.SIGKILL) or 0) == -signal.SIGKILL


def test_a_worker_that_can_never_live_ends_all_with_its_status(tmp_path):
    mistaken = f"""
import os, sys, time
from khoso.nursery import MISTAKEN, keep

def work():
    try:
        os.mkdir({str(tmp_path / "first")!r})
    except FileExistsError:
        return MISTAKEN
    time.sleep(600)

sys.exit(keep(2, work))
"""
    done = subprocess.run([sys.executable, "-c", mistaken], timeout=_PATIENCE, check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (2, b"")
