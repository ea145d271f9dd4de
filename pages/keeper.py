"""The keeper: the small process between host and worker that lets nothing outlive its host.

Run as `python -m pages.keeper HOST LIFELINE` by `pages.helper` only. It sets the limits, forks the worker
(`pages.child`) while still small and single-threaded, and waits for the first of: the host lets go of the lifeline (or
dies, which does the same), the worker ends. Then it kills whatever the worker has started, reaps it and ends itself.

Killing a process group from the host alone would not do: after `kill -9` of the host nobody is left to kill, and Linux'
«die with the parent» reaches children but not theirs (poppler's tools). As a subreaper (prctl(2)) the keeper inherits
every orphan below it, also one that has left the group, so that none stays and none becomes a zombie.
"""

import contextlib
import ctypes
import os
import resource
import select
import signal
import sys
from collections.abc import Iterator

from pages import child
from pages import limits as table
from pages.processes import children_of

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_LOOK = 1000  # milliseconds between looks at the parent, for a lifeline that a forked relative of the host still holds

KILLED = 128  # exit status of a worker ended by signal n is KILLED + n, as in shells


def main() -> None:
    host, lifeline = int(sys.argv[1]), int(sys.argv[2])
    prctl = ctypes.CDLL(None).prctl
    prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _limit()
    bell, ring = os.pipe()
    os.set_blocking(ring, False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(ring, warn_on_full_buffer=False)
    keeper = os.getpid()
    worker = os.fork()
    if worker == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for descriptor in (bell, ring, lifeline):
            os.close(descriptor)
        os.setpgid(0, 0)
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() == keeper:
            child.serve()
        os._exit(0)
    for descriptor in (0, 1, 2):  # or the host would not see the worker close them
        os.close(descriptor)
    status = _wait(host, lifeline, bell, worker)
    _sweep(worker)
    os._exit(status)


def _limit() -> None:
    for kind, value in (
        (resource.RLIMIT_AS, table.ADDRESS_SPACE),
        (resource.RLIMIT_FSIZE, table.FILE_SIZE),
        (resource.RLIMIT_NOFILE, table.OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)  # noqa: PLW2901 - the same value, allowed
        resource.setrlimit(kind, (value, value))


def _wait(host: int, lifeline: int, bell: int, worker: int) -> int:
    """Until the host lets go (exit status 0) or the worker ends (its status)."""
    poll = select.poll()
    poll.register(lifeline, select.POLLIN)
    poll.register(bell, select.POLLIN)
    while True:
        events = dict(poll.poll(_LOOK))
        if bell in events:
            os.read(bell, 4096)
            for pid, status in _ended():
                if pid == worker:
                    code = os.waitstatus_to_exitcode(status)
                    return code if code >= 0 else KILLED - code
        if lifeline in events or os.getppid() != host:
            return 0


def _ended() -> Iterator[tuple[int, int]]:
    """(process, wait status) of the worker and of adopted orphans that have ended."""
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            yield ended


def _sweep(worker: int) -> None:
    """Kill everything below, again and again until nothing is left: an orphan may have children that become ours."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(worker, signal.SIGKILL)
    while True:
        for pid in children_of(os.getpid()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


if __name__ == "__main__":
    main()
