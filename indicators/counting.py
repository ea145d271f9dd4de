"""Counts what the ledger tells, sealed batch by sealed batch: each event is in exactly one batch, so it is counted exactly once.

Batches are numbered in the order they committed, which ids of events are not. A batch and the mark that it is counted go
into one transaction; whoever dies in between has counted nothing. Deleting the five tables counts everything anew.
Documents of no unit are counted as those of `NOWHERE`.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from indicators.models import NOWHERE, Correction, Figures, Mark, Passage, StepFigures
from indicators.spans import spans_of
from khoso.kernel.clock import day_of
from warehouse.models import DataRecord, Document, LedgerBatch, LedgerEvent
from warehouse.quality import holds_back

ARRIVALS = frozenset({"received", "split_off"})
COUNTED = ARRIVALS | {"parked", "refused", "file", "corrected"}
_PARKED = "parked"
_OF_A_STEP = ("count", "seconds", "worked", "attended", "timed", "pages")
_SUMS = (
    "arrived", "parked", "refused", "filed", "pages", "seconds", "worked", "attended", "timed", "image_only", "fields", "doubtful", "reviewed",
    "corrected",
)  # fmt: skip


class _Sums:
    """What one batch adds, by unit and span."""

    def __init__(self) -> None:
        self.figures: dict[tuple[int, str], dict[str, float]] = defaultdict(lambda: dict.fromkeys(_SUMS, 0))
        self.steps: dict[tuple[int, str, str], list[float]] = defaultdict(lambda: [0, 0.0, 0.0, 0.0, 0, 0])

    def add(self, unit: int, day: date, **more: float) -> None:
        for span in spans_of(day):
            row = self.figures[unit, span]
            for name, value in more.items():
                row[name] += value

    def step(self, unit: int, day: date, passed: "Passed", pages: int) -> None:
        for span in spans_of(day):
            row = self.steps[unit, span, passed.step]
            row[0] += 1
            row[1] += passed.seconds
            row[2] += passed.worked
            row[3] += passed.attended or 0.0
            row[4] += passed.attended is not None
            row[5] += pages


def follow(*, most: int = 20) -> int:
    """Count batches the ledger has sealed since; one process at a time, others wait at the mark.

    Returns:
        How many batches were counted.
    """
    Mark.objects.get_or_create(pk=1)
    done = 0
    while done < most:
        with transaction.atomic():
            mark = Mark.objects.select_for_update().get(pk=1)
            batch = LedgerBatch.objects.filter(number=mark.batch + 1).first()
            if batch is None:
                break
            _count(batch)
            Mark.objects.filter(pk=1).update(batch=batch.number)
        done += 1
    return done


def behind() -> int:
    """How many sealed batches are not counted yet."""
    last = LedgerBatch.objects.order_by("-number").values_list("number", flat=True).first() or 0
    mark = Mark.objects.filter(pk=1).values_list("batch", flat=True).first() or 0
    return last - mark


def _count(batch: LedgerBatch) -> None:
    events = [event for event in batch.events.order_by("id") if event.kind in COUNTED and event.document]
    documents = Document.objects.only("unit_id", "pages", "created_at").in_bulk({event.document for event in events})
    known = [(event, documents[event.document]) for event in events if event.document in documents]
    sums = _Sums()
    _file([(event, document) for event, document in known if event.kind == "file"], sums)
    corrections = []
    for event, document in known:
        unit, day = _place(document), day_of(event.at)
        if event.kind in ARRIVALS:
            sums.add(unit, day, arrived=1)
        elif event.kind in {"parked", "refused"}:
            sums.add(unit, day, **{event.kind: 1})
        elif event.kind == "corrected":
            count = len(json.loads(event.body)["body"]["fields"])
            sums.add(unit, day, corrected=count)
            corrections.append(Correction(document=document, unit_id=unit, day=day, fields=count))
    Correction.objects.bulk_create(corrections)
    _write(sums)


def _place(document: Document) -> int:
    return NOWHERE if document.unit_id is None else document.unit_id


def _file(filed: Sequence[tuple[LedgerEvent, Document]], sums: _Sums) -> None:
    """A passage for each document that was filed, and its share of the sums."""
    ids = [document.pk for _event, document in filed]
    records: dict[UUID, list[DataRecord]] = defaultdict(list)
    for record in DataRecord.objects.filter(document__in=ids).order_by("version"):
        records[record.document_id].append(record)
    told: dict[UUID, list[Happened]] = defaultdict(list)
    rows = (
        LedgerEvent.objects.filter(document__in=ids).order_by("id").values_list("document", "id", "kind", "at", "body")
    )
    for pk, number, kind, at, body in rows:
        if pk is not None:
            told[pk].append(Happened(number, kind, at, worked_of(body) or 0.0, attended_of(body)))
    passages = []
    for event, document in filed:
        day, unit, pages = day_of(event.at), _place(document), document.pages or 0
        read = reading_of([record for record in records[document.pk] if record.created_at <= event.at])
        passed = steps_of(happened for happened in told[document.pk] if happened.number <= event.pk)
        seconds, worked = (event.at - document.created_at).total_seconds(), sum(one.worked for one in passed)
        people = [one.attended for one in passed if one.attended is not None]
        attended = sum(people) if people else None
        sums.add(
            unit, day, filed=1, pages=pages, seconds=seconds, worked=worked, attended=attended or 0.0,
            timed=len(people) > 0, image_only=read.image_only, fields=read.fields, doubtful=read.doubtful, reviewed=read.reviewed,
        )  # fmt: skip
        for one in passed:
            sums.step(unit, day, one, pages)
        passages.append(
            Passage(
                document=document, unit_id=unit, filed_on=day, pages=pages, seconds=seconds, worked=worked,
                attended=attended, steps=_by_step(passed), image_only=read.image_only, fields=read.fields, doubtful=read.doubtful,
                reviewed=read.reviewed,
            )
        )  # fmt: skip
    Passage.objects.bulk_create(passages, ignore_conflicts=True)


def _by_step(passed: Iterable["Passed"]) -> dict[str, list[float | None]]:
    """Step → times passed, seconds worked, seconds waited, seconds attended (None: unknown)."""
    out: dict[str, list[Passed]] = defaultdict(list)
    for one in passed:
        out[one.step].append(one)
    return {step: _together(times) for step, times in out.items()}


def _together(times: Sequence["Passed"]) -> list[float | None]:
    people = [one.attended for one in times if one.attended is not None]
    return [
        len(times),
        round(sum(one.worked for one in times), 3),
        round(sum(one.waited for one in times), 3),
        round(sum(people), 3) if people else None,
    ]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the versions of a document's data up to filing tell."""

    image_only: bool
    fields: int
    doubtful: int
    reviewed: int


