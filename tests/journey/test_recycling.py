"""A worker that has grown past `KHOSO_WORKER_MEMORY` finishes what it has in hand and is replaced; nothing is lost or done twice."""

import json
import os
import subprocess
import sys
import time

import pytest
from PIL import Image, ImageDraw

from warehouse.models import State

from . import greedy
from .conftest import ROOT

pytestmark = pytest.mark.slow
PAPERS, LIMIT = 2, 500  # MiB: more than a worker needs, less than it needs with one page hoarded
ENTER = """
import sys
from pathlib import Path
from ingest.receiving import Sheet, receive
from khoso.kernel.clock import system_clock
from khoso.wiring import open_store
from people.accounts import by_name
from warehouse.moving import Intake
for path in sorted(Path({folder!r}).iterdir()):
    intake = Intake(by=by_name("local"), queue="today", desk="quầy 1")
    receive([Sheet(path, path.name)], intake=intake, store=open_store(), clock=system_clock)
"""
LOOK = """
import json
from warehouse.models import Document
rows = Document.objects.values_list("state", "attempts", "lost_workers", "lease_owner")
print(json.dumps([list(row) for row in rows]))
"""


def paper(path, number):
    image = Image.new("L", (1654, 2339), 245)
    pen = ImageDraw.Draw(image)
    for line in range(30):
        for word in range(12):
            shade = 20 + (number * 7 + line * 31 + word * 17) % 60
            pen.rectangle((120 + word * 115, 150 + line * 65, 200 + word * 115, 175 + line * 65), fill=shade)
    image.save(path, "JPEG", quality=60, dpi=(200, 200))


def shell(home, script):
    return home.run("manage", "shell", "--no-imports", "-c", script).stdout


def test_a_worker_that_has_grown_is_replaced_and_loses_nothing(home, tmp_path):
    (tmp_path / "papers").mkdir()
    for number in range(PAPERS):
        paper(tmp_path / "papers" / f"{number}.jpg", number)
    shell(home, ENTER.format(folder=str(tmp_path / "papers")))
    log = tmp_path / "read.log"
    environment = {
        **os.environ,
        "KHOSO_OCR_ENGINE": greedy.NAME,
        "KHOSO_WORKER_MEMORY": str(LIMIT),
        "KHOSO_LOG": "INFO",
        greedy.LOG: str(log),
    }
    words = [sys.executable, "-m", "khoso", "--home", str(home.path), "worker", "--processes", "1"]
    with (tmp_path / "worker.log").open("wb") as told:
        nursery = subprocess.Popen(words, env=environment, cwd=ROOT, stdout=told, stderr=told)
        try:
            end = time.monotonic() + 120
            while rows := json.loads(shell(home, LOOK)):
                if all(state in {State.TO_CONFIRM, State.FILED} for state, *_ in rows):
                    break
                assert time.monotonic() < end, (rows, (tmp_path / "worker.log").read_text()[-3000:])
                time.sleep(0.5)
            while (tmp_path / "worker.log").read_text().count("has grown") < PAPERS:  # the last one goes, too
                assert time.monotonic() < end
                time.sleep(0.2)
        finally:
            nursery.terminate()
            nursery.wait(timeout=30)
    read = [line.split() for line in log.read_text().splitlines()]
    assert len({digest for _process, digest in read}) == len(read) == PAPERS, "no page was read twice"
    assert len({process for process, _digest in read}) == PAPERS, "each by a process of its own"
    assert [row[1:] for row in rows] == [[0, 0, ""]] * PAPERS, "no step counts as failed, no worker as lost"
    home.run("check")
