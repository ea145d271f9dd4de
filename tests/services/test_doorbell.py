"""The doorbell on Redis: the exam, and a broker that is refused, silent, or never emptied."""

import os
import socket
import subprocess
import sys
import time

import pytest

from khoso.celery import TASK, make_app, place_of
from khoso.celery_bell import WAITING, CeleryBell, CeleryListener
from khoso.celery_bell import waiting as unheard
from khoso.kernel.doorbell import Queue
from tests.kernel.test_doorbell import (  # noqa: F401 - the exam
    heard,
    test_a_ring_is_heard,
    test_ringing_takes_no_time_and_many_rings_are_few,
    test_silence_is_silence_and_does_not_wait_longer_than_asked,
)

pytestmark = pytest.mark.services


@pytest.fixture
def app(needed, monkeypatch):
    """An application on lists of this test's own."""
    made = make_app(needed("REDIS_URL"))
    made.conf.broker_transport_options = {**made.conf.broker_transport_options, "global_keyprefix": f"t{os.getpid()}."}
    yield made
    with made.connection_for_write() as connection:
        for queue in Queue:
            connection.default_channel.queue_purge(place_of(queue))


@pytest.fixture
def pair(app):
    bell, listener = CeleryBell(app), CeleryListener(app, tuple(Queue))
    yield bell, listener
    bell.close()
    listener.close()


def test_a_message_names_the_queue_and_nothing_else(app, pair):
    bell, _ = pair
    bell.ring(Queue.DESK)
    bell.close()
    with (
        app.connection_for_read() as connection,
        connection.SimpleQueue(app.amqp.queues[place_of(Queue.DESK)]) as place,
    ):
        message = place.get(timeout=5)
        assert message.headers["task"] == TASK
        assert message.payload[:2] == [["desk"], {}]
        message.ack()


def test_rings_nobody_hears_do_not_pile_up(app, pair):
    bell, _ = pair
    for _ in range(40):
        bell.ring(Queue.BACKLOG)
        time.sleep(0.02)
    with app.connection_for_read() as connection:
        assert 1 <= unheard(connection, Queue.BACKLOG) <= WAITING


@pytest.mark.parametrize("answering", [True, False])
def test_a_broker_that_is_away_holds_nobody_up(answering):
    """Refused connections, and a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        if not answering:
            server.close()
        app = make_app(f"redis://127.0.0.1:{port}/0")
        bell, listener = CeleryBell(app), CeleryListener(app, tuple(Queue))
        began = time.monotonic()
        for _ in range(50):
            bell.ring(Queue.DESK)
        assert time.monotonic() - began < 0.3
        longest = 0.0
        for _ in range(5):
            began = time.monotonic()
            assert not listener.wait(2.0)
            longest = max(longest, time.monotonic() - began)
        assert longest < 12
        listener.close()
        bell.close(0.1)


def test_a_listener_hears_again_after_the_broker_was_away(needed):
    from urllib.parse import urlsplit

    from tests.services.test_postgres import Silent

    url = urlsplit(needed("REDIS_URL"))
    line = Silent(url.hostname, url.port)
    near = url._replace(netloc=f":{url.password}@127.0.0.1:{line.port}").geturl()
    app = make_app(near)
    app.conf.broker_transport_options = {**app.conf.broker_transport_options, "global_keyprefix": f"a{os.getpid()}."}
    bell, listener = CeleryBell(app), CeleryListener(app, (Queue.DESK,))
    try:
        bell.ring(Queue.DESK)
        assert heard(listener)
        line.cut()
        time.sleep(0.5)
        until = time.monotonic() + 30
        while not heard(listener, within=1.0):
            assert time.monotonic() < until
            bell.ring(Queue.DESK)
    finally:
        bell.close()
        listener.close()
        line.close()


def test_a_stock_celery_worker_knows_the_task(needed):
    done = subprocess.run(
        [sys.executable, "-m", "celery", "-A", "khoso.celery", "report"],
        env={**os.environ, "KHOSO_REDIS_URL": needed("REDIS_URL")},
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    for line in ("task_acks_late: True", "task_reject_on_worker_lost: True", "worker_prefetch_multiplier: 1"):
        assert line in done.stdout
