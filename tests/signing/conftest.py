"""What the tests of signing share: a composed file, a development authority, ways to sign and to look at the result."""

import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID
from PIL import Image
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from compose.composing import Sheet, compose
from khoso.kernel.transcript import Box, Line, Transcript, Word
from pages.helper import Helper
from pages.ports import PageImage
from signing import devca
from signing.devca import DevelopmentCA
from signing.ports import Tail

PERSON, UNIT = "Nguyễn Thị Bích Phượng (MẪU)", "Trung tâm Phục vụ hành chính công xã Đạ Tẻh"
AGENCY = "Ủy ban nhân dân xã Đạ Tẻh, tỉnh Lâm Đồng"


@pytest.fixture(scope="session")
def helper() -> Iterator[Helper]:
    with Helper() as helper:
        yield helper


@pytest.fixture
def authority(tmp_path: Path, now: datetime) -> DevelopmentCA:
    return devca.ensure(tmp_path / "ca", clock=lambda: now)


@pytest.fixture(scope="session")
def composed_file(tmp_path_factory: pytest.TempPathFactory, helper: Helper) -> Path:
    """Two pages as Khoso composes them; page 1 has a free top margin. Never written to."""
    folder = tmp_path_factory.mktemp("composed")
    sheets = []
    for number in (1, 2):
        path = folder / f"{number}.jpg"
        image = Image.new("RGB", (620, 877), "white")
        image.paste("navy", (80, 300, 540, 304 + number))
        image.save(path)
        line = Line((Word("MẪU", Box(80, 260, 150, 290), 0.9),), "test")
        sheets.append(Sheet(PageImage(path, 620, 877, 75.0), Transcript(620, 877, 75.0, (line,), "test")))
    created = datetime.fromisoformat("2026-11-21T09:15:02+07:00")
    return compose(sheets, folder / "composed.pdf", helper=helper, title="MẪU", created=created).path


@pytest.fixture
def grown(tmp_path: Path) -> Callable[[Path, Tail], Path]:
    """A new file: the source with the tail behind it."""

    def grow(source: Path, tail: Tail) -> Path:
        data = source.read_bytes()
        assert len(data) == tail.source_length
        path = tmp_path / f"grown-{len(list(tmp_path.glob('grown-*')))}.pdf"
        path.write_bytes(data + tail.data)
        return path

    return grow


@pytest.fixture
def judged(authority: DevelopmentCA, now: datetime) -> Callable[[Path], list[PdfSignatureStatus]]:
    """What pyHanko says of each signature, trusting the development root only."""

    def judge(pdf: Path) -> list[PdfSignatureStatus]:
        root = load_cert_from_pemder(str(authority.folder / "root.pem"))
        reader = PdfFileReader(BytesIO(pdf.read_bytes()))
        return [
            validate_pdf_signature(
                signature, ValidationContext(trust_roots=[root], moment=now, best_signature_time=now)
            )
            for signature in reader.embedded_regular_signatures
        ]

    return judge


@pytest.fixture
def rendered(tmp_path: Path) -> Callable[..., Image.Image]:
    """Page 1 as poppler draws it, at 75 dpi."""

    def draw(pdf: Path) -> Image.Image:
        root = tmp_path / f"drawn-{pdf.stem}"
        subprocess.run(["pdftoppm", "-r", "75", "-f", "1", "-l", "1", "-singlefile", str(pdf), str(root)], check=True)
        with Image.open(root.with_suffix(".ppm")) as image:
            return image.copy()

    return draw


@pytest.fixture(scope="session")
def text_of_page() -> Callable[[Path], str]:
    """What a reader sees on page 1, marks included, spaces made single."""

    def read(pdf: Path) -> str:
        command = ["pdftotext", "-raw", "-f", "1", "-l", "1", str(pdf), "-"]
        done = subprocess.run(command, capture_output=True, check=True, text=True)
        return " ".join(done.stdout.split())

    return read


@pytest.fixture
def key_file(tmp_path: Path, authority: DevelopmentCA, now: datetime) -> Path:
    """An RSA key with its chain in a PKCS #12 file, password `mật khẩu`."""
    root = x509.load_der_x509_certificate(authority.root.certificate)
    private = rsa.generate_private_key(65537, 2048)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Khóa tệp MẪU")]))
        .issuer_name(root.subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=100))
        .add_extension(_usage(), critical=True)
        .sign(authority.root.private, hashes.SHA256())
    )
    encryption = BestAvailableEncryption("mật khẩu".encode())
    path = tmp_path / "key.p12"
    path.write_bytes(serialize_key_and_certificates(b"key", private, certificate, [root], encryption))
    return path


def _usage() -> x509.KeyUsage:
    granted = {"digital_signature", "content_commitment"}
    names = (*granted, "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign")
    return x509.KeyUsage(**{name: name in granted for name in names}, encipher_only=False, decipher_only=False)
