"""The machine API: who may come in, resumable uploads, receipts, documents, search."""

import json
import secrets
import uuid
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, RequestFactory

from ingest import api as ingest_api
from khoso import postgres
from khoso.kernel.clock import day_of, system_clock, today
from khoso.kernel.digest import digest_bytes
from khoso.kernel.doorbell import InProcessBell
from people.accounts import ensure_unit, ensure_user
from people.models import Assignment, Role, Token, User
from people.roles import Right, give, held, leave, may, rights_in, rights_of, take
from people.tokens import Scope, bearer, issue, revoke
from warehouse.adapters.local import LocalStore
from warehouse.ledger import verify
from warehouse.models import Document, Salt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]
DATA = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 64
DIGEST = digest_bytes(DATA)
NOBODY = uuid.UUID(int=7)


@pytest.fixture
def machine(person):
    """A client that carries a token."""
    return Client(headers={"Authorization": f"Bearer {issue(person, 'bàn 1', now=system_clock())}"})


def upload(client, data=DATA):
    digest = digest_bytes(data)
    begun = client.post("/api/v1/uploads", {"sha256": digest, "size": len(data), "name": "a.jpg"}, "application/json")
    assert begun.status_code == 200, begun.content
    offset = begun.json()["offset"]
    return client.patch(
        f"/api/v1/uploads/{digest}",
        data[offset:],
        content_type="application/offset+octet-stream",
        headers={"Upload-Offset": str(offset)},
    )


def hand_in(client, digest=DIGEST, **more):
    body = {"key": "k", "sheets": [{"sha256": digest, "name": "a.jpg"}], "desk": "bàn 1", **more}
    return client.post("/api/v1/documents", body, "application/json")


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "/api/v1/documents"),
        ("get", f"/api/v1/documents/{NOBODY}"),
        ("get", f"/api/v1/documents/{NOBODY}/renditions/signed"),
        ("get", "/api/v1/search?q=a"),
        ("post", "/api/v1/uploads"),
        ("post", "/api/v1/documents"),
        ("patch", f"/api/v1/uploads/{DIGEST}"),
        ("put", f"/api/v1/papers/{DIGEST}"),
    ],
)
@pytest.mark.parametrize("token", [None, "Bearer wrong", "Basic YTpi"])
def test_nobody_comes_in_without_a_key(method, address, token):
    client = Client(headers={"Authorization": token} if token else {})
    assert getattr(client, method)(address, content_type="application/json").status_code == 401


def test_an_expired_token_is_no_key(person):
    secret = issue(person, "cũ", now=system_clock() - timedelta(days=400))
    assert Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/documents").status_code == 401


def test_an_upload_becomes_a_document_once(machine, person):
    assert upload(machine).json() == {"sha256": DIGEST, "offset": len(DATA), "size": len(DATA), "complete": True}
    first = hand_in(machine)
    assert first.status_code == 201, first.content
    receipt = first.json()
    assert receipt["sheets"] == [{"sha256": DIGEST, "size": len(DATA)}]
    assert receipt["state"] == "RECEIVED"
    assert not receipt["twice"]
    # The receipt was lost; the sender asks again: the bytes were let go, the answer is the same.
    second = hand_in(machine)
    assert second.status_code == 200
    assert second.json() == {**receipt, "twice": True}
    document = Document.objects.get()
    assert (document.created_by, document.desk, document.queue) == (person, "bàn 1", "desk")
    shown = machine.get(f"/api/v1/documents/{document.pk}").json()
    assert shown["original"] == [DIGEST]
    assert machine.get("/api/v1/documents").json()[0]["document"] == str(document.pk)
    original = machine.get(f"/api/v1/documents/{document.pk}/renditions/original")
    assert b"".join(original.streaming_content) == DATA
    assert original["Content-Disposition"].startswith("attachment")


