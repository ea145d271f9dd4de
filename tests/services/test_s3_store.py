"""The S3 store sits the exam on a real server; and what only a server with versions and locks can show."""

import contextlib
import dataclasses
import io
import os
import socket
import threading
import time
import tracemalloc
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from minio.commonconfig import GOVERNANCE
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from minio.retention import Retention

from khoso.kernel.digest import digest_bytes
from khoso.kernel.errors import Corrupted, KhosoError, Refused, Unavailable
from tests.services.conftest import empty_bucket
from tests.warehouse.store_exam import DATA, ORDER, ObjectStoreExam, put, soon
from warehouse.adapters.s3 import CANARY, ONCE, PART, S3Store
from warehouse.ports import Blemish, BlemishKind

pytestmark = pytest.mark.services

DIGEST = digest_bytes(DATA)
KEY = f"{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}"


class TestS3Store(ObjectStoreExam):
    """The exam itself."""

    @pytest.fixture
    def store(self, s3_store):
        return s3_store


def versions(raw, settings, key=KEY):
    return [
        item
        for item in raw.list_objects(settings.bucket, prefix=key, recursive=True, include_version=True)
        if item.object_name == key
    ]


def overwrite(raw, settings, data=b"something else", **more):
    return raw.put_object(settings.bucket, KEY, io.BytesIO(data), len(data), **more).version_id


