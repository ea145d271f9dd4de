"""A small PKI and a bench for signing synthetic PDFs in every way a verdict must tell apart. Nothing here is a real person."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
from asn1crypto import crl as asn1_crl
from asn1crypto import keys
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from khoso.kernel.errors import Refused
from signing.judge_child import judge as judge_in_child
from signing.ports import Verdict
from signing.verifying import _from_row

NOW = datetime.now(UTC).replace(microsecond=0)
YEAR = timedelta(days=365)
RSA = rsa.generate_private_key(65537, 2048)  # one for all time-stamp authorities: pyHanko's dummy knows no other kind
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass
class Identity:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: PrivateKey
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def asn1(self) -> asn1_x509.Certificate:
        return asn1_x509.Certificate.load(self.certificate.public_bytes(serialization.Encoding.DER))

    @property
    def asn1_key(self) -> keys.PrivateKeyInfo:
        der = self.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return keys.PrivateKeyInfo.load(der)

    @property
    def store(self) -> SimpleCertificateStore:
        der = [each.public_bytes(serialization.Encoding.DER) for each in self.chain]
        return SimpleCertificateStore.from_certs([asn1_x509.Certificate.load(each) for each in der])

    @property
    def signer(self) -> signers.SimpleSigner:
        return signers.SimpleSigner(self.asn1, self.asn1_key, self.store)


def name(common: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "MẪU"), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )


def certificate(
    common: str,
    issuer: Identity | None,
    *,
    start: datetime = NOW - 3 * YEAR,
    end: datetime = NOW + 20 * YEAR,
    ca: bool = False,
    usage: tuple[str, ...] = ("digital_signature", "content_commitment"),
    stamping: bool = False,
    key: PrivateKey | None = None,
    extra: x509.ExtensionType | None = None,
) -> Identity:
    """Issue a certificate; without an issuer it signs itself."""
    own = key or ec.generate_private_key(ec.SECP256R1())
    by = issuer.key if issuer else own
    flags = dict.fromkeys(
        [
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ],
        False,
    )
    flags |= dict.fromkeys(("key_cert_sign", "crl_sign") if ca else usage, True)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(common))
        .issuer_name(issuer.certificate.subject if issuer else name(common))
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**flags), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )
    if stamping:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    if extra is not None:
        builder = builder.add_extension(extra, critical=False)
    chain = (issuer.certificate, *issuer.chain) if issuer else ()
    return Identity(builder.sign(by, hashes.SHA256()), own, chain)


def crl_of(
    ca: Identity,
    *revoked: tuple[Identity, datetime],
    published: datetime = NOW - timedelta(hours=1),
    until: datetime = NOW + timedelta(days=30),
) -> bytes:
    """DER of a CRL."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(ca.certificate.subject)
        .last_update(published)
        .next_update(until)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.key.public_key()), critical=False)
        .add_extension(x509.CRLNumber(1), critical=False)
    )
    for identity, at in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(identity.certificate.serial_number).revocation_date(at)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(ca.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def ocsp_of(ca: Identity, subject: Identity, revoked: datetime | None = None) -> bytes:
    """DER of the CA's own answer on one certificate."""
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=subject.certificate,
        issuer=ca.certificate,
        algorithm=hashes.SHA256(),
        cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
        this_update=NOW - timedelta(hours=1),
        next_update=NOW + timedelta(days=3),
        revocation_time=revoked,
        revocation_reason=None,
    )
    answer = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, ca.certificate).sign(ca.key, hashes.SHA256())
    return answer.public_bytes(serialization.Encoding.DER)


@dataclass
class Pki:
    """Root → CA → signers; a TSA under the root; a stranger's root."""

    root: Identity = field(default_factory=lambda: certificate("Gốc SPECIMEN", None, ca=True))

    def __post_init__(self) -> None:
        self.ca = certificate("CA SPECIMEN", self.root, ca=True)
        self.anna = certificate("Nguyễn Thị Mẫu", self.ca, end=NOW + 2 * YEAR)
        self.binh = certificate("Trần Văn Mẫu", self.ca, end=NOW + 2 * YEAR)
        self.tsa = certificate("Dấu thời gian SPECIMEN", self.root, stamping=True, key=RSA)
        self.stranger = certificate("Gốc lạ SPECIMEN", None, ca=True)

    def stamper(self, at: datetime = NOW - timedelta(hours=2), tsa: Identity | None = None) -> DummyTimeStamper:
        by = tsa or self.tsa
        return DummyTimeStamper(by.asn1, by.asn1_key, by.store, fixed_dt=at)

    def crls(self, *revoked: tuple[Identity, datetime]) -> tuple[bytes, bytes]:
        return crl_of(self.root), crl_of(self.ca, *revoked)


