"""Pages of the code tables: everybody looks, whoever may changes, with a reason."""

import csv
import html
import io
import re
from datetime import timedelta

import pytest
from django.test import Client

from catalogue.asking import fee
from catalogue.loading import apply, load
from catalogue.models import Attestation, CatalogueChange, Component, DocumentType, Fee
from catalogue.shapes import known_names
from catalogue.shipped import TABLES
from khoso.kernel.clock import today
from khoso.kernel.errors import Refused
from ocr.extraction.form import NINE
from ocr.extraction.forms import FORMS
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
    address, day = f"/danh-muc/fees/{signature.pk}", today() + timedelta(days=30)
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
    address, day = f"/danh-muc/fees/{signature.pk}", today() + timedelta(days=1)
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
    day = today().isoformat()
    for wrong in ({}, {"value:valid_from": "x"}, {"value:valid_from": day, "why": "x"},
                  {"value:valid_from": day, "value:flat": "nhiều"}, {"value:valid_from": day, "value:code": " "}):  # fmt: skip
        bad = admin.post(address, form | wrong)
        assert bad.status_code == 422
        assert "Quét khổ A3" in bad.content.decode()
    assert not CatalogueChange.objects.exists()
    made = admin.post(address, form | {"value:valid_from": day}, follow=True)
    assert "thêm: theo TT mới" in made.content.decode()
    assert fee("scan_a3", today()) == 3000
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
    day = today()
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


WRONG_MANDATORY = (
    '"title"',
    "abc",
    '[1,{"a":2}]',
    '["khong.co"]',
    '["number","number"]',
    '["owners[].name"]',
    "null",
    "[",
)


@pytest.mark.parametrize("typed", WRONG_MANDATORY)
def test_a_list_of_fields_is_a_list_of_the_types_fields(admin, typed):
    row = DocumentType.objects.get(slug="land_certificate")
    form = {"act": "correct", "value:mandatory": typed, "value:name": "Sổ đỏ MẪU", "why": WHY}
    answer = admin.post(f"/danh-muc/document_types/{row.pk}", form)
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "trường bắt buộc" in re.search(r'id="fault" role="alert">(.*?)</p>', page)[1]
    assert f">\n{typed}</textarea>" in page
    assert 'value="Sổ đỏ MẪU"' in page
    assert f'value="{WHY}"' in page
    assert not CatalogueChange.objects.exists()


@pytest.mark.parametrize(
    "typed", ['"abc"', "abc", '{"a":1}', "[1,2", "[1,2]", "[[2,1000]]", "[[null,1],[2,1]]", "[[3,1],[2,1],[null,1]]",
              "[[2,-1],[null,1]]", "[[true,1],[null,1]]", "[[2,1.5],[null,1]]"],
)  # fmt: skip
def test_tiers_are_what_a_fee_is_counted_by(admin, signature, typed):
    answer = admin.post(f"/danh-muc/fees/{signature.pk}", {"act": "correct", "value:tiers": typed, "why": WHY})
    assert answer.status_code == 422
    assert "bậc theo trang" in re.search(r'id="fault" role="alert">(.*?)</p>', answer.content.decode())[1]
    signature.refresh_from_db()
    assert fee("certified_signature", today()) == 10000


def test_a_list_stored_wrongly_is_repaired_on_the_page(admin):
    row = DocumentType.objects.get(slug="land_certificate")
    for stored in ("title", {"a": 1}, [1], '["serial", "owners[1].name"]'):
        DocumentType.objects.filter(pk=row.pk).update(mandatory=stored)
        right = {"act": "correct", "value:mandatory": '["serial", "owners[1].name"]', "why": WHY}
        assert admin.post(f"/danh-muc/document_types/{row.pk}", right).status_code == 302
        row.refresh_from_db()
        assert row.mandatory == ["serial", "owners[1].name"]
    assert admin.post(f"/danh-muc/document_types/{row.pk}", right | {"value:mandatory": ""}).status_code == 302
    row.refresh_from_db()
    assert row.mandatory == []


def test_the_import_refuses_lists_the_page_refuses():
    for wrong in ("title", '"title"', ["khong.co"], [1]):
        row = {"slug": "land_certificate", "name": "x", "mandatory": wrong}
        with pytest.raises(Refused, match=r"trường|danh sách") as told:
            apply(TABLES["document_types"], [row])
        assert told.value.reason.params["row"] == 1
    with pytest.raises(Refused, match="bậc"):
        apply(TABLES["fees"], [{"code": "x", "name": "x", "tiers": [[1, 2]]}])


