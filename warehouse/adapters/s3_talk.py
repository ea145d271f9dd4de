"""Talking to an S3 server: how it is reached, what its errors mean, a stream that is checked before its last byte leaves.

Time is bounded everywhere: connecting, each wait for bytes, the number of tries. No minio type leaves this folder.
"""

import hashlib
import io
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import ParseError

import certifi
import urllib3
from django.utils.translation import gettext as _
from minio import Minio
from minio.error import InvalidResponseError, S3Error, ServerError

from khoso.kernel.digest import Digest
from khoso.kernel.errors import Corrupted, KhosoError, Unavailable

GONE = frozenset({"NoSuchKey", "NoSuchVersion"})
LOCKED = frozenset(
    {"InvalidRequest", "AccessDenied", "ObjectLocked"}
)  # what servers answer to touching a locked version
KEYS = frozenset(
    {
        "AccessDenied",
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "InvalidTokenId",
        "ExpiredToken",
        "AllAccessDisabled",
    }
)
FULL = frozenset({"XMinioStorageFull", "QuotaExceeded", "XMinioAdminBucketQuotaExceeded", "EntityTooLarge"})


@dataclass(frozen=True, slots=True)
class S3Settings:
    """Where the store is and how to use it.

    Attributes:
        url: `http://` or `https://`, host, port.
        erasure_access_key: another credential, which alone may erase locked versions; empty: this process cannot.
        compliance: lock in COMPLIANCE mode, which nobody can undo; else GOVERNANCE.
        encrypted: ask the server to encrypt (SSE-S3).
        ca_file: certificates trusted for `https`; the system's usual ones without it.
        wait: longest silence of the server, in seconds.
        tries: how often a request that failed is sent again.
        pause: seconds in which nobody waits for a server that has just kept silent.
    """

    url: str
    bucket: str
    access_key: str
    secret_key: str = field(repr=False)
    erasure_access_key: str = ""
    erasure_secret_key: str = field(default="", repr=False)
    region: str = "us-east-1"
    compliance: bool = False
    encrypted: bool = False
    ca_file: Path | None = None
    connect: float = 3.0
    wait: float = 15.0
    tries: int = 2
    pause: float = 5.0
    connections: int = 16


BLOCK = 1 << 18


class PatientPool(urllib3.PoolManager):
    """Sends bodies block by block: a socket's time limit is for all of one write, so a part of 16 MiB in one write would
    have to travel within the seconds of connecting. So each block has them.
    """

    def urlopen(self, method: str, url: str, redirect: bool = True, **more: Any) -> urllib3.BaseHTTPResponse:  # type: ignore[override]  # noqa: FBT001, FBT002 - urllib3's
        if isinstance(more.get("body"), bytes) and len(more["body"]) > BLOCK:
            more["body"] = io.BytesIO(more["body"])
        return super().urlopen(method, url, redirect, **more)


def pool_for(settings: S3Settings) -> PatientPool:
    """Connections with bounded patience."""
    patience = urllib3.Retry(
        total=settings.tries,
        connect=settings.tries,
        read=min(1, settings.tries),  # a silent server has cost `wait` already
        backoff_factor=0.2,
        backoff_max=2.0,
        status_forcelist=[500, 502, 503, 504],
        respect_retry_after_header=False,  # the pipeline has its own patience
        raise_on_status=False,
    )
    return PatientPool(
        blocksize=BLOCK,
        maxsize=settings.connections,
        timeout=urllib3.Timeout(connect=settings.connect, read=settings.wait),
        retries=patience,
        cert_reqs="CERT_REQUIRED",
        ca_certs=str(settings.ca_file) if settings.ca_file else certifi.where(),
    )


