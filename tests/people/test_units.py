"""Units over time: names and places of any day, changes by decision, an end with a successor that takes everything over."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from khoso.kernel.clock import VIETNAM, system_clock, today
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people import managing
from people.accounts import ensure_unit, ensure_user
from people.middleware import SHOWN
from people.models import Assignment, Deed, PeopleChange, Role, Token, Unit, UnitPast
from people.roles import Right, give, held, leave, move, rights_in, units_with
from people.tokens import issue
from people.units import alive, change_from, dissolve, heir_of, units_on, would_dissolve
from search.models import SavedSearch
from search.saving import saved_for
from warehouse.access import Purpose, open_for, visible_to, visible_units
from warehouse.models import State
from warehouse.moving import Intake, Outcome, create
from warehouse.moving import move as advance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]
BASIS = "NQ 20/NQ-HĐND"


@pytest.fixture
def by(unit):
    user, _ = ensure_user("quanly", full_name="Quản lý Mẫu", unit=unit, role=None)
    give(user, Role.ADMINISTRATOR, None, by="t", since=today())
    return user


@pytest.fixture
def other(db):
    return ensure_unit("H36.13", "Bộ phận một cửa khác MẪU")


@pytest.fixture
def client(by):
    made = Client()
    made.force_login(by)
    session = made.session
    session[SHOWN] = True
    session.save()
    return made


def someone(name, unit, role, **more):
    user, _ = ensure_user(name, full_name=f"{name} MẪU", unit=unit, role=None)
    give(user, role, unit, by="t", since=today(), **more)
    return user


def told(day):
    return {one.code: (one.name, one.parent) for one in units_on(day)}


def test_a_name_and_a_place_of_any_day(unit, other, by):
    day = today()
    top = ensure_unit("H36", "UBND MẪU")
    change_from(unit, "Trung tâm phục vụ MẪU", None, on=day - timedelta(days=30), basis=BASIS, by=by.username)
    unit.refresh_from_db()
    change_from(unit, "Trung tâm phục vụ MẪU", top, on=day, basis=BASIS, by=by.username)
    assert told(day - timedelta(days=31))["H36.12"] == ("Bộ phận một cửa MẪU", None)
    assert told(day - timedelta(days=30))["H36.12"] == ("Trung tâm phục vụ MẪU", None)
    assert told(day - timedelta(days=1))["H36.12"] == ("Trung tâm phục vụ MẪU", None)
    assert told(day)["H36.12"] == ("Trung tâm phục vụ MẪU", top.pk)
    assert told(day)["H36.13"] == (other.name, None)
    said = [change.said for change in PeopleChange.objects.filter(unit=unit, deed=Deed.UNIT_CHANGED).order_by("pk")]
    assert [one["basis"] for one in said] == [BASIS, BASIS]
    assert said[1]["after"] == "Trung tâm phục vụ MẪU (H36)"


def test_days_begin_at_midnight_in_viet_nam(person):
    assert today() == datetime.now(VIETNAM).date()
    assert [row.valid_from for row in held(person)] == [today()]


def test_what_was_never_right_is_mended_for_all_days(unit, by):
    managing.change_unit(unit, "Bộ phận Một cửa MẪU", None, by=by)
    assert told(today() - timedelta(days=400))["H36.12"] == ("Bộ phận Một cửa MẪU", None)
    assert not UnitPast.objects.exists()


@pytest.mark.parametrize(
    ("name", "days", "basis", "code"),
    [
        ("", 0, BASIS, ReasonCode.BAD_VALUE),
        ("Mới", 0, " ", ReasonCode.LEGAL_BASIS_NEEDED),
        ("Mới", 1, BASIS, ReasonCode.DAY_TO_COME),
        ("Mới", -99999, BASIS, ReasonCode.BEFORE_THE_UNIT),
        ("Bộ phận một cửa MẪU", 0, BASIS, ReasonCode.NOTHING_CHANGED),
    ],
)
def test_a_change_that_cannot_be_is_refused(unit, by, name, days, basis, code):
    with pytest.raises(Refused) as error:
        change_from(
            unit,
            name,
            None,
            on=max(today() + timedelta(days=days), Unit().valid_from - timedelta(days=1)),
            basis=basis,
            by=by,
        )
    assert error.value.reason.code is code
    unit.refresh_from_db()
    assert (unit.name, UnitPast.objects.count()) == ("Bộ phận một cửa MẪU", 0)


@pytest.fixture
def full(unit, other, person):
    """A unit with people of every kind, a child, a document under way, a token and an open session."""
    soon = today() + timedelta(days=90)
    head = someone("lanhdao", unit, Role.HEAD)
    certifier = someone("ky", unit, Role.CERTIFIER, until=soon, delegation="12/QĐ-UBND")
    officer = someone("canbo", unit, Role.OFFICER, until=soon)
    heir = someone("kety", other, Role.OFFICER)
    child = ensure_unit("H36.12.01", "Tổ MẪU", parent=unit)
    document, _ = create("a" * 64, "giấy.pdf", (), intake=Intake(by=person, queue="desk"), now=system_clock())
    assert advance(document, Outcome(State.TO_CONFIRM), worker=None, actor="system", event="weigh", now=system_clock())
    issue(officer, "bàn 1", now=system_clock(), days=9)
    return head, certifier, officer, heir, child, document


def test_a_merger_moves_people_and_open_work_at_once(unit, other, by, full):
    head, certifier, officer, heir, child, document = full
    session = Client()
    session.force_login(officer)
    assert session.get("/").status_code == 200
    assert not visible_to(heir).exists()
    assert would_dissolve(unit) == (does := dissolve(unit, other, basis=BASIS, by=by.username))
    assert (does.people, does.below) == (5, 1)  # the administrator and the scanner belong to it too
    for user in (head, certifier, officer, by):
        user.refresh_from_db()
        assert user.unit == other
    assert [row.role for row in held(head)] == []
    assert [row.role for row in held(certifier)] == []
    [row] = held(officer)
    assert (row.role, row.unit, row.valid_to) == ("officer", other, today() + timedelta(days=90))
    assert session.get("/").status_code == 302
    assert not Token.objects.exists()
    child.refresh_from_db()
    assert child.parent == other
    # The document names the unit it was made in; whoever may in the successor may there.
    document.refresh_from_db()
    assert document.unit == unit
    for user in (officer, heir):
        assert list(visible_to(user)) == [document]
        assert Right.REVIEW in rights_in(user, document.unit)
        assert open_for(user, document.pk, purpose=Purpose.REVIEW) == document
    assert visible_units(heir) == {"H36.12", "H36.13"}
    for user in (head, certifier):
        assert not visible_to(user).exists()
    above = someone("tren", other, Role.HEAD)
    assert {unit.pk, other.pk, child.pk} == units_with(above, Right.BOARD)


def test_what_is_dissolved_stays_in_the_past_and_takes_nobody_in(unit, other, by, full):
    dissolve(unit, other, basis=BASIS, by=by.username)
    day = today()
    assert "H36.12" in told(day - timedelta(days=1))
    assert "H36.12" not in told(day)
    assert told(day - timedelta(days=1))["H36.12.01"][1] == unit.pk
    assert told(day)["H36.12.01"][1] == other.pk
    for act in (
        lambda: give(by, Role.OFFICER, unit, by="t", since=day),
        lambda: move(full[2], unit, Role.OFFICER, by="t"),
        lambda: dissolve(unit, other, basis=BASIS, by=by.username),
        lambda: dissolve(other, unit, basis=BASIS, by=by.username),
        lambda: managing.make_account("moi", "Mới", unit, by=by),
        lambda: managing.change_unit(unit, "X", None, by=by),
        lambda: managing.make_unit("H36.55", "X", unit, by=by),
    ):
        with pytest.raises(Refused) as error:
            act()
        assert error.value.reason.code is ReasonCode.UNIT_DISSOLVED
        assert other.name in str(error.value)
    assert [row.role for row in held(full[2])] == ["officer"], "a refused move takes nothing away"


def test_successors_have_successors(unit, other, by, full):
    third = ensure_unit("H36.14", "Thứ ba MẪU")
    dissolve(unit, other, basis=BASIS, by=by.username)
    dissolve(other, third, basis=BASIS, by=by.username)
    unit.refresh_from_db()
    assert heir_of(unit) == third
    assert list(visible_to(full[3])) == [full[5]]
    assert [row.unit for row in held(full[3])] == [third]
    with pytest.raises(Refused):
        alive(unit)


def test_neither_itself_nor_one_below(unit, other, by, full):
    for one, into in ((unit, unit), (unit, full[4])):
        with pytest.raises(Refused) as error:
            dissolve(one, into, basis=BASIS, by=by.username)
        assert error.value.reason.code is ReasonCode.BELOW_ITSELF
    with pytest.raises(Refused) as error:
        dissolve(unit, other, basis="", by=by.username)
    assert error.value.reason.code is ReasonCode.LEGAL_BASIS_NEEDED
    assert not Unit.objects.filter(valid_to__isnull=False).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk=unit.pk).update(successor=other)


def test_a_role_held_in_both_is_held_once_and_no_account_keeps_a_closed_door(unit, other, by):
    both = someone("haiben", unit, Role.OFFICER)
    give(both, Role.OFFICER, other, by="t", since=today())
    gone = someone("nghi", unit, Role.OFFICER)
    leave(gone, by="t")
    dissolve(unit, other, basis=BASIS, by=by.username)
    assert [row.unit for row in held(both)] == [other]
    assert not Assignment.objects.filter(user=gone, unit=other).exists()


def test_the_last_administrator_is_not_merged_away(unit, other):
    only = someone("motminh", unit, Role.ADMINISTRATOR)
    with pytest.raises(Refused) as error:
        dissolve(unit, other, basis=BASIS, by="motminh")
    assert error.value.reason.code is ReasonCode.LAST_ADMINISTRATOR
    another = someone("nuaday", other, Role.ADMINISTRATOR)
    another.set_password("mat-khau-rat-dai")
    another.save()
    dissolve(unit, other, basis=BASIS, by="motminh")
    assert not held(only).exists()


def test_a_search_shared_with_the_old_unit_is_there_for_the_new(unit, other, by, person):
    SavedSearch.objects.create(owner=person, name="chờ", address="q=a", unit=unit, saved_at=system_clock())
    heir = someone("kety", other, Role.OFFICER)
    assert not saved_for(heir).exists()
    dissolve(unit, other, basis=BASIS, by=by.username)
    assert [one.name for one in saved_for(heir)] == ["chờ"]


def test_the_pages(client, unit, other, full):
    page = client.get(f"/don-vi/{unit.pk}").content.decode()
    assert "5 người chuyển sang đơn vị kế tục" in page
    form = {"name": "Trung tâm MẪU", "parent": "", "act": "change", "on": "32/01/2026", "basis": BASIS}
    bad = client.post(f"/don-vi/{unit.pk}", form)
    assert bad.status_code == 422
    assert 'value="32/01/2026"' in bad.content.decode()
    assert f'value="{BASIS}"' in bad.content.decode()
    day = today() - timedelta(days=3)
    good = client.post(f"/don-vi/{unit.pk}", form | {"on": day.strftime("%d/%m/%Y")}, follow=True)
    assert f"{day:%d/%m/%Y}: Bộ phận một cửa MẪU" in good.content.decode()
    then = client.get("/don-vi", {"ngay": (day - timedelta(days=1)).strftime("%d/%m/%Y")}).content.decode()
    assert "Bộ phận một cửa MẪU" in then
    assert "Trung tâm MẪU" not in then.partition("<main")[2]
    assert client.get("/don-vi?ngay=x").status_code == 422
    assert "Ngày ấy chưa có đơn vị nào" in client.get("/don-vi?ngay=01/01/1850").content.decode()
    gone = {"act": "dissolve", "successor": other.pk, "basis": BASIS}
    assert client.post(f"/don-vi/{unit.pk}", gone | {"successor": ""}).status_code == 422
    assert client.post(f"/don-vi/{unit.pk}", gone).status_code == 302
    assert client.get("/").status_code == 302, "the administrator belonged to it: their session ended as everybody's"


def test_after_the_end_the_pages_lead_to_the_heir(unit, other, by, full):
    dissolve(unit, other, basis=BASIS, by=by.username)
    client = Client()
    client.force_login(by)
    session = client.session
    session[SHOWN] = True
    session.save()
    page = client.get(f"/don-vi/{unit.pk}").content.decode()
    assert "đã giải thể" in page
    assert f'<a href="/don-vi/{other.pk}">' in page
    assert 'name="act"' not in page
    assert "nhập vào từ" in client.get(f"/don-vi/{other.pk}").content.decode()
    assert f'value="{unit.pk}"' not in client.get("/nguoi-dung/moi").content.decode()
    assert "đã giải thể" in client.get("/nguoi-dung").content.decode()


def test_a_unit_of_today_ends_as_it_began_and_was_there_on_no_day(unit, other, by):
    day = today()
    fresh = managing.make_unit("H36.77", "Mới MẪU", unit, by=by)
    child = managing.make_unit("H36.77.1", "Tổ của đơn vị mới MẪU", fresh, by=by)
    officer = someone("canbomoi", fresh, Role.OFFICER)
    assert "H36.77" not in told(day - timedelta(days=1))
    assert "H36.77" in told(day)
    does = dissolve(fresh, other, basis=BASIS, by=by.username)
    assert (does.people, does.below) == (1, 1)
    fresh.refresh_from_db()
    child.refresh_from_db()
    assert (fresh.valid_from, fresh.valid_to, fresh.successor) == (day, day, other)
    assert not UnitPast.objects.exists(), "nothing held for a day"
    for when in (day - timedelta(days=1), day, day + timedelta(days=1)):
        assert "H36.77" not in told(when)
    assert told(day)["H36.77.1"] == (child.name, other.pk)
    assert [row.unit for row in held(officer)] == [other]
    assert visible_units(officer) >= {"H36.77", "H36.13"}


def test_an_old_unit_merges_into_one_of_today_which_ends_too(unit, by, full, other):
    day = today()
    fresh = managing.make_unit("H36.77", "Mới MẪU", None, by=by)
    dissolve(unit, fresh, basis=BASIS, by=by.username)
    fresh.refresh_from_db()
    dissolve(fresh, other, basis=BASIS, by=by.username)
    unit.refresh_from_db()
    assert heir_of(unit) == other
    assert set(told(day - timedelta(days=1))) >= {"H36.12", "H36.12.01", "H36.13"}
    assert set(told(day)) & {"H36.12", "H36.77"} == set()
    assert told(day)["H36.12.01"][1] == other.pk
    assert told(day - timedelta(days=1))["H36.12.01"][1] == unit.pk
    assert list(visible_to(full[3])) == [full[5]]


def test_two_changes_and_an_end_on_one_day(unit, other, by):
    day = today()
    change_from(unit, "Một MẪU", None, on=day - timedelta(days=5), basis=BASIS, by=by.username)
    unit.refresh_from_db()
    with pytest.raises(Refused) as error:
        change_from(unit, "Hai MẪU", None, on=day - timedelta(days=6), basis=BASIS, by=by.username)
    assert error.value.reason.code is ReasonCode.BEFORE_LAST_CHANGE
    assert f"{day - timedelta(days=5):%d/%m/%Y}" in str(error.value)
    change_from(unit, "Hai MẪU", None, on=day, basis=BASIS, by=by.username)
    unit.refresh_from_db()
    change_from(unit, "Ba MẪU", None, on=day, basis=BASIS, by=by.username)
    unit.refresh_from_db()
    dissolve(unit, other, basis=BASIS, by=by.username)
    names = [told(day - timedelta(days=n)).get("H36.12", ("",))[0] for n in (6, 5, 1, 0)]
    assert names == ["Bộ phận một cửa MẪU", "Một MẪU", "Một MẪU", ""]


def test_nothing_stands_under_a_unit_that_was_not_there_yet(unit, by):
    day = today()
    fresh = managing.make_unit("H36.77", "Mới MẪU", None, by=by)
    with pytest.raises(Refused) as error:
        change_from(unit, unit.name, fresh, on=day - timedelta(days=3), basis=BASIS, by=by.username)
    assert error.value.reason.code is ReasonCode.BEFORE_THE_UNIT
    assert fresh.name in str(error.value)
    change_from(unit, unit.name, fresh, on=day, basis=BASIS, by=by.username)
    assert told(day)["H36.12"][1] == fresh.pk
    assert told(day - timedelta(days=1))["H36.12"][1] is None


def test_no_day_has_a_circle_and_no_tree_forgets_a_unit(client, unit, other, by):
    day = today()
    change_from(unit, unit.name, other, on=day - timedelta(days=9), basis=BASIS, by=by.username)
    unit.refresh_from_db()
    change_from(unit, unit.name, None, on=day, basis=BASIS, by=by.username)
    unit.refresh_from_db()
    with pytest.raises(Refused) as error:  # until yesterday it was the other way round
        change_from(other, other.name, unit, on=day - timedelta(days=4), basis=BASIS, by=by.username)
    assert error.value.reason.code is ReasonCode.BELOW_ITSELF
    assert f"{day - timedelta(days=4):%d/%m/%Y}" in str(error.value)
    change_from(other, other.name, Unit.objects.get(pk=unit.pk), on=day, basis=BASIS, by=by.username)
    fresh = managing.make_unit("H36.77", "Mới MẪU", None, by=by)
    managing.change_unit(Unit.objects.get(pk=unit.pk), unit.name, fresh, by=by)  # mended: it was never right
    for when in (day, day - timedelta(days=4), day - timedelta(days=20)):
        page = client.get("/don-vi", {"ngay": f"{when:%d/%m/%Y}"}).content.decode()
        assert unit.name in page
        assert other.name in page
