"""Captures go in as they are: bytes untouched where PDF has the same coding, pixels untouched everywhere else."""

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageChops, ImageCms, ImageOps

from compose.composing import Sheet
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from khoso.kernel.transcript import Transcript
from pages.ports import PageImage

SIZE = (620, 877)
DPI = 75.0  # an A4 sheet
EXIF_ORIENTATION = 274


@pytest.fixture(scope="module")
def scene() -> Image.Image:
    """Colours, shades and edges on white paper, nothing alike when turned or mirrored."""
    image = Image.new("RGB", SIZE, "white")
    image.paste(Image.radial_gradient("L").resize((400, 300)).convert("RGB"), (100, 200))
    image.paste(Image.linear_gradient("L").resize((90, 300)).convert("RGB"), (500, 560))
    image.paste("red", (100, 550, 300, 700))
    image.paste("blue", (300, 550, 500, 600))
    return image


def _kept(tmp_path: Path, image: Image.Image, name: str, **options: object) -> Sheet:
    path = tmp_path / name
    image.save(path, **options)
    return Sheet(PageImage(path, *image.size, DPI), Transcript(*image.size, DPI, (), "test"))


@pytest.fixture
def image_object() -> Iterator[Callable[[Path], pikepdf.Stream]]:
    """The image of page 1."""
    with ExitStack() as opened:
        yield lambda pdf: opened.enter_context(pikepdf.open(pdf)).pages[0].Resources.XObject.I0


@pytest.fixture
def same_pixels(image_object: Callable) -> Callable[[Path, Image.Image], bool]:
    """The image in the PDF decodes to exactly these pixels."""

    def compare(pdf: Path, expected: Image.Image) -> bool:
        decoded = pikepdf.PdfImage(image_object(pdf)).as_pil_image().convert("RGB")
        return ImageChops.difference(decoded, expected.convert("RGB")).getbbox() is None

    return compare


@pytest.fixture
def looks_like(rendered: Callable) -> Callable[[Path, Image.Image], bool]:
    """The page drawn at the capture's resolution shows the capture; poppler places pixels to half a pixel."""

    def compare(pdf: Path, expected: Image.Image) -> bool:
        drawn = rendered(pdf, dpi=DPI).convert("RGB")
        away = ImageChops.difference(drawn, expected.convert("RGB").resize(drawn.size))
        return drawn.size == expected.size and float(np.asarray(away).mean()) < 2.0

    return compare


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"quality": 95, "subsampling": 0}])
def test_jpeg_bytes_are_the_captures_own(
    mode: str,
    options: dict[str, object],
    scene: Image.Image,
    tmp_path: Path,
    composed: Callable,
    looks_like: Callable,
    image_object: Callable,
) -> None:
    given = _kept(tmp_path, scene.convert(mode), "a.jpg", **options)
    made = composed(given)
    assert image_object(made.path).read_raw_bytes() == given.image.path.read_bytes()
    with Image.open(given.image.path) as decoded:
        assert looks_like(made.path, decoded)


def test_a_jpeg_without_colour_transform_keeps_its_colours(
    scene: Image.Image, tmp_path: Path, composed: Callable, looks_like: Callable, image_object: Callable
) -> None:
    given = _kept(tmp_path, scene, "rgb.jpg", keep_rgb=True, quality=95)
    made = composed(given)
    assert image_object(made.path).read_raw_bytes() == given.image.path.read_bytes()
    with Image.open(given.image.path) as decoded:
        assert looks_like(made.path, decoded)


def test_an_exif_orientation_is_left_to_the_transcript(
    scene: Image.Image, tmp_path: Path, composed: Callable, looks_like: Callable, image_object: Callable
) -> None:
    """A phone stores the picture lying on its side and says so: the transcript's rotation stands it up, the bytes stay."""
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = 6  # to be turned 90° clockwise
    lying = scene.transpose(Image.Transpose.ROTATE_90)
    path = tmp_path / "phone.jpg"
    lying.save(path, exif=exif, quality=95, subsampling=0)
    transcript = Transcript(*SIZE, DPI, (), "test", rotation=90)
    made = composed(Sheet(PageImage(path, *lying.size, DPI), transcript))
    assert image_object(made.path).read_raw_bytes() == path.read_bytes()
    with Image.open(path) as decoded:
        assert looks_like(made.path, ImageOps.exif_transpose(decoded))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_every_rotation_stands_upright(
    rotation: int, scene: Image.Image, tmp_path: Path, composed: Callable, looks_like: Callable
) -> None:
    stored = scene.rotate(rotation, expand=True)
    path = tmp_path / "turned.png"
    stored.save(path)
    transcript = Transcript(*SIZE, DPI, (), "test", rotation=rotation)
    made = composed(Sheet(PageImage(path, *stored.size, DPI), transcript))
    assert looks_like(made.path, scene)


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1"])
@pytest.mark.parametrize("suffix", ["png", "tif", "ppm"])
def test_lossless_captures_stay_lossless(
    mode: str, suffix: str, scene: Image.Image, tmp_path: Path, composed: Callable, same_pixels: Callable
) -> None:
    image = scene.convert(mode)
    if suffix == "ppm" and mode == "P":
        pytest.skip("PPM has no palettes")
    made = composed(_kept(tmp_path, image, f"a.{suffix}"))
    assert same_pixels(made.path, image)


