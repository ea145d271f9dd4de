"""What a Celery worker does when the bell rings: the same as ours, for about a minute, then it rings for whoever is next."""

import os
from pathlib import Path

from khoso.celery import TASK, TASK_SECONDS, app
from khoso.configuration import load
from khoso.kernel.doorbell import Queue


@app.task(name=TASK)  # type: ignore[untyped-decorator]
def work(queue: str) -> None:
    """Take due documents on, the urgent ones first whatever rang: the message names a queue and nothing else."""
    from khoso.embedded import prepare

    prepare(Path(load(os.environ).home))
    from khoso.kernel.clock import system_clock
    from khoso.wiring import tools
    from khoso.worker import Worker
    from warehouse.leasing import due_in

    with tools() as made:
        Worker(made).run(until_idle=True, at_most=TASK_SECONDS)
        for name in Queue:
            if due_in(name, now=system_clock()):
                made.doorbell.ring(name)
