"""Of two readings the likelier word is taken."""

import pytest

from ocr.arbiter import alone, arbitrated, doubtful, segments_of, spaced, vouched
from ocr.language.model import language
from ocr.sight.words import Said

LANGUAGE = language()


def said(text: str, confidence: float = 0.9) -> list[Said]:
    out, x = [], 0.0
    for word in text.split():
        out.append(Said(word, x, x + 10.0 * len(word), confidence))
        x += 10.0 * (len(word) + 1)
    return out


def text(words) -> str:
    return " ".join(word.text for word in words)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Về việc ban hành kế hoạch phát triển kinh tế", "Về việc ban hành kể hoạch phát triển kinh tế"),
        ("từ ngày 01 tháng 01 năm 2025", "từ ngày 01 tháng 01 nãm 2025"),
        ("theo điểm a khoản 2 Điều 5", "theo điêm a khoản 2 Điều 5"),
        ("TRƯỜNG ĐẠI HỌC CẦN THƠ", "TRƯỜNG ĐẠIHỌC CẦN THƠ"),
        ("hỗ trợ đất ở cho hộ gia đình", "hõ trợ đất ở cho hộ gia đình"),
        ("HỘI ĐỒNG NHÂN DÂN", "HỌI ĐỒNG NHÂN DÂN"),
    ],
)
def test_the_language_decides_whoever_read_it(right, wrong):
    one, other = spaced(said(right), LANGUAGE), spaced(said(wrong), LANGUAGE)
    assert text(arbitrated(one, other, LANGUAGE)) == right
    assert text(arbitrated(other, one, LANGUAGE)) == right


def test_a_disputed_word_is_less_sure_than_an_agreed_one():
    words = arbitrated(said("số 15 ngày 01"), said("số 16 ngày 01"), LANGUAGE)
    assert [word.text for word in words][::2] == ["số", "ngày"]
    assert words[1].confidence < 0.9 < words[0].confidence
    assert all(0.0 <= word.confidence <= 1.0 for word in words)


@pytest.mark.parametrize(
    ("quick", "careful"),
    [("", "một hai"), ("một hai", ""), ("", ""), ("một", "một"), ("mộthai ba", "một hai ba"), ("a b c d", "ab cd")],
)
def test_every_word_of_both_readings_is_in_one_segment(quick, careful):
    segments = list(segments_of(said(quick), said(careful)))
    assert text(word for segment in segments for word in segment.quick) == quick
    assert text(word for segment in segments for word in segment.careful) == careful


def test_words_grown_together_are_cut_apart_in_place():
    words = spaced(said("ĐẠIHỌC Kinh tế,Hạ tầng"), LANGUAGE)
    assert text(words) == "ĐẠI HỌC Kinh tế, Hạ tầng"
    assert [round(word.x0) for word in words[:2]] == [0, 30]
    assert text(spaced(said("13:30 1,5 http://a.vn Nguyễn Krông"), LANGUAGE)) == "13:30 1,5 http://a.vn Nguyễn Krông"


@pytest.mark.parametrize(
    ("line", "confidence", "doubted"),
    [
        ("Ủy ban nhân dân tỉnh", 0.97, ""),
        ("Ủy ban nhân dân tỉnh", 0.6, ""),  # what is expected may be a little unsure
        ("Ủy ban nhân dân tỉnh", 0.3, "Ủy ban nhân dân tỉnh"),
        ("Ủy ban nhãn dân điêmx", 0.97, "điêmx"),
        ("Căn cứ Luật Tố chức chính quyền", 0.6, "Tố"),  # with another tone it would fit better
        ("ngày 01 tháng 02 năm 2025", 0.8, "01 02 2025"),
        ("ngày 01 tháng 02 năm 2025", 0.97, ""),
    ],
)
def test_words_that_need_a_second_look(line, confidence, doubted):
    words = said(line, confidence)
    flags = doubtful(words, LANGUAGE)
    assert text(word for word, flag in zip(words, flags, strict=True) if flag) == doubted


def test_a_word_the_language_expects_is_surer_than_its_least_sure_letter():
    unsure, sure = Said("hôn.", 0, 9, 0.56), Said("kết", 10, 19, 0.97)
    first, second = vouched([unsure, sure])
    assert 0.8 < first.confidence < 0.9
    assert second == sure


def test_readings_that_differ_in_marks_around_a_word_agree_on_its_letters():
    (word,) = arbitrated([Said("2049.", 0, 9, 0.6)], [Said("2049", 0, 9, 0.6)], language())
    assert word.text.strip(".") == "2049"
    assert word.confidence >= 0.9
    (other,) = arbitrated([Said("2049", 0, 9, 0.6)], [Said("2044", 0, 9, 0.6)], language())
    assert other.confidence < 0.9


def test_the_word_that_was_not_followed_is_kept():
    first, second = said("Hàm Thắng"), said("Hàm Thăng")
    one, two = arbitrated(first, second, language())
    assert (one.text, one.other) == ("Hàm", "")
    assert {two.text, two.other} == {"Thắng", "Thăng"}
    (whole,) = arbitrated([Said("Bình-Thuận", 0, 90, 0.9)], said("Bình Thuận", 0.1), language())[:1]
    assert whole.other in {"Bình Thuận", ""}  # several words against one are kept together, one against several is not


@pytest.mark.parametrize(
    ("line", "confidence", "least", "most"),
    [
        ("Ủy ban nhân dân tỉnh", 0.96, 0.99, 1.0),  # its highest word on what is nearly always right
        ("Ủy ban nhân dân tỉnh", 0.85, 0.9, 0.99),
        ("điêmx", 0.85, 0.5, 0.7),
        ("ngày 01 tháng 02 năm 2025", 0.965, 0.99, 1.0),
        ("2025", 0.7, 0.3, 0.5),  # half of such numbers are wrong
    ],
)
def test_a_reader_alone_says_how_often_such_words_are_right(line, confidence, least, most):
    assert all(least <= word.confidence <= most for word in alone(said(line, confidence), LANGUAGE))


def test_a_reader_alone_is_the_surer_the_surer_it_says():
    for text_ in ("Ủy", "điêmx", "2025", "a/b"):
        sure = [
            alone(said(text_, confidence), LANGUAGE)[0].confidence for confidence in (0.0, 0.5, 0.7, 0.85, 0.92, 0.97)
        ]
        assert sure == sorted(sure)
