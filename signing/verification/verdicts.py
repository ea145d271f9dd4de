"""All that is known of a document's signatures, put together into verdicts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import x509

from signing.verification import chains, changes, integrity, profiles
from signing.verification import sentences as say
from signing.verification.algorithms import name_of, weaknesses
from signing.verification.chains import Chain
from signing.verification.changes import Changes
from signing.verification.embedded import SHA1_INSIDE, SIGNATURES, Embedded, take
from signing.verification.evidence import Evidence, SecurityStore, Trust, gather, security_store
from signing.verification.faults import FOREIGN, too_strict
from signing.verification.integrity import Integrity
from signing.verification.opening import Document, Field
from signing.verification.times import Moment, Stamp, judge_stamps, moment_of

_CLOCKS_APART = timedelta(minutes=10)  # how far a signer's clock may run ahead of ours


@dataclass(frozen=True)
class _Case:
    """One signature and everything found out about it."""

    embedded: Embedded
    integrity: Integrity
    changes: Changes
    moment: Moment
    chain: Chain
    weak: tuple[str, ...]
    profile: str
    tolerant: bool


def judge_document(document: Document, trust: Trust, now: datetime) -> list[dict[str, Any]]:
    """Judge every signature, in the order they were made. A document whose only signatures are time stamps is not
    signed: nobody answers for it.

    Raises:
        any of `FOREIGN`: the document cannot be read in the way it was opened.
    """
    store = security_store(document.reader)
    evidence = gather(trust, store)
    taken, unreadable = _take_all(document, evidence.certificates)
    if not unreadable and all(each.is_timestamp for each in taken):
        return []
    for each in taken:
        evidence.add(each.parts)
    stamps = judge_stamps([each for each in taken if each.is_timestamp], evidence, now)
    states = {each.field.name: _integrity(each, stamps) for each in taken}
    intact = {each.field.name: each for each in taken if states[each.field.name].state == "intact"}
    rows = [_unreadable(field) for field in unreadable]
    cases: dict[str, _Case] = {}
    for each in sorted(taken, key=lambda each: each.end, reverse=True):  # the last first: earlier ones depend on it
        name = each.field.name
        try:
            cases[name] = _judge(document, each, states[name], intact, stamps, store, evidence, now)
            rows.append(_describe(cases[name], cases, now))
        except FOREIGN as error:
            if too_strict(error):
                raise
            rows.append(_unreadable(each.field))
    return rows[::-1]


def _take_all(document: Document, known: Sequence[x509.Certificate]) -> tuple[list[Embedded], list[Field]]:
    taken: list[Embedded] = []
    unreadable: list[Field] = []
    for field in document.fields:
        try:
            taken.append(take(document, field, known))
        except FOREIGN as error:
            if too_strict(error):
                raise
            unreadable.append(field)
    return taken, unreadable


def _integrity(signature: Embedded, stamps: Iterable[Stamp]) -> Integrity:
    if signature.is_timestamp:
        return next(stamp.integrity for stamp in stamps if stamp.signature is signature)
    if signature.subfilter not in SIGNATURES:
        words = say.UNKNOWN_KIND % {"kind": signature.subfilter.lstrip("/") or "?"}
        return Integrity("unreadable", reasons=(words,))
    return integrity.judge(signature.parts, signature.covered, sha1_inside=signature.subfilter == SHA1_INSIDE)


def _judge(
    document: Document,
    signature: Embedded,
    state: Integrity,
    intact: Mapping[str, Embedded],
    stamps: Sequence[Stamp],
    store: SecurityStore,
    evidence: Evidence,
    now: datetime,
) -> _Case:
    certificate = signature.parts.certificate
    stamp = next((stamp for stamp in stamps if stamp.signature is signature), None)
    if stamp is not None:
        moment, chain = Moment(stamp.judged_at, proven=stamp.proves), stamp.chain
    else:
        moment = moment_of(signature, stamps, evidence, now)
        chain = Chain("incomplete", reasons=(say.CHAIN_INCOMPLETE,))
        if certificate is not None:
            chain = chains.judge(certificate, evidence, at=moment.at, proven=moment.proven, claimed=signature.claimed)
    return _Case(
        embedded=signature,
        integrity=state,
        changes=changes.judge(document, signature, intact),
        moment=moment,
        chain=chain,
        weak=_weak(signature),
        profile=profiles.of(signature, stamps, store),
        tolerant=document.tolerant and signature.coverage != "whole file",
    )


def _weak(signature: Embedded) -> tuple[str, ...]:
    certificate = signature.parts.certificate
    found = () if certificate is None else weaknesses(signature.parts.signer_info, certificate)
    return tuple(dict.fromkeys(("SHA-1", *found))) if signature.subfilter == SHA1_INSIDE else found


def _describe(case: _Case, later: Mapping[str, _Case], now: datetime) -> dict[str, Any]:
    signature, certificate = case.embedded, case.embedded.parts.certificate
    wrong, doubts = _findings(case, now)
    doubts += _shown_by_untrusted(case, later)
    stamped = case.moment.proven
    time = _stated_time(signature) if signature.is_timestamp or not stamped else case.moment.at
    return {
        "field": signature.field.name,
        "signer": "" if certificate is None else _name(certificate.subject),
        "issuer": "" if certificate is None else _name(certificate.issuer),
        "signing_time": None if time is None else time.isoformat(),
        "time_source": "timestamp" if stamped else "claimed",
        "verdict": "invalid" if wrong else "indeterminate" if doubts else "valid",
        "integrity": case.integrity.state,
        "coverage": signature.coverage,
        "later_changes": case.changes.state,
        "chain": case.chain.chain,
        "revocation": case.chain.revocation,
        "algorithm": name_of(signature.parts.signer_info),
        "weak": bool(case.weak or case.chain.weak),
        "profile": case.profile,
        "reasons": list(dict.fromkeys((*wrong, *doubts))),
    }


def _findings(case: _Case, now: datetime) -> tuple[list[str], list[str]]:
    """What is proven wrong, and what keeps the verdict from being «valid»."""
    wrong: list[str] = []
    doubts: list[str] = []
    (wrong if case.integrity.proven else doubts).extend(case.integrity.reasons)
    (wrong if case.changes.proven else doubts).extend(case.changes.reasons)
    revoked = case.chain.revoked_at
    (wrong if _certainly_after(case, revoked) or case.chain.out_of_time else doubts).extend(case.chain.reasons)
    if case.weak:
        doubts.append(say.WEAK % {"what": ", ".join(case.weak)})
    if case.chain.weak:
        doubts.append(say.CHAIN_WEAK % {"what": ", ".join(case.chain.weak)})
    if case.tolerant:
        doubts.append(say.ODD_STRUCTURE)
    doubts.extend(_about_time(case, now))
    return wrong, doubts


def _shown_by_untrusted(case: _Case, later: Mapping[str, _Case]) -> list[str]:
    """A later signature may bring a picture onto a page; that is its signer's word, if one knows who that is."""
    shown = case.changes.shown_by
    strangers = [name for name in shown if name not in later or later[name].chain.chain != "trusted"]
    return [say.SHOWN_BY_UNTRUSTED % {"field": strangers[0]}] if strangers else []


