"""What the tests of sight share."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from ocr.sight.page import Prepared, prepare
from pages.ports import PageImage
from tests.ocr_sight.drawing import DPI

Prepare = Callable[[Image.Image], Prepared]


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[Image.Image], PageImage]:
    """Puts a picture on disk as a page image."""

    def save(image: Image.Image, name: str = "page.ppm") -> PageImage:
        path = tmp_path / name
        image.save(path)
        return PageImage(path=path, width=image.width, height=image.height, dpi=DPI)

    return save


@pytest.fixture
def prepared(saved: Callable[[Image.Image], PageImage]) -> Prepare:
    """Makes a picture ready for reading."""

    def make(image: Image.Image) -> Prepared:
        page = saved(image)
        return prepare(page.path, page.frame, page.dpi, page.rotate)

    return make
