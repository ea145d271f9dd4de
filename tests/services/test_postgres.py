"""The catalogue on PostgreSQL: workers that do not collide, a sealer that loses nothing, a server that goes away."""

import contextlib
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction

from khoso import postgres
from khoso.backup import making
from khoso.checking import TAIL
from khoso.housekeeping import seal_tail
from khoso.kernel.clock import day_of, system_clock
from khoso.kernel.doorbell import Queue
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people import attempts
from people.accounts import ensure_unit, ensure_user
from people.models import Role, SignInAttempt
from people.roles import give
from warehouse import granting, leasing, ledger, reading
from warehouse.adapters.local import LocalStore
from warehouse.models import Document, Grant, LedgerBatch, LedgerEvent, Reading, RenditionKind, State
from warehouse.moving import Intake, NewRendition, create, next_number
from warehouse.shelf import put_bytes

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_postgres")]
QUEUES = (Queue.DESK, Queue.TODAY, Queue.BACKLOG)


def enter(person, now, name, *, desk="", queue="today"):
    document, _ = create(name.ljust(64, "."), name, (), intake=Intake(by=person, queue=queue, desk=desk), now=now)
    return document


def at_once(count, act):
    """Run `act(n)` in threads that start together, each with a connection of its own."""
    gate = threading.Barrier(count)

    def one(n):
        try:
            gate.wait(10)
            return act(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def take(worker, now):
    return leasing.lease(worker, states=[State.RECEIVED], queues=QUEUES, now=now)


def test_workers_at_once_take_different_documents_and_nobody_leaves_empty_handed(person, now):
    for n in range(24):
        enter(person, now + timedelta(seconds=n), f"d{n}", desk=f"bàn {n % 3}")
    later = now + timedelta(minutes=1)
    taken = []
    for _ in range(3):
        taken += at_once(8, lambda n: take(f"w{n}", later))
    assert None not in taken
    assert len({document.pk for document in taken}) == 24


def test_workers_at_once_serve_different_desks(person, now):
    for desk in ("A", "B", "C", "D"):
        for n in range(6):
            enter(person, now, f"{desk}{n}", desk=desk)
    take("first", now)  # every desk but one has had no turn yet
    taken = at_once(3, lambda n: take(f"w{n}", now + timedelta(seconds=1)))
    assert {document.desk for document in taken} <= {"B", "C", "D"}


def test_a_row_somebody_holds_is_passed_over(person, now):
    first, second = (enter(person, now + timedelta(seconds=n), f"d{n}", desk="A") for n in range(2))
    with transaction.atomic():
        Document.objects.select_for_update().get(pk=first.pk)
        (other,) = at_once(1, lambda _: take("w1", now + timedelta(minutes=1)))
    assert other.pk == second.pk


def test_running_numbers_have_no_gap_and_no_double():
    def draw(_):
        with transaction.atomic():
            return next_number("code:x")

    assert sorted(at_once(8, draw)) == list(range(1, 9))


def test_events_committed_out_of_order_are_sealed_all_the_same(now):
    """An id is drawn before its transaction commits: the sealer may meet it after younger ones are chained."""
    inserted, go_on = threading.Event(), threading.Event()

    def slow(_):
        with transaction.atomic():
            event = ledger.record("early", at=now, actor="system", document=None)
            inserted.set()
            assert go_on.wait(10)
        return event.pk

    with ThreadPoolExecutor(1) as pool:
        early = pool.submit(lambda: at_once(1, slow)[0])
        assert inserted.wait(10)
        late = ledger.record("late", at=now, actor="system", document=None)
        assert ledger.seal(now) == 1
        go_on.set()
        assert early.result(10) < late.pk
    assert ledger.seal(now) == 1
    report = ledger.verify()
    assert (report.faults, report.unsealed, report.events) == ((), 0, 2)


def test_sealers_at_once_never_fork_the_chain(now):
    for n in range(300):
        ledger.record(f"e{n}", at=now, actor="system", document=None)
    for _ in range(5):
        at_once(6, lambda _: ledger.seal(now))
    report = ledger.verify()
    assert (report.faults, report.unsealed, report.events) == ((), 0, 300)


def test_the_unsealed_tail_stays_short_under_load():
    stop = threading.Event()

    def write(n):
        while not stop.is_set():
            with transaction.atomic():
                for _ in range(3):
                    ledger.record("load", at=system_clock(), actor=f"w{n}", document=None)

    def seal():
        while not stop.is_set():
            seal_tail("sealer", clock=system_clock)
            stop.wait(2.0)

    def run(n):
        seal() if n == 0 else write(n)

    def watch():
        oldest = timedelta()
        for _ in range(16):
            time.sleep(0.5)
            first = LedgerEvent.objects.filter(batch__isnull=True).order_by("id").first()
            oldest = max(oldest, system_clock() - first.at if first else timedelta())
        stop.set()
        return oldest

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(at_once, 5, run)
        oldest = watch()
        running.result(20)
    assert LedgerEvent.objects.count() > 1000
    assert oldest < TAIL
    seal_tail("sealer", clock=system_clock)
    assert not ledger.verify().faults
    assert LedgerBatch.objects.count() >= 3


class Silent:
    """A server that takes connections, passes everything on, and from `hush` on says nothing any more."""

    def __init__(self, host, port):
        self._far, self._quiet, self._ends = (host, port), threading.Event(), []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._server.accept()
                far = socket.create_connection(self._far)
                self._ends += [near, far]
                for source, drain in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=(source, drain), daemon=True).start()

    def _pass(self, source, drain):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if not self._quiet.is_set():
                    drain.sendall(data)

    def hush(self):
        self._quiet.set()

    def cut(self):
        """Break every line; new ones may come."""
        ends, self._ends = self._ends, []
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self):
        for end in [self._server, *self._ends]:
            end.close()