class Late:
    """Tools of a request during which another one, with the same sheets, comes to its end."""

    def __init__(self, first, moment):
        self.clock, self.doorbell = system_clock, InProcessBell()
        self._first, self._moment = first, moment

    @property
    def store(self):
        if self._moment == "before the sheets are looked at":
            self._first()
        return self

    def put(self, chunks, **named):
        if self._moment == "before they are stored":
            self._first()
        stored = LocalStore(settings.KHOSO_HOME / "store").put(chunks, **named)
        if self._moment == "while they are stored":
            self._first()
        return stored


MOMENTS = ["before the sheets are looked at", "before they are stored", "while they are stored"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_sender_whose_answer_was_late_is_told_the_same_though_the_bytes_went_meanwhile(machine, person, moment):
    """It asks again while its first request is at work; a refusal would be the last word on a paper that is received."""
    data = [b"%PDF- " + secrets.token_bytes(20) for _ in range(2)]
    sheets = [{"sha256": digest_bytes(one), "name": "a.pdf"} for one in data]
    assert all(upload(machine, one).json()["complete"] for one in data)
    told = []

    def first():
        if not told:
            told.append(machine.post("/api/v1/documents", {"sheets": sheets}, "application/json"))

    request = RequestFactory().post("/api/v1/documents")
    request.user, request.tools = person, Late(first, moment)
    second = ingest_api.hand_in(request, ingest_api.DocumentIn(sheets=sheets))
    assert (told[0].status_code, second.status_code) == (201, 200)
    assert (str(second.value.document), second.value.twice) == (told[0].json()["document"], True)
    assert Document.objects.count() == 1
    assert not list((settings.KHOSO_HOME / "incoming" / person.pk.hex).iterdir())


def test_bytes_that_another_document_let_go_are_asked_for_again(machine, person):
    """The same sheet was uploaded for two documents at once."""
    upload(machine)
    request = RequestFactory().post("/api/v1/documents")
    request.user = person
    request.tools = Late(lambda: hand_in(machine, dossier="H36.12-261121-0001"), MOMENTS[0])
    told = ingest_api.hand_in(request, ingest_api.DocumentIn(sheets=[{"sha256": DIGEST}]))
    assert (told.status_code, told.value.code, told.value.detail) == (404, "unknown_upload", DIGEST)


def test_what_is_sent_again_though_it_was_received_does_not_stay_among_the_uploads(machine, person):
    for _time in range(2):
        upload(machine)
        assert hand_in(machine).status_code in {200, 201}
    assert not list((settings.KHOSO_HOME / "incoming" / person.pk.hex).iterdir())


def test_the_same_sheet_for_another_component_is_another_document(machine):
    upload(machine)
    one = hand_in(machine, dossier="H36.12-261121-0001", component="1").json()["document"]
    upload(machine)
    two = hand_in(machine, dossier="H36.12-261121-0001", component="2").json()["document"]
    assert one != two


def test_pieces_and_wrong_places(machine):
    machine.post("/api/v1/uploads", {"sha256": DIGEST, "size": len(DATA), "name": "a"}, "application/json")

    def send(offset, data):
        return machine.patch(
            f"/api/v1/uploads/{DIGEST}",
            data,
            content_type="application/offset+octet-stream",
            headers={"Upload-Offset": offset},
        )

    assert send("0", DATA[:100]).json()["offset"] == 100
    wrong = send("50", DATA[50:])
    assert (wrong.status_code, wrong.json()["offset"]) == (409, 100)
    assert send("x", b"").status_code == 422
    assert send("100", b"y" * (len(DATA) - 100)).status_code == 422
    assert upload(machine).json()["complete"]


def test_what_was_not_uploaded_is_asked_for(machine):
    told = hand_in(machine, digest_bytes(b"never sent"))
    assert (told.status_code, told.json()["code"]) == (404, "unknown_upload")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"sheets": []},
        {"sheets": [{"sha256": "../../etc/passwd"}]},
        {"sheets": [{"sha256": DIGEST, "name": "x" * 300}]},
        {"sheets": "no"},
    ],
)
def test_nonsense_is_refused_politely(machine, body):
    assert machine.post("/api/v1/documents", body, "application/json").status_code == 422


