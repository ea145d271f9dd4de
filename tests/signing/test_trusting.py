"""Trusted roots come in by their published fingerprint, or not at all."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from catalogue.editing import end
from catalogue.loading import load
from catalogue.models import CatalogueChange, TrustRoot
from khoso.kernel.clock import day_of
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from signing.trusting import bring_root, fingerprint_given, kept_roots, read_root, still_trusted, withdrawn

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
WHY = "công bố trên trang của nơi phát hành"


def made(*, ca=True, own=True):
    """A certificate and its key."""
    key, other = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Gốc MẪU")])
    builder = x509.CertificateBuilder(
        name if own else x509.Name([]), name, key.public_key(), 7, NOW, NOW + timedelta(days=99)
    )
    builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    return builder.sign(key if own else other, SHA256()), key


def bring(data, fingerprint, folder):
    return bring_root(data, fingerprint=fingerprint, family="test", folder=folder, by="quantri", at=NOW, why=WHY)


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_a_root_is_kept_with_its_row_and_who_and_why(tmp_path, encoding):
    certificate, _key = made()
    sha256 = certificate.fingerprint(SHA256()).hex()
    spelled = ":".join(sha256[at : at + 2].upper() for at in range(0, 64, 2))
    root = bring(certificate.public_bytes(encoding), spelled, tmp_path / "trust")
    row = TrustRoot.objects.get()
    assert (root.sha256, row.sha256, row.name, row.valid_to) == (
        sha256,
        sha256,
        "Gốc MẪU",
        day_of(NOW + timedelta(days=99)),
    )
    assert list(kept_roots(tmp_path / "trust")) == [sha256]
    assert read_root((tmp_path / "trust" / f"{sha256}.der").read_bytes()) == root
    change = CatalogueChange.objects.get()
    assert (change.by, change.why, change.verb) == ("quantri", WHY, "add")
    bring(certificate.public_bytes(encoding), sha256, tmp_path / "trust")
    assert TrustRoot.objects.filter(sha256=sha256).count() == 1


def test_another_fingerprint_keeps_nothing(tmp_path):
    certificate, _key = made()
    for wrong in ("", "f0" * 32, certificate.fingerprint(SHA256()).hex()[:-2]):
        with pytest.raises(Refused) as refused:
            bring(certificate.public_bytes(Encoding.PEM), wrong, tmp_path / "trust")
        assert refused.value.reason.code is ReasonCode.WRONG_FINGERPRINT
    assert not (tmp_path / "trust").exists()
    assert not TrustRoot.objects.exists()


def test_what_is_no_root_is_refused():
    certificate, key = made()
    pem = certificate.public_bytes(Encoding.PEM)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    leaf, _ = made(ca=False)
    signed_by_another, _ = made(own=False)
    for data in (
        b"", b"hello", b"-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----", pem + pem, pem + private,
        leaf.public_bytes(Encoding.PEM), signed_by_another.public_bytes(Encoding.DER), b"x" * 200_000,
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            read_root(data)
        assert refused.value.reason.code is ReasonCode.NOT_A_ROOT


def test_fingerprints_as_people_copy_them():
    assert fingerprint_given(" AB:cd ef-01.\n") == "abcdef01"


def test_the_shipped_roots_have_no_bytes_until_somebody_brings_them(tmp_path):
    load({"trust_roots"})
    assert TrustRoot.objects.count() == 2
    assert list(kept_roots(tmp_path)) == []


def ended(certificate, day):
    row = TrustRoot.objects.get(sha256=certificate.fingerprint(SHA256()).hex())
    end(row, on=day, by="quantri", at=NOW, why="bị rút trước hạn")


def test_a_root_somebody_ended_is_trusted_no_more_from_that_day(tmp_path):
    folder, today = tmp_path / "trust", day_of(NOW) + timedelta(days=10)
    (one, _key), (two, _other) = made(), made()
    for certificate in (one, two):
        bring(certificate.public_bytes(Encoding.DER), certificate.fingerprint(SHA256()).hex(), folder)
    (folder / "một-nửa.crl").write_bytes(b"khong phai chung thu")
    paths = {path.stem[:8]: path for path in folder.iterdir()}
    assert still_trusted([folder], today) == [folder]
    ended(one, today)
    kept = still_trusted([folder], today)
    assert paths[one.fingerprint(SHA256()).hex()[:8]] not in kept
    assert sorted(kept) == sorted(set(paths.values()) - {paths[one.fingerprint(SHA256()).hex()[:8]]})
    assert still_trusted([folder], today - timedelta(days=1)) == [folder]
    ended(two, today)
    assert still_trusted([folder], today) == [], "a helper must not become a root when all roots are gone"
    pem = tmp_path / "root.pem"
    pem.write_bytes(one.public_bytes(Encoding.PEM))
    assert still_trusted([pem], today) == []


def test_a_root_that_ran_out_by_itself_still_judges_what_it_vouched_for_in_its_days(tmp_path):
    certificate, _key = made()
    bring(certificate.public_bytes(Encoding.DER), certificate.fingerprint(SHA256()).hex(), tmp_path)
    later = day_of(NOW) + timedelta(days=365)
    assert certificate.fingerprint(SHA256()).hex() in withdrawn(later)
    assert still_trusted([tmp_path], later) == sorted(tmp_path.iterdir())
