"""What may come from a provider that vouches for people, honest or not: who comes in, who does not, and what they are told."""

import time
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.test import Client, override_settings

from khoso.kernel.clock import system_clock
from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from khoso.settings import KHOSO
from people import factors, vouching
from people.accounts import ensure_user
from people.adapters.oidc import AGAIN, KEPT, OidcProvider, OidcSettings
from people.models import Role, Vouched
from people.ports import Identity
from tests.people.crooked_provider import CLIENT, SECRET, key_of
from tests.people.test_signing_in import SAFE, code_of

pytestmark = pytest.mark.django_db
BACK = "https://kho.example.vn/dang-nhap/dinh-danh/ve"


def ours(crooked, *, clock=system_clock, **more):
    return OidcProvider(OidcSettings(crooked.issuer, CLIENT, SECRET, "VNeID", **more), clock=clock)


def came(crooked, provider):
    asked = provider.ask(back=BACK)
    return provider.answer(crooked.authorize(asked.url)["code"], asked=asked)


def configured(issuer, **more):
    """The product configured with this provider."""
    made = replace(KHOSO, oidc_issuer=issuer, oidc_client_id="khoso", oidc_client_secret="s", **more)
    return override_settings(KHOSO=made)


def sign_in(client, sub, **claims):
    """A person's browser: to the provider, says who they are there, and back; the last answer of ours."""
    gone = client.get("/dang-nhap/dinh-danh?next=/tim")
    door = gone["Location"]
    httpx.put(f"{door.partition('/oauth2')[0]}/users/{sub}", json={"name": "Nguyễn Thị Mẫu", **claims})
    said_yes = httpx.post(door, data={"sub": sub})
    back = urlsplit(said_yes.headers["Location"])
    return client.get(f"{back.path}?{back.query}")


class TestWithAnHonestProvider:
    def test_a_stranger_waits_until_an_administrator_links_them(self, honest, person):
        with configured(honest):
            page = Client().get("/dang-nhap?next=/tim").content.decode()
            assert "Đăng nhập bằng VNeID" in page
            client = Client()
            told = sign_in(client, "079200000001", acr="2")
            row = Vouched.objects.get()
            assert told.status_code == 403
            assert f"<b>{row.pk}</b>" in told.content.decode()
            assert client.get("/")["Location"].startswith("/dang-nhap")
            vouching.link(row, person, by="quantri")
            client = Client()
            assert sign_in(client, "079200000001", acr="2")["Location"] == "/tim"
            assert client.get("/tim").status_code == 200
            assert "mức 2" in client.get("/tai-khoan").content.decode()
            assert client.session["level"] == Vouched.objects.get().level == "2"
            vouching.unlink(Vouched.objects.get(), by="quantri")
            assert client.get("/tim").status_code == 302, "the session ended"
            assert sign_in(Client(), "079200000001").status_code == 403

    def test_a_level_too_low_stays_out(self, honest, person):
        with configured(honest, oidc_levels=("2", "3")):
            told = sign_in(Client(), "079200000002", acr="1")
            assert told.status_code == 403
            assert "Mức định danh «1» chưa đủ" in told.content.decode()
            assert not Vouched.objects.exists()

    def test_only_a_strong_level_stands_for_the_second_factor(self, honest, unit):
        head, _ = ensure_user("sep", full_name="Sếp Mẫu", unit=unit, role=Role.HEAD)
        factors.pending(head, safe=SAFE)
        earlier = system_clock() - timedelta(seconds=30)
        assert factors.confirm(head, code_of(head, at=earlier), now=system_clock(), safe=SAFE)
        with configured(honest, oidc_levels=("2", "3"), oidc_strong_levels=("3",)):
            sign_in(Client(), "079200000003", acr="3")
            vouching.link(Vouched.objects.get(), head, by="quantri")
            client = Client()
            assert sign_in(client, "079200000003", acr="2")["Location"] == "/dang-nhap/ma?next=%2Ftim"
            assert client.get("/tim").status_code == 302
            done = client.post("/dang-nhap/ma", {"code": code_of(head), "next": "/tim"})
            assert done["Location"] == "/tim"
            assert client.session["level"] == "2"
            client = Client()
            assert sign_in(client, "079200000003", acr="3")["Location"] == "/tim"
            assert client.get("/tim").status_code == 200

    def test_a_guarded_role_without_either_sets_a_factor_up_first(self, honest, unit):
        head, _ = ensure_user("sep", full_name="Sếp Mẫu", unit=unit, role=Role.HEAD)
        with configured(honest):
            sign_in(Client(), "079200000004", acr="2")
            vouching.link(Vouched.objects.get(), head, by="quantri")
            client = Client()
            sign_in(client, "079200000004", acr="2")
            assert client.get("/tim")["Location"] == "/tai-khoan/ma-xac-thuc"

    def test_answers_nobody_asked_for(self, honest, person):
        with configured(honest):
            client = Client()
            door = client.get("/dang-nhap/dinh-danh")["Location"]
            asked = {name: values[0] for name, values in parse_qs(urlsplit(door).query).items()}
            assert asked["code_challenge_method"] == "S256"
            assert {"state", "nonce", "code_challenge"} <= set(asked)
            back = "/dang-nhap/dinh-danh/ve"
            for forged in ("", "?code=x", "?code=x&state=y", f"?state={asked['nonce']}&code=x"):
                assert client.get(back + forged).status_code == 400
            assert client.get(f"{back}?state={asked['state']}&error=access_denied").status_code == 403
            assert client.get(f"{back}?state={asked['state']}&code=x").status_code == 400, "a state serves once"
            other = Client().get(f"{back}?state={asked['state']}&code=x")
            assert other.status_code == 400, "somebody else's browser knows no such question"
            wrong = client.get("/dang-nhap/dinh-danh")["Location"]
            state = parse_qs(urlsplit(wrong).query)["state"][0]
            assert "invalid_grant" in client.get(f"{back}?state={state}&code=x").content.decode()

    @pytest.mark.parametrize("elsewhere", ["https://x.example/", "//x.example", "javascript:alert(1)"])
    def test_coming_in_leads_nowhere_else(self, honest, person, elsewhere):
        with configured(honest):
            sign_in(Client(), "079200000005")
            vouching.link(Vouched.objects.get(), person, by="quantri")
            client = Client()
            door = client.get("/dang-nhap/dinh-danh", {"next": elsewhere})["Location"]
            back = urlsplit(httpx.post(door, data={"sub": "079200000005"}).headers["Location"])
            before = client.session.session_key
            assert client.get(f"{back.path}?{back.query}")["Location"] == "/"
            assert client.session.session_key != before


