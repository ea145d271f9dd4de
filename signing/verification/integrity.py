"""Does a signature's cryptography hold for the bytes it covers? Trust and time are judged elsewhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from asn1crypto import cms, core, tsp
from cryptography.hazmat.primitives import hashes
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from signing.verification import sentences as say
from signing.verification.algorithms import known
from signing.verification.cms import Cms
from signing.verification.faults import FOREIGN

_CHUNK = 1 << 20
_DIGESTS: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "md5": hashes.MD5,
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
    "sha512_224": hashes.SHA512_224,
    "sha512_256": hashes.SHA512_256,
    "sha3_224": hashes.SHA3_224,
    "sha3_256": hashes.SHA3_256,
    "sha3_384": hashes.SHA3_384,
    "sha3_512": hashes.SHA3_512,
}


class OutsideFile(ValueError):
    """The byte range covers bytes the file does not have (any more)."""


Digester = Callable[[str], bytes]
"""Digest of what a signature covers, by the algorithm's name; `ValueError` for an unknown name, `OutsideFile`."""


@dataclass(frozen=True)
class Integrity:
    """`state` as INTERFACE §2; `proven` tells that something is wrong for sure, not only beyond our reading."""

    state: str
    proven: bool = False
    reasons: tuple[str, ...] = ()


INTACT = Integrity("intact")


def digester(stream: BinaryIO, size: int, byte_range: Sequence[int]) -> Digester:
    """Digests over the byte range, each algorithm once."""
    done: dict[str, bytes] = {}

    def digest(algorithm: str) -> bytes:
        if algorithm not in done:
            done[algorithm] = _digest(stream, size, byte_range, algorithm)
        return done[algorithm]

    return digest


def judge(parts: Cms, covered: Digester, *, sha1_inside: bool = False) -> Integrity:
    """Check a signature over the file's bytes.

    Args:
        parts: the signature.
        covered: digests of the bytes it covers.
        sha1_inside: it is of the kind `adbe.pkcs7.sha1`, which carries the SHA-1 of the bytes as its content
            (ISO 32000-1, 12.8.3.3); the other kinds must carry none.
    """
    try:
        if sha1_inside:
            content = bytes(parts.encapsulated)
            if content != covered("sha1"):
                return Integrity("modified", proven=True, reasons=(say.BYTES_CHANGED,))
            return _check(parts, _hash(parts.signer_info["digest_algorithm"]["algorithm"].native, content))
        if not isinstance(parts.encapsulated, core.Void):
            return Integrity("unreadable", proven=True, reasons=(say.CONTENT_INSIDE,))
        return _check(parts, covered(str(parts.signer_info["digest_algorithm"]["algorithm"].native)))
    except OutsideFile:
        return Integrity("modified", proven=True, reasons=(say.BYTES_CHANGED,))
    except FOREIGN:
        return Integrity("unreadable", reasons=(say.SIGNATURE_UNREADABLE,))


def judge_token(parts: Cms, stamped: Digester) -> tuple[Integrity, tsp.TSTInfo | None]:
    """Check a time-stamp token (RFC 3161) over whatever `stamped` digests."""
    try:
        info = parts.encapsulated.parsed
        if not isinstance(info, tsp.TSTInfo):
            return Integrity("unreadable", proven=True, reasons=(say.SIGNATURE_UNREADABLE,)), None
        imprint = info["message_imprint"]
        if stamped(str(imprint["hash_algorithm"]["algorithm"].native)) != imprint["hashed_message"].native:
            return Integrity("modified", proven=True, reasons=(say.BYTES_CHANGED,)), info
        algorithm = str(parts.signer_info["digest_algorithm"]["algorithm"].native)
        return _check(parts, _hash(algorithm, bytes(parts.encapsulated))), info
    except OutsideFile:
        return Integrity("modified", proven=True, reasons=(say.BYTES_CHANGED,)), None
    except FOREIGN:
        return Integrity("unreadable", reasons=(say.SIGNATURE_UNREADABLE,)), None


def signature_digester(signer_info: cms.SignerInfo) -> Digester:
    """Digests of the signature value: what a signature time stamp is made over."""
    return lambda algorithm: _hash(algorithm, signer_info["signature"].native)


def _check(parts: Cms, digest: bytes) -> Integrity:
    beyond_us = _beyond_us(parts)
    if beyond_us:
        return Integrity("unreadable", reasons=(beyond_us,))
    try:
        same, right = validate_sig_integrity(parts.signer_info, parts.certificate, parts.content_type, digest)
    except SignatureValidationError:
        return Integrity("unreadable", proven=True, reasons=(say.SIGNATURE_MALFORMED,))
    if same and right:
        return INTACT
    return Integrity("modified", proven=True, reasons=(say.VALUE_WRONG if same else say.BYTES_CHANGED,))


def _beyond_us(parts: Cms) -> str:
    """Why nobody, or not everybody, can check the signature; empty if it can be checked."""
    if parts.certificate is None:
        return say.NO_CERTIFICATE
    if not known(parts.signer_info["signature_algorithm"]):
        return say.UNKNOWN_ALGORITHM
    return "" if _in_order(parts.signer_info) else say.NOT_DER


def _in_order(signer_info: cms.SignerInfo) -> bool:
    """Signed attributes must be DER (RFC 5652, 5.4): programs that put them in order first, as it asks, compute another
    value than programs that take them as they lie. A signature that only some programs confirm proves nothing.
    """
    attributes = signer_info["signed_attrs"]
    if isinstance(attributes, core.Void):
        return True
    encoded = [attribute.dump() for attribute in attributes]
    return encoded == sorted(encoded)


def _digest(stream: BinaryIO, size: int, byte_range: Sequence[int], algorithm: str) -> bytes:
    running = hashes.Hash(_algorithm(algorithm))
    for start, length in zip(byte_range[::2], byte_range[1::2], strict=True):
        if start < 0 or length < 0 or start + length > size:
            raise OutsideFile("the byte range leaves the file")
        stream.seek(start)
        left = int(length)
        while left:
            piece = stream.read(min(_CHUNK, left))
            if not piece:
                raise OutsideFile("the file ends inside the byte range")
            running.update(piece)
            left -= len(piece)
    return running.finalize()


def _hash(algorithm: str, data: bytes) -> bytes:
    running = hashes.Hash(_algorithm(algorithm))
    running.update(data)
    return running.finalize()


def _algorithm(name: str) -> hashes.HashAlgorithm:
    if name.lower() in {"shake256", "shake256_len"}:
        return hashes.SHAKE256(64)  # the one length CMS knows (RFC 8419)
    if name.lower() not in _DIGESTS:
        raise ValueError(f"unknown digest {name!r}")
    return _DIGESTS[name.lower()]()
