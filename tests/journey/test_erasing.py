"""Lawful erasure as an operator runs it."""

import pytest

from .conftest import Home

pytestmark = pytest.mark.slow


def test_an_erased_document_is_gone_everywhere_and_its_ledger_whole(filed_home, tmp_path):
    home, filed = filed_home
    cached = home.path / "cache" / filed["original"][0][:2] / f"{filed['original'][0]}-1-0-200.jpg"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(b"a page")
    assert home.json("find", "hôn nhân")
    order = ("--as", "local", "--basis", "Quyết định 12/QĐ-UBND", "--reason", "hết thời hạn lưu")
    home.run("erase", filed["document"], check=2)
    (done,) = home.json("erase", filed["document"], *order)
    assert done["document"] == filed["document"]
    assert filed["original"][0] in done["erased"]
    assert home.json("find", "hôn nhân") == []
    assert list((home.path / "store").glob("??/??/*")) == []
    assert not cached.exists()
    assert home.json("show", filed["document"])[0]["state"] == "ERASED"
    home.run("get", filed["document"], "-o", home.path / "x.pdf", check=3)
    home.run("sweeper", "--once")  # seals the ledger
    report = home.json("check")
    assert (report[-1]["open"], report[-1]["totals"]["objects"]) == (0, 0)
    home.run("erase", filed["document"], *order, check=3)
    assert home.json("erase") == []
    home.run("backup", tmp_path / "backup")
    (restored,) = Home(tmp_path / "new").json("restore", tmp_path / "backup")
    assert (restored["documents"], restored["indexed"]) == (1, 0)
