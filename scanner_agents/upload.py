"""One document's way over the wire: each sheet in pieces, from wherever the server says it is, then the document."""

import threading
from contextlib import suppress

from scanner_agents.errors import Corrupted, Refused, Unavailable
from scanner_agents.events import Code, event
from scanner_agents.journal import Journal
from scanner_agents.outbox import Outbox
from scanner_agents.records import LIVE, Document, Receipt, Sheet, State
from scanner_agents.server import PieceTooLarge, Server, UnknownUpload, WrongDigest, WrongOffset
from scanner_agents.spool import Spool

SMALLEST = 64 << 10  # bytes; on a poor line a request is halved down to this
_CORRECTIONS = 8  # answers in a row that do not bring the upload further


class Stopped(Exception):  # not an error: the agent is asked to stop
    """The agent stops; everything sent so far counts."""


class GivenUp(Exception):  # not an error: a person forgot the document meanwhile
    """The document is no longer ours to send."""


class Uploader:
    """Uploads documents one after the other.

    Attributes:
        progressed: the last document came further, whatever became of it then.
    """

    def __init__(
        self, *, outbox: Outbox, spool: Spool, server: Server, journal: Journal, chunk: int, stop: threading.Event
    ) -> None:
        self._outbox = outbox
        self._spool = spool
        self._server = server
        self._journal = journal
        self._most = self._chunk = chunk
        self._least = min(chunk, SMALLEST)
        self._stop = stop
        self.progressed = False

    def hand_in(self, document: Document) -> Receipt:
        """Upload what the server misses and hand the document in. The receipt is as the server gave it.

        Raises:
            Unavailable: of the server or the spool, for everyone or for this document.
            Refused: by the server.
            Corrupted: our copy of a sheet is damaged.
            GivenUp, Stopped: as their names say.
        """
        self.progressed = False
        if document.state is State.SENDING and all(sheet.offset == sheet.kept.size for sheet in document.sheets):
            with suppress(UnknownUpload):  # perhaps only the receipt was lost: ask before sending it all again
                return self._server.submit(document)
        for _ in range(2):
            for sheet in {sheet.kept: sheet for sheet in document.sheets}.values():
                self._upload(document, sheet)
            self._check_stop()
            try:
                return self._server.submit(document)
            except UnknownUpload:
                self._journal.tell(event(Code.UPLOAD_UNKNOWN, name=document.name))
                self.progressed = False
                for sheet in document.sheets:
                    self._outbox.sent(sheet.kept, 0)
        raise Unavailable(event(Code.UPLOAD_UNKNOWN, name=document.name), everyone=False)

    def _upload(self, document: Document, sheet: Sheet) -> None:
        self._check_stop()
        size = sheet.kept.size
        upload = self._server.begin(sheet)
        offset, complete, idle = upload.offset, upload.complete, 0
        furthest = offset
        self._outbox.sent(sheet.kept, offset)
        while not complete:
            self._check_stop()
            before = offset
            offset, answered = self._append(document, sheet, offset)
            complete = answered and offset == size
            if not answered and offset == size:  # all there, but not ours to say that it was checked
                upload = self._server.begin(sheet)
                offset, complete = upload.offset, upload.complete
            if offset != before:
                self._outbox.sent(sheet.kept, offset)
            idle = 0 if offset > furthest else idle + 1
            self.progressed = self.progressed or offset > furthest
            furthest = max(furthest, offset)
            if idle > _CORRECTIONS:
                raise Unavailable(
                    event(Code.UPLOAD_STUCK, name=document.name, detail=f"{offset} / {size}"), everyone=False
                )

    def _append(self, document: Document, sheet: Sheet, offset: int) -> tuple[int, bool]:
        """Send one piece. Returns the server's offset, and whether it took the piece rather than correct us."""
        piece = self._piece(document, sheet, offset)
        try:
            offset = self._server.append(sheet.kept, offset, piece)
        except WrongOffset as correction:
            return correction.actual, False
        except UnknownUpload:
            return self._server.begin(sheet).offset, False
        except PieceTooLarge:
            if len(piece) <= self._least:
                detail = f"HTTP 413, {len(piece)}"
                raise Refused(event(Code.REFUSED, code="too_large", detail=detail)) from None
            self._chunk = self._most = self._least
            return offset, False
        except WrongDigest:
            self.progressed = False
            self._outbox.sent(sheet.kept, 0)
            self._check_copy(document, sheet)
            raise Unavailable(event(Code.DIGEST_MISMATCH, name=document.name), everyone=False) from None
        except Unavailable:
            self._chunk = max(self._least, self._chunk // 2)
            raise
        self._chunk = min(self._most, self._chunk * 2)
        return offset, True

    def _piece(self, document: Document, sheet: Sheet, offset: int) -> bytes:
        length = min(self._chunk, sheet.kept.size - offset)
        try:
            piece = self._spool.read(sheet.kept, start=offset, length=length)
        except FileNotFoundError:
            piece = b""
        if len(piece) != length:
            self._check_copy(document, sheet)
        return piece

    def _check_copy(self, document: Document, sheet: Sheet) -> None:
        """Is our own copy still what it was?"""
        if self._spool.verify(sheet.kept):
            return
        known = self._outbox.document(document.id)
        if known is None or known.state not in LIVE:
            raise GivenUp
        raise Corrupted(event(Code.SPOOL_DAMAGED, id=document.id, name=document.name, sha256=sheet.kept.sha256))

    def _check_stop(self) -> None:
        if self._stop.is_set():
            raise Stopped
