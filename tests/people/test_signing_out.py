"""Signing out where a provider vouched: here in any case, there where it can be, and here when it happened there."""

import time

import pytest
from django.test import Client
from joserfc import jwt

from khoso.kernel.errors import Refused
from people import vouching
from people.adapters.oidc import FAREWELL, FAREWELL_SECONDS
from people.models import Vouched
from people.ports import Farewell
from people.views import VOUCHED
from tests.people.crooked_provider import CLIENT, key_of
from tests.people.test_provider import configured, ours, sign_in

pytestmark = pytest.mark.django_db
SUB = "079200000009"


def came_in(person, issuer, subject=SUB, session="s1", token=""):
    """A browser whose session began with the provider's word."""
    client = Client()
    client.force_login(person)
    kept = client.session
    kept[VOUCHED] = {"issuer": issuer, "subject": subject, "session": session, "token": token}
    kept.save()
    return client


def signed_in(client):
    return client.get("/tim").status_code == 200


def test_the_browser_goes_on_to_the_provider_with_what_it_signed(honest, person):
    with configured(honest):
        sign_in(Client(), SUB, acr="2")
        vouching.link(Vouched.objects.get(), person, by="quantri")
        client = Client()
        assert sign_in(client, SUB, acr="2").status_code == 302
        kept = client.session[VOUCHED]
        assert kept["subject"] == SUB
        assert kept["token"].count(".") != 2, "locked, not the token itself"
        answer = client.post("/dang-xuat")
        assert not signed_in(client)
        page = answer.content.decode()
        assert f'content="0; url={honest}/oauth2/end_session?' in page
        assert "id_token_hint=eyJ" in page
        assert "post_logout_redirect_uri=http%3A%2F%2Ftestserver%2Fdang-nhap" in page
        assert "form-action 'self'" in answer["Content-Security-Policy"]


def test_without_a_provider_or_without_its_word_one_is_simply_out(person, honest):
    plain = Client()
    plain.force_login(person)
    with configured(honest):
        assert plain.post("/dang-xuat")["Location"] == "/dang-nhap"
    once = came_in(person, "https://trước.example")
    assert once.post("/dang-xuat")["Location"] == "/dang-nhap"
    assert once.get("/dang-xuat").status_code == 405
    assert not signed_in(once)


def test_a_provider_that_is_away_or_has_no_door_keeps_nobody_in(person, crooked):
    with configured("http://127.0.0.1:9"):
        client = came_in(person, "http://127.0.0.1:9")
        told = client.post("/dang-xuat", follow=True).content.decode()
        assert "Đã đăng xuất khỏi Kho số. VNeID không trả lời" in told
        assert not signed_in(client)
    with configured(crooked.issuer):
        client = came_in(person, crooked.issuer, token="đổi khóa rồi")  # what is locked opens no more
        told = client.post("/dang-xuat", follow=True).content.decode()
        assert "có thể còn mở" in told
        assert not signed_in(client)


def word(crooked, *, key=None, drop=(), **more):
    claims = {
        "iss": crooked.issuer, "aud": CLIENT, "iat": int(time.time()), "exp": int(time.time()) + 120, "jti": "1",
        "sub": SUB, "events": {FAREWELL: {}},
    } | more  # fmt: skip
    signer = key or key_of("1")
    kept = {name: value for name, value in claims.items() if name not in drop}
    return jwt.encode({"alg": "RS256", "kid": signer.kid, "typ": "logout+jwt"}, kept, signer, algorithms=["RS256"])


def test_the_providers_word_is_read(crooked):
    provider = ours(crooked)
    assert provider.told(word(crooked, sid="s1")) == Farewell(crooked.issuer, SUB, "s1")
    assert provider.told(word(crooked, drop=("sub", "exp"), sid="s1")) == Farewell(crooked.issuer, "", "s1")
    assert provider.told(word(crooked, aud=["khác", CLIENT])).subject == SUB


@pytest.mark.parametrize(
    ("more", "drop"),
    [
        ({"iss": "https://khác.example"}, ()),
        ({"aud": "ai khác"}, ()),
        ({"nonce": "n"}, ()),
        ({"events": {"khác": {}}}, ()),
        ({"events": FAREWELL}, ()),
        ({}, ("events",)),
        ({}, ("sub",)),
        ({}, ("iat",)),
        ({"iat": True}, ()),
        ({"sub": 7}, ()),
    ],
)
def test_what_is_not_its_word_ends_nothing(crooked, more, drop):
    with pytest.raises(Refused):
        ours(crooked).told(word(crooked, drop=drop, **more))


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "ё" * 50])
def test_what_is_no_token_is_refused(crooked, text):
    with pytest.raises(Refused):
        ours(crooked).told(text)


def test_a_word_signed_by_somebody_else_is_refused(crooked):
    with pytest.raises(Refused):
        ours(crooked).told(word(crooked, key=key_of("1", owner="thief")))


def test_who_signed_out_there_is_out_here(crooked, person):
    with configured(crooked.issuer):
        one, two, other = (
            came_in(person, crooked.issuer), came_in(person, crooked.issuer, session="s2"),
            came_in(person, crooked.issuer, subject="khác"),
        )  # fmt: skip
        password = Client()
        password.force_login(person)
        send = Client(enforce_csrf_checks=True)

        def tell(**more):
            return send.post("/dang-nhap/dinh-danh/ra", {"logout_token": word(crooked, aud="khoso", **more)})

        assert tell(sid="s1").status_code == 200
        assert (signed_in(one), signed_in(two)) == (False, True)
        answer = tell()
        assert (answer.status_code, answer["Cache-Control"].count("no-store")) == (200, 1)
        assert not signed_in(two)
        assert signed_in(other)
        assert signed_in(password), "a session of one's password is none of the provider's"
        bad = send.post("/dang-nhap/dinh-danh/ra", {"logout_token": "x"})
        assert (bad.status_code, bad.json()["error"]) == (400, "invalid_request")
        assert send.get("/dang-nhap/dinh-danh/ra").status_code == 405
    with configured("http://127.0.0.1:9"):
        assert send.post("/dang-nhap/dinh-danh/ra", {"logout_token": "a.b.c"}).status_code == 503
    assert send.post("/dang-nhap/dinh-danh/ra").status_code == 404


@pytest.mark.parametrize(
    ("claim", "seconds"),
    [("iat", -FAREWELL_SECONDS - 60), ("iat", FAREWELL_SECONDS + 60), ("exp", -600)],
)
def test_a_word_of_another_time_ends_nothing(crooked, claim, seconds):
    with pytest.raises(Refused):
        ours(crooked).told(word(crooked, **{claim: int(time.time()) + seconds}))
