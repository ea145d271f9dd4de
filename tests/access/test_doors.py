"""What strangers try: forged forms, guessed ids, searches that count, odd uploads, addresses that lead away."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import URLPattern, get_resolver, reverse

from khoso.wiring import open_index, open_store
from people.accounts import ensure_unit, ensure_user
from search.projecting import feed
from warehouse.models import Document, State
from warehouse.moving import Intake, NewRecord, Outcome, create
from warehouse.moving import move as advance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]
SECRET = "BIMATHIEMTHAY"


def signed_in(user, **how):
    client = Client(**how)
    client.force_login(user)
    return client


@pytest.fixture
def stranger(db):
    return ensure_user("la", full_name="Người lạ MẪU", unit=ensure_unit("H36.99", "Nơi khác MẪU"))[0]


@pytest.fixture
def document(person, now):
    made, _ = create("c" * 64, f"{SECRET}.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
    fields = {}
    for name, value in (("title", f"TỜ TRÌNH {SECRET}"), ("number", "77/TTr-UBND"), ("issuer", f"UBND {SECRET}")):
        fields[name] = {
            "value": value, "text": value, "page": 1, "box": None, "confidence": 0.99, "source": "ocr",
            "engine": "t", "rule": "r@1", "doubtful": False, "doubts": [], "by": "",
        }  # fmt: skip
    record = NewRecord("administrative_document", 0.9, fields, "0" * 64)
    changes = {"document_type": "administrative_document", "pages": 0, "facts": {"files": []}}
    outcome = Outcome(State.CONFIRMED, record=record, changes=changes)
    assert advance(made, outcome, worker=None, actor="system", event="extract", now=now)
    return made


@pytest.fixture
def indexed(document):
    index = open_index()
    index.clear()
    feed(index=index, store=open_store(), most=50)
    yield document
    index.clear()


def test_search_betrays_nothing_to_strangers(indexed, person, stranger):
    mine = signed_in(person).get("/api/v1/search", {"q": SECRET}).json()
    assert str(indexed.pk) in str(mine)
    theirs = signed_in(stranger)
    for words in (SECRET, "tờ trình", "77/TTr-UBND", ""):
        told = theirs.get("/api/v1/search", {"q": words})
        assert str(indexed.pk) not in told.content.decode()
        assert SECRET not in told.content.decode().replace(words, "")
        nothing = theirs.get("/api/v1/search", {"q": "khongcogi" if words else ""}).json()
        assert told.json() == nothing or (told.json().get("total") in {0, None} and not told.json().get("hits"))
    page = theirs.get("/tim", {"q": "tờ trình", "type": "administrative_document"}).content.decode()
    assert SECRET not in page
    assert SECRET not in theirs.get("/tim/goi-y", {"q": SECRET[:6]}).content.decode()


def test_every_form_needs_its_token(person, document):
    client = signed_in(person, enforce_csrf_checks=True)
    tried = 0
    for pattern in get_resolver().url_patterns:
        if not isinstance(pattern, URLPattern):
            continue
        given = {
            name: {"pk": document.pk, "number": 1, "kind": "data", "secret": "x", "name": "fees"}[name]
            for name in pattern.pattern.converters
        }
        if pattern.name in {"emergency-seen", "code-row", "unit", "saved-search"}:
            given["pk"] = 1
        assert client.post(reverse(pattern.name, kwargs=given)).status_code == 403, pattern.name
        tried += 1
    assert tried > 20
    assert client.post("/api/v1/uploads", {"sha256": "0" * 64, "size": 1}, "application/json").status_code in {401, 403}


def test_guessed_ids_and_odd_addresses_open_nothing(stranger, document):
    client = signed_in(stranger)
    theirs, absent = (client.get(f"/giay-to/{pk}") for pk in (document.pk, uuid.uuid4()))
    assert theirs.status_code == absent.status_code == 404
    assert SECRET not in theirs.content.decode()
    for address in (
        f"/giay-to/{document.pk}/tai/..%2f..%2fsecret.key",
        "/giay-to/1",
        f"/giay-to/{document.pk}/trang/-1.jpg",
    ):
        assert client.get(address).status_code == 404
    assert client.get(f"/api/v1/documents/{document.pk}/renditions/passwd").status_code in {404, 422}


@pytest.mark.parametrize("name", ["x.html", "x.svg", "x.exe", "../../etc/passwd", "a\x00b.pdf", "x" * 300 + ".pdf"])
def test_what_is_uploaded_is_never_served_as_a_page(person, name):
    client = signed_in(person)
    client.post("/tiep-nhan", {"files": [SimpleUploadedFile(name, b"<script>alert(1)</script>", "text/html")]})
    for made in Document.objects.all():
        assert "/" not in made.name
        answer = client.get(f"/giay-to/{made.pk}/tai/original")
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "html" not in answer["Content-Type"]
        assert "<script>alert" not in client.get(f"/giay-to/{made.pk}").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://x.example/", "//x.example/", "/\\x.example", "javascript:alert(1)"])
def test_changing_the_language_leads_nowhere_else(person, elsewhere):
    answer = signed_in(person).post("/ngon-ngu", {"language": "en", "next": elsewhere})
    assert "x.example" not in answer["Location"]
    assert not answer["Location"].startswith("javascript")


def test_every_page_carries_its_guards(person, document):
    client = signed_in(person)
    for address in ("/", "/tim", "/tai-khoan", "/khan-cap", f"/giay-to/{document.pk}", "/dang-nhap", "/khong-co"):
        answer = client.get(address)
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        text = answer.content.decode() if not answer.streaming else ""
        assert " style=" not in text
        assert " onclick=" not in text


@override_settings(SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True)
def test_cookies_over_tls_are_secure(person):
    client = Client()
    client.post("/dang-nhap", {"username": "nhanvien", "password": "mat-khau-rat-dai"}, secure=True)
    assert client.cookies["sessionid"]["secure"]
    assert client.cookies["sessionid"]["httponly"]


def test_a_forged_session_is_nobody(document):
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    assert client.get(f"/giay-to/{document.pk}")["Location"].startswith("/dang-nhap")
