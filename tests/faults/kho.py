"""A Kho at work: its real processes, workers that get killed, desks that hand in papers and do not give up."""

import contextlib
import hashlib
import io
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import psycopg
from PIL import Image, ImageDraw
from quick_reader import DOUBTFUL

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent

_STATES = (
    "import json; from warehouse.models import Document; "
    "print(json.dumps([[str(row.pk), row.state, row.reason, row.state_since.timestamp()] for row in Document.objects.all()]))"
)


def smudged(number: int) -> bool:
    """Whether this paper holds a word nobody can be sure of: it has to wait for a person, the others are filed."""
    return number % 4 == 3


def paper(number: int) -> bytes:
    """A scan of its own: A5 across at 200 dpi, half the pixels of A4 to be looked at. Its words are whole blocks of the JPEG, so
    that thousands of papers fit on a small disk.
    """
    image = Image.new("L", (1654, 1165), 245)
    pen = ImageDraw.Draw(image)
    for line in range(14):
        for word in range(12):
            shade = 20 + (number * 7 + line * 31 + word * 17) % 60
            pen.rectangle((120 + word * 112, 152 + line * 64, 199 + word * 112, 175 + line * 64), fill=shade)
    pen.text((200, 1100), f"MẪU {number}", fill=0)
    file = io.BytesIO()
    comment = DOUBTFUL if smudged(number) else b""
    image.save(file, "JPEG", quality=60, optimize=True, dpi=(200, 200), comment=comment)
    return file.getvalue()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Kho:
    """Processes around one home, and a hand that kills workers."""

    def __init__(self, home: Path, environment: dict[str, str], workers: int = 2):
        self.home, self.port = home, free_port()
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("KHOSO_", "DJANGO_"))},
            **environment,
            "KHOSO_HOME": str(home),
            "KHOSO_OCR_ENGINE": "quick_reader:QuickReader",
            "PYTHONPATH": str(HERE),
        }
        self._workers = workers
        self._running: dict[str, subprocess.Popen] = {}
        self.logs = home.parent / "logs"
        self.killed = 0
        self._stop = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self.killing = threading.Event()

    def run(self, *words, check=0, timeout=300, given=None):
        done = subprocess.run(
            [sys.executable, "-m", "khoso", *map(str, words)],
            input=given,
            env=self._environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert check is None or done.returncode == check, (
            words,
            done.returncode,
            done.stdout[-2000:],
            done.stderr[-2000:],
        )
        return done

    @contextlib.contextmanager
    def beside(self, *words):
        """A process of its own for a while: `khoso worker`, or `web`."""
        if words == ("web",):
            words = ("gunicorn", "--config", "python:khoso.serving", "--bind", f"127.0.0.1:{self.port}", "khoso.wsgi")
        process = subprocess.Popen(
            [sys.executable, "-m", *words],
            env=self._environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)

    def json(self, *words, check=0):
        out = self.run("--json", *words, check=check).stdout
        return [json.loads(line) for line in out.splitlines() if line.startswith("{")]

    def shell(self, script, given=None):
        """The JSON a script prints inside the program."""
        out = self.run("manage", "shell", "--no-imports", "-c", script, given=given).stdout
        return json.loads(next(line for line in out.splitlines() if line[:1] in "[{"))

    def states(self):
        """Document → (state, reason, since: Unix time), of all there are."""
        address = self._environment.get("KHOSO_DATABASE_URL")
        if address is None:
            return {name: told for name, *told in self.shell(_STATES)}
        with psycopg.connect(address, connect_timeout=10, options="-c statement_timeout=30s") as line:
            rows = line.execute("SELECT id, state, reason, state_since FROM warehouse_document").fetchall()
        return {str(name): [state, reason, since.timestamp()] for name, state, reason, since in rows}

    def __enter__(self):
        self.logs.mkdir(exist_ok=True)
        self.run("prepare")
        self._start("web")
        self._start("sweeper")
        self._start("worker")
        self._keeper.start()
        try:
            self._await_web(120)
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def _await_web(self, timeout):
        """Until it listens: on a busy machine a person's browser is quicker than gunicorn."""
        deadline = time.monotonic() + timeout
        while True:
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", self.port)):
                    return
            assert time.monotonic() < deadline, "gunicorn does not listen"
            time.sleep(0.2)

    def __exit__(self, kind, *_):
        if kind is not None:
            self._tell()
        self._stop.set()
        self._keeper.join()
        for process in self._running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self._running.values():
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _tell(self):
        """The ends of the logs, for whoever reads why a test failed."""
        for log in sorted(self.logs.glob("*.log")):
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
            sys.stderr.write(f"--- {log.name}\n" + "\n".join(line[:300] for line in lines) + "\n")

    def _start(self, name):
        gunicorn = ["-m", "gunicorn", "--config", "python:khoso.serving", "--bind", f"127.0.0.1:{self.port}"]
        words = {
            "web": [*gunicorn, "khoso.wsgi:application"],
            "sweeper": ["-m", "khoso", "sweeper"],
            "worker": ["-m", "khoso", "worker", "--processes", str(self._workers)],
        }[name]
        with (self.logs / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, *words],
                env=self._environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _keep(self):
        """As the supervisor of a server does: whatever ended is started again. And kills a worker now and then."""
        hand = random.Random(4)  # noqa: S311 - the same hand at each run
        next_kill = time.monotonic() + 4
        while not self._stop.wait(0.5):
            for name, process in list(self._running.items()):
                if process.poll() is not None:
                    self._start(name)
            if self.killing.is_set() and time.monotonic() > next_kill:
                self.killed += self._kill_a_worker(hand)
                next_kill = time.monotonic() + hand.uniform(3, 6)

    def _kill_a_worker(self, hand) -> int:
        """One of them, which is followed by a fork; now and then all, with whoever keeps them. Returns how many."""
        keeper = self._running["worker"]
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            workers = sorted(psutil.Process(keeper.pid).children(), key=lambda worker: worker.pid)
            if hand.random() < 0.15:
                os.killpg(keeper.pid, signal.SIGKILL)
                return len(workers)
            if workers:
                hand.choice(workers).kill()
                return 1
        return 0

    def token(self):
        code = (
            "from people.accounts import by_name; from people.tokens import issue; from khoso.kernel.clock import system_clock; "
            "print('token', issue(by_name('local'), 'desk', now=system_clock()))"
        )
        out = self.run("manage", "shell", "--no-imports", "-c", code).stdout
        return next(line.split()[1] for line in out.splitlines() if line.startswith("token "))

    def session(self):
        """A person's browser, signed in."""
        code = (
            "from people.accounts import ensure_user, ensure_unit; from khoso.embedded import HOME_CODE, HOME_UNIT; "
            "ensure_user('canbo', full_name='Cán bộ MẪU', unit=ensure_unit(HOME_CODE, HOME_UNIT), password='mat-khau-thu-12')"
        )
        self.run("manage", "shell", "--no-imports", "-c", code)
        browser = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=70, follow_redirects=True)
        page = browser.get("/dang-nhap")
        token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        browser.post(
            "/dang-nhap", data={"username": "canbo", "password": "mat-khau-thu-12", "csrfmiddlewaretoken": token}
        )
        return browser


