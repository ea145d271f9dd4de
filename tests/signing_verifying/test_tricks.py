"""Signatures built to deceive, or built wrongly: byte ranges, gaps, and CMS that are not what they should be."""

import asyncio
import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.verification import sentences as say
from tests.signing_verifying.workshop import Bench, Pki


@pytest.fixture(scope="module")
def signed(pki: Pki, paper: bytes, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return Bench(pki, tmp_path_factory.mktemp("tricks")).sign(paper, pki.anna)


def byte_range(data: bytes) -> list[int]:
    signature = PdfFileReader(io.BytesIO(data)).embedded_signatures[-1]
    return [int(number) for number in signature.byte_range]


def with_cms(data: bytes, change: Callable[[cms.ContentInfo], None]) -> bytes:
    """Put another CMS into the gap, which no signature covers."""
    _, start, resumed, _ = byte_range(data)
    info = cms.ContentInfo.load(bytes.fromhex(data[start + 1 : resumed - 1].decode()))
    change(info)
    digits = info.dump(force=True).hex().encode()
    return data[: start + 1] + digits.ljust(resumed - start - 2, b"0") + data[resumed - 1 :]


def signer_of(info: cms.ContentInfo) -> cms.SignerInfo:
    (signer,) = info["content"]["signer_infos"]
    return signer


def test_litter_at_the_end(bench: Bench, signed: bytes, trust_with_crls: Path) -> None:
    """Bytes that belong to no revision: another program may take them for one."""
    verdict = bench.judge(signed + b"startxref\n99\n%%EO\n", trust_with_crls)["Sig1"]
    assert (verdict.verdict, verdict.later_changes) == ("indeterminate", "suspicious")
    assert say.LITTER_LATER in verdict.reasons


def test_white_space_at_the_end(bench: Bench, signed: bytes, trust_with_crls: Path) -> None:
    verdict = bench.judge(signed + b"\r\n\0", trust_with_crls)["Sig1"]
    assert (verdict.verdict, verdict.coverage, verdict.later_changes) == ("valid", "revision", "none")


def test_numbers_of_the_range_changed(bench: Bench, signed: bytes, trust_with_crls: Path) -> None:
    """The numbers are covered themselves; besides, each of these ranges leaves bytes out or takes in bytes that are not there."""
    _, start, resumed, rest = byte_range(signed)
    old = f"/ByteRange [0 {start} {resumed} {rest}]".encode()
    assert old in signed
    odd = [(0, start - 1, resumed, rest), (1, start - 1, resumed, rest), (0, start, resumed, rest + 5), (0, start)]
    for numbers in odd:
        new = f"/ByteRange [{' '.join(map(str, numbers))}]".encode().ljust(len(old))
        verdict = bench.judge(signed.replace(old, new), trust_with_crls)["Sig1"]
        assert (verdict.verdict, verdict.coverage) == ("invalid", "partial")


def test_something_beside_the_value_in_the_gap(bench: Bench, signed: bytes, trust_with_crls: Path) -> None:
    """Wrapping: the gap is hashed by nobody, so it may hold the value and nothing else."""
    _, _, resumed, _ = byte_range(signed)
    hidden = signed[: resumed - 58] + b">/Reason(" + b"GIA MAO".ljust(40) + b")/Junk<0>" + signed[resumed:]
    assert len(hidden) == len(signed)
    verdict = bench.judge(hidden, trust_with_crls)["Sig1"]
    assert (verdict.verdict, verdict.integrity, verdict.coverage) == ("invalid", "intact", "partial")


def test_dictionary_moved_into_a_later_revision(bench: Bench, signed: bytes, trust_with_crls: Path) -> None:
    """Spoofing: the signature's dictionary is written anew, with another reason to sign."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        signature = writer.root["/AcroForm"]["/Fields"][-1].get_object()["/V"]
        signature[pdf_name("/Reason")] = generic.pdf_string("GIẢ MẠO")
        writer.update_container(signature)

    verdict = bench.judge(bench.append(signed, change), trust_with_crls)["Sig1"]
    assert verdict.verdict == "invalid"
    assert verdict.later_changes == "suspicious"


def test_certificates_left_out(bench: Bench, signed: bytes, trust_with_crls: Path) -> None:
    def change(info: cms.ContentInfo) -> None:
        info["content"]["certificates"] = cms.CertificateSet([])

    verdict = bench.judge(with_cms(signed, change), trust_with_crls)["Sig1"]
    assert (verdict.verdict, verdict.integrity) == ("indeterminate", "unreadable")
    assert say.NO_CERTIFICATE in verdict.reasons


def test_content_inside(bench: Bench, signed: bytes, trust_with_crls: Path) -> None:
    def change(info: cms.ContentInfo) -> None:
        info["content"]["encap_content_info"] = {"content_type": "data", "content": b""}

    verdict = bench.judge(with_cms(signed, change), trust_with_crls)["Sig1"]
    assert (verdict.verdict, verdict.integrity) == ("invalid", "unreadable")
    assert say.CONTENT_INSIDE in verdict.reasons


def test_attributes_out_of_order(bench: Bench, pki: Pki, signed: bytes, trust_with_crls: Path) -> None:
    """Right for programs that take signed attributes as they lie, wrong for those that sort them as RFC 5652 asks."""

    def change(info: cms.ContentInfo) -> None:
        signer = signer_of(info)
        encoded = [each.dump() for each in signer["signed_attrs"]]
        body = b"".join(sorted(encoded, reverse=True))
        header = b"\x81" + bytes([len(body)]) if len(body) < 256 else b"\x82" + len(body).to_bytes(2, "big")
        assert isinstance(pki.anna.key, ec.EllipticCurvePrivateKey)
        signer["signed_attrs"] = cms.CMSAttributes.load(b"\x31" + header + body)
        signer["signature"] = pki.anna.key.sign(b"\x31" + header + body, ec.ECDSA(hashes.SHA256()))

    _, start, resumed, _ = byte_range(signed)
    info = cms.ContentInfo.load(bytes.fromhex(signed[start + 1 : resumed - 1].decode()))
    change(info)
    digits = info.dump().hex().encode().ljust(resumed - start - 2, b"0")
    verdict = bench.judge(signed[: start + 1] + digits + signed[resumed - 1 :], trust_with_crls)["Sig1"]
    assert (verdict.verdict, verdict.integrity) == ("indeterminate", "unreadable")
    assert say.NOT_DER in verdict.reasons


def test_another_certificate_put_in(bench: Bench, pki: Pki, signed: bytes, trust_with_crls: Path) -> None:
    """The attribute that names the certificate is signed: nobody else can take the signature for his own."""

    def change(info: cms.ContentInfo) -> None:
        other = pki.binh.asn1
        info["content"]["certificates"] = cms.CertificateSet([cms.CertificateChoices("certificate", other)])
        sid = cms.IssuerAndSerialNumber({"issuer": other.issuer, "serial_number": other.serial_number})
        signer_of(info)["sid"] = cms.SignerIdentifier("issuer_and_serial_number", sid)

    assert bench.judge(with_cms(signed, change), trust_with_crls)["Sig1"].verdict == "invalid"


def test_old_kind_with_a_sha1_inside(bench: Bench, pki: Pki, paper: bytes, trust_with_crls: Path) -> None:
    """`adbe.pkcs7.sha1` signs the SHA-1 of the bytes, carried as content: right or wrong, and weak in any case."""
    shaped = bench.sign(paper, pki.anna).replace(b"/ETSI.CAdES.detached", b"/adbe.pkcs7.sha1".ljust(20))
    _, start, resumed, _ = byte_range(shaped.replace(b"/adbe.pkcs7.sha1    ", b"/ETSI.CAdES.detached"))
    digest = hashlib.sha1(shaped[:start] + shaped[resumed:]).digest()  # noqa: S324 - what the format asks for
    info = asyncio.run(pki.anna.signer.async_sign_general_data(digest, "sha256", detached=False))
    digits = info.dump().hex().encode().ljust(resumed - start - 2, b"0")
    signed = shaped[: start + 1] + digits + shaped[resumed - 1 :]
    verdict = bench.judge(signed, trust_with_crls)["Sig1"]
    assert (verdict.integrity, verdict.verdict, verdict.weak) == ("intact", "indeterminate", True)
    assert verdict.profile == "adbe.pkcs7.sha1"
    broken = signed.replace(b"5.000.000) Tj ET", b"9.000.000) Tj ET", 1)
    assert bench.judge(broken, trust_with_crls)["Sig1"].integrity == "modified"


def test_garbage_for_a_signature(bench: Bench, signed: bytes, trust_with_crls: Path) -> None:
    _, start, resumed, _ = byte_range(signed)
    garbage = b"00" * ((resumed - start - 2) // 2)
    verdict = bench.judge(signed[: start + 1] + garbage + signed[resumed - 1 :], trust_with_crls)["Sig1"]
    assert (verdict.verdict, verdict.integrity, verdict.field) == ("indeterminate", "unreadable", "Sig1")


def test_unknown_kind_of_signature(bench: Bench, signed: bytes, trust_with_crls: Path) -> None:
    other = signed.replace(b"/ETSI.CAdES.detached", b"/ADBE.x509.rsa_sha11")
    verdict = bench.judge(other, trust_with_crls)["Sig1"]
    assert (verdict.verdict, verdict.integrity) == ("indeterminate", "unreadable")


def test_any_covered_byte_changed(
    signed: bytes, pki: Pki, trust_with_crls: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever bit of the covered bytes is turned, wherever: the file is refused or its signature is not valid."""
    bench = Bench(pki, tmp_path_factory.mktemp("flips"))
    _, start, resumed, rest = byte_range(signed)
    covered = st.one_of(st.integers(0, start - 1), st.integers(resumed, resumed + rest - 1))

    @settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(at=covered, bit=st.integers(0, 7))
    def flip(at: int, bit: int) -> None:
        broken = bytearray(signed)
        broken[at] ^= 1 << bit
        verdicts = bench.judge_or_refuse(bytes(broken), trust_with_crls)
        assert all(each.verdict != "valid" for each in verdicts)
        assert all(each.integrity != "intact" or each.verdict == "invalid" for each in verdicts)

    flip()


def test_any_byte_changed_under_two_signatures(
    signed: bytes, pki: Pki, trust_with_crls: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What the first covers breaks both; what only the second covers breaks the second."""
    bench = Bench(pki, tmp_path_factory.mktemp("flips"))
    twice = bench.sign(signed, pki.binh, field="Sig2")
    _, start, resumed, rest = byte_range(twice)
    covered = st.one_of(st.integers(len(signed), start - 1), st.integers(resumed, resumed + rest - 1))

    @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(at=covered, bit=st.integers(0, 7))
    def flip(at: int, bit: int) -> None:
        broken = bytearray(twice)
        broken[at] ^= 1 << bit
        verdicts = {each.field: each.verdict for each in bench.judge_or_refuse(bytes(broken), trust_with_crls)}
        assert verdicts.get("Sig2") != "valid"

    flip()
