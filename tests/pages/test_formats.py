"""A file is what its content says."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from pages.inside.formats import kind_of
from pages.ports import Kind
from tests.pages.making import Maker


def named(make: Maker, content: bytes, name: str = "giay-to.jpg") -> tuple[ReasonCode, str]:
    with pytest.raises(Refused) as refused:
        kind_of(make.write(name, content))
    return refused.value.reason.code, str(refused.value.reason.params.get("format", ""))


def encoded(form: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (32, 24), "white").save(buffer, format=form)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("form", "kind"), [("JPEG", Kind.JPEG), ("PNG", Kind.PNG), ("TIFF", Kind.TIFF), ("PDF", Kind.PDF)]
)
def test_accepted_formats_whatever_the_name(make: Maker, form: str, kind: Kind) -> None:
    assert kind_of(make.write("giay-to.docx", encoded(form))) is kind


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("GIF", "GIF"),
        ("BMP", "BMP"),
        ("WEBP", "WebP"),
        ("AVIF", "AVIF"),
        ("JPEG2000", "JPEG 2000"),
        ("ICO", "ICO"),
        ("TGA", "TGA"),
        ("DDS", "DDS"),
        ("SGI", "SGI"),
        ("PPM", "PBM/PGM/PPM"),
        ("PCX", "PCX"),
        ("EPS", "PostScript"),
    ],
)
def test_foreign_images_are_named(make: Maker, form: str, name: str) -> None:
    assert named(make, encoded(form)) == (ReasonCode.FORMAT_NOT_ACCEPTED, name)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIF/HEIC"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "Microsoft Office (DOC, XLS, PPT)"),
        (b"{\\rtf1\\ansi SPECIMEN}", "RTF"),
        (b"<!DOCTYPE html><html></html>", "HTML"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"\x11\x04\0\0\x11\xaf" + bytes(130), "FLI"),
        (b"MZ\x90\0\x03\0", "chương trình (EXE)"),
    ],
)
def test_other_foreign_formats_are_named(make: Maker, content: bytes, name: str) -> None:
    assert named(make, content) == (ReasonCode.FORMAT_NOT_ACCEPTED, name)


def test_office_documents_are_told_from_other_archives(make: Maker) -> None:
    def archive(*names: str) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as file:
            for name in names:
                file.writestr(name, "SPECIMEN")
        return buffer.getvalue()

    assert named(make, archive("[Content_Types].xml", "word/document.xml"))[1] == "Word (DOCX)"
    pictures = [f"{number:05}/" + "p" * 200 for number in range(30)]
    assert named(make, archive(*pictures, "word/document.xml"))[1] == "Word (DOCX)"  # told by the list at the end
    assert named(make, archive("scan.jpg"))[1] == "ZIP"


def test_empty_and_unknown(make: Maker) -> None:
    assert named(make, b"") == (ReasonCode.EMPTY_FILE, "")
    assert named(make, bytes(10_000))[0] is ReasonCode.UNKNOWN_FORMAT
    assert named(make, "Cộng hòa xã hội chủ nghĩa Việt Nam".encode())[0] is ReasonCode.UNKNOWN_FORMAT


def test_a_pdf_header_may_stand_a_little_later_but_never_beats_another_format(make: Maker) -> None:
    assert kind_of(make.write("a", b"\r\n\r\nrubbish\n%PDF-1.7\n")) is Kind.PDF
    assert named(make, b" " * 1100 + b"%PDF-1.7\n")[0] is ReasonCode.UNKNOWN_FORMAT
    assert named(make, b"GIF89a %PDF-1.7\n") == (ReasonCode.FORMAT_NOT_ACCEPTED, "GIF")


@given(st.binary(max_size=600))
def test_any_bytes_are_a_kind_or_refused_with_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any-bytes"
    path.write_bytes(content)
    try:
        kind = kind_of(path)
    except Refused as refused:
        outcome = refused.reason.sentence()
    else:
        outcome = kind.value
    assert outcome
