"""JPEG files without their end marker: told from those that lack a part of their picture.

Cameras, interrupted copies and careless programs leave out the last two bytes (EOI, ITU-T T.81 B.2.1). Decoders then cannot say
whether anything else is missing and pad in silence. So the picture is decoded twice with different bits after its end: where it
was whole, nobody looks at them; where the last block was cut, they become part of it and the pictures differ.
"""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

_END, _FILL = b"\xff\xd9", b"\xff"
_TAIL = 4096  # bytes at the end of a file among which the marker is looked for: programs append things
_BITS = (b"\x55", b"\xaa")
_CHANCE = 8  # zeros at the end that may be part of the picture
_MORE = 4096  # bytes of either, more than a row of blocks needs
_SEQUENTIAL = frozenset({0xC0, 0xC1})  # frames of one pass: a progressive one may lack a whole scan and look complete
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a segment
_SCAN = 0xDA


def lacks_end(path: Path) -> bool:
    """Whether a JPEG file has no end marker near its end."""
    with path.open("rb") as file:
        file.seek(0, io.SEEK_END)
        file.seek(max(0, file.tell() - _TAIL))
        return _END not in file.read()


def ended(path: Path) -> bytes | None:
    """The file's bytes with an end marker, if its picture is whole; None if some of it is missing or nobody can tell."""
    data = _without_zeros(path.read_bytes()).rstrip(_FILL)
    if not _in_one_pass(data):
        return None
    one, other = (_decoded(data + _MORE * bits + _END) for bits in _BITS)
    return data + _END if np.array_equal(one, other) else None


def _without_zeros(data: bytes) -> bytes:
    """Without the zeros of a file that was given its length before it was copied; a decoder would read them as blocks."""
    rest = data.rstrip(b"\0")
    return rest if len(data) - len(rest) > _CHANCE else data


def _decoded(data: bytes) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        return np.asarray(image, dtype=np.uint8)


def _in_one_pass(data: bytes) -> bool:
    """Whether the frame is sequential and its one scan holds all components."""
    components = 0
    for marker, segment in _segments(data):
        if marker in _FRAMES:
            if marker not in _SEQUENTIAL or len(segment) < 6:
                return False
            components = segment[5]
        elif marker == _SCAN:
            return bool(segment) and segment[0] == components
    return False


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Markers with what follows them, up to the first scan."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF or marker in _ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4])
        yield marker, data[at + 4 : at + 2 + length]
        if marker == _SCAN:
            return
        at += 2 + max(length, 2)
