"""When all is back: is every paper where it belongs, once, with its bytes?"""

import collections
import json
import time
from dataclasses import dataclass

from kho import Desks, Kho, smudged

RESTING = {"FILED", "TO_CONFIRM", "PARKED", "REFUSED", "SPLIT"}

_BYTES = """
import hashlib, json, sys
from khoso.kernel.errors import KhosoError
from khoso.wiring import open_store
from warehouse.models import Rendition
store = open_store()
told = {}
for digest in json.load(sys.stdin):
    try:
        same = hashlib.sha256(b"".join(store.open(digest))).hexdigest() == digest
    except KhosoError as error:
        same = str(error)
    told[digest] = [same, Rendition.objects.filter(kind="original", digest=digest).count()]
print(json.dumps(told))
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One fault of one server, as the table shows it. Times in seconds.

    Attributes:
        in_flight: documents that had not come to rest when it began: on the way, or still to be handed in.
        lasted: how long it lasted. back: from its end until the last paper handed in during it was acknowledged.
        doubled: papers with more than one document, and objects with more than one version.
        check: differences `khoso check` left open when the server's day was over.
    """

    server: str
    fault: str
    documents: int
    in_flight: int
    acknowledged: int
    filed: int
    to_confirm: int
    lost: int
    doubled: int
    check: int
    lasted: float
    back: float

    def cells(self) -> list[str]:
        """What stands in the table's row."""
        numbers = (
            self.documents,
            self.in_flight,
            self.acknowledged,
            self.filed,
            self.to_confirm,
            self.lost,
            self.doubled,
        )
        check = "clean" if not self.check else f"{self.check} open"
        return [self.server, self.fault, *map(str, numbers), check, f"{self.lasted:.0f}", f"{self.back:.0f}"]


def settle(kho: Kho, wanted: int, patience: float = 180):
    """Wait until every document rests, as long as something still moves; returns document → (state, reason, since: Unix time)."""
    before, moved = {}, time.monotonic()
    while True:
        rows = kho.states()
        if len(rows) >= wanted and all(state in RESTING for state, *_ in rows.values()):
            return rows
        if rows != before:
            before, moved = rows, time.monotonic()
        assert time.monotonic() < moved + patience, collections.Counter(state for state, *_ in rows.values())
        # Where there is no server, asking costs a process that loads the program: rarely while much is left.
        left = wanted - sum(state in RESTING for state, *_ in rows.values())
        time.sleep(min(10, 1 + left / 20))


def judge(server: str, kho: Kho, desks: Desks, faults, by_hand: int) -> list[Line]:
    """What became of every paper.

    Args:
        faults: (name, first number, number after the last, began, ended) of each fault; times monotonic.
        by_hand: papers a person handed in besides.

    Raises:
        AssertionError: with what is wrong.
    """
    wanted = faults[-1][2]
    rows = settle(kho, wanted + by_hand)
    bytes_of = kho.shell(_BYTES, given=json.dumps([taken.digest for taken in desks.acknowledged.values()]))
    # Store, catalogue, index and ledger agree. What a killed worker left between bytes and row is litter that is cleared.
    mended = {row["fault"] for row in kho.json("check", "--repair", check=None)[:-1]}
    report = kho.json("check", check=None)
    open_ones, totals = report[-1]["open"], report[-1]["totals"]
    lines, clock = [], time.time() - time.monotonic()
    for fault, first, after, began, ended in faults:
        taken = {number: desks.acknowledged[number] for number in range(first, after) if number in desks.acknowledged}
        states = collections.Counter(rows[one.document][0] for one in taken.values() if one.document in rows)
        told = [bytes_of[one.digest] for one in taken.values()]
        lines.append(
            Line(
                server,
                fault,
                after - first,
                sum(rows[one.document][2] > began + clock for one in taken.values() if one.document in rows),
                len(taken),
                states["FILED"],
                states["TO_CONFIRM"],
                sum(same is not True or count == 0 for same, count in told)
                + sum(one.document not in rows for one in taken.values()),
                sum(count > 1 for _, count in told) + totals["surplus"],
                open_ones,
                ended - began,
                max(0.0, max((one.at for one in taken.values()), default=ended) - ended),
            )
        )
    _insist(lines, rows, desks, wanted + by_hand, mended, report)
    return lines


def _insist(lines, rows, desks, wanted, mended, report):
    stopped = [told for told in rows.values() if told[0] not in {"FILED", "TO_CONFIRM"}]
    assert stopped == [], stopped[:3]
    assert len(rows) == wanted
    for line in lines:
        assert (line.acknowledged, line.lost, line.doubled) == (line.documents, 0, 0), line
    wrong = {
        number: rows[taken.document]
        for number, taken in desks.acknowledged.items()
        if rows[taken.document][0] != ("TO_CONFIRM" if smudged(number) else "FILED")
    }
    assert wrong == {}
    assert mended <= {"stray", "unindexed", "tail"}, mended
    assert report[-1]["open"] == 0, report
    assert report[-1]["totals"]["documents"] == wanted


HEADS = (
    "server",
    "fault",
    "documents",
    "in flight",
    "acknowledged",
    "FILED",
    "TO_CONFIRM",
    "lost",
    "doubled",
    "check",
    "seconds",
    "back",
)


def table(lines: list[list[str]]) -> str:
    """The cells of lines as a Markdown table."""
    out = [f"| {' | '.join(HEADS)} |", "|---|---|" + "--:|" * (len(HEADS) - 2)]
    return "\n".join([*out, *(f"| {' | '.join(cells)} |" for cells in lines)])
