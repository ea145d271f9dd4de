"""What every search index promises (`search.ports.SearchIndex`), whatever keeps it."""

from dataclasses import replace
from datetime import date
from threading import Event, Thread
from time import sleep
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khoso.kernel.errors import Refused, Unavailable
from khoso.kernel.reasons import ReasonCode
from search.asking import MOST_LETTERS, MOST_WORDS
from search.ports import MOST_FACETS, MOST_HITS, MOST_NEAR, Cursor, Entry, Hits, Query, SearchIndex, Sort, Viewer
from tests.search.corpus import CORPUS

EVERYBODY = Viewer()


def find(index: SearchIndex, typed: str, viewer: Viewer = EVERYBODY, **asked: object) -> Hits:
    return index.find(replace(Query(typed), **asked), viewer=viewer)  # type: ignore[arg-type]


def answer(index: SearchIndex, query: Query) -> Hits | ReasonCode:
    try:
        return index.find(query, viewer=EVERYBODY)
    except Refused as refused:
        return refused.reason.code


def documents(hits: Hits) -> list[str]:
    return [hit.document for hit in hits.hits]


def pages_of(index: SearchIndex, query: Query) -> list[Hits]:
    pages, after = [], None
    while True:
        pages.append(index.find(query, viewer=EVERYBODY, after=after))
        if pages[-1].after is None:
            return pages
        after = Cursor.parse(pages[-1].after.text)


class TestVersions:
    def test_nothing_is_found_in_an_empty_index(self, index: SearchIndex) -> None:
        assert find(index, "quyết định", facets=True).total == 0
        assert find(index, "").hits == ()
        assert list(index.versions()) == []

    def test_what_is_put_is_found(self, index: SearchIndex) -> None:
        index.put([Entry("a", 1, title="Giấy khai sinh")])
        assert documents(find(index, "khai sinh")) == ["a"]

    def test_the_newest_version_wins_in_any_order(self, index: SearchIndex) -> None:
        index.put([Entry("a", 2, title="mới"), Entry("a", 3, title="mới nhất"), Entry("a", 1, title="cũ")])
        index.put([Entry("a", 3, title="giả mạo"), Entry("a", 2, title="cũ")])
        assert find(index, "").hits[0].title == "mới nhất"
        assert find(index, "cũ").total == find(index, "giả mạo").total == 0
        assert list(index.versions()) == [("a", 3)]

    def test_an_update_takes_back_the_old_words_and_values(self, index: SearchIndex) -> None:
        first = Entry("a", 1, unit="u1", state="CODED", title="tờ trình", body="đất rừng", number="1/TTr", owner_id="1")
        index.put([first, Entry("b", 1, unit="u1", body="đất ở")])
        index.put([replace(first, version=2, unit="u2", state="FILED", title="quyết định", body="đất ở", owner_id="2")])
        assert find(index, "tờ trình").total == find(index, "rừng").total == find(index, "", state="CODED").total == 0
        assert find(index, "", owner="1").total == 0
        assert sorted(documents(find(index, "đất ở"))) == ["a", "b"]
        assert documents(find(index, "đất ở", Viewer(frozenset({"u2"})))) == ["a"]
        assert documents(find(index, "", owner="2", state="FILED")) == ["a"]

    def test_a_removal_stays_removed(self, index: SearchIndex) -> None:
        index.put([Entry("a", 1, title="xóa đi", owner_id="9")])
        index.put([Entry("a", 2, removed=True)])
        index.put([Entry("a", 1, title="xóa đi")])
        assert (
            find(index, "xóa đi", facets=True).total == find(index, "").total == find(index, "", owner="9").total == 0
        )
        assert list(index.versions()) == []

    def test_a_tombstone_may_come_first(self, index: SearchIndex) -> None:
        index.put([Entry("a", 5, removed=True)])
        index.put([Entry("a", 4, title="đến muộn")])
        assert find(index, "đến muộn").total == 0

    def test_a_removed_document_may_come_back_newer(self, index: SearchIndex) -> None:
        index.put([Entry("a", 1, title="một"), Entry("a", 2, removed=True)])
        index.put([Entry("a", 3, title="ba")])
        assert documents(find(index, "ba")) == ["a"]
        assert find(index, "một").total == 0

    def test_putting_nothing_is_nothing(self, index: SearchIndex) -> None:
        index.put([])
        index.put(iter(()))
        assert list(index.versions()) == []

    def test_clear_forgets_everything_and_says_so(self, index: SearchIndex) -> None:
        index.put([Entry("a", 7, title="giấy"), Entry("b", 2, removed=True)])
        before = index.generation()
        assert index.generation() == before
        index.clear()
        assert index.generation() != before
        assert find(index, "").total == 0
        index.put([Entry("a", 1, title="giấy"), Entry("b", 1, title="giấy")])
        assert sorted(index.versions()) == [("a", 1), ("b", 1)]


