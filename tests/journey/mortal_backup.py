"""Backups and restores that kill themselves with SIGKILL at a chosen point. Run as a program by test_backup.py.

    mortal_backup.py backup|restore HOME DIR     then lines «KIND POINT» on standard input; each answered with an exit code

KIND `progress`: at the POINT-th progress told. `put`: in the middle of the POINT-th object's bytes; `stored`: right after
them. `sql`: after the POINT-th writing statement, inside its transaction. Ends with 0 when the point is never reached.
Each is forked off a process that has loaded everything and opened nothing.
"""

import os
import signal
import sys
from contextlib import ExitStack
from pathlib import Path

what, home, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])

from khoso.embedded import lay, prepare

(prepare if what == "backup" else lay)(home)

from django.db import connection, connections

from khoso.backup.making import Belongings, back_up
from khoso.backup.restoring import choose, restore
from khoso.kernel.clock import system_clock
from khoso.wiring import open_folder, open_index, open_store


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Doom:
    """Counts down to the chosen point."""

    def __init__(self, kind, point):
        self._kind, self._left = kind, point

    def reached(self, *kinds) -> bool:
        if self._kind not in kinds:
            return False
        self._left -= 1
        return self._left == 0

    def progress(self, *_) -> None:
        if self.reached("progress"):
            die()

    def sql(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.split(None, 1)[0] in {"INSERT", "UPDATE", "DELETE", "CREATE"} and self.reached("sql"):
            die()
        return result

    def store(self, store):
        return MortalStore(store, self)


class MortalStore:
    """Dies around the n-th put."""

    def __init__(self, store, doom):
        self._store, self._doom = store, doom

    def __getattr__(self, name):
        return getattr(self._store, name)

    def put(self, chunks, *, digest, size):
        def cut():
            for number, piece in enumerate(chunks):
                yield piece[: len(piece) // 2]
                if number == 0 and self._doom.reached("put"):
                    die()
                yield piece[len(piece) // 2 :]

        stored = self._store.put(cut(), digest=digest, size=size)
        if self._doom.reached("stored"):
            die()
        return stored


def run(doom: Doom) -> None:
    with ExitStack() as stack:
        stack.enter_context(connection.execute_wrapper(doom.sql))
        shelf = open_folder(folder / "objects")
        if what == "backup":
            back_up(
                folder,
                store=open_store(),
                shelf=doom.store(shelf),
                belongings=Belongings({}, {}),
                clock=system_clock,
                progress=doom.progress,
            )
        else:
            store = doom.store(open_store())
            restore(choose(folder), shelf=shelf, store=store, index=open_index(), progress=doom.progress)


for line in sys.stdin:
    kind, point = line.split()
    connections.close_all()
    child = os.fork()
    if child == 0:
        run(Doom(kind, int(point)))
        sys.stdout.flush()
        os._exit(0)
    sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
    sys.stdout.flush()
