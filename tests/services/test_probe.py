"""The probe on real servers: a fit one, buckets that are not fit, and servers that lie about one property each."""

import dataclasses
import io
import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from minio import Minio
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from minio.versioningconfig import ENABLED, VersioningConfig

from khoso.kernel.errors import Unavailable
from tests.services.conftest import empty_bucket
from warehouse.adapters.s3_probe import Probe
from warehouse.adapters.s3_talk import client_for

ROOT = Path(__file__).resolve().parents[2]
NEEDED = {
    "versioning",
    "lock",
    "canary",
    "retention",
    "old_version",
    "list_after_write",
    "ranged_read",
    "multipart",
    "clock",
    "wrong_credentials",
    "anonymous",
}

pytestmark = pytest.mark.services


@pytest.fixture
def scratch(s3_settings):
    """Settings without a bucket: the probe makes its own."""
    return dataclasses.replace(s3_settings, bucket="")


def unfit(findings):
    return {finding.check for finding in findings if finding.needed and not finding.fit}


def test_a_fit_server_passes_every_row_and_keeps_nothing_of_the_probe(scratch, raw):
    probe = Probe(scratch)
    findings = list(probe.run())
    assert unfit(findings) == set()
    assert {finding.check for finding in findings if finding.needed} == NEEDED
    assert all(finding.detail for finding in findings)
    assert not raw.bucket_exists(probe.settings.bucket)


def test_a_bucket_that_is_given_is_left_as_it_was(s3_settings, raw):
    raw.make_bucket(s3_settings.bucket, object_lock=True)
    raw.put_object(s3_settings.bucket, "kept", io.BytesIO(b"x"), 1)
    assert unfit(Probe(s3_settings).run()) == set()
    left = raw.list_objects(s3_settings.bucket, recursive=True, include_version=True)
    assert [item.object_name for item in left] == ["kept"]


def test_a_bucket_without_lock_is_unfit_for_reasons(s3_settings, raw):
    raw.make_bucket(s3_settings.bucket)
    raw.set_bucket_versioning(s3_settings.bucket, VersioningConfig(ENABLED))
    assert unfit(Probe(s3_settings).run()) == {"lock", "canary", "retention"}


def test_a_bucket_without_versions_is_unfit_for_reasons(s3_settings, raw):
    raw.make_bucket(s3_settings.bucket)
    assert unfit(Probe(s3_settings).run()) == {"versioning", "lock", "canary", "retention", "old_version"}
    assert list(raw.list_objects(s3_settings.bucket, recursive=True)) == []


def test_a_bucket_that_is_not_there_is_unfit(s3_settings):
    assert unfit(Probe(s3_settings).run()) == {"bucket"}


