"""What signing in needs from outside: a provider that vouches for people, and a safe for secrets at rest."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on its way to a provider; kept in the asking session until its answer comes back.

    Attributes:
        url: where the browser goes.
        state: comes back with the answer: a forged answer does not know it.
        nonce: comes back inside the signed token: an old token does not hold it.
        verifier: of PKCE (RFC 7636): a stolen code is worth nothing without it.
        back: the address of ours the answer comes to.
    """

    url: str
    state: str
    nonce: str
    verifier: str
    back: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says somebody is.

    Attributes:
        issuer, subject: together they name one person for ever; nothing else does.
        name: for people to read, never to decide by.
        level: of assurance (`acr`), as the provider writes it; empty where it says none.
        strong: the level stands for a second factor.
        at: when the person showed the provider who they are.
        session: the provider's name (`sid`) for its session with the person's browser; empty where it tells none.
        token: what it signed; shown to it again when the person signs out.
    """

    issuer: str
    subject: str
    name: str
    level: str
    strong: bool
    at: datetime
    session: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Farewell:
    """The provider says that somebody signed out there: everywhere (`session` empty), or of one session with it."""

    issuer: str
    subject: str
    session: str


class IdentityProvider(Protocol):
    """Somebody else who knows who people are (VNeID, an agency's own). Says who, never what they may."""

    @property
    def name(self) -> str:
        """What people call it."""

    def ask(self, *, back: str) -> Asked:
        """A fresh question. Raises `Unavailable`: the provider does not answer, or not as one should."""

    def answer(self, code: str, *, asked: Asked) -> Identity:
        """Who came back with this code.

        Raises:
            Unavailable: the provider does not answer.
            Refused: the answer does not hold (`IDENTITY_UNPROVEN`), or its level is not enough (`LEVEL_TOO_LOW`).
        """

    def farewell(self, *, back: str, token: str) -> str:
        """Where the browser goes to sign out there as well; empty where the provider has no such door.

        Raises:
            Unavailable: the provider does not answer.
        """

    def told(self, token: str) -> Farewell:
        """What the provider itself tells us of somebody who signed out there (OpenID Connect Back-Channel Logout 1.0).

        Raises:
            Unavailable: the provider does not answer.
            Refused: it is not its word, or not of now (`IDENTITY_UNPROVEN`).
        """


class Safe(Protocol):
    """Keeps secrets at rest: nobody reads them from a database alone."""

    def lock(self, secret: str) -> str:
        """The secret, unreadable; another text each time."""

    def unlock(self, locked: str) -> str:
        """The secret again. Raises `Corrupted`: it was changed, or locked with a key that is no longer there."""

    def is_newest(self, locked: str) -> bool:
        """Whether it was locked with the key that locks today."""


class Tools(Protocol):
    """What the pages of signing in are handed (`request.tools`)."""

    @property
    def safe(self) -> Safe: ...

    @property
    def provider(self) -> IdentityProvider | None:
        """None where nobody else vouches for people."""
