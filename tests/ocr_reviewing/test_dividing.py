"""A person joins what was parted wrongly and parts what was not; nothing anybody typed is lost, and it may be done back."""

import pytest
from django.test import Client

from khoso.kernel.clock import day_of
from khoso.kernel.errors import Refused
from khoso.kernel.transcript import Box, Line, Transcript, Word
from ocr.ports import Field
from ocr.recutting import can_recut
from ocr.reviewing import confirm, latest
from ocr.said import merged, said_before
from ocr.steps import extract
from ocr.transcripts import store_transcript
from pages.ports import FileFacts, Kind, Origin, PageFacts
from people.accounts import ensure_user
from warehouse import erasing
from warehouse.belonging import belonging
from warehouse.describing import describe
from warehouse.masking import cover_of
from warehouse.models import LedgerEvent, RenditionKind, State
from warehouse.moving import Intake, NewRendition, Outcome, Part, create, move
from warehouse.paging import page_sources
from warehouse.parting import can_part, join, join_all, neighbours, part, parts_now
from warehouse.shelf import put_bytes
from warehouse.transcribed import Pages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]
MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"


def transcript(*lines: str) -> Transcript:
    read = tuple(
        Line(tuple(Word(word, Box(150 * x, 80 * y, 150 * x + 140, 80 * y + 40), 0.99) for x, word in enumerate(line.split(), 1)), "t")
        for y, line in enumerate(lines, 1)
    )  # fmt: skip
    return Transcript(2480, 3508, 300, read, "t")


PAGES = (
    transcript(MOTTO, "TỜ TRÌNH", "Về việc phê duyệt MẪU"),
    transcript("trang hai"),
    transcript(MOTTO, "QUYẾT ĐỊNH", "Về việc khen thưởng MẪU"),
    transcript("trang bốn"),
)


@pytest.fixture
def clock(now):
    return lambda: now


@pytest.fixture
def stack(store, person, now):
    """Four pages the machine took for two documents."""
    pages = tuple(PageFacts(number, 2480, 3508, 300, "file", "as_is") for number in range(1, 5))
    sheet = NewRendition(RenditionKind.ORIGINAL, put_bytes(store, b"stack"), "application/pdf", part=1)
    document, _ = create("d" * 64, "chồng.pdf", (sheet,), intake=Intake(by=person, queue="desk", stack=True), now=now)
    transcripts = tuple(
        NewRendition(RenditionKind.TRANSCRIPT, store_transcript(store, page), "application/json", part=n, made_from="x")
        for n, page in enumerate(PAGES, 1)
    )
    facts = {"files": [FileFacts(Kind.PDF, 10, Origin.PAPER, pages).to_json()]}
    changes = {"facts": facts, "pages": 4, "origin": "paper"}
    read = Outcome(State.READ, changes=changes, renditions=transcripts)
    assert move(document, read, worker=None, actor="system", event="read", now=now)
    split = Outcome(State.SPLIT, parts=(Part(1, 2), Part(3, 4)))
    assert move(document, split, worker=None, actor="system", event="separate", now=now)
    return document


@pytest.fixture
def travel(store, now):
    """Takes a document the way a worker would, from wherever it stands to a person."""

    def go(document):
        if document.state in {State.READ, State.WHOLE}:
            signed = Outcome(State.SIGNED)
            assert move(document, signed, worker=None, actor="system", event="sign", now=now)
        assert move(document, extract(document, store=store), worker=None, actor="system", event="extract", now=now)
        assert move(document, Outcome(State.TO_CONFIRM), worker=None, actor="system", event="weigh", now=now)
        return document

    return go


def fields(document):
    return {name: field["value"] for name, field in latest(document).fields.items() if field["by"]}


def texts(document, store):
    pages = Pages(document, store)
    return [pages[number].lines[-1].text for number in pages]


