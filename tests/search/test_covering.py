"""What a hit may say before a reason was given: nothing of sensitive papers, no value of a sensitive field."""

import json
from dataclasses import replace
from urllib.parse import unquote, urlsplit

import pytest
from django.test import Client, RequestFactory

from catalogue.models import DocumentType
from khoso.kernel.clock import day_of, system_clock
from khoso.kernel.transcript import Box, Line, Transcript, Word
from khoso.wiring import open_index, open_store
from ocr.ports import Field
from search.covering import covered, struck
from search.ports import Entry, Query, Viewer
from search.projecting import entry, feed
from warehouse.masking import sensitive_type, sensitive_types
from warehouse.models import DataRecord, Document, Rendition, RenditionKind, State
from warehouse.moving import Intake, NewRecord, Outcome, create, move
from warehouse.shelf import put_bytes

SECRETS = ("không có án tích", "089199000001", "LÊ THỊ MẪU", "77/LLTP-STP", "Khmer", "le-thi-mau", "Cái Răng")


class TestStruck:
    def told(self, text, *secrets, marks=()):
        return struck(text, marks, secrets)

    def test_values_as_printed_and_marks_beside_them(self):
        text = "Họ tên: A. Dân tộc: Kinh. Nghề: Kinhtế"
        at, mark = text.index("Kinh."), text.index("Nghề")
        shown, marks = self.told(text, "Kinh", marks=((0, 6), (at, at + 4), (mark, mark + 4)))
        assert shown == "Họ tên: A. Dân tộc: •••. Nghề: Kinhtế"
        assert [shown[start:end] for start, end in marks] == ["Họ tên", "Nghề"]

    def test_values_cut_by_the_ends(self):
        shown, marks = self.told("… tuần hoàn, tại nhà; do ngừng …", "ngừng tuần hoàn", marks=((2, 6), (13, 16)))
        assert shown == "… •••, tại nhà; do ••• …"
        assert [shown[start:end] for start, end in marks] == ["tại"]

    def test_values_over_one_another_and_a_mark_over_both_ends(self):
        assert self.told("a b c d", "b c", "c d", marks=((0, 7),)) == ("a •••", ())
        assert self.told("a b", marks=((0, 1),)) == ("a b", ((0, 1),))