def test_without_a_provider_there_is_no_such_door(db):
    assert "Đăng nhập bằng" not in Client().get("/dang-nhap").content.decode()
    assert Client().get("/dang-nhap/dinh-danh").status_code == 404
    assert Client().get("/dang-nhap/dinh-danh/ve").status_code == 404


def test_a_provider_that_is_away_leaves_the_password(db):
    with configured("http://127.0.0.1:9"):
        told = Client().get("/dang-nhap/dinh-danh")
        assert told.status_code == 503
        assert "mật khẩu" in told.content.decode()
        assert 'name="password"' in told.content.decode()


def test_a_closed_account_is_told_as_a_stranger(crooked, person):
    now = system_clock()
    identity = Identity(crooked.issuer, "1", "Mẫu", "2", strong=False, at=now)
    vouching.link(vouching.met(identity, now=now), person, by="quantri")
    person.is_active = False
    person.save()
    assert vouching.met(identity, now=now).user == person  # the page refuses it, see the view
    with pytest.raises(Refused):
        vouching.link(vouching.met(replace(identity, subject="2"), now=now), person, by="quantri")


def test_an_identity_belongs_to_one_account(person, unit):
    now = system_clock()
    row = vouching.met(Identity("https://id.example", "1", "", "", strong=False, at=now), now=now)
    vouching.link(row, person, by="quantri")
    with pytest.raises(Refused) as told:
        vouching.link(row, ensure_user("khac", full_name="", unit=unit)[0], by="quantri")
    assert told.value.reason.params["user"] == person.username


def test_strangers_are_forgotten_and_never_fill_the_table(db):
    now = system_clock()

    def stranger(number, at):
        return vouching.met(Identity("https://id.example", str(number), "", "", strong=False, at=at), now=at)

    Vouched.objects.bulk_create(
        Vouched(issuer="https://id.example", subject=f"x{number}", first_at=now, last_at=now)
        for number in range(vouching.MOST)
    )
    assert stranger(1, now) is None
    assert stranger(1, now + vouching.WAITING + timedelta(days=1)) is not None
    assert Vouched.objects.count() == 1


