"""Leases: one worker at a time, fair turns between desks, urgent queues first, dead workers replaced."""

from datetime import timedelta

import pytest

from khoso.kernel.doorbell import Queue
from warehouse import leasing
from warehouse.models import Document, State
from warehouse.moving import Intake, Outcome, create, move, patience

pytestmark = pytest.mark.django_db
QUEUES = (Queue.DESK, Queue.TODAY, Queue.BACKLOG)


def enter(person, now, name, *, desk="", queue="today"):
    document, _ = create(name.ljust(64, "0"), name, (), intake=Intake(by=person, queue=queue, desk=desk), now=now)
    return document


def take(worker, now, **more):
    return leasing.lease(worker, states=[State.RECEIVED], queues=QUEUES, now=now, **more)


def test_a_document_has_one_worker(person, now):
    document = enter(person, now, "a")
    assert take("w1", now).pk == document.pk
    assert take("w2", now) is None
    leasing.release("w2", document.pk)
    assert take("w2", now) is None
    leasing.release("w1", document.pk)
    assert take("w2", now).pk == document.pk


def test_a_dead_workers_document_is_taken_up_within_ten_seconds(person, now):
    document = enter(person, now, "a")
    assert take("dead", now)
    assert take("w2", now + timedelta(seconds=7.9)) is None
    assert take("w2", now + timedelta(seconds=10)).pk == document.pk
    assert not leasing.renew("dead", document.pk, now=now)


def test_what_a_lane_that_does_not_answer_has_is_given_back_and_nobody_elses(person, now):
    document, other = enter(person, now, "a"), enter(person, now, "b", queue="backlog")
    assert take("w1+", now).pk == document.pk
    assert take("w1", now).pk == other.pk
    leasing.give_back("w1+")
    assert not leasing.renew("w1+", document.pk, now=now)
    assert take("w2", now).pk == document.pk
    assert leasing.renew("w1", other.pk, now=now)


def test_a_heartbeat_keeps_it(person, now):
    document = enter(person, now, "a")
    take("w1", now)
    assert leasing.renew("w1", document.pk, now=now + timedelta(seconds=6))
    assert take("w2", now + timedelta(seconds=10)) is None


def test_urgent_queues_go_first(person, now):
    for name in ("backlog", "today", "desk"):
        enter(person, now, name, queue=name)
    assert [take(f"w{n}", now).name for n in range(3)] == ["desk", "today", "backlog"]


def test_desks_take_turns(person, now):
    for n in range(4):
        enter(person, now + timedelta(seconds=n), f"a{n}", desk="A")
    enter(person, now + timedelta(seconds=10), "b0", desk="B")
    later = now + timedelta(minutes=1)
    names = [take(f"w{n}", later + timedelta(seconds=n)).name for n in range(4)]
    assert names == ["a0", "b0", "a1", "a2"]


def test_in_a_crowd_of_desks_each_is_served_before_long(person, now):
    desks = {f"desk {n:03d}" for n in range(leasing.LOOK * 2)}
    for desk in sorted(desks):
        enter(person, now, desk, desk=desk)
        enter(person, now, f"{desk} again", desk=desk)
    served = [take(f"w{n}", now + timedelta(milliseconds=n)).desk for n in range(len(desks) * 2)]
    assert set(served[: len(desks) * 3 // 2]) == desks
    assert take("late", now + timedelta(seconds=1)) is None


def test_a_long_reading_makes_way_for_another_desk_only(person, now):
    mine = enter(person, now, "mine", desk="A")
    enter(person, now, "also mine", desk="A")
    mine = take("w1", now)
    asks = {"states": [State.RECEIVED], "queues": QUEUES, "now": now}
    assert not leasing.others_wait(mine, **asks)
    enter(person, now, "theirs", desk="B")
    assert leasing.others_wait(mine, **asks)


def test_moving_needs_the_state_and_the_lease(person, now):
    document = enter(person, now, "a")
    leased = take("w1", now)
    stale = Document.objects.get(pk=document.pk)
    assert not move(stale, Outcome(State.INSPECTED), worker="w2", actor="system", event="inspect", now=now)
    assert move(leased, Outcome(State.INSPECTED), worker="w1", actor="system", event="inspect", now=now)
    assert not move(stale, Outcome(State.INSPECTED), worker="w1", actor="system", event="inspect", now=now)
    assert (leased.state, leased.version) == (State.INSPECTED, 2)


def test_failed_attempts_wait_longer_each_time(person, now):
    document = enter(person, now, "a")
    take("w1", now)
    assert leasing.postpone("w1", document.pk, until=now + patience(0))
    assert take("w1", now) is None
    again = take("w1", now + timedelta(seconds=1))
    assert again.attempts == 1
    waits = [patience(n).total_seconds() for n in range(12)]
    assert waits[:4] == [1, 2, 4, 8]
    assert waits[-1] == 60


def test_a_job_has_one_holder(now):
    assert leasing.hold("sealer", "w1", now=now, seconds=10)
    assert leasing.hold("sealer", "w1", now=now + timedelta(seconds=5), seconds=10)
    assert not leasing.hold("sealer", "w2", now=now + timedelta(seconds=14), seconds=10)
    assert leasing.hold("sealer", "w2", now=now + timedelta(seconds=16), seconds=10)


def test_a_job_taken_by_a_clock_that_was_seven_hours_ahead_is_not_waited_for(now):
    """A machine whose clock told local time when it started."""
    assert leasing.hold("sealer", "w1", now=now + timedelta(hours=7), seconds=10)
    assert leasing.hold("sealer", "w2", now=now, seconds=10)
    assert not leasing.hold("sealer", "w3", now=now, seconds=10)
