"""Lawful erasure: content goes, the fact stays, bytes only with their last reference, a crash in between is finished."""

import json
from datetime import timedelta

import pytest

from khoso.kernel.digest import digest_bytes
from khoso.kernel.errors import Corrupted, Refused, Unavailable
from warehouse import erasing, ledger
from warehouse.adapters.local import LocalStore
from warehouse.models import Document, LedgerEvent, RenditionKind, Salt, State
from warehouse.moving import Intake, NewRecord, NewRendition, NewRevision, Outcome, Part, create, move
from warehouse.shelf import put_bytes

pytestmark = pytest.mark.django_db

ORDER = {"by": "quantri", "reason": "hết thời hạn lưu", "basis": "Quyết định 12/QĐ-UBND"}


def filed(store, person, now, *, key, original=b"the paper", code="001.X.001"):
    """A filed document with an original, a signed file and a data record."""
    sheet = NewRendition(RenditionKind.ORIGINAL, put_bytes(store, original), "image/jpeg", part=1, name="giay.jpg")
    intake = Intake(by=person, queue="today", owner_id="001099000001", owner_name="Nguyễn Văn Mẫu")
    document, _ = create(key, "giay.jpg", (sheet,), intake=intake, now=now)
    signed = put_bytes(store, b"signed " + key.encode())
    fields = {"owner_name": {"value": "Nguyễn Văn Mẫu"}}
    outcome = Outcome(
        State.FILED,
        changes={"filed_at": now, "code": code},
        revision=NewRevision(signed, "scanner", "Nguyễn Văn Mẫu"),
        record=NewRecord("diploma", 1.0, fields, signed.digest),
        personal={"owner_name": "Nguyễn Văn Mẫu"},
    )
    assert move(document, outcome, worker=None, actor="system", event="file", now=now)
    for row in document.renditions.all():
        store.lock(row.digest, until=now + timedelta(days=3660))
    return document


def personal_left(document):
    """Everything of the catalogue that names the person."""
    rows = [
        *Document.objects.filter(pk=document.pk).values(),
        *document.records.values(),
        *document.revisions.values(),
        *document.renditions.values(),
        *document.grants.values(),
        *LedgerEvent.objects.values(),
    ]
    return [row for row in rows if "Mẫu" in str(row) or "001099000001" in str(row)]


def test_content_goes_and_the_fact_stays(store, person, now):
    document = filed(store, person, now, key="a" * 64)
    given = document.grants.create(
        person=person, by=person, reason="giấy của Nguyễn Văn Mẫu", since=now, until=now + timedelta(days=9)
    )
    digests = set(document.renditions.values_list("digest", flat=True))
    assert personal_left(document)
    erasing.order(document, **ORDER, now=now)
    (done,) = erasing.carry_out(store=store, now=now)
    assert (done.document, set(done.erased), done.kept) == (document.pk, digests, ())
    assert list(store.names()) == []
    assert document.state == State.ERASED
    given.refresh_from_db()
    assert (given.revoked_at, given.revoked_by) == (now, "quantri"), "a grant ends with what it opened"
    assert personal_left(document) == []
    assert not Salt.objects.filter(event__document=document.pk).exists()
    assert ledger.verify().faults == ()
    ordered, erased = LedgerEvent.objects.filter(document=document.pk, kind__in=["erasure_ordered", "bytes_erased"])
    assert json.loads(ordered.body)["body"]["basis"] == ORDER["basis"]
    assert json.loads(ordered.body)["actor"] == "quantri"
    assert set(json.loads(erased.body)["body"]["erased"]) == digests
    assert erasing.carry_out(store=store, now=now) == []


def test_shared_bytes_go_with_their_last_reference(store, person, now):
    first = filed(store, person, now, key="a" * 64, code="1")
    second = filed(store, person, now, key="b" * 64, code="2")
    shared = digest_bytes(b"the paper")
    erasing.order(first, **ORDER, now=now)
    (done,) = erasing.carry_out(store=store, now=now)
    assert done.kept == (shared,)
    assert b"".join(store.open(shared)) == b"the paper"
    assert store.locked_until(shared) is not None
    erasing.order(second, **ORDER, now=now)
    (done,) = erasing.carry_out(store=store, now=now)
    assert done.kept == ()
    assert list(store.names()) == []


