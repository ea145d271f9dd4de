"""What the tests of compose share: pages of type with their exact transcripts, and a way to compose them."""

import math
import subprocess
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from compose import liberation
from compose.composing import Composed, Sheet, compose
from khoso.kernel.transcript import Box, Line, Transcript, Word
from pages.helper import Helper
from pages.ports import PageImage

DPI = 150
TURNED = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}


@pytest.fixture(scope="session")
def helper() -> Iterator[Helper]:
    with Helper() as helper:
        yield helper


@pytest.fixture(scope="session")
def print_page() -> Callable[..., tuple[Image.Image, Transcript]]:
    return _printed


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Sheet]:
    """Keeps a page as a capture that has to be turned by its transcript's rotation to stand upright."""

    def make(image: Image.Image, transcript: Transcript, name: str = "page.jpg", **options: object) -> Sheet:
        stored = image.transpose(TURNED[transcript.rotation]) if transcript.rotation else image
        path = tmp_path / name
        stored.save(path, **options)
        return Sheet(PageImage(path, stored.width, stored.height, transcript.dpi), transcript)

    return make


@pytest.fixture
def composed(tmp_path: Path, helper: Helper, now: datetime) -> Callable[..., Composed]:
    def make(*sheets: Sheet, name: str = "out.pdf", title: str = "Giấy tờ MẪU") -> Composed:
        return compose(sheets, tmp_path / name, helper=helper, title=title, created=now)

    return make


@pytest.fixture(scope="session")
def text_of() -> Callable[..., list[str]]:
    """Lines that `pdftotext` finds on a page, empty ones left out."""

    def read(pdf: Path, *options: str) -> list[str]:
        done = subprocess.run(["pdftotext", *options, str(pdf), "-"], capture_output=True, check=True, text=True)
        return [line for line in done.stdout.replace("\f", "").split("\n") if line]

    return read


@pytest.fixture
def rendered(tmp_path: Path) -> Callable[..., Image.Image]:
    """A page as poppler draws it; at the capture's resolution its pixels are the capture's."""

    def draw(pdf: Path, *, page: int = 1, dpi: float = DPI) -> Image.Image:
        root = tmp_path / f"{pdf.stem}-{page}"
        command = ["pdftoppm", "-r", str(dpi), "-f", str(page), "-l", str(page), "-singlefile", str(pdf), str(root)]
        subprocess.run(command, check=True)
        with Image.open(root.with_suffix(".ppm")) as image:
            return image.copy()

    return draw


def _printed(
    lines: Sequence[str],
    *,
    skew: float = 0.0,
    top: int = 260,
    left: int = 120,
    size: int = 28,
    pitch: int = 44,
    paper: tuple[int, int] = (1240, 1754),
) -> tuple[Image.Image, Transcript]:
    """A page of type whose lines climb by `skew` degrees, and what a perfect reader reads on it."""
    font = ImageFont.truetype(str(liberation.find()), size)
    image = Image.new("RGB", paper, "white")
    pen = ImageDraw.Draw(image)
    read = []
    for index, line in enumerate(lines):
        x, y = float(left), float(top + index * pitch)
        words = []
        for word in line.split():
            pen.text((x, y), word, font=font, fill="black")
            x0, y0, x1, y1 = font.getbbox(word)
            words.append(Word(word, _turned((x + x0, y + y0, x + x1, y + y1), skew, paper), 0.9))
            x += font.getlength(word + " ")
        if words:
            read.append(Line(tuple(words), "test"))
    if skew:
        image = image.rotate(skew, resample=Image.Resampling.BICUBIC, fillcolor="white")
    return image, Transcript(*paper, DPI, tuple(read), "test", skew=skew)


def _turned(sides: tuple[float, float, float, float], skew: float, paper: tuple[int, int]) -> Box:
    """The upright box around a rectangle turned about the middle of the paper."""
    turn, (cx, cy) = math.radians(-skew), (paper[0] / 2, paper[1] / 2)
    cosine, sine = math.cos(turn), math.sin(turn)
    corners = [(x - cx, y - cy) for x in sides[::2] for y in sides[1::2]]
    columns = [cx + x * cosine - y * sine for x, y in corners]
    rows = [cy + x * sine + y * cosine for x, y in corners]
    return Box(int(min(columns)), int(min(rows)), math.ceil(max(columns)), math.ceil(max(rows)))
