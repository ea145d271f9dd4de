"""A certificate authority for trying things out: made at first start, without any value in law, and saying so.

    ca/                  0700
      root.pem           the root certificate: what verifiers are told to trust
      root.key.pem       0600: its key and itself
      keys/<digest>.pem  0600: key and certificate of a person, an agency or the time stamper, named by whom it is for

Key and certificate stand in one file, put in place by a hard link that fails if another process was first: processes
that start at once use the same keys, and a power cut leaves a whole file or none.

Level B-B needs no proof of revocation, and certificates here say that there is none to be had (RFC 9608). For trying
the higher levels the CA signs a list that revokes nothing, and `signing.devtsa` stamps times.
"""

import contextlib
import logging
import os
import tempfile
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from khoso.kernel.canonical import canonical
from khoso.kernel.clock import Clock
from khoso.kernel.errors import Corrupted, Unavailable
from signing.keys import LocalKey, PrivateKey
from signing.ports import Key, Proofs

log = logging.getLogger(__name__)

NAME = "KHOSO DEVELOPMENT CA - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
ORGANISATION = "KHOSO DEVELOPMENT"

_ROOT_LIFE, _LEAF_LIFE = timedelta(days=20 * 365), timedelta(days=3 * 365)
_RENEWED_BEFORE = timedelta(days=30)
_EARLIER = timedelta(days=1)  # certificates are valid a little before they are made: clocks differ
_LIST_LIFE = timedelta(days=7)
_LONGEST = 64  # characters of a name in a certificate (RFC 5280 Appendix A, ub-common-name)
_DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
_NO_REVOCATION = x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.56"), b"\x05\x00")  # RFC 9608, NULL


@dataclass(frozen=True, slots=True)
class DevelopmentCA:
    """The authority of one folder. Also a `RevocationSource` for its own certificates.

    Attributes:
        folder: where it lives.
        root: its key and self-signed certificate.
        clock: tells when certificates begin and end.
    """

    folder: Path
    root: LocalKey
    clock: Clock

    def person_key(self, name: str, unit: str) -> Key:
        """The key of a person in a unit, made when first asked for and renewed before it expires.

        Raises:
            Unavailable: the folder cannot be read or written.
            Corrupted: a key file is damaged.
        """
        subject = [
            (NameOID.ORGANIZATION_NAME, ORGANISATION),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
            (NameOID.COMMON_NAME, name),
        ]
        return self._key({"kind": "person", "name": name, "unit": unit}, subject, _signing_usage())

    def agency_key(self, name: str) -> Key:
        """The key of an agency's seal; otherwise as `person_key`."""
        subject = [(NameOID.ORGANIZATION_NAME, ORGANISATION), (NameOID.COMMON_NAME, name)]
        return self._key({"kind": "agency", "name": name}, subject, _signing_usage())

    def stamper_key(self) -> LocalKey:
        """The key of the development time stamper; otherwise as `person_key`."""
        subject = [(NameOID.ORGANIZATION_NAME, ORGANISATION), (NameOID.COMMON_NAME, "KHOSO DEVELOPMENT TSA")]
        return self._key({"kind": "stamper"}, subject, _stamping_usage())

    def proofs(self, certificates: tuple[bytes, ...]) -> Proofs:
        """A list of revoked certificates, empty: nothing here is ever revoked."""
        now = self.clock()
        issuer = x509.load_der_x509_certificate(self.root.certificate)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.subject)
            .last_update(now)
            .next_update(now + _LIST_LIFE)
            .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
            .add_extension(_issuer_identifier(issuer), critical=False)
        )
        return Proofs(crls=(builder.sign(self.root.private, hashes.SHA256()).public_bytes(Encoding.DER),))

    def _key(self, owner: dict[str, str], subject: "_Subject", usage: "_Extensions") -> LocalKey:
        name = sha256(canonical(owner)).hexdigest()[:32]
        for generation in range(1, 1000):
            key = _stored(self.folder / "keys" / f"{name}-{generation}.pem", lambda: self._issued(subject, usage))
            certificate = x509.load_der_x509_certificate(key.certificate)
            if certificate.not_valid_after_utc - _RENEWED_BEFORE > self.clock():
                return LocalKey(key.private, key.certificate, (self.root.certificate,))
        raise Corrupted(f"{self.folder}: a thousand expired keys for one owner; is the clock right?")

    def _issued(self, subject: "_Subject", usage: "_Extensions") -> bytes:
        issuer = x509.load_der_x509_certificate(self.root.certificate)
        now = self.clock()
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(subject))
            .issuer_name(issuer.subject)
            .not_valid_before(now - _EARLIER)
            .not_valid_after(min(now + _LEAF_LIFE, issuer.not_valid_after_utc))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_issuer_identifier(issuer), critical=False)
            .add_extension(_NO_REVOCATION, critical=False)
        )
        for extension, critical in usage:
            builder = builder.add_extension(extension, critical=critical)
        return _made(builder, signer=self.root.private)


