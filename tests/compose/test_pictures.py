"""Captures go in as they are: bytes untouched where PDF has the same coding, pixels untouched everywhere else."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageCms, ImageOps

from compose.composing import Sheet
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from khoso.kernel.transcript import Transcript
from pages.ports import PageImage

SIZE = (620, 877)
EXIF_ORIENTATION = 274


@pytest.fixture(scope="module")
def scene() -> Image.Image:
    """Colours, edges and noise on white paper."""
    noise = np.random.default_rng(7).integers(0, 255, (300, 400, 3), dtype=np.uint8)
    image = Image.new("RGB", SIZE, "white")
    image.paste(Image.fromarray(noise), (100, 200))
    image.paste("red", (100, 550, 300, 700))
    image.paste("blue", (300, 550, 500, 600))
    return image


def _kept(tmp_path: Path, image: Image.Image, name: str, **options: object) -> Sheet:
    path = tmp_path / name
    image.save(path, **options)
    return Sheet(PageImage(path, *image.size, 150.0), Transcript(*image.size, 150.0, (), "test"))


def _image_object(pdf: Path) -> pikepdf.Stream:
    with pikepdf.open(pdf) as opened:
        return pikepdf.Pdf.new().copy_foreign(opened.pages[0].Resources.XObject.I0)


def _same_pixels(pdf: Path, expected: Image.Image, rendered: Callable, *, tolerance: int = 0) -> None:
    """The page drawn at the capture's resolution is the capture, which stands at its foot."""
    drawn = rendered(pdf).convert("RGB")
    foot = drawn.crop((0, drawn.height - expected.height, expected.width, drawn.height))
    away = np.abs(np.asarray(foot, dtype=int) - np.asarray(expected.convert("RGB"), dtype=int))
    assert away.max() <= tolerance


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"quality": 95, "subsampling": 0}])
def test_jpeg_bytes_are_the_captures_own(
    mode: str, options: dict[str, object], scene: Image.Image, tmp_path: Path, composed: Callable, rendered: Callable
) -> None:
    given = _kept(tmp_path, scene.convert(mode), "a.jpg", **options)
    made = composed(given)
    assert _image_object(made.path).read_raw_bytes() == given.image.path.read_bytes()
    with Image.open(given.image.path) as decoded:
        _same_pixels(made.path, decoded, rendered, tolerance=12)  # two decoders round chroma differently


def test_a_jpeg_without_colour_transform_keeps_its_colours(
    scene: Image.Image, tmp_path: Path, composed: Callable, rendered: Callable
) -> None:
    given = _kept(tmp_path, scene, "rgb.jpg", keep_rgb=True, quality=95)
    made = composed(given)
    assert _image_object(made.path).read_raw_bytes() == given.image.path.read_bytes()
    with Image.open(given.image.path) as decoded:
        _same_pixels(made.path, decoded, rendered, tolerance=4)


def test_an_exif_orientation_is_left_to_the_transcript(
    scene: Image.Image, tmp_path: Path, composed: Callable, rendered: Callable
) -> None:
    """A phone stores the picture lying on its side and says so: the transcript's rotation stands it up, the bytes stay."""
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = 6  # to be turned 90° clockwise
    lying = scene.transpose(Image.Transpose.ROTATE_90)
    path = tmp_path / "phone.jpg"
    lying.save(path, exif=exif, quality=95, subsampling=0)
    transcript = Transcript(*SIZE, 150.0, (), "test", rotation=90)
    made = composed(Sheet(PageImage(path, *lying.size, 150.0), transcript))
    assert _image_object(made.path).read_raw_bytes() == path.read_bytes()
    with Image.open(path) as decoded:
        _same_pixels(made.path, ImageOps.exif_transpose(decoded), rendered, tolerance=12)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_every_rotation_stands_upright(
    rotation: int, scene: Image.Image, tmp_path: Path, composed: Callable, rendered: Callable
) -> None:
    stored = scene.rotate(rotation, expand=True)
    path = tmp_path / "turned.png"
    stored.save(path)
    transcript = Transcript(*SIZE, 150.0, (), "test", rotation=rotation)
    made = composed(Sheet(PageImage(path, *stored.size, 150.0), transcript))
    _same_pixels(made.path, scene, rendered)


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1"])
@pytest.mark.parametrize("suffix", ["png", "tif", "ppm"])
def test_lossless_captures_stay_lossless(
    mode: str, suffix: str, scene: Image.Image, tmp_path: Path, composed: Callable, rendered: Callable
) -> None:
    image = scene.convert(mode)
    if suffix == "ppm" and mode == "P":
        pytest.skip("PPM has no palettes")
    made = composed(_kept(tmp_path, image, f"a.{suffix}"))
    _same_pixels(made.path, image, rendered)


