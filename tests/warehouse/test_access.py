"""The gate: who gets in, what is written down, what stays covered, and what a closed door tells."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from khoso.cli import main
from khoso.kernel.cells import harmless
from khoso.kernel.clock import system_clock
from khoso.kernel.clock import today as day_here
from khoso.kernel.errors import Refused
from people.accounts import ensure_unit, ensure_user
from people.middleware import SHOWN
from people.models import Role, User
from people.roles import Right, give, leave, may, move, take, units_with
from warehouse import reading
from warehouse.access import Purpose, glance, granted_to, listed, open_for, visible_to
from warehouse.granting import break_glass, broken_for, grant, revoke, seen
from warehouse.models import Document, Grant, Listed, Reading, ReadingVerdict, State
from warehouse.moving import Intake, NewRecord, Outcome, create
from warehouse.moving import move as advance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]
REASON = "cấp cứu, cần số định danh"


def someone(name, unit, *roles):
    user, _ = ensure_user(name, full_name=name.title(), unit=unit, password="mat-khau-rat-dai", role=None)
    for role in roles:
        certifier = role is Role.CERTIFIER
        today = day_here()
        give(
            user, role, unit, by="test", since=today,
            until=today + timedelta(days=30) if certifier else None, delegation="QĐ 1/UQ" if certifier else "",
        )  # fmt: skip
    return user


@pytest.fixture
def other(db):
    return ensure_unit("H36.13", "Đơn vị khác MẪU")


@pytest.fixture
def document(person, now):
    made, _ = create("a" * 64, "giấy.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
    return made


@pytest.fixture
def sensitive(person, now):
    made, _ = create("b" * 64, "khám.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
    field = {
        "value": "Loại I", "text": "Loại I", "page": 1, "box": None, "confidence": 0.9, "source": "ocr",
        "engine": "t", "rule": "health/conclusion@1", "doubtful": False, "doubts": [], "by": "",
    }  # fmt: skip
    record = NewRecord("health_certificate", 0.9, {"conclusion": field}, "0" * 64)
    changes = {"document_type": "health_certificate", "pages": 0, "facts": {"files": []}}
    outcome = Outcome(State.CONFIRMED, record=record, changes=changes)
    assert advance(made, outcome, worker=None, actor="system", event="extract", now=now)
    return made


def signed_in(user):
    client = Client()
    client.force_login(user)
    session = client.session
    session[SHOWN] = True  # the second factor, tested where people sign in
    session.save()
    return client


def test_absent_and_forbidden_are_told_alike_and_both_written_down(document, other):
    stranger = someone("la", other, Role.OFFICER)
    told = []
    for pk in (document.pk, uuid.uuid4()):
        with pytest.raises(Refused) as refused:
            open_for(stranger, pk, purpose=Purpose.VIEW)
        told.append((refused.value.reason.code, str(refused.value).replace(str(pk), "")))
    assert told[0] == told[1]
    assert list(Reading.objects.values_list("person", "opened", "via")) == [("la", False, "")] * 2


def test_own_unit_opens_and_says_why(document, person):
    assert open_for(person, document.pk, purpose=Purpose.REUSE, basis="NĐ 107/2021").pk == document.pk
    row = Reading.objects.get()
    assert (row.person, row.purpose, row.basis, row.via, row.opened) == (
        "nhanvien",
        "reuse",
        "NĐ 107/2021",
        "role",
        True,
    )


@pytest.mark.parametrize("role", list(Role))
def test_each_role_in_the_own_and_in_another_unit(document, unit, other, role):
    sees = {Role.SCANNER, Role.OFFICER, Role.CERTIFIER, Role.ARCHIVIST, Role.HEAD, Role.SYSTEM}
    reviews = {Role.SCANNER, Role.OFFICER, Role.CERTIFIER, Role.HEAD}
    for at, inside in ((unit, True), (other, False)):
        user = someone(f"{role.value}{at.code}", at, role)
        expected = {
            Purpose.VIEW: inside and role in sees,
            Purpose.DOWNLOAD: inside and role in sees,
            Purpose.REVIEW: inside and role in reviews,
            Purpose.CERTIFY: inside and role is Role.CERTIFIER,
            Purpose.AUDIT: inside and role in {Role.ARCHIVIST, Role.HEAD},
        }
        for purpose, opens in expected.items():
            assert _opens(user, document, purpose) == opens, (role, at, purpose)


def _opens(user, document, purpose=Purpose.VIEW, basis=""):
    try:
        open_for(user, document.pk, purpose=purpose, basis=basis)
    except Refused:
        return False
    return True


def test_nobody_without_a_role_sees_anything(document, unit):
    assert not _opens(someone("khong", unit), document)


def test_a_head_sees_down_the_tree(document, unit):
    above = ensure_unit("H36", "Tỉnh MẪU")
    unit.parent = above
    unit.save()
    head, officer = someone("sep", above, Role.HEAD), someone("vien", above, Role.OFFICER)
    assert _opens(head, document)
    assert not _opens(officer, document)
    assert units_with(head, Right.SEE) == {above.pk, unit.pk}


def test_a_grant_opens_for_its_days_and_only_for_looking(document, unit, other):
    head, stranger = someone("sep", unit, Role.HEAD), someone("la", other, Role.OFFICER)
    given = grant(document, stranger, by=head, reason=REASON, until=system_clock() + timedelta(days=1))
    assert _opens(stranger, document)
    assert not _opens(stranger, document, Purpose.REVIEW)
    assert list(visible_to(stranger)) == [document]
    assert Reading.objects.filter(person="la", via="grant").count() == 1
    revoke(given, by=head, reason="việc đã xong rồi")
    assert not _opens(stranger, document)
    Grant.objects.update(revoked_at=None, since=system_clock() - timedelta(days=2), until=system_clock() - timedelta(1))
    assert not _opens(stranger, document)


def test_only_a_head_of_the_unit_grants(document, unit, other):
    stranger, later = someone("la", other, Role.OFFICER), system_clock() + timedelta(days=1)
    for by in (someone("vien", unit, Role.OFFICER), someone("sepkhac", other, Role.HEAD), stranger):
        with pytest.raises(Refused):
            grant(document, stranger, by=by, reason=REASON, until=later)
    head = someone("sep", unit, Role.HEAD)
    for wrong in ({"reason": "ngắn"}, {"until": system_clock() - timedelta(1)}):
        with pytest.raises(Refused):
            grant(document, stranger, by=head, **({"reason": REASON, "until": later} | wrong))


def test_breaking_the_glass_tells_the_head(document, unit, other):
    head, stranger = someone("sep", unit, Role.HEAD), someone("la", other, Role.OFFICER)
    with pytest.raises(Refused):
        break_glass(document.pk, by=stranger, reason="vội")
    given = break_glass(document.pk, by=stranger, reason=REASON)
    assert _opens(stranger, document)
    assert given.until - given.since == timedelta(hours=1)
    assert [row.pk for row in broken_for(head)] == [given.pk]
    elsewhere = someone("sepkhac", other, Role.HEAD)
    assert not broken_for(elsewhere)
    with pytest.raises(Refused):
        seen(given, by=elsewhere)
    seen(given, by=head)
    assert not broken_for(head)
    with pytest.raises(Refused):
        break_glass(document.pk, by=someone("quet", other, Role.SCANNER), reason=REASON)


def test_moving_and_leaving_end_rights_sessions_and_tokens_at_once(document, unit, other):
    user = someone("vien", unit, Role.OFFICER)
    client = signed_in(user)
    assert client.get(f"/giay-to/{document.pk}").status_code == 200
    move(user, other, Role.OFFICER, by="quantri")
    assert client.get("/").status_code == 302  # signed out
    user.refresh_from_db()
    assert not _opens(user, document)
    client = signed_in(user)
    leave(user, by="quantri")
    assert client.get("/").status_code == 302
    assert not may(user, Right.SEE)


def test_an_ended_or_future_role_gives_nothing(document, unit):
    user, today = someone("vien", unit), day_here()
    give(user, Role.OFFICER, unit, by="t", since=today + timedelta(days=1))
    assert not _opens(user, document)
    row = give(user, Role.OFFICER, unit, by="t", since=today - timedelta(days=1), until=today + timedelta(days=1))
    assert _opens(user, document)
    take(row, by="t")
    assert not _opens(user, document)


def test_a_certifying_officer_needs_a_delegation_with_an_end(unit):
    user, today = someone("ky", unit), day_here()
    with pytest.raises(Refused):
        give(user, Role.CERTIFIER, unit, by="t", since=today)
    give(user, Role.CERTIFIER, unit, by="t", since=today, until=today + timedelta(days=1), delegation="QĐ 5/UQ")
    assert may(user, Right.CERTIFY)


def test_the_chain_of_reads_notices_a_change(document, person):
    for _ in range(3):
        open_for(person, document.pk, purpose=Purpose.VIEW)
    assert reading.verify() == []
    Reading.objects.filter(number=2).update(person="khac")
    assert reading.verify() == ["reading 2 was changed"]
    Reading.objects.filter(number=2).update(person="nhanvien")
    Reading.objects.filter(number=2).delete()
    assert reading.verify() != []


def test_a_list_is_one_entry_and_part_of_the_chain(document, person, unit, now):
    other, _ = create("d" * 64, "khác.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
    open_for(person, document.pk, purpose=Purpose.VIEW)
    listed(person, [str(document.pk), str(other.pk)])
    listed(person, [])
    assert Reading.objects.count() == 2
    assert [row.purpose for row in reading.of_document(other.pk)] == ["list"]
    assert [row.purpose for row in reading.of_document(document.pk)] == ["list", "view"]
    told = [reading.as_row(row, document.pk) for row in reading.of_document(document.pk)]
    assert str(other.pk) not in str(told), "who asks about one paper learns nothing of others"
    assert str(other.pk) in str([reading.as_row(row) for row in reading.of_person(person.username)])
    assert reading.verify() == []
    Listed.objects.filter(document=other.pk).delete()
    assert reading.verify() == ["reading 2 was changed"]


def test_small_pictures_belong_to_the_list_they_stand_in(document, person, unit):
    glance(person, document.pk, what="page/1/small")
    assert Reading.objects.count() == 1, "without a list it is a look like any other"
    listed(person, [str(document.pk)])
    for _ in range(5):
        assert glance(person, document.pk, what="page/1/small") == document
    assert Reading.objects.count() == 2
    Reading.objects.update(at=system_clock() - timedelta(hours=2))
    glance(person, document.pk, what="page/1/small")
    assert Reading.objects.count() == 3
    stranger = someone("la", ensure_unit("H36.99", "Nơi khác MẪU"), Role.OFFICER)
    with pytest.raises(Refused):
        glance(stranger, document.pk, what="page/1/small")
    assert not Reading.objects.latest("number").opened


def test_a_grant_opens_searching_too_and_only_while_it_lives(document, unit, other):
    head, stranger = someone("sep", unit, Role.HEAD), someone("la", other, Role.OFFICER)
    assert granted_to(stranger) == frozenset()
    given = grant(document, stranger, by=head, reason=REASON, until=system_clock() + timedelta(days=1))
    assert granted_to(stranger) == {str(document.pk)}
    revoke(given, by=head, reason="việc đã xong rồi")
    assert granted_to(stranger) == frozenset()
    leave(stranger, by="t")
    assert granted_to(stranger) == frozenset()


def test_the_chain_is_recomputed_in_the_background(document, person, unit):
    moment = system_clock()
    for _ in range(3):
        open_for(person, document.pk, purpose=Purpose.VIEW)
    assert reading.verdict() is None
    reading.keep_verified(now=moment)
    assert (reading.verdict().whole_number, reading.verdict().faults) == (3, [])
    open_for(person, document.pk, purpose=Purpose.VIEW)
    reading.keep_verified(now=moment + timedelta(seconds=1))
    assert reading.verdict().whole_number == 3, "not at every round"
    reading.keep_verified(now=moment + reading.PAUSE)
    assert reading.verdict().whole_number == 4
    Reading.objects.filter(number=2).update(person="khac")
    reading.keep_verified(now=moment + 2 * reading.PAUSE)
    assert reading.verdict().faults == [], "what was found good is looked at again each day"
    reading.keep_verified(now=moment + reading.ANEW + timedelta(hours=1))
    assert reading.verdict().faults == ["reading 2 was changed"]
    page = signed_in(someone("luutru", unit, Role.ARCHIVIST)).get(f"/giay-to/{document.pk}/ai-da-xem")
    assert "đã bị sửa" in page.content.decode()


def test_what_a_check_finds_stands_though_the_background_was_at_it(document, person):
    """The check put its verdict in the place of the row that the background had read, and wrote once more."""
    moment = system_clock() - timedelta(hours=1)
    for _ in range(3):
        open_for(person, document.pk, purpose=Purpose.VIEW)
    reading.keep_verified(now=moment)
    open_for(person, document.pk, purpose=Purpose.VIEW)
    Reading.objects.filter(number=2).update(person="khac")
    found = []

    def meanwhile(execute, sql, params, many, context):
        if not found and 'FROM "warehouse_reading"' in sql:
            found.append(None)
            found.extend(reading.verify())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        reading.keep_verified(now=moment + reading.PAUSE)
    assert found[1:] == ["reading 2 was changed"]
    assert reading.verdict().faults == found[1:]
    assert ReadingVerdict.objects.count() == 1


def test_entries_taken_off_the_end_are_missed(document, person):
    for _ in range(3):
        open_for(person, document.pk, purpose=Purpose.VIEW)
    assert reading.verify() == []
    Reading.objects.filter(number=3).delete()
    assert reading.verify() == ["readings 3 to 3 are missing"]


def test_the_page_recomputes_nothing(document, person, unit, django_assert_max_num_queries):
    for _ in range(40):
        open_for(person, document.pk, purpose=Purpose.VIEW)
    client = signed_in(someone("luutru", unit, Role.ARCHIVIST))
    assert "chưa được kiểm tra" in client.get(f"/giay-to/{document.pk}/ai-da-xem").content.decode()
    reading.verify()
    with django_assert_max_num_queries(20):
        page = client.get(f"/giay-to/{document.pk}/ai-da-xem").content.decode()
    assert "nguyên vẹn đến lượt 41" in page


def test_sensitive_parts_stay_covered_until_asked_for_with_a_reason(sensitive, person):
    client = signed_in(person)
    address = f"/giay-to/{sensitive.pk}"
    assert "Loại I" not in client.get(address).content.decode()
    assert client.get(f"{address}/trang/1.jpg").status_code == 403
    assert client.get(f"{address}/tai/data")["Location"] == address
    client.post(f"{address}/hien-nhay-cam", {"basis": "  "})
    client.post(f"{address}/hien-nhay-cam", {"basis": " xem   thôi "})  # no reason worth the name
    assert "Loại I" not in client.get(address).content.decode()
    client.post(f"{address}/hien-nhay-cam", {"basis": "giải quyết hồ sơ"})
    assert "Loại I" in client.get(address).content.decode()
    assert client.get(f"{address}/tai/data").status_code == 200
    assert list(Reading.objects.filter(purpose="sensitive").order_by("number").values_list("basis", "opened")) == [
        ("", False),
        ("xem   thôi", False),
        ("giải quyết hồ sơ", True),
    ]
    assert "Loại I" not in signed_in(User.objects.get(pk=person.pk)).get(address).content.decode()


def test_the_api_covers_sensitive_values(sensitive, person):
    client = signed_in(person)
    address = f"/api/v1/documents/{sensitive.pk}"
    assert client.get(address).json()["fields"]["conclusion"]["value"] == "•••"
    assert client.get(f"{address}?basis=giai+quyet").json()["fields"]["conclusion"]["value"] == "Loại I"
    assert client.get(f"{address}/renditions/data").status_code == 422
    assert client.get(f"{address}/renditions/data?basis=x").status_code == 422
    assert client.get(f"{address}?basis=x").status_code == 422
    assert client.get(f"{address}/renditions/data?basis=giai+quyet").status_code == 200


def test_the_audit_pages(document, unit, other, person):
    archivist = someone("luutru", unit, Role.ARCHIVIST)
    open_for(person, document.pk, purpose=Purpose.VIEW, basis="=HYPERLINK(1)")
    client = signed_in(archivist)
    page = client.get(f"/giay-to/{document.pk}/ai-da-xem")
    assert "nhanvien" in page.content.decode()
    table = client.get(f"/giay-to/{document.pk}/ai-da-xem?csv=1")
    assert table["Content-Type"].startswith("text/csv")
    assert "'=HYPERLINK(1)" in table.content.decode()
    assert "nhanvien" in client.get("/nhat-ky-xem?nguoi=nhanvien").content.decode().split("<main")[1]
    elsewhere = signed_in(someone("luutrukhac", other, Role.ARCHIVIST))
    assert elsewhere.get(f"/giay-to/{document.pk}/ai-da-xem").status_code == 404
    assert str(document.pk) not in elsewhere.get("/nhat-ky-xem?nguoi=nhanvien").content.decode()
    assert signed_in(person).get("/nhat-ky-xem?nguoi=luutru").status_code == 403
    assert client.get(f"/api/v1/documents/{document.pk}/readings").json()[-1]["person"] == "nhanvien"


def test_granting_and_breaking_glass_on_pages(document, unit, other):
    head, stranger = someone("sep", unit, Role.HEAD), someone("la", other, Role.OFFICER)
    client = signed_in(head)
    client.post(f"/giay-to/{document.pk}/cap-quyen", {"person": "la", "reason": REASON, "days": "3"})
    assert Grant.objects.get().person == stranger
    Grant.objects.all().delete()
    theirs = signed_in(stranger)
    assert str(document.pk) in theirs.get("/khan-cap", {"ma": str(document.pk)}).content.decode()
    for wrong in (
        "00000000-0000-0000-0000-000000000005",
        "KHONG.CO.MA.NAY",
    ):  # absent by id or by code: one answer, and what was typed is kept
        answer = theirs.post("/khan-cap", {"document": wrong, "reason": REASON})
        assert answer.status_code == 200
        assert f'value="{wrong}"' in answer.content.decode()
        assert f"Không tìm thấy giấy tờ {wrong}." in answer.content.decode()
        assert f'value="{REASON}"' in answer.content.decode()
    assert not Grant.objects.exists()
    Document.objects.filter(pk=document.pk).update(code="MAU.KHAN.1")
    assert theirs.post("/khan-cap", {"document": "MAU.KHAN.1", "reason": REASON})["Location"].endswith(str(document.pk))
    Grant.objects.all().delete()
    assert theirs.post("/khan-cap", {"document": str(document.pk), "reason": REASON})["Location"].endswith(
        str(document.pk)
    )
    assert REASON in client.get("/khan-cap").content.decode()
    given = Grant.objects.get()
    assert theirs.post(f"/khan-cap/{given.pk}/da-xem").status_code == 404
    client.post(f"/khan-cap/{given.pk}/da-xem")
    left = client.get("/khan-cap").content.decode().split("Đã có người xem")
    assert REASON not in left[0]
    assert REASON in left[1]


@given(st.text(max_size=20))
def test_no_cell_is_a_formula(text):
    cell = harmless(text)
    assert cell.lstrip()[:1] not in set("=+-@|%")
    assert cell in {text, "'" + text}


def test_the_audit_command_is_there(capsys):
    with pytest.raises(SystemExit):
        main(["audit", "--help"])
    assert "document" in capsys.readouterr().out
