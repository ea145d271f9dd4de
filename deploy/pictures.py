"""Takes the pictures of docs/pictures from a running demo: `make demo` in one window, then
`deploy/prepare-browser && .venv/bin/python deploy/pictures.py http://127.0.0.1:8000` in another.
"""

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

OUT = Path(__file__).resolve().parent.parent / "docs" / "pictures"
ACCOUNT, PASSWORD = "demo", "kho-so-dung-thu"  # what `make demo` prints
LARGEST = 120_000  # bytes of one picture


def main(address: str) -> None:
    """Sign in, walk through, take pictures."""
    OUT.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 768}, base_url=address, locale="vi-VN")
        page.goto("/dang-nhap")
        page.fill("#id_username", ACCOUNT)
        page.fill("#id_password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("header.bar")
        keep(page, "inbox")
        page.goto("/cho-xac-nhan")
        page.locator("[data-item]", has_text="TỜ KHAI").or_(page.locator("[data-item]")).first.click()
        page.wait_for_load_state("networkidle")
        keep(page, "review")
        page.goto("/tim?q=chung+nhan+ket+hon")
        page.wait_for_load_state("networkidle")
        keep(page, "search")
        page.goto("/tim?q=quyet+dinh+phe+duyet")
        page.locator("[data-item]").first.click()
        page.wait_for_load_state("networkidle")
        page.locator(".show").nth(1).click()
        keep(page, "document")
        browser.close()


def keep(page: Page, name: str) -> None:
    """A picture with few colours; with fewer while it is too large."""
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for colours in (96, 72, 56, 44, 32, 24, 16):
        data = io.BytesIO()
        shot.quantize(colours, dither=Image.Dither.NONE).save(data, "PNG", optimize=True)
        if data.tell() <= LARGEST:
            break
    (OUT / f"{name}.png").write_bytes(data.getvalue())
    sys.stderr.write(f"{name}: {data.tell()} bytes, {colours} colours\n")


if __name__ == "__main__":
    main(sys.argv[1])