@dataclass
class Bench:
    """Signs, appends and judges."""

    pki: Pki
    folder: Path

    def sign(
        self,
        data: bytes,
        by: Identity,
        *,
        field: str = "Sig1",
        box: tuple[int, int, int, int] | None = None,
        stamper: DummyTimeStamper | None = None,
        strict: bool = True,
        password: str | None = None,
        **meta: Any,
    ) -> bytes:
        """Append a signature. `meta` goes to pyHanko's `PdfSignatureMetadata`."""
        meta.setdefault("md_algorithm", "sha256")
        meta.setdefault("subfilter", signers.pdf_signer.SigSeedSubFilter.PADES)
        writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=strict)
        if password is not None:
            writer.encrypt(password)
        out = signers.sign_pdf(
            writer,
            signers.PdfSignatureMetadata(field_name=field, **meta),
            by.signer,
            timestamper=stamper,
            new_field_spec=SigFieldSpec(field, box=box),
        )
        return bytes(out.getbuffer())

    def add_store(
        self, data: bytes, crls: tuple[bytes, ...], *, ocsps: tuple[bytes, ...] = (), index: int = -1
    ) -> bytes:
        """Append a document security store with the CRLs, OCSP responses and all CA certificates."""
        contents = PdfFileReader(io.BytesIO(data)).embedded_signatures[index].pkcs7_content.hex().encode("ascii")
        out = io.BytesIO(data)
        DocumentSecurityStore.add_dss(
            out,
            contents,
            certs=[self.pki.root.asn1, self.pki.ca.asn1],
            crls=[asn1_crl.CertificateList.load(each) for each in crls],
            ocsps=[asn1_ocsp.OCSPResponse.load(each) for each in ocsps],
        )
        return out.getvalue()

    def stamp(self, data: bytes, at: datetime) -> bytes:
        """Append a document time stamp."""
        writer = IncrementalPdfFileWriter(io.BytesIO(data))
        out = signers.PdfTimeStamper(self.pki.stamper(at)).timestamp_pdf(writer, "sha256")
        return bytes(out.getbuffer())

    def append(self, data: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
        """Append an incremental update."""
        writer = IncrementalPdfFileWriter(io.BytesIO(data))
        change(writer)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    def judge(self, data: bytes, trust: Path, *, now: datetime | None = None) -> dict[str, Verdict]:
        """Verdicts by field, judged in this process (our own bytes) as of `now`: by default when it is asked.

        On a busy machine that may be half an hour after NOW, and a signature made just now lies in NOW's future.
        """
        path = self.folder / "judged.pdf"
        path.write_bytes(data)
        rows = judge_in_child(str(path), [str(trust)], (now or datetime.now(UTC)).isoformat())
        return {verdict.field: verdict for verdict in map(_from_row, rows)}

    def judge_or_refuse(self, data: bytes, trust: Path) -> list[Verdict]:
        """All verdicts, none if the file is refused."""
        try:
            return list(self.judge(data, trust).values())
        except Refused:
            return []


def blank_paper() -> bytes:
    """An unsigned page with two text fields, one of them filled, and an object that nothing refers to."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Contents = pdf.make_stream(b"BT /F1 12 Tf 50 800 Td (MAU - SPECIMEN 5.000.000) Tj ET")
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
        boxes = [_text_field(pdf, "Empty", "", 700), _text_field(pdf, "Amount", "5.000.000", 600)]
        page.Annots = pikepdf.Array(boxes)
        pdf.Root.AcroForm = pdf.make_indirect(
            pikepdf.Dictionary(Fields=pikepdf.Array(boxes), DA=pikepdf.String("/F1 12 Tf 0 g"))
        )
        out = io.BytesIO()
        pdf.save(out, static_id=True, compress_streams=False)
    return out.getvalue()


def _text_field(pdf: pikepdf.Pdf, title: str, text: str, bottom: int) -> pikepdf.Object:
    look = pdf.make_stream(f"BT /F1 12 Tf 2 5 Td ({text}) Tj ET".encode())
    look.Type, look.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    look.BBox = pikepdf.Array([0, 0, 200, 20])
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T=pikepdf.String(title),
            V=pikepdf.String(text),
            Rect=pikepdf.Array([50, bottom, 250, bottom + 20]),
            AP=pikepdf.Dictionary(N=look),
        )
    )
