"""Files that Khoso did not compose: a field is added, the mark finds free space or stays away, earlier signatures hold."""

import subprocess
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from PIL import Image
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko_certvalidator.registry import SimpleCertificateStore

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from pages.helper import Helper
from signing.adapters.pkcs12 import Pkcs12Key
from signing.devca import DevelopmentCA
from signing.marks import agency_mark, conversion_mark
from signing.pades import PadesSigner, sign_file
from signing.ports import Key, Level, Mark, Place, Tail

AGENCY = "Ủy ban nhân dân xã Đạ Tẻh, tỉnh Lâm Đồng"

Grow = Callable[[Path, Tail], Path]
Sealer = Callable[..., Tail]


@pytest.fixture
def page(tmp_path: Path) -> Callable[..., Path]:
    """A PDF of one page, black below its top margin, or all over."""

    def make(
        *,
        rotate: int = 0,
        crop: tuple[float, ...] | None = None,
        full: bool = False,
        size: tuple[float, float] = (595, 842),
        name: str = "foreign.pdf",
        **save: object,
    ) -> Path:
        pdf = pikepdf.new()
        added = pdf.add_blank_page(page_size=size)
        drawn = b"0 0 3000 3000 re f" if full else b"200 300 100 60 re f"
        added.Contents = pdf.make_stream(drawn)
        added.Rotate = rotate
        if crop:
            added.CropBox = list(crop)
        path = tmp_path / name
        pdf.save(path, **save)
        return path

    return make


@pytest.fixture
def seal(helper: Helper, authority: DevelopmentCA, now: datetime) -> Sealer:
    def make(pdf: Path, mark: Mark | None = None) -> Tail:
        key = authority.agency_key(AGENCY)
        mark = agency_mark(AGENCY, now) if mark is None else mark
        return sign_file(pdf, signer=PadesSigner(helper=helper), key=key, mark=mark, level=Level.B_B, when=now)

    return make


@pytest.mark.parametrize("save", [{}, {"object_stream_mode": pikepdf.ObjectStreamMode.generate}])
def test_a_plain_file_gets_a_field_and_a_mark(
    save: dict[str, object], page: Callable, seal: Sealer, grown: Grow, judged: Callable, text_of_page: Callable
) -> None:
    result = grown(page(**save), seal(page(**save)))
    (status,) = judged(result)
    assert status.bottom_line
    assert AGENCY in text_of_page(result)
    with pikepdf.open(result) as pdf:
        assert pdf.check_pdf_syntax() == []
        (field,) = pdf.Root.AcroForm.Fields
        assert field.T == "Agency"
        assert field.AP.N.Resources.Font.F0.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (40, 60, 575, 802)])
def test_the_mark_stands_upright_at_the_top_however_the_page_is_turned(
    rotate: int,
    crop: tuple[float, ...] | None,
    page: Callable,
    seal: Sealer,
    grown: Grow,
    rendered: Callable,
    now: datetime,
) -> None:
    source = page(rotate=rotate, crop=crop, size=(640, 842))
    right = np.asarray(_shown(grown(source, seal(source)))) < 128
    left = np.asarray(_shown(grown(source, seal(source, conversion_mark("Người MẪU", "", now))))) < 128
    bare = np.asarray(_shown(source)) < 128
    for marked, side in ((right, 1), (left, 0)):
        rows, columns = np.nonzero(marked & ~bare)
        assert rows.max() < 75  # points from the top
        middle = marked.shape[1] / 2
        assert (columns.min() > middle) if side else (columns.max() < middle)
        assert np.ptp(columns) > 3 * np.ptp(rows)  # lines of text run across
        assert not (bare & ~marked).any()


def test_without_free_space_the_signature_is_invisible(
    page: Callable, seal: Sealer, grown: Grow, judged: Callable
) -> None:
    source = page(full=True)
    tail = seal(source)
    assert b"/KhosoMark" not in tail.data
    assert b"LiberationSerif" not in tail.data
    assert judged(grown(source, tail))[0].bottom_line


def test_without_a_helper_no_page_is_drawn(
    page: Callable, authority: DevelopmentCA, grown: Grow, judged: Callable, now: datetime
) -> None:
    source, key = page(), authority.agency_key(AGENCY)
    tail = sign_file(source, signer=PadesSigner(), key=key, mark=agency_mark(AGENCY, now), level=Level.B_B, when=now)
    assert b"LiberationSerif" not in tail.data
    assert judged(grown(source, tail))[0].bottom_line


