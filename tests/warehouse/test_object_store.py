"""The folder store sits the exam; and what only a folder can show."""

import os
import time

import pytest

from khoso.kernel.digest import digest_bytes
from khoso.kernel.errors import Corrupted, Unavailable
from tests.warehouse.store_exam import DATA, ObjectStoreExam, put, soon
from warehouse.adapters.local import LocalStore
from warehouse.ports import Blemish, BlemishKind


class TestLocalStore(ObjectStoreExam):
    """The exam itself."""


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


def test_a_broken_source_leaves_no_file(store, tmp_path):
    with pytest.raises(Corrupted):
        store.put([b"other"], digest=digest_bytes(DATA), size=5)
    assert list((tmp_path / "store" / "incoming").iterdir()) == []


def test_what_a_dead_process_left_is_a_blemish_after_a_day(store, tmp_path):
    put(store)
    incoming = tmp_path / "store" / "incoming"
    for name, age in (("old", 90_000), ("under way", 60)):
        (incoming / name).write_bytes(b"half")
        os.utime(incoming / name, (time.time() - age,) * 2)
    assert list(store.blemishes()) == [Blemish(BlemishKind.LEFTOVER, "old")]
    assert list(store.blemishes(mend=True)) == [Blemish(BlemishKind.LEFTOVER, "old", mended=True)]
    assert [path.name for path in incoming.iterdir()] == ["under way"]


def test_what_is_not_ours_is_told_and_left(store, tmp_path):
    digest = put(store).digest
    root = tmp_path / "store"
    store.lock(digest, until=soon())
    (root / "ghi-chu.txt").write_bytes(b"not ours")
    (root / "00" / "11").mkdir(parents=True)
    (root / "00" / "11" / digest).write_bytes(DATA)  # a name of ours at another's place
    told = [Blemish(BlemishKind.FOREIGN, name) for name in ("ghi-chu.txt", f"00/11/{digest}")]
    assert list(store.blemishes(mend=True)) == told
    assert [item.digest for item in store.names()] == [digest]
    assert (root / "ghi-chu.txt").exists()


def test_an_old_object_put_again_is_young(store, tmp_path):
    digest = put(store).digest
    path = tmp_path / "store" / digest[:2] / digest[2:4] / digest
    os.utime(path, (time.time() - 90_000,) * 2)
    put(store)
    assert time.time() - path.stat().st_mtime < 60


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