def big(size):
    """Bytes that differ everywhere, in chunks."""
    block = bytes(range(256)) * 256
    for number in range(size // len(block) + 1):
        yield (number.to_bytes(8, "big") + block)[: min(len(block), size - number * len(block))]


def digest_of_big(size):
    import hashlib

    digest = hashlib.sha256()
    for piece in big(size):
        digest.update(piece)
    return digest.hexdigest()


# What others do to the bucket


def test_what_somebody_wrote_over_an_object_is_passed_by(s3_store, s3_settings, raw):
    first = put(s3_store)
    overwrite(raw, s3_settings)
    overwrite(raw, s3_settings, metadata={"x-amz-meta-sha256": DIGEST})  # a lie that the server's own digest shows
    assert b"".join(s3_store.open(DIGEST)) == DATA
    assert b"".join(s3_store.open(DIGEST, start=15, length=14)) == DATA[15:29]
    assert put(s3_store) == first
    s3_store.lock(DIGEST, until=soon(days=1))
    held = raw.get_object_retention(s3_settings.bucket, KEY, version_id=first.version)
    assert held is not None
    assert list(s3_store.names()) == [first]
    assert list(s3_store.blemishes(mend=True)) == [Blemish(BlemishKind.REPLACED, DIGEST, mended=True)] * 2
    assert list(s3_store.blemishes()) == []
    assert b"".join(s3_store.open(DIGEST)) == DATA


def test_a_delete_marker_hides_nothing_and_is_healed(s3_store, s3_settings, raw):
    first = put(s3_store)
    raw.remove_object(s3_settings.bucket, KEY)
    assert b"".join(s3_store.open(DIGEST)) == DATA
    assert list(s3_store.names()) == [first]
    assert list(s3_store.blemishes()) == [Blemish(BlemishKind.HIDDEN, DIGEST)]
    assert list(s3_store.blemishes(mend=True)) == [Blemish(BlemishKind.HIDDEN, DIGEST, mended=True)]
    assert [item.is_delete_marker for item in versions(raw, s3_settings)] == [False]


def test_what_is_put_again_under_a_delete_marker_is_there_again(s3_store, s3_settings, raw):
    first = put(s3_store)
    s3_store.lock(DIGEST, until=soon(days=1))
    raw.remove_object(s3_settings.bucket, KEY)
    assert put(s3_store).version != first.version
    assert b"".join(s3_store.open(DIGEST)) == DATA
    assert s3_store.locked_until(DIGEST) is not None
    assert list(s3_store.blemishes(mend=True)) == [Blemish(BlemishKind.SURPLUS, DIGEST, mended=True)]
    assert s3_store.locked_until(DIGEST) is not None


@pytest.mark.parametrize("size", [1000, 3_000_000])
def test_many_writers_at_once_leave_one_version(s3_store, s3_settings, raw, size):
    data = b"x" * size
    digest = digest_bytes(data)
    with ThreadPoolExecutor(12) as pool:
        made = set(pool.map(lambda _n: s3_store.put([data], digest=digest, size=size).version, range(24)))
    assert len(made) == 1
    assert len(versions(raw, s3_settings, f"{digest[:2]}/{digest[2:4]}/{digest}")) == 1


class Plain(S3Store):
    """On a server that knows no conditional puts."""

    _conditional = False


class TestS3StoreWithoutConditions(ObjectStoreExam):
    """The exam on a server that knows no conditional puts."""

    @pytest.fixture
    def store(self, s3_settings):
        return Plain(s3_settings)


def test_conditional_puts_are_noticed_and_cost_one_small_object(s3_store, s3_settings, raw):
    for _ in range(2):
        store = S3Store(s3_settings)
        put(store)
        assert store._conditional
    assert len(versions(raw, s3_settings, ONCE)) == 1


def test_identical_versions_are_surplus_and_the_locked_one_stays(s3_store, s3_settings, raw):
    first = put(s3_store)
    s3_store.lock(DIGEST, until=soon(days=1))
    overwrite(raw, s3_settings, DATA, metadata={"x-amz-meta-sha256": DIGEST})
    assert s3_store.locked_until(DIGEST) is not None
    assert list(s3_store.blemishes()) == [Blemish(BlemishKind.SURPLUS, DIGEST)]
    assert list(s3_store.blemishes(mend=True)) == [Blemish(BlemishKind.SURPLUS, DIGEST, mended=True)]
    assert [item.version_id for item in versions(raw, s3_settings)] == [first.version]


def test_something_else_in_the_place_is_corruption_once_nothing_right_is_left(s3_store, s3_settings, raw):
    first = put(s3_store)
    overwrite(raw, s3_settings)
    raw.remove_object(s3_settings.bucket, KEY, version_id=first.version)
    with pytest.raises(Corrupted):
        list(s3_store.open(DIGEST))
    with pytest.raises(Corrupted):
        s3_store.lock(DIGEST, until=soon(days=1))
    again = put(s3_store)
    assert again.version != first.version
    assert b"".join(s3_store.open(DIGEST)) == DATA


def test_a_large_overwrite_that_claims_the_digest_is_found_by_its_age(s3_store, s3_settings, raw):
    size = PART + 1000
    digest = digest_of_big(size)
    first = s3_store.put(big(size), digest=digest, size=size)
    key = f"{digest[:2]}/{digest[2:4]}/{digest}"
    raw.put_object(
        s3_settings.bucket,
        key,
        io.BytesIO(b"x" * size),
        size,
        metadata={"x-amz-meta-sha256": digest},
        part_size=5 << 20,
    )
    assert sum(len(piece) for piece in s3_store.open(digest)) == size
    assert [item.version for item in s3_store.names()] == [first.version]


def test_others_objects_are_not_ours(s3_store, s3_settings, raw):
    put(s3_store)
    others = ("readme.txt", f"ab/cd/{DIGEST}", f"{KEY}.bak", f"{DIGEST[:2]}/{DIGEST[2:4]}/note")
    for key in others:
        raw.put_object(s3_settings.bucket, key, io.BytesIO(b"x"), 1)
    assert [item.digest for item in s3_store.names()] == [DIGEST]
    raw.put_object(s3_settings.bucket, "taken-away.txt", io.BytesIO(b"x"), 1)
    raw.remove_object(s3_settings.bucket, "taken-away.txt")
    s3_store.challenge(soon())  # our own objects beside the papers'
    assert list(s3_store.blemishes(mend=True)) == [Blemish(BlemishKind.FOREIGN, key) for key in sorted(others)]
    s3_store.discard(DIGEST)
    assert [item.object_name for item in raw.list_objects(s3_settings.bucket, prefix=f"{KEY}.bak")] == [f"{KEY}.bak"]


def test_names_over_several_pages_come_once_each_and_in_order(s3_store, s3_settings, raw):
    wanted = sorted(digest_bytes(f"{n}".encode()) for n in range(700))
    list(s3_store.names())

    def enter(n):
        data = f"{n}".encode()
        name = digest_bytes(data)
        key = f"{name[:2]}/{name[2:4]}/{name}"
        for _ in range(2 if n % 2 else 1):
            raw.put_object(s3_settings.bucket, key, io.BytesIO(data), len(data), metadata={"x-amz-meta-sha256": name})
        if n % 5 == 0:
            raw.remove_object(s3_settings.bucket, key)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(enter, range(700)))
    assert [item.digest for item in s3_store.names()] == wanted
    found = list(s3_store.blemishes())
    assert sum(item.kind is BlemishKind.HIDDEN for item in found) == 140
    assert sum(item.kind is BlemishKind.SURPLUS for item in found) == 350


