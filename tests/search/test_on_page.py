"""What is marked on the image of a page."""

import pytest

from khoso.kernel.transcript import Box, Line, Word
from search.asking import parse
from search.on_page import marked, placed


def line(text, top=100):
    words, left = [], 50
    for word in text.split():
        words.append(Word(word, Box(left, top, left + 20 * len(word), top + 40), 0.9))
        left += 20 * len(word) + 15
    return Line(tuple(words), "t")


def texts(asked, *lines):
    boxes = marked(lines, parse(asked))
    return [word.text for one in lines for word in one.words if word.box in boxes]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("phe duyet", ["phê", "duyệt"]),
        ("Nguyễn", ["NGUYỄN"]),
        ("quyet dinh", ["Quyết", "định"]),
        ("quyết toán", []),  # a syllable every document has, beside nothing asked for
        ("24/TTr-UBND", ["24/TTr-UBND"]),
        ("nguye", ["NGUYỄN"]),
        ("ng", []),  # too short to be the beginning of a word
        ("", []),
    ],
)
def test_words_that_say_something_are_marked(asked, found):
    page = (line("Quyết định phê duyệt 24/TTr-UBND"), line("ông NGUYỄN VĂN MẪU", top=200))
    assert texts(asked, *page) == found


def test_letters_stand_in_their_boxes_with_spaces_between():
    one = placed(line("Quyết định"))
    assert [word.text for word in one.words] == ["Quyết ", "định "]
    assert 20 <= one.size <= 40
    assert all(100 < word.base <= 140 for word in one.words)
