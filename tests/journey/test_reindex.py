"""`khoso reindex` as an operator runs it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MORE = """
from pathlib import Path
import os, search.rebuilding
from khoso.cli.reindexing import side_by_side
from khoso.wiring import open_index, open_store
from warehouse.models import Document
search.rebuilding.BATCH = 1
one = Document.objects.get()
for n in range(5):
    Document.objects.create(
        state="EXTRACTED", state_since=one.created_at, unit=one.unit, created_at=one.created_at, created_by=one.created_by,
        intake_key=str(n), name=f"kiểm kê MẪU {n}", due_at=one.created_at,
    )
"""
REBUILD = """
made = search.rebuilding.rebuild(index=open_index(), store=open_store(), putting=side_by_side(Path(os.environ["KHOSO_HOME"]), 2))
print("made", made.put, made.account.documents)
"""


def test_the_index_is_replaced_and_finds_the_same(filed_home):
    home, filed = filed_home
    before = home.json("find", "xác nhận")
    assert [hit["document"] for hit in before] == [filed["document"]]
    (told,) = home.json("reindex")
    assert (told["indexed"], told["put"], told["found"]) == (1, 1, 0)
    assert len(told["checksum"]) == 16
    assert home.json("find", "xác nhận") == before
    assert home.json("reindex")[0]["checksum"] == told["checksum"]
    assert home.json("check")[-1]["open"] == 0


def shell(home, text):
    return subprocess.run(
        [sys.executable, "-m", "khoso", "--home", str(home.path), "manage", "shell", "-c", text],
        cwd=ROOT, timeout=120, check=False, capture_output=True, text=True,
    )  # fmt: skip


def test_several_processes_put_batches_side_by_side(filed_home):
    home, _filed = filed_home
    done = shell(home, MORE + REBUILD)
    assert "made 6 6" in done.stdout, done.stderr
    assert len(home.json("find", "kiểm kê")) == 5
    told = subprocess.run(
        [sys.executable, "-m", "khoso", "--home", str(home.path), "--json", "reindex", "--processes", "2"],
        cwd=ROOT, timeout=120, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert '"indexed": 6' in told.stdout
    assert len(home.json("find", "kiểm kê")) == 5
    assert "1–64" in home.run("reindex", "--help").stdout
    for odd in ("0", "65", "hai", "²"):
        assert f"cần một số từ 1 đến 64, không phải '{odd}'" in home.run("reindex", "--processes", odd, check=2).stderr


def test_a_process_that_cannot_live_is_told_and_the_old_index_answers(filed_home):
    home, filed = filed_home
    broken = 'os.environ["PYTHONHOME"] = "/nowhere"\n'  # those that are started next cannot begin
    done = shell(home, MORE + broken + REBUILD)
    assert done.returncode != 0
    assert "một tiến trình dựng chỉ mục đã chết giữa chừng" in done.stderr
    assert [hit["document"] for hit in home.json("find", "xác nhận")] == [filed["document"]]


def test_one_begun_and_given_up_leaves_the_index_in_use(filed_home):
    home, filed = filed_home
    begun = (
        "from khoso.wiring import open_index, open_store; from search.rebuilding import rebuild\n"
        "def stop(done, total): raise SystemExit(9)\n"
        "rebuild(index=open_index(), store=open_store(), progress=stop)"
    )
    killed = shell(home, begun)
    assert killed.returncode == 9, killed.stderr
    assert [hit["document"] for hit in home.json("find", "xác nhận")] == [filed["document"]]
    assert home.json("reindex", "--abandon") == [{"abandoned": True}]
    assert [hit["document"] for hit in home.json("find", "xác nhận")] == [filed["document"]]
