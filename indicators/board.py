"""The figures of the board: of some units and a period, from sums, and of this moment from small indexes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q, Sum
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _

from indicators.models import NOWHERE, Figures, StepFigures
from indicators.spans import covering
from khoso.kernel.clock import VIETNAM
from ocr.accuracy import Accuracy, accuracy
from people.models import Unit, User
from warehouse.models import Document, Reading, State

OPEN: tuple[State, ...] = (
    State.RECEIVED, State.INSPECTED, State.READ, State.WHOLE, State.COMPOSED, State.SIGNED, State.ADOPTED,
    State.EXTRACTED, State.CONFIRMED, State.CODED, State.SEALED, State.TO_CONFIRM, State.TO_SIGN, State.TO_SEAL,
    State.PARKED,
)  # fmt: skip
"""States of documents that are still under way."""
FOR_PEOPLE = (State.TO_CONFIRM, State.TO_SIGN, State.TO_SEAL)
AGES = (timedelta(days=1), timedelta(days=7))
"""Ends of the groups by age: within a day, within a week, older."""
SUMS = (
    "arrived", "parked", "refused", "filed", "pages", "seconds", "worked", "attended", "timed", "image_only", "fields", "doubtful", "reviewed",
    "corrected",
)  # fmt: skip
LONGEST = 3660  # days of a period
AT_WORK = timedelta(minutes=30)
NOWHERE_CODE = "-"
"""What stands for the code of a unit where documents have none."""
_LOOKED_THROUGH = 3000  # newest reads among which those at work are looked for


@dataclass(frozen=True, slots=True)
class Period:
    """Days `since` … `until`, both included."""

    since: date
    until: date

    def spans(self) -> list[str]:
        """The spans that together are the period."""
        return covering(self.since, self.until)

    def days(self) -> list[date]:
        """Every day."""
        return [self.since + timedelta(days=n) for n in range((self.until - self.since).days + 1)]

    def moments(self) -> tuple[datetime, datetime]:
        """Its first moment, and the first after it."""
        start = datetime(self.since.year, self.since.month, self.since.day, tzinfo=VIETNAM)
        return start, start + timedelta(days=(self.until - self.since).days + 1)


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of a unit, or of a unit with all below it."""

    values: Mapping[str, float]

    def __getattr__(self, name: str) -> float:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def per_document(self) -> float | None:
        """Seconds from handing in to filing, on average: work and waiting."""
        return self.seconds / self.filed if self.filed else None

    @property
    def worked_per_document(self) -> float | None:
        """Seconds machines were at work on a document, on average, without waiting."""
        return self.worked / self.filed if self.filed else None

    @property
    def attended_per_document(self) -> float | None:
        """Seconds people worked on a document, on average over those of which that is known."""
        return self.attended / self.timed if self.timed else None

    @property
    def per_page(self) -> float | None:
        """Seconds from handing in to filing for a page."""
        return self.seconds / self.pages if self.pages else None

    @property
    def worked_per_page(self) -> float | None:
        """Seconds machines were at work on a page."""
        return self.worked / self.pages if self.pages else None

    @property
    def image_share(self) -> float | None:
        """Share of filed documents of which nothing but the title is known."""
        return self.image_only / self.filed if self.filed else None

    @property
    def doubtful_share(self) -> float | None:
        """Share of read fields the machine doubted."""
        return self.doubtful / self.fields if self.fields else None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the board: a unit with what is below it. `below`: whether there is anything below."""

    unit: Unit
    sums: Sums
    open: int
    waiting: int
    parked: int
    below: bool


@dataclass(frozen=True, slots=True)
class Parked:
    """Parked documents of one reason, by age in the groups of `AGES`."""

    code: str
    ages: tuple[int, ...]
    oldest: datetime

    @property
    def count(self) -> int:
        return sum(self.ages)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of documents filed in the period: sums of times passed, seconds with waiting, seconds machines and people worked.

    People's time is known `timed` of `count` times.
    """

    name: str
    count: int
    seconds: float
    worked: float
    attended: float
    timed: int
    pages: int

    @property
    def attended_per_document(self) -> float | None:
        """Seconds a person worked each time that is known of."""
        return self.attended / self.timed if self.timed else None

    @property
    def worked_per_document(self) -> float:
        """Seconds of a machine's work each time."""
        return self.worked / self.count

    @property
    def waited_per_document(self) -> float:
        """Seconds each time that nobody is known to have worked."""
        return (self.seconds - self.worked - self.attended) / self.count

    @property
    def worked_per_page(self) -> float | None:
        """Seconds of work for a page."""
        return self.worked / self.pages if self.pages else None


