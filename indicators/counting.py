"""Counts what the ledger tells, sealed batch by sealed batch: each event is in exactly one batch, so it is counted exactly once.

Batches are numbered in the order they committed, which ids of events are not. A batch and the mark that it is counted go
into one transaction; whoever dies in between has counted nothing. Deleting the four tables counts everything anew.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Model

from indicators.models import Figures, Mark, Passage, StepFigures
from khoso.kernel.clock import VIETNAM
from warehouse.models import DataRecord, Document, LedgerBatch, LedgerEvent

ARRIVALS = frozenset({"received", "split_off"})
COUNTED = ARRIVALS | {"parked", "refused", "file", "corrected"}
_PARKED = "parked"
_SUMS = (
    "arrived", "parked", "refused", "filed", "pages", "seconds", "image_only", "fields", "doubtful", "reviewed",
    "corrected",
)  # fmt: skip


def spans_of(day: date) -> tuple[str, str]:
    """The spans a day's events are added to: the day and its month."""
    return day.isoformat(), f"{day.year:04d}-{day.month:02d}"


def day_of(moment: datetime) -> date:
    """The day in Viet Nam."""
    return moment.astimezone(VIETNAM).date()


class _Sums:
    """What one batch adds, by unit and span."""

    def __init__(self) -> None:
        self.figures: dict[tuple[int, str], dict[str, float]] = defaultdict(lambda: dict.fromkeys(_SUMS, 0))
        self.steps: dict[tuple[int, str, str], list[float]] = defaultdict(lambda: [0, 0.0, 0])

    def add(self, unit: int, day: date, **more: float) -> None:
        for span in spans_of(day):
            row = self.figures[unit, span]
            for name, value in more.items():
                row[name] += value

    def step(self, unit: int, day: date, step: str, seconds: float, pages: int) -> None:
        for span in spans_of(day):
            row = self.steps[unit, span, step]
            row[0] += 1
            row[1] += seconds
            row[2] += pages


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
    of_unit = []
    for event in events:
        document = documents.get(event.document) if event.document else None
        if document is not None and document.unit_id is not None:
            of_unit.append((event, document, document.unit_id))
    sums = _Sums()
    _file([(event, document) for event, document, _unit in of_unit if event.kind == "file"], sums)
    for event, document, unit in of_unit:
        if event.kind in ARRIVALS:
            sums.add(unit, day_of(event.at), arrived=1)
        elif event.kind in {"parked", "refused"}:
            sums.add(unit, day_of(event.at), **{event.kind: 1})
        elif event.kind == "corrected":
            count = len(json.loads(event.body)["body"]["fields"])
            sums.add(unit, day_of(event.at), corrected=count)
            Passage.objects.filter(document=document.pk).update(corrected=F("corrected") + count)
    _write(sums)


def _file(filed: Sequence[tuple[LedgerEvent, Document]], sums: _Sums) -> None:
    """A passage for each document that was filed, and its share of the sums."""
    ids = [document.pk for _event, document in filed]
    records: dict[UUID, list[DataRecord]] = defaultdict(list)
    for record in DataRecord.objects.filter(document__in=ids).order_by("version"):
        records[record.document_id].append(record)
    told: dict[UUID, list[tuple[int, str, datetime]]] = defaultdict(list)
    rows = LedgerEvent.objects.filter(document__in=ids).order_by("id").values_list("document", "id", "kind", "at")
    for pk, number, kind, at in rows:
        if pk is not None:
            told[pk].append((number, kind, at))
    passages = []
    for event, document in filed:
        day, unit, pages = day_of(event.at), document.unit_id, document.pages or 0
        if unit is None:
            continue
        read = reading_of([record for record in records[document.pk] if record.created_at <= event.at])
        seconds = (event.at - document.created_at).total_seconds()
        sums.add(
            unit, day, filed=1, pages=pages, seconds=seconds, image_only=read.image_only, fields=read.fields,
            doubtful=read.doubtful, reviewed=read.reviewed,
        )  # fmt: skip
        for step, took in steps_of((kind, at) for number, kind, at in told[document.pk] if number <= event.pk):
            sums.step(unit, day, step, took, pages)
        passages.append(
            Passage(
                document=document, unit_id=unit, filed_on=day, pages=pages, seconds=seconds,
                image_only=read.image_only, fields=read.fields, doubtful=read.doubtful, reviewed=read.reviewed,
            )
        )  # fmt: skip
    Passage.objects.bulk_create(passages, ignore_conflicts=True)


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
        doubtful=sum(1 for field in first.values() if field["doubtful"]),
        reviewed=sum(1 for name in {*first, *last} if _value(first, name) != _value(last, name)),
    )


def _value(fields: Mapping[str, Mapping[str, Any]], name: str) -> object:
    return fields[name]["value"] if name in fields else None


def steps_of(events: Iterable[tuple[str, datetime]]) -> list[tuple[str, float]]:
    """Seconds each step took with its waiting: from the event before it to its own. What stood still counts as parked."""
    out, before = [], None
    for kind, at in events:
        if before is not None:
            name = _PARKED if before[0] == _PARKED else kind
            out.append((name, (at - before[1]).total_seconds()))
        before = (kind, at)
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
    for (unit, span, step), (count, seconds, pages) in sums.steps.items():
        one = StepFigures(unit_id=unit, span=span, step=step, count=int(count), seconds=seconds, pages=int(pages))
        before = steps.get((unit, span, step))
        if before is not None:
            one.count, one.seconds, one.pages = (
                one.count + before.count, one.seconds + before.seconds, one.pages + before.pages,
            )  # fmt: skip
        found.append(one)
    _put(StepFigures, found, ["span", "unit", "step"], ("count", "seconds", "pages"))


def _put(model: type[Model], rows: Sequence[Model], unique: Sequence[str], columns: Sequence[str]) -> None:
    """Insert rows, or put their values in the place of what is there: one statement for many, not a CASE for each."""
    model._default_manager.bulk_create(  # noqa: SLF001
        rows, batch_size=500, update_conflicts=True, unique_fields=unique, update_fields=columns
    )
