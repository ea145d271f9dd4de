"""Takes the pictures of docs/pictures, one of each page, from a demo of its own: `deploy/prepare-browser && .venv/bin/python deploy/pictures.py`.

With an address (`http://127.0.0.1:8000`) it takes them from a demo that runs already.
"""

import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "pictures"
ACCOUNT, PASSWORD = "demo", "kho-so-dung-thu"  # what `make demo` prints
LARGEST = 75_000  # bytes of one picture
WHY = "số bị đọc nhầm, đã đối chiếu với bản giấy"
PLAIN = {
    "guide": "/dung-thu",
    "board": "/bang-dieu-hanh",
    "numbers": "/bang-dieu-hanh/giay-to?so=filed",
    "readings-of": "/nhat-ky-xem?nguoi=demo",
    "emergency": "/khan-cap",
    "grants": "/quyen-xem",
    "people": "/nguoi-dung",
    "units": "/don-vi",
    "unit": "/don-vi/1",
    "code-tables": "/danh-muc",
    "code-table": "/danh-muc/document_types",
    "account": "/tai-khoan",
}
"""Pages with an address of their own."""
OF_A_DOCUMENT = {
    "correction": "sua-du-lieu",
    "retyping": "doi-loai",
    "versions": "du-lieu",
    "validity": "hieu-luc",
    "part-of": "thuoc-ve",
    "readings": "ai-da-xem",
    "print": "in",
}
"""Pages of a filed document."""


@contextmanager
def demo() -> Iterator[str]:
    """A demo with a corrected document, served while the pictures are taken."""
    khoso = [sys.executable, "-m", "khoso"]
    with tempfile.TemporaryDirectory(prefix="khoso-pictures-") as folder:
        os.environ["KHOSO_HOME"] = folder
        filed = subprocess.run(
            [*khoso, "--json", "demo", "samples", "--once"], cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True
        )
        rows = [json.loads(line) for line in filed.stdout.splitlines()]
        one = next(row["document"] for row in rows if "quyet_dinh" in row["file"] and row["state"] == "FILED")
        for words in (["correct", one, "number=512/QĐ-UBND"], ["validity", one, "expired", "--basis", "Điều 5 QĐ 15"]):
            subprocess.run([*khoso, *words, "--why", WHY], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = subprocess.Popen([*khoso, "serve", "--port", str(port), "--workers", "1"], cwd=ROOT)
        try:
            address = f"http://127.0.0.1:{port}"
            _await(f"{address}/healthz")
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)


def _await(address: str) -> None:
    for _again in range(300):
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - our own server
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"{address} did not answer")


def main(address: str) -> None:
    """Sign in, walk through, take pictures."""
    OUT.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 768}, base_url=address, locale="vi-VN")
        page.goto("/dang-nhap")
        keep(page, "sign-in")
        page.fill("#id_username", ACCOUNT)
        page.fill("#id_password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("header.bar")
        page.goto("/")
        keep(page, "inbox")
        page.goto("/cho-xac-nhan")
        page.locator("[data-item]", has_text="TỜ KHAI").or_(page.locator("[data-item]")).first.click()
        page.wait_for_load_state("networkidle")
        keep(page, "review")
        page.goto("/tim?q=chung+nhan+ket+hon")
        keep(page, "search")
        page.goto("/tim?q=quyet+dinh+phe+duyet&state=FILED")
        page.locator("[data-item]").first.click()
        page.wait_for_load_state("networkidle")
        page.locator(".show").nth(1).click()
        page.evaluate("scrollTo(0, 0)")
        keep(page, "document")
        page.goto("/tim?q=xac+nhan+cu+tru&type=residence_confirmation")
        page.locator("[data-item]").first.click()
        page.wait_for_load_state("networkidle")
        keep(page, "covered")
        page.goto("/tim?q=512%2FQ%C4%90-UBND")
        corrected = page.locator("[data-item]").first.get_attribute("href") or ""
        own = corrected.partition("?")[0]
        for name, path in [*((name, f"{own}/{path}") for name, path in OF_A_DOCUMENT.items()), *PLAIN.items()]:
            page.goto(path)
            keep(page, name)
        browser.close()


def keep(page: Page, name: str) -> None:
    """A picture with few colours; with fewer while it is too large."""
    page.wait_for_load_state("networkidle")
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for colours in (96, 72, 56, 44, 32, 24, 16):
        data = io.BytesIO()
        shot.quantize(colours, dither=Image.Dither.NONE).save(data, "PNG", optimize=True)
        if data.tell() <= LARGEST:
            break
    (OUT / f"{name}.png").write_bytes(data.getvalue())
    sys.stderr.write(f"{name}: {data.tell()} bytes, {colours} colours\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(sys.argv[1])
    else:
        with demo() as served:
            main(served)
