"""The Celery application: the queues of the doorbell on Redis, and how a stock Celery worker would answer it.

`khoso worker` listens to these queues itself (docs/decisions has why); `celery -A khoso.celery worker` works as well.
"""

import os
from typing import Any

from celery import Celery
from kombu.entity import Queue as Place

from khoso.configuration import load
from khoso.kernel.doorbell import Queue

TASK = "khoso.work"
PREFIX = "khoso."  # of the lists in Redis, which others may use too
CONNECT = 1.0  # seconds until the broker must have answered
SILENCE = 5.0  # seconds a broker may be silent
TASK_SECONDS = 60  # a task takes documents on for about so long, then rings again
HARD_LIMIT = 2 * 3600  # seconds after which Celery kills a task: beyond the patience of every step
MEMORY = 700 * 1024  # KiB of a child, above which it is replaced after its task


def place_of(queue: Queue) -> str:
    """The name of a queue at the broker."""
    return f"{PREFIX}{queue.value}"


def make_app(url: str | None) -> Celery:
    """An application for a broker; without one it can be loaded and sends nothing."""
    app = Celery("khoso", broker=url or "memory://", include=["khoso.tasks"], set_as_current=False, fixups=[])
    settings: dict[str, Any] = {
        "task_queues": [Place(place_of(queue), routing_key=place_of(queue)) for queue in Queue],
        "task_default_queue": place_of(Queue.TODAY),
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        # A message only wakes: a worker that dies with one in hand gives it back, and never hoards further ones.
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "task_time_limit": HARD_LIMIT,
        "worker_max_memory_per_child": MEMORY,
        "worker_max_tasks_per_child": 200,
        "worker_hijack_root_logger": False,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": {
            "socket_connect_timeout": CONNECT,
            "socket_timeout": SILENCE,
            "visibility_timeout": HARD_LIMIT + 600,
            "queue_order_strategy": "priority",
        },
    }
    app.conf.update(settings)
    return app


app = make_app(load(os.environ).redis)
