"""The outbox: one document that cannot be put holds up no other."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khoso.kernel.errors import Unavailable
from search.adapters.memory import MemoryIndex
from search.models import Aside
from search.ports import Query, Unfit, Viewer
from search.projecting import BATCH, behind, feed, feed_again, findable_versions, put, set_aside
from search.rebuilding import rebuild
from warehouse.models import DataRecord, Document, State
from warehouse.moving import Outcome, move

pytestmark = pytest.mark.django_db


@pytest.fixture
def add(unit, person, now):
    """Makes documents that can be found, with a record."""

    def document(name, fields=None):
        made = Document.objects.create(
            state=State.EXTRACTED,
            state_since=now,
            unit=unit,
            created_at=now,
            created_by=person,
            intake_key=uuid.uuid4().hex,
            name=name,
        )
        DataRecord.objects.create(
            document=made, version=1, document_type="unknown", type_confidence=1.0, fields=fields or {}, created_at=now
        )
        return made

    return document


BROKEN = {"title": {"text": "a field without a value"}}


class Choosy(MemoryIndex):
    """Takes everything but what is called `poison`."""

    away = False

    def put(self, entries):
        if self.away:
            raise Unavailable("away")
        entries = list(entries)
        super().put(entry for entry in entries if entry.title != "poison")
        unfit = {entry.document: "400 odd" for entry in entries if entry.title == "poison"}
        if unfit:
            raise Unfit(unfit)


def titles(index):
    return sorted(hit.title for hit in index.find(Query("", limit=200), viewer=Viewer()).hits)


def test_a_paper_is_found_by_what_the_desk_called_its_batch_and_dossier(add, store):
    one, _other = add("một.pdf"), add("hai.pdf")
    Document.objects.filter(pk=one.pk).update(batch="Hộp 12", dossier="H36.12-260101-0001")
    index = MemoryIndex()
    feed(index=index, store=store)
    for words in ("Hộp 12", "hop 12", "H36.12-260101-0001"):
        found = index.find(Query(words), viewer=Viewer()).hits
        assert [hit.title for hit in found] == ["một.pdf"], words


def test_a_batch_asks_the_catalogue_as_often_for_one_document_as_for_many(add, store):
    put([add("một.pdf")], into=list, store=store)  # what is looked up once in a process is
    with CaptureQueriesContext(connection) as one:
        put([add("hai.pdf")], into=list, store=store)
    many = [add(f"{number}.pdf", {"owner_address": {"value": "Phường Bến Nghé"}}) for number in range(30)]
    taken = []
    with CaptureQueriesContext(connection) as more:
        assert put(Document.objects.filter(pk__in=[row.pk for row in many]), into=taken.extend, store=store)
    asked = [query["sql"] for query in more if query["sql"].startswith("SELECT")]
    before = sum(query["sql"].startswith("SELECT") for query in one)
    assert len(asked) <= before + 2, asked  # the documents themselves and their units
    assert sorted(entry.title for entry in taken) == sorted(row.name for row in many)


def test_what_cannot_be_made_or_taken_is_set_aside_and_the_others_follow(add, store, caplog):
    index = Choosy()
    broken, refused = add("broken", BROKEN), add("poison")
    for number in range(BATCH):
        add(f"paper {number}")
    feed(index=index, store=store)
    assert len(titles(index)) == BATCH
    assert behind() == 0
    assert set_aside() == {str(broken.pk): "KeyError", str(refused.pk): "400 odd"}
    assert "a field without a value" not in caplog.text
    told = len(caplog.records)
    assert feed(index=index, store=store) == 0  # nor is it tried, and told, at every round
    assert len(caplog.records) == told


def test_a_document_set_aside_is_tried_again_when_it_changed(add, store):
    index = Choosy()
    document = add("paper", BROKEN)
    feed(index=index, store=store)
    document.records.update(fields={})
    Document.objects.filter(pk=document.pk).update(version=2)
    assert (behind(), set_aside()) == (1, {})
    feed(index=index, store=store)
    assert titles(index) == ["paper"]


def test_check_and_rebuild_try_again_and_end(add, store):
    index = Choosy()
    document = add("paper", BROKEN)
    add("other"), add("poison")
    feed(index=index, store=store)
    document.records.update(fields={})
    feed_again([str(document.pk)])
    feed(index=index, store=store)
    assert titles(index) == ["other", "paper"]
    fresh = MemoryIndex()  # which takes what the other one did not
    assert rebuild(index=fresh, store=store).account.documents == 3
    assert set_aside() == {}
    document.records.update(fields=BROKEN)
    assert rebuild(index=fresh, store=store).account.documents == 2
    assert list(set_aside()) == [str(document.pk)]


def test_an_index_that_is_away_sets_nothing_aside(add, store):
    index = Choosy()
    index.away = True
    add("poison"), add("paper")
    with pytest.raises(Unavailable):
        feed(index=index, store=store)
    assert (behind(), Aside.objects.count()) == (2, 0)


REASON = {"code": "bug", "params": {}}


@pytest.mark.parametrize(
    "gone",
    [
        Outcome(State.INSPECTED, anew=True),  # a person turned a page
        Outcome(State.SPLIT),  # or divided it
        Outcome(State.PARKED, changes={"reason": REASON, "parked_from": State.EXTRACTED}),
    ],
    ids=lambda gone: gone.after,
)
def test_what_was_put_by_a_feeder_that_died_is_taken_out_when_it_is_findable_no_more(add, store, now, gone):
    """Put, and not written down: the server took it and was cut off, or the process was killed."""
    index = MemoryIndex()
    feed(index=index, store=store)  # from now on the index is known
    document = add("paper")
    put([document], into=index.put, store=store)
    assert titles(index) == ["paper"]
    assert move(document, gone, worker=None, actor="person", event="test", now=now)
    feed(index=index, store=store)
    assert (titles(index), behind()) == ([], 0)


def test_what_never_was_findable_is_not_put_to_be_taken_out(add, store, now):
    document = add("paper")
    Document.objects.filter(pk=document.pk).update(state=State.READ)
    document.refresh_from_db()
    assert move(document, Outcome(State.SPLIT), worker=None, actor="person", event="test", now=now)
    assert behind() == 0


def test_versions_come_in_pages(add, monkeypatch):
    monkeypatch.setattr("search.projecting.PAGE", 2)
    made = {str(add(f"paper {number}").pk) for number in range(5)}
    assert [name for name, _version in findable_versions()] == sorted(made)
