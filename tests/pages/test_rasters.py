"""Image files: what they declare, and their pixels in any mode."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from pages.inside.rasters import declared, pixels, png_chunks
from pages.ports import Kind
from tests.pages.making import Maker


def chunk(name: bytes, data: bytes, *, check: int | None = None) -> bytes:
    return (
        struct.pack(">I", len(data))
        + name
        + data
        + struct.pack(">I", zlib.crc32(name + data) if check is None else check)
    )


def header(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def decode(path: Path, kind: Kind) -> None:
    for page in declared(path, kind):
        pixels(path, kind, frame=page.frame)


def refusal(path: Path, kind: Kind) -> ReasonCode:
    with pytest.raises(Refused) as refused:
        decode(path, kind)
    return refused.value.reason.code


@pytest.mark.parametrize(("form", "kind"), [("JPEG", Kind.JPEG), ("PNG", Kind.PNG), ("TIFF", Kind.TIFF)])
def test_size_and_resolution_come_from_the_header(make: Maker, form: str, kind: Kind) -> None:
    path = make.save(make.page((620, 877)), "a", format=form, dpi=(300, 300))
    (page,) = declared(path, kind)
    assert (page.width, page.height, page.plain, page.rotate) == (620, 877, True, 0)
    assert page.stated == pytest.approx((300, 300), abs=0.01)


def test_a_missing_resolution_is_missing(make: Maker) -> None:
    assert declared(make.save(make.page((620, 877)), "a.png"), Kind.PNG)[0].stated is None


def test_a_bomb_is_refused_before_it_is_decoded(make: Maker) -> None:
    bomb = make.write(
        "a.png", header(60_000, 60_000) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )
    assert refusal(bomb, Kind.PNG) is ReasonCode.DECOMPRESSION_BOMB


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF"])
@pytest.mark.parametrize("share", [0.3, 0.95])
def test_truncated_files_are_damaged(make: Maker, form: str, share: float) -> None:
    path = make.save(make.page((620, 877)), "a", format=form)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert refusal(path, Kind("image/" + form.lower())) is ReasonCode.DAMAGED


@pytest.mark.parametrize("end", [b"", b"\xff", b"\xff\xff", b"\0" * 5000])
@pytest.mark.parametrize("how", [{}, {"subsampling": 0}, {"quality": 20}, {"restart_marker_blocks": 8}])
def test_a_jpeg_that_lacks_its_end_mark_alone_is_whole(make: Maker, end: bytes, how: dict[str, int]) -> None:
    data = make.jpeg(make.page((613, 877)), **how)
    assert data.endswith(b"\xff\xd9")
    path = make.write("a.jpg", data[:-2] + end)
    assert np.array_equal(pixels(path, Kind.JPEG), pixels(make.write("b.jpg", data), Kind.JPEG))


@pytest.mark.parametrize("end", [b"", b"\xff", b"\0" * 5000, b"\0" * 90_000])
@pytest.mark.parametrize("cut", [6, 40, 3000, 20_000])
def test_a_jpeg_that_lacks_a_part_of_its_picture_is_damaged(make: Maker, cut: int, end: bytes) -> None:
    path = make.write("a.jpg", make.jpeg(make.page((613, 877)))[:-cut] + end)
    assert refusal(path, Kind.JPEG) is ReasonCode.DAMAGED


@pytest.mark.parametrize("how", [{"progressive": True}, {"progressive": True, "quality": 20}])
def test_nobody_can_tell_what_a_progressive_jpeg_lacks(make: Maker, how: dict[str, bool]) -> None:
    assert refusal(make.write("a.jpg", make.jpeg(make.page((620, 877)), **how)[:-2]), Kind.JPEG) is ReasonCode.DAMAGED


@pytest.mark.parametrize(
    "data", [b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8\xff\xc0\0\2", b"\xff\xd8\xff\xda\0\0", b"\xff\xd8" + b"\xff" * 99]
)
def test_scraps_of_a_jpeg_are_damaged(make: Maker, data: bytes) -> None:
    assert refusal(make.write("a.jpg", data), Kind.JPEG) is ReasonCode.DAMAGED


def test_a_wrong_checksum_matters_where_pixels_depend_on_it(make: Maker) -> None:
    body = chunk(b"IDAT", zlib.compress(b"\0\xff\xff\xff"))
    end = chunk(b"IEND", b"")
    comment = make.write("a", header(1, 1) + chunk(b"tEXt", b"a\0b", check=1) + body + end)
    assert b"tEXt" in png_chunks(comment)
    assert refusal(make.write("b", header(1, 1) + chunk(b"IDAT", b"x", check=1) + end), Kind.PNG) is ReasonCode.DAMAGED


def test_moving_pictures_are_no_pages(make: Maker) -> None:
    frames = [make.page((620, 877), lines=lines) for lines in (3, 9)]
    path = make.save(frames[0], "a.png", save_all=True, append_images=frames[1:])
    assert refusal(path, Kind.PNG) is ReasonCode.FORMAT_NOT_ACCEPTED


def test_thumbnails_in_a_tiff_are_no_pages(make: Maker) -> None:
    page, other = make.page((620, 877), lines=3), make.page((877, 620), lines=5)
    thumbnail = page.resize((62, 88))
    thumbnail.encoderinfo = {"tiffinfo": {254: 1}}
    path = make.save(page, "a.tif", save_all=True, append_images=[thumbnail, other])
    assert [(one.frame, one.width, one.height) for one in declared(path, Kind.TIFF)] == [(0, 620, 877), (2, 877, 620)]


@pytest.mark.parametrize(("orientation", "rotate"), [(1, 0), (3, 180), (6, 90), (8, 270)])
def test_a_turned_jpeg_stays_as_it_is(make: Maker, orientation: int, rotate: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    (page,) = declared(make.save(make.page((620, 877)), "a.jpg", exif=exif), Kind.JPEG)
    assert (page.width, page.height, page.rotate, page.plain) == (620, 877, rotate, True)


@pytest.mark.parametrize(("form", "kind"), [("JPEG", Kind.JPEG), ("PNG", Kind.PNG), ("TIFF", Kind.TIFF)])
@pytest.mark.parametrize("orientation", [2, 5, 7])
def test_mirrored_images_are_decoded_upright(make: Maker, form: str, kind: Kind, orientation: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    path = make.save(make.page((620, 877)), "a", format=form, exif=exif)
    (page,) = declared(path, kind)
    assert not page.plain
    assert page.rotate == 0
    assert (
        pixels(path, kind, turn=True).shape[:2]
        == (page.height, page.width)
        == ((620, 877) if orientation > 4 else (877, 620))
    )


def test_transparency_is_laid_on_white(make: Maker) -> None:
    image = Image.new("RGBA", (40, 30), (0, 0, 0, 0))
    image.putpixel((5, 5), (10, 20, 30, 255))
    path = make.save(image, "a.png")
    assert not declared(path, Kind.PNG)[0].plain
    assert tuple(pixels(path, Kind.PNG)[0, 0]) == (255, 255, 255)
    assert tuple(pixels(path, Kind.PNG)[5, 5]) == (10, 20, 30)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "LA", "I;16", "CMYK", "LAB", "F"])
def test_every_mode_ends_as_eight_bit_grey_or_rgb(make: Maker, mode: str) -> None:
    values = np.linspace(0, 1, 40 * 30).reshape(30, 40)
    if mode in {"I;16", "F"}:
        image = Image.fromarray((values * 65535).astype(np.uint16) if mode == "I;16" else values.astype(np.float32))
    else:
        image = Image.fromarray((values * 255).astype(np.uint8)).convert("RGB" if mode == "LAB" else mode)
    if mode == "LAB":
        image = Image.merge("LAB", Image.fromarray((values * 255).astype(np.uint8)).convert("RGB").split())
    kind = Kind.PNG if mode in {"LA", "P"} else Kind.TIFF
    path = make.save(image, "a", format=kind.value.rsplit("/", 1)[1].upper())
    found = pixels(path, kind)
    assert found.dtype == np.uint8
    assert found.shape[:2] == (30, 40)
    assert found.ndim == 2 or found.shape[2] == 3
    if mode != "LAB":
        assert int(found[0, 0].max()) < 60
        assert int(found[-1, -1].min()) > 200


def test_large_images_come_smaller_and_alike(make: Maker) -> None:
    page = make.page((2480, 3508), dpi=300)
    for form, kind in (("JPEG", Kind.JPEG), ("PNG", Kind.PNG)):
        options = {"quality": 90} if form == "JPEG" else {"compress_level": 1}
        small = pixels(make.save(page, "a", format=form, **options), kind, at_most=3_000_000)
        assert small.shape == (1754, 1240, 3)
        assert abs(float(small.mean()) - float(np.asarray(page).mean())) < 1.0


def test_raw_files_of_cameras_are_foreign(make: Maker) -> None:
    path = make.save(make.page((620, 877)), "a.tif", tiffinfo={50706: b"\1\4\0\0"})
    assert refusal(path, Kind.TIFF) is ReasonCode.FORMAT_NOT_ACCEPTED
