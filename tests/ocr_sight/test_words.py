"""What a line reader says becomes words in their places; noise is told from lines that read badly."""

import pytest

from ocr.sight.words import Reading, Said, is_noise, lines_of, mean_confidence
from tests.ocr_sight.drawing import LINES, printed


def said(text: str, confidence: float = 0.9) -> list[Said]:
    return [Said(word, 10.0 * i, 10.0 * i + 9, confidence) for i, word in enumerate(text.split())]


@pytest.mark.parametrize(
    ("text", "confidence", "pieces", "pale", "noise"),
    [
        ("Căn cứ Luật Tổ chức", 0.9, 16, False, False),
        ("Căn cứ Luật Tổ chức", 0.2, 18, False, False),  # reads badly, yet each letter has its piece of ink
        ("Căn cứ Luật Tổ chức", 0.2, 3, False, True),
        ("Căn cứ Luật Tổ chức", 0.5, 16, True, True),
        ("— ~ . _", 0.99, 4, False, True),
        ("a", 0.5, 1, False, True),
        ("a", 0.9, 1, False, False),
        ("IDVNM0990000017<<<<<<<<", 0.5, 3, False, False),
    ],
)
def test_noise(text, confidence, pieces, pale, noise):
    assert is_noise(said(text, confidence), pieces=pieces, pale=pale) is noise


def test_confidence_is_weighed_by_letters():
    assert mean_confidence([Said("a", 0, 1, 0.0), Said("bcd", 1, 2, 1.0)]) == 0.75
    assert mean_confidence([]) == 0.0


def test_words_come_in_order_with_boxes_around_their_ink(prepared):
    page = prepared(printed())
    strips = sorted(page.strips(), key=lambda strip: strip.line.base)
    read = []
    for strip, text in zip(strips, LINES, strict=True):
        words, size = text.split(), len(text)
        starts = [sum(len(word) + 1 for word in words[:i]) for i in range(len(words))]
        width = strip.pixels.shape[1]
        read.append(
            (
                strip,
                [
                    Said(w, s / size * width, (s + len(w)) / size * width, 0.9)
                    for w, s in zip(words, starts, strict=True)
                ],
            )
        )
    lines = lines_of(page, [Reading(strip, words, "told/vie") for strip, words in reversed(read)])
    assert [line.text for line in lines] == list(LINES)
    for line in lines:
        lefts = [word.box.x0 for word in line.words]
        assert lefts == sorted(lefts)
        for word in line.words:
            box = word.box
            assert (page.grey[box.y0 : box.y1, box.x0 : box.x1] < 128).any()
    assert {line.block for line in lines} == {0}
