"""A type that asks for two people: one confirms, another says the same or not, by keyboard alone, each in a window of their own."""

from datetime import date

import pytest
from PIL import Image
from playwright.sync_api import expect

from khoso.cli.demo import PASSWORD
from tests.browser.conftest import ROOT, WAIT

pytestmark = pytest.mark.browser
SECOND = "demo-canbo"
TYPE, NAME = "birth_certificate", "person.name"


@pytest.fixture
def second(kho, chromium):
    """The window of another officer of the same unit, who signed in by keyboard."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, base_url=kho[0], locale="vi-VN")
    page = context.new_page()
    page.goto("/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill(SECOND)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("header.bar")
    yield page
    context.close()


@pytest.fixture
def two_people(open_page):
    """Certificates of birth ask for two people, from today."""
    page = open_page("/danh-muc/document_types")
    page.locator("tbody a", has_text=TYPE).first.press("Enter")
    page.locator("[name='value:two_people']").select_option("true")
    page.locator("[name=why]").fill("Hai người xác nhận giấy khai sinh")
    page.locator("[name=on]").fill(date.today().isoformat())  # noqa: DTZ011 - the day the browser means
    page.get_by_role("button", name="Đổi nội dung từ ngày này").press("Enter")
    expect(page.locator(".messages")).to_contain_text("Đã ghi thay đổi")


@pytest.fixture
def paper(open_page, two_people, tmp_path):
    """Address of the review of one that waits: a name that must be there is covered."""
    with Image.open(ROOT / "samples" / "birth_certificate_gks_2006.jpg") as sample:
        sample.paste("white", (390, 515, 900, 575))
        sample.save(tmp_path / "hai-nguoi.jpg", dpi=(200, 200), quality=80)
    page = open_page("/")
    page.locator("input[type=file]").set_input_files(tmp_path / "hai-nguoi.jpg")
    page.locator("form:has(input[type=file]) button").first.press("Enter")
    row = page.locator("tbody tr", has_text="hai-nguoi.jpg")
    expect(row.locator(".state")).to_have_text("chờ xác nhận", timeout=WAIT)
    return row.locator("a").first.get_attribute("href")


def test_one_types_another_corrects_and_the_first_gives_way(open_page, second, paper):
    first = open_page(paper)
    first.locator(f"[data-field='{NAME}']").focus()
    first.keyboard.type("NGUYỄN VĂN MẪU")
    first.keyboard.press("Control+Enter")
    expect(first.locator(".messages")).to_contain_text("chờ người thứ hai xác nhận")

    second.goto(paper)
    field = second.locator(f"[data-field='{NAME}']")
    expect(field.locator("xpath=ancestor::li")).to_contain_text("chờ người thứ hai xác nhận")
    expect(field).to_have_value("NGUYỄN VĂN MẪU")
    field.focus()
    second.keyboard.press("End")
    second.keyboard.type(" HAI")
    second.keyboard.press("Enter")
    second.keyboard.press("Control+Enter")
    expect(second.locator(".messages")).to_contain_text("chờ người thứ hai xác nhận")

    first.goto(paper)
    field = first.locator(f"[data-field='{NAME}']")
    expect(field.locator("xpath=ancestor::li")).to_contain_text("hai người xác nhận khác nhau")
    expect(first.locator(".field.doubtful")).to_have_count(1)  # of all others both said the same
    expect(first.get_by_role("button", name="Xác nhận tất cả và lưu kho")).to_be_in_viewport(ratio=1)
    field.focus()
    first.keyboard.press("Enter")  # what stands there is what the second one typed
    first.keyboard.press("Control+Enter")
    expect(first.locator(".messages")).to_contain_text("Đã xác nhận")
    first.goto(paper.removesuffix("/xac-nhan"))
    expect(first.locator(".state").first).not_to_have_text("chờ xác nhận")  # it went on
    expect(first.locator(".history")).to_contain_text("Xác nhận dữ liệu")
