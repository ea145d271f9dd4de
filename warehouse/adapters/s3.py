"""A bucket with versioning and object lock as object store: `ab/cd/<sha256>`, each object put once.

What makes it safe:

- An object's name is its digest, and the version to be read is the one whose bytes have that digest: the server itself
  computed a SHA-256 of what it stored, told with every answer. Whoever overwrites or deletes an object from outside only
  adds a version or a marker on top; the right one below is found, read, locked and removed by its version id. So version
  ids of a catalogue need not survive a move to another server.
- Bytes are checked before their last part leaves this machine, and again by the server (`x-amz-checksum-sha256`); a
  stream that breaks or is wrong never becomes an object. Objects over `PART` go up in parts and exist when all are there.
- A lock is set on the version, only ever lengthened, and undone by nobody but the erasing credential (GOVERNANCE), or by
  nobody at all (COMPLIANCE).

Small objects are created by a conditional put where the server knows that, else after a look whether they are there: then
two writers of the same bytes at the same moment leave two identical versions: surplus, counted by `blemishes`.
"""

import base64
import contextlib
import io
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import BinaryIO, cast

from django.utils.translation import gettext as _
from minio import Minio
from minio.commonconfig import COMPLIANCE, GOVERNANCE
from minio.datatypes import Object
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from minio.retention import Retention
from minio.sse import SseS3
from urllib3 import BaseHTTPResponse

from khoso.kernel.digest import CHUNK, Digest, Digesting, as_digest
from khoso.kernel.errors import Corrupted, Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from warehouse.adapters.s3_put import Creator
from warehouse.adapters.s3_talk import (
    GONE,
    LOCKED,
    Checked,
    S3Settings,
    Silence,
    client_for,
    pool_for,
    translated,
)
from warehouse.ports import YOUNG, Blemish, BlemishKind, ErasureOrder, Stored

PART = 16 << 20
"""Largest object sent in one piece, and the size of a part of larger ones: what one upload holds in memory, in bytes."""
SMALL = 4 << 20
"""Largest object whose bytes are sent before it is known whether they are needed, in bytes."""
PAGE = 1000
"""Most entries a server lists in one answer."""
CANARY = "canary/lock"
ONCE = "canary/once"
CANARY_KEPT = timedelta(days=30)
_ASK_CHECKSUM: Mapping[str, str] = {"x-amz-checksum-mode": "ENABLED"}


@dataclass(frozen=True, slots=True)
class _Version:
    """One version at an object's place.

    Attributes:
        right: its bytes are those of the name, as far as can be known without reading them.
        sure: known from the digest the server computed over the whole; else from a note of the uploader.
    """

    id: str
    size: int
    right: bool
    sure: bool
    until: datetime | None
    mode: str
    modified: datetime


class _Lines:
    """Connections of one process to the server, and what talks through them."""

    def __init__(self, settings: S3Settings) -> None:
        self.process = os.getpid()
        self._settings = settings
        self._pool = pool_for(settings)
        self.client = client_for(settings, pool=self._pool)

    @cached_property
    def creator(self) -> Creator:
        return Creator(self._settings, self.client, self._pool)

    @cached_property
    def eraser(self) -> Minio:
        return client_for(self._settings, erasing=True)


