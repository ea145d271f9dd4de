"""One CMS signature (RFC 5652) taken apart: who signed, with which certificate, over which attributes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, core, crl, ocsp, pdf, tsp, x509
from pyhanko.sign.general import match_issuer_serial

from signing.verification.faults import FOREIGN

_ATTRIBUTES_OF = (pdf, tsp)  # asn1crypto knows their attributes once they are imported


@dataclass(frozen=True)
class Cms:
    """A `SignedData` with exactly one signer.

    Attributes:
        certificate: the signer's, or None if nobody has it.
        others: further certificates that came along.
    """

    signed_data: cms.SignedData
    signer_info: cms.SignerInfo
    certificate: x509.Certificate | None
    others: tuple[x509.Certificate, ...]

    @property
    def encapsulated(self) -> core.Asn1Value:
        return self.signed_data["encap_content_info"]["content"]

    @property
    def content_type(self) -> str:
        return str(self.signed_data["encap_content_info"]["content_type"].native)


def take_apart(signed_data: cms.SignedData, known: Iterable[x509.Certificate]) -> Cms:
    """Find the signer's certificate inside the signature, else among `known` ones.

    Raises:
        ValueError: not exactly one signer.
    """
    (signer_info,) = signed_data["signer_infos"]
    inside = [choice.chosen.untag() for choice in signed_data["certificates"] if choice.name == "certificate"]
    certificate = next((c for c in (*inside, *known) if _is_signer(c, signer_info["sid"])), None)
    return Cms(signed_data, signer_info, certificate, tuple(c for c in inside if c is not certificate))


def timestamp_tokens(signer_info: cms.SignerInfo) -> Iterator[cms.SignedData]:
    """Signature time stamps (RFC 3161 Appendix A): they prove when the signature value existed."""
    for token in _values(signer_info["unsigned_attrs"], "signature_time_stamp_token"):
        yield token["content"]


def signing_time(signer_info: cms.SignerInfo) -> datetime | None:
    """The time the signer claims in the signed attributes."""
    for value in _values(signer_info["signed_attrs"], "signing_time"):
        moment = value.native
        if isinstance(moment, datetime) and moment.tzinfo is not None:
            return moment
    return None


def names_its_certificate(signer_info: cms.SignerInfo) -> bool:
    """Whether the signature is bound to its certificate (ESS signing-certificate, RFC 5035), as PAdES asks."""
    attributes = signer_info["signed_attrs"]
    return any(True for name in ("signing_certificate_v2", "signing_certificate") for _ in _values(attributes, name))


def embedded_revocation(parts: Cms) -> tuple[list[crl.CertificateList], list[ocsp.OCSPResponse]]:
    """CRLs and OCSP responses inside the signature: Adobe's archival attribute and the `crls` field."""
    crls: list[crl.CertificateList] = []
    ocsps: list[ocsp.OCSPResponse] = []
    try:
        for archive in _values(parts.signer_info["signed_attrs"], "adobe_revocation_info_archival"):
            crls += list(archive["crl"] or ())
            ocsps += list(archive["ocsp"] or ())
        crls += [choice.chosen for choice in parts.signed_data["crls"] or () if choice.name == "crl"]
    except FOREIGN:
        pass  # what cannot be read proves nothing
    return crls, ocsps


def _is_signer(certificate: x509.Certificate, sid: cms.SignerIdentifier) -> bool:
    try:
        if sid.name == "subject_key_identifier":
            return bool(certificate.key_identifier == sid.chosen.native)
        return match_issuer_serial(sid.chosen, certificate)
    except FOREIGN:
        return False


def _values(attributes: core.Asn1Value, name: str) -> Iterator[core.Asn1Value]:
    if isinstance(attributes, core.Void):
        return
    for attribute in attributes:
        if attribute["type"].native == name:
            yield from attribute["values"]
