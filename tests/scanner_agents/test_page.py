"""The queue as a page on this PC: says the truth, lets nobody else in, and cannot be made to run anything."""

import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest

from scanner_agents import report
from scanner_agents.batches import end_batch, open_batch
from scanner_agents.cli import main
from scanner_agents.events import Code, event
from scanner_agents.files import Lock
from scanner_agents.outbox import Outbox
from scanner_agents.page import Page
from scanner_agents.records import State
from scanner_agents.words import voice
from tests.scanner_agents.drops import Drops
from tests.scanner_agents.kho import Kho

ROOT = Path(__file__).parents[2]


class Browser:
    """Asks a page for a path as some host."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def send(self, form: dict[str, str], *, path: str = "/lo", **headers: str) -> http.client.HTTPResponse:
        """Send a form as the page's own browser does, unless `headers` say otherwise."""
        port = self.page.server_address[1]
        own = {"Host": f"127.0.0.1:{port}", "Content-Type": "application/x-www-form-urlencoded"}
        own["Origin"] = f"http://127.0.0.1:{port}"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("POST", path, urlencode(form), {**own, **headers})
            response = connection.getresponse()
            self.text = response.read().decode()
            return response
        finally:
            connection.close()

    def get(self, path: str = "/", host: str | None = None, method: str = "GET") -> http.client.HTTPResponse:
        port = self.page.server_address[1]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request(method, path, headers={"Host": host or f"127.0.0.1:{port}"})
            response = connection.getresponse()
            self.text = response.read().decode()
            return response
        finally:
            connection.close()


