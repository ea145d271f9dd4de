"""Draws pages of Vietnamese print, letter by letter as a scanner would see them; every page says MẪU."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

DPI = 200
A4 = (1654, 2339)
FOLDERS = ("liberation2", "liberation")
LINES = (
    "MẪU - SPECIMEN",
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
    "Căn cứ Nghị định số 45/2020/NĐ-CP ngày 08 tháng 4 năm 2020 của Chính phủ;",
    "Xét đề nghị của Trưởng phòng Kinh tế, Hạ tầng và Đô thị tại Tờ trình số 12,",
    "Ủy ban nhân dân phường quyết định cấp giấy chứng nhận cho hộ gia đình",
    "được hưởng trợ cấp xã hội hằng tháng theo quy định của pháp luật hiện hành.",
)


@cache
def font(points: float, style: str = "Regular") -> ImageFont.FreeTypeFont:
    paths = [Path(f"/usr/share/fonts/truetype/{folder}/LiberationSerif-{style}.ttf") for folder in FOLDERS]
    return ImageFont.truetype(str(next(path for path in paths if path.exists())), round(points * DPI / 72))


def blank(size: tuple[int, int] = A4) -> Image.Image:
    return Image.new("RGB", size, "#f4f3ee")


def put(image: Image.Image, x: int, y: int, text: str, points: float = 13, ink: str = "#202024") -> None:
    """Text with its baseline at `y`."""
    ImageDraw.Draw(image).text((x, y), text, fill=ink, font=font(points), anchor="ls")


def printed(lines: Sequence[str] = LINES, *, points: float = 13, pitch: float = 1.5) -> Image.Image:
    """A page with these lines under each other."""
    image = blank()
    for number, line in enumerate(lines):
        put(image, 200, round(240 + number * pitch * points * DPI / 72), line, points)
    return image


def sheared(image: Image.Image, degrees: float) -> Image.Image:
    """As laid askew on the glass: lines climb by so many degrees."""
    return image.rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor="#f4f3ee")


def noisy(image: Image.Image, amount: float, seed: int = 7) -> Image.Image:
    grain = np.random.default_rng(seed).normal(0, amount, (*image.size[::-1], 1))
    return Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8))
