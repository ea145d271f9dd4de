"""Two keys in MinIO: `khoso` works but cannot undo a lock; `khoso-erase` is for lawful erasure alone. Safe to run again.

minio_keys.py URL BUCKET       secrets from /run/secrets, or from the folder SECRETS names
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from minio.credentials import StaticProvider
from minio.minioadmin import MinioAdmin

WORK = (
    "s3:GetObject*",
    "s3:PutObject",
    "s3:PutObjectRetention",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:AbortMultipartUpload",
    "s3:ListMultipartUploadParts",
)
ON_BUCKET = (
    "s3:ListBucket*",
    "s3:GetBucket*",
    "s3:CreateBucket",
    "s3:PutBucketVersioning",
    "s3:PutBucketObjectLockConfiguration",
)
ERASE = (*WORK, "s3:BypassGovernanceRetention")


def policy(bucket: str, actions: tuple[str, ...]) -> dict[str, Any]:
    """What a key may do with one bucket."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": list(ON_BUCKET), "Resource": [f"arn:aws:s3:::{bucket}"]},
            {"Effect": "Allow", "Action": list(actions), "Resource": [f"arn:aws:s3:::{bucket}/*"]},
        ],
    }


def main(url: str, bucket: str) -> None:
    """Make or renew both keys."""
    secrets = Path(os.environ.get("SECRETS", "/run/secrets"))

    def secret(name: str) -> str:
        return (secrets / name).read_text(encoding="ascii").strip()

    place = urlsplit(url)
    root = StaticProvider("root", secret("minio_root_password"))
    admin = MinioAdmin(place.netloc, root, secure=place.scheme == "https")
    for name, password, actions in (
        ("khoso", secret("s3_secret_key"), WORK),
        ("khoso-erase", secret("s3_erase_secret_key"), ERASE),
    ):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(policy(bucket, actions), file)
            file.flush()
            admin.policy_add(name, file.name)
        admin.user_add(name, password)
        admin.policy_set(name, user=name)
        print(f"{name}: key and policy are set")  # noqa: T201 - what the operator reads in the log


if __name__ == "__main__":
    main(*sys.argv[1:])