class S3Store:
    """ObjectStore in a bucket of an S3 server. Safe for threads; a forked process connects anew."""

    def __init__(self, settings: S3Settings) -> None:
        self._settings = settings
        self._silence = Silence(settings)
        self._lines: _Lines | None = None
        self._ready = False

    # The port

    def put(self, chunks: Iterable[bytes], *, digest: Digest, size: int) -> Stored:
        """See `ObjectStore.put`."""
        with self._server():
            try:
                source = Checked(chunks, digest=digest, size=size)
                if size <= SMALL and self._conditional:
                    return self._create(digest, source.read(size))
                return self._add(digest, cast("BinaryIO", source), size)
            except OSError as error:
                raise Unavailable(f"cannot read what was to be stored as {digest}: {error.strerror}") from error

    def open(self, name: Digest, *, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """See `ObjectStore.open`."""
        with self._server():
            if start == 0 and length is None:
                yield from self._whole(name)
            else:
                yield from self._range(name, start, length)

    def names(self, prefix: str = "") -> Iterator[Stored]:
        """See `ObjectStore.names`."""
        with self._server():
            for name, versions in self._places(prefix):
                found = _only(versions) or self._right(name, versions)
                if found is not None:
                    # Whatever was put last makes the place young, be it surplus.
                    at = max((item.last_modified for item in versions if item.last_modified), default=None)
                    yield Stored(name, found.size, found.id, at)

    def lock(self, name: Digest, *, until: datetime) -> None:
        """See `ObjectStore.lock`."""
        until = _whole_second(until)
        with self._server():
            # An identical version may be removed, or locked for longer, by someone else meanwhile: look again then.
            for last in (False, False, True):
                found = self._find(name)
                if found is None:
                    raise _missing(name)
                if found.until is not None and found.until >= until:
                    return
                mode = found.mode or (COMPLIANCE if self._settings.compliance else GOVERNANCE)
                try:
                    self._client.set_object_retention(
                        self._bucket, _key(name), Retention(mode, until), version_id=found.id
                    )
                except S3Error as error:
                    if last or error.code not in GONE | LOCKED:
                        raise
                else:
                    return

    def locked_until(self, name: Digest) -> datetime | None:
        """See `ObjectStore.locked_until`."""
        with self._server():
            found = self._find(name)
            if found is None or found.until is not None:
                return found.until if found else None
            return max((one.until for one in self._versions(name) if one.right and one.until), default=None)

    def discard(self, name: Digest) -> None:
        """See `ObjectStore.discard`."""
        with self._server():
            place = self._place(name)
            for version in self._looked_at(name, place):
                if version.until is not None:
                    raise Refused(ReasonCode.LOCKED, until=version.until.isoformat())
            gone = [self._removed(_key(name), item.version_id or "") for item in place]
            if not all(gone):  # locked this very moment
                raise Refused(ReasonCode.LOCKED, until=str(self.locked_until(name)))

    def erase(self, name: Digest, *, order: ErasureOrder) -> None:
        """See `ObjectStore.erase`."""
        if not order.reference:
            raise ValueError("an erasure needs the ledger event that orders it")
        if not self._settings.erasure_access_key:
            raise Unavailable(
                _("chưa có khóa xóa riêng của kho S3; đặt KHOSO_S3_ERASE_ACCESS_KEY và KHOSO_S3_ERASE_SECRET_KEY")
            )
        with self._server():
            wanted = [DeleteObject(_key(name), item.version_id) for item in self._place(name)]
            for error in self._own.eraser.remove_objects(self._bucket, wanted, bypass_governance_mode=True):
                for version in self._versions(name):
                    if version.mode == COMPLIANCE and version.until is not None:
                        raise Refused(ReasonCode.LOCKED, until=version.until.isoformat())
                if error.code == "AccessDenied":
                    raise Unavailable(
                        _("khóa xóa của kho S3 không có quyền xóa bản đang khóa (s3:BypassGovernanceRetention)")
                    )
                raise Unavailable(
                    _("kho S3 không xóa được %(name)s: %(detail)s") % {"name": name, "detail": error.code}
                )
            if self._place(name):
                raise Unavailable(_("kho S3 vẫn còn %(name)s sau khi xóa; chạy lại lệnh xóa") % {"name": name})

    def blemishes(self, *, mend: bool = False) -> Iterator[Blemish]:
        """See `ObjectStore.blemishes`."""
        with self._server():
            for key, place in self._listed():
                ours = next(_named(key, place, ""), None)
                if ours is None:
                    yield from _foreign(key, place)
                elif len(place) > 1:
                    yield from self._blemishes_of(*ours, mend=mend)

    def challenge(self, now: datetime) -> None:
        """See `ObjectStore.challenge`."""
        with self._server():
            held = [
                version for version in self._canaries() if version.until and version.until > now + timedelta(hours=1)
            ]
            version = held[0].id if held else self._new_canary(now)
            if self._removed(CANARY, version) or not any(one.id == version for one in self._canaries()):
                said = _("kho S3 %(where)s đã xóa một phiên bản đang khóa: khóa lưu trữ không có hiệu lực")
                raise Corrupted(said % {"where": f"{self._settings.url}/{self._bucket}"})
            for old in self._canaries():
                if old.until is None or old.until < now:
                    self._removed(CANARY, old.id)

    # The server

    @contextlib.contextmanager
    def _server(self) -> Iterator[None]:
        with self._silence.watched(), translated(self._settings):
            self._prepare()
            yield

    @property
    def _own(self) -> _Lines:
        """This process's lines: on one it shares with the process it was forked of, each takes parts of the other's answers."""
        lines = self._lines
        if lines is None or lines.process != os.getpid():
            lines = self._lines = _Lines(self._settings)
        return lines

    @property
    def _client(self) -> Minio:
        return self._own.client

    @property
    def _bucket(self) -> str:
        return self._settings.bucket

    def _prepare(self) -> None:
        """Make the bucket if there is none, and look once whether it keeps versions and locks.

        Several threads may do so at once: a lock would make them queue behind a silent server.
        """
        if self._ready:
            return
        if not self._client.bucket_exists(self._bucket):
            try:
                self._client.make_bucket(self._bucket, object_lock=True)
            except S3Error as error:
                if error.code not in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists", "OperationAborted"}:
                    raise
        for _again in range(5):  # a bucket that another process is making shows before its properties do
            if self._is_fit():
                break
            time.sleep(0.3)
        else:
            said = _(
                "ngăn %(where)s không có phiên bản và khóa đối tượng, không giữ được giấy tờ; tạo ngăn khác, thử bằng khoso probe-store"
            )
            raise Unavailable(said % {"where": f"{self._settings.url}/{self._bucket}"})
        self._ready = True

    def _is_fit(self) -> bool:
        """Whether the bucket keeps versions and locks."""
        try:
            self._client.get_object_lock_config(self._bucket)
        except S3Error as error:
            if error.code not in {"ObjectLockConfigurationNotFoundError", "InvalidRequest", "NotImplemented"}:
                raise
            return False
        return self._client.get_bucket_versioning(self._bucket).status == "Enabled"

    @cached_property
    def _conditional(self) -> bool:
        """Whether the server refuses a conditional put over what is there; tried once, on an object for that."""
        for _again in range(2):  # the first of the very first process creates it
            try:
                made = self._own.creator.create(ONCE, b"once")
            except S3Error as error:
                if error.code == "PreconditionFailed":
                    return True
                if error.code != "NotImplemented":
                    raise
                return False
        self._removed(ONCE, made)
        return False

    def _create(self, digest: Digest, data: bytes) -> Stored:
        """Put what is probably not there yet."""
        try:
            made = self._own.creator.create(_key(digest), data, digest=digest, notes=self._headers(digest))
            return Stored(digest, len(data), made)
        except S3Error as error:
            if error.code != "PreconditionFailed":
                raise
        return self._add(digest, io.BytesIO(data), len(data))

    def _headers(self, digest: Digest) -> dict[str, str]:
        """Of a whole upload: what `_send` lets the client say."""
        encrypted = {"x-amz-server-side-encryption": "AES256"} if self._settings.encrypted else {}
        return {"x-amz-meta-sha256": digest, "x-amz-checksum-sha256": base64_of(digest), **encrypted}

    def _add(self, digest: Digest, source: BinaryIO, size: int) -> Stored:
        """Put what may be there already; not again if that is locked or young."""
        found = self._find(digest)
        if found is not None and found.size == size and (found.until or _age(found) < YOUNG / 2):
            return Stored(digest, size, found.id, there=True)
        return Stored(digest, size, self._send(digest, source, size), there=found is not None)

    def _send(self, digest: Digest, source: BinaryIO, size: int) -> str:
        result = self._client.put_object(
            self._bucket,
            _key(digest),
            source,
            size,
            metadata=_notes(digest, whole=size <= PART),
            sse=SseS3() if self._settings.encrypted else None,
            part_size=PART,
            num_parallel_uploads=1,
        )
        return result.version_id or ""

    def _head(self, name: Digest, version: str = "") -> _Version:
        stat = self._client.stat_object(
            self._bucket, _key(name), version_id=version or None, extra_headers=dict(_ASK_CHECKSUM)
        )
        return _seen(name, cast("Mapping[str, str]", stat.metadata))

    def _find(self, name: Digest) -> _Version | None:
        """The version to use: the newest if its bytes are surely right, else the best below. None: there is none."""
        try:
            newest = self._head(name)
        except S3Error as error:
            if error.code not in GONE | {"MethodNotAllowed"}:
                raise
            if error.response.headers.get("x-amz-delete-marker") != "true":
                return None
        else:
            if newest.right and newest.sure:
                return newest
        return self._right(name, self._place(name))

    def _right(self, name: Digest, place: list[Object]) -> _Version | None:
        """The best of all versions at a place: right, surely right, locked for longest, oldest."""
        right = [version for version in self._looked_at(name, place) if version.right]
        right.reverse()  # servers list the newest first; nobody can put something in before what is there
        never = datetime.min.replace(tzinfo=UTC)
        return max(right, key=lambda one: (one.sure, one.until or never), default=None)

    def _looked_at(self, name: Digest, place: list[Object]) -> Iterator[_Version]:
        for item in place:
            if not item.is_delete_marker:
                try:
                    yield self._head(name, item.version_id or "")
                except S3Error as error:
                    if error.code not in GONE:  # gone since it was listed
                        raise

    def _versions(self, name: Digest) -> list[_Version]:
        return list(self._looked_at(name, self._place(name)))

    def _place(self, name: Digest) -> list[Object]:
        """Everything at an object's place, markers included."""
        key = _key(name)
        listed = self._client.list_objects(self._bucket, prefix=key, recursive=True, include_version=True)
        return [item for item in listed if item.object_name == key]

    def _places(self, prefix: str) -> Iterator[tuple[Digest, list[Object]]]:
        """Every place with an object, in order of their digests."""
        start = "/".join(part for part in (prefix[:2], prefix[2:4], prefix if len(prefix) > 4 else "") if part)
        for key, place in self._listed(start):
            yield from _named(key, place, prefix)

    def _listed(self, start: str = "") -> Iterator[tuple[str, list[Object]]]:
        """Every key that starts so, with all that lies there, markers included, in order."""
        yield from grouped(self._client.list_objects(self._bucket, prefix=start, recursive=True, include_version=True))

    def _whole(self, name: Digest) -> Iterator[bytes]:
        response = self._newest(name)
        if response is None:
            found = self._find(name)
            if found is None:
                raise _missing(name)
            response = self._client.get_object(self._bucket, _key(name), version_id=found.id)
        hashing = Digesting(_passing(response))
        yield from hashing
        if hashing.digest != name:
            raise Corrupted(f"stored object {name} has the digest {hashing.digest}")

    def _newest(self, name: Digest) -> BaseHTTPResponse | None:
        """The newest version's bytes if they are surely right: what a read costs one request for."""
        try:
            response = self._client.get_object(self._bucket, _key(name), request_headers=dict(_ASK_CHECKSUM))
        except S3Error as error:
            if error.code not in GONE | {"MethodNotAllowed"}:
                raise
            return None
        seen = _seen(name, response.headers)
        if seen.right and seen.sure:
            return response
        response.close()
        return None

    def _range(self, name: Digest, start: int, length: int | None) -> Iterator[bytes]:
        found = self._find(name)
        if found is None:
            raise _missing(name)
        amount = found.size - start if length is None else min(length, found.size - start)
        if amount > 0:
            yield from _passing(
                self._client.get_object(self._bucket, _key(name), offset=start, length=amount, version_id=found.id)
            )

    def _blemishes_of(self, name: Digest, place: list[Object], *, mend: bool) -> Iterator[Blemish]:
        keeper = self._right(name, place)
        if keeper is None:
            return  # nothing here is worth keeping or safe to remove; whoever needs the bytes finds them missing
        markers = [item for item in place if item.is_delete_marker]
        if any(item.is_latest == "true" for item in markers):
            mended = mend and all(self._removed(_key(name), item.version_id or "") for item in markers)
            yield Blemish(BlemishKind.HIDDEN, name, mended)
        for version in self._looked_at(name, place):
            if version.id != keeper.id:
                same = version.right and version.size == keeper.size
                kind = BlemishKind.SURPLUS if same else BlemishKind.REPLACED
                yield Blemish(kind, name, mend and version.until is None and self._removed(_key(name), version.id))

    def _removed(self, key: str, version: str) -> bool:
        """Remove a version; False when its lock forbids it."""
        try:
            self._client.remove_object(self._bucket, key, version_id=version)
        except S3Error as error:
            if error.code in LOCKED:
                return False
            raise
        return True

    def _canaries(self) -> list[_Version]:
        """The canary's versions, newest first."""
        listed = self._client.list_objects(self._bucket, prefix=CANARY, recursive=True, include_version=True)
        seen = []
        for item in listed:
            if not item.is_delete_marker:
                stat = self._client.stat_object(self._bucket, CANARY, version_id=item.version_id)
                seen.append(_seen(Digest(""), cast("Mapping[str, str]", stat.metadata)))
        return seen

    def _new_canary(self, now: datetime) -> str:
        text = f"canary {now.isoformat()}".encode()
        until = _whole_second(now + CANARY_KEPT)
        result = self._client.put_object(
            self._bucket, CANARY, io.BytesIO(text), len(text), retention=Retention(GOVERNANCE, until)
        )
        return result.version_id or ""


def grouped(listed: Iterable[Object]) -> Iterator[tuple[str, list[Object]]]:
    """What a server lists, by key and in order of keys.

    Each of its answers has up to `PAGE` entries: versions in order of keys, then delete markers in order. What belongs to
    one key may so be a page apart; the keys of the last two pages are held back until more have come.
    """
    waiting: dict[str, list[Object]] = {}
    for item in listed:
        waiting.setdefault(item.object_name or "", []).append(item)
        if len(waiting) >= 4 * PAGE:
            for key in sorted(waiting)[: 2 * PAGE]:
                yield key, waiting.pop(key)
    for key in sorted(waiting):
        yield key, waiting[key]


def _key(name: Digest) -> str:
    return f"{name[:2]}/{name[2:4]}/{name}"


def _named(key: str, place: list[Object], prefix: str) -> Iterator[tuple[Digest, list[Object]]]:
    """The place with its digest, if it is one of ours and holds bytes."""
    name = key.rpartition("/")[2]
    with contextlib.suppress(ValueError):
        digest = as_digest(name)
        if key == _key(digest) and digest.startswith(prefix) and not all(item.is_delete_marker for item in place):
            yield digest, place


def _foreign(key: str, place: list[Object]) -> Iterator[Blemish]:
    """What somebody else put into the bucket and did not take away."""
    taken_away = any(item.is_delete_marker and item.is_latest == "true" for item in place)
    if key not in {CANARY, ONCE} and not taken_away:
        yield Blemish(BlemishKind.FOREIGN, key)


def _only(place: list[Object]) -> _Version | None:
    """What listing alone tells of a place with one entry; whether its bytes are right shows when they are read."""
    if len(place) > 1:
        return None
    return _Version(
        place[0].version_id or "",
        place[0].size or 0,
        right=True,
        sure=False,
        until=None,
        mode="",
        modified=datetime.now(UTC),
    )


def _notes(digest: Digest, *, whole: bool) -> dict[str, str | list[str] | tuple[str]]:
    """Headers of an upload: the digest for the server to check (of one piece only) and as a note that stays."""
    notes: dict[str, str | list[str] | tuple[str]] = {"x-amz-meta-sha256": digest}
    if whole:
        notes["x-amz-checksum-sha256"] = base64_of(digest)
    return notes


def _seen(name: Digest, headers: Mapping[str, str]) -> _Version:
    """A version as an answer's headers describe it."""
    computed = headers.get("x-amz-checksum-sha256", "")
    sure = bool(computed) and "-" not in computed  # «…-3» is a digest of three parts' digests
    until = headers.get("x-amz-object-lock-retain-until-date")
    return _Version(
        id=headers.get("x-amz-version-id", ""),
        size=int(headers.get("content-length", "0")),
        right=computed == base64_of(name) if sure else headers.get("x-amz-meta-sha256") == name,
        sure=sure,
        until=datetime.fromisoformat(until) if until else None,
        mode=headers.get("x-amz-object-lock-mode", ""),
        modified=parsedate_to_datetime(headers.get("last-modified", "Thu, 01 Jan 1970 00:00:00 GMT")),
    )


def _age(version: _Version) -> timedelta:
    return datetime.now(UTC) - version.modified


def base64_of(digest: Digest) -> str:
    """A digest as S3 writes it in headers."""
    return base64.b64encode(bytes.fromhex(digest)).decode("ascii")


def _passing(response: BaseHTTPResponse) -> Iterator[bytes]:
    """The body; the connection is kept for the next request only if it was read to its end."""
    try:
        yield from response.stream(CHUNK)
        response.release_conn()
    finally:
        response.close()


def _missing(name: Digest) -> Corrupted:
    return Corrupted(f"the store has no object {name}")


def _whole_second(moment: datetime) -> datetime:
    """The next whole second: servers keep no finer time, and a lock must not end early."""
    whole = moment.astimezone(UTC).replace(microsecond=0)
    return whole if whole == moment else whole + timedelta(seconds=1)