def ensure(folder: Path, *, clock: Clock) -> DevelopmentCA:
    """Open the authority in `folder`, making it if it is not there. Warns in the log each time.

    Raises:
        Unavailable: the folder cannot be made, read or written.
        Corrupted: a key file is damaged.
    """
    try:
        (folder / "keys").mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        root = _stored(folder / "root.key.pem", lambda: _made_root(clock))
        shown = folder / "root.pem"
        if not shown.exists():
            _put(shown, x509.load_der_x509_certificate(root.certificate).public_bytes(Encoding.PEM), mode=0o644)
    except OSError as error:
        raise Unavailable(f"cannot use the folder of the development CA: {error}") from error
    log.warning("development CA in use (%s): signatures made with it have no value in law", folder)
    return DevelopmentCA(folder=folder, root=root, clock=clock)


_Subject = list[tuple[ObjectIdentifier, str]]
_Extensions = list[tuple[x509.ExtensionType, bool]]


def _made_root(clock: Clock) -> bytes:
    name = _name([(NameOID.ORGANIZATION_NAME, ORGANISATION), (NameOID.COMMON_NAME, NAME)])
    usage = _usage(key_cert_sign=True, crl_sign=True)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .not_valid_before(clock() - _EARLIER)
        .not_valid_after(clock() + _ROOT_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
    )
    return _made(builder, signer=None)


def _made(builder: x509.CertificateBuilder, *, signer: PrivateKey | None) -> bytes:
    """PEM of a new key and its certificate, signed by `signer` or by itself."""
    private = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        builder.public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .sign(signer or private, hashes.SHA256())
    )
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(
        Encoding.PEM
    )


def _stored(path: Path, make: Callable[[], bytes]) -> LocalKey:
    """The key in a file; made, and put there for good, if there is none. Whoever is first wins."""
    try:
        if not path.exists():
            _put(path, make(), mode=0o600)
        data = path.read_bytes()
    except OSError as error:
        raise Unavailable(f"cannot use the development key {path}: {error}") from error
    try:
        private = load_pem_private_key(data, password=None)
        certificate = x509.load_pem_x509_certificate(data).public_bytes(Encoding.DER)
    except ValueError as error:
        raise Corrupted(f"the development key {path} is damaged: {error}") from error
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise Corrupted(f"the development key {path} is of another kind")
    return LocalKey(private=private, certificate=certificate, chain=())


def _put(path: Path, data: bytes, *, mode: int) -> None:
    """Write a file that appears whole and only once: a second writer leaves the first one's."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        Path(temporary).unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _name(parts: _Subject) -> x509.Name:
    shown = [(kind, unicodedata.normalize("NFC", text).strip()) for kind, text in parts]
    attributes = [x509.NameAttribute(kind, _short(text)) for kind, text in shown if text]
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), *attributes])


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _issuer_identifier(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)


def _signing_usage() -> _Extensions:
    purposes = x509.ExtendedKeyUsage([_DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION])
    return [(_usage(digital_signature=True, content_commitment=True), True), (purposes, False)]


def _stamping_usage() -> _Extensions:
    return [(_usage(digital_signature=True), True), (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)]


def _usage(**granted: bool) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: granted.get(name, False) for name in names})
