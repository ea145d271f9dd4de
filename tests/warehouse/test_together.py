"""Rows of several tables together: all or nothing, on either database (`make test-services` runs this on PostgreSQL)."""

import uuid

import pytest
from django.db import IntegrityError

from warehouse import ledger
from warehouse.models import Document, LedgerEvent, Rendition, RenditionKind, Salt, State
from warehouse.together import insert

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(person, now):
    def made(key, **more):
        values = {
            "state": State.RECEIVED,
            "state_since": now,
            "created_at": now,
            "facts": {"quote": "it's 100 % «của»"},
        }
        return Document(intake_key=key, created_by=person, unit=person.unit, name="tờ", **{**values, **more})

    return made


def sheet(document, now, part=1):
    return Rendition(
        document=document, kind=RenditionKind.ORIGINAL, part=part, digest="d" * 64, size=5_000_000_000,
        media_type="image/jpeg", name="a.jpg", created_at=now,
    )  # fmt: skip


def test_everything_comes_at_once_and_refers_to_each_other(paper, now):
    document = paper("k")
    event, *salts = ledger.told(
        "received", at=now, actor="x", document=document.pk, personal={"owner_id": "001", "owner_name": "Mẫu"}
    )
    assert insert(document, [sheet(document, now), event, *salts], key="intake_key")
    kept = Document.objects.get()
    assert (kept.pk, kept.facts, kept.due_at, kept.version) == (document.pk, {"quote": "it's 100 % «của»"}, None, 1)
    assert Rendition.objects.get().size == 5_000_000_000
    assert {salt.event.pk for salt in Salt.objects.all()} == {LedgerEvent.objects.get().pk}
    assert {salt.field for salt in Salt.objects.all()} == {"owner_id", "owner_name"}
    assert ledger.verify().faults == ()
    document.name = "sau"
    document.save()  # it is a row now: no second insert
    assert Document.objects.get().name == "sau"


def test_a_key_that_is_taken_brings_nothing(paper, now):
    assert insert(paper("k"), [], key="intake_key")
    second = paper("k")
    events = ledger.told("received", at=now, actor="x", document=second.pk)
    assert not insert(second, [sheet(second, now), *events], key="intake_key")
    assert (Document.objects.count(), Rendition.objects.count(), LedgerEvent.objects.count()) == (1, 0, 0)


def test_what_another_constraint_forbids_is_told_and_leaves_nothing(paper, now, django_db_blocker):
    from django.db import transaction

    document = paper("k")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(document, [sheet(document, now), sheet(document, now)], key="intake_key")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(paper("l", state="NOWHERE"), [], key="intake_key")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(paper("m", code="c", pk=uuid.uuid4()), [paper("n", code="c")], key="intake_key")
    assert (Document.objects.count(), Rendition.objects.count()) == (0, 0)
