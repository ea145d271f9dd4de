"""One call of the program: its arguments, its language, its exit codes."""

import argparse
import os
import signal
import ssl
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from scanner_agents.address import Address, Token, token_text, trusting
from scanner_agents.events import shown
from scanner_agents.journal import Journal
from scanner_agents.outbox import FILE
from scanner_agents.parser import address_of, default_queue
from scanner_agents.words import Say

DONE, REFUSED, UNAVAILABLE, CORRUPTED, SOME_FAILED = 0, 3, 4, 5, 6
LAME = 1  # the sender died of a mistake; whoever supervises should start the agent again


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the program: its arguments and its language."""

    parser: argparse.ArgumentParser
    args: argparse.Namespace
    say: Say
    lang: str

    @property
    def json(self) -> bool:
        return bool(getattr(self.args, "json", False))

    @property
    def queue(self) -> Path:
        return real(getattr(self.args, "queue", None) or default_queue())

    def journal(self) -> Journal:
        return Journal(sys.stdout, clock=time.time, say=self.say, as_json=self.json)

    def put(self, line: str) -> None:
        """A line of the result."""
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    def complain(self, line: str) -> None:
        """A line that is not part of the result."""
        sys.stderr.write(f"khoso-agent: {line}\n")

    def wrong(self, text: str) -> NoReturn:
        """Wrong usage: said with the usage line, exit code 2."""
        self.parser.error(text)

    def address(self) -> Address:
        """The checked `--server`."""
        return address_of(self.parser, self.args.server, insecure=self.args.insecure_http, say=self.say)

    def token(self) -> Token:
        """The token, from wherever it was given."""
        given = self.args.token or ("" if self.args.token_file else os.environ.get("KHOSO_AGENT_TOKEN", ""))
        try:
            return Token(token_text(given), real(self.args.token_file) if self.args.token_file else None)
        except ValueError:
            self.wrong(self.say("biến KHOSO_AGENT_TOKEN chứa ký tự không dùng được trong mã truy cập"))

    def trust(self, address: Address) -> ssl.SSLContext:
        """Whose certificates to believe."""
        try:
            return trusting(self.args.ca, address=address)
        except OSError as error:
            self.wrong(f"--ca {shown(self.args.ca)}: {error.strerror or error}")

    def there(self) -> bool:
        """Whether there is a queue; complains if not."""
        if (self.queue / FILE).exists():
            return True
        self.complain(self.say("chưa có hàng đợi tại %(queue)s; hãy xem --queue") % {"queue": shown(self.queue)})
        return False


def real(path: Path) -> Path:
    """The path with `~`, links and `..` resolved, whether or not it exists."""
    return Path(os.path.realpath(path.expanduser()))


@contextmanager
def signals_raise() -> Iterator[None]:
    """SIGTERM ends the call as Ctrl-C does: at once, wherever it is; being killed is harmless."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
