"""Pages cut out of one capture show it through windows: its bytes once, each page its part, turned upright."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from compose.composing import Composed, Sheet
from khoso.kernel.transcript import Transcript
from pages.ports import PageImage

DPI = 100
PARTS = ((0, 0, 420, 600), (420, 0, 840, 600))


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """Two pages side by side, nothing alike when turned or mirrored."""
    image = Image.new("RGB", (840, 600), "white")
    image.paste(Image.radial_gradient("L").resize((300, 200)).convert("RGB"), (60, 250))
    image.paste("red", (500, 300, 600, 500))
    image.paste("blue", (700, 300, 780, 350))
    image.save(tmp_path / "capture.jpg", quality=92)
    return tmp_path / "capture.jpg"


def part(capture: Path, box: tuple[int, int, int, int], rotation: int = 0) -> Sheet:
    """What `pages.images.page_image` gives of a part of the capture."""
    with Image.open(capture) as image:
        cut = image.convert("RGB").crop(box)
        whole = PageImage(capture, *image.size, DPI)
    path = capture.with_name(f"part-{box[0]}-{rotation}.ppm")
    cut.save(path)
    size = cut.size if rotation % 180 == 0 else cut.size[::-1]
    return Sheet(
        PageImage(path, *cut.size, DPI, whole=whole, at=(box[0], box[1])),
        Transcript(*size, DPI, (), "test", rotation=rotation),
    )


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_each_page_shows_its_part_upright(
    capture: Path, composed: Callable[..., Composed], rendered: Callable[..., Image.Image], rotation: int
) -> None:
    made = composed(*(part(capture, box, rotation) for box in PARTS))
    assert made.pages == 2
    for number, box in enumerate(PARTS, 1):
        drawn = rendered(made.path, page=number, dpi=DPI)
        with Image.open(capture) as image:
            expected = image.convert("RGB").crop(box).rotate(-rotation, expand=True)
        # The first page may have a strip for marks above it.
        shown = np.asarray(drawn.crop((0, drawn.height - expected.height, expected.width, drawn.height)), dtype=int)
        assert float(np.abs(shown - np.asarray(expected, dtype=int)).mean()) < 5


def test_the_captured_bytes_are_in_the_file_once_and_unchanged(
    capture: Path, composed: Callable[..., Composed]
) -> None:
    made = composed(*(part(capture, box) for box in PARTS))
    with pikepdf.open(made.path) as pdf:
        images = [page.Resources.XObject.I0 for page in pdf.pages]
        assert images[0].objgen == images[1].objgen
        assert hashlib.sha256(images[0].read_raw_bytes()).digest() == hashlib.sha256(capture.read_bytes()).digest()
