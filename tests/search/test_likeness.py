"""What is alike: the same person, the same kind and agency, the same words; with the asker's rights in every question."""

from search.adapters.memory import MemoryIndex
from search.likeness import SHOWN, Alike, alike, telling
from search.ports import Query, Viewer
from tests.search.corpus import CORPUS

EVERYBODY = Viewer()
INDEX = MemoryIndex()
INDEX.put(CORPUS)
OF = {entry.document: entry for entry in CORPUS}


def like(document: str, viewer: Viewer = EVERYBODY) -> dict[str, Alike]:
    entry = OF[document]
    values = {
        "owner_id": entry.owner_id, "owner_name": entry.owner_name, "issuer": entry.issuer, "title": entry.title,
        "summary": entry.summary,
    }  # fmt: skip
    found = alike(document, entry.document_type, values, find=lambda query: INDEX.find(query, viewer=viewer))
    return {one.reason: one for one in found}


def names(one: Alike) -> list[str]:
    return [hit.document for hit in one.hits]


def test_the_same_person_newest_first() -> None:
    found = like("dat-da")
    assert names(found["owner"]) == ["don-duc", "dat-cu"]
    assert found["owner"].total == 2


def test_the_same_kind_and_agency_and_the_same_words_without_what_was_shown_before() -> None:
    found = like("ks-an")
    assert names(found["owner"]) == ["cccd-an"]
    assert names(found["issuer"])[0] == "ks-k-brot"
    assert len(names(found["issuer"])) == SHOWN
    shown = [name for one in found.values() for name in names(one)]
    assert len(shown) == len(set(shown))
    assert "ks-an" not in shown


def test_a_letter_is_like_letters_about_the_same() -> None:
    assert names(like("kh-phong-chay")["words"])[0] == "bc-chay"
    assert names(like("cv-chuyen-doi-so")["issuer"])
    assert "cv-cu" in [name for one in like("cv-chuyen-doi-so").values() for name in names(one)]


def test_few_words_are_no_likeness_but_the_kind_is() -> None:
    found = like("cutru-hoa")  # «xác nhận thông tin về cư trú» is the kind of paper, not what it is about
    assert "words" not in found
    assert names(like("dat-binh-thuan")["type"]) == ["dat-da", "dat-cu"]


def test_a_name_where_there_is_no_id() -> None:
    found = alike("x", "", {"owner_name": 'Hoàng "Minh" Đức'}, find=lambda query: INDEX.find(query, viewer=Viewer()))
    assert [one.reason for one in found] == ["name"]
    assert {hit.document for hit in found[0].hits} == {"don-duc", "dat-da", "dat-cu"}


def test_rights_are_in_every_question() -> None:
    assert like("dat-da", Viewer(frozenset({"H36.4"}))) == {}
    assert like("dat-da", Viewer(frozenset())) == {}


def test_a_document_of_which_nothing_is_known_is_like_none() -> None:
    assert alike("x", "", {}, find=lambda query: INDEX.find(query, viewer=Viewer())) == []


def test_telling_words() -> None:
    assert telling("QUYẾT ĐỊNH Về việc cho phép chuyển mục đích sử dụng đất, số 24/2025") == "phép chuyển mục đích"
    assert telling("của và") == "của và"
    assert telling(' 12 "" ') == ""
    assert Query(telling("x " * 500)).words == "x"