def test_the_names_a_type_may_ask_for_are_those_it_is_read_for():
    assert {slug: set(known_names(slug)) for slug in FORMS} == {
        slug: {*form.fields, *NINE} for slug, form in FORMS.items()
    }
    assert set(known_names("chua-co")) == set(NINE)


def _window(answer):
    page = answer.content.decode()
    return {name: html.unescape(value) for name, value in re.findall(r'name="((?:was|value):\w+)" value="(.*?)"', page)}


def test_an_old_window_saves_over_nobody(admin):
    row = DocumentType.objects.get(slug="land_certificate")
    address = f"/danh-muc/document_types/{row.pk}"
    first, second = _window(admin.get(address)), _window(admin.get(address))
    assert admin.post(address, first | {"act": "correct", "why": WHY, "value:name": "Sổ một"}).status_code == 302
    for act in ("correct", "revise", "end", "confirm"):
        late = second | {"act": act, "why": "căn cứ thứ hai", "value:national_code": "S2", "on": "2027-01-01"}
        answer = admin.post(address, late)
        page = html.unescape(answer.content.decode())
        assert answer.status_code == 422
        assert f"tên: «{row.name}» → «Sổ một»" in page
        assert 'value="S2"' in page
    row.refresh_from_db()
    assert (row.name, row.national_code) == ("Sổ một", second["value:national_code"])
    shown = _window(answer)
    answer = admin.post(address, shown | {"act": "correct", "why": WHY})
    assert answer.status_code == 302, re.findall(r"(?s)alert.*?</p>", answer.content.decode())
    row.refresh_from_db()
    assert (row.name, row.national_code) == ("Sổ một", "S2"), "what both typed stands"


def test_a_yes_or_no_that_was_open_can_be_said(admin):
    load({"components"})
    row = Component.objects.filter(mandatory__isnull=True).first()
    address = f"/danh-muc/components/{row.pk}"
    for typed, kept in (("true", True), ("", None), ("false", False)):
        assert admin.post(address, {"act": "correct", "value:mandatory": typed, "why": WHY}).status_code == 302
        row.refresh_from_db()
        assert row.mandatory is kept
    assert admin.post(address, {"act": "correct", "value:mandatory": "có", "why": WHY}).status_code == 422


def test_lines_of_a_text_stay(admin):
    load({"attestations"})
    row = next(one for one in Attestation.objects.all() if "\n" in one.text)
    address = f"/danh-muc/attestations/{row.pk}"
    sent = row.text.replace("\n", "\r\n")
    admin.post(address, {"act": "correct", "value:text": sent, "was:text": sent, "value:title": "Mới", "why": WHY})
    before, _ = row.text, row.refresh_from_db()
    assert (row.title, row.text) == ("Mới", before)


def test_every_row_of_a_long_table_is_reached(admin):
    load({"refusal_reasons"})
    model = TABLES["result_types"].model
    model.objects.bulk_create(model(code=f"KQ.T{n:03}", name=f"Kết quả MẪU số {n}") for n in range(250))
    address, seen = "/danh-muc/result_types", set()
    for page in (1, 2, 3):
        text = admin.get(f"{address}?trang={page}").content.decode()
        seen |= set(re.findall(r"KQ\.T\d{3}", text))
    assert len(seen) == 250
    assert "Dòng 201–250 trong 250" in text
    assert 'rel="next"' not in text
    last = admin.get(f"{address}?q=MAU+so+24&ngay=2026-11-01").content.decode()
    assert "Dòng 1–11 trong 11" in last  # with marks or without
    assert admin.get(f"{address}?trang=x").status_code == admin.get(f"{address}?trang=99").status_code == 200
    odd = admin.get(f"{address}?ngay=31-02-2026").content.decode()
    assert "Không có ngày «31-02-2026»" in odd
    assert "Không dòng nào có «zzz»" in admin.get(f"{address}?q=zzz").content.decode()


def test_days_are_written_as_people_write_them(admin, signature):
    page = admin.get("/danh-muc/fees?ngay=01/11/2026").content.decode()
    assert 'value="01/11/2026"' in page
    assert "Dòng 1–7 trong 7" in page
    assert 'type="date"' not in page
    day = today() + timedelta(days=30)
    form = {"act": "revise", "value:flat": "15000", "why": WHY}
    bad = admin.post(f"/danh-muc/fees/{signature.pk}", form | {"on": "31/02/2027"})
    assert bad.status_code == 422
    assert 'value="31/02/2027"' in bad.content.decode()
    admin.post(f"/danh-muc/fees/{signature.pk}", form | {"on": f"{day:%d/%m/%Y}"})
    assert Fee.objects.get(flat=15000).valid_from == day
    row = {"value:day": "30/04/2027", "value:name": "Nghỉ MẪU", "value:valid_from": "01/01/2027", "why": WHY}
    assert admin.post("/danh-muc/special_days/moi", row | {"value:day": "30/02/2027"}).status_code == 422
    assert admin.post("/danh-muc/special_days/moi", row).status_code == 302
    assert TABLES["special_days"].model.objects.get(name="Nghỉ MẪU").day.isoformat() == "2027-04-30"


