"""The whole server set at once: a paper goes through real processes on PostgreSQL, S3, Elasticsearch and Redis, and is found."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from .conftest import empty_bucket

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "marital_status_xntthn_2020.pdf"
OTHER_SAMPLE = ROOT / "samples" / "death_extract_tlkt_2020.pdf"
pytestmark = pytest.mark.services


@pytest.fixture
def database(needed):
    """A database of this test's own, by URL."""
    url, name = needed("DATABASE_URL"), f"khoso_journey_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as line:
        line.execute(f'CREATE DATABASE "{name}"')
    yield urlsplit(url)._replace(path=f"/{name}").geturl()
    with psycopg.connect(url, autocommit=True) as line:
        line.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def server(database, needed, s3_settings, tmp_path):
    """Runs `khoso` as the operator of a server does: everything from the environment."""
    prefix = f"khosojourney{uuid.uuid4().hex[:10]}"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("KHOSO_")},
        "KHOSO_HOME": str(tmp_path / "home"),
        "KHOSO_SECRET_KEY": "only for tests, and long enough for them",
        "KHOSO_DATABASE_URL": database,
        "KHOSO_STORE_URL": f"{s3_settings.url}/{s3_settings.bucket}",
        "KHOSO_S3_ACCESS_KEY": s3_settings.access_key,
        "KHOSO_S3_SECRET_KEY": s3_settings.secret_key,
        "KHOSO_ELASTICSEARCH_URL": needed("ELASTICSEARCH_URL"),
        "KHOSO_ELASTICSEARCH_PREFIX": prefix,
        "KHOSO_REDIS_URL": f"{needed('REDIS_URL').rsplit('/', 1)[0]}/{1 + os.getpid() % 15}",
        "KHOSO_LOG": "INFO",
        "KHOSO_LOG_FORMAT": "json",
    }
    server = Server(environment, tmp_path)
    try:
        yield server
    finally:
        server.stop()
        from elasticsearch import Elasticsearch

        with Elasticsearch(needed("ELASTICSEARCH_URL")) as raw:
            found = list(raw.indices.get(index=f"{prefix}*"))
            if found:
                raw.indices.delete(index=found)
        with contextlib.suppress(Exception):
            empty_bucket(s3_settings)


class Server:
    """A server's processes."""

    def __init__(self, environment, folder):
        self.environment, self.folder = environment, folder
        self._processes = []
        self.logs = []

    def run(self, *words, check=0, timeout=120):
        done = subprocess.run(
            [sys.executable, "-m", "khoso", *map(str, words)],
            env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip
        assert check is None or done.returncode == check, (words, done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def json(self, *words, check=0):
        return [json.loads(line) for line in self.run("--json", *words, check=check).stdout.splitlines()]

    def start(self, *words):
        log = self.folder / f"{len(self.logs)}-{words[0]}.log"
        self.logs.append(log)
        with log.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", *words],
                env=self.environment, cwd=ROOT, stdout=file, stderr=file,
            )  # fmt: skip
        self._processes.append(process)
        return process

    def stop(self):
        for process in self._processes:
            process.send_signal(signal.SIGTERM)
        for process in self._processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def told(self):
        return "\n".join(log.read_text(encoding="utf-8") for log in self.logs)


def test_a_paper_is_filed_and_found_on_real_servers(server):
    server.run("prepare")
    alone = server.start("khoso", "worker")
    server.start("khoso", "sweeper")
    (filed,) = server.json("file", SAMPLE, "--workers", "0")
    assert filed["state"] == "FILED", filed
    until = time.monotonic() + 20
    while not (hits := server.json("find", "tinh trang hon nhan")):
        assert time.monotonic() < until
        time.sleep(0.5)
    assert [hit["document"] for hit in hits] == [filed["document"]]
    (again,) = server.json("file", SAMPLE, "--workers", "0")
    assert again["document"] == filed["document"]
    until = time.monotonic() + 20
    while (rows := server.json("check", check=None))[-1]["open"]:
        assert time.monotonic() < until, rows
        time.sleep(1)
    assert rows[-1]["totals"]["documents"] == 1
    (anew,) = server.json("reindex", "--processes", "2")
    assert (anew["indexed"], anew["put"]) == (1, 1)
    assert [hit["document"] for hit in server.json("find", "tinh trang hon nhan")] == [filed["document"]]
    assert rows[-1]["totals"]["entries"] == 1
    alone.terminate()
    server.start("khoso", "worker", "--processes", "2")  # now there are objects to look at before they are forked
    (second,) = server.json("file", OTHER_SAMPLE, "--workers", "0")
    assert second["state"] == "FILED", second
