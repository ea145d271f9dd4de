"""The exam of `OcrEngine`: every reader passes it, the fake included; and what happens to a page when a reader goes wrong."""

import re
from pathlib import Path

import pytest
from PIL import Image

from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from khoso.kernel.transcript import Transcript
from ocr.adapters.fake import ScriptedEngine
from ocr.adapters.first_to_read import FirstToRead
from ocr.adapters.in_helper import PytesseractEngine, TesserocrEngine, TwoReadersEngine
from ocr.arbiter import _ALONE
from ocr.parameters import parameters
from ocr.sound import require_sound
from pages.helper import Helper
from pages.ports import PageImage
from tests.ocr_sight.broken import NONSENSE, Babbling, Failing
from tests.ocr_sight.drawing import DPI, LINES, blank, printed

TEXT = "\n".join(LINES)
MISBEHAVING = Path(__file__).parents[1] / "pages"


@pytest.fixture(scope="session")
def helper():
    with Helper() as helper:
        yield helper


@pytest.fixture(params=["two_readers", "tesserocr", "pytesseract", "first_to_read", "scripted"])
def engine(request, helper):
    return {
        "two_readers": lambda: TwoReadersEngine(helper),
        "tesserocr": lambda: TesserocrEngine(helper),
        "pytesseract": lambda: PytesseractEngine(helper),
        "first_to_read": lambda: FirstToRead(TwoReadersEngine(helper), TesserocrEngine(helper)),
        "scripted": lambda: ScriptedEngine({"page.ppm": TEXT, "blank.ppm": ""}),
    }[request.param]()


def test_a_page_is_read_line_by_line(engine, saved):
    read = require_sound(engine.read(saved(printed())))
    assert read.text == TEXT
    assert read.engine == engine.name
    assert all(line.engine for line in read.lines)
    if read.lines and read.engine != "scripted-1/vie":
        assert {line.engine.split("+")[-1] for line in read.lines} == {parameters()}, (
            "read with parameters nobody names"
        )
    assert Transcript.from_json(read.to_json()).text == TEXT


def test_where_only_the_program_serves_its_confidences_are_made_true(helper, saved):
    read = PytesseractEngine(helper).read(saved(printed()))
    true = {chance for row in _ALONE for chance in row[1:]}
    assert {word.confidence for line in read.lines for word in line.words} <= true


def test_the_name_holds_models_and_parameters(helper):
    digest = "@[0-9a-f]{8}"
    assert re.fullmatch(
        rf"trueocr-[\w-]+{digest}\+tesseract-[\d.]+/vie{digest}\+parameters{digest}", TwoReadersEngine(helper).name
    )


def test_a_blank_page_has_no_lines(engine, saved):
    assert engine.read(saved(blank(), "blank.ppm")).lines == ()


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"P6\n100 100\n255\n", b"hello", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_refused(engine, tmp_path, data):
    path = tmp_path / "broken.bin"
    path.write_bytes(data)
    with pytest.raises(Refused) as refused:
        engine.read(PageImage(path=path, width=100, height=100, dpi=DPI))
    assert refused.value.reason.code in {ReasonCode.DAMAGED, ReasonCode.UNKNOWN_FORMAT}


def test_a_language_nobody_installed_is_unavailable(engine, saved):
    if isinstance(engine, ScriptedEngine):
        pytest.skip("a script has no models")
    with pytest.raises(Unavailable, match="apt-get install tesseract-ocr-tlh"):
        engine.read(saved(printed()), languages=("tlh",))


def test_a_page_of_one_pixel_is_blank_or_refused(engine, saved):
    image = saved(Image.new("RGB", (1, 1), "black"), "blank.ppm")
    assert engine.read(image).lines == ()


@pytest.fixture
def misbehaving(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(MISBEHAVING))
    with Helper() as helper:
        yield helper


FAILURES = {
    "crash": ReasonCode.DECODER_CRASHED,
    "hang": ReasonCode.TOO_SLOW,
    "grow": ReasonCode.TOO_MUCH_MEMORY,
}


@pytest.mark.parametrize("way", FAILURES)
def test_when_a_reader_dies_the_next_one_reads_and_the_result_says_so(misbehaving, saved, way):
    fake = ScriptedEngine({"page.ppm": TEXT})
    read = FirstToRead(Failing(misbehaving, way), fake).read(saved(printed()))
    assert (read.text, read.engine) == (TEXT, fake.name)
    assert read.notes == (f"reader_failed:Failing:{FAILURES[way].value}",)


@pytest.mark.parametrize("way", FAILURES)
def test_when_all_readers_die_the_page_is_refused_never_empty(misbehaving, saved, way):
    with pytest.raises(Refused) as refused:
        FirstToRead(Failing(misbehaving, way), Failing(misbehaving, "crash")).read(saved(printed()))
    assert refused.value.reason.code is FAILURES[way]


@pytest.mark.parametrize("line", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_not_believed(saved, line):
    page, fake = saved(printed()), ScriptedEngine({"page.ppm": TEXT})
    assert FirstToRead(Babbling(line), fake).read(page).text == TEXT
    with pytest.raises(Refused) as refused:
        FirstToRead(Babbling(line)).read(page)
    assert refused.value.reason.code is ReasonCode.NOTHING_READ


def test_a_damaged_page_is_not_tried_again(saved):
    second = ScriptedEngine({"page.ppm": TEXT})
    with pytest.raises(Refused):
        FirstToRead(ScriptedEngine({}), second).read(saved(printed()))
    assert second.asked == []


def test_without_readers_nothing_is_read(saved):
    with pytest.raises(Unavailable):
        FirstToRead().read(saved(printed()))
    with pytest.raises(Unavailable):
        _ = FirstToRead().name


def test_without_tesseract_the_quick_reader_serves_and_says_so(saved, monkeypatch, tmp_path):
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    with Helper() as helper:
        read = TwoReadersEngine(helper).read(saved(printed()))
    assert read.notes == ("reader_missing:tesseract",)
    assert read.engine.startswith("trueocr-")
    assert "ngày 08 tháng 4 năm 2020 của Chính phủ" in read.text


def test_without_the_quick_reader_tesseract_serves_and_says_so(saved, monkeypatch, tmp_path):
    (tmp_path / "trueocr").mkdir()
    (tmp_path / "trueocr" / "__init__.py").write_text(
        "", encoding="utf-8"
    )  # stands before the real one, without models
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Helper() as helper:
        read = TwoReadersEngine(helper).read(saved(printed()))
    assert read.notes == ("reader_missing:trueocr",)
    assert read.engine.startswith("tesseract-")
    assert read.text == TEXT
    sure = [word.confidence for line in read.lines for word in line.words]
    assert sum(sure) > 0.98 * len(sure)  # its own figures never say so
