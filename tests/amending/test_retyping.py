"""Another type after filing: the text read anew, people's words kept, validity and index after it, bytes and code as they were."""

import json
from functools import partial

import pytest

from catalogue.models import DocumentType
from khoso.kernel.digest import digest_bytes
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from khoso.kernel.transcript import Box, Line, Transcript, Word
from khoso.wiring import open_store
from ocr.accuracy import accuracy
from ocr.correcting import correct
from ocr.retyping import left_open, retype
from ocr.reviewing import latest
from ocr.steps import reextract
from ocr.transcripts import store_transcript
from pages.ports import FileFacts, Kind, Origin, PageFacts
from search.projecting import due, entry
from tests.amending.conftest import filed_document
from warehouse.filing import YEAR, Keeping, keep_longer
from warehouse.models import Document, LedgerEvent, Rendition, RenditionKind, Settled, Validity

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]
WHY = "máy nhận nhầm loại, đối chiếu bản giấy"
LINES = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Số: 15/UBND-XNTTHN",
    "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN",
    "Họ, chữ đệm, tên: PHẠM THỊ MẪU",
    "Ngày, tháng, năm sinh: 02/03/1990",
    "Dân tộc: Kinh Quốc tịch: Việt Nam",
    "Tình trạng hôn nhân: Chưa đăng ký kết hôn với ai",
    "Mẫu, ngày 05 tháng 02 năm 2026",
)


def page():
    def line(number, text):
        words, x, y = [], 200, 100 + 120 * number
        for word in text.split():
            words.append(Word(word, Box(x, y, x + 30 * len(word), y + 50), 0.98))
            x += 30 * len(word) + 20
        return Line(tuple(words), "t")

    return Transcript(2480, 3508, 300.0, tuple(line(n, text) for n, text in enumerate(LINES)), "t")


@pytest.fixture
def kept():
    return open_store()


@pytest.fixture
def paper(person, now, kept):
    """A confirmation of marital status filed as a form; one value of it a person typed, one they said is not there."""
    fields = {"title": "GIẤY XÁC NHẬN", "number": "15/UBND", "issue_date": "2026-02-05"}
    document = filed_document(person, now, key="f", code="K-9", fields=fields, kind="application_form")
    original = kept.put([b"giay goc"], digest=digest_bytes(b"giay goc"), size=8)
    rows = ((RenditionKind.ORIGINAL, original), (RenditionKind.TRANSCRIPT, store_transcript(kept, page())))
    for part, (kind, stored) in enumerate(rows):
        Rendition.objects.create(
            document=document,
            kind=kind,
            part=part,
            digest=stored.digest,
            size=stored.size,
            media_type="x",
            created_at=now,
        )
    facts = FileFacts(Kind.JPEG, 8, Origin.PAPER, (PageFacts(1, 2480, 3508, 300.0, "file", "as_is"),))
    Document.objects.filter(pk=document.pk).update(pages=1, origin="paper", facts={"files": [facts.to_json()]})
    document.refresh_from_db()
    correct(
        document, {"number": "15/UBND-XNTTHN", "issue_date": ""}, by=person, why=WHY, seen=document.version,
        clock=lambda: now,
    )  # fmt: skip
    return document


@pytest.fixture
def change(paper, officer, now, kept):
    def to(slug, **named):
        words = {
            "by": officer, "why": WHY, "seen": paper.version, "clock": lambda: now,
            "reextract": partial(reextract, paper, store=kept), "keep": lambda _document, _slug: None, **named,
        }  # fmt: skip
        return retype(paper, slug, **words)

    return to


def test_the_text_is_read_as_the_new_type_and_what_people_said_stays(paper, change):
    before = latest(paper)
    made = change("marital_status")
    assert (made.document_type, made.version, made.by, made.why) == ("marital_status", 3, "canbo", WHY)
    assert made.bound_to == before.bound_to
    assert made.fields["person.name"]["value"].upper() == "PHẠM THỊ MẪU"
    assert made.fields["person.name"]["by"] == ""  # nobody has seen it yet
    assert made.fields["number"] == before.fields["number"]  # typed by a person
    assert "issue_date" not in made.fields
    assert made.absent == before.absent == {"issue_date": "nhanvien"}
    assert (paper.document_type, paper.type_confidence, paper.code) == ("marital_status", 1.0, "K-9")


def test_the_ledger_tells_it_and_the_index_is_due(paper, change, kept):
    Document.objects.filter(pk=paper.pk).update(indexed_version=paper.version)
    paper.refresh_from_db()
    change("marital_status")
    event = LedgerEvent.objects.get(kind="retyped")
    told = json.loads(event.body)
    assert told["body"] == {
        "before": "application_form", "document_type": "marital_status", "record": 3, "bound_to": "5" * 64,
    }  # fmt: skip
    assert "why" in told["commitments"]
    assert "MẪU" not in event.body
    assert list(due()) == [paper]
    assert entry(paper, store=kept).document_type == "marital_status"


def test_validity_follows_the_rule_of_the_new_type(paper, officer, change, now):
    correct(
        paper, {"issue_date": "05/02/2024"}, by=officer, why=WHY, seen=paper.version, clock=lambda: now
    )  # fmt: skip
    assert (paper.validity, paper.valid_until) == (Validity.ACTIVE, None)
    change("marital_status")
    assert paper.valid_until.isoformat() == "2024-08-05"  # six months from its issue
    assert paper.validity == Validity.EXPIRED
    change("birth_certificate", seen=paper.version)
    assert (paper.validity, paper.valid_until) == (Validity.ACTIVE, None)


