"""Filters as people type them."""

import re
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.filters import Typed, issuer_named, settled, type_named, understand
from search.folding import words
from search.ports import Hits, Query

TYPES = {
    "birth_certificate": "Giấy khai sinh",
    "birth_notice": "Giấy chứng sinh",
    "death_extract": "Trích lục khai tử",
    "administrative_document": "Văn bản hành chính",
    "application_form": "Tờ khai, đơn",
}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("quyết định", Typed("quyết định")),
        ("", Typed("")),
        ("loại:khai sinh", Typed("", document_type="birth_certificate")),
        ("LOAI: khai sinh Nguyễn Văn An", Typed("Nguyễn Văn An", document_type="birth_certificate")),
        ("An loại:birth_certificate", Typed("An", document_type="birth_certificate")),
        ('loại:"khai sinh" An', Typed("An", document_type="birth_certificate")),
        (
            "loại: khai tử từ: 2024 Bùi Văn Tư",
            Typed("Bùi Văn Tư", document_type="death_extract", since=date(2024, 1, 1)),
        ),
        ("loại:con mèo", Typed("loại:con mèo")),
        ("số:24/TTr-UBND quy hoạch", Typed('"24/TTr-UBND" quy hoạch')),
        ("Số: 24/TTr-UBND", Typed('"24/TTr-UBND"')),
        ("so :24", Typed('"24"')),
        ("chủ:068203001234 khai sinh", Typed("khai sinh", owner="068203001234")),
        ("chu: Nguyễn Văn An đến:2/2024", Typed('"Nguyễn Văn An"', until=date(2024, 2, 29))),
        ('chủ:"Nguyễn Văn An" khai sinh', Typed('"Nguyễn Văn An" khai sinh')),
        ("cơ quan: xã Đức Trọng", Typed("", issuer="xã Đức Trọng")),
        ("co quan:Hòa Bắc từ:7/2/2025", Typed("", issuer="Hòa Bắc", since=date(2025, 2, 7))),
        ("từ:2025-02-07 đến:7.3.2025,", Typed("", since=date(2025, 2, 7), until=date(2025, 3, 7))),
        ("từ: hôm qua", Typed("từ: hôm qua")),
        ("đến:31/2/2025", Typed("đến:31/2/2025")),
        ("từ:0000", Typed("từ:0000")),
        ("kể từ ngày 7", Typed("kể từ ngày 7")),
        ("hồ sơ:12", Typed("hồ sơ:12")),
        ("chữ: ký", Typed("chữ: ký")),
        ("loại:", Typed("loại:")),
        ('số:""', Typed('số:""')),
    ],
)
def test_what_is_understood(typed: str, expected: Typed) -> None:
    assert understand(typed, TYPES) == expected


def test_decomposed_letters_are_the_same() -> None:
    assert understand("loa\u0323i:khai sinh An", TYPES) == Typed("An", document_type="birth_certificate")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(max_size=120)
    | st.lists(
        st.sampled_from(["loại:", "số:", "cơ quan:", "chủ:", "từ:", "đến:", '"', "24/QĐ", "2025", "An"]), max_size=12
    ).map(" ".join)
)
def test_no_word_is_lost_and_any_text_is_safe(typed: str) -> None:
    found = understand(typed, TYPES)
    left = {plain for plain, _ in words(found.words)}
    for plain, _ in words(typed):
        taken = (
            plain in {"loai", "so", "co", "quan", "chu", "tu", "den"}
            or plain.isdigit()
            or found.document_type is not None
            or plain in {word for word, _ in words(found.issuer or "")}
        )
        assert plain in left or taken
    assert len(found.words) <= len(typed) + 3 * typed.count(":")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60))
def test_without_a_colon_nothing_changes(typed: str) -> None:
    plain = re.sub("[:：﹕︓]", " ", typed)
    assert understand(plain, TYPES) == Typed(" ".join(plain.split()))


def test_what_was_typed_wins_over_the_query() -> None:
    asked = Query("x", document_type="diploma", owner="1", limit=7)
    narrowed = understand("loại:khai sinh từ:2024 An", TYPES).narrowed(asked)
    assert narrowed == Query("An", document_type="birth_certificate", owner="1", since=date(2024, 1, 1), limit=7)


def test_a_type_by_its_whole_name_before_a_longer_one() -> None:
    assert type_named("khai", TYPES) == "application_form"
    assert type_named("giấy khai sinh", TYPES) == "birth_certificate"
    assert type_named("sinh", TYPES) in {"birth_certificate", "birth_notice"}
    assert type_named("?!", TYPES) is None


def test_the_issuer_is_one_there_is() -> None:
    found = Hits((), 5, facets={"issuer": {"UBND huyện Đức Trọng": 3, "UBND xã Đức Trọng": 2}})
    assert issuer_named("xa duc trong", found) == "UBND xã Đức Trọng"
    assert issuer_named("Đức Trọng", found) == "UBND huyện Đức Trọng"
    assert issuer_named("Lâm Hà", found) is None
    assert issuer_named("", found) is None


def test_the_issuer_is_looked_for_or_stays_words() -> None:
    found = Hits((), 5, facets={"issuer": {"UBND xã Đức Trọng": 2}})
    asked: list[Query] = []

    def ask(query: Query) -> Hits:
        asked.append(query)
        return found

    typed = settled(understand("đất cơ quan: đức trọng", TYPES), ask)
    assert (typed.words, typed.issuer) == ("đất", "UBND xã Đức Trọng")
    assert asked == [Query("đức trọng", limit=1, facets=True)]
    lost = settled(understand("đất cơ quan: lâm hà", TYPES), ask)
    assert lost == Typed("đất lâm hà")
    assert settled(Typed("đất"), ask) == Typed("đất")
    assert len(asked) == 2
