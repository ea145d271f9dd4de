"""Fonts as they are embedded: composite fonts with Identity-H, a glyph map, widths and ToUnicode (ISO 32000-1 §9.7).

The description is apart from the writing, so that signing can add the same font to a PDF that Khoso did not compose.
Widths in the PDF are those of the font program to within one thousandth, as PDF/A-2 wants (ISO 19005-2 §6.2.11.5).
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from compose.values import Entries, Name, Ref, Value

_PER_BLOCK = 100  # entries of a bfchar block, at most (Adobe technical note 5014)
_SERIF, _SYMBOLIC = 2, 4

_TO_UNICODE = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
%s
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""


@dataclass(frozen=True, slots=True)
class Metrics:
    """What a font descriptor says, in thousandths of the font size."""

    ascent: int
    descent: int
    cap_height: int
    box: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class EmbeddedFont:
    """A TrueType program with the codes a text may use.

    Attributes:
        name: PostScript name, with a subset tag where it is a subset.
        program: TrueType bytes.
        metrics: for the font descriptor.
        widths: of each code, in thousandths of the font size.
        glyphs: of each code, index in `program`.
        texts: what each code stands for.
    """

    name: str
    program: bytes
    metrics: Metrics
    widths: Mapping[int, int]
    glyphs: Mapping[int, int]
    texts: Mapping[int, str]


Packer = Callable[[Entries, bytes], Ref]
Putter = Callable[[Value], Ref]


def font_dictionary(font: EmbeddedFont, *, put: Putter, pack: Packer) -> Entries:
    """The Type0 dictionary of `font`; what it refers to is written by `put` (objects) and `pack` (streams)."""
    descriptor = put(
        {
            "Type": Name("FontDescriptor"),
            "FontName": Name(font.name),
            "Flags": _SYMBOLIC | _SERIF,
            "FontBBox": list(font.metrics.box),
            "ItalicAngle": 0,
            "Ascent": font.metrics.ascent,
            "Descent": font.metrics.descent,
            "CapHeight": font.metrics.cap_height,
            "StemV": 80,
            "FontFile2": pack({"Length1": len(font.program)}, font.program),
        }
    )
    descendant = put(
        {
            "Type": Name("Font"),
            "Subtype": Name("CIDFontType2"),
            "BaseFont": Name(font.name),
            "CIDSystemInfo": {"Registry": "Adobe", "Ordering": "Identity", "Supplement": 0},
            "FontDescriptor": descriptor,
            "DW": 500,
            "W": put(_width_array(font.widths)),  # apart, so that a signer need not read it with the rest
            "CIDToGIDMap": pack({}, _glyph_map(font.glyphs)),
        }
    )
    return {
        "Type": Name("Font"),
        "Subtype": Name("Type0"),
        "BaseFont": Name(font.name),
        "Encoding": Name("Identity-H"),
        "DescendantFonts": [descendant],
        "ToUnicode": pack({}, _to_unicode(font.texts).encode("ascii")),
    }


def encode(codes: list[int]) -> bytes:
    """Codes as the string operand of a text-showing operator under Identity-H."""
    return b"".join(code.to_bytes(2, "big") for code in codes)


def widths_of(program: bytes, glyph_map: bytes) -> dict[int, int]:
    """Widths of an embedded font's codes, in thousandths of the type size, from its program and its glyph map.

    They are those of the `W` array, which takes a PDF reader written in Python fifty times as long to read.

    Args:
        program: TrueType, with its tables `head`, `hhea` and `hmtx`.
        glyph_map: of `CIDToGIDMap`; codes with glyph 0 are not in the font.

    Raises:
        KeyError, struct.error: it is no such font.
    """
    (count,) = struct.unpack_from(">H", program, 4)
    rows = (struct.unpack_from(">4sLLL", program, 12 + 16 * row) for row in range(count))
    tables = {tag: offset for tag, _, offset, _ in rows}
    (em,) = struct.unpack_from(">H", program, tables[b"head"] + 18)
    (long_metrics,) = struct.unpack_from(">H", program, tables[b"hhea"] + 34)
    metrics = struct.unpack_from(f">{2 * long_metrics}H", program, tables[b"hmtx"])
    glyphs = struct.unpack(f">{len(glyph_map) // 2}H", glyph_map)
    return {
        code: round(metrics[2 * min(glyph, long_metrics - 1)] * 1000 / em) for code, glyph in enumerate(glyphs) if glyph
    }


def _width_array(widths: Mapping[int, int]) -> list[Value]:
    array: list[Value] = []
    for run in _runs(sorted(widths)):
        array += [run[0], [widths[code] for code in run]]
    return array


def _glyph_map(glyphs: Mapping[int, int]) -> bytes:
    table = bytearray(2 * (max(glyphs, default=0) + 1))
    for code, glyph in glyphs.items():
        table[2 * code : 2 * code + 2] = glyph.to_bytes(2, "big")
    return bytes(table)


def _to_unicode(texts: Mapping[int, str]) -> str:
    rows = [f"<{code:04X}> <{texts[code].encode('utf-16-be').hex().upper()}>" for code in sorted(texts)]
    blocks = [rows[at : at + _PER_BLOCK] for at in range(0, len(rows), _PER_BLOCK)]
    return _TO_UNICODE % "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)


def _runs(codes: list[int]) -> Iterator[list[int]]:
    """Stretches of neighbouring codes."""
    for _, run in groupby(enumerate(codes), key=lambda pair: pair[1] - pair[0]):
        yield [code for _, code in run]
