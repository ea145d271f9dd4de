"""Lists in review: cells of a row together and in the order of columns, a row added or filled in at once."""

import pytest
from django.test import Client

from ocr.correcting import addable, next_rows
from ocr.ports import Field
from ocr.reviewing import latest
from ocr.showing import shown_fields
from warehouse.models import State
from warehouse.moving import Intake, NewRecord, Outcome, create, move

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]


def field(value: str, *doubts: str) -> dict:
    read = Field(value, value, 1, None, 0.99, "ocr", "t", "residence_confirmation/members@1")
    return (read.doubted(*doubts) if doubts else read).to_json()


@pytest.fixture
def waiting(person, now):
    """A household of two whose cells were found out of order, one of them doubtful, one missing."""
    fields = {
        "title": field("XÁC NHẬN THÔNG TIN VỀ CƯ TRÚ"),
        "members[0].relation": field("Con đẻ"),
        "members[1].relation": field("Em ruột"),
        "members[0].name": field("KA DIÊM"),
        "members[1].birth_date": field("2010-10-06"),
        "members[1].name": field("LÝ GIA MẪU", "low_confidence"),
        "signer.name": field("Nguyễn Văn Mẫu"),
    }
    document, _ = create("d" * 64, "cư trú.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
    outcome = Outcome(
        State.TO_CONFIRM,
        record=NewRecord("residence_confirmation", 0.9, fields, "0" * 64),
        changes={"document_type": "residence_confirmation", "pages": 0, "facts": {"files": []}},
    )
    assert move(document, outcome, worker=None, actor="system", event="extract", now=now)
    return document


def test_cells_stand_by_rows_in_the_order_of_columns(waiting):
    shown = shown_fields(latest(waiting), [])
    assert [one.name for one in shown] == [
        "members[1].name",
        "title",
        "members[0].name",
        "members[0].relation",
        "members[1].birth_date",
        "members[1].relation",
        "signer.name",
    ]
    assert [one.name for one in shown if one.row] == ["members[0].name", "members[1].birth_date"]


def test_what_may_be_added(waiting):
    record = latest(waiting)
    assert "members[0].birth_date" in addable(record), "a cell that was not found"
    assert "members[0].name" not in addable(record)
    assert not [name for name in addable(record) if name.startswith("members[2]")]
    (members,) = next_rows(record)
    assert members == [f"members[2].{part}" for part in ("name", "birth_date", "sex", "id_number", "relation")]


def test_a_row_is_added_and_another_dropped_in_one_go(waiting, person):
    client = Client()
    client.force_login(person)
    address = f"/giay-to/{waiting.pk}/xac-nhan"
    page = client.get(address).content.decode()
    assert "Thêm dòng: Thành viên 3" in page
    assert 'data-whole-row="members[0]."' in page
    form = {
        "act": "some",
        "value:members[2].name": "TRẦN THỊ MẪU",
        "value:members[2].birth_date": "31/02/2001",
        "value:members[2].sex": "",
        "value:members[0].name": "",
        "value:members[0].relation": "",
    }
    bad = client.post(address, form)
    assert bad.status_code == 422
    assert ">TRẦN THỊ MẪU</textarea>" in bad.content.decode(), "what was typed in a new row stays"
    assert client.post(address, {**form, "value:members[2].birth_date": "3/2/2001"}).status_code == 302
    record = latest(waiting)
    assert (record.fields["members[2].name"]["value"], record.fields["members[2].birth_date"]["value"]) == (
        "TRẦN THỊ MẪU",
        "2001-02-03",
    )
    assert not [name for name in record.fields if name.startswith("members[0]") or name == "members[2].sex"]
    assert set(record.absent) == {"members[0].name", "members[0].relation"}
    (after,) = next_rows(record)
    assert after[0] == "members[3].name", "a dropped row's place is not taken again"
