"""In the helper: the path of a PDF comes in, JSON-able verdicts go out."""

import logging
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from signing.verification.evidence import Trust, load_trust
from signing.verification.faults import FOREIGN
from signing.verification.opening import (
    Unreadable,
    mentions_signature,
    opened,
    read_strictly,
    read_tolerantly,
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
    """
    trusted = load_trust([Path(item) for item in trust])
    with opened(Path(path)) as stream:
        return _judge(stream, trusted, datetime.fromisoformat(now))


def _judge(stream: BinaryIO, trust: Trust, now: datetime) -> list[dict[str, Any]]:
    try:
        return judge_document(read_strictly(stream), trust, now)
    except (Unreadable, *FOREIGN):
        pass  # some breach of the rules: see what can be made of it
    try:
        rows = judge_document(read_tolerantly(stream), trust, now)
        if rows or not mentions_signature(stream):
            return rows
        detail = "có dấu vết chữ ký nhưng không đọc được"
    except (Unreadable, *FOREIGN) as error:
        if not mentions_signature(stream):
            return []  # whatever it is, nobody signed it
        raise Refused(ReasonCode.DAMAGED, detail=type(error).__name__) from error
    raise Refused(ReasonCode.DAMAGED, detail=detail)