# Large things


def test_a_large_object_goes_up_in_parts_and_stays_out_of_memory(s3_store):
    size = 4 * PART + 12_345
    digest = digest_of_big(size)
    tracemalloc.start()
    try:
        stored = s3_store.put(big(size), digest=digest, size=size)
        assert sum(len(piece) for piece in s3_store.open(digest)) == size
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3.5 * PART
    assert s3_store.put(big(size), digest=digest, size=size) == stored
    assert b"".join(s3_store.open(digest, start=size - 10)) == b"".join(big(size))[-10:]


@pytest.mark.parametrize("size", [PART, PART + 1, 2 * PART + 5])
def test_wrong_large_bytes_are_never_seen_and_leave_no_upload(s3_store, s3_settings, raw, size):
    with pytest.raises(Corrupted):
        s3_store.put(big(size), digest=digest_bytes(b"other"), size=size)
    with pytest.raises(Corrupted):
        s3_store.put(big(size + 1), digest=digest_of_big(size), size=size)
    with pytest.raises(Corrupted):
        s3_store.put(big(size - 1), digest=digest_of_big(size), size=size)

    def breaking():
        yield from big(size - 1)
        raise OSError(5, "scanner unplugged")

    with pytest.raises(Unavailable):
        s3_store.put(breaking(), digest=digest_of_big(size), size=size)
    assert list(raw.list_objects(s3_settings.bucket, recursive=True, include_version=True)) == []
    assert raw._list_multipart_uploads(s3_settings.bucket).uploads == []


# Locks


def test_a_lock_binds_other_clients_too(s3_store, s3_settings, raw):
    stored = put(s3_store)
    s3_store.lock(DIGEST, until=soon(days=1))
    with pytest.raises(S3Error):
        raw.remove_object(s3_settings.bucket, KEY, version_id=stored.version)
    with pytest.raises(S3Error):
        raw.set_object_retention(
            s3_settings.bucket, KEY, Retention(GOVERNANCE, soon(hours=1)), version_id=stored.version
        )
    with pytest.raises(Refused, match="khóa"):
        s3_store.discard(DIGEST)
    assert b"".join(s3_store.open(DIGEST)) == DATA


def test_without_the_erasing_credential_nothing_locked_goes(s3_settings):
    store = S3Store(dataclasses.replace(s3_settings, erasure_access_key="", erasure_secret_key=""))
    put(store)
    store.lock(DIGEST, until=soon(days=1))
    with pytest.raises(Unavailable, match="khóa xóa"):
        store.erase(DIGEST, order=ORDER)
    assert b"".join(store.open(DIGEST)) == DATA


