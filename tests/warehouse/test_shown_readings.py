"""What people are told of reads: in their language, in the order of time, with documents called as lists call them."""

import csv
import io
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from khoso.kernel.clock import system_clock
from khoso.kernel.clock import today as day_here
from people.accounts import ensure_unit, ensure_user
from people.middleware import SHOWN
from people.models import Role
from people.roles import give
from warehouse import reading
from warehouse.models import State
from warehouse.moving import Intake, NewRecord, Outcome, create, move
from warehouse.shown_readings import as_csv, named, part_in_words, shown_readings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]


@pytest.fixture
def archivist(unit):
    user, _ = ensure_user("luutru", full_name="Người lưu trữ MẪU", unit=unit, role=None)
    give(user, Role.ARCHIVIST, unit, by="t", since=day_here())
    return user


@pytest.fixture
def documents(person, now):
    """A plain one, and one of a sensitive type."""
    plain, _ = create("a" * 64, "đơn xin việc.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
    shut, _ = create("b" * 64, "khám bà Mẫu.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
    record = NewRecord("health_certificate", 0.9, {}, "0" * 64)
    changes = {"document_type": "health_certificate", "pages": 0, "facts": {"files": []}}
    outcome = Outcome(State.CONFIRMED, record=record, changes=changes)
    assert move(shut, outcome, worker=None, actor="system", event="extract", now=now)
    return plain, shut


def note(at, document, what="record", purpose="view", **more):
    said = {"basis": "", "via": "role", "opened": True} | more
    return reading.note(at=at, person="nhanvien", document=document, purpose=purpose, what=what, **said)


def signed_in(user):
    client = Client()
    client.force_login(user)
    session = client.session
    session[SHOWN] = True
    session.save()
    return client


def lines(text):
    return list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))


def test_entries_written_together_are_told_in_the_order_of_time(documents, now):
    moments = [now + timedelta(milliseconds=one) for one in (0, 30, 10, 40, 20)]
    for moment in moments:
        note(moment, documents[0].pk)
    for told in (reading.of_document(documents[0].pk), reading.of_person("nhanvien")):
        assert [row.at for row in told] == sorted(moments, reverse=True)


def test_a_page_names_documents_as_lists_do_and_links_what_is_seen(archivist, documents):
    plain, shut = documents
    note(system_clock(), plain.pk)
    note(system_clock(), shut.pk)
    page = signed_in(archivist).get("/nhat-ky-xem?nguoi=nhanvien").content.decode().split("<main")[1]
    assert f'href="/giay-to/{plain.pk}" lang="vi">đơn xin việc.pdf</a>' in page
    assert f">{plain.pk}<" not in page
    assert "bà Mẫu" not in page
    assert f'href="/giay-to/{shut.pk}"' in page


def test_what_the_reader_does_not_see_has_no_name(archivist, documents, now):
    elsewhere, _ = ensure_user("la", full_name="Người lạ MẪU", unit=ensure_unit("H36.13", "Đơn vị khác MẪU"), role=None)
    gone = uuid.uuid4()
    for reader, asked in ((elsewhere, documents[0].pk), (archivist, gone)):
        assert named(reader, [asked])[asked].name == ""
    assert named(archivist, [documents[0].pk])[documents[0].pk].name == "đơn xin việc.pdf"


def test_spreadsheets_speak_the_readers_language(archivist, documents, now):
    pk = documents[0].pk
    note(now, pk, purpose="sensitive", basis="=1+1")
    client = signed_in(archivist)
    for address in (f"/giay-to/{pk}/ai-da-xem?csv=1", "/nhat-ky-xem?nguoi=nhanvien&csv=1"):
        head, *rows = lines(client.get(address).content.decode())
        assert head[:4] == ["Lượt số", "Lúc", "Tên tài khoản", "Họ và tên"]
        row = dict(zip(head, rows[-1], strict=True))
        assert row["Lúc"] == "09:15:02 21/11/2026"
        assert (row["Giấy tờ"], row["Mã trong hệ thống"]) == ("đơn xin việc.pdf", str(pk))
        assert (row["Để làm gì"], row["Phần"]) == ("xem dữ liệu nhạy cảm", "trang giấy tờ")
        assert (row["Nhờ đâu"], row["Kết quả"], row["Lý do"]) == ("vai trò", "đã mở", "'=1+1")
    with translation.override("en"):
        shown = shown_readings(reading.of_person("nhanvien"), {1: [named(archivist, [pk])[pk]]})
        head, row = lines(as_csv(shown))[:2]
    assert head[:3] == ["Look no.", "When", "Account name"]
    assert "opened" in row


def test_parts_are_told_in_words():
    assert part_in_words("page/1/small") == "trang 1, ảnh nhỏ"
    assert part_in_words("validity") == "hiệu lực"
