"""khoso-agent: the command line. Exit codes: 0 done, 2 usage, 3 refused, 4 unavailable, 5 corrupted, 6 some failed."""

import os
import sys
from collections.abc import Callable, Sequence

from scanner_agents import commands, showing
from scanner_agents.agent import RunningAlready
from scanner_agents.call import CORRUPTED, UNAVAILABLE, Call
from scanner_agents.errors import AgentError, Corrupted
from scanner_agents.parser import build, wanted_language
from scanner_agents.words import language, speaking

_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code.

    Raises:
        SystemExit: wrong usage (2), `--help` and `--version` (0).
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    verbs: dict[str, Callable[[Call], int]] = {
        "watch": commands.watch,
        "status": showing.status,
        "serve": showing.serve,
        "batch": commands.batch,
        "retry": commands.retry,
        "forget": commands.forget,
    }
    lang = language(wanted_language(arguments), os.environ)
    with speaking(lang) as say:
        args = build(say).parse_args(arguments)
        call = Call(args.own, args, say, lang)
        try:
            return verbs[args.command](call)
        except (AgentError, RunningAlready) as error:
            call.complain(error.event.sentence(say))
            return CORRUPTED if isinstance(error, Corrupted) else UNAVAILABLE
        except KeyboardInterrupt:
            return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
