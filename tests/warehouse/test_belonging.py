"""What a document is part of: dossier, batch, stack; the others there are shown as far as one may see them, and recorded."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from khoso.kernel.clock import system_clock
from people.accounts import ensure_unit, ensure_user
from warehouse.belonging import belonging
from warehouse.erasing import order
from warehouse.models import Document, Grant, LedgerEvent, Reading, State
from warehouse.moving import Intake, Outcome, Part, create, move

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]
DOSSIER = "H36.12-260101-0001"


def paper(person, now, key, **intake):
    document, _ = create(key * 64, f"giấy {key}.pdf", (), intake=Intake(by=person, queue="desk", **intake), now=now)
    return document


@pytest.fixture
def stranger(db):
    return ensure_user("la", full_name="Người lạ MẪU", unit=ensure_unit("H36.99", "Nơi khác MẪU"))[0]


def told(document, viewer):
    return {
        whole.kind: (whole.name, sorted(member.title for member in whole.members), whole.total)
        for whole in belonging(document, viewer=viewer)
    }


def test_the_dossier_and_the_batch_with_the_others_there(person, stranger, now):
    mine = paper(person, now, "a", dossier=DOSSIER, batch="Hộp 12")
    paper(person, now, "b", dossier=DOSSIER)
    paper(person, now, "c", batch="Hộp 12")
    paper(person, now, "d")
    paper(stranger, now, "e", dossier=DOSSIER, batch="Hộp 12")
    assert told(mine, person) == {
        "dossier": (DOSSIER, ["giấy b.pdf"], 1), "batch": ("Hộp 12", ["giấy c.pdf"], 1),
    }  # fmt: skip
    [row] = Reading.objects.all()
    assert (row.purpose, row.what) == ("list", "list/2")


def test_of_another_unit_only_what_is_granted_and_never_its_batches(person, stranger, now):
    mine = paper(person, now, "a", dossier=DOSSIER, batch="Hộp 12")
    theirs = paper(stranger, now, "e", dossier=DOSSIER, batch="Hộp 12")
    Grant.objects.create(
        document=theirs, person=person, by=stranger, reason="thử", since=now, until=system_clock() + timedelta(days=1)
    )
    assert told(mine, person) == {"dossier": (DOSSIER, ["giấy e.pdf"], 1), "batch": ("Hộp 12", [], 0)}


def test_parts_know_their_stack_and_the_stack_its_parts(person, now):
    stack = paper(person, now, "a", batch="Hộp 12")
    facts = {"files": []}
    outcome = Outcome(State.SPLIT, parts=(Part(1, 2), Part(3, 3)), changes={"facts": facts})
    assert move(stack, outcome, worker=None, actor="system", event="separate", now=now)
    first, second = Document.objects.filter(parent=stack).order_by("first_page")
    assert (first.batch, second.batch) == ("Hộp 12", "Hộp 12")
    wholes = {whole.kind: whole for whole in belonging(first, viewer=person)}
    assert [member.document for member in wholes["stack"].members] == [stack, second] or [
        member.document for member in wholes["stack"].members
    ] == [second, stack]
    assert [member.pages for member in wholes["stack"].members if member.document == second] == [(3, 3)]
    parts = {whole.kind: whole for whole in belonging(stack, viewer=person)}["parts"]
    assert [member.document for member in parts.members] == [first, second]


def test_what_stands_alone_says_so_and_records_nothing_of_others(person, now):
    alone = paper(person, now, "a")
    assert belonging(alone, viewer=person) == []
    assert not Reading.objects.exists()
    client = Client()
    client.force_login(person)
    assert "đứng một mình" in client.get(f"/giay-to/{alone.pk}/thuoc-ve").content.decode()
    assert "các giấy tờ cùng hồ sơ" not in client.get(f"/giay-to/{alone.pk}").content.decode()


def test_the_pages_and_the_api(person, stranger, now):
    mine = paper(person, now, "a", dossier=DOSSIER, batch="Hộp 12")
    other = paper(person, now, "b", dossier=DOSSIER)
    client = Client()
    client.force_login(person)
    page = client.get(f"/giay-to/{mine.pk}").content.decode()
    assert "<dd>Hộp 12</dd>" in page
    assert f'href="/giay-to/{mine.pk}/thuoc-ve"' in page
    page = client.get(f"/giay-to/{mine.pk}/thuoc-ve").content.decode()
    assert f'<a href="/giay-to/{other.pk}">giấy b.pdf</a>' in page
    assert "Không có giấy tờ nào khác ở đây" in page
    answer = client.get(f"/api/v1/documents/{mine.pk}/part-of").json()
    assert [(whole["kind"], whole["name"], whole["total"]) for whole in answer] == [
        ("dossier", DOSSIER, 1), ("batch", "Hộp 12", 0),
    ]  # fmt: skip
    assert answer[0]["documents"][0]["document"] == str(other.pk)
    assert client.get(f"/api/v1/documents/{mine.pk}").json()["batch"] == "Hộp 12"
    theirs = Client()
    theirs.force_login(stranger)
    for address in (f"/giay-to/{mine.pk}/thuoc-ve", f"/api/v1/documents/{mine.pk}/part-of"):
        assert theirs.get(address).status_code == 404


def test_files_sent_together_are_a_batch_and_one_file_is_none(person):
    client = Client()
    client.force_login(person)
    files = [SimpleUploadedFile(f"{n}.pdf", b"%%PDF-1.4 %d" % n, "application/pdf") for n in range(3)]
    client.post("/tiep-nhan", {"files": files[:1]})
    client.post("/tiep-nhan", {"files": files[1:]})
    batches = list(Document.objects.order_by("name").values_list("batch", flat=True))
    assert batches[0] == ""
    assert batches[1] == batches[2]
    assert batches[1].startswith("nhanvien ")
    body = {"batch": " Hộp 7 ", "sheets": [{"sha256": "0" * 64}]}
    assert client.post("/api/v1/documents", json.dumps(body), "application/json").status_code == 404


def test_erasing_takes_the_batchs_name_along(person, now):
    mine = paper(person, now, "a", batch="Hộp của bà Mẫu")
    move(
        mine,
        Outcome(State.REFUSED, changes={"reason": {"code": "bug", "params": {}}}),
        worker=None,
        actor="system",
        event="refused",
        now=now,
    )
    order(mine, by="quantri", reason="hết hạn lưu", basis="QĐ 1", now=now)
    mine.refresh_from_db()
    assert mine.batch == ""
    assert "bà Mẫu" not in "".join(LedgerEvent.objects.values_list("body", flat=True))
