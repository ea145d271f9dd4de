"""kill -9 at any moment: between any two lines of the agent's code, and at random while sheets are dropped."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.scanner_agents.kho import Kho

POINTS = 18  # lines at which the agent is killed, spread over a whole run
ROOT = Path(__file__).parents[2]
PACE = "--settle 0 --quiet 0 --interval 0.01 --patience 5 --retry-first 0.01 --retry-most 0.05 --chunk 64K --lang en"
LABELS = "--desk 3 --dossier-from-name --token secret"


def _drop(folder: Path, salt: str) -> list[list[bytes]]:
    """A few drops of every kind; returns the documents they should become."""
    two_pieces, one, other = (f"{salt} {what} ".encode() * size for what, size in (("big", 9000), ("a", 1), ("b", 1)))
    (folder / f"{salt} lớn.pdf").write_bytes(two_pieces)
    (folder / f"{salt} nhỏ\n.pdf").write_bytes(one)
    (folder / f"{salt} trùng.pdf").write_bytes(one)
    sub = folder / f"{salt} hồ sơ"
    sub.mkdir()
    (sub / "1.jpg").write_bytes(other)
    (sub / "2.jpg").write_bytes(one)
    return [[two_pieces], [one], [other, one]]


class Zygote:
    """Runs the agent once in a fresh process and perhaps kills it."""

    def __init__(self, process: subprocess.Popen[str], folder: Path, queue: Path, kho: Kho) -> None:
        self._process = process
        self.arguments = ["watch", str(folder), "--server", kho.url, "--queue", str(queue), "--once"]
        self.arguments += [*PACE.split(), *LABELS.split()]

    def run(self, line: int = 0) -> dict[str, Any]:
        """One run, killed before the `line`-th line it executes."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"arguments": self.arguments, "line": line}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@pytest.fixture
def kho() -> Iterator[Kho]:
    with Kho(token="secret").open() as server:
        yield server


@pytest.fixture
def zygote(folder: Path, queue: Path, kho: Kho) -> Iterator[Zygote]:
    command = [sys.executable, "-m", "tests.scanner_agents.zygote"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Zygote(process, folder, queue, kho)


def _all_arrived_once(kho: Kho, queue: Path, expected: list[list[bytes]]) -> None:
    assert sorted(kho.contents()) == sorted(expected)
    assert not list((queue / "spool").iterdir())


@pytest.mark.parametrize("after", ["leave", "move", "delete"])
def test_killed_between_any_two_lines_every_sheet_arrives_exactly_once(
    zygote: Zygote, folder: Path, queue: Path, kho: Kho, after: str
) -> None:
    zygote.arguments += ["--after", after]
    expected = _drop(folder, "first")
    lines = zygote.run()["lines"]
    _all_arrived_once(kho, queue, expected)
    killed = 0
    for number in range(POINTS):
        if number % 2 == 0:
            expected += _drop(folder, f"{number}")
        killed += zygote.run(1 + lines * (number * 7 % POINTS) // POINTS)["killed"]
        if number % 6 == 5:
            assert zygote.run()["code"] == 0
            _all_arrived_once(kho, queue, expected)
    assert killed > POINTS // 2
    left = [path for path in folder.rglob("*") if path.is_file()]
    assert (len(left) > 0) == (after != "delete")
    assert after == "leave" or {path.name for path in folder.iterdir()} <= {"_da-gui"}


def test_killed_again_and_again_without_a_whole_run_between(
    zygote: Zygote, folder: Path, queue: Path, kho: Kho
) -> None:
    dice = random.Random(20261122)  # noqa: S311 - the same moments every time
    expected: list[list[bytes]] = []
    for number in range(POINTS):
        expected += _drop(folder, f"{number}") if number % 3 == 0 else []
        zygote.run(dice.randrange(1, 4000))
    assert zygote.run()["code"] == 0
    _all_arrived_once(kho, queue, expected)


def test_killed_at_random_while_sheets_are_dropped(folder: Path, queue: Path, kho: Kho) -> None:
    """The agent as people run it, both threads at work."""
    dice = random.Random(7)  # noqa: S311 - the same moments every time
    command = [sys.executable, "-m", "scanner_agents", "watch", str(folder), "--server", kho.url, "--queue", str(queue)]
    command += [*PACE.split(), *LABELS.split(), "--json"]
    expected: list[list[bytes]] = []
    for number in range(4):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as agent:
            assert agent.stdout
            assert json.loads(agent.stdout.readline())["event"] == "started"
            expected += _drop(folder, f"{number}")
            time.sleep(dice.uniform(0, 0.35))
            agent.kill()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as agent:
        _wait(lambda: len(kho.documents) >= len(expected))
        agent.send_signal(signal.SIGTERM)
        told = [json.loads(line)["event"] for line in agent.communicate()[0].splitlines()]
    assert agent.returncode == 0
    assert told[-1] == "stopped"
    _all_arrived_once(kho, queue, expected)


def _wait(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_ctrl_c_stops_a_single_run_at_once(folder: Path, queue: Path, kho: Kho) -> None:
    (folder / "a.pdf").write_bytes(os.urandom(10))
    kho.stop()
    command = [sys.executable, "-m", "scanner_agents", "watch", str(folder), "--server", kho.url, "--queue", str(queue)]
    command += ["--once", "--settle", "0", "--retry-first", "100", "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as agent:
        assert agent.stdout
        while "server_away" not in agent.stdout.readline():
            pass
        agent.send_signal(signal.SIGINT)
        assert agent.wait(10) == 130
    kho.start()
