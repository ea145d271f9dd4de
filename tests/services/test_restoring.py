"""A Kho comes back from its backup on an empty server: `bench/restoring.py` with a few papers, as docs/operating.md describes it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.services, pytest.mark.slow]


def test_an_empty_server_answers_as_the_old_one_did(needed):
    for name in ("DATABASE_URL", "REDIS_URL", "S3_ENDPOINT", "S3_ACCESS_KEY", "S3_SECRET_KEY", "ELASTICSEARCH_URL"):
        needed(name)
    done = subprocess.run(
        [sys.executable, "bench/restoring.py", "--papers", "2"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "DIFFERENT" not in done.stdout
    same = re.findall(r"^same  (.*)$", done.stdout, re.MULTILINE)
    assert same[0].startswith("check: totals: ({'documents': 2, ")
    assert "show: 2 documents: 2 answers" in same
    assert sum(int(line.rpartition(": ")[2].split()[0]) > 0 for line in same[1:]) >= 3  # searches that found something
