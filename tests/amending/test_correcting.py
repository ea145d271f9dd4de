"""Corrections after filing: a new version, who and why, and nothing else touched."""

import json
from datetime import date, timedelta
from functools import partial

import pytest

from khoso.kernel.clock import day_of
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from ocr.correcting import addable, changed_in, compare, correct
from search.projecting import due, entry
from tests.amending.conftest import filed_document
from warehouse.erasing import order
from warehouse.models import LedgerEvent, State, Validity, ValidityChange
from warehouse.validity import change

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]
WHY = "số bị đọc nhầm, đối chiếu bản giấy"


def refused(code, *arguments, **named):
    with pytest.raises(Refused) as error:
        correct(*arguments, **named)
    assert error.value.reason.code is code


def test_a_correction_is_a_new_version_bound_to_the_same_bytes(document, officer, now):
    before = document.records.get()
    made = correct(document, {"number": "25/TTr-UBND"}, by=officer, why=WHY, seen=document.version, clock=lambda: now)
    assert (made.version, made.by, made.why, made.bound_to) == (2, "canbo", WHY, before.bound_to)
    assert made.fields["number"]["value"] == "25/TTr-UBND"
    assert made.fields["number"]["by"] == "canbo"
    assert made.fields["number"]["text"] == "24/TTr-UBND"  # what stands on the paper, as read, stays its proof
    assert made.fields["title"] == before.fields["title"]
    before.refresh_from_db()
    assert before.fields["number"]["value"] == "24/TTr-UBND"
    assert document.state == State.FILED
    assert not document.renditions.exists()
    assert not document.revisions.exists()


def test_the_ledger_names_the_fields_and_commits_to_the_words(document, officer, now):
    correct(document, {"number": "25/TTr-UBND"}, by=officer, why=WHY, seen=document.version, clock=lambda: now)
    event = LedgerEvent.objects.get(kind="corrected")
    told = json.loads(event.body)
    assert told["body"] == {"bound_to": "5" * 64, "fields": ["number"], "record": 2}
    assert set(told["commitments"]) == {"why", "number"}
    assert "đọc nhầm" not in event.body
    assert "25/TTr" not in event.body


def test_the_index_is_due_and_gets_the_new_value(document, officer, now, store):
    document.indexed_version = document.version
    document.save(update_fields=["indexed_version"])
    assert not due().exists()
    correct(document, {"number": "25/TTr-UBND"}, by=officer, why=WHY, seen=document.version, clock=lambda: now)
    assert list(due()) == [document]
    assert entry(document, store=store).number == "25/TTr-UBND"


