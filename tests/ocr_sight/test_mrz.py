"""Machine-readable lines on the picture: read again in their own alphabet where the first reading does not hold."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from khoso.kernel.transcript import Box, Line, Transcript, Word
from ocr.extraction.mrz import read_mrz
from ocr.extraction.sheet import lay_out
from ocr.mrz import with_mrz
from pages.helper import Helper
from pages.ports import PageImage
from samples.generator.forms.cards import mrz
from samples.generator.scan import Scan, scanned

LINES = mrz("060187572497", date(1987, 2, 7), "female", date(2027, 2, 7), "Ka Giang")
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"


@pytest.fixture(scope="module")
def helper():
    with Helper() as made:
        yield made


def card(folder: Path, turn: int) -> tuple[PageImage, list[Box]]:
    """The lines in the middle of a sheet, turned clockwise by quarters; where they stand once it is upright."""
    font = ImageFont.truetype(FONT if Path(FONT).exists() else "LiberationMono-Regular.ttf", 30)
    image = Image.new("RGB", (1000, 640), "white")
    pen = ImageDraw.Draw(image)
    boxes = []
    for number, line in enumerate(LINES):
        place = (120, 380 + 62 * number)
        pen.text(place, line, font=font, fill="black")
        boxes.append(Box(*map(round, pen.textbbox(place, line, font=font))))
    scan = Scan(blur=0.6, noise=2.0, jpeg=75)
    worn = scanned(image, scan).rotate(-turn, expand=True)
    worn.save(folder / "card.jpg", quality=80)
    return PageImage(folder / "card.jpg", *worn.size, 300.0), boxes


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_lines_misread_at_first_are_read_again_whichever_way_they_lie(helper, tmp_path: Path, turn: int) -> None:
    image, boxes = card(tmp_path, turn)
    bad = [LINES[0].replace("0", "Ơ", 3), LINES[1][:9] + "?" + LINES[1][10:], LINES[2]]
    read = tuple(Line((Word(text, box, 0.6),), "t") for text, box in zip(bad, boxes, strict=True))
    first = Transcript(1000, 640, 300.0, read, "t", rotation=-turn % 360)
    again = with_mrz(first, image, helper=helper)
    said = {key: value for key, (value, _) in (read_mrz(lay_out([again])) or {}).items()}
    assert said["person.id_number"] == "060187572497"
    assert (said["person.birth_date"], said["expiry"]) == ("1987-02-07", "2027-02-07")
    assert all(line.engine.endswith("+mrz") for line in again.lines)


def test_lines_that_hold_and_pages_without_any_cost_nothing(tmp_path: Path) -> None:
    """No helper is asked: there is none."""
    image = PageImage(tmp_path / "none.jpg", 1000, 640, 300.0)
    good = tuple(
        Line((Word(text, Box(120, 380 + 62 * i, 680, 410 + 62 * i), 0.9),), "t") for i, text in enumerate(LINES)
    )
    for lines in (good, (Line((Word("CỘNG", Box(1, 1, 50, 20), 0.9), Word("HÒA", Box(60, 1, 90, 20), 0.9)), "t"),)):
        page = Transcript(1000, 640, 300.0, lines, "t")
        assert with_mrz(page, image, helper=None) is page  # type: ignore[arg-type]


def test_a_command_that_only_reads_loads_no_extractor():
    code = "import sys, khoso.cli.side_by_side; print([m for m in sys.modules if m.startswith('ocr.extraction')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout.strip() == "[]"
