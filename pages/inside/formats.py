"""What a file is, by its content alone: names and declared types are what the sender says.

Sources of the marks: the formats' own specifications (ISO 32000-1 7.5.2, ITU-T T.81 B.1.1, ISO/IEC 15948 5.2, TIFF 6.0 §2,
BigTIFF, ISO/IEC 14496-12 `ftyp`, ISO/IEC 15444-1 annex I, APPNOTE.TXT …).
"""

import struct
from pathlib import Path

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from pages.ports import Kind

_HEAD = 4096
_TAIL = 64
_ZIP_TAIL = 64 * 1024
"""The end of an archive, where the names of what it holds stand together."""
_PDF_WITHIN = 1024  # readers accept a PDF header after up to this much rubbish (ISO 32000-1 annex H, note 13)

_TAKEN = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"II*\0", Kind.TIFF),
    (b"MM\0*", Kind.TIFF),
    (b"II+\0", Kind.TIFF),
    (b"MM\0+", Kind.TIFF),
)

# (offset, mark, name as a clerk may know it)
_FOREIGN = (
    (0, b"GIF87a", "GIF"),
    (0, b"GIF89a", "GIF"),
    (8, b"WEBP", "WebP"),
    (4, b"ftypavi", "AVIF"),
    (4, b"ftyphe", "HEIF/HEIC"),
    (4, b"ftypmif1", "HEIF"),
    (4, b"ftypmsf1", "HEIF"),
    (4, b"ftypqt", "video QuickTime"),
    (4, b"ftyp", "video MP4"),
    (4, b"jP  \r\n\x87\n", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"\xff\x0a", "JPEG XL"),
    (4, b"JXL \r\n\x87\n", "JPEG XL"),
    (0, b"DDS ", "DDS"),
    (4, b"\x11\xaf", "FLI"),
    (4, b"\x12\xaf", "FLC"),
    (0, b"\x01\xda", "SGI"),
    (0, b"8BPS", "Photoshop (PSD)"),
    (0, b"AT&TFORM", "DjVu"),
    (0, b"qoif", "QOI"),
    (0, b"icns", "ICNS"),
    (0, b"v/1\x01", "OpenEXR"),
    (0, b"#?RADIANCE", "Radiance HDR"),
    (0, b"gimp xcf", "GIMP (XCF)"),
    (0, b"SIMPLE  =", "FITS"),
    (0, b"\x59\xa6\x6a\x95", "Sun Raster"),
    (0, b"\x97JB2\r\n\x1a\n", "JBIG2"),
    (0, b"/* XPM", "XPM"),
    (0, b"%!PS", "PostScript"),
    (0, b"\xc5\xd0\xd3\xc6", "EPS"),
    (0, b"{\\rtf", "RTF"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Microsoft Office (DOC, XLS, PPT)"),
    (0, b"Rar!\x1a\x07", "RAR"),
    (0, b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (0, b"\x1f\x8b", "GZIP"),
    (0, b"BZh", "BZIP2"),
    (0, b"\xfd7zXZ\x00", "XZ"),
    (257, b"ustar", "TAR"),
    (0, b"\x7fELF", "chương trình (ELF)"),
    (0, b"MZ", "chương trình (EXE)"),
    (0, b"ID3", "âm thanh MP3"),
    (0, b"OggS", "âm thanh Ogg"),
    (8, b"WAVE", "âm thanh WAV"),
    (8, b"AVI ", "video AVI"),
    (0, b"\x1aE\xdf\xa3", "video Matroska"),
    (40, b" EMF", "EMF"),
    (0, b"\xd7\xcd\xc6\x9a", "WMF"),
)
_ZIPPED = (
    (b"word/", "Word (DOCX)"),
    (b"xl/", "Excel (XLSX)"),
    (b"ppt/", "PowerPoint (PPTX)"),
    (b"mimetypeapplication/vnd.oasis.opendocument", "OpenDocument"),
    (b"mimetypeapplication/vnd.etsi.asic", "ASiC"),
    (b"[Content_Types].xml", "Microsoft Office (OOXML)"),
)
_TEXTS = ((b"<svg", "SVG"), (b"<html", "HTML"), (b"<!doctype html", "HTML"), (b"<?xml", "XML"), (b"#define", "XBM"))


def kind_of(path: Path) -> Kind:
    """The kind of a file that is taken in.

    Raises:
        Refused: `EMPTY_FILE`, `FORMAT_NOT_ACCEPTED` with the format's name, `UNKNOWN_FORMAT`.
    """
    size = path.stat().st_size
    if size == 0:
        raise Refused(ReasonCode.EMPTY_FILE)
    with path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(-min(size, _ZIP_TAIL if head.startswith(b"PK") else _TAIL), 2)
        tail = file.read()
    for mark, kind in _TAKEN:
        if head.startswith(mark):
            return kind
    foreign = marked_name(head, tail)
    if foreign is None and b"%PDF-" in head[:_PDF_WITHIN]:
        return Kind.PDF
    foreign = foreign or guessed_name(head, tail, size)
    if foreign is None:
        raise Refused(ReasonCode.UNKNOWN_FORMAT)
    raise Refused(ReasonCode.FORMAT_NOT_ACCEPTED, format=foreign)


def marked_name(head: bytes, tail: bytes) -> str | None:
    """Name of a format that is not taken in and says what it is at a fixed place."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next((name for mark, name in _ZIPPED if mark in head or mark in tail), "ZIP")
    return next((name for offset, mark, name in _FOREIGN if head.startswith(mark, offset)), None)


def guessed_name(head: bytes, tail: bytes, size: int) -> str | None:
    """Name of a format that is not taken in and whose mark is weak, missing or not at a fixed place."""
    weak = {
        "BMP": _is_bmp(head),
        "ICO": _is_icon(head),
        "PBM/PGM/PPM": len(head) > 3 and head[:1] == b"P" and head[1:2] in b"1234567fF" and head[2:3].isspace(),
        "PCX": head.startswith((b"\x0a\0\1", b"\x0a\2\1", b"\x0a\3\1", b"\x0a\5\1")),
        "TGA": b"TRUEVISION-XFILE." in tail or _is_targa(head, size),
    }
    for name, found in weak.items():
        if found:
            return name
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<") and b"<svg" in start:
        return "SVG"
    return next((name for mark, name in _TEXTS if start.startswith(mark)), None)


def _is_bmp(head: bytes) -> bool:
    """`BM` alone could begin any text: the header's own size must be one that exists."""
    return (
        head.startswith(b"BM")
        and len(head) >= 18
        and struct.unpack_from("<I", head, 14)[0] in {12, 16, 40, 52, 56, 64, 108, 124}
    )


def _is_icon(head: bytes) -> bool:
    """An icon or cursor: four bytes that also begin a TGA, then a number of images and a first entry whose data lie behind the entries."""
    if len(head) < 22 or head[:4] not in {b"\0\0\1\0", b"\0\0\2\0"}:
        return False
    count, size, offset = int.from_bytes(head[4:6], "little"), *struct.unpack_from("<II", head, 14)
    return bool(count > 0 and size > 0 and offset >= 6 + 16 * count)


def _is_targa(head: bytes, size: int) -> bool:
    """TGA has no mark at its head: every field of its 18-byte header must make sense together."""
    if len(head) < 18:
        return False
    colour_map, coding, entry_bits = head[1], head[2], head[7]
    width, height, depth, descriptor = struct.unpack_from("<HHBB", head, 12)
    if coding not in {1, 2, 3, 9, 10, 11} or colour_map not in {0, 1} or (colour_map == 1) != (coding in {1, 9}):
        return False
    if depth not in {8, 15, 16, 24, 32} or entry_bits not in {0, 15, 16, 24, 32} or descriptor & 0xC0:
        return False
    raw = width * height * ((depth + 7) // 8)
    return bool(width > 0 and height > 0 and (size >= raw if coding < 8 else size < 2 * raw + 1024))
