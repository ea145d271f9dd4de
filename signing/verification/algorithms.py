"""Names of signature algorithms, and which of them no longer prove anything for sure."""

from asn1crypto import algos, cms, keys, x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

WEAK_DIGESTS = frozenset({"md2", "md5", "sha1"})
_LEAST_BITS = {"rsa": 2048, "rsassa_pss": 2048, "dsa": 2048, "ec": 224}
_KEY_NAMES = {"rsa": "RSA", "rsassa_pss": "RSA", "dsa": "DSA", "ec": "EC"}
_KINDS = {"rsassa_pkcs1v15": "RSA", "rsassa_pss": "RSAPSS", "ecdsa": "ECDSA", "dsa": "DSA"}
_DIGEST_NAMES = {"md2": "MD2", "md5": "MD5", "sha1": "SHA-1"}


def known(algorithm: algos.SignedDigestAlgorithm) -> bool:
    """Whether the identifier names a signature algorithm at all."""
    try:
        return bool(algorithm.signature_algo)
    except ValueError:
        return algorithm["algorithm"].native in {"ed25519", "ed448"}


def name_of(signer_info: cms.SignerInfo) -> str:
    """`sha256WithRSA`, `sha384WithECDSA`, `ed25519`, or the identifier in dots if nobody named it."""
    algorithm = signer_info["signature_algorithm"]
    native = str(algorithm["algorithm"].native)
    try:
        kind = _KINDS[algorithm.signature_algo]
    except (ValueError, KeyError):
        return native
    return f"{_digest_of(algorithm) or signer_info['digest_algorithm']['algorithm'].native}With{kind}"


def weaknesses(signer_info: cms.SignerInfo, certificate: x509.Certificate) -> tuple[str, ...]:
    """What is too weak in a signature, in words: `SHA-1`, `RSA 1024 bit`."""
    digests = {signer_info["digest_algorithm"]["algorithm"].native, _digest_of(signer_info["signature_algorithm"])}
    return (*(_DIGEST_NAMES[digest] for digest in sorted(digests & WEAK_DIGESTS)), *_weak_key(certificate))


def weak_in(path: list[x509.Certificate]) -> tuple[str, ...]:
    """What is too weak in certificates below the trust anchor (an anchor is trusted for what it is, not for its signature)."""
    found = [
        word
        for certificate in path
        for word in (
            *(_DIGEST_NAMES[digest] for digest in {_digest_of(certificate["signature_algorithm"])} & WEAK_DIGESTS),
            *_weak_key(certificate),
        )
    ]
    return tuple(dict.fromkeys(found))


def _digest_of(algorithm: algos.SignedDigestAlgorithm) -> str:
    try:
        return str(algorithm.hash_algo)
    except ValueError:  # Ed25519 and plain `rsaEncryption` name none
        return ""


def _weak_key(certificate: x509.Certificate) -> tuple[str, ...]:
    kind = str(certificate.public_key.algorithm)
    least = _LEAST_BITS.get(kind)
    if least is None or (bits := _bits(certificate.public_key)) >= least:
        return ()
    return (f"{_KEY_NAMES[kind]} {bits} bit",)


def _bits(key: keys.PublicKeyInfo) -> int:
    if key.algorithm != "ec":
        return int(key.bit_size)
    point = load_der_public_key(key.dump())  # asn1crypto takes the length of a compressed point for half the curve
    return point.key_size if isinstance(point, ec.EllipticCurvePublicKey) else 0
