"""What is suggested instead of a question that finds nothing, and what must not be."""

import pytest

from search.folding import accented_key
from search.ports import Entry, Hits, Query, SearchIndex, Viewer
from search.spelling import corrections, from_telex, variants

EVERYBODY = Viewer()


def suggested(index: SearchIndex, typed: str, viewer: Viewer = EVERYBODY) -> list[str]:
    return corrections(
        Query(typed),
        find=lambda query: index.find(query, viewer=viewer),
        near=lambda word: index.near(word, viewer=viewer),
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("quyết địnk bổ nhiệm", "quyết định bổ nhiệm"),  # another letter
        ("bổ nhệm công chức", "bổ nhiệm công chức"),  # one missing, with its tones
        ("nguyenn van an", "nguyen van an"),  # one too many; no tones typed, none suggested
        ("nuguyen van an", "nguyen van an"),
        ("quyeets ddinhj boor nhieemj", ""),  # four unknown words are no slip
        ("quyeets dinh bo nhiem", "quyet dinh bo nhiem"),  # Telex keys
        ("khaisinh nguyen van an", "khai sinh nguyen van an"),  # run together
        ("võ ngọc thúyy", "võ ngọc thúy"),
    ],
)
def test_slips_are_mended(filled: SearchIndex, typed: str, meant: str) -> None:
    found = [accented_key(words) for words in suggested(filled, typed)]
    assert accented_key(meant) in found if meant else found == []


@pytest.mark.parametrize("typed", ["kimxcuongx", "24/XYZ-ABC", "", "nguyễn văn an", "?"])
def test_nothing_is_suggested_where_nothing_is_near_or_nothing_is_wrong(filled: SearchIndex, typed: str) -> None:
    assert suggested(filled, typed) == []


def test_what_is_suggested_finds_something(filled: SearchIndex) -> None:
    for typed in ("quyeets dinh bo nhiem", "khai snih nguyen van an", "đất đaii"):
        for words in suggested(filled, typed):
            found = filled.find(Query(words), viewer=Viewer())
            assert found.total
            assert not found.relaxed


def test_filters_count(filled: SearchIndex) -> None:
    def find(query: Query) -> Hits:
        return filled.find(query, viewer=Viewer())

    def near(word: str) -> tuple[str, ...]:
        return filled.near(word, viewer=Viewer())

    assert corrections(Query("khai snih", document_type="birth_certificate"), find=find, near=near)
    assert not corrections(Query("khai snih", document_type="citizen_id"), find=find, near=near)


def test_it_tells_nothing_of_what_the_asker_may_not_see(index: SearchIndex) -> None:
    index.put([Entry("a", 1, unit="u1", title="hồ sơ vương mẫu"), Entry("b", 1, unit="u2", title="hồ sơ khác")])
    assert suggested(index, "hồ sơ vươngg mẫu") == ["hồ sơ vương mẫu"]
    assert suggested(index, "hồ sơ vươngg mẫu", Viewer(frozenset({"u2"}))) == []
    assert suggested(index, "hồ sơ khacs", Viewer(frozenset({"u2"}))) == ["hồ sơ khác"]
    assert suggested(index, "hồ sơ khacs", Viewer(frozenset())) == []


def test_telex_keys() -> None:
    meant = {
        "quyeets": "quyet", "ddinhj": "dinh", "dduwowcj": "duoc", "nguyeenx": "nguyen", "hoof": "ho", "sow": "so",
        "vieetj": "viet", "an": "an", "xyz": "xyz", "rs": "rs",
    }  # fmt: skip
    assert {typed: from_telex(typed) for typed in meant} == meant


def test_variants_are_one_letter_away() -> None:
    near = variants("an")
    assert {"a", "n", "na", "ann", "am", "ban", "ang"} <= near
    assert "an" not in near
    assert "" not in near
    assert variants("x" * 13) == variants("24") == variants("") == set()
