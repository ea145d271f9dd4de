"""Bad days: a clear state, a clear sentence, and the way back."""

import os
import shutil
import subprocess
import time

import pytest

from khoso.kernel.digest import digest_bytes

from .conftest import AGAIN, SAMPLE

pytestmark = pytest.mark.slow


def test_a_changed_stored_byte_is_named_and_never_repaired(filed_home):
    home, filed = filed_home
    digest = filed["revisions"][-1]["sha256"]
    path = home.path / "store" / digest[:2] / digest[2:4] / digest
    data = bytearray(path.read_bytes())
    data[5000] ^= 0xFF
    path.chmod(0o644)
    path.write_bytes(data)
    rows = home.json("check", "--repair", check=5)
    assert ("changed", digest, False) in {(row.get("fault"), row.get("what"), row.get("mended")) for row in rows}
    assert path.read_bytes() == data
    assert digest in home.run("get", filed["document"], "-o", str(home.path.parent / "x.pdf"), check=5).stderr
    assert not (home.path.parent / "x.pdf").exists()


def test_what_a_check_found_is_told_though_the_index_is_away(filed_home):
    home, filed = filed_home
    away = {"KHOSO_ELASTICSEARCH_URL": "http://127.0.0.1:2"}
    rows = home.json("check", check=4, env=away)
    assert [(row["fault"], row["what"]) for row in rows[:-1]] == [("away", "index")]
    assert "127.0.0.1:2" in rows[0]["detail"]
    assert rows[-1]["totals"]["objects"] == 3
    digest = filed["original"][0]
    (home.path / "store" / digest[:2] / digest[2:4] / digest).unlink()
    rows = home.json("check", "--repair", check=5, env=away)
    assert {row.get("fault") for row in rows[:-1]} == {"missing", "away"}
    store = {"KHOSO_STORE_URL": "http://127.0.0.1:2/kho", "KHOSO_S3_ACCESS_KEY": "a", "KHOSO_S3_SECRET_KEY": "b"}
    rows = home.json("check", "--repair", check=4, env=store)
    assert [(row["fault"], row["what"]) for row in rows[:-1]] == [("away", "store")]
    assert (rows[-1]["totals"]["entries"], rows[-1]["totals"]["unsealed"]) == (1, 0)


def test_a_missing_object_is_named(filed_home):
    home, filed = filed_home
    digest = filed["original"][0]
    (home.path / "store" / digest[:2] / digest[2:4] / digest).unlink()
    rows = home.json("check", check=5)
    assert any(row.get("fault") == "missing" and digest in row["detail"] for row in rows)


def test_a_deleted_index_comes_back_by_itself(filed_home):
    home, filed = filed_home
    for path in home.path.glob("index.sqlite3*"):
        path.unlink()
    rows = home.json("check", check=6)
    assert any(row.get("fault") == "unindexed" for row in rows)
    home.run("check", "--repair")
    assert [hit["document"] for hit in home.json("find", "hôn nhân")] == [filed["document"]]
    for path in home.path.glob("index.sqlite3*"):
        path.unlink()
    (rebuilt,) = home.json("reindex")
    assert (rebuilt["indexed"], rebuilt["put"]) == (1, 1)
    assert [hit["document"] for hit in home.json("find", "hôn nhân")] == [filed["document"]]


def test_while_the_index_is_away_a_paper_opens_by_its_whole_number_alone(filed_home):
    home, filed = filed_home
    away = {"KHOSO_ELASTICSEARCH_URL": "http://127.0.0.1:2"}
    number = filed["fields"]["number"]["value"]
    for asked in ((number,), (f"số:{number}",), ("--number", number)):
        (hit,) = home.json("find", *asked, env=away)
        assert (hit["document"], hit["number"]) == (filed["document"], number)
    assert "Chỉ mục tìm kiếm không trả lời" in home.run("find", number, env=away).stderr
    for asked in ("hôn nhân", number[:-2], f"{number} loại:khai sinh"):
        assert home.json("find", asked, check=4, env=away) == []


def test_a_stray_object_is_named_and_cleared_away(filed_home):
    home, _ = filed_home
    digest = "ab" * 32
    stray = home.path / "store" / digest[:2] / digest[2:4] / digest
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"litter")
    later = digest_bytes(b"its row comes later")
    young = home.path / "store" / later[:2] / later[2:4] / later
    young.parent.mkdir(parents=True, exist_ok=True)
    young.write_bytes(b"its row comes later")
    os.utime(stray, (time.time() - 3700,) * 2)
    rows = home.json("check", check=5)  # its bytes are not what its name says, either
    assert {row.get("fault") for row in rows} >= {"stray", "changed"}
    home.run("check", "--repair", check=5)
    assert not stray.exists()
    assert young.exists()
    assert home.json("check")[-1]["open"] == 0


def test_a_changed_ledger_is_told(filed_home):
    home, _ = filed_home
    change = "from warehouse.models import LedgerEvent as E; e = E.objects.first(); E.objects.filter(pk=e.pk).update(body=e.body + ' ')"
    home.run("manage", "shell", "--no-imports", "-c", change)
    rows = home.json("check", check=5)
    assert any(row.get("fault") == "ledger" for row in rows)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
def test_a_full_disk_says_so_and_goes_on_when_there_is_room(home, tmp_path):
    store = home.path / "store"
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1200k", "none", str(store)], check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        (store / "incoming").mkdir()
        (store / "incoming" / "ballast").write_bytes(b"\0" * 900_000)
        refused = home.run("--json", "file", SAMPLE, check=3, env=AGAIN)
        assert "No space left on device" in refused.stdout
        assert home.json("check")[-1]["totals"]["documents"] == 0  # nothing half entered
        (store / "incoming" / "ballast").unlink()
        subprocess.run(["mount", "-o", "remount,size=64m", str(store)], check=True)
        (filed,) = home.json("file", SAMPLE, env=AGAIN)
        assert filed["state"] in {"FILED", "TO_CONFIRM"}
        assert home.json("check")[-1]["open"] == 0
    finally:
        subprocess.run(["umount", str(store)], check=True)


def test_a_store_that_cannot_be_written_says_so(home):
    shutil.rmtree(home.path / "store")
    (home.path / "store").write_text("in the way", encoding="utf-8")
    told = home.run("--json", "file", SAMPLE, check=None, env=AGAIN)
    assert told.returncode in {3, 4}
    assert "store" in told.stdout + told.stderr
    (home.path / "store").unlink()
    (filed,) = home.json("file", SAMPLE, env=AGAIN)
    assert filed["state"] in {"FILED", "TO_CONFIRM"}


def test_a_home_that_cannot_be_made_says_so(new_home):
    new_home.path.write_text("a file", encoding="utf-8")
    told = new_home.run("check", check=4)
    assert str(new_home.path) in told.stderr
