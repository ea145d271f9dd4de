"""When a drop is complete, with a clock the test turns."""

import os
from pathlib import Path

import pytest

from scanner_agents.arrivals import Look, Tracker, drop_at
from scanner_agents.errors import Unavailable
from tests.scanner_agents.conftest import Time


class Writers(set[Path]):
    """Files some program writes to."""

    def __call__(self, path: Path) -> bool:
        return path in self


@pytest.fixture
def writers() -> Writers:
    return Writers()


@pytest.fixture
def tracker(folder: Path, time: Time, writers: Writers) -> Tracker:
    return Tracker(
        folder, settle=2, quiet=15, seen={}, now=time, reserved=frozenset({folder / "_da-gui"}), being_written=writers
    )


def _names(look: Look) -> list[str]:
    return [drop.path.name for drop in look.complete]


def _after(tracker: Tracker, time: Time, seconds: float) -> Look:
    time.now += seconds
    return tracker.look()


def test_a_file_is_complete_when_it_has_rested(tracker: Tracker, folder: Path, time: Time) -> None:
    (folder / "a.pdf").write_bytes(b"x")
    first = tracker.look()
    assert not first.complete
    assert first.unsettled
    assert not _after(tracker, time, 1.9).complete
    assert _names(_after(tracker, time, 0.1)) == ["a.pdf"]


def test_every_change_starts_the_wait_anew(tracker: Tracker, folder: Path, time: Time) -> None:
    path = folder / "a.pdf"
    path.write_bytes(b"x")
    tracker.look()
    for _ in range(3):
        with path.open("ab") as file:
            file.write(b"y")
        assert not _after(tracker, time, 1.9).complete
    assert _names(_after(tracker, time, 2)) == ["a.pdf"]


def test_a_change_that_hides_behind_an_old_date_is_noticed(tracker: Tracker, folder: Path, time: Time) -> None:
    path = folder / "a.pdf"
    path.write_bytes(b"one")
    os.utime(path, ns=(10**18, 10**18))
    tracker.look()
    (drop,) = _after(tracker, time, 2).complete
    tracker.settled(drop)
    path.write_bytes(b"two")
    os.utime(path, ns=(10**18, 10**18))
    assert _after(tracker, time, 0).unsettled
    assert _names(_after(tracker, time, 2)) == ["a.pdf"]


def test_a_file_somebody_writes_to_waits(tracker: Tracker, folder: Path, time: Time, writers: Writers) -> None:
    path = folder / "a.pdf"
    path.write_bytes(b"x")
    writers.add(path)
    tracker.look()
    assert [told.code for told in _after(tracker, time, 99).waiting] == ["waits_writer"]
    writers.clear()
    assert _names(tracker.look()) == ["a.pdf"]


def test_an_empty_file_waits_until_it_has_bytes(tracker: Tracker, folder: Path, time: Time) -> None:
    (folder / "a.pdf").touch()
    tracker.look()
    look = _after(tracker, time, 99)
    assert [told.code for told in look.waiting] == ["waits_empty"]
    assert not look.unsettled
    (folder / "a.pdf").write_bytes(b"x")
    tracker.look()
    assert _names(_after(tracker, time, 2)) == ["a.pdf"]


def test_what_does_not_look_like_a_sheet_is_left_alone(
    tracker: Tracker, folder: Path, time: Time, tmp_path: Path
) -> None:
    for name in ("a.part", "b.tmp", "c~", ".hidden", "Thumbs.db"):
        (folder / name).write_bytes(b"x")
    for name in ("_da-gui", "quét.part", ".ẩn"):
        (folder / name).mkdir()
        (folder / name / "old.pdf").write_bytes(b"x")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.pdf").write_bytes(b"x")
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    (folder / "link.pdf").symlink_to(tmp_path / "elsewhere" / "x.pdf")
    os.mkfifo(folder / "pipe.pdf")
    (folder / "empty").mkdir()
    tracker.look()
    look = _after(tracker, time, 99)
    assert not look.complete
    assert sorted(told.fields["name"] for told in look.waiting) == ["link", "link.pdf", "pipe.pdf"]
    assert {told.code for told in look.waiting} == {"skipped_special"}


def test_names_of_any_kind_arrive(tracker: Tracker, folder: Path, time: Time) -> None:
    names = [b"gi\xe1\xba\xa5y\nkhai\tsinh.jpg", "🧾".encode(), b"\xff\xfe odd.pdf", b"-rf", b"x" * 255, b" "]
    for name in names:
        (folder / os.fsdecode(name)).write_bytes(name)
    tracker.look()
    assert {os.fsencode(drop.path.name) for drop in _after(tracker, time, 2).complete} == set(names)


def test_a_sub_folder_is_one_document_in_natural_order(tracker: Tracker, folder: Path, time: Time) -> None:
    sub = folder / "hồ sơ"
    sub.mkdir()
    for name in ("10.jpg", "2.jpg", "1.jpg", "Thumbs.db"):
        (sub / name).write_bytes(b"x")
    tracker.look()
    assert not _after(tracker, time, 14.9).complete
    (drop,) = _after(tracker, time, 0.1).complete
    assert [file.path.name for file in drop.files] == ["1.jpg", "2.jpg", "10.jpg"]


