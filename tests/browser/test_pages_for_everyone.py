"""Every page: WCAG 2.2 AA by axe-core in light and dark, no sideways scrolling, nothing lost at 200 %, focus to be seen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
PAGES = {
    "sign-in": ("/dang-nhap", "Kho số"),
    "inbox": ("/", "administrative_document_quyet_dinh.pdf"),
    "waiting": ("/cho-xac-nhan", "chờ xác nhận"),
    "review": ("/giay-to/{doubtful}/xac-nhan", "Xác nhận tất cả và lưu kho"),
    "search": ("/tim", "Gõ số, tên người"),
    "found": ("/tim?q=xa&type=administrative_document", "kết quả"),
    "sorted": ("/tim?q=xa&sort=oldest", "theo số"),
    "nothing-found": ("/tim?q=zzzkhongco", "Không tìm thấy giấy tờ nào"),
    "more-like": ("/giay-to/{filed}/giong", "Giống thế này"),
    "document": ("/giay-to/{filed}", "Nhật ký"),
    "marked": ("/giay-to/{filed}?q=quyet dinh", "Nhật ký"),
    "correction": ("/giay-to/{filed}/sua-du-lieu", "Lưu bản dữ liệu mới"),
    "retyping": ("/giay-to/{filed}/doi-loai", "Loại đúng"),
    "versions": ("/giay-to/{filed}/du-lieu", "Ai đã sửa"),
    "validity": ("/giay-to/{filed}/hieu-luc", "Ghi hiệu lực mới"),
    "part-of": ("/giay-to/{filed}/thuoc-ve", "Thuộc về"),
    "board": ("/bang-dieu-hanh", "Mất bao lâu ở mỗi bước"),
    "numbers": ("/bang-dieu-hanh/giay-to?so=filed", "Về bảng điều hành"),
    "print": ("/giay-to/{filed}/in", "BẢN IN TỪ BẢN ĐIỆN TỬ"),
    "readings": ("/giay-to/{filed}/ai-da-xem", "Ai đã xem"),
    "readings-of": ("/nhat-ky-xem?nguoi=demo", "Nhật ký xem"),
    "emergency": ("/khan-cap", "Mở khẩn cấp"),
    "people": ("/nguoi-dung", "Thêm người"),
    "new-person": ("/nguoi-dung/moi", "Lập tài khoản"),
    "person": ("/nguoi-dung?q=demo", "demo"),
    "strangers": ("/nguoi-dung/cho-noi", "Danh tính chờ nối"),
    "people-changes": ("/nguoi-dung/thay-doi", "lập tài khoản"),
    "units": ("/don-vi", "Cây đơn vị"),
    "unit": ("/don-vi/1", "Đơn vị kế tục"),
    "code-tables": ("/danh-muc", "Cần đối chiếu"),
    "code-table": ("/danh-muc/fees?doi-chieu=1", "cần đối chiếu"),
    "new-code-row": ("/danh-muc/fees/moi", "Thêm dòng"),
    "new-unit": ("/don-vi/moi", "Thuộc đơn vị"),
    "second-factor": ("/tai-khoan/ma-xac-thuc", "nhập 6 số"),
    "account": ("/tai-khoan", "Đổi mật khẩu"),
    "not-found": ("/khong-co", "Không tìm thấy"),
    "design": ("/giao-dien", "Giao diện"),
}
"""Address and words that tell the page from any other."""


@pytest.fixture
def shown(open_page, filed, doubtful):
    """Opens a page of the table above by its name."""

    def opened(name, **options):
        path, words = PAGES[name]
        page = open_page(path.format(filed=filed, doubtful=doubtful), known=name != "sign-in", **options)
        page.wait_for_load_state("load")
        assert words in page.locator("main").inner_text()
        return page

    return opened


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(shown, name, scheme):
    page = shown(name, color_scheme=scheme)
    results = Axe().run(page, options=RULES).response
    told = [
        f"{fault['id']}: {node['html'][:160]} {node['failureSummary']}"
        for fault in results["violations"]
        for node in fault["nodes"]
    ]
    assert told == []


def test_axe_would_find_something(shown):
    page = shown("inbox")
    page.evaluate("document.querySelector('h1').outerHTML = '<img src=/static/khoso/icon.svg><p lang=xx-yy>·</p>'")
    found = {fault["id"] for fault in Axe().run(page, options=RULES).response["violations"]}
    assert {"image-alt", "valid-lang"} <= found


def test_the_table_of_keys(shown):
    page = shown("document")
    page.get_by_role("button", name="Phím tắt").click()
    assert Axe().run(page, options=RULES).response["violations"] == []


@pytest.mark.parametrize("size", [(1366, 768), (683, 384)], ids=["1366x768", "200 %"])
@pytest.mark.parametrize("name", PAGES)
def test_no_sideways_scrolling(shown, name, size):
    page = shown(name, size=size)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


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
