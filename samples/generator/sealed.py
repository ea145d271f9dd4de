"""An electronic original with a PAdES signature by an agency that does not exist.

Key, certificate, time and identifiers are all made from fixed numbers, so that the same input gives the same bytes; the
key is public by its making and good for nothing but a specimen. No trust store knows it: judged, the chain is untrusted.
"""

import hashlib
from datetime import datetime, timedelta, timezone
from io import BytesIO

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko_certvalidator.registry import SimpleCertificateStore

VIETNAM = timezone(timedelta(hours=7))


class _SameTwice(SimpleSigner):
    """ECDSA with RFC 6979 nonces."""

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: FBT001, FBT002
        del digest_algorithm, dry_run
        return _KEY.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


class _AtMoment(PdfSigner):
    """Signs at a given time instead of now."""

    moment: datetime

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:  # noqa: FBT001, FBT002
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.moment
        return session


class _Still(IncrementalPdfFileWriter):
    """Leaves the document information, with its time of change, as it was."""

    def _update_meta(self) -> None:
        pass


_KEY = ec.derive_private_key(int.from_bytes(hashlib.sha256("MẪU - SPECIMEN".encode()).digest()), ec.SECP256R1())


def _certificate(agency: str) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "MẪU - SPECIMEN"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{agency} (MẪU - SPECIMEN)"[:64]),
        ]
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(_KEY.public_key())
        .serial_number(20260101)
        .not_valid_before(datetime(2015, 1, 1, tzinfo=VIETNAM))
        .not_valid_after(datetime(2035, 1, 1, tzinfo=VIETNAM))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(True, True, False, False, False, False, False, False, False), critical=True)
    )
    return builder.sign(_KEY, hashes.SHA256(), ecdsa_deterministic=True)


def seal(pdf: bytes, *, agency: str, moment: datetime) -> bytes:
    """The PDF with an invisible PAdES B-B signature appended.

    Args:
        pdf: an unsigned PDF.
        agency: name for the certificate's subject.
        moment: aware time of signing.
    """
    certificate = asn1_x509.Certificate.load(_certificate(agency).public_bytes(serialization.Encoding.DER))
    plain_key = _KEY.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = _SameTwice(
        signing_cert=certificate,
        signing_key=asn1_keys.PrivateKeyInfo.load(plain_key),
        cert_registry=SimpleCertificateStore(),
    )
    metadata = PdfSignatureMetadata(
        field_name="Signature1",
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=f"{agency} (MẪU - SPECIMEN)",
    )
    writer = _Still(BytesIO(pdf))
    first = hashlib.md5(pdf, usedforsecurity=False).digest()
    writer._document_id = generic.ArrayObject([generic.ByteStringObject(first)] * 2)  # noqa: SLF001 - else it is random
    pen = _AtMoment(metadata, signer=signer)
    pen.moment = moment
    out = BytesIO()
    pen.sign_pdf(writer, output=out)
    return out.getvalue()
