"""Functions a helper worker runs in tests: each is one way in which a decoder goes wrong."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def echo(value: object) -> object:
    return value


def hang() -> None:
    while True:
        time.sleep(60)


def spin() -> None:
    while True:
        pass


def grow() -> None:
    held = []
    while True:
        held.append(b"x" * (16 << 20))


def hold(size: int) -> int:
    return len(bytearray(os.urandom(1024) * (size // 1024)))


def reserve() -> int:
    return len(bytearray(1 << 45))


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def leave() -> None:
    os._exit(3)


def fail() -> None:
    raise ValueError("not an image")


def full_disk() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/somewhere/page.ppm")


def chatter() -> str:
    print("a library that prints")  # noqa: T201 - that is the point
    os.write(1, b"\x00\x00\x00\x02{}")
    sys.stderr.write("warning: " + "x" * 200_000 + " the end")
    sys.stderr.flush()
    return "answer"


def litter(folder: str, *, wait: bool) -> None:
    """Start a child and, under it, a grandchild in a session of its own; note the ids of all in `folder`/pids."""
    sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
    detour = f"import subprocess; p = subprocess.Popen({sleep!r}, start_new_session=True); print(p.pid, flush=True); p.wait()"
    child = subprocess.Popen([sys.executable, "-c", detour], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    pids = [os.getpid(), os.getppid(), child.pid, int(child.stdout.readline())]
    note = Path(folder) / "noting"
    note.write_text(" ".join(map(str, pids)))
    note.rename(Path(folder) / "pids")
    if wait:
        hang()


def environment() -> dict[str, str]:
    return dict(os.environ)
