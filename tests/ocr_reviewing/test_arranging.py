"""Pages cut out of captures in the order people read them, cards by their holders; undoing a cut starts over with it whole."""

import pytest

from khoso.kernel.errors import Refused
from khoso.kernel.transcript import Box, Code, Line, Transcript, Word
from ocr.arranging import arrange
from ocr.recutting import turn, use_whole
from pages.ports import Cut, FileFacts, Kind, Origin, PageFacts
from pages.sources import PageSource
from warehouse.models import RenditionKind, State
from warehouse.moving import Intake, NewRendition, Outcome, create, move
from warehouse.paging import page_sources
from warehouse.ports import Stored

ONE, OTHER = "001099012345", "079188054321"


def page(*lines: str, rotation: int = 0, code: str = "") -> Transcript:
    read = tuple(
        Line(tuple(Word(word, Box(50 * x, 40 * y, 50 * x + 45, 40 * y + 30), 0.99) for x, word in enumerate(line.split())), "t")
        for y, line in enumerate(lines, 1)
    )  # fmt: skip
    codes = (Code("qr", code, Box(0, 0, 9, 9)),) if code else ()
    return Transcript(1000, 640, 300, read, "t", rotation=rotation, codes=codes)


def cut(what: str, x: int, y: int) -> PageSource:
    facts = PageFacts(1, 5000, 3500, 300, "file", "as_is")
    return PageSource(1, 1, Kind.JPEG, facts, Cut(Box(x, y, x + 1000, y + 640), what))


FRONT = "CĂN CƯỚC CÔNG DÂN"


def test_cards_of_two_people_become_two_documents_front_and_back_together() -> None:
    sources = [cut("card", 0, 0), cut("card", 1500, 0), cut("card", 0, 900), cut("card", 1500, 900)]
    pages = [
        page(FRONT, f"Số: {ONE}"),
        page(FRONT, f"Số: {OTHER}"),
        page("Ngày cấp 01/02/2022", code=f"{ONE}||NGUYỄN MẪU|01021999|Nam|Hà Nội|01022022"),
        page("Ngày cấp", f"Số {OTHER[:6]} {OTHER[6:]}"),
    ]
    arranged = arrange(sources, pages, stack=False)
    assert arranged.order == (0, 2, 1, 3)
    assert arranged.firsts == (1, 3)


def test_a_back_without_a_number_goes_to_the_front_above_it() -> None:
    sources = [cut("card", 0, 0), cut("card", 3000, 0), cut("card", 100, 900), cut("card", 2900, 900)]
    pages = [page(FRONT, f"Số: {ONE}"), page(FRONT, f"Số: {OTHER}"), page("Ngón trỏ trái"), page("Ngón trỏ phải")]
    assert arrange(sources, pages, stack=False).order == (0, 2, 1, 3)


def test_both_sides_of_one_card_are_one_document_the_front_first() -> None:
    sources = [cut("card", 0, 0), cut("card", 0, 900)]
    pages = [page("Ngón trỏ trái", f"IDVNM {ONE}"), page(FRONT, f"Số: {ONE}")]
    arranged = arrange(sources, pages, stack=False)
    assert arranged.order == (1, 0)
    assert arranged.firsts == (1,)


@pytest.mark.parametrize(("rotation", "order"), [(0, (0, 1)), (180, (1, 0))])
def test_halves_stand_as_the_open_book_is_read(rotation: int, order: tuple[int, ...]) -> None:
    sources = [cut("half", 0, 0), cut("half", 2500, 0)]
    pages = [page("trang bên", rotation=rotation), page("trang kia", rotation=rotation)]
    assert arrange(sources, pages, stack=False).order == order


@pytest.mark.parametrize(("rotation", "order"), [(90, (1, 0)), (270, (0, 1))])
def test_halves_of_a_book_on_its_side(rotation: int, order: tuple[int, ...]) -> None:
    sources = [cut("half", 0, 0), cut("half", 0, 2500)]
    pages = [page("trang bên", rotation=rotation), page("trang kia", rotation=rotation)]
    assert arrange(sources, pages, stack=False).order == order


@pytest.fixture
def card_on_a4(person, now):
    """A document of one capture with a card cut out, read and waiting."""
    facts = FileFacts(
        Kind.JPEG,
        10,
        Origin.PAPER,
        (PageFacts(1, 2480, 3508, 300, "file", "as_is", cuts=(Cut(Box(600, 400, 1700, 1100), "card"),)),),
    )
    original = NewRendition(RenditionKind.ORIGINAL, Stored("a" * 64, 10), "image/jpeg", part=1)
    document, _ = create("c" * 64, "thẻ.jpg", (original,), intake=Intake(by=person, queue="desk"), now=now)
    read = NewRendition(RenditionKind.TRANSCRIPT, Stored("b" * 64, 10), "application/json", part=1, made_from="x")
    changes = {"facts": {"files": [facts.to_json()]}, "pages": 1, "origin": "paper"}
    assert move(
        document,
        Outcome(State.TO_CONFIRM, changes=changes, renditions=(read,)),
        worker=None,
        actor="system",
        event="weigh",
        now=now,
    )
    return document


@pytest.mark.django_db
def test_undoing_a_cut_reads_the_capture_whole_and_keeps_it(card_on_a4, person, now):
    (source,) = page_sources(card_on_a4)
    assert source.cut is not None
    use_whole(card_on_a4, 1, 1, by=person, clock=lambda: now)
    assert card_on_a4.state == State.INSPECTED
    (source,) = page_sources(card_on_a4)
    assert source.cut is None
    assert [row.kind for row in card_on_a4.renditions.all()] == [RenditionKind.ORIGINAL]
    with pytest.raises(Refused):  # nothing is left to undo
        use_whole(card_on_a4, 1, 1, by=person, clock=lambda: now)


@pytest.mark.django_db
def test_a_filed_document_stands_as_it_is(card_on_a4, person, now):
    filed = Outcome(State.FILED, changes={"code": "x", "filed_at": now})
    assert move(card_on_a4, filed, worker=None, actor="system", event="file", now=now)
    with pytest.raises(Refused):
        use_whole(card_on_a4, 1, 1, by=person, clock=lambda: now)


@pytest.mark.django_db
def test_turning_a_page_reads_it_anew_as_a_person_says_and_back(card_on_a4, person, now):
    for to in (90, None):
        turn(card_on_a4, 1, to, by=person, clock=lambda: now)
        assert card_on_a4.state == State.INSPECTED
        (source,) = page_sources(card_on_a4)
        assert (source.turned, source.cut is None) == (to, False)
        assert card_on_a4.renditions.filter(kind=RenditionKind.TRANSCRIPT).exists()  # other pages are not read again
        waits = Outcome(State.TO_CONFIRM)
        assert move(card_on_a4, waits, worker=None, actor="system", event="weigh", now=now)


@pytest.mark.django_db
@pytest.mark.parametrize(("number", "to"), [(2, 90), (0, 90), (1, 45), (1, 360)])
def test_only_pages_there_are_turn_by_quarters(card_on_a4, person, now, number, to):
    with pytest.raises(Refused):
        turn(card_on_a4, number, to, by=person, clock=lambda: now)
    assert card_on_a4.state == State.TO_CONFIRM
