"""Faults in the reader's words: JSON where machines ask, names people know in sentences, forms for those they are for."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from khoso.kernel.clock import today as day_here
from khoso.kernel.errors import Refused
from khoso.kernel.phrases import CALLED
from khoso.kernel.reasons import ReasonCode
from people.accounts import ensure_user
from people.middleware import SHOWN
from people.models import Role
from people.roles import Right, give
from warehouse.models import RenditionKind, State
from warehouse.moving import Intake, NewRecord, Outcome, create, move
from warehouse.sentences import sentence

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]


def signed_in(user, **how):
    client = Client(**how)
    client.force_login(user)
    session = client.session
    session[SHOWN] = True
    session.save()
    return client


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("GET", "/api/v1/khong-co", 404, "no_such_address"),
        ("GET", "/api/", 404, "no_such_address"),
        ("GET", "/api/v1/documents/khong-phai-uuid/gi", 404, "no_such_address"),
        ("DELETE", "/api/v1/documents", 405, "method_not_allowed"),
    ],
)
def test_faults_of_the_machine_api_are_json_as_described(person, method, address, status, code):
    for client in (signed_in(person), Client()):
        answer = client.generic(method, address)
        assert answer.status_code == status
        assert answer["Content-Type"].startswith("application/json")
        told = answer.json()
        assert told["code"] == code
        assert told["detail"]
        assert int(answer.get("Content-Length", len(answer.content))) == len(answer.content)
    if status == 405:
        assert answer["Allow"]


def test_a_forged_call_is_told_as_json(person):
    client = signed_in(person, enforce_csrf_checks=True)
    answer = client.post("/api/v1/uploads", {"sha256": "0" * 64, "size": 1}, "application/json")
    assert answer.status_code == 403
    assert answer.json()["detail"]


def test_pages_stay_pages(person):
    answer = signed_in(person).get("/khong-co")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


def test_sentences_name_rights_fields_and_renditions_in_words():
    assert set(CALLED["right"]) == {right.value for right in Right}
    told = sentence(Refused(ReasonCode.NOT_ALLOWED, right=Right.GRANT.value).reason.to_json())
    assert "(cấp quyền xem)" in told
    assert "grant" not in told
    assert "đến ngày" in str(Refused(ReasonCode.BAD_VALUE, field="until", value="x"))
    assert "«gốc»" in str(Refused(ReasonCode.NO_SUCH_RENDITION, rendition=RenditionKind.ORIGINAL.value))
    with translation.override("en"):
        assert "(granting)" in sentence(Refused(ReasonCode.NOT_ALLOWED, right="grant").reason.to_json())


@pytest.mark.parametrize("role", [Role.SCANNER, Role.OFFICER, Role.ARCHIVIST, Role.HEAD, Role.ADMINISTRATOR])
def test_the_form_for_handing_in_is_shown_to_whoever_may(unit, role):
    user, _ = ensure_user("thu", full_name="Người thử MẪU", unit=unit, role=None)
    give(user, role, unit, by="t", since=day_here())
    page = signed_in(user).get("/").content.decode()
    assert ("data-drop" in page) is (role in {Role.SCANNER, Role.OFFICER})
    assert ("Kéo thả" in page) is (role in {Role.SCANNER, Role.OFFICER})


@pytest.mark.parametrize(("role", "may"), [(Role.ARCHIVIST, False), (Role.OFFICER, True)])
def test_what_waits_leads_to_the_form_only_whoever_may_confirm_it(unit, person, now, role, may):
    waiting, _ = create("c" * 64, "chờ.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
    record = NewRecord("birth_certificate", 0.9, {}, "0" * 64)
    outcome = Outcome(State.TO_CONFIRM, record=record, changes={"pages": 0, "facts": {"files": []}})
    assert move(waiting, outcome, worker=None, actor="system", event="extract", now=now)
    user, _ = ensure_user("thu", full_name="Người thử MẪU", unit=unit, role=None)
    give(user, role, unit, by="t", since=day_here())
    client = signed_in(user)
    address = f"/giay-to/{waiting.pk}"
    row = client.get("/cho-xac-nhan").content.decode()
    assert (f'href="{address}/xac-nhan"' in row) is may
    assert (f'href="{address}"' in row) is not may
    assert (f'href="{address}/xac-nhan"' in client.get(address).content.decode()) is may
    assert client.get(f"{address}/xac-nhan").status_code == (200 if may else 404)


def test_a_file_handed_in_twice_is_not_told_as_received(unit):
    user, _ = ensure_user("thu", full_name="Người thử MẪU", unit=unit, role=None)
    give(user, Role.OFFICER, unit, by="t", since=day_here())
    client = signed_in(user)
    told = []
    for _time in range(2):
        file = SimpleUploadedFile("giấy.pdf", b"%PDF-1.7\nSPECIMEN\n%%EOF\n", "application/pdf")
        told.append(client.post("/tiep-nhan", {"files": file}, follow=True).content.decode())
    assert "Đã nhận 1 giấy tờ." in told[0]
    assert "Đã nhận" not in told[1]
    assert "1 giấy tờ đã có từ trước, không nhận hai lần." in told[1]


def test_a_step_nobody_knows_has_no_numbers(unit):
    user, _ = ensure_user("sep", full_name="Lãnh đạo MẪU", unit=unit, role=None)
    give(user, Role.HEAD, unit, by="t", since=day_here())
    client = signed_in(user)
    assert client.get("/bang-dieu-hanh/giay-to?so=step&buoc=zz").status_code == 404
    assert client.get("/bang-dieu-hanh/giay-to?so=step&buoc=read").status_code == 200


def test_a_covered_download_asked_for_twice_is_told_once(unit, person, now):
    paper, _ = create("d" * 64, "khám.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
    changes = {"document_type": "health_certificate", "pages": 0, "facts": {"files": []}}
    outcome = Outcome(State.CONFIRMED, record=NewRecord("health_certificate", 0.9, {}, "0" * 64), changes=changes)
    assert move(paper, outcome, worker=None, actor="system", event="extract", now=now)
    user, _ = ensure_user("thu", full_name="Người thử MẪU", unit=unit, role=None)
    give(user, Role.OFFICER, unit, by="t", since=day_here())
    client = signed_in(user)
    for _time in range(3):
        assert client.get(f"/giay-to/{paper.pk}/tai/original").status_code == 302
    assert client.get(f"/giay-to/{paper.pk}").content.decode().count("hãy ghi lý do xem trước khi tải") == 1
