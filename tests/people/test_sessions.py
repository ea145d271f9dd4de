"""Sessions: how old they grow, what ends them, and what a proxy in front changes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory, override_settings

from khoso.kernel.clock import system_clock, today
from khoso.proxied import ClientAddress
from khoso.settings import KHOSO
from people import attempts
from people.accounts import ensure_unit
from people.middleware import IDLE, LONGEST
from people.models import Role, SignInAttempt
from people.roles import held, leave, move, sign_out_everywhere, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(person):
    made = Client()
    made.post("/dang-nhap", {"username": person.username, "password": "mat-khau-rat-dai"})
    assert made.get("/tai-khoan").status_code == 200
    return made


def aged(client, *, since=timedelta(), seen=timedelta()):
    session, now = client.session, system_clock().timestamp()
    session["since"], session["seen"] = now - since.total_seconds(), now - seen.total_seconds()
    session.save()
    return session.session_key


def test_a_session_nobody_uses_ends(client):
    aged(client, since=IDLE, seen=IDLE - timedelta(minutes=1))
    assert client.get("/tai-khoan").status_code == 200
    key = aged(client, since=IDLE, seen=IDLE + timedelta(seconds=1))
    answer = client.get("/tai-khoan", follow=True)
    assert answer.redirect_chain[0][0].startswith("/dang-nhap")
    assert "đã hết vì lâu không dùng" in answer.content.decode()
    assert not Session.objects.filter(session_key=key).exists()


def test_no_session_outlives_a_working_day(client):
    aged(client, since=LONGEST + timedelta(seconds=1), seen=timedelta(seconds=1))
    assert client.get("/tai-khoan").status_code == 302
    assert LONGEST.total_seconds() <= settings.SESSION_COOKIE_AGE


def test_a_page_that_fetches_by_itself_keeps_nobody_signed_in(client):
    seen = timedelta(minutes=30)
    aged(client, seen=seen)
    before = client.session["seen"]
    client.get("/", headers={"HX-Request": "true"})
    assert client.session["seen"] == before
    client.get("/")
    assert client.session["seen"] > before


def test_a_session_from_before_sessions_had_an_age_gets_one(client):
    session = client.session
    del session["since"]
    session.save()
    assert client.get("/tai-khoan").status_code == 200
    assert client.session["since"]


@pytest.mark.parametrize("end", ["take", "move", "leave"])
def test_a_session_ends_with_its_rights(client, person, end):
    if end == "take":
        take(held(person).get(), by="quantri")
    elif end == "move":
        move(person, ensure_unit("H36.77", "Nơi mới MẪU"), Role.OFFICER, by="quantri")
    else:
        leave(person, by="quantri")
    assert client.get("/tai-khoan")["Location"].startswith("/dang-nhap")
    assert not Session.objects.exists()


def test_a_role_that_ends_by_its_date_ends_at_once_too(client, person):
    assert client.post("/tiep-nhan", {"owner_id": "1"}).status_code != 403
    held(person).update(valid_from=today() - timedelta(days=1), valid_to=today())
    assert client.post("/tiep-nhan", {"owner_id": "1"}).status_code == 403


def test_signing_out_leaves_nothing_behind(client):
    cookie = client.cookies["sessionid"].value
    client.post("/dang-xuat")
    thief = Client()
    thief.cookies["sessionid"] = cookie
    assert thief.get("/tai-khoan")["Location"].startswith("/dang-nhap")
    assert not Session.objects.filter(session_key=cookie).exists()


def test_a_key_chosen_by_somebody_else_is_not_taken(person):
    client = Client()
    client.cookies["sessionid"] = "chosen-by-somebody-else-00000000"
    client.post("/dang-nhap", {"username": person.username, "password": "mat-khau-rat-dai"})
    assert client.cookies["sessionid"].value != "chosen-by-somebody-else-00000000"


def test_behind_the_proxy_tries_are_counted_by_person():
    with override_settings(KHOSO=replace(KHOSO, tls=True)):
        seen = []
        asks = ClientAddress(lambda request: seen.append(request.META["REMOTE_ADDR"]))
        factory = RequestFactory()
        asks(factory.get("/", headers={"X-Forwarded-For": "6.6.6.6, 10.1.2.3"}))
        asks(factory.get("/"))
        assert seen == ["10.1.2.3", "127.0.0.1"]


def test_without_a_proxy_nobody_chooses_their_address(person):
    client = Client(headers={"X-Forwarded-For": "6.6.6.6"})
    client.post("/dang-nhap", {"username": "x", "password": "sai"})
    assert SignInAttempt.objects.get().address == "127.0.0.1"
    assert attempts.PER_ADDRESS > attempts.PER_ACCOUNT


@pytest.mark.parametrize("tls", [True, False])
def test_browsers_are_told_to_stay_on_tls(tls, tmp_path):
    """In a process of its own, for settings are read once."""
    import json
    import os
    import subprocess
    import sys

    program = (
        "import django, json; django.setup(); from django.test import Client; "
        "c = Client(); a = c.get('/healthz', headers={'X-Forwarded-Proto': 'https'}); "
        "from django.conf import settings as s; "
        "print(json.dumps([a.headers.get('Strict-Transport-Security'), s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE]))"
    )
    said = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ
        | {"KHOSO_HOME": str(tmp_path), "KHOSO_TLS": str(int(tls)), "DJANGO_SETTINGS_MODULE": "khoso.settings",
           "KHOSO_HOSTS": "testserver"},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert json.loads(said.stdout) == (["max-age=31536000", True, True] if tls else [None, False, False])


def test_who_lost_their_session_elsewhere_is_told_once(client, person):
    sign_out_everywhere(person)
    answer = client.get("/tai-khoan", follow=True)
    assert answer.redirect_chain[0][0].startswith("/dang-nhap?next=/tai-khoan")
    assert "Phiên làm việc đã kết thúc: quản trị kết thúc nó" in answer.content.decode()
    assert "Phiên làm việc đã kết thúc" not in client.get("/dang-nhap").content.decode()
    assert "Phiên làm việc đã kết thúc" not in Client().get("/tai-khoan", follow=True).content.decode()


def test_who_signed_out_here_is_told_nothing_of_it(client):
    assert "Phiên làm việc đã kết thúc" not in client.post("/dang-xuat", follow=True).content.decode()
    assert "Phiên làm việc đã kết thúc" not in client.get("/", follow=True).content.decode()


def test_a_list_that_asks_for_its_news_leaves_the_page_to_sign_in(client, person):
    sign_out_everywhere(person)
    asks = {"HX-Request": "true", "HX-Current-URL": "http://testserver/?trang=2"}
    answer = client.get("/?rows=1", headers=asks)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["HX-Redirect"] == "/dang-nhap?next=%2F%3Ftrang%3D2"
    assert "Phiên làm việc đã kết thúc" in client.get(answer["HX-Redirect"]).content.decode()
    odd = Client().get(
        "/?rows=1", headers={"HX-Request": "true", "HX-Current-URL": "https://xau.example//xau.example/a"}
    )
    assert odd["HX-Redirect"].startswith("/dang-nhap?next=")
    assert 'name="next" value="/"' in Client().get(odd["HX-Redirect"]).content.decode(), "nobody is led to another site"
