"""The index made anew beside the one in use, and what the outbox takes out of it again."""

import uuid

import pytest

from khoso.cli import reindexing
from khoso.kernel.errors import Unavailable
from search.adapters.memory import MemoryIndex
from search.models import Generation
from search.ports import Entry, Query, Viewer
from search.projecting import behind, feed
from search.rebuilding import account, put_named, rebuild
from warehouse.models import Document, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def add(unit, person, now):
    """Makes documents that can be found."""

    def document(name, state=State.EXTRACTED, **more):
        return Document.objects.create(
            state=state,
            state_since=now,
            unit=unit,
            created_at=now,
            created_by=person,
            intake_key=uuid.uuid4().hex,
            name=name,
            due_at=now,
            **more,
        )

    return document


def titles(index, words=""):
    return sorted(hit.title for hit in index.find(Query(words), viewer=Viewer()).hits)


def test_everything_findable_and_nothing_else_is_in_the_new_index(add, store):
    index = MemoryIndex()
    add("giấy một"), add("giấy hai"), add("chưa đọc", state=State.RECEIVED)
    index.put([Entry("ghost", 1, title="ma")])
    told = []
    done = rebuild(index=index, store=store, progress=lambda *step: told.append(step))
    assert titles(index) == ["giấy hai", "giấy một"]
    assert (done.found, done.put, done.account.documents) == (0, 2, 2)
    assert done.account == account((str(row.pk), row.version) for row in Document.objects.exclude(state="RECEIVED"))
    assert told[0] == (0, 2)
    assert (2, 2) in told


def test_the_outbox_does_not_take_the_swap_for_a_loss(add, store):
    index = MemoryIndex()
    row = add("giấy")
    feed(index=index, store=store)
    rebuild(index=index, store=store)
    assert feed(index=index, store=store) == 0
    assert behind() == 0
    assert Generation.objects.get().name == index.generation()
    Document.objects.filter(pk=row.pk).update(version=2)
    assert feed(index=index, store=store) == 1
    assert dict(index.versions()) == {str(row.pk): 2}


def test_who_puts_is_told_which_index_was_begun_and_gets_everything_once(add, store, monkeypatch):
    monkeypatch.setattr("search.rebuilding.BATCH", 2)
    index, given = MemoryIndex(), []
    papers = {str(add(f"giấy {n}").pk) for n in range(5)}

    def putting(name, batches):
        fresh = index.rebuild()
        assert fresh.name == name
        for names in batches:
            given.append(names)
            yield put_named(names, fresh, store)

    done = rebuild(index=index, store=store, putting=putting)
    assert sorted(map(len, given)) == [1, 2, 2]
    assert {name for names in given for name in names} == papers
    assert (done.put, done.account.documents) == (5, 5)


def test_a_process_that_finds_another_index_begun_puts_nothing(add, store, monkeypatch):
    index = MemoryIndex()
    row = add("giấy")
    fresh = index.rebuild()
    monkeypatch.setattr(reindexing, "_opened", lambda: (fresh, store))
    with pytest.raises(Unavailable, match="không còn nữa"):
        reindexing._put("khác", [str(row.pk)])
    assert list(fresh.versions()) == []
    assert reindexing._put(fresh.name, [str(row.pk)]) == 1


class Stumbling(MemoryIndex):
    """Away while something is being put into its new index, as often as told."""

    stumbles = 1

    def rebuild(self):
        fresh = super().rebuild()
        put = fresh.put

        def putting(entries):
            entries = list(entries)
            if entries and self.stumbles:
                self.stumbles -= 1
                put(entries[:1])
                raise Unavailable("gone")
            put(entries)

        fresh.put = putting
        return fresh


def test_an_interrupted_run_is_taken_up_and_the_old_index_answers(add, store):
    index = Stumbling()
    for number in range(5):
        add(f"giấy {number}")
    feed(index=index, store=store)
    with pytest.raises(Unavailable):
        rebuild(index=index, store=store)
    assert len(titles(index)) == 5
    done = rebuild(index=index, store=store)
    assert (done.found, done.put, done.account.documents) == (1, 4, 5)
    assert len(titles(index)) == 5


def test_what_changes_meanwhile_is_in_the_new_index_in_its_newest_form(add, store):
    index = MemoryIndex()
    row = add("giấy cũ")

    def meanwhile(done, total):
        if done == total and Document.objects.get(pk=row.pk).version == 1:
            Document.objects.filter(pk=row.pk).update(version=2, name="giấy mới")

    rebuild(index=index, store=store, progress=meanwhile)
    assert titles(index) == ["giấy mới"]


def test_a_stray_in_the_new_index_does_not_survive(add, store):
    index = MemoryIndex()
    add("giấy")
    index.rebuild().put([Entry("ghost", 7, title="ma")])
    rebuild(index=index, store=store)
    assert titles(index) == ["giấy"]


@pytest.mark.parametrize("state", [State.PARKED, State.ERASED])
def test_a_document_nobody_may_find_any_more_leaves_the_index(add, store, state):
    index = MemoryIndex()
    row = add("giấy")
    feed(index=index, store=store)
    Document.objects.filter(pk=row.pk).update(state=state, version=2, reason={"code": "bug"})
    assert behind() == 1
    feed(index=index, store=store)
    assert titles(index) == []
    assert behind() == 0
    Document.objects.filter(pk=row.pk).update(state=State.EXTRACTED, version=3)
    feed(index=index, store=store)
    assert titles(index) == ["giấy"]