@pytest.mark.parametrize(
    ("values", "why", "code"),
    [
        ({"number": "25/TTr-UBND"}, "sai", ReasonCode.WHY_NEEDED),
        ({"number": "24/TTr-UBND"}, WHY, ReasonCode.NOTHING_CHANGED),
        ({}, WHY, ReasonCode.NOTHING_CHANGED),
        ({"issue_date": "31/02/2026"}, WHY, ReasonCode.BAD_VALUE),
        ({"foo.bar": "x"}, WHY, ReasonCode.UNKNOWN_FIELD),
        ({"expiry": " "}, WHY, ReasonCode.NOTHING_CHANGED),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_saved(document, officer, now, values, why, code):
    seen = document.version
    refused(code, document, values, by=officer, why=why, seen=seen, clock=lambda: now)
    document.refresh_from_db()
    assert document.records.count() == 1
    assert document.version == seen
    assert not LedgerEvent.objects.filter(kind="corrected").exists()


def test_two_who_correct_at_once_do_not_overwrite_each_other(document, officer, now):
    seen = document.version
    correct(document, {"number": "25/TTr-UBND"}, by=officer, why=WHY, seen=seen, clock=lambda: now)
    refused(
        ReasonCode.CHANGED_MEANWHILE, document, {"number": "26/TTr-UBND"},
        by=officer, why=WHY, seen=seen, clock=lambda: now,
    )  # fmt: skip
    assert document.records.count() == 2


def test_only_what_is_filed_is_corrected(document, officer, now):
    order(document, by="quantri", reason="hết hạn lưu", basis="QĐ 1", now=now)
    refused(
        ReasonCode.NOT_NOW, document, {"number": "1"}, by=officer, why=WHY, seen=document.version, clock=lambda: now
    )


def test_a_field_may_be_taken_off_and_another_added(document, officer, now):
    made = correct(
        document, {"issue_date": "", "summary": "về việc  thử"}, by=officer, why=WHY, seen=document.version,
        clock=lambda: now,
    )  # fmt: skip
    assert "issue_date" not in made.fields
    assert made.absent == {"issue_date": "canbo"}
    assert made.fields["summary"]["value"] == "về việc thử"
    assert "issue_date" in addable(made)
    assert "summary" not in addable(made)


def test_a_corrected_term_moves_validity_with_it_but_never_over_a_persons_word(document, officer, now):
    def set_expiry(text):
        correct(document, {"expiry": text}, by=officer, why=WHY, seen=document.version, clock=lambda: now)

    past, future = (day_of(now) + timedelta(days=days) for days in (-30, 300))
    set_expiry(past.isoformat())
    assert (document.validity, document.valid_until) == (Validity.EXPIRED, past)
    assert ValidityChange.objects.get().by == "system"
    set_expiry(future.isoformat())
    assert (document.validity, document.valid_until) == (Validity.ACTIVE, future)
    document.validity_changes.create(
        before="active",
        after="expired",
        since=date(2026, 1, 1),
        why="theo luật mới",
        basis="Điều 1",
        by="canbo",
        at=now,
    )
    document.validity = Validity.EXPIRED
    document.save(update_fields=["validity"])
    set_expiry((future + timedelta(days=1)).isoformat())
    assert document.validity == Validity.EXPIRED


def test_versions_side_by_side(document, officer, now):
    for number in ("25/TTr-UBND", "26/TTr-UBND"):
        correct(document, {"number": number}, by=officer, why=WHY, seen=document.version, clock=lambda: now)
    records = list(document.records.order_by("version"))
    assert changed_in(records) == {2: ["number"], 3: ["number"]}
    changed = [one for one in compare(records[0], records[2]) if one.changed]
    assert [(one.name, one.before, one.after) for one in changed] == [("number", "24/TTr-UBND", "26/TTr-UBND")]


def test_the_form_keeps_what_was_typed_when_it_cannot_be_saved(client, document):
    address = f"/giay-to/{document.pk}/sua-du-lieu"
    page = client.get(address).content.decode()
    assert ">05/02/2026</textarea>" in page
    form = {
        "version": document.version, "value:number": "25/TTr-UBND", "value:issue_date": "31/02/2026",
        "value:title": "TỜ TRÌNH", "new_field": "summary", "new_value": "về việc thử", "why": WHY,
    }  # fmt: skip
    bad = client.post(address, form)
    assert bad.status_code == 422
    told = bad.content.decode()
    assert "không hợp lệ ở ô «Ngày cấp»: cần ngày có thật" in told
    assert "Chưa lưu gì" in told
    for kept in (">25/TTr-UBND</textarea>", ">31/02/2026</textarea>", 'value="về việc thử"', f">{WHY}</textarea>"):
        assert kept in told
    assert document.records.count() == 1
    good = client.post(address, form | {"value:issue_date": "05/02/2026"}, follow=True)
    text = good.content.decode()
    assert "Đã lưu bản dữ liệu mới" in text
    assert "25/TTr-UBND" in text
    assert f"«{WHY}»" in text
    assert "Trần Thị Cán Bộ" in text
    record = document.records.order_by("-version").first()
    assert record.fields["summary"]["by"] == "canbo"
    assert record.fields["issue_date"]["by"] == ""  # sent along, not changed


def test_an_old_form_is_told_so_and_can_be_sent_again(client, document):
    address = f"/giay-to/{document.pk}/sua-du-lieu"
    form = {"version": document.version - 1, "value:number": "25/TTr-UBND", "why": WHY}
    old = client.post(address, form)
    assert old.status_code == 422
    assert "vừa được người khác" in old.content.decode()
    assert f'name="version" value="{document.version}"' in old.content.decode()


def test_the_versions_page_shows_what_changed(client, document, officer, now):
    correct(document, {"number": "25/TTr-UBND"}, by=officer, why=WHY, seen=document.version, clock=lambda: now)
    text = client.get(f"/giay-to/{document.pk}/du-lieu").content.decode()
    assert "<del>24/TTr-UBND</del>" in text
    assert "<ins>25/TTr-UBND</ins>" in text
    for query in ("?tu=1&den=1", "?tu=9&den=x", "?den=999999999999999999999"):
        assert client.get(f"/giay-to/{document.pk}/du-lieu{query}").status_code == 200


def test_sensitive_values_stay_covered_among_versions(client, person, officer, now):
    fields = {"title": "GIẤY KHÁM SỨC KHỎE", "conclusion": "Loại I"}
    paper = filed_document(person, now, key="c", code="K-3", fields=fields, kind="health_certificate")
    correct(paper, {"conclusion": "Loại II"}, by=officer, why=WHY, seen=paper.version, clock=lambda: now)
    text = client.get(f"/giay-to/{paper.pk}/du-lieu").content.decode()
    assert "Loại I" not in text
    assert "khác" in text
    answer = client.get(f"/api/v1/documents/{paper.pk}/versions").json()
    assert [row["fields"]["conclusion"]["value"] for row in answer] == ["•••", "•••"]


def test_the_api(client, document):
    body = {"fields": {"number": "25/TTr-UBND"}, "why": WHY, "version": document.version}
    address = f"/api/v1/documents/{document.pk}/corrections"
    answer = client.post(address, json.dumps(body), content_type="application/json")
    assert answer.status_code == 200
    assert answer.json()["fields"]["number"]["value"] == "25/TTr-UBND"
    assert answer.json()["record_version"] == 2
    again = client.post(address, json.dumps(body), content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (422, "nothing_changed")
    versions = client.get(f"/api/v1/documents/{document.pk}/versions").json()
    assert [(row["version"], row["by"], row["why"]) for row in versions] == [(1, None, None), (2, "canbo", WHY)]


def test_what_another_corrected_meanwhile_is_neither_taken_back_nor_hidden(client, document, person, now):
    address = f"/giay-to/{document.pk}/sua-du-lieu"
    page = client.get(address).context
    form = {f"value:{field.name}": field.value for field in page["fields"]}
    form |= {"version": page["version"], "record": page["record"], "why": WHY, "value:title": "TỜ TRÌNH KHÁC"}
    theirs = {"issuer": "UBND xã Mẫu", "title": "CÔNG VĂN", "summary": "về việc thử"}
    correct(document, theirs, by=person, why=WHY, seen=document.version, clock=lambda: now)
    for odd in ({}, {"value:issue_date": "31/02/2026"}):  # whatever the refusal is, the old values are not sent again
        answer = client.post(address, form | odd)
        assert answer.status_code == 422
        shown = {field.name: field for field in answer.context["fields"]}
        assert shown["issuer"].value == "UBND xã Mẫu"
        assert shown["summary"].value == "về việc thử"
        assert "trước là «UBND MẪU»" in shown["issuer"].meanwhile
        assert person.get_full_name() in shown["issuer"].meanwhile
        assert (shown["title"].value, shown["title"].others) == ("TỜ TRÌNH KHÁC", ("CÔNG VĂN",))
        assert "vừa ghi «CÔNG VĂN»" in shown["title"].meanwhile
        assert 'data-other="CÔNG VĂN"' in answer.content.decode()
        assert not shown["number"].meanwhile
    assert shown["issue_date"].fault
    again = {f"value:{name}": field.value for name, field in shown.items()} | {"value:issue_date": "05/02/2026"}
    again |= {"version": answer.context["version"], "record": answer.context["record"], "why": WHY}
    assert client.post(address, again).status_code == 302
    record = document.records.latest("version")
    kept = {name: record.fields[name]["value"] for name in ("issuer", "title", "summary")}
    assert kept == theirs | {"title": "TỜ TRÌNH KHÁC"}


def test_what_both_added_or_one_took_off_stays_on_screen(client, document, person, now):
    address = f"/giay-to/{document.pk}/sua-du-lieu"
    page = client.get(address).context
    form = {f"value:{field.name}": field.value for field in page["fields"]}
    form |= {"version": page["version"], "record": page["record"], "why": WHY, "value:number": "25/TTr-UBND"}
    form |= {"new_field": "summary", "new_value": "lời của tôi"}
    theirs = {"summary": "lời người kia", "number": "", "issuer": ""}
    correct(document, theirs, by=person, why=WHY, seen=document.version, clock=lambda: now)
    answer = client.post(address, form)
    shown = {field.name: field for field in answer.context["fields"]}
    assert (shown["summary"].value, shown["summary"].others) == ("lời của tôi", ("lời người kia",))
    assert shown["number"].value == "25/TTr-UBND"
    assert "vừa bỏ" in shown["number"].meanwhile
    assert shown["issuer"].value == ""
    assert "UBND MẪU" in shown["issuer"].meanwhile


def test_a_value_beyond_all_length_is_refused_beside_its_field(client, document):
    address = f"/giay-to/{document.pk}/sua-du-lieu"
    page = client.get(address).context
    form = {"version": page["version"], "record": page["record"], "why": WHY, "value:title": "x" * 2001}
    answer = client.post(address, form)
    assert answer.status_code == 422
    (title,) = [field for field in answer.context["fields"] if field.name == "title"]
    assert "2001 ký tự" in title.fault
    assert title.value == "x" * 2001
    body = {"fields": {"title": "y" * 200_000}, "why": WHY, "version": document.version}
    told = client.post(
        f"/api/v1/documents/{document.pk}/corrections", json.dumps(body), content_type="application/json"
    )
    assert (told.status_code, told.json()["code"]) == (422, "value_too_long")
    assert document.records.count() == 1
    assert client.post(address, form | {"value:title": "x" * 2000}).status_code == 302


def test_what_was_typed_into_a_review_another_ended_goes_into_the_form_for_corrections(client, document, person, now):
    form = {"version": 1, "act": "rest", "value:title": "TỜ TRÌNH", "value:number": "25/TTr-UBND"}
    correct(document, {"number": "26/TTr-UBND"}, by=person, why=WHY, seen=document.version, clock=lambda: now)
    late = client.post(f"/giay-to/{document.pk}/xac-nhan", form)
    assert late.status_code == 422
    shown = {field.name: field for field in late.context["fields"]}
    assert (shown["number"].value, shown["number"].others) == ("25/TTr-UBND", ("26/TTr-UBND",))
    assert person.get_full_name() in shown["number"].meanwhile
    assert "vừa được người khác" in late.content.decode()
    again = {"version": late.context["version"], "record": late.context["record"], "why": WHY}
    sent = client.post(f"/giay-to/{document.pk}/sua-du-lieu", again | {"value:number": shown["number"].value})
    assert sent.status_code == 302
    assert document.records.latest("version").fields["number"]["value"] == "25/TTr-UBND"


def test_a_review_another_ended_with_the_same_words_says_so(client, document):
    form = {"version": 1, "act": "rest", "value:title": "TỜ TRÌNH", "value:number": "24/TTr-UBND"}
    late = client.post(f"/giay-to/{document.pk}/xac-nhan", form, follow=True)
    assert "bạn chưa gõ gì khác" in late.content.decode()


def test_what_was_typed_too_late_is_named_where_it_cannot_be_corrected_yet(client, document):
    type(document).objects.filter(pk=document.pk).update(state=State.CONFIRMED, filed_at=None)
    form = {"version": 1, "act": "rest", "value:number": "25/TTr-UBND"}
    late = client.post(f"/giay-to/{document.pk}/xac-nhan", form, follow=True)
    assert "Số, ký hiệu: «25/TTr-UBND»" in late.content.decode()


def test_neither_a_term_nor_a_validity_comes_before_the_issue(document, officer, now):
    put = partial(correct, document, by=officer, why=WHY, clock=lambda: now)
    with pytest.raises(Refused) as error:
        put({"issue_date": "06/02/2026", "expiry": "05/02/2026"}, seen=document.version)
    assert error.value.reason.code is ReasonCode.ENDS_BEFORE_ISSUE
    assert error.value.reason.params["field"] == "expiry"
    change(
        document,
        Validity.REVOKED,
        by="canbo",
        why=WHY,
        basis="QĐ 1",
        since=date(2026, 3, 1),
        seen=document.version,
        now=now,
    )
    with pytest.raises(Refused) as error:
        put({"issue_date": "02/03/2026"}, seen=document.version)
    assert error.value.reason.code is ReasonCode.VALIDITY_BEFORE
    assert "01/03/2026" in str(error.value)
    put({"issue_date": "01/03/2026"}, seen=document.version)
    put({"issue_date": ""}, seen=document.version)  # not on the paper: binds nothing
