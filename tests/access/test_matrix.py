"""Every role at every address, with a document of its own unit, of another unit, and of another unit but granted.

What is expected stands in `matrix.csv`, written by hand: O opens, A absent (404), F forbidden (403), S sign in first.
Three letters: own unit, other unit, granted. A new address without a row fails.
"""

import csv
import json
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver

from catalogue.models import DocumentType
from khoso.api import api
from khoso.kernel.clock import system_clock
from khoso.kernel.clock import today as day_here
from people.accounts import ensure_unit, ensure_user
from people.middleware import SHOWN
from people.models import Role
from people.roles import give
from warehouse.models import Grant, Reading, State
from warehouse.moving import Intake, NewRecord, Outcome, create
from warehouse.moving import move as advance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]
with (Path(__file__).parent / "matrix.csv").open(encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file))
CONTEXTS = ("own", "other", "granted")
DIGEST = "d" * 64


@pytest.fixture
def place(db, now):
    """A document that waits for confirmation in a unit, and an emergency of somebody else there."""
    unit = ensure_unit("H36.12", "Bộ phận một cửa MẪU")
    maker, _ = ensure_user("khac", full_name="Người khác MẪU", unit=unit)
    document, _ = create("a" * 64, "giấy.pdf", (), intake=Intake(by=maker, queue="desk"), now=now)
    field = {
        "value": "TỜ TRÌNH", "text": "TỜ TRÌNH", "page": 1, "box": None, "confidence": 0.5, "source": "ocr",
        "engine": "t", "rule": "administrative/title@1", "doubtful": True, "doubts": ["low_confidence"], "by": "",
    }  # fmt: skip
    record = NewRecord("administrative_document", 0.9, {"title": field}, "0" * 64)
    changes = {"document_type": "administrative_document", "pages": 0, "facts": {"files": []}}
    outcome = Outcome(State.TO_CONFIRM, record=record, changes=changes)
    assert advance(document, outcome, worker=None, actor="system", event="extract", now=now)
    glass = Grant.objects.create(
        document=document, person=maker, by=maker, reason="thử", since=now, until=now + timedelta(hours=1), glass=True
    )
    return document, glass


def account(role, context, document):
    """A person with the role in the document's unit, or in another with or without a grant."""
    unit = document.unit if context == "own" else ensure_unit("H36.13", "Đơn vị khác MẪU")
    user, _ = ensure_user("thu", full_name="Người thử MẪU", unit=unit, role=None)
    today = day_here()
    if role is not None:
        certifier = role is Role.CERTIFIER
        give(
            user, role, unit, by="test", since=today,
            until=today + timedelta(days=9) if certifier else None, delegation="QĐ 1" if certifier else "",
        )  # fmt: skip
    if context == "granted":
        now = system_clock()
        Grant.objects.create(
            document=document, person=user, by=user, reason="thử", since=now, until=now + timedelta(days=1)
        )
    client = Client()
    client.force_login(user)
    session = client.session
    session[SHOWN] = True
    session.save()
    return client


def asked(client, row, document, glass):
    """Send a row's request and undo whatever it did; the letter of what happened."""
    kind = DocumentType.objects.values_list("pk", flat=True).order_by("pk").first()

    def filled(text):
        text = text.replace("{type}", str(kind)).replace("{unit}", str(document.unit_id))
        text = text.replace("{person}", str(document.created_by_id))
        text = text.replace("{saved}", "0")  # a search of somebody else is as absent
        return (
            text.replace("{document}", str(document.pk)).replace("{glass}", str(glass.pk)).replace("{digest}", DIGEST)
        )

    address, body = filled(row["address"]), filled(row["body"] or "")
    mark = transaction.savepoint()
    before = Reading.objects.count()
    if row["method"] == "GET":
        answer = client.get(address)
    elif address.startswith("/api/"):
        answer = client.generic(row["method"], address, body, content_type="application/json")
    else:
        answer = client.post(address, dict(parse_qsl(body)))
    read = list(Reading.objects.order_by("number")[before:])
    transaction.savepoint_rollback(mark)
    return letter(answer, read)


def letter(answer, read):
    assert answer.status_code < 500
    if answer.status_code == 401 or answer.headers.get("Location", "").startswith("/dang-nhap"):
        return "S"
    if answer.status_code == 403:
        return "F"
    if read:  # the gate has spoken; a page that is not there yet is no closed door
        opened = all(entry.opened for entry in read)
        assert opened or answer.status_code == 404
        return "O" if opened else "A"
    if answer.status_code == 404 and answer.headers["Content-Type"].startswith("application/json"):
        return "A" if answer.json()["code"] == "no_such_address" else "O"  # the API knows no such upload: it looked
    return "A" if answer.status_code == 404 else "O"


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("role", list(Role))
def test_a_role_at_every_address(place, role, context):
    client = account(role, context, place[0])
    rows = [row for row in ROWS if row["address"] != "/dang-xuat"]
    found = {}
    for row in rows:
        expected, got = row[role.value][CONTEXTS.index(context)], asked(client, row, *place)
        if got != expected:
            found[row["method"], row["address"]] = f"expected {expected}, got {got}"
    assert found == {}


@pytest.mark.parametrize("who", ["anonymous", "roleless"])
def test_whoever_has_no_role(place, who):
    client = Client() if who == "anonymous" else account(None, "own", place[0])
    found = {}
    for row in ROWS:
        if row["address"] != "/dang-xuat":
            got = asked(client, row, *place)
            if got != row[who]:
                found[row["method"], row["address"]] = f"expected {row[who]}, got {got}"
    assert found == {}


def test_signing_out(place):
    client = account(Role.OFFICER, "own", place[0])
    assert client.get("/dang-xuat").status_code == 405
    assert client.post("/dang-xuat")["Location"] == "/dang-nhap"
    assert client.get("/")["Location"].startswith("/dang-nhap")


def test_every_address_has_a_row():
    shapes = {(row["method"], shape(row["address"])) for row in ROWS}
    pages = {shape(f"/{pattern.pattern}") for pattern in get_resolver().url_patterns if isinstance(pattern, URLPattern)}
    assert pages <= {address for _method, address in shapes}
    operations = {
        (method.upper(), shape(path))
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method in methods
    }
    assert operations <= shapes
    assert len(ROWS) >= len(pages) + len(operations)


def shape(address):
    """An address with its variable parts alike: `<uuid:pk>`, `{document}` and the examples of the matrix."""
    path = address.partition("?")[0]
    path = path.replace("/trang/1.jpg", "/trang/<n>.jpg").replace("/trang/1/", "/trang/<n>/")
    path = path.replace("/danh-muc/document_types", "/danh-muc/<x>")
    path = re.sub(r"/lan-dau/khong-co$|/tai/data$|/renditions/data$", lambda m: m[0].rpartition("/")[0] + "/<x>", path)
    return re.sub(r"<[^>]*>|\{[^}]*\}", "*", path)


def test_every_cell_says_something():
    for row in ROWS:
        assert row["anonymous"] in set("OAFS")
        for role in Role:
            assert re.fullmatch("[OAFS]{3}", row[role.value]), (row["address"], role)
        if row["body"].startswith("{"):
            json.loads(row["body"])
