"""Grants: what may be granted, how it is taken back at once, and how the head of office learns of emergencies."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from khoso.kernel.clock import system_clock
from khoso.kernel.clock import today as day_here
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people.accounts import ensure_unit, ensure_user
from people.middleware import SHOWN
from people.models import Role
from people.roles import give, leave, move
from warehouse import granting, ledger
from warehouse.access import Purpose, open_for
from warehouse.granting import LONGEST, Standing, break_glass, grant, revoke, standing, unseen
from warehouse.models import Grant, LedgerEvent, Reading
from warehouse.moving import Intake, create

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]
WHY = "phối hợp giải quyết hồ sơ"


def someone(name, unit, role):
    user, _ = ensure_user(name, full_name=f"{name.title()} MẪU", unit=unit, role=None)
    give(user, role, unit, by="test", since=day_here())
    return user


def signed_in(user):
    client = Client()
    client.force_login(user)
    session = client.session
    session[SHOWN] = True
    session.save()
    return client


@pytest.fixture
def other(db):
    return ensure_unit("H36.13", "Đơn vị khác MẪU")


@pytest.fixture
def document(person, now):
    made, _ = create("a" * 64, "giấy.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
    return made


@pytest.fixture
def head(unit):
    return someone("sep", unit, Role.HEAD)


@pytest.fixture
def stranger(other):
    return someone("la", other, Role.OFFICER)


def days(count):
    return system_clock() + timedelta(days=count)


def opens(user, document, purpose=Purpose.VIEW):
    try:
        open_for(user, document.pk, purpose=purpose)
    except Refused:
        return False
    return True


def refused(call):
    with pytest.raises(Refused) as told:
        call()
    return told.value.reason


def test_taking_back_ends_it_at_once_for_pages_api_and_search(document, head, stranger):
    given = grant(document, stranger, by=head, reason=WHY, until=days(3))
    client = signed_in(stranger)
    addresses = (f"/giay-to/{document.pk}", f"/api/v1/documents/{document.pk}", f"/giay-to/{document.pk}/thuoc-ve")
    assert {client.get(address).status_code for address in addresses} == {200}
    revoke(given, by=head, reason="hồ sơ đã giải quyết xong")
    assert {client.get(address).status_code for address in addresses} == {404}
    given.refresh_from_db()
    assert (given.revoked_by, given.revoked_why) == ("sep", "hồ sơ đã giải quyết xong")
    assert standing(given, system_clock()) is Standing.REVOKED
    kinds = LedgerEvent.objects.filter(document=document.pk, kind__contains="grant").order_by("id")
    assert [(one.kind, one.actor) for one in kinds] == [("granted", "sep"), ("grant_revoked", "sep")]
    assert WHY not in kinds[0].body, "a reason may tell of people: a commitment alone"
    assert json.loads(kinds[0].body)["commitments"]["reason"]
    assert ledger.verify().faults == ()
    assert refused(lambda: revoke(given, by=head, reason=WHY)).code is ReasonCode.GRANT_OVER


def test_who_may_take_back(document, head, stranger, other, unit):
    given = grant(document, stranger, by=head, reason=WHY, until=days(3))
    for user in (stranger, someone("sepkhac", other, Role.HEAD), someone("vien", unit, Role.OFFICER)):
        assert refused(lambda user=user: revoke(given, by=user, reason=WHY)).code is ReasonCode.NO_SUCH_DOCUMENT
    assert refused(lambda: revoke(given, by=head, reason="  ngắn  ")).code is ReasonCode.REASON_TOO_SHORT
    move(head, other, Role.OFFICER, by="quantri")
    revoke(
        given, by=head, reason="tôi đã cấp, nay đổi đơn vị"
    )  # what one gave one may close, whatever became of the role
    later = someone("sepmoi", unit, Role.HEAD)
    given = grant(document, stranger, by=later, reason=WHY, until=days(3))
    leave(later, by="quantri")
    later.refresh_from_db()
    assert refused(lambda: revoke(given, by=later, reason=WHY)).code is ReasonCode.NO_SUCH_DOCUMENT


def test_limits_are_told_and_nothing_is_given_beyond_them(document, head, stranger, unit):
    client = signed_in(head)
    address = f"/giay-to/{document.pk}/cap-quyen"
    for asked, said in (
        ("91", "nhiều nhất 90 ngày; bạn ghi 91"),
        ("99999", "số ngày"),
        ("0", "số ngày"),
        ("x", "số ngày"),
    ):
        answer = client.post(address, {"person": "la", "reason": WHY, "days": asked})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert said in page, asked
        assert f'value="{WHY}"' in page, "what was typed is kept"
        assert f'value="{asked}"' in page
    assert not Grant.objects.exists()
    assert client.post(address, {"person": "la", "reason": WHY, "days": "90"}).status_code == 302
    assert refused(lambda: grant(document, stranger, by=head, reason=WHY, until=days(2))).code is ReasonCode.GRANT_HELD
    colleague = someone("vien", unit, Role.OFFICER)
    for person in (head, colleague):
        needless = refused(lambda person=person: grant(document, person, by=head, reason=WHY, until=days(2)))
        assert needless.code is ReasonCode.GRANT_NOT_NEEDED
    gone = someone("cu", ensure_unit("H36.14", "Nơi khác MẪU"), Role.OFFICER)
    leave(gone, by="quantri")
    gone.refresh_from_db()
    assert refused(lambda: grant(document, gone, by=head, reason=WHY, until=days(2))).code is ReasonCode.NO_SUCH_USER
    late = refused(lambda: grant(document, gone, by=head, reason=WHY, until=days(1) + LONGEST))
    assert late.code is ReasonCode.NO_SUCH_USER


def test_a_grant_to_come_and_one_that_is_over_open_nothing(document, head, stranger):
    given = grant(document, stranger, by=head, reason=WHY, since=days(1), until=days(3))
    assert standing(given, system_clock()) is Standing.COMING
    assert not opens(stranger, document)
    Grant.objects.update(since=days(-3), until=system_clock())
    given.refresh_from_db()
    assert standing(given, system_clock()) is Standing.OVER
    assert not opens(stranger, document)
    again = grant(document, stranger, by=head, reason=WHY, until=days(1))
    assert opens(stranger, document)
    for purpose in (Purpose.REVIEW, Purpose.AMEND, Purpose.AUDIT, Purpose.CERTIFY):
        assert not opens(stranger, document, purpose)
    assert again.pk != given.pk


def test_the_pages_about_grants(document, head, stranger):
    given = grant(document, stranger, by=head, reason=WHY, until=days(3))
    theirs, mine = signed_in(stranger), signed_in(head)
    page = theirs.get("/quyen-xem").content.decode()
    held, over = page.split("Quyền tôi thu hồi được")
    assert WHY in held
    assert f"/giay-to/{document.pk}" in held
    assert f"/quyen-xem/{given.pk}/thu-hoi" not in page
    assert WHY not in over
    page = mine.get("/quyen-xem?nguoi=la").content.decode()
    assert f"/quyen-xem/{given.pk}/thu-hoi" in page
    assert WHY not in mine.get("/quyen-xem?nguoi=khongco").content.decode()
    assert f"/quyen-xem/{given.pk}/thu-hoi" in mine.get(f"/giay-to/{document.pk}/ai-da-xem").content.decode()
    assert theirs.post(f"/quyen-xem/{given.pk}/thu-hoi", {"reason": WHY}).status_code == 404
    too_short = mine.post(f"/quyen-xem/{given.pk}/thu-hoi", {"reason": "thôi"}, follow=True).content.decode()
    assert "ít nhất 10 ký tự" in too_short
    away = mine.post(f"/quyen-xem/{given.pk}/thu-hoi", {"reason": WHY, "next": "https://x.example/"})
    assert away["Location"] == "/quyen-xem"
    assert not opens(stranger, document)
    page = theirs.get("/quyen-xem").content.decode()
    assert "Sep MẪU thu hồi lúc" in page
    assert f'href="/giay-to/{document.pk}"' not in page
    told = mine.get(f"/giay-to/{document.pk}").content.decode()
    assert "Thu hồi quyền xem: cho La MẪU" in re.sub(r"\s+", " ", told)


def test_heads_see_how_many_emergencies_wait_on_every_page(document, head, stranger, other):
    client, theirs = signed_in(head), signed_in(stranger)
    assert "chưa ai xem" not in client.get("/tim").content.decode()
    given = break_glass(document.pk, by=stranger, reason=WHY)
    assert break_glass(document.pk, by=stranger, reason=WHY).pk == given.pk, "once within its hour"
    for address in ("/", "/tim", "/bang-dieu-hanh", "/khan-cap"):
        assert '<b class="count"' in client.get(address).content.decode(), address
        assert '<b class="count"' not in theirs.get(address).content.decode(), address
    elsewhere = someone("sepkhac", other, Role.HEAD)
    assert unseen(elsewhere) == 0
    assert unseen(head) == 1
    board = client.get("/bang-dieu-hanh").content.decode().split("Mở khẩn cấp trong kỳ")[1]
    assert "chưa ai xem" in board
    assert f"/giay-to/{document.pk}" in board
    client.post(f"/khan-cap/{given.pk}/da-xem")
    given.refresh_from_db()
    assert given.seen_by == "sep"
    assert LedgerEvent.objects.filter(kind="glass_seen", actor="sep").count() == 1
    assert client.post(f"/khan-cap/{given.pk}/da-xem").status_code == 404, "who saw it first stays"
    page = client.get("/khan-cap").content.decode()
    assert "Sep MẪU" in page.split("Đã có người xem")[1]
    assert '<b class="count" title' not in page
    assert "Sep MẪU" in client.get("/bang-dieu-hanh").content.decode().split("Mở khẩn cấp trong kỳ")[1]
    client.post(f"/quyen-xem/{given.pk}/thu-hoi", {"reason": "không phải việc khẩn cấp"})
    assert not opens(stranger, document)


def test_emergencies_are_no_way_around_grants(document, stranger, head, unit, now):
    client = signed_in(stranger)
    for number in range(granting.MOST_BROKEN):
        client.post("/khan-cap", {"document": f"KHONG.CO.{number}", "reason": WHY})
    answer = client.post("/khan-cap", {"document": str(document.pk), "reason": WHY})
    assert "20 lần trong 24 giờ" in answer.content.decode()
    assert not Grant.objects.exists()
    Reading.objects.update(at=now - timedelta(days=2))
    client.post("/khan-cap", {"document": str(document.pk), "reason": WHY})
    assert opens(stranger, document)
    assert not opens(stranger, document, Purpose.AMEND)
    mine = signed_in(someone("vien", unit, Role.OFFICER))
    assert mine.post("/khan-cap", {"document": str(document.pk), "reason": WHY})["Location"].endswith(str(document.pk))
    assert Grant.objects.count() == 1, "what one sees needs no breaking"
    give(stranger, Role.HEAD, unit, by="t", since=day_here())
    assert unseen(stranger) == 0, "nobody looks at their own"
    assert unseen(head) == 1


def test_a_closed_door_is_written_down(stranger):
    missing = "00000000-0000-0000-0000-000000000009"
    refused(lambda: break_glass(missing, by=stranger, reason=WHY))
    assert list(Reading.objects.values_list("purpose", "opened")) == [("break_glass", False)]
