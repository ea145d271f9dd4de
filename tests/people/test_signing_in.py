"""Signing in: wrong passwords, second factors, one-time links, sessions and tokens."""

import re
from datetime import timedelta

import pyotp
import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from khoso.kernel.clock import system_clock
from khoso.kernel.clock import today as day_here
from khoso.kernel.errors import Refused
from khoso.wiring import open_safe
from people import attempts, factors, invitations
from people.accounts import ensure_unit, ensure_user, first_administrator
from people.invitations import invite
from people.models import Deed, Invitation, PeopleChange, RecoveryCode, Role, SignInAttempt, Token, User
from people.roles import give, needs_second_factor
from people.tokens import Scope, issue, living, owner, revoke, rotate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]
PASSWORD = "mat-khau-rat-dai"
GOOD = {"username": "nhanvien", "password": PASSWORD}


SAFE = open_safe()


def code_of(user, *, at=None):
    return pyotp.TOTP(SAFE.unlock(user.factor.secret)).at(at or system_clock())


@pytest.fixture
def head(unit):
    user, _ = ensure_user("sep", full_name="Sếp Mẫu", unit=unit, password=PASSWORD, role=Role.HEAD)
    return user


@pytest.fixture
def guarded(head):
    """A head of office with an authenticator, and their recovery codes."""
    factors.pending(head, safe=SAFE)
    codes = factors.confirm(
        head, code_of(head, at=system_clock() - timedelta(seconds=30)), now=system_clock(), safe=SAFE
    )
    return head, codes


def sign_in(user, **more):
    client = Client()
    return client, client.post("/dang-nhap", {"username": user.username, "password": PASSWORD, **more})


def test_five_wrong_passwords_shut_the_door_for_this_account_only(person, head):
    client = Client()
    for _ in range(attempts.PER_ACCOUNT):
        assert client.post("/dang-nhap", GOOD | {"password": "sai"}).status_code == 200
    shut = client.post("/dang-nhap", GOOD)
    assert shut.status_code == 429
    assert "phút" in shut.content.decode()
    assert client.post("/dang-nhap", GOOD | {"username": " NHANVIEN "}).status_code == 429
    assert sign_in(head)[1].status_code == 302
    SignInAttempt.objects.update(at=system_clock() - attempts.WINDOW)
    assert client.post("/dang-nhap", GOOD)["Location"] == "/"
    assert not SignInAttempt.objects.exists()


def test_many_accounts_from_one_address_are_stopped():
    now = system_clock()
    for number in range(attempts.PER_ADDRESS):
        attempts.begin(f"u{number}", "10.0.0.1", now=now)
    with pytest.raises(Refused):
        attempts.begin("another", "10.0.0.1", now=now)
    attempts.begin("another", "10.0.0.2", now=now)


def test_tries_of_the_same_moment_count_one_another():
    """Twenty-four are under way before the password of any has been looked at."""
    now, through = system_clock(), []
    for number in range(24):
        try:
            through.append(attempts.begin("nhanvien", f"10.0.0.{number}", now=now))
        except Refused as refused:
            assert "phút" in str(refused)  # noqa: PT017 - most are refused, the first are not
    assert len(through) == attempts.PER_ACCOUNT
    assert SignInAttempt.objects.count() == attempts.PER_ACCOUNT, "who is refused does not make the wait longer"
    attempts.withdraw(through[0])
    attempts.succeeded(attempts.begin("NHANVIEN ", "10.0.0.1", now=now))
    assert not SignInAttempt.objects.exists()


@pytest.mark.parametrize(
    ("password", "said"),
    [("ngan", "Mật khẩu quá ngắn: cần ít nhất 10 ký tự."), ("password123", "Mật khẩu này quá phổ biến."),
     ("nhanvien11", "Mật khẩu quá giống với Tên đăng nhập."), ("Cao Mỹ Ngân", "Mật khẩu quá giống với họ và tên.")],
)  # fmt: skip
def test_what_is_wrong_with_a_password_is_said_in_vietnamese(person, password, said):
    User.objects.filter(pk=person.pk).update(full_name="Cao Mỹ Ngân")
    client, _ = sign_in(person)
    page = client.post("/tai-khoan", {"current": PASSWORD, "password": password}).content.decode()
    assert said in page
    assert "assword" not in re.sub(r"<[^>]*>", "", page)
    link = invite(person, now=system_clock())
    assert said in Client().post(f"/lan-dau/{link}", {"password": password}).content.decode()