def test_no_byte_is_touched_and_the_lock_only_grows(paper, change, kept, now):
    rows = list(paper.renditions.values_list("kind", "digest", "size"))
    keeping = Keeping(1, {"land_certificate": 70})
    kept.lock(digest_bytes(b"giay goc"), until=now + 5 * YEAR)
    change("contract", keep=partial(keep_longer, store=kept, keeping=keeping))
    assert kept.locked_until(digest_bytes(b"giay goc")) == now + 5 * YEAR
    change("land_certificate", keep=partial(keep_longer, store=kept, keeping=keeping))
    assert kept.locked_until(digest_bytes(b"giay goc")) == paper.filed_at + 70 * YEAR
    assert list(paper.renditions.values_list("kind", "digest", "size")) == rows


@pytest.mark.parametrize(
    ("slug", "named", "code"),
    [
        ("application_form", {}, ReasonCode.NOTHING_CHANGED),
        ("khong-co", {}, ReasonCode.BAD_VALUE),
        ("marital_status", {"why": "sai"}, ReasonCode.WHY_NEEDED),
        ("marital_status", {"seen": 0}, ReasonCode.CHANGED_MEANWHILE),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_saved(paper, change, slug, named, code):
    with pytest.raises(Refused) as error:
        change(slug, **named)
    assert error.value.reason.code is code
    paper.refresh_from_db()
    assert (paper.document_type, paper.records.count()) == ("application_form", 2)
    assert not LedgerEvent.objects.filter(kind="retyped").exists()


def test_what_stays_open_is_answered_on_the_page_for_corrections_and_counted(paper, officer, client, now):
    DocumentType.objects.filter(slug="marital_status").update(mandatory=["number", "status", "issuer"])
    address = f"/giay-to/{paper.pk}/doi-loai"
    assert "chọn loại" in client.get(address).content.decode()
    form = {"version": paper.version, "document_type": "marital_status", "why": "sai"}
    bad = client.post(address, form)
    assert bad.status_code == 422
    assert 'value="marital_status" selected' in bad.content.decode()
    answer = client.post(address, form | {"why": WHY}, follow=True)
    text = answer.content.decode()
    assert "Đã đổi loại" in text
    assert "cần chữ ký của cơ quan" in text
    assert answer.redirect_chain[-1][0] == f"/giay-to/{paper.pk}/sua-du-lieu"
    told = client.get(f"/giay-to/{paper.pk}").content.decode()  # and what to do about it stays on the document's page
    assert "Quét lại bản giấy thành tệp mới" in told
    assert f'<a href="/giay-to/{paper.pk}/hieu-luc">Đổi hiệu lực</a>.</li>' in told
    paper.refresh_from_db()
    assert "issuer" in left_open(paper, lambda: now)
    assert 'name="right" value="issuer"' in text
    said = {"version": paper.version, "right": left_open(paper, lambda: now), "value:issuer": "", "why": WHY}
    for name, field in latest(paper).fields.items():
        said[f"value:{name}"] = "05/02/2026" if name == "issue_date" else field["value"]
    said["value:person.birth_date"] = "02/03/1990"
    assert client.post(f"/giay-to/{paper.pk}/sua-du-lieu", said).status_code == 302
    paper.refresh_from_db()
    assert left_open(paper, lambda: now) == []
    assert latest(paper).absent["issuer"] == "canbo"
    page = client.get(f"/giay-to/{paper.pk}").content.decode()
    assert "Đổi loại giấy tờ sau khi lưu kho: Tờ khai, đơn → " in page


def test_a_doubtful_value_confirmed_after_filing_is_one_reading_that_was_right(person, officer, now):
    document = filed_document(person, now, key="9", code="K-8")
    record = document.records.get()
    record.fields["number"] |= {"doubtful": True, "doubts": ["low_confidence"]}
    record.save(update_fields=["fields"])
    correct(
        document, {"number": "24/TTr-UBND", "title": "TỜ TRÌNH"}, by=officer, why=WHY, seen=document.version,
        clock=lambda: now,
    )  # fmt: skip
    field = latest(document).fields["number"]
    assert (field["doubtful"], field["by"], field["value"]) == (False, "canbo", "24/TTr-UBND")
    correct(document, {"title": "BÁO CÁO"}, by=officer, why=WHY, seen=document.version, clock=lambda: now)
    told = {row.field: (row.outcome, row.doubtful, row.by) for row in Settled.objects.all()}
    assert told == {"number": ("confirmed", True, "canbo"), "title": ("corrected", False, "canbo")}
    figures = {one.group: one for one in accuracy(["field"])}
    assert figures["number",].right == 1
    assert (figures["title",].changed, figures["title",].unflagged) == (1, 1)


def test_the_api(client, paper):
    address = f"/api/v1/documents/{paper.pk}/type"
    body = {"document_type": "marital_status", "why": WHY, "version": paper.version}
    answer = client.post(address, json.dumps(body), content_type="application/json")
    assert answer.status_code == 200
    assert (answer.json()["document_type"], answer.json()["record_version"]) == ("marital_status", 3)
    again = client.post(address, json.dumps(body), content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (422, "nothing_changed")
