"""Workers that kill themselves with SIGKILL at a chosen point. Run as a program by test_kill.py.

    mortal.py HOME          then lines «KIND POINT LATER» on standard input; each is answered with the worker's exit code

KIND `boundary`: at the boundary named POINT. `sql`: right after the POINT-th writing statement, inside its transaction.
`put`: in the middle of the POINT-th object's bytes; `stored`: after they are stored and before anybody knows. `never`:
works until idle. LATER shifts the clock by seconds, so that leases of the dead have ended. Each worker is forked off a
process that has loaded everything and opened nothing.
"""

import json
import os
import signal
import sys
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

home = Path(sys.argv[1])

from khoso.embedded import prepare

prepare(home)

from django.db import connection, connections

from khoso.housekeeping import housekeep
from khoso.kernel.clock import system_clock
from khoso.kernel.transcript import Transcript
from khoso.wiring import tools
from khoso.worker import Worker


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Scripted:
    """Reads every page as the transcript kept beside the home."""

    name = "scripted-1"

    def read(self, page, *, languages=("vie",)):
        return Transcript.from_json(json.loads((home.parent / "transcript.json").read_text()))


class MortalStore:
    """Dies around the n-th put."""

    def __init__(self, store, kind, point):
        self._store, self._kind, self._point, self._puts = store, kind, point, 0

    def __getattr__(self, name):
        return getattr(self._store, name)

    def put(self, chunks, *, digest, size):
        self._puts += 1
        doomed = self._puts == self._point

        def cut():
            for piece in chunks:
                yield piece[: len(piece) // 2]
                if doomed and self._kind == "put":
                    die()
                yield piece[len(piece) // 2 :]

        stored = self._store.put(cut(), digest=digest, size=size)
        if doomed and self._kind == "stored":
            die()
        return stored


class MortalSql:
    """Dies after the n-th writing statement."""

    def __init__(self, point):
        self._point, self._count = point, 0

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.split(None, 1)[0] in {"INSERT", "UPDATE", "DELETE"}:
            self._count += 1
            if self._count == self._point:
                die()
        return result


def work(kind: str, point: str, later: float) -> None:
    """One worker's life."""

    def boundary(name: str) -> None:
        if kind == "boundary" and name == point:
            die()

    with tools() as real, ExitStack() as stack:
        store = MortalStore(real.store, kind, int(point)) if kind in {"put", "stored"} else real.store
        made = replace(real, engine=Scripted(), clock=lambda: system_clock() + timedelta(seconds=later), store=store)
        if kind == "sql":
            stack.enter_context(connection.execute_wrapper(MortalSql(int(point))))
        worker = Worker(made, boundary=boundary)
        worker.run(until_idle=True)
        housekeep(made, worker.name)


for line in sys.stdin:
    asked = line.rstrip("\n").split("\t")
    connections.close_all()
    child = os.fork()
    if child == 0:
        work(asked[0], asked[1], float(asked[2]))
        sys.stdout.flush()
        os._exit(0)
    sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
    sys.stdout.flush()
