"""The pages: signed in or not, what a form does, what a stranger sees."""

import re
import uuid
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ocr.ports import Field
from people.accounts import ensure_unit, ensure_user
from warehouse.erasing import order
from warehouse.models import Document, Reading, Rendition, State
from warehouse.moving import Intake, NewRecord, Outcome, create, move

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]
ADDRESSES = [
    "/",
    "/cho-xac-nhan",
    "/tim",
    "/tim/goi-y",
    "/giay-to/{pk}",
    "/giay-to/{pk}/xac-nhan",
    "/giay-to/{pk}/trang/1.jpg",
    "/giay-to/{pk}/trang/1/chu",
    "/giay-to/{pk}/tai/original",
    "/giay-to/{pk}/in",
]


@pytest.fixture
def client(person):
    made = Client()
    made.force_login(person)
    return made


@pytest.fixture
def waiting(person, now):
    """A document that waits for confirmation, with one sure and one doubtful field."""
    document, _ = create("f" * 64, "giấy <b>lạ</b>.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
    sure = Field("TỜ TRÌNH", "TỜ TRÌNH", 1, None, 0.99, "ocr", "t", "administrative/title@1")
    unsure = Field("24/TTr-UBND", "24 /TTr-UBND", 1, None, 0.5, "ocr", "t", "administrative/number@1").doubted(
        "low_confidence"
    )
    record = NewRecord("administrative_document", 0.9, {"title": sure.to_json(), "number": unsure.to_json()}, "0" * 64)
    outcome = Outcome(
        State.TO_CONFIRM,
        record=record,
        changes={"document_type": "administrative_document", "pages": 0, "facts": {"files": []}},
    )
    assert move(document, outcome, worker=None, actor="system", event="extract", now=now)
    return document


def test_without_sign_in_every_page_asks_for_it(waiting):
    for address in ADDRESSES:
        answer = Client().get(address.format(pk=waiting.pk))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/dang-nhap?next=")


def test_sign_in_and_out(person):
    client = Client()
    assert "không đúng" in client.post("/dang-nhap", {"username": "nhanvien", "password": "sai"}).content.decode()
    assert client.post("/dang-nhap", {"username": "nhanvien", "password": "mat-khau-rat-dai"})["Location"] == "/"
    assert client.get("/").status_code == 200
    client.post("/dang-xuat")
    assert client.get("/").status_code == 302


def test_sign_in_does_not_lead_elsewhere(person):
    answer = Client().post(
        "/dang-nhap", {"username": "nhanvien", "password": "mat-khau-rat-dai", "next": "https://elsewhere.example/"}
    )
    assert answer["Location"] == "/"


def test_forms_need_their_token(person, waiting):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    for address in ("/tiep-nhan", f"/giay-to/{waiting.pk}/xac-nhan", f"/giay-to/{waiting.pk}/di-tiep"):
        assert client.post(address).status_code == 403


def test_every_page_forbids_foreign_script(client):
    answer = client.get("/")
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    text = answer.content.decode()
    assert "<script>" not in text
    assert " style=" not in text
    assert "onclick" not in text


def test_the_inbox_lists_what_waits_and_escapes_names(client, waiting):
    text = client.get("/").content.decode()
    assert "giấy &lt;b&gt;lạ&lt;/b&gt;.pdf" in text
    assert f"/giay-to/{waiting.pk}/xac-nhan" in text
    rows = client.get("/?rows=1").content.decode()
    assert "<html" not in rows
    assert "chờ xác nhận" in rows


def test_an_old_window_takes_back_nothing_another_said(client, waiting):
    """Two windows on one review: the second is told, sees what the first said, and keeps what was typed in it."""
    address = f"/giay-to/{waiting.pk}/xac-nhan"
    old = client.get(address).context
    record = waiting.records.latest("version")
    shown = {f"value:{field.name}": field.value for field in old["fields"]}
    first = {**shown, "value:number": "99/TTr-UBND", "touched": "number", "act": "some", "version": old["version"]}
    assert client.post(address, first).status_code == 302
    second = {**shown, "value:title": "TỜ TRÌNH KHÁC", "touched": "title", "act": "rest", "version": old["version"]}
    answer = client.post(address, second)
    assert answer.status_code == 422
    now = {field.name: field.value for field in answer.context["fields"]}
    assert (now["number"], now["title"]) == ("99/TTr-UBND", "TỜ TRÌNH KHÁC")
    told = {field.name: field.meanwhile for field in answer.context["fields"] if field.meanwhile}
    assert list(told) == ["number"]
    assert "vừa đổi" in told["number"]
    assert answer.context["version"] == record.version + 1
    (said,) = answer.context["faults"]
    assert "lưu lần nữa" in said
    assert "tải lại" not in said, "what was typed would be lost"
    assert waiting.records.latest("version").fields["number"]["value"] == "99/TTr-UBND"


def test_uploading_by_the_form(client):
    files = [
        SimpleUploadedFile("a.jpg", b"\xff\xd8 a"),
        SimpleUploadedFile("b.jpg", b"\xff\xd8 b"),
        SimpleUploadedFile("a2.jpg", b"\xff\xd8 a"),
    ]
    answer = client.post("/tiep-nhan", {"files": files, "owner_id": "001 099 000 001"}, follow=True)
    assert "Đã nhận 2 giấy tờ" in answer.content.decode()
    assert "1 giấy tờ đã có từ trước" in answer.content.decode()
    assert Document.objects.count() == 2
    assert set(Document.objects.values_list("given_owner_id", flat=True)) == {"001099000001"}


def test_confirming_on_the_page(client, waiting, person):
    address = f"/giay-to/{waiting.pk}/xac-nhan"
    waiting.pages = 0
    page = client.get(address)
    assert page.status_code == 200
    text = page.content.decode()
    assert text.index('data-field="number"') < text.index('data-field="title"')  # doubtful first
    bad = client.post(address, {"act": "some", "value:issue_date": "31/02/2026", "touched": "issue_date"})
    assert bad.status_code == 422
    told = bad.content.decode()
    assert "«31/02/2026» không hợp lệ ở ô «Ngày cấp»: cần ngày có thật, như 31/12/2026" in told
    assert "Chưa lưu gì" in told
    kept = client.post(
        address, {"act": "some", "value:number": "99/QĐ", "value:issue_date": "nonsense", "touched": "issue_date"}
    )
    assert ">99/QĐ</textarea>" in kept.content.decode()  # what was typed beside the fault is still there
    assert waiting.records.count() == 1
    partly = client.post(address, {"act": "some", "value:number": "25/TTr-UBND", "value:title": "TỜ TRÌNH"})
    assert partly["Location"] == address
    assert "Đã lưu; còn nghi ngờ: 3 trường." in client.get(address).content.decode()
    record = waiting.records.order_by("-version").first()
    assert record.fields["number"]["value"] == "25/TTr-UBND"
    assert record.fields["number"]["by"] == "nhanvien"
    assert record.fields["title"]["by"] == ""
    client.post(
        address,
        {"act": "rest", "value:number": "25/TTr-UBND", "value:title": "TỜ TRÌNH", "value:issue_date": "5/2/2026"},
    )
    waiting.refresh_from_db()
    assert waiting.state == State.CONFIRMED
    record = waiting.records.order_by("-version").first()
    assert record.fields["issue_date"]["value"] == "2026-02-05"
    assert set(record.absent) == {"issuer", "summary"}


def test_why_a_paper_still_waits_after_confirming_everything_is_said(client, waiting, now):
    forged = Field("24/TTr-UBND", "24/TTr-UBND", 1, None, 0.99, "code", "t", "codes/card@1").doubted("possible_forgery")
    fields = waiting.records.get().fields | {"number": forged.to_json()}
    record = NewRecord("administrative_document", 0.9, fields, "0" * 64)
    outcome = Outcome(State.TO_CONFIRM, record=record)
    assert move(waiting, outcome, worker=None, actor="system", event="extract", now=now)
    address = f"/giay-to/{waiting.pk}/xac-nhan"
    assert client.post(address, {"act": "rest"})["Location"] == address
    text = client.get(address).content.decode()
    assert "chưa lưu kho: mã trên giấy ghi khác chữ in ở Số, ký hiệu." in text
    retyped = {"act": "some", "document_type": "contract", "type_before": "administrative_document"}
    assert client.post(address, retyped)["Location"] == address
    assert "Đã đọc lại theo loại «Hợp đồng»" in client.get(address).content.decode()


def test_a_stranger_sees_no_difference_between_absent_and_forbidden(waiting):
    other, _ = ensure_user("khac", full_name="Trần Thị Mẫu", unit=ensure_unit("H36.13", "Nơi khác"))
    client = Client()
    client.force_login(other)
    for address in ADDRESSES[4:]:
        forbidden, absent = (client.get(address.format(pk=pk)) for pk in (waiting.pk, uuid.uuid4()))
        assert (forbidden.status_code, absent.status_code) == (404, 404)
        assert "giấy" not in forbidden.content.decode().split("<main")[1].split("<footer")[0].replace("giấy tờ", "")
    assert "lạ&lt;/b&gt;" not in client.get("/").content.decode()


def test_the_document_page_of_something_young(client, waiting):
    text = client.get(f"/giay-to/{waiting.pk}").content.decode()
    assert "24/TTr-UBND" in text
    assert "đọc không chắc" in text
    assert client.get(f"/giay-to/{waiting.pk}/trang/1.jpg").status_code == 404
    assert client.get(f"/giay-to/{waiting.pk}/tai/signed").status_code == 404
    assert client.get(f"/giay-to/{waiting.pk}/tai/passwd").status_code == 404


@pytest.mark.parametrize("words", ["", '"', "a' OR 1=1 --", "\x00", "x" * 5000, "AND OR NOT *", "số:"])
def test_search_takes_any_words(client, words):
    answer = client.get("/tim", {"q": words, "since": "nonsense", "after": "nonsense"})
    assert answer.status_code == (400 if "\x00" in words else 200)  # NUL is refused at the door


def test_filters_typed_into_the_box_become_chips(client, waiting):
    answer = client.get("/tim", {"q": "loai: khai sinh từ:2024 Nguyễn Văn An", "state": "FILED"})
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer["Location"]).query) == {
        "q": ["Nguyễn Văn An"],
        "state": ["FILED"],
        "type": ["birth_certificate"],
        "since": ["2024-01-01"],
    }
    page = client.get(answer["Location"])
    assert page.status_code == 200
    assert "từ ngày 01/01/2024" in page.content.decode()
    assert client.get("/tim", {"q": "cơ quan: không có ai"})["Location"] == "/tim?" + urlencode({"q": "không có ai"})
    owner = client.get("/tim", {"q": "chủ:068203001234"})["Location"]
    assert "chủ giấy tờ 068203001234" in client.get(owner).content.decode()


