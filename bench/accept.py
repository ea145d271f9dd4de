"""How fast sheets are acknowledged on real servers: bytes durable in the bucket, row and ledger event in PostgreSQL.

    eval "$(path/to/servers)"            # DATABASE_URL, S3_ENDPOINT, S3_ACCESS_KEY, S3_SECRET_KEY
    .venv/bin/python bench/accept.py     # closed loop against bare puts, then 100 desks in open loop

A database, a bucket and a home of its own; gunicorn serves the pages and the API, no worker runs. A desk uploads a page of
600 kB and asks for its receipt, over HTTP as the counter's program does.

Closed loop: as many connections as given send one page after another; then as many put the same bytes into the bucket with
the bare `minio` client, with the same hashing: each page's SHA-256 is taken and checked by the server; rounds alternate. Open loop: each desk sends a page every four
seconds at Poisson moments; a page's time is counted from the moment it was planned, so a server that falls behind shows.
"""

import argparse
import base64
import contextlib
import hashlib
import io
import json
import os
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlsplit

import psutil
import psycopg
import urllib3
from minio import Minio

ROOT = Path(__file__).resolve().parent.parent
MAKE_ACCOUNT = """
from khoso.kernel.clock import system_clock
from people.accounts import ensure_unit, ensure_user
from people.tokens import issue
user, _ = ensure_user("bench", full_name="Bench", unit=ensure_unit("X00.01", "Bench"))
print("token=" + issue(user, "bench", now=system_clock()))
"""


