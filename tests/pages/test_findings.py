"""Findings: good pages raise none, each kind of bad page raises its own."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from pages.inside.findings import Findings, examine
from pages.inside.rasters import Pixels
from tests.pages.making import Maker

DPI = 200
NOTHING = Findings(blank=False, cut=(), blurred=False, dark=False)


def seen(image: Image.Image | Pixels, dpi: float = DPI) -> Findings:
    return examine(np.asarray(image), dpi)


def noisy(image: Image.Image | Pixels, noise: np.random.Generator, sigma: float = 4.0) -> Pixels:
    pixels = np.asarray(image)
    grain = np.tile(noise.normal(0, sigma, (256, 256)), (pixels.shape[0] // 256 + 1, pixels.shape[1] // 256 + 1))
    return np.clip(pixels + grain[: pixels.shape[0], : pixels.shape[1], None], 0, 255).astype(np.uint8)


def blank(level: int = 245) -> Image.Image:
    return Image.new("RGB", (1654, 2338), (level, level, level - 3))


@pytest.mark.parametrize("lines", [1, 2, 30])
def test_a_good_page_raises_nothing(make: Maker, noise: np.random.Generator, lines: int) -> None:
    assert seen(noisy(make.a4(lines=lines), noise)) == NOTHING


@pytest.mark.parametrize("dpi", [150, 300])
def test_resolution_does_not_matter(make: Maker, dpi: int) -> None:
    assert seen(make.a4(dpi=dpi), dpi) == NOTHING


def test_grey_pages_are_judged_alike(make: Maker) -> None:
    assert seen(make.a4().convert("L")) == NOTHING


def test_coloured_paper_is_neither_blank_nor_dark(make: Maker) -> None:
    assert seen(make.page((1654, 2339), dpi=DPI, paper="#e8b8c4", ink="#302028")) == NOTHING


@pytest.mark.parametrize("sigma", [0.0, 6.0, 12.0])
def test_scanner_noise_is_blank(noise: np.random.Generator, sigma: float) -> None:
    assert seen(noisy(blank(), noise, sigma)).blank


@pytest.mark.parametrize("strength", [0.08, 0.15, 0.2])
def test_the_other_side_shining_through_is_blank(make: Maker, noise: np.random.Generator, strength: float) -> None:
    back = make.a4().transpose(Image.Transpose.FLIP_LEFT_RIGHT).filter(ImageFilter.GaussianBlur(2))
    assert seen(noisy(Image.blend(blank(), back, strength), noise)).blank


def test_holes_shadows_staples_folds_and_dust_are_blank(noise: np.random.Generator) -> None:
    image = blank()
    draw = ImageDraw.Draw(image)
    for y in (800, 1500):
        draw.ellipse((70, y, 116, y + 46), fill="#303030")
    draw.rectangle((0, 0, 14, 2339), fill="#404040")
    draw.line((60, 60, 140, 66), fill="#404040", width=3)
    draw.line((0, 1170, 1654, 1170), fill="#c8c8c8", width=3)
    for x, y in noise.integers(60, 1600, (60, 2)):
        draw.ellipse((x, y, x + 3, y + 3), fill="#404040")
    assert seen(noisy(image, noise)).blank


def test_a_faint_stamp_is_not_blank(noise: np.random.Generator) -> None:
    image = blank()
    ImageDraw.Draw(image).ellipse((900, 1500, 1150, 1750), outline=(245, 205, 203), width=9)
    assert not seen(noisy(image, noise)).blank


def test_half_a_stamp_at_the_edge_is_not_blank_and_not_cut_off(noise: np.random.Generator) -> None:
    image = blank()
    ImageDraw.Draw(image).ellipse((1530, 1500, 1780, 1750), outline=(220, 60, 60), width=9)
    assert seen(noisy(image, noise)) == NOTHING


def test_a_signature_is_not_blank(noise: np.random.Generator) -> None:
    image = blank()
    ImageDraw.Draw(image).line(
        [(400, 600), (520, 560), (560, 640), (680, 570), (800, 620)], fill=(40, 50, 140), width=4
    )
    assert not seen(noisy(image, noise)).blank


def test_text_over_a_side_is_cut_off(make: Maker) -> None:
    page = make.a4()
    inked = np.flatnonzero((np.asarray(page.convert("L")) < 100).any(axis=0))
    through = int(inked[0]) + 6  # within the first letter
    assert seen(page.crop((through, 0, page.width, page.height))).cut == ("left",)
    assert seen(page.crop((0, 0, int(inked[-1]) - 6, page.height))).cut == ("right",)


def test_a_sliced_line_of_text_is_cut_off(make: Maker) -> None:
    page = make.a4()
    rows = np.flatnonzero((np.asarray(page.convert("L")) < 100).any(axis=1))
    middle = int(rows[0]) + 10
    assert seen(page.crop((0, middle, page.width, page.height))).cut == ("top",)
    assert seen(page.crop((0, 0, page.width, middle))).cut == ("bottom",)


def test_frames_and_rules_may_end_at_the_edge(make: Maker) -> None:
    page = make.a4()
    draw = ImageDraw.Draw(page)
    for y in range(300, 2200, 150):
        draw.line((0, y, page.width, y), fill="black", width=3)
    for x in range(100, 1600, 300):
        draw.line((x, 0, x, page.height), fill="black", width=3)
    assert seen(page).cut == ()


@pytest.mark.parametrize("kernel", [(0, 0), (1, 11), (11, 1)])
def test_blur_and_shake_are_seen(make: Maker, noise: np.random.Generator, kernel: tuple[int, int]) -> None:
    page = np.asarray(make.a4())
    bad = cv2.blur(page, kernel) if kernel[0] else cv2.GaussianBlur(page, (0, 0), 2.6)
    assert seen(noisy(np.asarray(bad, dtype=np.uint8), noise)).blurred


def test_sparse_and_blank_pages_are_not_called_blurred() -> None:
    stamp = blank()
    ImageDraw.Draw(stamp).ellipse((900, 1500, 1150, 1750), outline=(220, 60, 60), width=9)
    assert seen(stamp.filter(ImageFilter.GaussianBlur(4))) == NOTHING
    assert not seen(blank()).blurred


def test_darkness(make: Maker) -> None:
    assert seen(Image.eval(make.a4(), lambda level: level * 2 // 5)).dark
    assert seen(Image.new("RGB", (1654, 2339), "black")) == Findings(blank=False, cut=(), blurred=False, dark=True)


def test_a_card_on_a_black_lid_is_not_dark(make: Maker) -> None:
    lid = Image.new("RGB", (1654, 2339), "#101010")
    lid.paste(make.page((674, 425), dpi=DPI, lines=8), (200, 200))
    assert not seen(lid).dark
