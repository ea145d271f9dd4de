"""Real readers on real pixels: the shipped samples and drawn pages, every adapter alike."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from ocr.adapters.in_helper import PytesseractEngine, TesserocrEngine, TwoReadersEngine
from ocr.reading import read_page
from pages.helper import Helper
from pages.images import page_image
from pages.ports import Kind
from tests.ocr_sight.drawing import LINES, blank, noisy, printed, sheared

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="session")
def helper():
    with Helper() as helper:
        yield helper


@pytest.fixture(params=[TwoReadersEngine, TesserocrEngine, PytesseractEngine])
def engine(request, helper):
    return request.param(helper)


def share_found(truth: list[str], read: str) -> float:
    """Share of the true words that were read."""
    words = [word for line in truth for word in line.split()]
    found = read.split()
    return sum(word in found for word in words) / len(words)


def test_clean_print_is_read_letter_by_letter(engine, saved):
    read = engine.read(saved(printed(LINES * 3)))
    assert [line.text for line in read.lines] == list(LINES) * 3
    assert (read.rotation, read.skew) == (0, 0.0)
    assert all(set(line.engine.split("+")) <= set(engine.name.split("+")) for line in read.lines)


def test_what_a_person_says_of_up_goes_before_the_print(engine, saved):
    page = saved(printed(LINES * 2))
    read = engine.read(replace(page, rotate=180, fixed=True))
    assert read.rotation == 180
    assert engine.read(replace(page, rotate=180)).rotation == 0


@pytest.mark.parametrize(("turn", "skew"), [(0, 6.0), (270, -1.5)])
def test_turned_and_skewed_print_is_read_in_the_frame_of_the_upright_page(engine, saved, turn, skew):
    read = engine.read(saved(sheared(printed(LINES * 3), skew).rotate(turn, expand=True)))
    assert (read.rotation, read.skew) == (turn, pytest.approx(skew, abs=0.2))
    assert share_found(list(LINES), read.text) > 0.97
    for line in read.lines:
        assert 0 <= line.box.x0 < line.box.x1 <= read.width
        assert 0 <= line.box.y0 < line.box.y1 <= read.height


def test_an_empty_page_has_no_lines(engine, saved):
    assert engine.read(saved(noisy(blank(), 4))).lines == ()


@pytest.mark.parametrize(
    ("file", "kind", "least"),
    [
        ("birth_certificate_gks_2020.pdf", Kind.PDF, 0.95),
        ("marital_status_xntthn_2025.png", Kind.PNG, 0.95),
        ("diploma_thpt.pdf", Kind.PDF, 0.85),
        ("driving_licence_gplx_2025.pdf", Kind.PDF, 0.8),
    ],
)
def test_samples_read_well(helper, tmp_path, file, kind, least):
    rows = map(json.loads, (SAMPLES / "truth.jsonl").read_text(encoding="utf-8").splitlines())
    truth = next(row for row in rows if row["file"] == file)
    image = page_image(SAMPLES / file, kind, 1, helper=helper, folder=tmp_path)
    read = TwoReadersEngine(helper).read(image)
    assert share_found(truth["page_text"][0], read.text) > least


class WithoutCodes:
    """A helper in which the search for codes takes too long."""

    def __init__(self, helper):
        self._helper = helper

    def call(self, name, *rest, **words):
        if name.startswith("ocr.codes_child:"):
            raise Refused(ReasonCode.TOO_SLOW, seconds=5)
        return self._helper.call(name, *rest, **words)


def test_a_page_is_not_given_up_for_its_codes(helper, tmp_path, saved):
    page = saved(printed(), "page.png")
    engine = TwoReadersEngine(helper)
    read = read_page(page.path, Kind.PNG, 1, engine=engine, helper=WithoutCodes(helper), folder=tmp_path)
    assert share_found(list(LINES), read.text) > 0.9
    assert read.codes == ()
    assert read.notes == ("codes_unread:too_slow",)
