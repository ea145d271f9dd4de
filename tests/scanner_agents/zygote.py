"""A process that runs the agent in forked children and kills each at a chosen line of its code.

Reads lines `{"arguments": […], "line": n}` from stdin, each answered with `{"killed": bool, "lines": n, "code": n}`.
`line` 0 lets the child run to its end. It has one thread, so forking is safe; it is started for this by the tests.
"""

import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import httpcore  # noqa: F401 - httpx imports it late; the children should find it loaded

import scanner_agents
from scanner_agents.cli import main

OURS = str(Path(scanner_agents.__file__).parent)


def run(arguments: list[str], line: int) -> dict[str, Any]:
    """Run the agent in a child; kill it with SIGKILL just before its `line`-th line of our code."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        _child(arguments, line, write)
    os.close(write)
    with os.fdopen(read) as counted:
        lines = int(counted.read() or 0)
    _, status = os.waitpid(child, 0)
    return {"killed": os.WIFSIGNALED(status), "lines": lines, "code": os.waitstatus_to_exitcode(status)}


def _child(arguments: list[str], line: int, write: int) -> None:
    count = 0

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        if event == "line":
            count += 1
            if count == line:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    sys.settrace(trace)
    code = main(arguments)
    sys.settrace(None)
    os.write(write, str(count).encode())
    os._exit(code)


if __name__ == "__main__":
    for request in sys.stdin:
        sys.stdout.write(json.dumps(run(**json.loads(request))) + "\n")
        sys.stdout.flush()
