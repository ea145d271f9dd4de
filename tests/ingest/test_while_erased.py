"""The same bytes are handed in while they are erased for another document: no sheet with a receipt is lost."""

import pytest

from ingest.receiving import Sheet, receive, receive_stream
from khoso.kernel.digest import digest_bytes
from khoso.kernel.errors import Unavailable
from warehouse import erasing
from warehouse.adapters.local import LocalStore
from warehouse.models import Document, LedgerEvent, RenditionKind
from warehouse.moving import Intake, park

pytestmark = pytest.mark.django_db
DATA = b"the same paper " * 50
DIGEST = digest_bytes(DATA)
ORDER = {"by": "quantri", "reason": "nộp nhầm", "basis": "Quyết định 12/QĐ-UBND"}


class Between(LocalStore):
    """Calls something once, when an object was found or put, or is just about to be erased."""

    def __init__(self, root, *, after_put=None, before_erase=None):
        super().__init__(root)
        self._after_put, self._before_erase = after_put, before_erase

    def put(self, *given, **named):
        stored = super().put(*given, **named)
        act, self._after_put = self._after_put, None
        if act:
            act()
        return stored

    def erase(self, *given, **named):
        act, self._before_erase = self._before_erase, None
        if act:
            act()
        super().erase(*given, **named)


@pytest.fixture
def hand_in(person, now, tmp_path):
    def by_stream(store, dossier):
        return receive_stream(
            [DATA],
            digest=DIGEST,
            size=len(DATA),
            name="giấy.jpg",
            intake=Intake(by=person, queue="desk", dossier=dossier),
            store=store,
            clock=lambda: now,
        )

    def by_file(store, dossier):
        path = tmp_path / "sheet"
        path.write_bytes(DATA)
        intake = Intake(by=person, queue="desk", dossier=dossier)
        return receive([Sheet(path, "giấy.jpg")], intake=intake, store=store, clock=lambda: now)

    return {"stream": by_stream, "file": by_file}


@pytest.fixture
def first(hand_in, store, now):
    """A document at rest, which may be erased."""
    document = hand_in["stream"](store, "H36.12-261121-0001").document
    assert park(document, {"code": "bug", "params": {}}, worker=None, actor="x", now=now)
    return document


def intact(store):
    """The document that came second, with its sheet."""
    document = Document.objects.get(dossier="H36.12-261121-0002")
    (original,) = document.renditions.filter(kind=RenditionKind.ORIGINAL)
    return b"".join(store.open(original.digest)) == DATA


@pytest.mark.parametrize("way", ["stream", "file"])
def test_bytes_that_went_before_their_row_was_there_are_asked_for_again(first, hand_in, store, now, way):
    def erased():
        erasing.order(first, **ORDER, now=now)
        erasing.carry_out(store=store, now=now)

    with pytest.raises(Unavailable):
        hand_in[way](Between(store._root, after_put=erased), "H36.12-261121-0002")
    assert hand_in[way](store, "H36.12-261121-0002").twice  # its row is there since; now its bytes are, too
    assert intact(store)


@pytest.mark.parametrize("way", ["stream", "file"])
def test_bytes_that_are_about_to_go_have_no_receipt_until_they_are_put_anew(first, hand_in, store, now, way):
    told = []

    def handed_in():
        with pytest.raises(Unavailable) as error:
            hand_in[way](store, "H36.12-261121-0002")
        told.append(error)

    erasing.order(first, **ORDER, now=now)
    erasing.carry_out(store=Between(store._root, before_erase=handed_in), now=now)
    assert told
    hand_in[way](store, "H36.12-261121-0002")
    assert intact(store)


def test_bytes_whose_row_was_there_first_stay(first, hand_in, store, now):
    hand_in["stream"](store, "H36.12-261121-0002")
    erasing.order(first, **ORDER, now=now)
    (done,) = erasing.carry_out(store=store, now=now)
    assert (done.erased, done.kept) == ((), (DIGEST,))
    assert intact(store)


def test_an_order_carried_out_by_two_at_once_is_told_once(first, store, now):
    inner = []
    again = Between(store._root, before_erase=lambda: inner.extend(erasing.carry_out(store=store, now=now)))
    erasing.order(first, **ORDER, now=now)
    assert [*erasing.carry_out(store=again, now=now), *inner] == inner
    assert (len(inner), LedgerEvent.objects.filter(kind="bytes_erased").count()) == (1, 1)
