"""The demo's guide: every role can be tried, and no account outside the demo is within reach."""

import re

import pytest
from django.test import Client

from khoso.guide import PLAYERS, make_players
from khoso.kernel.clock import system_clock, today
from people.accounts import ensure_user
from people.models import User
from people.roles import held
from tests.amending.conftest import filed_document

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]


@pytest.fixture
def players(unit, person):
    make_players(unit, "kho-so-dung-thu", today=today())
    filed_document(person, system_clock())
    return unit


def of(account):
    client = Client()
    client.force_login(User.objects.get(username=account))
    return client


@pytest.mark.parametrize("player", PLAYERS, ids=lambda player: player.account)
def test_each_role_has_tasks_whose_pages_open(players, player):
    client = of(player.account)
    text = client.get("/dung-thu").content.decode()
    assert str(player.does) in text
    links = re.findall(r'<li><a href="([^"]+)">', text)
    assert len(links) >= 2
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code in {200, 302}, link


def test_made_twice_is_made_once(players, unit):
    make_players(unit, "kho-so-dung-thu", today=today())
    for player in PLAYERS:
        assert list(held(User.objects.get(username=player.account)).values_list("role", flat=True)) == [player.role]


def test_one_press_changes_the_role(players):
    client = of("demo-quay")
    assert client.post("/dung-thu", {"account": "demo-lanhdao"})["Location"] == "/dung-thu"
    assert client.get("/bang-dieu-hanh").status_code == 200


def test_real_accounts_have_no_guide_and_cannot_be_reached_by_it(players, person):
    ensure_user("that", full_name="Lê Thị Thật", unit=players, admin=True)
    client = of("demo-quay")
    for account in ("that", "nhanvien", "khong-co", ""):
        assert client.post("/dung-thu", {"account": account}).status_code == 404
    assert client.get("/bang-dieu-hanh").status_code == 403  # still oneself
    assert of("nhanvien").get("/dung-thu").status_code == 404
    assert of("nhanvien").post("/dung-thu", {"account": "demo-lanhdao"}).status_code == 404
    User.objects.filter(username="demo-lanhdao").update(is_active=False)
    assert client.post("/dung-thu", {"account": "demo-lanhdao"}).status_code == 404