def _certainly_after(case: _Case, revoked: datetime | None) -> bool:
    """Revoked before it was made: by a proven time, or by the signer's own word. A time nobody proves may be made up,
    so a revocation *after* a claimed time leaves a doubt, not a certainty.
    """
    if revoked is None:
        return False
    made = case.moment.at if case.moment.proven else case.embedded.claimed
    return made is None or made >= revoked


def _about_time(case: _Case, now: datetime) -> list[str]:
    if case.embedded.is_timestamp:
        return []
    found = list(case.moment.reasons)
    claimed, certificate = case.embedded.claimed, case.embedded.parts.certificate
    if case.moment.proven or claimed is None or certificate is None:
        return found
    if claimed > now + _CLOCKS_APART:
        found.append(say.CLAIMED_FUTURE)
    elif not certificate.not_valid_before <= claimed <= certificate.not_valid_after:
        found.append(say.CLAIMED_OUTSIDE)
    return found


def _stated_time(signature: Embedded) -> datetime | None:
    if not signature.is_timestamp:
        return signature.claimed
    try:
        moment = signature.parts.encapsulated.parsed["gen_time"].native
    except FOREIGN:
        return None
    return moment if isinstance(moment, datetime) else None


def _unreadable(field: Field) -> dict[str, Any]:
    return {
        "field": field.name,
        "signer": "",
        "issuer": "",
        "signing_time": None,
        "time_source": "claimed",
        "verdict": "indeterminate",
        "integrity": "unreadable",
        "coverage": "partial",
        "later_changes": "suspicious",
        "chain": "incomplete",
        "revocation": "unknown",
        "algorithm": "",
        "weak": False,
        "profile": "",
        "reasons": [say.SIGNATURE_UNREADABLE],
    }


def _name(name: x509.Name) -> str:
    parts = name.native
    for key in ("common_name", "organization_name", "organizational_unit_name"):
        value = parts.get(key)
        if value:
            return str(value[0] if isinstance(value, list) else value)
    return str(name.human_friendly)
