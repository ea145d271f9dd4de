"""The ledger: chained batches, tampering found, personal values only as commitments."""

import hashlib
import json
import uuid
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoso.housekeeping import let_go
from khoso.kernel.canonical import canonical
from warehouse import ledger
from warehouse.models import LedgerBatch, LedgerEvent, Salt

pytestmark = pytest.mark.django_db


def happen(now, count=1, **more):
    return [
        ledger.record("read", at=now, actor="system", document=uuid.uuid4(), body={"n": n}, **more)
        for n in range(count)
    ]


def test_an_empty_ledger_is_whole():
    assert ledger.verify() == ledger.LedgerReport(0, 0, 0, None, ())


def test_batches_chain_and_verify(now):
    for count in (1, 2, 5):
        happen(now, count)
        assert ledger.seal(now) == count
    happen(now, 3)
    report = ledger.verify()
    assert (report.batches, report.events, report.unsealed, report.faults) == (3, 11, 3, ())
    first, second, third = LedgerBatch.objects.order_by("number")
    assert (first.previous, second.previous, third.previous) == (ledger.GENESIS, first.digest, second.digest)
    assert ledger.seal(now) == 3
    assert ledger.seal(now) == 0


@pytest.mark.parametrize("sealed", [True, False])
def test_a_changed_event_is_found(now, sealed):
    events = happen(now, 4)
    if sealed:
        ledger.seal(now)
    LedgerEvent.objects.filter(pk=events[2].pk).update(body=events[2].body.replace('"n":2', '"n":3'))
    assert f"event {events[2].pk} was changed" in ledger.verify().faults


def test_a_forged_event_with_its_own_digest_breaks_its_batch(now):
    events = happen(now, 4)
    ledger.seal(now)
    forged = events[1].body.replace('"n":1', '"n":9')
    LedgerEvent.objects.filter(pk=events[1].pk).update(body=forged, digest=hashlib.sha256(forged.encode()).hexdigest())
    assert ledger.verify().faults == ("batch 1 does not match its events or its predecessor",)


def test_a_removed_event_and_a_removed_batch_are_found(now):
    for _ in range(3):
        happen(now, 2)
        ledger.seal(now)
    LedgerEvent.objects.filter(batch__number=2).first().delete()
    assert any("batch 2" in fault for fault in ledger.verify().faults)
    LedgerEvent.objects.filter(batch__number=2).delete()
    LedgerBatch.objects.filter(number=2).delete()
    assert any("batch 2 is missing" in fault for fault in ledger.verify().faults)


def test_personal_values_stay_out_and_can_be_forgotten(now):
    (event,) = happen(now, personal={"owner_name": "Nguyễn Văn Mẫu"})
    assert "Mẫu" not in event.body
    salt = Salt.objects.get(event=event, field="owner_name")
    told = json.loads(event.body)["commitments"]["owner_name"]
    assert told == ledger.commitment(salt.salt, "Nguyễn Văn Mẫu")
    ledger.seal(now)
    salt.delete()  # a lawful erasure
    assert ledger.verify().faults == ()


def test_merkle_root_follows_rfc_9162_for_three_leaves():
    leaves = [hashlib.sha256(bytes([n])).hexdigest() for n in range(3)]

    def leaf(digest):
        return hashlib.sha256(b"\0" + bytes.fromhex(digest)).digest()

    left = hashlib.sha256(b"\1" + leaf(leaves[0]) + leaf(leaves[1])).digest()
    assert ledger.merkle_root(leaves) == hashlib.sha256(b"\1" + left + leaf(leaves[2])).hexdigest()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values)
def test_canonical_json_reads_back_and_knows_no_order(value):
    text = canonical(value)
    assert json.loads(text) == value
    if isinstance(value, dict):
        assert canonical(dict(reversed(value.items()))) == text


def test_canonical_json_refuses_floats():
    with pytest.raises(TypeError):
        canonical({"a": [1.5]})


def test_a_process_that_ends_seals_what_its_last_round_told(now):
    happen(now)
    let_go(SimpleNamespace(clock=lambda: now), "worker")
    assert ledger.unsealed() == 0