def test_an_unknown_account_is_told_the_same(person):
    known, unknown = (
        Client().post("/dang-nhap", {"username": name, "password": "sai"}).content.decode().replace(name, "")
        for name in ("nhanvien", "khongco")
    )
    strip = [line for line in known.splitlines() if "csrf" not in line.lower()]
    assert strip == [line for line in unknown.splitlines() if "csrf" not in line.lower()]


@pytest.mark.parametrize(
    "elsewhere", ["https://x.example/", "//x.example", "javascript:alert(1)", "/\\x.example", "http:x"]
)
def test_signing_in_leads_nowhere_else(person, guarded, elsewhere):
    assert Client().post("/dang-nhap", GOOD | {"next": elsewhere})["Location"] == "/"
    client, answer = sign_in(guarded[0], next=elsewhere)
    assert answer["Location"] == "/dang-nhap/ma?next=%2F"
    assert client.post("/dang-nhap/ma", {"code": code_of(guarded[0]), "next": elsewhere})["Location"] == "/"


def test_signing_in_changes_the_session_key(person):
    client = Client()
    client.get("/dang-nhap")
    client.session["x"] = 1
    client.session.save()
    before = client.session.session_key
    client.post("/dang-nhap", GOOD)
    assert client.session.session_key != before


def test_a_head_without_factor_does_nothing_but_set_it_up(head):
    client, answer = sign_in(head)
    assert answer["Location"] == "/"
    for address in ("/", "/tim", "/tai-khoan", "/nhat-ky-xem"):
        assert client.get(address)["Location"] == "/tai-khoan/ma-xac-thuc"
    assert client.get("/api/v1/documents").status_code == 403
    page = client.get("/tai-khoan/ma-xac-thuc").content.decode()
    assert "data:image/svg+xml" in page
    assert client.post("/tai-khoan/ma-xac-thuc", {"code": "000000"}).status_code == 422
    assert client.get("/")["Location"] == "/tai-khoan/ma-xac-thuc"
    done = client.post("/tai-khoan/ma-xac-thuc", {"code": code_of(head)}).content.decode()
    assert done.count("<li>") >= factors.CODES
    assert client.get("/").status_code == 200


def test_an_officer_needs_no_factor_an_administrator_and_a_certifier_do(person, unit):
    today = day_here()
    assert not needs_second_factor(person)
    give(person, Role.CERTIFIER, unit, by="t", since=today, until=today + timedelta(days=9), delegation="QĐ 1")
    assert needs_second_factor(person)
    admin, _ = ensure_user("qt", full_name="", unit=None, admin=True)
    assert needs_second_factor(admin)
    assert not needs_second_factor(ensure_user("demo", full_name="", unit=None, admin=True, demo=True)[0])


def test_a_code_serves_once_and_so_does_a_recovery_code(guarded):
    head, codes = guarded
    now = system_clock()
    code = code_of(head)
    assert factors.verify(head, code, now=now, safe=SAFE)
    assert not factors.verify(head, code, now=now, safe=SAFE)
    assert factors.verify(head, f" {codes[0].upper()} ", now=now, safe=SAFE)
    assert not factors.verify(head, codes[0], now=now, safe=SAFE)
    assert len(set(codes)) == factors.CODES
    assert not RecoveryCode.objects.filter(digest__in=codes).exists()
    for wrong in ("", "123", "abcdef", code_of(head, at=now - timedelta(minutes=5)), "é" * 6):
        assert not factors.verify(head, wrong, now=now, safe=SAFE)
    factors.drop(head)
    assert not factors.verify(head, codes[1], now=now, safe=SAFE)


