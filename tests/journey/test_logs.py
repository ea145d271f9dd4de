"""What the program logs: one JSON object per line, documents by id, nothing of what is written on them."""

import json
import logging
import sys

import pytest

from khoso.logs import json_formatter

from .conftest import ROOT, SAMPLE


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
