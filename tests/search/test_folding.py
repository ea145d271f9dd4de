"""Folding: which spellings are one, and the way back to the original text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.folding import accented_key, fold, tokens, words

VIETNAMESE = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
ANY_TEXT = st.text() | st.text(
    alphabet=VIETNAMESE + VIETNAMESE.upper() + " -/.,0123456789\n\u0300\u0301\u0323\u0302ﬁßŉĲ№²ǅ"
)


def plain(text: str) -> str:
    return fold(text).plain


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Quyết định", "quyet dinh"),
        ("ĐẶNG HOÀNG ĐỨC", "dang hoang duc"),
        ("Ðà Nẵng", "da nang"),  # with the Icelandic letter some old fonts use
        ("ƯỜNG ượng", "uong uong"),
        ("24/TTr-UBND", "24/ttr-ubnd"),
        (unicodedata.normalize("NFD", "Quyết định phê duyệt"), "quyet dinh phe duyet"),
        ("ＨỒ ＳƠ", "ho so"),
        ("ﬁle", "file"),
        ("Straße", "strasse"),
        ("m²", "m2"),
        ("qu\u00adyết\u200b", "quyet"),
        ("İ", "i"),
        ("\ud800a", "a"),
    ],
)
def test_plain_form(text: str, folded: str) -> None:
    assert plain(text) == folded


def test_every_vietnamese_letter_is_one_letter_of_ascii() -> None:
    for text in (VIETNAMESE, VIETNAMESE.upper()):
        folded = fold(text)
        assert folded.spans is None
        assert folded.plain.isascii()
        assert len(folded.plain) == len(folded.accented) == len(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hoà", "hòa"),
        ("hoá đơn", "hóa đơn"),
        ("thuý", "thúy"),
        ("ủy ban", "uỷ ban"),
        ("loè", "lòe"),
        ("khỏe", "khoẻ"),
        ("quý", "qúy"),
        ("hoàn", "hòan"),
        ("TOẠ ĐỘ", "tọa độ"),
        (unicodedata.normalize("NFD", "hoà"), "hòa"),
    ],
)
def test_tone_placement_does_not_matter(one: str, other: str) -> None:
    assert accented_key(one) == accented_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("hòa", "hóa"), ("hoa", "hòa"), ("đất", "dất"), ("an", "ân"), ("tu", "tư"), ("thương", "thường")]
)
def test_other_tones_and_letters_do_matter(one: str, other: str) -> None:
    assert accented_key(one) != accented_key(other)
    assert plain(one) == plain(other)


@given(ANY_TEXT)
def test_both_forms_are_letter_by_letter(text: str) -> None:
    folded = fold(text)
    assert len(folded.plain) == len(folded.accented)
    assert folded.spans is None or len(folded.spans) == len(folded.plain)
    if folded.spans is None:
        assert len(folded.plain) == len(text)


@given(ANY_TEXT)
def test_the_way_back_leads_to_the_same_letters(text: str) -> None:
    folded = fold(text)
    before = 0
    for at in range(len(folded.plain)):
        start, end = folded.source(at, at + 1)
        assert before <= start < end <= len(text)
        assert folded.plain[at] in plain(text[start:end])
        before = start


@given(ANY_TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = plain(text)
    assert plain(once) == once


@given(st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + " /-", max_size=60))
def test_normal_form_and_case_do_not_matter(text: str) -> None:
    assert words(unicodedata.normalize("NFD", text)) == words(text) == words(text.upper()) == words(text.lower())


@given(ANY_TEXT)
def test_tokens_lie_on_their_words(text: str) -> None:
    before = 0
    for token in tokens(text):
        assert before <= token.start < token.end <= len(text)
        assert token.plain
        assert " " not in token.plain
        assert len(token.plain) == len(token.accented) or token.plain.isdigit()
        before = token.start


def test_words_are_letters_or_digits() -> None:
    assert [word for word, _ in words("DA123456, H36.12-230101-0001; 05/02/2026 m² K'Brốt_x")] == [
        *("da", "123456", "h", "36", "12", "230101", "0001", "5", "2", "2026", "m", "2", "k", "brot", "x"),
    ]  # fmt: skip


def test_offsets_of_tokens_in_decomposed_text() -> None:
    text = unicodedata.normalize("NFD", "Tờ trình: Quyết định")
    assert [unicodedata.normalize("NFC", text[t.start : t.end]) for t in tokens(text)] == [
        "Tờ",
        "trình",
        "Quyết",
        "định",
    ]


def test_hostile_lengths_cost_no_more_than_their_length() -> None:
    assert len(words("a" * 300_000)[0][0]) < 100
    assert words("e" + "\u0301" * 300_000) == [("e", "é")]
    assert len(words("a1" * 50_000)) == 100_000
