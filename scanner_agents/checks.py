"""A cheap look at a sheet's header: what it is, how large, how fine, whether its end is there. Only warns.

Nothing is decoded: a bounded number of small reads at places the format names (JPEG: ITU-T T.81 B.2, JFIF 1.02;
PNG: W3C PNG 3 §5; TIFF: TIFF 6.0 §2). An image library would read as much as a hostile header tells it to. A sheet
is never refused here: the paper has been captured, the server and a person decide.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from scanner_agents.events import Code, Event, event

LEAST_DPI = 200  # Thông tư 01/2023/TT-VPCP: at least 200 dpi
LEAST_SIDE = 400  # pixels; an ID card at 200 dpi has 674 × 425
_STEPS = 512  # segments, chunks or directory entries looked at
_TAIL = 4096  # bytes at the end in which the end mark is sought
_CM = 2.54


@dataclass(frozen=True, slots=True)
class Facts:
    """What a header says. `width`, `height` in pixels and `dpi` are 0 where it says nothing.

    Attributes:
        kind: `JPEG`, `PNG`, `TIFF`, `PDF`, or `` for anything else.
        cut: the end mark of the format is missing.
    """

    kind: str = ""
    width: int = 0
    height: int = 0
    dpi: int = 0
    cut: bool = False


def look(path: Path) -> Facts:
    """Facts of a file by its content.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(1024)
        tail = _tail(file)
        try:
            if head.startswith(b"\xff\xd8\xff"):
                return _jpeg(file, cut=b"\xff\xd9" not in tail)
            if head.startswith(b"\x89PNG\r\n\x1a\n"):
                return _png(file, cut=b"IEND" not in tail)
            if head[:4] in {b"II*\0", b"MM\0*"}:
                return _tiff(file, base=0, cut=False)
        except struct.error:  # a header that ends in the middle
            return Facts(_kind(head), cut=True)
        return Facts(_kind(head), cut=b"%PDF-" in head and b"%%EOF" not in tail)


def warnings(name: str, facts: Facts) -> Iterator[Event]:
    """What a person at the scanner would want to know now."""
    if not facts.kind:
        yield event(Code.FORMAT_UNKNOWN, name=name)
        return
    if facts.cut:
        yield event(Code.FILE_CUT, name=name)
    if facts.width and min(facts.width, facts.height) < LEAST_SIDE:
        yield event(Code.PAGE_SMALL, name=name, width=facts.width, height=facts.height)
    if facts.width and not facts.dpi:
        yield event(Code.PAGE_NO_DPI, name=name)
    elif facts.width and facts.dpi < LEAST_DPI:
        yield event(Code.PAGE_COARSE, name=name, dpi=facts.dpi)


def _kind(head: bytes) -> str:
    starts = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"II": "TIFF", b"MM": "TIFF"}
    for start, kind in starts.items():
        if head.startswith(start) and (kind != "TIFF" or head[2:4] in {b"*\0", b"\0*", b"+\0", b"\0+"}):
            return kind
    return "PDF" if b"%PDF-" in head else ""


def _tail(file: IO[bytes]) -> bytes:
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    return file.read(_TAIL)


def _take(file: IO[bytes], form: str) -> tuple[int, ...]:
    values: tuple[int, ...] = struct.unpack(form, file.read(struct.calcsize(form)))
    return values


def _jpeg(file: IO[bytes], *, cut: bool) -> Facts:
    file.seek(2)
    dpi = 0
    for _ in range(_STEPS):
        filler, marker = _take(file, ">BB")
        if filler != 0xFF:
            break
        if marker == 0xFF:
            file.seek(-1, 1)
            continue
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:
            continue
        (length,) = _take(file, ">H")
        here = file.tell()
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            _, height, width = _take(file, ">BHH")
            return Facts("JPEG", width, height, dpi, cut)
        if marker == 0xE0:
            dpi = _jfif(file.read(min(length, 16))) or dpi
        elif marker == 0xE1 and file.read(6) == b"Exif\0\0":
            dpi = dpi or _exif(file)
        elif marker in {0xD9, 0xDA}:
            break
        file.seek(here + length - 2)
    return Facts("JPEG", dpi=dpi, cut=cut)


def _jfif(payload: bytes) -> int:
    if not payload.startswith(b"JFIF\0") or len(payload) < 12:
        return 0
    unit, across = struct.unpack(">BH", payload[7:10])
    return _dpi(across, 1, unit={1: 2, 2: 3}.get(unit, 0))


def _exif(file: IO[bytes]) -> int:
    base = file.tell()
    try:
        return _tiff(file, base=base, cut=False).dpi
    except struct.error:
        return 0


def _png(file: IO[bytes], *, cut: bool) -> Facts:
    file.seek(8)
    width = height = dpi = 0
    for _ in range(_STEPS):
        length, name = struct.unpack(">I4s", file.read(8))
        here = file.tell()
        if name == b"IHDR":
            width, height = _take(file, ">II")
        elif name == b"pHYs":
            across, _, unit = _take(file, ">IIB")
            dpi = round(across * 0.0254) if unit == 1 else 0
        elif name in {b"IDAT", b"IEND"}:
            break
        file.seek(here + length + 4)
    return Facts("PNG", width, height, dpi, cut)


def _tiff(file: IO[bytes], *, base: int, cut: bool) -> Facts:
    """The first directory of a TIFF that starts at `base` (a file of its own, or Exif inside a JPEG)."""
    file.seek(base)
    order = "<" if file.read(2) == b"II" else ">"
    _, first = _take(file, order + "HI")
    file.seek(base + first)
    (entries,) = _take(file, order + "H")
    values: dict[int, int] = {}
    resolution = 0
    for _ in range(min(entries, _STEPS)):
        tag, kind, _count, raw = struct.unpack(order + "HHI4s", file.read(12))
        if tag == 282 and kind == 5:
            (resolution,) = struct.unpack(order + "I", raw)
        elif kind in {3, 4}:
            (values[tag],) = struct.unpack(order + ("H2x" if kind == 3 else "I"), raw)
    dpi = 0
    if resolution:
        file.seek(base + resolution)
        dpi = _dpi(*_take(file, order + "II"), unit=values.get(296, 2))
    return Facts("TIFF", values.get(256, 0), values.get(257, 0), dpi, cut)


def _dpi(number: int, divisor: int, *, unit: int) -> int:
    """Pixels per inch; `unit` as in TIFF: 2 inch, 3 centimetre, else unknown."""
    if not divisor or unit not in {2, 3}:
        return 0
    return round(number / divisor * (_CM if unit == 3 else 1))
