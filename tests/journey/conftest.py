"""A home on disk, as a user has it, worked on by real processes."""

import contextlib
import fcntl
import json
import os
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from . import read_before
from .forking import ForkServer

ROOT = Path(__file__).resolve().parents[2]
FORKS = ForkServer(ROOT)
SAMPLE = ROOT / "samples" / "marital_status_xntthn_2020.pdf"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


AGAIN = {"KHOSO_OCR_ENGINE": read_before.NAME}
"""The environment of commands whose reading is not what is tried: no page is read twice in a run."""


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


FEW = 100
LONG = ("administrativeunit", "succession", "procedure", "component", "resulttype")


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """Makes a folder once for all processes of a run: `once(name, make)` calls `make(path)` where it is not there yet."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, make: Callable[[Path], None]) -> Path:
        with (base / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (base / name).exists():
                part = base / f"{name}.part"
                shutil.rmtree(part, ignore_errors=True)
                part.mkdir()
                make(part)
                part.rename(base / name)
        return base / name

    return made


@pytest.fixture(scope="session", autouse=True)
def _read_before(once):
    """Where pages read in this run are kept, for those who ask for a reader that reads none twice."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(read_before.FOLDER, str(once("read", lambda _: None)))
        yield


def _prepare(folder: Path) -> None:
    """A home with its tables and nothing in it; of the country's long lists it has the first rows, as most tests need none."""
    made = Home(folder / "home")
    made.run("check")
    with contextlib.closing(sqlite3.connect(made.path / "catalogue.sqlite3")) as catalogue:
        for table in LONG:
            few = f"SELECT id FROM catalogue_{table} ORDER BY id LIMIT {FEW}"  # noqa: S608 - fixed names
            catalogue.execute(f"DELETE FROM catalogue_{table} WHERE id NOT IN ({few})")  # noqa: S608 - fixed names
        catalogue.commit()
        catalogue.execute("VACUUM")


@pytest.fixture(scope="session")
def prepared_once(once):
    """A home with nothing in it, made once: the first start takes seconds, a copy none."""
    return Home(once("prepared", _prepare) / "home")


@pytest.fixture
def copy_of(tmp_path):
    """Copies a home, which is a folder like any other: `copy_of(home, name)`."""

    def copied(home: Home, name: str) -> Home:
        shutil.copytree(home.path, tmp_path / name)
        return Home(tmp_path / name)

    return copied


@pytest.fixture
def home(prepared_once, copy_of):
    """A home with its tables and nothing in it."""
    return copy_of(prepared_once, "home")


@pytest.fixture
def new_home(tmp_path):
    """A home nobody has opened yet."""
    return Home(tmp_path / "home")


@pytest.fixture(scope="session")
def sample_transcript(once):
    """What the default reader reads on the sample, read once."""

    def read(folder: Path) -> None:
        from khoso.readers import ENGINES
        from ocr.reading import read_page
        from pages.helper import Helper
        from pages.ports import Kind

        with Helper() as helper:
            transcript = read_page(SAMPLE, Kind.PDF, 1, engine=ENGINES["both"](helper), helper=helper, folder=folder)
        (folder / "transcript.json").write_text(json.dumps(transcript.to_json()), encoding="utf-8")

    return json.loads((once("sample", read) / "transcript.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def filed_once(once, prepared_once):
    """A home with the sample filed, made once; and what `khoso file` said of it."""

    def file(folder: Path) -> None:
        made = Home(folder / "home")
        shutil.copytree(prepared_once.path, made.path)
        (filed,) = made.json("file", SAMPLE)
        (folder / "filed.json").write_text(json.dumps(filed), encoding="utf-8")

    folder = once("filed", file)
    return Home(folder / "home"), json.loads((folder / "filed.json").read_text(encoding="utf-8"))


@pytest.fixture
def filed_home(filed_once, copy_of):
    """A copy of that home, and what was said."""
    return copy_of(filed_once[0], "home"), filed_once[1]
