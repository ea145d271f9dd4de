"""When a signature certainly existed: time stamps in it, and document time stamps over it (ETSI EN 319 102-1, 5.5 and 5.6).

Document time stamps are taken from the outside in: the last one is judged as of now; what it proves to have existed then
is judged as of then, and so on inwards. So an old time stamp keeps its worth under a younger one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509

from signing.verification import sentences as say
from signing.verification.algorithms import weaknesses
from signing.verification.chains import Chain, Use, judge
from signing.verification.cms import take_apart, timestamp_tokens
from signing.verification.embedded import Embedded
from signing.verification.evidence import Evidence
from signing.verification.faults import FOREIGN
from signing.verification.integrity import Integrity, judge_token, signature_digester


@dataclass(frozen=True)
class Stamp:
    """A document time stamp, judged.

    Attributes:
        moment: the time it states, None if unreadable.
        proves: it is intact and comes from a trusted authority.
        judged_at: the time its chain was judged at.
    """

    signature: Embedded
    integrity: Integrity
    moment: datetime | None
    chain: Chain
    proves: bool
    judged_at: datetime


@dataclass(frozen=True)
class Moment:
    """The time a signature is judged at: `proven` by a trusted time stamp, or simply now."""

    at: datetime
    proven: bool
    reasons: tuple[str, ...] = ()


def judge_stamps(timestamps: Iterable[Embedded], evidence: Evidence, now: datetime) -> list[Stamp]:
    """Judge document time stamps, the outermost first."""
    stamps: list[Stamp] = []
    for signature in sorted(timestamps, key=lambda each: each.end, reverse=True):
        at = _earliest_over(signature, stamps, now)
        integrity, info = judge_token(signature.parts, signature.covered)
        moment = None if info is None else info["gen_time"].native
        chain = _authority(signature.parts.certificate, evidence, at, proven=at != now, moment=moment)
        whole = signature.coverage != "partial"
        weak = _weak(signature.parts.signer_info, signature.parts.certificate) or chain.weak
        proves = integrity.state == "intact" and whole and not weak and _vouches(chain)
        stamps.append(Stamp(signature, integrity, moment, chain, proves and moment is not None, at))
    return stamps


def moment_of(signature: Embedded, stamps: Iterable[Stamp], evidence: Evidence, now: datetime) -> Moment:
    """The earliest time at which the signature is proven to have existed."""
    at = _earliest_over(signature, stamps, now)
    proven = at != now
    reasons: list[str] = []
    for signed_data in timestamp_tokens(signature.parts.signer_info):
        try:
            parts = take_apart(signed_data, evidence.certificates)
            integrity, info = judge_token(parts, signature_digester(signature.parts.signer_info))
        except FOREIGN:
            reasons.append(say.TIMESTAMP_BROKEN)
            continue
        if info is None or integrity.state != "intact":
            reasons.append(say.TIMESTAMP_BROKEN)
            continue
        moment = info["gen_time"].native
        evidence.add(parts)
        chain = _authority(parts.certificate, evidence, at, proven=proven, moment=moment)
        if not _vouches(chain) or chain.weak or _weak(parts.signer_info, parts.certificate) or moment > now:
            reasons.append(say.TIMESTAMP_UNTRUSTED)
            continue
        at, proven = min(at, moment), True
    return Moment(at, proven, () if proven else tuple(dict.fromkeys(reasons)))


def _earliest_over(signature: Embedded, stamps: Iterable[Stamp], now: datetime) -> datetime:
    moments = [
        stamp.moment
        for stamp in stamps
        if stamp.proves and stamp.moment is not None and stamp.signature.end > signature.end and stamp.moment <= now
    ]
    return min(moments, default=now)


def _authority(
    certificate: x509.Certificate | None, evidence: Evidence, at: datetime, *, proven: bool, moment: datetime | None
) -> Chain:
    if certificate is None:
        return Chain("incomplete", reasons=(say.NO_CERTIFICATE,))
    return judge(certificate, evidence, at=at, proven=proven, claimed=moment, use=Use.TIMESTAMPING)


def _vouches(chain: Chain) -> bool:
    """A time stamp counts unless its authority is known to be revoked: its own revocation data come with the next one."""
    return chain.chain == "trusted" and chain.revocation != "revoked" and not (chain.outlived or chain.out_of_time)


def _weak(signer_info: object, certificate: x509.Certificate | None) -> bool:
    return certificate is None or bool(weaknesses(signer_info, certificate))