class TestRebuilding:
    """A new index beside the one in use."""

    def test_the_old_one_answers_until_the_new_one_takes_its_place(self, index: SearchIndex) -> None:
        index.put([Entry("a", 1, title="giấy cũ"), Entry("ghost", 1, title="giấy cũ")])
        fresh = index.rebuild()
        assert list(fresh.versions()) == []
        fresh.put([Entry("a", 1, title="giấy mới")])
        assert sorted(documents(find(index, "giấy cũ"))) == ["a", "ghost"]
        assert find(index, "mới").total == 0
        assert fresh.name != index.generation()
        fresh.swap()
        assert fresh.name == index.generation()
        assert documents(find(index, "mới")) == ["a"]
        assert find(index, "cũ").total == 0
        assert list(index.versions()) == [("a", 1)]
        fresh.swap()
        assert documents(find(index, "mới")) == ["a"], "twice is once"

    def test_what_is_put_meanwhile_goes_to_both_and_no_late_write_wins(self, index: SearchIndex) -> None:
        index.put([Entry("a", 1, title="giấy một"), Entry("b", 1, title="giấy một")])
        fresh = index.rebuild()
        index.put([Entry("a", 2, title="giấy hai"), Entry("b", 2, removed=True)])
        assert documents(find(index, "giấy hai")) == ["a"]
        fresh.put([Entry("a", 1, title="giấy một"), Entry("b", 1, title="giấy một")])
        assert list(fresh.versions()) == [("a", 2)]
        fresh.swap()
        assert documents(find(index, "giấy")) == ["a"]
        assert find(index, "giấy một").relaxed
        index.put([Entry("a", 3, title="giấy ba")])
        assert documents(find(index, "giấy ba")) == ["a"]

    def test_an_interrupted_one_is_taken_up_again(self, index: SearchIndex) -> None:
        index.put([Entry("a", 1, title="giấy"), Entry("b", 1, title="giấy")])
        begun = index.rebuild()
        begun.put([Entry("a", 1, title="giấy mới")])
        again = index.rebuild()
        assert again.name == begun.name
        assert list(again.versions()) == [("a", 1)]
        again.swap()
        assert documents(find(index, "giấy")) == ["a"]
        assert index.rebuild().name != begun.name, "the next one is another"

    def test_one_given_up_is_gone(self, index: SearchIndex) -> None:
        index.put([Entry("a", 1, title="giấy")])
        fresh = index.rebuild()
        index.rebuild().abandon()
        for use in (lambda: fresh.put([Entry("a", 2)]), lambda: list(fresh.versions()), fresh.swap):
            with pytest.raises(Unavailable):
                use()
        index.put([Entry("b", 1, title="giấy")])
        assert sorted(documents(find(index, "giấy"))) == ["a", "b"]

    def test_clearing_gives_it_up_too(self, index: SearchIndex) -> None:
        fresh = index.rebuild()
        fresh.put([Entry("a", 1, title="giấy")])
        index.clear()
        with pytest.raises(Unavailable):
            fresh.swap()
        assert find(index, "").total == 0

    def test_nothing_is_lost_however_puts_and_the_swap_fall_together(self, index: SearchIndex) -> None:
        fresh = index.rebuild()
        done = Event()
        failed: list[BaseException] = []

        def feed(writer: int) -> None:
            try:
                number = 0
                while not done.is_set() or number < 5:
                    index.put([Entry(f"w{writer}-{number}", 1, title="giấy")])
                    number += 1
                counts[writer] = number
            except BaseException as error:  # noqa: BLE001 - told by the test
                failed.append(error)

        counts: dict[int, int] = {}
        feeders = [Thread(target=feed, args=(writer,)) for writer in range(3)]
        for feeder in feeders:
            feeder.start()
        while find(index, "giấy").total < 9 and not failed:
            sleep(0.02)
        fresh.swap()
        done.set()
        for feeder in feeders:
            feeder.join(60)
        assert not failed
        missing = {f"w{writer}-{n}" for writer, count in counts.items() for n in range(count)} - dict(
            index.versions()
        ).keys()
        assert not missing


