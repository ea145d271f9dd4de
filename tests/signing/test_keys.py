"""Keys: made once, kept private, found again; files with keys read once; time stamps asked for over HTTP."""

import logging
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from khoso.kernel.errors import Corrupted, Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from signing import devca
from signing.adapters.http_stamper import HttpStamper
from signing.adapters.pkcs12 import Pkcs12Key
from signing.devca import DevelopmentCA
from signing.devtsa import DevelopmentStamper
from signing.keys import LocalKey
from signing.ports import Key


def _certificate(key: Key) -> x509.Certificate:
    return x509.load_der_x509_certificate(key.certificate)


def test_a_key_is_made_once_and_found_again(authority: DevelopmentCA, now: datetime) -> None:
    key = authority.person_key("Nguyễn Văn Mẫu", "Bưu điện MẪU")
    again = devca.ensure(authority.folder, clock=lambda: now + timedelta(days=300))
    assert again.person_key("Nguyễn Văn Mẫu", "Bưu điện MẪU").certificate == key.certificate
    assert again.person_key("Nguyễn Văn Mẫu", "nơi khác").certificate != key.certificate
    assert again.agency_key("Nguyễn Văn Mẫu").certificate != key.certificate


def test_it_is_renewed_before_it_expires(authority: DevelopmentCA, now: datetime) -> None:
    key = authority.agency_key("UBND xã MẪU")
    later = now + timedelta(days=3 * 365 - 10)
    renewed = devca.ensure(authority.folder, clock=lambda: later).agency_key("UBND xã MẪU")
    assert renewed.certificate != key.certificate
    assert _certificate(renewed).not_valid_after_utc > later + timedelta(days=900)


def test_nobody_else_can_read_them(authority: DevelopmentCA) -> None:
    authority.person_key("A", "B")
    assert stat.S_IMODE(authority.folder.stat().st_mode) == 0o700
    private = [path for path in authority.folder.rglob("*.pem") if b"PRIVATE" in path.read_bytes()]
    assert len(private) == 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}
    assert b"PRIVATE" not in (authority.folder / "root.pem").read_bytes()


def test_it_says_that_it_has_no_value(
    authority: DevelopmentCA, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    root = x509.load_pem_x509_certificate((authority.folder / "root.pem").read_bytes())
    assert "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ" in root.subject.rfc4514_string()
    for _ in range(2):
        caplog.clear()
        devca.ensure(authority.folder, clock=lambda: now)
        (record,) = caplog.records
        assert record.levelno == logging.WARNING
        assert "no value in law" in record.message


def test_certificates_are_fit_for_signing(authority: DevelopmentCA) -> None:
    key = authority.person_key("Nguyễn Thị Bích Phượng", "Đơn vị " + "rất " * 30)
    leaf, root = _certificate(key), x509.load_der_x509_certificate(key.chain[0])
    leaf.verify_directly_issued_by(root)
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert leaf.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value == "Nguyễn Thị Bích Phượng"
    assert isinstance(leaf.public_key(), ec.EllipticCurvePublicKey)
    (listed,) = authority.proofs((key.certificate,)).crls
    assert x509.load_der_x509_crl(listed).is_signature_valid(root.public_key())


def test_processes_that_start_at_once_share_their_keys(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from signing import devca; from khoso.kernel.clock import system_clock;"
        "ca = devca.ensure(Path(sys.argv[1]), clock=system_clock);"
        "print(ca.root.certificate.hex(), ca.person_key('A', 'B').certificate.hex(), ca.agency_key('C').certificate.hex())"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "ca")]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) for _ in range(4)
    ]
    said = {process.communicate()[0] for process in running}
    assert len(said) == 1
    assert said != {""}
    assert not list((tmp_path / "ca").rglob(".new-*"))


