"""The exam of every doorbell with its listener: what is rung is heard, and nobody waits for a ring to be taken."""

import time
import uuid

import pytest

from khoso.kernel.doorbell import InProcessBell, Queue


@pytest.fixture(params=["in process", "celery in memory"])
def pair(request):
    """A doorbell and a listener to all queues."""
    if request.param == "in process":
        bell = InProcessBell()
        yield bell, bell
        return
    from khoso.celery import make_app
    from khoso.celery_bell import CeleryBell, CeleryListener

    app = make_app(f"memory://{uuid.uuid4().hex}")
    bell, listener = CeleryBell(app), CeleryListener(app, tuple(Queue))
    listener.wait(0.1)
    yield bell, listener
    bell.close()
    listener.close()


def heard(listener, within=5.0):
    until = time.monotonic() + within
    while time.monotonic() < until:
        if listener.wait(0.2):
            return True
    return False


@pytest.mark.parametrize("queue", list(Queue))
def test_a_ring_is_heard(pair, queue):
    bell, listener = pair
    bell.ring(queue)
    assert heard(listener)


def test_silence_is_silence_and_does_not_wait_longer_than_asked(pair):
    _, listener = pair
    while listener.wait(0.1):
        pass
    began = time.monotonic()
    assert not listener.wait(0.3)
    assert time.monotonic() - began < 1.5


def test_ringing_takes_no_time_and_many_rings_are_few(pair):
    bell, listener = pair
    began = time.monotonic()
    for _ in range(1000):
        bell.ring(Queue.DESK)
    assert time.monotonic() - began < 0.5
    assert heard(listener)
    count = 0
    while heard(listener, within=0.6):
        count += 1
        assert count < 50


def test_a_mistake_of_the_program_does_not_silence_a_bell(monkeypatch, caplog):
    from khoso import celery_bell
    from khoso.celery import make_app

    app = make_app(f"memory://{uuid.uuid4().hex}")
    bell, listener = celery_bell.CeleryBell(app), celery_bell.CeleryListener(app, (Queue.DESK,))
    listener.wait(0.1)
    monkeypatch.setattr(celery_bell, "PAUSE", 0.01)
    with monkeypatch.context() as mistaken:
        mistaken.setattr(celery_bell, "waiting", lambda *_: None)
        bell.ring(Queue.DESK)
        until = time.monotonic() + 10
        while "TypeError" not in caplog.text:
            assert time.monotonic() < until
            time.sleep(0.01)
    bell.ring(Queue.DESK)
    assert heard(listener)
    bell.close()
    listener.close()
