"""The language model: what it knows, and that it is small and quick."""

import subprocess
import sys
from pathlib import Path

import pytest

from ocr.language import model
from ocr.language.folding import folded
from ocr.language.model import BREAK, ILL_FORMED, NEW, SILENT, language

LANGUAGE = language()


@pytest.mark.parametrize(("printed", "known"), [("HOÀ", "hòa"), ("Thuỷ", "thủy"), ("quý", "quý"), ("hoàng", "hoàng")])
def test_both_ways_of_placing_a_tone_are_one_word(printed, known):
    assert folded(printed) == known


@pytest.mark.parametrize("word", ["nghiêng", "giếng", "quốc", "khuya", "thủy", "hoẵng", "xoong", "gì", "ngoằn", "yêu"])
def test_well_formed_syllables(word):
    assert folded(word) in LANGUAGE.syllables


@pytest.mark.parametrize("word", ["ngiêng", "hoc", "kuốc", "gia1", "bcd", "thữc", "điểmm", ""])
def test_ill_formed_ones(word):
    assert word not in LANGUAGE.syllables


def test_tokens_as_printed():
    known = LANGUAGE.number("dân")
    assert known >= 0
    assert LANGUAGE.numbers("dân,") == [known]
    assert LANGUAGE.numbers("dân.") == [known, BREAK]
    assert LANGUAGE.numbers("2025") == [BREAK]
    assert LANGUAGE.numbers("XQZ") == [SILENT]
    assert LANGUAGE.numbers("xqz") == [ILL_FORMED]
    assert LANGUAGE.numbers("ngoẵng") == [NEW]


@pytest.mark.parametrize(
    ("likely", "unlikely"),
    [
        ("theo quy định của pháp luật", "theo quy đính của pháp luật"),
        ("Ủy ban nhân dân xã", "Ủy bạn nhân dân xã"),
        ("giấy chứng nhận quyền sử dụng đất", "giấy chứng nhận quyền sử dụng đát"),
    ],
)
def test_office_prose_is_likelier_than_a_misreading(likely, unlikely):
    scores = [
        LANGUAGE.likelihood([number for word in line.split() for number in LANGUAGE.numbers(word)])
        for line in (likely, unlikely)
    ]
    assert scores[0] > scores[1] + 3


def test_the_model_is_small_and_loads_without_the_rest():
    assert (Path(model.__file__).parent / "data" / "language.npz").stat().st_size < 2_000_000
    code = (
        "import sys; from ocr.language.model import language; language();"
        "assert not [m for m in sys.modules if m.startswith(('django', 'ocr.extraction', 'cv2'))]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
