"""The host's side of helper processes: start, call within limits, end with everything they started, replace.

One `Helper` owns at most one worker process (with its keeper) and serves one call at a time; further threads wait. It
is started by `subprocess` (never by fork of a threaded process), loads a decoder when a call first needs it and stays for later
calls, since importing OpenCV or Tesseract for each page would cost more than reading it.

    host ── Helper ─┬─ lifeline ─→ keeper (pages.keeper): ends all below when the host lets go or dies
                    └─ calls, answers, messages ─→ worker (pages.child) ── poppler's tools …
"""

import contextlib
import json
import logging
import math
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import Reason, ReasonCode
from pages import limits as table
from pages.child import HEADER
from pages.keeper import KILLED
from pages.limits import Limits
from pages.processes import resident

log = logging.getLogger(__name__)

_POLL = 0.05  # seconds between looks at memory and clock
_GRACE = 10.0  # seconds a keeper has to end everything; it needs milliseconds
_START = Limits(wall=30.0, memory=table.GIB)
_TAIL = 8192  # bytes kept of what the worker says on standard error
_ROOT = Path(__file__).resolve().parent.parent
_ONE_THREAD = dict.fromkeys(("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
# Page images come and go by the dozen of megabytes. The C library would hand each back to the kernel and have it zeroed
# again, a million page faults in thirty pages; up to these sizes it keeps them (mallopt(3)), within `IDLE_MEMORY`.
_KEPT = {
    "MALLOC_MMAP_THRESHOLD_": str(64 * table.MIB),
    "MALLOC_TRIM_THRESHOLD_": str(128 * table.MIB),
    "MALLOC_TOP_PAD_": str(16 * table.MIB),
}
# Foreign bytes are handled there: a worker gets what its tools need to run, never the host's passwords and keys.
_PASSED_ON = ("PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "TESSDATA_PREFIX")
_PASSED_ON_PREFIXES = ("LC_", "XDG_", "FONTCONFIG_")


class Helper:
    """Calls functions in a worker process under `Limits`. Use as a context manager or `close()` it.

    Attributes:
        peak: resident bytes at the highest point seen during the last call (the worker and what it started).
        said: the last few kilobytes the worker wrote to standard error, for diagnostics.
    """

    def __init__(self) -> None:
        self._keeper: subprocess.Popen[bytes] | None = None
        self._lifeline = -1
        self._calls = 0
        self._turn = threading.RLock()
        self.peak = 0
        self.said = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def call(self, function: str, limits: Limits, /, **arguments: Any) -> Any:
        """Run `module:name` in the worker with JSON-able keyword arguments; return its JSON-able result.

        Raises:
            Refused: the function refused; or it took too long, too much memory or died (`TOO_SLOW`,
                `TOO_MUCH_MEMORY`, `DECODER_CRASHED`): with foreign bytes inside, that is the bytes' doing.
            Unavailable: the function said so, is missing, or the worker could not be started.
            TypeError: the function takes no such arguments: our mistake, not that of the bytes.
        """
        with self._turn:
            return self._call(function, limits, arguments)

    def _call(self, function: str, limits: Limits, arguments: dict[str, Any]) -> Any:
        body = json.dumps({"function": function, "arguments": arguments, "cpu": limits.wall}).encode()
        self.peak, self.said = 0, b""
        keeper = self._ready()
        try:
            _send(keeper, body)
            answer = self._hear(keeper, limits)
        except (BrokenPipeError, EOFError):
            raise self._died(keeper, limits) from None
        except BaseException:
            self.close()  # also on Ctrl-C: a worker in the middle of a call is of no further use
            raise
        finally:
            if self.said:
                log.debug("helper_said", extra={"function": function, "said": self.said.decode(errors="replace")})
        self._calls += 1
        if self._calls >= table.CALLS_PER_HELPER or resident(keeper.pid) > table.IDLE_MEMORY:
            self.close()
        return self._unpack(answer, limits)

    def get_ready(self, *modules: str) -> None:
        """Start the worker, if there is none, and load these modules in it. Raises as `call` does."""
        self.call("pages.child:load", _START, modules=list(modules))

    def close(self) -> None:
        """End the worker and everything it started. Safe to call twice."""
        with self._turn:
            self._close()

    def kill(self) -> None:
        """End the worker at once, whatever it is at; for another thread than the one that waits for an answer.

        That call raises `Refused`; the next one starts another worker.
        """
        lifeline, self._lifeline = self._lifeline, -1
        if lifeline >= 0:
            os.close(lifeline)  # its keeper ends everything in order

    def _close(self) -> None:
        keeper, self._keeper = self._keeper, None
        lifeline, self._lifeline = self._lifeline, -1
        if lifeline >= 0:
            os.close(lifeline)
        if keeper is None:
            return
        for pipe in (keeper.stdin, keeper.stdout, keeper.stderr):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        try:
            keeper.wait(_GRACE)
        except subprocess.TimeoutExpired:  # stopped by someone; its worker dies with it
            keeper.kill()
            keeper.wait()

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._keeper is not None and self._keeper.poll() is None:
            return self._keeper
        self.close()
        end, self._lifeline = os.pipe()
        passed = {k: v for k, v in os.environ.items() if k in _PASSED_ON or k.startswith(_PASSED_ON_PREFIXES)}
        path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
        try:
            self._keeper = keeper = subprocess.Popen(
                # -P: the current folder may be full of foreign files and must not be searched for modules
                [sys.executable, "-P", "-m", "pages.keeper", str(os.getpid()), str(end)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,  # Ctrl-C at the terminal is for the host alone
                pass_fds=(end,),
                env={**passed, **_ONE_THREAD, **_KEPT, "PYTHONPATH": path},
            )
        except OSError as error:
            raise Unavailable(f"cannot start a helper process: {error}") from error
        finally:
            os.close(end)
        try:
            self._hear(keeper, _START)  # the worker's greeting: an empty frame
        except (EOFError, Refused) as error:
            self._listen_out(keeper)
            self.close()
            raise Unavailable(
                f"a helper process does not start: {self.said.decode(errors='replace')[-500:]}"
            ) from error
        self._calls = 0
        return keeper

    def _hear(self, keeper: subprocess.Popen[bytes], limits: Limits) -> bytes:
        """The next frame, watching clock and memory; EOFError when the worker is gone."""
        answers, messages = _descriptor(keeper.stdout), _descriptor(keeper.stderr)
        deadline = time.monotonic() + limits.wall
        received = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(answers, selectors.EVENT_READ)
            selector.register(messages, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select(_POLL):
                    piece = os.read(key.fd, 1 << 16)
                    if key.fd == answers:
                        received += piece
                    else:
                        self._remember(piece)
                    if not piece:
                        raise EOFError
                self.peak = max(self.peak, resident(keeper.pid))
                if self.peak > limits.memory or len(received) > table.ANSWER_BYTES:
                    raise Refused(ReasonCode.TOO_MUCH_MEMORY, limit=_mib(limits))
                if len(received) >= HEADER.size and len(received) >= HEADER.size + HEADER.unpack_from(received)[0]:
                    return bytes(received[HEADER.size :])
                if time.monotonic() > deadline:
                    raise Refused(ReasonCode.TOO_SLOW, seconds=math.ceil(limits.wall))

    def _remember(self, said: bytes) -> None:
        self.said = (self.said + said)[-_TAIL:]

    def _listen_out(self, keeper: subprocess.Popen[bytes]) -> None:
        """What the dead worker said last; its descendants are gone by then, so the pipe ends."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            keeper.wait(_GRACE)
            if keeper.stderr is not None:
                self._remember(keeper.stderr.read())

    def _died(self, keeper: subprocess.Popen[bytes], limits: Limits) -> Refused:
        """What to raise when the worker has gone in the middle of a call."""
        self._listen_out(keeper)
        self.close()
        log.debug("helper_died", extra={"status": keeper.returncode})
        if keeper.returncode == KILLED + signal.SIGXCPU:
            return Refused(ReasonCode.TOO_SLOW, seconds=math.ceil(limits.wall))
        if keeper.returncode == KILLED + signal.SIGKILL:  # not by us: the kernel was out of memory
            return Refused(ReasonCode.TOO_MUCH_MEMORY, limit=_mib(limits))
        return Refused(ReasonCode.DECODER_CRASHED)

    def _unpack(self, answer: bytes, limits: Limits) -> Any:
        data: dict[str, Any] = json.loads(answer)
        self.peak = max(self.peak, data["peak"])
        if "ok" in data:
            return data["ok"]
        if "refused" in data:
            reason = Reason.from_json(data["refused"])
            raise Refused(reason.code, **reason.params)
        if "unavailable" in data:
            raise Unavailable(data["unavailable"])
        if "wrong" in data:
            raise TypeError(data["wrong"])
        if data["failed"] == MemoryError.__name__:
            raise Refused(ReasonCode.TOO_MUCH_MEMORY, limit=_mib(limits))
        raise Refused(ReasonCode.DAMAGED, detail=data["failed"])


def _descriptor(pipe: IO[bytes] | None) -> int:
    assert pipe is not None  # noqa: S101 - started with pipes
    return pipe.fileno()


def _send(keeper: subprocess.Popen[bytes], body: bytes) -> None:
    assert keeper.stdin is not None  # noqa: S101 - started with pipes
    keeper.stdin.write(HEADER.pack(len(body)) + body)
    keeper.stdin.flush()


def _mib(limits: Limits) -> str:
    return f"{limits.memory // table.MIB} MiB"
