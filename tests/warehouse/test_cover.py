"""What lies covered: a form opens its pages for its work alone, and the record says of each answer what it was."""

import io
import re
import time
from datetime import timedelta
from html import unescape

import pytest
from django.core import signing
from django.test import Client
from PIL import Image

from khoso.kernel.clock import system_clock
from khoso.kernel.digest import digest_bytes
from khoso.kernel.transcript import Box, Line, Transcript, Word
from khoso.wiring import open_store
from ocr.ports import Field
from ocr.transcripts import store_transcript
from pages.ports import FileFacts, Kind, Origin, PageFacts
from people.accounts import ensure_unit, ensure_user
from people.middleware import SHOWN
from people.models import Role
from people.roles import give
from people.roles import today as day_here
from warehouse.access import grant, listed
from warehouse.masking import UNCOVERED_SECONDS
from warehouse.models import Document, Reading, Rendition, RenditionKind, State
from warehouse.moving import Intake, NewRecord, Outcome, create, move

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]
FORMS = {State.TO_CONFIRM: ("xac-nhan", "review"), State.FILED: ("sua-du-lieu", "amend")}
SHUT = ("", "/trang/1.jpg", "/trang/1.jpg?w=200", "/trang/1/chu", "/tai/original", "/tai/data", "/in")
SECRET = "Loại III"


def someone(name, unit, role):
    user, _ = ensure_user(name, full_name="Người thử MẪU", unit=unit, role=None)
    certifier = role is Role.CERTIFIER
    today = day_here()
    give(
        user, role, unit, by="test", since=today,
        until=today + timedelta(days=30) if certifier else None, delegation="QĐ 1/UQ" if certifier else "",
    )  # fmt: skip
    return user


class Reader(Client):
    """Takes every answer to its end, as a browser does."""

    def get(self, *arguments, **named):
        answer = super().get(*arguments, **named)
        answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return answer


def signed_in(user):
    client = Reader()
    client.force_login(user)
    session = client.session
    session[SHOWN] = True
    session.save()
    return client


def picture():
    file = io.BytesIO()
    Image.new("RGB", (400, 500), "white").save(file, "JPEG")
    return file.getvalue()


def health_certificate(person, now, state, key="9"):
    """A health certificate of one page, with its picture, its words and one doubtful field."""
    body, kept = picture(), open_store()
    made, _ = create(key * 64, "khám.jpg", (), intake=Intake(by=person, queue="desk"), now=now)
    field = Field(SECRET, SECRET, 1, None, 0.5, "ocr", "t", "health/conclusion@1").doubted("low_confidence")
    facts = FileFacts(Kind.JPEG, len(body), Origin.PAPER, (PageFacts(1, 400, 500, 100.0, "file", "as_is"),))
    changes = {
        "document_type": "health_certificate",
        "pages": 1,
        "origin": "paper",
        "facts": {"files": [facts.to_json()]},
    }
    record = NewRecord("health_certificate", 0.9, {"conclusion": field.to_json()}, "0" * 64)
    if state == State.FILED:
        changes |= {"code": f"K-{key}", "filed_at": now, "checked_at": now}
    outcome = Outcome(state, record=record, changes=changes)
    assert move(made, outcome, worker=None, actor="system", event="extract", now=now)
    read = Transcript(400, 500, 100.0, (Line((Word("Loại", Box(10, 10, 60, 30), 0.9),), "t"),), "t")
    rows = {
        RenditionKind.ORIGINAL: kept.put([body], digest=digest_bytes(body), size=len(body)),
        RenditionKind.TRANSCRIPT: store_transcript(kept, read),
    }
    for kind, stored in rows.items():
        Rendition.objects.create(
            document=made, kind=kind, part=1, digest=stored.digest, size=stored.size, media_type="x", created_at=now
        )
    return made


@pytest.fixture(params=list(FORMS), ids=["review", "correction"])
def paper(request, person, now):
    return health_certificate(person, now, request.param)


@pytest.fixture
def officer(unit):
    return someone("canbo", unit, Role.HEAD)


def shown_by(client, paper):
    """The form's text, and the addresses it asks for its page: image and words."""
    text = client.get(f"/giay-to/{paper.pk}/{FORMS[paper.state][0]}").body.decode()
    return text, [unescape(found) for found in re.findall(r'(?:src|hx-get)="(/giay-to/[^"]*/trang/1[^"]*)"', text)]


def told():
    return list(Reading.objects.order_by("number").values_list("purpose", "what", "opened"))


def assert_covered(client, paper):
    for part in SHUT:
        answer = client.get(f"/giay-to/{paper.pk}{part}")
        if part == "":
            assert SECRET not in answer.body.decode()
        else:
            assert answer.status_code == 403 or answer["Location"] == f"/giay-to/{paper.pk}", part


