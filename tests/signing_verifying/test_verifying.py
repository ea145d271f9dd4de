"""The host's side: any file comes in, verdicts or a refusal come out; the bytes are touched by a helper only."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from pages.helper import Helper
from signing.ports import Verdict
from signing.verifying import signed_validly, to_json, verify
from tests.signing_verifying.workshop import Bench, Pki


@pytest.fixture(scope="module")
def helper() -> Iterator[Helper]:
    with Helper() as helper:
        yield helper


def written(folder: Path, data: bytes) -> Path:
    path = folder / "tệp có dấu.pdf"
    path.write_bytes(data)
    return path


def test_signed_file(
    bench: Bench, pki: Pki, paper: bytes, trust_with_crls: Path, helper: Helper, tmp_path: Path
) -> None:
    path = written(tmp_path, bench.sign(paper, pki.anna))
    (verdict,) = verify(path, trust=[trust_with_crls], helper=helper, now=datetime.now(UTC))
    assert verdict.verdict == "valid"
    row = json.loads(json.dumps(to_json(verdict, "a.pdf"), ensure_ascii=False))
    assert list(row) == [
        "file",
        "field",
        "signer",
        "issuer",
        "signing_time",
        "time_source",
        "verdict",
        "integrity",
        "coverage",
        "later_changes",
        "chain",
        "revocation",
        "algorithm",
        "weak",
        "profile",
        "reasons",
    ]
    assert (row["file"], row["signer"], row["reasons"]) == ("a.pdf", "Nguyễn Thị Mẫu", [])
    assert row["signing_time"].endswith("+07:00")
    assert datetime.fromisoformat(row["signing_time"]) == verdict.signing_time


def test_no_trust_at_all(bench: Bench, pki: Pki, paper: bytes, helper: Helper, tmp_path: Path) -> None:
    path = written(tmp_path, bench.sign(paper, pki.anna))
    (verdict,) = verify(path, trust=[], helper=helper, now=datetime.now(UTC))
    assert (verdict.verdict, verdict.integrity) == ("indeterminate", "intact")
    assert verdict.chain != "trusted"


def test_what_is_missing_is_not_the_files_fault(paper: bytes, helper: Helper, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        verify(tmp_path / "absent.pdf", trust=[], helper=helper, now=datetime.now(UTC))
    with pytest.raises(Unavailable, match="absent"):
        verify(written(tmp_path, paper), trust=[tmp_path / "absent"], helper=helper, now=datetime.now(UTC))


def test_unsigned_file(paper: bytes, helper: Helper, tmp_path: Path) -> None:
    assert verify(written(tmp_path, paper), trust=[], helper=helper, now=datetime.now(UTC)) == ()


def test_unsigned_and_damaged(paper: bytes, helper: Helper, tmp_path: Path) -> None:
    """Nobody signed it, however broken it is; whether it can be read is not asked here."""
    assert verify(written(tmp_path, paper[: len(paper) // 2]), trust=[], helper=helper, now=datetime.now(UTC)) == ()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", ReasonCode.EMPTY_FILE),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), ReasonCode.NOT_A_PDF),
        (b"%PDF-1.7\n/ByteRange [0 1 2 3]\n", ReasonCode.DAMAGED),
    ],
)
def test_refused(data: bytes, code: ReasonCode, helper: Helper, tmp_path: Path) -> None:
    with pytest.raises(Refused) as error:
        verify(written(tmp_path, data), trust=[], helper=helper, now=datetime.now(UTC))
    assert error.value.reason.code == code


def test_locked_with_a_password(paper: bytes, helper: Helper, tmp_path: Path) -> None:
    with pytest.raises(Refused) as error:
        verify(written(tmp_path, encrypted(paper, user="mật khẩu")), trust=[], helper=helper, now=datetime.now(UTC))
    assert error.value.reason.code == ReasonCode.ENCRYPTED


def test_locked_for_printing_only(bench: Bench, pki: Pki, paper: bytes, trust_with_crls: Path) -> None:
    """Opens with the empty password, as in any viewer."""
    signed = bench.sign(encrypted(paper, user=""), pki.anna, password="")
    assert bench.judge(signed, trust_with_crls)["Sig1"].verdict == "valid"


def encrypted(data: bytes, user: str) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(user=user, owner="chủ tệp", R=6))
    return out.getvalue()


def test_hybrid_cross_references(bench: Bench, pki: Pki, trust_with_crls: Path) -> None:
    """As Word writes them: a table for old programs, a stream with more for new ones."""
    signed = bench.sign(hybrid(), pki.anna, strict=False)
    assert bench.judge(signed, trust_with_crls)["Sig1"].verdict == "valid"
    twice = bench.judge(bench.sign(signed, pki.binh, field="Sig2", strict=False), trust_with_crls)
    assert (twice["Sig1"].verdict, twice["Sig1"].later_changes) == ("valid", "permitted")


def hybrid() -> bytes:
    bodies = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        4: b"<</Length 0>>\nstream\n\nendstream",
    }
    data, at = b"%PDF-1.5\n", {}
    for number, body in bodies.items():
        at[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    at[5] = len(data)
    rows = b"".join(b"\x01" + at[5 - 1].to_bytes(3, "big") + b"\0" for _ in range(1))
    data += b"5 0 obj\n<</Type/XRef/Size 6/W[1 3 1]/Index[4 1]/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        len(rows),
        rows,
    )
    table = len(data)
    data += b"xref\n0 6\n0000000004 65535 f \n"
    data += b"".join(b"%010d 00000 n \n" % at[number] for number in (1, 2, 3))
    data += b"0000000000 65535 f \n" + b"%010d 00000 n \n" % at[5]
    return data + b"trailer\n<</Size 6/Root 1 0 R/XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n" % (at[5], table)


def test_a_broken_rule_caps_the_verdict(bench: Bench, pki: Pki, paper: bytes, trust_with_crls: Path) -> None:
    """A key given twice: programs differ in which one they take. Under a signature over the whole file it does no harm."""
    odd = paper.replace(b"/Type /Font ", b"/Type /Font /Name /A /Name /B ")
    longer = len(odd) - len(paper)
    font = paper.index(b"/Type /Font ")
    for number in range(2, 20):
        old = paper.find(b"\n%d 0 obj" % number) + 1
        if old > font:
            odd = odd.replace(b"%010d 00000 n" % old, b"%010d 00000 n" % (old + longer))
    start = paper.rindex(b"xref\n0 ")
    odd = odd.replace(b"startxref\n%d" % start, b"startxref\n%d" % (start + longer))
    signed = bench.sign(odd, pki.anna, strict=False)
    assert bench.judge(signed, trust_with_crls)["Sig1"].verdict == "valid"
    twice = bench.judge(bench.sign(signed, pki.binh, field="Sig2", strict=False), trust_with_crls)
    assert (twice["Sig1"].verdict, twice["Sig2"].verdict) == ("indeterminate", "valid")


def test_signed_validly() -> None:
    good = Verdict(
        "Sig1",
        "",
        "",
        None,
        "claimed",
        "valid",
        "intact",
        "whole file",
        "none",
        "trusted",
        "good",
        "",
        False,
        "PAdES-B-B",
    )
    doubtful = replace(good, verdict="indeterminate")
    stamp = replace(doubtful, profile="ETSI.RFC3161")
    assert signed_validly([good])
    assert signed_validly([good, stamp])
    assert not signed_validly([])
    assert not signed_validly([stamp])
    assert not signed_validly([good, doubtful])
    assert not signed_validly([good, replace(stamp, verdict="invalid")])
