"""What docker-compose.yml says, without containers: its keys, its settings and its commands on real servers."""

import contextlib
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from minio.commonconfig import GOVERNANCE
from minio.credentials import StaticProvider
from minio.error import S3Error
from minio.minioadmin import MinioAdmin
from minio.retention import Retention
from ruamel.yaml import YAML

from warehouse.adapters.s3 import S3Store
from warehouse.adapters.s3_talk import client_for
from warehouse.ports import ErasureOrder
from warehouse.shelf import put_bytes

from .conftest import empty_bucket

pytestmark = [pytest.mark.services]
ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
SAMPLE = ROOT / "samples" / "marital_status_xntthn_2020.pdf"


@pytest.fixture
def keys():
    spec = importlib.util.spec_from_file_location("minio_keys", ROOT / "deploy/compose/minio_keys.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_working_key_cannot_undo_a_lock_and_the_erasing_key_can(keys, s3_settings):
    root = StaticProvider(s3_settings.access_key, s3_settings.secret_key)
    admin = MinioAdmin(endpoint=urlsplit(s3_settings.url).netloc, credentials=root, secure=False)
    names = {"work": f"work-{uuid.uuid4().hex[:8]}", "erase": f"erase-{uuid.uuid4().hex[:8]}"}
    try:
        for _ in range(2):  # twice is once
            keys.make_key(admin, names["work"], "a-secret-of-the-worker", s3_settings.bucket, keys.WORK)
            keys.make_key(admin, names["erase"], "a-secret-of-the-eraser", s3_settings.bucket, keys.ERASE)
        settings = replace(
            s3_settings,
            access_key=names["work"],
            secret_key="a-secret-of-the-worker",
            erasure_access_key=names["erase"],
            erasure_secret_key="a-secret-of-the-eraser",
        )
        store = S3Store(settings)  # makes the bucket with the working key
        stored = put_bytes(store, b"a filed paper")
        store.lock(stored.digest, until=datetime.now(UTC) + timedelta(hours=1))
        assert b"".join(store.open(stored.digest)) == b"a filed paper"

        client = client_for(settings)
        (item,) = client.list_objects(settings.bucket, prefix=stored.digest[:2], recursive=True, include_version=True)
        with pytest.raises(S3Error, match="AccessDenied"):
            client._execute(
                "DELETE",
                settings.bucket,
                item.object_name,
                query_params={"versionId": item.version_id},
                headers={"x-amz-bypass-governance-retention": "true"},
            )
        shorter = Retention(GOVERNANCE, datetime.now(UTC) + timedelta(minutes=1))
        with pytest.raises(S3Error, match="WORM protected"):
            client.set_object_retention(settings.bucket, item.object_name, shorter, version_id=item.version_id)

        store.erase(stored.digest, order=ErasureOrder(by="a", reason="b", basis="c", reference="d"))
        assert list(store.names()) == []
    finally:
        for name in names.values():
            admin.user_remove(name)
            admin.policy_remove(name)


@pytest.fixture
def places(needed, tmp_path):
    """The servers' addresses, and their passwords as files, as containers see them."""
    tag = f"deploy-{uuid.uuid4().hex[:10]}"
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    database, search, broker = (urlsplit(needed(n)) for n in ("DATABASE_URL", "ELASTICSEARCH_URL", "REDIS_URL"))
    for name, value in {
        "secret_key": uuid.uuid4().hex * 2,
        "database_password": database.password,
        "s3_secret_key": needed("S3_SECRET_KEY"),
        "elasticsearch_password": search.password,
        "redis_password": broker.password,
    }.items():
        (secrets / name).write_text(value)
    import psycopg

    with psycopg.connect(needed("DATABASE_URL"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{tag}"')
    yield {
        "/run/secrets": str(secrets),
        "postgres:5432/khoso": f"{database.hostname}:{database.port}/{tag}",
        "http://minio:9000/kho": f"{needed('S3_ENDPOINT')}/{tag}",
        "elasticsearch:9200": f"{search.hostname}:{search.port}",
        "redis:6379/0": f"{broker.hostname}:{broker.port}/9",
        "/home/khoso/kho": str(tmp_path / "kho"),
        "${KHOSO_HOST:-localhost}": "localhost",
        "tag": tag,
    }
    with psycopg.connect(needed("DATABASE_URL"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{tag}" WITH (FORCE)')


class Containers:
    """Runs the commands of the compose file as processes of this machine."""

    def __init__(self, places, folder):
        self._services = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
        self._places, self._folder = places, folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._running = []

    def environment(self, name):
        given = {key: self._here(value) for key, value in self._services[name]["environment"].items()}
        left = {key: value for key, value in os.environ.items() if not key.startswith(("KHOSO_", "DJANGO_"))}
        return {**left, **given, "KHOSO_ELASTICSEARCH_PREFIX": self._places["tag"]}

    def _here(self, value):
        for there, here in self._places.items():
            value = value.replace(there, here)
        return value

    def words(self, name, words=None):
        words = [
            word.replace("0.0.0.0:8000", f"127.0.0.1:{self.port}") for word in words or self._services[name]["command"]
        ]
        return [str(BIN / words[0]), *words[1:]]

    def run(self, name, words=None, *, check=True):
        done = subprocess.run(
            self.words(name, words),
            env=self.environment(name),
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert not check or done.returncode == 0, (name, done.returncode, done.stdout[-3000:], done.stderr[-3000:])
        return done

    def start(self, name, words=None):
        with (self._folder / f"{name}.log").open("ab") as log:
            self._running.append(
                subprocess.Popen(
                    self.words(name, words),
                    env=self.environment(name),
                    cwd=self._folder,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )

    def doctor(self):
        out = self.run("worker", ["khoso", "--json", "doctor"], check=False).stdout
        return [json.loads(line) for line in out.splitlines()]

    def metrics(self):
        """What Prometheus reads: each line's value by its name and labels."""
        address = f"http://127.0.0.1:{self.port}/metrics"
        text = httpx.get(address, headers={"Host": "localhost"}, timeout=20).raise_for_status().text
        lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
        return {name: float(value) for name, _, value in lines}

    def healthy(self, name):
        _cmd, *words = self._services[name]["healthcheck"]["test"]
        words = [word.replace("127.0.0.1:8000", f"127.0.0.1:{self.port}") for word in words]
        return self.run(name, words, check=False).returncode == 0

    def stop(self):
        """As `docker compose stop` does: SIGTERM, and time to end in order."""
        for process in self._running:
            process.send_signal(signal.SIGTERM)
        codes = []
        for process in self._running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                codes.append(process.wait(timeout=30))
        return codes

    def kill(self):
        for process in self._running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def containers(places, tmp_path, s3_settings):
    made = Containers(places, tmp_path)
    yield made
    made.kill()
    empty_bucket(replace(s3_settings, bucket=places["tag"]))


def test_the_settings_and_commands_of_the_compose_file_work(containers):
    told = containers.run("prepare")
    assert "quantri" in told.stderr
    again = containers.run("prepare").stderr  # nobody has used the link: a new one, and the old one opens no more
    assert "/lan-dau/" in again
    assert again != told.stderr
    (nobody,) = [row for row in containers.doctor() if row["part"] == "Tiến trình xử lý"]
    assert (nobody["good"], nobody["detail"]) == (False, "không có tiến trình nào trả lời; không có giấy tờ chờ")
    for name in ("web", "worker", "worker", "sweeper"):  # two replicas of the worker
        containers.start(name)
    deadline = time.monotonic() + 60
    while not containers.healthy("web"):
        assert time.monotonic() < deadline
    (filed,) = [
        json.loads(line)
        for line in containers.run("worker", ["khoso", "--json", "file", str(SAMPLE)]).stdout.splitlines()
    ]
    assert filed["state"] in {"FILED", "TO_CONFIRM"}
    page = httpx.get(f"http://127.0.0.1:{containers.port}/", headers={"Host": "localhost"}, timeout=20)
    assert page.status_code == 302
    assert page.headers["location"].startswith("/dang-nhap")
    time.sleep(5)
    report = containers.run("sweeper", ["khoso", "--json", "check"], check=False).stdout
    assert json.loads(report.splitlines()[-1])["open"] == 0, report
    assert [row for row in containers.doctor() if not row["good"]] == []
    answer = httpx.get(f"http://127.0.0.1:{containers.port}/readyz", headers={"Host": "localhost"}, timeout=20)
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "catalogue": "ok", "store": "ok"})
    figures = containers.metrics()
    assert figures["khoso_workers"] == 2
    assert figures['khoso_documents{state="FILED"}'] + figures['khoso_documents{state="TO_CONFIRM"}'] == 1
    # Each worker counts its own steps, and whoever is asked tells those of all.
    assert figures['khoso_step_seconds_count{step="inspect"}'] == figures['khoso_step_seconds_count{step="read"}'] == 1
    assert figures['khoso_steps_total{ended="done",step="read"}'] == 1
    for name in ("khoso_queue_age_seconds", "khoso_queue_documents"):
        assert {figures[f'{name}{{queue="{queue}"}}'] for queue in ("desk", "today", "backlog")} == {0}
    for name in ("index", "ledger", "store"):
        assert figures[f"khoso_{name}_lag"] == figures[f"khoso_{name}_lag_seconds"] == 0
    assert figures["khoso_signing_failures"] == figures["khoso_standing_still"] == figures["khoso_index_set_aside"] == 0
    found = containers.run("web", ["khoso", "--json", "find", "tinh trang hon nhan"]).stdout
    assert json.loads(found)["document"] == filed["document"]
    assert set(containers.stop()) == {0}


def test_nothing_works_with_the_bucket_of_another_kho(containers, places, s3_settings):
    containers.run("prepare")
    containers.run("worker", ["khoso", "file", str(SAMPLE)])
    other = f"{places['tag']}-khac"
    places["http://minio:9000/kho"] = places["http://minio:9000/kho"].replace(places["tag"], other)
    try:
        for words, code, times in (
            (["khoso", "worker", "--processes", "2"], 2, 1),  # said once, not by each fork
            (["khoso", "check", "--repair"], 2, 1),  # where every paper would be a stray
            (None, 3, 2),  # gunicorn's own code for what cannot be loaded, said by each of its two workers at most
        ):
            done = containers.run("web", words, check=False)
            assert done.returncode == code, done.stderr
            assert 1 <= done.stderr.count("KHOSO_STORE_URL: ") <= times, done.stderr
            assert "Traceback" not in done.stderr
    finally:
        empty_bucket(replace(s3_settings, bucket=other))


def test_a_kho_moves_from_one_server_to_another(containers, tmp_path):
    """Backed up on the servers, restored into an embedded home; and the embedded home moves to the servers."""
    home = tmp_path / "embedded"
    left = {key: value for key, value in os.environ.items() if not key.startswith(("KHOSO_", "DJANGO_"))}

    def embedded(*words, check=0):
        done = subprocess.run(
            [BIN / "khoso", "--home", home, "--json", *map(str, words)],
            env={**left, "KHOSO_WORKERS": "1"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == check, (done.stdout, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]

    def server(*words):
        return [
            json.loads(line)
            for line in containers.run("worker", ["khoso", "--json", *map(str, words)]).stdout.splitlines()
        ]

    (filed,) = embedded("file", SAMPLE)
    before = embedded("check")[-1]
    hits = embedded("find", "hôn nhân")
    (moved,) = server("migrate-home", home)
    assert moved["documents"] == 1
    there = server("check")[-1]
    assert there["totals"] | {"surplus": 0} == before["totals"] | {"surplus": 0}
    assert there["open"] == 0
    assert [hit["document"] for hit in server("find", "hôn nhân")] == [hit["document"] for hit in hits]
    assert server("show", filed["document"])[0]["revisions"] == filed["revisions"]
    # New rows get new numbers on the other database, too.
    (second,) = server("file", SAMPLE, "--owner", "001099000001")
    assert second["document"] != filed["document"]
    # And back.
    server("backup", tmp_path / "backup")
    home = tmp_path / "back"
    (restored,) = embedded("restore", tmp_path / "backup")
    assert restored["documents"] == 2
    assert embedded("check")[-1]["open"] == 0
    assert {hit["document"] for hit in embedded("find", "hôn nhân")} == {filed["document"], second["document"]}


RECEIVED = """
from pathlib import Path
from ingest.receiving import Sheet, receive
from khoso.kernel.clock import system_clock
from khoso.kernel.doorbell import Queue
from khoso.wiring import doorbell, open_store
from people.accounts import by_name
from warehouse.moving import Intake
path = Path({path!r})
intake = Intake(by=by_name("local"), queue="desk", desk="1")
print(receive([Sheet(path, path.name)], intake=intake, store=open_store(), clock=system_clock).document.pk)
doorbell().ring(Queue.DESK)
doorbell().close()
"""
FIGURES = """
from prometheus_client import generate_latest
from khoso.kernel.clock import system_clock
from khoso.metrics import registry
print(generate_latest(registry(system_clock)).decode())
"""


def test_stock_celery_workers_take_papers_on_are_seen_when_idle_and_counted(containers):
    """`celery -A khoso.celery worker` with two child processes instead of ours."""
    containers.run("prepare")
    shell = ["khoso", "manage", "shell", "--no-imports", "-v0", "-c"]
    containers.start("worker", ["celery", "-A", "khoso.celery", "worker", "--concurrency", "2"])
    number = containers.run("worker", [*shell, RECEIVED.format(path=str(SAMPLE))]).stdout.strip()
    until = time.monotonic() + 120
    while (state := json.loads(containers.run("worker", ["khoso", "--json", "show", number]).stdout)["state"]) not in {
        "FILED",
        "TO_CONFIRM",
    }:
        assert time.monotonic() < until, state
        time.sleep(1)
    (row,) = [row for row in containers.doctor() if row["part"] == "Tiến trình xử lý"]
    assert (row["good"], row["detail"]) == (True, "1 tiến trình trả lời; không có giấy tờ chờ")
    figures = containers.run("worker", [*shell, FIGURES]).stdout
    for step in ("inspect", "read", "compose", "sign", "extract", "weigh"):
        assert f'khoso_step_seconds_count{{step="{step}"}} 1.0' in figures
    assert set(containers.stop()) == {0}
