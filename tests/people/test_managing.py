"""Pages on which an administrator manages people: what each form does, what it refuses, what is written down."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from khoso.kernel.clock import system_clock
from khoso.kernel.clock import today as day_here
from people import factors, invitations
from people.accounts import ensure_unit, ensure_user
from people.managing_pages import tree
from people.middleware import SHOWN
from people.models import Deed, PeopleChange, Role, Token, Unit, User, Vouched
from people.roles import give, held
from people.tokens import issue, owner
from tests.people.test_signing_in import SAFE, code_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]


@pytest.fixture
def administrator(unit):
    user, _ = ensure_user("quanly", full_name="Quản lý Mẫu", unit=unit, role=None, password="mat-khau-rat-dai")
    give(user, Role.ADMINISTRATOR, None, by="t", since=day_here())
    return user


@pytest.fixture
def client(administrator):
    made = Client()
    made.force_login(administrator)
    session = made.session
    session[SHOWN] = True
    session.save()
    return made


def deeds(user):
    return list(PeopleChange.objects.filter(user=user, by="quanly").order_by("pk").values_list("deed", flat=True))


def act(client, user, deed, **fields):
    return client.post(f"/nguoi-dung/{user.pk}", {"act": deed, **fields})


def secret_of(answer):
    return re.search(r'readonly value="([^"]+)"', answer.content.decode())[1]


def test_a_new_person_gets_a_link_and_comes_in_by_it(client, unit):
    form = {"username": "lan", "full_name": "Trần Thị Lan Mẫu", "unit": unit.pk, "role": "officer"}
    answer = client.post("/nguoi-dung/moi", form)
    link = secret_of(answer)
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    made = User.objects.get(username="lan")
    assert [row.role for row in held(made)] == ["officer"]
    assert deeds(made) == [Deed.ACCOUNT_MADE, Deed.ROLE_GIVEN, Deed.LINK_MADE]
    assert link.rpartition("/")[2] not in str(PeopleChange.objects.values())
    assert link.rpartition("/")[2] not in client.get(f"/nguoi-dung/{made.pk}").content.decode()
    theirs = Client()
    assert theirs.post(link.removeprefix("http://testserver"), {"password": "mat-khau-rat-dai"}).status_code == 302
    assert theirs.get("/").status_code == 200
    again = client.post("/nguoi-dung/moi", form)
    assert again.status_code == 422
    assert "Đã có tài khoản «lan»" in again.content.decode()
    assert "Trần Thị Lan Mẫu" in again.content.decode(), "what was typed is kept"


@pytest.mark.parametrize("name", ["", "a", "Có dấu", "a b", "a" * 60, "../x", "<script>"])
def test_odd_account_names_are_refused(client, unit, name):
    answer = client.post("/nguoi-dung/moi", {"username": name, "full_name": "x", "unit": unit.pk, "role": "officer"})
    assert answer.status_code == 422
    assert "<script>" not in answer.content.decode()


def test_roles_have_dates_and_a_certifier_a_delegation(client, person, unit):
    today = day_here()
    soon = (today + timedelta(days=30)).isoformat()
    lacking = act(client, person, "give", role="certifier", unit=unit.pk, until=soon)
    assert lacking.status_code == 422
    given = act(client, person, "give", role="certifier", unit=unit.pk, until=soon, delegation="12/QĐ-UBND")
    assert given.status_code == 302
    row = held(person).get(role="certifier")
    assert row.valid_to.isoformat() == soon
    page = client.get(f"/nguoi-dung/{person.pk}").content.decode()
    assert "12/QĐ-UBND" in page
    for wrong in ({"since": soon, "until": today.isoformat()}, {"since": "x"}, {"role": "king"}, {"unit": "99999"}):
        assert act(client, person, "give", **{"role": "officer", "unit": unit.pk} | wrong).status_code == 422
    assert act(client, person, "end", role=row.pk).status_code == 302
    assert not held(person).filter(role="certifier").exists()
    assert act(client, person, "end", role="x").status_code == 422


def test_moving_and_leaving_end_everything_at_once(client, person):
    elsewhere = ensure_unit("H36.77", "Nơi mới MẪU")
    theirs = Client()
    theirs.force_login(person)
    token = issue(person, "máy", now=system_clock())
    assert act(client, person, "move", unit=elsewhere.pk, role="archivist").status_code == 302
    assert [(row.role, row.unit) for row in held(person)] == [("archivist", elsewhere)]
    assert theirs.get("/").status_code == 302
    assert owner(token, now=system_clock()) is None
    tomorrow = day_here() + timedelta(days=1)
    give(person, Role.HEAD, elsewhere, by="t", since=tomorrow)
    assert act(client, person, "leave").status_code == 302
    person.refresh_from_db()
    assert not person.is_active
    assert not held(person, tomorrow).exists()
    assert not person.assignments.filter(valid_to=None).exists(), "roles still to come end too"
    assert act(client, person, "return").status_code == 302
    person.refresh_from_db()
    assert person.is_active
    assert not person.has_usable_password()
    assert not held(person).exists()
    assert {Deed.MOVED, Deed.LEFT, Deed.CAME_BACK} <= set(deeds(person))


def test_a_lost_phone(client, person):
    factors.pending(person, safe=SAFE)
    now = system_clock()
    factors.confirm(person, code_of(person, at=now - timedelta(seconds=30)), now=now, safe=SAFE)
    assert act(client, person, "drop-factor").status_code == 302
    assert not factors.has_one(person)
    assert deeds(person) == [Deed.FACTOR_DROPPED]


def test_links_replace_each_other_and_sessions_can_be_ended(client, person):
    first = secret_of(act(client, person, "link")).rpartition("/")[2]
    second = secret_of(act(client, person, "link")).rpartition("/")[2]
    assert invitations.invited(first, now=system_clock()) is None
    assert invitations.invited(second, now=system_clock()) == person
    theirs = Client()
    theirs.force_login(person)
    act(client, person, "sign-out")
    assert theirs.get("/").status_code == 302


def test_tokens_are_shown_once(client, person):
    secret = secret_of(act(client, person, "issue", name="Bàn 1", days="30", scope=["capture"]))
    row = Token.objects.get()
    assert (row.scopes, row.user, (row.expires_at - row.created_at).days) == (["capture"], person, 30)
    assert secret not in client.get(f"/nguoi-dung/{person.pk}").content.decode()
    newer = secret_of(act(client, person, "rotate", token=row.pk))
    assert owner(newer, now=system_clock()) == owner(secret, now=system_clock()) == person
    act(client, person, "revoke", token=row.pk)
    assert owner(secret, now=system_clock()) is None
    for wrong in ({"days": "9999"}, {"days": "x"}, {"name": ""}, {"scope": []}, {"scope": ["root"]}):
        form = {"name": "x", "days": "30", "scope": ["read"]} | wrong
        assert act(client, person, "issue", **form).status_code == 422
    assert deeds(person) == [Deed.TOKEN_ISSUED, Deed.TOKEN_ROTATED, Deed.TOKEN_REVOKED]


def test_a_token_of_somebody_else_is_not_touched_through_a_page(client, person, unit):
    other, _ = ensure_user("khac", full_name="", unit=unit)
    issue(other, "máy", now=system_clock())
    assert act(client, person, "revoke", token=Token.objects.get().pk).status_code == 422
    assert Token.objects.count() == 1


@pytest.mark.parametrize("name", ["give", "move", "leave", "return", "drop-factor"])
def test_nobody_raises_themselves(client, administrator, unit, name):
    answer = act(client, administrator, name, role="head", unit=unit.pk)
    assert answer.status_code == 422
    assert "nhờ một quản trị khác" in answer.content.decode()
    assert [row.role for row in held(administrator)] == ["administrator"]


def test_the_last_administrator_stays(client, administrator, unit):
    role = held(administrator).get()
    assert act(client, administrator, "end", role=role.pk).status_code == 422
    second, _ = ensure_user("hai", full_name="", unit=unit, role=None, password="mat-khau-rat-dai")
    give(second, Role.ADMINISTRATOR, None, by="t", since=day_here())
    assert act(client, second, "leave").status_code == 302
    third, _ = ensure_user("ba", full_name="", unit=unit, role=None, password="mat-khau-rat-dai")
    give(third, Role.ADMINISTRATOR, None, by="t", since=day_here())
    assert act(client, administrator, "end", role=role.pk).status_code == 302
    assert client.get("/nguoi-dung")["Location"].startswith("/dang-nhap"), "ended at once, for oneself too"


def test_a_stranger_is_linked_by_an_administrator_and_never_to_oneself(client, administrator, person):
    now = system_clock()
    row = Vouched.objects.create(issuer="https://id.example", subject="1", name="Mẫu", first_at=now, last_at=now)
    assert "Mẫu" in client.get("/nguoi-dung/cho-noi").content.decode()
    client.post("/nguoi-dung/cho-noi", {"vouched": row.pk, "username": "quanly"})
    client.post("/nguoi-dung/cho-noi", {"vouched": row.pk, "username": "khong-co"})
    row.refresh_from_db()
    assert row.user is None
    client.post("/nguoi-dung/cho-noi", {"vouched": row.pk, "username": person.username})
    row.refresh_from_db()
    assert row.user == person
    assert act(client, person, "unlink", vouched=row.pk).status_code == 302
    row.refresh_from_db()
    assert row.user is None


def test_units_are_a_tree_without_rings(client, unit):
    answer = client.post("/don-vi/moi", {"code": "H36.12.01", "name": "Tổ một MẪU", "parent": unit.pk})
    below = Unit.objects.get(code="H36.12.01")
    assert answer["Location"] == f"/don-vi/{below.pk}"
    for wrong in ({"code": "x y"}, {"code": "H36.12"}, {"code": "H36.13", "name": " "}):
        assert client.post("/don-vi/moi", {"name": "N", "parent": ""} | wrong).status_code == 422
    assert client.post(f"/don-vi/{unit.pk}", {"name": unit.name, "parent": below.pk}).status_code == 422
    assert client.post(f"/don-vi/{unit.pk}", {"name": unit.name, "parent": unit.pk}).status_code == 422
    assert client.post(f"/don-vi/{below.pk}", {"name": "Tổ hai MẪU", "parent": unit.pk}).status_code == 302
    assert [depth for depth, one in tree(Unit.objects.all()) if one in {unit, below}] == [0, 1]
    page = client.get(f"/don-vi/{below.pk}").content.decode()
    assert "Tổ một MẪU" in page
    assert "Tổ hai MẪU" in page


def test_people_are_found_with_and_without_tones(client, person):
    for words in ("Nguyễn Văn", "nguyen van", "nhanvien"):
        page = client.get("/nguoi-dung", {"q": words}).content.decode()
        assert f"/nguoi-dung/{person.pk}" in page
        assert "quanly</div>" not in page
    assert "Không có ai như vậy" in client.get("/nguoi-dung", {"q": "zzz"}).content.decode()


def test_many_people_cost_few_questions(client, unit, django_assert_max_num_queries):
    for number in range(30):
        ensure_user(f"u{number}", full_name=f"Người {number}", unit=unit)
    with django_assert_max_num_queries(20):
        assert client.get("/nguoi-dung").status_code == 200
    with django_assert_max_num_queries(25):
        client.get(f"/nguoi-dung/{User.objects.get(username='u1').pk}")


def test_navigation_offers_what_one_may_use(client, person, unit):
    theirs = Client()
    theirs.force_login(person)
    page = theirs.get("/").content.decode()
    assert "/khan-cap" in page
    assert "/nguoi-dung" not in page
    assert "/nhat-ky-xem" not in page
    page = client.get("/").content.decode()
    assert "/nguoi-dung" in page
    assert "/khan-cap" not in page
    keeper = ensure_user("luutru", full_name="", unit=unit, role=Role.ARCHIVIST)[0]
    theirs.force_login(keeper)
    assert "/nhat-ky-xem" in theirs.get("/").content.decode()


def test_the_same_role_is_not_given_twice(client, person, unit):
    soon, later = (day_here() + timedelta(days=days) for days in (30, 60))
    held_now = held(person).get()
    twice = act(client, person, "give", role=held_now.role, unit=unit.pk)
    assert twice.status_code == 422
    assert "đã có vai trò" in twice.content.decode()
    assert act(client, person, "end", role=held_now.pk).status_code == 302
    assert not held(person).exists(), "ending it ends it"
    first = act(client, person, "give", role="officer", unit=unit.pk, since=soon.isoformat(), until=later.isoformat())
    assert first.status_code == 302
    assert act(client, person, "give", role="officer", unit=unit.pk).status_code == 422, "it would reach into the next"
    assert act(client, person, "give", role="officer", unit=unit.pk, until=soon.isoformat()).status_code == 302
    assert act(client, person, "give", role="officer", unit=unit.pk, since=later.isoformat()).status_code == 302
    assert act(client, person, "move", role="officer", unit=unit.pk).status_code == 302, "the one held stays"


@pytest.mark.parametrize("number", ["99999", "x", "9" * 5000])
def test_an_unknown_unit_is_not_no_unit(client, person, unit, number):
    form = {"code": "H36.98", "name": "Phòng lạ MẪU", "parent": number}
    answer = client.post("/don-vi/moi", form)
    assert answer.status_code == 422
    assert "Phòng lạ MẪU" in answer.content.decode()
    assert not Unit.objects.filter(code="H36.98").exists()
    change = {"act": "mend", "name": unit.name, "parent": number}
    assert client.post(f"/don-vi/{unit.pk}", change).status_code == 422
    assert act(client, person, "give", role="administrator", unit=number).status_code == 422
    assert not held(person).filter(role="administrator").exists()


def test_a_new_person_whose_role_is_refused_is_not_made(client, unit):
    form = {"username": "moi", "full_name": "Người mới MẪU", "unit": unit.pk, "role": "certifier"}
    for wrong in ({}, {"role": "king"}, {"role": "officer", "since": "x"}):
        answer = client.post("/nguoi-dung/moi", form | wrong)
        assert answer.status_code == 422
        assert "Người mới MẪU" in answer.content.decode()
    assert not User.objects.filter(username="moi").exists()
    assert client.post("/nguoi-dung/moi", form | {"role": "officer"}).status_code == 200


def test_a_form_that_is_refused_stands_open_with_what_was_typed(client, person, unit):
    typed = {"role": "certifier", "unit": unit.pk, "since": "2026-11-01", "until": "2027-01-01", "delegation": ""}
    page = act(client, person, "give", **typed).content.decode()
    assert '<details class="card" open><summary>Giao vai trò' in page
    assert 'value="2026-11-01"' in page
    assert 'value="2027-01-01"' in page
    assert '<option value="certifier" selected>' in page
    assert f'<option value="{unit.pk}" selected>' in page
    page = act(client, person, "issue", name="bàn 7", days="9999", scope=["read"]).content.decode()
    assert '<details class="card" open><summary>Cấp khóa cho máy' in page
    assert 'value="bàn 7"' in page
    assert 'value="9999"' in page
    assert 'value="read" checked' in page
    assert 'value="capture" checked' not in page
    assert "«9999» không hợp lệ ở ô «số ngày»: cần số ngày từ 1 đến 730." in page
    calm = client.get(f"/nguoi-dung/{person.pk}").content.decode()
    assert 'class="card" open' not in calm
    assert 'value="capture" checked' in calm


def test_a_name_nobody_has_stays_in_the_form_for_strangers(client):
    row = Vouched.objects.create(
        issuer="https://id", subject="s1", name="An MẪU", first_at=system_clock(), last_at=system_clock()
    )
    answer = client.post("/nguoi-dung/cho-noi", {"vouched": row.pk, "username": "khong.co"})
    assert answer.status_code == 422
    assert 'value="khong.co"' in answer.content.decode()
    assert "Không có người dùng «khong.co»" in answer.content.decode()


def test_a_link_that_opens_no_more_says_why():
    answer = Client().get("/lan-dau/khong-co-that")
    assert answer.status_code == 404
    assert "đã dùng, đã quá hạn, đã có liên kết mới hơn, hoặc bị chép thiếu" in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"role": "certifier", "until": "2027-01-01"}, "Chưa điền «văn bản ủy quyền»"),
        ({"role": "certifier", "delegation": "12/QĐ-UBND"}, "Chưa điền «hết từ ngày»"),
        ({"since": "x"}, "«x» không hợp lệ ở ô «từ ngày»: cần ngày có thật, như 31/12/2026."),
        ({"until": "2020-01-02"}, "«02/01/2020» không hợp lệ ở ô «hết từ ngày»: cần ngày sau «từ ngày»."),
        ({"unit": "x"}, "«x» không hợp lệ ở ô «đơn vị»: cần một đơn vị trong danh sách."),
        ({"role": "king"}, "«king» không hợp lệ ở ô «vai trò»: cần một vai trò trong danh sách."),
        ({"username": "Cô Mẫu"}, "«Cô Mẫu» không hợp lệ ở ô «tên đăng nhập»: cần từ 2 đến 50 chữ thường"),
        ({"full_name": "  "}, "Chưa điền «họ và tên»"),
        ({"full_name": "\u200b -"}, "ở ô «họ và tên»: cần họ và tên bằng chữ."),
    ],
)
def test_a_form_says_which_field_is_wrong_and_what_it_expects(client, unit, wrong, told):
    form = {"username": "moi", "full_name": "Người mới MẪU", "unit": unit.pk, "role": "officer"}
    page = client.post("/nguoi-dung/moi", form | wrong)
    assert page.status_code == 422
    assert told in page.content.decode()
    assert not User.objects.filter(username="moi").exists()


def test_a_name_of_blanks_mends_nothing(client, person):
    assert act(client, person, "rename", full_name=" \u3000 ").status_code == 422
    assert User.objects.get(pk=person.pk).full_name == "Nguyễn Văn Mẫu"


def test_history_tells_what_a_token_may_in_words(client, person):
    act(client, person, "issue", name="Bàn 1", days="30", scope=["capture", "read"])
    page = client.get(f"/nguoi-dung/{person.pk}").content.decode()
    assert "phạm vi: nộp giấy tờ, xem và tìm" in page


def test_ones_own_roles_that_ended_are_told_so(person, unit):
    give(person, Role.OFFICER, unit, by="t", since=day_here() - timedelta(days=9), until=day_here())
    client = Client()
    client.force_login(person)
    session = client.session
    session[SHOWN] = True
    session.save()
    assert "đã hết" in client.get("/tai-khoan").content.decode()
