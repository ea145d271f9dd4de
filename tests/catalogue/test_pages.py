"""Pages of the code tables: everybody looks, whoever may changes, with a reason."""

from datetime import timedelta

import pytest
from django.test import Client

from catalogue.asking import fee
from catalogue.loading import load
from catalogue.models import CatalogueChange, DocumentType, Fee
from khoso.kernel.clock import system_clock
from people.accounts import ensure_user
from people.middleware import SHOWN
from people.models import Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]
WHY = "theo TT mới"


@pytest.fixture
def admin(unit):
    client = Client()
    client.force_login(ensure_user("qt", full_name="Quản trị MẪU", unit=unit, role=Role.ADMINISTRATOR)[0])
    session = client.session
    session[SHOWN] = True
    session.save()
    return client


@pytest.fixture
def signature():
    load({"fees"})
    return Fee.objects.get(code="certified_signature")


def test_tables_and_rows_of_a_day(admin):
    assert "/danh-muc/document_types" in admin.get("/danh-muc").content.decode()
    page = admin.get("/danh-muc/document_types?q=khai+sinh").content.decode()
    assert "birth_certificate" in page
    assert "marriage_certificate" not in page
    assert "birth_certificate" not in admin.get("/danh-muc/document_types?ngay=1990-01-01").content.decode()
    assert admin.get("/danh-muc/document_types?ngay=nonsense&q=%25'").status_code == 200
    assert admin.get("/danh-muc/users").status_code == 404
    assert admin.get("/danh-muc/document_types/999999").status_code == 404


def test_a_change_needs_a_reason_and_leaves_its_maker(admin, signature):
    address, day = f"/danh-muc/fees/{signature.pk}", system_clock().date() + timedelta(days=30)
    admin.post(address, {"act": "correct", "value:flat": "1", "why": ""})
    admin.post(address, {"act": "revise", "value:flat": "1", "why": WHY, "on": ""})
    admin.post(address, {"act": "correct", "value:flat": "nhiều", "why": WHY})
    admin.post(address, {"act": "correct", "value:tiers": "[", "why": WHY})
    assert not CatalogueChange.objects.exists()
    answer = admin.post(address, {"act": "revise", "value:flat": "15000", "why": WHY, "on": day.isoformat()})
    following = Fee.objects.get(flat=15000)
    assert answer["Location"] == f"/danh-muc/fees/{following.pk}"
    assert fee("certified_signature", day - timedelta(days=1)) == 10000
    assert fee("certified_signature", day) == 15000
    change = CatalogueChange.objects.get()
    assert (change.by, change.why) == ("qt", WHY)
    assert WHY in admin.get(answer["Location"]).content.decode()


def test_mending_and_ending(admin, signature):
    address, day = f"/danh-muc/fees/{signature.pk}", system_clock().date() + timedelta(days=1)
    admin.post(address, {"act": "correct", "value:name": "Phí <b>mới</b>", "value:tiers": "[[null, 5]]", "why": WHY})
    signature.refresh_from_db()
    assert (signature.name, signature.tiers, signature.edited) == ("Phí <b>mới</b>", [[None, 5]], True)
    assert "<b>mới" not in admin.get(address).content.decode()
    admin.post(address, {"act": "end", "on": day.isoformat(), "why": WHY})
    signature.refresh_from_db()
    assert signature.valid_to == day


def test_an_officer_only_looks(person):
    client = Client()
    client.force_login(person)
    address = f"/danh-muc/document_types/{DocumentType.objects.get(slug='birth_certificate').pk}"
    assert '<form method="post" class="card"' not in client.get(address).content.decode()
    assert client.post(address, {"act": "correct", "value:name": "X", "why": WHY}).status_code == 403
    assert not DocumentType.objects.filter(name="X").exists()
