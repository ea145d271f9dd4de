"""What a clerk is told of signatures that differ from a good one in one thing each: who signed, when, how strongly."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import AuthorityInformationAccessOID

from signing.verification import sentences as say
from tests.signing_verifying.workshop import NOW, RSA, YEAR, Bench, Identity, Pki, certificate, crl_of, ocsp_of

HOUR = timedelta(hours=1)


def test_everything_good(bench: Bench, pki: Pki, paper: bytes, trust_with_crls: Path) -> None:
    verdict = bench.judge(bench.sign(paper, pki.anna), trust_with_crls)["Sig1"]
    assert verdict.verdict == "valid"
    assert (verdict.integrity, verdict.coverage, verdict.later_changes) == ("intact", "whole file", "none")
    assert (verdict.chain, verdict.revocation, verdict.weak) == ("trusted", "good", False)
    assert (verdict.signer, verdict.issuer) == ("Nguyễn Thị Mẫu", "CA SPECIMEN")
    assert (verdict.algorithm, verdict.profile) == ("sha256WithECDSA", "PAdES-B-B")
    assert verdict.time_source == "claimed"
    assert verdict.signing_time is not None
    assert abs(verdict.signing_time - NOW) < HOUR
    assert verdict.reasons == ()


def test_revocation_unknown_is_not_valid(bench: Bench, pki: Pki, paper: bytes, trust: Path) -> None:
    verdict = bench.judge(bench.sign(paper, pki.anna), trust)["Sig1"]
    assert (verdict.verdict, verdict.chain, verdict.revocation) == ("indeterminate", "trusted", "unknown")
    assert say.REVOCATION_UNKNOWN in verdict.reasons


def test_a_stale_crl_says_nothing(bench: Bench, pki: Pki, paper: bytes, trust_with_crls: Path) -> None:
    verdict = bench.judge(bench.sign(paper, pki.anna), trust_with_crls, now=NOW + timedelta(days=60))["Sig1"]
    assert (verdict.verdict, verdict.revocation) == ("indeterminate", "unknown")


@pytest.mark.parametrize("extension", ["2.5.29.56", "0.4.0.194121.2.1"])
def test_certificates_that_cannot_be_revoked(bench: Bench, pki: Pki, paper: bytes, trust: Path, extension: str) -> None:
    """Extensions noRevAvail (RFC 9608) and «validity assured, short term» (EN 319 412-1): nobody will ever revoke them."""
    value = x509.UnrecognizedExtension(x509.ObjectIdentifier(extension), b"\x05\x00")
    short = certificate("Ngắn hạn SPECIMEN", pki.root, extra=value)
    verdict = bench.judge(bench.sign(paper, short), trust)["Sig1"]
    assert (verdict.verdict, verdict.revocation) == ("valid", "good")


def test_changed_byte(bench: Bench, pki: Pki, paper: bytes, trust_with_crls: Path) -> None:
    signed = bench.sign(paper, pki.anna)
    verdict = bench.judge(signed.replace(b"5.000.000) Tj ET", b"9.000.000) Tj ET", 1), trust_with_crls)["Sig1"]
    assert (verdict.verdict, verdict.integrity) == ("invalid", "modified")
    assert say.BYTES_CHANGED in verdict.reasons


def test_stranger(bench: Bench, pki: Pki, paper: bytes, trust: Path) -> None:
    nobody = certificate("Người lạ SPECIMEN", pki.stranger)
    verdict = bench.judge(bench.sign(paper, nobody), trust)["Sig1"]
    assert (verdict.verdict, verdict.integrity, verdict.chain) == ("indeterminate", "intact", "untrusted")
    assert say.CHAIN_UNTRUSTED in verdict.reasons


def test_same_name_other_key_is_not_the_root(bench: Bench, paper: bytes, trust: Path) -> None:
    forged = certificate("Gốc SPECIMEN", None, ca=True)
    verdict = bench.judge(bench.sign(paper, certificate("Nguyễn Thị Mẫu", forged)), trust)["Sig1"]
    assert verdict.chain != "trusted"
    assert verdict.verdict != "valid"


def test_missing_intermediate(bench: Bench, pki: Pki, paper: bytes, trust: Path) -> None:
    bare = Identity(pki.anna.certificate, pki.anna.key)
    verdict = bench.judge(bench.sign(paper, bare), trust)["Sig1"]
    assert (verdict.verdict, verdict.chain) == ("indeterminate", "incomplete")
    assert say.CHAIN_INCOMPLETE in verdict.reasons


def test_intermediate_from_the_trust_folder(bench: Bench, pki: Pki, paper: bytes, tmp_path: Path) -> None:
    pems = [each.certificate.public_bytes(serialization.Encoding.PEM) for each in (pki.root, pki.ca)]
    (tmp_path / "bundle.pem").write_bytes(b"".join(pems))
    bare = Identity(pki.anna.certificate, pki.anna.key)
    assert bench.judge(bench.sign(paper, bare), tmp_path / "bundle.pem")["Sig1"].chain == "trusted"


def test_a_folder_of_one_intermediate_is_trusted(bench: Bench, pki: Pki, paper: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "agency"
    folder.mkdir()
    (folder / "ca.crt").write_bytes(pki.ca.certificate.public_bytes(serialization.Encoding.DER))
    assert bench.judge(bench.sign(paper, pki.anna), folder)["Sig1"].chain == "trusted"
    foreign = pki.stranger.certificate.public_bytes(serialization.Encoding.DER)
    (folder / "root.crt").write_bytes(foreign)  # now a root is given, so the CA only helps
    assert bench.judge(bench.sign(paper, pki.anna), folder)["Sig1"].chain == "untrusted"


def test_certificate_for_another_use(bench: Bench, pki: Pki, paper: bytes, trust: Path) -> None:
    server = certificate("Máy chủ SPECIMEN", pki.ca, usage=("key_encipherment",))
    signed = bench.sign(paper, server, signer_key_usage=set())
    verdict = bench.judge(signed, trust)["Sig1"]
    assert (verdict.verdict, verdict.chain) == ("indeterminate", "untrusted")
    assert say.WRONG_USE in verdict.reasons


def test_outlived_certificate(bench: Bench, pki: Pki, paper: bytes, trust_with_crls: Path) -> None:
    verdict = bench.judge(bench.sign(paper, pki.anna), trust_with_crls, now=NOW + 5 * YEAR)["Sig1"]
    assert (verdict.verdict, verdict.chain, verdict.time_source) == ("indeterminate", "trusted", "claimed")
    assert say.EXPIRED_UNPROVEN in verdict.reasons


def test_expired_when_signed(bench: Bench, pki: Pki, paper: bytes, trust_with_crls: Path) -> None:
    late = certificate("Hết hạn SPECIMEN", pki.ca, end=NOW - YEAR)
    verdict = bench.judge(bench.sign(paper, late), trust_with_crls)["Sig1"]
    assert (verdict.verdict, verdict.chain) == ("indeterminate", "untrusted")
    assert say.CLAIMED_OUTSIDE in verdict.reasons


def test_proven_to_be_signed_after_expiry(bench: Bench, pki: Pki, paper: bytes, trust_with_crls: Path) -> None:
    late = certificate("Hết hạn SPECIMEN", pki.ca, end=NOW - YEAR)
    verdict = bench.judge(bench.sign(paper, late, stamper=pki.stamper()), trust_with_crls)["Sig1"]
    assert (verdict.verdict, verdict.time_source) == ("invalid", "timestamp")
    assert say.EXPIRED_PROVEN in verdict.reasons


def test_revoked_before_signing(bench: Bench, pki: Pki, paper: bytes, trust: Path) -> None:
    signed = bench.sign(paper, pki.anna)
    verdict = bench.judge(bench.add_store(signed, pki.crls((pki.anna, NOW - YEAR))), trust)["Sig1"]
    assert (verdict.verdict, verdict.revocation, verdict.integrity) == ("invalid", "revoked", "intact")
    assert any("thu hồi" in reason for reason in verdict.reasons)


def test_revoked_is_seen_even_if_nothing_is_known_of_the_ca(bench: Bench, pki: Pki, paper: bytes, trust: Path) -> None:
    signed = bench.sign(paper, pki.anna)
    only_ca = (crl_of(pki.ca, (pki.anna, NOW - YEAR)),)
    assert bench.judge(bench.add_store(signed, only_ca), trust)["Sig1"].revocation == "revoked"


def test_revoked_ca(bench: Bench, pki: Pki, paper: bytes, trust: Path) -> None:
    crls = (crl_of(pki.root, (pki.ca, NOW - YEAR)), crl_of(pki.ca))
    verdict = bench.judge(bench.add_store(bench.sign(paper, pki.anna), crls), trust)["Sig1"]
    assert (verdict.verdict, verdict.revocation) == ("invalid", "revoked")


def test_revoked_after_a_proven_time_does_no_harm(bench: Bench, pki: Pki, paper: bytes, trust: Path) -> None:
    signed = bench.sign(paper, pki.anna, stamper=pki.stamper(NOW - 3 * HOUR))
    crls = pki.crls((pki.anna, NOW - 2 * HOUR))
    verdict = bench.judge(bench.add_store(signed, crls), trust)["Sig1"]
    assert (verdict.verdict, verdict.revocation, verdict.time_source) == ("valid", "good", "timestamp")


def test_revoked_after_a_claimed_time_leaves_a_doubt(bench: Bench, pki: Pki, paper: bytes, tmp_path: Path) -> None:
    """The signer says «before», but nothing proves it: not valid, and not proven wrong."""
    (tmp_path / "root.der").write_bytes(pki.root.certificate.public_bytes(serialization.Encoding.DER))
    for number, ca in enumerate((pki.root, pki.ca)):
        revoked = [(pki.anna, NOW + YEAR)] if ca is pki.ca else []
        data = crl_of(ca, *revoked, published=NOW + YEAR, until=NOW + YEAR + timedelta(days=30))
        (tmp_path / f"{number}.crl").write_bytes(data)
    verdict = bench.judge(bench.sign(paper, pki.anna), tmp_path, now=NOW + YEAR + HOUR)["Sig1"]
    assert (verdict.verdict, verdict.revocation) == ("indeterminate", "revoked")


def test_crl_of_a_stranger_revokes_nobody(bench: Bench, pki: Pki, paper: bytes, trust_with_crls: Path) -> None:
    forger = certificate("CA SPECIMEN", None, ca=True)
    signed = bench.sign(paper, pki.anna)
    forged = bench.add_store(signed, (crl_of(forger, (pki.anna, NOW - YEAR)),))
    assert bench.judge(forged, trust_with_crls)["Sig1"].revocation == "good"


def test_ocsp_answers(bench: Bench, pki: Pki, paper: bytes, trust: Path) -> None:
    asked = x509.AccessDescription(
        AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://127.0.0.1/")
    )
    cuc = certificate("Lê Thị Mẫu", pki.ca, extra=x509.AuthorityInformationAccess([asked]))
    signed = bench.sign(paper, cuc)
    of_ca, good_answer = crl_of(pki.root), ocsp_of(pki.ca, cuc)
    good = bench.add_store(signed, (of_ca,), ocsps=(good_answer,))
    assert bench.judge(good, trust)["Sig1"].verdict == "valid"
    hidden = bench.add_store(signed, (of_ca, crl_of(pki.ca, (cuc, NOW - YEAR))), ocsps=(good_answer,))
    assert bench.judge(hidden, trust)["Sig1"].revocation == "revoked"
    bad = bench.add_store(signed, (of_ca,), ocsps=(ocsp_of(pki.ca, cuc, revoked=NOW - YEAR),))
    assert (bench.judge(bad, trust)["Sig1"].verdict, bench.judge(bad, trust)["Sig1"].revocation) == (
        "invalid",
        "revoked",
    )
    of_another = bench.add_store(signed, (of_ca,), ocsps=(ocsp_of(pki.ca, pki.binh),))
    assert bench.judge(of_another, trust)["Sig1"].revocation == "unknown"


def test_sha1_is_weak(bench: Bench, pki: Pki, paper: bytes, trust_with_crls: Path) -> None:
    verdict = bench.judge(bench.sign(paper, pki.anna, md_algorithm="sha1"), trust_with_crls)["Sig1"]
    assert (verdict.verdict, verdict.integrity, verdict.weak) == ("indeterminate", "intact", True)
    assert verdict.algorithm == "sha1WithECDSA"
    assert any("SHA-1" in reason for reason in verdict.reasons)


def test_short_key_is_weak(bench: Bench, pki: Pki, paper: bytes, trust_with_crls: Path) -> None:
    key = rsa.generate_private_key(65537, 1024)  # noqa: S505 - weak on purpose
    verdict = bench.judge(bench.sign(paper, certificate("Khóa ngắn SPECIMEN", pki.ca, key=key)), trust_with_crls)[
        "Sig1"
    ]
    assert (verdict.verdict, verdict.integrity, verdict.weak) == ("indeterminate", "intact", True)
    assert verdict.algorithm == "sha256WithRSA"
    assert any("RSA 1024 bit" in reason for reason in verdict.reasons)


def test_time_stamp_proves_the_time(bench: Bench, pki: Pki, paper: bytes, trust_with_crls: Path) -> None:
    at = NOW - 2 * HOUR
    verdict = bench.judge(bench.sign(paper, pki.anna, stamper=pki.stamper(at)), trust_with_crls)["Sig1"]
    assert (verdict.verdict, verdict.time_source, verdict.profile) == ("valid", "timestamp", "PAdES-B-T")
    assert verdict.signing_time == at


def test_time_stamp_of_a_stranger_proves_nothing(bench: Bench, pki: Pki, paper: bytes, trust_with_crls: Path) -> None:
    tsa = certificate("Giờ lạ SPECIMEN", pki.stranger, stamping=True, key=RSA)
    signed = bench.sign(paper, pki.anna, stamper=pki.stamper(NOW - YEAR, tsa))
    verdict = bench.judge(signed, trust_with_crls)["Sig1"]
    assert verdict.time_source == "claimed"
    assert verdict.signing_time is not None
    assert abs(verdict.signing_time - NOW) < HOUR
    assert say.TIMESTAMP_UNTRUSTED in verdict.reasons
    assert verdict.verdict == "indeterminate"


def test_a_signers_certificate_makes_no_time_stamps(
    bench: Bench, pki: Pki, paper: bytes, trust_with_crls: Path
) -> None:
    colleague = certificate("Đồng nghiệp SPECIMEN", pki.ca, key=RSA)
    signed = bench.sign(paper, pki.anna, stamper=pki.stamper(NOW - YEAR, colleague))
    assert bench.judge(signed, trust_with_crls)["Sig1"].time_source == "claimed"


def test_long_term_survives_the_certificate(bench: Bench, pki: Pki, paper: bytes, trust: Path) -> None:
    """B-LT: the time is proven and the revocation data of that time are in the file; years later both still count."""
    signed = bench.add_store(bench.sign(paper, pki.anna, stamper=pki.stamper()), pki.crls())
    for now in (NOW, NOW + 5 * YEAR):
        verdict = bench.judge(signed, trust, now=now)["Sig1"]
        assert (verdict.verdict, verdict.profile, verdict.revocation) == ("valid", "PAdES-B-LT", "good")
        assert (verdict.coverage, verdict.later_changes) == ("revision", "permitted")


def test_archive_time_stamp_keeps_an_expired_one_alive(bench: Bench, pki: Pki, paper: bytes, trust: Path) -> None:
    """B-LTA: the first authority expires, the second stamped over it in time."""
    short = certificate("Dấu thời gian cũ SPECIMEN", pki.root, stamping=True, end=NOW + YEAR, key=RSA)
    signed = bench.add_store(bench.sign(paper, pki.anna, stamper=pki.stamper(NOW - HOUR, short)), pki.crls())
    stamped = bench.stamp(signed, NOW - HOUR / 2)
    later = NOW + 5 * YEAR
    assert bench.judge(signed, trust, now=later)["Sig1"].verdict == "indeterminate"
    verdicts = bench.judge(stamped, trust, now=later)
    assert (verdicts["Sig1"].verdict, verdicts["Sig1"].profile) == ("valid", "PAdES-B-LTA")
    assert verdicts["Sig1"].signing_time == NOW - HOUR
    (stamp,) = (each for each in verdicts.values() if each.profile == "ETSI.RFC3161")
    assert (stamp.integrity, stamp.coverage, stamp.chain) == ("intact", "whole file", "trusted")
    assert (stamp.signing_time, stamp.signer) == (NOW - HOUR / 2, "Dấu thời gian SPECIMEN")


def test_time_stamps_alone_are_no_signature(bench: Bench, paper: bytes, trust: Path) -> None:
    assert bench.judge(bench.stamp(paper, NOW), trust) == {}
