"""From a signer's certificate to a trust anchor (RFC 5280), and whether anything on the way was revoked. Never on line.

Time: a certificate is judged at the time a trusted time stamp proves, else now (ETSI EN 319 102-1, 5.2.6 and 5.5.4).
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from asn1crypto import x509
from pyhanko_certvalidator import ValidationContext, find_valid_path
from pyhanko_certvalidator.errors import (
    ExpiredError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    RevokedError,
)
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    NO_REVOCATION,
    AcceptAllAlgorithms,
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.validate import async_validate_path

from signing.verification import sentences as say
from signing.verification.algorithms import weak_in
from signing.verification.evidence import Evidence
from signing.verification.faults import FOREIGN

_BY_CRL = RevocationCheckingPolicy(RevocationCheckingRule.CRL_REQUIRED, RevocationCheckingRule.NO_CHECK)
_BY_OCSP = RevocationCheckingPolicy(RevocationCheckingRule.OCSP_REQUIRED, RevocationCheckingRule.NO_CHECK)
_NOT_REVOCABLE = {
    "2.5.29.56",  # noRevAvail (RFC 9608)
    "0.4.0.194121.2.1",  # validity assured, short term (ETSI EN 319 412-1, 5.2)
}
_LONGEST = 12  # certificates in a path


class Use(Enum):
    """What a certificate is asked to be good for."""

    SIGNING = "signing"
    TIMESTAMPING = "timestamping"


@dataclass(frozen=True)
class Chain:
    """Where a certificate leads.

    Attributes:
        chain, revocation: as INTERFACE §2.
        outlived: the path held when the signer says it was made, but not now, and nothing proves the former.
        out_of_time: a proven time lies outside the certificates' validity.
        revoked_at: since when, if revoked.
        weak: too weak algorithms or keys below the anchor, in words.
    """

    chain: str
    revocation: str = "unknown"
    outlived: bool = False
    out_of_time: bool = False
    revoked_at: datetime | None = None
    weak: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


def judge(
    certificate: x509.Certificate,
    evidence: Evidence,
    *,
    at: datetime,
    proven: bool,
    claimed: datetime | None = None,
    use: Use = Use.SIGNING,
) -> Chain:
    """Build and check the path of `certificate` as of `at`.

    Args:
        at: the proven time, or now if none is.
        proven: whether `at` comes from a trusted time stamp.
        claimed: the time the signer states; tells an expired certificate from one that never fitted.
        use: what the certificate must allow.
    """
    try:
        return _judge(certificate, evidence, at=at, proven=proven, claimed=claimed, use=use)
    except FOREIGN:  # a certificate that is not built as certificates are
        return Chain("untrusted", reasons=(say.CHAIN_BROKEN,))


def _judge(
    certificate: x509.Certificate,
    evidence: Evidence,
    *,
    at: datetime,
    proven: bool,
    claimed: datetime | None,
    use: Use,
) -> Chain:
    found = _find(certificate, evidence, at)
    if isinstance(found, ValidationPath):
        return _complete(certificate, found, evidence, at, use)
    if not isinstance(found, ExpiredError | NotYetValidError):
        return found
    if proven:
        return Chain("trusted", out_of_time=True, reasons=(say.EXPIRED_PROVEN,))
    earlier = _find(certificate, evidence, claimed) if claimed is not None and claimed < at else None
    if isinstance(earlier, ValidationPath):
        then = _complete(certificate, earlier, evidence, claimed or at, use)
        # a revocation after the claimed time counts: nothing proves that time
        since = _revocation_of_all(earlier, evidence, at)
        then = replace(then, revocation=since.revocation, revoked_at=since.revoked_at) if since.revoked_at else then
        return replace(then, outlived=True, reasons=(say.EXPIRED_UNPROVEN, *then.reasons))
    return Chain("untrusted", reasons=(say.EXPIRED_UNPROVEN,))


def _find(
    certificate: x509.Certificate, evidence: Evidence, at: datetime
) -> ValidationPath | ExpiredError | NotYetValidError | Chain:
    context = _context(evidence, at, NO_REVOCATION)
    try:
        paths = context.path_builder.async_build_paths_lazy(certificate)
        path: ValidationPath = asyncio.run(find_valid_path(certificate, paths, validation_context=context))
    except (ExpiredError, NotYetValidError) as error:
        return error
    except (PathBuildingError, InvalidCertificateError):
        return _loose_end(certificate, evidence)
    return path


def _complete(certificate: x509.Certificate, path: ValidationPath, evidence: Evidence, at: datetime, use: Use) -> Chain:
    below = list(path.iter_certs(include_root=False))
    weak = weak_in(below)
    if below and not _allows(certificate, use):
        wrong = say.WRONG_USE if use is Use.SIGNING else say.WRONG_TIMESTAMP_USE
        return Chain("untrusted", weak=weak, reasons=(wrong,))
    return replace(_revocation_of_all(path, evidence, at), weak=weak)


def _revocation_of_all(path: ValidationPath, evidence: Evidence, at: datetime) -> Chain:
    """Each certificate below the anchor by itself, the signer's last: its state must not hide behind an unknown CA's."""
    unknown: list[str] = []
    below = list(path.iter_certs(include_root=False))
    for index, certificate in enumerate(below):
        own = index == len(below) - 1
        part = ValidationPath(path.trust_anchor, interm=below[:index], leaf=certificate)
        status = _revocation(part, evidence, at)
        if isinstance(status, datetime):
            words = (say.REVOKED if own else say.CA_REVOKED) % {"date": f"{status:%d/%m/%Y}"}
            return Chain("trusted", "revoked", revoked_at=status, reasons=(words,))
        if not status:
            unknown.append(say.REVOCATION_UNKNOWN if own else say.CA_REVOCATION_UNKNOWN)
    if not unknown:
        return Chain("trusted", "good")
    return Chain("trusted", "unknown", reasons=tuple(dict.fromkeys(reversed(unknown))))


def _revocation(path: ValidationPath, evidence: Evidence, at: datetime) -> datetime | bool:
    """When the path's last certificate was revoked; else whether it is known not to be."""
    leaf = path.last
    if any(extension["extn_id"].dotted in _NOT_REVOCABLE for extension in leaf["tbs_certificate"]["extensions"]):
        return True
    # both are asked: a signer who keeps an old answer «good» at hand must not hide a younger list
    found = [_ask(path, evidence, at, policy) for policy, has in _sources(evidence) if has]
    dates = [each for each in found if isinstance(each, datetime)]
    return min(dates) if dates else True in found


