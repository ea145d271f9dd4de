"""`khoso doctor` with every server well, and with each stopped and frozen: the right row says so, in bounded time; and readiness,
which those ask that send people here or elsewhere.
"""

import contextlib
import time
import uuid

import httpx
import pytest
from kho import Kho
from servers import TOOLS

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not (TOOLS / "up").exists(), reason="the servers' programs are not beside this checkout"),
]
PARTS = {"postgres": "Danh mục", "minio": "Kho đối tượng", "elasticsearch": "Chỉ mục", "redis": "Chuông Redis"}
NOBODY = "Tiến trình xử lý"
"""The row of the workers: none runs here but in the end."""
SOON = 10.0  # seconds of an answer of readiness; it waits three for each part
AT_MOST = 120.0  # seconds of a verdict, whatever is frozen, on a busy machine


def examine(kho, code):
    began = time.monotonic()
    rows = {row["part"]: row for row in kho.json("doctor", check=code)}
    return rows, time.monotonic() - began


def await_worker(kho):
    """Until a worker that just started has said that it is there."""
    until = time.monotonic() + 60
    while not next(row for row in kho.json("doctor", check=None) if row["part"] == NOBODY)["good"]:
        assert time.monotonic() < until


def test_the_doctor_names_what_is_away(servers, tmp_path, tell):
    if set(servers.names) != set(PARTS):
        pytest.skip("needs all four servers")
    tag = f"doctor-{uuid.uuid4().hex[:8]}"
    servers.get_ready(tag)
    kho = Kho(tmp_path / "home", servers.environment(tag, tag))
    kho.run("prepare")
    kho.run("sweeper", "--once")  # the locks are tried for the first time
    kho.run("worker", "--until-idle")
    rows, seconds = examine(kho, 4)
    assert [row["part"] for row in rows.values() if not row["good"]] == [NOBODY]  # which ended in order
    tell("told", f"doctor: no worker: {rows[NOBODY]['detail']}")
    assert set(PARTS.values()) <= set(rows)
    tell("told", f"doctor: all well, {len(rows)} rows, {seconds:.0f} s")
    for name, part in PARTS.items():
        for fault in ("crash", "freeze"):
            end = getattr(servers, fault)(name)
            try:
                rows, seconds = examine(kho, 4)
            finally:
                end()
            bad = {row["part"]: row for row in rows.values() if not row["good"] and row["part"] != NOBODY}
            assert part in bad, (name, fault, bad)
            assert bad[part]["detail"]
            assert bad[part]["advice"]
            if name != "postgres":  # without the catalogue the others cannot all be told
                assert set(bad) == {part}, (name, fault, bad)
            assert seconds < AT_MOST
            tell(
                "told",
                f"doctor: {name} {fault}: «{part}» {bad[part]['milliseconds']} ms, verdict after {seconds:.0f} s",
            )
        servers.await_well(name)
    with kho.beside("khoso", "worker"):
        await_worker(kho)
        rows, _seconds = examine(kho, 0)
    assert all(row["good"] for row in rows.values())


def test_readiness_says_soon_what_is_away_and_whether_papers_can_be_taken_in(servers, tmp_path, tell):
    if set(servers.names) != set(PARTS):
        pytest.skip("needs all four servers")
    tag = f"ready-{uuid.uuid4().hex[:8]}"
    servers.get_ready(tag)
    kho = Kho(tmp_path / "home", servers.environment(tag, tag))
    kho.run("prepare")

    def ready():
        began = time.monotonic()
        answer = httpx.get(f"http://127.0.0.1:{kho.port}/readyz", timeout=30)
        return answer.status_code, answer.json(), time.monotonic() - began

    def becomes(status):
        until = time.monotonic() + 90
        while True:
            with contextlib.suppress(httpx.TransportError):
                found = ready()
                if found[0] == status:
                    return found
            assert time.monotonic() < until
            time.sleep(0.3)

    well = {"ready": True, "catalogue": "ok", "store": "ok"}
    with kho.beside("web"):
        assert becomes(200)[1] == well
        for name in PARTS:
            part = {"postgres": "catalogue", "minio": "store"}.get(name)
            for fault in ("crash", "freeze"):
                end = getattr(servers, fault)(name)
                try:
                    status, told, seconds = becomes(503) if part else ready()
                    assert told == (well | {"ready": False, part: "away"} if part else well), (name, fault)
                    assert seconds < SOON, (name, fault)
                    assert httpx.get(f"http://127.0.0.1:{kho.port}/healthz", timeout=SOON).status_code == 200
                finally:
                    end()
                tell("told", f"readyz: {name} {fault}: {status} {told} after {seconds:.1f} s")
                servers.await_well(name)
                assert becomes(200)[1] == well
