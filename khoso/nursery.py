"""Worker processes forked from one that has everything loaded: libraries, names of places, fonts are loaded once for all.

The nursery is a process of its own, started by `subprocess`, with one thread, so that its forks are whole, and without a
connection: two forks that share one take parts of each other's answers. What needs one is done in a fork too (`once`).
A worker that ends is followed by another. When the nursery is told to end, or dies, so do its workers.
"""

import contextlib
import ctypes
import gc
import logging
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

log = logging.getLogger(__name__)

GRACE = 10.0
"""Seconds workers have to end in order."""

_PR_SET_PDEATHSIG = 1
MISTAKEN = 2
"""Exit status of a worker that can never live as it is configured: another one would end likewise."""
_REST = 0.5  # seconds until a worker that ended is followed by another: one that cannot live must not take the machine
_TOLD = (signal.SIGTERM, signal.SIGINT)


def end_with(parent: int) -> bool:
    """Have this process told to end (SIGTERM) when its parent dies; False when that has happened already."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    return os.getppid() == parent


def keep(count: int, work: Callable[[], int]) -> int:
    """Keep `count` forks of this process at work until it is told to end, or one is `MISTAKEN`; then end them in order.

    Args:
        work: what a fork does; returns its exit status.

    Returns:
        The exit status: `MISTAKEN`, or 0.

    Raises:
        RuntimeError: this process has several threads, a fork would inherit locks nobody lets go; or a connection.
    """
    _require_bare()
    # Signals wait until they are asked for, so that none falls between two lines.
    signal.pthread_sigmask(signal.SIG_BLOCK, {*_TOLD, signal.SIGCHLD})
    gc.collect()
    gc.freeze()  # the collectors of the forks leave the shared pages alone
    workers = {_fork(work) for _ in range(count)}
    status = 0
    while signal.sigwait({*_TOLD, signal.SIGCHLD}) == signal.SIGCHLD:
        gone = _ended(workers)
        if not gone:
            continue
        workers -= set(gone)
        if MISTAKEN in gone.values():
            status = MISTAKEN
            break
        if signal.sigtimedwait(_TOLD, _REST) is not None:
            break
        workers |= {_fork(work) for _ in gone}
    _end(workers)
    return status


def once(work: Callable[[], int]) -> int:
    """Do something in one fork of this process and wait for it, so that nothing it opens or starts is inherited by others.

    Returns:
        What `work` returns; 1 after an error, which is printed; minus the signal that ended it.

    Raises:
        RuntimeError: as `keep`.
    """
    _require_bare()
    _worker, status = os.waitpid(_fork(work), 0)
    return os.waitstatus_to_exitcode(status)


def _require_bare() -> None:
    if threading.active_count() > 1:
        raise RuntimeError(f"only a process of one thread may be forked: {threading.enumerate()}")
    if lines := _lines():
        raise RuntimeError(f"only a process without connections may be forked; this one has {', '.join(lines)}")


def _lines() -> list[str]:
    """Connections this process made, by their peers; those it was started with (a log's) are inheritable."""
    found = []
    for place in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):  # closed meanwhile, or of nobody
            number = int(place.name)
            if place.readlink().name.startswith("socket:") and not os.get_inheritable(number):
                with socket.socket(fileno=os.dup(number)) as line:
                    found.append(str(line.getpeername()))
    return found


def _fork(work: Callable[[], int]) -> int:
    nursery = os.getpid()
    worker = os.fork()
    return worker or _live(nursery, work)


def _live(nursery: int, work: Callable[[], int]) -> NoReturn:
    status = 1
    try:
        if end_with(nursery):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {*_TOLD, signal.SIGCHLD})
            status = work()
    except BaseException:  # noqa: BLE001 - the boundary of the process: nothing of the nursery's own may run in a fork
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _ended(workers: set[int]) -> dict[int, int]:
    """Those of them that have ended, with their exit status."""
    waited = [os.waitpid(worker, os.WNOHANG) for worker in workers]
    return {worker: os.waitstatus_to_exitcode(status) for worker, status in waited if worker}


def _end(workers: set[int]) -> None:
    for worker in workers:
        os.kill(worker, signal.SIGTERM)
    until = time.monotonic() + GRACE
    while (workers := workers - set(_ended(workers))) and (left := until - time.monotonic()) > 0:
        signal.sigtimedwait({signal.SIGCHLD}, left)
    for worker in workers:
        log.warning("worker %d did not end in time and is killed", worker)
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)
