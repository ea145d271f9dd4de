"""The code of a digitised result: its form, with and without an owner, and that what was given stays."""

import pytest

from ocr.ports import Field
from warehouse.filing import assembled, code
from warehouse.models import Document, State
from warehouse.moving import Intake, NewRecord, Outcome, create, move

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]
USUAL = "{owner_id}.{doc_type_code}.{seq}"


@pytest.mark.parametrize(
    ("template", "owner", "dossier", "made"),
    [
        (USUAL, "079200000001", "", "079200000001.KQ.G15.000031.001"),
        (USUAL, "", "", "KQ.G15.000031.001"),
        ("{year}/{owner_id}/{seq}", "", "", "2026/001"),
        ("{dossier}-KQ{seq}", "", "H36.12-260101-0001", "H36.12-260101-0001-KQ001"),
        ("{dossier}-KQ{seq}", "", "", "KQ001"),
        ("{seq}.{owner_id}", "", "", "001"),
        ("{dossier}.{owner_id}.{seq}", "", "", "001"),
        ("K{owner_id}.{seq}", "", "", "K001"),
        ("{owner_id}..{seq}", "1", "", "1..001"),
    ],
)
def test_what_is_empty_goes_with_its_joint(template, owner, dossier, made):
    parts = {"owner_id": owner, "doc_type_code": "KQ.G15.000031", "seq": "001", "year": "2026", "dossier": dossier}
    assert assembled(template, **parts) == made


def test_papers_without_an_owner_run_on_and_codes_of_old_stay(person, now):
    """Codes of an earlier form begin with a dot; the running number goes on behind them, so that none meets a new one."""
    value = Field("7/TTr", "7/TTr", 1, None, 0.9, "ocr", "t", "r@1").to_json()
    made = []
    for key in "abc":
        document, _ = create(key * 64, f"{key}.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
        record = NewRecord("administrative_document", 0.9, {"number": value}, "0" * 64)
        confirmed = Outcome(State.CONFIRMED, record=record)
        assert move(document, confirmed, worker=None, actor="system", event="extract", now=now)
        outcome = code(document, template=USUAL, clock=lambda: now)
        assert move(document, outcome, worker=None, actor="system", event="code", now=now)
        document.refresh_from_db()
        made.append(document.code)
        if key == "a":
            Document.objects.filter(pk=document.pk).update(code=".ADMINISTRATIVE_DOCUMENT.001")
    assert made == [f"ADMINISTRATIVE_DOCUMENT.00{n}" for n in (1, 2, 3)]
    assert Document.objects.order_by("created_at", "code").first().code == ".ADMINISTRATIVE_DOCUMENT.001"