def test_a_bucket_open_to_everybody_is_unfit(s3_settings, raw):
    raw.make_bucket(s3_settings.bucket, object_lock=True)
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": ["*"]},
        "Action": ["s3:GetObject"],
        "Resource": [f"arn:aws:s3:::{s3_settings.bucket}/*"],
    }
    raw.set_bucket_policy(s3_settings.bucket, json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    assert unfit(Probe(s3_settings).run()) == {"anonymous"}


def test_wrong_keys_are_no_verdict(scratch):
    with pytest.raises(Unavailable, match="từ chối khóa"):
        list(Probe(dataclasses.replace(scratch, secret_key="wrong")).run())


# Servers that lie: each makes one row fail, so no row is one that cannot


class Deleting(Minio):
    """Deletes what is locked."""

    def remove_object(self, bucket_name, object_name, version_id=None):
        wanted = [DeleteObject(object_name, version_id)]
        for error in self.remove_objects(bucket_name, wanted, bypass_governance_mode=True):
            raise S3Error(None, error.code, error.message, None, None, None)


class Shortening(Minio):
    """Lets locks be shortened."""

    def _execute(self, method, bucket_name=None, object_name=None, body=None, headers=None, query_params=None, **more):
        if method == "PUT" and query_params and "retention" in query_params:
            headers = {**(headers or {}), "x-amz-bypass-governance-retention": "true"}
        return super()._execute(method, bucket_name, object_name, body, headers, query_params, **more)


class Overwriting(Minio):
    """Forgets earlier versions."""

    def put_object(self, bucket_name, object_name, data, length, *more, **named):
        before = list(self.list_objects(bucket_name, prefix=object_name, include_version=True))
        made = super().put_object(bucket_name, object_name, data, length, *more, **named)
        for item in before:
            self.remove_object(bucket_name, object_name, item.version_id)
        return made


class ListingLate(Minio):
    """Shows what was written only later."""

    def list_objects(self, *given, **named):
        listed = list(super().list_objects(*given, **named))
        return listed if named.get("include_version") else listed[:-1]


class ReadingAll(Minio):
    """Takes no notice of ranges."""

    def get_object(self, bucket_name, object_name, offset=0, length=0, **named):
        return super().get_object(bucket_name, object_name, **named)


class Damaging(Minio):
    """Loses the end of what came in parts."""

    def put_object(self, bucket_name, object_name, data, length, *more, **named):
        if named.get("part_size") and type(data).__name__ == "Checked":
            whole = data.read(length)
            return super().put_object(bucket_name, object_name, io.BytesIO(whole[:-3] + b"END"), length, **named)
        return super().put_object(bucket_name, object_name, data, length, *more, **named)


class Showing(Minio):
    """Makes an object of what broke off."""

    def put_object(self, bucket_name, object_name, data, length, *more, **named):
        try:
            return super().put_object(bucket_name, object_name, data, length, *more, **named)
        except Exception:
            super().put_object(bucket_name, object_name, io.BytesIO(b"half"), 4)
            raise


class Skewed(Minio):
    """Lives an hour ago."""

    def stat_object(self, *given, **named):
        stat = super().stat_object(*given, **named)
        return dataclasses.replace(stat, metadata={**stat.metadata, "date": "Thu, 26 Nov 2020 10:00:00 GMT"})


class NotChecking(Minio):
    """Takes no notice of checksums."""

    def put_object(self, bucket_name, object_name, data, length, *more, **named):
        return super().put_object(bucket_name, object_name, data, length, *more, **{**named, "metadata": None})


@pytest.mark.parametrize(
    ("liar", "check"),
    [
        (Deleting, "canary"),
        (Shortening, "retention"),
        (Overwriting, "old_version"),
        (ListingLate, "list_after_write"),
        (ReadingAll, "ranged_read"),
        (Damaging, "multipart"),
        (Showing, "multipart"),
        (Skewed, "clock"),
        (NotChecking, "checksum"),
    ],
)
def test_a_server_that_lies_is_found_out(scratch, liar, check):
    def connect(settings, **how):
        client = client_for(settings, **how)
        client.__class__ = liar
        return client

    findings = list(Probe(scratch, connect=connect).run())
    assert check in {finding.check for finding in findings if not finding.fit}
    assert {finding.check for finding in findings} >= NEEDED


def test_a_server_that_takes_any_key_is_found_out(scratch):
    findings = Probe(scratch, connect=lambda _settings, **_how: client_for(scratch)).run()
    assert unfit(findings) == {"wrong_credentials", "anonymous"}


# The command


def command(*arguments, **environment):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "khoso", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=ROOT,
        env={**kept, **environment},
    )
    return done.returncode, done.stdout, done.stderr


def test_the_command_says_fit_and_unfit(needed, s3_settings, raw):
    keys = {"S3_ACCESS_KEY": needed("S3_ACCESS_KEY"), "S3_SECRET_KEY": needed("S3_SECRET_KEY")}
    url = needed("S3_ENDPOINT")
    code, out, _ = command("--json", "probe-store", url, **keys)
    rows = [json.loads(line) for line in out.splitlines()]
    assert (code, rows[-1]["fit"]) == (0, True)
    raw.make_bucket(s3_settings.bucket)
    code, out, _ = command("probe-store", f"{url}/{s3_settings.bucket}", **keys)
    assert code == 3
    assert "✗  lock" in out
    assert "KHÔNG dùng được" in out
    code, out, _ = command(
        "probe-store", url, KHOSO_S3_ACCESS_KEY=keys["S3_ACCESS_KEY"], KHOSO_S3_SECRET_KEY=secrets.token_hex(8)
    )
    assert (code, out) == (4, "")
    assert command("probe-store", url)[0] == 2
    assert command("probe-store", "ftp://somewhere", **keys)[0] == 2
    assert command("probe-store", "http://127.0.0.1:1", **keys)[0] == 4
    empty_bucket(s3_settings)
