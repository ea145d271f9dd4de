"""What is read on a page can be selected, searched and copied where it stands."""

import re
import subprocess
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compose import liberation
from compose.glyphless import TextFont
from compose.textlayer import text_layer
from khoso.kernel.transcript import Box, Line, Transcript, Word

LETTER = [
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 02 năm 2025;",
    "Số: 123/QĐ-UBND, được ký bởi Nguyễn Thị Bích Phượng (MẪU)",
    "nay, sau 5 … “trích” – 1.234.567 ₫ № 7",
]


def test_every_vietnamese_letter_comes_back(
    print_page: Callable, sheet: Callable, composed: Callable, text_of: Callable
) -> None:
    letters = liberation.vietnamese_letters()
    groups = [
        letters[at : at + 3] for at in range(0, len(letters), 3)
    ]  # poppler takes evenly spaced letters for a word
    lines = [" ".join(groups[at : at + 6]) for at in range(0, len(groups), 6)]
    made = composed(sheet(*print_page(lines)))
    assert text_of(made.path) == lines
    assert text_of(made.path, "-raw") == lines


@pytest.mark.parametrize("skew", [0.4, 1.0, 1.5, -1.5])
def test_slanted_lines_come_back_whole(
    skew: float, print_page: Callable, sheet: Callable, composed: Callable, text_of: Callable
) -> None:
    made = composed(sheet(*print_page(LETTER * 3, skew=skew)))
    assert text_of(made.path) == LETTER * 3
    assert text_of(made.path, "-raw") == LETTER * 3


@pytest.mark.parametrize("skew", [3.0, -4.0])
def test_steeply_slanted_lines_come_back_in_writing_order(
    skew: float, print_page: Callable, sheet: Callable, composed: Callable, text_of: Callable
) -> None:
    made = composed(sheet(*print_page(LETTER, skew=skew)))
    assert text_of(made.path, "-raw") == LETTER


@pytest.mark.parametrize(("rotation", "skew"), [(0, 0.0), (90, 0.0), (180, 0.0), (270, 0.0), (90, 1.2)])
def test_selecting_a_word_hits_it(
    rotation: int, skew: float, print_page: Callable, sheet: Callable, composed: Callable
) -> None:
    image, transcript = print_page(LETTER, skew=skew)
    made = composed(sheet(image, replace(transcript, rotation=rotation)))
    found = _boxes(made.path, strip=made.strip, scale=transcript.dpi / 72)
    words = [word for line in transcript.lines for word in line.words]
    assert [text for text, _ in found] == [word.text for word in words]
    for (_, box), word in zip(found, words, strict=True):
        assert _shared(box, word.box) > 0.7 * word.box.width * word.box.height, word.text


def test_words_that_touch_keep_their_space(
    tmp_path: Path, sheet: Callable, composed: Callable, text_of: Callable, print_page: Callable
) -> None:
    image, transcript = print_page(["một hai ba bốn"])
    (line,) = transcript.lines
    touching = [replace(line.words[0], box=line.words[0].box._replace(x1=line.words[1].box.x0 + 3)), *line.words[1:]]
    made = composed(sheet(image, replace(transcript, lines=(replace(line, words=tuple(touching)),))))
    assert text_of(made.path) == ["một hai ba bốn"]


def test_line_boxes_instead_of_word_boxes_do(
    print_page: Callable, sheet: Callable, composed: Callable, text_of: Callable
) -> None:
    image, transcript = print_page(LETTER)
    lines = tuple(
        replace(
            line,
            words=tuple(replace(word, box=word.box._replace(y0=line.box.y0, y1=line.box.y1)) for word in line.words),
        )
        for line in transcript.lines
    )
    made = composed(sheet(image, replace(transcript, lines=lines)))
    assert text_of(made.path) == LETTER


def test_decomposed_and_rare_characters(
    print_page: Callable, sheet: Callable, composed: Callable, text_of: Callable
) -> None:
    image, transcript = print_page(["abcd efgh"])
    (line,) = transcript.lines
    odd = unicodedata.normalize("NFD", "Đường") + "\x07\u200b", "日本𝒜Ω"
    words = tuple(replace(word, text=text) for word, text in zip(line.words, odd, strict=True))
    made = composed(sheet(image, replace(transcript, lines=(replace(line, words=words),))))
    assert text_of(made.path) == ["Đường 日本𝒜Ω"]


def test_a_page_without_text_is_composed(
    print_page: Callable, sheet: Callable, composed: Callable, text_of: Callable
) -> None:
    made = composed(sheet(*print_page([])))
    assert text_of(made.path) == []


_NUMBERS = re.compile(rb"-?(?:\d+\.?\d*|\.\d+)")


@settings(deadline=None, max_examples=50)
@given(
    texts=st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=12), min_size=1, max_size=6),
    edges=st.lists(st.integers(-50, 3000), min_size=24, max_size=24),
    skew=st.floats(-10, 10),
)
def test_whatever_a_reader_says_is_written_as_plain_numbers(texts: list[str], edges: list[int], skew: float) -> None:
    words = tuple(
        Word(text, Box(min(a, b), min(c, d), max(a, b), max(c, d)), 0.5)
        for text, a, b, c, d in zip(texts, edges[::4], edges[1::4], edges[2::4], edges[3::4], strict=False)
    )
    transcript = Transcript(2480, 3508, 300, (Line(words, "test"),), "test", skew=skew)
    shapes = liberation.proportions(liberation.find())
    content = text_layer(transcript, scale=0.24, height=842, font=TextFont(shapes), proportions=shapes)
    for row in content.splitlines():
        operands = re.sub(rb"<[0-9a-f]*>|/F0", b"", row).split()
        assert all(
            _NUMBERS.fullmatch(part) or part in {b"BT", b"ET", b"Tr", b"Tf", b"Tm", b"Tj", b"Tz"} for part in operands
        )


def _boxes(pdf: Path, *, strip: float, scale: float) -> list[tuple[str, tuple[float, ...]]]:
    """Words and their places as poppler marks them, in pixels of the page image."""
    done = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, check=True, text=True)
    found = re.findall(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>', done.stdout)
    return [
        (text, (float(x0) * scale, (float(y0) - strip) * scale, float(x1) * scale, (float(y1) - strip) * scale))
        for x0, y0, x1, y1, text in found
    ]


def _shared(one: tuple[float, ...], other: Box) -> float:
    width = min(one[2], other.x1) - max(one[0], other.x0)
    height = min(one[3], other.y1) - max(one[1], other.y0)
    return max(0.0, width) * max(0.0, height)
