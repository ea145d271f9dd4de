"""From the outbox to the server: sends what is due, and lets go of the bytes only for a receipt that echoes them."""

import threading
from collections.abc import Callable

from scanner_agents.errors import Corrupted, Refused, Unavailable
from scanner_agents.events import Code, Event, event
from scanner_agents.follow import Follower
from scanner_agents.journal import Journal
from scanner_agents.outbox import Outbox
from scanner_agents.records import Document, Receipt
from scanner_agents.retry import Backoff
from scanner_agents.server import Server
from scanner_agents.spool import Spool
from scanner_agents.upload import GivenUp, Stopped, Uploader

POLL = 0.3  # seconds between two looks for due documents
_WORTH_WAITING = 10.0  # seconds; a longer pause asked for by the server ends a single run
_IN_A_ROW = 3  # failures of different documents after which the server as a whole is left alone


class Sender:
    """`step` is the verb: one due document, or the seconds until there may be one.

    Args:
        chunk: bytes of one request.
        backoff: how long to wait after failures.
        stop: set when the agent should stop; looked at between requests.
        follower: told of every received document, and given a turn when nothing is due.
        clock: seconds since the epoch.
        steady: seconds of a clock that never goes back.
    """

    def __init__(
        self,
        *,
        outbox: Outbox,
        spool: Spool,
        server: Server,
        address: str,
        journal: Journal,
        chunk: int,
        backoff: Backoff,
        stop: threading.Event,
        follower: Follower | None = None,
        clock: Callable[[], float],
        steady: Callable[[], float],
    ) -> None:
        self._outbox = outbox
        self._spool = spool
        self._server = server
        self._address = address
        self._journal = journal
        self._backoff = backoff
        self._stop = stop
        self._follower = follower
        self._clock = clock
        self._steady = steady
        self._uploader = Uploader(outbox=outbox, spool=spool, server=server, journal=journal, chunk=chunk, stop=stop)
        self._away = 0  # failures in a row that concern everyone
        self._unlucky: set[int] = set()  # documents that failed for themselves since anything went well
        self._tries = 0  # failures in a row after which `drain` gives up; 0: never
        self._resume_at = steady()
        self._trouble = self._remembered()
        self._retries = self._retries_asked()

    def run(self) -> None:
        """Send until asked to stop.

        Raises:
            Corrupted: the outbox is damaged.
        """
        while not self._stop.is_set():
            self._stop.wait(self._try_step())

    def drain(self, tries: int) -> None:
        """Send until nothing waits, or until `tries` failures in a row without progress.

        What a person must mend first, or what the server puts off for long, is not waited for at all.

        Raises:
            Corrupted: the outbox is damaged.
            Unavailable: the outbox cannot be used.
        """
        self._tries = tries
        self._outbox.rush()
        while not self._stop.is_set() and self._away < tries and self._outbox.untried(tries):
            self._stop.wait(self._try_step())

    def step(self) -> float:
        """Send one document if one is due. Returns the seconds to wait before the next step.

        Raises:
            Stopped: the agent should stop.
            Unavailable: the outbox cannot be used.
            Corrupted: the outbox is damaged.
        """
        asked = self._retries_asked()
        if asked != self._retries:
            self._retries, self._resume_at = asked, self._steady()
        rest = self._resume_at - self._steady()
        if rest > 0:
            return min(rest, POLL)
        document = self._outbox.due(self._clock())
        if document is None:
            return 0.0 if self._follower and self._follower.step() else POLL
        self._deliver(document)
        return 0.0

    def _try_step(self) -> float:
        try:
            return self.step()
        except Stopped:
            return 0.0
        except Unavailable as error:  # the outbox itself: what was reached is asked of the server again
            return self._pause(error)

    def _deliver(self, document: Document) -> None:
        try:
            receipt = self._send(document)
        except GivenUp:
            return
        except Refused as error:
            self._well()
            told = event(Code.REFUSED, **{**error.event.fields, "id": document.id, "name": document.name})
            if self._outbox.refuse(document.id, told):
                self._journal.tell(told)
        except Corrupted as error:
            if self._outbox.damage(document.id, error.event):
                self._journal.tell(error.event)
        except Unavailable as error:
            self._put_off(document, error)
        else:
            self._well()
            self._let_go(document, receipt)

    def _send(self, document: Document) -> Receipt:
        self._uploader.progressed = False
        if not self._outbox.begin(document.id):
            raise GivenUp
        receipt = self._uploader.hand_in(document)
        if not receipt.covers(document):
            trouble = event(Code.RECEIPT_MISMATCH, id=document.id, name=document.name)
            raise Unavailable(trouble, everyone=False, slow=True)
        return receipt

    def _let_go(self, document: Document, receipt: Receipt) -> None:
        self._outbox.receive(document, receipt, now=self._clock())
        code = Code.RECEIVED_TWICE if receipt.twice else Code.RECEIVED
        self._journal.tell(event(code, id=document.id, name=document.name, document=receipt.document))
        self._outbox.discard(self._spool, (sheet.kept for sheet in document.sheets))
        if self._follower:
            self._follower.add(document, receipt)

    # Trouble

    def _put_off(self, document: Document, error: Unavailable) -> None:
        attempts = 1 if self._uploader.progressed else document.attempts + 1
        until = self._clock()
        if not error.everyone:
            until += max(self._backoff.delay(attempts, slow=error.slow), error.wait or 0.0)
            self._unlucky.add(document.id)
            attempts = max(attempts, self._given_up(error))
        self._outbox.postpone(document.id, error.event, attempts=attempts, until=until)
        self._pause(error)

    def _pause(self, error: Unavailable) -> float:
        """Tell a failure, and leave everything alone for a while if it concerns everyone.

        That may also show only from several documents failing one after the other, each for itself.
        """
        self._journal.tell(error.event)
        if self._uploader.progressed:
            self._away = 0
        if error.everyone:
            self._away = max(self._away + 1, self._given_up(error))
        failures = self._away if error.everyone else 0 if self._tries else len(self._unlucky) - _IN_A_ROW
        if failures <= 0:
            return 0.0
        self._remember(error.event)
        wait = max(self._backoff.delay(failures, slow=error.slow), error.wait or 0.0)
        self._resume_at = self._steady() + wait
        return min(wait, POLL)

    def _given_up(self, error: Unavailable) -> int:
        """How many failures this one counts for when draining."""
        return self._tries if error.slow or (error.wait or 0.0) > _WORTH_WAITING else 0

    def _well(self) -> None:
        self._away = 0
        self._unlucky.clear()
        if self._trouble is not None:
            self._journal.tell(event(Code.SERVER_BACK, server=self._address))
        self._remember(None)

    def _remember(self, trouble: Event | None) -> None:
        """Leave a note for `status`, once for each change."""
        if (trouble and trouble.code) == (self._trouble and self._trouble.code):
            return
        self._trouble = trouble
        try:
            self._outbox.note("server", {"trouble": trouble.dumps() if trouble else None, "since": self._clock()})
        except Unavailable:  # a note is a courtesy
            return

    def _remembered(self) -> Event | None:
        """How an earlier run left the server, so that news of its return is told and the note is put right."""
        trouble = (self._outbox.notes().get("server") or {}).get("trouble")
        return Event.loads(trouble) if trouble else None

    def _retries_asked(self) -> int:
        return int(self._outbox.notes().get("retry", 0))
