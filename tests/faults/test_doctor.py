"""`khoso doctor` with every server well, and with each stopped and frozen: the right row says so, in bounded time."""

import time
import uuid

import pytest
from kho import Kho
from servers import TOOLS

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not (TOOLS / "up").exists(), reason="the servers' programs are not beside this checkout"),
]
PARTS = {"postgres": "Danh mục", "minio": "Kho đối tượng", "elasticsearch": "Chỉ mục", "redis": "Chuông Redis"}
AT_MOST = 120.0  # seconds of a verdict, whatever is frozen, on a busy machine


def examine(kho, code):
    began = time.monotonic()
    rows = {row["part"]: row for row in kho.json("doctor", check=code)}
    return rows, time.monotonic() - began


def test_the_doctor_names_what_is_away(servers, tmp_path, tell):
    if set(servers.names) != set(PARTS):
        pytest.skip("needs all four servers")
    tag = f"doctor-{uuid.uuid4().hex[:8]}"
    servers.get_ready(tag)
    kho = Kho(tmp_path / "home", servers.environment(tag, tag))
    kho.run("prepare")
    kho.run("sweeper", "--once")  # the locks are tried for the first time
    rows, seconds = examine(kho, 0)
    assert set(PARTS.values()) <= set(rows)
    tell("told", f"doctor: all well, {len(rows)} rows, {seconds:.0f} s")
    for name, part in PARTS.items():
        for fault in ("crash", "freeze"):
            end = getattr(servers, fault)(name)
            try:
                rows, seconds = examine(kho, 4)
            finally:
                end()
            bad = {row["part"]: row for row in rows.values() if not row["good"]}
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
    rows, _seconds = examine(kho, 0)
    assert all(row["good"] for row in rows.values())
