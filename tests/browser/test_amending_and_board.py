"""After filing: a correction by keyboard, what the versions tell, and the board with the documents behind its numbers."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
WHY = "trích yếu bị đọc nhầm, đã đối chiếu với bản giấy"


def test_correcting_by_keyboard(open_page, filed):
    page = open_page(f"/giay-to/{filed}")
    page.get_by_role("link", name="Sửa dữ liệu").press("Enter")
    expect(page).to_have_url(re.compile("/sua-du-lieu$"))
    field = page.get_by_label("Trích yếu")
    field.focus()
    expect(page.locator(".box:not([hidden])")).to_have_count(1)  # its place on the paper lights up
    expect(page.locator(".loupe")).to_be_visible()
    before = field.input_value()
    field.fill(before + " (sửa)")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "why"
    page.keyboard.type("sai")
    page.get_by_role("button", name="Lưu bản dữ liệu mới").press("Enter")
    expect(page).to_have_url(re.compile("/sua-du-lieu$"))  # the browser itself wants a longer reason
    page.locator("#why").fill(WHY)
    page.get_by_role("button", name="Lưu bản dữ liệu mới").press("Enter")
    expect(page.locator(".messages")).to_contain_text("Đã lưu bản dữ liệu mới")
    expect(page.locator("main")).to_contain_text(f"«{WHY}»")
    page.get_by_role("link", name=re.compile("so sánh")).press("Enter")
    expect(page.locator("tr.changed")).to_have_count(1)
    expect(page.locator("tr.changed ins")).to_have_text(before + " (sửa)")


def test_the_board_leads_to_documents(open_page, filed):
    page = open_page("/")
    page.keyboard.press("g")
    page.keyboard.press("b")
    expect(page).to_have_url(re.compile("/bang-dieu-hanh$"))
    tile = page.locator(".tiles a", has_text="Đã lưu kho")
    number = int(tile.locator("b").inner_text())
    assert number > 0
    tile.press("Enter")
    expect(page.locator("main tbody tr")).to_have_count(number)
    page.keyboard.press("ArrowDown")
    page.go_back()
    page.get_by_role("link", name="Năm nay").press("Enter")
    expect(page.locator(".pick[aria-current]")).to_have_text("Năm nay")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải bảng (CSV)").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert text.splitlines()[0].startswith("Mã đơn vị,Đơn vị")


def test_the_audit_page_tells_who_looked_at_what(open_page, filed):
    page = open_page(f"/giay-to/{filed}")
    page.get_by_role("link", name="Ai đã xem").press("Enter")
    expect(page).to_have_url(re.compile("/ai-da-xem$"))
    expect(page.locator("main tbody tr").first).to_contain_text("kiểm tra lượt xem")  # this very look
    expect(page.locator("main tbody tr", has_text="trang giấy tờ").first).to_contain_text("demo")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải bảng (CSV)").click()
    assert filed in download.value.path().read_text(encoding="utf-8-sig")
    page.locator("h1").evaluate("element => document.activeElement.blur()")
    page.keyboard.press("g")
    page.keyboard.press("l")
    expect(page).to_have_url(re.compile("/nhat-ky-xem$"))
    page.get_by_label("Tên tài khoản").fill("demo")
    page.keyboard.press("Enter")
    expect(page.locator(f"main tbody a[href*='{filed}']").first).to_be_visible()


WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LONG = "W" * 450


def test_words_without_a_space_make_no_page_wider(open_page, filed):
    page = open_page(f"/giay-to/{filed}/sua-du-lieu")
    before = page.locator('[data-field="title"]').input_value()
    for text in (LONG, before):
        page.goto(f"/giay-to/{filed}/sua-du-lieu")
        page.locator('[data-field="title"]').fill(text)
        page.locator("#why").fill(LONG)
        page.get_by_role("button", name="Lưu bản dữ liệu mới").click()
        expect(page.locator("main")).to_contain_text(f"«{LONG}»")
        for place in (f"/giay-to/{filed}", f"/giay-to/{filed}/du-lieu", f"/giay-to/{filed}/sua-du-lieu", "/"):
            page.goto(place)
            assert page.evaluate(WIDER) <= 0, place
    for place, words in (
        ("/nguoi-dung", "tbody th a"),
        ("/nguoi-dung", "tbody td"),
        ("/nguoi-dung/thay-doi", ".history a"),
    ):
        page.goto(place)
        page.locator(f"main {words}").first.evaluate("(there, long) => { there.textContent = long; }", LONG)
        assert page.evaluate(WIDER) <= 0, (place, words)
    page.set_viewport_size({"width": 683, "height": 384})  # 1366 pixels at 200 %
    for place, words in (
        ("/nhat-ky-xem?nguoi=demo", "td.said"),
        (f"/giay-to/{filed}/ai-da-xem", "td.said"),
        (f"/giay-to/{filed}/ai-da-xem", ".row a"),
        (f"/giay-to/{filed}", "h1"),
        (f"/giay-to/{filed}/du-lieu", ".row a"),
        (f"/giay-to/{filed}/thuoc-ve", "h1"),
    ):
        page.goto(place)
        for there in page.locator(f"main {words}").all():
            there.evaluate("(there, long) => { there.textContent = long; }", LONG)
        assert page.evaluate(WIDER) <= 0, (place, words)