class TestFinding:
    def test_all_words_must_be_there(self, filled: SearchIndex) -> None:
        hits = find(filled, "quy hoạch đất Đức Trọng")
        assert documents(hits) == ["ttr-24"]
        assert not hits.relaxed

    def test_without_an_answer_most_of_the_words_do_and_it_is_said(self, filled: SearchIndex) -> None:
        hits = find(filled, "phòng cháy chữa cháy kim cương")
        assert hits.relaxed
        assert documents(hits)[:2] == ["kh-phong-chay", "bc-chay"]
        assert find(filled, "kim cương").total == 0
        assert not find(filled, "kim cương").relaxed

    def test_a_phrase_is_side_by_side(self, filled: SearchIndex) -> None:
        assert documents(find(filled, '"rừng phòng hộ"')) == ["bb-ban-giao"]
        assert documents(find(filled, "“mùa khô”")) == ["kh-phong-chay"]
        assert "bb-ban-giao" not in documents(find(filled, '"phòng cháy"'))

    def test_scattered_pairs_are_no_phrase(self, index: SearchIndex) -> None:
        index.put([Entry("a", 1, body="một hai xa, hai ba xa, ba bốn"), Entry("b", 1, body="không một hai ba bốn năm")])
        hits = find(index, '"một hai ba bốn"', facets=True)
        assert documents(hits) == ["b"]
        assert (hits.total, hits.exact) == (1, True)

    def test_a_phrase_does_not_cross_from_one_value_to_the_next(self, index: SearchIndex) -> None:
        index.put([Entry("a", 1, title="tờ trình", summary="phê duyệt", names=("Lê Văn", "An Bình"))])
        hits = find(index, '"trình phê duyệt"')
        assert hits.relaxed
        assert find(index, '"văn an"').relaxed
        assert not find(index, '"phê duyệt"').relaxed

    def test_a_phrase_nobody_has_is_loosened(self, filled: SearchIndex) -> None:
        hits = find(filled, '"trọng đức huyện"')
        assert hits.relaxed
        assert "ttr-24" in documents(hits)

    def test_the_last_word_may_be_unfinished_while_typing(self, filled: SearchIndex) -> None:
        assert documents(find(filled, "quy hoa", typing=True))[0] == "ttr-24"
        assert documents(find(filled, "chuyển mục đ", typing=True)) == ["qd-24"]
        assert documents(find(filled, "24/TT", typing=True))[0] == "ttr-24"
        assert documents(find(filled, "06820300", typing=True)) == ["cccd-an", "ks-an"]

    def test_whole_words_before_beginnings_while_typing(self, index: SearchIndex) -> None:
        index.put([Entry("a", 1, owner_name="Lê Hoàng"), Entry("b", 1, owner_name="Lê Hoa")])
        assert documents(find(index, "lê hoa", typing=True)) == ["b", "a"]
        assert documents(find(index, "lê hoa")) == ["b"]

    def test_an_unfinished_word_is_found_when_nothing_has_it_whole(self, filled: SearchIndex) -> None:
        hits = find(filled, "chuyển mục đíc")
        assert documents(hits) == ["qd-24"]
        assert not hits.relaxed
        assert find(filled, "chuyển mục đíc ").relaxed, "a space ends the word"

    def test_long_and_odd_forms_of_text(self, index: SearchIndex) -> None:
        index.put(
            [
                Entry(
                    "a", 1, title="Quye\u0302\u0301t đi\u0323nh", body="ＨỒ ＳƠ diện tích 12 m² ﬁle stra\u00ads\u00adse"
                )
            ]
        )
        for typed in ("quyết định", "quyet dinh", "hồ sơ", "m2", "12 m²", "file", "strasse", "straße"):
            assert documents(find(index, typed)) == ["a"], typed

    def test_numbers_of_one_to_three_digits_forget_leading_zeros(self, filled: SearchIndex) -> None:
        assert documents(find(filled, "5/QĐ-UBND"))[0] == documents(find(filled, "005/QĐ-UBND"))[0] == "qd-5"

    def test_the_issue_date_as_people_write_it(self, index: SearchIndex) -> None:
        index.put([Entry("a", 1, issue_date=date(2025, 2, 7)), Entry("b", 1, issue_date=date(2025, 7, 2))])
        for typed in ("07/02/2025", "7/2/2025", "7-2-2025"):
            assert documents(find(index, typed)) == ["a"]

    def test_other_names_of_places_are_found_and_not_shown(self, index: SearchIndex) -> None:
        index.put([Entry("a", 1, title="Sổ", issuer="UBND phường Xuân Hương", places=("Phường 1, thành phố Đà Lạt",))])
        (hit,) = find(index, "phường 1 đà lạt").hits
        assert "Đà Lạt" not in hit.snippet + hit.title + hit.issuer

    def test_blank_words_list_everything_newest_first(self, filled: SearchIndex) -> None:
        hits = find(filled, "  ", limit=100)
        assert hits.total == len(CORPUS)
        days = [hit.issue_date for hit in hits.hits if hit.validity == "active" and hit.issue_date]
        assert days == sorted(days, reverse=True)


class TestRights:
    def test_only_the_viewers_units(self, filled: SearchIndex) -> None:
        few = Viewer(frozenset({"H36.3", "H36.4"}))
        assert {*documents(find(filled, "", few))} == {"nq-hdnd", "kh-phong-chay"}
        assert find(filled, "quyết định", few).total == 0
        hits = find(filled, "phòng cháy chữa cháy", few, facets=True)
        assert documents(hits) == ["kh-phong-chay"]
        assert hits.facets["issuer"] == {"Ủy ban nhân dân xã Lạc Dương": 1}

    def test_a_viewer_of_nothing_sees_nothing(self, filled: SearchIndex) -> None:
        assert find(filled, "", Viewer(frozenset()), facets=True).total == 0
        assert find(filled, "", Viewer(frozenset({"H99"}))).total == 0

    def test_documents_without_unit_are_for_those_who_see_all(self, index: SearchIndex) -> None:
        index.put([Entry("a", 1, title="giấy")])
        assert find(index, "giấy", Viewer(frozenset({"H36"}))).total == 0
        assert find(index, "giấy").total == 1

    def test_granted_documents_are_found_among_those_of_the_units(self, index: SearchIndex) -> None:
        index.put(
            [
                Entry("a", 1, unit="u1", title="giấy phép", issuer="UBND Một"),
                Entry("b", 1, unit="u2", title="giấy phép", issuer="UBND Hai"),
                Entry("c", 1, unit="u2", title="giấy phép", issuer="UBND Ba"),
                Entry("d", 1, unit="u2", title="giấy phép"),
                Entry("d", 2, removed=True),
            ]
        )
        viewer = Viewer(frozenset({"u1"}), frozenset({"b", "d", "gone"}))
        found = find(index, "giấy phép", viewer, facets=True)
        assert sorted(documents(found)) == ["a", "b"]
        assert found.total == 2
        assert set(found.facets["issuer"]) == {"UBND Một", "UBND Hai"}
        assert documents(find(index, "", viewer, issuer="UBND Hai")) == ["b"]
        assert documents(find(index, "", viewer, issuer="UBND Ba")) == []
        nobody = Viewer(frozenset(), frozenset({"c"}))
        assert documents(find(index, "", nobody)) == documents(find(index, "phép", nobody)) == ["c"]
        assert sorted(documents(find(index, "", Viewer(None, frozenset({"c"}))))) == ["a", "b", "c"]

    def test_hidden_documents_do_not_loosen_or_score(self, index: SearchIndex) -> None:
        index.put([Entry("a", 1, unit="u1", title="kim cương đen"), Entry("b", 1, unit="u2", title="kim cương")])
        mine = find(index, "kim cương đen", Viewer(frozenset({"u2"})))
        assert mine.relaxed
        alone = mine.hits[0].score
        index.put([Entry(f"c{n}", 1, unit="u1", title="kim cương") for n in range(50)])
        assert find(index, "kim cương đen", Viewer(frozenset({"u2"}))).hits[0].score == alone


