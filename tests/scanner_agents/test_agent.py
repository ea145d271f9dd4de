"""The whole agent, in this process: folder to server, the server away and back, one agent per queue, TLS."""

import contextlib
import datetime as dt
import ipaddress
import os
import ssl
import threading
import time as real_time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scanner_agents import agent
from scanner_agents.address import Address, BadAddress, Token, token_text, trusting
from scanner_agents.agent import RunningAlready
from scanner_agents.errors import Unavailable
from scanner_agents.outbox import Outbox
from scanner_agents.records import State
from scanner_agents.retry import Backoff
from scanner_agents.settings import Settings
from tests.scanner_agents.conftest import Log
from tests.scanner_agents.kho import Fault, Kho

Configure = Callable[..., Settings]


@pytest.fixture
def configure(folder: Path, queue: Path, trust: ssl.SSLContext) -> Configure:
    def settings(kho: Kho, **changes: object) -> Settings:
        given = {
            "folder": folder,
            "queue": queue,
            "address": Address.parse(kho.url),
            "trust": trust,
            "sent": folder / "_da-gui",
            "settle": 0.05,
            "quiet": 0.15,
            "interval": 0.02,
            "chunk": 65536,
            "timeout": 5.0,
            "backoff": Backoff(first=0.02, most=0.05, slow=0.05),
        }
        return Settings(**{**given, **changes})  # type: ignore[arg-type]

    return settings


@contextlib.contextmanager
def _watching(settings: Settings, log: Log) -> Iterator[None]:
    stop, ended = threading.Event(), []
    thread = threading.Thread(target=lambda: ended.append(agent.watch(settings, journal=log.journal, stop=stop)))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)
    assert ended == [True]


def _until(true: Callable[[], bool], seconds: float = 20) -> None:
    end = real_time.monotonic() + seconds
    while not true():
        assert real_time.monotonic() < end, "waited in vain"
        real_time.sleep(0.01)


def test_once_takes_sends_and_returns(configure: Configure, kho: Kho, folder: Path, queue: Path, log: Log) -> None:
    (folder / "a.pdf").write_bytes(b"x")
    (folder / "hồ sơ").mkdir()
    (folder / "hồ sơ" / "1.jpg").write_bytes(os.urandom(200_000))
    for _ in range(2):
        result = agent.once(configure(kho), journal=log.journal, stop=threading.Event())
        assert result.trouble is None
        assert result.after[State.RECEIVED] == 2
    assert len(kho.documents) == 2
    assert len(kho.bodies) == 2
    assert not list((queue / "spool").iterdir())


def test_once_leaves_what_cannot_be_sent_for_the_next_run(
    configure: Configure, kho: Kho, folder: Path, log: Log
) -> None:
    (folder / "a.pdf").write_bytes(b"x")
    kho.stop()
    result = agent.once(configure(kho), journal=log.journal, stop=threading.Event())
    assert result.after[State.SENDING] == 1
    assert log.codes.count("server_away") == 3
    (folder / "a.pdf").unlink()
    kho.start()
    result = agent.once(configure(kho), journal=log.journal, stop=threading.Event())
    assert result.more(State.RECEIVED) == 1
    assert kho.contents() == [[b"x"]]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("POST", times=99, status=401),
        Fault("POST", times=99, status=503, headers=(("Retry-After", "900"),)),
        Fault("POST", times=99, status=500, headers=(("Retry-After", "900"),)),
        Fault("POST .*documents", times=99, change=lambda data: {**data, "sheets": []}),
    ],
)
def test_once_does_not_wait_for_what_takes_long_to_mend(
    configure: Configure, kho: Kho, folder: Path, log: Log, fault: Fault
) -> None:
    kho.faults.append(fault)
    (folder / "a.pdf").write_bytes(b"x")
    settings = configure(kho, backoff=Backoff(first=0.02, most=60.0, slow=300.0))
    result = agent.once(settings, journal=log.journal, stop=threading.Event())
    assert result.after[State.SENDING] == 1
    assert kho.used[id(fault)] == 1


def test_once_names_what_it_did_not_take(configure: Configure, kho: Kho, folder: Path, log: Log) -> None:
    (folder / "empty.pdf").touch()
    with (folder / "busy.pdf").open("wb") as writer:
        writer.write(b"x")
        writer.flush()
        result = agent.once(configure(kho, patience=0.3), journal=log.journal, stop=threading.Event())
    assert {(told.code, told.fields["name"]) for told in result.untaken} == {
        ("waits_empty", "empty.pdf"),
        ("waits_writer", "busy.pdf"),
    }
    assert not kho.documents


def test_the_server_goes_away_and_comes_back(configure: Configure, kho: Kho, folder: Path, log: Log) -> None:
    with _watching(configure(kho), log):
        (folder / "before.pdf").write_bytes(b"before")
        _until(lambda: len(kho.documents) == 1)
        kho.stop()
        for number in range(5):
            (folder / f"{number}.pdf").write_bytes(b"%d" % number)
        _until(lambda: log.codes.count("server_away") >= 3 and log.codes.count("taken") == 6)
        assert len(kho.documents) == 1
        kho.start()
        _until(lambda: len(kho.documents) == 6)
        _until(lambda: "server_back" in log.codes)
    assert sorted(kho.contents()) == sorted([[b"before"], *([b"%d" % number] for number in range(5))])
    assert log.codes[-1] == "stopped"


