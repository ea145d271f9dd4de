"""What one does with a search: keep it, take it along, ask for more like it, be told what was meant."""

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.template.loader import render_to_string
from django.test import Client

from catalogue.folding import fold
from catalogue.models import AdministrativeUnit, Succession
from khoso.wiring import open_index, open_store
from ocr.ports import Field
from people.accounts import ensure_unit, ensure_user
from search.models import SavedSearch
from search.ports import Hits
from search.projecting import feed
from search.saving import saved_for
from warehouse import reading
from warehouse.models import DataRecord, Document, Reading, State
from warehouse.moving import Intake, NewRecord, Outcome, create, move

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]
WHY = "báo cáo quý IV theo công văn 12"


@pytest.fixture
def client(person):
    return signed_in(person)


def signed_in(user):
    made = Client()
    made.force_login(user)
    return made


def paper(person, now, at, kind="administrative_document", **said):
    document, _ = create(f"{at:02}" * 32, f"{at}.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
    fields = {
        name: Field(text, text, 1, None, 0.99, "ocr", "t", "administrative/number@1").to_json()
        for name, text in said.items()
    }
    outcome = Outcome(
        State.TO_CONFIRM,
        record=NewRecord(kind, 0.9, fields, "0" * 64),
        changes={"document_type": kind, "pages": 0, "facts": {"files": []}},
    )
    assert move(document, outcome, worker=None, actor="system", event="extract", now=now)
    return document


@pytest.fixture
def papers(person, now):
    """Three that can be found, one of a sensitive type; the second would be a formula in a spreadsheet."""
    made = [
        paper(person, now, 1, title="TỜ TRÌNH quy hoạch đất", number="24/TTr-UBND", issuer="UBND xã Mẫu", issue_date="2025-02-07"),
        paper(person, now, 2, title="=HYPERLINK(0) quy hoạch", number="-1+1", issuer="UBND xã Mẫu", issue_date="1899-01-02", owner_id="001099000009"),
        paper(person, now, 3, "citizen_id", title="CĂN CƯỚC quy hoạch", number="001099000009", owner_id="001099000009", owner_name="Người Mẫu"),
    ]  # fmt: skip
    index = open_index()
    index.clear()
    feed(index=index, store=open_store(), most=50)
    yield made
    index.clear()


@pytest.fixture
def stranger(db):
    found, _ = ensure_user("khac", full_name="Người khác MẪU", unit=ensure_unit("H36.13", "Đơn vị khác MẪU"))
    return found


def export(client, kind="csv", basis=WHY, **asked):
    return client.post(
        f"/tim/xuat?{urlencode(asked or {'q': 'quy hoạch', 'sort': 'newest'})}", {"basis": basis, "format": kind}
    )


def body(answer):
    return b"".join(answer.streaming_content)


class TestExport:
    def test_csv_with_the_reason_in_the_chain_of_reads(self, client, papers, person):
        answer = export(client)
        assert answer["Content-Type"].startswith("text/csv")
        assert "attachment" in answer["Content-Disposition"]
        rows = list(csv.reader(io.StringIO(body(answer).decode("utf-8-sig"))))
        assert len(rows) == 4
        assert rows[1][2:6] == ["TỜ TRÌNH quy hoạch đất", "24/TTr-UBND", "UBND xã Mẫu", "07/02/2025"]
        assert rows[1][-1].endswith(f"/giay-to/{papers[0].pk}")
        assert rows[2][2:4] == ["'=HYPERLINK(0) quy hoạch", "'-1+1"]  # no formulas
        assert (rows[3][3], rows[3][6], rows[3][7]) == ("•••", "•••", "•••")  # what is covered stays so
        read = Reading.objects.filter(purpose="export")
        assert {row.document for row in read} == {document.pk for document in papers}
        assert {(row.person, row.basis, row.what, row.opened) for row in read} == {
            (person.username, WHY, "export", True)
        }
        assert reading.verify() == []

    def test_xlsx(self, client, papers):
        answer = export(client, "xlsx")
        book = zipfile.ZipFile(io.BytesIO(body(answer)))
        assert book.testzip() is None
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "HYPERLINK(0)" in sheet
        assert "<f>" not in sheet
        assert "001099000009" in sheet  # of the paper that is no card
        assert sheet.count("•••") == 3
        assert Reading.objects.filter(purpose="export").count() == 3

    def test_without_a_reason_nothing_is_given_or_recorded(self, client, papers):
        for basis in ("", "ngắn", "   "):
            answer = export(client, basis=basis)
            assert answer.status_code == 302
            assert "q=quy" in answer["Location"]
        assert not Reading.objects.exists()

    def test_only_what_one_may_see_now_whatever_the_index_thinks(self, client, papers, stranger, person):
        assert len(body(export(signed_in(stranger))).splitlines()) == 1
        Document.objects.filter(pk=papers[0].pk).update(unit=stranger.unit)  # the index does not know yet
        told = body(export(client)).decode()
        assert "24/TTr-UBND" not in told
        assert "CĂN CƯỚC" in told
        assert reading.verify() == []

    def test_what_cannot_be_narrowed_to_is_not_exported(self, client, papers):
        for asked in (
            {"since": "31/02/2025"},
            {"since": "2026", "until": "2025"},
            {"q": "từ:31/02/2025"},
            {"q": "loại:con mèo"},
        ):
            answer = export(client, **{"q": "quy hoạch", **asked})
            assert answer.status_code == 302, asked
        assert not Reading.objects.exists()
        rows = body(export(client, q="quy hoạch số:24")).decode().splitlines()
        assert len(rows) == 2
        assert "24/TTr-UBND" in rows[1]

    def test_nonsense_is_said(self, client, papers):
        assert export(client, q="?!").status_code == 302
        assert client.get("/tim/xuat").status_code == 405


class TestSaved:
    def save(
        self, client, name="Quy hoạch", asked="q=quy+ho%E1%BA%A1ch&type=administrative_document&after=0:1:x&x=y", **more
    ):
        return client.post(f"/tim/luu?{asked}", {"name": name, **more}, follow=True).content.decode()

    def test_kept_under_a_name_and_opened_again(self, client, papers, person):
        assert "Đã lưu tìm kiếm «Quy hoạch»" in self.save(client)
        (saved,) = saved_for(person)
        assert saved.address == "q=quy+ho%E1%BA%A1ch&type=administrative_document"  # the question, not the place in it
        page = client.get("/tim").content.decode()
        assert "Quy hoạch" in page
        opened = client.get(f"/tim?{saved.address}").content.decode()
        assert "TỜ TRÌNH" in opened
        assert "CĂN CƯỚC" not in opened

    def test_no_name_and_no_question_is_kept_twice_without_a_word(self, client, person):
        self.save(client)
        for name in ("Quy hoạch", " quy  HOẠCH ", "Quy hoạch".encode().decode(), "Quy hoa\u0323ch"):
            said = self.save(client, name=name, asked="q=khac")
            assert "bạn đã có tìm kiếm tên «Quy hoạch»" in said
        assert "đã được lưu với tên «Quy hoạch»" in self.save(client, name="khác")
        assert [one.name for one in saved_for(person)] == ["Quy hoạch"]
        assert "Đã lưu" in self.save(client, name="quy hoạch", asked="q=khac", replace="on")
        assert [(one.name, one.address) for one in saved_for(person)] == [("quy hoạch", "q=khac")]
        assert "Đã lưu" in self.save(client, name="quy hoach")  # without tones it is another word
        assert len(saved_for(person)) == 2

    def test_a_name_is_offered_from_what_is_asked(self, client, papers):
        page = client.get(
            "/tim", {"type": "administrative_document", "number": "24", "since": "2/2025"}
        ).content.decode()
        assert 'name="name" value="Văn bản hành chính, số 24, từ ngày 01/02/2025"' in page

    def test_a_day_there_is_none_of_is_not_kept(self, client, person):
        assert "Không có ngày «31/02/2025»" in self.save(client, asked="q=a&since=31/02/2025")
        assert not saved_for(person)

    def test_renamed_shared_and_forgotten(self, client, person, stranger):
        self.save(client)
        colleague, _ = ensure_user("dongnghiep", full_name="Đồng nghiệp MẪU", unit=person.unit)
        pk = saved_for(person)[0].pk
        assert not saved_for(colleague)
        client.post(f"/tim/da-luu/{pk}", {"name": " Đất  đai ", "shared": "on"})
        assert [(one.name, one.owner) for one in saved_for(colleague)] == [("Đất đai", person)]
        assert not saved_for(stranger)
        assert "chia sẻ" in signed_in(colleague).get("/tim").content.decode()
        for other in (colleague, stranger):  # used by others, changed by its owner alone
            for act in ({"name": "x"}, {"act": "remove"}):
                assert signed_in(other).post(f"/tim/da-luu/{pk}", act).status_code == 404
        client.post(f"/tim/da-luu/{pk}", {"name": "Đất đai"})
        assert not saved_for(colleague)
        client.post(f"/tim/da-luu/{pk}", {"act": "remove"})
        assert not SavedSearch.objects.exists()

    def test_what_cannot_be_kept_is_said(self, client, person):
        assert "hãy đặt tên" in self.save(client, name="   ")
        assert "chưa hỏi gì" in self.save(client, asked="sort=newest")
        assert not SavedSearch.objects.exists()
        self.save(client, name="một")
        self.save(client, name="hai", asked="q=hai")
        pk = saved_for(person).get(name="hai").pk
        said = client.post(f"/tim/da-luu/{pk}", {"name": "một"}, follow=True).content.decode()
        assert "bạn đã có tìm kiếm tên «một»" in said
        client.post(f"/tim/da-luu/{pk}", {"name": "HAI"})  # its own name in other letters
        assert saved_for(person).get(pk=pk).name == "HAI"
        client.post(f"/tim/da-luu/{pk}", {"name": "hai"})
        assert sorted(one.name for one in saved_for(person)) == ["hai", "một"]


class TestMoreLike:
    def test_each_kind_with_its_reason(self, client, papers):
        page = client.get(f"/giay-to/{papers[1].pk}/giong").content.decode()
        assert "Của cùng một người" in page
        assert "Cùng loại, cùng cơ quan cấp" in page
        assert str(papers[0].pk) in page
        assert str(papers[2].pk) in page

    def test_a_document_one_may_not_see_is_absent(self, stranger, papers):
        assert signed_in(stranger).get(f"/giay-to/{papers[1].pk}/giong").status_code == 404

    def test_alone_in_the_world(self, client, person, now):
        alone = paper(person, now, 7, title="xyz")
        assert "Không có giấy tờ nào giống" in client.get(f"/giay-to/{alone.pk}/giong").content.decode()


class TestNarrowed:
    """Filters typed into the box, as chips that can be dropped one by one."""

    def chips(self, client, **asked):
        page = client.get("/tim", asked, follow=True).content.decode()
        chips = re.findall(r'<li class="chip">(.*?)<a href="\?(.*?)"', page)
        return page, {label: dict(parse_qsl(link.replace("&amp;", "&"))) for label, link in chips}

    def test_number_and_owner_narrow_and_can_be_dropped(self, client, papers, person, now):
        other = paper(person, now, 4, title="TỜ TRÌNH quy hoạch đất", number="240/TTr-UBND", owner_name="Trần Thị Bình")
        feed(index=open_index(), store=open_store(), most=50)
        page, chips = self.chips(client, q="quy hoạch số:24")
        assert list(chips) == ["số 24"]
        assert page.index(f"/giay-to/{papers[0].pk}") < page.index(f"/giay-to/{other.pk}")  # whole ones first
        assert str(papers[1].pk) not in page
        assert chips["số 24"] == {"q": "quy hoạch"}
        for typed in ("chủ:trần thị bình", 'chu:"Tran Thi Binh"', "chủ: Thị Bình số:240"):
            page, chips = self.chips(client, q=typed)
            assert str(other.pk) in page, typed
            assert str(papers[0].pk) not in page, typed
            assert any(label.startswith("chủ giấy tờ ") for label in chips), typed
        assert chips["chủ giấy tờ Thị Bình"] == {"number": "240"}
        page, chips = self.chips(client, q="chủ:001099000009")
        assert {str(one.pk) in page for one in papers[1:]} == {True}
        assert str(papers[0].pk) not in page
        page, chips = self.chips(client, q="chủ:trần thị bìnhh")
        assert "chủ giấy tờ trần thị bình</a>" in page  # what may have been meant

    def test_values_are_suggested_while_a_filter_is_typed(self, client, papers, person, now):
        for at, name in enumerate(("Nguyễn Văn An", "Nguyễn Văn Ân"), start=4):
            paper(person, now, at, "birth_certificate", owner_name=name, number=f"24/{2020 + at}", title="KHAI SINH")
        feed(index=open_index(), store=open_store(), most=50)

        def told(typed):
            return set(re.findall(r'data-text="(.*?)"', client.get("/tim/goi-y", {"q": typed}).content.decode()))

        assert told("nguyen v") == {"Nguyễn Văn An", "Nguyễn Văn Ân"}
        assert told("chủ: nguyễn v") == {"chủ:Nguyễn Văn An", "chủ:Nguyễn Văn Ân"}
        assert told("số:24") == {"số:24/TTr-UBND", "số:24/2024", "số:24/2025"}
        assert told("số:0010990000") == set()  # of the card nothing
        assert told("loại:con mèo") == told("từ:31/02/2025") == set()

    def test_a_kind_of_letter_is_a_type_and_words(self, client, papers):
        page, chips = self.chips(client, q="loại:tờ trình")
        assert list(chips) == ["Văn bản hành chính"]
        assert str(papers[0].pk) in page
        assert str(papers[1].pk) not in page

    @pytest.mark.parametrize(
        ("asked", "kept"),
        [
            ({"q": "quy hoạch từ:31/02/2025"}, 'value="quy hoạch từ:31/02/2025"'),
            ({"q": "quy hoạch", "since": "31/02/2025"}, 'name="since" value="31/02/2025"'),
            ({"q": "quy hoạch", "until": "hôm qua"}, 'name="until" value="hôm qua"'),
            ({"q": "quy hoạch từ:2026 đến:2025"}, 'name="since" value="01/01/2026"'),
            ({"q": "quy hoạch loại:con mèo"}, 'value="quy hoạch loại:con mèo"'),
        ],
    )
    def test_what_was_not_understood_is_said_and_nothing_is_shown_without_it(self, client, papers, asked, kept):
        page, chips = self.chips(client, **asked)
        assert 'role="alert"' in page
        assert 'class="hit"' not in page
        assert 'class="facet"' not in page
        assert "Lưu tìm kiếm này</summary>" not in page
        assert not any("31/02" in label or "hôm" in label or "mèo" in label for label in chips)
        assert kept in page  # to be mended where it stands

    def test_what_only_looks_like_a_filter_is_said(self, client, papers):
        page, chips = self.chips(client, q="quy hoạch gửi đến: Ủy ban")
        assert "không phải là bộ lọc" in page
        assert not chips


class TestNothingFound:
    def test_what_may_have_been_meant(self, client, papers):
        page = client.get("/tim", {"q": "quy hoạchh đất"}).content.decode()
        assert "Có phải bạn muốn tìm" in page
        assert f"q={urlencode({'': 'quy hoạch đất'})[1:]}" in page
        assert "Có phải bạn muốn tìm" not in client.get("/tim", {"q": "quy hoạch"}).content.decode()

    def test_what_to_do(self, client, papers, stranger):
        page = client.get("/tim", {"q": "quy hoạch", "type": "diploma"}).content.decode()
        assert "Tìm lại không bộ lọc" in page
        theirs = signed_in(stranger).get("/tim", {"q": "quy hoạchh đất"}).content.decode()
        assert "Có phải bạn muốn tìm" not in theirs


def test_an_old_name_finds_the_paper_with_the_new_one_and_says_so(client, person, now):
    merged = date(2025, 7, 1)
    for level, code, name, parent, days in (
        ("province", "99", "Tỉnh Thử", "", {}),
        ("district", "991", "Huyện Xưa", "99", {"valid_to": merged}),
        ("commune", "99001", "Xã Cũ Kỹ", "991", {"valid_to": merged}),
        ("commune", "99002", "Xã Mới Mẻ", "99", {"valid_from": merged}),
    ):
        AdministrativeUnit.objects.create(level=level, code=code, name=name, parent=parent, folded=fold(name), **days)
    Succession.objects.create(level="commune", old="99001", new="99002", valid_from=merged)
    new = paper(person, now, 8, title="TỜ TRÌNH", issuer="UBND xã Mới Mẻ", issue_date="2025-09-01")
    old = paper(person, now, 9, title="ĐƠN", **{"applicant.residence": "xã Cũ Kỹ, huyện Xưa, tỉnh Thử"})
    index = open_index()
    index.clear()
    feed(index=index, store=open_store(), most=50)
    page = client.get("/tim", {"q": "cu ky"}).content.decode()
    assert str(new.pk) in page
    assert "Xã Cũ Kỹ, Huyện Xưa, Tỉnh Thử" in page  # by which name it was found
    assert str(old.pk) in client.get("/tim", {"q": "xã mới mẻ"}).content.decode()
    index.clear()


def test_without_the_index_it_is_said_what_works_and_a_code_is_opened(client, person, now, settings):
    settings.KHOSO = replace(settings.KHOSO, elasticsearch_url=urlsplit("http://127.0.0.1:2"))
    mine = paper(person, now, 1)
    Document.objects.filter(pk=mine.pk).update(code="001.KQ.001")
    for words in ("001.KQ.001", str(mine.pk)):
        page = client.get("/tim", {"q": words}).content.decode()
        assert "Chỉ mục tìm kiếm đang bận" in page
        assert "mở giấy tờ theo mã hoặc theo số ký hiệu (gõ đủ) vẫn làm được" in page
        assert f"/giay-to/{mine.pk}" in page
    assert "/giay-to/" not in client.get("/tim", {"q": "001.KQ"}).content.decode()
    stranger = ensure_user("khac", full_name="Người Khác", unit=ensure_unit("H36.99", "Đơn vị khác"))[0]
    assert "/giay-to/" not in signed_in(stranger).get("/tim", {"q": "001.KQ.001"}).content.decode()


def test_without_the_index_a_number_is_opened_by_who_may(client, person, now, settings, stranger):
    settings.KHOSO = replace(settings.KHOSO, elasticsearch_url=urlsplit("http://127.0.0.1:2"))
    mine = paper(person, now, 1, number="24/TTr-UBND")
    zero = paper(person, now, 2, number="05/QĐ-UBND")
    again = paper(person, now, 3, number="05/QĐ-UBND")
    for words, expected in (
        ("24/TTr-UBND", {mine}),
        ("số 24/TTr-UBND", {mine}),
        (" Số: 24 / TTr - UBND ", {mine}),
        ("5/qđ-ubnd", {zero, again}),
        ("24", set()),
        ("24/%", set()),
        ("số", set()),
        ("\0", set()),
    ):
        page = client.get("/tim", {"q": words}, follow=True).content.decode()
        assert {one for one in (mine, zero, again) if f"/giay-to/{one.pk}" in page} == expected, words
        assert "/giay-to/" not in signed_in(stranger).get("/tim", {"q": words}, follow=True).content.decode()
        told = client.get("/api/v1/search", {"q": words})
        refused = 422 if words == "\0" else 503
        assert told.status_code == (200 if expected else refused), words
        if expected:
            assert told.json()["index_away"]
            assert {hit["document"] for hit in told.json()["hits"]} == {str(one.pk) for one in expected}
        assert signed_in(stranger).get("/api/v1/search", {"q": words}).status_code == refused
    assert "24/TTr-UBND ·" in client.get("/tim", {"q": "24/TTr-UBND"}).content.decode()
    assert client.get("/api/v1/search", {"q": "số:24/TTr-UBND"}).json()["total"] == 1
    assert client.get("/api/v1/search", {"q": "", "number": "24/TTr-UBND"}).json()["total"] == 1
    assert client.get("/api/v1/search", {"q": "24/TTr-UBND", "state": "FILED"}).status_code == 503
    assert client.get("/api/v1/search", {"q": "quy hoạch số:24/TTr-UBND"}).status_code == 503
    assert f"/giay-to/{mine.pk}" in client.get("/tim", {"q": "số:24/TTr-UBND"}, follow=True).content.decode()


def test_without_the_index_a_number_that_was_corrected_is_no_longer_opened(client, person, now, settings):
    settings.KHOSO = replace(settings.KHOSO, elasticsearch_url=urlsplit("http://127.0.0.1:2"))
    mine = paper(person, now, 1, number="24/TTr-UBND")
    first = mine.records.get()
    DataRecord.objects.create(
        document=mine, version=first.version + 1, document_type=first.document_type, type_confidence=1.0,
        fields={}, number="25/TTr-UBND", created_at=now,
    )  # fmt: skip
    assert "/giay-to/" not in client.get("/tim", {"q": "24/TTr-UBND"}).content.decode()
    assert f"/giay-to/{mine.pk}" in client.get("/tim", {"q": "25/TTr-UBND"}).content.decode()


@pytest.mark.parametrize("exact", [True, False])
def test_counts_that_are_estimates_are_said_to_be(rf, exact):
    found = Hits(hits=(), total=7, exact=exact)
    page = render_to_string("search/search.html", {"query": "quyết định", "found": found}, rf.get("/tim"))
    assert "7 kết quả" in page
    assert ("ước tính" in page) is not exact
