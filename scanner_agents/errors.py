"""The exception tree. An error's class says what happens next, its event says why.

AgentError
├── Refused      the server will not take the document: it stays in the spool for a person
├── Unavailable  disk, folder or server did not serve: try again later with back-off
└── Corrupted    bytes in our own spool are not what was stored: keep, raise the alarm
"""

from scanner_agents.events import Event


class AgentError(Exception):
    """Root of every error the agent raises on purpose.

    Attributes:
        event: what is told and remembered.
    """

    def __init__(self, event: Event) -> None:
        self.event = event
        super().__init__(event.code.value, dict(event.fields))


class Refused(AgentError):
    """The server refuses this document; trying again unchanged changes nothing."""


class Unavailable(AgentError):
    """Something did not serve this time.

    Attributes:
        everyone: the trouble is not of one document (the server is away, the disk is full).
        slow: a person has to mend it, so ask seldom.
        wait: seconds the server asked us to wait, if it did.
    """

    def __init__(self, event: Event, *, everyone: bool = True, slow: bool = False, wait: float | None = None) -> None:
        super().__init__(event)
        self.everyone = everyone
        self.slow = slow
        self.wait = wait


class Corrupted(AgentError):
    """Bytes or rows of the agent's own store are damaged."""
