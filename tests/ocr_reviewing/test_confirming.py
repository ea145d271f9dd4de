"""What a person may say of doubtful fields, and what nobody can say by the way: that an alarm is none."""

import pytest

from khoso.kernel.doubts import WORTH_A_LOOK
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from ocr.extraction.codes import FORGERY
from ocr.ports import Field
from ocr.reviewing import confirm, contradicted, latest
from warehouse.models import Document, State
from warehouse.moving import Intake, NewRecord, Outcome, create, move

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]


@pytest.fixture
def waiting(person, now):
    """A card that waits: one field misread, one contradicted by its code."""
    document, _ = create("e" * 64, "thẻ.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
    number = Field("060187572497", "060187572497", 1, None, 0.79, "code", "code/qr", "citizen_id/person.id_number.qr@1")
    name = Field("KA GIANG", "KA GIANG", 1, None, 0.6, "ocr", "t", "citizen_id/person.name@1").doubted("low_confidence")
    born = Field("1987-02-07", "07/02/1987", 1, None, 0.99, "ocr", "t", "citizen_id/person.birth_date@1")
    fields = {
        "person.id_number": number.doubted(FORGERY).to_json(),
        "person.name": name.to_json(),
        "person.birth_date": born.to_json(),
    }
    outcome = Outcome(
        State.TO_CONFIRM,
        record=NewRecord("citizen_id", 0.9, fields, "0" * 64),
        changes={"document_type": "citizen_id", "pages": 0, "facts": {"files": []}},
    )
    assert move(document, outcome, worker=None, actor="system", event="extract", now=now)
    return document


def test_everything_else_may_be_confirmed_at_once_but_never_an_alarm(waiting, person, now):
    assert confirm(waiting, {}, by=person, clock=lambda: now, rest=True) == ["person.id_number"]
    assert waiting.state == State.TO_CONFIRM
    assert latest(waiting).fields["person.name"]["by"] == person.username


def test_an_alarm_answered_by_name_lets_the_paper_go_on(waiting, person, now):
    assert confirm(waiting, {"person.id_number": "060187572497"}, by=person, clock=lambda: now, rest=True) == []
    assert waiting.state == State.CONFIRMED


def test_a_field_the_type_does_not_have_is_refused_and_nothing_saved(waiting, person, now):
    with pytest.raises(Refused) as refused:
        confirm(waiting, {"person.name": "KA GIANG", "foo.bar": "x"}, by=person, clock=lambda: now)
    assert refused.value.reason.code == ReasonCode.UNKNOWN_FIELD
    assert waiting.records.count() == 1


def test_an_impossible_value_is_refused_and_nothing_saved(waiting, person, now):
    with pytest.raises(Refused) as refused:
        confirm(waiting, {"person.name": "KA GIANG", "person.birth_date": "31/02/1987"}, by=person, clock=lambda: now)
    assert refused.value.reason.code == ReasonCode.BAD_VALUE
    assert waiting.records.count() == 1


def test_what_is_not_on_the_paper_is_remembered_as_said(waiting, person, now):
    confirm(waiting, {"person.name": "", "person.id_number": "060187572497"}, by=person, clock=lambda: now)
    record = latest(waiting)
    assert "person.name" not in record.fields
    assert record.absent["person.name"] == person.username
    assert waiting.state == State.CONFIRMED


def test_what_is_only_worth_a_look_lets_the_paper_go_and_stays_marked(waiting, person, now):
    record = latest(waiting)
    record.fields["person.birth_date"] |= {"doubtful": True, "doubts": [WORTH_A_LOOK]}
    record.save()
    said = {"person.id_number": "060187572497", "person.name": "KA GIANG"}
    assert confirm(waiting, said, by=person, clock=lambda: now) == []
    assert waiting.state == State.CONFIRMED
    assert latest(waiting).fields["person.birth_date"]["doubts"] == [WORTH_A_LOOK]


def test_confirming_the_rest_answers_what_is_worth_a_look_too(waiting, person, now):
    record = latest(waiting)
    record.fields["person.birth_date"] |= {"doubtful": True, "doubts": [WORTH_A_LOOK]}
    record.save()
    assert confirm(waiting, {"person.id_number": "060187572497"}, by=person, clock=lambda: now, rest=True) == []
    assert latest(waiting).fields["person.birth_date"]["by"] == person.username


def test_what_a_code_contradicts_is_named_as_left_open(waiting, person, now):
    left = confirm(waiting, {}, by=person, clock=lambda: now, rest=True)
    assert contradicted(latest(waiting), left) == ["person.id_number"]


def test_the_pixels_of_a_corrected_value_are_kept_also_where_the_type_is_changed_with_it(waiting, person, now):
    asked: list[str] = []

    def cutouts(names):
        asked.extend(names)
        return dict.fromkeys(names, "c" * 64)

    confirm(
        waiting,
        {"person.name": "KA GIÀNG"},
        by=person,
        clock=lambda: now,
        as_type="diploma",
        reextract=lambda _slug: {},
        cutouts=cutouts,
    )
    assert asked == ["person.name"]
    settled = waiting.settled.get(field="person.name")
    assert (settled.before, settled.after, settled.cutout) == ("KA GIANG", "KA GIÀNG", "c" * 64)


def test_of_two_who_confirm_at_the_same_moment_the_second_is_told_and_nothing_is_lost(waiting, person, now):
    """The paper waits before and after, so its state alone does not tell that the first was there."""
    first = Document.objects.get(pk=waiting.pk)

    def meanwhile(names):
        confirm(first, {"person.name": "KA GIÀNG"}, by=person, clock=lambda: now)
        return {}

    with pytest.raises(Refused) as refused:
        confirm(waiting, {"person.birth_date": "08/02/1987"}, by=person, clock=lambda: now, cutouts=meanwhile)
    assert refused.value.reason.code == ReasonCode.CHANGED_MEANWHILE
    assert latest(waiting).fields["person.name"]["value"] == "KA GIÀNG"
    assert latest(waiting).fields["person.birth_date"]["value"] == "1987-02-07"
