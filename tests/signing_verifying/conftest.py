"""Fixtures of a small PKI and a bench; see `workshop`."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from tests.signing_verifying.workshop import Bench, Pki, blank_paper


@pytest.fixture(scope="session")
def pki() -> Pki:
    return Pki()


@pytest.fixture(scope="session")
def trust(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root alone."""
    folder = tmp_path_factory.mktemp("trust")
    (folder / "root.pem").write_bytes(pki.root.certificate.public_bytes(serialization.Encoding.PEM))
    return folder


@pytest.fixture(scope="session")
def trust_with_crls(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root in a folder below, and current CRLs of root and CA."""
    folder = tmp_path_factory.mktemp("trust_with_crls")
    (folder / "roots").mkdir()
    (folder / "roots" / "root.der").write_bytes(pki.root.certificate.public_bytes(serialization.Encoding.DER))
    for number, data in enumerate(pki.crls()):
        (folder / f"{number}.crl").write_bytes(data)
    (folder / "notes.txt").write_text("không phải chứng thư", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def paper() -> bytes:
    return blank_paper()


@pytest.fixture
def bench(pki: Pki, tmp_path: Path) -> Bench:
    return Bench(pki, tmp_path)
