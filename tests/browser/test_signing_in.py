"""Coming in as people do: by link, authenticator and recovery code, and through a provider that vouches for them."""

import re

import pyotp
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import faults

pytestmark = pytest.mark.browser
PASSWORD = "mat-khau-rat-dai-1"


@pytest.fixture
def newcomer(open_page):
    """Makes an account of a role on the page for it; its name and one-time link."""

    def made(name, role):
        page = open_page("/nguoi-dung/moi")
        page.get_by_label("Họ và tên").fill(f"{name.title()} Mẫu")
        page.get_by_label("Tên đăng nhập").fill(name)
        page.get_by_label("Vai trò").select_option(role)
        page.get_by_role("button", name="Lập tài khoản").press("Enter")
        return page.get_by_label(re.compile("Liên kết đặt mật khẩu")).input_value()

    return made


def test_a_head_of_office_comes_in_with_an_authenticator(open_page, newcomer):
    link = newcomer("sepmau", "head")
    page = open_page(link, known=False)
    expect(page.locator("input:focus")).to_be_visible()
    assert faults(page) == []
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/tai-khoan/ma-xac-thuc"))
    expect(page.get_by_role("img", name="Mã QR")).to_be_visible()
    secret = page.locator("span.mono").inner_text()
    page.get_by_label("Mã", exact=True).fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("không đúng")
    expect(page.locator("input:focus")).to_be_visible()
    page.keyboard.type(pyotp.TOTP(secret).now())
    page.keyboard.press("Enter")
    expect(page.locator("ul.mono li")).to_have_count(10)
    codes = page.locator("ul.mono li").all_inner_texts()
    page.get_by_role("link", name="Tiếp tục").press("Enter")
    expect(page.locator("header.bar")).to_contain_text("Sepmau Mẫu")
    page.get_by_role("button", name="Đăng xuất").press("Enter")

    expect(page.get_by_label("Tên đăng nhập")).to_be_focused()  # keys pressed before the page is there are lost
    page.keyboard.type("sepmau")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/dang-nhap/ma"))
    expect(page.locator("input:focus")).to_be_visible()
    assert faults(page) == []
    page.keyboard.type(codes[0])
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/$"))
    expect(page.get_by_role("link", name="Người dùng")).to_have_count(0)


def test_somebody_the_provider_vouches_for(open_page, newcomer, provider):
    newcomer("ngmoi", "officer")
    page = open_page("/dang-nhap?next=/tim", known=False)
    page.route(re.compile("^https://"), lambda route: route.fulfill(body=""))  # what its page would fetch from afar
    page.get_by_role("link", name="Đăng nhập bằng VNeID").press("Enter")
    expect(page).to_have_url(re.compile(re.escape(provider)))
    page.locator("input[name=sub]").fill("079200000009")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Chưa có tài khoản")
    assert faults(page) == []
    number = page.locator("main b").inner_text()

    keeper = open_page("/nguoi-dung")
    keeper.get_by_role("link", name="Danh tính chờ nối").press("Enter")
    row = keeper.locator("tbody tr", has=keeper.get_by_role("rowheader", name=number, exact=True))
    row.get_by_label("Tên đăng nhập").fill("ngmoi")
    keeper.keyboard.press("Enter")
    expect(keeper.get_by_role("status")).to_contain_text("Đã nối danh tính")

    page.get_by_role("link", name="Về trang đăng nhập").press("Enter")
    page.get_by_role("link", name="Đăng nhập bằng VNeID").press("Enter")
    page.locator("input[name=sub]").fill("079200000009")
    page.keyboard.press("Enter")
    expect(page.locator("header.bar")).to_contain_text("Ngmoi Mẫu")


def test_leaving_ends_it_at_once(open_page, newcomer):
    page = open_page(newcomer("nghimau", "officer"), known=False)
    expect(page.locator("input:focus")).to_be_visible()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("header.bar")).to_contain_text("Nghimau Mẫu")
    keeper = open_page("/nguoi-dung?q=nghimau")
    keeper.get_by_role("link", name="Nghimau Mẫu").press("Enter")
    keeper.get_by_role("button", name="Nghỉ việc").press("Enter")
    expect(keeper.locator("main")).to_contain_text("tài khoản đã đóng")
    page.reload()
    expect(page).to_have_url(re.compile("/dang-nhap"))
