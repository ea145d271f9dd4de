"""Where the server is and how we get there: the address checked, TLS always verified, the token read anew."""

import ipaddress
import os
import ssl
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx

from scanner_agents import __version__
from scanner_agents.errors import Unavailable
from scanner_agents.events import Code, event
from scanner_agents.words import N_


class BadAddress(ValueError):
    """The address cannot be used; the argument is a sentence to translate."""


@dataclass(frozen=True, slots=True)
class Address:
    """A checked server address: `https://host[:port][/prefix]` without a slash at the end."""

    url: str
    local: bool

    @classmethod
    def parse(cls, text: str, *, insecure_http: bool = False) -> "Address":
        """Check an address given by a person.

        Raises:
            BadAddress: not http(s), carries a password, query or fragment, or is plain http to another machine.
        """
        try:
            parts = urlsplit(text.strip())
            port = parts.port
        except ValueError:
            raise BadAddress(N_("địa chỉ máy chủ không đúng")) from None
        if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
            raise BadAddress(N_("địa chỉ máy chủ phải có dạng https://tên-máy-chủ"))
        if parts.username is not None or parts.query or parts.fragment:
            raise BadAddress(N_("địa chỉ máy chủ không được chứa mật khẩu, «?» hay «#»"))
        local = _is_local(parts.hostname)
        if parts.scheme == "http" and not (local or insecure_http):
            raise BadAddress(
                N_("http không mã hóa chỉ dùng cho máy này; hãy dùng https (hoặc --insecure-http khi thử nghiệm)")
            )
        return cls(urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", "")), local)


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Token:
    """The access token: given, or read from a file each time, so that it can be renewed without a restart."""

    text: str = ""
    file: Path | None = None

    @property
    def given(self) -> bool:
        return bool(self.text or self.file)

    def read(self) -> str:
        """The token; empty if there is none.

        Raises:
            Unavailable: its file cannot be read now.
        """
        if self.file is None:
            return self.text
        try:
            return token_text(self.file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            detail = getattr(error, "strerror", None) or str(error)
            trouble = event(Code.TOKEN_UNREADABLE, path=str(self.file), detail=detail)
            raise Unavailable(trouble, slow=True) from error

    def open_to_others(self) -> bool:
        """Whether other users of the PC can read the file."""
        if self.file is None or os.name != "posix":
            return False
        try:
            return bool(stat.S_IMODE(self.file.stat().st_mode) & 0o077)
        except OSError:
            return False


def token_text(text: str) -> str:
    """The token without the white space around it.

    Raises:
        ValueError: it holds what an HTTP header cannot carry.
    """
    token = text.strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError("a token has only printable ASCII characters and no space")
    return token


def trusting(ca: Path | None, *, address: Address) -> ssl.SSLContext:
    """Whom to believe: the authorities of `ca` alone, else those of the PC and of certifi; nobody where TLS is not used.

    Raises:
        OSError: `ca` cannot be read or holds no certificate (`ssl.SSLError` is one).
    """
    if ca is not None:
        return ssl.create_default_context(cafile=ca)
    if address.url.startswith("http:"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = httpx.create_ssl_context()
    context.load_default_certs()
    return context


def client(address: Address, *, trust: ssl.SSLContext, timeout: float) -> httpx.Client:
    """An HTTP client for this address: every wait bounded by `timeout` seconds, no redirects, no cookies kept for others.

    A proxy of the environment is used for other machines only.
    """
    return httpx.Client(
        verify=trust,
        timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
        trust_env=not address.local,
        follow_redirects=False,
        headers={"User-Agent": f"khoso-agent/{__version__}", "Accept": "application/json"},
        limits=httpx.Limits(max_connections=2, max_keepalive_connections=1, keepalive_expiry=15.0),
    )
