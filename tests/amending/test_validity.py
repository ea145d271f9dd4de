"""Validity changed after filing: by whom, why, on what basis, from when; and by the calendar."""

import json
from datetime import date, timedelta

import pytest

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from search.projecting import due, entry
from tests.amending.conftest import filed_document
from warehouse.erasing import order
from warehouse.models import Document, LedgerEvent, Validity, ValidityChange
from warehouse.validity import BY_CALENDAR, change, end_by_calendar

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]
SAID = {"why": "cấp sai đối tượng, đã có kết luận", "basis": "QĐ 15/QĐ-UBND"}


def put(document, to, now, **named):
    words = {"by": "canbo", "since": now.date() - timedelta(days=1), "seen": document.version, **SAID, **named}
    change(document, to, now=now, **words)


def test_a_revocation_is_kept_with_who_why_and_basis(document, now, store):
    document.indexed_version = document.version
    document.save(update_fields=["indexed_version"])
    put(document, Validity.REVOKED, now)
    row = ValidityChange.objects.get()
    assert (row.before, row.after, row.by, row.why, row.basis) == ("active", "revoked", "canbo", *SAID.values())
    assert document.validity == "revoked"
    assert list(due()) == [document]
    assert entry(document, store=store).validity == "revoked"
    told = json.loads(LedgerEvent.objects.get(kind="validity").body)
    assert told["body"] == {"since": row.since.isoformat(), "validity": "revoked"}
    assert set(told["commitments"]) == {"why", "basis"}
    assert "đối tượng" not in json.dumps(told, ensure_ascii=False)


@pytest.mark.parametrize(
    ("to", "named", "code"),
    [
        (Validity.REVOKED, {"why": "sai"}, ReasonCode.WHY_NEEDED),
        (Validity.REVOKED, {"basis": " "}, ReasonCode.LEGAL_BASIS_NEEDED),
        (Validity.REVOKED, {"since": date(2999, 1, 1)}, ReasonCode.BAD_VALUE),
        (Validity.ACTIVE, {}, ReasonCode.NOTHING_CHANGED),
        (Validity.REPLACED, {}, ReasonCode.REPLACEMENT_NEEDED),
        (Validity.REVOKED, {"seen": 0}, ReasonCode.CHANGED_MEANWHILE),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_saved(document, now, to, named, code):
    with pytest.raises(Refused) as error:
        put(document, to, now, **named)
    assert error.value.reason.code is code
    document.refresh_from_db()
    assert document.validity == "active"
    assert not ValidityChange.objects.exists()
    assert not LedgerEvent.objects.filter(kind="validity").exists()


def test_replaced_by_another_filed_document_never_by_itself(document, person, now):
    other = filed_document(person, now, key="b", code="K-2")
    for wrong in (document.pk, None):
        with pytest.raises(Refused):
            put(document, Validity.REPLACED, now, replaced_by=wrong)
    put(document, Validity.REPLACED, now, replaced_by=other.pk, basis="")
    assert document.validity_changes.get().replaced_by == other
    assert list(Document.objects.filter(replaces__document=document)) == [other]


def test_a_wrong_revocation_is_taken_back_by_another_entry(document, now):
    put(document, Validity.REVOKED, now)
    put(document, Validity.ACTIVE, now, why="thu hồi nhầm giấy tờ khác cùng số")
    assert [row.after for row in document.validity_changes.order_by("pk")] == ["revoked", "active"]


def test_what_is_past_its_term_is_not_made_valid_by_a_word(person, now):
    old = filed_document(person, now, key="d", code="K-4", valid_until=now.date() - timedelta(days=3))
    assert end_by_calendar(now=now) == 1
    old.refresh_from_db()
    with pytest.raises(Refused) as error:
        put(old, Validity.ACTIVE, now)
    assert error.value.reason.code is ReasonCode.TERM_HAS_PASSED


def test_the_calendar_ends_what_has_passed_once(person, document, now):
    today = now.date()
    past = filed_document(person, now, key="d", code="K-4", valid_until=today - timedelta(days=3))
    last_day = filed_document(person, now, key="e", code="K-5", valid_until=today + timedelta(days=1))
    assert end_by_calendar(now=now) == 1
    assert end_by_calendar(now=now) == 0
    for row in (past, last_day, document):
        row.refresh_from_db()
    assert (past.validity, last_day.validity, document.validity) == ("expired", "active", "active")
    row = past.validity_changes.get()
    assert (row.by, row.why, row.since) == ("system", BY_CALENDAR, past.valid_until)


def test_erasing_takes_the_words_along(document, now):
    put(document, Validity.REVOKED, now)
    order(document, by="quantri", reason="hết hạn lưu", basis="QĐ 1", now=now)
    row = ValidityChange.objects.get()
    assert (row.why, row.basis, row.after) == ("", "", "revoked")


def test_the_page(client, document, person, now):
    address = f"/giay-to/{document.pk}/hieu-luc"
    assert "còn hiệu lực" in client.get(address).content.decode()
    other = filed_document(person, now, key="b", code="K-2")
    form = {"version": document.version, "validity": "replaced", "since": "01/02/2026", "replaced_by": "K-22", **SAID}
    bad = client.post(address, form)
    assert bad.status_code == 422
    told = bad.content.decode()
    assert "Không tìm thấy giấy tờ thay thế «K-22»" in told
    assert 'value="K-22"' in told
    assert 'value="01/02/2026"' in told
    assert f">{SAID['why']}</textarea>" in told
    for wrong in ({"validity": "x"}, {"since": "32/01/2026"}, {"validity": ""}):
        assert client.post(address, form | wrong).status_code == 422
    good = client.post(address, form | {"replaced_by": "K-2"}, follow=True).content.decode()
    assert "đã thay thế" in good
    assert f"/giay-to/{other.pk}" in good
    assert SAID["why"] in good
    assert "Trần Thị Cán Bộ" in good
    assert "Đổi hiệu lực: đã thay thế từ 01/02/2026" in good


def test_the_api(client, document):
    body = {"validity": "revoked", "since": "2026-02-01", "version": document.version, **SAID}
    answer = client.post(f"/api/v1/documents/{document.pk}/validity", json.dumps(body), content_type="application/json")
    assert answer.status_code == 200
    assert answer.json()["validity"] == "revoked"
    assert answer.json()["validity_changes"][0]["basis"] == SAID["basis"]
    assert answer.json()["quality"]["song"] is False
