"""Puts drops into an outbox without a folder being watched."""

from pathlib import Path

from scanner_agents.files import Stamp
from scanner_agents.outbox import Original, Outbox, Outcome
from scanner_agents.records import Document, Labels, Receipt, Sheet
from scanner_agents.spool import Spool

NOW = 1_800_000_000.0
NOTHING = Labels()


class Drops:
    """Puts drops into an outbox."""

    def __init__(self, outbox: Outbox, spool: Spool, folder: Path) -> None:
        self.outbox, self.spool, self.folder = outbox, spool, folder
        self.marks = 0

    def sheet(self, data: bytes, name: str = "a.pdf") -> Sheet:
        path = self.folder / "source"
        path.write_bytes(data)
        return Sheet(self.spool.take(path, Stamp.of(path.lstat())), name)

    def add(
        self, *pages: bytes, name: str = "a.pdf", labels: Labels = NOTHING, anew: bool = False, now: float = NOW
    ) -> tuple[int, Outcome]:
        self.marks += 1
        original = Original.at(self.folder / name, f"mark {self.marks}")
        sheets = tuple(self.sheet(data) for data in pages)
        return self.outbox.add(original, name, sheets, labels, spool=self.spool, now=now, anew=anew)

    def one(self, number: int = 1) -> Document:
        document = self.outbox.document(number)
        assert document
        return document

    def receive(self, number: int = 1, now: float = NOW) -> bool:
        document = self.one(number)
        receipt = Receipt("doc", "RECEIVED", tuple(sheet.kept for sheet in document.sheets), "", twice=False)
        return self.outbox.receive(document, receipt, now=now)