def test_the_event_is_written_before_any_byte_goes(store, person, now):
    document = filed(store, person, now, key="a" * 64)

    class Watching(LocalStore):
        def erase(self, name, *, order):
            event = LedgerEvent.objects.get(pk=int(order.reference.removeprefix("event ")))
            assert (event.kind, event.document) == ("erasure_ordered", document.pk)
            assert (order.by, order.basis) == ("quantri", ORDER["basis"])
            super().erase(name, order=order)

    erasing.order(document, **ORDER, now=now)
    erasing.carry_out(store=Watching(store._root), now=now)
    assert list(store.names()) == []


@pytest.mark.parametrize("error", [Unavailable("away"), Refused(erasing.ReasonCode.LOCKED, until="2050")])
def test_what_stopped_half_way_is_finished_later(store, person, now, error):
    document = filed(store, person, now, key="a" * 64)

    class Stopping(LocalStore):
        left = 1

        def erase(self, name, *, order):
            if not self.left:
                raise error
            self.left -= 1
            super().erase(name, order=order)

    erasing.order(document, **ORDER, now=now)
    with pytest.raises(type(error)):
        erasing.carry_out(store=Stopping(store._root), now=now)
    assert erasing.open_orders()[0] == 1
    assert len(list(store.names())) == 1
    (done,) = erasing.carry_out(store=store, now=now)
    assert len(done.erased) == 2
    assert list(store.names()) == []
    assert erasing.open_orders() == (0, None)


def test_only_what_is_at_rest_can_be_erased_and_only_once(store, person, now):
    sheet = NewRendition(RenditionKind.ORIGINAL, put_bytes(store, b"x"), "image/jpeg", part=1)
    document, _ = create("c" * 64, "x", (sheet,), intake=Intake(by=person, queue="today"), now=now)
    with pytest.raises(Refused):
        erasing.order(document, **ORDER, now=now)
    document = filed(store, person, now, key="a" * 64)
    Document.objects.filter(pk=document.pk).update(lease_owner="w", lease_until=now + timedelta(seconds=5))
    with pytest.raises(Refused):
        erasing.order(document, **ORDER, now=now)
    Document.objects.filter(pk=document.pk).update(lease_owner="", lease_until=None)
    erasing.order(document, **ORDER, now=now)
    with pytest.raises(Refused):
        erasing.order(document, **ORDER, now=now)


def test_the_same_paper_handed_in_again_is_a_new_document(store, person, now):
    document = filed(store, person, now, key="a" * 64)
    erasing.order(document, **ORDER, now=now)
    erasing.carry_out(store=store, now=now)
    again = filed(store, person, now, key="a" * 64)
    assert again.pk != document.pk
    assert b"".join(store.open(digest_bytes(b"the paper"))) == b"the paper"


def test_the_last_part_of_a_stack_takes_the_stack_with_it(store, person, now):
    sheet = NewRendition(RenditionKind.ORIGINAL, put_bytes(store, b"stack"), "application/pdf", part=1)
    stack, _ = create("d" * 64, "stack.pdf", (sheet,), intake=Intake(by=person, queue="today"), now=now)
    move(stack, Outcome(State.SPLIT, parts=(Part(1, 1), Part(2, 2))), worker=None, actor="x", event="x", now=now)
    for number, part in enumerate(stack.children.all()):
        move(part, Outcome(State.TO_CONFIRM), worker=None, actor="x", event="x", now=now)
        erasing.order(part, **ORDER, now=now)
        erasing.carry_out(store=store, now=now)
        assert len(list(store.names())) == (0 if number else 1)
    stack.refresh_from_db()
    assert stack.state == State.ERASED
    with pytest.raises(Corrupted):
        list(store.open(digest_bytes(b"stack")))
