"""In the helper: the path of a PDF comes in, JSON-able verdicts go out."""

import logging
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from signing.verification.evidence import Trust, load_trust
from signing.verification.faults import FOREIGN
from signing.verification.opening import (
    Unreadable,
    opened,
    read_strictly,
    read_tolerantly,
    traces,
)
from signing.verification.verdicts import judge_document

for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # they log a trace for each certificate without an issuer


def judge(path: str, trust: list[str], now: str) -> list[dict[str, Any]]:
    """Judge all signatures of a PDF.

    Args:
        path: of the file.
        trust: files and folders of trusted certificates, see `signing.verification.evidence`.
        now: RFC 3339.

    Raises:
        Refused: `EMPTY_FILE`, `NOT_A_PDF`, `ENCRYPTED`, `DAMAGED`.
        Unavailable: the trusted certificates cannot be read.
    """
    try:
        trusted = load_trust([Path(item) for item in trust])
    except OSError as error:
        raise Unavailable(f"cannot read the trusted certificates: {error}") from error
    with opened(Path(path)) as stream:
        return _judge(stream, trusted, datetime.fromisoformat(now))


def _judge(stream: BinaryIO, trust: Trust, now: datetime) -> list[dict[str, Any]]:
    with suppress(Unreadable, *FOREIGN):  # a breach of the rules: see what can be made of it
        return judge_document(read_strictly(stream), trust, now)
    try:
        document = read_tolerantly(stream)
        rows = judge_document(document, trust, now)
    except (Unreadable, *FOREIGN) as error:
        if traces(stream):
            raise Refused(ReasonCode.DAMAGED, detail=type(error).__name__) from error
        return []  # whatever it is, nobody signed it
    if not rows and traces(stream) > len(document.fields):
        raise Refused(ReasonCode.DAMAGED, detail="có dấu vết chữ ký nhưng không đọc được")
    return rows
