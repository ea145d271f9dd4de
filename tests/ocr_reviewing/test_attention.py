"""How long somebody worked on a review: believed only as far as it can be, unknown where nothing tells."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from khoso.kernel.clock import system_clock
from ocr.attention import attended, handed_out
from ocr.ports import Field
from warehouse.models import LedgerEvent, State
from warehouse.moving import Intake, NewRecord, Outcome, create, move

ONE, OTHER = UUID(int=1), UUID(int=2)
NOW = system_clock()


def told(counted, *, after=120.0, document=ONE, handed=None):
    at = NOW + timedelta(seconds=after)
    return attended(document, handed_out(ONE, now=NOW) if handed is None else handed, counted, now=at)


def test_what_the_browser_counted_is_believed_up_to_the_time_since():
    assert told("45") == 45.0
    assert told("0") == 0.0
    assert told("999999") == pytest.approx(120.0)
    assert told("5", after=-60) == 0.0  # a clock that was put back


@pytest.mark.parametrize("counted", ["", "-1", "1.5", "1e3", "9999999", "NaN", "²", "5\n", " 5"])
def test_what_is_no_count_is_unknown_and_not_nought(counted):
    assert told(counted) is None


def test_a_page_that_was_not_handed_out_for_this_document_tells_nothing():
    assert told("45", document=OTHER) is None
    assert told("45", handed="") is None
    assert told("45", handed=handed_out(ONE, now=NOW)[:-1] + "x") is None


@given(st.text(max_size=80), st.text(max_size=10))
def test_no_form_breaks_it(handed, counted):
    assert attended(ONE, handed, counted, now=NOW) is None


def diploma(person, now, **said):
    """A diploma that waits for a person, with one unsure field: its text and its value."""
    document, _ = create("a" * 64, "a.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
    unsure = {
        name: Field(*field, 1, None, 0.5, "ocr", "t", "diploma/number@1").doubted("low_confidence").to_json()
        for name, field in said.items()
    }
    record = NewRecord("diploma", 0.9, unsure, "0" * 64)
    changes = {"document_type": "diploma", "pages": 0, "facts": {"files": []}}
    outcome = Outcome(State.TO_CONFIRM, changes=changes, record=record)
    assert move(document, outcome, worker=None, actor="system", event="weigh", now=now)
    return document


@pytest.mark.django_db
@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(("counted", "kept"), [("37", True), ("", False)])
def test_the_review_tells_the_ledger(person, now, counted, kept):
    document = diploma(person, now, number=("1", "1"))
    client = Client()
    client.force_login(person)
    page = client.get(f"/giay-to/{document.pk}/xac-nhan")
    form = {
        "act": "some",
        "touched": "number",
        "value:number": "1",
        "handed": page.context["handed"],
        "attended": counted,
    }
    assert client.post(f"/giay-to/{document.pk}/xac-nhan", form).status_code == 302
    body = json.loads(LedgerEvent.objects.get(kind="confirmed").body)["body"]
    assert ("attended_ms" in body) is kept
    assert body.get("attended_ms", 0) <= 37_000


@pytest.mark.django_db
@pytest.mark.usefixtures("tables")
def test_a_form_that_is_refused_keeps_what_was_counted(person, now):
    document = diploma(person, now, issue_date=("2026-01-01", ""))
    client = Client()
    client.force_login(person)
    handed = client.get(f"/giay-to/{document.pk}/xac-nhan").context["handed"]
    form = {
        "act": "some",
        "touched": "issue_date",
        "value:issue_date": "hôm nào đó",
        "handed": handed,
        "attended": "37",
    }
    answer = client.post(f"/giay-to/{document.pk}/xac-nhan", form)
    assert answer.status_code == 422
    for odd in ("khong-co", "x" * 3000, "' OR 1=1--"):  # a type the form does not offer
        assert client.post(f"/giay-to/{document.pk}/xac-nhan", {**form, "document_type": odd}).status_code == 422
    assert answer.context["handed"] == handed
    assert 'name="attended" value="37"' in answer.content.decode()