class TestFilters:
    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            ({"document_type": "citizen_id"}, {"cccd-an"}),
            ({"state": "TO_CONFIRM"}, {"xn-long"}),
            ({"owner": "068203001234"}, {"cccd-an", "ks-an"}),
            ({"issuer": "Hội đồng nhân dân tỉnh Lâm Đồng"}, {"nq-hdnd"}),
            ({"issuer": "HỘI ĐỒNG NHÂN DÂN TỈNH LÂM ĐỒNG"}, {"nq-hdnd"}),
            ({"issuer": "Hoi dong nhan dan tinh Lam Dong"}, set()),
            ({"since": date(2026, 2, 5)}, {"cv-chuyen-doi-so", "cv-cu"}),
            ({"until": date(2009, 6, 6)}, {"ks-an", "dat-cu"}),
            ({"since": date(2025, 12, 10), "until": date(2025, 12, 12)}, {"nq-hdnd", "ksk-lan"}),
            ({"since": date(2026, 1, 2), "until": date(2026, 1, 1)}, set()),
            ({"document_type": "citizen_id", "owner": "068095003333"}, set()),
            ({"document_type": "'; DROP TABLE document --"}, set()),
        ],
    )
    def test_each_and_together(self, filled: SearchIndex, asked: dict[str, object], expected: set[str]) -> None:
        hits = find(filled, "", EVERYBODY, **asked)
        assert {*documents(hits)} == expected
        assert hits.total == len(expected)

    def test_filters_narrow_words(self, filled: SearchIndex) -> None:
        assert documents(find(filled, "Hoàng Minh Đức", document_type="application_form")) == ["don-duc"]

    def test_undated_documents_are_outside_every_period(self, index: SearchIndex) -> None:
        index.put([Entry("a", 1, title="giấy"), Entry("b", 1, title="giấy", issue_date=date(1, 1, 1))])
        assert documents(find(index, "giấy", since=date(1, 1, 1))) == ["b"]
        assert documents(find(index, "giấy", until=date.max)) == ["b"]


NUMBERED = (
    Entry("own", 1, number="24/TTr-UBND", title="quy hoạch"),
    Entry("other", 1, number="7/QĐ", numbers=("24/TTr-UBND", "AB 123456"), title="quy hoạch"),
    Entry("longer", 1, number="240/TTr-UBND", title="quy hoạch"),
    Entry("zero", 1, number="05/QĐ-UBND", numbers=("068203001234",)),
    Entry("word", 1, title="24/TTr-UBND quy hoạch", body="Tờ trình 24/TTr-UBND"),
    Entry("code", 1, code="H36.12-KQ.G15.000031-2025-000000000000000123", owner_name="24 TTr UBND"),
)


class TestNumbers:
    """The filter by a number, code or id: whole or its beginning, in no other field."""

    @pytest.mark.parametrize(
        ("number", "expected"),
        [
            ("24/TTr-UBND", ["own", "other"]),
            ("24 ttr ubnd", ["own", "other"]),
            ("24/TT", ["own", "other"]),
            ("24", ["own", "other", "longer"]),
            ("2", ["own", "other", "longer"]),
            ("TTr-UBND", []),
            ("UBND", []),
            ("5/QĐ", ["zero"]),
            ("005/qđ-ubnd", ["zero"]),
            ("068", ["zero"]),
            ("068203001234", ["zero"]),
            ("203001234", []),
            ("AB123456", ["other"]),
            ("ab 1234", ["other"]),
            ("H36.12-KQ.G15.000031-2025-0000000000000001", ["code"]),
            ("H36.12-KQ.G15.000031-2025-000000000000000123", ["code"]),
            ("", []),
            ("?!", []),
            ("日本24", []),
            ("9" * 300, []),
        ],
    )
    def test_whole_or_its_beginning(self, index: SearchIndex, number: str, expected: list[str]) -> None:
        index.put(NUMBERED)
        hits = find(index, "", number=number, facets=True)
        assert sorted(documents(hits)) == sorted(expected)
        assert hits.total == len(expected)

    def test_whole_ones_first_then_whole_parts(self, index: SearchIndex) -> None:
        newer = Entry("newest", 1, number="241/TTr", title="quy hoạch", issue_date=date(2026, 1, 1))
        index.put([*NUMBERED, newer, Entry("whole", 1, number="24", issue_date=date(1999, 1, 1))])
        assert documents(find(index, "", number="24"))[0] == "whole"
        assert set(documents(find(index, "", number="24"))[1:3]) == {"own", "other"}
        assert set(documents(find(index, "quy hoạch", number="24"))[:2]) == {"own", "other"}

    def test_a_number_that_was_found_is_shown_without_joints_to_nothing(self, index: SearchIndex) -> None:
        index.put([Entry("a", 1, numbers=("068203001234", "AB 123456")), Entry("b", 1, numbers=("7",), code="KQ.1")])
        assert find(index, "068203001234").hits[0].snippet == "068203001234 · AB 123456"
        assert find(index, "KQ.1").hits[0].snippet == "7 · KQ.1"

    def test_with_words_and_rights_and_after_a_change(self, index: SearchIndex) -> None:
        index.put([replace(one, unit="u1") for one in NUMBERED])
        assert documents(find(index, "quy hoạch", number="240")) == ["longer"]
        assert find(index, "", Viewer(frozenset({"u2"})), number="24").total == 0
        index.put([replace(NUMBERED[0], version=2, unit="u1", number="25/TTr-UBND")])
        assert sorted(documents(find(index, "", number="24"))) == ["longer", "other"]
        assert documents(find(index, "", number="25")) == ["own"]


