"""A filed document, as the journey leaves it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from khoso.kernel.clock import today
from ocr.ports import Field
from people.accounts import ensure_user
from people.middleware import SHOWN
from people.models import Role
from people.roles import give
from warehouse.models import State
from warehouse.moving import Intake, NewRecord, Outcome, create, move


def filed_document(person, now, *, key="a", code="K-1", fields=None, valid_until=None, kind="administrative_document"):
    """A filed document with these values, in the state and with the columns that `file` leaves."""
    document, _ = create((key * 64)[:64], f"giấy {key}.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
    values = fields or {"title": "TỜ TRÌNH", "number": "24/TTr-UBND", "issue_date": "2026-02-05", "issuer": "UBND MẪU"}
    made = {
        name: Field(value, value, 1, None, 0.9, "ocr", "t", f"{kind}/{name}@1").to_json()
        for name, value in values.items()
    }
    outcome = Outcome(
        State.FILED,
        record=NewRecord(kind, 0.9, made, "5" * 64),
        changes={
            "document_type": kind, "pages": 0, "facts": {"files": []}, "code": code, "filed_at": now,
            "checked_at": now, "valid_until": valid_until,
        },
    )  # fmt: skip
    assert move(document, outcome, worker=None, actor="system", event="file", now=now)
    return document


@pytest.fixture
def now():
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def officer(unit):
    """An officer of the document's unit."""
    user, _ = ensure_user("canbo", full_name="Trần Thị Cán Bộ", unit=unit, role=None)
    give(user, Role.OFFICER, unit, by="test", since=today() - timedelta(days=1))
    return user


@pytest.fixture
def document(person, now):
    return filed_document(person, now)


@pytest.fixture
def client(officer):
    made = Client()
    made.force_login(officer)
    session = made.session
    session[SHOWN] = True
    session.save()
    return made
