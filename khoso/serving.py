"""How gunicorn serves the pages: `gunicorn --config python:khoso.serving khoso.wsgi:application`. Flags win over these.

Threads, because requests wait for the database and the store; a process is recycled before it can grow old.
"""

import os
from typing import Any

from khoso.configuration import load
from khoso.logs import gunicorn

bind = "127.0.0.1:8000"
workers = 2
worker_class = "khoso.straight.Worker"  # gthread
threads = 8
timeout = 120  # seconds a request may take: large uploads stream
graceful_timeout = 30
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm"  # noqa: S108 - memory, as gunicorn's heartbeat files want; never a file of ours
control_socket_disable = True  # the root file system may be read-only, and nobody steers it from a shell
limit_request_line = 4094
accesslog = None  # addresses name documents; what is needed is logged by the application
errorlog = "-"
logconfig_dict = gunicorn(load(os.environ).log_format)


def on_starting(server: Any) -> None:
    """Called once, before workers are forked.

    Raises:
        RuntimeError: `--preload`: the workers would share the connections of the process that loaded the program, and take
            parts of each other's answers. Gunicorn prints it and ends with 1.
    """
    if server.cfg.preload_app:
        raise RuntimeError("--preload makes all workers share connections to the database and the store: leave it out")


def on_reload(server: Any) -> None:
    """Called at `kill -HUP`: the new workers are forked of the old process, which holds its environment and part of the old program."""
    server.log.warning("kill -HUP takes neither new settings nor a new version of the program: restart this process")
