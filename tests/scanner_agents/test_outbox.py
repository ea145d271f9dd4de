"""The outbox: twice is once, every change of state is a compare-and-set, a row never speaks of bytes that are not there."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner_agents.database import _STEPS
from scanner_agents.errors import Corrupted, Unavailable
from scanner_agents.events import Code, event
from scanner_agents.outbox import FILE, Missing, Original, Outbox, Outcome
from scanner_agents.records import Labels, Receipt, Sheet, State, dossier_in, key_of
from scanner_agents.spool import Kept, Spool
from tests.scanner_agents.drops import NOW, Drops

DAY = 86400.0
TROUBLE = event(Code.SERVER_BUSY, server="s", status=500)


def test_a_power_cut_cannot_take_back_a_commit(outbox: Outbox) -> None:
    (mode,) = outbox._connection.execute("PRAGMA journal_mode").fetchone()
    (synchronous,) = outbox._connection.execute("PRAGMA synchronous").fetchone()
    assert (mode, synchronous) == ("wal", 2)


def test_the_same_bytes_are_one_document_whatever_their_name(drops: Drops) -> None:
    assert drops.add(b"x", name="a.pdf") == (1, Outcome.NEW)
    assert drops.add(b"x", name="b.pdf") == (1, Outcome.WAITING)
    assert drops.add(b"y", name="a.pdf") == (2, Outcome.NEW)
    assert drops.add(b"x", b"y", name="folder") == (3, Outcome.NEW)
    assert drops.add(b"y", b"x", name="turned") == (4, Outcome.NEW)


def test_the_same_bytes_for_another_dossier_are_another_document(drops: Drops) -> None:
    drops.add(b"x")
    assert drops.add(b"x", name="b.pdf", labels=Labels(dossier="H1-230101-0001"))[1] is Outcome.NEW
    assert drops.add(b"x", name="c.pdf", labels=Labels(owner_id="001"))[1] is Outcome.NEW
    assert drops.add(b"x", name="d.pdf", labels=Labels(desk="2", owner_name="AN")) == (1, Outcome.WAITING)


def test_an_original_that_was_only_touched_is_no_new_drop_even_under_other_labels(drops: Drops) -> None:
    drops.add(b"x")
    assert drops.add(b"x", labels=Labels(dossier="H1-230101-0001")) == (1, Outcome.WAITING)


@given(
    st.lists(st.tuples(st.lists(st.sampled_from("abc"), min_size=1, max_size=3), st.sampled_from("pq")), max_size=12)
)
def test_the_key_is_a_function_of_bytes_and_purpose(made: list[tuple[list[str], str]]) -> None:
    keys = {
        key_of(
            tuple(Sheet(Kept(digest, 1), f"{n}") for n, digest in enumerate(pages)),
            Labels(dossier=purpose, desk=str(i)),
        )
        for i, (pages, purpose) in enumerate(made)
    }
    assert len(keys) == len({(tuple(pages), purpose) for pages, purpose in made})


def test_what_ended_badly_is_sent_again_only_when_dropped_anew(drops: Drops) -> None:
    drops.add(b"x")
    assert drops.outbox.refuse(1, TROUBLE)
    assert drops.add(b"x") == (1, Outcome.REFUSED)
    assert drops.add(b"x", anew=True) == (1, Outcome.AGAIN)
    assert drops.one().state is State.SPOOLED
    assert drops.outbox.forget(1, now=NOW)
    assert drops.add(b"x") == (1, Outcome.FORGOTTEN)
    assert drops.add(b"x", anew=True, labels=Labels(owner_name="AN")) == (1, Outcome.AGAIN)
    assert drops.one().labels.owner_name == "AN"
    drops.receive()
    assert drops.add(b"x", anew=True) == (1, Outcome.RECEIVED)


def test_damage_is_mended_by_the_original(drops: Drops) -> None:
    drops.add(b"x")
    assert drops.outbox.damage(1, TROUBLE)
    assert list(drops.outbox.seen().values()) == [""]
    assert drops.add(b"x") == (1, Outcome.AGAIN)


def test_no_row_without_bytes(drops: Drops) -> None:
    sheet = drops.sheet(b"x")
    drops.spool.delete(sheet.kept.sha256)
    with pytest.raises(Missing):
        drops.outbox.add(None, "a", (sheet,), Labels(), spool=drops.spool, now=NOW, anew=False)
    assert not drops.outbox.documents()


def test_bytes_go_only_when_no_live_document_needs_them(drops: Drops) -> None:
    drops.add(b"x", b"blank", name="one")
    drops.add(b"y", b"blank", name="two")
    drops.receive(1)
    drops.outbox.sweep(drops.spool)
    assert sorted(kept.size for kept in drops.spool.names()) == [1, 5]
    drops.outbox.refuse(2, TROUBLE)
    drops.outbox.sweep(drops.spool)
    assert len(list(drops.spool.names())) == 2
    drops.outbox.forget(2, now=NOW)
    assert drops.outbox.sweep(drops.spool) == ()
    assert not list(drops.spool.names())


def test_bytes_no_row_ever_spoke_of_are_kept_and_told(drops: Drops) -> None:
    sheet = drops.sheet(b"orphan")
    assert drops.outbox.sweep(drops.spool) == (sheet.kept,)
    assert drops.spool.has(sheet.kept)


def test_a_state_moves_only_from_where_it_was_thought_to_be(drops: Drops) -> None:
    drops.add(b"x")
    document = drops.one()
    assert drops.outbox.begin(1)
    assert drops.outbox.forget(1, now=NOW)
    assert not drops.outbox.begin(1)
    assert not drops.outbox.refuse(1, TROUBLE)
    assert not drops.outbox.receive(document, Receipt("d", "R", (), "", twice=False), now=NOW)
    assert drops.one().state is State.FORGOTTEN
    assert not drops.outbox.forget(99, now=NOW)


def test_the_owner_is_forgotten_with_the_receipt(drops: Drops) -> None:
    drops.add(b"x", labels=Labels(desk="3", dossier="H1-230101-0001", owner_id="001", owner_name="AN"))
    assert drops.one().labels.owner_name == "AN"
    drops.receive()
    assert drops.one().labels == Labels(desk="3", dossier="H1-230101-0001")
    assert drops.one().remote == Receipt("doc", "RECEIVED", (drops.one().sheets[0].kept,), "", twice=False)


def test_untried_ones_come_first_then_the_longest_waiting(drops: Drops) -> None:
    for data in (b"1", b"2", b"3"):
        drops.add(data, name=data.decode())
    drops.outbox.postpone(1, TROUBLE, attempts=1, until=NOW + 5)
    drops.outbox.postpone(2, TROUBLE, attempts=1, until=NOW + 3)
    order = []
    for _ in range(3):
        document = drops.outbox.due(NOW + 10)
        assert document
        order.append(document.id)
        drops.receive(document.id)
    assert order == [3, 2, 1]


def test_a_wait_written_under_a_wrong_clock_is_not_believed(drops: Drops) -> None:
    drops.add(b"x")
    drops.outbox.postpone(1, TROUBLE, attempts=1, until=NOW + 60)
    assert drops.outbox.due(NOW) is None
    assert drops.outbox.due(NOW - 10 * DAY)


def test_retry_makes_everything_due_that_can_be(drops: Drops) -> None:
    for data in (b"1", b"2", b"3"):
        drops.add(data, name=data.decode())
    drops.outbox.postpone(1, TROUBLE, attempts=4, until=NOW + 60)
    drops.outbox.refuse(2, TROUBLE)
    drops.receive(3)
    assert drops.outbox.retry([2, 3, 9]) == (2,)
    assert drops.one(2).state is State.SPOOLED
    assert set(drops.outbox.retry()) == {1, 2}
    assert (drops.one(1).attempts, drops.one(1).next_try) == (0, 0)
    assert drops.outbox.notes()["retry"] == 2


def test_memories_are_dropped_after_a_month_but_not_of_files_still_there(drops: Drops) -> None:
    drops.add(b"x", name="gone")
    drops.add(b"y", name="there")
    drops.add(b"z", name="live")
    drops.receive(1)
    drops.receive(2)
    there = Original.at(drops.folder / "there", "").path
    drops.outbox.prune([there], now=NOW + 31 * DAY)
    assert [document.id for document in drops.outbox.documents()] == [2, 3]
    assert list(drops.outbox.seen()) == [there]
    assert drops.add(b"x", name="gone", now=NOW + 31 * DAY) == (4, Outcome.NEW)


def test_two_processes_at_once_lose_nothing(drops: Drops, queue: Path) -> None:
    drops.add(b"0", name="0")

    def many() -> None:
        with Outbox(queue) as other:
            for _ in range(40):
                other.retry()

    thread = threading.Thread(target=many)
    thread.start()
    for number in range(20):
        drops.add(b"%d" % number, name=f"{number}")
        drops.outbox.begin(1)
    thread.join()
    assert len(drops.outbox.documents()) == 20
    assert drops.outbox.notes()["retry"] == 40


def test_a_file_that_is_no_database_raises_the_alarm(queue: Path) -> None:
    (queue / FILE).write_bytes(b"not a database at all" * 1000)
    with pytest.raises(Corrupted) as error:
        Outbox(queue)
    assert error.value.event.code == "outbox_damaged"


def test_an_outbox_of_the_first_agents_goes_on_with_what_it_holds(queue: Path, spool: Spool, tmp_path: Path) -> None:
    (queue / FILE).touch()
    with closing(sqlite3.connect(queue / FILE)) as db:
        db.executescript(_STEPS[0])
        db.execute("PRAGMA user_version = 1")
        sheet = Drops(None, spool, tmp_path).sheet(b"an old scan")  # type: ignore[arg-type]
        with db:
            db.execute("INSERT INTO blobs (sha256, size) VALUES (?, ?)", (sheet.kept.sha256, sheet.kept.size))
            db.execute(
                "INSERT INTO documents (key, state, name, desk, dossier, component, owner_id, owner_name, taken_at)"
                " VALUES ('k', 'sending', 'old.pdf', '3', 'H1-230101-0001', '', '001', 'MẪU', 5.0)"
            )
            db.execute("INSERT INTO sheets VALUES (1, 0, ?, 'old.pdf', '[]')", (sheet.kept.sha256,))
    with Outbox(queue) as outbox:
        drops = Drops(outbox, spool, tmp_path)
        assert drops.one().labels == Labels("3", "H1-230101-0001", "", "001", "MẪU", "")
        assert drops.one().state is State.SENDING
        assert drops.receive()
        drops.add(b"new", name="new.pdf", labels=Labels(batch="Hộp 12"))
    with Outbox(queue) as outbox:  # opened again, by another process
        assert [one.labels.batch for one in outbox.documents()] == ["", "Hộp 12"]


def test_a_batch_does_not_make_another_document_and_follows_a_paper_sent_anew(drops: Drops) -> None:
    drops.add(b"x", labels=Labels(batch="Hộp 12"))
    assert drops.add(b"x", name="b.pdf", labels=Labels(batch="Hộp 13")) == (1, Outcome.WAITING)
    assert drops.one().labels.batch == "Hộp 12"
    drops.outbox.refuse(1, TROUBLE)
    assert drops.add(b"x", labels=Labels(batch="Hộp 13"), anew=True) == (1, Outcome.AGAIN)
    assert drops.one().labels.batch == "Hộp 13"


def test_a_newer_outbox_is_left_alone(queue: Path) -> None:
    Outbox(queue).close()
    with sqlite3.connect(queue / FILE) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(Unavailable) as error:
        Outbox(queue)
    assert error.value.event.code == "outbox_newer"


def test_a_queue_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable) as error:
        Outbox(tmp_path / "file" / "queue")
    assert error.value.event.code == "outbox_trouble"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("H36.12-230101-0001.01.pdf", "H36.12-230101-0001"),
        ("000.00.12.H36-260229-0001.pdf", ""),
        ("000.00.12.H36-240229-00017 giấy khai sinh.pdf", "000.00.12.H36-240229-00017"),
        ("H36.12-231301-0001.pdf", ""),
        ("H36.12-230101-0001a.pdf", ""),
        ("giấy khai sinh.pdf", ""),
    ],
)
def test_a_dossier_code_at_the_beginning_of_a_name(name: str, code: str) -> None:
    assert dossier_in(name) == code
    assert Labels(dossier="X").with_dossier_of(name).dossier == (code or "X")
