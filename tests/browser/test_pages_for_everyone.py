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


OFFERED = """() => {
    const keys = [...document.querySelectorAll("#keys kbd")].map((key) => key.textContent);
    const pairs = keys.flatMap((key, at) => key === "g" ? [keys[at + 1]] : []);
    const idle = pairs.filter((key) => !document.querySelector(`a[data-key="${key}"]`));
    if (keys.includes("/") && !document.querySelector("input[type=search]")) idle.push("/");
    return {pairs, idle};
}"""
"""Second letters of what the map of keys offers, and what it offers in vain."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(shown, name, scheme):
    page = shown(name, color_scheme=scheme)
    assert faults(page) == []
    if scheme == "light":
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Phím tắt")).to_be_visible()  # the map of keys, on every page
        offered = page.evaluate(OFFERED)
        assert offered["idle"] == []  # each key it offers has what it leads to, on this very page
        assert (len(offered["pairs"]) >= 7) == bool(page.locator("header.bar").count())
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Phím tắt")).to_be_hidden()


def test_axe_would_find_something(shown):
    page = shown("inbox")
    page.evaluate("document.querySelector('h1').outerHTML = '<img src=/static/khoso/icon.svg><p lang=xx-yy>·</p>'")
    found = {fault["id"] for fault in Axe().run(page, options=RULES).response["violations"]}
    assert {"image-alt", "valid-lang"} <= found


def test_the_table_of_keys(shown):
    page = shown("document")
    page.get_by_role("button", name="Phím tắt").click()
    assert faults(page) == []


COVERED = """() => {
    const clipped = (it) => {  // what is seen of it within everything that scrolls or cuts
        let {left, top, right, bottom} = it.getBoundingClientRect();
        for (let up = it.parentElement; up && up !== document.documentElement; up = up.parentElement) {
            if (getComputedStyle(up).overflow === "visible") continue;
            const cut = up.getBoundingClientRect();
            [left, top] = [Math.max(left, cut.left), Math.max(top, cut.top)];
            [right, bottom] = [Math.min(right, cut.right), Math.min(bottom, cut.bottom)];
        }
        return {left, top, right, bottom};
    };
    const all = [...document.body.querySelectorAll("*")].filter((it) => it.checkVisibility());
    const stuck = all.filter((it) => ["sticky", "fixed"].includes(getComputedStyle(it).position));
    const targets = all.filter((it) => it.matches("a[href], button, input, select, textarea, summary, [tabindex]"));
    const found = new Set();
    for (let at = 0; at <= document.documentElement.scrollHeight; at += innerHeight / 3) {
        scrollTo(0, at);
        for (const bar of stuck) for (const it of targets) {
            if (bar.contains(it) || it.contains(bar)) continue;
            const a = clipped(bar), b = clipped(it);
            const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (wide > 1 && high > 1) found.add(`${it.outerHTML.slice(0, 90)} under ${bar.outerHTML.slice(0, 60)}`);
        }
    }
    scrollTo(0, 0);
    return [...found];
}"""
"""What can be pressed or typed into and lies, at some place of scrolling, under what sticks to the window."""


@pytest.mark.parametrize("size", [(1366, 768), (683, 384)], ids=["1366x768", "200 %"])
@pytest.mark.parametrize("name", PAGES)
def test_no_sideways_scrolling_and_nothing_under_what_sticks(shown, name, size):
    page = shown(name, size=size)
    assert page.evaluate(COVERED) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    if size[0] == 1366 and page.locator("header.bar").count():
        assert page.locator("header.bar").bounding_box()["height"] < 60  # one line, also for whoever may do everything


def test_what_lies_under_a_bar_would_be_found(shown):
    page = shown("review")
    page.evaluate(
        """() => {
            document.querySelector(".pane").style.maxHeight = "none";
            Object.assign(document.querySelector(".act").style, {position: "sticky", bottom: 0});
        }"""
    )
    assert any("value:" in one for one in page.evaluate(COVERED))


@pytest.mark.parametrize("size", [(1366, 768), (1366, 640), (683, 384)], ids=["1366x768", "1366x640", "200 %"])
def test_every_paper_that_waits_can_be_reviewed(open_page, waiting, size):
    """The longest forms too: axe finds nothing, and by Tab alone every field comes into sight, buttons last."""
    for document in waiting[1:]:  # the first is confirmed by keyboard in another test
        page = open_page(f"/giay-to/{document['document']}/xac-nhan", size=size)
        page.wait_for_load_state("load")
        assert page.locator("[data-review]").count() == 1, document["file"]
        assert faults(page) == [], document["file"]
        assert page.evaluate(COVERED) == [], document["file"]
        first = page.locator("[data-field]").first
        first.evaluate(
            "field => { field.blur(); field.focus(); }"
        )  # at 200 % the search for what is covered scrolled it away
        for _field in range(page.locator("[data-field]").count()):
            seen = page.evaluate(
                """() => {
                    const it = document.activeElement, box = it.getBoundingClientRect();
                    return {
                        field: it.dataset.field, height: box.height,
                        hits: [4, box.height / 2, box.height - 4].filter((down) =>
                            document.elementFromPoint(box.x + box.width / 2, box.y + down) === it).length,
                    };
                }"""
            )
            assert seen["field"], document["file"]
            assert seen["hits"] == 3, (document["file"], seen)
            page.keyboard.press("Tab")
        page.get_by_role("button", name="Xác nhận tất cả và lưu kho").focus()
        expect(page.get_by_role("button", name="Xác nhận tất cả và lưu kho")).to_be_in_viewport(ratio=1)


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
