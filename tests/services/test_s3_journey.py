"""A paper's whole journey with its bytes in a bucket, and what others may do to that bucket."""

import io
from dataclasses import replace

import pytest

from khoso.kernel.digest import digest_bytes
from tests.journey.conftest import SAMPLE, Home

from .conftest import empty_bucket

pytestmark = [pytest.mark.services, pytest.mark.slow]


@pytest.fixture
def home(tmp_path, s3_settings, monkeypatch):
    """A home whose store is a bucket of this test's own."""
    monkeypatch.setenv("KHOSO_STORE_URL", f"{s3_settings.url}/{s3_settings.bucket}")
    monkeypatch.setenv("KHOSO_S3_ACCESS_KEY", s3_settings.access_key)
    monkeypatch.setenv("KHOSO_S3_SECRET_KEY", s3_settings.secret_key)
    return Home(tmp_path / "home")


def test_a_paper_is_filed_locked_meddled_with_healed_and_erased(
    home, s3_settings, raw, s3_store, tmp_path, monkeypatch
):
    (filed,) = home.json("file", SAMPLE)
    assert filed["state"] == "FILED"
    assert not list((home.path / "store").glob("??/*"))
    final, original = filed["revisions"][-1]["sha256"], filed["original"][0]
    for digest in (final, original):
        assert s3_store.locked_until(digest) is not None
    home.run("sweeper", "--once")
    assert home.json("check")[-1]["open"] == 0

    # Somebody with a key overwrites one object and deletes another.
    for digest, act in ((final, "overwrite"), (original, "delete")):
        key = f"{digest[:2]}/{digest[2:4]}/{digest}"
        if act == "delete":
            raw.remove_object(s3_settings.bucket, key)
        else:
            raw.put_object(s3_settings.bucket, key, io.BytesIO(b"forged"), 6)
    got = tmp_path / "got.pdf"
    home.run("get", filed["document"], "-o", got)
    assert digest_bytes(got.read_bytes()) == final
    home.run("get", filed["document"], "--rendition", "original", "-o", got)
    assert digest_bytes(got.read_bytes()) == original
    rows = home.json("check", check=6)
    assert sorted(row.get("fault", "") for row in rows) == ["", "hidden", "hidden"]
    assert all(row["mended"] for row in home.json("check", "--repair") if "fault" in row)
    assert home.json("check")[-1]["open"] == 0

    # What is gone for good is named.
    stray = s3_store.put([b"x"], digest=digest_bytes(b"x"), size=1)
    assert home.json("check")[-1]["open"] == 0  # young: its row may be coming
    assert stray.digest in {item.digest for item in s3_store.names()}

    # Erasure needs the other key.
    order = ("--as", "local", "--basis", "Quyết định 12/QĐ-UBND", "--reason", "hết thời hạn lưu")
    told = home.run("erase", filed["document"], *order, check=4)
    assert "KHOSO_S3_ERASE_ACCESS_KEY" in told.stderr
    assert "1 lệnh hủy đã ghi vào nhật ký" in told.stderr
    assert "chưa mất gì" not in told.stderr
    (order_row,) = [row for row in home.json("doctor", check=None) if row["part"] == "Lệnh hủy"]
    assert not order_row["good"]
    assert "1 lệnh chưa làm xong" in order_row["detail"]
    monkeypatch.setenv("KHOSO_S3_ERASE_ACCESS_KEY", s3_settings.access_key)
    monkeypatch.setenv("KHOSO_S3_ERASE_SECRET_KEY", s3_settings.secret_key)
    (done,) = home.json("erase")
    assert {final, original} <= set(done["erased"])
    assert [item.digest for item in s3_store.names()] == [stray.digest]
    home.run("sweeper", "--once")
    assert home.json("check")[-1]["open"] == 0
    rows = home.json("doctor", check=None)
    assert [row["good"] for row in rows if row["part"] == "Lệnh hủy"] == [True]
    (locks,) = [row for row in home.json("doctor", check=None) if row["part"] in {"Khóa kho", "Locks of the store"}]
    assert locks["good"], locks


def test_a_slip_of_the_pen_in_the_buckets_name_opens_nothing(home, s3_settings, monkeypatch):
    home.json("file", SAMPLE)
    other = replace(s3_settings, bucket=s3_settings.bucket + "x")
    monkeypatch.setenv("KHOSO_STORE_URL", f"{other.url}/{other.bucket}")
    try:
        for command in (("prepare",), ("worker", "--until-idle"), ("sweeper", "--once"), ("file", SAMPLE)):
            assert "ngăn hay thư mục khác" in home.run(*command, check=2).stderr
        rows = home.json("doctor", check=4)
        assert [row["good"] for row in rows if row["part"] == "Kho đối tượng"] == [False]
    finally:
        empty_bucket(other)
