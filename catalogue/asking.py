"""Questions to the code tables, always «as of» a day."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from django.db.models import Q, QuerySet

from catalogue.folding import bare_name, fold
from catalogue.models import (
    TO_CHECK,
    AdministrativeUnit,
    Component,
    ComponentKind,
    Dated,
    DocumentType,
    Fee,
    Level,
    Procedure,
    SpecialDay,
    Succession,
    WorkingHours,
)
from khoso.kernel.clock import VIETNAM, day_of

D = TypeVar("D", bound=Dated)
_LONGEST_CHAIN = 10


def in_force(model: type[D], day: date) -> QuerySet[D]:
    """Rows of a table in force on a day."""
    return model._default_manager.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)  # noqa: SLF001


def unconfirmed(model: type[Dated]) -> Q:
    """Rows with words that no text at hand confirmed."""
    found = Q()
    for column in model.text_columns():
        found |= Q(**{f"{column}__contains": TO_CHECK})
    return found


def row_on(model: type[D], on: date, **key: object) -> D:
    """The row of a key in force on a day; a key newer than that day answers with its first row, an ended one with its last.

    Raises:
        LookupError: no row has that key.
    """
    rows = list(model._base_manager.filter(**key).order_by("valid_from"))  # noqa: SLF001
    if not rows:
        raise LookupError(f"no {model.__name__} {key} in the catalogue")
    begun = [row for row in rows if row.valid_from <= on]
    return begun[-1] if begun else rows[0]


def document_type(slug: str, on: date) -> DocumentType:
    """The row of a document type in force on a day; a type newer than that day answers with its first row.

    Raises:
        LookupError: the slug is no document type.
    """
    return row_on(DocumentType, on, slug=slug)


def unit(level: Level, code: str, on: date) -> AdministrativeUnit | None:
    """The province, district or commune that had this code on a day; None if there was none."""
    return in_force(AdministrativeUnit, on).filter(level=level, code=code).first()


def units_named(name: str, on: date | None = None, *, level: Level | None = None) -> list[AdministrativeUnit]:
    """Units with a name, with or without its kind and marks; on a day, or of all days, those in force first."""
    rows = AdministrativeUnit.objects.all() if on is None else in_force(AdministrativeUnit, on)
    rows = rows.filter(folded=bare_name(name))
    if level is not None:
        rows = rows.filter(level=level)
    kind = fold(name)
    return sorted(
        rows.order_by("level", "code", "-valid_from"),
        key=lambda row: (row.valid_to is not None, fold(row.name) != kind),
    )


def became(level: Level, code: str, *, since: date, on: date) -> list[tuple[str, bool]]:
    """What a unit of one day is called by code on a later day: `(code, is the default)`, several where it was divided.

    A unit that went on unchanged answers with itself; an abolished level (district) without heirs with nothing.
    """
    found = {code: True}
    after = since
    for _round in range(_LONGEST_CHAIN):
        links = Succession.objects.filter(level=level, old__in=found, valid_from__gt=after, valid_from__lte=on)
        day = links.order_by("valid_from").values_list("valid_from", flat=True).first()
        if day is None:
            break
        found = _step(found, links.filter(valid_from=day).order_by("new").values_list("old", "new", "is_default"))
        after = day
    else:
        raise LookupError(f"successions of {level} {code} do not end")
    alive = set(in_force(AdministrativeUnit, on).filter(code__in=found).values_list("code", flat=True))
    heirs = [(heir, default) for heir, default in found.items() if heir in alive]
    return sorted(heirs, key=lambda heir: (not heir[1], heir[0]))


def _step(found: dict[str, bool], links: Iterable[tuple[str, str, bool]]) -> dict[str, bool]:
    """One day of change. Units without an entry that day go on as they are."""
    rows = list(links)
    moved = {old for old, _new, _default in rows}
    out = {code: default for code, default in found.items() if code not in moved}
    for old, new, default in rows:
        out[new] = out.get(new, False) or (found[old] and default)
    return out


def formerly(level: Level, code: str, *, on: date) -> list[AdministrativeUnit]:
    """The units of before its last change that went into a unit, whole or in part."""
    links = Succession.objects.filter(new=code, level=level, valid_from__lte=on)
    day = links.order_by("-valid_from").values_list("valid_from", flat=True).first()
    if day is None:
        return []
    olds = links.filter(valid_from=day).values_list("old", flat=True)
    rows = in_force(AdministrativeUnit, day - timedelta(days=1)).filter(level=level, code__in=list(olds))
    return list(rows.order_by("code"))


def full_name(row: AdministrativeUnit, on: date) -> str:
    """`Phường Lộc Phát, Thành phố Bảo Lộc, Tỉnh Lâm Đồng` as things stood on a day."""
    names, parent = [row.name], row.parent
    while parent:
        level = Level.DISTRICT if len(parent) == 3 else Level.PROVINCE
        above = unit(level, parent, on)
        if above is None:
            break
        names.append(above.name)
        parent = above.parent
    return ", ".join(names)


def components(procedure: str, on: date) -> list[Component]:
    """What a procedure asks for on a day: the set mapped for the counter if there is one, else the published papers."""
    found = list(in_force(Component, on).filter(procedure=procedure).order_by("number"))
    mapped = [row for row in found if row.set == "mapped"]
    return mapped or [row for row in found if row.kind == ComponentKind.PAPER]


def procedures_named(words: str, on: date, *, limit: int = 50) -> list[Procedure]:
    """Procedures in force whose name holds every word (marks do not matter), or whose code begins so."""
    rows = in_force(Procedure, on)
    if words.strip()[:1].isdigit():
        rows = rows.filter(code__startswith=words.strip())
    else:
        for word in fold(words).split():
            rows = rows.filter(folded__contains=word)
    return list(rows.order_by("name")[:limit])


def fee(code: str, on: date, *, pages: int = 1, copies: int = 1) -> int:
    """Đồng to pay for copies of an original of so many pages.

    Raises:
        LookupError: there is no such fee.
    """
    row = row_on(Fee, on, code=code)
    amount, done = row.flat, 0
    for upto, each in row.tiers:
        here = pages if upto is None else min(pages, upto)
        amount += each * max(here - done, 0)
        done = max(here, done)
    return copies * (amount if row.most is None else min(amount, row.most))


def works_on(day: date) -> bool:
    """Whether offices work that day: by its weekday, unless it is a holiday or worked instead of one."""
    special = in_force(SpecialDay, day).filter(day=day).first()
    if special is not None:
        return special.works
    return in_force(WorkingHours, day).filter(weekday=day.isoweekday()).exists()


def due_same_day(received: datetime) -> date:
    """The day a same-day service is due: that day, or the next working day when it came too late (NĐ 23/2015/NĐ-CP Đ7).

    Args:
        received: an aware moment.

    Raises:
        LookupError: no working day within 60 days: the tables are empty or wrong.
    """
    local = received.astimezone(VIETNAM)
    day = day_of(received)
    if works_on(day) and local.time() <= _last_same_day(day):
        return day
    for _later in range(60):
        day += timedelta(days=1)
        if works_on(day):
            return day
    raise LookupError(f"no working day after {day_of(received)}")


def _last_same_day(day: date) -> time:
    rows = in_force(WorkingHours, day).filter(weekday=day.isoweekday(), last_same_day__isnull=False)
    latest = [row.last_same_day for row in rows if row.last_same_day]
    return max(latest, default=time(15, 0))
