"""What lies covered as people meet it: black on the page, asked for in its place, opened, covered again; and grants taken back."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import faults

pytestmark = pytest.mark.browser
DARKEST = """(box) => {
    const image = document.querySelector(".sheet img"), sheet = image.closest(".sheet");
    const across = image.naturalWidth / sheet.dataset.width, down = image.naturalHeight / sheet.dataset.height;
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
    canvas.getContext("2d").drawImage(image, 0, 0);
    const [x0, y0, x1, y1] = box;
    const seen = canvas.getContext("2d").getImageData(x0 * across, y0 * down, (x1 - x0) * across, (y1 - y0) * down).data;
    let lightest = 0;
    for (let at = 0; at < seen.length; at += 4) lightest = Math.max(lightest, seen[at]);
    return lightest;
}"""
"""The lightest dot within a box of the page image, as it came over the wire."""


@pytest.fixture(scope="module")
def residence(kho):
    """A filed residence paper: id and place of the ethnicity on it."""
    found = next(d for d in kho[1] if "residence_confirmation" in d["file"])
    return found["document"], found["fields"]["person.ethnicity"]


def loaded(page):
    page.locator(".sheet img").first.evaluate("image => image.decode()")
    page.wait_for_selector(".words svg", state="attached")


def test_a_value_is_covered_until_somebody_says_why(open_page, residence):
    document, ethnicity = residence
    page = open_page(f"/giay-to/{document}")
    loaded(page)
    assert page.evaluate(DARKEST, ethnicity["box"]) < 60
    assert ethnicity["value"] not in page.locator(".words").first.inner_text().split()
    assert faults(page) == []
    page.get_by_label("Lý do cần xem").fill("giải quyết hồ sơ cư trú")
    page.get_by_role("button", name="Hiện trong 15 phút").press("Enter")
    expect(page.get_by_text("Dữ liệu nhạy cảm đang hiện đến")).to_be_visible()
    loaded(page)
    assert page.evaluate(DARKEST, ethnicity["box"]) > 150
    assert ethnicity["value"] in page.locator(".words").first.text_content().split()
    assert faults(page) == []
    page.get_by_role("button", name="Che lại ngay").press("Enter")
    expect(page.get_by_label("Lý do cần xem")).to_be_visible()
    loaded(page)
    assert page.evaluate(DARKEST, ethnicity["box"]) < 60, "the browser shows no older picture"


def test_a_form_asks_again_in_its_place_and_keeps_what_was_typed(open_page, residence):
    document, ethnicity = residence
    page = open_page(f"/giay-to/{document}/sua-du-lieu")
    loaded(page)
    assert page.evaluate(DARKEST, ethnicity["box"]) > 150
    page.get_by_label("Lý do sửa").fill("đang gõ dở, chưa lưu")
    again = page.locator("[data-again]")
    expect(again).to_be_hidden()
    with page.expect_response(re.compile(r"trang/1\.jpg\?viec=cu")) as old:
        page.evaluate(
            "document.querySelector('.sheet img').src = location.pathname.replace('sua-du-lieu', 'trang/1.jpg?viec=cu')"
        )
    assert old.value.status == 403
    expect(again).to_be_visible()
    assert faults(page) == []
    again.get_by_role("button", name="Mở tiếp 15 phút").press("Enter")
    expect(again).to_be_hidden()
    loaded(page)
    assert page.evaluate(DARKEST, ethnicity["box"]) > 150
    assert page.get_by_label("Lý do sửa").input_value() == "đang gõ dở, chưa lưu"


def test_a_page_opened_for_a_reason_asks_for_it_again(open_page, residence):
    document, _ethnicity = residence
    page = open_page(f"/giay-to/{document}")
    page.get_by_label("Lý do cần xem").fill("giải quyết hồ sơ cư trú")
    page.get_by_role("button", name="Hiện trong 15 phút").press("Enter")
    loaded(page)
    other = page.context.new_page()  # in another window it was covered again
    other.goto(f"/giay-to/{document}")
    other.get_by_role("button", name="Che lại ngay").press("Enter")
    other.wait_for_selector("#basis")
    page.evaluate("const image = document.querySelector('.sheet img'); image.src = image.src.replace('?', '?x&')")
    again = page.locator("[data-again]")
    expect(again).to_be_visible()
    again.get_by_label("Lý do").fill("đối chiếu tiếp với bản giấy")
    again.get_by_role("button", name="Mở tiếp 15 phút").press("Enter")
    expect(again).to_be_hidden()
    loaded(page)
    page.request.post(f"/giay-to/{document}/hien-nhay-cam", form={"act": "cover"})


def test_a_grant_is_given_and_taken_back(open_page, residence):
    document, _ethnicity = residence
    page = open_page(f"/giay-to/{document}/ai-da-xem")
    page.get_by_label("Tên tài khoản").fill("ai-do-khong-co")
    page.get_by_label("Lý do, căn cứ").fill("phối hợp giải quyết hồ sơ")
    page.get_by_label("Số ngày").fill("91")
    page.get_by_role("button", name="Cấp quyền").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.get_by_label("Lý do, căn cứ").input_value() == "phối hợp giải quyết hồ sơ"
    assert page.get_by_label("Số ngày").input_value() == "91"
    assert faults(page) == []
