"""The letter of the bad days (`tests/faults`) goes all the way by itself, so that what stops there was stopped by a fault."""

from types import SimpleNamespace

from ocr.extraction import extract
from tests.faults.quick_reader import DOUBTFUL, QuickReader


def fields_of(path):
    page = SimpleNamespace(path=path, width=1654, height=2339, dpi=200)
    return extract([QuickReader(None).read(page)]).fields


def waits(fields):
    """Names of the values that hold the paper back."""
    return [name for name, value in fields.items() if value.doubtful and value.doubts != ("worth_a_look",)]


def test_nothing_holds_the_letter_back(tmp_path):
    path = tmp_path / "page.jpg"
    path.write_bytes(b"\xff\xd8")
    assert waits(fields_of(path)) == []


def test_a_smudged_letter_waits_for_its_number(tmp_path):
    path = tmp_path / "page.jpg"
    path.write_bytes(b"\xff\xd8" + DOUBTFUL)
    assert waits(fields_of(path)) == ["number"]