@pytest.fixture(params=["vi", "en"])
def browser(request: pytest.FixtureRequest, queue: Path, drops: Drops) -> Iterator[Browser]:
    def name_batch(name: str | None, dossier: str) -> None:
        with Outbox(queue) as outbox:  # the page answers on a thread of its own
            if name is None:
                end_batch(outbox, now=time.time())
            else:
                open_batch(outbox, name, dossier, now=time.time())

    page = Page(
        0,
        standing=lambda: report.standing(queue),
        name_batch=name_batch,
        say=voice(request.param),
        lang=request.param,
    )
    thread = threading.Thread(target=page.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Browser(page)
    page.shutdown()
    page.server_close()
    thread.join()


class Tags(HTMLParser):
    """Names of tags and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def _headline(browser: Browser) -> str:
    assert browser.get().status == 200
    return browser.text.split("</h1>")[0].rpartition(">")[2]


def test_the_headline_is_the_worst_there_is(browser: Browser, queue: Path, drops: Drops) -> None:
    vietnamese = browser.page.lang == "vi"
    assert ("không chạy" if vietnamese else "not running") in _headline(browser)
    lock = Lock(queue / "agent.lock")
    assert lock.take()
    assert ("Mọi giấy tờ đã tới" if vietnamese else "Every document") in _headline(browser)
    drops.add(b"1", name="1")
    drops.add(b"2", name="2")
    assert "2" in _headline(browser)
    drops.outbox.refuse(1, event(Code.REFUSED, id=1, name="1", code="x", detail="mờ"))
    assert ("1 giấy tờ cần người xem" if vietnamese else "documents that need a person: 1") == _headline(browser)
    lock.release()


def test_what_the_server_did_not_like_stays_at_the_top_for_an_hour(browser: Browser, queue: Path, drops: Drops) -> None:
    lock = Lock(queue / "agent.lock")
    assert lock.take()
    drops.add(b"1", name="1.pdf")
    drops.receive(now=time.time() - 60)
    document = drops.one()
    assert document.remote
    told = event(Code.REFUSED_LATER, id=1, name="1.pdf", detail="Trang 1 bị mờ.")
    drops.outbox.follow(1, document.remote, "REFUSED", told)
    assert "1" in _headline(browser)
    assert "Trang 1 bị mờ." in browser.text
    drops.outbox._move(1, [State.RECEIVED], "ended_at = ?", time.time() - 3700)
    assert "1" not in _headline(browser)
    lock.release()


def test_that_the_server_is_away_is_said_once(browser: Browser, drops: Drops) -> None:
    away = event(Code.SERVER_AWAY, server="https://kho.example.vn", detail="x")
    for name in ("1.pdf", "2.pdf"):
        drops.add(name.encode(), name=name)
    for number in (1, 2):
        assert drops.outbox.begin(number)
        drops.outbox.postpone(number, away, attempts=1, until=time.time() + 60)
    drops.outbox.note("server", {"trouble": away.dumps(), "since": 0})
    assert browser.get().status == 200
    assert browser.text.count("https://kho.example.vn") == 1


def test_names_cannot_become_markup(browser: Browser, drops: Drops) -> None:
    evil = '<script>alert(1)</script><img src=x onerror=alert(1)>"\x1b'
    drops.add(b"1", name=evil.replace("/", "\u2044"))
    drops.outbox.refuse(1, event(Code.REFUSED, id=1, name=evil, code="<b>", detail="<i>&amp;"))
    drops.outbox.note("folder", [event(Code.WAITS_EMPTY, name=evil).to_json()])
    drops.outbox.note("server", {"trouble": event(Code.SERVER_AWAY, server=evil, detail=evil).dumps(), "since": 0})
    response = browser.get()
    page = Tags(browser.text)
    assert not page.open
    assert not {"script", "img", "b", "i"} & set(page.tags)
    assert "<i>&amp;" in page.text
    assert "default-src 'none'" in (response.getheader("Content-Security-Policy") or "")
    assert response.getheader("Cache-Control") == "no-store"


@pytest.mark.parametrize("host", ["evil.example.vn", "127.0.0.1", "127.0.0.1.nip.io:80", "localhost:1"])
def test_a_page_elsewhere_pointed_here_is_not_answered(browser: Browser, drops: Drops, host: str) -> None:
    drops.add(b"1", name="secret.pdf")
    assert browser.get(host=host).status == 421
    assert browser.get("/status.json", host=host).status == 421
    assert not browser.text


def test_a_batch_is_named_changed_and_ended(browser: Browser, drops: Drops) -> None:
    response = browser.send({"name": "  Hộp  12 ", "dossier": "H36.12-261122-0001"})
    assert (response.status, response.getheader("Location")) == (303, "/")
    browser.get()
    assert "«Hộp 12»" in browser.text
    assert "H36.12-261122-0001" in browser.text
    assert browser.get("/lo").status == 200
    assert 'value="Hộp 12"' in browser.text
    assert "http-equiv" not in browser.text, "what is being typed would be taken away"
    assert not Tags(browser.text.replace("<input", "<br")).open
    browser.send({"name": "Hộp 13", "dossier": ""})
    browser.get("/status.json")
    assert json.loads(browser.text)["summary"]["batch"] == "Hộp 13"
    browser.send({"name": "", "dossier": "", "end": "1"})
    browser.get("/status.json")
    assert json.loads(browser.text)["summary"]["batch"] is None


@pytest.mark.parametrize("name", ["", "  ", "x" * 101])
def test_a_batch_without_a_fit_name_is_refused_and_what_was_typed_stays(browser: Browser, name: str) -> None:
    assert browser.send({"name": name, "dossier": '"><b>'}).status == 422
    assert 'role="alert"' in browser.text
    assert 'value="&quot;&gt;&lt;b&gt;"' in browser.text
    browser.get("/status.json")
    assert json.loads(browser.text)["summary"]["batch"] is None


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://evil.example.vn"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Host": "evil.example.vn", "Origin": "http://evil.example.vn"}, 403),
        ({"Content-Length": "99999"}, 413),
        ({"Content-Length": "-1"}, 413),
        ({"Content-Length": "²"}, 413),
    ],
)
def test_no_other_page_names_a_batch(browser: Browser, headers: dict[str, str], status: int) -> None:
    headers = {name: value.encode("latin-1") for name, value in headers.items()}  # type: ignore[misc]
    assert browser.send({"name": "Hộp 12"}, **headers).status == status
    browser.get("/status.json")
    assert json.loads(browser.text)["summary"]["batch"] is None


def test_it_listens_on_this_pc_only(browser: Browser) -> None:
    assert browser.page.server_address[0] == "127.0.0.1"
    assert browser.send({}, path="/").status == 404
    assert browser.get(method="PUT").status == 501
    assert browser.get("/../../etc/passwd").status == 404
    assert browser.get("/favicon.ico").status == 404


def test_the_same_for_machines(browser: Browser, drops: Drops) -> None:
    drops.add(b"1", name="một.pdf")
    assert browser.get("/status.json").status == 200
    data = json.loads(browser.text)
    assert [document["name"] for document in data["documents"]] == ["một.pdf"]
    assert data["summary"]["counts"]["spooled"] == 1


def test_a_damaged_outbox_is_told(browser: Browser, queue: Path, drops: Drops) -> None:
    drops.outbox.close()
    for path in queue.glob("outbox*"):
        path.unlink()
    (queue / "outbox.sqlite3").write_bytes(b"garbage" * 1000)
    assert browser.get().status == 503
    assert "outbox.sqlite3" in browser.text


def test_serve_until_asked_to_stop(queue: Path, drops: Drops, kho: Kho) -> None:
    command = [sys.executable, "-m", "scanner_agents", "serve", "--port", "0", "--queue", str(queue), "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout
        port = int(json.loads(serving.stdout.readline())["url"].rstrip("/").rpartition(":")[2])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/")
        response = connection.getresponse()
        assert response.status == 200
        assert b"<h1" in response.read()
        connection.close()
        serving.terminate()
        assert serving.wait(10) == 0


@pytest.mark.parametrize("wrong", ["-1", "65536", "x"])
def test_a_port_that_is_none(wrong: str, capsys: pytest.CaptureFixture[str], queue: Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["serve", "--port", wrong, "--queue", str(queue)])
    assert stopped.value.code == 2


def test_a_port_that_is_taken(kho: Kho, queue: Path, drops: Drops, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--port", str(kho.port), "--queue", str(queue)]) == 4
    assert str(kho.port) in capsys.readouterr().err
