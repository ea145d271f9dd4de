"""Files: scans as PDF, JPEG, PNG, TIFF or a folder, and electronic originals as PDF with text in embedded fonts.

Everything is written without clock or random numbers: the same input gives the same bytes on the same libraries.
"""

import io
from collections.abc import Sequence
from pathlib import Path

import pikepdf
from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import Image

from samples.generator.fonts import Face
from samples.generator.sheet import Glyphs, Picture, Rule, Sheet

PICTURE_DPI = 150


def write_scans(path: Path, pages: Sequence[bytes], *, dpi: Sequence[int]) -> None:
    """One PDF page per JPEG, the JPEG bytes as they are."""
    with pikepdf.new() as pdf:
        for data, resolution in zip(pages, dpi, strict=True):
            _add_scan(pdf, data, resolution)
        pdf.docinfo["/Producer"] = "MẪU - SPECIMEN"
        pdf.save(path, deterministic_id=True)


def _add_scan(pdf: pikepdf.Pdf, data: bytes, dpi: int) -> None:
    with Image.open(io.BytesIO(data)) as image:
        (wide, high), grey = image.size, image.mode == "L"
    picture = pdf.make_stream(
        data,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=wide,
        Height=high,
        BitsPerComponent=8,
        ColorSpace=pikepdf.Name.DeviceGray if grey else pikepdf.Name.DeviceRGB,
        Filter=pikepdf.Name.DCTDecode,
    )
    box = (round(wide * 72 / dpi, 2), round(high * 72 / dpi, 2))
    page = pdf.add_blank_page(page_size=box)
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
    page.Contents = pdf.make_stream(f"q {box[0]} 0 0 {box[1]} 0 0 cm /Im0 Do Q".encode())


def write_tiff(path: Path, pages: Sequence[Image.Image], *, dpi: int, quality: int) -> None:
    """One TIFF with a frame per page, JPEG inside."""
    first, *rest = pages
    first.save(path, "TIFF", save_all=True, append_images=rest, compression="jpeg", quality=quality, dpi=(dpi, dpi))


def write_png(path: Path, page: Image.Image, *, dpi: int) -> None:
    """A PNG as scanning apps make it: the paper washed white, few colours, text kept soft."""
    washed = page.point(lambda value: min(255, round(value * 1.12)))
    few = washed.quantize(48, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.convert("RGB").save(path, "PNG", optimize=True, dpi=(dpi, dpi))


class _Fonts:
    """Subsets of the faces a document uses, embedded once each as CIDFontType2 with ToUnicode."""

    def __init__(self, pdf: pikepdf.Pdf, sheets: Sequence[Sheet]) -> None:
        self._pdf = pdf
        texts: dict[Face, set[str]] = {}
        for sheet in sheets:
            for item in sheet.items:
                if isinstance(item, Glyphs):
                    texts.setdefault(item.face, {" "}).update(item.text)
        self.names = {face: f"F{number}" for number, face in enumerate(texts)}
        self._glyphs: dict[Face, dict[str, int]] = {}
        self.objects = pikepdf.Dictionary(
            {
                f"/{self.names[face]}": self._embed(face, letters, number)
                for number, (face, letters) in enumerate(texts.items())
            }
        )

    def code(self, face: Face, text: str) -> str:
        return "".join(f"{self._glyphs[face][char]:04X}" for char in text)

    def _embed(self, face: Face, letters: set[str], number: int) -> pikepdf.Object:
        font = TTFont(face.path, recalcTimestamp=False)
        options = subset.Options(
            layout_features=[], hinting=False, notdef_outline=True, name_IDs=[6], recalc_timestamp=False
        )
        options.drop_tables += ["FFTM"]  # a font tool's time stamps
        cutter = subset.Subsetter(options)
        cutter.populate(text="".join(sorted(letters)))
        cutter.subset(font)
        order = {name: index for index, name in enumerate(font.getGlyphOrder())}
        self._glyphs[face] = {chr(code): order[name] for code, name in font.getBestCmap().items()}
        stream = io.BytesIO()
        font.save(stream)
        name = f"/{'ABCDEFGH'[number % 8] * 6}+{face.path.stem}"
        return self._type0(name, font, stream.getvalue(), self._glyphs[face])

    def _type0(self, name: str, font: TTFont, program: bytes, glyphs: dict[str, int]) -> pikepdf.Object:
        pdf, head, hhea = self._pdf, font["head"], font["hhea"]
        scale = 1000 / head.unitsPerEm
        widths = [round(font["hmtx"][glyph][0] * scale) for glyph in font.getGlyphOrder()]
        box = [round(side * scale) for side in (head.xMin, head.yMin, head.xMax, head.yMax)]
        descriptor = pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor,
            FontName=pikepdf.Name(name),
            Flags=4,
            FontBBox=pikepdf.Array(box),
            ItalicAngle=round(font["post"].italicAngle),
            Ascent=round(hhea.ascent * scale),
            Descent=round(hhea.descent * scale),
            CapHeight=660,
            StemV=80,
            FontFile2=pdf.make_stream(program, Length1=len(program)),
        )
        descendant = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.CIDFontType2,
            BaseFont=pikepdf.Name(name),
            CIDSystemInfo=pikepdf.Dictionary(
                Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
            ),
            FontDescriptor=pdf.make_indirect(descriptor),
            W=pikepdf.Array([0, pikepdf.Array(widths)]),
            CIDToGIDMap=pikepdf.Name.Identity,
        )
        return pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name.Type0,
                BaseFont=pikepdf.Name(name),
                Encoding=pikepdf.Name("/Identity-H"),
                DescendantFonts=pikepdf.Array([pdf.make_indirect(descendant)]),
                ToUnicode=pdf.make_stream(_to_unicode(glyphs)),
            )
        )


