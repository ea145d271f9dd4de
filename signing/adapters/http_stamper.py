"""A time stamping authority over HTTP (RFC 3161 §3.4)."""

from secrets import randbits

import httpx
from asn1crypto import algos, tsp

from khoso.kernel.errors import Unavailable

_LARGEST = 64 * 1024  # bytes of an answer


class HttpStamper:
    """A `TimeStamper` that asks an authority.

    Args:
        url: of the authority.
        client: an HTTP client with its time-outs, authentication and trust set.
    """

    def __init__(self, url: str, *, client: httpx.Client) -> None:
        self._url = url
        self._client = client

    def stamp(self, digest: bytes) -> bytes:
        """See `TimeStamper.stamp`. The answer must be about our digest and our request; its signature is judged by verifiers."""
        nonce = randbits(63)
        request = tsp.TimeStampReq(
            {
                "version": "v1",
                "message_imprint": tsp.MessageImprint(
                    {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": digest}
                ),
                "nonce": nonce,
                "cert_req": True,
            }
        )
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        try:
            answer = self._client.post(self._url, content=request.dump(), headers=headers)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise Unavailable(f"the time stamping authority {self._url} does not answer: {error}") from error
        return self._token(answer.content, digest, nonce)

    def _token(self, answer: bytes, digest: bytes, nonce: int) -> bytes:
        if len(answer) > _LARGEST:
            raise Unavailable(f"the time stamping authority {self._url} answers with {len(answer)} bytes")
        try:
            response = tsp.TimeStampResp.load(answer)
            status = response["status"]["status"].native
            token = response["time_stamp_token"]
            info = token["content"]["encap_content_info"]["content"].parsed if status.startswith("granted") else None
            honest = info is not None and (info["message_imprint"]["hashed_message"].native, info["nonce"].native) == (
                digest,
                nonce,
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Unavailable(f"the time stamping authority {self._url} gives no usable answer: {error}") from error
        if not honest:
            raise Unavailable(f"the time stamping authority {self._url} gives no stamp for our request ({status})")
        return bytes(token.dump())
