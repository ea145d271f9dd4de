"""What Elasticsearch is given to look up, without asking one."""

from dataclasses import replace
from datetime import date

import pytest

from search.adapters.elasticsearch_document import document_of, entry_of, mapping, safe, term, tie
from search.ports import Entry

ENTRY = Entry(
    "d1",
    3,
    unit="H36",
    title="Quyết định",
    number="24/QĐ-UBND",
    issue_date=date(2025, 2, 7),
    names=("Nguyễn Văn An",),
    body="Quyết định tăng lương",
)


def terms(entry: Entry) -> set[str]:
    return set(document_of(entry)["terms"].split())


def test_a_word_stands_at_each_field_that_holds_it() -> None:
    found = terms(ENTRY)
    assert {"w124", "w1qd", "w3quyet", "a3quyết", "p3quyet_dinh", "x3quyet_dinh", "y3quyết_định"} <= found
    assert {"w0quyet", "a8tăng", "w5nguyen", "y5nguyễn_văn_an"} <= found
    assert not {"a8quyết", "w8tang", "y124_qđ_ubnd", "w024", "a124"} & found


def test_what_a_more_telling_field_says_word_for_word_is_not_said_again() -> None:
    found = terms(replace(ENTRY, summary="Quyết định", owner_name="Nguyễn Văn An"))
    assert {"x6quyet_dinh", "w3quyet", "w4nguyen", "y5nguyễn_văn_an"} <= found
    assert not {"w6quyet", "p6quyet_dinh", "w5nguyen", "p5van_an"} & found
    assert "w6quyet" in terms(replace(ENTRY, summary="Quyết đinh")), "other tones are another thing to say"


def test_of_the_body_only_neighbours_with_a_figure_and_those_everybody_uses_are_terms() -> None:
    found = terms(replace(ENTRY, body="rừng thông theo quy định tại Văn bản số 12/2024/QĐ-UBND của tỉnh Lâm Đồng"))
    said = {"p8theo_quy", "p8quy_dinh", "p8dinh_tai", "p8so_12", "p812_2024", "p82024_qd"}
    assert {one for one in found if one.startswith("p8")} == said


def test_a_long_value_is_known_by_its_digest() -> None:
    title = "Quyết định phê duyệt quy hoạch sử dụng đất"
    (known,) = (one for one in terms(replace(ENTRY, title=title)) if one.startswith("x3"))
    assert known == term("x", 3, *["quyet", "dinh", "phe", "duyet", "quy", "hoach", "su", "dung", "dat"])
    assert known != term("x", 3, *["quyet", "dinh", "phe", "duyet", "quy", "hoach", "su", "dung", "nha"])
    assert len(known) < 20


def test_everything_that_must_match_flows_in_order() -> None:
    assert document_of(ENTRY)["flow"] == [
        "24 qd ubnd",
        "quyet dinh",
        "nguyen van an",
        "7 2 2025",
        "quyet dinh tang luong",
    ]


def test_what_is_shown_comes_back_as_printed() -> None:
    assert entry_of("d1", document_of(ENTRY)) == ENTRY


def test_a_removal_has_nothing_to_be_found_by() -> None:
    assert document_of(Entry("d1", 4, removed=True, title="x")) == {"tie": tie("d1"), "version": 4, "live": False}


def test_the_mapping_knows_every_field_and_no_other() -> None:
    known = mapping("g")["properties"].keys()
    said = {"state": "FILED", "document_type": "t", "issuer": "i", "owner_id": "1", "owner_name": "n"}
    full = document_of(Entry("d", 1, keys=("1",), issue_date=date(2025, 1, 1), **said))
    assert full.keys() == known
    assert mapping("g")["dynamic"] == "strict"


@pytest.mark.parametrize("word", ["суд", "区役所", "ไทย"])
def test_other_scripts_are_spelled_out_and_keep_their_beginnings(word: str) -> None:
    assert safe(word).isascii()
    assert safe(word).startswith(safe(word[:2]))
    assert safe(word) != safe(word[:2])


def test_no_term_is_longer_than_the_tokenizer_takes() -> None:
    entry = Entry("d", 1, title="區" * 300 + " " + "x" * 300, names=("ж " * 100,), body="ц" * 300 + " ш" * 300)
    document = document_of(entry)
    assert max(map(len, [*document["terms"].split(), *(w for text in document["flow"] for w in text.split())])) <= 255
    assert len(term("p", 8, "區" * 64, "區" * 64)) <= 255
