"""How well papers are read, by what people said of the fields: the one question the report and the board both ask.

Counted are fields a person looked at whose value the machine had read (or had not). `right`: confirmed as they stood.
`changed`: corrected. `absent`: said not to be on the paper. `added`: the machine had missed them. `unflagged`: of those
wrong, how many it had not doubted: the mistakes that would have passed.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from khoso.kernel.clock import VIETNAM
from warehouse.models import Settled

BY = ("type", "field", "engine", "unit", "month")
"""What figures may be told by."""

_COLUMN = {"type": "document_type", "field": "field", "engine": "engine", "unit": "unit__name", "month": "month"}


OUTCOMES: dict[str, Q] = {
    "right": Q(outcome="confirmed"),
    "changed": Q(outcome="corrected"),
    "absent": Q(outcome="absent") & ~Q(before=""),
    "added": Q(outcome="added"),
    "unflagged": Q(outcome__in=["corrected", "absent"], doubtful=False) & ~Q(before=""),
}
"""What each figure counts, in the order of `Accuracy`."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Figures of one group; `group` has a value for each of what was asked `by`."""

    group: tuple[str, ...]
    right: int
    changed: int
    absent: int
    added: int
    unflagged: int

    @property
    def looked_at(self) -> int:
        return self.right + self.changed + self.absent + self.added

    @property
    def accuracy(self) -> float:
        """Share of the values read that were right."""
        return self.right / max(1, self.right + self.changed + self.absent)


def accuracy(
    by: Sequence[str],
    *,
    since: date | None = None,
    until: date | None = None,
    units: Collection[int | None] | None = None,
) -> list[Accuracy]:
    """Figures by `by` (of `BY`), in the order of their groups. `until` is exclusive; `units`: only theirs (None among them:
    of no unit), None: all.

    Places in lists count together (`members[].name`); only first looks count: what another person had said is no
    reading.

    Raises:
        ValueError: not one of `BY`.
    """
    unknown = [name for name in by if name not in BY]
    if unknown:
        raise ValueError(f"no such figures: {', '.join(unknown)}")
    rows = settled(since=_midnight(since), until=_midnight(until))
    if units is not None:
        theirs = Q(unit_id__in=[unit for unit in units if unit is not None])
        rows = rows.filter(theirs | Q(unit__isnull=True) if None in units else theirs)
    if "month" in by:
        rows = rows.annotate(month=TruncMonth("at", tzinfo=VIETNAM))
    columns = [_COLUMN[name] for name in by]
    sums: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0] * 5)
    # Counted by outcome from an index alone; the values before, which are long, are asked of the few where it matters.
    for rows_of, sign in ((rows, 1), (rows.filter(_MATTERS, before=""), -1)):
        told = rows_of.values_list(*columns, "outcome", "doubtful").annotate(n=Count("*")).order_by()
        for *values, outcome, doubtful, count in told:
            group = tuple(_named(name, value) for name, value in zip(by, values, strict=True))
            for place in _places(outcome, doubtful=doubtful, known=sign > 0):
                sums[group][place] += sign * count
    return [Accuracy(group, *figures) for group, figures in sorted(sums.items())]


_MATTERS = Q(outcome="absent") | Q(outcome="corrected", doubtful=False)
"""Where it matters whether there was a value before: nothing to be absent, nothing that would have passed."""


def _places(outcome: str, *, doubtful: bool, known: bool) -> list[int]:
    """Which of `OUTCOMES` a row counts for; with `known` False those it does not count for after all, for want of a value before."""
    unflagged = [4] if outcome in {"corrected", "absent"} and not doubtful else []
    if not known:
        return ([2] if outcome == "absent" else []) + unflagged
    return [
        place for place, name in enumerate(("confirmed", "corrected", "absent", "added")) if name == outcome
    ] + unflagged


def settled(outcome: str = "", *, since: datetime | None = None, until: datetime | None = None) -> QuerySet[Settled]:
    """The fields a figure counts (`looked_at`, or one of `OUTCOMES`; all first looks without one). `until` is exclusive.

    Raises:
        KeyError: there is no such figure.
    """
    rows = Settled.objects.filter(before_by="")
    if outcome == "looked_at":
        rows = rows.filter(OUTCOMES["right"] | OUTCOMES["changed"] | OUTCOMES["absent"] | OUTCOMES["added"])
    elif outcome:
        rows = rows.filter(OUTCOMES[outcome])
    if since is not None:
        rows = rows.filter(at__gte=since)
    return rows if until is None else rows.filter(at__lt=until)


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=VIETNAM)


def _named(name: str, value: object) -> str:
    if name == "month":
        return f"{value:%Y-%m}"
    text = str(value or "")
    return re.sub(r"\[\d+\]", "[]", text) if name == "field" else text