@dataclass(frozen=True, slots=True)
class AtWork:
    """A document somebody has opened to work on and not finished."""

    person: str
    document: Document
    purpose: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the board of one unit and what is below it."""

    total: Row
    rows: Sequence[Row]
    days: Sequence[tuple[date, int, int]]
    states: Mapping[str, int]
    oldest: Mapping[str, datetime]
    parked: Sequence[Parked]
    steps: Sequence[Step]
    accuracy: Sequence[Accuracy]
    at_work: Sequence[AtWork] = field(default_factory=tuple)


class Tree:
    """The units somebody oversees. `allowed`: their ids, None for all, and for what belongs to none."""

    def __init__(self, allowed: frozenset[int] | None) -> None:
        rows = Unit.objects.order_by("code")
        self._units = {unit.pk: unit for unit in (rows if allowed is None else rows.filter(pk__in=allowed))}
        self._below: dict[int, list[int]] = defaultdict(list)
        for unit in self._units.values():
            if unit.parent_id in self._units:
                self._below[unit.parent_id].append(unit.pk)
        if allowed is None and Document.objects.filter(unit__isnull=True).exists():
            self._units[NOWHERE] = Unit(pk=NOWHERE, code=NOWHERE_CODE, name=_("Không thuộc đơn vị nào"))

    def tops(self) -> list[Unit]:
        """Units without one above that is overseen too."""
        return [unit for unit in self._units.values() if unit.parent_id not in self._units]

    def start(self, user: User) -> Unit | None:
        """Where somebody's board begins: at their own unit if it is among the top ones, else at the first of these."""
        tops = self.tops()
        return next((top for top in tops if top.pk == user.unit_id), tops[0] if tops else None)

    def named(self, code: str) -> Unit | None:
        """The unit of a code, if it is overseen."""
        return next((unit for unit in self._units.values() if unit.code == code), None)

    def children(self, unit: Unit) -> list[Unit]:
        """Units right below."""
        return [self._units[pk] for pk in self._below[unit.pk]]

    def path(self, unit: Unit) -> list[Unit]:
        """From the top to the unit."""
        out = [unit]
        while out[0].parent_id in self._units and len(out) <= len(self._units):
            out.insert(0, self._units[out[0].parent_id])
        return out

    def under(self, unit: Unit) -> list[int]:
        """The unit's id and those of all below it."""
        out, todo = [], [unit.pk]
        while todo:
            pk = todo.pop()
            out.append(pk)
            todo += self._below[pk]
        return out


def draw(tree: Tree, unit: Unit, period: Period, *, now: datetime) -> Board:
    """The board of a unit. A handful of queries, whatever the number of documents."""
    ids = tree.under(unit)
    sums = _sums(ids, period)
    open_of, states, oldest = _open(ids)
    rows = [_row(tree, child, sums, open_of) for child in tree.children(unit)]
    if rows and (unit.pk in sums or unit.pk in open_of):
        rows.insert(0, _row(tree, unit, sums, open_of, alone=True))
    return Board(
        total=_row(tree, unit, sums, open_of),
        rows=rows,
        days=_days(ids, period),
        states=states,
        oldest=oldest,
        parked=_parked(ids, now) if states.get(State.PARKED.value) else (),
        steps=_steps(ids, period),
        accuracy=_accuracy(ids, period),
        at_work=at_work(ids, now),
    )


def _sums(ids: Sequence[int], period: Period) -> dict[int, dict[str, float]]:
    rows = Figures.objects.filter(span__in=period.spans(), unit__in=ids).values_list("unit").order_by()
    found = rows.annotate(**{f"sum_{name}": Sum(name) for name in SUMS})
    return {unit: dict(zip(SUMS, values, strict=True)) for unit, *values in found}


def _open(ids: Sequence[int]) -> tuple[dict[int, dict[str, int]], dict[str, int], dict[str, datetime]]:
    of_unit: dict[int, dict[str, int]] = defaultdict(dict)
    states: dict[str, int] = defaultdict(int)
    oldest: dict[str, datetime] = {}
    rows = Document.objects.filter(of_units(ids), state__in=OPEN).values_list("unit", "state").order_by()
    for unit, state, count, since in rows.annotate(count=Count("*"), since=Min("state_since")):
        of_unit[NOWHERE if unit is None else unit][state] = count
        states[state] += count
        oldest[state] = min(since, oldest.get(state, since))
    return of_unit, states, oldest


