"""The signature's own syntax: CMS signed data as PAdES wants it (RFC 5652, RFC 5035, ETSI EN 319 142-1 §6.3)."""

from datetime import datetime
from functools import lru_cache

from asn1crypto import algos, cms, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import Certificate, load_der_x509_certificate
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute

from khoso.kernel.clock import day_of
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode

DIGEST = "sha256"

_LEAST_RSA = 2048  # bits (Thông tư 39/2017/TT-BTTTT and its successors)


def check_certificate(der: bytes, when: datetime) -> Certificate:
    """A certificate that may sign at `when`.

    Raises:
        Refused: `CERTIFICATE_UNUSABLE`: it cannot be read, is not valid at that time, or its key is too weak or of a kind
            that PAdES does not use.
    """
    try:
        certificate = load_der_x509_certificate(der)
        key = certificate.public_key()
    except ValueError as error:
        raise Refused(ReasonCode.CERTIFICATE_UNUSABLE, detail=f"không đọc được: {error}") from error
    if not certificate.not_valid_before_utc <= when <= certificate.not_valid_after_utc:
        last = day_of(certificate.not_valid_after_utc).isoformat()
        raise Refused(ReasonCode.CERTIFICATE_UNUSABLE, detail=f"không còn hạn vào lúc ký, hết hạn ngày {last}")
    if not (isinstance(key, rsa.RSAPublicKey) and key.key_size >= _LEAST_RSA) and not isinstance(
        key, ec.EllipticCurvePublicKey
    ):
        raise Refused(ReasonCode.CERTIFICATE_UNUSABLE, detail="khóa quá yếu hoặc thuộc loại không ký được PDF")
    return certificate


def signed_attributes(document_digest: bytes, certificate: bytes) -> bytes:
    """DER of the attributes to sign. No signing-time: in PAdES the claimed time stands in the PDF (`/M`)."""
    attributes = cms.CMSAttributes(
        [
            simple_cms_attribute("content_type", "data"),
            simple_cms_attribute("message_digest", document_digest),
            cms.CMSAttribute.load(_certificate_attribute(certificate)),
        ]
    )
    return bytes(attributes.dump())


@lru_cache(maxsize=64)
def _certificate_attribute(certificate: bytes) -> bytes:
    """DER of the attribute that ties a signature to its certificate: most of the work, and the same each time."""
    reference = as_signing_certificate_v2(x509.Certificate.load(certificate), hash_algo=DIGEST)
    return bytes(simple_cms_attribute("signing_certificate_v2", reference).dump())


def check_signature(signature: bytes, attributes: bytes, certificate: bytes) -> None:
    """The signature is the certificate's owner's, over these attributes.

    Raises:
        Refused: `SIGNING_FAILED`: it is not.
    """
    key = load_der_x509_certificate(certificate).public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, attributes, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, attributes, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise Refused(ReasonCode.SIGNING_FAILED, detail="chữ ký không khớp với chứng thư số") from error


def signed_data(
    *, attributes: bytes, signature: bytes, certificate: bytes, chain: tuple[bytes, ...], stamp: bytes = b""
) -> bytes:
    """DER of the detached CMS.

    Args:
        attributes: the signed attributes, DER of a SET.
        signature: over `attributes`.
        certificate, chain: DER; the chain issuer first.
        stamp: DER of a time stamp token over the signature, or empty.
    """
    owner = x509.Certificate.load(certificate)
    digest = algos.DigestAlgorithm({"algorithm": DIGEST})
    mechanism = "sha256_ecdsa" if owner.public_key.algorithm == "ec" else "sha256_rsa"
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                        {"issuer": owner.issuer, "serial_number": owner.serial_number}
                    )
                }
            ),
            "digest_algorithm": digest,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": mechanism}),
            "signed_attrs": cms.CMSAttributes.load(attributes),
            "signature": signature,
        }
    )
    if stamp:
        token = simple_cms_attribute("signature_time_stamp_token", cms.ContentInfo.load(stamp))
        signer["unsigned_attrs"] = cms.CMSAttributes([token])
    certificates = [x509.Certificate.load(der) for der in (certificate, *chain)]
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": cms.DigestAlgorithms([digest]),
            "encap_content_info": {"content_type": "data"},
            "certificates": [cms.CertificateChoices(name="certificate", value=one) for one in certificates],
            "signer_infos": [signer],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())
