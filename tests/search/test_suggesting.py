"""Suggestions while typing: only from what the answer shows, whole words and one beginning."""

from search.ports import Hit, Hits
from search.suggesting import MOST, suggest

TYPES = {"birth_certificate": "Giấy khai sinh", "contract": "Hợp đồng"}


def hit(number="", owner="", title="", slug=""):
    return Hit("d", 1.0, title, number, "", None, slug, owner, "FILED", "active", "")


FOUND = Hits(
    (hit("157/2026", "NGUYỄN VĂN MẪU", "GIẤY KHAI SINH"), hit("24/TTr-UBND", "Nguyễn Văn Mẫu", "TỜ TRÌNH")),
    2,
    facets={"document_type": {"birth_certificate": 1, "contract": 1}, "issuer": {"UBND xã Nguyên Lý": 1}},
)


def told(typed, found=FOUND):
    return [(one.text, one.kind) for one in suggest(typed, found, TYPES)]


def test_values_that_hold_the_words_with_or_without_tones():
    assert told("khai si") == [("Giấy khai sinh", "type")]  # the title says the same and is not said twice
    assert told("nguye") == [("NGUYỄN VĂN MẪU", "name"), ("UBND xã Nguyên Lý", "agency")]
    assert told("nguyễn v") == [("NGUYỄN VĂN MẪU", "name")]
    assert told("24") == [("24/TTr-UBND", "number")]


def test_nothing_is_suggested_for_nothing_or_for_what_is_there_already():
    assert told("") == told("…") == told("khong co") == []
    assert told("giay khai sinh") == []


def test_no_more_than_fit_the_screen():
    many = Hits(tuple(hit(f"{number}/QĐ-UBND") for number in range(30)), 30)
    assert len(told("ubnd", many)) == MOST
