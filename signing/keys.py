"""Private keys held in this process's memory, parsed once."""

from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class LocalKey:
    """A `Key` whose private part is in memory. Parsing it costs more than signing, so it is kept parsed.

    Attributes:
        private: RSA (signs PKCS #1 v1.5) or elliptic curve (signs ECDSA).
        certificate: DER.
        chain: DER of the CA certificates above it, issuer first.
    """

    private: PrivateKey
    certificate: bytes
    chain: tuple[bytes, ...]

    def sign(self, data: bytes) -> bytes:
        """Signature over `data`, hashed with SHA-256."""
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.private.sign(data, ec.ECDSA(hashes.SHA256()))
