"""Page images, previews and text layers through a helper."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from pages.helper import Helper
from pages.images import page_image, preview, text_layer
from pages.inside.documents import Geometry
from pages.inside.rendering import dpi_for, require_complete
from pages.inspecting import inspect
from pages.ports import Kind
from tests.pages.making import Maker

SEEN = b"BT /F0 24 Tf 100 700 Td (SPECIMEN page) Tj ET "


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    return tmp_path / "images"


def marked(make: Maker, size: tuple[int, int] = (1654, 2338)) -> Image.Image:
    """A page with a red corner at its top left, so that turns can be seen."""
    image = make.page(size, dpi=200)
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 5, size[1] // 5), fill="red")
    return image


def red_corner(path: Path) -> str:
    with Image.open(path) as image:
        small = np.asarray(image.convert("RGB").resize((5, 5), Image.Resampling.BOX)).astype(int)
    redness = small[..., 0] - small[..., 1]
    y, x = np.unravel_index(redness.argmax(), redness.shape)
    return {(0, 0): "top left", (0, 4): "top right", (4, 0): "bottom left", (4, 4): "bottom right"}[int(y), int(x)]


def test_the_jpeg_of_a_scan_is_lifted_byte_for_byte(make: Maker, helper: Helper, folder: Path) -> None:
    path, data = make.scan_pdf("a.pdf", keys={"Rotate": 90})
    image = page_image(path, Kind.PDF, 1, helper=helper, folder=folder)
    assert image.path.read_bytes() == data
    assert (image.path.suffix, image.width, image.height, image.frame, image.rotate) == (".jpg", 1654, 2338, 0, 90)
    assert image.dpi == pytest.approx(200, abs=0.5)
    assert page_image(path, Kind.PDF, 1, helper=helper, folder=folder) == image
    assert list(folder.iterdir()) == [image.path]


def test_pages_of_several_files_share_a_folder(make: Maker, helper: Helper, folder: Path) -> None:
    first, one = make.scan_pdf("a.pdf")
    second, two = make.scan_pdf("b.pdf", make.a4(lines=3))
    paths = [page_image(path, Kind.PDF, 1, helper=helper, folder=folder).path for path in (first, second)]
    assert [path.read_bytes() for path in paths] == [one, two]


def test_image_files_are_used_where_they_are(make: Maker, helper: Helper, folder: Path) -> None:
    exif = Image.Exif()
    exif[274] = 6
    jpeg = make.save(make.a4(), "a.jpg", exif=exif, dpi=(200, 200))
    image = page_image(jpeg, Kind.JPEG, 1, helper=helper, folder=folder)
    assert (image.path, image.width, image.height, image.rotate) == (jpeg, 1654, 2338, 90)
    frames = [make.page((1654, 2338), dpi=200, lines=lines) for lines in (5, 9)]
    tiff = make.save(frames[0], "b.tif", save_all=True, append_images=frames[1:], dpi=(200, 200))
    second = page_image(tiff, Kind.TIFF, 2, helper=helper, folder=folder)
    assert (second.path, second.frame, second.dpi) == (tiff, 1, 200)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("mode", ["CMYK", "RGBA"])
def test_odd_colours_become_raw_srgb(make: Maker, helper: Helper, folder: Path, mode: str) -> None:
    image = make.a4()
    image.putalpha(255) if mode == "RGBA" else None
    path = make.save(image.convert(mode), "a", format="PNG" if mode == "RGBA" else "JPEG", dpi=(200, 200))
    kind = Kind.PNG if mode == "RGBA" else Kind.JPEG
    assert inspect(path, helper=helper).pages[0].source == "decoded"
    made = page_image(path, kind, 1, helper=helper, folder=folder)
    assert made.path.suffix == ".ppm"
    with Image.open(made.path) as raw:
        assert (raw.mode, raw.size) == ("RGB", (1654, 2338))
        assert abs(float(np.asarray(raw).mean()) - float(np.asarray(make.a4()).mean())) < 6


def test_pages_made_electronically_are_drawn_at_300_dpi(make: Maker, helper: Helper, folder: Path) -> None:
    keys = {"Rotate": 90, "UserUnit": 0.5}
    path = make.pdf("a.pdf", SEEN, size=(596, 842), fonts={"F0": b""}, keys=keys)
    facts = inspect(path, helper=helper).pages[0]
    made = page_image(path, Kind.PDF, 1, helper=helper, folder=folder)
    assert (made.path.suffix, made.width, made.height, made.dpi, made.rotate) == (".ppm", 1755, 1242, 300, 0)
    assert (facts.width, facts.height, facts.dpi) == (made.width, made.height, made.dpi)
    with Image.open(made.path) as raw:
        assert raw.size == (1755, 1242)
        assert np.asarray(raw).min() < 50


def test_pages_larger_than_a0_are_drawn_coarser_and_absurd_ones_not_at_all(make: Maker, helper: Helper) -> None:
    def shape(width: float, height: float, unit: float = 1.0) -> Geometry:
        return Geometry((0.0, 0.0, width, height), 0, unit)

    assert dpi_for(shape(2384, 3370)) == 300  # A0
    assert 200 < dpi_for(shape(2384, 6000)) < 300
    assert dpi_for(shape(2384, 3370, 2.0)) < dpi_for(shape(2384, 3370))
    absurd = make.pdf("b.pdf", b"0 0 5000 6000 re f", size=(14_000, 14_000), keys={"UserUnit": 10})
    with pytest.raises(Refused) as refused:
        inspect(absurd, helper=helper)
    assert refused.value.reason.code is ReasonCode.DECOMPRESSION_BOMB


def test_half_a_drawn_page_is_noticed(make: Maker) -> None:
    path = make.save(make.page((620, 877)), "a.ppm")
    require_complete(path)
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(Unavailable):
        require_complete(path)


def test_a_page_that_is_not_there(make: Maker, helper: Helper, folder: Path) -> None:
    for path, kind in ((make.pdf("a.pdf"), Kind.PDF), (make.save(make.page((620, 877)), "b.png"), Kind.PNG)):
        with pytest.raises(Refused):
            page_image(path, kind, 2, helper=helper, folder=folder)


@pytest.mark.parametrize(
    ("rotation", "size", "corner"),
    [
        (0, (300, 424), "top left"),
        (90, (300, 212), "top right"),
        (180, (300, 424), "bottom right"),
        (270, (300, 212), "bottom left"),
    ],
)
def test_previews_stand_upright(make: Maker, helper: Helper, rotation: int, size: tuple[int, int], corner: str) -> None:
    path = make.save(marked(make), "a.jpg")
    out = preview(path, Kind.JPEG, 1, helper=helper, width=300, out=make.path("out.jpg"), rotation=rotation)
    with Image.open(out) as image:
        assert (image.format, image.size) == ("JPEG", size)
    assert red_corner(out) == corner


def test_previews_believe_the_container_if_not_told_better(make: Maker, helper: Helper) -> None:
    path, _ = make.scan_pdf("a.pdf", marked(make), keys={"Rotate": 90})
    out = make.path("out.jpg")
    assert red_corner(preview(path, Kind.PDF, 1, helper=helper, width=200, out=out)) == "top right"
    assert red_corner(preview(path, Kind.PDF, 1, helper=helper, width=200, out=out, rotation=0)) == "top left"


def test_previews_of_drawn_pages(make: Maker, helper: Helper) -> None:
    path = make.pdf("a.pdf", b"1 0 0 rg 0 700 120 142 re f", keys={"Rotate": 180})
    out = preview(path, Kind.PDF, 1, helper=helper, width=240, out=make.path("out.jpg"))
    with Image.open(out) as image:
        assert image.width == 240
    assert red_corner(out) == "bottom right"


def meaning(letters: dict[str, str]) -> bytes:
    """A ToUnicode map: what each byte stands for."""
    pairs = "".join(f"<{ord(byte):02x}> <{text.encode('utf-16-be').hex()}>\n" for byte, text in letters.items())
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        "1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"{len(letters)} beginbfchar\n{pairs}endbfchar endcmap end end"
    ).encode()


def coded(*texts: str) -> tuple[list[bytes], bytes]:
    """Texts in a code of their own, as subset fonts have, and its ToUnicode map."""
    alphabet = sorted({letter for text in texts for letter in text if letter != " "})
    code = {letter: chr(ord("A") + number) for number, letter in enumerate(alphabet)}
    codes = ["".join(code.get(letter, " ") for letter in text).encode() for text in texts]
    return codes, meaning({byte: letter for letter, byte in code.items()})


def test_visible_text_with_the_place_of_each_word(make: Maker, helper: Helper, folder: Path) -> None:
    (first, second), letters = coded("Số giấy tờ", "mẫu: ðược Nguyễn")  # eth for đ, as some producers write
    content = b"BT /F0 24 Tf 100 700 Td (" + first + b") Tj 0 -60 Td (" + second + b") Tj ET"
    path = make.pdf("a.pdf", content, fonts={"F0": letters})
    layer = text_layer(path, 1, helper=helper)
    assert layer is not None
    assert [line.text for line in layer.lines] == ["Số giấy tờ", "mẫu: được Nguyễn"]
    assert layer.engine.startswith("pdf-text/poppler-")
    image = page_image(path, Kind.PDF, 1, helper=helper, folder=folder)
    assert (layer.width, layer.height, layer.dpi) == (image.width, image.height, image.dpi)
    word = layer.lines[0].words[0]
    assert word.confidence == 1.0
    assert word.box.x0 == pytest.approx(100 * 300 / 72, abs=8)
    assert word.box.y0 < (841.89 - 700) * 300 / 72 < word.box.y1 + 8
    with Image.open(image.path) as raw:
        pixels = np.asarray(raw.convert("L"))
    inside = pixels[word.box.y0 : word.box.y1, word.box.x0 : word.box.x1]
    assert inside.min() < 60


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        (b"", {}),
        (b"100 100 m 300 300 l S", {}),
        (b"BT 3 Tr /F0 24 Tf 100 700 Td (SPECIMEN) Tj ET", {}),
        (SEEN + b"BT 3 Tr 100 600 Td (someone's reading) Tj ET", {}),
        (SEEN, {"Rotate": 90}),
        ("BT /F0 24 Tf 100 700 Td (Céng hßa x· héi chñ nghÜa ViÖt Nam §éc lËp - Tù do) Tj ET".encode("cp1252"), {}),
    ],
)
def test_pages_whose_pixels_must_be_read(make: Maker, helper: Helper, content: bytes, keys: dict[str, int]) -> None:
    assert text_layer(make.pdf("a.pdf", content, fonts={"F0": b""}, keys=keys), 1, helper=helper) is None


def test_someones_reading_of_a_scan_is_no_text_layer(make: Maker, helper: Helper) -> None:
    hidden = b"BT 3 Tr /F0 24 Tf 100 700 Td (someone's reading) Tj ET"
    for number, extra in enumerate((hidden, SEEN, SEEN + hidden)):
        path, _ = make.scan_pdf(f"{number}.pdf", extra=extra, fonts={"F0": b""})
        assert text_layer(path, 1, helper=helper) is None


def test_glyphs_without_meaning_are_no_text(make: Maker, helper: Helper) -> None:
    letters = meaning({letter: chr(0xE000 + ord(letter)) for letter in "SPECIMNpage"})
    assert text_layer(make.pdf("a.pdf", SEEN, fonts={"F0": letters}), 1, helper=helper) is None


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_what_is_covered_is_painted_over_in_the_picture(make: Maker, helper: Helper, rotation: int, mode: str) -> None:
    path = make.save(Image.new(mode, (600, 800), "white"), "a.jpg")
    out = make.path("out.jpg")
    preview(path, Kind.JPEG, 1, helper=helper, width=300, out=out, rotation=rotation, black=[(0.5, 0.25, 0.75, 0.5)])
    with Image.open(out) as image:
        seen, (across, down) = image.convert("L"), image.size
        inside = seen.crop((across // 2, down // 4, across * 3 // 4, down // 2))
        assert inside.getextrema()[1] < 40
        around = (across * 9 // 20, down // 5, across * 4 // 5, down * 11 // 20)
        for place in ((0, 0, across, down // 6), (0, down * 3 // 5, across, down), (0, 0, around[0] - 12, down)):
            assert seen.crop(place).getextrema()[0] > 215
