"""After the receipt: what became of a document in its first minutes, so that the clerk hears while the paper is still there.

Asked seldom, because the server keeps a record of every look at a document.
"""

import heapq
from collections.abc import Callable

from scanner_agents.errors import Refused, Unavailable
from scanner_agents.events import Code, event
from scanner_agents.journal import Journal
from scanner_agents.outbox import Outbox
from scanner_agents.records import Document, Receipt
from scanner_agents.server import Server

ASK_AFTER = (3.0, 10.0, 30.0, 120.0, 600.0)  # seconds since the receipt
_EARLY = {"RECEIVED", "INSPECTED", "READ"}  # states before a person or a signature has a say
_BAD = {"REFUSED": Code.REFUSED_LATER, "PARKED": Code.PARKED}


class Follower:
    """`step` is the verb: asks about one document whose time has come.

    Args:
        steady: seconds of a clock that never goes back.
    """

    def __init__(self, *, outbox: Outbox, server: Server, journal: Journal, steady: Callable[[], float]) -> None:
        self._outbox = outbox
        self._server = server
        self._journal = journal
        self._steady = steady
        self._due: list[tuple[float, int, int]] = []  # when, number of the document, which of ASK_AFTER
        self._followed: dict[int, tuple[float, str, Receipt]] = {}  # received when, name, receipt

    def add(self, document: Document, receipt: Receipt) -> None:
        """Follow a document the server has just received."""
        now = self._steady()
        self._followed[document.id] = (now, document.name, receipt)
        heapq.heappush(self._due, (now + ASK_AFTER[0], document.id, 0))

    def step(self) -> bool:
        """Ask about one document. False: none is due.

        Raises:
            Unavailable: the outbox cannot be used.
            Corrupted: the outbox is damaged.
        """
        if not self._due or self._due[0][0] > self._steady():
            return False
        _, number, turn = heapq.heappop(self._due)
        if self._settled(number) or turn + 1 == len(ASK_AFTER):
            del self._followed[number]
        else:
            heapq.heappush(self._due, (self._followed[number][0] + ASK_AFTER[turn + 1], number, turn + 1))
        return True

    def _settled(self, number: int) -> bool:
        """Ask, tell what the clerk should know; whether there is nothing more to ask."""
        _, name, receipt = self._followed[number]
        try:
            standing = self._server.standing(receipt.document)
        except Unavailable:  # a courtesy; whether the server is away shows in the sending
            return False
        except Refused:  # not for us to see
            return True
        told = None
        if standing.state in _BAD:
            told = event(_BAD[standing.state], id=number, name=name, detail=standing.reason, document=receipt.document)
            self._journal.tell(told)
        self._outbox.follow(number, receipt, standing.state, told)
        return standing.state not in _EARLY
