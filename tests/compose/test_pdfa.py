"""The file is what it claims to be: PDF/A-2b (ISO 19005-2), the same bytes for the same sheets."""

import hashlib
import os
import shlex
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from fontTools import subset
from fontTools.ttLib import TTFont

from compose import liberation
from compose.composing import Composed, compose
from compose.fonts import widths_of
from compose.form import MARK_FONT
from khoso.kernel.digest import digest_file
from khoso.kernel.errors import Unavailable
from pages.helper import Helper

NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
}


@pytest.fixture
def made(print_page: Callable, sheet: Callable, composed: Callable) -> Composed:
    pages = [sheet(*print_page(["CỘNG HÒA <&> MẪU", f"trang {n}"]), name=f"{n}.jpg") for n in (1, 2, 3)]
    return composed(*pages, title="Quyết định <số> 12 & phụ lục")


@pytest.fixture
def opened(made: Composed) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(made.path) as pdf:
        yield pdf


def test_its_structure_is_sound(made: Composed, opened: pikepdf.Pdf) -> None:
    assert opened.check_pdf_syntax() == []
    assert len(opened.pages) == made.pages == 3
    assert made.path.stat().st_size == made.length
    assert digest_file(made.path) == made.digest
    assert not opened.is_encrypted


def test_it_has_the_colour_of_srgb(opened: pikepdf.Pdf) -> None:
    (intent,) = opened.Root.OutputIntents
    assert intent.S == "/GTS_PDFA1"
    assert intent.DestOutputProfile.N == 3
    assert b"acsp" in intent.DestOutputProfile.read_bytes()[:40]


def test_its_metadata_say_the_same_twice(opened: pikepdf.Pdf) -> None:
    packet = ET.fromstring(opened.Root.Metadata.read_bytes())  # noqa: S314 - our own bytes
    said = {
        name: packet.find(f".//{name}", NAMESPACES).text
        for name in (
            "pdfaid:part",
            "pdfaid:conformance",
            "xmp:CreateDate",
            "xmp:ModifyDate",
            "xmp:CreatorTool",
            "pdf:Producer",
        )
    }
    assert (said["pdfaid:part"], said["pdfaid:conformance"]) == ("2", "B")
    assert said["xmp:CreateDate"] == said["xmp:ModifyDate"] == "2026-11-21T09:15:02+07:00"
    title = packet.find(".//dc:title/rdf:Alt/rdf:li", NAMESPACES).text
    assert title == str(opened.docinfo.Title) == "Quyết định <số> 12 & phụ lục"
    assert opened.docinfo.CreationDate == opened.docinfo.ModDate == "D:20261121091502+07'00'"
    assert (str(opened.docinfo.Creator), str(opened.docinfo.Producer)) == (
        said["xmp:CreatorTool"],
        said["pdf:Producer"],
    )


def test_every_font_is_embedded_and_its_widths_are_the_programs(opened: pikepdf.Pdf) -> None:
    fonts = [opened.pages[0].Resources.Font.F0, opened.Root.AcroForm.DR.Font[f"/{MARK_FONT}"]]
    for font in fonts:
        (descendant,) = font.DescendantFonts
        program = descendant.FontDescriptor.FontFile2.read_bytes()
        told = _widths(descendant.W)
        glyphs = descendant.CIDToGIDMap.read_bytes()
        assert font.Encoding == "/Identity-H"
        assert widths_of(program, glyphs) == told
        assert b"beginbfchar" in font.ToUnicode.read_bytes()
        for code, width in told.items():
            glyph = int.from_bytes(glyphs[2 * code : 2 * code + 2], "big")
            assert glyph > 0  # .notdef is forbidden, even unseen
            assert width == pytest.approx(_advance(program, glyph), abs=1)


def test_its_fields_are_empty_printed_and_locked(opened: pikepdf.Pdf) -> None:
    form = opened.Root.AcroForm
    assert form.SigFlags == 3
    assert "/NeedAppearances" not in form
    assert "/XFA" not in form
    assert [str(field.T) for field in form.Fields] == ["Scanner", "Agency"]
    for field in form.Fields:
        assert (field.FT, field.Subtype, field.F) == ("/Sig", "/Widget", 132)
        assert "/V" not in field
        assert field.AP.N.read_bytes() == b""
        assert field.P.objgen == opened.pages[0].objgen


def test_the_same_sheets_give_the_same_bytes(
    print_page: Callable, sheet: Callable, tmp_path: Path, now: datetime
) -> None:
    pages = [sheet(*print_page(["một", "hai"]), name="a.jpg"), sheet(*print_page(["ba"]), name="b.png")]
    results = []
    for name in ("one.pdf", "two.pdf"):
        with Helper() as fresh:
            results.append(compose(pages, tmp_path / name, helper=fresh, title="MẪU", created=now))
    assert results[0].digest == results[1].digest
    assert results[0].path.read_bytes() == results[1].path.read_bytes()


def test_composing_again_replaces_the_file_as_a_whole(
    made: Composed, print_page: Callable, sheet: Callable, composed: Callable
) -> None:
    before = made.path.read_bytes()
    again = composed(sheet(*print_page(["khác"])), name=made.path.name)
    assert again.path == made.path
    assert made.path.read_bytes() != before
    assert not list(made.path.parent.glob("*.part"))
    assert not list(made.path.parent.glob("*.jsonl"))


def test_nothing_can_be_written_is_unavailable(
    print_page: Callable, sheet: Callable, helper: Helper, tmp_path: Path, now: datetime
) -> None:
    with pytest.raises(Unavailable):
        compose([sheet(*print_page(["x"]))], tmp_path / "no" / "out.pdf", helper=helper, title="", created=now)


def test_without_the_font_the_message_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"apt install fonts-liberation2 .*apt install fonts-liberation "):
        liberation.find((tmp_path / "none.ttf",))


def test_a_font_without_vietnamese_letters_is_passed_over(tmp_path: Path) -> None:
    whole = liberation.find()
    poor = tmp_path / "LiberationSerif-Regular.ttf"
    with TTFont(whole) as font:
        chooser = subset.Subsetter()
        chooser.populate(unicodes=range(0x20, 0x17F))
        chooser.subset(font)
        font.save(poor)
    assert liberation.find((poor, whole)) == whole


def test_the_marks_font_has_every_vietnamese_letter() -> None:
    font = liberation.mark_font(liberation.find())
    letters = liberation.vietnamese_letters()
    assert len(set(letters)) == 146
    assert set(map(ord, letters)) <= font.widths.keys() == font.glyphs.keys()
    assert min(font.glyphs.values()) > 0
    assert (
        hashlib.sha256(font.program).digest()
        == hashlib.sha256(liberation.mark_font.__wrapped__(liberation.find()).program).digest()
    )


@pytest.mark.skipif("KHOSO_VERAPDF" not in os.environ, reason="KHOSO_VERAPDF names no validator")
def test_verapdf_agrees(made: Composed) -> None:
    command = [*shlex.split(os.environ["KHOSO_VERAPDF"]), "-f", "2b", "--format", "text", str(made.path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("PASS"), done.stdout + done.stderr


def _widths(array: pikepdf.Array) -> dict[int, int]:
    items = list(array)
    return {
        int(first) + index: int(width)
        for first, run in zip(items[::2], items[1::2], strict=True)
        for index, width in enumerate(run)
    }


def _advance(program: bytes, glyph: int) -> float:
    font = TTFont(BytesIO(program))
    name = font.getGlyphName(glyph)
    return font["hmtx"][name][0] * 1000 / font["head"].unitsPerEm