class TestOwners:
    """The filter by words of the owner's name."""

    PEOPLE = (
        Entry("an", 1, owner_name="Nguyễn Văn An", names=("Nguyễn Văn An", "Trần Thị Bình")),
        Entry("an-toned", 1, owner_name="NGUYỄN VĂN ÂN", issue_date=date(2026, 1, 1)),
        Entry("binh", 1, owner_name="Trần Thị Bình", names=("Trần Thị Bình", "Nguyễn Văn An"), title="Nguyễn Văn An"),
        Entry("firm", 1, owner_name="Công ty TNHH Một thành viên An Văn Nguyễn 36", body="Nguyễn Văn An"),
    )

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("Nguyễn Văn An", ["an", "an-toned"]),
            ("nguyen van an", ["an-toned", "an"]),
            ("NGUYỄN VĂN ÂN", ["an-toned", "an"]),
            ("văn an", ["an", "an-toned"]),
            ("Trần Thị Bình", ["binh"]),
            ("an văn", ["firm"]),
            ("thành viên an văn nguyễn 36", ["firm"]),
            ("Nguyễn An", []),
            ("Nguyễn Văn A", []),
            ("", []),
            ("…", []),
        ],
    )
    def test_side_by_side_whatever_the_tones_those_asked_for_first(
        self, index: SearchIndex, name: str, expected: list[str]
    ) -> None:
        index.put(self.PEOPLE)
        hits = find(index, "", owner_name=name)
        assert documents(hits) == expected
        assert hits.total == len(expected)

    def test_with_words(self, index: SearchIndex) -> None:
        index.put(self.PEOPLE)
        assert documents(find(index, "thị bình", owner_name="nguyễn văn an")) == ["an"]


class TestKeys:
    """What is found by its identifiers typed whole, and by them in no other way."""

    CLOSED = Entry(
        "closed", 1, unit="u1", document_type="criminal_record", title="PHIẾU LÝ LỊCH TƯ PHÁP",
        keys=("77/LLTP-STP", "089199000001", "H36.12-250101-0007", "không số"),
    )  # fmt: skip
    OPEN = Entry("open", 1, unit="u1", title="Phiếu thu", number="78/LLTP-STP", numbers=("089199000002",))

    @pytest.mark.parametrize(
        "typed",
        ["77/LLTP-STP", "số 77/lltp-stp", "77 lltp stp", "089199000001", "089 199 000 001", "lý lịch 089199000001",
         "phiếu H36.12-250101-0007", '"77/LLTP-STP"', "77/LLTP-STP phiếu lý lịch tư pháp"],
    )  # fmt: skip
    def test_found_whole(self, index: SearchIndex, typed: str) -> None:
        index.put([self.CLOSED, self.OPEN])
        hits = find(index, typed, facets=True)
        assert documents(hits)[0] == "closed"
        assert not hits.relaxed
        assert hits.total == 1
        assert "LLTP" not in str(hits)
        assert "0891" not in str(hits)

    @pytest.mark.parametrize(
        "typed",
        ["77", "77/LLTP", "LLTP-STP", "lltp", "0891990000", "089199", "0007", "H36.12-250101", "không số", "stp"],
    )
    @pytest.mark.parametrize("typing", [False, True])
    def test_not_by_a_part_or_a_beginning(self, index: SearchIndex, typed: str, typing: bool) -> None:  # noqa: FBT001
        index.put([self.CLOSED, self.OPEN])
        assert "closed" not in documents(find(index, typed, typing=typing))
        assert (
            "closed" not in documents(find(index, f"phiếu {typed}", typing=typing))
            or find(index, f"phiếu {typed}").relaxed
        )

    def test_filters_take_whole_ones_alone(self, index: SearchIndex) -> None:
        index.put([self.CLOSED, self.OPEN])
        assert documents(find(index, "", owner="089199000001")) == ["closed"]
        assert documents(find(index, "", number="77/LLTP-STP")) == ["closed"]
        assert documents(find(index, "", number="089199000001")) == ["closed"]
        for begun in ("77", "77/LLTP", "08919900000", "0"):
            assert "closed" not in documents(find(index, "", number=begun))
        assert find(index, "", owner="08919900000").total == 0

    def test_nothing_of_them_is_near_sorted_by_or_left_behind(self, index: SearchIndex) -> None:
        index.put([self.CLOSED, self.OPEN])
        assert "lltp" in index.near("lltpp", viewer=EVERYBODY)  # of the open one
        assert index.near("lltpp", viewer=Viewer(frozenset({"u2"}))) == ()
        assert documents(find(index, "phiếu", sort=Sort.NUMBER)) == ["open", "closed"]
        index.put([replace(self.CLOSED, version=2, keys=("79/LLTP-STP",))])
        assert "closed" not in documents(find(index, "77/LLTP-STP"))
        assert documents(find(index, "79/LLTP-STP")) == ["closed"]
        index.put([Entry("closed", 3, removed=True)])
        assert "closed" not in documents(find(index, "79/LLTP-STP"))
        assert find(index, "", owner="089199000001").total == 0