class TestWithACrookedProvider:
    def test_when_it_tells_the_truth_it_is_believed(self, crooked):
        found = came(crooked, ours(crooked, levels=("2",), strong_levels=("2",)))
        assert (found.issuer, found.subject, found.level, found.strong) == (crooked.issuer, "079200000001", "2", True)
        assert found.name == "Nguyễn Thị Mẫu"

    @pytest.mark.parametrize(
        "lie",
        [
            {"iss": "https://elsewhere.example"},
            {"aud": "another"},
            {"aud": [CLIENT, "another"]},  # without azp
            {"aud": [CLIENT, "another"], "azp": "another"},
            {"nonce": "old"},
            {"sub": ""},
            {"sub": 7},
            {"sub": "x" * 300},
            {"at_hash": "AAAA"},
        ],
        ids=str,
    )
    def test_a_claim_that_is_wrong(self, crooked, lie):
        crooked.claims = lie
        with pytest.raises(Refused) as told:
            came(crooked, ours(crooked))
        assert told.value.reason.code is ReasonCode.IDENTITY_UNPROVEN

    @pytest.mark.parametrize(("claim", "seconds"), [("exp", -120), ("iat", 7200), ("nbf", 7200)])
    def test_a_moment_that_is_wrong(self, crooked, claim, seconds):
        crooked.claims = {claim: int(time.time()) + seconds}
        with pytest.raises(Refused) as told:
            came(crooked, ours(crooked))
        assert told.value.reason.code is ReasonCode.IDENTITY_UNPROVEN

    @pytest.mark.parametrize("lacking", ["iss", "aud", "sub", "exp", "iat", "nonce"])
    def test_a_claim_that_is_missing(self, crooked, lacking):
        crooked.drop = (lacking,)
        with pytest.raises(Refused):
            came(crooked, ours(crooked))

    def test_clocks_may_differ_by_a_minute(self, crooked):
        now = int(time.time())
        crooked.claims = {"exp": now - 30, "iat": now + 30}
        assert came(crooked, ours(crooked)).subject

    def test_a_strangers_signature(self, crooked):
        crooked.sign_with = key_of("1", "stranger")
        with pytest.raises(Refused):
            came(crooked, ours(crooked))

    def test_no_signature_at_all(self, crooked):
        crooked.header = {"alg": "none"}
        with pytest.raises(Refused):
            came(crooked, ours(crooked))

    def test_the_public_key_taken_for_a_secret(self, crooked):
        crooked.header = {"alg": "HS256"}
        with pytest.raises(Refused):
            came(crooked, ours(crooked))

    def test_a_new_key_is_fetched_and_forged_ones_do_not_make_us_knock(self, crooked):
        moment = [system_clock()]
        provider = ours(crooked, clock=lambda: moment[0])
        assert came(crooked, provider).subject
        assert crooked.asked_for_keys == 1
        crooked.turn_keys()
        moment[0] += timedelta(seconds=AGAIN)
        assert came(crooked, provider).subject
        assert crooked.asked_for_keys == 2
        crooked.sign_with = key_of("7", "stranger")
        crooked.header = {}
        for _ in range(5):
            with pytest.raises(Refused):
                came(crooked, provider)
        assert crooked.asked_for_keys == 2
        crooked.sign_with, crooked.header = None, {"alg": "ES256"}
        moment[0] += timedelta(seconds=KEPT)
        crooked.claims = {"exp": int(time.time()) + 2 * KEPT}
        assert came(crooked, provider).subject
        assert crooked.asked_for_keys == 3

    def test_a_code_serves_once_and_only_whoever_asked(self, crooked):
        provider = ours(crooked)
        asked = provider.ask(back=BACK)
        code = crooked.authorize(asked.url)["code"]
        with pytest.raises(Refused):
            provider.answer(code, asked=replace(asked, verifier="another"))
        code = crooked.authorize(asked.url)["code"]
        assert provider.answer(code, asked=asked).subject
        with pytest.raises(Refused):
            provider.answer(code, asked=asked)

    @pytest.mark.parametrize(
        ("path", "said"),
        [
            ("/.well-known/openid-configuration", (500, b"{}")),
            ("/.well-known/openid-configuration", (200, b"<html>")),
            ("/.well-known/openid-configuration", (200, b"[]")),
            ("/.well-known/openid-configuration", (200, b'{"issuer": "https://elsewhere.example"}')),
            ("/.well-known/openid-configuration", (302, b"{}")),
            ("/.well-known/openid-configuration", (200, b" " * 600_000 + b"{}")),
            ("/token", (503, b"{}")),
            ("/jwks", (404, b"{}")),
            ("/jwks", (200, b'{"keys": [{"kty": "RSA"}]}')),
        ],
    )
    def test_answers_that_make_no_sense(self, crooked, path, said):
        crooked.broken = {path: said}
        with pytest.raises(Unavailable):
            came(crooked, ours(crooked))

    def test_secrets_never_travel_in_the_open(self, crooked):
        crooked.description = {"token_endpoint": "http://id.example.vn/token"}
        with pytest.raises(Unavailable):
            came(crooked, ours(crooked))