@dataclass(frozen=True, slots=True)
class Taken:
    """A paper the server answered for: its digest, its document, when the receipt came (monotonic seconds)."""

    digest: str
    document: str
    at: float


class Desks:
    """Hand in papers from several desks at once; each paper is tried until it is acknowledged, as the desk agent does."""

    def __init__(self, kho: Kho, token: str):
        self._kho, self._token = kho, token
        self.acknowledged: dict[int, Taken] = {}  # by the paper's number
        self.tries = 0
        self.told: dict[object, str] = {}  # what the server last said, by kind
        self._threads: list[threading.Thread] = []

    def hand_in(self, numbers, desks=4, pause=0.0):
        """Begin to hand in papers, in the background."""
        for desk in range(desks):
            mine = list(numbers)[desk::desks]
            thread = threading.Thread(target=self._desk, args=(f"quay-{desk}", mine, pause), daemon=True)
            thread.start()
            self._threads.append(thread)

    def await_taken(self, count, timeout):
        """Until so many papers in all were acknowledged."""
        deadline = time.monotonic() + timeout
        while len(self.acknowledged) < count:
            assert time.monotonic() < deadline, ("the desks stand still", self.told)
            time.sleep(0.05)

    def join(self, timeout):
        deadline = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
            assert not thread.is_alive(), ("a desk could not hand in its papers in time", self.told)

    def _desk(self, desk, numbers, pause):
        headers = {"Authorization": f"Bearer {self._token}"}
        with httpx.Client(base_url=f"http://127.0.0.1:{self._kho.port}/api/v1", headers=headers, timeout=30) as line:
            for number in numbers:
                self._until_taken(line, desk, number)
                time.sleep(pause)

    def _until_taken(self, line, desk, number):
        data = paper(number)
        digest = hashlib.sha256(data).hexdigest()
        while True:
            self.tries += 1
            try:
                answer = line.post("/uploads", json={"sha256": digest, "size": len(data)})
                begun = answer.json()
                if not begun["complete"]:
                    answer = line.patch(
                        f"/uploads/{digest}",
                        content=data[begun["offset"] :],
                        headers={"Upload-Offset": str(begun["offset"])},
                    )
                answer = line.post("/documents", json={"sheets": [{"sha256": digest, "name": "to.jpg"}], "desk": desk})
                self.told[answer.status_code] = answer.text[:200]
                if answer.status_code in {200, 201}:
                    receipt = answer.json()
                    if receipt["sheets"] == [{"sha256": digest, "size": len(data)}]:
                        self.acknowledged[number] = Taken(digest, receipt["document"], time.monotonic())
                        return
            except (httpx.HTTPError, KeyError, ValueError) as error:
                self.told[type(error).__name__] = str(error)[:200]
            time.sleep(0.5)