def test_an_encrypted_file_is_refused(page: Callable, seal: Sealer) -> None:
    locked = page(encryption=pikepdf.Encryption(owner="khóa", user="", R=6))
    assert _refused(seal, locked) is ReasonCode.ENCRYPTED


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\nnothing", b"\xff\xd8\xff\xe0", b"%PDF-1.4\n" + b"<<" * 5000])
def test_what_is_no_pdf_is_refused(data: bytes, tmp_path: Path, seal: Sealer) -> None:
    path = tmp_path / "none.pdf"
    path.write_bytes(data)
    assert _refused(seal, path) is ReasonCode.DAMAGED


@pytest.mark.parametrize(
    ("certified", "allowed"),
    [(MDPPerm.NO_CHANGES, False), (MDPPerm.FILL_FORMS, True), (None, True)],
)
def test_what_an_earlier_signer_left_open(
    certified: MDPPerm | None,
    *,
    allowed: bool,
    page: Callable,
    seal: Sealer,
    authority: DevelopmentCA,
    grown: Grow,
    judged: Callable,
) -> None:
    first = _signed(
        page(), authority, certify=certified is not None, docmdp_permissions=certified or MDPPerm.FILL_FORMS
    )
    if not allowed:
        assert _refused(seal, first) is ReasonCode.DOCUMENT_LOCKED
        return
    earlier, ours = judged(grown(first, seal(first)))
    assert earlier.intact
    assert earlier.valid
    assert ours.bottom_line
    if certified:
        assert earlier.docmdp_ok


def test_an_earlier_signers_lock_on_all_fields_is_kept(page: Callable, seal: Sealer, authority: DevelopmentCA) -> None:
    locked = _signed(page(), authority, lock=FieldMDPSpec(FieldMDPAction.ALL))
    assert _refused(seal, locked) is ReasonCode.DOCUMENT_LOCKED


def test_a_prepared_field_of_somebody_else_is_used(
    page: Callable, seal: Sealer, grown: Grow, judged: Callable, text_of_page: Callable
) -> None:
    source = page()
    with source.open("r+b") as file:
        writer = IncrementalPdfFileWriter(file)
        append_signature_field(writer, SigFieldSpec("Agency", box=(300, 700, 560, 760)))
        writer.write_in_place()
    result = grown(source, seal(source))
    assert judged(result)[0].bottom_line
    assert AGENCY in text_of_page(result)


def test_a_key_file_signs(
    page: Callable, helper: Helper, key_file: Path, grown: Grow, judged: Callable, now: datetime
) -> None:
    key: Key = Pkcs12Key.load(key_file, "mật khẩu")
    source = page()
    tail = sign_file(
        source, signer=PadesSigner(helper=helper), key=key, mark=Mark(Place.AGENCY, ()), level=Level.B_B, when=now
    )
    (status,) = judged(grown(source, tail))
    assert status.bottom_line
    assert status.pkcs7_signature_mechanism in {"sha256_rsa", "rsassa_pkcs1v15"}


def _refused(seal: Sealer, pdf: Path) -> ReasonCode:
    with pytest.raises(Refused) as caught:
        seal(pdf)
    return caught.value.reason.code


def _shown(pdf: Path) -> Image.Image:
    """Page 1 as viewers show it, one pixel per point."""
    command = ["pdftoppm", "-r", "72", "-cropbox", "-gray", "-f", "1", "-l", "1", str(pdf)]
    drawn = subprocess.run(command, capture_output=True, check=True).stdout
    return Image.open(BytesIO(drawn)).convert("L")


def _signed(pdf: Path, authority: DevelopmentCA, *, lock: FieldMDPSpec | None = None, **options: object) -> Path:
    """Signed by another program."""
    key = authority.person_key("Người ký trước MẪU", "")
    store = SimpleCertificateStore()
    store.register(x509.Certificate.load(key.chain[0]))
    other = SimpleSigner(
        signing_cert=x509.Certificate.load(key.certificate),
        signing_key=keys.PrivateKeyInfo.load(
            key.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
        cert_registry=store,
    )
    writer = IncrementalPdfFileWriter(BytesIO(pdf.read_bytes()))
    spec = SigFieldSpec("Before", field_mdp_spec=lock)
    result = sign_pdf(writer, PdfSignatureMetadata(field_name="Before", **options), signer=other, new_field_spec=spec)
    path = pdf.with_name("before.pdf")
    path.write_bytes(result.getvalue())
    return path
