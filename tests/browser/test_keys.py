"""Every key the map on `?` offers does what it says, on the pages where it is offered."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sign_in

pytestmark = pytest.mark.browser
FOCUS = "document.activeElement.textContent.trim()"
PLACES = {
    "t": "/", "x": "/cho-xac-nhan", "k": "/tim", "b": "/bang-dieu-hanh", "l": "/nhat-ky-xem", "e": "/khan-cap",
    "n": "/nguoi-dung",
}  # fmt: skip


def nowhere(page):
    """As after a page has loaded and nothing was pressed."""
    page.evaluate("document.activeElement.blur()")


@pytest.mark.parametrize(
    "address", ["/", "/tim?q=xa", "/giay-to/{filed}", "/danh-muc/fees", "/bang-dieu-hanh", "/tai-khoan"]
)
def test_g_and_a_letter_go_where_the_map_says(open_page, filled, address):
    page = open_page(address.format(**filled))
    for key, place in PLACES.items():
        nowhere(page)
        with page.expect_navigation(url=re.compile(rf":\d+{place}$")):  # also from a page to itself
            page.keyboard.press("g")
            page.keyboard.press(key)
        page.goto(address.format(**filled))
    nowhere(page)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.type("gt/?")  # in a field letters are letters
    expect(page.locator("input[type=search]").first).to_have_value(re.compile(r"gt/\?$"))


@pytest.mark.parametrize("name", ["", "x", "G"])
def test_a_letter_alone_or_with_caps_lock(open_page, name):
    page = open_page("/tai-khoan")
    nowhere(page)
    for key in ("g", "q", "t") if name == "x" else ("t",) if not name else ("G", "T"):
        page.keyboard.press(key)
    if name == "G":
        page.wait_for_url(re.compile(r":\d+/$"))
    else:
        page.wait_for_timeout(300)
        assert page.url.endswith("/tai-khoan"), "another letter in between forgets the g"


def test_the_map_opens_and_closes_by_its_key_also_from_a_box_to_tick(open_page):
    page = open_page("/nguoi-dung/moi")
    page.get_by_role("button", name="Lập tài khoản").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Phím tắt")).to_be_visible()
    page.get_by_label("dùng phím tắt một chữ").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Phím tắt")).to_be_hidden()
    page.keyboard.press("?")
    page.keyboard.press("ArrowDown")  # moves nothing behind the map
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Phím tắt")).to_be_hidden()


@pytest.mark.parametrize(
    "address", ["/", "/cho-xac-nhan", "/tim?q=xa", "/danh-muc/document_types", "/bang-dieu-hanh/giay-to?so=filed"]
)
def test_arrows_walk_a_list_from_wherever_nothing_has_the_focus(open_page, address):
    page = open_page(address)
    names = [text.strip() for text in page.locator("[data-item]").all_text_contents()]
    assert names
    nowhere(page)
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUS) == names[0]
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUS) == names[min(1, len(names) - 1)]
    page.keyboard.press("ArrowUp")
    assert page.evaluate(FOCUS) == names[0]
    nowhere(page)
    page.keyboard.press("Control+ArrowDown")
    assert page.evaluate("document.activeElement === document.body"), "with Ctrl it is the browser's"
    page.keyboard.press("ArrowDown")
    href = page.evaluate("document.activeElement.href")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.split("?")[0] == href.split("?")[0])


def test_after_searching_one_key_leads_into_the_results(open_page):
    page = open_page("/tim")
    expect(page.locator("main input[type=search]")).to_be_focused()
    page.keyboard.type("viet nam")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=viet"))
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.matches('[data-item]')")


@pytest.mark.parametrize("place", ["[data-field]", ".act button.quiet", "[data-none]", "select", ".view", "body"])
def test_ctrl_enter_sends_a_review_from_everywhere(open_page, doubtful, place):
    page, sent = open_page(f"/giay-to/{doubtful}/xac-nhan"), []

    def caught(route):
        if route.request.method != "POST":
            return route.continue_()
        sent.append(route.request.post_data)
        return route.fulfill(status=204)  # nothing is confirmed by this test

    page.route("**/xac-nhan", caught)
    if place == "body":
        nowhere(page)
    else:
        page.locator(place).first.focus()
    with page.expect_request(lambda asked: asked.method == "POST" and asked.url.endswith("/xac-nhan")):
        page.keyboard.press("Control+Enter")
    page.wait_for_timeout(300)
    assert len(sent) == 1
    assert "act=rest" in sent[0]
    page.keyboard.press("?") if place in {"body", ".view"} else page.get_by_role("button", name="Phím tắt").click()
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(300)
    assert len(sent) == 1, "nothing is sent from behind the map of keys"


def test_ctrl_enter_sends_a_correction(open_page, filed):
    page = open_page(f"/giay-to/{filed}/sua-du-lieu")
    page.locator("[data-field]").first.focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#why:invalid")).to_be_focused()  # the reason is asked for first


def test_enter_alt_and_tab_in_a_review(open_page, doubtful):
    page = open_page(f"/giay-to/{doubtful}/xac-nhan")
    left = int(page.locator("[data-left]").inner_text())
    first = page.evaluate("document.activeElement.dataset.field")
    page.keyboard.press("Alt+0")
    assert page.locator(f"[data-field='{first}']").input_value() == ""
    assert int(page.locator("[data-left]").inner_text()) == left - 1
    before = page.evaluate("document.activeElement.id")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") != before
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.id") == before


@pytest.mark.parametrize(
    "address", ["/giay-to/{filed}", "/giay-to/{doubtful}/xac-nhan", "/giay-to/{filed}/sua-du-lieu"]
)
def test_plus_minus_and_nought_zoom_the_pages(open_page, filled, address):
    page = open_page(address.format(**filled))
    page.locator(".view").focus()
    wide = page.locator(".sheet").first.bounding_box()["width"]
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert page.locator(".sheet").first.bounding_box()["width"] > 1.7 * wide
    page.keyboard.press("-")
    assert 1.3 * wide < page.locator(".sheet").first.bounding_box()["width"] < 1.7 * wide
    page.keyboard.press("0")
    assert page.locator(".sheet").first.bounding_box()["width"] == pytest.approx(wide, abs=20)


@pytest.mark.parametrize(
    ("address", "button"), [("/giay-to/{doubtful}/xac-nhan", "Chỉ lưu"), ("/giay-to/{filed}/sua-du-lieu", "Lưu bản")]
)
def test_a_session_that_ended_meanwhile_costs_nothing_that_was_typed(open_page, filled, address, button):
    page, sent = open_page("/dang-nhap", known=False), []
    sign_in(page)
    address = address.format(**filled)
    page.goto(address)
    field = page.locator("[data-field]").first
    field.fill("GÕ DỞ")
    if "sua" in address:
        page.locator("#why").fill("đối chiếu bản giấy thấy sai")
    other = page.context.new_page()  # signed out in another window, and in again there
    other.goto("/tai-khoan")
    other.get_by_role("button", name="Đăng xuất").click()
    other.wait_for_url(re.compile("/dang-nhap"))

    def caught(route):
        if route.request.method != "POST":
            return route.continue_()
        sent.append(route.request)
        return route.fulfill(status=204)  # nothing is saved by this test

    page.route(f"**{address}", caught)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("alert")).to_contain_text("những gì đã gõ vẫn ở đây")
    assert sent == []
    sign_in(other)
    with page.expect_request(lambda request: request.method == "POST"):
        page.get_by_role("button", name=button).click()
    expect(field).to_have_value("GÕ DỞ")
    assert "G%C3%95+D%E1%BB%9E" in sent[0].post_data
    token = re.search(r"csrfmiddlewaretoken=(\w+)", sent[0].post_data)[1]
    answer = page.context.request.post("/dang-xuat", form={"csrfmiddlewaretoken": token})
    assert answer.ok, "the token sent is one the server takes"
