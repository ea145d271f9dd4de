"""When all is back: is every paper where it belongs, once, with its bytes?"""

import collections
import subprocess
import sys
import time

from kho import ENDS, ROOT, Desks, Kho

_STATES = (
    "import json; from warehouse.models import Document, Rendition; "
    "print(json.dumps([[str(pk), state, reason] for pk, state, reason in Document.objects.values_list('pk', 'state', 'reason')]))"
)


def states(kho: Kho):
    import json

    out = kho.run("manage", "shell", "--no-imports", "-c", _STATES).stdout
    return json.loads(next(line for line in out.splitlines() if line.startswith("[")))


def settle(kho: Kho, wanted: int, timeout: float):
    """Wait until every document rests, the index is fed and the ledger sealed; returns the states."""
    deadline = time.monotonic() + timeout
    while True:
        rows = states(kho)
        resting = ENDS | {"PARKED", "REFUSED", "SPLIT"}
        if len(rows) >= wanted and all(state in resting for _, state, _ in rows):
            return rows
        assert time.monotonic() < deadline, collections.Counter(state for _, state, _ in rows)
        time.sleep(2)


def judge(kho: Kho, desks: Desks, wanted: int, by_hand: int, *, timeout: float = 300):
    """Raises AssertionError with what is wrong; returns one line for the table."""
    started = time.monotonic()
    rows = settle(kho, wanted + by_hand, timeout)
    waited = time.monotonic() - started
    # Every paper once, and where it belongs.
    assert len(desks.acknowledged) == wanted
    assert len({document for document, _ in desks.acknowledged.values()}) == wanted
    assert {document for document, _ in desks.acknowledged.values()} <= {pk for pk, _, _ in rows}
    assert len(rows) == wanted + by_hand
    stopped = [(state, reason) for _, state, reason in rows if state not in ENDS]
    assert stopped == [], stopped[:3]
    # Every acknowledged byte, read back through the program itself.
    script = (
        "import sys, hashlib; from khoso.wiring import open_store; store = open_store(); "
        "print('same', sum(hashlib.sha256(b''.join(store.open(line.strip()))).hexdigest() == line.strip() for line in sys.stdin))"
    )
    done = subprocess.run(
        [sys.executable, "-m", "khoso", "manage", "shell", "--no-imports", "-c", script],
        input="\n".join(desks.acknowledged),
        env=kho._environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    assert f"same {wanted}" in done.stdout
    # Store, catalogue, index and ledger agree. What a killed worker left between bytes and row is litter that is cleared.
    left = {row["fault"] for row in kho.json("check", "--repair", check=None)[:-1]}
    assert left <= {"stray", "unindexed", "tail"}, left
    report = kho.json("check")[-1]
    assert report["open"] == 0
    assert report["totals"]["documents"] == wanted + by_hand
    counted = collections.Counter(state for _, state, _ in rows)
    return f"{wanted} + {by_hand} papers, {desks.tries} tries, {kho.killed} kills, {dict(counted)}, settled {waited:.0f} s after"
