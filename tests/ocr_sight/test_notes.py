"""What a reading lacked, told in words."""

import pytest

from khoso.kernel.phrases import PHRASES
from ocr.notes import _PHRASES, in_words
from ocr.pages_of import ShownPage, lacking


@pytest.mark.parametrize(
    ("note", "begins"),
    [
        ("reader_missing:tesseract", "máy chủ thiếu bộ đọc tesseract"),
        ("reader_failed:TwoReadersEngine:too_slow", "bộ đọc chính không đọc được"),
        ("codes_unread:too_slow", "chưa dò được mã QR"),
        ("of_tomorrow:x", "of_tomorrow:x"),
    ],
)
def test_a_note_is_told_in_words(note: str, begins: str) -> None:
    assert in_words(note, str).startswith(begins)


def test_pages_that_lack_the_same_are_told_together() -> None:
    lacks = [("a",), ("a",), (), ("a", "b"), ("b",)]
    pages = [ShownPage(number, 10, 10, 0, lacks=each) for number, each in enumerate(lacks, 1)]
    assert lacking(pages) == [("1–2, 4", "a"), ("4–5", "b")]
    assert lacking([]) == []


def test_every_phrase_is_one_that_is_translated() -> None:
    assert set(_PHRASES.values()) <= set(PHRASES)
