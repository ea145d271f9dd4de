"""Owner and dossier as they are told at every door: what enters a permanent code is checked first."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ingest.given import checked
from ingest.receiving import Sheet, receive
from khoso.kernel.clock import system_clock
from khoso.kernel.digest import digest_bytes
from khoso.kernel.errors import Refused
from people.tokens import issue
from warehouse.models import Document
from warehouse.moving import Intake

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]


@pytest.fixture
def client(person):
    made = Client()
    made.force_login(person)
    return made


@pytest.fixture
def machine(person):
    return Client(headers={"Authorization": f"Bearer {issue(person, 'bàn 1', now=system_clock())}"})


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("", ""),
        ("001 099 000 001", "001099000001"),
        ("123456789", "123456789"),
        ("0100109106", "0100109106"),
        ("0100109106-001", "0100109106-001"),
        ("c1234567", "C1234567"),
        ("H36.12", "H36.12"),
        ("1034567", "1034567"),
    ],
)
def test_whose_paper_it_is(person, typed, stored):
    assert checked(Intake(by=person, queue="desk", owner_id=typed)).owner_id == stored


@pytest.mark.parametrize(
    "typed",
    [
        "abc<script>", "abc", "00109900000", "0010990000011", "0100109107", "0100109107-001", "1", "../../x1", "a" * 29 + "12",
        "٠٠١٠٩٩٠٠٠٠٠١", "Đ1234567", "1;2", "12\x003456",
    ],
)  # fmt: skip
def test_what_no_owner_has(person, typed):
    with pytest.raises(Refused) as error:
        checked(Intake(by=person, queue="desk", owner_id=typed))
    assert error.value.reason.params["field"] == "owner_id"


@pytest.mark.parametrize(
    ("typed", "good"),
    [
        (" h36.12-261121-0001 ", True), ("000.00.12.H36-230101-12345", True), ("'; DROP", False),
        ("H36.12-261321-0001", False), ("H36.12-261121-001", False), ("X", False), ("H36-261121-" + "1" * 60, False),
    ],
)  # fmt: skip
def test_dossiers(person, typed, good):
    intake = Intake(by=person, queue="desk", dossier=typed)
    if good:
        assert checked(intake).dossier == typed.strip().upper()
    else:
        with pytest.raises(Refused, match="Mã hồ sơ"):
            checked(intake)


def test_the_form_of_dossiers_is_a_setting(person, settings):
    settings.KHOSO_DOSSIER_PATTERN = r"[A-Z]{3}-\d{6}-\d+"
    assert checked(Intake(by=person, queue="desk", dossier="abc-261121-1")).dossier == "ABC-261121-1"
    with pytest.raises(Refused):
        checked(Intake(by=person, queue="desk", dossier="H36.12-261121-0001"))


def test_the_page_says_it_beside_the_field_and_keeps_what_was_there(client):
    def form():
        return {"files": SimpleUploadedFile("giấy 1.jpg", b"x"), "owner_id": "abc<script>", "dossier": "'; DROP"}

    text = client.post("/tiep-nhan", form(), follow=True).content.decode()
    assert not Document.objects.exists()
    assert 'value="abc&lt;script&gt;"' in text
    assert 'value="&#x27;; DROP"' in text
    assert text.count('aria-invalid="true"') == 2
    assert "Số định danh chủ giấy tờ «abc&lt;script&gt;» không đúng" in text
    assert "Mã hồ sơ «&#x27;; DROP» không đúng" in text
    assert "giấy 1.jpg" in text
    assert "aria-invalid" not in client.get("/").content.decode()
    answer = client.post("/tiep-nhan", form(), headers={"X-Requested-With": "XMLHttpRequest"})
    assert (answer.status_code, set(answer.json()["faults"])) == (422, {"owner_id", "dossier"})
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("told", "code"), [({"owner_id": "abc<script>"}, "bad_owner_id"), ({"dossier": "'; DROP"}, "bad_dossier")]
)
def test_a_machine_is_refused_for_good(machine, told, code):
    digest = digest_bytes(b"x")
    answer = machine.put(
        f"/api/v1/papers/{digest}", b"x", "application/octet-stream", headers={"Khoso-Paper": quote(json.dumps(told))}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    body = {"sheets": [{"sha256": digest, "name": "a"}], **told}
    answer = machine.post("/api/v1/documents", body, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert "không đúng" in answer.json()["detail"]
    assert not Document.objects.exists()


def test_no_way_in_leads_past_it(person, store, tmp_path: Path):
    sheet = tmp_path / "a.jpg"
    sheet.write_bytes(b"x")
    intake = Intake(by=person, queue="desk", owner_id="abc<script>")
    with pytest.raises(Refused, match="abc<script>"):
        receive([Sheet(sheet, "a.jpg")], intake=intake, store=store, clock=system_clock)
    assert not Document.objects.exists()
