"""Validity changed after filing: by whom, why, on what basis, from when; and by the calendar."""

import json
from datetime import date, timedelta

import pytest

from khoso.kernel.clock import day_of
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
    words = {"by": "canbo", "since": day_of(now) - timedelta(days=1), "seen": document.version, **SAID, **named}
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
        (Validity.REVOKED, {"since": date(2999, 1, 1)}, ReasonCode.DAY_TO_COME),
        (Validity.REVOKED, {"since": date(2026, 2, 4)}, ReasonCode.BEFORE_ISSUE),
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


@pytest.mark.parametrize(
    ("issued", "first"),
    [("2026-02-05", date(2026, 2, 5)), ("2026-02", date(2026, 2, 1)), ("2026", date(2026, 1, 1)), ("", None)],
)
def test_no_validity_begins_before_the_paper_was_issued(person, now, issued, first):
    fields = {"title": "TỜ TRÌNH"} | ({"issue_date": issued} if issued else {})
    document = filed_document(person, now, key="f", code="K-6", fields=fields)
    if first is not None:
        with pytest.raises(Refused) as error:
            put(document, Validity.REVOKED, now, since=first - timedelta(days=1))
        assert error.value.reason.code is ReasonCode.BEFORE_ISSUE
        assert "/".join(reversed(issued.split("-"))) in str(error.value)
    put(document, Validity.REVOKED, now, since=first or date(1990, 1, 1))
    assert document.validity == "revoked"


def test_a_certificate_is_issued_when_it_is_registered_unless_it_says_otherwise(person, now):
    fields = {"title": "GIẤY KHAI SINH", "registration_date": "2026-03-01"}
    document = filed_document(person, now, key="f", code="K-6", fields=fields, kind="birth_certificate")
    with pytest.raises(Refused) as error:
        put(document, Validity.REVOKED, now, since=date(2026, 2, 28))
    assert error.value.reason.code is ReasonCode.BEFORE_ISSUE


def test_the_day_or_the_basis_alone_is_mended_and_both_entries_stay(document, now):
    put(document, Validity.REVOKED, now, since=date(2026, 3, 1))
    with pytest.raises(Refused) as error:
        put(document, Validity.REVOKED, now, since=date(2026, 3, 1), why="nói lại đúng như vậy")
    assert error.value.reason.code is ReasonCode.NOTHING_CHANGED
    put(document, Validity.REVOKED, now, since=date(2026, 3, 2), why="ngày ghi nhầm, xem lại quyết định")
    put(document, Validity.REVOKED, now, since=date(2026, 3, 2), basis="QĐ 16/QĐ-UBND", why="số quyết định ghi nhầm")
    rows = document.validity_changes.order_by("pk").values_list("before", "after", "since", "basis")
    assert [(row[2].day, row[3]) for row in rows] == [(1, SAID["basis"]), (2, SAID["basis"]), (2, "QĐ 16/QĐ-UBND")]
    assert [row[:2] for row in rows] == [("active", "revoked"), ("revoked", "revoked"), ("revoked", "revoked")]


def three(person, now):
    return [filed_document(person, now, key=key, code=f"K-{key}") for key in "bcd"]


def test_papers_do_not_replace_each_other_in_a_circle(person, now):
    first, second, third = three(person, now)
    put(first, Validity.REPLACED, now, replaced_by=second.pk)
    with pytest.raises(Refused) as error:
        put(second, Validity.REPLACED, now, replaced_by=first.pk)
    assert error.value.reason.code is ReasonCode.REPLACED_IN_CIRCLE
    assert "K-b" not in str(error.value)  # a code holds its owner's number
    put(second, Validity.REPLACED, now, replaced_by=third.pk)
    with pytest.raises(Refused):
        put(third, Validity.REPLACED, now, replaced_by=first.pk)  # by way of the second
    put(first, Validity.ACTIVE, now)  # nothing takes its place any more
    put(third, Validity.REPLACED, now, replaced_by=first.pk)
    assert [d.validity for d in Document.objects.order_by("code")] == ["active", "replaced", "replaced"]


def test_a_circle_from_before_the_rule_ends_no_walk(person, now):
    first, second, third = three(person, now)
    for one, other in ((first, second), (second, first)):
        Document.objects.filter(pk=one.pk).update(validity="replaced")
        one.validity_changes.create(
            before="active", after="replaced", since=day_of(now), why="cũ", by="canbo", at=now, replaced_by=other
        )
    put(third, Validity.REPLACED, now, replaced_by=first.pk)
    assert third.validity == "replaced"


