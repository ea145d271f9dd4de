"""A number of the board comes in, the documents it counts go out, each with its share of the number.

What a number counts and what stands behind it are asked of the same rows, so that they agree; a test follows every number.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, Count, ExpressionWrapper, F, Max, Q, QuerySet, Sum

from indicators.board import AGES, FOR_PEOPLE, OPEN, Period, of_units
from indicators.models import Correction, Passage
from indicators.places import Place, beyond, place_of, turned
from ocr.accuracy import settled
from warehouse.models import Document, State

WIDE = 20
"""More units than this are looked for among everybody's newest rows, and not each for itself and then sorted."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A number: `what` of the units `ids` in `period`.

    Narrowed by: `reason`, `age` (a group of `AGES`) and `state` of what is under way; `step` passed; `type` and `outcome`
    of fields a person looked at.
    """

    what: str
    ids: Sequence[int]
    period: Period
    reason: str = ""
    age: int | None = None
    state: str = ""
    step: str = ""
    type: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A document behind a number; `amounts` in the order of `AMOUNTS`, of which the first is its share of the number.

    None: unknown. `place`: where it stands in the list.
    """

    document: Document
    amounts: tuple[float | None, ...]
    place: Place


AMOUNTS: dict[str, tuple[str, ...]] = {
    "filed": ("pages", "worked", "seconds", "attended"),
    "doubtful": ("fields",),
    "reviewed": ("fields",),
    "corrected": ("fields",),
    "step": ("times", "worked", "attended", "waited"),
    "settled": ("fields",),
}
"""What is told of each document behind a number; nothing where it is counted once."""


def lines(
    asked: Asked, *, now: datetime, after: Place | None = None, before: Place | None = None, most: int = 100
) -> list[Line]:
    """The documents behind a number, `most` of them right after a place or right before one: newest first, waiting ones longest first.

    Narrow rows are sorted; then what belongs to the few of the page is fetched.

    Raises:
        KeyError: there is no such number.
    """
    listed = _NUMBERS[asked.what](asked, now)
    keys = turned(listed.keys) if before else listed.keys
    place = before or after
    among = listed.rows.filter(beyond(place, keys)) if place else listed.rows
    columns = [key.removeprefix("-") for key in listed.keys]
    rows = list(among.order_by(*keys).values(*listed.amounts, *columns)[:most])
    if before:
        rows.reverse()
    wanted = [row[columns[1]] for row in rows]
    shown = ("name", "state", "state_since", "created_at", "document_type", "unit__name", "unit__code")
    found: dict[UUID, Document] = Document.objects.select_related("unit").only(*shown).in_bulk(wanted)
    return [
        Line(
            found[row[columns[1]]],
            _amounts(asked, [row[name] for name in listed.amounts]),
            place_of([row[name] for name in columns]),
        )
        for row in rows
    ]


def _amounts(asked: Asked, values: Sequence[Any]) -> tuple[float | None, ...]:
    if asked.what == "step":
        times, worked, waited, *attended = values[0][asked.step]  # counted before people's time was: three
        return times, worked, *(attended or [None]), waited
    return tuple(values)


@dataclass(frozen=True, slots=True)
class Rows:
    """What a number counts: rows, their order by two keys (the second is the document), and the columns of its amounts."""

    rows: QuerySet[Any, Any]
    keys: tuple[str, str]
    amounts: tuple[str, ...] = ()


def _within(among: QuerySet[Any], ids: Sequence[int], day: str, period: Period) -> QuerySet[Any]:
    """Rows of some units and a period."""
    rows = among.filter(**{f"{day}__gte": period.since, f"{day}__lte": period.until})
    if len(ids) <= WIDE:
        return rows.filter(unit__in=ids)
    place = ExpressionWrapper(F("unit_id") + 0, output_field=BigIntegerField())  # no index is looked up by it
    found: QuerySet[Any] = rows.alias(place=place).filter(place__in=ids)
    return found


def _passages(asked: Asked, *values: str, **narrowed: Any) -> Rows:
    rows = _within(Passage.objects.filter(**narrowed), asked.ids, "filed_on", asked.period)
    return Rows(rows, ("-filed_on", "-document"), values)


def _summed(rows: QuerySet[Any], amount: Any, newest: str) -> Rows:
    """A line for each document."""
    grouped = rows.order_by().values("document").annotate(amount=amount, newest=Max(newest))
    return Rows(grouped, ("-newest", "document"), ("amount",))


def _corrected(asked: Asked, _now: datetime) -> Rows:
    return _summed(_within(Correction.objects.all(), asked.ids, "day", asked.period), Sum("fields"), "day")


def _settled(asked: Asked, _now: datetime) -> Rows:
    start, end = asked.period.moments()
    rows = settled(asked.outcome, since=start, until=end).filter(of_units(asked.ids))
    return _summed(rows.filter(document_type=asked.type) if asked.type else rows, Count("pk"), "at")


def _arrived(asked: Asked, _now: datetime) -> Rows:
    start, end = asked.period.moments()
    rows = Document.objects.filter(of_units(asked.ids), created_at__gte=start, created_at__lt=end)
    return Rows(rows, ("-created_at", "-pk"))


def _refused(asked: Asked, _now: datetime) -> Rows:
    start, end = asked.period.moments()
    rows = Document.objects.filter(
        of_units(asked.ids), state=State.REFUSED, state_since__gte=start, state_since__lt=end
    )
    return Rows(rows, ("-state_since", "-pk"))


def _resting(states: Iterable[State]) -> Callable[[Asked, datetime], Rows]:
    def rows(asked: Asked, now: datetime) -> Rows:
        among = [state for state in states if not asked.state or state == asked.state]
        found = Document.objects.filter(of_units(asked.ids), state__in=among)
        if asked.reason:
            found = found.filter(reason__code=asked.reason)
        if asked.age is not None:
            found = found.filter(aged(asked.age, now))
        return Rows(found, ("state_since", "pk"))

    return rows


def aged(group: int, now: datetime) -> Q:
    """Documents whose state has lasted as long as a group of `AGES` says."""
    ends = [now - age for age in AGES]
    younger = Q(state_since__lte=ends[group - 1]) if group else Q()
    return younger & Q(state_since__gt=ends[group]) if group < len(ends) else younger


_NUMBERS: dict[str, Callable[[Asked, datetime], Rows]] = {
    "arrived": _arrived,
    "refused": _refused,
    "open": _resting(OPEN),
    "waiting": _resting(FOR_PEOPLE),
    "parked": _resting((State.PARKED,)),
    "filed": lambda asked, _now: _passages(asked, "pages", "worked", "seconds", "attended"),
    "image_only": lambda asked, _now: _passages(asked, image_only=True),
    "doubtful": lambda asked, _now: _passages(asked, "doubtful", doubtful__gt=0),
    "reviewed": lambda asked, _now: _passages(asked, "reviewed", reviewed__gt=0),
    "step": lambda asked, _now: _passages(asked, "steps", steps__has_key=asked.step),
    "corrected": _corrected,
    "settled": _settled,
}
