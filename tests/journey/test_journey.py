"""The main job as a user runs it: files in, found again."""

import concurrent.futures
import hashlib
import json
import shutil
import sqlite3
import subprocess
import unicodedata

import pytest

from .conftest import AGAIN, ROOT, SAMPLE

pytestmark = pytest.mark.slow


def test_a_paper_becomes_a_filed_document(filed_home, tmp_path):
    home, filed = filed_home
    assert filed["state"] == "FILED"
    assert filed["document_type"] == "marital_status"
    assert filed["origin"] == "paper"
    assert filed["quality"] == {"dung": True, "du": True, "sach": True, "song": True} or filed["validity"] == "expired"
    truth = next(
        row
        for row in map(json.loads, (ROOT / "samples" / "truth.jsonl").read_text(encoding="utf-8").splitlines())
        if row["file"] == SAMPLE.name
    )
    assert filed["fields"]["number"]["value"] == truth["fields"]["number"]
    assert filed["fields"]["person.name"]["value"].casefold() == truth["fields"]["person.name"].casefold()
    for field in filed["fields"].values():
        assert field["page"] is None or (len(field["box"]) == 4 and field["engine"] and field["rule"])

    # Twice is once.
    (again,) = home.json("file", SAMPLE)
    assert again["document"] == filed["document"]
    assert again["revisions"] == filed["revisions"]

    # The signed file that Khoso made is the document it belongs to, not a new one.
    signed = tmp_path / "signed.pdf"
    home.run("get", filed["document"], "-o", signed)
    (own,) = home.json("file", signed)
    assert own["document"] == filed["document"]

    # With and without tones, by number, whole and in part.
    for words in ("tình trạng hôn nhân", "tinh trang hon nhan", "TINH TRANG", truth["fields"]["number"]):
        assert [hit["document"] for hit in home.json("find", words)] == [filed["document"]], words
    assert "<em>" in home.json("find", "tinh trang hon nhan")[0]["snippet"]

    # The text layer gives the words back; each revision is a prefix of the next.
    text = subprocess.run(["pdftotext", signed, "-"], capture_output=True, text=True, timeout=30, check=True).stdout
    assert "TÌNH TRẠNG HÔN NHÂN" in text
    assert "BẢN ĐIỆN TỬ CHUYỂN ĐỔI TỪ VĂN BẢN GIẤY" in text.replace("\n", " ")
    # What lies under the picture is what was chosen between the readers, line by line.
    raw = subprocess.run(
        ["pdftotext", "-raw", signed, "-"], capture_output=True, text=True, timeout=30, check=True
    ).stdout
    lines = [line for page in home.json("read", SAMPLE) for line in page["lines"]]
    assert any("trueocr" in line["engine"] and "tesseract" in line["engine"] for line in lines)
    assert [line["text"] for line in lines if line["text"] not in unicodedata.normalize("NFC", raw)] == []
    data = signed.read_bytes()
    for revision in filed["revisions"]:
        assert hashlib.sha256(data[: revision["length"]]).hexdigest() == revision["sha256"]

    # Who sits at the command line is in the chain of reads like anybody else.
    home.run("show", filed["document"])
    told = home.json("audit", "document", filed["document"])
    assert [(row["person"], row["purpose"], row["via"]) for row in told[:2]] == [
        ("local", "view", "cli"), ("local", "list", "cli"),
    ]  # fmt: skip
    assert ("local", "download") in {(row["person"], row["purpose"]) for row in told}

    report = home.json("check")[-1]
    assert (report["open"], report["totals"]["unsealed"]) == (0, 0)
    with sqlite3.connect(home.path / "catalogue.sqlite3") as catalogue:
        catalogue.execute("UPDATE warehouse_reading SET basis = 'khac' WHERE number = 1")
    assert [row["fault"] for row in home.json("check", check=5) if "fault" in row] == ["reads"]
    assert home.run("audit", "document", filed["document"], check=5).stderr.count("reading 1 was changed") == 1


def test_a_doubtful_paper_waits_for_a_person_who_is_recorded(home, tmp_path):
    """A paper whose owner the desk knows otherwise than it reads must be looked at."""
    (waiting,) = home.json("file", SAMPLE, "--owner", "001099000001", env=AGAIN)
    assert waiting["state"] == "TO_CONFIRM"
    assert "owner_id" in waiting["doubtful"]
    bad = home.run("confirm", waiting["document"], "issue_date=32/13/2025", check=3)
    assert "không hợp lệ" in bad.stderr
    (done,) = home.json("confirm", waiting["document"], "owner_id=001099000001")
    assert done["state"] == "FILED"
    assert done["fields"]["owner_id"]["by"] == "local"
    assert done["code"].startswith("001099000001.")
    assert home.json("check")[-1]["open"] == 0


def test_what_cannot_be_taken_is_named_and_the_rest_goes_on(home, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copyfile(SAMPLE, folder / "tốt.pdf")
    (folder / "trống.pdf").write_bytes(b"")
    (folder / "văn bản.docx").write_bytes(b"PK\x03\x04" + b"x" * 2000)
    rows = {row["file"].rsplit("/", 1)[-1]: row for row in home.json("file", folder, check=6, env=AGAIN)}
    assert rows["tốt.pdf"]["state"] == "FILED"
    assert rows["trống.pdf"]["state"] == "REFUSED"
    assert rows["trống.pdf"]["reason"]["code"] == "empty_file"
    assert rows["văn bản.docx"]["state"] == "REFUSED"
    assert home.json("check")[-1]["open"] == 0


def test_a_missing_file_and_wrong_words_are_told_apart(home):
    assert "không phải là tệp" in home.run("file", "/không/có.pdf", check=3).stdout
    home.run("file", check=2)
    home.run("show", "không-có", check=3)


def test_two_processes_in_one_home_do_nothing_twice(home, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(3):
        (folder / f"{n}.pdf").write_bytes(SAMPLE.read_bytes() + b"\n" * n)  # other bytes, another document
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        one, two = pool.map(lambda _: home.json("file", folder, env=AGAIN), range(2))
    assert {row["document"] for row in one} == {row["document"] for row in two}
    assert home.json("check")[-1]["totals"]["documents"] == 3
    for row in one:
        events = home.run("manage", "shell", "--no-imports", "-c", _EVENTS % row["document"]).stdout.split()
        assert len(events) == len(set(events)), events


_EVENTS = "from warehouse.models import LedgerEvent; print(*LedgerEvent.objects.filter(document='%s').values_list('kind', flat=True))"


def test_a_filed_paper_is_corrected_and_revoked_and_search_follows(filed_home):
    home, filed = filed_home
    why = ("--why", "số bị đọc nhầm, đối chiếu bản giấy")
    (corrected,) = home.json("correct", filed["document"], "number=4711/UBND-XNTTHN", *why)
    assert corrected["record_version"] == filed["record_version"] + 1
    assert corrected["revisions"] == filed["revisions"]
    assert corrected["fields"]["number"]["by"] == "local"
    assert [hit["document"] for hit in home.json("find", "4711/UBND-XNTTHN")] == [filed["document"]]
    assert home.run("correct", filed["document"], "number=4711/UBND-XNTTHN", *why, check=3).stderr
    revoked = home.json("validity", filed["document"], "revoked", *why, "--basis", "QĐ 1/QĐ-UBND")[0]
    assert (revoked["validity"], revoked["quality"]["song"]) == ("revoked", False)
    assert home.json("find", "4711/UBND-XNTTHN")[0]["validity"] == "revoked"
    assert home.json("check")[-1]["open"] == 0
