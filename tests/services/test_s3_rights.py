"""Two keys with the least rights each needs (docs/operating.md shows the same): the daily one and the erasing one."""

import dataclasses
import json
import os
import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from minio.credentials import StaticProvider
from minio.minioadmin import MinioAdmin

from khoso.kernel.digest import digest_bytes
from khoso.kernel.errors import Refused, Unavailable
from tests.journey.conftest import Home
from tests.services.conftest import empty_bucket
from tests.warehouse.store_exam import DATA, ORDER, ObjectStoreExam, put, soon
from warehouse.adapters.s3 import S3Store
from warehouse.adapters.s3_probe import Probe

pytestmark = pytest.mark.services

DIGEST = digest_bytes(DATA)
SHOWN = Path(__file__).resolve().parents[2] / "docs" / "operating.md"


def shown_policies():
    """The two policies as the operator's page shows them, for the bucket `kho`."""
    blocks = re.findall(r"```json\n(.*?)```", SHOWN.read_text(encoding="utf-8"), re.DOTALL)
    daily, erasing = (json.loads(block) for block in blocks if "s3:" in block)
    return daily, erasing


@pytest.fixture(scope="module")
def admin():
    needed = {name: os.environ.get(name, "") for name in ("S3_ENDPOINT", "S3_ACCESS_KEY", "S3_SECRET_KEY")}
    if not all(needed.values()):
        pytest.fail("S3_ENDPOINT, S3_ACCESS_KEY and S3_SECRET_KEY must be set: start the servers")
    url = urlsplit(needed["S3_ENDPOINT"])
    keys = StaticProvider(needed["S3_ACCESS_KEY"], needed["S3_SECRET_KEY"])
    return MinioAdmin(endpoint=url.netloc, credentials=keys, secure=url.scheme == "https")


@pytest.fixture(scope="module")
def users(admin):
    """(prefix of bucket names, daily name and secret, erasing name and secret), allowed what the page says and no more."""
    prefix = f"khoso-test-{secrets.token_hex(6)}"
    made = []
    for role, policy in zip(("daily", "erasing"), shown_policies(), strict=True):
        name, secret = f"{prefix}-{role}", secrets.token_hex(20)
        text = json.dumps(policy).replace("arn:aws:s3:::kho", f"arn:aws:s3:::{prefix}-*")
        admin.policy_add(name, policy=json.loads(text))
        admin.user_add(name, secret)
        admin.policy_set(name, user=name)
        made.append((name, secret))
    yield prefix, *made
    for name, _ in made:
        admin.user_remove(name)
        admin.policy_remove(name)


@pytest.fixture
def keys(users, s3_settings):
    """Settings with a daily and an erasing key of their own."""
    prefix, daily, erasing = users
    settings = dataclasses.replace(
        s3_settings,
        bucket=f"{prefix}-{secrets.token_hex(6)}",
        access_key=daily[0],
        secret_key=daily[1],
        erasure_access_key=erasing[0],
        erasure_secret_key=erasing[1],
    )
    yield settings
    empty_bucket(dataclasses.replace(s3_settings, bucket=settings.bucket))


class TestWithLeastRights(ObjectStoreExam):
    """The whole exam with the least rights."""

    @pytest.fixture
    def store(self, keys):
        return S3Store(keys)


def test_the_daily_key_passes_no_lock(keys):
    put(S3Store(keys))
    S3Store(keys).lock(DIGEST, until=soon(days=1))
    daily = S3Store(dataclasses.replace(keys, erasure_access_key=keys.access_key, erasure_secret_key=keys.secret_key))
    with pytest.raises(Refused):
        daily.discard(DIGEST)
    with pytest.raises(Unavailable, match="quyền"):
        daily.erase(DIGEST, order=ORDER)
    assert b"".join(daily.open(DIGEST)) == DATA
    S3Store(keys).erase(DIGEST, order=ORDER)
    assert list(daily.names()) == []


def test_the_erasing_key_neither_reads_nor_writes(keys):
    put(S3Store(keys))
    eraser = S3Store(dataclasses.replace(keys, access_key=keys.erasure_access_key, secret_key=keys.erasure_secret_key))
    with pytest.raises(Unavailable, match="từ chối khóa"):
        list(eraser.open(DIGEST))
    with pytest.raises(Unavailable, match="từ chối khóa"):
        eraser.put([b"x"], digest=digest_bytes(b"x"), size=1)


def test_the_probe_sees_that_the_daily_key_is_separate(keys, raw):
    raw.make_bucket(keys.bucket, object_lock=True)
    findings = {finding.check: finding for finding in Probe(keys).run()}
    assert [finding for finding in findings.values() if finding.needed and not finding.fit] == []
    assert findings["separate_erasure"].fit


def test_a_key_taken_away_is_told_and_given_back_works_again(keys, admin):
    store = S3Store(keys)
    put(store)
    admin.user_disable(keys.access_key)
    with pytest.raises(Unavailable, match="từ chối khóa"):
        put(store, b"more")
    with pytest.raises(Unavailable, match="từ chối khóa"):
        list(store.open(DIGEST))
    admin.user_enable(keys.access_key)
    assert b"".join(store.open(DIGEST)) == DATA


def test_encryption_a_server_has_no_key_for_is_told(s3_settings):
    store = S3Store(dataclasses.replace(s3_settings, encrypted=True))
    findings = {finding.check: finding for finding in Probe(dataclasses.replace(s3_settings, bucket="")).run()}
    if findings["encryption"].fit:
        put(store)
        assert b"".join(store.open(DIGEST)) == DATA
    else:
        with pytest.raises(Unavailable, match="mã hóa"):
            put(store)


def test_doctor_writes_and_so_finds_a_key_that_may_only_read(admin, s3_settings, s3_store, raw, tmp_path, monkeypatch):
    put(s3_store, b"a page")
    name, secret = f"khoso-test-{secrets.token_hex(6)}", secrets.token_hex(20)
    reads = shown_policies()[0]
    text = json.dumps(reads).replace("arn:aws:s3:::kho", f"arn:aws:s3:::{s3_settings.bucket}")
    admin.policy_add(name, policy=json.loads(text.replace('"s3:PutObject", ', "")))
    admin.user_add(name, secret)
    admin.policy_set(name, user=name)
    try:
        monkeypatch.setenv("KHOSO_STORE_URL", f"{s3_settings.url}/{s3_settings.bucket}")
        monkeypatch.setenv("KHOSO_S3_ACCESS_KEY", s3_settings.access_key)
        monkeypatch.setenv("KHOSO_S3_SECRET_KEY", s3_settings.secret_key)
        before = _versions(raw, s3_settings.bucket)
        assert _store_row(Home(tmp_path / "home"))["good"]
        assert _versions(raw, s3_settings.bucket) == before, "nothing of the trial is left"
        monkeypatch.setenv("KHOSO_S3_ACCESS_KEY", name)
        monkeypatch.setenv("KHOSO_S3_SECRET_KEY", secret)
        row = _store_row(Home(tmp_path / "home"))
        assert not row["good"]
        assert "AccessDenied" in row["detail"]
    finally:
        admin.user_remove(name)
        admin.policy_remove(name)


def _versions(raw, bucket):
    listed = raw.list_objects(bucket, recursive=True, include_version=True)
    return [(item.object_name, item.version_id, item.is_delete_marker) for item in listed]


def _store_row(home):
    (row,) = [row for row in home.json("doctor", check=None) if row["part"] == "Kho đối tượng"]
    return row