def _to_unicode(glyphs: dict[str, int]) -> bytes:
    pairs = [f"<{glyph:04X}> <{char.encode('utf-16-be').hex().upper()}>" for char, glyph in sorted(glyphs.items())]
    parts = ["/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def"]
    parts.append("1 begincodespacerange <0000> <FFFF> endcodespacerange")
    for start in range(0, len(pairs), 100):
        some = pairs[start : start + 100]
        parts.append(f"{len(some)} beginbfchar\n" + "\n".join(some) + "\nendbfchar")
    parts.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(parts).encode()


def write_text(path: Path, sheets: Sequence[Sheet], *, title: str) -> None:
    """An electronic original: text as text, pictures as pictures."""
    with pikepdf.new() as pdf:
        fonts = _Fonts(pdf, sheets)
        for sheet in sheets:
            _add_text(pdf, sheet, fonts)
        pdf.docinfo["/Title"] = title
        pdf.docinfo["/Producer"] = "MẪU - SPECIMEN"
        pdf.save(path, deterministic_id=True)


def _add_text(pdf: pikepdf.Pdf, sheet: Sheet, fonts: _Fonts) -> None:
    page = pdf.add_blank_page(page_size=(round(sheet.width, 2), round(sheet.height, 2)))
    pictures = pikepdf.Dictionary()
    code: list[str] = []
    for item in sheet.items:
        if isinstance(item, Picture):
            name = f"/Im{len(pictures)}"
            pictures[name] = _picture(pdf, item)
            code.append(
                f"q {item.width:.2f} 0 0 {item.height:.2f} {item.x:.2f} {sheet.height - item.y - item.height:.2f} cm {name} Do Q"
            )
        elif isinstance(item, Rule):
            dash = "[0.7 2.3] 0 d" if item.dotted else "[] 0 d"
            ends = f"{item.x0:.2f} {sheet.height - item.y0:.2f} m {item.x1:.2f} {sheet.height - item.y1:.2f} l S"
            code.append(f"{dash} {item.width:.2f} w {_colour(item.colour)} RG {ends}")
        else:
            size = item.size * item.face.scale
            at = f"{item.x:.2f} {sheet.height - item.y:.2f} Td"
            font = f"/{fonts.names[item.face]} {size:.2f} Tf"
            code.append(f"BT {font} {_colour(item.colour)} rg {at} <{fonts.code(item.face, item.text + ' ')}> Tj ET")
    page.Resources = pikepdf.Dictionary(XObject=pictures, Font=fonts.objects)
    page.Contents = pdf.make_stream("\n".join(code).encode())


def _colour(colour: tuple[int, int, int]) -> str:
    return " ".join(f"{part / 255:.3f}" for part in colour)


def _picture(pdf: pikepdf.Pdf, item: Picture) -> pikepdf.Object:
    unit = PICTURE_DPI / 72
    painted = item.paint(round(item.width * unit), round(item.height * unit))
    common = {
        "Type": pikepdf.Name.XObject,
        "Subtype": pikepdf.Name.Image,
        "Width": painted.width,
        "Height": painted.height,
    }
    mask = pdf.make_stream(
        painted.getchannel("A").tobytes(), **common, BitsPerComponent=8, ColorSpace=pikepdf.Name.DeviceGray
    )
    pixels = painted.convert("RGB").tobytes()
    return pdf.make_stream(pixels, **common, BitsPerComponent=8, ColorSpace=pikepdf.Name.DeviceRGB, SMask=mask)