def _sources(evidence: Evidence) -> tuple[tuple[RevocationCheckingPolicy, bool], ...]:
    return (_BY_OCSP, bool(evidence.ocsps)), (_BY_CRL, bool(evidence.crls))


def _ask(path: ValidationPath, evidence: Evidence, at: datetime, policy: RevocationCheckingPolicy) -> datetime | bool:
    try:
        asyncio.run(async_validate_path(_context(evidence, at, policy), path))
    except RevokedError as error:
        since: datetime = error.revocation_dt
        return False if error.is_side_validation else since
    except FOREIGN:
        return False
    return True


def _context(evidence: Evidence, at: datetime, policy: RevocationCheckingPolicy) -> ValidationContext:
    checking = policy is not NO_REVOCATION
    return ValidationContext(
        trust_roots=list(evidence.trust.anchors),
        other_certs=evidence.certificates,
        moment=at,
        allow_fetching=False,
        crls=evidence.crls if checking else [],
        ocsps=evidence.ocsps if checking else [],
        # a CRL published after the proven time knows more about it than one published before
        revinfo_policy=CertRevTrustPolicy(policy, retroactive_revinfo=True),
        algorithm_usage_policy=AcceptAllAlgorithms(),  # weak ones are told apart, not taken for a broken chain
    )


def _loose_end(certificate: x509.Certificate, evidence: Evidence) -> Chain:
    """No path to an anchor: does the chain stop in the middle, or at a root nobody here trusts?"""
    top, known = certificate, [*evidence.certificates, *evidence.trust.anchors]
    for _ in range(_LONGEST):
        if top.self_signed != "no":
            return Chain("untrusted", reasons=(say.CHAIN_UNTRUSTED,))
        issuer = next((c for c in known if c.subject == top.issuer and c is not top), None)
        if issuer is None:
            return Chain("incomplete", reasons=(say.CHAIN_INCOMPLETE,))
        top = issuer
    return Chain("untrusted", reasons=(say.CHAIN_BROKEN,))


def _allows(certificate: x509.Certificate, use: Use) -> bool:
    if use is Use.TIMESTAMPING:
        purposes = certificate.extended_key_usage_value
        return purposes is not None and "time_stamping" in purposes.native
    usage = certificate.key_usage_value
    return usage is None or bool({"digital_signature", "non_repudiation"} & set(usage.native))