class Server:
    """gunicorn in front of a database and a bucket of its own."""

    def __init__(self, home: Path, *, workers: int, threads: int) -> None:
        name = f"khoso_bench_{secrets.token_hex(4)}"
        self._base = os.environ["DATABASE_URL"]
        self._database = name
        with psycopg.connect(self._base, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        url = urlsplit(self._base)
        self.bucket = name.replace("_", "-")
        self._environment = {
            **os.environ,
            "KHOSO_HOME": str(home),
            "KHOSO_DATABASE_URL": url._replace(path=f"/{name}").geturl(),
            "KHOSO_SECRET_KEY": secrets.token_hex(32),
            "KHOSO_STORE_URL": f"{os.environ['S3_ENDPOINT']}/{self.bucket}",
            "KHOSO_S3_ACCESS_KEY": os.environ["S3_ACCESS_KEY"],
            "KHOSO_S3_SECRET_KEY": os.environ["S3_SECRET_KEY"],
        }
        shell = ["-m", "khoso", "--home", str(home), "manage", "shell", "--no-imports", "-c"]
        told = self._run([sys.executable, *shell, MAKE_ACCOUNT])
        self.token = told.partition("token=")[2].split()[0]
        self.port = 18_000 + random.randrange(2000)  # noqa: S311 - a port, not a secret
        self._process = subprocess.Popen(
            [
                str(Path(sys.executable).parent / "gunicorn"),
                "khoso.wsgi:application",
                "--config=python:khoso.serving",
                f"--bind=127.0.0.1:{self.port}",
                f"--workers={workers}",
                f"--threads={threads}",
                "--log-level=warning",
                "--graceful-timeout=3",
                "--keep-alive=30",
            ],
            env={**self._environment, "DJANGO_SETTINGS_MODULE": "khoso.settings"},
            cwd=ROOT,
        )
        self._await()

    def cpu(self) -> dict[str, float]:
        """Seconds of CPU so far of those who have a part in it, and of this process, which is the desks."""
        ours = psutil.Process(self._process.pid).children(recursive=True)
        ports = {urlsplit(self._base).port: "PostgreSQL", urlsplit(os.environ["S3_ENDPOINT"]).port: "store"}
        found = {"web": sum(_seconds(one) for one in ours), "desks": _seconds(psutil.Process())}
        for line in psutil.net_connections("tcp"):
            name = ports.get(line.laddr.port if line.status == psutil.CONN_LISTEN else 0)
            if name and line.pid and name not in found:
                root = psutil.Process(line.pid)
                # A child that ends leaves its seconds with its parent.
                kept = root.cpu_times()
                ended = kept.children_user + kept.children_system
                found[name] = _seconds(root) + ended + sum(_seconds(one) for one in root.children(recursive=True))
        return found

    def _run(self, command: list[str]) -> str:
        done = subprocess.run(
            command, env=self._environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
        )
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)
        return done.stdout

    def _await(self) -> None:
        for _ in range(100):
            with contextlib.suppress(urllib3.exceptions.HTTPError):
                urllib3.request("GET", f"http://127.0.0.1:{self.port}/dang-nhap", timeout=5, retries=False)
                return
            time.sleep(0.2)
        raise SystemExit("gunicorn does not answer")

    def rows(self) -> tuple[int, int]:
        """Documents and ledger events in the database."""
        with psycopg.connect(urlsplit(self._base)._replace(path=f"/{self._database}").geturl()) as connection:
            documents = connection.execute("SELECT count(*) FROM warehouse_document").fetchone()
            events = connection.execute("SELECT count(*) FROM warehouse_ledgerevent").fetchone()
        return (documents or (0,))[0], (events or (0,))[0]

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=30)
        with psycopg.connect(self._base, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {self._database} WITH (FORCE)")
        client = _minio()
        for item in client.list_objects(self.bucket, recursive=True, include_version=True):
            client.remove_object(self.bucket, item.object_name or "", version_id=item.version_id)
        client.remove_bucket(self.bucket)


class Page:
    """Fresh bytes of one page: noise behind a JPEG's first bytes, so that nothing is sent twice."""

    _noise = secrets.token_bytes(1 << 21)

    def __init__(self, size: int) -> None:
        start = random.randrange(len(self._noise) - size)  # noqa: S311 - any place will do
        self.data = b"\xff\xd8\xff\xe0" + secrets.token_bytes(32) + self._noise[start : start + size - 36]
        self.digest = hashlib.sha256(self.data).hexdigest()


class Desk:
    """One connection that hands in pages."""

    def __init__(self, server: Server, name: str) -> None:
        self._pool = urllib3.HTTPConnectionPool("127.0.0.1", server.port, maxsize=1, timeout=60, retries=1)
        self._headers = {"Authorization": f"Bearer {server.token}"}
        self._name = name

    def hand_in(self, page: Page) -> None:
        """Until the receipt that echoes the digest."""
        known = quote(json.dumps({"name": "page.jpg", "desk": self._name}))
        headers = {**self._headers, "Khoso-Paper": known, "Content-Type": "application/octet-stream"}
        answer = self._pool.request("PUT", f"/api/v1/papers/{page.digest}", body=page.data, headers=headers)
        assert answer.status == 201, (answer.status, answer.data)
        receipt = json.loads(answer.data)
        assert receipt["sheets"] == [{"sha256": page.digest, "size": len(page.data)}], receipt


def _seconds(process: psutil.Process) -> float:
    with contextlib.suppress(psutil.NoSuchProcess):
        return float(sum(process.cpu_times()[:2]))
    return 0.0


def _minio() -> Minio:
    url = urlsplit(os.environ["S3_ENDPOINT"])
    return Minio(
        url.netloc,
        os.environ["S3_ACCESS_KEY"],
        os.environ["S3_SECRET_KEY"],
        secure=url.scheme == "https",
        region="us-east-1",
    )


def closed(connections: int, seconds: float, size: int, act: Callable[[int], Callable[[Page], None]]) -> float:
    """Pages a second of `connections` that each send one after another."""
    stop = time.perf_counter() + seconds
    done = [0] * connections

    def work(number: int) -> None:
        send = act(number)
        while time.perf_counter() < stop:
            send(Page(size))
            done[number] += 1

    started = time.perf_counter()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - started)


def bare(bucket: str) -> Callable[[int], Callable[[Page], None]]:
    """The yardstick: puts with the client alone."""

    def connection(number: int) -> Callable[[Page], None]:
        client = _minio()

        def send(page: Page) -> None:
            key = f"bare/{page.digest[:2]}/{page.digest}"
            checksum = base64.b64encode(bytes.fromhex(page.digest)).decode()
            notes: dict[str, str | list[str] | tuple[str]] = {"x-amz-checksum-sha256": checksum}
            client.put_object(bucket, key, io.BytesIO(page.data), len(page.data), metadata=notes)

        return send

    return connection