def test_a_silent_server_is_given_up_in_time():
    place = connection.get_connection_params()
    silent = Silent(place["host"], int(place["port"]))
    try:
        words = {name: place[name] for name in ("dbname", "user", "password")}
        with postgres.Connection.connect(host="127.0.0.1", port=silent.port, **words, autocommit=True) as line:
            line.silence = 1.0
            assert line.execute("SELECT 1").fetchone() == (1,)
            silent.hush()
            began = time.monotonic()
            with pytest.raises(psycopg.OperationalError, match="no answer"):
                line.execute("SELECT 1")
            assert time.monotonic() - began < 3
            assert line.closed
    finally:
        silent.close()


def test_every_statement_has_its_limits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
        assert cursor.fetchone() == ("30s", "10s")


def test_a_worker_outlives_its_connections(person, now):
    """The server is restarted under a worker: it waits, connects anew and goes on."""
    from khoso.wiring import tools
    from khoso.worker import Worker

    with tools() as made:
        worker = Worker(made)
        thread = threading.Thread(target=lambda: (worker.run(), connection.close()))
        thread.start()
        try:
            for n in range(3):
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
                document = enter(person, system_clock(), f"after {n}")
                until = time.monotonic() + 20
                while Document.objects.get(pk=document.pk).state != State.PARKED:
                    assert time.monotonic() < until, Document.objects.get(pk=document.pk).state
                    time.sleep(0.1)
        finally:
            worker.stopping.set()
            thread.join(20)
        assert not thread.is_alive()


class Restarted(LocalStore):
    """Ends every connection to the catalogue when it is first listed, and waits for somebody to say again what they hold."""

    def names(self, prefix=""):
        place = connection.get_connection_params()
        with psycopg.connect(
            **{name: place[name] for name in ("host", "port", "dbname", "user", "password")}, autocommit=True
        ) as line:
            held = "SELECT until FROM warehouse_hold WHERE name = 'backup'"
            line.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            (before,) = line.execute(held).fetchone()
            end = time.monotonic() + 60
            while line.execute(held).fetchone() == (before,):
                assert time.monotonic() < end, "housekeeping would let go of bytes that are being copied"
                time.sleep(0.1)
        return super().names(prefix)


