"""The exam every object store sits."""

import os
from datetime import timedelta

import pytest

from khoso.kernel.digest import digest_bytes
from khoso.kernel.errors import Corrupted, Refused, Unavailable
from warehouse.adapters.local import LocalStore
from warehouse.ports import ErasureOrder

DATA = b"giay khai sinh " * 100_000


def put(store, data=DATA):
    digest = digest_bytes(data)
    return store.put([data[:100], data[100:]], digest=digest, size=len(data))


def test_what_was_put_is_read_back(store):
    stored = put(store)
    assert stored.size == len(DATA)
    assert b"".join(store.open(stored.digest)) == DATA
    assert b"".join(store.open(stored.digest, start=15, length=14)) == DATA[15:29]


def test_twice_is_once(store):
    assert put(store) == put(store)
    assert [item.digest for item in store.names()] == [digest_bytes(DATA)]


def test_names_by_prefix(store):
    digests = sorted(put(store, f"tờ {n}".encode()).digest for n in range(20))
    assert [item.digest for item in store.names()] == digests
    prefix = digests[7][:3]
    assert [item.digest for item in store.names(prefix)] == [d for d in digests if d.startswith(prefix)]


@pytest.mark.parametrize(("digest", "size"), [(digest_bytes(b"other"), len(DATA)), (digest_bytes(DATA), len(DATA) - 1)])
def test_wrong_bytes_leave_nothing(store, digest, size):
    with pytest.raises(Corrupted):
        store.put([DATA], digest=digest, size=size)
    assert list(store.names()) == []


def test_a_source_that_breaks_leaves_nothing(store, tmp_path):
    def breaking():
        yield DATA[:10]
        raise OSError(5, "scanner unplugged")

    with pytest.raises(Unavailable):
        store.put(breaking(), digest=digest_bytes(DATA), size=len(DATA))
    assert list(store.names()) == []
    assert list((tmp_path / "store" / "incoming").iterdir()) == []


def test_missing_object_is_corruption(store):
    with pytest.raises(Corrupted):
        list(store.open(digest_bytes(b"never stored")))


def test_locked_objects_stay_and_locks_only_grow(store, now):
    digest = put(store).digest
    store.lock(digest, until=now + timedelta(days=10))
    store.lock(digest, until=now + timedelta(days=1))
    assert store.locked_until(digest) == now + timedelta(days=10)
    with pytest.raises(Refused):
        store.discard(digest)
    assert b"".join(store.open(digest)) == DATA


def test_unlocked_objects_can_go_and_going_twice_is_fine(store):
    digest = put(store).digest
    store.discard(digest)
    store.discard(digest)
    assert list(store.names()) == []


def test_lawful_erasure_needs_its_event(store, now):
    digest = put(store).digest
    store.lock(digest, until=now + timedelta(days=10))
    with pytest.raises(ValueError, match="ledger"):
        store.erase(digest, order=ErasureOrder("trưởng phòng", "theo yêu cầu", "Luật 91/2025", ""))
    store.erase(digest, order=ErasureOrder("trưởng phòng", "theo yêu cầu", "Luật 91/2025", "event 7"))
    assert list(store.names()) == []


# What only the folder store can show


def test_a_changed_byte_is_found_on_reading(store, tmp_path):
    digest = put(store).digest
    path = tmp_path / "store" / digest[:2] / digest[2:4] / digest
    assert path.stat().st_mode & 0o222 == 0
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.write_bytes(data)
    with pytest.raises(Corrupted, match=digest):
        list(store.open(digest))


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes anywhere; the tmpfs test covers a full disk")
def test_a_read_only_store_says_so(tmp_path):
    root = tmp_path / "ro"
    root.mkdir(mode=0o500)
    with pytest.raises(Unavailable, match="ro"):
        put(LocalStore(root))


def test_a_store_that_is_a_file_says_so(tmp_path):
    (tmp_path / "store").write_text("not a folder")
    with pytest.raises(Unavailable):
        put(LocalStore(tmp_path / "store"))
