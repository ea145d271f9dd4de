"""`khoso reindex` as an operator runs it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


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


def test_one_begun_and_given_up_leaves_the_index_in_use(filed_home):
    home, filed = filed_home
    begun = (
        "from khoso.wiring import open_index, open_store; from search.rebuilding import rebuild\n"
        "def stop(done, total): raise SystemExit(9)\n"
        "rebuild(index=open_index(), store=open_store(), progress=stop)"
    )
    killed = subprocess.run(
        [sys.executable, "-m", "khoso", "--home", str(home.path), "manage", "shell", "-c", begun],
        cwd=ROOT, timeout=120, check=False, capture_output=True,
    )  # fmt: skip
    assert killed.returncode == 9, killed.stderr
    assert [hit["document"] for hit in home.json("find", "xác nhận")] == [filed["document"]]
    assert home.json("reindex", "--abandon") == [{"abandoned": True}]
    assert [hit["document"] for hit in home.json("find", "xác nhận")] == [filed["document"]]
