"""A clerk's day by keyboard alone: sign in, hand in, confirm, find, read; and the mouse where people would use it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PAPERS, ROOT, WAIT, sign_in

pytestmark = pytest.mark.browser


def focused(page):
    """The id or data-field of what has the focus."""
    return page.evaluate(
        "document.activeElement.dataset.field || document.activeElement.id || document.activeElement.tagName"
    )


def test_signing_in(open_page):
    page = open_page("/", known=False)
    expect(page).to_have_url(re.compile("/dang-nhap"))
    assert focused(page) == "id_username"
    page.keyboard.type("demo")
    page.keyboard.press("Tab")
    page.keyboard.type("sai-mat-khau")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("không đúng")
    expect(page.get_by_label("Tên đăng nhập")).to_have_value("demo")  # the fault keeps the name
    assert focused(page) == "id_password"
    sign_in(page)
    expect(page).to_have_url(re.compile("/$"))
    page.get_by_role("button", name="Đăng xuất").press("Enter")
    expect(page).to_have_url(re.compile("/dang-nhap"))


def test_handing_in_and_watching_it_go(open_page):
    page = open_page("/")
    page.get_by_label("Mã hồ sơ").fill("H36.12-261126-0007")
    page.get_by_label("Tệp").set_input_files(ROOT / "samples" / "administrative_document_thong_bao.pdf")
    expect(page.locator("output")).to_have_text("administrative_document_thong_bao.pdf")
    assert page.evaluate("document.activeElement.textContent") == "Đưa vào kho"
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("Đã nhận 1 giấy tờ")
    row = page.locator("tbody tr").first
    expect(row).to_contain_text("administrative_document_thong_bao.pdf")
    row.get_by_role("link").focus()
    kept = focused(page)
    expect(row.locator(".state")).to_have_text(re.compile("đã lưu kho|chờ xác nhận"), timeout=WAIT)  # without a reload
    assert focused(page) == kept  # the live table does not take the focus away


def test_dropping_a_file(open_page, tmp_path):
    page = open_page("/")
    page.evaluate(
        """() => {
            const files = new DataTransfer();
            files.items.add(new File(["khong phai anh"], "tha-vao.txt", { type: "text/plain" }));
            const zone = document.querySelector("[data-drop]");
            for (const kind of ["dragover", "drop"]) {
                zone.dispatchEvent(new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true }));
            }
        }"""
    )
    expect(page.locator(".messages")).to_contain_text("Đã nhận 1 giấy tờ")
    row = page.locator("tbody tr", has_text="tha-vao.txt")
    expect(row.locator(".state")).to_have_text("từ chối", timeout=WAIT)
    expect(row).to_contain_text("Hãy dùng")  # what to do


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_typed_into_the_box_of_the_header_can_be_read(open_page, scheme):
    page = open_page("/", color_scheme=scheme)
    page.keyboard.press("/")
    page.keyboard.type("quyet dinh")
    box = page.locator(".bar input[type=search]")
    expect(box).to_have_value("quyet dinh")
    colours = box.evaluate("(e) => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]")
    ink, paper = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours)
    assert abs(ink - paper) > 400, colours


def test_what_was_typed_into_a_review_is_not_left_behind_unasked(open_page, confirmed):
    page, asked = open_page(f"/giay-to/{confirmed[0]}/xac-nhan"), []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("textarea").first.press_sequentially("x")
    page.locator(".bar nav a").first.click(no_wait_after=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert page.url.endswith("/xac-nhan")


def test_confirming_by_keyboard_alone(open_page, confirmed):
    document, doubtful = confirmed
    page = open_page(f"/giay-to/{document}/xac-nhan")
    seen = [focused(page)]
    expect(page.locator("[data-left]")).to_have_text(str(len(doubtful)))
    for _step in doubtful:
        placed = page.evaluate("document.activeElement.dataset.box")
        expect(page.locator(".box:visible")).to_have_count(1 if placed else 0)  # the field's place is lit on the page
        expect(page.locator(".loupe:visible")).to_have_count(1 if placed else 0)
        if placed:
            box, view = page.locator(".box:visible").bounding_box(), page.locator(".view").bounding_box()
            assert view["y"] <= box["y"] < view["y"] + view["height"]  # brought into sight
        page.keyboard.press("Enter")
        seen.append(focused(page))
    assert sorted(seen[:-1]) == sorted(doubtful)  # each doubtful field once, none twice
    assert len(set(seen[:-1])) == len(doubtful)
    expect(page.locator("[data-left]")).to_have_text("0")
    assert page.evaluate("document.activeElement.textContent") == "Xác nhận tất cả và lưu kho"
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("Đã xác nhận")
    page.goto(f"/giay-to/{document}")
    expect(page.locator(".data")).to_contain_text("Người dùng thử xác nhận")
    expect(page.locator(".history")).to_contain_text("Xác nhận dữ liệu")


def test_a_fault_keeps_what_was_typed(open_page, doubtful):
    page = open_page(f"/giay-to/{doubtful}/xac-nhan")
    day = page.locator("[data-field$=date]").first
    day.fill("31/02/2026")
    page.get_by_role("button", name="Chỉ lưu các trường đã xem").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Chưa lưu gì")
    expect(page.locator("[data-field$=date]").first).to_have_value("31/02/2026")


def test_finding_by_keyboard_alone(open_page):
    page = open_page("/")
    page.keyboard.press("/")
    page.keyboard.type("quyet dinh")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/tim"))
    expect(page.locator("mark").first).to_have_text(re.compile("quyết định", re.IGNORECASE))
    page.goto("/tim?q=viet nam")  # which every paper says, so that there is more than one
    page.locator("main input[type=search]").focus()
    page.keyboard.press("ArrowDown")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") != ""
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(first)
    expect(page).to_have_url(re.compile("/giay-to/"))


def test_narrowing_and_dropping_a_filter(open_page):
    page = open_page("/tim?q=xa")
    page.locator(".facet a").first.click()
    expect(page.locator(".chip")).to_have_count(1)
    page.locator(".chip a").click()
    expect(page.locator(".chip")).to_have_count(0)
    page.goto("/tim?q=zzzkhongco")
    expect(page.locator(".empty")).to_contain_text("Thử ít từ hơn")


def test_a_value_shows_its_place_on_the_paper(open_page, filed):
    page = open_page(f"/giay-to/{filed}")
    value = page.get_by_role("button", name="511/QĐ-UBND")
    value.press("Enter")
    expect(value).to_have_attribute("aria-pressed", "true")
    box, sheet = page.locator(".box:visible").bounding_box(), page.locator(".sheet").first.bounding_box()
    assert sheet["x"] < box["x"] < sheet["x"] + sheet["width"] / 2  # a letter's number stands in its left half
    assert box["y"] < sheet["y"] + sheet["height"] / 4
    page.locator(".view").focus()
    before = page.locator(".sheet").first.bounding_box()["width"]
    page.keyboard.press("+")
    assert page.locator(".sheet").first.bounding_box()["width"] > 1.4 * before
    page.keyboard.press("0")
    assert page.locator(".sheet").first.bounding_box()["width"] == pytest.approx(before, abs=20)


def test_keys_of_one_letter_can_be_turned_off(open_page):
    page = open_page("/tim")
    page.locator("h1").evaluate("element => document.activeElement.blur()")
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_be_visible()
    page.get_by_label("dùng phím tắt một chữ").press(" ")
    page.keyboard.press("Escape")
    page.locator("h1").evaluate("element => document.activeElement.blur()")
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_be_hidden()
    page.get_by_role("button", name="Phím tắt").press("Enter")
    page.get_by_label("dùng phím tắt một chữ").press(" ")
    page.keyboard.press("Escape")
    page.locator("h1").evaluate("element => document.activeElement.blur()")
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(page).to_have_url(re.compile(r":\d+/$"))


def test_english_is_chosen_at_the_foot(open_page):
    page = open_page("/")
    page.get_by_role("button", name="English").press("Enter")
    expect(page.locator("h1")).to_have_text("Inbox")
    page.get_by_role("button", name="Tiếng Việt").press("Enter")
    expect(page.locator("h1")).to_have_text("Tiếp nhận")


def test_every_paper_arrived(open_page):
    page = open_page("/")
    for name in PAPERS:
        expect(page.locator("#rows tbody")).to_contain_text(name)


def test_what_was_searched_is_marked_on_the_paper_and_text_can_be_copied(open_page):
    page = open_page("/tim?q=chuc+vu+chu+tich")
    page.goto("/tim?q=uy+ban+nhan+dan+tinh+lam+dong")
    page.locator("[data-item]").first.press("Enter")
    marks = page.locator(".words rect")
    expect(marks.first).to_be_visible()
    sheet, mark = page.locator(".sheet").first.bounding_box(), marks.first.bounding_box()
    assert mark["width"] < sheet["width"] / 4
    assert mark["height"] < sheet["height"] / 20
    words = page.locator(".words text").first
    words.click()
    chosen = page.evaluate(
        "line => { const range = document.createRange(); range.selectNodeContents(line);"
        " getSelection().removeAllRanges(); getSelection().addRange(range); return getSelection().toString(); }",
        words.element_handle(),
    )
    assert re.search(r"\w+ \w+", chosen)  # words, not one long one


def test_suggestions_are_chosen_by_keyboard(open_page):
    page = open_page("/tim")
    box = page.get_by_role("combobox")
    box.press_sequentially("quyet", delay=20)
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    chosen = options.first.get_attribute("data-text")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?q="))
    expect(page.get_by_role("combobox")).to_have_value(chosen)
    page.get_by_role("combobox").press_sequentially(" x", delay=20)
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_keeping_and_sorting_a_search_by_keyboard_alone(open_page):
    page = open_page("/tim")
    expect(page.locator("main input[type=search]")).to_be_focused()
    page.keyboard.type("xa")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/tim\?.*q=xa"))
    page.get_by_role("link", name="cũ trước").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("sort=oldest"))
    expect(page.locator(".sorts [aria-current]")).to_have_text("cũ trước")
    page.locator("summary", has_text="Lưu tìm kiếm này").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("input[name=name]")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("Giấy tờ có chữ xã")
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("Đã lưu tìm kiếm")
    page.goto("/tim")
    page.locator("main input[type=search]").focus()
    page.keyboard.press("ArrowDown")  # saved searches are a list like results
    assert page.evaluate("document.activeElement.textContent") == "Giấy tờ có chữ xã"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("sort=oldest"))
    page.goto("/tim")
    page.locator("summary", has_text="Sửa").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Xóa").press("Enter")
    expect(page.locator(".messages")).to_contain_text("Đã xóa")


def test_a_table_to_take_along_and_more_like_one(open_page):
    page = open_page("/tim?q=xa")
    page.locator("summary", has_text="Xuất bảng").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("báo cáo quý theo công văn số 12")
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    assert taken.value.suggested_filename.endswith(".xlsx")
    page.goto("/tim?q=quyet dinhh")
    expect(page.locator(".instead a").first).to_contain_text("quyet dinh")
    page.locator(".instead a").first.press("Enter")
    expect(page.locator("mark").first).to_be_visible()
    page.locator("article.hit a", has_text="Giống thế này").first.press("Enter")
    expect(page).to_have_url(re.compile("/giong"))
    expect(page.locator("h1")).to_have_text("Giống thế này")
