"""Corrections after filing: a new version of the data record, with who and why. The signed bytes are never touched."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from catalogue.asking import document_type
from khoso.kernel.clock import Clock, day_of
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from ocr.extraction.form import NINE
from ocr.extraction.forms import FORMS
from ocr.ports import Field
from ocr.reviewing import in_order, knows, latest, settle
from people.models import User
from warehouse.filing import valid_until
from warehouse.models import DataRecord, Document, State
from warehouse.moving import NewRecord, amend
from warehouse.quality import doubts_of
from warehouse.validity import allow_issue, follow_term, reason_given

EVENT = "corrected"


def correct(
    document: Document, values: Mapping[str, str], *, by: User, why: str, seen: int, clock: Clock
) -> DataRecord:
    """Correct a filed document's data.

    The new version is bound to the same signed revision. Where the term of validity follows from what was corrected, it
    is reckoned anew. The index follows by the outbox.

    Args:
        values: field → value as typed; an empty one says it is not on the paper. Those that stand so already are left
            alone, unless they are doubtful or missing still: then this is a person's word that they are right.
        why: the reason, kept with the version.
        seen: the document's `version` its author looked at.

    Returns:
        The new version.

    Raises:
        Refused: not filed, no reason, no such field, an impossible value, a term or a validity from before the issue, nothing that differs, or somebody else changed
            the document meanwhile. Nothing is changed then.
    """
    if document.state != State.FILED:
        raise Refused(ReasonCode.NOT_NOW, state=str(State(document.state).label))
    reason = reason_given(why)
    record = latest(document)
    fields = {name: Field.from_json(field) for name, field in record.fields.items()}
    absent = dict(record.absent)
    for name in values:
        if name not in fields and not knows(record.document_type, name):
            raise Refused(ReasonCode.UNKNOWN_FIELD, field=name)
    now = clock()
    kind = document_type(record.document_type, day_of(now))
    doubts = set(doubts_of(record.fields, absent, kind.mandatory))
    for name, typed in values.items():
        if typed.strip() or name in fields or name in doubts:
            settle(fields, absent, name, typed, slug=record.document_type, by=by.username)
    after = {name: field.to_json() for name, field in fields.items()}
    answered = doubts - set(doubts_of(after, absent, kind.mandatory))
    changed = sorted(
        name
        for name in {*record.fields, *after, *answered}
        if name in answered or _value(record.fields, name) != _value(after, name)
    )
    if not changed:
        raise Refused(ReasonCode.NOTHING_CHANGED)
    if {"issue_date", "expiry"} & set(changed):
        in_order(fields)
    if "issue_date" in changed:
        allow_issue(document, fields["issue_date"].value if "issue_date" in fields else "")
    # What was sent along and stands as it stood is not this person's word.
    after = {name: after[name] if name in changed else record.fields[name] for name in after}
    new = NewRecord(
        document_type=record.document_type,
        type_confidence=record.type_confidence,
        fields=after,
        bound_to=record.bound_to,
        absent=absent,
        by=by.username,
        why=reason,
        settled=dict.fromkeys(changed, ""),
    )
    until = valid_until(kind, DataRecord(fields=after))
    if not amend(
        document,
        seen=seen,
        actor=by.username,
        event=EVENT,
        now=now,
        record=new,
        validity=follow_term(document, until, today=day_of(now)),
        changes={"valid_until": until},
        body={"fields": changed, "record": record.version + 1, "bound_to": record.bound_to},
        personal={"why": reason, **{name: fields[name].value for name in changed if name in fields}},
    ):
        raise Refused(ReasonCode.CHANGED_MEANWHILE)
    return latest(document)


def _value(fields: Mapping[str, Mapping[str, Any]], name: str) -> str | None:
    return str(fields[name]["value"]) if name in fields else None


def addable(record: DataRecord) -> list[str]:
    """Fields the type has and this record has not, by name; of lists what is missing in the rows there are."""
    form = FORMS.get(record.document_type)
    names: list[str] = []
    for name in (*NINE, *(form.fields if form else ())):
        base, list_, _part = name.partition("[]")
        names += [name.replace("[]", f"[{place}]") for place in _rows(record, base)] if list_ else [name]
    return [name for name in dict.fromkeys(names) if name not in record.fields]


def next_rows(record: DataRecord) -> list[list[str]]:
    """For each list of the type the fields of one more row."""
    form = FORMS.get(record.document_type)
    lists: dict[str, list[str]] = {}
    for name in form.fields if form else ():
        base, list_, _part = name.partition("[]")
        if list_:
            place = max(_rows(record, base), default=-1) + 1
            lists.setdefault(base, []).append(name.replace("[]", f"[{place}]"))
    return list(lists.values())


def _rows(record: DataRecord, base: str) -> list[int]:
    """Places of the rows a list has."""
    matches = (re.match(rf"{re.escape(base)}\[(\d+)\]", name) for name in (*record.fields, *record.absent))
    return sorted({int(match[1]) for match in matches if match})


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in two versions. `before`, `after`: stored values, None where it is not there."""

    name: str
    before: str | None
    after: str | None

    @property
    def changed(self) -> bool:
        return self.before != self.after


def compare(before: DataRecord, after: DataRecord) -> list[Difference]:
    """Every field of two versions side by side, in the order of the later one; what it lacks comes last."""
    names = [*after.fields, *(name for name in before.fields if name not in after.fields)]
    return [Difference(name, _value(before.fields, name), _value(after.fields, name)) for name in names]


def changed_in(records: list[DataRecord]) -> dict[int, list[str]]:
    """Version → names of fields whose value differs from the version before; the first version has none."""
    return {
        after.version: [one.name for one in compare(before, after) if one.changed]
        for before, after in pairwise(records)
    }
