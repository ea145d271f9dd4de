"""Two signatures on a composed file: the bytes only grow, every validator agrees, and the marks stand in their places."""

import json
import os
import pickle
import shlex
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from PIL import ImageChops
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel

from compose.places import Rect
from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from pages.helper import Helper
from signing.devca import DevelopmentCA
from signing.devtsa import DevelopmentStamper
from signing.marks import agency_mark, conversion_mark
from signing.pades import PadesSigner, sign_file
from signing.ports import Level, Mark, Place, Prepared, Tail

PERSON, UNIT = "Nguyễn Thị Bích Phượng (MẪU)", "Trung tâm Phục vụ hành chính công xã Đạ Tẻh"
AGENCY = "Ủy ban nhân dân xã Đạ Tẻh, tỉnh Lâm Đồng"

Grow = Callable[[Path, Tail], Path]


@pytest.fixture
def signer() -> PadesSigner:
    return PadesSigner()


@pytest.fixture
def scanned(composed_file: Path, signer: PadesSigner, authority: DevelopmentCA, grown: Grow, now: datetime) -> Path:
    """Signed by the person who scanned."""
    key = authority.person_key(PERSON, UNIT)
    mark = conversion_mark(PERSON, UNIT, now)
    return grown(composed_file, sign_file(composed_file, signer=signer, key=key, mark=mark, level=Level.B_B, when=now))


@pytest.fixture
def sealed(scanned: Path, signer: PadesSigner, authority: DevelopmentCA, grown: Grow, now: datetime) -> Path:
    """And by the agency."""
    key = authority.agency_key(AGENCY)
    mark = agency_mark(AGENCY, now)
    return grown(scanned, sign_file(scanned, signer=signer, key=key, mark=mark, level=Level.B_B, when=now))


def test_each_revision_is_a_prefix_of_the_next(composed_file: Path, scanned: Path, sealed: Path) -> None:
    before, between, after = (path.read_bytes() for path in (composed_file, scanned, sealed))
    assert between.startswith(before)
    assert after.startswith(between)
    assert len(between) - len(before) < 12_000


def test_both_signatures_hold(sealed: Path, judged: Callable) -> None:
    scanner, agency = judged(sealed)
    for status in (scanner, agency):
        assert status.intact
        assert status.valid
        assert status.trusted
    assert scanner.modification_level == ModificationLevel.FORM_FILLING
    assert scanner.signing_cert.subject.native["common_name"] == PERSON
    assert agency.signing_cert.subject.native["common_name"] == AGENCY
    assert agency.bottom_line


def test_a_changed_byte_is_noticed(sealed: Path, judged: Callable) -> None:
    data = bytearray(sealed.read_bytes())
    data[data.index(b"/Title (M") if b"/Title (M" in data else data.index(b"/Producer") + 12] ^= 1
    sealed.write_bytes(data)
    assert not any(status.intact for status in judged(sealed))


def test_they_are_pades_baseline_signatures(sealed: Path, now: datetime) -> None:
    """ETSI EN 319 142-1 §6.3: sub-filter, signing certificate, claimed time in the PDF and not in the CMS, no certification."""
    with sealed.open("rb") as file:
        reader = PdfFileReader(file)
        assert "/Perms" not in reader.root
        for signature in reader.embedded_regular_signatures:
            assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
            assert signature.self_reported_timestamp == now
            (info,) = signature.signed_data["signer_infos"]
            assert {one["type"].native for one in info["signed_attrs"]} == {
                "content_type",
                "message_digest",
                "signing_certificate_v2",
            }
            assert info["digest_algorithm"]["algorithm"].native == "sha256"
            assert len(signature.signed_data["certificates"]) == 2
        assert "/ESIC" in reader.root["/Extensions"]