def test_what_replaces_was_there_on_that_day(document, person, now):
    later = filed_document(person, now, key="b", code="K-2", fields={"title": "T", "issue_date": "2026-05-01"})
    with pytest.raises(Refused) as error:
        put(document, Validity.REPLACED, now, replaced_by=later.pk, since=date(2026, 4, 30))
    assert error.value.reason.code is ReasonCode.BEFORE_REPLACEMENT
    put(document, Validity.REPLACED, now, replaced_by=later.pk, since=date(2026, 5, 1))


def test_another_replacement_is_said_in_place_of_a_wrong_one(document, person, now):
    wrong, right, _ = three(person, now)
    put(document, Validity.REPLACED, now, replaced_by=wrong.pk)
    put(document, Validity.REPLACED, now, replaced_by=right.pk)
    assert [row.replaced_by for row in document.validity_changes.order_by("pk")] == [wrong, right]


def test_the_page_mends_what_was_said_last(client, document, person, now):
    address = f"/giay-to/{document.pk}/hieu-luc"
    assert "Sửa ngày hoặc căn cứ" not in client.get(address).content.decode()
    put(document, Validity.REVOKED, now, since=date(2026, 3, 1))
    assert 'href="?sua=1"' in client.get(address).content.decode()
    page = client.get(f"{address}?sua=1").content.decode()
    assert 'value="revoked" required checked' in page
    assert 'value="01/03/2026"' in page
    assert f'value="{SAID["basis"]}"' in page
    assert SAID["why"] not in page.partition("Đã đổi trước đây")[0]  # what is mended has a reason of its own
    form = {"version": document.version, "validity": "revoked", "since": "01/01/2026", **SAID}
    bad = client.post(address, form)
    assert bad.status_code == 422
    assert "Ngày ban hành ghi trên giấy tờ là 05/02/2026" in bad.content.decode()
    assert 'value="01/01/2026"' in bad.content.decode()
    good = client.post(address, form | {"since": "02/03/2026"}, follow=True).content.decode()
    assert "(sửa lần ghi trước)" in good


def test_a_wrong_revocation_is_taken_back_by_another_entry(document, now):
    put(document, Validity.REVOKED, now)
    put(document, Validity.ACTIVE, now, why="thu hồi nhầm giấy tờ khác cùng số")
    assert [row.after for row in document.validity_changes.order_by("pk")] == ["revoked", "active"]


def test_what_is_past_its_term_is_not_made_valid_by_a_word(person, now):
    old = filed_document(person, now, key="d", code="K-4", valid_until=day_of(now) - timedelta(days=3))
    assert end_by_calendar(now=now) == 1
    old.refresh_from_db()
    with pytest.raises(Refused) as error:
        put(old, Validity.ACTIVE, now)
    assert error.value.reason.code is ReasonCode.TERM_HAS_PASSED


def test_the_calendar_ends_what_has_passed_once(person, document, now):
    today = day_of(now)
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
    form = {"version": document.version, "validity": "replaced", "since": "06/02/2026", "replaced_by": "K-22", **SAID}
    bad = client.post(address, form)
    assert bad.status_code == 422
    told = bad.content.decode()
    assert "Không tìm thấy giấy tờ thay thế «K-22»" in told
    assert 'value="K-22"' in told
    assert 'value="06/02/2026"' in told
    assert f">{SAID['why']}</textarea>" in told
    for wrong in ({"validity": "x"}, {"since": "32/01/2026"}, {"validity": ""}):
        assert client.post(address, form | wrong).status_code == 422
    good = client.post(address, form | {"replaced_by": "K-2"}, follow=True).content.decode()
    assert "đã thay thế" in good
    assert f"/giay-to/{other.pk}" in good
    assert SAID["why"] in good
    assert "Trần Thị Cán Bộ" in good
    assert "Đổi hiệu lực: đã thay thế từ 06/02/2026" in good


def test_the_api(client, document):
    body = {"validity": "revoked", "since": "2026-02-06", "version": document.version, **SAID}
    answer = client.post(f"/api/v1/documents/{document.pk}/validity", json.dumps(body), content_type="application/json")
    assert answer.status_code == 200
    assert answer.json()["validity"] == "revoked"
    assert answer.json()["validity_changes"][0]["basis"] == SAID["basis"]
    assert answer.json()["quality"]["song"] is False
