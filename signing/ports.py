"""What signing promises: two halves, so that a desk token, a remote key or a restart fits between them."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol


class Place(StrEnum):
    """Signature fields made at compose; the value is the field's name. Places: Thông tư 01/2023/TT-VPCP Điều 7–9."""

    SCANNER = "Scanner"  # top-left of page 1: who converted the paper
    AGENCY = "Agency"  # top-right of page 1: the agency's seal


class Level(StrEnum):
    """PAdES baseline levels (ETSI EN 319 142-1)."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"


@dataclass(frozen=True, slots=True)
class Mark:
    """A visible block: which field it fills and its lines of text, top to bottom. No lines: an invisible signature."""

    place: Place
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A signature waiting for its value. `to_sign` are the DER signed attributes whose signature `complete` needs.

    Plain data: it can be stored, sent to a desk and taken up again after a restart.
    """

    source: Path
    source_length: int
    tail: bytes
    to_sign: bytes
    digest_algorithm: str
    state: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        return {
            "source": str(self.source),
            "source_length": self.source_length,
            "tail": b64encode(self.tail).decode(),
            "to_sign": b64encode(self.to_sign).decode(),
            "digest_algorithm": self.digest_algorithm,
            "state": dict(self.state),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Prepared":
        return cls(
            source=Path(data["source"]),
            source_length=data["source_length"],
            tail=b64decode(data["tail"]),
            to_sign=b64decode(data["to_sign"]),
            digest_algorithm=data["digest_algorithm"],
            state=data["state"],
        )


@dataclass(frozen=True, slots=True)
class Tail:
    """Bytes to append to the source: an incremental update, never a rewrite."""

    source_length: int
    data: bytes


class Key(Protocol):
    """A private key that signs digests of bytes handed to it, wherever it lives."""

    @property
    def certificate(self) -> bytes:
        """DER of the signer's certificate."""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """DER of the CA certificates above it, issuer first."""

    def sign(self, data: bytes) -> bytes:
        """Signature over `data` (hashed with SHA-256 inside). Raises `Unavailable`."""


class TimeStamper(Protocol):
    """A time stamping authority (RFC 3161)."""

    def stamp(self, digest: bytes) -> bytes:
        """DER of a time stamp token over a SHA-256 digest. Raises `Unavailable`."""


@dataclass(frozen=True, slots=True)
class Proofs:
    """What shows, for as long as the file lives, that certificates were not revoked: DER of CRLs and OCSP responses."""

    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()


class RevocationSource(Protocol):
    """Finds proofs for certificates."""

    def proofs(self, certificates: tuple[bytes, ...]) -> Proofs:
        """Proofs for these certificates (DER) and the CAs above them. Raises `Unavailable`."""


class Signer(Protocol):
    """Makes the incremental update that signs a PDF."""

    def prepare(
        self, pdf: Path, mark: Mark, level: Level, *, certificate: bytes, chain: tuple[bytes, ...], when: datetime
    ) -> Prepared:
        """Fill the mark's field and everything around the signature value. Raises `Refused` (no such empty field)."""

    def complete(self, prepared: Prepared, signature: bytes) -> Tail:
        """Put the signature value in. Raises `Refused` if it does not belong to `prepared`'s certificate."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of one signature; fields as INTERFACE §2 `verify` names them."""

    field: str
    signer: str
    issuer: str
    signing_time: datetime | None
    time_source: str
    verdict: str
    integrity: str
    coverage: str
    later_changes: str
    chain: str
    revocation: str
    algorithm: str
    weak: bool
    profile: str
    reasons: tuple[str, ...] = ()
