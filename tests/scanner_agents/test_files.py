"""Names and files: what is ignored, what order people count in, who still writes, who holds the lock."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner_agents.files import Lock, _seen_in_proc, is_being_written, is_ignored, natural, open_regular


@pytest.mark.parametrize(
    "name",
    [
        "a.part",
        "A.PART",
        "x.tmp",
        "x.pdf~",
        "~x.pdf",
        "~$tờ khai.doc",
        "x.crdownload",
        ".ẩn",
        "Thumbs.db",
        "desktop.ini",
        ".a.pdf.Xy1",
    ],
)
def test_names_that_are_no_sheets(name: str) -> None:
    assert is_ignored(name)


@pytest.mark.parametrize(
    "name", ["a.pdf", "part.pdf", "tmp", "a.part.pdf", "giấy\nkhai\tsinh.jpg", "🧾.png", "-rf", "x" * 255]
)
def test_names_that_are(name: str) -> None:
    assert not is_ignored(name)


@pytest.mark.parametrize(
    "ordered",
    [
        ["trang 1.jpg", "trang 2.jpg", "trang 10.jpg"],
        ["Scan.jpg", "Scan (2).jpg", "Scan (10).jpg"],
        ["001.png", "2.png", "0003.png"],
        ["A1.jpg", "a2.jpg", "A10.jpg"],
        ["1-1.tif", "1-2.tif", "1-10.tif", "2-1.tif"],
    ],
)
def test_pages_are_in_the_order_people_count(ordered: list[str]) -> None:
    backwards = ordered[::-1]
    assert sorted(backwards, key=natural) == ordered


@given(st.lists(st.text(min_size=1, max_size=60)))
def test_any_names_can_be_ordered_the_same_way_twice(names: list[str]) -> None:
    backwards = names[::-1]
    assert sorted(names, key=natural) == sorted(backwards, key=natural)


@pytest.mark.parametrize("mode", ["wb", "ab", "r+b"])
def test_an_open_writer_is_noticed(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "tờ\n1.pdf"
    path.write_bytes(b"x")
    assert not is_being_written(path)
    with path.open(mode):
        assert is_being_written(path)
        assert _seen_in_proc(path, path.stat())
    assert not is_being_written(path)
    assert not _seen_in_proc(path, path.stat())


def test_a_reader_is_no_writer(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"x")
    with path.open("rb"):
        assert not is_being_written(path)
        assert not _seen_in_proc(path, path.stat())


def test_a_writer_of_another_file_of_the_same_name_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    path = tmp_path / "a.pdf"
    path.write_bytes(b"x")
    with (tmp_path / "other" / "a.pdf").open("wb"):
        assert not _seen_in_proc(path, path.stat())


def test_links_pipes_and_folders_are_not_opened(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"x")
    (tmp_path / "link").symlink_to("real")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe", "."):
        with pytest.raises(OSError, match=name):
            open_regular(tmp_path / name)
        assert not is_being_written(tmp_path / name)


def test_the_lock_has_one_holder_and_says_who(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    assert second.holder() is None
    assert first.take()
    assert second.holder() == os.getpid()
    assert not second.take()
    first.release()
    assert second.holder() is None
    assert second.take()
    second.release()


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    text = f"import sys; sys.path.insert(0, {str(Path.cwd())!r})\nfrom pathlib import Path\nfrom scanner_agents.files import Lock\n"
    text += f"assert Lock(Path({str(tmp_path / 'lock')!r})).take()\nprint('held', flush=True)\nsys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", text], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        assert Lock(tmp_path / "lock").holder() == holder.pid
        holder.kill()
        holder.wait()
    assert Lock(tmp_path / "lock").holder() is None
