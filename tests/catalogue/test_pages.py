"""Pages of the code tables: everybody looks, whoever may changes, with a reason."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from catalogue.asking import fee
from catalogue.loading import load
from catalogue.models import CatalogueChange, DocumentType, Fee
from catalogue.shipped import TABLES
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


def test_a_row_is_added_with_its_key_and_first_day_and_what_was_typed_stays(admin, signature):
    address = "/danh-muc/fees/moi"
    assert 'name="value:code"' in admin.get(address).content.decode()
    form = {"value:code": "scan_a3", "value:name": "Quét khổ A3", "value:flat": "3000", "value:tiers": "[]", "why": WHY}
    day = system_clock().date().isoformat()
    for wrong in ({}, {"value:valid_from": "x"}, {"value:valid_from": day, "why": "x"},
                  {"value:valid_from": day, "value:flat": "nhiều"}, {"value:valid_from": day, "value:code": " "}):  # fmt: skip
        bad = admin.post(address, form | wrong)
        assert bad.status_code == 422
        assert "Quét khổ A3" in bad.content.decode()
    assert not CatalogueChange.objects.exists()
    made = admin.post(address, form | {"value:valid_from": day}, follow=True)
    assert "thêm: theo TT mới" in made.content.decode()
    assert fee("scan_a3", system_clock().date()) == 3000
    twice = admin.post(address, form | {"value:valid_from": day})
    assert twice.status_code == 422
    assert admin.get("/danh-muc/trust_roots/moi").status_code == 404, "a root comes with its bytes and fingerprint"


def test_what_no_text_confirmed_is_shown_until_somebody_compared_it(admin, signature):
    assert signature.to_check() == ["source"]
    assert 'href="/danh-muc/fees?doi-chieu=1">7</a>' in admin.get("/danh-muc").content.decode()
    open_rows = admin.get("/danh-muc/fees?doi-chieu=1").content.decode()
    assert open_rows.count("cần đối chiếu</span>") == 7
    page = admin.get(f"/danh-muc/fees/{signature.pk}").content.decode()
    assert "Cần đối chiếu với văn bản trước khi tin" in page
    assert 'name="compared" value="source"' in page
    address, done = (
        f"/danh-muc/fees/{signature.pk}",
        {"act": "confirm", "compared": "source", "why": "Công báo 12/2016, Đ4"},
    )
    for odd in ({"compared": []}, {"compared": "flat"}, {"compared": "khong-co"}, {"why": ""}):
        admin.post(address, done | odd)
    assert not CatalogueChange.objects.exists()
    admin.post(address, done)
    change = CatalogueChange.objects.get()
    assert (change.verb, change.by, change.why) == ("confirm", "qt", "Công báo 12/2016, Đ4")
    assert change.after["source"] == "TT 226/2016/TT-BTC"
    assert change.before["source"] == "TT 226/2016/TT-BTC; điều khoản của căn cứ chưa đối chiếu (?)"
    assert "đã đối chiếu: Công báo 12/2016, Đ4" in admin.get(address).content.decode()
    assert "Cần đối chiếu" not in admin.get(f"/danh-muc/fees/{signature.pk}").content.decode()
    assert 'href="/danh-muc/fees?doi-chieu=1">6</a>' in admin.get("/danh-muc").content.decode()
    load({"fees"})
    signature.refresh_from_db()
    assert signature.to_check() == [], "loading the shipped tables again leaves it alone"


def test_every_table_has_its_page_and_its_form(admin):
    load({"refusal_reasons", "attestations", "special_days", "working_hours", "trust_roots", "fees"})
    for name in ("document_types", "fees", "refusal_reasons", "attestations", "special_days", "working_hours"):
        row = TABLES[name].model.objects.first()
        assert admin.get(f"/danh-muc/{name}").status_code == 200
        page = admin.get(f"/danh-muc/{name}/{row.pk}").content.decode()
        assert "Hết hiệu lực từ ngày này" in page
        assert admin.get(f"/danh-muc/{name}/moi").status_code == 200
    root = TABLES["trust_roots"].model.objects.first()
    day = system_clock().date()
    admin.post(f"/danh-muc/trust_roots/{root.pk}", {"act": "end", "on": day.isoformat(), "why": "thu hồi trước hạn"})
    root.refresh_from_db()
    assert (root.valid_to, CatalogueChange.objects.get().verb) == (day, "end")


def test_citations_of_mapped_components_are_marked_unless_the_national_list_names_the_law():
    """Laws stand in the list the procedure was published with; articles stand in no list, so none is claimed."""
    laws = {row["code"]: {str(law).lstrip("0") for law in row["laws"]} for row in TABLES["procedures"].shipped()}
    named = {
        "Luật Hộ tịch 2014": "60/2014/QH13",
        "Luật Cư trú 2020": "68/2020/QH14",
        "Luật Đất đai 2024": "31/2024/QH15",
    }
    confirmed = {"NĐ 45/2020/NĐ-CP Đ10"}  # electronic copies certified from an original: compared with the decree
    told = 0
    for row in TABLES["components"].shipped():
        for part in row.get("legal_basis", "").split("; ") if row["set"] == "mapped" else ():
            law = next((number for name, number in named.items() if part.startswith(name)), None)
            if law is None:
                law = re.search(r"\d+/\d{4}/[\w-]+", part)[0].lstrip("0") if part else ""
            if law and law not in laws[row["procedure"]] and part not in confirmed:
                assert part.endswith("(?)"), (row["procedure"], part)
            if re.search(r" Đ\d", part):
                assert "(?)" in part + row.get("source", ""), (row["procedure"], part)
            told += bool(law)
    assert told > 100
