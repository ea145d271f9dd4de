"""Two keys in MinIO: `khoso` works but cannot undo a lock; `khoso-erase` is for lawful erasure alone. Safe to run again.

minio_keys.py URL BUCKET       secrets from /run/secrets
"""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from minio.credentials import StaticProvider
from minio.minioadmin import MinioAdmin

SECRETS = Path("/run/secrets")
ON_BUCKET = (
    "s3:CreateBucket",
    "s3:GetBucket*",
    "s3:ListBucket*",
    "s3:PutBucketObjectLockConfiguration",
    "s3:PutBucketVersioning",
)
WORK = (
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:GetObject*",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
    "s3:PutObjectRetention",
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


def make_key(admin: MinioAdmin, name: str, secret: str, bucket: str, actions: tuple[str, ...]) -> None:
    """Make a key, or give it this secret and these rights again."""
    admin.policy_add(name, policy=policy(bucket, actions))
    admin.user_add(name, secret)
    admin.policy_set(name, user=name)


def main(url: str, bucket: str) -> None:
    """Make or renew both keys."""

    def secret(name: str) -> str:
        return (SECRETS / name).read_text(encoding="ascii").strip()

    place = urlsplit(url)
    root = StaticProvider("root", secret("minio_root_password"))
    admin = MinioAdmin(endpoint=place.netloc, credentials=root, secure=place.scheme == "https")
    make_key(admin, "khoso", secret("s3_secret_key"), bucket, WORK)
    make_key(admin, "khoso-erase", secret("s3_erase_secret_key"), bucket, ERASE)
    sys.stdout.write(f"keys for {bucket} are set\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