def test_compliance_binds_even_the_erasing_credential(s3_settings):
    store = S3Store(dataclasses.replace(s3_settings, compliance=True))
    put(store)
    store.lock(DIGEST, until=soon(seconds=3))
    with pytest.raises(Refused, match="khóa"):
        store.erase(DIGEST, order=ORDER)
    assert b"".join(store.open(DIGEST)) == DATA
    time.sleep(4)
    with pytest.raises(Refused, match="khóa"):  # a lock that ran out is still for the erasing credential to undo
        store.discard(DIGEST)
    store.erase(DIGEST, order=ORDER)
    assert list(store.names()) == []


def test_the_challenge_tries_a_locked_canary_and_keeps_few(s3_store, s3_settings, raw):
    now = datetime.now(UTC)
    for _ in range(3):
        s3_store.challenge(now)
    assert len(versions(raw, s3_settings, CANARY)) == 1
    s3_store.challenge(now + timedelta(days=40))  # the old one's lock has run out by then: a new one is locked
    assert len(versions(raw, s3_settings, CANARY)) == 2
    assert list(s3_store.names()) == []


# What the server is


def test_a_bucket_without_lock_is_refused(s3_settings, raw):
    raw.make_bucket(s3_settings.bucket)
    with pytest.raises(Unavailable, match="probe-store"):
        put(S3Store(s3_settings))


def test_many_make_the_bucket_at_once(s3_settings):
    failed = []

    def work():
        try:
            put(S3Store(s3_settings))
        except KhosoError as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


@pytest.mark.parametrize("wrong", [{"secret_key": "wrong-secret"}, {"access_key": "nobody"}])
def test_refused_credentials_are_named(s3_store, s3_settings, wrong):
    put(s3_store)
    store = S3Store(dataclasses.replace(s3_settings, **wrong))
    for act in (lambda: put(store), lambda: list(store.open(DIGEST)), lambda: list(store.names())):
        with pytest.raises(Unavailable, match="từ chối khóa"):
            act()


def test_a_missing_bucket_after_the_start_is_named(s3_store, s3_settings):
    put(s3_store)
    empty_bucket(s3_settings)
    with pytest.raises(Unavailable, match="bucket"):
        put(s3_store)


# Servers that are not well


def quick(settings, port):
    return S3Store(
        dataclasses.replace(
            settings, url=f"http://127.0.0.1:{port}", bucket=f"b{uuid.uuid4().hex}", connect=0.5, wait=0.5, tries=1
        )
    )


def test_nobody_listens(s3_settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unavailable, match="không nối được"):
        put(quick(s3_settings, port))


def test_a_server_that_never_answers_costs_bounded_time(s3_settings):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(50)
        start = time.monotonic()
        with pytest.raises(Unavailable, match="không nối được"):
            put(quick(s3_settings, silent.getsockname()[1]))
        assert time.monotonic() - start < 5


def test_who_comes_after_a_silence_is_told_at_once_until_it_is_over(s3_store, s3_settings):
    put(s3_store)
    line = Line(s3_settings.url, rate=None)
    try:
        url = f"http://127.0.0.1:{line.port}"
        store = S3Store(dataclasses.replace(s3_settings, url=url, connect=0.5, wait=0.5, tries=0, pause=1.0))
        assert b"".join(store.open(DIGEST)) == DATA
        line.held.set()
        with pytest.raises(Unavailable, match="không nối được"):
            list(store.open(DIGEST))
        start = time.monotonic()
        for _ in range(5):
            with pytest.raises(Unavailable, match="vừa không trả lời"):
                list(store.open(DIGEST))
        assert time.monotonic() - start < 0.4
        line.held.clear()
        time.sleep(1)
        assert b"".join(store.open(DIGEST)) == DATA
        assert b"".join(store.open(DIGEST)) == DATA
    finally:
        line.close()