def client_for(
    settings: S3Settings, *, erasing: bool = False, anonymous: bool = False, pool: PatientPool | None = None
) -> Minio:
    """A client with bounded patience.

    Args:
        erasing: with the erasing credential. anonymous: with none.
        pool: its connections; else some of its own.

    Raises:
        ValueError: the address is not `http(s)://host[:port]`.
    """
    parts = urlsplit(settings.url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(f"not an address of an S3 server (http://host:port): {settings.url!r}")
    access, secret = settings.access_key, settings.secret_key
    if erasing:
        access, secret = settings.erasure_access_key, settings.erasure_secret_key
    return Minio(
        parts.netloc,
        access_key=None if anonymous else access,
        secret_key=None if anonymous else secret,
        secure=parts.scheme == "https",
        region=settings.region or None,
        http_client=pool or pool_for(settings),
    )


@contextmanager
def translated(settings: S3Settings) -> Iterator[None]:
    """Turn what the client raises into our errors.

    Raises:
        Corrupted: an object or version that must be there is not.
        Unavailable: everything else; the sentence says what to do.
    """
    where = f"{settings.url}/{settings.bucket}"
    try:
        yield
    except S3Error as error:
        raise _meaning(error, where) from error
    except (ServerError, InvalidResponseError, ParseError) as error:
        said = _("kho S3 %(where)s trả lời không hiểu được (%(detail)s); kiểm tra máy chủ và địa chỉ của nó")
        raise Unavailable(said % {"where": where, "detail": _short(error)}) from error
    except urllib3.exceptions.HTTPError as error:
        said = _("không nối được kho S3 %(where)s (%(detail)s); kiểm tra máy chủ và đường mạng")
        raise Unavailable(said % {"where": where, "detail": _short(error)}) from error


def _meaning(error: S3Error, where: str) -> KhosoError:
    code = error.code or "unknown"
    if code in GONE:
        return Corrupted(f"the store has no object {error.object_name or ''} ({code})")
    return Unavailable(_sentence(code) % {"where": where, "code": code, "detail": _short(error.message or "")})


def _sentence(code: str) -> str:
    if code in KEYS:
        return _("kho S3 %(where)s từ chối khóa truy cập (%(code)s); kiểm tra khóa và quyền của nó")
    if code in FULL:
        return _("kho S3 %(where)s đã đầy (%(code)s); hãy thêm dung lượng")
    if code == "NoSuchBucket":
        return _("kho S3 %(where)s: không có ngăn (bucket) này; kiểm tra cấu hình hoặc khôi phục ngăn")
    if code in {"NotImplemented", "KMSNotConfigured", "XMinioKMSNotConfigured", "InvalidEncryptionMethod"}:
        return _(
            "kho S3 %(where)s không làm được điều được yêu cầu (%(code)s); nếu bật mã hóa, máy chủ phải có khóa (KMS)"
        )
    if code == "RequestTimeTooSkewed":
        return _("đồng hồ máy này lệch với kho S3 %(where)s; chỉnh giờ (NTP) rồi thử lại")
    return _("kho S3 %(where)s báo lỗi %(code)s: %(detail)s")


def _short(error: object) -> str:
    reason = getattr(error, "reason", None) or error
    return " ".join(str(reason).split())[:200]


class Silence:
    """Remembers that a server kept silent, so that one waits for it and the others are told at once.

    Without it every thread of a web process would soon wait for a frozen store, and no page be answered.
    """

    def __init__(self, settings: S3Settings) -> None:
        self._settings = settings
        self._until = 0.0

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Raises `Unavailable` at once while the server is taken for silent; else notes whether it is."""
        now = time.monotonic()
        if now < self._until:
            said = _("kho S3 %(where)s vừa không trả lời; sẽ thử lại sau ít giây")
            raise Unavailable(said % {"where": f"{self._settings.url}/{self._settings.bucket}"})
        if self._until:  # this one tries; whoever comes meanwhile is told
            self._until = now + 2 * self._settings.wait
        silent = False
        try:
            yield
        except Unavailable as error:
            silent = _timed_out(error.__cause__)
            raise
        finally:
            self._until = time.monotonic() + self._settings.pause if silent else 0.0


def _timed_out(cause: BaseException | None) -> bool:
    if isinstance(cause, urllib3.exceptions.MaxRetryError):
        cause = cause.reason
    return isinstance(cause, urllib3.exceptions.TimeoutError) and not isinstance(
        cause, urllib3.exceptions.NewConnectionError
    )


class Checked:
    """Chunks as a file whose last byte is only given when digest and size are right, so that nothing wrong is ever stored.

    `read(n)` gives n bytes, or what is left. The client calls it for a whole upload part at a time.

    Raises:
        Corrupted: from the read that would have completed a wrong stream, or from the first of an empty one.
    """

    def __init__(self, chunks: Iterable[bytes], *, digest: Digest, size: int) -> None:
        self._chunks = iter(chunks)
        self._hash = hashlib.sha256()
        self._digest, self._size = digest, size
        self._given = 0
        self._rest = b""
        if size == 0:
            self._judge()

    def read(self, amount: int) -> bytes:
        """The next bytes."""
        pieces, missing = [], min(amount, self._size - self._given)
        while missing > 0:
            piece = self._rest or next(self._chunks, None)
            if piece is None:
                raise self._wrong()
            taken, self._rest = (piece, b"") if len(piece) <= missing else (piece[:missing], piece[missing:])
            self._hash.update(taken)
            self._given += len(taken)
            missing -= len(taken)
            pieces.append(taken)
        if pieces and self._given == self._size:
            self._judge()
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _judge(self) -> None:
        more = self._rest or next((piece for piece in self._chunks if piece), b"")
        if more or self._hash.hexdigest() != self._digest:
            raise self._wrong()

    def _wrong(self) -> Corrupted:
        return Corrupted(
            f"bytes handed to the store as {self._digest} are not that, or not {self._size} bytes; nothing was stored"
        )
