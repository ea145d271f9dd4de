"""What `khoso-agent watch` was asked to do, checked. Only the command line makes it."""

import ssl
from dataclasses import dataclass, field
from pathlib import Path

from scanner_agents.address import Address, Token
from scanner_agents.intake import Labelling
from scanner_agents.records import Labels
from scanner_agents.retry import Backoff
from scanner_agents.tidy import After

MIB = 1 << 20
LOCK = "agent.lock"


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it.

    Attributes:
        folder: the watched folder.
        queue: where outbox, spool and lock live.
        address, token: the server and how to be let in.
        trust: whose certificates to believe.
        labelling: what to say about each drop.
        after, sent: what becomes of originals, and where they are moved to.
        settle, quiet: seconds a file, a sub-folder must stay unchanged.
        interval: seconds between two looks at the folder.
        chunk: bytes of one upload request.
        timeout: seconds any single wait for the server may take.
        patience: seconds `--once` waits for things that keep changing.
        backoff: how long to wait after failures.
    """

    folder: Path
    queue: Path
    address: Address
    trust: ssl.SSLContext
    token: Token = field(default_factory=Token)
    labelling: Labelling = field(default_factory=lambda: Labelling(Labels()))
    after: After = After.LEAVE
    sent: Path = Path()
    settle: float = 2.0
    quiet: float = 15.0
    interval: float = 1.0
    chunk: int = MIB
    timeout: float = 60.0
    patience: float = 60.0
    backoff: Backoff = field(default_factory=Backoff)

    @property
    def spool(self) -> Path:
        return self.queue / "spool"

    @property
    def lock(self) -> Path:
        return self.queue / LOCK
