"""Every page: WCAG 2.2 AA by axe-core in light and dark, no sideways scrolling, nothing lost at 200 %, focus to be seen."""

import html
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.addresses import PAGES
from tests.browser.conftest import RULES, faults

pytestmark = pytest.mark.browser


@pytest.fixture
def shown(open_page, filled):
    """Opens a page of the table of addresses by its name."""

    def opened(name, **options):
        path, words = PAGES[name]
        page = open_page(path.format(**filled), known=name != "sign-in", **options)
        page.wait_for_load_state("load")
        assert words in page.locator("main").inner_text()
        return page

    return opened


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(shown, name, scheme):
    page = shown(name, color_scheme=scheme)
    assert faults(page) == []
    if scheme == "light":
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Phím tắt")).to_be_visible()  # the map of keys, on every page


def test_axe_would_find_something(shown):
    page = shown("inbox")
    page.evaluate("document.querySelector('h1').outerHTML = '<img src=/static/khoso/icon.svg><p lang=xx-yy>·</p>'")
    found = {fault["id"] for fault in Axe().run(page, options=RULES).response["violations"]}
    assert {"image-alt", "valid-lang"} <= found


def test_the_table_of_keys(shown):
    page = shown("document")
    page.get_by_role("button", name="Phím tắt").click()
    assert faults(page) == []


@pytest.mark.parametrize("size", [(1366, 768), (683, 384)], ids=["1366x768", "200 %"])
@pytest.mark.parametrize("name", PAGES)
def test_no_sideways_scrolling(shown, name, size):
    page = shown(name, size=size)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    if size[0] == 1366 and page.locator("header.bar").count():
        assert page.locator("header.bar").bounding_box()["height"] < 60  # one line, also for whoever may do everything


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["inbox", "review", "document", "found"])
def test_focus_is_seen_at_every_stop(shown, name, scheme):
    """Tab through the first stops: each is on screen, has an outline, and is not hidden behind what sticks."""
    page = shown(name, color_scheme=scheme)
    page.evaluate("document.activeElement.blur()")
    stops = set()
    for _stop in range(24):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => {
                const it = document.activeElement, box = it.getBoundingClientRect();
                const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 8));
                return {
                    name: it.outerHTML.slice(0, 120), body: it === document.body,
                    outline: parseFloat(getComputedStyle(it).outlineWidth) * (getComputedStyle(it).outlineStyle !== "none"),
                    hit: Boolean(top && (top === it || it.contains(top) || top.contains(it))),
                };
            }"""
        )
        if seen["body"]:
            break
        stops.add(seen["name"])
        assert seen["outline"] >= 2, seen
        assert seen["hit"], seen
    assert len(stops) > 8


def test_what_is_printed_says_where_it_comes_from(shown):
    page = shown("document")
    page.emulate_media(media="print")
    assert page.locator(".bar").is_hidden()
    assert page.locator(".viewer").is_hidden()  # pages have a print of their own, which is recorded
    assert "không thay bản có chữ ký số" in page.locator(".print-only").inner_text()


def test_a_print_has_its_mark_on_every_sheet(shown, filed):
    page = shown("print")
    page.emulate_media(media="print")
    sheets = page.locator(".leaf")
    assert sheets.count() > 0
    for sheet in sheets.all():
        told = sheet.locator(".stamp").inner_text()
        assert "BẢN IN TỪ BẢN ĐIỆN TỬ" in told
        assert "Người dùng thử" in told
        assert filed in told  # the address to look it up
        assert sheet.locator(".stamp img").evaluate("image => image.naturalWidth") > 20
        assert sheet.locator(".paper").is_visible()
    assert page.locator(".bar").is_hidden()


VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)
SAID = re.compile(
    r"<(th scope=\"col\"|label|button|summary|legend|h2|figcaption)\b[^>]*>(.*?)</(?:th|label|button|summary|legend|h2|figcaption)>"
    r'|(?:aria-label|placeholder)="([^"]*)"',
    re.DOTALL,
)
"""What the product says for itself; data on a page stay in their own language."""


@pytest.mark.parametrize("name", [name for name in PAGES if name != "sign-in"])
def test_nothing_stays_untranslated(chromium, kho, signed_in, filled, name):
    context = chromium.new_context(storage_state=signed_in, base_url=kho[0], locale="en-GB")
    try:
        context.add_cookies([{"name": "django_language", "value": "en", "url": kho[0]}])
        text = context.request.get(PAGES[name][0].format(**filled)).text()
    finally:
        context.close()
    assert '<html lang="en">' in text
    text = re.sub(r"<option.*?</option>", "", text, flags=re.DOTALL)
    text = re.sub(r'<(\w+)[^>]*\blang="vi".*?</\1>', "", text, flags=re.DOTALL)  # data, and said to be Vietnamese
    text = text.replace("Người dùng thử", "")  # who confirmed a value: the name of an account
    said = [html.unescape(re.sub("<[^>]+>", " ", inner or named)).strip() for _tag, inner, named in SAID.findall(text)]
    assert [one for one in said if VIETNAMESE.search(one.partition(": ")[0])] == []  # «picture of: …»