def test_a_backup_outlives_its_connections(person, tmp_path, monkeypatch):
    """The server is restarted while objects are copied: housekeeping goes on sparing them, and the backup ends well."""
    monkeypatch.setattr(making, "RENEWED", 0.3)
    store = LocalStore(tmp_path / "store")
    sheet = NewRendition(RenditionKind.ORIGINAL, put_bytes(store, b"a sheet"), "image/jpeg", part=1)
    create("a" * 64, "giay.jpg", (sheet,), intake=Intake(by=person, queue="today"), now=system_clock())
    made = making.back_up(
        tmp_path / "backup",
        store=store,
        shelf=Restarted(tmp_path / "backup" / "objects"),
        belongings=making.Belongings({}, {}),
        clock=system_clock,
    )
    assert (made.copied, made.manifest.lost, made.path.is_dir()) == (1, [], True)
    assert not leasing.held(leasing.BACKUP, now=system_clock())


def test_wrong_passwords_at_once_get_no_further_than_one_after_the_other(now):
    def knock(_n):
        try:
            return attempts.begin("nhanvien", "10.0.0.1", now=now)
        except Refused:
            return None

    looked_at = [mine for mine in at_once(24, knock) if mine is not None]
    assert len(looked_at) <= attempts.PER_ACCOUNT
    assert SignInAttempt.objects.count() == len(looked_at)


def test_a_role_given_by_two_at_once_is_held_once(person, unit, now):
    def hand(_n):
        try:
            return give(person, Role.ARCHIVIST, unit, by="t", since=day_of(now))
        except Refused:
            return None

    assert len([row for row in at_once(6, hand) if row is not None]) == 1
    assert person.assignments.filter(role=Role.ARCHIVIST).count() == 1


def test_emergencies_at_once_are_no_more_than_one_after_the_other(person, now, monkeypatch):
    monkeypatch.setattr(granting, "MOST_BROKEN", 2)
    stranger, _ = ensure_user("la", full_name="Người Lạ MẪU", unit=ensure_unit("H36.13", "Nơi khác MẪU"), role=None)
    give(stranger, Role.OFFICER, stranger.unit, by="t", since=day_of(now))
    papers = [enter(person, now, f"paper {n}").pk for n in range(12)]

    def broken(n):
        try:
            return granting.break_glass(papers[n], by=stranger, reason="cấp cứu người bệnh")
        except Refused as error:
            return error.reason.code

    told = at_once(12, broken)
    assert told.count(ReasonCode.TOO_MANY_BROKEN) == 10, told
    assert (Grant.objects.count(), Reading.objects.count()) == (2, 2)
    assert reading.verify() == []


def kept():
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [text for (text,) in cursor.fetchall()]


def test_the_plan_of_a_receipt_is_kept_by_its_connection_and_no_other(person, now):
    connection.close()
    for number in range(postgres.OFTEN + 2):
        enter(person, now, f"n{number}")
        assert Document.objects.count() == number + 1  # Django's own, as often
    (statement,) = kept()
    assert statement.startswith("WITH head AS (INSERT INTO")
    with transaction.atomic():
        enter(person, now, "within")
    assert Document.objects.filter(name="within").exists()


def test_a_plan_that_a_migration_put_out_of_date_is_made_anew():
    def ask():
        return postgres.rows_of(connection, "SELECT * FROM changing WHERE n = $1", [1])

    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE changing (n int); INSERT INTO changing VALUES (1)")
    try:
        for _ in range(postgres.OFTEN + 2):
            assert ask() == [(1,)]
        assert len(kept()) == 1
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE changing ADD text text NOT NULL DEFAULT 'mới'")
        for _ in range(postgres.OFTEN + 2):
            assert ask() == [(1, "mới")]
            with transaction.atomic():
                assert ask() == [(1, "mới")]
        assert len(kept()) == 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE changing")