def test_another_units_document_is_as_absent(machine, db):
    upload(machine)
    document = hand_in(machine).json()["document"]
    other, _ = ensure_user("khac", full_name="Trần Thị Mẫu", unit=ensure_unit("H36.13", "Nơi khác"))
    stranger = Client(headers={"Authorization": f"Bearer {issue(other, 'bàn 2', now=system_clock())}"})
    theirs, absent = (stranger.get(f"/api/v1/documents/{pk}") for pk in (document, uuid.uuid4()))
    assert theirs.status_code == absent.status_code == 404
    assert theirs.json()["code"] == absent.json()["code"]
    assert stranger.get(f"/api/v1/documents/{document}/renditions/original").status_code == 404
    assert stranger.get("/api/v1/documents").json() == []


def test_the_api_describes_itself(machine):
    paths = machine.get("/api/v1/openapi.json").json()["paths"]
    asked = {one["name"] for one in paths["/api/v1/search"]["get"]["parameters"]}
    assert asked == {"q", "type", "number", "owner", "issuer", "state", "since", "until", "sort", "after", "limit"}
    assert {"/api/v1/uploads", "/api/v1/documents", "/api/v1/documents/{document}", "/api/v1/search"} <= set(paths)


def whole(client, data=DATA, digest=None, **known):
    known = {"desk": "bàn 1", "name": "tờ 1.jpg", **known}
    return client.put(
        f"/api/v1/papers/{digest or digest_bytes(data)}",
        data,
        content_type="application/octet-stream",
        headers={"Khoso-Paper": quote(json.dumps(known))},
    )


def test_a_paper_of_one_sheet_comes_in_with_one_request(machine, person):
    first = whole(machine, owner_id="001 099 000 001", owner_name="Nguyễn Văn Mẫu")
    assert first.status_code == 201, first.content
    receipt = first.json()
    assert receipt["sheets"] == [{"sha256": DIGEST, "size": len(DATA)}]
    document = Document.objects.get()
    assert (document.name, document.desk, document.queue) == ("tờ 1.jpg", "bàn 1", "desk")
    assert (document.given_owner_id, document.given_owner_name) == ("001099000001", "Nguyễn Văn Mẫu")
    again = whole(machine, owner_id="001099000001")
    assert (again.status_code, again.json()) == (200, {**receipt, "twice": True})
    # The same by the longer way is the same document.
    upload(machine)
    assert hand_in(machine, owner_id="001099000001").json()["document"] == receipt["document"]


@pytest.mark.parametrize(
    ("data", "digest", "code"),
    [
        (DATA + b"x", DIGEST, "wrong_bytes"),
        (DATA[:-1], DIGEST, "wrong_bytes"),
        (DATA, "xyz", "bad_request"),
    ],
)
def test_a_paper_that_is_not_what_it_says_leaves_nothing(machine, data, digest, code):
    answer = whole(machine, data, digest)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Document.objects.exists()


def test_an_empty_paper_is_refused(machine):
    answer = machine.put(f"/api/v1/papers/{digest_bytes(b'')}", b"", headers={"Content-Length": "0"})
    assert (answer.status_code, answer.json()["code"]) == (422, "empty_file")
    assert machine.put(f"/api/v1/papers/{digest_bytes(b'')}", b"").status_code == 422


