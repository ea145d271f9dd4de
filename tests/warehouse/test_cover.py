"""What lies covered: a form opens its pages for its work alone, and the record says of each answer what it was."""

import io
import json
import re
import time
from datetime import timedelta
from html import unescape

import pytest
from django.core import signing
from django.test import Client
from PIL import Image

from khoso.kernel.clock import system_clock
from khoso.kernel.clock import today as day_here
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
from warehouse.access import listed
from warehouse.granting import grant
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
    field = Field(SECRET, SECRET, 1, None, 0.5, "ocr", "t", "health/conclusion@1").doubted("low_confidence")
    lines = [Line((Word("Loại", Box(10, 10, 60, 30), 0.9),), "t")]
    return paper_of(person, now, state, "health_certificate", {"conclusion": field}, lines, key=key)


def paper_of(person, now, state, kind, fields, lines, *, key="9"):
    """A paper of one page of a type, with its picture, its words and its data."""
    body, kept = picture(), open_store()
    made, _ = create(key * 64, "giấy.jpg", (), intake=Intake(by=person, queue="desk"), now=now)
    facts = FileFacts(Kind.JPEG, len(body), Origin.PAPER, (PageFacts(1, 400, 500, 100.0, "file", "as_is"),))
    changes = {"document_type": kind, "pages": 1, "origin": "paper", "facts": {"files": [facts.to_json()]}}
    record = NewRecord(kind, 0.9, {name: one.to_json() for name, one in fields.items()}, "0" * 64)
    if state == State.FILED:
        changes |= {"code": f"079200000001.K-{key}", "filed_at": now, "checked_at": now}
    outcome = Outcome(state, record=record, changes=changes)
    assert move(made, outcome, worker=None, actor="system", event="extract", now=now)
    read = Transcript(400, 500, 100.0, tuple(lines), "t")
    rows = {
        RenditionKind.ORIGINAL: kept.put([body], digest=digest_bytes(body), size=len(body)),
        RenditionKind.TRANSCRIPT: store_transcript(kept, read),
    }
    for of, stored in rows.items():
        Rendition.objects.create(
            document=made, kind=of, part=1, digest=stored.digest, size=stored.size, media_type="x", created_at=now
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
    made.records.update(document_type="administrative_document", fields={})
    _text, addresses = shown_by(signed_in(officer), made)
    assert addresses == [f"/giay-to/{made.pk}/trang/1.jpg", f"/giay-to/{made.pk}/trang/1/chu"]


PLACE = Box(150, 100, 210, 130)
"""Where the ethnicity stands on the page."""


def residence(person, now, state=State.FILED, *, box=PLACE, printed=True, key="7"):
    """A residence paper: its ethnicity is sensitive, the rest of it is not."""
    fields = {
        "title": Field("XÁC NHẬN CƯ TRÚ", "XÁC NHẬN CƯ TRÚ", 1, None, 0.9, "ocr", "t", "r@1"),
        "person.name": Field("NGUYỄN VĂN MẪU", "NGUYỄN VĂN MẪU", 1, None, 0.9, "ocr", "t", "r@1"),
        "person.ethnicity": Field("Tày", "Tày", 1 if box else None, box, 0.9, "ocr", "t", "r@1"),
    }
    value = [Word("Tày", PLACE, 0.9)] if printed else []
    words = [Word("tộc", Box(90, 100, 120, 130), 0.9), Word("là", Box(122, 100, 140, 130), 0.9), *value]
    lines = [Line(tuple(words), "t"), Line((Word("MẪU", Box(50, 300, 100, 330), 0.9),), "t")]
    return paper_of(person, now, state, "residence_confirmation", fields, lines, key=key)


def said(answer):
    """An answer as people read it: JSON without escapes."""
    if answer["Content-Type"].startswith("application/json"):
        return json.dumps(answer.json(), ensure_ascii=False)
    return answer.body.decode()


def pixels(answer):
    image = Image.open(io.BytesIO(answer.body)).convert("L")
    across, down = image.width / 400, image.height / 500
    return {
        "inside": image.crop(
            [round(edge * size) for edge, size in zip(PLACE, (across, down) * 2, strict=True)]
        ).getextrema(),
        "elsewhere": image.crop((0, round(200 * down), image.width, image.height)).getextrema(),
    }


@pytest.mark.parametrize("address", ["/trang/1.jpg", "/trang/1.jpg?w=200"])
def test_a_sensitive_value_is_black_in_the_image_itself(person, officer, now, address):
    made, client = residence(person, now), signed_in(officer)
    seen = pixels(client.get(f"/giay-to/{made.pk}{address}"))
    assert seen["inside"][1] < 40
    assert seen["elsewhere"][0] > 215
    assert told()[-1][1].endswith("/covered")
    client.post(f"/giay-to/{made.pk}/hien-nhay-cam", {"basis": "giải quyết hồ sơ"})
    assert pixels(client.get(f"/giay-to/{made.pk}{address}"))["inside"][0] > 215
    assert not told()[-1][1].endswith("/covered")


def test_what_is_covered_is_in_no_words_and_no_bytes_either(person, officer, now):
    made, client = residence(person, now), signed_in(officer)
    page = client.get(f"/giay-to/{made.pk}").body.decode()
    assert "Tày" not in page
    assert "NGUYỄN VĂN MẪU" in page
    words = client.get(f"/giay-to/{made.pk}/trang/1/chu", {"q": "Tày"}).body.decode()
    assert "Tày" not in words
    assert "MẪU" in words
    assert "<rect" not in words, "a mark at the covered place would say what stands there"
    for kind in ("original", "data"):
        assert client.get(f"/giay-to/{made.pk}/tai/{kind}")["Location"] == f"/giay-to/{made.pk}"
        assert client.get(f"/api/v1/documents/{made.pk}/renditions/{kind}").status_code == 422
        assert client.get(f"/api/v1/documents/{made.pk}/renditions/{kind}?basis=giai+quyet").status_code == 200
    answer = said(client.get(f"/api/v1/documents/{made.pk}"))
    assert "Tày" not in answer
    assert "NGUYỄN VĂN MẪU" in answer
    sheet = client.get(f"/giay-to/{made.pk}/in").body.decode()
    assert "phần nhạy cảm được che" in sheet
    assert ("print", "print/covered", True) in told()
    client.post(f"/giay-to/{made.pk}/hien-nhay-cam", {"basis": "giải quyết hồ sơ", "next": "print"})
    for part in ("", "/trang/1/chu", "/tai/data"):
        assert "Tày" in client.get(f"/giay-to/{made.pk}{part}").body.decode(), part
    assert "phần nhạy cảm được che" not in client.get(f"/giay-to/{made.pk}/in").body.decode()
    assert told()[-1] == ("print", "print", True)
    client.post(f"/giay-to/{made.pk}/hien-nhay-cam", {"act": "cover"})
    assert "Tày" not in client.get(f"/giay-to/{made.pk}").body.decode()


def test_a_value_without_a_place_is_looked_for_and_shuts_the_pages_where_it_is_not_found(person, officer, now):
    found, lost = residence(person, now, box=None, key="6"), residence(person, now, box=None, printed=False, key="5")
    client = signed_in(officer)
    assert pixels(client.get(f"/giay-to/{found.pk}/trang/1.jpg"))["inside"][1] < 40
    for part in ("/trang/1.jpg", "/trang/1/chu"):
        assert client.get(f"/giay-to/{lost.pk}{part}").status_code == 403
    assert client.get(f"/giay-to/{lost.pk}/in").status_code == 302
    page = client.get(f"/giay-to/{lost.pk}").body.decode()
    assert "không rõ nằm ở chỗ nào" in page
    assert "NGUYỄN VĂN MẪU" in page, "its other data are not sensitive"


def test_an_address_that_claims_to_be_opened_shows_everything_or_nothing(person, officer, now):
    made, client = residence(person, now), signed_in(officer)
    assert client.get(f"/giay-to/{made.pk}/trang/1.jpg?mo=99999999999").status_code == 403
    answer = client.post(
        f"/giay-to/{made.pk}/hien-nhay-cam",
        {"basis": "giải quyết hồ sơ"},
        headers={"X-Requested-With": "XMLHttpRequest"},
    ).json()
    page = client.get(f"/giay-to/{made.pk}").body.decode()
    assert f"/trang/1.jpg?{answer['claim']}" in page
    opened = client.get(f"/giay-to/{made.pk}/trang/1.jpg?{answer['claim']}")
    assert pixels(opened)["inside"][0] > 215
    session = client.session
    session["uncovered"] = {str(made.pk): system_clock().timestamp() - 1}
    session.save()
    assert client.get(f"/giay-to/{made.pk}/trang/1.jpg?{answer['claim']}").status_code == 403
    again = client.post(
        f"/giay-to/{made.pk}/hien-nhay-cam", {"basis": " "}, headers={"X-Requested-With": "XMLHttpRequest"}
    )
    assert again.status_code == 422
    assert again.json()["code"] == "basis_needed"


def test_a_form_open_for_long_asks_again_in_its_place(paper, officer, unit):
    client, work = signed_in(officer), FORMS[paper.state][1]
    address = f"/giay-to/{paper.pk}/mo-tiep"
    answer = client.post(address, {"work": work}).json()
    assert client.get(f"/giay-to/{paper.pk}/trang/1.jpg?{answer['claim']}").status_code == 200
    assert (work, "pages", True) in told()
    text, _addresses = shown_by(client, paper)
    assert f'action="{address}"' in text
    other = {"review": "amend", "amend": "review"}[work]
    assert client.post(address, {"work": other}).status_code == 422, "it waits for another work"
    assert client.post(address, {"work": "audit"}).status_code == 404
    stranger = someone("la", ensure_unit("H36.13", "Khác"), Role.HEAD)
    grant(paper, stranger, by=officer, reason="phối hợp giải quyết", until=system_clock() + timedelta(days=1))
    assert signed_in(stranger).post(address, {"work": work}).status_code == 404, "a grant is for looking"


def test_of_a_sensitive_type_nothing_tells_of_the_person(person, officer, now):
    made = health_certificate(person, now, State.FILED)
    fields = made.records.get().fields
    owner = Field("079200000001", "079200000001", 1, None, 0.9, "ocr", "t", "r@1").to_json()
    number = Field("12/GKSK", "12/GKSK", 1, None, 0.9, "ocr", "t", "r@1").to_json()
    fields |= {
        "owner_id": owner,
        "number": number | {"alternatives": ["72/GKSK"], "doubts": ["readers_disagree=72/GKSK"]},
    }
    made.records.update(fields=fields, number="12/GKSK")
    Document.objects.filter(pk=made.pk).update(name="khám của 079200000001.jpg")
    client = signed_in(officer)
    told = {
        address: said(client.get(address))
        for address in (
            f"/giay-to/{made.pk}", f"/giay-to/{made.pk}/du-lieu", f"/giay-to/{made.pk}/thuoc-ve", f"/giay-to/{made.pk}/ai-da-xem",
            f"/giay-to/{made.pk}/hieu-luc", f"/giay-to/{made.pk}/doi-loai", f"/giay-to/{made.pk}/giong", "/",
            f"/api/v1/documents/{made.pk}", f"/api/v1/documents/{made.pk}/versions", "/api/v1/documents",
            "/bang-dieu-hanh/giay-to?so=filed",
        )
    }  # fmt: skip
    for address, text in told.items():
        for secret in ("079200000001", "12/GKSK", "72/GKSK", SECRET):
            assert secret not in text, (address, secret)
    assert "•••.K-9" in told[f"/giay-to/{made.pk}"]
    client.post(f"/giay-to/{made.pk}/hien-nhay-cam", {"basis": "giải quyết hồ sơ"})
    assert "12/GKSK" in client.get(f"/giay-to/{made.pk}").body.decode()
    assert "12/GKSK" in client.get("/").body.decode()
    assert "12/GKSK" in client.get(f"/api/v1/documents/{made.pk}?basis=giai+quyet").body.decode()


def test_the_whole_stack_lies_covered_with_its_sensitive_part(person, officer, now):
    stack, card, letter = (health_certificate(person, now, State.FILED, key=key) for key in "432")
    Document.objects.filter(pk=stack.pk).update(state=State.SPLIT, document_type="", pages=2)
    stack.records.all().delete()
    for page, part in enumerate((letter, card), start=1):
        Document.objects.filter(pk=part.pk).update(parent=stack.pk, first_page=page, last_page=page)
    Document.objects.filter(pk=letter.pk).update(document_type="administrative_document")
    letter.records.update(document_type="administrative_document", fields={})
    client = signed_in(officer)
    assert client.get(f"/giay-to/{letter.pk}/trang/1.jpg").status_code == 200
    for address in (f"/giay-to/{letter.pk}/tai/original", f"/giay-to/{stack.pk}/tai/original"):
        assert client.get(address).status_code == 302, "its bytes are those of the whole stack"
    assert client.get(f"/giay-to/{stack.pk}/trang/2.jpg").status_code == 403
    assert "hien-nhay-cam" in client.get(f"/giay-to/{stack.pk}").body.decode()


def test_what_a_grant_opens_no_browser_keeps(person, officer, now):
    made = residence(person, now)
    stranger = someone("la", ensure_unit("H36.13", "Khác"), Role.OFFICER)
    grant(made, stranger, by=officer, reason="phối hợp giải quyết", until=system_clock() + timedelta(days=1))
    theirs, mine = signed_in(stranger), signed_in(officer)
    for part in ("/trang/1.jpg", "/trang/1.jpg?w=200", "/trang/1/chu"):
        assert theirs.get(f"/giay-to/{made.pk}{part}")["Cache-Control"] == "private, no-store"
        assert mine.get(f"/giay-to/{made.pk}{part}")["Cache-Control"] == "private, max-age=3600"


def test_where_what_was_read_is_lost_the_bytes_can_still_be_had_for_a_reason(person, officer, now):
    made, client = residence(person, now), signed_in(officer)
    Rendition.objects.filter(document=made, kind=RenditionKind.TRANSCRIPT).update(digest="e" * 64)
    assert "không rõ nằm ở chỗ nào" in client.get(f"/giay-to/{made.pk}").body.decode()
    assert client.get(f"/giay-to/{made.pk}/trang/1.jpg").status_code == 403
    address = f"/api/v1/documents/{made.pk}/renditions/original"
    assert client.get(address).status_code == 422
    assert client.get(f"{address}?basis=giai+quyet").body[:3] == b"\xff\xd8\xff"


def test_a_covered_page_says_so_and_where_to_say_why(paper, officer):
    client = signed_in(officer)
    for part in ("/trang/1.jpg", "/trang/1/chu"):
        answer = client.get(f"/giay-to/{paper.pk}{part}")
        assert answer.status_code == 403
        assert "Đang được che" in answer.body.decode()
        assert f'action="/giay-to/{paper.pk}/hien-nhay-cam"' in answer.body.decode()
        assert SECRET not in answer.body.decode()
