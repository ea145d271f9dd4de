"""Each server crashed, frozen, slow, full and refusing while papers come in and workers are killed: nothing is lost.

`-k minio` runs one server's day; `KHOSO_FAULTS=crash,freeze` some of its faults.
"""

import contextlib
import os
import sys
import time
import uuid

import pytest
from kho import Desks, Kho
from servers import TOOLS, Servers
from verdict import judge

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not (TOOLS / "up").exists(), reason="the servers' programs are not beside this checkout"),
]

FAULTS = {"crash": 5, "freeze": 30, "slow": 15, "full": 12, "refuse": 10}
"""How many seconds each lasts."""
USED = tuple(os.environ.get("KHOSO_FAULT_SERVERS", "postgres,redis,minio,elasticsearch").split(","))
PAPERS = 40  # of each fault


@pytest.fixture(scope="module")
def servers():
    with Servers(USED) as running:
        yield running


def chosen():
    wanted = os.environ.get("KHOSO_FAULTS")
    return {name: FAULTS[name] for name in (wanted.split(",") if wanted else FAULTS)}


@pytest.mark.parametrize("name", USED)
def test_a_bad_day(name, servers, tmp_path, record_property, capsys):
    tag = f"faults-{uuid.uuid4().hex[:8]}"
    servers.get_ready(tag)
    kho = Kho(tmp_path / "home", servers.environment(tag, tag))
    with kho, contextlib.closing(kho.session()) as browser:
        desks = Desks(kho, kho.token())
        kho.killing.set()
        handed = 0
        for fault, seconds in chosen().items():
            desks.hand_in(range(handed, handed + PAPERS), pause=0.2)
            handed += PAPERS
            time.sleep(2)
            end = getattr(servers, fault)(name)
            began = time.monotonic()
            told = looks(browser, name)
            time.sleep(max(0, seconds - (time.monotonic() - began)))
            end()
            desks.join(180)
            say(capsys, f"{name} {fault} {seconds} s: {told}")
        kho.killing.clear()
        verdict = judge(kho, desks, handed)
        say(capsys, f"{name}: {verdict}")


def say(capsys, line):
    """A line of the table, as it comes."""
    with capsys.disabled():
        sys.stdout.write(f"\n  {line}")
        sys.stdout.flush()


def looks(browser, name):
    """What a person sees while the server is away: never a bare error."""
    import httpx

    seen = {}
    for page in ("/", "/tim?q=phe+duyet"):
        try:
            answer = browser.get(page)
        except httpx.HTTPError as error:
            seen[page] = type(error).__name__
            continue
        seen[page] = answer.status_code
        assert "Traceback" not in answer.text
    return seen
