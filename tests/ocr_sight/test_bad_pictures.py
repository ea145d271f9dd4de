"""Pictures as odd machines make them: each is read as what people see on it, or refused with its reason; never half, never empty."""

from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from ocr.adapters.in_helper import TwoReadersEngine
from ocr.reading import read_page
from pages.helper import Helper
from pages.inspecting import inspect
from pages.ports import Kind
from tests.ocr_sight.drawing import LINES, printed

TEXT = "\n".join(LINES)
KINDS = {".jpg": Kind.JPEG, ".png": Kind.PNG, ".tif": Kind.TIFF}
ORIENTATION = 274


@pytest.fixture(scope="module")
def helper():
    with Helper() as made:
        yield made


def sixteen_bits(image: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)


def see_through(image: Image.Image) -> Image.Image:
    """Ink on nothing: black pixels, opaque only where the ink is."""
    ink = Image.eval(image.convert("L"), lambda level: 255 - level)
    out = Image.new("RGBA", image.size, (0, 0, 0, 0))
    out.putalpha(ink)
    return out


def turned(image: Image.Image) -> Image.Image:
    return image.rotate(90, expand=True)  # orientation 6 says: turn it clockwise again


PICTURES = {
    "1-bit.tif": (lambda image: image.convert("1", dither=Image.Dither.NONE), {"compression": "group4"}),
    "1-bit.png": (lambda image: image.convert("1", dither=Image.Dither.NONE), {}),
    "16-bit.png": (sixteen_bits, {}),
    "16-bit.tif": (sixteen_bits, {}),
    "cmyk.jpg": (lambda image: image.convert("CMYK"), {"quality": 90}),
    "palette.png": (lambda image: image.convert("P", palette=Image.Palette.ADAPTIVE, colors=16), {}),
    "alpha.png": (see_through, {}),
    "grey-alpha.png": (lambda image: image.convert("LA"), {}),
    "turned.jpg": (turned, {"quality": 90, "exif": {ORIENTATION: 6}}),
    "progressive.jpg": (lambda image: image, {"quality": 90, "progressive": True}),
}


def read(path: Path, helper: Helper, folder: Path) -> str:
    return read_page(
        path, KINDS[path.suffix], 1, engine=TwoReadersEngine(helper), helper=helper, folder=folder
    ).text  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_odd_pictures_are_read_as_people_see_them(helper, tmp_path: Path, name: str) -> None:
    make, options = PICTURES[name]
    if "exif" in options:
        exif = Image.Exif()
        for tag, value in options["exif"].items():
            exif[tag] = value
        options = {**options, "exif": exif}
    make(printed()).save(tmp_path / name, **options)
    said = read(tmp_path / name, helper, tmp_path)
    assert SequenceMatcher(None, said, TEXT, autojunk=False).ratio() > 0.99, said


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_jpeg_cut_short_is_refused_at_the_door(helper, tmp_path: Path, share: float) -> None:
    path = tmp_path / "short.jpg"
    printed().save(path, dpi=(300, 300))
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(Refused) as refused:
        inspect(path, helper=helper)
    assert refused.value.reason.code == ReasonCode.DAMAGED


def test_a_picture_of_one_pixel_is_refused_at_the_door(helper, tmp_path: Path) -> None:
    Image.new("L", (1, 1), 255).save(tmp_path / "one.png", dpi=(300, 300))
    with pytest.raises(Refused) as refused:
        inspect(tmp_path / "one.png", helper=helper)
    assert refused.value.reason.code in {ReasonCode.TOO_SMALL, ReasonCode.ALL_BLANK}


@pytest.mark.slow
def test_a_hundred_million_pixels_are_read_in_the_memory_of_a_few(helper, tmp_path: Path) -> None:
    """10,000 × 10,000: lettering in two corners, the rest blank."""
    large = Image.new("L", (10_000, 10_000), 250)
    page = printed().convert("L")
    large.paste(page, (200, 300))
    large.paste(page, (10_000 - page.width - 200, 10_000 - page.height - 300))
    large.save(tmp_path / "large.png", dpi=(300, 300), compress_level=1)
    words = read(tmp_path / "large.png", helper, tmp_path).split()
    assert sorted(words) == sorted(2 * TEXT.split())
