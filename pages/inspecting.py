"""What a file is and what its pages are like, before anything else is done with it.

Nothing of the file is touched here: helper processes look, this module judges what they saw.

Decisions:
    - A PDF that opens without a password goes on although its maker has locked some permissions (an owner password):
      such files are common among signed originals, anyone can read them, and their bytes are kept as they came. It is
      flagged `RESTRICTED`, because signing would have to keep the encryption that PDF/A forbids.
    - Active content parks the document for a person (`ACTIVE_CONTENT` among the file's flags); it is no refusal.
    - The rule of 200 dpi binds captures of paper. Foreign electronic originals are only flagged.
"""

import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import Reason, ReasonCode
from pages import limits as table
from pages.helper import Helper
from pages.limits import Limits
from pages.ports import Cut, FileFacts, Kind, Origin, PageFacts

_TOLERANCE = 0.98  # of 200 dpi: paper is cut and boxes are rounded
_GRACE = 3.0  # seconds a tool's own time limit ends before the helper's
_EDGES = {"top": "trên", "right": "phải", "bottom": "dưới", "left": "trái"}


def inspect(path: Path, *, helper: Helper, to_read: bool = False) -> FileFacts:
    """Facts of one file and its pages, within `limits.inspecting`.

    Args:
        to_read: the file is only read and nobody looks at it: what a person would want to see of a page of paper (edges,
            blur) is left out, which takes most of the time.

    Raises:
        Refused: what it is (`EMPTY_FILE`, `TOO_LARGE`, `UNKNOWN_FORMAT`, `FORMAT_NOT_ACCEPTED`, `DAMAGED`, `ENCRYPTED`,
            `NO_PAGES`, `TOO_MANY_PAGES`, `DECOMPRESSION_BOMB`), what it does (`TOO_SLOW`, `TOO_MUCH_MEMORY`,
            `DECODER_CRASHED`) or how it was captured (`TOO_SMALL`, `TOO_COARSE`, `ALL_BLANK`).
        Unavailable: the file cannot be read, or a tool is missing.
    """
    started = time.monotonic()
    path = path.resolve()
    try:
        size = path.stat().st_size
    except OSError as error:
        raise Unavailable(f"cannot read {path.name}: {error.strerror}") from error
    if size > table.MAX_FILE_BYTES:
        raise Refused(ReasonCode.TOO_LARGE, size=_mib(size), limit=_mib(table.MAX_FILE_BYTES))
    overview = helper.call(
        "pages.inside.looking:overview", table.inspecting(), path=str(path), seconds=_patience(table.inspecting())
    )
    whole, most = table.inspecting(sum(overview["sheets"])), table.inspecting(max(overview["sheets"]))
    looks: list[Mapping[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="khoso-") as folder:
        while len(looks) < overview["pages"]:
            left = whole.wall - (time.monotonic() - started)
            if left <= _GRACE:
                raise Refused(ReasonCode.TOO_SLOW, seconds=round(whole.wall))
            limits = Limits(wall=min(left, most.wall), memory=whole.memory)  # one page must not use up the time of all
            looks += helper.call(
                "pages.inside.looking:looks",
                limits,
                path=str(path),
                kind=overview["kind"],
                first=len(looks) + 1,
                slice_seconds=min(left / 2, table.LOOK_SLICE),
                seconds=_patience(limits),
                folder=folder,
                to_read=to_read,
            )
    return judge(size, overview, looks)


def _patience(limits: Limits) -> float:
    """Seconds a tool may take within a call."""
    return max(limits.wall - _GRACE, 1.0)


def judge(size: int, overview: Mapping[str, Any], looks: Sequence[Mapping[str, Any]]) -> FileFacts:
    """Facts from what was seen: an `overview` of the file and a look at each page (`pages.inside.looking`).

    Raises:
        Refused: `TOO_SMALL`, `TOO_COARSE`, `ALL_BLANK`.
    """
    paper = overview["signatures"] == 0 and all(look["paper"] for look in looks)
    if paper:
        for look in looks:
            _require_legible(look)
    if overview["signatures"] == 0 and all(look["findings"]["blank"] for look in looks):
        raise Refused(ReasonCode.ALL_BLANK)
    return FileFacts(
        kind=Kind(overview["kind"]),
        size=size,
        origin=Origin.PAPER if paper else Origin.ELECTRONIC,
        pages=tuple(_facts(look, paper=paper) for look in looks),
        signatures=overview["signatures"],
        flags=tuple(_file_flags(overview)),
    )


def _require_legible(look: Mapping[str, Any]) -> None:
    width, height = look["width"], look["height"]
    if min(width, height) < table.LEAST_SIDES[0] or max(width, height) < table.LEAST_SIDES[1]:
        raise Refused(ReasonCode.TOO_SMALL, page=look["number"], width=width, height=height)
    if look["image_dpi"] < table.LEAST_DPI * _TOLERANCE:
        raise Refused(
            ReasonCode.TOO_COARSE, page=look["number"], dpi=int(look["image_dpi"]), least=int(table.LEAST_DPI)
        )


def _facts(look: Mapping[str, Any], *, paper: bool) -> PageFacts:
    return PageFacts(
        number=look["number"],
        width=look["width"],
        height=look["height"],
        dpi=look["dpi"],
        dpi_source=look["dpi_source"],
        source=look["source"],
        text=look["text"],
        flags=tuple(_page_flags(look, paper=paper)),
        cuts=tuple(Cut.from_json(cut) for cut in look.get("cuts", ())) if paper else (),
    )


def _page_flags(look: Mapping[str, Any], *, paper: bool) -> list[Reason]:
    page, found, flags = look["number"], look["findings"], []
    if found["blank"]:
        flags.append(Reason(ReasonCode.BLANK_PAGE, {"page": page}))
    if not paper:  # nobody can scan it again
        if look["image_dpi"] is not None and look["image_dpi"] < table.LEAST_DPI * _TOLERANCE:
            flags.append(Reason(ReasonCode.FOREIGN_COARSE, {"page": page, "dpi": int(look["image_dpi"])}))
        return flags
    if found["cut"]:
        flags.append(
            Reason(ReasonCode.CUT_OFF, {"page": page, "edge": ", ".join(_EDGES[edge] for edge in found["cut"])})
        )
    if found["blurred"]:
        flags.append(Reason(ReasonCode.BLURRED, {"page": page}))
    if found["dark"]:
        flags.append(Reason(ReasonCode.TOO_DARK, {"page": page}))
    return flags


def _file_flags(overview: Mapping[str, Any]) -> list[Reason]:
    flags = []
    if overview["active"]:
        what = ", ".join(overview["active"])
        if overview["attachments"]:
            what = f"{what}: {'; '.join(overview['attachments'])}"
        flags.append(Reason(ReasonCode.ACTIVE_CONTENT, {"what": what}))
    if overview.get("unended"):
        flags.append(Reason(ReasonCode.NO_END_MARK))
    if overview["restrictions"]:
        flags.append(Reason(ReasonCode.RESTRICTED, {"what": ", ".join(overview["restrictions"])}))
    return flags


def _mib(size: int) -> str:
    return f"{size / table.MIB:.0f} MiB"