def test_pages_of_a_filtered_table_keep_the_filter(admin):
    model = TABLES["result_types"].model
    model.objects.bulk_create(model(code=f"KQ.T{n:03}", name=f"Giấy phép {n % 2}") for n in range(250))
    page = admin.get("/danh-muc/result_types?q=giay+phep+1").content.decode()
    following = html.unescape(re.search(r'rel="next" href="([^"]+)"', page)[1])
    assert "Dòng 101–125 trong 125" in admin.get(f"/danh-muc/result_types{following}").content.decode()


def test_the_whole_table_is_taken_along(admin, signature):
    Fee.objects.filter(pk=signature.pk).update(name="=HYPERLINK(0)", tiers=[[2, 2000], [None, 1000]])
    model = TABLES["result_types"].model
    model.objects.bulk_create(model(code=f"KQ.T{n:03}", name=f"Kết quả {n}") for n in range(250))
    answer = admin.get("/danh-muc/result_types?csv=1")
    assert answer["Content-Disposition"].startswith('attachment; filename="result_types-')
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 251
    assert rows[0][:2] == ["mã", "tên"]
    assert len(list(csv.reader(io.StringIO(admin.get("/danh-muc/result_types?csv=1&q=KQ.T01").content.decode())))) == 11
    fees = admin.get("/danh-muc/fees?csv=1").content.decode("utf-8-sig")
    [row] = [row for row in csv.DictReader(io.StringIO(fees)) if row["mã"] == "certified_signature"]
    assert row["tên"] == "'=HYPERLINK(0)"
    assert row["bậc theo trang"] == "đến trang 2: 2.000 đồng mỗi trang; các trang sau: 1.000 đồng mỗi trang"


def test_values_are_told_in_words(person, admin):
    client = Client()
    client.force_login(person)
    row = DocumentType.objects.get(slug="birth_certificate")
    page = html.unescape(client.get(f"/danh-muc/document_types/{row.pk}").content.decode())
    told = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page))
    assert told["Dữ liệu nhạy cảm"] in {"có", "không"}
    assert told["Quy tắc hiệu lực"] in {"không thời hạn", "đến ngày ghi trên giấy"}
    assert "Số, ký hiệu, Cơ quan cấp" in told["Trường bắt buộc"]
    assert "[" not in told["Trường bắt buộc"]
    assert not {"true", "false"} & set(told.values())
    form = html.unescape(admin.get(f"/danh-muc/document_types/{row.pk}").content.decode())
    assert '<option value="true"' in form
    assert f">\n{chr(10).join(row.mandatory)}</textarea>" in form


def test_a_list_is_typed_line_by_line(admin, signature):
    row = DocumentType.objects.get(slug="land_certificate")
    form = {"act": "correct", "value:mandatory": "serial\r\n\r\n owners[1].name ", "why": WHY}
    assert admin.post(f"/danh-muc/document_types/{row.pk}", form).status_code == 302
    row.refresh_from_db()
    assert row.mandatory == ["serial", "owners[1].name"]
    address = f"/danh-muc/fees/{signature.pk}"
    for wrong in ("2: 2000\n*: x", "2: 2000", "*: 1\n2: 1", "2 2000\n*: 1"):
        assert admin.post(address, {"act": "correct", "value:tiers": wrong, "why": WHY}).status_code == 422
    admin.post(address, {"act": "correct", "value:tiers": "2: 2.000\n* : 1000", "why": WHY})
    signature.refresh_from_db()
    assert signature.tiers == [[2, 2000], [None, 1000]]
    page = admin.get(address).content.decode()
    assert ">\n2: 2000\n*: 1000</textarea>" in page
    before = CatalogueChange.objects.count()
    admin.post(
        address, _window(admin.get(address)) | {"act": "correct", "value:tiers": "2: 2000\r\n*: 1000", "why": WHY}
    )
    assert CatalogueChange.objects.last().after["tiers"] == CatalogueChange.objects.last().before["tiers"]
    assert CatalogueChange.objects.count() == before + 1
