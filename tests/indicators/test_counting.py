"""Figures from the ledger: each event counted once, whatever dies in between, and the same when counted anew."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from indicators.board import Period
from indicators.counting import Happened, Passed, attended_of, behind, follow, reading_of, steps_of
from indicators.models import Correction, Figures, Mark, Passage, StepFigures
from indicators.spans import spans_of
from khoso.kernel.canonical import canonical
from ocr.correcting import correct
from tests.amending.conftest import filed_document
from warehouse import ledger
from warehouse.models import DataRecord, LedgerBatch, LedgerEvent, State
from warehouse.moving import Intake, NewRecord, Outcome, create, move, park

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tables")]
DAY = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)  # already the 21st in Viet Nam


def seal(now):
    while ledger.seal(now):
        pass


def day(span, unit):
    return Figures.objects.get(span=span, unit=unit)


def test_what_happened_is_added_to_its_day_in_viet_nam_and_its_month(person, unit):
    filed_document(person, DAY)
    waiting, _ = create("b" * 64, "b.pdf", (), intake=Intake(by=person, queue="desk"), now=DAY)
    park(waiting, {"code": "damaged", "params": {"detail": "x"}}, worker=None, actor="system", now=DAY)
    assert follow() == 0  # nothing is sealed yet
    seal(DAY)
    assert behind() == 1
    assert follow() == 1
    assert behind() == 0
    for span in ("2026-11-21", "2026-11.3", "2026-11", "2026.4", "2026"):
        row = day(span, unit)
        assert (row.arrived, row.filed, row.parked, row.refused, row.fields) == (2, 1, 1, 0, 4)
    assert not Figures.objects.filter(span="2026-11-20").exists()
    assert Passage.objects.get().filed_on == date(2026, 11, 21)


def test_each_batch_is_counted_once_and_all_anew_gives_the_same(person, officer_of, unit):
    document = filed_document(person, DAY)
    seal(DAY)
    follow()
    assert follow() == 0
    correct(
        document, {"number": "25/TTr-UBND", "issuer": "UBND"}, by=officer_of(unit), why="đối chiếu bản giấy thấy sai",
        seen=document.version, clock=lambda: DAY + timedelta(days=40),
    )  # fmt: skip
    seal(DAY)
    follow()
    assert (day("2026-11", unit).corrected, day("2026-12", unit).corrected) == (0, 2)
    assert (Correction.objects.get().day, Correction.objects.get().fields) == (date(2026, 12, 31), 2)

    def everything():
        names = [field.attname for field in Figures._meta.concrete_fields if field.attname != "id"]
        steps = StepFigures.objects.order_by("span", "step").values_list("span", "step", "count", "seconds")
        return list(Figures.objects.order_by("span").values(*names)), list(steps), list(Passage.objects.values())

    before = everything()
    for model in (Mark, Figures, StepFigures, Passage, Correction):
        model.objects.all().delete()
    assert follow() == 2
    assert everything() == before


def test_a_batch_that_fails_leaves_nothing_counted(person, unit):
    """As if the process died between the passages and the sums: a row of before the mark stands in the way."""
    document = filed_document(person, DAY)
    seal(DAY)
    batch = LedgerBatch.objects.get()
    event = batch.events.get(kind="file")
    LedgerEvent.objects.filter(pk=event.pk).update(kind="corrected", body="{}")  # a body no counting understands
    with pytest.raises(KeyError):
        follow()
    assert not Figures.objects.exists()
    assert not Passage.objects.exists()
    assert behind() == 1
    LedgerEvent.objects.filter(pk=event.pk).update(kind="file", body=event.body)
    assert follow() == 1
    assert Passage.objects.get().document == document


def test_how_a_document_was_read():
    def record(version, **fields):
        kind = "unknown" if fields.pop("unknown", False) else "diploma"
        made = {name: {"value": value.rstrip("?"), "doubtful": value.endswith("?")} for name, value in fields.items()}
        return DataRecord(version=version, fields=made, document_type=kind)

    first = record(1, title="BẰNG", number="12?", grade="khá?")
    read = reading_of([first, record(2, title="BẰNG", number="13", grade="khá", year="2020")])
    assert (read.fields, read.doubtful, read.reviewed, read.image_only) == (3, 2, 2, False)
    assert reading_of([]).image_only
    assert reading_of([record(1, title="BẰNG")]).image_only
    assert reading_of([record(1, title="BẰNG", number="1", unknown=True)]).image_only


def test_steps_take_the_time_since_the_event_before():
    at = [DAY + timedelta(seconds=n) for n in (0, 2, 5, 65, 70)]
    kinds, worked = ("received", "inspect", "parked", "resumed", "file"), (0.0, 1.5, 0.0, 0.0, 9.0)
    events = [Happened(n, *one) for n, one in enumerate(zip(kinds, at, worked, strict=True))]
    assert steps_of(events) == [
        Passed("inspect", 2.0, 1.5), Passed("parked", 3.0, 0.0), Passed("parked", 60.0, 0.0), Passed("file", 5.0, 5.0),
    ]  # fmt: skip
    assert steps_of([]) == []


def test_a_persons_time_is_known_or_not_and_never_more_than_there_was():
    at = [DAY + timedelta(seconds=n) for n in (0, 60, 100, 110)]
    events = [
        Happened(1, "weigh", at[0]),
        Happened(2, "confirmed", at[1], 0.0, 25.0),
        Happened(3, "confirmed", at[2], 0.0, None),
        Happened(4, "confirmed", at[3], 0.0, 99.0),
    ]
    passed = steps_of(events)
    assert [one.attended for one in passed] == [25.0, None, 10.0]
    assert [one.waited for one in passed] == [35.0, 40.0, 0.0]
    told = [canonical({"body": body}).decode() for body in ({}, {"attended_ms": 0}, {"attended_ms": 1500})]
    assert [attended_of(body) for body in told] == [None, 0.0, 1.5]


@pytest.mark.parametrize(
    ("since", "until", "spans"),
    [
        ((2026, 11, 26), (2026, 11, 26), ["2026-11-26"]),
        ((2026, 11, 1), (2026, 11, 30), ["2026-11"]),
        ((2026, 10, 30), (2026, 12, 2), ["2026-10-30", "2026-10-31", "2026-11", "2026-12-01", "2026-12-02"]),
        ((2024, 2, 1), (2024, 2, 28), ["2024-02.1", "2024-02.2", *(f"2024-02-{n}" for n in range(21, 29))]),
        ((2025, 1, 1), (2025, 12, 31), ["2025"]),
        (
            (2025, 1, 1),
            (2025, 11, 12),
            ["2025.1", "2025.2", "2025.3", "2025-10", "2025-11.1", "2025-11-11", "2025-11-12"],
        ),
    ],
)
def test_a_period_is_told_by_its_longest_spans(since, until, spans):
    assert Period(date(*since), date(*until)).spans() == spans


@given(st.dates(date(2019, 12, 1), date(2025, 3, 1)), st.integers(0, 900))
def test_the_spans_of_a_period_are_its_days_each_once(since, length):
    until = since + timedelta(days=length)
    days = [since + timedelta(days=n) for n in range(length + 1)]
    spans = Period(since, until).spans()
    assert len(set(spans)) == len(spans) <= 12 * 2 + 8
    told = Counter(span for day in days for span in spans_of(day))
    around = Counter(span for n in range(-400, length + 401) for span in spans_of(since + timedelta(days=n)))
    assert all(told[span] == around[span] for span in spans), "none reaches beyond the period"
    assert sum(told[span] for span in spans) == len(days)
    assert all(len(set(spans_of(day)) & set(spans)) == 1 for day in days)


def test_longer_spans_made_of_days_are_those_that_are_counted(person, unit):
    for n, at in enumerate((DAY, DAY - timedelta(days=12), DAY - timedelta(days=300))):
        filed_document(person, at, key=str(n), code=f"K-{n}")
    seal(DAY)
    follow()

    def longer():
        return [
            sorted(model.objects.exclude(span__regex=r"^\d{4}-\d\d(-\d\d)?$").values_list(*columns))
            for model, columns in (
                (Figures, ("span", "unit", "filed", "seconds")),
                (StepFigures, ("span", "step", "count", "pages")),
            )
        ]

    counted = longer()
    assert {row[0] for row in counted[0]} == {"2026-11.3", "2026-11.1", "2026-01.3", "2026.4", "2026.1", "2026"}
    migration = import_module("indicators.migrations.0006_longer_spans")
    for act in (migration.take_away, migration.add):
        act(None, SimpleNamespace(connection=connection))
    assert longer() == counted


def test_a_document_that_only_passed_through_a_person_counts_its_wait(person, unit):
    document, _ = create("c" * 64, "c.pdf", (), intake=Intake(by=person, queue="desk"), now=DAY)
    field = {"value": "1", "doubtful": True}
    record = NewRecord("diploma", 0.9, {"number": field}, "0" * 64)
    for state, event, minutes, made in (
        (State.TO_CONFIRM, "weigh", 1, record),
        (
            State.CONFIRMED,
            "confirmed",
            11,
            NewRecord("diploma", 0.9, {"number": {"value": "2", "doubtful": False}}, "0" * 64),
        ),
        (State.FILED, "file", 12, None),
    ):
        changes = {"code": "K", "filed_at": DAY, "pages": 3} if state is State.FILED else {}
        outcome = Outcome(state, changes=changes, record=made)
        assert move(document, outcome, worker=None, actor="x", event=event, now=DAY + timedelta(minutes=minutes))
    seal(DAY)
    follow()
    steps = {row.step: (row.count, row.seconds, row.pages) for row in StepFigures.objects.filter(span="2026-11")}
    assert steps["confirmed"] == (1, 600.0, 3)
    passage = Passage.objects.get()
    assert (passage.pages, passage.seconds, passage.doubtful, passage.reviewed) == (3, 720.0, 1, 1)
