"""The helper: whatever a decoder does, the host gets an answer in time and nothing stays behind."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from pages.helper import Helper
from pages.limits import MIB, Limits

ENOUGH = Limits(wall=30.0, memory=400 * MIB)

HOST = """
import sys
from pages.helper import Helper
from pages.limits import MIB, Limits

with Helper() as helper:
    try:
        helper.call("misbehaving:litter", Limits(wall=60.0, memory=400 * MIB), folder=sys.argv[1], wait=True)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        raise SystemExit(7)
"""


def gone(pids: list[int], *, within: float = 10.0) -> bool:
    """None of the processes runs, zombies neither."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if not any(psutil.pid_exists(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


def noted(folder: Path) -> list[int]:
    deadline = time.monotonic() + 20
    while not (folder / "pids").exists():
        assert time.monotonic() < deadline, "the worker never noted its processes"
        time.sleep(0.02)
    return [int(pid) for pid in (folder / "pids").read_text().split()]


@pytest.fixture
def host(tmp_path: Path) -> subprocess.Popen[str]:
    """A program with a helper that hangs in the middle of a call, with processes of its own below it."""
    path = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[2])])
    return subprocess.Popen(
        [sys.executable, "-c", HOST, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_results_and_arguments_travel_as_json(misbehaving: Helper) -> None:
    value = {"tên": ["Nguyễn Văn Mẫu", 1, None, True, 2.5]}
    assert misbehaving.call("misbehaving:echo", ENOUGH, value=value) == value


@pytest.mark.parametrize(
    ("function", "wall", "code"),
    [
        ("hang", 0.5, ReasonCode.TOO_SLOW),
        ("spin", 0.5, ReasonCode.TOO_SLOW),
        ("grow", 30.0, ReasonCode.TOO_MUCH_MEMORY),
        ("reserve", 30.0, ReasonCode.TOO_MUCH_MEMORY),
        ("crash", 30.0, ReasonCode.DECODER_CRASHED),
        ("leave", 30.0, ReasonCode.DECODER_CRASHED),
        ("fail", 30.0, ReasonCode.DAMAGED),
    ],
)
def test_every_way_to_go_wrong_has_its_reason_and_the_next_call_works(
    misbehaving: Helper, function: str, wall: float, code: ReasonCode
) -> None:
    with pytest.raises(Refused) as refused:
        misbehaving.call(f"misbehaving:{function}", Limits(wall=wall, memory=200 * MIB))
    assert refused.value.reason.code is code
    assert refused.value.reason.sentence()
    assert misbehaving.call("misbehaving:echo", ENOUGH, value="again") == "again"


def test_a_missing_function_is_no_fault_of_the_bytes(misbehaving: Helper) -> None:
    with pytest.raises(Unavailable, match="no_such_function"):
        misbehaving.call("misbehaving:no_such_function", ENOUGH)
    with pytest.raises(Unavailable, match="no_such_module"):
        misbehaving.call("no_such_module:function", ENOUGH)


def test_a_full_disk_is_no_fault_of_the_bytes(misbehaving: Helper) -> None:
    with pytest.raises(Unavailable, match="No space left"):
        misbehaving.call("misbehaving:full_disk", ENOUGH)


def test_wrong_arguments_are_our_mistake(misbehaving: Helper) -> None:
    with pytest.raises(TypeError, match="misbehaving:echo"):
        misbehaving.call("misbehaving:echo", ENOUGH, worth=1)
    assert misbehaving.call("misbehaving:echo", ENOUGH, value=1) == 1


def test_a_worker_that_cannot_start_is_unavailable(misbehaving: Helper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with pytest.raises(Unavailable):
        misbehaving.call("misbehaving:echo", ENOUGH, value=1)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(Unavailable):
        misbehaving.call("misbehaving:echo", ENOUGH, value=1)


def test_what_a_library_prints_does_not_reach_the_protocol(misbehaving: Helper) -> None:
    assert misbehaving.call("misbehaving:chatter", ENOUGH) == "answer"
    assert misbehaving.said.endswith(b" the end")
    assert len(misbehaving.said) < 10_000
    assert misbehaving.call("misbehaving:echo", ENOUGH, value=1) == 1
    assert misbehaving.said == b""


def test_diagnostics_are_logged(misbehaving: Helper, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG", logger="pages.helper"), pytest.raises(Refused):
        misbehaving.call("misbehaving:fail", ENOUGH)
    (record,) = [record for record in caplog.records if record.message == "helper_said"]
    assert "not an image" in record.__dict__["said"]


def test_peak_is_that_of_the_last_call(misbehaving: Helper) -> None:
    misbehaving.call("misbehaving:hold", ENOUGH, size=120 * MIB)
    high = misbehaving.peak
    assert high > 120 * MIB
    misbehaving.call("misbehaving:echo", ENOUGH, value=1)
    assert misbehaving.peak < high - 60 * MIB


def test_the_same_worker_serves_call_after_call_until_closed(misbehaving: Helper) -> None:
    first = misbehaving.call("os:getpid", ENOUGH)
    assert misbehaving.call("os:getpid", ENOUGH) == first
    misbehaving.close()
    assert gone([first])
    assert misbehaving.call("os:getpid", ENOUGH) != first
    misbehaving.close()
    misbehaving.close()


def test_threads_take_turns(misbehaving: Helper) -> None:
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(misbehaving.call, "misbehaving:echo", ENOUGH, value=number) for number in range(40)]
    assert [call.result() for call in calls] == list(range(40))


def test_secrets_of_the_host_stay_with_the_host(misbehaving: Helper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHOSO_STORE_SECRET_KEY", "hush")
    environment = misbehaving.call("misbehaving:environment", ENOUGH)
    assert "KHOSO_STORE_SECRET_KEY" not in environment
    assert environment["OMP_THREAD_LIMIT"] == "1"
    assert environment["PATH"] == os.environ["PATH"]


def test_closing_ends_what_the_worker_started(misbehaving: Helper, tmp_path: Path) -> None:
    misbehaving.call("misbehaving:litter", ENOUGH, folder=str(tmp_path), wait=False)
    pids = noted(tmp_path)
    assert all(psutil.pid_exists(pid) for pid in pids)
    misbehaving.close()
    assert gone(pids, within=0.5)


def test_a_call_over_its_time_ends_with_all_its_processes(misbehaving: Helper, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        misbehaving.call("misbehaving:litter", Limits(wall=2.0, memory=400 * MIB), folder=str(tmp_path), wait=True)
    assert gone(noted(tmp_path), within=0.5)


def test_another_thread_breaks_a_call_off(misbehaving: Helper) -> None:
    with ThreadPoolExecutor(1) as pool:
        first = misbehaving.call("os:getpid", ENOUGH)
        call = pool.submit(misbehaving.call, "misbehaving:hang", ENOUGH)
        with pytest.raises(TimeoutError):
            call.result(0.2)
        misbehaving.kill()
        with pytest.raises(Refused):
            call.result(5)
    assert gone([first], within=0.5)
    assert misbehaving.call("misbehaving:echo", ENOUGH, value=1) == 1


def test_nothing_survives_a_killed_host(host: subprocess.Popen[str], tmp_path: Path) -> None:
    with host:
        pids = noted(tmp_path)
        host.send_signal(signal.SIGKILL)
        host.wait()
        assert gone(pids)


def test_ctrl_c_ends_the_call_and_its_processes(host: subprocess.Popen[str], tmp_path: Path) -> None:
    with host:
        pids = noted(tmp_path)
        host.send_signal(signal.SIGINT)
        assert host.wait(20) == 7
        assert host.stdout is not None
        assert host.stdout.read() == "interrupted\n"
    assert gone(pids)
