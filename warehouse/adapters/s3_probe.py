"""Is an S3 server fit to hold the Kho? Every property the store rests on is tried, not asked for.

Each row does something a careless or hostile client could do, or something the store will do every day, and looks at what
became of it. Rows that are only advised do not decide. What the probe wrote is removed at the end, as far as its short
locks allow.
"""

import contextlib
import io
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import BinaryIO, cast
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from minio import Minio
from minio.commonconfig import GOVERNANCE
from minio.deleteobjects import DeleteObject
from minio.error import InvalidResponseError, S3Error, ServerError
from minio.retention import Retention
from minio.sse import SseS3

from khoso.kernel.digest import digest_bytes
from warehouse.adapters.s3 import base64_of
from warehouse.adapters.s3_talk import Checked, S3Settings, client_for, translated

LOCK = timedelta(seconds=15)
"""How long the probe locks: short, so that it can tidy up after itself."""
PART = 5 << 20
MOST_SKEW = 5.0  # seconds: locks end by the server's clock
KEYS_LISTED = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One property: whether the server has it, whether the store needs it, and why we say so."""

    check: str
    fit: bool
    detail: str
    needed: bool = True


class _Unfit(Exception):
    """A row's property is missing; the message says how that was seen."""


class Probe:
    """The rows, tried in order by `run`.

    Args:
        settings: an empty bucket: one is made for the probe.
        connect: makes a client of settings; `anonymous=True` one without keys.
    """

    def __init__(self, settings: S3Settings, *, connect: Callable[..., Minio] = client_for) -> None:
        self.made = not settings.bucket
        self.settings = replace(settings, bucket=settings.bucket or f"khoso-probe-{secrets.token_hex(6)}")
        self._connect = connect
        self._client = connect(settings)
        self._at = f"khoso-probe/{secrets.token_hex(6)}/"

    def run(self) -> Iterator[Finding]:
        """Try every property.

        Raises:
            Unavailable: the server cannot be reached, or refuses the keys altogether.
        """
        with translated(self.settings):
            if self.made:
                self._client.make_bucket(self.settings.bucket, object_lock=True)
            elif not self._client.bucket_exists(self.settings.bucket):
                yield Finding(
                    "bucket", fit=False, detail=_("không có ngăn %(bucket)s") % {"bucket": self.settings.bucket}
                )
                return
            try:
                for check, row, needed in self._rows():
                    yield self._try(check, row, needed=needed)
            finally:
                self._tidy()

    def _rows(self) -> Iterator[tuple[str, Callable[[], str], bool]]:
        needed = (
            ("versioning", self._versioning),
            ("lock", self._lock),
            ("canary", self._canary),
            ("retention", self._retention),
            ("old_version", self._old_version),
            ("list_after_write", self._list_after_write),
            ("ranged_read", self._ranged_read),
            ("multipart", self._multipart),
            ("clock", self._clock),
            ("wrong_credentials", self._wrong_credentials),
            ("anonymous", self._anonymous),
        )
        advised = (
            ("checksum", self._checksum),
            ("encryption", self._encryption),
            ("transport", self._transport),
            ("separate_erasure", self._separate_erasure),
        )
        yield from ((check, row, True) for check, row in needed)
        yield from ((check, row, False) for check, row in advised)

    def _try(self, check: str, row: Callable[[], str], *, needed: bool) -> Finding:
        try:
            return Finding(check, fit=True, detail=row(), needed=needed)
        except _Unfit as error:
            return Finding(check, fit=False, detail=str(error), needed=needed)
        except S3Error as error:
            return Finding(check, fit=False, detail=f"{error.code}: {error.message}", needed=needed)
        except (ServerError, InvalidResponseError) as error:
            return Finding(check, fit=False, detail=" ".join(str(error).split())[:200], needed=needed)

    # What the store rests on

    def _versioning(self) -> str:
        status = self._client.get_bucket_versioning(self._bucket).status
        if status != "Enabled":
            raise _Unfit(_("ngăn không giữ phiên bản (%(status)s)") % {"status": status or "Off"})
        first, second = self._put("versions", b"1"), self._put("versions", b"2")
        if not first or not second or first == second:
            raise _Unfit(_("hai lần ghi không cho hai mã phiên bản"))
        return _("hai lần ghi là hai phiên bản")

    def _lock(self) -> str:
        try:
            self._client.get_object_lock_config(self._bucket)
        except S3Error as error:
            raise _Unfit(_("ngăn không bật khóa đối tượng (object lock): %(code)s") % {"code": error.code}) from error
        return _("ngăn bật khóa đối tượng")

    def _canary(self) -> str:
        version = self._locked("canary")
        with contextlib.suppress(S3Error):
            self._client.remove_object(self._bucket, self._at + "canary", version_id=version)
            raise _Unfit(_("máy chủ nhận lệnh xóa một phiên bản đang khóa"))
        if self._get("canary", version) != b"canary":
            raise _Unfit(_("phiên bản đang khóa không còn như trước"))
        return _("phiên bản đang khóa không xóa được")

    def _retention(self) -> str:
        version = self._locked("retention")
        before = self._until("retention", version)
        with contextlib.suppress(S3Error):
            self._retain("retention", version, before - LOCK / 2)
            if self._until("retention", version) < before:
                raise _Unfit(_("hạn khóa rút ngắn được"))
        self._retain("retention", version, before + timedelta(seconds=2))
        if self._until("retention", version) <= before:
            raise _Unfit(_("hạn khóa không kéo dài được"))
        return _("hạn khóa chỉ kéo dài, không rút ngắn")

    def _old_version(self) -> str:
        first = self._put("old", b"first")
        self._put("old", b"second")
        self._client.remove_object(self._bucket, self._at + "old")
        if self._get("old", first) != b"first":
            raise _Unfit(_("ghi đè hoặc xóa làm mất phiên bản cũ"))
        return _("ghi đè và xóa không đụng đến phiên bản cũ")

    def _list_after_write(self) -> str:
        for number in range(KEYS_LISTED):
            self._put(f"list/{number:02d}", b"x")
            listed = self._client.list_objects(self._bucket, prefix=f"{self._at}list/", recursive=True)
            seen = [item.object_name for item in listed]
            if seen != [f"{self._at}list/{n:02d}" for n in range(number + 1)]:
                raise _Unfit(
                    _("sau lần ghi thứ %(number)s danh sách có %(count)s mục hoặc sai thứ tự")
                    % {"number": number + 1, "count": len(seen)}
                )
        return _("%(count)s lần ghi đều thấy ngay, đúng thứ tự") % {"count": KEYS_LISTED}

    def _ranged_read(self) -> str:
        data = bytes(range(256)) * 100
        version = self._put("range", data)
        for start, length in ((0, 1), (1000, 500), (len(data) - 7, 7)):
            response = self._client.get_object(
                self._bucket, self._at + "range", offset=start, length=length, version_id=version
            )
            with contextlib.closing(response):
                if response.read() != data[start : start + length]:
                    raise _Unfit(
                        _("đọc %(length)s byte từ %(start)s cho kết quả sai") % {"length": length, "start": start}
                    )
        return _("đọc từng đoạn đúng")

    def _multipart(self) -> str:
        data = secrets.token_bytes(1 << 16) * (3 * PART // (1 << 16)) + b"end"
        version = self._send_in_parts(data, digest_bytes(data))
        if digest_bytes(self._get("parts", version)) != digest_bytes(data):
            raise _Unfit(_("tệp lớn đọc lại khác lúc ghi"))
        self._client.remove_object(self._bucket, self._at + "parts", version_id=version)
        with contextlib.suppress(_Broken):
            self._client.put_object(
                self._bucket, self._at + "parts", cast("BinaryIO", _Breaking(data)), len(data), part_size=PART
            )
        listed = self._client.list_objects(self._bucket, prefix=f"{self._at}parts", include_version=True)
        if list(listed):
            raise _Unfit(_("tệp gửi dở vẫn hiện ra"))
        said = _("%(size)s MB trong %(parts)s phần, đọc lại đúng; gửi dở không hiện ra")
        return said % {"size": len(data) // 1_000_000, "parts": len(data) // PART + 1}

    def _clock(self) -> str:
        before = datetime.now(UTC)
        self._put("clock", b"x")
        headers = self._client.stat_object(self._bucket, self._at + "clock").metadata or {}
        after = datetime.now(UTC)
        server = parsedate_to_datetime(headers["date"])
        # The header has whole seconds: the server's clock stands between `server` and a second later.
        skew = max((before - server).total_seconds() - 1, (server - after).total_seconds(), 0.0)
        if skew > MOST_SKEW:
            raise _Unfit(_("đồng hồ máy chủ lệch %(seconds)s giây; chỉnh giờ (NTP)") % {"seconds": round(skew)})
        return _("đồng hồ máy chủ lệch %(seconds)s giây") % {"seconds": round(skew)}

    def _wrong_credentials(self) -> str:
        return self._kept_out(self._connect(replace(self.settings, secret_key=secrets.token_hex(20))), _("khóa sai"))

    def _anonymous(self) -> str:
        return self._kept_out(self._connect(self.settings, anonymous=True), _("người không có khóa"))

    # The advised ones

    def _checksum(self) -> str:
        data = b"checked"
        for claimed, told in ((digest_bytes(b"other"), False), (digest_bytes(data), True)):
            notes: dict[str, str | list[str] | tuple[str]] = {"x-amz-checksum-sha256": base64_of(claimed)}
            try:
                self._client.put_object(
                    self._bucket, self._at + "checksum", io.BytesIO(data), len(data), metadata=notes
                )
            except S3Error:
                if told:
                    raise
            else:
                if not told:
                    raise _Unfit(_("máy chủ nhận dữ liệu khác mã băm kèm theo"))
        headers = self._client.stat_object(
            self._bucket, self._at + "checksum", extra_headers={"x-amz-checksum-mode": "ENABLED"}
        ).metadata
        if (headers or {}).get("x-amz-checksum-sha256") != base64_of(digest_bytes(data)):
            raise _Unfit(_("máy chủ không cho biết mã băm SHA-256 của đối tượng"))
        return _("máy chủ tự kiểm SHA-256 khi ghi và cho biết khi đọc")

    def _encryption(self) -> str:
        try:
            self._client.put_object(self._bucket, self._at + "secret", io.BytesIO(b"x"), 1, sse=SseS3())
        except S3Error as error:
            raise _Unfit(
                _("máy chủ không có khóa mã hóa (%(code)s); cấu hình KMS rồi đặt KHOSO_S3_ENCRYPTED=1")
                % {"code": error.code}
            ) from error
        return _("máy chủ mã hóa được (KHOSO_S3_ENCRYPTED=1)")

    def _transport(self) -> str:
        parts = urlsplit(self.settings.url)
        if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
            raise _Unfit(_("đường truyền không mã hóa; dùng https"))
        return "https" if parts.scheme == "https" else _("chỉ trong máy này")

    def _separate_erasure(self) -> str:
        version = self._locked("erasure")
        wanted = [DeleteObject(self._at + "erasure", version)]
        if not list(self._client.remove_objects(self._bucket, wanted, bypass_governance_mode=True)):
            raise _Unfit(
                _("khóa này xóa được cả bản đang khóa; khóa dùng hằng ngày không nên có s3:BypassGovernanceRetention")
            )
        return _("khóa này không xóa được bản đang khóa")

    # Doing

    @property
    def _bucket(self) -> str:
        return self.settings.bucket

    def _put(self, name: str, data: bytes) -> str:
        return self._client.put_object(self._bucket, self._at + name, io.BytesIO(data), len(data)).version_id or ""

    def _get(self, name: str, version: str) -> bytes:
        response = self._client.get_object(self._bucket, self._at + name, version_id=version)
        with contextlib.closing(response):
            return bytes(response.read())

    def _locked(self, name: str) -> str:
        """Put something and lock it, as filing does: the lock comes later."""
        version = self._put(name, name.encode())
        self._retain(name, version, datetime.now(UTC) + LOCK)
        return version

    def _retain(self, name: str, version: str, until: datetime) -> None:
        self._client.set_object_retention(
            self._bucket, self._at + name, Retention(GOVERNANCE, until), version_id=version
        )

    def _until(self, name: str, version: str) -> datetime:
        held = self._client.get_object_retention(self._bucket, self._at + name, version_id=version)
        if held is None:
            raise _Unfit(_("máy chủ nhận khóa nhưng không giữ"))
        return held.retain_until_date

    def _send_in_parts(self, data: bytes, digest: str) -> str:
        pieces = (data[start : start + 100_000] for start in range(0, len(data), 100_000))
        source = Checked(pieces, digest=digest_bytes(data), size=len(data))
        result = self._client.put_object(
            self._bucket,
            self._at + "parts",
            cast("BinaryIO", source),
            len(data),
            part_size=PART,
            metadata={"x-amz-meta-sha256": digest},
        )
        return result.version_id or ""

    def _kept_out(self, stranger: Minio, who: str) -> str:
        """Whoever this is can neither read, list, write nor delete."""
        version = self._put("private", b"private")
        key = self._at + "private"
        acts: dict[str, Callable[[], object]] = {
            _("đọc"): lambda: stranger.get_object(self._bucket, key).close(),
            _("liệt kê"): lambda: list(stranger.list_objects(self._bucket, prefix=self._at)),
            _("ghi"): lambda: stranger.put_object(self._bucket, self._at + "intruder", io.BytesIO(b"x"), 1),
            _("xóa"): lambda: stranger.remove_object(self._bucket, key, version_id=version),
        }
        for what, act in acts.items():
            try:
                act()
            except S3Error:
                continue
            raise _Unfit(_("%(who)s vẫn %(act)s được") % {"who": who, "act": what})
        return _("%(who)s không đọc, liệt kê, ghi, xóa được") % {"who": who}

    def _tidy(self) -> None:
        """Remove what the probe wrote; wait for its own locks if this key cannot pass them."""
        prefix = "" if self.made else self._at
        deadline = time.monotonic() + LOCK.total_seconds() + 10
        while True:
            listed = self._client.list_objects(self._bucket, prefix=prefix, recursive=True, include_version=True)
            wanted = [DeleteObject(item.object_name or "", item.version_id) for item in listed]
            refused = list(self._client.remove_objects(self._bucket, wanted, bypass_governance_mode=True))
            if refused:
                refused = list(self._client.remove_objects(self._bucket, wanted))
            if not refused or time.monotonic() > deadline:
                break
            time.sleep(1)
        if self.made:
            with contextlib.suppress(
                S3Error
            ):  # something could not be removed: the bucket stays and is named in the output
                self._client.remove_bucket(self._bucket)


class _Broken(Exception):
    pass


class _Breaking:
    """A source that breaks after its first part."""

    def __init__(self, data: bytes) -> None:
        self._source = io.BytesIO(data)

    def read(self, amount: int) -> bytes:
        if self._source.tell() >= PART:
            raise _Broken
        return self._source.read(amount)