def reading_of(records: Sequence[DataRecord]) -> Reading:
    """How a document was read: its first version is the machine's, its last what was filed."""
    if not records:
        return Reading(image_only=True, fields=0, doubtful=0, reviewed=0)
    first, last = records[0].fields, records[-1].fields
    useful = set(last) - {"title"}
    return Reading(
        image_only=not useful or records[-1].document_type == "unknown",
        fields=len(first),
        doubtful=sum(1 for field in first.values() if holds_back(field)),
        reviewed=sum(1 for name in {*first, *last} if _value(first, name) != _value(last, name)),
    )


def _value(fields: Mapping[str, Mapping[str, Any]], name: str) -> object:
    return fields[name]["value"] if name in fields else None


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as it matters here; `worked`: seconds a machine worked on its step; `attended`: a person, where that is known."""

    number: int
    kind: str
    at: datetime
    worked: float = 0.0
    attended: float | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """A step was passed in so many seconds; of these, `worked` by a machine, `attended` by a person (None: unknown)."""

    step: str
    seconds: float
    worked: float
    attended: float | None = None

    @property
    def waited(self) -> float:
        """Seconds nobody is known to have worked: waiting for a worker or a person, and what a person did unmeasured."""
        return self.seconds - self.worked - (self.attended or 0.0)


def worked_of(body: str) -> float | None:
    """Seconds a machine worked, as an event's body tells."""
    return _seconds(body, "worked_ms")


def attended_of(body: str) -> float | None:
    """Seconds a person worked, as an event's body tells; None where it does not."""
    return _seconds(body, "attended_ms")


def _seconds(body: str, name: str) -> float | None:
    if f'"{name}"' not in body:
        return None
    told = json.loads(body)["body"].get(name)
    return None if told is None else told / 1000


def steps_of(events: Iterable[Happened]) -> list[Passed]:
    """What each step took: from the event before it to its own. What stood still counts as parked."""
    out: list[Passed] = []
    before: Happened | None = None
    for event in events:
        if before is not None:
            name = _PARKED if before.kind == _PARKED else event.kind
            seconds = (event.at - before.at).total_seconds()
            most = max(seconds, 0.0)
            worked = min(event.worked, most)
            people = None if event.attended is None else min(event.attended, most - worked)
            out.append(Passed(name, seconds, worked, people))
        before = event
    return out


def _write(sums: _Sums) -> None:
    """Add to the tables. Nobody else writes them: the mark is locked."""
    units, spans = {unit for unit, _span in sums.figures}, {span for _unit, span in sums.figures}
    known = {(row.unit_id, row.span): row for row in Figures.objects.filter(unit__in=units, span__in=spans)}
    rows = []
    for (unit, span), more in sums.figures.items():
        old = known.get((unit, span))
        values = {name: value + (getattr(old, name) if old else 0) for name, value in more.items()}
        rows.append(Figures(unit_id=unit, span=span, **values))
    _put(Figures, rows, ["span", "unit"], _SUMS)
    units, spans = {key[0] for key in sums.steps}, {key[1] for key in sums.steps}
    steps = {(s.unit_id, s.span, s.step): s for s in StepFigures.objects.filter(unit__in=units, span__in=spans)}
    found = []
    for (unit, span, step), (count, seconds, worked, attended, timed, pages) in sums.steps.items():
        one = StepFigures(
            unit_id=unit,
            span=span,
            step=step,
            count=int(count),
            seconds=seconds,
            worked=worked,
            attended=attended,
            timed=int(timed),
            pages=int(pages),
        )
        before = steps.get((unit, span, step))
        if before is not None:
            for name in _OF_A_STEP:
                setattr(one, name, getattr(one, name) + getattr(before, name))
        found.append(one)
    _put(StepFigures, found, ["span", "unit", "step"], _OF_A_STEP)


def _put(model: type[Model], rows: Sequence[Model], unique: Sequence[str], columns: Sequence[str]) -> None:
    """Insert rows, or put their values in the place of what is there: one statement for many, not a CASE for each."""
    model._default_manager.bulk_create(  # noqa: SLF001
        rows, batch_size=500, update_conflicts=True, unique_fields=unique, update_fields=columns
    )
