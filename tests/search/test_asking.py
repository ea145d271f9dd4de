"""What typed text is understood to mean."""

import pytest

from search.asking import Span, Step, parse


def plain(typed: str) -> list[str]:
    return [word.plain for word in parse(typed).words]


def strict(typed: str) -> list[str]:
    asked = parse(typed)
    return [asked.text(span) for span in asked.spans if span.strict]


def test_blank_asks_for_everything() -> None:
    assert parse(" \n\t").words == ()


@pytest.mark.parametrize(
    ("typed", "phrases"),
    [
        ("24/TTr-UBND", ["24 ttr ubnd"]),
        ("24 / TTr-UBND", ["24 ttr ubnd"]),
        ("H36.12-230101-0001", ["h 36 12 230101 0001"]),
        ("DA123456", ["da 123456"]),
        ("05/02/2026", ["5 2 2026"]),
        ('"phê duyệt" quy hoạch', ["phe duyet"]),
        ("“phê duyệt” «quy hoạch»", ["phe duyet", "quy hoach"]),
        ('đất "phê duyệt quy', ["phe duyet quy"]),
        ('"24/TTr-UBND"', ["24 ttr ubnd"]),
        ("Độc lập - Tự do", []),
        ("thủ tục, hành chính", []),
        ("24 TTr UBND", []),
        ('"" a ""', []),
    ],
)
def test_what_belongs_together(typed: str, phrases: list[str]) -> None:
    assert strict(typed) == phrases


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("068 203 001 234", ["068203001234"]),
        ("CMND 273 123 456", ["cmnd", "273123456"]),
        ("150.000.000", ["150", "0", "0"]),
        ("05 02 2026", ["5", "2", "2026"]),
        ("số 24/TTr", ["24", "ttr"]),
        ("Số: 24/TTr", ["24", "ttr"]),
        ("số hóa", ["so", "hoa"]),
        ("thửa đất số 215", ["thua", "dat", "215"]),
        ("hồ sơ số", ["ho", "so", "so"]),
    ],
)
def test_numbers_as_people_say_them(typed: str, said: list[str]) -> None:
    assert plain(typed) == said


def test_tones_count_only_if_typed_and_never_in_numbers() -> None:
    assert [word.accented for word in parse("nguyen van an").words] == [None, None, None]
    assert [word.accented for word in parse("nguyễn van an").words] == ["nguyễn", "van", "an"]
    assert [word.accented for word in parse("24/QĐ-UBND dat").words] == [None, None, None, None]
    assert [word.accented for word in parse("24/QĐ-UBND đất").words] == [None, None, None, "đất"]


def test_grammar_words_weigh_less_than_names() -> None:
    weights = {word.plain: word.weight for word in parse("quyết định của Brốt").words}
    assert weights["cua"] < weights["quyet"] < weights["brot"]


@pytest.mark.parametrize(
    ("typed", "is_open"), [("quy ho", True), ("quy ho ", False), ('"quy ho"', False), ("quy.", False)]
)
def test_whether_the_last_word_may_grow(typed: str, is_open: bool) -> None:  # noqa: FBT001
    asked = parse(typed)
    assert asked.open is is_open
    assert (Step.PREFIX in asked.steps) is is_open


def test_any_few_words_may_be_a_full_value_but_not_across_phrases() -> None:
    asked = parse('khai sinh Nguyễn Văn An "phê duyệt"')
    values = [asked.text(span) for span in asked.spans]
    assert "nguyen van an" in values
    assert asked.text(Span(0, 7, strict=False)) in values
    assert not any("an phe" in value for value in values[:-1] if value != "khai sinh nguyen van an phe duyet")
    assert len(parse(" ".join("abcdefghijklmnopqrstuvwxyz")).spans) == 1, "long questions are taken as a whole"


def test_steps_of_a_next_page() -> None:
    asked = parse("quy hoạch đất")
    assert asked.steps_from(None) == (Step.WHOLE, Step.PREFIX, Step.RELAXED)
    assert asked.steps_from(2) == (Step.RELAXED,)
    assert asked.steps_from(99) == ()