@pytest.mark.parametrize(
    "typed",
    [
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " ").upper(),
        lambda code: f" {code.replace('-', ' – ')}\u00a0",
        lambda code: code.replace("0", "O").replace("1", "l"),
        lambda code: "".join(chr(ord(one) + 0xFEE0) for one in code),  # full-width, as some input methods type
    ],
)
def test_a_recovery_code_is_taken_however_it_was_typed(guarded, typed):
    head, codes = guarded
    assert factors.codes_left(head) == factors.CODES
    assert not factors.verify(head, codes[0][:-1], now=system_clock(), safe=SAFE)
    assert factors.verify(head, typed(codes[0]), now=system_clock(), safe=SAFE)
    assert not factors.verify(head, typed(codes[0]), now=system_clock(), safe=SAFE)
    assert factors.codes_left(head) == factors.CODES - 1


def test_codes_left_are_told_and_new_ones_are_made_with_a_code(guarded):
    head, codes = guarded
    client, _ = sign_in(head)
    page = client.post("/dang-nhap/ma", {"code": codes[0].replace("-", "")}, follow=True).content.decode()
    assert "Còn 9 mã." in page
    assert "Lập mã dự phòng mới ngay" not in page
    assert "còn 9 mã dự phòng" in client.get("/tai-khoan").content.decode()
    RecoveryCode.objects.filter(user=head, used_at__isnull=True, pk__in=_some(head, 6)).update(used_at=system_clock())
    other, _ = sign_in(head)
    page = other.post("/dang-nhap/ma", {"code": codes[-1]}, follow=True).content.decode()
    assert "Còn 2 mã." in page
    assert '<a href="/tai-khoan/ma-xac-thuc">Lập mã dự phòng mới ngay</a>' in page
    assert "Bạn còn 2 mã dự phòng chưa dùng." in client.get("/tai-khoan/ma-xac-thuc").content.decode()
    wrong = client.post("/tai-khoan/ma-xac-thuc", {"code": "000000"})
    assert wrong.status_code == 422
    assert factors.codes_left(head) == 2, "a wrong code makes none"
    page = client.post("/tai-khoan/ma-xac-thuc", {"code": code_of(head)}).content.decode()
    fresh = re.findall(r"<li>([0-9a-f-]{14})</li>", page)
    assert len(set(fresh)) == factors.codes_left(head) == factors.CODES
    assert not factors.verify(head, codes[1], now=system_clock(), safe=SAFE), "the old ones serve no more"
    assert factors.verify(head, fresh[0], now=system_clock(), safe=SAFE)
    assert PeopleChange.objects.filter(user=head, deed=Deed.CODES_RENEWED, by="sep").count() == 1


def _some(user, count):
    return list(
        RecoveryCode.objects.filter(user=user, used_at__isnull=True).order_by("pk").values_list("pk", flat=True)[:count]
    )


def test_the_password_alone_is_half_a_sign_in(guarded):
    head, codes = guarded
    client, answer = sign_in(head)
    assert answer["Location"].startswith("/dang-nhap/ma")
    assert client.get("/").status_code == 302
    assert client.post("/dang-nhap/ma", {"code": "000000"}).status_code == 422
    assert client.post("/dang-nhap/ma", {"code": codes[0]})["Location"] == "/"
    assert client.get("/").status_code == 200
    assert Client().get("/dang-nhap/ma")["Location"] == "/dang-nhap"


def test_codes_are_limited_like_passwords(guarded):
    head, codes = guarded
    client, _ = sign_in(head)
    for _ in range(attempts.PER_ACCOUNT):
        client.post("/dang-nhap/ma", {"code": "000000"})
    assert "phút" in client.post("/dang-nhap/ma", {"code": codes[0]}).content.decode()
    assert client.get("/").status_code == 302


def test_a_confirmed_factor_is_not_set_up_again(guarded):
    head, _ = guarded
    assert factors.confirm(head, code_of(head), now=system_clock(), safe=SAFE) is None
    client = Client()
    client.force_login(head)
    assert "data:image" not in client.get("/tai-khoan/ma-xac-thuc").content.decode()


