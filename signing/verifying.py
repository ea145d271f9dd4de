"""Verdicts on the signatures of any PDF, also ones Khoso did not make. The bytes are judged in a helper, off line."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from khoso.kernel.clock import rfc3339
from pages.helper import Helper
from pages.limits import JUDGE_SIGNATURES
from signing.ports import Verdict

TIMESTAMP_PROFILE = "ETSI.RFC3161"
"""Profile of document time stamps. They stand beside the signatures they protect; alone they do not make a file signed."""


def verify(path: Path, *, trust: Sequence[Path], helper: Helper, now: datetime) -> tuple[Verdict, ...]:
    """Judge every signature of a PDF, in the order they were made; empty if nobody signed it.

    Only what the file and the trust folder hold is used: certificates, CRLs, OCSP responses and time stamps inside the
    signatures and the document security store. `valid` needs every part to be good (INTERFACE §2), so a signature that
    brings no revocation data is `indeterminate` unless the trust folder holds the CA's current CRL.

    Args:
        path: the file.
        trust: files and folders (searched to the bottom) of certificates and CRLs, PEM or DER. Self-signed certificates
            are the trust anchors, others help to build chains; only if none is self-signed, the topmost CA
            certificates given are the anchors.
        helper: whose worker touches the bytes.
        now: what «expired» and «still fresh» are measured by.

    Raises:
        Refused: the file cannot be judged: not a PDF, damaged beyond reading, locked with a password, or over the limits.
        Unavailable: the trusted certificates cannot be read, or no helper can be started.
        OSError: there is no such file.
    """
    rows = helper.call(
        "signing.judge_child:judge",
        JUDGE_SIGNATURES,
        path=str(path.resolve(strict=True)),
        trust=[str(item.resolve()) for item in trust],
        now=now.isoformat(),
    )
    return tuple(_from_row(row) for row in rows)


def to_json(verdict: Verdict, file: str) -> dict[str, Any]:
    """A verdict as INTERFACE §2 spells it."""
    time = verdict.signing_time
    return {
        "file": file,
        **asdict(verdict),
        "signing_time": None if time is None else rfc3339(time),
        "reasons": list(verdict.reasons),
    }


def signed_validly(verdicts: Iterable[Verdict]) -> bool:
    """Whether someone signed and every signature is valid. A time stamp must not be wrong, but may still wait for the
    revocation data that only the next one brings.
    """
    signatures: list[str] = []
    stamps: list[str] = []
    for verdict in verdicts:
        (stamps if verdict.profile == TIMESTAMP_PROFILE else signatures).append(verdict.verdict)
    return bool(signatures) and set(signatures) == {"valid"} and "invalid" not in stamps


def _from_row(row: dict[str, Any]) -> Verdict:
    time = row["signing_time"]
    moment = None if time is None else datetime.fromisoformat(time)
    return Verdict(**{**row, "signing_time": moment, "reasons": tuple(row["reasons"])})