def test_pages_speak_vietnamese_until_the_reader_chooses(client, waiting):
    text = client.get("/", headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="vi">' in text
    assert "Chờ xác nhận" in text
    client.post("/ngon-ngu", {"language": "en", "next": "/"})
    answer = client.get("/")
    text = answer.content.decode()
    assert answer["Content-Language"] == "en"
    assert '<html lang="en">' in text
    assert "to confirm" in text
    assert "Chờ xác nhận" not in text
    page = client.get(f"/giay-to/{waiting.pk}").content.decode()
    assert "read without certainty" in page
    client.cookies["django_language"] = "xx"
    assert '<html lang="vi">' in client.get("/").content.decode()


def test_the_language_form_does_not_lead_elsewhere(client):
    answer = client.post("/ngon-ngu", {"language": "en", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


def test_an_old_form_is_told_what_to_do(person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    answer = client.post("/tiep-nhan")
    assert answer.status_code == 403
    assert "Không có gì bị thay đổi" in answer.content.decode()


def test_the_live_table_is_silent_while_nothing_changes(client, waiting):
    seen = re.search(r"seen=([0-9a-f]+)", client.get("/").content.decode())[1]
    assert client.get("/", {"rows": 1, "seen": seen}).status_code == 204
    client.post("/tiep-nhan", {"files": SimpleUploadedFile("moi.jpg", b"\xff\xd8 m")})
    answer = client.get("/", {"rows": 1, "seen": seen})
    assert answer.status_code == 200
    assert "moi.jpg" in answer.content.decode()


def test_the_live_table_shows_pages_being_read(client, person, now):
    """A page read is no new version of its document, and still moves the bar; asking for nothing reads narrow rows alone."""
    for number in range(30):
        create(f"{number:064d}", "chồng.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
    document = Document.objects.order_by("-created_at", "pk")[0]
    Document.objects.filter(pk=document.pk).update(state=State.INSPECTED, pages=4)
    text = client.get("/").content.decode()
    assert 'hx-trigger="every 1s"' in text
    seen = re.search(r"seen=([0-9a-f]+)", text)[1]
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/", {"rows": 1, "seen": seen}).status_code == 204
    assert not any("facts" in query["sql"] or "warehouse_datarecord" in query["sql"] for query in queries)
    Rendition.objects.create(
        document=document, kind="transcript", part=1, digest="a" * 64, size=1, media_type="x", created_at=now
    )
    rows = client.get("/", {"rows": 1, "seen": seen})
    assert rows.status_code == 200
    before, after = (re.findall(r'value="(0\.\d+)"', one) for one in (text, rows.content.decode()))
    assert sorted(after) > sorted(before)
    with CaptureQueriesContext(connection) as again:
        client.get("/")
    assert len(again) < 15  # of thirty rows


def test_what_was_typed_beside_no_file_is_kept_once(client):
    text = client.post("/tiep-nhan", {"dossier": "H36.12-261121-0001"}, follow=True).content.decode()
    assert "Chưa chọn tệp nào" in text
    assert 'value="H36.12-261121-0001"' in text
    assert 'value="H36.12-261121-0001"' not in client.get("/").content.decode()  # the next citizen is another one


def test_the_page_s_own_upload_is_told_where_to_go(client):
    answer = client.post(
        "/tiep-nhan",
        {"files": SimpleUploadedFile("a.jpg", b"\xff\xd8 a")},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert (answer.status_code, answer["X-Next"]) == (204, "/")
    assert "Đã nhận 1 giấy tờ" in client.get("/").content.decode()


def test_dates_and_words_of_code_are_shown_as_people_write_them(client, waiting, person, now):
    day = Field("2026-02-05", "5/2/2026", 1, None, 0.99, "ocr", "t", "administrative/issue_date@1")
    fields = waiting.records.get().fields | {"issue_date": day.to_json()}
    record = NewRecord("administrative_document", 0.9, fields, "0" * 64)
    assert move(
        waiting, Outcome(State.TO_CONFIRM, record=record), worker=None, actor="system", event="extract", now=now
    )
    address = f"/giay-to/{waiting.pk}/xac-nhan"
    assert ">05/02/2026</textarea>" in client.get(address).content.decode()
    client.post(address, {"act": "some", "value:issue_date": "05/02/2026", "value:number": "25/TTr-UBND"})
    fields = waiting.records.order_by("-version").first().fields
    assert (fields["issue_date"]["value"], fields["issue_date"]["by"]) == (
        "2026-02-05",
        "",
    )  # unchanged, so not confirmed
    page = client.get(f"/giay-to/{waiting.pk}").content.decode()
    assert "05/02/2026" in page
    assert "Nguyễn Văn Mẫu xác nhận" in page
    assert "Xác nhận dữ liệu: Số, ký hiệu" in page


def test_filters_stand_as_chips_that_can_be_dropped(client):
    answer = client.get("/tim", {"q": "giấy", "state": "FILED", "since": "5/2/2026", "until": "2026-03-01"})
    text = answer.content.decode()
    for chip in ("đã lưu kho", "từ ngày 05/02/2026", "đến ngày 01/03/2026"):
        assert f'<li class="chip">{chip}<a href="?' in text
    assert 'name="state" value="FILED"' in text  # a new question keeps the filters
    assert 'value="05/02/2026"' in text


def test_an_erased_document_says_so_and_shows_nothing_of_it(client, waiting, now):
    order(waiting, by="quantri", reason="hết thời hạn lưu", basis="Quyết định 12/QĐ-UBND", now=now)
    page = client.get(f"/giay-to/{waiting.pk}").content.decode()
    assert "đã hủy theo quyết định" in page
    assert "giấy" not in page or "lạ" not in page
    assert "24/TTr-UBND" not in page
    for address in ADDRESSES[5:]:
        assert client.get(address.format(pk=waiting.pk)).status_code in {302, 404, 409}


def test_suggestions_are_silent_where_there_is_nothing_to_say(client):
    for typed in ("", "a", "khong co gi", '"', "x" * 5000):
        assert client.get("/tim/goi-y", {"q": typed}).status_code == 204


def test_the_design_page_is_for_developers_only(client, settings):
    assert client.get("/giao-dien").status_code == 404
    settings.KHOSO = replace(settings.KHOSO, developer=True)
    assert "Mọi thành phần của trang" in client.get("/giao-dien").content.decode()


def test_a_print_carries_its_mark_and_is_recorded(client, waiting, person):
    text = client.get(f"/giay-to/{waiting.pk}/in").content.decode()
    assert "đã được ghi vào nhật ký xem" in text
    row = Reading.objects.filter(document=waiting.pk, person=person.username).latest("number")
    assert (row.purpose, row.opened) == ("print", True)
    assert client.get(f"/giay-to/{uuid.uuid4()}/in").status_code == 404


def test_the_owner_of_a_home_sees_every_unit_s_documents(waiting):
    owner, _ = ensure_user("chu", full_name="Lê Thị Mẫu", unit=ensure_unit("H36.13", "Nơi khác"), admin=True, demo=True)
    client = Client()
    client.force_login(owner)
    assert "giấy &lt;b&gt;lạ&lt;/b&gt;.pdf" in client.get("/").content.decode()
    assert client.get(f"/giay-to/{waiting.pk}").status_code == 200