def test_the_first_administrator_comes_by_a_one_time_link(db):
    name, secret = first_administrator(ensure_unit("H36", "Tỉnh MẪU"))
    user = User.objects.get(username=name)
    assert not user.has_usable_password()
    assert secret not in str(Invitation.objects.values())
    client = Client()
    page = client.get(f"/lan-dau/{secret}")
    assert page["Referrer-Policy"] == "same-origin", "without an origin a browser's form counts as forged"
    for weak in ("ngan", "password123", "1234567890"):
        assert client.post(f"/lan-dau/{secret}", {"password": weak}).status_code == 422
    assert client.post(f"/lan-dau/{secret}", {"password": PASSWORD})["Location"] == "/"
    assert client.get("/")["Location"] == "/tai-khoan/ma-xac-thuc"
    assert Client().get(f"/lan-dau/{secret}").status_code == 404
    assert first_administrator(None) is None


def test_links_end_and_replace_each_other(person):
    now = system_clock()
    first = invitations.invite(person, now=now)
    second = invitations.invite(person, now=now)
    assert invitations.invited(first, now=now) is None
    assert invitations.invited(second, now=now) == person
    assert invitations.invited(second, now=now + invitations.VALID) is None
    with pytest.raises(ValidationError):
        invitations.accept(second, "short", now=now)
    assert invitations.accept(second, PASSWORD, now=now) == person
    assert invitations.accept(second, PASSWORD, now=now) is None


def test_changing_ones_password_ends_other_sessions(person):
    here, there = Client(), Client()
    for client in (here, there):
        client.post("/dang-nhap", GOOD)
    assert here.post("/tai-khoan", {"current": "sai", "password": "mat-khau-moi-dai"}).status_code == 422
    assert here.post("/tai-khoan", {"current": PASSWORD, "password": "ngan"}).status_code == 422
    assert here.post("/tai-khoan", {"current": PASSWORD, "password": "mat-khau-moi-dai"}).status_code == 302
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


def test_tokens_have_scopes_and_an_end(person):
    now = system_clock()
    reader = Client(headers={"Authorization": f"Bearer {issue(person, 'đọc', now=now, scopes=[Scope.READ])}"})
    writer = Client(headers={"Authorization": f"Bearer {issue(person, 'ghi', now=now, scopes=[Scope.CAPTURE])}"})
    body = {"sha256": "0" * 64, "size": 1}
    assert reader.get("/api/v1/documents").status_code == 200
    assert reader.post("/api/v1/uploads", body, "application/json").status_code == 401
    assert writer.get("/api/v1/documents").status_code == 401
    for answer in (writer.get("/api/v1/documents"), reader.post("/api/v1/documents", body, "application/json")):
        assert answer.json()["code"] == "token_not_taken", "no session is asked instead of a token"
    stranger = Client().get("/api/v1/documents")
    assert (stranger.status_code, stranger.json()["code"]) == (401, "not_signed_in")
    assert writer.post("/api/v1/uploads", body, "application/json").status_code == 200
    for wrong in ({"days": 0}, {"days": 9999}, {"scopes": []}):
        with pytest.raises(Refused):
            issue(person, "x", now=now, **wrong)


def test_a_rotated_token_serves_a_day_longer(person):
    now = system_clock()
    old = issue(person, "bàn 1", now=now)
    new = rotate(living(old, now=now), now=now)
    assert owner(old, now=now + timedelta(hours=23)) == owner(new, now=now) == person
    assert owner(old, now=now + timedelta(hours=25)) is None
    assert owner(new, now=now + timedelta(days=364)) == person
    revoke(living(new, now=now))
    assert owner(new, now=now) is None
    assert Token.objects.count() == 1


def test_cookies_are_kept_from_scripts_and_other_sites(person):
    client = Client()
    client.post("/dang-nhap", GOOD)
    session = client.cookies["sessionid"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"
    assert client.get("/tai-khoan")["Cache-Control"].count("no-store")


def test_a_closed_account_comes_in_nowhere(person):
    now = system_clock()
    token, link = issue(person, "t", now=now), invitations.invite(person, now=now)
    client, _ = sign_in(person)
    User.objects.update(is_active=False)
    assert client.get("/").status_code == 302
    assert sign_in(person)[1].status_code == 200
    assert owner(token, now=now) is None
    assert invitations.invited(link, now=now) is None
