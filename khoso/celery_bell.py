"""The doorbell of a server and its listeners: Celery's messages on Redis.

Losing a ring loses nothing: whoever listens also looks at the catalogue every few seconds, and the sweeper rings again.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Sequence
from typing import Any

from celery import Celery
from kombu.connection import Connection
from kombu.exceptions import KombuError
from kombu.messaging import Consumer
from redis.exceptions import RedisError

from khoso.celery import TASK, place_of
from khoso.kernel.doorbell import LOOK, Queue

log = logging.getLogger(__name__)

LOOK_WOKEN = 2.0  # seconds between looks at the catalogue of workers somebody wakes, in case a ring was lost
PAUSE = 5.0  # seconds without a try after the broker failed
WAITING = 8  # rings that lie unheard at the broker are enough


class CeleryBell:
    """Rings through Celery's messages, from a thread of its own: an upload never waits for a broker."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._asked: set[Queue] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closing = False

    def ring(self, queue: Queue) -> None:
        """See `Doorbell.ring`."""
        with self._changed:
            self._asked.add(queue)
            if self._thread is None:
                self._thread = threading.Thread(target=self._publish, name="doorbell", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def close(self, seconds: float = 2.0) -> None:
        """Give what was rung a moment to leave."""
        with self._changed:
            thread, self._closing = self._thread, True
            self._changed.notify_all()
        if thread is not None:
            thread.join(seconds)

    def _publish(self) -> None:
        with self._app.connection_for_write() as connection:
            while True:
                with self._changed:
                    while not self._asked and not self._closing:
                        self._changed.wait()
                    queues, self._asked = sorted(self._asked), set()
                    if not queues:
                        return
                try:
                    self._send(connection, queues)
                except Exception as error:  # the boundary of the thread: whoever rings next must be heard
                    log.warning(
                        "the broker does not hear the bell, workers look for themselves: %s",
                        error,
                        exc_info=not isinstance(error, AWAY),
                    )
                    with contextlib.suppress(*AWAY):
                        connection.close()
                    with self._changed:
                        if not self._closing:
                            self._changed.wait_for(lambda: self._closing, PAUSE)

    def _send(self, connection: Connection, queues: Sequence[Queue]) -> None:
        # After a failure the connection was closed and does not come back by itself.
        connection.ensure_connection(max_retries=1, timeout=1, interval_start=0)
        for queue in queues:
            if waiting(connection, queue) < WAITING:
                self._app.send_task(
                    TASK,
                    args=[queue.value],
                    queue=place_of(queue),
                    connection=connection,
                    retry=False,
                    ignore_result=True,
                )


class CeleryListener:
    """Hears the rings of some queues at the broker. While the broker is away it only waits: the worker looks for itself."""

    def __init__(self, app: Celery, queues: Sequence[Queue]) -> None:
        self._app, self._queues = app, queues
        self._connection: Connection | None = None
        self._consumer: Any = None
        self._heard = False
        self._deaf_until = 0.0

    def wait(self, seconds: float) -> bool:
        """See `Listener.wait`."""
        if time.monotonic() < self._deaf_until:
            time.sleep(min(seconds, LOOK))
            return False
        self._heard = False
        try:
            self._listening().drain_events(timeout=min(seconds, LOOK_WOKEN))
        except TimeoutError:  # socket.timeout: nobody rang
            pass
        except AWAY as error:
            log.warning("the broker is away, looking for work without it: %s", error)
            self.close()
            self._deaf_until = time.monotonic() + PAUSE
        return self._heard

    def _listening(self) -> Connection:
        if self._connection is None:
            connection = self._app.connection_for_read()
            connection.ensure_connection(max_retries=1, timeout=1, interval_start=0)
            places = [self._app.amqp.queues[place_of(queue)] for queue in self._queues]
            self._consumer = Consumer(
                connection.channel(),
                queues=places,
                callbacks=[self._hear],
                no_ack=True,
                accept=["json"],
                prefetch_count=1,
            )
            self._consumer.consume()
            self._connection = connection
        return self._connection

    def _hear(self, body: object, message: object) -> None:
        self._heard = True

    def close(self) -> None:
        """See `Listener.close`."""
        connection, self._connection, self._consumer = self._connection, None, None
        if connection is not None:
            with contextlib.suppress(*AWAY):
                connection.close()


def answering(app: Celery, seconds: float = 1.0) -> int:
    """How many stock Celery workers answer a call within some seconds; none where the broker is away."""
    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=1, interval_start=0)
            return len(app.control.ping(timeout=seconds, connection=connection))
    except AWAY:
        return 0


def waiting(connection: Connection, queue: Queue) -> int:
    """How many rings of a queue nobody has heard yet."""
    with connection.channel() as channel:
        return int(channel._size(place_of(queue)))  # noqa: SLF001 - kombu's virtual transports count so


AWAY: tuple[type[Exception], ...] = (OSError, KombuError, RedisError)
"""What a broker that is away raises. TimeoutError is an OSError."""
