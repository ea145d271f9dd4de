"""What a JPEG says about itself before its first scan (ITU-T T.81 Annex B), without decoding a pixel."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode

_EMBEDDABLE = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended, progressive, Huffman-coded: what DCTDecode knows
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a segment
_START_OF_SCAN, _END_OF_IMAGE, _APP2, _APP14 = 0xDA, 0xD9, 0xE2, 0xEE
_ICC = b"ICC_PROFILE\0"


@dataclass(frozen=True, slots=True)
class JpegHeader:
    """Facts of a JPEG.

    Attributes:
        width, height: pixels as stored; an EXIF orientation is not applied.
        precision: bits per sample.
        components: identifiers of the colour components.
        coding: second byte of the frame's marker.
        adobe: an Adobe marker tells the colour transform.
        icc: the colour profile, empty if there is none or a part of it is missing.
    """

    width: int
    height: int
    precision: int
    components: bytes
    coding: int
    adobe: bool
    icc: bytes

    @property
    def embeddable(self) -> bool:
        """PDF viewers show it as it is: 8 bit, grey or three colours, Huffman-coded."""
        return self.coding in _EMBEDDABLE and self.precision == 8 and len(self.components) in {1, 3}

    @property
    def plain_rgb(self) -> bool:
        """Three components named R, G, B and no word about a transform: stored without one (libjpeg's rule)."""
        return self.components == b"RGB" and not self.adobe


def read_header(path: Path) -> JpegHeader:
    """Read the segments before the first scan.

    Raises:
        Refused: `DAMAGED`: no frame header, or the file ends before it.
    """
    frame: tuple[int, bytes] | None = None
    adobe = False
    profile: dict[int, bytes] = {}
    parts = 0
    with path.open("rb") as file:
        for marker, body in _segments(file):
            if marker in _FRAMES and len(body) >= 6:
                frame = marker, body
            elif marker == _APP14:
                adobe |= body.startswith(b"Adobe")
            elif marker == _APP2 and body.startswith(_ICC) and len(body) > 14:
                profile[body[12]], parts = body[14:], body[13]
    if frame is None:
        raise Refused(ReasonCode.DAMAGED, detail="JPEG: SOF")
    coding, body = frame
    precision, height, width, count = struct.unpack(">BHHB", body[:6])
    return JpegHeader(
        width=width,
        height=height,
        precision=precision,
        components=body[6 : 6 + 3 * count : 3],
        coding=coding,
        adobe=adobe,
        icc=b"".join(profile[part] for part in sorted(profile))
        if sorted(profile) == list(range(1, parts + 1))
        else b"",
    )


def _segments(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Markers and bodies between SOI and the first scan."""
    if file.read(2) != b"\xff\xd8":
        raise Refused(ReasonCode.DAMAGED, detail="JPEG: SOI")
    while True:
        byte = file.read(1)
        while byte == b"\xff":
            byte = file.read(1)
        if not byte:
            raise Refused(ReasonCode.DAMAGED, detail="JPEG: EOF")
        marker = byte[0]
        if marker in {_START_OF_SCAN, _END_OF_IMAGE}:
            return
        if marker in _BARE or marker == 0:
            continue
        size = int.from_bytes(file.read(2), "big")
        body = file.read(max(0, size - 2))
        if size < 2 or len(body) < size - 2:
            raise Refused(ReasonCode.DAMAGED, detail="JPEG: EOF")
        yield marker, body