def test_parts_are_joined_with_all_that_was_typed_and_come_back_as_they_were(stack, store, person, clock, travel):
    one, two = map(travel, parts_now(stack))
    confirm(one, {"summary": "phê duyệt MẪU", "place": "Đà Nẵng"}, by=person, clock=clock)
    confirm(two, {"number": "12/QĐ-UBND"}, by=person, clock=clock)
    whole = join(one, after=True, by=person, clock=clock)
    assert whole == stack
    assert parts_now(whole) == []
    travel(whole)
    assert fields(whole) == {"summary": "phê duyệt MẪU", "place": "Đà Nẵng", "number": "12/QĐ-UBND"}
    assert texts(whole, store) == [page.lines[-1].text for page in PAGES]
    confirm(whole, {"urgency": "HỎA TỐC"}, by=person, clock=clock)
    first = part(whole, [3], by=person, clock=clock)
    assert first == one
    travel(first)
    second = travel(parts_now(whole)[1])
    assert (first.state, second) == (State.TO_CONFIRM, two)
    assert fields(first) == {"summary": "phê duyệt MẪU", "place": "Đà Nẵng", "urgency": "HỎA TỐC"}
    assert fields(second) == {"number": "12/QĐ-UBND"}
    assert can_recut(whole) is False


def test_where_two_parts_were_told_differently_a_person_decides_by_name(stack, person, unit, clock, travel):
    other, _ = ensure_user("nguoi.hai", full_name="Người Thứ Hai MẪU", unit=unit)
    one, two = map(travel, parts_now(stack))
    confirm(one, {"number": "11/TTr-UBND"}, by=person, clock=clock)
    confirm(two, {"number": "12/QĐ-UBND"}, by=other, clock=clock)
    whole = travel(join(two, after=False, by=person, clock=clock))
    number = latest(whole).fields["number"]
    assert number["value"] == "11/TTr-UBND"
    assert number["doubts"] == ["people_disagree:nguoi.hai=12/QĐ-UBND"]
    assert "number" in confirm(whole, {}, by=person, clock=clock, rest=True)


def test_a_document_is_parted_and_values_stay_with_their_pages(stack, store, person, clock, travel):
    one, two = parts_now(stack)
    begun = part(two, [2], by=person, clock=clock)
    assert [(p.first_page, p.last_page) for p in parts_now(stack)] == [(1, 2), (3, 3), (4, 4)]
    assert texts(begun, store) == [PAGES[2].lines[-1].text]
    assert [source.facts.number for source in page_sources(begun)] == [3]
    assert neighbours(begun) == (one, parts_now(stack)[2])
    two.refresh_from_db()
    assert two.state == State.SPLIT
    assert parts_now(two) == parts_now(stack)[1:]
    assert [member.document for member in belonging(begun, viewer=person)[0].members] == [
        stack,
        one,
        parts_now(stack)[2],
    ]


def test_typed_values_of_a_whole_document_go_where_they_stand(stack, person, clock, travel):
    whole = travel(join_all(stack, by=person, clock=clock))
    title = latest(whole).fields["title"]
    confirm(whole, {"title": title["value"], "number": "11/TTr-UBND"}, by=person, clock=clock)
    assert title["page"] == 1
    part(whole, [2, 3], by=person, clock=clock)
    first, second, third = map(travel, parts_now(whole))
    assert fields(first) == {"title": title["value"], "number": "11/TTr-UBND"}
    assert (fields(second), fields(third)) == ({}, {})


def test_what_was_typed_outlives_pages_that_are_other_ones_now(stack, person, clock, travel):
    """Uncut, turned: the signed file is another one, and places on the old pages say nothing of the new."""
    whole = travel(join_all(stack, by=person, clock=clock))
    title = latest(whole).fields["title"]["value"]
    confirm(whole, {"title": title, "number": "11/TTr-UBND", "place": ""}, by=person, clock=clock)
    said = said_before(whole, bound_to="another file")
    assert {name: (value.value, value.page) for name, (value,) in said.fields.items()} == {
        "title": (title, None),
        "number": ("11/TTr-UBND", None),
    }
    read = Field(title, title, 3, Box(1, 2, 3, 4), 0.5, "ocr", "t", "r@1")
    found = merged({"title": read, "place": read}, said)
    assert (found["title"].page, found["title"].by, found["title"].doubtful) == (3, person.username, False)
    assert sorted(found) == ["number", "title"]  # a person said that no place is on the paper


def test_the_type_a_person_named_stays(stack, person, clock, travel):
    one, _two = map(travel, parts_now(stack))
    confirm(one, {}, by=person, clock=clock, as_type="contract")
    whole = travel(join(one, after=True, by=person, clock=clock))
    assert (whole.document_type, whole.type_confidence) == ("contract", 1.0)