def test_threads_do_not_queue_behind_a_silent_server(s3_settings):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(100)
        store = quick(s3_settings, silent.getsockname()[1])
        failed = []

        def work():
            try:
                put(store)
            except Unavailable as error:
                failed.append(error)

        start = time.monotonic()
        threads = [threading.Thread(target=work) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(failed) == 12
        assert time.monotonic() - start < 6


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbad!",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 8\r\nConnection: close\r\n\r\n<html>hi",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nshort",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"",
    ],
)
def test_servers_that_are_not_s3_or_sick_are_unavailable(s3_settings, answer):
    with socket.socket() as sick:
        sick.bind(("127.0.0.1", 0))
        sick.listen(50)
        sick.settimeout(10)
        done = threading.Event()

        def serve():
            while not done.is_set():
                try:
                    peer, _ = sick.accept()
                except OSError:
                    return
                with peer:
                    peer.recv(65536)
                    peer.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        store = quick(s3_settings, sick.getsockname()[1])
        for act in (lambda: put(store), lambda: list(store.open(DIGEST)), lambda: list(store.names())):
            with pytest.raises(Unavailable):
                act()
        done.set()


class Line:
    """A proxy that passes so many bytes a second on to the server, and everything back."""

    def __init__(self, url, rate):
        self._to, self._rate = (urlsplit(url).hostname, urlsplit(url).port), rate
        self.held = threading.Event()  # while set, nothing passes
        self.connections = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._server.accept()
                self.connections += 1
                far = socket.create_connection(self._to)
                threading.Thread(target=self._carry, args=(near, far, self._rate), daemon=True).start()
                threading.Thread(target=self._carry, args=(far, near, None), daemon=True).start()

    def _carry(self, source, target, rate):
        with contextlib.suppress(OSError), source, target:
            while piece := source.recv(1 << 16):
                while self.held.is_set():
                    time.sleep(0.02)
                if rate:
                    time.sleep(len(piece) / rate)
                target.sendall(piece)

    def close(self):
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()


def test_a_forked_process_connects_anew(s3_settings):
    """Two that use one line take parts of each other's answers, with nothing to show for it but a wrong digest."""
    line = Line(s3_settings.url, rate=None)
    try:
        store = S3Store(dataclasses.replace(s3_settings, url=f"http://127.0.0.1:{line.port}"))
        put(store)
        before = line.connections
        child = os.fork()
        if not child:
            status = 1
            try:
                status = 0 if b"".join(store.open(DIGEST)) == DATA else 2
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert line.connections == before + 1
        assert b"".join(store.open(DIGEST)) == DATA
        assert line.connections == before + 1  # the parent's own goes on
    finally:
        line.close()


@pytest.mark.parametrize("size", [3_900_000, PART])
def test_a_slow_line_costs_time_and_nothing_else(s3_settings, size):
    line = Line(s3_settings.url, rate=6_000_000)
    try:
        slow = dataclasses.replace(
            s3_settings, url=f"http://127.0.0.1:{line.port}", connect=0.5, wait=2.0, tries=0, bucket=s3_settings.bucket
        )
        list(S3Store(s3_settings).names())
        digest = digest_of_big(size)
        start = time.monotonic()
        S3Store(slow).put(big(size), digest=digest, size=size)
        assert time.monotonic() - start > size / 6_000_000 * 0.8
        assert sum(len(piece) for piece in S3Store(s3_settings).open(digest)) == size
    finally:
        line.close()


def test_a_store_whose_locks_do_not_hold_fails_the_challenge(s3_settings):
    class Letting(S3Store):
        def _removed(self, key, version):
            wanted = [DeleteObject(key, version)]
            return not list(self._client.remove_objects(s3_settings.bucket, wanted, bypass_governance_mode=True))

    with pytest.raises(Corrupted, match="khóa"):
        Letting(s3_settings).challenge(datetime.now(UTC))
