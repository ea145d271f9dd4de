"""An entry the search server itself refuses: set aside with its reason, seen, in nobody's way, and taken after the repair."""

import uuid

import pytest
from elasticsearch import Elasticsearch
from prometheus_client import generate_latest

from khoso.checking import Fault, check
from khoso.kernel.clock import system_clock
from khoso.metrics import registry
from search.adapters.elasticsearch_document import mapping, settings
from search.ports import Query, Viewer
from search.projecting import behind, feed, set_aside
from search.rebuilding import rebuild
from tests.services.conftest import search_index
from warehouse.models import DataRecord, Document, State

pytestmark = [pytest.mark.services, pytest.mark.django_db]


@pytest.fixture
def add(unit, person, now):
    def document(name, **more):
        made = Document.objects.create(
            state_since=now, unit=unit, created_at=now, created_by=person, intake_key=uuid.uuid4().hex, name=name,
            **{"state": State.EXTRACTED, **more},
        )  # fmt: skip
        DataRecord.objects.create(
            document=made, version=1, document_type="unknown", type_confidence=1.0, fields={}, created_at=now
        )
        return made

    return document


@pytest.fixture
def narrow(elasticsearch_url):
    """An index somebody made by hand with a field too narrow for what is filed."""
    with search_index(elasticsearch_url) as index, Elasticsearch(elasticsearch_url) as raw:
        alias = index._cluster.alias
        made = mapping("by hand")
        made["properties"]["filed"] = {"type": "byte"}
        name = f"{alias}-byhand"
        raw.indices.create(
            index=name, mappings=made, settings=settings(shards=1), aliases={alias: {}, f"{name}-put": {}}
        )
        yield index


def titles(index):
    return sorted(hit.title for hit in index.find(Query("", limit=200), viewer=Viewer()).hits)


def aside_of(metrics):
    (line,) = [line for line in metrics.decode().splitlines() if line.startswith("khoso_index_set_aside ")]
    return float(line.split()[1])


def test_what_the_server_refuses_is_set_aside_told_and_taken_after_the_repair(narrow, add, store, now):
    for number in range(3):
        add(f"tờ {number}")
    refused = add("đã lưu", state=State.FILED, filed_at=now, code="H36.01-260101-0001")
    for number in range(3, 6):
        add(f"tờ {number}")
    feed(index=narrow, store=store)
    # The others are found, and nothing waits.
    assert titles(narrow) == [f"tờ {number}" for number in range(6)]
    assert behind() == 0
    # The reason is the server's, and whoever looks sees it.
    assert set_aside() == {str(refused.pk): "400 document_parsing_exception"}
    assert aside_of(generate_latest(registry(system_clock))) == 1
    differences = [
        one for one in check(store=store, index=narrow, clock=lambda: now).differences if one.fault is Fault.UNINDEXED
    ]
    assert [one.what for one in differences] == [str(refused.pk)]
    assert "400 document_parsing_exception" in differences[0].detail
    # What comes later is not held up, and the one aside is not sent again at each round.
    add("tờ 6")
    assert feed(index=narrow, store=store) == 1
    # Repair while the fault lasts changes nothing and says so.
    check(store=store, index=narrow, clock=lambda: now, repair=True)
    assert list(set_aside()) == [str(refused.pk)]
    # The operator makes the index anew, as the program wants it.
    assert rebuild(index=narrow, store=store).account.documents == 8
    assert titles(narrow) == ["tờ 0", "tờ 1", "tờ 2", "tờ 3", "tờ 4", "tờ 5", "tờ 6", "đã lưu"]
    assert set_aside() == {}
    assert aside_of(generate_latest(registry(system_clock))) == 0
    assert not [
        one for one in check(store=store, index=narrow, clock=lambda: now).differences if one.fault is Fault.UNINDEXED
    ]


def test_a_later_version_that_the_server_takes_ends_being_aside(narrow, add, store, now):
    document = add("đã lưu", state=State.FILED, filed_at=now, code="H36.01-260101-0002")
    feed(index=narrow, store=store)
    assert list(set_aside()) == [str(document.pk)]
    Document.objects.filter(pk=document.pk).update(filed_at=now.fromtimestamp(100, now.tzinfo), version=2)
    feed(index=narrow, store=store)
    assert (set_aside(), titles(narrow)) == ({}, ["đã lưu"])


GIANT = {
    "one word": "x" * 40_000,
    "one word of three bytes a letter": "ệ" * 40_000,
    "of four": "𠀀" * 40_000,
    "figures": "1" * 40_000,
    "other scripts": "區" * 40_000,
    "joints": "a_" * 20_000,
    "marks": "e" + "\u0301" * 40_000,
    "words": "từ " * 15_000,
    "numbers": " ".join(map(str, range(100_000, 106_000))),
    "stroke after stroke": "12/QĐ-" * 6_000,
}


def test_no_word_is_too_long_for_the_index(elasticsearch_url, add, store):
    """Lucene takes no term of more than 32,766 bytes; nothing a paper says is refused for it."""
    with search_index(elasticsearch_url) as index:
        for name, giant in GIANT.items():
            fields = ("title", "number", "issuer", "owner_id", "owner_name", "summary", "mother.name", "serial")
            made = add(f"mau {name}")
            made.records.update(fields={one: {"value": giant if one != "title" else f"mẫu {giant}"} for one in fields})
        assert feed(index=index, store=store) == len(GIANT)
        assert (set_aside(), behind()) == ({}, 0)
        assert index.find(Query("mẫu", limit=200), viewer=Viewer()).total == len(GIANT)
        for asked in (Query("", owner=GIANT["of four"]), Query("", issuer=GIANT["other scripts"])):
            assert index.find(asked, viewer=Viewer()).total == 1
        assert index.find(Query("104567", limit=200), viewer=Viewer()).total == 1
        assert index.find(Query('"105997 105998 105999"'), viewer=Viewer()).total == 1
