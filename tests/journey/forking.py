"""Runs `khoso` in forks of one process that has its libraries loaded: a command of the tests starts in a third of the time.

As a program it reads lines `{"words": […], "env": {…}, "out": path, "err": path}` from standard input and answers each with
the exit code. Only libraries and modules of ours that read no home and no settings are loaded before the fork; it has one thread.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

LIMIT = 180  # seconds a command of a test may take
LIBRARIES = (
    "cryptography.x509", "django.contrib.auth.hashers", "django.core.management", "django.core.serializers.json",
    "django.db.backends.sqlite3.base", "django.db.models", "django.http", "django.template", "django.urls",
    "fontTools.subset", "khoso.cli", "numpy", "pages.helper", "PIL.Image", "psutil", "pyhanko.sign",
    "search.adapters.sqlite", "structlog", "warehouse.adapters.local",
)  # fmt: skip


class ForkServer:
    """Starts at the first use, ends with this process."""

    def __init__(self, root: Path) -> None:
        self._root, self._busy = root, threading.Lock()
        self._process: subprocess.Popen[str] | None = None

    def run(self, words: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """As `subprocess.run` of `khoso`; while another thread's command runs, in a process of its own."""
        if not self._busy.acquire(blocking=False):
            return subprocess.run(
                [sys.executable, "-m", "khoso", *words],
                capture_output=True, text=True, timeout=LIMIT, check=False, cwd=self._root, env=env,
            )  # fmt: skip
        try:
            with tempfile.TemporaryDirectory() as folder:
                out, err = Path(folder) / "out", Path(folder) / "err"
                code = self._ask({"words": words, "env": env, "out": str(out), "err": str(err)})
                return subprocess.CompletedProcess(words, code, out.read_text("utf-8"), err.read_text("utf-8"))
        finally:
            self._busy.release()

    def _ask(self, command: dict) -> int:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, __file__],
                cwd=self._root, env={**os.environ, "PYTHONPATH": str(self._root)},
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        if self._process is not None:
            self._process.stdin.close()
            self._process.wait(timeout=10)
            self._process.stdout.close()
            self._process = None


def _child(command: dict) -> None:
    """Become the command, as if the interpreter had just started."""
    signal.alarm(LIMIT)
    os.environ.clear()
    os.environ.update(command["env"])
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(command[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.argv = ["khoso", *command["words"]]
    from khoso.cli import main

    sys.exit(main(command["words"]))


def _serve() -> None:
    import importlib

    for name in LIBRARIES:
        importlib.import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _child(json.loads(line))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
