"""What strangers try: forged forms, guessed ids, searches that count, odd uploads, addresses that lead away."""

import csv
import io
import re
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import URLPattern, get_resolver, reverse

from khoso.kernel.clock import day_of, system_clock
from khoso.kernel.digest import digest_bytes
from khoso.wiring import open_index, open_store
from people.accounts import ensure_unit, ensure_user
from people.models import Role
from people.roles import give
from search.projecting import entry, feed
from warehouse import reading
from warehouse.models import Document, Grant, Reading, State
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


def test_a_grant_is_found_and_nothing_else_of_that_unit(indexed, person, stranger, unit, now):
    other, _ = create("e" * 64, f"{SECRET} hai.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
    client, told = signed_in(stranger), {}
    Grant.objects.create(
        document=indexed, person=stranger, by=person, reason="thử", since=now, until=system_clock() + timedelta(days=1)
    )
    told = client.get("/api/v1/search", {"q": "tờ trình"}).json()
    assert [hit["document"] for hit in told["hits"]] == [str(indexed.pk)]
    assert told["total"] == 1
    assert str(other.pk) not in client.get("/tim", {"q": SECRET}).content.decode()
    listing = Reading.objects.filter(person="la", purpose="list")
    assert listing.count() == 2
    assert {str(one.document) for row in listing for one in row.listed.all()} == {str(indexed.pk)}


@pytest.mark.parametrize("params", [{"sort": "number"}, {"type": "administrative_document"}, {"issuer": f"UBND {SECRET}"},
                                    {"owner": "079200000001"}, {"since": "2000-01-01"}, {"state": "CONFIRMED"},
                                    {"after": "0:9.0:zzz"}, {"q": "BIMATHIEMTHAI"}, {"q": f"số:77 {SECRET}"}])  # fmt: skip
def test_no_question_counts_what_one_may_not_see(indexed, stranger, params):
    """Counts, facets, filters, orders, pages and spelling help: all as if the document were not there."""
    client = signed_in(stranger)
    with_it = [client.get(address, params, follow=True).content.decode() for address in ("/api/v1/search", "/tim")]
    suggestions = client.get("/tim/goi-y", {"q": params.get("q", "BIMA")}).content
    index = open_index()
    index.clear()
    without = [client.get(address, params, follow=True).content.decode() for address in ("/api/v1/search", "/tim")]
    strip = re.compile(r"csrf\S+|[A-Za-z0-9]{64}")
    assert [strip.sub("", text) for text in with_it] == [strip.sub("", text) for text in without]
    assert suggestions == client.get("/tim/goi-y", {"q": params.get("q", "BIMA")}).content


def test_the_same_bytes_from_another_unit_tell_nothing(person, stranger):
    body, digest = b"%PDF-1.4 giong nhau", digest_bytes(b"%PDF-1.4 giong nhau")

    def hand_in(user):
        answer = signed_in(user).put(f"/api/v1/papers/{digest}", body, "application/octet-stream")
        return answer.status_code, answer.json()

    first, theirs = hand_in(person), hand_in(stranger)
    assert first[0] == theirs[0] == 201
    assert first[1]["document"] != theirs[1]["document"]
    assert not theirs[1]["twice"]
    for user, before in ((person, first), (stranger, theirs)):
        again = hand_in(user)
        assert (again[0], again[1]["document"], again[1]["twice"]) == (200, before[1]["document"], True)
        client = signed_in(user)
        sheets = {"sheets": [{"sha256": digest}]}
        told = client.post("/api/v1/documents", sheets, "application/json").json()
        assert told["document"] == before[1]["document"]
    assert {document.unit.code for document in Document.objects.all()} == {"H36.12", "H36.99"}


def test_no_page_has_inline_script_or_style(person, document):
    """The policy forbids them; a page that has one would look broken and invite somebody to loosen the policy."""
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE)
    client = signed_in(person)
    addresses = ("/", "/tim?q=a", "/tai-khoan", "/khan-cap", f"/giay-to/{document.pk}", "/khong-co", "/danh-muc",
                 "/tai-khoan/ma-xac-thuc", f"/giay-to/{document.pk}/in")  # fmt: skip
    for address in addresses:
        answer = client.get(address)
        text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
        assert inline.findall(text) == [], address
        assert "'unsafe" not in answer["Content-Security-Policy"]
        assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_what_people_typed_is_no_formula_in_any_table(document, person, unit):
    keeper, _ = ensure_user("luutru", full_name="Lưu trữ MẪU", unit=unit, role=Role.ARCHIVIST)
    reading.note(
        at=system_clock(), person="=cmd|' /C calc'!A0", document=document.pk, purpose="view", basis="\t=1+1", what="+x",
        via="role", opened=True,
    )  # fmt: skip
    client = signed_in(keeper)
    for address in (f"/giay-to/{document.pk}/ai-da-xem?csv=1", "/nhat-ky-xem?nguoi==cmd|' /C calc'!A0&csv=1"):
        rows = list(csv.reader(io.StringIO(client.get(address).content.decode().lstrip("\ufeff"))))
        assert len(rows) >= 1
        for row in rows:
            assert not [cell for cell in row if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}], address


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
        if pattern.name in {"emergency-seen", "revoke", "code-row", "unit", "saved-search"}:
            given["pk"] = 1
        if pattern.name == "told-to-leave":  # comes from a provider's machine; its signed token is what counts
            continue
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


