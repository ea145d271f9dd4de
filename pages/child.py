"""The helper process: waits for calls on standard input, answers on standard output, dies with its parent.

Run as `python -m pages.child` by `pages.helper` only. A call is a length-prefixed JSON object
`{"function": "module:name", "arguments": {…}}`; the answer is `{"ok": …}`, `{"refused": reason}`,
`{"unavailable": message}` or `{"failed": message}`.
"""

import ctypes
import importlib
import json
import os
import signal
import struct
import sys
import traceback
from typing import Any, BinaryIO

from khoso.kernel.errors import Refused, Unavailable

_PR_SET_PDEATHSIG = 1
HEADER = struct.Struct(">I")


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


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    module, _, name = request["function"].partition(":")
    try:
        return {"ok": getattr(importlib.import_module(module), name)(**request["arguments"])}
    except Refused as error:
        return {"refused": error.reason.to_json()}
    except Unavailable as error:
        return {"unavailable": str(error)}
    except MemoryError:
        return {"failed": "MemoryError"}
    except Exception as error:  # noqa: BLE001 - whatever a decoder throws must come back as an answer, with its trace on stderr
        traceback.print_exc()
        return {"failed": f"{type(error).__name__}: {error}"[:500]}


def _die_with_parent(parent: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # the parent ended before the line above
        os._exit(1)


def main() -> None:
    _die_with_parent(int(sys.argv[1]))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not speak into the protocol
    calls = sys.stdin.buffer
    while (frame := read_frame(calls)) is not None:
        write_frame(answers, json.dumps(_answer(json.loads(frame))).encode())


if __name__ == "__main__":
    main()