def test_a_form_shows_its_pages_and_uncovers_nothing(paper, officer):
    client = signed_in(officer)
    text, addresses = shown_by(client, paper)
    assert SECRET in text
    work = FORMS[paper.state][1]
    assert len(addresses) == 2
    image, words = (client.get(address) for address in addresses)
    assert image["Content-Type"] == "image/jpeg"
    assert image.body[:3] == b"\xff\xd8\xff"
    assert image["Cache-Control"] == "private, max-age=900"
    assert "Loại" in words.body.decode()
    assert [row for row in told() if row[1].startswith("page")] == [
        (work, "page/1", True),
        (work, "page/1/words", True),
    ]
    assert_covered(client, paper)
    assert "uncovered" not in client.session


def test_what_was_refused_is_told_as_refused_and_once(paper, officer):
    client = signed_in(officer)
    for part in SHUT[1:]:
        client.get(f"/giay-to/{paper.pk}{part}")
    client.get(f"/api/v1/documents/{paper.pk}/renditions/original")
    assert told() == [
        ("view", "page/1", False), ("view", "page/1/small", False), ("view", "page/1/words", False),
        ("download", "original", False), ("download", "data", False), ("print", "print", False),
        ("download", "original", False),
    ]  # fmt: skip
    Reading.objects.all().delete()
    assert client.get(f"/api/v1/documents/{paper.pk}/renditions/data?basis=giai+quyet").status_code == 200
    client.post(f"/giay-to/{paper.pk}/hien-nhay-cam", {"basis": "giải quyết hồ sơ"})
    for part in ("/trang/1.jpg", "/tai/data", "/in"):
        assert client.get(f"/giay-to/{paper.pk}{part}").status_code == 200
    assert told() == [
        ("download", "data", True), ("sensitive", "record", True), ("view", "page/1", True),
        ("download", "data", True), ("print", "print", True),
    ]  # fmt: skip
    client.get(
        f"/api/v1/documents/{paper.pk}/renditions/data"
    )  # a program says why each time, whatever a page was told
    assert told()[-1] == ("download", "data", False)


def test_the_small_picture_of_a_list_opens_no_covered_paper(paper, officer):
    listed(officer, [str(paper.pk)])
    assert signed_in(officer).get(f"/giay-to/{paper.pk}/trang/1.jpg?w=200").status_code == 403
    assert told()[-1] == ("view", "page/1/small", False)


def test_a_form_s_address_serves_nobody_else_and_nothing_else(paper, officer, unit, now):
    _text, addresses = shown_by(signed_in(officer), paper)
    other = health_certificate(officer, now, State.FILED, key="8")
    colleague, stranger = someone("khac", unit, Role.HEAD), someone("la", ensure_unit("H36.13", "Khác"), Role.OFFICER)
    grant(paper, stranger, by=officer, reason="phối hợp giải quyết", until=system_clock() + timedelta(days=1))
    for address in addresses:
        assert signed_in(colleague).get(address).status_code == 403
        assert signed_in(stranger).get(address).status_code == 403
        elsewhere = address.replace(str(paper.pk), str(other.pk))
        assert signed_in(officer).get(elsewhere).status_code == 403
        assert signed_in(officer).get(address[:-1] + ("A" if address[-1] != "A" else "B")).status_code == 403
    query = addresses[0].partition("?")[2]
    for part in SHUT[4:]:
        assert signed_in(officer).get(f"/giay-to/{paper.pk}{part}?{query}")["Location"] == f"/giay-to/{paper.pk}"
    assert SECRET not in signed_in(officer).get(f"/giay-to/{paper.pk}?{query}").body.decode()
    work = FORMS[paper.state][1]
    assert {row for row in told() if row[2]} <= {(work, "record", True), (work, "data", True), ("view", "record", True)}


def test_a_form_s_address_ends_with_its_time_its_work_and_its_right(paper, officer):
    client, said = signed_in(officer), [str(officer.pk), str(paper.pk), FORMS[paper.state][1]]

    class Clock(signing.TimestampSigner):
        ago = 0

        def timestamp(self):
            return signing.b62_encode(int(time.time()) - self.ago)

    def asked():
        permit = Clock(salt="khoso.permit").sign_object(said)
        return client.get(f"/giay-to/{paper.pk}/trang/1.jpg", {"viec": permit}).status_code

    Clock.ago = UNCOVERED_SECONDS - 60
    assert asked() == 200
    Clock.ago = UNCOVERED_SECONDS + 60
    assert asked() == 403
    Clock.ago = 0
    Document.objects.filter(pk=paper.pk).update(state=State.CONFIRMED)  # it waits for this work no longer
    assert asked() == 403
    Document.objects.filter(pk=paper.pk).update(state=paper.state)
    assert asked() == 200
    officer.assignments.all().delete()
    assert asked() == 404


def test_a_paper_without_anything_to_cover_keeps_its_plain_addresses(person, officer, now):
    made = health_certificate(person, now, State.TO_CONFIRM)
    Document.objects.filter(pk=made.pk).update(document_type="administrative_document")
    _text, addresses = shown_by(signed_in(officer), made)
    assert addresses == [f"/giay-to/{made.pk}/trang/1.jpg", f"/giay-to/{made.pk}/trang/1/chu"]
