"""Old and new names of places: which of a document's words are places, and what else those are called."""

from datetime import date

import pytest

from catalogue.loading import load
from catalogue.models import AdministrativeUnit, Succession
from search.adapters.memory import MemoryIndex
from search.places import other_names
from search.ports import Entry, Query, Viewer

pytestmark = pytest.mark.django_db

BEFORE, AFTER = date(2020, 3, 2), date(2025, 9, 1)
BACH_MAI = "Phường Bạch Mai, Thành phố Hà Nội"
LIEN_NGHIA = "Thị trấn Liên Nghĩa, Huyện Đức Trọng, Tỉnh Lâm Đồng"


def test_names_of_places_whole_country() -> None:
    load({"administrative_units", "successions"})
    # Old ones become new ones, whatever tells where they lie; both halves of a divided unit.
    assert other_names({}, "trú tại phường Bách Khoa, quận Hai Bà Trưng, Hà Nội", BEFORE) == (BACH_MAI,)
    assert other_names({"person.residence": "Bách Khoa, Hai Bà Trưng, Hà Nội"}, "", BEFORE) == (BACH_MAI,)
    assert other_names({"parcel.address": "P. Bách Khoa, Q. Hai Bà Trưng, TP. Hà Nội"}, "", None) == (BACH_MAI,)
    assert set(other_names({"person.home_town": "xã Tân Lập, huyện Đan Phượng, Hà Nội"}, "", AFTER)) == {
        "Xã Hoài Đức, Thành phố Hà Nội",
        "Xã Ô Diên, Thành phố Hà Nội",
    }
    assert other_names({"issuer": "Sở Tài nguyên và Môi trường tỉnh Bình Thuận"}, "", BEFORE) == ("Tỉnh Lâm Đồng",)
    # New ones were old ones, with their district; the day tells which of two of one name is meant.
    assert LIEN_NGHIA in other_names({"issuer": "Ủy ban nhân dân xã Đức Trọng"}, "", AFTER)
    new = other_names({}, "phường Bạch Mai, thành phố Hà Nội", AFTER)
    assert "Phường Bách Khoa, Quận Hai Bà Trưng, Thành phố Hà Nội" in new
    assert BACH_MAI not in new
    # A name that did not change is no other name.
    assert other_names({}, "tỉnh Lâm Đồng", BEFORE) == ()
    assert other_names({}, "xã Hòa Ninh, huyện Di Linh, tỉnh Lâm Đồng", BEFORE) == ()
    # Where the document says elsewhere in which province.
    assert other_names({"issuer": "UBND xã Tân Lập"}, "", BEFORE) == ()
    assert other_names({"issuer": "UBND xã Tân Lập"}, "HUYỆN ĐAN PHƯỢNG\nTHÀNH PHỐ HÀ NỘI", BEFORE) != ()
    # Common words are no places; a district in an address is not the ward that has its name today.
    for words in ("hòa bình, đoàn kết, tân lập", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "xã hội hóa", "phường tôi"):
        assert other_names({"title": words}, words, AFTER) == ()
    assert other_names({"person.residence": "Ngõ 1, Hai Bà Trưng, Hà Nội"}, "", BEFORE) == ()
    # So the one finds the other, and the hit says by which name.
    index = MemoryIndex()
    old = {"person.residence": "xã Phú Hội, huyện Đức Trọng, tỉnh Lâm Đồng"}
    index.put(
        [
            Entry("old", 1, title="Giấy khai sinh", body=old["person.residence"], places=other_names(old, "", BEFORE)),
            Entry("new", 1, title="Tờ khai", issuer="UBND xã Đức Trọng",
                  places=other_names({"issuer": "UBND xã Đức Trọng"}, "", AFTER)),
        ]
    )  # fmt: skip
    for typed in ("xã Phú Hội", "phu hoi duc trong", "xã Đức Trọng"):
        found = index.find(Query(typed), viewer=Viewer())
        assert {hit.document for hit in found.hits} == {"old", "new"}, typed
        assert not found.relaxed
    by_name = {hit.document: hit.places for hit in index.find(Query("Phú Hội"), viewer=Viewer()).hits}
    assert by_name == {"old": (), "new": ("Xã Phú Hội, Huyện Đức Trọng, Tỉnh Lâm Đồng",)}


def test_names_before_names_follow_what_is_imported() -> None:
    load({"administrative_units", "successions"})
    heir = AdministrativeUnit.objects.get(level="commune", name="Phường Bách Khoa")
    merged = date(2025, 1, 1)
    AdministrativeUnit.objects.create(
        level="commune", code="99001", name="Phường Cầu Dền", parent=heir.parent, folded="cau den", valid_to=merged
    )
    Succession.objects.create(level="commune", old="99001", new=heir.code, valid_from=merged)
    assert other_names({"person.residence": "Cầu Dền, Hai Bà Trưng, Hà Nội"}, "", BEFORE) == (BACH_MAI,)
    former = "Phường Cầu Dền, Quận Hai Bà Trưng, Thành phố Hà Nội"
    assert former in other_names({}, "phường Bạch Mai, thành phố Hà Nội", AFTER)
    between = other_names({}, "phường Bách Khoa, quận Hai Bà Trưng, Hà Nội", date(2025, 3, 3))
    assert set(between) == {BACH_MAI, former}


def test_without_tables_there_are_no_names() -> None:
    assert other_names({"person.residence": "phường Bách Khoa, quận Hai Bà Trưng"}, "xã Tân Lập", BEFORE) == ()
