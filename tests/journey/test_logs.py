"""What the program logs: one JSON object per line, documents by id, nothing of what is written on them."""

import io
import json
import logging
import os
import signal
import subprocess
import sys
import time
from uuid import uuid4

import httpx
import pytest
from django.db import OperationalError
from django.test import Client

from khoso.configuration import Misconfigured
from khoso.kernel.errors import Unavailable
from khoso.logs import AddressesByRoute, AwayIsOneLine, json_formatter

from .conftest import ROOT, SAMPLE, free_port


@pytest.mark.slow
def test_the_log_of_a_filed_paper_holds_no_word_of_it(home, tmp_path):
    named = tmp_path / "Nguyễn Thị Riêng Tư.pdf"
    named.write_bytes(SAMPLE.read_bytes())
    talkative = {"KHOSO_LOG": "DEBUG", "KHOSO_LOG_FORMAT": "json"}
    (filed,) = home.json("file", named, "--owner-name", "Nguyễn Thị Riêng Tư", env=talkative)
    lines = (home.path / "khoso.log").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert any(row.get("document") == filed["document"] for row in rows)
    assert {"event", "level", "logger", "timestamp"} <= set(rows[0])
    truth = next(
        row
        for row in map(json.loads, (ROOT / "samples" / "truth.jsonl").read_text(encoding="utf-8").splitlines())
        if row["file"] == SAMPLE.name
    )
    personal = {
        value
        for name, value in truth["fields"].items()
        if name.endswith(("name", "id_number", "residence", "birth_date"))
    }
    personal |= {
        field["value"] for name, field in filed["fields"].items() if name.endswith(("name", "owner_id", "id_number"))
    }
    assert len(personal) >= 3
    text = "\n".join(lines).casefold()
    for value in {*personal, "Riêng Tư"}:
        assert str(value).casefold() not in text


@pytest.fixture
def told():
    """What the program's own handler would write, as rows."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(json_formatter())
    for made in (AddressesByRoute(), AwayIsOneLine()):
        handler.addFilter(made)
    logging.getLogger("django").addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.getLogger("django").removeHandler(handler)


@pytest.mark.django_db
def test_an_address_is_logged_by_its_route_with_the_ids_it_is_looked_for_by(told):
    client, document = Client(enforce_csrf_checks=True, headers={"X-Request-ID": "op-7"}), uuid4()
    assert client.get("/079200000001/Nguyễn Thị Riêng Tư").status_code == 404
    assert client.get(f"/api/v1/documents/{document}").status_code == 401
    assert client.get("/api/v1/documents/079200000001").status_code == 401
    assert client.post("/lan-dau/a-secret-that-still-opens", {"password": "x"}).status_code == 403
    assert client.get("/lan-dau/a-secret-of-yesterday").status_code in {404, 410}
    rows = told()
    assert [row["event"] for row in rows] == [
        "Not Found: an address that is not ours",
        f"Unauthorized: /api/v1/documents/{document}",
        "Unauthorized: /api/v1/documents/<document>",
        "Forbidden (CSRF token missing.): /lan-dau/<str:secret>",
        "Not Found: /lan-dau/<str:secret>",
    ]
    assert {row["request"] for row in rows} == {"op-7"}


def test_an_error_is_told_by_its_places_not_its_values():
    try:
        int("Nguyễn Thị Riêng Tư")
    except ValueError:
        told = sys.exc_info()
    record = logging.LogRecord("khoso.worker", logging.ERROR, __file__, 1, "step %s failed", ("read",), told)
    row = json.loads(json_formatter().format(record))
    assert row["event"] == "step read failed"
    assert row["exception"][0] == "ValueError"
    assert "test_logs.py" in row["exception"][1]
    assert "Riêng" not in json.dumps(row, ensure_ascii=False)


@pytest.mark.parametrize("error", [OperationalError("server closed\nthe connection"), Unavailable("store away")])
def test_a_server_that_is_away_is_one_line(error):
    record = logging.LogRecord(
        "django.request",
        logging.ERROR,
        __file__,
        1,
        "%s: %s",
        ("Internal Server Error", "/tim"),
        (type(error), error, None),
    )
    assert AwayIsOneLine().filter(record)
    assert (record.levelname, record.exc_info) == ("WARNING", None)
    assert record.getMessage() == f"Internal Server Error: /tim: away ({type(error).__name__})"


def test_a_mistaken_configuration_is_one_line():
    error = Misconfigured("KHOSO_LOG: …")
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "in a worker", (), (Misconfigured, error, None))
    assert AwayIsOneLine().filter(record)
    assert (record.getMessage(), record.exc_info) == ("in a worker: mistaken configuration", None)


def test_a_bug_keeps_its_places():
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "bug", (), (ValueError, ValueError("x"), None))
    assert AwayIsOneLine().filter(record)
    assert record.exc_info is not None


@pytest.mark.slow
def test_the_web_without_its_database_writes_one_json_object_a_line(tmp_path):
    nobody, port = free_port(), free_port()
    database = f"postgresql://u:p@127.0.0.1:{nobody}/khoso"
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "python:khoso.serving", "--workers", "1",
         "--bind", f"127.0.0.1:{port}", "khoso.wsgi:application"],
        env={**os.environ, "KHOSO_HOME": str(tmp_path), "KHOSO_LOG_FORMAT": "json", "KHOSO_DATABASE_URL": database,
             "KHOSO_SECRET_KEY": "only for tests, and long enough for them"},
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        deadline, asked = time.monotonic() + 60, 0
        while True:
            try:
                asked += 1
                answer = httpx.get(f"http://127.0.0.1:{port}/", timeout=30, cookies={"sessionid": "a" * 32})
                break
            except httpx.TransportError:
                assert time.monotonic() < deadline
                time.sleep(0.2)
    finally:
        process.send_signal(signal.SIGTERM)
        told, _ = process.communicate(timeout=60)
    assert answer.status_code == 503
    rows = [json.loads(line) for line in told.splitlines()]
    assert any(row["event"].startswith("Starting gunicorn") for row in rows)
    away = [row for row in rows if "away (OperationalError)" in row["event"]]
    assert 1 <= len(away) <= asked  # a busy machine may answer after the client gave up
    assert (away[0]["level"], "request" in away[0]) == ("warning", True)
    assert all("exception" not in row for row in rows)
