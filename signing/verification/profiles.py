"""Which signature format it is: PAdES baseline levels (ETSI EN 319 142-1, 6) by what is there, other formats by name."""

from collections.abc import Iterable

from asn1crypto import x509

from signing.verification.cms import names_its_certificate, timestamp_tokens
from signing.verification.embedded import PADES, Embedded
from signing.verification.evidence import SecurityStore
from signing.verification.faults import FOREIGN
from signing.verification.times import Stamp


def of(signature: Embedded, stamps: Iterable[Stamp], store: SecurityStore) -> str:
    """`PAdES-B-B` to `PAdES-B-LTA`; `PAdES` below the baseline; else the sub-filter's name."""
    if signature.subfilter not in PADES:
        return signature.subfilter.lstrip("/")
    if not names_its_certificate(signature.parts.signer_info) or signature.parts.certificate is None:
        return "PAdES"
    over = [stamp for stamp in stamps if stamp.signature.end > signature.end]
    if not over and not any(True for _ in timestamp_tokens(signature.parts.signer_info)):
        return "PAdES-B-B"
    if not _speaks_of(store, signature.parts.certificate):
        return "PAdES-B-T"
    return "PAdES-B-LTA" if any(_covers_store(stamp) for stamp in over) else "PAdES-B-LT"


def _covers_store(stamp: Stamp) -> bool:
    try:
        handle = stamp.signature.handle
        return "/DSS" in handle.reader.get_historical_root(stamp.signature.revision)
    except FOREIGN:
        return False


def _speaks_of(store: SecurityStore, certificate: x509.Certificate) -> bool:
    """Whether the store tells if `certificate` was revoked."""
    if any(revoked.issuer.dump() == certificate.issuer.dump() for revoked in store.crls):
        return True
    return any(certificate.serial_number in _serials(response) for response in store.ocsps)


def _serials(response: object) -> set[int]:
    try:
        single = response.response_data["responses"]  # type: ignore[attr-defined]  # asn1crypto ships no types
        return {int(each["cert_id"]["serial_number"].native) for each in single}
    except FOREIGN:
        return set()