def test_png_rows_are_taken_over_undecoded(
    scene: Image.Image, tmp_path: Path, composed: Callable, image_object: Callable
) -> None:
    given = _kept(tmp_path, scene, "a.png")
    raw = image_object(composed(given).path).read_raw_bytes()
    assert raw[:64] in given.image.path.read_bytes()


def test_bilevel_tiff_is_group_4(
    scene: Image.Image, tmp_path: Path, composed: Callable, image_object: Callable
) -> None:
    stream = image_object(composed(_kept(tmp_path, scene.convert("1"), "a.tif", compression="group4")).path)
    assert stream.Filter == pikepdf.Name.CCITTFaxDecode


def test_a_later_frame_of_a_tiff(scene: Image.Image, tmp_path: Path, composed: Callable, same_pixels: Callable) -> None:
    path = tmp_path / "many.tif"
    blank = Image.new("RGB", SIZE, "white")
    blank.save(path, save_all=True, append_images=[scene.copy()])  # a picture saved before remembers how
    sheets = [Sheet(PageImage(path, *SIZE, DPI, frame=n), Transcript(*SIZE, DPI, (), "test")) for n in (1, 0)]
    made = composed(*sheets)
    assert same_pixels(made.path, scene)


def test_transparency_falls_on_white_paper(
    scene: Image.Image, tmp_path: Path, composed: Callable, same_pixels: Callable, image_object: Callable
) -> None:
    layered = scene.convert("RGBA")
    layered.putalpha(Image.new("L", SIZE, 255))
    layered.paste((0, 0, 0, 0), (100, 550, 300, 700))
    expected = scene.copy()
    expected.paste("white", (100, 550, 300, 700))
    made = composed(_kept(tmp_path, layered, "a.png"))
    assert same_pixels(made.path, expected)
    assert "/SMask" not in image_object(made.path)


def test_cmyk_becomes_srgb(
    scene: Image.Image, tmp_path: Path, composed: Callable, same_pixels: Callable, image_object: Callable
) -> None:
    given = _kept(tmp_path, scene.convert("CMYK"), "a.jpg", quality=95)
    made = composed(given)
    assert image_object(made.path).ColorSpace == pikepdf.Name.DeviceRGB
    with Image.open(given.image.path) as decoded:
        assert same_pixels(made.path, decoded.convert("RGB"))


def test_sixteen_bits_become_eight(tmp_path: Path, composed: Callable, same_pixels: Callable) -> None:
    samples = np.tile(np.linspace(0, 65535, SIZE[0]).astype(np.uint16), (SIZE[1], 1))
    made = composed(_kept(tmp_path, Image.fromarray(samples), "deep.png"))
    assert same_pixels(made.path, Image.fromarray((samples >> 8).astype(np.uint8)))


def test_a_scanners_profile_is_kept_and_a_bad_one_is_not(
    scene: Image.Image, tmp_path: Path, composed: Callable, image_object: Callable
) -> None:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    foreign = bytes(profile).replace("sRGB".encode("utf-16-be"), "mRGB".encode("utf-16-be")).replace(b"sRGB", b"mRGB")
    kept = image_object(composed(_kept(tmp_path, scene, "a.jpg", icc_profile=foreign)).path)
    assert kept.ColorSpace[0] == pikepdf.Name.ICCBased
    assert kept.ColorSpace[1].read_bytes() == foreign
    broken = image_object(composed(_kept(tmp_path, scene, "b.jpg", icc_profile=foreign[:200])).path)
    assert broken.ColorSpace == pikepdf.Name.DeviceRGB


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif"])
def test_a_truncated_capture_is_refused_and_leaves_nothing(
    suffix: str, scene: Image.Image, tmp_path: Path, composed: Callable
) -> None:
    given = _kept(tmp_path, scene, f"a.{suffix}")
    data = given.image.path.read_bytes()
    given.image.path.write_bytes(data[: 300 if suffix == "jpg" else len(data) // 2])
    with pytest.raises(Refused) as caught:
        composed(given)
    assert caught.value.reason.code is ReasonCode.DAMAGED
    assert not list(tmp_path.glob("out.pdf*"))


def test_a_capture_of_another_size_than_told_is_refused(scene: Image.Image, tmp_path: Path, composed: Callable) -> None:
    given = _kept(tmp_path, scene, "a.jpg")
    other = io.BytesIO()
    scene.crop((0, 0, 200, 300)).save(other, "JPEG")
    given.image.path.write_bytes(other.getvalue())
    with pytest.raises(Refused) as caught:
        composed(given)
    assert caught.value.reason.code is ReasonCode.COMPOSE_FAILED


def test_a_transcript_of_another_size_is_refused(scene: Image.Image, tmp_path: Path, composed: Callable) -> None:
    given = _kept(tmp_path, scene, "a.jpg")
    with pytest.raises(Refused) as caught:
        composed(Sheet(given.image, Transcript(SIZE[1], SIZE[0], DPI, (), "test")))
    assert caught.value.reason.code is ReasonCode.COMPOSE_FAILED


def test_nothing_to_compose_is_refused(composed: Callable) -> None:
    with pytest.raises(Refused) as caught:
        composed()
    assert caught.value.reason.code is ReasonCode.NO_PAGES
