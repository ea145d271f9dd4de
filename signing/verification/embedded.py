"""A signature as it lies in a PDF: its dictionary, the bytes it covers, the revision it belongs to (ISO 32000-2, 12.8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from pyhanko.pdf_utils.generic import parse_pdf_date
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from signing.verification.cms import Cms, signing_time, take_apart
from signing.verification.faults import FOREIGN, too_strict
from signing.verification.integrity import Digester, digester
from signing.verification.objects import value
from signing.verification.opening import Document, Field

TIMESTAMP = "/ETSI.RFC3161"
PADES = frozenset({"/ETSI.CAdES.detached", "/PBAD.PAdES"})
SHA1_INSIDE = "/adbe.pkcs7.sha1"
SIGNATURES = PADES | {"/adbe.pkcs7.detached", SHA1_INSIDE}

_COVERAGE = {
    SignatureCoverageLevel.ENTIRE_FILE: "whole file",
    SignatureCoverageLevel.ENTIRE_REVISION: "revision",
}
_DIGITS = frozenset(b"0123456789abcdefABCDEF")


@dataclass(frozen=True)
class Embedded:
    """A signature whose dictionary and CMS could be read.

    Attributes:
        handle: pyHanko's view of it.
        parts: its CMS.
        covered: digests of the bytes it covers.
        coverage: as INTERFACE §2.
        subfilter: how it is encoded, as a PDF name with its slash.
    """

    field: Field
    handle: EmbeddedPdfSignature
    parts: Cms
    covered: Digester
    coverage: str
    subfilter: str

    @property
    def revision(self) -> int:
        return int(self.handle.signed_revision)

    @property
    def end(self) -> int:
        """Offset after the last byte covered."""
        return int(self.handle.byte_range[-2]) + int(self.handle.byte_range[-1])

    @property
    def is_timestamp(self) -> bool:
        return self.subfilter == TIMESTAMP or bool(value(self.handle.sig_object, "/Type") == "/DocTimeStamp")

    @property
    def claimed(self) -> datetime | None:
        """When the signer says it was made: the signed attribute, else the dictionary's `/M`."""
        stated = signing_time(self.parts.signer_info)
        if stated is not None:
            return stated
        try:
            moment = parse_pdf_date(self.handle.sig_object["/M"], strict=False)
        except FOREIGN:
            return None
        return moment if moment.tzinfo is not None else None


def take(document: Document, field: Field, known: Iterable[x509.Certificate]) -> Embedded:
    """Read one signature.

    Raises:
        any of `FOREIGN`: it cannot be read.
    """
    handle = EmbeddedPdfSignature(document.reader, field.dictionary, field.name)
    handle.byte_range = [int(number) for number in handle.byte_range.get_object()]
    if len(handle.byte_range) % 2 or not handle.byte_range:
        raise ValueError("a byte range is made of pairs")
    return Embedded(
        field=field,
        handle=handle,
        parts=take_apart(handle.signed_data, known),
        covered=digester(document.stream, document.size, handle.byte_range),
        coverage=_coverage(document, handle),
        subfilter=str(value(handle.sig_object, "/SubFilter") or ""),
    )


def _coverage(document: Document, handle: EmbeddedPdfSignature) -> str:
    """PyHanko's rules (whole revision with its cross-references, nothing left out but the signature value), and one more:
    the gap holds this very value and nothing else, so that nothing can hide beside it.
    """
    if len(handle.byte_range) != 4 or not _gap_is_value(document, handle):
        return "partial"
    try:
        level = handle.evaluate_signature_coverage()
    except FOREIGN as error:
        if too_strict(error):
            raise
        return "partial"
    return _COVERAGE.get(level, "partial")


def _gap_is_value(document: Document, handle: EmbeddedPdfSignature) -> bool:
    start, length, resumed, rest = handle.byte_range
    if start != 0 or not 0 < length < resumed or rest < 0 or resumed + rest > document.size:
        return False
    if resumed - length != 2 * len(handle.pkcs7_content) + 2:
        return False
    document.stream.seek(length)
    gap = document.stream.read(resumed - length)
    if gap[:1] != b"<" or gap[-1:] != b">" or not _DIGITS.issuperset(gap[1:-1]):
        return False
    return bytes.fromhex(gap[1:-1].decode("ascii")) == handle.pkcs7_content
