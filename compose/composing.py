"""Composing: the verb that the journey calls; the work is done in a helper process."""

import json
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from compose.places import Rect
from khoso.kernel.digest import Digest, as_digest
from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from khoso.kernel.transcript import Transcript
from pages.helper import Helper
from pages.limits import composing
from pages.ports import PageImage


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: its capture, and what was read on it after turning the stored pixels upright by `transcript.rotation`."""

    image: PageImage
    transcript: Transcript


@dataclass(frozen=True, slots=True)
class Composed:
    """A two-layer PDF/A-2b.

    Attributes:
        path: the file.
        digest: SHA-256 of its bytes.
        length: bytes.
        pages: how many.
        strip: points added above the first capture for the visible marks; 0 when they found room in its margin.
        places: the empty signature fields of page 1, in points from its lower left corner.
    """

    path: Path
    digest: Digest
    length: int
    pages: int
    strip: float
    places: Mapping[str, Rect]


def compose(sheets: Sequence[Sheet], out: Path, *, helper: Helper, title: str, created: datetime) -> Composed:
    """Compose sheets, in order, into one two-layer PDF/A-2b with the empty signature fields of `signing.ports.Place`.

    The same sheets, title and time give the same bytes. Sheets are taken one after another, so a sequence that loads
    its transcripts when asked keeps memory flat. `out` appears only when it is whole.

    Args:
        sheets: at least one.
        out: the file to write; its folder exists.
        helper: the process that touches the captures.
        title: of the document, as viewers show it.
        created: aware; the time the file claims to be made at.

    Raises:
        Refused: `NO_PAGES`; `DAMAGED`, a capture cannot be decoded; `COMPOSE_FAILED`, it does not fit its transcript;
            or the helper's limits were met.
        Unavailable: Liberation Serif is missing (the message says what to install), or nothing can be written.

    Source: Thông tư 01/2023/TT-VPCP Điều 7–9; ISO 19005-2.
    """
    if not sheets:
        raise Refused(ReasonCode.NO_PAGES)
    shown = "".join(char for char in unicodedata.normalize("NFC", title) if char.isprintable())
    try:
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", dir=out.parent, encoding="utf-8") as job:
            pixels = 0
            for sheet in sheets:
                job.write(_job_line(sheet))
                captured = sheet.image.whole or sheet.image
                pixels += captured.width * captured.height
            job.flush()
            report = helper.call(
                "compose.assembling:assemble",
                composing(len(sheets), pixels),
                job=job.name,
                out=str(out),
                title=shown,
                created=created.isoformat(),
            )
    except OSError as error:
        raise Unavailable(f"cannot write the composed PDF: {error}") from error
    return Composed(
        path=out,
        digest=as_digest(report["digest"]),
        length=report["length"],
        pages=report["pages"],
        strip=report["strip"],
        places={name: Rect(*rect) for name, rect in report["places"].items()},
    )


def _job_line(sheet: Sheet) -> str:
    image = sheet.image
    described = _described(image)
    if image.whole is not None:
        described |= {"whole": _described(image.whole), "at": list(image.at)}
    return json.dumps({"image": described, "transcript": sheet.transcript.to_json()}, ensure_ascii=False) + "\n"


def _described(image: PageImage) -> dict[str, Any]:
    return {
        "path": str(image.path.resolve()),
        "width": image.width,
        "height": image.height,
        "dpi": image.dpi,
        "frame": image.frame,
    }