def _row(
    tree: Tree,
    unit: Unit,
    sums: Mapping[int, Mapping[str, float]],
    open_of: Mapping[int, Mapping[str, int]],
    *,
    alone: bool = False,
) -> Row:
    ids = [unit.pk] if alone else tree.under(unit)
    total = {name: sum(sums[pk][name] for pk in ids if pk in sums) for name in SUMS}
    states: dict[str, int] = defaultdict(int)
    for pk in ids:
        for state, count in open_of.get(pk, {}).items():
            states[state] += count
    return Row(
        unit,
        Sums(total),
        open=sum(states.values()),
        waiting=sum(states[state] for state in FOR_PEOPLE),
        parked=states[State.PARKED],
        below=not alone and len(ids) > 1,
    )


def _days(ids: Sequence[int], period: Period) -> list[tuple[date, int, int]]:
    days = period.days()[-62:]
    rows = Figures.objects.filter(span__in=[day.isoformat() for day in days], unit__in=ids).values_list("span")
    found = {span: (came, filed) for span, came, filed in rows.annotate(a=Sum("arrived"), f=Sum("filed")).order_by()}
    return [(day, *found.get(day.isoformat(), (0, 0))) for day in days]


def _parked(ids: Sequence[int], now: datetime) -> list[Parked]:
    ends = [now - age for age in AGES]
    groups = (
        Q(state_since__gt=ends[0]),
        Q(state_since__lte=ends[0], state_since__gt=ends[1]),
        Q(state_since__lte=ends[1]),
    )
    rows = (
        Document.objects.filter(of_units(ids), state=State.PARKED)
        .annotate(why=KeyTextTransform("code", "reason"))
        .values_list("why")
        .annotate(oldest=Min("state_since"), **{f"age{n}": Count("pk", filter=when) for n, when in enumerate(groups)})
        .order_by()
    )
    found = [Parked(why or "", tuple(ages), oldest) for why, oldest, *ages in rows]
    return sorted(found, key=lambda row: -row.count)


def _steps(ids: Sequence[int], period: Period) -> list[Step]:
    rows = StepFigures.objects.filter(span__in=period.spans(), unit__in=ids).values_list("step").order_by()
    found = rows.annotate(
        n=Sum("count"), s=Sum("seconds"), w=Sum("worked"), a=Sum("attended"), t=Sum("timed"), p=Sum("pages")
    )
    return sorted(
        (Step(*row) for row in found if row[1]),
        key=lambda step: -step.seconds,
    )


def _accuracy(ids: Sequence[int], period: Period) -> list[Accuracy]:
    """How the machine read each type of document, by what people said of its fields; the most looked at first."""
    units = [pk or None for pk in ids]
    found = accuracy(["type"], since=period.since, until=period.until + timedelta(days=1), units=units)
    return sorted(found, key=lambda one: -one.looked_at)


def of_units(ids: Sequence[int]) -> Q:
    """Rows of some units; `NOWHERE` means those of none."""
    found = Q(unit__in=[pk for pk in ids if pk != NOWHERE])
    return found | Q(unit__isnull=True) if NOWHERE in ids else found


def at_work(ids: Sequence[int], now: datetime) -> list[AtWork]:
    """Documents opened for review in the last half hour that still wait; newest first."""
    last = Reading.objects.aggregate(last=Max("number"))["last"] or 0
    newest = Reading.objects.filter(number__gt=last - _LOOKED_THROUGH, at__gte=now - AT_WORK)
    opened = newest.filter(purpose="review", opened=True).order_by("-number")
    found: dict[tuple[str, Any], tuple[str, datetime]] = {}
    for at, person, document, purpose in opened.values_list("at", "person", "document", "purpose"):
        found.setdefault((person, document), (purpose, at))
    if not found:
        return []
    rows = Document.objects.filter(of_units(ids), pk__in={document for _person, document in found})
    documents = {row.pk: row for row in rows.filter(state=State.TO_CONFIRM).only("pk", "name", "state")}
    return [
        AtWork(person, documents[document], purpose, at)
        for (person, document), (purpose, at) in found.items()
        if document in documents
    ]
