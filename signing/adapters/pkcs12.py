"""A key from a PKCS #12 file (RFC 7292): for tests and small offices; a token or an HSM holds keys better."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from signing.keys import LocalKey


class Pkcs12Key(LocalKey):
    """See `LocalKey`; the file is read and decrypted once, when the key is made."""

    __slots__ = ()

    @classmethod
    def load(cls, path: Path, password: str) -> "Pkcs12Key":
        """Read a `.p12`/`.pfx` file.

        Raises:
            Unavailable: the file cannot be read.
            Refused: `CERTIFICATE_UNUSABLE`: wrong password, no key or certificate inside, or a kind of key that PAdES
                does not use.
        """
        try:
            data = path.read_bytes()
        except OSError as error:
            raise Unavailable(f"cannot read the key file {path}: {error}") from error
        try:
            bundle = load_pkcs12(data, password.encode())
        except ValueError as error:
            raise Refused(ReasonCode.CERTIFICATE_UNUSABLE, detail="sai mật khẩu hoặc tệp khóa hỏng") from error
        if bundle.cert is None or not isinstance(bundle.key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise Refused(ReasonCode.CERTIFICATE_UNUSABLE, detail="tệp khóa không có khóa RSA hoặc ECDSA kèm chứng thư")
        others = {one.certificate.subject: one.certificate for one in bundle.additional_certs}
        chain, below = [], bundle.cert.certificate
        while below.issuer != below.subject and below.issuer in others:
            below = others.pop(below.issuer)
            chain.append(below.public_bytes(Encoding.DER))
        return cls(bundle.key, bundle.cert.certificate.public_bytes(Encoding.DER), tuple(chain))