class TestFacets:
    def test_counted_over_all_pages(self, filled: SearchIndex) -> None:
        facets = find(filled, "", limit=1, facets=True).facets
        assert facets["document_type"]["administrative_document"] == 18
        assert facets["state"] == {"FILED": 41, "TO_CONFIRM": 1}
        assert facets["year"]["2025"] == sum(1 for e in CORPUS if e.issue_date and e.issue_date.year == 2025)
        assert sum(facets["issuer"].values()) == len(CORPUS)
        assert list(facets["issuer"].values()) == sorted(facets["issuer"].values(), reverse=True)

    def test_counted_within_the_question(self, filled: SearchIndex) -> None:
        hits = find(filled, "Hoàng Minh Đức", facets=True)
        assert hits.facets["document_type"] == {"land_certificate": 2, "application_form": 1}
        assert hits.facets["year"] == {"2018": 1, "2009": 1, "2026": 1}

    def test_only_when_asked_for(self, filled: SearchIndex) -> None:
        assert find(filled, "đất").facets == {}

    def test_spellings_of_an_issuer_are_one_and_nothing_is_nobody(self, index: SearchIndex) -> None:
        index.put(
            [Entry("a", 1, title="x", issuer="UBND xã Hòa Bắc"), Entry("b", 1, title="x", issuer="UBND XÃ HOÀ BẮC")]
        )
        index.put([Entry("c", 1, title="x")])
        hits = find(index, "x", facets=True)
        assert dict(hits.facets["issuer"]) in ({"UBND xã Hòa Bắc": 2}, {"UBND XÃ HOÀ BẮC": 2})
        assert hits.facets["year"] == {}
        assert find(index, "x", issuer="UBND xã hoà bắc").total == 2

    def test_the_largest_of_many(self, index: SearchIndex) -> None:
        index.put([Entry(f"d{n}", 1, title="x", issuer=f"Cơ quan {n}") for n in range(MOST_FACETS + 10)])
        index.put([Entry("more", 1, title="x", issuer="Cơ quan 57")])
        issuers = find(index, "x", facets=True).facets["issuer"]
        assert len(issuers) == MOST_FACETS
        assert next(iter(issuers.items())) == ("Cơ quan 57", 2)


class TestPages:
    @pytest.mark.parametrize("typed", ["", "quyết định", "giấy", "Nguyễn Văn An", "xyz quyết định", '"quyết định"'])
    @pytest.mark.parametrize("limit", [1, 3, 7])
    def test_pages_together_are_the_whole(self, filled: SearchIndex, typed: str, limit: int) -> None:
        whole = find(filled, typed, limit=MOST_HITS)
        pages = pages_of(filled, Query(typed, limit=limit))
        assert [hit for page in pages for hit in page.hits] == list(whole.hits)
        assert {page.total for page in pages} == {whole.total} == {len(whole.hits)}
        assert {page.relaxed for page in pages} == {whole.relaxed}
        assert all(len(page.hits) == limit for page in pages[:-1])

    def test_stable_while_documents_arrive_and_go(self, index: SearchIndex) -> None:
        index.put([Entry(f"old{n:02}", 1, title="giấy mời họp") for n in range(20)])
        seen: list[str] = []
        after = None
        for turn in range(100):
            page = index.find(Query("giấy mời", limit=3), viewer=EVERYBODY, after=after)
            seen += documents(page)
            after = page.after
            if after is None:
                break
            index.put([Entry(f"new{turn}", 1, title="giấy mời", number="giấy mời"), Entry(seen[-1], 2, removed=True)])
        assert len(seen) == len(set(seen))
        assert {name for name in seen if name.startswith("old")} == {f"old{n:02}" for n in range(20)}

    def test_a_cursor_keeps_how_far_the_question_was_loosened(self, index: SearchIndex) -> None:
        index.put([Entry(f"d{n}", 1, title="kim cương") for n in range(4)])
        first = find(index, "kim cương đen", limit=2)
        assert first.relaxed
        index.put([Entry("black", 1, title="kim cương đen")])
        rest = index.find(Query("kim cương đen", limit=9), viewer=EVERYBODY, after=first.after)
        assert rest.relaxed
        assert not {*documents(first)} & {*documents(rest)}
        assert {*documents(first), *documents(rest)} >= {f"d{n}" for n in range(4)}

    def test_limits_are_bounded(self, index: SearchIndex) -> None:
        index.put([Entry(f"d{n:03}", 1, title="giấy") for n in range(MOST_HITS + 5)])
        hits = find(index, "giấy", limit=10**9)
        assert len(hits.hits) == MOST_HITS
        assert hits.total == MOST_HITS + 5
        assert hits.after is not None

    def test_strange_cursors_find_nothing_wrong(self, filled: SearchIndex) -> None:
        for cursor in (
            Cursor(1e300, "nobody"),
            Cursor(-1e300, "nobody"),
            Cursor(5, "ks-an", step=77),
            Cursor(5, "\ud800"),
        ):
            hits = filled.find(Query("quyết định"), viewer=EVERYBODY, after=cursor)
            assert len(hits.hits) <= 20
        with pytest.raises(ValueError, match="unpack"):
            Cursor.parse("what is this")
        with pytest.raises(ValueError, match="not a cursor"):
            Cursor.parse("0:nan:d")


