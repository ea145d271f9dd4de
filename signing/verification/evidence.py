"""What chains are built and revocation is looked up with: the operator's trust folder and what the document brings along.

Trust: files or folders (searched to the bottom) of certificates and CRLs, PEM or DER, told apart by content. Self-signed
certificates are the trust anchors; all others only help to build paths. If nothing given is self-signed, someone meant
to trust a CA below a root (an agency's own CA, say): then the CA certificates whose issuer is not among them are the
anchors. As soon as one root is given this rule rests, so that a helper never turns into an anchor by accident.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from asn1crypto import core, crl, ocsp, pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.verification.cms import Cms, embedded_revocation
from signing.verification.faults import FOREIGN
from signing.verification.objects import items, resolved, value

_LARGEST = 32 << 20  # bytes of one trust file; CRLs of large CAs have a few MiB
_MOST = 2000  # entries taken from a document's security store: beyond it someone wants to keep us busy


@dataclass(frozen=True)
class Trust:
    """What the operator trusts, and what helps to get there."""

    anchors: tuple[x509.Certificate, ...]
    helpers: tuple[x509.Certificate, ...]
    crls: tuple[crl.CertificateList, ...]


@dataclass
class Evidence:
    """Everything a document and the operator bring: gathered once, used for every signature."""

    trust: Trust
    certificates: list[x509.Certificate] = field(default_factory=list)
    crls: list[crl.CertificateList] = field(default_factory=list)
    ocsps: list[ocsp.OCSPResponse] = field(default_factory=list)

    def add(self, parts: Cms) -> None:
        """Take what a signature carries."""
        self.certificates += [c for c in (parts.certificate, *parts.others) if c is not None]
        crls, ocsps = embedded_revocation(parts)
        self.crls += crls
        self.ocsps += ocsps


@dataclass(frozen=True)
class SecurityStore:
    """The certificates, CRLs and OCSP responses of a document security store (ISO 32000-2, 12.8.4.3)."""

    certificates: tuple[x509.Certificate, ...] = ()
    crls: tuple[crl.CertificateList, ...] = ()
    ocsps: tuple[ocsp.OCSPResponse, ...] = ()


def load_trust(paths: Sequence[Path]) -> Trust:
    """Read the operator's certificates and CRLs; files that are neither are passed over (keys, notes).

    Raises:
        OSError: a path is missing or may not be read.
    """
    files = []
    for path in paths:
        files += sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    stated = tuple((str(p), s.st_mtime_ns, s.st_size) for p in files for s in [p.stat()] if s.st_size <= _LARGEST)
    return _load(stated)


def gather(trust: Trust, store: SecurityStore) -> Evidence:
    """Start with the operator's and the document's own."""
    return Evidence(
        trust=trust,
        certificates=[*trust.helpers, *store.certificates],
        crls=[*trust.crls, *store.crls],
        ocsps=[*store.ocsps],
    )


def security_store(reader: PdfFileReader) -> SecurityStore:
    """The last revision's store, its VRI entries included; entries that cannot be read are passed over."""
    try:
        store = value(reader.root, "/DSS")
        if store is None:
            return SecurityStore()
        entries = value(store, "/VRI")
        places = [store, *(() if entries is None else (value(entries, key) for key in entries))]
    except FOREIGN:
        return SecurityStore()
    seen: set[bytes] = set()
    return SecurityStore(
        certificates=tuple(_parsed(places, ("/Certs", "/Cert"), x509.Certificate, seen)),
        crls=tuple(_parsed(places, ("/CRLs", "/CRL"), crl.CertificateList, seen)),
        ocsps=tuple(_parsed(places, ("/OCSPs", "/OCSP"), ocsp.OCSPResponse, seen)),
    )


def _parsed(
    places: Iterable[Any], keys: tuple[str, ...], kind: type[core.Sequence], seen: set[bytes]
) -> Iterator[core.Sequence]:
    for data in _streams(places, keys):
        if data in seen or len(seen) >= _MOST:
            continue
        seen.add(data)
        try:
            value = kind.load(data)
            value[0].dump()  # parses the outer structure: broken ones must not surface in the middle of a path
        except FOREIGN:
            continue
        yield value


def _streams(places: Iterable[Any], keys: tuple[str, ...]) -> Iterator[bytes]:
    for place in places:
        for key in keys:
            try:
                streams = items(value(place, key))
            except FOREIGN:
                continue
            for stream in streams:
                try:
                    yield resolved(stream).data
                except FOREIGN:
                    continue


@lru_cache(maxsize=4)
def _load(files: tuple[tuple[str, int, int], ...]) -> Trust:
    certificates: list[x509.Certificate] = []
    crls: list[crl.CertificateList] = []
    for name, _, _ in files:
        for data in _ders(Path(name).read_bytes()):
            _sort_in(data, certificates, crls)
    anchors = tuple(c for c in certificates if c.self_signed != "no")
    if not anchors:
        subjects = {c.subject.dump() for c in certificates}
        anchors = tuple(c for c in certificates if c.ca and c.issuer.dump() not in subjects)
    chosen = set(anchors)
    return Trust(anchors, tuple(c for c in certificates if c not in chosen), tuple(crls))


def _ders(data: bytes) -> Iterator[bytes]:
    if not pem.detect(data):
        yield data
        return
    try:
        for kind, _, der in pem.unarmor(data, multiple=True):
            if kind in {"CERTIFICATE", "X509 CRL", "TRUSTED CERTIFICATE", "X509 CERTIFICATE"}:
                yield der
    except FOREIGN:
        return


def _sort_in(data: bytes, certificates: list[x509.Certificate], crls: list[crl.CertificateList]) -> None:
    with suppress(*FOREIGN):
        certificate = x509.Certificate.load(data, strict=True)
        _ = certificate.public_key.algorithm, certificate.self_signed, certificate.ca
        certificates.append(certificate)
        return
    with suppress(*FOREIGN):
        revoked = crl.CertificateList.load(data, strict=True)
        _ = revoked.issuer.dump(), revoked["tbs_cert_list"]["this_update"].native
        crls.append(revoked)
