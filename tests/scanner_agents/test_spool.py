"""The spool: bytes last before anyone speaks of them, and the watched original is never touched."""

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from scanner_agents.errors import Unavailable
from scanner_agents.files import Stamp
from scanner_agents.spool import RESERVE, Changed, Kept, Spool


def _take(spool: Spool, path: Path) -> Kept:
    return spool.take(path, Stamp.of(path.lstat()))


def _untouched(path: Path) -> tuple[bytes, int, int]:
    return path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ctime_ns


def test_a_copy_is_named_by_its_digest_and_private(spool: Spool, tmp_path: Path) -> None:
    path = tmp_path / "tờ khai.pdf"
    path.write_bytes(os.urandom(3_000_001))
    before = _untouched(path)
    kept = _take(spool, path)
    assert kept == Kept(hashlib.sha256(path.read_bytes()).hexdigest(), 3_000_001)
    assert spool.has(kept)
    assert spool.verify(kept)
    assert spool.path(kept.sha256).stat().st_mode & 0o777 == 0o600
    assert spool.root.stat().st_mode & 0o777 == 0o700
    assert spool.read(kept, start=2_999_999, length=10) == path.read_bytes()[-2:]
    assert _untouched(path) == before


def test_bytes_last_before_their_name_and_the_name_before_the_answer(tmp_path: Path) -> None:
    done: list[str] = []
    root = tmp_path / "spool"

    def sync(number: int) -> None:
        assert os.fstat(number).st_size == 4
        assert not [path for path in root.iterdir() if not path.name.startswith(".")]
        done.append("bytes")

    def sync_names(path: Path) -> None:
        assert [entry.name for entry in path.iterdir()] == [hashlib.sha256(b"four").hexdigest()]
        done.append("names")

    spool = Spool(root, sync=sync, sync_names=sync_names)
    spool.prepare()
    (tmp_path / "a").write_bytes(b"four")
    _take(spool, tmp_path / "a")
    assert done == ["bytes", "names"]


def test_twice_is_once_and_mends_a_damaged_copy(spool: Spool, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"same")
    (tmp_path / "b").write_bytes(b"same")
    kept = _take(spool, tmp_path / "a")
    spool.path(kept.sha256).write_bytes(b"fame")
    assert not spool.verify(kept)
    assert _take(spool, tmp_path / "b") == kept
    assert spool.verify(kept)
    assert list(spool.names()) == [kept]


def test_a_file_that_changed_since_it_was_seen_is_not_kept(spool: Spool, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"first")
    seen = Stamp.of(path.lstat())
    path.write_bytes(b"second")
    with pytest.raises(Changed):
        spool.take(path, seen)
    assert not list(spool.root.iterdir())


def test_a_file_that_grows_while_it_is_copied_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"half")

    def grow(_number: int) -> None:
        with path.open("ab") as file:
            file.write(b" and half")

    spool = Spool(tmp_path / "spool", sync=grow)
    spool.prepare()
    with pytest.raises(Changed):
        _take(spool, path)
    assert not list(spool.root.iterdir())


def test_a_link_put_in_the_place_of_a_file_is_not_followed(spool: Spool, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "a").symlink_to("secret")
    with pytest.raises(Unavailable) as error:
        _take(spool, tmp_path / "a")
    assert error.value.event.code == "unreadable"
    assert not error.value.everyone


def _fails(number: int) -> Callable[[int], None]:
    def sync(_file: int) -> None:
        raise OSError(number, os.strerror(number))

    return sync


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "spool_full"),
        (errno.EDQUOT, "spool_full"),
        (errno.EROFS, "spool_trouble"),
        (errno.EIO, "spool_trouble"),
    ],
)
def test_a_disk_that_does_not_write_is_told_and_leaves_nothing(tmp_path: Path, number: int, code: str) -> None:
    spool = Spool(tmp_path / "spool", sync=_fails(number))
    spool.prepare()
    path = tmp_path / "a"
    path.write_bytes(b"bytes")
    before = _untouched(path)
    with pytest.raises(Unavailable) as error:
        _take(spool, path)
    assert error.value.event.code == code
    assert error.value.everyone
    assert not list(spool.root.iterdir())
    assert _untouched(path) == before


def test_room_is_left_for_receipts(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", free=lambda _: RESERVE + 3)
    spool.prepare()
    (tmp_path / "a").write_bytes(b"four")
    (tmp_path / "b").write_bytes(b"thr")
    with pytest.raises(Unavailable) as error:
        _take(spool, tmp_path / "a")
    assert error.value.event.code == "spool_full"
    assert _take(spool, tmp_path / "b").size == 3


def test_a_spool_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable) as error:
        Spool(tmp_path / "file" / "spool").prepare()
    assert error.value.event.code == "spool_trouble"


def test_half_made_copies_of_a_killed_run_are_cleared(spool: Spool) -> None:
    (spool.root / ".0123.part").write_bytes(b"half")
    kept = "a" * 64
    spool.path(kept).write_bytes(b"whole")
    spool.prepare()
    assert [path.name for path in spool.root.iterdir()] == [kept]
