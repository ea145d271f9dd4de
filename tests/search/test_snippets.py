"""Snippets show the original text around the best matches, with marks in the right place."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.asking import parse
from search.folding import words
from search.snippets import CUT, LETTERS, REACH, Marker, Snippet

LETTER = """ỦY BAN NHÂN DÂN
TỈNH LÂM ĐỒNG
Số: 24/TTr-UBND     Đà Lạt, ngày 05 tháng 02 năm 2026
TỜ TRÌNH
Về việc phê duyệt quy hoạch sử dụng đất đến năm 2030 của huyện Đức Trọng. Căn cứ Luật Tổ chức chính quyền địa phương
ngày 19 tháng 6 năm 2015; căn cứ Quyết định số 12/2024/QĐ-UBND của Ủy ban nhân dân tỉnh Lâm Đồng; xét đề nghị của Sở
Tài nguyên và Môi trường, Ủy ban nhân dân tỉnh kính trình Hội đồng nhân dân tỉnh xem xét, quyết định các nội dung sau."""


def snip(typed: str, *texts: str, growing: bool = False, letters: int = LETTERS) -> Snippet:
    return Marker(parse(typed), growing=growing, letters=letters).snippet(texts)


def marked(found: Snippet) -> list[str]:
    return [found.text[start:end] for start, end in found.marks]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("phê duyệt quy hoạch", ["phê duyệt quy hoạch"]),
        ("phe duyet quy hoach", ["phê duyệt quy hoạch"]),
        ("24/TTr-UBND", ["24/TTr-UBND"]),
        ("ngày 5 tháng 2 năm 2026", ["ngày 05 tháng 02 năm 2026"]),
        ("kính trình hội đồng", ["kính trình Hội đồng"]),
        ('"ủy ban nhân dân tỉnh kính trình"', ["Ủy ban nhân dân tỉnh kính trình"]),
    ],
)
def test_the_best_place_is_shown(typed: str, expected: list[str]) -> None:
    assert set(expected) <= set(marked(snip(typed, LETTER)))


def test_words_of_a_phrase_are_marked_only_inside_it() -> None:
    assert marked(snip('"nhân dân tỉnh xem xét"', LETTER)) == ["nhân dân tỉnh xem xét"]


def test_right_tones_are_preferred_and_others_marked_only_without_them() -> None:
    text = "Bà An ăn cơm. Ông Ân ấn nút."
    assert marked(snip("bà an", text)) == ["Bà An"]
    assert marked(snip("ông ân", text)) == ["Ông Ân"]
    assert marked(snip("ba an", text)) == ["Bà An ăn", "Ân ấn"]
    assert marked(snip("nút ạn", text)) == ["An ăn", "Ân ấn nút"]


def test_unfinished_words_are_marked_whole() -> None:
    assert "quy hoạch" in marked(snip("quy hoa", LETTER, growing=True))
    assert "sử dụng" in marked(snip("sử d", LETTER, growing=True))
    assert "đất" not in marked(snip("sử d", LETTER, growing=True)), "one letter counts only after the word before"


def test_one_line_with_cuts_shown() -> None:
    found = snip("môi trường", LETTER)
    assert "\n" not in found.text
    assert "  " not in found.text
    assert found.text.startswith(CUT)
    assert len(found.text) <= LETTERS + 2 * len(CUT) + 42
    whole = snip("lâm đồng", "Tỉnh Lâm Đồng")
    assert whole.text == "Tỉnh Lâm Đồng"


def test_the_earlier_text_wins_between_equals_and_the_better_one_otherwise() -> None:
    assert snip("đất đai", "về đất đai", "luật đất đai").text == "về đất đai"
    assert snip("luật đất đai", "về đất đai", "luật đất đai").text == "luật đất đai"
    assert snip("xyz", " \n", "đoạn đầu").text == "đoạn đầu"
    assert snip("xyz", "") == Snippet("")
    assert snip("", LETTER).marks == ()


def test_decomposed_text_keeps_its_letters() -> None:
    text = unicodedata.normalize("NFD", LETTER)
    assert marked(snip("phê duyệt", text)) == [unicodedata.normalize("NFD", "phê duyệt")]


def test_only_words_between_part_neighbours() -> None:
    text = "Đất\r\n – \t…  đai. Đất của đai, đất\nđai"
    assert marked(snip('"đất đai"', text)) == ["Đất", "đai", "đất đai"]
    assert marked(snip('"a đất đai"', "a,đất  \n\n đai a-b đất đai")) == ["a", "đất đai"]


def test_a_word_is_found_wherever_it_stands_in_a_piece_without_spaces() -> None:
    assert marked(snip("ttr đai", "(số24/TTr-UBND,đất—đai);")) == ["TTr", "đai"]
    assert marked(snip("quy ho", "về«quy\nhoạch»", growing=True)) == ["quy hoạch"]


def test_a_long_text_that_says_the_question_twice_shows_the_first() -> None:
    found = snip("phê duyệt", "phê " + "chữ " * 300 + "phê duyệt một " + "chữ " * 300 + "phê duyệt hai")
    assert marked(found) == ["phê duyệt"]
    assert "một" in found.text


def test_beyond_reach_the_beginning_is_shown() -> None:
    found = snip("cuối", "đầu " + "giữa " * REACH + "cuối")
    assert found.marks == ()
    assert found.text.startswith("đầu giữa")


VOCABULARY = ["quyết", "định", "ĐẤT", "đai", "an", "Ân", "24/TTr-UBND", "m²", "ﬁle", "\n", ",", "Hòa", "hoà", "x" * 50]


@given(
    st.lists(st.sampled_from(VOCABULARY), max_size=120), st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=5)
)
def test_every_mark_holds_only_words_asked_for(text: list[str], asked: list[str]) -> None:
    typed = " ".join(asked)
    if not words(typed):
        return
    found = snip(typed, " ".join(text), letters=60)
    wanted = {plain for plain, _ in words(typed)}
    before = 0
    for start, end in found.marks:
        assert before <= start < end <= len(found.text)
        assert {plain for plain, _ in words(found.text[start:end])} <= wanted
        before = end
    if wanted & {plain for plain, _ in words(" ".join(text))}:
        assert found.marks


@given(st.text(max_size=300), st.text(min_size=1, max_size=30))
def test_any_text_is_safe(text: str, typed: str) -> None:
    if words(typed) and len(words(typed)) < 40:
        found = snip(typed, text, growing=True)
        assert all(0 <= start < end <= len(found.text) for start, end in found.marks)
