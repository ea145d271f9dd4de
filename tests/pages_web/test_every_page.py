"""No page is forgotten: each name of the URL table has an address for the browser's tests, a row in the benchmark, or a reason why not."""

import ast

import pytest
from django.test import Client
from django.urls import URLPattern, resolve

from deploy.words import ROOT
from khoso.urls import urlpatterns
from tests.browser.addresses import NOT_PAGES, PAGES

NAMES = {str(pattern.name) for pattern in urlpatterns if isinstance(pattern, URLPattern)}
NOTHING = "00000000-0000-0000-0000-000000000000"
FILLED = {
    "filed": NOTHING,
    "doubtful": NOTHING,
    "person": NOTHING,
    "waiting": NOTHING,
    "unit": 1,
    "type": 1,
    "procedure": 1,
    "n": 1,
    "seen": "",
}


def name_of(address):
    path = address.partition("?")[0].format(**FILLED)
    return resolve(path).url_name if path != "/khong-co" else None


def test_every_name_of_the_url_table_has_a_page_for_the_browser_or_a_reason():
    met = {name_of(address) for address, _words in PAGES.values()} - {None}
    assert met.isdisjoint(NOT_PAGES)
    assert met | set(NOT_PAGES) == NAMES


def test_every_name_has_a_row_in_the_benchmark_or_a_reason():
    constants = {}
    for node in ast.parse((ROOT / "bench" / "pages.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if getattr(target, "id", "") in {"PAGES", "NOT_ASKED"}:
                constants[target.id] = ast.literal_eval(node.value)
    asked = {name_of(address) for _name, _who, address in constants["PAGES"] if not address.startswith("/api/")}
    forms = {name for name, why in NOT_PAGES.items() if "takes a form" in why}
    assert asked | set(constants["NOT_ASKED"]) | forms == NAMES


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(name for name, why in NOT_PAGES.items() if "takes a form" in why))
def test_what_takes_a_form_shows_no_page(person, name):
    pattern = next(one for one in urlpatterns if isinstance(one, URLPattern) and one.name == name)
    address = "/" + str(pattern.pattern).replace("<uuid:pk>", NOTHING).replace("<int:pk>", "1")
    client = Client()
    client.force_login(person)
    assert client.get(address).status_code in {302, 405}  # Django's change of language leads back to where one was