def test_it_stays_pdfa_in_structure(sealed: Path) -> None:
    with pikepdf.open(sealed) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert b"<pdfaid:part>2" in pdf.Root.Metadata.read_bytes()
        for field in pdf.Root.AcroForm.Fields:
            font = field.AP.N.Resources.Font.F0
            assert font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()
            assert font.objgen == pdf.Root.AcroForm.DR.Font.KhosoMark.objgen  # embedded once, at compose


@pytest.mark.skipif("KHOSO_VERAPDF" not in os.environ, reason="KHOSO_VERAPDF names no validator")
def test_verapdf_agrees(scanned: Path, sealed: Path) -> None:
    command = [*shlex.split(os.environ["KHOSO_VERAPDF"]), "-f", "2b", "--format", "text", str(scanned), str(sealed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert [line[:4] for line in done.stdout.splitlines()] == ["PASS", "PASS"], done.stdout + done.stderr


def test_marks_say_who_and_when_and_change_nothing_else(
    composed_file: Path, sealed: Path, rendered: Callable, text_of_page: Callable
) -> None:
    changed = ImageChops.difference(rendered(composed_file), rendered(sealed)).getbbox()
    left, right = _places(composed_file)
    scale = 75 / 72
    assert changed is not None
    assert left.x0 * scale - 1 <= changed[0] < changed[2] <= right.x1 * scale + 1
    assert changed[3] <= (841.92 - left.y0) * scale + 1
    said = text_of_page(sealed)
    assert "BẢN ĐIỆN TỬ CHUYỂN ĐỔI TỪ VĂN BẢN GIẤY" in said
    assert f"Người thực hiện: {PERSON}, {UNIT}" in said
    assert "Thời gian: 2026-11-21T09:15:02+07:00" in said
    assert said.count("2026-11-21T09:15:02+07:00") == 2
    assert AGENCY in said


def test_only_the_fields_and_their_marks_are_touched(composed_file: Path, scanned: Path) -> None:
    tail = scanned.read_bytes()[composed_file.stat().st_size :]
    assert tail.count(b" obj\n") == 3  # the field, its appearance, the signature
    assert b"/Catalog" not in tail
    assert b"/Pages" not in tail


def test_another_signer_completes_what_was_stored(
    composed_file: Path, authority: DevelopmentCA, grown: Grow, judged: Callable, now: datetime
) -> None:
    """A desk token, a remote key or a restart fits between the halves."""
    key = authority.person_key(PERSON, UNIT)
    mark = conversion_mark(PERSON, UNIT, now)
    prepared = PadesSigner().prepare(
        composed_file, mark, Level.B_B, certificate=key.certificate, chain=key.chain, when=now
    )
    stored = json.dumps(prepared.to_json())
    assert pickle.loads(pickle.dumps(prepared)) == prepared  # noqa: S301 - our own bytes
    del prepared
    again = Prepared.from_json(json.loads(stored))
    tail = PadesSigner().complete(again, key.sign(again.to_sign))
    (status,) = judged(grown(composed_file, tail))
    assert status.bottom_line


def test_a_helper_gives_the_same_result(
    composed_file: Path, helper: Helper, authority: DevelopmentCA, grown: Grow, judged: Callable, now: datetime
) -> None:
    signer, key = PadesSigner(helper=helper), authority.person_key(PERSON, UNIT)
    tail = sign_file(
        composed_file, signer=signer, key=key, mark=conversion_mark(PERSON, UNIT, now), level=Level.B_B, when=now
    )
    (status,) = judged(grown(composed_file, tail))
    assert status.bottom_line


def test_a_value_of_another_key_is_refused(composed_file: Path, authority: DevelopmentCA, now: datetime) -> None:
    signer, key, other = PadesSigner(), authority.person_key(PERSON, UNIT), authority.agency_key(AGENCY)
    prepared = signer.prepare(
        composed_file, Mark(Place.SCANNER, ()), Level.B_B, certificate=key.certificate, chain=key.chain, when=now
    )
    for value in (other.sign(prepared.to_sign), key.sign(b"something else"), b"", b"\x30\x03\x02\x01\x01"):
        with pytest.raises(Refused) as caught:
            signer.complete(prepared, value)
        assert caught.value.reason.code is ReasonCode.SIGNING_FAILED


def test_a_field_is_signed_once(scanned: Path, signer: PadesSigner, authority: DevelopmentCA, now: datetime) -> None:
    key = authority.person_key(PERSON, UNIT)
    with pytest.raises(Refused) as caught:
        sign_file(scanned, signer=signer, key=key, mark=conversion_mark(PERSON, UNIT, now), level=Level.B_B, when=now)
    assert caught.value.reason.code is ReasonCode.NO_EMPTY_FIELD


@pytest.mark.parametrize("days", [-400, 4000])
def test_a_certificate_signs_only_while_it_is_valid(
    days: int, composed_file: Path, signer: PadesSigner, authority: DevelopmentCA, now: datetime
) -> None:
    key = authority.person_key(PERSON, UNIT)
    when = now + timedelta(days=days)
    with pytest.raises(Refused) as caught:
        sign_file(composed_file, signer=signer, key=key, mark=Mark(Place.SCANNER, ()), level=Level.B_B, when=when)
    assert caught.value.reason.code is ReasonCode.CERTIFICATE_UNUSABLE


@pytest.mark.parametrize("level", [Level.B_T, Level.B_LT, Level.B_LTA])
def test_levels_with_time_stamps(
    level: Level, composed_file: Path, authority: DevelopmentCA, grown: Grow, judged: Callable, now: datetime
) -> None:
    stamper = DevelopmentStamper(authority.stamper_key(), lambda: now)
    signer = PadesSigner(stamper=stamper, revocation=authority)
    mark, key = conversion_mark(PERSON, UNIT, now), authority.person_key(PERSON, UNIT)
    once = grown(composed_file, sign_file(composed_file, signer=signer, key=key, mark=mark, level=level, when=now))
    seal = sign_file(
        once, signer=signer, key=authority.agency_key(AGENCY), mark=agency_mark(AGENCY, now), level=level, when=now
    )
    twice = grown(once, seal)
    first, second = judged(twice)
    for status in (first, second):
        assert status.bottom_line
        assert status.timestamp_validity.intact
        assert status.timestamp_validity.timestamp == now
    with twice.open("rb") as file:
        reader = PdfFileReader(file)
        assert ("/DSS" in reader.root) is (level is not Level.B_T)
        assert len(reader.embedded_timestamp_signatures) == (2 if level is Level.B_LTA else 0)
    with pikepdf.open(twice) as pdf:
        assert pdf.check_pdf_syntax() == []


def test_a_level_without_its_services_says_so(
    composed_file: Path, authority: DevelopmentCA, signer: PadesSigner, now: datetime
) -> None:
    key, mark = authority.person_key(PERSON, UNIT), Mark(Place.SCANNER, ())
    with pytest.raises(Unavailable, match="time stamping authority"):
        sign_file(composed_file, signer=signer, key=key, mark=mark, level=Level.B_T, when=now)
    stamping = PadesSigner(stamper=DevelopmentStamper(authority.stamper_key(), lambda: now))
    with pytest.raises(Unavailable, match="revocation"):
        sign_file(composed_file, signer=stamping, key=key, mark=mark, level=Level.B_LT, when=now)


def test_a_missing_file_is_unavailable(
    tmp_path: Path, authority: DevelopmentCA, signer: PadesSigner, now: datetime
) -> None:
    key = authority.person_key(PERSON, UNIT)
    with pytest.raises(Unavailable):
        sign_file(
            tmp_path / "none.pdf", signer=signer, key=key, mark=Mark(Place.SCANNER, ()), level=Level.B_B, when=now
        )


def _places(pdf: Path) -> list[Rect]:
    with pikepdf.open(pdf) as opened:
        return [Rect(*(float(side) for side in field.Rect)) for field in opened.Root.AcroForm.Fields]
