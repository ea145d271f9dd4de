"""The worker: waits for calls on standard input, answers on standard output.

Forked by `pages.keeper` only. After an empty frame as greeting, a call is a length-prefixed JSON object
`{"function": "module:name", "arguments": {…}, "cpu": seconds}`; the answer is one of `{"ok": …}`, `{"refused": reason}`,
`{"unavailable": message}`, `{"failed": message}` or `{"wrong": message}` (no such arguments), with `"peak"`, the resident bytes of this process at its highest
during the call.
"""

import contextlib
import errno
import importlib
import json
import os
import resource
import struct
import sys
import time
import traceback
from collections.abc import Callable
from inspect import signature
from pathlib import Path
from typing import Any, BinaryIO

from khoso.kernel.errors import Refused, Unavailable

HEADER = struct.Struct(">I")
_OF_THE_BYTES = {None, errno.EFBIG, errno.EPIPE, errno.EINVAL}  # a full disk or a missing file is not


class WrongCallError(Exception):
    """The function exists but takes other arguments."""


def serve() -> None:
    """Answer calls until the host closes its end."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not speak into the protocol
    write_frame(answers, b"")  # the greeting: ready
    while (frame := read_frame(sys.stdin.buffer)) is not None:
        call = json.loads(frame)
        _allow_cpu(call["cpu"])
        _forget_peak()
        answer = _answer(call["function"], call["arguments"])
        write_frame(answers, json.dumps({**answer, "peak": _peak()}).encode())


def read_frame(stream: BinaryIO) -> bytes | None:
    """One frame, or None when the other end has closed."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (size,) = HEADER.unpack(header)
    body = stream.read(size)
    return body if len(body) == size else None


def write_frame(stream: BinaryIO, body: bytes) -> None:
    stream.write(HEADER.pack(len(body)) + body)
    stream.flush()


def load(modules: list[str]) -> None:
    """Import what later calls need, so that none of them waits for it. Raises `Unavailable` where something is missing."""
    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError as error:
            raise Unavailable(f"helper has no {name}: {error}") from error


def _answer(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"ok": _find(name, arguments)(**arguments)}
    except Refused as error:
        return {"refused": error.reason.to_json()}
    except Unavailable as error:
        return {"unavailable": str(error)}
    except WrongCallError as error:
        return {"wrong": str(error)}
    except MemoryError:
        return {"failed": MemoryError.__name__}
    except Exception as error:  # noqa: BLE001 - whatever a decoder throws must come back as an answer, with its trace on stderr
        traceback.print_exc()
        return _failure(error)


def _failure(error: Exception) -> dict[str, Any]:
    """Decoders raise OSError without a number; one with a number speaks of the machine, mostly."""
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return {"failed": MemoryError.__name__}
    if isinstance(error, OSError) and error.errno not in _OF_THE_BYTES:
        return {"unavailable": f"{error.strerror}: {error.filename or '?'}"}
    return {"failed": f"{type(error).__name__}: {error}"[:500]}


def _find(name: str, arguments: dict[str, Any]) -> Callable[..., Any]:
    """The function a call names. What cannot be imported is missing on this machine: no fault of the bytes."""
    module, _, attribute = name.partition(":")
    try:
        function: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        traceback.print_exc()
        raise Unavailable(f"helper has no {name}: {error}") from error
    try:
        signature(function).bind(**arguments)
    except TypeError as error:
        raise WrongCallError(f"{name}: {error}") from error
    return function


def _allow_cpu(seconds: float) -> None:
    """CPU time until SIGXCPU: what is used up so far and `seconds` more (setrlimit(2)); children get the same number anew."""
    soft = int(time.process_time() + seconds) + 2
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _forget_peak() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # proc(5): resets the high water mark


def _peak() -> int:
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0