def test_a_paper_with_a_senseless_header_is_refused(machine):
    for header in ("{", "%7B%22desk%22%3A1%7D", "[]", quote(json.dumps({"desk": "x" * 101}))):
        answer = machine.put(
            f"/api/v1/papers/{DIGEST}", DATA, "application/octet-stream", headers={"Khoso-Paper": header}
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_request")


def test_a_machine_loses_its_way_in_the_moment_its_role_its_token_or_its_account_ends(person, unit):
    now = system_clock()
    for number, end in enumerate(
        (
            lambda: revoke(Token.objects.get(user=person), by="x"),
            lambda: Token.objects.filter(user=person).update(expires_at=now),
            lambda: take(Assignment.objects.get(user=person, valid_to=None), by="x"),
            lambda: leave(person, by="x"),
        )
    ):
        if not held(person).exists():
            give(person, Role.SCANNER, unit, by="x", since=day_of(now))
        carrying = Client(headers={"Authorization": f"Bearer {issue(person, 'bàn 1', now=now)}"})
        assert whole(carrying, owner_id=f"00109900000{number}").status_code == 201
        end()
        assert whole(carrying, owner_id=f"after {number}").status_code == 401
        Token.objects.filter(user=person).delete()
    assert Document.objects.count() == 4


def test_a_machine_whose_roles_end_while_its_token_lives_hands_nothing_in(person):
    carrying = Client(headers={"Authorization": f"Bearer {issue(person, 'bàn 1', now=system_clock())}"})
    yesterday = today() - timedelta(days=1)
    Assignment.objects.filter(user=person).update(valid_from=yesterday, valid_to=today())
    assert whole(carrying).status_code == 403
    Assignment.objects.filter(user=person).update(valid_from=today() + timedelta(days=1), valid_to=None)
    assert whole(carrying).status_code == 403
    assert not Document.objects.exists()


def test_a_machine_acts_with_all_the_roles_and_in_the_unit_of_its_account(person, unit, django_assert_num_queries):
    give(person, Role.ARCHIVIST, unit, by="x", since=today())
    secret = issue(person, "bàn 1", now=system_clock(), scopes=[Scope.CAPTURE])
    assert bearer(secret, Scope.READ, now=system_clock()) is None
    found = bearer(secret, Scope.CAPTURE, now=system_clock())
    assert (found, found.unit, found.unit.code, found.username) == (person, unit, unit.code, person.username)
    asked = User.objects.get(pk=person.pk)
    for field in User._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(asked, field.attname), field.attname
    with django_assert_num_queries(0):
        assert rights_of(found) >= {"capture", "audit"}
        assert rights_in(found, unit) >= {Right.CAPTURE, Right.AUDIT}
    assert (rights_of(found), rights_in(found, unit)) == (rights_of(person), rights_in(person, unit))
    nobody, _ = ensure_user("khong", full_name="Không Vai MẪU", unit=None, password="mat-khau-rat-dai")
    Assignment.objects.filter(user=nobody).delete()
    alone = bearer(issue(nobody, "m", now=system_clock()), Scope.READ, now=system_clock())
    assert (alone, alone.unit) == (nobody, None)
    assert not may(alone, Right.SEE)


def test_a_desk_does_not_wait_for_tools_of_other_work(machine, monkeypatch):
    def made(_helper):
        raise AssertionError("reader, index and signer are not needed to take a sheet in")

    monkeypatch.setattr("khoso.wiring.make_tools", made)
    assert whole(machine).status_code == 201


def test_a_desk_waits_for_few_statements(machine, django_assert_max_num_queries, monkeypatch):
    assert whole(machine).status_code == 201  # what is looked up once in a process is
    asked = []
    monkeypatch.setattr(postgres, "rows_of", lambda *said, really=postgres.rows_of: asked.append(said) or really(*said))
    servers = connection.vendor == "postgresql"  # elsewhere a transaction of one statement a row
    with django_assert_max_num_queries(0 if servers else 8):
        assert whole(machine, DATA + b"2", owner_id="001099000001", owner_name="Nguyễn Văn Mẫu").status_code == 201
    assert len(asked) == (2 if servers else 0)  # one lets the machine in, one takes the sheet in
    assert Salt.objects.count() == 2
    assert verify().faults == ()
