"""What makes a signature last: proofs beside it (DSS) and a time stamp over everything (ETSI EN 319 142-1 §5.4, §5.5).

Plain arguments in, plain data out, as in `preparing`.
"""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.sign.fields import SigFieldSpec, enumerate_sig_fields
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore

from signing.writing.overlay import Overlay
from signing.writing.updating import Field, Update, extended, fill_field


def add_proofs(
    *, path: str, tail: str, certificates: Sequence[str], crls: Sequence[str], ocsps: Sequence[str]
) -> dict[str, Any]:
    """Append a document security store.

    Args:
        path: the PDF, which is only read.
        tail: what is behind it already (base64).
        certificates, crls, ocsps: DER in base64.

    Returns:
        `tail` (base64) with the store behind it.

    Raises:
        Refused: `DAMAGED`. Unavailable: the file is not there.
    """

    def work(update: Update, overlay: Overlay) -> dict[str, Any]:
        DocumentSecurityStore.supply_dss_in_writer(
            update,
            None,
            certs=[x509.Certificate.load(base64.b64decode(one)) for one in certificates],
            crls=[crl.CertificateList.load(base64.b64decode(one)) for one in crls],
            ocsps=[ocsp.OCSPResponse.load(base64.b64decode(one)) for one in ocsps],
        )
        update.write_in_place()  # type: ignore[no-untyped-call]
        return {"tail": base64.b64encode(overlay.tail).decode()}

    return extended(Path(path), base64.b64decode(tail), work)


def prepare_stamp(*, path: str, tail: str, reserved: int) -> dict[str, Any]:
    """Append a document time stamp with room for its token.

    Returns:
        `tail`, `digest`, `start` and `end` as `preparing.prepare`.

    Raises:
        Refused: `DAMAGED`. Unavailable: the file is not there.
    """

    def work(update: Update, overlay: Overlay) -> dict[str, Any]:
        name = _free_name(update)
        field = Field(name, SigFieldSpec(name))
        value = DocumentTimestamp(bytes_reserved=2 * reserved)
        digest, _ = fill_field(update, field, value, dress=lambda _: False)
        return {
            "tail": base64.b64encode(overlay.tail).decode(),
            "digest": digest.document_digest.hex(),
            "start": digest.reserved_region_start - overlay.prefix_length,
            "end": digest.reserved_region_end - overlay.prefix_length,
        }

    return extended(Path(path), base64.b64decode(tail), work)


def certificates_in(token: bytes) -> tuple[bytes, ...]:
    """DER of the certificates that a time stamp token carries."""
    content = cms.ContentInfo.load(token)["content"]
    return tuple(choice.chosen.dump() for choice in content["certificates"] if choice.name == "certificate")


def _free_name(update: Update) -> str:
    taken = {name for name, _, _ in enumerate_sig_fields(update)}
    return next(name for name in (f"DocTimeStamp{count}" for count in range(1, len(taken) + 2)) if name not in taken)