class TestSorting:
    """Orders other than how well hits answer."""

    ENTRIES = (
        Entry("a", 1, title="giấy", number="24/TTr-UBND", issue_date=date(2025, 2, 7), filed=300),
        Entry("b", 1, title="giấy", number="24/QĐ-UBND", issue_date=date(2024, 1, 1), filed=100),
        Entry("c", 1, title="giấy", number="9/QĐ-UBND", issue_date=date(2026, 5, 5), filed=200),
        Entry("d", 1, title="giấy giấy", number="105/2003", issue_date=date(2003, 5, 5), filed=400),
        Entry("e", 1, title="giấy"),
        Entry("f", 1, title="giấy", number="DA 123456", issue_date=date(1899, 1, 1), filed=2**31 + 5),
    )
    ORDERS: ClassVar = {
        Sort.NEWEST: ["c", "a", "b", "d", "f", "e"],
        Sort.OLDEST: ["f", "d", "b", "a", "c", "e"],
        Sort.FILED: ["f", "d", "a", "c", "b", "e"],
        Sort.NUMBER: ["c", "b", "a", "d", "f", "e"],
    }

    @pytest.mark.parametrize("sort", ORDERS)
    @pytest.mark.parametrize("typed", ["giấy", "", "giấy kim cương lạ"])
    def test_each_order_on_one_page_and_on_many(self, index: SearchIndex, sort: Sort, typed: str) -> None:
        index.put(self.ENTRIES)
        if typed == "giấy kim cương lạ":  # nothing has all the words: those that have most are sorted as well
            index.put([replace(entry, version=2, body="kim cương") for entry in self.ENTRIES])
        whole = find(index, typed, sort=sort)
        assert documents(whole) == self.ORDERS[sort]
        assert {hit.score for hit in whole.hits} == {0.0}
        assert [hit.document for page in pages_of(index, Query(typed, sort=sort, limit=2)) for hit in page.hits] == (
            self.ORDERS[sort]
        )

    @pytest.mark.parametrize("sort", [*ORDERS, Sort.BEST])
    @pytest.mark.parametrize("typed", ["giấy", ""])
    def test_equals_come_once_each_whatever_the_page(self, index: SearchIndex, sort: Sort, typed: str) -> None:
        """Many documents that are ordered alike: the same number under other signs, none at all, days the same and others."""
        made = [
            Entry(
                f"d{at:02}", 1, title="giấy", filed=at % 2, number=("24/QĐ-UBND", "24/QĐ-UBND-VP", "", "24/QĐ-UBMTTQ")[at % 4],
                issue_date=date(2025, 1, 1 + at % 3) if at % 5 else None,
            )
            for at in range(40)
        ]  # fmt: skip
        index.put(made)
        whole = documents(find(index, typed, sort=sort, limit=100))
        assert sorted(whole) == [one.document for one in made]
        for limit in (1, 3, 7):
            pages = pages_of(index, Query(typed, sort=sort, limit=limit))
            assert [hit.document for page in pages for hit in page.hits] == whole
            assert {page.total for page in pages} == {40}

    @pytest.mark.parametrize("sort", ORDERS)
    def test_pages_stay_true_while_documents_arrive(self, index: SearchIndex, sort: Sort) -> None:
        old = [replace(self.ENTRIES[n % 6], document=f"old{n:02}") for n in range(20)]  # many equal ones
        index.put(old)
        seen: list[str] = []
        after = None
        for turn in range(100):
            page = index.find(Query("giấy", sort=sort, limit=3), viewer=EVERYBODY, after=after)
            seen += documents(page)
            if page.after is None:
                break
            after = Cursor.parse(page.after.text)
            index.put([replace(self.ENTRIES[turn % 6], document=f"new{turn}"), Entry(seen[-1], 2, removed=True)])
        assert len(seen) == len(set(seen))
        assert {name for name in seen if name.startswith("old")} == {entry.document for entry in old}

    def test_strange_cursors_find_nothing_wrong(self, filled: SearchIndex) -> None:
        for sort in self.ORDERS:
            for cursor in (Cursor(1e300, "nobody"), Cursor(-1e300, "x/y"), Cursor(0.5, "\ud800", 9)):
                hits = filled.find(Query("quyết định", sort=sort), viewer=EVERYBODY, after=cursor)
                assert len(hits.hits) <= 20

    def test_one_document_may_be_left_out(self, index: SearchIndex) -> None:
        index.put(self.ENTRIES)
        hits = find(index, "giấy", but="c", facets=True)
        assert "c" not in documents(hits)
        assert hits.total == 5
        assert "2026" not in hits.facets["year"]
        assert find(index, "", but="nobody").total == 6