def test_what_is_numbered_stays_as_it_is(stack, person, now, clock, travel):
    one, two = map(travel, parts_now(stack))
    assert move(two, Outcome(State.CODED, changes={"code": "x"}), worker=None, actor="s", event="code", now=now)
    with pytest.raises(Refused):
        join(one, after=True, by=person, clock=clock)
    with pytest.raises(Refused):
        part(two, [2], by=person, clock=clock)
    one.refresh_from_db()
    assert one.state == State.TO_CONFIRM
    assert can_part(one)


@pytest.mark.parametrize("page", [-1, 0, 1, 3, 99])
def test_no_document_begins_where_there_is_no_page(stack, person, clock, page):
    with pytest.raises(Refused):
        part(parts_now(stack)[0], [page], by=person, clock=clock)


def test_nobody_joins_what_another_joined_meanwhile(stack, person, clock):
    one, two = parts_now(stack)
    join(one, after=True, by=person, clock=clock)
    with pytest.raises(Refused):
        join(two, after=False, by=person, clock=clock)


def test_a_parked_part_is_joined_and_stands_again_where_it_stood(stack, person, now, clock):
    one, _two = parts_now(stack)
    stop = {"reason": {"code": "nothing_read", "params": {}}, "parked_from": State.READ}
    assert move(one, Outcome(State.PARKED, changes=stop), worker=None, actor="s", event="parked", now=now)
    whole = join(one, after=True, by=person, clock=clock)
    assert part(whole, [3], by=person, clock=clock).state == State.READ


def test_what_a_law_erased_comes_back_with_no_neighbour(stack, person, now, clock, travel):
    one, two = map(travel, parts_now(stack))
    first = travel(part(two, [2], by=person, clock=clock))
    erasing.order(first, by="x", reason="r", basis="b", now=now)
    two.refresh_from_db()
    assert two.state == State.ERASED  # it held the same page, and what was read of it
    assert two.records.count() == 0
    with pytest.raises(Refused):
        join(one, after=True, by=person, clock=clock)
    with pytest.raises(Refused):
        join_all(stack, by=person, clock=clock)


def test_a_retired_identity_card_stays_covered(stack, store, person, now, clock, travel):
    one, _two = map(travel, parts_now(stack))
    confirm(one, {}, by=person, clock=clock, as_type="citizen_id")
    whole = join(one, after=True, by=person, clock=clock)
    one.refresh_from_db()
    for document in (one, whole):
        assert cover_of(document, pages=Pages(document, store), on=day_of(now)).whole is (document == one), document
    begun = part(one.parent, [3], by=person, clock=clock)
    assert cover_of(begun, pages=Pages(begun, store), on=day_of(now)).whole


def test_the_ledger_tells_who_divided_what(stack, person, clock):
    one, _two = parts_now(stack)
    join(one, after=True, by=person, clock=clock)
    events = LedgerEvent.objects.filter(kind="regrouped")
    assert {event.actor for event in events} == {person.username}
    assert events.count() == 3
    assert '"documents":[[1,4]]' in events.first().body
    assert describe(one, now=clock())["children"] == [str(stack.pk)]


def test_the_page_offers_and_does_it(stack, person):
    client = Client()
    client.force_login(person)
    one, two = parts_now(stack)
    said = client.get(f"/giay-to/{one.pk}").content.decode()
    assert "Ghép với văn bản sau (trang 3–4)" in said
    assert "Ghép với văn bản trước" not in said
    done = client.post(f"/giay-to/{one.pk}/chia-van-ban", {"act": "after"})
    assert done["Location"] == f"/giay-to/{stack.pk}"
    said = client.get(f"/giay-to/{two.pk}").content.decode()
    assert "Các trang này nay thuộc" in said
    assert "trang 1–2, 3–4 → 1–4" in said
    for act in ({"act": "part", "page": "x"}, {"act": "part"}, {"act": "?"}, {}):
        assert client.post(f"/giay-to/{stack.pk}/chia-van-ban", act).status_code == 404
    done = client.post(f"/giay-to/{stack.pk}/chia-van-ban", {"act": "part", "page": "9"}, follow=True)
    assert "Không làm được" in done.content.decode()
