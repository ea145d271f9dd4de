"""A Kho with a few sample papers, served as people run it, and a real browser (Debian's Chromium) in front of it.

Run by `make test-browser`, which installs what is needed; without Playwright nothing here is collected.
"""

import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.people.honest_provider import honest_provider

ROOT = Path(__file__).resolve().parents[2]
collect_ignore_glob = [] if importlib.util.find_spec("playwright") else ["test_*.py"]
PAPERS = (
    "administrative_document_quyet_dinh.pdf",
    "administrative_document_quyet_dinh_danh_sach.pdf",
    "administrative_document_to_trinh.pdf",
    "application_form_tk_khai_sinh.pdf",
    "diploma_thpt.pdf",
    "power_of_attorney_guq_canhan.pdf",
    "residence_confirmation_ct07_2023.pdf",
)
WAIT = 120_000  # milliseconds for what workers do
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}


@pytest.fixture(scope="session", autouse=True)
def _patience():
    """A busy machine is no failure: what is awaited may take half a minute."""
    from playwright.sync_api import expect

    expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def papers(tmp_path_factory):
    """A folder of sample papers: some are filed untouched, some wait for a person."""
    folder = tmp_path_factory.mktemp("papers")
    for name in PAPERS:
        shutil.copy(ROOT / "samples" / name, folder)
    return folder


@pytest.fixture(scope="session")
def provider():
    """Who vouches for people besides the Kho."""
    with honest_provider() as address:
        yield address


@pytest.fixture(scope="session")
def kho(tmp_path_factory, papers, provider):
    """(address, documents): a running server and what was filed, as `khoso demo` does it."""
    home = tmp_path_factory.mktemp("home") / "kho"
    khoso = [sys.executable, "-m", "khoso", "--home", str(home)]
    filed = subprocess.run(
        [*khoso, "--json", "demo", str(papers), "--once"],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        cwd=ROOT,
    )
    documents = [json.loads(line) for line in filed.stdout.splitlines()]
    assert {document["state"] for document in documents} == {"FILED", "TO_CONFIRM"}, filed.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (home / "serve.log").open("wb") as log:
        server = subprocess.Popen(
            [*khoso, "serve", "--port", str(port), "--workers", "1"],
            stderr=log,
            cwd=ROOT,
            env=os.environ
            | {
                "KHOSO_DEVELOPER": "1",
                "KHOSO_OIDC_ISSUER": provider,
                "KHOSO_OIDC_CLIENT_ID": "kho",
                "KHOSO_OIDC_CLIENT_SECRET": "s",
            },
        )
        try:
            _await(f"http://127.0.0.1:{port}/dang-nhap", server)
            yield f"http://127.0.0.1:{port}", documents
        finally:
            server.terminate()
            server.wait(timeout=30)


def _await(address, server):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - our own server
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"{address} did not answer")


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signed_in(kho, chromium):
    """The cookies of somebody who signed in."""
    address, _documents = kho
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{address}/dang-nhap")
    sign_in(page)
    state = context.storage_state()
    context.close()
    return state


def sign_in(page):
    """By keyboard, as `khoso demo` prints it."""
    from khoso.cli.demo import ACCOUNT, PASSWORD

    page.get_by_label("Tên đăng nhập").fill(ACCOUNT)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("header.bar")


@pytest.fixture
def open_page(kho, chromium, signed_in):
    """Opens an address in a window of its own; what the browser complained about fails the test at its end."""
    contexts, complaints = [], []

    def opened(path, *, size=(1366, 768), known=True, **options):
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            storage_state=signed_in if known else None,
            base_url=kho[0],
            locale="vi-VN",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    expected = re.compile(r"the server responded with a status of (403|404|422)")
    assert [text for text in complaints if not expected.search(text)] == []


@pytest.fixture(scope="session")
def filed(kho):
    """A filed document."""
    return next(d["document"] for d in kho[1] if d["state"] == "FILED" and "quyet_dinh" in d["file"])


@pytest.fixture(scope="session")
def waiting(kho):
    """Documents that wait for a person, most doubts first."""
    found = [d for d in kho[1] if d["state"] == "TO_CONFIRM"]
    assert len(found) >= 2, "the machine has become too sure for these tests: add papers that are harder to read"
    return sorted(found, key=lambda document: -len(document["doubtful"]))


@pytest.fixture(scope="session")
def confirmed(waiting):
    """(id, names of doubtful fields) of the document that is confirmed by keyboard."""
    return waiting[0]["document"], waiting[0]["doubtful"]


@pytest.fixture(scope="session")
def doubtful(waiting):
    """A document that nobody confirms in these tests."""
    return waiting[1]["document"]


@pytest.fixture(scope="session")
def filled(kho, chromium, signed_in, filed, doubtful):
    """What the addresses of pages are filled with."""
    context = chromium.new_context(storage_state=signed_in, base_url=kho[0])
    try:
        people = context.request.get("/nguoi-dung?q=demo").text()
        codes = context.request.get("/danh-muc/document_types").text()
        units = context.request.get("/don-vi").text()
        procedures = context.request.get("/danh-muc/procedures").text()
    finally:
        context.close()
    return {
        "filed": filed,
        "doubtful": doubtful,
        "person": re.search(r"/nguoi-dung/([0-9a-f-]{36})", people)[1],
        "unit": re.search(r"/don-vi/(\d+)", units)[1],
        "type": re.search(r"/danh-muc/document_types/(\d+)", codes)[1],
        "procedure": re.search(r"/danh-muc/procedures/(\d+)", procedures)[1],
    }


def faults(page):
    """What axe-core finds wrong with a page."""
    from axe_playwright_python.sync_playwright import Axe

    return [
        f"{fault['id']}: {node['html'][:160]} {node['failureSummary']}"
        for fault in Axe().run(page, options=RULES).response["violations"]
        for node in fault["nodes"]
    ]
