"""What people say of fields: kept with what was misread, counted for the report, asked twice where the type wants two."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product

import pytest

from catalogue.editing import revise
from catalogue.models import DocumentType
from khoso.kernel.clock import VIETNAM, day_of
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from ocr.accuracy import OUTCOMES, accuracy, settled
from ocr.ports import Field
from ocr.reviewing import SECOND, confirm, latest
from ocr.showing import shown_fields
from people.accounts import ensure_user
from warehouse import erasing
from warehouse.models import Settled, State
from warehouse.moving import Intake, NewRecord, Outcome, create, move

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]


def field(name, value, confidence, *, doubtful=False, engine="trueocr+tesseract"):
    made = Field(value, value, 1, None, confidence, "ocr", engine, f"citizen_id/{name}@1")
    return (made.doubted("low_confidence") if doubtful else made).to_json()


@pytest.fixture
def waiting(person, now):
    """A card that waits: the name misread and doubted, the number doubted but right, the day misread and not doubted."""
    document, _ = create("e" * 64, "thẻ.pdf", (), intake=Intake(by=person, queue="desk"), now=now)
    fields = {
        "person.name": field("person.name", "KA GlANG", 0.6, doubtful=True),
        "person.id_number": field("person.id_number", "060187572497", 0.7, doubtful=True),
        "person.birth_date": field("person.birth_date", "1987-02-01", 0.99),
    }
    outcome = Outcome(
        State.TO_CONFIRM,
        record=NewRecord("citizen_id", 0.9, fields, "0" * 64),
        changes={"document_type": "citizen_id", "pages": 0, "facts": {"files": []}},
    )
    assert move(document, outcome, worker=None, actor="system", event="extract", now=now)
    return document


@pytest.fixture
def other(unit):
    user, _ = ensure_user("nguoi.hai", full_name="Người Thứ Hai", unit=unit, role=None)
    return user


@pytest.fixture
def two_people(tables):
    DocumentType.objects.filter(slug="citizen_id").update(two_people=True)


MENDED = {"person.name": "KA GIANG", "person.id_number": "060187572497", "person.birth_date": "07/02/1987"}


def test_each_word_of_a_person_is_kept_with_what_stood_before(waiting, person, now):
    seen = []

    def cutouts(names):
        seen.extend(names)
        return dict.fromkeys(names, "c" * 64)

    confirm(waiting, MENDED, by=person, clock=lambda: now, cutouts=cutouts)
    rows = {row.field: row for row in Settled.objects.filter(document=waiting)}
    name, number = rows["person.name"], rows["person.id_number"]
    assert (name.outcome, name.before, name.after) == ("corrected", "KA GlANG", "KA GIANG")
    assert (name.doubtful, name.cutout, name.engine) == (True, "c" * 64, "trueocr+tesseract")
    assert (number.outcome, number.cutout, number.by) == ("confirmed", "", person.username)
    assert rows["person.birth_date"].doubtful is False
    assert sorted(seen) == ["person.birth_date", "person.name"]


def test_figures_tell_right_wrong_and_what_would_have_passed(waiting, person, now):
    confirm(waiting, {**MENDED, "expiry": "01/01/2030", "person.sex": ""}, by=person, clock=lambda: now)
    (kind,) = accuracy(["type"])
    assert kind.group == ("citizen_id",)
    assert (kind.right, kind.changed, kind.added, kind.absent, kind.unflagged) == (1, 2, 1, 0, 1)
    assert round(kind.accuracy, 3) == 0.333
    by_field = {row.group: row.accuracy for row in accuracy(["type", "field"])}
    assert by_field["citizen_id", "person.id_number"] == 1.0
    assert [row.group[0] for row in accuracy(["month"])] == [f"{day_of(now):%Y-%m}"]
    assert accuracy(["unit"], units=[]) == []
    assert accuracy(["engine"], since=day_of(now + timedelta(days=2))) == []
    with pytest.raises(ValueError, match="colour"):
        accuracy(["colour"])


def test_places_in_lists_count_together(waiting, person, now):
    for place in range(2):
        Settled.objects.create(
            document=waiting, record=2, document_type="land_certificate", field=f"owners[{place}].name",
            outcome="confirmed", before="A", after="A", by=person.username, at=now,
        )  # fmt: skip
    assert [(row.group, row.right) for row in accuracy(["field"])] == [(("owners[].name",), 2)]


def test_a_lawful_erasure_takes_what_people_typed_with_it(waiting, person, now):
    confirm(waiting, {"person.name": "KA GIANG"}, by=person, clock=lambda: now)
    assert Settled.objects.filter(document=waiting).exists()
    erasing.order(waiting, by=person.username, reason="theo quyết định", basis="QĐ 1/QĐ", now=now)
    assert not Settled.objects.filter(document=waiting).exists()


@pytest.mark.usefixtures("two_people")
def test_two_people_must_say_the_same(waiting, person, other, now):
    left = confirm(waiting, MENDED, by=person, clock=lambda: now)
    assert sorted(left) == sorted(MENDED)
    assert waiting.state == State.TO_CONFIRM
    with pytest.raises(Refused) as refused:
        confirm(waiting, {"person.name": "KA GIANG"}, by=person, clock=lambda: now)
    assert refused.value.reason.code == ReasonCode.SAME_PERSON
    assert confirm(waiting, {}, by=person, clock=lambda: now, rest=True) == left, "nor by the way"
    assert confirm(waiting, {}, by=other, clock=lambda: now, rest=True) == []
    assert waiting.state == State.CONFIRMED
    name = latest(waiting).fields["person.name"]
    assert (name["by"], name["checked_by"], name["doubts"]) == (person.username, other.username, [])


def test_what_a_type_asks_from_a_day_on_begins_at_midnight_in_viet_nam(waiting, person):
    row = DocumentType.objects.get(slug="citizen_id")
    midnight = datetime(2026, 11, 28, tzinfo=VIETNAM)  # seven hours of the 27th are left by UTC
    revise(row, {"two_people": True}, on=date(2026, 11, 28), by="quantri", at=midnight, why="hai người xác nhận")
    assert confirm(waiting, MENDED, by=person, clock=lambda: midnight) == sorted(MENDED, key=list(MENDED).index)
    assert waiting.state == State.TO_CONFIRM


@pytest.mark.usefixtures("two_people")
def test_where_two_people_differ_both_words_are_shown_and_neither_passes(waiting, person, other, now):
    confirm(waiting, MENDED, by=person, clock=lambda: now)
    left = confirm(waiting, {**MENDED, "person.name": "KA GIÀNG"}, by=other, clock=lambda: now)
    assert left == ["person.name"]
    (shown,) = [row for row in shown_fields(latest(waiting), []) if row.name == "person.name"]
    assert shown.value == "KA GIÀNG"
    assert person.username in shown.why
    assert shown.others == ("KA GIANG", "KA GlANG"), "the other person's word, then what the machine had read"
    assert confirm(waiting, {}, by=person, clock=lambda: now, rest=True) == left, "answered by name alone"
    assert confirm(waiting, {"person.name": "KA GIÀNG"}, by=person, clock=lambda: now) == []
    assert waiting.state == State.CONFIRMED


@pytest.mark.usefixtures("two_people")
def test_what_one_person_typed_waits_for_another(waiting, person, now):
    confirm(waiting, {"person.name": "KA GIANG"}, by=person, clock=lambda: now)
    assert SECOND in latest(waiting).fields["person.name"]["doubts"]


def test_another_type_is_read_anew_and_what_people_typed_stays(waiting, person, now):
    confirm(waiting, {"person.name": "KA GIANG"}, by=person, clock=lambda: now)

    def reextract(slug):
        assert slug == "driving_licence"
        made = {"class": field("class", "B2", 0.9), "person.name": field("person.name", "KA GLANG", 0.9)}
        return {name: Field.from_json(value) for name, value in made.items()}

    confirm(waiting, {}, by=person, clock=lambda: now, as_type="driving_licence", reextract=reextract, rest=True)
    assert waiting.state == State.TO_CONFIRM, "nobody has seen what was found anew"
    fields = latest(waiting).fields
    assert fields["class"]["value"] == "B2"
    assert fields["person.name"]["value"] == "KA GIANG"
    assert "person.birth_date" not in fields


def test_the_report_as_a_table_and_for_machines(waiting, person, now, capsys):
    from khoso.cli.output import Output
    from khoso.cli.report import show

    confirm(waiting, MENDED, by=person, clock=lambda: now)
    rows = accuracy(["type", "field"])
    show(rows, ("type", "field"), Output(json=True), csv=False)
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["field"]: row["accuracy"] for row in said}["person.id_number"] == 1.0
    show(rows, ("type", "field"), Output(json=False), csv=True)
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.startswith("loại,trường,đã xem,đúng")
    assert len(lines) == 3
    assert lines[0].startswith("Căn cước / Căn cước công dân,Người được cấp: ngày sinh,")
    engine = replace(rows[0], group=("=HYPERLINK(0)", "person.name"))  # a reader of one's own has any name
    show([engine], ("engine", "field"), Output(json=False), csv=True)
    assert capsys.readouterr().out.splitlines()[1].startswith("'=HYPERLINK(0),")
    show(rows, ("type", "field"), Output(json=False), csv=False)
    told = capsys.readouterr().out
    assert "Người được cấp: ngày sinh" in told
    assert "person.birth_date" not in told
    assert "citizen_id" not in told
    row = replace(rows[0], group=("unheard_of", "members[].name"))
    show([row], ("type", "field"), Output(json=False), csv=False)
    assert capsys.readouterr().out.splitlines()[-1].startswith("unheard_of  Thành viên: họ tên  ")


def test_figures_are_those_of_the_rows_behind_them(waiting, person, now):
    """Whatever rows there are: the figure and the list a click on it leads to."""
    Settled.objects.bulk_create(
        Settled(
            document=waiting, record=2, document_type=kind, field="number", outcome=outcome, before=before,
            after="x", before_by=said, by=person.username, at=now, doubtful=doubtful, unit=person.unit,
        )
        for n, (kind, outcome, before, said, doubtful) in enumerate(
            product(("diploma", "contract"), ("confirmed", "corrected", "absent", "added"), ("", "A"), ("", "x"), (True, False))
        )
        for _copy in range(1 + n % 3)
    )  # fmt: skip
    for one in accuracy(["type"], units=[person.unit_id]):
        rows = {name: settled(name).filter(document_type=one.group[0]).count() for name in OUTCOMES}
        assert {name: getattr(one, name) for name in OUTCOMES} == rows
        assert all(rows.values())
    assert len(accuracy(["type", "unit"], units=[None])) == 0