def test_the_agent_restarts_in_the_middle(configure: Configure, kho: Kho, folder: Path, log: Log) -> None:
    (folder / "big.pdf").write_bytes(big := os.urandom(2_000_000))
    append, reached = kho.append, threading.Event()

    def slowly(digest: str, offset: int, pieces: Iterator[bytes]) -> tuple[int, dict[str, object]]:
        if offset > 500_000:
            reached.set()
        return append(digest, offset, pieces)

    kho.append = slowly  # type: ignore[method-assign]
    with _watching(configure(kho), log):
        _until(reached.is_set)
    sent = sum(request.startswith("PATCH") for request in kho.requests)
    with _watching(configure(kho), log):
        _until(lambda: len(kho.documents) == 1)
    assert kho.contents() == [[big]]
    assert sum(request.startswith("PATCH") for request in kho.requests) <= 31 + 2
    assert sent >= 8


def test_one_agent_for_a_queue(configure: Configure, kho: Kho, log: Log) -> None:
    with _watching(configure(kho), log):
        _until(lambda: "started" in log.codes)
        with pytest.raises(RunningAlready) as error:
            agent.once(configure(kho), journal=log.journal, stop=threading.Event())
        assert error.value.event.fields["pid"] == os.getpid()


def test_a_queue_that_cannot_be_written_is_waited_for(
    configure: Configure, kho: Kho, folder: Path, tmp_path: Path, log: Log
) -> None:
    (folder / "a.pdf").write_bytes(b"x")
    blocked = tmp_path / "blocked"
    blocked.write_bytes(b"a file where the folder should be")
    settings = configure(kho, queue=blocked / "queue")
    with pytest.raises(Unavailable):
        agent.once(settings, journal=log.journal, stop=threading.Event())
    with _watching(settings, log):
        _until(lambda: "spool_trouble" in log.codes)
        assert (folder / "a.pdf").read_bytes() == b"x"
        blocked.unlink()
        _until(lambda: len(kho.documents) == 1)


class Mistake(Exception):
    """What no one foresaw."""


class Broken(Token):
    """A token whose reading has a mistake in it."""

    def read(self) -> str:
        raise Mistake


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_mistake_in_the_sender_ends_the_agent_instead_of_leaving_it_lame(
    configure: Configure, kho: Kho, folder: Path, queue: Path, log: Log
) -> None:
    (folder / "a.pdf").write_bytes(b"x")
    settings = configure(kho, token=Broken("x"))
    assert agent.watch(settings, journal=log.journal, stop=threading.Event()) is False
    with Outbox(queue) as outbox:
        assert outbox.counts()[State.SENDING] == 1


# Addresses, tokens, TLS


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://kho.example.vn", "https://kho.example.vn"),
        (" https://kho.example.vn/khoso/ ", "https://kho.example.vn/khoso"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost:8000/", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_addresses_that_are_used(text: str, url: str) -> None:
    assert Address.parse(text).url == url


@pytest.mark.parametrize(
    "text",
    [
        "http://kho.example.vn",
        "http://127.0.0.1.example.vn",
        "http://localhost.example.vn",
        "ftp://kho.example.vn",
        "kho.example.vn",
        "https://",
        "https://user:secret@kho.example.vn",
        "https://kho.example.vn/?a=b",
        "https://kho.example.vn:99999",
        "https://[::1",
        "",
    ],
)
def test_addresses_that_are_not(text: str) -> None:
    with pytest.raises(BadAddress):
        Address.parse(text)


def test_plain_http_elsewhere_only_on_demand() -> None:
    assert Address.parse("http://kho.example.vn", insecure_http=True).url == "http://kho.example.vn"


def test_a_token_file_is_read_anew_and_its_rights_are_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("  one\n")
    path.chmod(0o640)
    token = Token(file=path)
    assert token.read() == "one"
    assert token.open_to_others()
    path.write_text("two")
    path.chmod(0o600)
    assert token.read() == "two"
    assert not token.open_to_others()
    path.write_text("two words")
    with pytest.raises(Unavailable) as error:
        token.read()
    assert error.value.event.code == "token_unreadable"
    path.unlink()
    with pytest.raises(Unavailable):
        token.read()


@pytest.mark.parametrize("text", ["a b", "a\nb", "á", "a\x00"])
def test_a_token_no_header_can_carry(text: str) -> None:
    with pytest.raises(ValueError, match="token"):
        token_text(text)


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "SPECIMEN")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "ca.pem", folder / "key.pem"


def test_a_server_is_believed_only_with_a_certificate_we_trust(
    configure: Configure, folder: Path, tmp_path: Path, log: Log
) -> None:
    ca, key = _certificate(tmp_path)
    (folder / "a.pdf").write_bytes(b"x")
    with Kho(tls=(ca, key)).open() as kho:
        address = Address.parse(kho.url)
        settings = configure(kho, trust=trusting(None, address=address))
        result = agent.once(settings, journal=log.journal, stop=threading.Event())
        assert result.after[State.SENDING] == 1
        assert "CERTIFICATE_VERIFY_FAILED" in log.events[-1]["detail"]
        assert not kho.requests
        agent.once(configure(kho, trust=trusting(ca, address=address)), journal=log.journal, stop=threading.Event())
        assert kho.contents() == [[b"x"]]
