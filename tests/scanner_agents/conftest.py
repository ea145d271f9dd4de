"""What the agent's tests share: a Kho on 127.0.0.1, a folder, a queue, clocks that the test turns."""

import io
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from scanner_agents.address import Address, client, trusting
from scanner_agents.follow import Follower
from scanner_agents.journal import Journal
from scanner_agents.outbox import Outbox
from scanner_agents.records import WAITING
from scanner_agents.retry import Backoff
from scanner_agents.sender import Sender
from scanner_agents.server import Server
from scanner_agents.spool import Spool
from tests.scanner_agents.drops import Drops
from tests.scanner_agents.kho import Kho


@dataclass
class Time:
    """A clock the test turns."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Log:
    """The journal of a test, read back as JSON."""

    text: io.StringIO = field(default_factory=io.StringIO)

    @property
    def journal(self) -> Journal:
        return Journal(self.text, clock=lambda: 0.0, say=str, as_json=True)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.getvalue().splitlines()]

    @property
    def codes(self) -> list[str]:
        return [told["event"] for told in self.events]


@dataclass
class Dispatch:
    """A sender with what it stands on; the clock is turned instead of waiting."""

    sender: Sender
    outbox: Outbox
    time: Time

    def settle(self, seconds: float = 7200.0) -> None:
        """Send until nothing waits, or until so many seconds have gone by on the test's clock."""
        end = self.time.now + seconds
        while self.time.now < end and (waiting := self.outbox.documents(states=WAITING)):
            if self.sender.step():
                due = max(self.sender._resume_at, min(document.next_try for document in waiting))
                self.time.now = max(due, self.time.now + 0.001)


class NoJitter:
    """Dice that always show the longest wait."""

    def uniform(self, _low: float, high: float) -> float:
        return high


@pytest.fixture
def kho() -> Iterator[Kho]:
    with Kho().open() as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "Quét"
    path.mkdir()
    return path


@pytest.fixture
def queue(tmp_path: Path) -> Path:
    path = tmp_path / "queue"
    path.mkdir()
    return path


@pytest.fixture
def spool(queue: Path) -> Spool:
    spool = Spool(queue / "spool")
    spool.prepare()
    return spool


@pytest.fixture
def outbox(queue: Path) -> Iterator[Outbox]:
    with Outbox(queue) as outbox:
        yield outbox


@pytest.fixture
def drops(outbox: Outbox, spool: Spool, tmp_path: Path) -> Drops:
    return Drops(outbox, spool, tmp_path)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture(scope="session")
def trust() -> ssl.SSLContext:
    return trusting(None, address=Address.parse("http://localhost"))


@pytest.fixture
def dispatch(
    outbox: Outbox, spool: Spool, log: Log, time: Time, trust: ssl.SSLContext
) -> Iterator[Callable[..., Dispatch]]:
    """Makes senders to a Kho; their pauses are seconds of the test's clock."""
    clients = []

    def make(kho: Kho, *, token: str = "", chunk: int = 65536, timeout: float = 5.0, follow: bool = False) -> Dispatch:
        address = Address.parse(kho.url)
        http = client(address, trust=trust, timeout=timeout)
        clients.append(http)
        server = Server(address, http=http, token=lambda: token)
        sender = Sender(
            outbox=outbox,
            spool=spool,
            server=server,
            follower=Follower(outbox=outbox, server=server, journal=log.journal, steady=time) if follow else None,
            address=address.url,
            journal=log.journal,
            chunk=chunk,
            backoff=Backoff(first=1.0, most=300.0, slow=60.0, dice=NoJitter()),  # type: ignore[arg-type]
            stop=threading.Event(),
            clock=time,
            steady=time,
        )
        return Dispatch(sender, outbox, time)

    yield make
    for http in clients:
        http.close()