class TestNear:
    """Words one letter away, among those the viewer may see."""

    def test_another_letter_one_less_one_more_two_swapped(self, index: SearchIndex) -> None:
        index.put([Entry("a", 1, title="Quyết định", body="phê chuẩn")])
        for word in ("quyep", "quyt", "quyeet", "qyuet", "quyet"):
            expected = () if word == "quyet" else ("quyet",)
            assert index.near(word, viewer=EVERYBODY) == expected, word
        assert index.near("kimcuong", viewer=EVERYBODY) == ()

    def test_commonest_first_and_not_too_many(self, index: SearchIndex) -> None:
        index.put(
            [Entry(f"a{n}", 1, body="lan") for n in range(3)] + [Entry("b", 1, body="lam"), Entry("c", 1, body="lai")]
        )
        assert index.near("lax", viewer=EVERYBODY) == ("lan", "lai", "lam")
        index.put([Entry("d", 1, body=" ".join(f"{letter}an" for letter in "bcdghklmnt"))])
        assert len(index.near("xan", viewer=EVERYBODY)) == MOST_NEAR

    def test_only_what_the_viewer_may_see(self, index: SearchIndex) -> None:
        index.put([Entry("a", 1, unit="u1", body="kim cương"), Entry("b", 1, unit="u2", body="kem")])
        assert index.near("kix", viewer=Viewer(frozenset({"u2"}))) == ()
        assert index.near("kix", viewer=Viewer(frozenset())) == ()
        assert index.near("kix", viewer=Viewer(frozenset({"u1"}))) == ("kim",)
        index.put([Entry("a", 2, removed=True)])
        assert index.near("kix", viewer=EVERYBODY) == ()

    @pytest.mark.parametrize("word", ["", "a", "24", "x" * 200, "đất", "a b", "\ud800", "k'"])
    def test_what_is_no_plain_word_is_near_nothing(self, filled: SearchIndex, word: str) -> None:
        assert filled.near(word, viewer=EVERYBODY) == ()


class TestHostileWords:
    @settings(
        max_examples=150,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(
        typed=st.text(max_size=80)
        | st.text(alphabet="\"'*:^()-+{}[]/\\%_~;,. \n\tANDORNOTnear0123456789đĐạ", max_size=80)
        | st.text(alphabet=st.characters(categories=("Mn", "Cf", "Cs", "Lm", "Lo", "Nd", "No", "Zs")), max_size=40),
        typing=st.booleans(),
    )
    def test_any_text_is_safe(self, filled: SearchIndex, typed: str, typing: bool) -> None:  # noqa: FBT001
        query = Query(
            typed, typing=typing, facets=True, owner=None if len(typed) % 5 else typed,
            number=None if len(typed) % 3 else typed, owner_name=None if len(typed) % 7 else typed,
        )  # fmt: skip
        hits = answer(filled, query)
        if not isinstance(hits, Hits):
            assert hits is ReasonCode.NOTHING_TO_SEARCH
            assert typed.strip()
            return
        assert len(hits.hits) <= hits.total <= len(CORPUS)
        for hit in hits.hits:
            assert all(0 <= start < end <= len(hit.snippet) for start, end in hit.marks)

    @pytest.mark.parametrize(
        "typed",
        [
            '"',
            '""',
            "*",
            "a*",
            "NEAR(a b)",
            "title:x",
            "a AND",
            "OR",
            "NOT x",
            "^a",
            "a\0b",
            "x' OR '1'='1",
            "%",
            "{a} : b",
        ],
    )
    def test_query_languages_mean_nothing(self, filled: SearchIndex, typed: str) -> None:
        hits = answer(filled, Query(typed))
        assert hits is ReasonCode.NOTHING_TO_SEARCH or (isinstance(hits, Hits) and hits.total <= len(CORPUS))

    @pytest.mark.parametrize("typed", ["?!", "…", "— –", "\u0301", "\u200b."])
    def test_nothing_to_search_is_said(self, filled: SearchIndex, typed: str) -> None:
        with pytest.raises(Refused) as refused:
            filled.find(Query(typed), viewer=EVERYBODY)
        assert refused.value.reason.code is ReasonCode.NOTHING_TO_SEARCH

    @pytest.mark.parametrize("typed", ["a" * (MOST_LETTERS + 1), "a " * (MOST_WORDS + 1)])
    def test_too_long_is_said(self, filled: SearchIndex, typed: str) -> None:
        with pytest.raises(Refused) as refused:
            filled.find(Query(typed), viewer=EVERYBODY)
        assert refused.value.reason.code is ReasonCode.QUERY_TOO_LONG
        assert refused.value.reason.sentence()

    def test_the_longest_that_is_taken(self, filled: SearchIndex) -> None:
        assert find(filled, "a" * MOST_LETTERS).total == 0
        assert find(filled, " ".join(["đất"] * MOST_WORDS)).total > 0

    def test_hostile_entries(self, index: SearchIndex) -> None:
        index.put(
            [
                Entry(
                    "a",
                    1,
                    title="\ud800 lạc\0 loài",
                    body="\udfff" * 10,
                    issuer="\ud800x",
                    names=("\x00",),
                    owner_id="\ud801",
                ),
                Entry("b", 1, body="x" * 200_000 + " cuối"),
                Entry("c", 1, body="e" + "\u0301" * 50_000 + " cuối"),
                Entry("d", 1, body='{"a": ' * 1000 + "cuối"),
            ]
        )
        assert documents(find(index, "lạc loài", facets=True)) == ["a"]
        assert sorted(documents(find(index, "cuối"))) == ["b", "c", "d"]


class TestSnippets:
    def test_marks_lie_on_the_words_found(self, filled: SearchIndex) -> None:
        hit = find(filled, "nạo vét").hits[0]
        assert [hit.snippet[start:end] for start, end in hit.marks] == ["nạo vét"]

    def test_marks_without_tones_show_the_text_as_printed(self, filled: SearchIndex) -> None:
        hit = find(filled, "nao vet truoc mua mua").hits[0]
        assert " ".join(hit.snippet[start:end] for start, end in hit.marks) == "nạo vét trước mùa mưa"

    def test_a_match_in_another_name_is_shown(self, filled: SearchIndex) -> None:
        hit = find(filled, "Phạm Thị Đào").hits[0]
        assert [hit.snippet[start:end] for start, end in hit.marks] == ["Phạm Thị Đào"]
