"""The exception tree. An error's class says what happens next, its reason says why.

KhosoError
├── Refused      the input is bad: refuse or park it for a person; trying again changes nothing
├── Unavailable  something we need is away: try again later with back-off
└── Corrupted    stored bytes are not what was stored: stop and raise the alarm
"""

from khoso.kernel.reasons import Param, Reason, ReasonCode


class KhosoError(Exception):
    """Root of every error Khoso raises on purpose."""


class Refused(KhosoError):
    """The input cannot be taken as it is.

    Attributes:
        reason: code, parameters and sentence for the clerk.
    """

    def __init__(self, code: ReasonCode, **params: Param) -> None:
        self.reason = Reason(code, params)
        super().__init__(self.reason.sentence())


class Unavailable(KhosoError):
    """A server, file system, key or tool did not answer in its time. The message names it and what to do."""


class Corrupted(KhosoError):
    """Bytes read back differ from their digest, or a chain of hashes does not close."""