def opened(server: Server, desks: int, every: float, seconds: float, size: int) -> list[float]:
    """Seconds from the planned moment to the receipt, of Poisson arrivals at `desks` desks."""
    dice = random.Random(1)  # noqa: S311 - the same plan each time
    plan: list[tuple[float, int]] = []
    for desk in range(desks):
        moment = dice.expovariate(1 / every)
        while moment < seconds:
            plan.append((moment, desk))
            moment += dice.expovariate(1 / every)
    plan.sort()
    taken: list[float] = []
    made = [Desk(server, f"desk {number}") for number in range(desks)]
    locks = [threading.Lock() for _ in range(desks)]
    start = time.perf_counter() + 1

    def hand_in(moment: float, desk: int) -> None:
        page = Page(size)
        time.sleep(max(0.0, start + moment - time.perf_counter()))
        with locks[desk]:  # a desk has one connection
            made[desk].hand_in(page)
        taken.append(time.perf_counter() - start - moment)

    sent = []
    with ThreadPoolExecutor(desks) as pool:
        for moment, desk in plan:
            time.sleep(max(0.0, start + moment - 0.5 - time.perf_counter()))
            sent.append(pool.submit(hand_in, moment, desk))
    for one in sent:
        one.result()  # whoever was not acknowledged says why
    return taken


@contextlib.contextmanager
def serving(arguments: argparse.Namespace) -> Iterator[Server]:
    """A server for the length of the block."""
    with tempfile.TemporaryDirectory() as home:
        server = Server(Path(home), workers=arguments.workers, threads=arguments.threads)
        try:
            yield server
        finally:
            server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each closed round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--desks", type=int, default=100)
    parser.add_argument("--every", type=float, default=4.0, help="seconds between two pages of a desk")
    parser.add_argument("--open", type=float, default=60.0, help="seconds of the open loop; 0: none")
    parser.add_argument("--size", type=int, default=600_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=4)
    arguments = parser.parse_args()
    with serving(arguments) as server:
        rates: dict[str, list[float]] = {"khoso": [], "bare": []}
        acts = {"khoso": lambda number: Desk(server, f"c{number}").hand_in, "bare": bare(server.bucket)}
        closed(arguments.connections, 2, arguments.size, acts["khoso"])  # warm
        spent: dict[str, list[dict[str, float]]] = {"khoso": [], "bare": []}
        for _ in range(arguments.rounds):
            for name, act in acts.items():
                before, began = server.cpu(), time.perf_counter()
                rates[name].append(closed(arguments.connections, arguments.seconds, arguments.size, act))
                pages = rates[name][-1] * (time.perf_counter() - began)
                spent[name].append({who: (now - before[who]) / pages * 1000 for who, now in server.cpu().items()})
        for name, rounds in rates.items():
            print(
                f"closed, {arguments.connections} connections, {name:5s}: {statistics.median(rounds):6.1f} pages/s  {[round(rate, 1) for rate in rounds]}"
            )
        for name, rounds_of in spent.items():
            said = "  ".join(f"{who} {statistics.median(one[who] for one in rounds_of):.1f}" for who in rounds_of[0])
            print(f"CPU of a page, {name:5s}, in ms: {said}")
        ratios = [ours / theirs for ours, theirs in zip(rates["khoso"], rates["bare"], strict=True)]
        print(f"khoso / bare: {statistics.median(ratios):.0%} {[f'{ratio:.0%}' for ratio in ratios]}")
        if arguments.open:
            taken = sorted(opened(server, arguments.desks, arguments.every, arguments.open, arguments.size))
            cuts = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
            said = "  ".join(f"{name} {taken[int(len(taken) * part)] * 1000:.0f} ms" for name, part in cuts.items())
            print(
                f"open, {arguments.desks} desks, a page each {arguments.every} s: {len(taken)} pages  {said}  worst {taken[-1] * 1000:.0f} ms"
            )
        documents, events = server.rows()
        print(f"rows: {documents} documents, {events} ledger events")
        assert documents == events, "an acknowledged page without its event"


if __name__ == "__main__":
    main()
