"""From the folder into the outbox, and what becomes of the originals afterwards."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from scanner_agents.arrivals import Tracker, drop_at
from scanner_agents.batches import LASTS, end_batch, open_batch
from scanner_agents.events import Code, event
from scanner_agents.intake import UNCLAIMED_AFTER, Intake, Labelling, Progress
from scanner_agents.outbox import Outbox
from scanner_agents.records import Document, Labels, Receipt, State
from scanner_agents.retry import Backoff
from scanner_agents.spool import Spool
from scanner_agents.tidy import SENT, After, NotNow, Tidier
from tests.scanner_agents.conftest import Log, NoJitter, Time

DAY = 86400.0


class Desk:
    """An intake with what it stands on."""

    def __init__(self, folder: Path, outbox: Outbox, spool: Spool, log: Log, time: Time) -> None:
        self.folder, self.outbox, self.spool, self.log, self.time = folder, outbox, spool, log, time
        self.labelling = Labelling(Labels())
        self.after = After.LEAVE
        self.sent = folder / SENT
        self.begin()

    def begin(self) -> None:
        """As at the start of the agent."""
        tidier = Tidier(self.folder, self.after, self.sent, self.time)
        tidier.recover()
        tracker = Tracker(
            self.folder,
            settle=2,
            quiet=15,
            seen=self.outbox.seen(),
            now=self.time,
            reserved=frozenset({self.folder / SENT}),
        )
        self.intake = Intake(
            tracker=tracker,
            spool=self.spool,
            outbox=self.outbox,
            journal=self.log.journal,
            labelling=self.labelling,
            tidier=tidier,
            backoff=Backoff(first=5, most=60, dice=NoJitter()),  # type: ignore[arg-type]
            clock=self.time,
            steady=self.time,
        )

    def settle(self, seconds: float = 20) -> Progress:
        """Look now and after so many seconds."""
        self.intake.look()
        self.time.now += seconds
        return self.intake.look()

    @property
    def documents(self) -> tuple[Document, ...]:
        return self.outbox.documents()

    def receive(self) -> None:
        """As if the server had taken everything."""
        for document in self.outbox.documents(states=(State.SPOOLED, State.SENDING)):
            sheets = tuple(sheet.kept for sheet in document.sheets)
            self.outbox.receive(document, Receipt("doc", "RECEIVED", sheets, "", twice=False), now=self.time.now)
            self.outbox.discard(self.spool, sheets)


@pytest.fixture
def desk(folder: Path, outbox: Outbox, spool: Spool, log: Log, time: Time) -> Desk:
    return Desk(folder, outbox, spool, log, time)


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_drop_is_taken_once_and_its_original_left_alone(desk: Desk) -> None:
    path = desk.folder / "a.pdf"
    path.write_bytes(b"%PDF- x %%EOF")
    before = path.stat()
    desk.settle()
    desk.settle()
    desk.begin()
    desk.settle()
    (document,) = desk.documents
    assert (document.state, document.name, document.size) == (State.SPOOLED, "a.pdf", 13)
    assert desk.spool.has(document.sheets[0].kept)
    after = path.stat()
    assert (after.st_mtime_ns, after.st_ctime_ns) == (before.st_mtime_ns, before.st_ctime_ns)
    assert desk.log.codes == ["taken"]


def test_the_same_bytes_under_another_name_are_one_document(desk: Desk) -> None:
    (desk.folder / "a.pdf").write_bytes(b"same")
    desk.settle()
    (desk.folder / "b.pdf").write_bytes(b"same")
    desk.settle()
    desk.receive()
    (desk.folder / "c.pdf").write_bytes(b"same")
    desk.settle()
    assert len(desk.documents) == 1
    assert [code for code in desk.log.codes if not code.startswith("format")] == [
        "taken",
        "already_waiting",
        "already_received",
    ]
    assert not list(desk.spool.names())


def test_the_same_name_with_other_bytes_is_a_new_document(desk: Desk) -> None:
    for number in range(3):
        (desk.folder / "scan.pdf").write_bytes(b"%d" % number)
        desk.settle()
    assert [document.name for document in desk.documents] == ["scan.pdf"] * 3
    assert len({document.key for document in desk.documents}) == 3


def test_touching_moving_back_and_restoring_send_nothing_again(desk: Desk) -> None:
    path = desk.folder / "a.pdf"
    path.write_bytes(b"x")
    desk.settle()
    desk.receive()
    path.touch()
    desk.settle()
    path.chmod(0o600)
    desk.settle()
    path.rename(desk.folder / "b.pdf")
    desk.settle()
    assert [document.state for document in desk.documents] == [State.RECEIVED]


def test_a_sub_folder_is_one_document_even_with_two_equal_pages(desk: Desk) -> None:
    sub = desk.folder / "hồ sơ"
    sub.mkdir()
    for name, data in (("2.jpg", b"blank"), ("10.jpg", b"blank"), ("1.jpg", b"front")):
        (sub / name).write_bytes(data)
    desk.settle()
    (document,) = desk.documents
    assert [(sheet.name, sheet.kept.size) for sheet in document.sheets] == [("1.jpg", 5), ("2.jpg", 5), ("10.jpg", 5)]
    assert len(list(desk.spool.names())) == 2


def test_a_page_that_comes_while_its_folder_is_copied_is_waited_for(desk: Desk) -> None:
    sub = desk.folder / "hồ sơ"
    sub.mkdir()
    (sub / "1.jpg").write_bytes(b"one")
    late = iter([sub / "2.jpg"])

    def arrives(_number: int) -> None:
        for path in late:
            path.write_bytes(b"two")

    desk.spool._sync = arrives
    progress = desk.settle()
    assert progress.unsettled
    assert not desk.documents
    assert not list(desk.spool.names())
    desk.settle()
    assert [len(document.sheets) for document in desk.documents] == [2]


def test_a_full_disk_is_told_once_and_nothing_is_lost(desk: Desk) -> None:
    for number in range(3):
        (desk.folder / f"{number}.pdf").write_bytes(b"%d" % number)
    before = _tree(desk.folder)
    desk.spool._free = lambda _: 0
    progress = desk.settle()
    assert progress.trouble
    for _ in range(100):
        desk.time.now += 1
        assert desk.intake.look().trouble
    assert desk.log.codes == ["spool_full"]
    assert _tree(desk.folder) == before
    assert not desk.documents
    desk.spool._free = lambda _: 1 << 40
    desk.time.now += 60
    assert not desk.intake.look().trouble
    assert len(desk.documents) == 3
    assert desk.log.codes.count("spool_back") == 1


def test_a_file_that_cannot_be_read_does_not_hold_up_the_others(desk: Desk) -> None:
    bad, good = desk.folder / "a.pdf", desk.folder / "b.pdf"
    bad.write_bytes(b"bad")
    good.write_bytes(b"good")
    take = desk.spool._copy

    def copy(path: Path, *rest: Any) -> Any:
        return take(path.with_name("nothing") if path == bad else path, *rest)

    desk.spool._copy = copy  # type: ignore[method-assign, assignment]
    progress = desk.settle()
    assert [told.code for told in progress.waiting] == ["unreadable"]
    assert [document.name for document in desk.documents] == ["b.pdf"]
    desk.settle()
    assert desk.log.codes.count("unreadable") == 1


def test_a_folder_that_goes_away_is_told_once_and_waited_for(desk: Desk) -> None:
    (desk.folder / "a.pdf").write_bytes(b"x")
    desk.settle()
    desk.receive()
    desk.folder.rename(desk.folder.with_name("away"))
    for _ in range(5):
        assert desk.intake.look().trouble
    desk.folder.with_name("away").rename(desk.folder)
    desk.settle()
    assert [code for code in desk.log.codes if code.startswith("folder")] == ["folder_away", "folder_back"]
    assert len(desk.documents) == 1


def test_refused_and_dropped_again_is_sent_again_but_not_if_merely_touched(desk: Desk) -> None:
    path = desk.folder / "a.pdf"
    path.write_bytes(b"x")
    desk.settle()
    desk.outbox.refuse(1, event(Code.REFUSED, id=1, name="a.pdf", code="x", detail=""))
    path.touch()
    desk.settle()
    assert [document.state for document in desk.documents] == [State.REFUSED]
    path.unlink()
    desk.settle()
    path.write_bytes(b"x")
    desk.settle()
    assert [document.state for document in desk.documents] == [State.SPOOLED]
    assert desk.log.codes[-2:] == ["taken_again", "format_unknown"]


def test_the_dossier_may_be_read_from_the_name(desk: Desk) -> None:
    desk.labelling = Labelling(Labels(desk="3", dossier="X"), from_name=True)
    desk.begin()
    (desk.folder / "H36.12-230101-0001.01.pdf").write_bytes(b"x")
    (desk.folder / "H36.12-230101-0002").mkdir()
    (desk.folder / "H36.12-230101-0002" / "1.jpg").write_bytes(b"y")
    (desk.folder / "other.pdf").write_bytes(b"z")
    desk.settle()
    assert {document.labels.dossier for document in desk.documents} == {"H36.12-230101-0001", "H36.12-230101-0002", "X"}
    assert {document.labels.desk for document in desk.documents} == {"3"}


def test_papers_belong_to_the_batch_that_was_open_when_they_came_to_rest(desk: Desk) -> None:
    """Whoever names the next stack while the last one settles does not rename the last one."""
    desk.labelling = Labelling(Labels(dossier="X", batch="lô đầu ngày"), from_name=True)
    desk.begin()
    (desk.folder / "1.pdf").write_bytes(b"before")
    desk.intake.look()
    desk.time.now += 1
    open_batch(desk.outbox, "Hộp 12", "H36.12-230101-0001", now=desk.time.now)
    desk.time.now += 1.5
    (desk.folder / "2.pdf").write_bytes(b"within")
    (desk.folder / "H36.12-230101-0002.01.pdf").write_bytes(b"named")
    desk.intake.look()
    desk.time.now += 1
    end_batch(desk.outbox, now=desk.time.now)
    desk.settle()
    (desk.folder / "3.pdf").write_bytes(b"after")
    desk.settle()
    found = {one.name: (one.labels.batch, one.labels.dossier) for one in desk.documents}
    assert found == {
        "1.pdf": ("lô đầu ngày", "X"),
        "2.pdf": ("Hộp 12", "H36.12-230101-0001"),
        "H36.12-230101-0002.01.pdf": ("Hộp 12", "H36.12-230101-0002"),
        "3.pdf": ("lô đầu ngày", "X"),
    }


def test_a_batch_forgotten_in_the_evening_does_not_name_the_next_day(desk: Desk) -> None:
    open_batch(desk.outbox, "Hộp 12", "", now=desk.time.now)
    desk.time.now += LASTS - 30
    (desk.folder / "1.pdf").write_bytes(b"late")
    desk.settle()
    (desk.folder / "2.pdf").write_bytes(b"next day")
    desk.time.now += LASTS
    desk.settle()
    assert [one.labels.batch for one in desk.documents] == ["Hộp 12", ""]
    assert end_batch(desk.outbox, now=desk.time.now).name == ""


def test_names_that_are_not_unicode_are_kept_and_shown_as_they_can_be(desk: Desk) -> None:
    (desk.folder / os.fsdecode(b"\xff\nx.pdf")).write_bytes(b"x")
    desk.settle()
    desk.begin()
    desk.settle()
    assert [document.name for document in desk.documents] == ["\ufffd\nx.pdf"]


# Afterwards


def _two(desk: Desk) -> dict[str, bytes]:
    (desk.folder / "a.pdf").write_bytes(b"x")
    (desk.folder / "hồ sơ").mkdir()
    (desk.folder / "hồ sơ" / "1.jpg").write_bytes(b"1")
    (desk.folder / "hồ sơ" / "2.jpg").write_bytes(b"2")
    return _tree(desk.folder)


@pytest.mark.parametrize("after", list(After))
def test_originals_stay_until_the_server_has_them(desk: Desk, after: After) -> None:
    desk.after = after
    desk.begin()
    before = _two(desk)
    desk.settle()
    desk.settle()
    assert len(desk.documents) == 2
    assert _tree(desk.folder) == before


def test_originals_are_left(desk: Desk) -> None:
    before = _two(desk)
    desk.settle()
    desk.receive()
    desk.settle()
    assert _tree(desk.folder) == before


def test_originals_are_moved_and_not_taken_from_there(desk: Desk) -> None:
    desk.after = After.MOVE
    desk.begin()
    before = _two(desk)
    desk.settle()
    desk.receive()
    desk.settle()
    (desk.folder / "a.pdf").write_bytes(b"other")
    desk.settle()
    desk.receive()
    desk.settle()
    assert sorted(Path(name).parts[2:] for name in _tree(desk.folder)) == sorted(
        [*(Path(name).parts for name in before), ("a (2).pdf",)]
    )
    assert len(desk.documents) == 3
    assert {code for code in desk.log.codes if not code.startswith("format")} == {"taken", "moved"}


def test_originals_are_deleted(desk: Desk) -> None:
    desk.after = After.DELETE
    desk.begin()
    _two(desk)
    (desk.folder / "b.pdf").write_bytes(b"not complete yet")
    desk.intake.look()
    desk.time.now += 16
    (desk.folder / "b.pdf").write_bytes(b"still not")
    desk.intake.look()
    desk.receive()
    desk.intake.look()
    assert _tree(desk.folder) == {"b.pdf": b"still not"}
    assert [path.name for path in desk.folder.iterdir()] == ["b.pdf"]


def test_an_original_written_over_since_is_a_new_sheet_and_stays(desk: Desk) -> None:
    desk.after = After.DELETE
    desk.begin()
    (desk.folder / "scan.pdf").write_bytes(b"first")
    desk.settle()
    desk.receive()
    (desk.folder / "scan.pdf").write_bytes(b"second")
    desk.settle(1)
    assert _tree(desk.folder) == {"scan.pdf": b"second"}
    desk.settle()
    assert len(desk.documents) == 2


def test_a_scanner_that_writes_over_the_name_in_the_very_moment_loses_nothing(folder: Path) -> None:
    path = folder / "scan.pdf"
    path.write_bytes(b"first")
    drop = drop_at(path)
    assert drop
    path.unlink()
    path.write_bytes(b"second")
    with pytest.raises(NotNow):
        Tidier._aside(drop, folder / "aside")
    assert _tree(folder) == {"scan.pdf": b"second"}


def test_a_folder_with_something_unsent_in_it_is_not_deleted(desk: Desk) -> None:
    desk.after = After.DELETE
    desk.begin()
    sub = desk.folder / "hồ sơ"
    (sub / "deep").mkdir(parents=True)
    (sub / "deep" / "9.jpg").write_bytes(b"9")
    (sub / "1.jpg").write_bytes(b"1")
    desk.settle()
    desk.receive()
    desk.settle()
    desk.settle()
    assert len(_tree(desk.folder)) == 2
    assert desk.log.codes.count("tidy_failed") == 1


def test_what_a_killed_run_had_put_aside_comes_back_and_is_not_sent_again(desk: Desk) -> None:
    desk.after = After.DELETE
    desk.begin()
    (desk.folder / "a.pdf").write_bytes(b"x")
    desk.settle()
    desk.receive()
    trash = desk.folder / ".khoso-xoa"
    trash.mkdir()
    (desk.folder / "a.pdf").rename(trash / "a.pdf")
    desk.begin()
    desk.settle()
    desk.settle()
    assert [document.state for document in desk.documents] == [State.RECEIVED]
    assert not _tree(desk.folder)


def test_another_disk_as_the_place_to_move_to_is_told(desk: Desk) -> None:
    desk.after, desk.sent = After.MOVE, Path("/proc/1/nowhere")
    desk.begin()
    (desk.folder / "a.pdf").write_bytes(b"x")
    desk.settle()
    desk.receive()
    desk.settle()
    assert desk.log.codes[-1] == "tidy_failed"
    assert _tree(desk.folder) == {"a.pdf": b"x"}


# Copies without a row


@pytest.mark.parametrize(("age", "left"), [(UNCLAIMED_AFTER - 60, 1), (UNCLAIMED_AFTER + 60, 0)])
def test_a_copy_without_a_row_is_adopted_once_its_original_had_time_to_come(desk: Desk, age: float, left: int) -> None:
    copy = desk.spool.path("a" * 64)
    copy.write_bytes(b"orphan")
    os.utime(copy, (desk.time.now - age, desk.time.now - age))
    desk.settle()
    assert len(desk.documents) == 1 - left
    assert copy.exists()
    assert desk.log.codes.count("adopted") == 1 - left


def test_a_copy_without_a_row_is_claimed_by_its_original(desk: Desk, drops: Any) -> None:
    sheet = drops.sheet(b"x")
    (desk.folder / "a.pdf").write_bytes(b"x")
    desk.settle()
    desk.time.now += 2 * UNCLAIMED_AFTER
    desk.settle()
    assert [document.name for document in desk.documents] == ["a.pdf"]
    assert desk.documents[0].sheets[0].kept == sheet.kept


def test_half_a_year_of_work_leaves_only_what_is_still_there(desk: Desk) -> None:
    for week in range(26):
        (desk.folder / f"{week}.pdf").write_bytes(b"%d" % week)
        desk.settle()
        desk.receive()
        if week % 2:
            (desk.folder / f"{week}.pdf").unlink()
        desk.time.now += 7 * DAY
    desk.settle()
    assert 13 <= len(desk.documents) <= 13 + 3
    shutil.rmtree(desk.folder)
    desk.folder.mkdir()
    desk.time.now += 31 * DAY
    desk.settle()
    assert len(desk.documents) == 0