def test_a_sub_folder_waits_for_the_next_page(tracker: Tracker, folder: Path, time: Time) -> None:
    sub = folder / "hồ sơ"
    sub.mkdir()
    for page in range(4):
        (sub / f"{page}.jpg").write_bytes(b"x")
        assert not _after(tracker, time, 14).complete
    assert len(_after(tracker, time, 15).complete[0].files) == 4


def test_a_sub_folder_waits_for_a_hidden_or_temporary_file_that_grows(
    tracker: Tracker, folder: Path, time: Time
) -> None:
    sub = folder / "hồ sơ"
    sub.mkdir()
    (sub / "1.jpg").write_bytes(b"x")
    tracker.look()
    for _ in range(3):
        with (sub / ".2.jpg.Xy12").open("ab") as file:
            file.write(b"y")
        assert not _after(tracker, time, 14).complete
    assert _names(_after(tracker, time, 15)) == ["hồ sơ"]


def test_a_forgotten_temporary_file_holds_a_sub_folder_only_for_a_while(
    tracker: Tracker, folder: Path, time: Time
) -> None:
    sub = folder / "hồ sơ"
    sub.mkdir()
    (sub / "1.jpg").write_bytes(b"x")
    (sub / "2.jpg.part").write_bytes(b"x")
    tracker.look()
    assert [told.code for told in _after(tracker, time, 20).waiting] == ["waits_temporary"]
    assert [file.path.name for file in _after(tracker, time, 70).complete[0].files] == ["1.jpg"]


def test_an_empty_page_or_a_writer_holds_the_whole_sub_folder(
    tracker: Tracker, folder: Path, time: Time, writers: Writers
) -> None:
    sub = folder / "hồ sơ"
    sub.mkdir()
    (sub / "1.jpg").write_bytes(b"x")
    (sub / "2.jpg").touch()
    tracker.look()
    (told,) = _after(tracker, time, 99).waiting
    assert (told.code, told.fields["name"]) == ("waits_empty", "hồ sơ/2.jpg")
    (sub / "2.jpg").write_bytes(b"x")
    tracker.look()
    writers.add(sub / "1.jpg")
    assert [told.code for told in _after(tracker, time, 99).waiting] == ["waits_writer"]


def test_folders_within_and_links_within_a_sub_folder_are_told(tracker: Tracker, folder: Path, time: Time) -> None:
    sub = folder / "hồ sơ"
    (sub / "deep").mkdir(parents=True)
    (sub / "link").symlink_to("1.jpg")
    (sub / "1.jpg").write_bytes(b"x")
    tracker.look()
    look = _after(tracker, time, 15)
    assert _names(look) == ["hồ sơ"]
    assert {(told.code, told.fields["name"]) for told in look.waiting} == {
        ("skipped_nested", "hồ sơ/deep"),
        ("skipped_special", "hồ sơ/link"),
    }


def test_what_was_dealt_with_does_not_come_back_even_after_a_restart(
    tracker: Tracker, folder: Path, time: Time
) -> None:
    (folder / "a.pdf").write_bytes(b"x")
    tracker.look()
    (drop,) = _after(tracker, time, 2).complete
    tracker.settled(drop)
    assert not _after(tracker, time, 99).complete
    again = Tracker(folder, settle=2, quiet=15, seen={os.fsencode(drop.path): drop.mark}, now=time)
    again.look()
    assert not _after(again, time, 99).complete


def test_put_again_is_told_from_touched(tracker: Tracker, folder: Path, time: Time) -> None:
    path = folder / "a.pdf"
    path.write_bytes(b"x")
    tracker.look()
    (drop,) = _after(tracker, time, 2).complete
    assert not tracker.put_again(drop)
    tracker.settled(drop)
    path.touch()
    tracker.look()
    (touched,) = _after(tracker, time, 2).complete
    assert not tracker.put_again(touched)
    tracker.settled(touched)
    path.unlink()
    tracker.look()
    path.write_bytes(b"x")
    tracker.look()
    (anew,) = _after(tracker, time, 2).complete
    assert tracker.put_again(anew)


def test_a_folder_that_goes_away_and_comes_back_changes_nothing(tracker: Tracker, folder: Path, time: Time) -> None:
    (folder / "a.pdf").write_bytes(b"x")
    tracker.look()
    (drop,) = _after(tracker, time, 2).complete
    tracker.settled(drop)
    folder.rename(folder.with_name("away"))
    with pytest.raises(Unavailable) as error:
        tracker.look()
    assert error.value.event.code == "folder_away"
    folder.mkdir()
    tracker.look()
    folder.rmdir()
    folder.with_name("away").rename(folder)
    assert not _after(tracker, time, 99).complete
    (folder / "a.pdf").touch()
    tracker.look()
    assert not tracker.put_again(_after(tracker, time, 2).complete[0])


def test_oldest_first(tracker: Tracker, folder: Path, time: Time) -> None:
    for age, name in ((1, "new"), (3, "old"), (2, "middle")):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (10**9 - age, 10**9 - age))
    tracker.look()
    assert _names(_after(tracker, time, 2)) == ["old", "middle", "new"]


def test_a_drop_is_the_same_looked_at_alone(tracker: Tracker, folder: Path) -> None:
    (folder / "a").write_bytes(b"x")
    (folder / "b").mkdir()
    (folder / "b" / "1").write_bytes(b"x")
    assert {path.name: drop.mark for path in folder.iterdir() if (drop := drop_at(path))}.keys() == {"a", "b"}
    assert drop_at(folder / "nothing") is None
