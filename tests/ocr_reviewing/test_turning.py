"""The page's way to turn what the machine stood the wrong way up, and to see the capture as it came."""

import io
import json

import pytest
from django.test import Client
from PIL import Image

from khoso.kernel.transcript import Transcript
from khoso.wiring import open_store
from pages.ports import FileFacts, Kind, Origin, PageFacts
from warehouse.models import LedgerEvent, RenditionKind, State
from warehouse.moving import Intake, NewRendition, Outcome, create, move
from warehouse.shelf import put_bytes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]


@pytest.fixture
def page(person, now):
    """A document of one page, wider than high, that the machine turned by 90° and found askew; and its owner's window."""
    jpeg = io.BytesIO()
    Image.new("RGB", (400, 200), "white").save(jpeg, "JPEG")
    store = open_store()
    sheet = NewRendition(RenditionKind.ORIGINAL, put_bytes(store, jpeg.getvalue()), "image/jpeg", part=1)
    document, _ = create("9" * 64, "trang.jpg", (sheet,), intake=Intake(by=person, queue="desk"), now=now)
    read = json.dumps(Transcript(200, 400, 100, (), "t", rotation=90, skew=4.25).to_json()).encode()
    rendition = NewRendition(
        RenditionKind.TRANSCRIPT, put_bytes(store, read), "application/json", part=1, made_from="x"
    )
    facts = FileFacts(Kind.JPEG, 10, Origin.PAPER, (PageFacts(1, 400, 200, 100, "file", "as_is"),))
    changes = {"facts": {"files": [facts.to_json()]}, "pages": 1, "origin": "paper"}
    waits = Outcome(State.TO_CONFIRM, changes=changes, renditions=(rendition,))
    assert move(document, waits, worker=None, actor="system", event="weigh", now=now)
    client = Client()
    client.force_login(person)
    return document, client


def size(client, document, query):
    answer = client.get(f"/giay-to/{document.pk}/trang/1.jpg{query}")
    with Image.open(io.BytesIO(b"".join(answer.streaming_content))) as image:
        return image.size


def test_a_page_is_shown_upright_level_and_as_captured(page):
    document, client = page
    wide, high = size(client, document, "?goc=90")
    assert high == 2 * wide
    wide, high = size(client, document, "?chup=1")
    assert wide == 2 * high
    said = client.get(f"/giay-to/{document.pk}").content.decode()
    assert 'data-skew="4.25"' in said
    assert "như khi chụp" in said


@pytest.mark.parametrize(("by", "degrees"), [("90", 180), ("180", 270), ("270", 0), ("machine", None)])
def test_a_person_turns_it_from_how_it_stands(page, by, degrees):
    document, client = page
    client.post(f"/giay-to/{document.pk}/xoay-trang", {"page": "1", "by": by})
    document.refresh_from_db()
    assert document.state == State.INSPECTED
    assert document.facts["turned"] == ([] if degrees is None else [[1, 1, 0, 0, degrees]])
    event = json.loads(LedgerEvent.objects.get(kind="turned").body)
    assert event["body"]["degrees"] == degrees


@pytest.mark.parametrize(
    "asked", [{}, {"page": "1"}, {"page": "1", "by": "45"}, {"page": "2", "by": "90"}, {"page": "x", "by": "90"}]
)
def test_nothing_else_turns(page, asked):
    document, client = page
    assert client.post(f"/giay-to/{document.pk}/xoay-trang", asked).status_code == 404
    document.refresh_from_db()
    assert document.state == State.TO_CONFIRM
