"""Trusted roots: a certificate comes in with the fingerprint its authority published, its bytes and its row in the code table stay."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from catalogue.editing import add, correct, table_named
from catalogue.models import TrustRoot
from khoso.kernel.clock import day_of
from khoso.kernel.digest import digest_bytes
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode

TABLE = "trust_roots"
LARGEST = 100_000  # bytes; a certificate has a few thousand


@dataclass(frozen=True, slots=True)
class Root:
    """A root certificate. `sha256`: its fingerprint, over the DER bytes."""

    sha256: str
    name: str
    since: date
    until: date
    der: bytes


def read_root(data: bytes) -> Root:
    """The one root certificate in PEM or DER bytes.

    Raises:
        Refused: it holds none or several, a private key, or a certificate that is no root of an authority.
    """
    if len(data) > LARGEST:
        raise Refused(ReasonCode.NOT_A_ROOT, detail=f"{len(data)} byte")
    if b"PRIVATE KEY" in data:
        raise Refused(ReasonCode.NOT_A_ROOT, detail="có khóa riêng trong tệp")
    try:
        found = (
            x509.load_pem_x509_certificates(data) if b"-----BEGIN" in data else [x509.load_der_x509_certificate(data)]
        )
        certificate = found[0]
        certificate.verify_directly_issued_by(certificate)
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except Exception as error:
        raise Refused(ReasonCode.NOT_A_ROOT, detail=type(error).__name__) from error
    if len(found) != 1:
        raise Refused(ReasonCode.NOT_A_ROOT, detail="nhiều hơn một chứng thư")
    if not constraints.ca:
        raise Refused(ReasonCode.NOT_A_ROOT, detail="không phải chứng thư của nơi phát hành")
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return Root(
        sha256=certificate.fingerprint(SHA256()).hex(),
        name=str(names[0].value) if names else certificate.subject.rfc4514_string(),
        since=day_of(certificate.not_valid_before_utc),
        until=day_of(certificate.not_valid_after_utc),
        der=certificate.public_bytes(Encoding.DER),
    )


def fingerprint_given(text: str) -> str:
    """A fingerprint as people copy it: with colons, blanks, capitals."""
    return re.sub(r"[\s:.-]", "", text).lower()


def bring_root(data: bytes, *, fingerprint: str, family: str, folder: Path, by: str, at: datetime, why: str) -> Root:
    """Trust a root from now on: its bytes go into `folder`, then its row into the code table, with who, when and why.

    Args:
        fingerprint: SHA-256 as the authority published it, got by another way than the file.

    Raises:
        Refused: the file is no root, or its fingerprint is another; nothing is kept then.
    """
    root = read_root(data)
    if fingerprint_given(fingerprint) != root.sha256:
        raise Refused(ReasonCode.WRONG_FINGERPRINT, found=root.sha256, given=fingerprint_given(fingerprint)[:64])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{root.sha256}.der"
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(root.der)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    checked = {"source": f"đối chiếu dấu vân tay {day_of(at).isoformat()}: {why}"[:300]}
    row = TrustRoot.objects.filter(sha256=root.sha256).order_by("-valid_from").first()
    if row is None:
        values = {"sha256": root.sha256, "name": root.name[:300], "family": family, "valid_from": root.since}
        add(table_named(TABLE), values | {"valid_to": root.until} | checked, by=by, at=at, why=why)
    else:
        correct(row, checked, by=by, at=at, why=why)
    return root


def withdrawn(day: date) -> dict[str, date]:
    """Roots whose last row has ended: fingerprint → that day. Some ended by nature, with their certificate."""
    last = dict(TrustRoot.objects.order_by("valid_from").values_list("sha256", "valid_to"))
    return {sha256: until for sha256, until in last.items() if until is not None and until <= day}


def still_trusted(trust: Sequence[Path], day: date) -> list[Path]:
    """Files and folders of certificates without the roots somebody ended in the code table before their own last day.

    A certificate that ran out by itself stays: what it vouched for in its days is judged by those days. If only ended
    roots were given nothing is trusted: else certificates below them would become roots (`signing.verification.evidence`).
    """
    ended = withdrawn(day)
    if not ended:
        return list(trust)
    files = [
        path for item in trust for path in (sorted(item.rglob("*")) if item.is_dir() else [item]) if path.is_file()
    ]
    told = {path: _roots_in(path) for path in files}
    gone = [path for path, roots in told.items() if any(_ended_early(root, ended) for root in roots)]
    kept = [path for path in files if path not in gone]
    return kept if not gone or any(told[path] for path in kept) else []


def _ended_early(root: x509.Certificate, ended: Mapping[str, date]) -> bool:
    until = ended.get(root.fingerprint(SHA256()).hex())
    return until is not None and until < day_of(root.not_valid_after_utc)


def _roots_in(path: Path) -> list[x509.Certificate]:
    """Self-signed certificates in a file; none in one of another kind (a list of revoked ones, say)."""
    data = path.read_bytes() if path.stat().st_size <= LARGEST else b""
    try:
        pem = b"-----BEGIN CERTIFICATE" in data
        found = x509.load_pem_x509_certificates(data) if pem else [x509.load_der_x509_certificate(data)]
    except ValueError:
        return []
    return [one for one in found if one.issuer == one.subject]


def kept_roots(folder: Path) -> Iterator[str]:
    """Fingerprints of the certificates whose bytes lie in the folder."""
    for path in sorted(folder.glob("*.der")) if folder.is_dir() else ():
        yield digest_bytes(path.read_bytes())