def paper(person, now, at, kind, **said):
    document, _ = create(f"{at:02}" * 32, "le-thi-mau.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
    fields = {
        name: Field(text, text, 1, None, 0.99, "ocr", "t", "administrative/number@1").to_json()
        for name, text in said.items()
    }
    changes = {"document_type": kind, "pages": 0, "facts": {"files": []}}
    outcome = Outcome(State.TO_CONFIRM, record=NewRecord(kind, 0.9, fields, "0" * 64), changes=changes)
    assert move(document, outcome, worker=None, actor="system", event="extract", now=now)
    return document


def read(document, *lines, at=1):
    """What was read on a page of it, words 100 apart, lines 50."""
    words = [
        [Word(text, Box(100 * n, 50 * row, 100 * n + 90, 50 * row + 40), 0.9) for n, text in enumerate(line.split())]
        for row, line in enumerate(lines)
    ]
    page = Transcript(2000, 3000, 300, tuple(Line(tuple(line), "t") for line in words), "t")
    kept = put_bytes(open_store(), json.dumps(page.to_json()).encode())
    Rendition.objects.create(
        document=document, kind=RenditionKind.TRANSCRIPT, part=at, digest=kept.digest, size=kept.size,
        media_type="application/json", created_at=system_clock(),
    )  # fmt: skip


@pytest.fixture
def papers(person, now, tables):
    """A criminal record, and a paper of an open type that says of which people somebody is."""
    index = open_index()
    index.clear()
    record = paper(
        person, now, 1, "criminal_record", title="PHIẾU LÝ LỊCH TƯ PHÁP SỐ 1", number="77/LLTP-STP",
        issuer="Sở Tư pháp MẪU", owner_name="LÊ THỊ MẪU", owner_id="089199000001",
    )  # fmt: skip
    letter = paper(
        person, now, 2, "marital_status", ethnicity="Khmer", number="5/XN", title="GIẤY XÁC NHẬN",
        owner_name="LÊ THỊ MẪU", owner_id="089199000001",
    )  # fmt: skip
    read(record, "PHIẾU LÝ LỊCH TƯ PHÁP SỐ 1", "LÊ THỊ MẪU CCCD số 089199000001", "không có án tích Cái Răng")
    read(
        letter,
        "GIẤY XÁC NHẬN tình trạng hôn nhân",
        "Họ tên LÊ THỊ MẪU",
        "Dân tộc Khmer Quốc tịch Việt Nam",
        "Tôn giáo: Hòa Hảo, chưa có án tích",
    )
    feed(index=index, store=open_store())
    yield [record, letter]
    index.clear()


@pytest.fixture
def client(person):
    made = Client()
    made.force_login(person)
    return made


HIDDEN = ("Cái Răng", "LÊ THỊ MẪU lý lịch", "lltp", "77", "08919900000", "le-thi-mau")
"""What stands in the criminal record and is covered on its page."""


def found_by(client, typed, **more):
    answer = client.get("/api/v1/search", {"q": typed, **more}).json()
    return [] if answer["relaxed"] else [hit["document"] for hit in answer["hits"]]


@pytest.mark.django_db
class TestNotAnOracle:
    def test_no_word_of_what_is_covered_finds_it(self, client, papers):
        record, letter = papers
        assert found_by(client, "án tích") == [str(letter.pk)]
        for typed in HIDDEN:
            assert str(record.pk) not in found_by(client, typed), typed
        for typed in ("Khmer", "dân tộc Khmer", "Hòa Hảo", "khme"):
            assert str(letter.pk) not in found_by(client, typed), typed
        assert found_by(client, "quốc tịch việt nam") == [str(letter.pk)]  # what stands beside it is found

    def test_what_names_it_finds_it(self, client, papers):
        record, letter = papers
        for typed in ("lý lịch tư pháp", "Sở Tư pháp MẪU", "77/LLTP-STP", "loại:lý lịch tư pháp"):
            assert found_by(client, typed) == [str(record.pk)], typed
        for typed in ("089199000001", "chủ:089199000001", "số:089199000001"):
            assert sorted(found_by(client, typed)) == sorted(str(one.pk) for one in papers), typed
        assert found_by(client, "chủ:Lê Thị Mẫu") == found_by(client, "LÊ THỊ MẪU") == [str(letter.pk)]

    def test_nothing_of_it_is_suggested_or_told_by_spelling_facets_or_likeness(self, client, papers):
        record, letter = papers
        for typed in ("lltp", "089199", "LÊ THỊ", "cái r", "khme", "án t"):
            told = client.get("/tim/goi-y", {"q": typed}).content.decode()
            assert not any(secret in told for secret in ("LLTP", "Cái Răng", "Khmer", "criminal"))
        for typed in ("khmerr", "rănng", "cái răg"):
            page = client.get("/tim", {"q": typed}).content.decode()
            assert "Có phải bạn muốn tìm" not in page, typed
        page = client.get(f"/giay-to/{record.pk}/giong").content.decode()
        for secret in ("Của cùng một người", "LÊ THỊ MẪU", "089199000001", "le-thi-mau", str(letter.pk)):
            assert secret not in page
        assert "mở giấy tờ và ghi lý do" in page

    def test_the_index_holds_none_of_it(self, papers):
        closed, opened = (entry(one, store=open_store()) for one in papers)
        assert (closed.body, closed.names, closed.numbers, closed.places, closed.owner_name) == ("", (), (), (), "")
        assert (closed.number, closed.owner_id, closed.code, closed.summary) == ("", "", "", "")
        assert set(closed.keys) == {"77/LLTP-STP", "089199000001"}
        assert "Khmer" not in opened.body
        assert "Hòa Hảo" not in opened.body
        assert "Dân tộc" in opened.body

    def test_a_number_is_opened_while_the_index_is_away_and_stays_covered(self, client, papers, settings):
        record, _letter = papers
        settings.KHOSO = replace(settings.KHOSO, elasticsearch_url=urlsplit("http://127.0.0.1:2"))
        page = client.get("/tim", {"q": "77/LLTP-STP"}).content.decode()
        assert f"/giay-to/{record.pk}" in page
        for secret in ("LÊ THỊ MẪU", "089199000001", "le-thi-mau"):
            assert secret not in page
        hit = client.get("/api/v1/search", {"q": "số 77/LLTP-STP"}).json()["hits"][0]
        assert (hit["document"], hit["number"], hit["title"]) == (str(record.pk), "•••", "PHIẾU LÝ LỊCH TƯ PHÁP SỐ 1")


@pytest.mark.django_db
def test_of_a_page_nothing_is_indexed_where_nobody_can_say_what_is_covered(person, now, tables):
    """A cause of death that is printed nowhere as it was taken down: the pages lie covered whole, and so do their words."""
    extract = paper(person, now, 3, "death_extract", number="9/TLKT", title="TRÍCH LỤC", **{"death.cause": "suy tim"})
    read(extract, "TRÍCH LỤC KHAI TỬ", "chết vì bệnh tim mạch")
    made = entry(extract, store=open_store())
    assert (made.body, made.number) == ("", "9/TLKT")
    fields = extract.records.get().fields
    fields["death.cause"]["page"] = None
    DataRecord.objects.filter(document=extract).update(fields=fields)
    read(extract, "Nguyên nhân: suy tim , tại nhà", at=2)
    body = entry(extract, store=open_store()).body
    assert "suy" not in body
    assert "tại nhà" in body


def quoted(document, **more):
    """An entry as an index behind the catalogue may hold it: with everything of a paper that lies covered."""
    return Entry(
        str(document.pk), 99, unit=document.unit.code, state=document.state, document_type=document.document_type,
        title=document.name, owner_id="089199000001", owner_name="LÊ THỊ MẪU", places=("quận Cái Răng",), **more,
    )  # fmt: skip


@pytest.fixture
def behind(papers):
    record, letter = papers
    return [
        quoted(record, number="77/LLTP-STP", body="LÊ THỊ MẪU, CCCD số 089199000001, không có án tích, Cái Răng"),
        quoted(letter, number="5/XN", body="Về án tích của một người, dân tộc: Khmer, đã hỏi xong"),
    ]


@pytest.mark.django_db
def test_hits_of_an_index_that_is_behind(index, behind):
    index.put(behind)
    found = index.find(Query("án tích"), viewer=Viewer()).hits
    request = RequestFactory().get("/")
    request.session = {}
    shown = {hit.document: hit for hit in covered(request, found)}
    closed, letter = (shown[one.document] for one in behind)
    assert (closed.title, closed.number, closed.owner_name, closed.snippet) == (
        "PHIẾU LÝ LỊCH TƯ PHÁP SỐ 1",
        "•••",
        "•••",
        "",
    )
    assert (closed.marks, closed.places) == ((), ())
    assert letter.snippet == "Về án tích của một người, dân tộc: •••, đã hỏi xong"
    assert [letter.snippet[start:end] for start, end in letter.marks] == ["án tích"]
    assert (letter.number, letter.owner_name) == ("5/XN", "LÊ THỊ MẪU")  # of an open type
    until = system_clock().timestamp() + 60
    request.session = {"uncovered": {one.document: until for one in behind}}
    opened = {hit.document: hit for hit in covered(request, found)}
    assert "không có án tích" in opened[closed.document].snippet
    assert covered(request, []) == []


@pytest.mark.django_db
def test_the_index_is_behind_the_catalogue(index, behind, person):
    index.put(behind)
    Document.objects.filter(pk=behind[1].document).update(document_type="health_certificate")
    request = RequestFactory().get("/")
    request.session = {}
    assert [hit.snippet for hit in covered(request, index.find(Query("án tích"), viewer=Viewer()).hits)] == ["", ""]


@pytest.mark.django_db
def test_pages_and_api_tell_more_once_a_reason_is_given(client, papers):
    record, letter = papers

    def told():
        page = client.get("/tim", {"q": "lý lịch tư pháp"}).content.decode()
        return page, client.get("/api/v1/search", {"q": "lý lịch tư pháp"}).content.decode()

    for text in told():
        assert str(record.pk) in text
        for secret in SECRETS:
            assert secret not in text
    page, answer = told()
    assert "Nội dung được che" in page
    assert "••• · " in page
    client.post(f"/giay-to/{record.pk}/hien-nhay-cam", {"basis": "giải quyết hồ sơ"})
    page, answer = told()
    for text in (page, answer):
        assert "77/LLTP-STP" in text
    assert "LÊ THỊ MẪU" in page
    like = client.get(f"/giay-to/{record.pk}/giong").content.decode()
    assert "Của cùng một người" in like  # of the paper itself a reason was given
    assert str(letter.pk) in like
    assert "Khmer" not in like


@pytest.mark.django_db
def test_more_like_an_open_paper_of_the_same_person(client, papers):
    record, letter = papers
    page = unquote(client.get(f"/giay-to/{letter.pk}/giong").content.decode())
    assert "Của cùng một người" in page
    assert str(record.pk) in page  # whoever knows the id finds it by the id
    for secret in ("LLTP-STP", "án tích", "Cái Răng", "le-thi-mau"):
        assert secret not in page


@pytest.mark.django_db
def test_lists_and_single_papers_are_judged_alike(tables):
    today = day_of(system_clock())
    slugs = set(DocumentType.objects.values_list("slug", flat=True))
    assert {slug for slug in slugs if sensitive_type(Document(document_type=slug), today)} == sensitive_types(today)
    assert "criminal_record" in sensitive_types(today)
