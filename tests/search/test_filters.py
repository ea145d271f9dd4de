"""Filters as people type them."""

import re
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from search.filters import Typed, Wrong, issuer_named, owned, settled, type_named, understand
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
        ("loại:đơn Nguyễn Văn An", Typed("Nguyễn Văn An", document_type="application_form")),
        ("loại:đơn", Typed("", document_type="application_form")),
        ("loại:khai", Typed("", document_type="application_form")),
        ("loại:tờ trình quy hoạch", Typed('"tờ trình" quy hoạch', document_type="administrative_document")),
        ("loai: cong van", Typed('"cong van"', document_type="administrative_document")),
        ("số:24/TTr-UBND quy hoạch", Typed("quy hoạch", number="24/TTr-UBND")),
        ("Số: 24/TTr-UBND,", Typed("", number="24/TTr-UBND")),
        ("Số: 24 / TTr - UBND ngày", Typed("ngày", number="24/TTr-UBND")),
        ("Số: 24 /TTr-UBND", Typed("", number="24/TTr-UBND")),
        ("số:DA 123456 đất", Typed("đất", number="DA 123456")),
        ("số:068 203 001 234 đất", Typed("đất", number="068203001234")),
        ("số: 123 2025", Typed("2025", number="123")),
        ('số:"24 TTr" đất', Typed("đất", number="24 TTr")),
        ("so :24", Typed("", number="24")),
        ("chủ:068203001234 khai sinh", Typed("khai sinh", owner="068203001234")),
        ("chủ: 068 203 001 234 khai sinh", Typed("khai sinh", owner="068203001234")),
        ("chu: Nguyễn Văn An đến:2/2024", Typed("", owner="Nguyễn Văn An", until=date(2024, 2, 29))),
        ('chủ:"Nguyễn Văn An" khai sinh', Typed("khai sinh", owner="Nguyễn Văn An")),
        ("chủ:0100109106-001 hộ kinh doanh", Typed("hộ kinh doanh", owner="0100109106-001")),
        ('khai sinh chủ:"Nguyễn Văn An', Typed("khai sinh", owner="Nguyễn Văn An")),
        ("chủ:nguyen van an loai:khai sinh", Typed("", owner="nguyen van an", document_type="birth_certificate")),
        ("cơ quan: xã Đức Trọng", Typed("", issuer="xã Đức Trọng")),
        ("co quan:Hòa Bắc từ:7/2/2025", Typed("", issuer="Hòa Bắc", since=date(2025, 2, 7))),
        ("từ:2025-02-07 đến:7.3.2025,", Typed("", since=date(2025, 2, 7), until=date(2025, 3, 7))),
        ("kể từ ngày 7", Typed("kể từ ngày 7")),
        ("hồ sơ:12", Typed("hồ sơ:12")),
        ("chữ: ký", Typed("chữ: ký")),
        ('"số:24/TTr-UBND" đất', Typed('"số:24/TTr-UBND" đất')),
        ("x" * 5000 + " số:24", Typed("x" * 5000 + " số:24")),
    ],
)
def test_what_is_understood(typed: str, expected: Typed) -> None:
    assert understand(typed, TYPES) == expected


@pytest.mark.parametrize(
    ("typed", "words_left", "wrong"),
    [
        ("từ:31/02/2025 đất", "đất", Wrong("since", "31/02/2025")),
        ("từ: 31/2/2025", "", Wrong("since", "31/2/2025")),
        ("đến:hôm nay", "nay", Wrong("until", "hôm")),
        ("từ:0000", "", Wrong("since", "0000")),
        ("từ:7/2/25", "", Wrong("since", "7/2/25")),
        ('đến: "hôm nay" đất', "đất", Wrong("until", "hôm nay")),
        ("đất loại:con mèo", "đất", Wrong("document_type", "con mèo")),
        ("loại:tờ rơi", "", Wrong("document_type", "tờ rơi")),
        ('loại: "con mèo" đất', "đất", Wrong("document_type", "con mèo")),
    ],
)
def test_a_filter_that_was_meant_and_has_no_value_is_told(typed: str, words_left: str, wrong: Wrong) -> None:
    found = understand(typed, TYPES)
    assert (found.words, found.wrong, found.lost) == (words_left, (wrong,), ())
    with pytest.raises(Refused) as refused:
        found.narrowed(Query(""))
    assert wrong.value in str(refused.value)


