"""The host's side of helper processes: start, call within limits, kill by group, replace.

One `Helper` owns at most one child process and serves one thread at a time. The child is started by `subprocess`
(never by fork of a threaded process) in a process group of its own, loads a decoder when a call first needs it and
stays for later calls, since importing OpenCV or Tesseract for each page would cost more than reading it.

Start helpers from a thread that lives as long as they should: Linux ties «die with the parent» to the starting thread.
"""

import contextlib
import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

import psutil

from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import Reason, ReasonCode
from pages import limits as table
from pages.child import HEADER
from pages.limits import Limits

_POLL = 0.05  # seconds between looks at memory and clock
_ROOT = Path(__file__).resolve().parent.parent
_ONE_THREAD = {name: "1" for name in ("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


class Helper:
    """Calls functions in a child process under `Limits`. Use as a context manager or `close()` it.

    Attributes:
        peak: resident bytes at the highest point seen during the last call (child and what it started).
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._log: BinaryIO | None = None
        self._calls = 0
        self.peak = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def call(self, function: str, limits: Limits, /, **arguments: Any) -> Any:
        """Run `module:name` in the child with JSON-able keyword arguments; return its JSON-able result.

        Raises:
            Refused: the function refused; or it took too long, too much memory or died (`TOO_SLOW`,
                `TOO_MUCH_MEMORY`, `DECODER_CRASHED`): with foreign bytes inside, that is the bytes' doing.
            Unavailable: the function said so, or the child could not be started.
        """
        process = self._ready()
        self._allow_cpu(process, limits)
        assert process.stdin is not None  # noqa: S101 - started with pipes
        body = json.dumps({"function": function, "arguments": arguments}).encode()
        try:
            process.stdin.write(HEADER.pack(len(body)) + body)
            process.stdin.flush()
            answer = self._await(process, limits)
        except (BrokenPipeError, EOFError):
            raise self._died(process) from None
        except BaseException:
            self.close()  # also on Ctrl-C: a child in the middle of a call is of no further use
            raise
        self._calls += 1
        if self._calls >= table.CALLS_PER_HELPER or _resident(process.pid) > table.IDLE_MEMORY:
            self.close()
        return _unpack(answer)

    def close(self) -> None:
        """End the child and everything it started. Safe to call twice."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()
        if self._log is not None:
            self._log.close()
            self._log = None

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        self._log = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - closed with the child
        path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "pages.child", str(os.getpid())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                start_new_session=True,
                env={**os.environ, **_ONE_THREAD, "PYTHONPATH": path},
            )
        except OSError as error:
            raise Unavailable(f"cannot start a helper process: {error}") from error
        self._calls = 0
        for kind, value in (
            (resource.RLIMIT_AS, table.ADDRESS_SPACE),
            (resource.RLIMIT_FSIZE, table.FILE_SIZE),
            (resource.RLIMIT_NOFILE, table.OPEN_FILES),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.prlimit(self._process.pid, kind, (value, value))
        return self._process

    def _allow_cpu(self, process: subprocess.Popen[bytes], limits: Limits) -> None:
        with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
            times = psutil.Process(process.pid).cpu_times()
            soft = int(times.user + times.system + limits.wall) + 2
            resource.prlimit(process.pid, resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))

    def _await(self, process: subprocess.Popen[bytes], limits: Limits) -> bytes:
        assert process.stdout is not None  # noqa: S101 - started with pipes
        descriptor = process.stdout.fileno()
        deadline = time.monotonic() + limits.wall
        self.peak = 0
        received = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while True:
                if selector.select(_POLL):
                    piece = os.read(descriptor, 1 << 20)
                    if not piece:
                        raise EOFError
                    received += piece
                    if len(received) >= HEADER.size and len(received) >= HEADER.size + HEADER.unpack_from(received)[0]:
                        self.peak = max(self.peak, _resident(process.pid))
                        return bytes(received[HEADER.size :])
                self.peak = max(self.peak, _resident(process.pid))
                if self.peak > limits.memory:
                    raise Refused(ReasonCode.TOO_MUCH_MEMORY, limit=f"{limits.memory // table.MIB} MiB")
                if time.monotonic() > deadline:
                    raise Refused(ReasonCode.TOO_SLOW, seconds=round(limits.wall))

    def _died(self, process: subprocess.Popen[bytes]) -> Refused:
        process.wait()
        over_time = process.returncode == -signal.SIGXCPU
        self.close()
        return Refused(ReasonCode.TOO_SLOW, seconds="CPU") if over_time else Refused(ReasonCode.DECODER_CRASHED)


def _unpack(answer: bytes) -> Any:
    data: Mapping[str, Any] = json.loads(answer)
    if "ok" in data:
        return data["ok"]
    if "refused" in data:
        reason = Reason.from_json(data["refused"])
        raise Refused(reason.code, **reason.params)
    if "unavailable" in data:
        raise Unavailable(data["unavailable"])
    raise Refused(ReasonCode.DAMAGED, detail=data["failed"])


def _resident(pid: int) -> int:
    """Resident bytes of a process and all its descendants; 0 if it is gone."""
    total = 0
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        total = process.memory_info().rss
        for child in process.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                total += child.memory_info().rss
    return total
