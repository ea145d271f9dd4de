"""Restoring: papers filed on one server, backed up, restored into an empty one, and everything asked of both.

Two Khos on the servers the environment names (see `bench/own_servers.py`), each with a database, a bucket and an index of its
own, gone afterwards. What an operator types is shown with what it said; the figures are those of this machine.

    .venv/bin/python bench/restoring.py              # all samples
    .venv/bin/python bench/restoring.py --papers 3   # some
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MANY = 8  # words of a command that are shown
SEARCHES = (
    ("tinh trang hon nhan",),
    ("giấy khai sinh",),
    ("quyet dinh",),
    ("ủy ban nhân dân",),
    ("mẫu", "--sort", "newest"),
    ("cong van", "--type", "administrative_document"),
    ("số:24/TTr-UBND",),
    ("quyền sử dụng đất", "--from", "2000-01-01", "--to", "2030-12-31"),
    ("không có giấy nào như thế này",),
)


class Kho:
    """Runs `khoso` with the settings of one server, and shows what was typed and said."""

    def __init__(self, name: str, home: Path, settings: dict[str, str]) -> None:
        self._name = name
        left = {key: value for key, value in os.environ.items() if not key.startswith(("KHOSO_", "DJANGO_"))}
        self._environment = {**left, **settings, "KHOSO_HOME": str(home), "KHOSO_WORKERS": "2"}

    def __call__(self, *words: object, shown: int = 3, ends: Sequence[int] = (0,)) -> str:
        """What it printed. `shown`: of its last lines so many are shown; 0 shows neither them nor the command."""
        said = [str(word) for word in words]
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "khoso", *said],
            env=self._environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=1800,
            check=False,
        )
        if done.returncode not in ends:
            sys.exit(f"{self._name}$ khoso {shlex.join(said)}: {done.returncode}\n{done.stdout}{done.stderr}")
        if shown:
            print(
                f"{self._name}$ khoso {shlex.join(said)}    # {time.monotonic() - began:.1f} s, exit {done.returncode}"
            )
            for line in [*done.stderr.splitlines(), *done.stdout.splitlines()][-shown:]:
                print(f"  {line}")
            sys.stdout.flush()
        return done.stdout

    def json(self, *words: object) -> list[dict[str, Any]]:
        out = self("--json", *words, shown=0)
        return [json.loads(line) for line in out.splitlines() if line.startswith("{")]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--papers", type=int, default=None, help="how many of the samples; all if not given")
    given = options.parse_args()
    sys.path.insert(0, str(ROOT))
    from bench.own_servers import own_places

    with (
        tempfile.TemporaryDirectory(prefix="khoso-restoring-") as folder,
        own_places("old") as old,
        own_places("new") as new,
    ):
        at = Path(folder)
        # Second factors are locked with the secret key, so the new server has that of the old one, as docs/operating.md says.
        new["KHOSO_SECRET_KEY"] = old["KHOSO_SECRET_KEY"]
        same = _walk(Kho("old", at / "old", old), Kho("new", at / "new", new), at / "backup", given.papers)
    sys.exit(0 if same else "the restored Kho does not answer as the old one")


def _walk(old: Kho, new: Kho, backup: Path, papers: int | None) -> bool:
    samples = sorted(
        path.relative_to(ROOT)
        for path in (ROOT / "samples").iterdir()
        if path.suffix in {".pdf", ".jpg", ".png", ".tif"} or path.name.startswith("land_certificate")
    )
    old("prepare", shown=1)
    old("file", *samples[:papers], shown=1)
    old("sweeper", "--once", shown=0)
    old("check", shown=1)
    old("backup", backup, shown=2)
    old("backup", backup, shown=1)  # the next one copies only what is new
    new("restore", backup, "--check", shown=1)
    new("restore", backup, shown=2)
    new("check", shown=1)
    new("restore", backup, shown=1)  # twice is once
    found = [_alike(what, ask, old, new) for what, ask in _questions(old).items()]  # every one is asked
    return all(found)


def _questions(old: Kho) -> dict[str, Callable[[Kho], object]]:
    documents = sorted({hit["document"] for words in SEARCHES for hit in old.json("find", *words, "--limit", 100)})
    asked: dict[str, Callable[[Kho], object]] = {"check: totals": _totals}
    for words in SEARCHES:
        asked[f"find {shlex.join(words)}"] = lambda kho, words=words: _hits(kho, words)  # type: ignore[misc]
    asked[f"show: {len(documents)} documents"] = lambda kho: [kho.json("show", one) for one in documents]
    asked["get --rendition signed: SHA-256"] = lambda kho: [_signed(kho, one) for one in documents]
    return asked


def _totals(kho: Kho) -> object:
    """What `check` counts; surplus versions of a bucket are the bucket's own."""
    report = kho.json("check")[-1]
    return {**report["totals"], "surplus": 0}, report["open"]


def _hits(kho: Kho, words: tuple[str, ...]) -> object:
    """Equal scores in the order of their documents: an index built anew may name equals in another order."""
    found = kho.json("find", *words, "--limit", 100)
    return sorted(found, key=lambda hit: (-hit["score"], hit["document"]))


def _signed(kho: Kho, document: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "signed.pdf"
        kho("get", document, "--rendition", "signed", "-o", out, shown=0, ends=(0, 3))  # 3: not signed yet
        return sha256(out.read_bytes()).hexdigest() if out.exists() else ""


def _alike(what: str, ask: Callable[[Kho], object], old: Kho, new: Kho) -> bool:
    before, after = ask(old), ask(new)
    size = f"{len(before)} answers" if isinstance(before, list) else str(before)
    print(f"{'same' if before == after else 'DIFFERENT'}  {what}: {size}", flush=True)
    if before != after:
        print(f"  old: {before}\n  new: {after}")
    return before == after


if __name__ == "__main__":
    main()
