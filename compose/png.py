"""The parts of a PNG that a PDF can take over as they are (W3C PNG 3rd edition, §5 and §11)."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MAX_PROFILE = 8 << 20
GREY, RGB, PALETTE = 0, 2, 3


@dataclass(frozen=True, slots=True)
class PngParts:
    """A PNG taken apart.

    Attributes:
        colour: `GREY`, `RGB`, `PALETTE` or one with alpha.
        palette: RGB triples.
        transparent: it has an alpha channel or a tRNS chunk.
        icc: the colour profile, empty if none.
        idat: the deflated, filtered rows.
    """

    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool
    palette: bytes
    transparent: bool
    icc: bytes
    idat: bytes

    @property
    def embeddable(self) -> bool:
        """FlateDecode with PNG predictors shows it as it is."""
        return self.colour in {GREY, RGB, PALETTE} and self.depth <= 8 and not self.interlaced and not self.transparent


def take_apart(file: BinaryIO) -> PngParts:
    """Read all chunks.

    Raises:
        Refused: `DAMAGED`: not a PNG, a check sum is wrong, or it ends too early.
    """
    if file.read(8) != _SIGNATURE:
        raise Refused(ReasonCode.DAMAGED, detail="PNG")
    header, palette, icc, transparent = b"", b"", b"", False
    rows: list[bytes] = []
    for kind, body in _chunks(file):
        if kind == b"IHDR":
            header = body
        elif kind == b"PLTE":
            palette = body
        elif kind == b"tRNS":
            transparent = True
        elif kind == b"iCCP":
            icc = _profile(body)
        elif kind == b"IDAT":
            rows.append(body)
    if len(header) != 13 or not rows:
        raise Refused(ReasonCode.DAMAGED, detail="PNG: IHDR, IDAT")
    width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", header)
    return PngParts(
        width=width,
        height=height,
        depth=depth,
        colour=colour,
        interlaced=bool(interlace),
        palette=palette,
        transparent=transparent or colour in {4, 6},
        icc=icc,
        idat=b"".join(rows),
    )


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    while True:
        head = file.read(8)
        size, kind = (int.from_bytes(head[:4], "big"), head[4:])
        if kind == b"IEND":
            return
        body, check = file.read(size), file.read(4)
        if len(check) < 4 or zlib.crc32(body, zlib.crc32(kind)) != int.from_bytes(check, "big"):
            raise Refused(ReasonCode.DAMAGED, detail="PNG: CRC")
        yield kind, body


def _profile(body: bytes) -> bytes:
    """The profile of an iCCP chunk, empty if it does not unpack: a bad profile must not cost the page."""
    _, _, rest = body.partition(b"\0")
    try:
        return zlib.decompressobj().decompress(rest[1:], _MAX_PROFILE)
    except zlib.error:
        return b""
