"""A home on disk, as a user has it, worked on by real processes."""

import json
import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from .forking import ForkServer

ROOT = Path(__file__).resolve().parents[2]
FORKS = ForkServer(ROOT)
SAMPLE = ROOT / "samples" / "marital_status_xntthn_2020.pdf"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Home:
    """Runs `khoso` on a home of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def run(
        self, *words: str, check: int | None = 0, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        done = FORKS.run(
            ["--home", str(self.path), *map(str, words)], {**os.environ, "KHOSO_WORKERS": "1", **(env or {})}
        )
        assert "Traceback" not in done.stderr, done.stderr
        if check is not None:
            assert done.returncode == check, (done.returncode, done.stdout, done.stderr)
        return done

    def json(self, *words: str, check: int | None = 0, **more) -> list[dict]:
        done = self.run("--json", *words, check=check, **more)
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


@pytest.fixture(scope="session", autouse=True)
def _forks():
    yield
    FORKS.close()


@pytest.fixture(scope="session")
def prepared_once(tmp_path_factory):
    """A home with its tables and nothing in it, made once: the first start takes seconds, a copy none."""
    made = Home(tmp_path_factory.mktemp("prepared") / "home")
    made.run("check")
    return made


@pytest.fixture
def home(tmp_path, prepared_once):
    """A copy of that home: a home is a folder like any other."""
    shutil.copytree(prepared_once.path, tmp_path / "home")
    return Home(tmp_path / "home")


@pytest.fixture
def new_home(tmp_path):
    """A home nobody has opened yet."""
    return Home(tmp_path / "home")


@pytest.fixture(scope="session")
def sample_transcript(tmp_path_factory):
    """What the default reader reads on the sample, read once."""
    from khoso.wiring import engine_for
    from ocr.reading import read_page
    from pages.helper import Helper
    from pages.ports import Kind

    with Helper() as helper:
        folder = tmp_path_factory.mktemp("read")
        read = read_page(SAMPLE, Kind.PDF, 1, engine=engine_for(helper), helper=helper, folder=folder)
    return read.to_json()


@pytest.fixture(scope="session")
def filed_once(tmp_path_factory, prepared_once):
    """A home with the sample filed, made once; and what `khoso file` said of it."""
    made = Home(tmp_path_factory.mktemp("filed") / "home")
    shutil.copytree(prepared_once.path, made.path)
    (filed,) = made.json("file", SAMPLE)
    return made, filed


@pytest.fixture
def filed_home(tmp_path, filed_once):
    """A copy of that home."""
    shutil.copytree(filed_once[0].path, tmp_path / "home")
    return Home(tmp_path / "home"), filed_once[1]