def test_no_browser_keeps_a_page_for_whoever_sits_there_next(person, document):
    client = Client()
    client.force_login(person)
    for address in (
        "/",
        "/tim?q=a",
        f"/giay-to/{document.pk}",
        f"/giay-to/{document.pk}/xac-nhan",
        f"/api/v1/documents/{document.pk}",
    ):
        assert "no-store" in client.get(address)["Cache-Control"], address
    answer = client.post("/dang-xuat")
    assert answer["Clear-Site-Data"] == '"cache"'
    assert client.get(f"/giay-to/{document.pk}").status_code == 302


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


def test_more_like_this_betrays_nothing_of_what_one_may_not_see(indexed, stranger, now):
    """A paper of one's own that says just what a hidden one says: kinds, counts and links as if the other were not there."""
    mine, _ = create("f" * 64, "của tôi.pdf", (), intake=Intake(by=stranger, queue="desk"), now=now)
    hidden = indexed.records.get()
    fields = hidden.fields | {"owner_name": {**hidden.fields["title"], "value": "NGUYỄN VĂN MẪU"}}
    record = NewRecord("administrative_document", 0.9, fields, "0" * 64)
    changes = {"document_type": "administrative_document", "pages": 0, "facts": {"files": []}}
    outcome = Outcome(State.CONFIRMED, record=record, changes=changes)
    assert advance(mine, outcome, worker=None, actor="system", event="extract", now=now)
    index, store, client = open_index(), open_store(), signed_in(stranger)
    feed(index=index, store=store, most=50)
    strip = re.compile(r"csrf\S+|[A-Za-z0-9]{64}")

    def page():
        return strip.sub("", client.get(f"/giay-to/{mine.pk}/giong").content.decode())

    with_it = page()
    assert str(indexed.pk) not in with_it
    index.clear()
    index.put([entry(mine, store=store)])
    assert page() == with_it
    assert {str(one.document) for row in Reading.objects.filter(person="la") for one in row.listed.all()} <= {
        str(mine.pk)
    }
    # The same page does tell of it to whoever may see both.
    index.put([entry(indexed, store=store)])
    give(stranger, Role.OFFICER, indexed.unit, by="test", since=day_of(now))
    assert str(indexed.pk) in page()
    assert client.get(f"/giay-to/{indexed.pk}/giong").status_code == 200
    assert signed_in(ensure_user("nua", full_name="Người nữa MẪU", unit=ensure_unit("H36.98", "Nơi nữa MẪU"))[0]).get(
        f"/giay-to/{indexed.pk}/giong"
    ).status_code == 404  # fmt: skip


def test_what_is_suggested_is_recorded_once_an_hour_and_opens_no_picture(indexed, person):
    client = signed_in(person)
    for typed in ("BIMA", "BIMATHI", "BIMATHIE"):
        assert SECRET in client.get("/tim/goi-y", {"q": typed}).content.decode()
    rows = list(Reading.objects.filter(person=person.username))
    assert [(row.purpose, row.what, [one.document for one in row.listed.all()]) for row in rows] == [
        ("list", "suggested/1", [indexed.pk])
    ]
    assert not reading.was_listed(person.username, indexed.pk, since=system_clock() - timedelta(minutes=5))
    assert client.get("/tim/goi-y", {"q": "khongcogi"}).status_code == 204
    assert Reading.objects.count() == 1
    assert reading.verify() == []
    Reading.objects.update(at=system_clock() - timedelta(hours=2))
    client.get("/tim/goi-y", {"q": "BIMA"})
    assert Reading.objects.count() == 2


NUL_ADDRESSES = ("/tim?q=a%00b", "/tim?a%00b=1", "/tim/goi-y?q=aa%00", "/danh-muc/fees?q=%00", "/nhat-ky-xem?nguoi=%00",
                 "/nguoi-dung?q=%00", "/bang-dieu-hanh?tu=%00", "/dang-nhap?next=/%00", "/lan-dau/%00", "/%00",
                 "/cho-xac-nhan?trang=%00", "/danh-muc?x=%00")  # fmt: skip


def test_a_nul_in_an_address_or_cookie_is_told_calmly(person):
    client = signed_in(person)
    for address in NUL_ADDRESSES:
        answer = client.get(address)
        assert answer.status_code == 400, address
        assert "Chưa lưu gì" in answer.content.decode()
        assert "\0" not in answer.content.decode()
    odd = {"HTTP_COOKIE": r'sessionid="a\000b"'}  # a cookie may quote a NUL
    assert Client().get("/", **odd).status_code == 400
    assert Client().post("/dang-nhap", {"username": "x"}, **odd).status_code == 400


def test_a_nul_in_any_form_is_refused_before_anything_is_done(person, document):
    client, tried = signed_in(person), 0
    for pattern in get_resolver().url_patterns:
        if not isinstance(pattern, URLPattern):
            continue
        known = {"pk": document.pk, "number": 1, "kind": "data", "secret": "x", "name": "fees"}
        given = {name: known[name] for name in pattern.pattern.converters}
        if pattern.name in {"emergency-seen", "revoke", "code-row", "unit", "saved-search"}:
            given["pk"] = 1
        for form in ({"why": "a\0b"}, {"a\0b": "x"}):
            assert client.post(reverse(pattern.name, kwargs=given), form).status_code == 400, pattern.name
        tried += 1
    assert tried > 20
    plain = client.post("/dang-nhap", "username=a%00b", content_type="application/x-www-form-urlencoded")
    assert plain.status_code == 400


def test_half_a_character_in_the_machine_api_is_no_fault_of_ours(person, document):
    client = signed_in(person)
    for body in ('{"fields": {}, "why": "\\ud800", "version": 1}', '{"fields": {}, "why": "\\u0000", "version": 1}'):
        answer = client.post(f"/api/v1/documents/{document.pk}/corrections", body, "application/json")
        assert answer.status_code == 400
