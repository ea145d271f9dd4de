"""Kill −9 at each step boundary and inside each write: every document ends once, the chain is whole, nothing is hidden."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT, SAMPLE, Home

pytestmark = pytest.mark.slow
MORTAL = Path(__file__).with_name("mortal.py")
STEPS = ("inspect", "read", "separate", "compose", "sign", "extract", "weigh", "code", "seal", "file")
ENDS = {"FILED", "TO_CONFIRM"}
RECEIVE = """
from pathlib import Path
from khoso.embedded import prepare
home = Path(r'{home}')
prepare(home)
from ingest.receiving import Sheet, receive
from khoso.kernel.clock import system_clock
from people.accounts import by_name
from warehouse.adapters.local import LocalStore
from warehouse.moving import Intake
intake = Intake(by=by_name('local'), queue='today')
receive([Sheet(Path(r'{paper}'), 'giay.pdf')], intake=intake, store=LocalStore(home / 'store'), clock=system_clock)
"""


class Mortals:
    """Workers that die, one after the other, each long after the last one's lease has ended."""

    def __init__(self, home):
        self.later, self.deaths = 0.0, 0
        self._zygote = subprocess.Popen(
            [sys.executable, str(MORTAL), str(home.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def work(self, kind, point):
        """True when the worker reached the point and died there."""
        self.later += 10
        self._zygote.stdin.write(f"{kind}\t{point}\t{self.later}\n")
        self._zygote.stdin.flush()
        code = int(self._zygote.stdout.readline())
        assert code in {0, -signal.SIGKILL}
        self.deaths += code != 0
        return code != 0

    def close(self):
        self._zygote.stdin.close()
        self._zygote.wait(timeout=10)
        self._zygote.stdout.close()


@pytest.fixture(scope="session")
def entered_once(once, prepared_once, sample_transcript):
    """A home with one paper taken in and nothing done, made once; beside it what will be read on it."""

    def enter(folder):
        made = Home(folder / "home")
        shutil.copytree(prepared_once.path, made.path)
        (folder / "transcript.json").write_text(json.dumps(sample_transcript), encoding="utf-8")
        copy = shutil.copyfile(SAMPLE, folder / "giay.pdf")
        receive = RECEIVE.format(home=made.path, paper=copy)
        subprocess.run([sys.executable, "-c", receive], check=True, cwd=ROOT, timeout=60)

    return Home(once("entered", enter) / "home")


@pytest.fixture
def home(entered_once, copy_of):
    """A copy of that home."""
    return copy_of(entered_once, "home")


@pytest.fixture
def mortals(home, entered_once):
    shutil.copyfile(entered_once.path.with_name("transcript.json"), home.path.with_name("transcript.json"))
    with contextlib.closing(Mortals(home)) as made:
        yield made


def assert_whole(home):
    """Exactly one document, at rest where it belongs, with one of everything; and `check` sees all there is."""
    report = home.json("check", "--repair", check=None)
    assert {row["fault"] for row in report[:-1]} <= {"stray", "unindexed"}, report
    report = home.json("check")
    assert report[-1]["open"] == 0
    assert report[-1]["totals"]["documents"] == 1
    (hit,) = home.json("find", "hôn nhân")
    shown = home.json("show", hit["document"])[0]
    assert shown["state"] in ENDS, shown["reason"]
    assert [revision["by"] for revision in shown["revisions"]] == ["scanner", "agency"]
    signed = home.path.parent / "signed.pdf"
    home.run("get", shown["document"], "-o", str(signed))
    assert len(home.json("verify", "--strict", str(signed))) == 2


def test_killed_at_each_boundary(home, mortals):
    for step in STEPS:
        assert mortals.work("boundary", f"before {step}"), step
        if step == "read":
            assert mortals.work("boundary", "page")
        assert mortals.work("boundary", f"after {step}"), step
    assert not mortals.work("never", 0)
    assert mortals.deaths == 2 * len(STEPS) + 1
    assert_whole(home)


def test_killed_inside_each_object(home, mortals):
    """Workers die in the middle of the first object's bytes and right after them, then of the next …, until none is left to store."""
    deaths = {"put": 0, "stored": 0}
    kind, point = "put", 1
    while mortals.work(kind, point):
        deaths[kind] += 1
        kind, point = ("stored", 1) if kind == "put" else ("put", 2)  # the first is there already and is put again
        assert mortals.deaths < 30
    assert min(deaths.values()) >= 3
    assert not mortals.work("never", 0)
    assert_whole(home)


def test_killed_inside_each_transaction(home, mortals):
    """Each worker dies one writing statement later than the last, until one comes through."""
    point = 1
    while mortals.work("sql", point):
        point += 3 if point > 12 else 1
        assert point < 150
    assert mortals.deaths >= 10
    assert_whole(home)