@pytest.mark.parametrize(
    ("typed", "lost"),
    [
        ("Gửi đến: Ủy ban nhân dân xã", "đến: Ủy ban nhân dân xã"),
        ("phân loại: giấy A4", "loại: giấy A4"),
        ("số:4 đất số:5", "số:5"),
        ("từ: hôm qua", "từ: hôm qua"),
        ("loại:", "loại:"),
        ('số:""', 'số:""'),
        ("số: ?!", "số: ?!"),
    ],
)
def test_what_only_looks_like_a_filter_stays_words_and_is_told(typed: str, lost: str) -> None:
    found = understand(typed, TYPES)
    assert found.lost == (lost,)
    assert lost in found.words
    assert not found.wrong


def test_the_first_day_is_not_after_the_last() -> None:
    for typed, asked in (
        ("từ:2025 đến:2024", Query("")),
        ("từ:2025", Query("", until=date(2024, 12, 31))),
    ):
        with pytest.raises(Refused) as refused:
            understand(typed, TYPES).narrowed(asked)
        assert refused.value.reason.code is ReasonCode.DAYS_REVERSED
    assert understand("từ:7/2/2025 đến:7/2/2025", TYPES).narrowed(Query("")).since == date(2025, 2, 7)


@pytest.mark.parametrize(
    ("owner", "expected"),
    [
        ("068203001234", {"owner": "068203001234"}),
        ("068 203 001 234", {"owner": "068203001234"}),
        ("B1234567", {"owner": "B1234567"}),
        ("0100109106-001", {"owner": "0100109106-001"}),
        ("Nguyễn Văn An", {"owner_name": "Nguyễn Văn An"}),
        ("Công ty 36", {"owner_name": "Công ty 36"}),
    ],
)
def test_an_owner_is_an_id_or_a_name(owner: str, expected: dict[str, str]) -> None:
    assert owned(Query("x", owner="1", owner_name="y"), owner) == Query("x", **expected)  # type: ignore[arg-type]


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
        filters = (found.issuer, found.number, found.owner, *(wrong.value for wrong in found.wrong))
        taken = (
            plain in {"loai", "so", "co", "quan", "chu", "tu", "den"}
            or plain.isdigit()
            or found.document_type is not None
            or any(plain in {word for word, _ in words(value or "")} for value in filters)
        )
        assert plain in left or taken
    assert len(found.words) <= len(typed) + 3 * typed.count(":")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60))
def test_without_a_colon_nothing_changes(typed: str) -> None:
    plain = re.sub("[:：﹕︓]", " ", typed)
    assert understand(plain, TYPES) == Typed(" ".join(plain.split()))


def test_what_was_typed_wins_over_the_query() -> None:
    asked = Query("x", document_type="diploma", number="2", owner="1", limit=7)
    narrowed = understand("loại:khai sinh từ:2024 An", TYPES).narrowed(asked)
    assert narrowed == Query(
        "An", document_type="birth_certificate", number="2", owner="1", since=date(2024, 1, 1), limit=7
    )
    named = understand("số:3 chủ:An Bình", TYPES).narrowed(asked)
    assert named == Query("", document_type="diploma", number="3", owner_name="An Bình", limit=7)


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
    assert lost == Typed("đất lâm hà", lost=("cơ quan: lâm hà",))
    assert settled(Typed("đất"), ask) == Typed("đất")
    assert len(asked) == 2