@pytest.mark.parametrize("damage", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_damaged_key_file_is_an_alarm(damage: bytes, authority: DevelopmentCA, now: datetime) -> None:
    (authority.folder / "root.key.pem").write_bytes(damage)
    with pytest.raises(Corrupted):
        devca.ensure(authority.folder, clock=lambda: now)


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path, now: datetime) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable):
        devca.ensure(tmp_path / "file" / "ca", clock=lambda: now)


def test_a_key_file_gives_key_and_chain(key_file: Path, authority: DevelopmentCA) -> None:
    key = Pkcs12Key.load(key_file, "mật khẩu")
    assert key.chain == (authority.root.certificate,)
    public = _certificate(key).public_key()
    public.verify(key.sign(b"data"), b"data", padding.PKCS1v15(), hashes.SHA256())


def test_a_wrong_password_or_file_is_refused(key_file: Path, tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        Pkcs12Key.load(key_file, "sai")
    assert caught.value.reason.code is ReasonCode.CERTIFICATE_UNUSABLE
    key_file.write_bytes(b"nonsense")
    with pytest.raises(Refused):
        Pkcs12Key.load(key_file, "mật khẩu")
    with pytest.raises(Unavailable):
        Pkcs12Key.load(tmp_path / "none.p12", "")


@pytest.fixture
def stamper(authority: DevelopmentCA, now: datetime) -> DevelopmentStamper:
    return DevelopmentStamper(authority.stamper_key(), lambda: now)


def _authority_at(answer: Callable[[tsp.TimeStampReq], httpx.Response]) -> HttpStamper:
    def handle(request: httpx.Request) -> httpx.Response:
        assert request.headers["content-type"] == "application/timestamp-query"
        return answer(tsp.TimeStampReq.load(request.content))

    return HttpStamper("https://tsa.example/", client=httpx.Client(transport=httpx.MockTransport(handle)))


def _granted(request: tsp.TimeStampReq, stamper: DevelopmentStamper, digest: bytes | None = None) -> httpx.Response:
    asked = request["message_imprint"]["hashed_message"].native
    token = stamper.stamp(digest or asked, nonce=request["nonce"].native)
    status = tsp.PKIStatusInfo({"status": "granted"})
    reply = tsp.TimeStampResp({"status": status, "time_stamp_token": cms.ContentInfo.load(token)})
    return httpx.Response(200, content=reply.dump())


def test_a_time_stamp_over_http(stamper: DevelopmentStamper, now: datetime) -> None:
    digest = sha256(b"x").digest()
    token = _authority_at(lambda request: _granted(request, stamper)).stamp(digest)
    info = cms.ContentInfo.load(token)["content"]["encap_content_info"]["content"].parsed
    assert info["message_imprint"]["hashed_message"].native == digest
    assert info["gen_time"].native == now


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: httpx.Response(503),
        lambda _: httpx.Response(200, content=b"nonsense"),
        lambda _: httpx.Response(200, content=b"x" * 70_000),
        lambda _: httpx.Response(200, content=bytes.fromhex("3005 3003 020102")),  # status 2: rejection
    ],
)
def test_an_authority_that_does_not_stamp_is_unavailable(answer: Callable) -> None:
    with pytest.raises(Unavailable, match=r"tsa\.example"):
        _authority_at(answer).stamp(sha256(b"x").digest())


def test_a_stamp_over_something_else_is_not_taken(stamper: DevelopmentStamper) -> None:
    other = sha256(b"other").digest()
    with pytest.raises(Unavailable):
        _authority_at(lambda request: _granted(request, stamper, other)).stamp(sha256(b"x").digest())


def test_a_local_key_signs_with_either_kind(authority: DevelopmentCA) -> None:
    private = rsa.generate_private_key(65537, 2048)
    signature = LocalKey(private, b"", ()).sign(b"data")
    private.public_key().verify(signature, b"data", padding.PKCS1v15(), hashes.SHA256())
    authority.root.private.public_key().verify(authority.root.sign(b"data"), b"data", ec.ECDSA(hashes.SHA256()))