def test_png_rows_are_taken_over_undecoded(scene: Image.Image, tmp_path: Path, composed: Callable) -> None:
    given = _kept(tmp_path, scene, "a.png")
    raw = _image_object(composed(given).path).read_raw_bytes()
    assert raw[:64] in given.image.path.read_bytes()


def test_bilevel_tiff_is_group_4(scene: Image.Image, tmp_path: Path, composed: Callable) -> None:
    stream = _image_object(composed(_kept(tmp_path, scene.convert("1"), "a.tif", compression="group4")).path)
    assert stream.Filter == pikepdf.Name.CCITTFaxDecode


def test_a_later_frame_of_a_tiff(scene: Image.Image, tmp_path: Path, composed: Callable, rendered: Callable) -> None:
    path = tmp_path / "many.tif"
    blank = Image.new("RGB", SIZE, "white")
    blank.save(path, save_all=True, append_images=[scene])
    sheets = [Sheet(PageImage(path, *SIZE, 150.0, frame=n), Transcript(*SIZE, 150.0, (), "test")) for n in (1, 0)]
    made = composed(*sheets)
    _same_pixels(made.path, scene, rendered)


def test_transparency_falls_on_white_paper(scene: Image.Image, tmp_path: Path, composed: Callable, rendered: Callable) -> None:
    layered = scene.convert("RGBA")
    layered.putalpha(Image.new("L", SIZE, 255))
    layered.paste((0, 0, 0, 0), (100, 550, 300, 700))
    expected = scene.copy()
    expected.paste("white", (100, 550, 300, 700))
    made = composed(_kept(tmp_path, layered, "a.png"))
    _same_pixels(made.path, expected, rendered)
    with pikepdf.open(made.path) as opened:
        assert "/SMask" not in opened.pages[0].Resources.XObject.I0


def test_cmyk_becomes_srgb(scene: Image.Image, tmp_path: Path, composed: Callable, rendered: Callable) -> None:
    given = _kept(tmp_path, scene.convert("CMYK"), "a.jpg", quality=95)
    made = composed(given)
    assert _image_object(made.path).ColorSpace == pikepdf.Name.DeviceRGB
    with Image.open(given.image.path) as decoded:
        _same_pixels(made.path, decoded.convert("RGB"), rendered)


def test_sixteen_bits_become_eight(tmp_path: Path, composed: Callable, rendered: Callable) -> None:
    samples = np.tile(np.linspace(0, 65535, SIZE[0]).astype(np.uint16), (SIZE[1], 1))
    made = composed(_kept(tmp_path, Image.fromarray(samples), "deep.png"))
    _same_pixels(made.path, Image.fromarray((samples >> 8).astype(np.uint8)), rendered)


def test_a_scanners_profile_is_kept_and_a_bad_one_is_not(scene: Image.Image, tmp_path: Path, composed: Callable) -> None:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    foreign = bytes(profile).replace("sRGB".encode("utf-16-be"), "mRGB".encode("utf-16-be")).replace(b"sRGB", b"mRGB")
    kept = _image_object(composed(_kept(tmp_path, scene, "a.jpg", icc_profile=foreign)).path)
    assert kept.ColorSpace[0] == pikepdf.Name.ICCBased
    assert kept.ColorSpace[1].read_bytes() == foreign
    broken = _image_object(composed(_kept(tmp_path, scene, "b.jpg", icc_profile=foreign[:200])).path)
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
        composed(Sheet(given.image, Transcript(SIZE[1], SIZE[0], 150.0, (), "test")))
    assert caught.value.reason.code is ReasonCode.COMPOSE_FAILED


def test_nothing_to_compose_is_refused(composed: Callable) -> None:
    with pytest.raises(Refused) as caught:
        composed()
    assert caught.value.reason.code is ReasonCode.NO_PAGES
