"""An object put in one request, only if nothing is there yet, by whoever knows its digest already.

The client hashes what it sends once more to sign it, and has no parameter for conditional writes; a desk waits for this
request. So it is signed here with the digest at hand (AWS Signature Version 4, `x-amz-content-sha256`), by the client's own
signer, and the server still refuses bytes that are not what the digest says.
"""

import hashlib
import io
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.credentials.credentials import Credentials
from minio.error import InvalidResponseError, S3Error, ServerError
from minio.signer import sign_v4_s3
from minio.time import to_amz_date
from urllib3.response import BaseHTTPResponse

from warehouse.adapters.s3_talk import BLOCK, S3Settings


class Creator:
    """Puts objects into one bucket. Threads may share one."""

    def __init__(self, settings: S3Settings, client: Minio, pool: urllib3.PoolManager) -> None:
        # Where objects of this bucket are is the client's to know: some servers want the bucket in the host's name.
        signed = urlsplit(client.get_presigned_url("PUT", settings.bucket, "x"))
        self._host, self._folder = signed.netloc, signed.path.removesuffix("x")
        self._scheme, self._region = signed.scheme, settings.region
        self._credentials = Credentials(settings.access_key, settings.secret_key)
        self._pool = pool.connection_from_url(f"{signed.scheme}://{signed.netloc}")

    def create(
        self, key: str, data: bytes, *, digest: str | None = None, notes: Mapping[str, str] | None = None
    ) -> str:
        """Put `data`; its version. `digest`: its SHA-256 (hex) where it is known; `notes`: further headers.

        Raises:
            S3Error: `PreconditionFailed`: something is there; `NotImplemented`: the server knows no conditions; others.
            ServerError, InvalidResponseError, urllib3's errors: the server fails or is away.
        """
        now = datetime.now(UTC)
        headers: dict[str, str | list[str] | tuple[str]] = {
            "Host": self._host,
            "Content-Length": str(len(data)),
            "Content-Type": "application/octet-stream",
            "If-None-Match": "*",
            "x-amz-content-sha256": digest or hashlib.sha256(data).hexdigest(),
            "x-amz-date": to_amz_date(now),
            **(notes or {}),
        }
        place = f"{self._folder}{key}"
        signed = sign_v4_s3(
            method="PUT",
            url=urlsplit(f"{self._scheme}://{self._host}{place}"),
            region=self._region,
            headers=headers,
            credentials=self._credentials,
            content_sha256=str(headers["x-amz-content-sha256"]),
            date=now,
        )
        body = io.BytesIO(data) if len(data) > BLOCK else data  # block by block: see `PatientPool`
        answer = self._pool.urlopen("PUT", place, body=body, headers={name: str(said) for name, said in signed.items()})
        if answer.status != 200:
            raise _error(answer)
        return answer.headers.get("x-amz-version-id", "")


def _error(answer: BaseHTTPResponse) -> Exception:
    kind = answer.headers.get("content-type", "")
    if answer.data and "application/xml" in kind:
        return S3Error.fromxml(answer)
    if answer.status >= 500:
        return ServerError(f"HTTP status {answer.status}", answer.status)
    return InvalidResponseError(answer.status, kind, answer.data.decode(errors="replace")[:200])
