"""Review: a person confirms or corrects what the machine doubts, and is recorded on each field."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from catalogue.asking import document_type
from khoso.kernel.clock import Clock, day_of
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from ocr.extraction.checks import check_value, normalise
from ocr.extraction.codes import FORGERY
from ocr.extraction.form import NINE
from ocr.extraction.forms import FORMS
from ocr.ports import Field
from people.models import User
from warehouse.models import DataRecord, Document, State
from warehouse.moving import NewRecord, Outcome, move
from warehouse.quality import doubts_of, holding

SECOND = "second_person"
"""Doubt: one person said so, of a type that asks for two."""
DISAGREE = "people_disagree"
"""Doubt, with the account and value of the one before: two people said different things."""

Cutouts = Callable[[Iterable[str]], Mapping[str, str]]
"""Field names → SHA-256 of the pixels where the machine saw their values."""

Reextract = Callable[[str], Mapping[str, Field]]
"""Reads the document's text as another type."""

LONGEST_VALUE = 2000
"""Characters of a value a person types; what papers say at length (a chattel, a request) is far shorter."""

ABSENT = ""
"""What a person types for «not on the paper»."""


def latest(document: Document) -> DataRecord:
    """The newest data record. Raises `Refused` (NOT_NOW) before extraction."""
    record = document.records.order_by("-version").first()
    if record is None:
        raise Refused(ReasonCode.NOT_NOW, state=str(State(document.state).label))
    return record


def contradicted(record: DataRecord, names: Iterable[str]) -> list[str]:
    """Those of these fields that a code on the paper contradicts: confirming the rest leaves them open."""
    return [name for name in names if FORGERY in record.fields.get(name, {}).get("doubts", ())]


def open_doubts(document: Document, clock: Clock) -> list[str]:
    """What a person still has to look at; empty before extraction."""
    record = document.records.order_by("-version").first()
    if record is None:
        return []
    return doubts_of(record.fields, record.absent, document_type(record.document_type, day_of(clock())).mandatory)


def confirm(
    document: Document,
    values: Mapping[str, str],
    *,
    by: User,
    clock: Clock,
    rest: bool = False,
    as_type: str | None = None,
    cutouts: Cutouts | None = None,
    reextract: Reextract | None = None,
    attended: float | None = None,
) -> list[str]:
    """Confirm or correct fields; when nothing holds it back any more the document goes on.

    Args:
        values: field → value as typed; the value that stands there confirms it, another corrects it, `ABSENT` says it is
            not on the paper.
        rest: also confirm everything else that is doubtful as it stands, and that what is missing is not on the paper;
            but never what a code on the paper contradicts: that must be answered by name.
        as_type: a person's word on the document type.
        reextract: reads the paper as the type a person named; what people typed or confirmed stays. What it finds anew was
            seen by nobody: `rest` does not confirm it.
        attended: seconds the person worked on it, where that is known.
        cutouts: tells the pixels a corrected value was read from; kept with the correction.

    Where the type asks for two people (`DocumentType.two_people`) what one says stays open until another says the same;
    where they differ both are shown, and the later word waits for another person in turn.

    Returns:
        What is still doubtful while it waits; nothing once it goes on, though values may stay marked as worth a look.

    Raises:
        Refused: a value is impossible, there is no such type, the type has no such field or the same person speaks twice (nothing is changed then), the document is not waiting for confirmation, or was
            changed meanwhile.
    """
    if document.state != State.TO_CONFIRM:
        raise Refused(ReasonCode.NOT_NOW, state=str(State(document.state).label))
    record = latest(document)
    slug = as_type or record.document_type
    try:
        kind = document_type(slug, day_of(clock()))
    except LookupError:
        raise Refused(ReasonCode.BAD_VALUE, field="document_type", value=slug[:80]) from None
    mandatory = kind.mandatory
    stood = {name: Field.from_json(field) for name, field in record.fields.items()}
    fields, absent = dict(stood), dict(record.absent)
    anew = reextract is not None and slug != record.document_type
    if reextract is not None and anew:
        fields = {**reextract(slug), **{name: field for name, field in fields.items() if field.by}}
    everything = doubts_of(record.fields, absent, mandatory) if rest and not anew else []
    asked = {**_as_it_stands(everything, fields, by.username), **values}
    for name in asked:
        if name not in fields and name not in mandatory and not knows(slug, name):
            raise Refused(ReasonCode.UNKNOWN_FIELD, field=name)
    before = dict(fields)
    for name, typed in asked.items():
        settle(fields, absent, name, typed, slug=slug, by=by.username)
        if kind.two_people and name in fields:
            fields[name] = _by_two(before.get(name), fields[name], by.username)
    if {"issue_date", "expiry"} & set(asked):
        in_order(fields)
    after = {name: field.to_json() for name, field in fields.items()}
    left = doubts_of(after, absent, mandatory)
    known = slug != "unknown" or rest or as_type is not None
    held = holding(after, absent, mandatory)
    state = State.CONFIRMED if not held and known and not anew else State.TO_CONFIRM
    new = NewRecord(
        document_type=slug,
        type_confidence=1.0 if as_type else record.type_confidence,
        fields=after,
        bound_to=record.bound_to,
        absent=absent,
        by=by.username,
        settled=_cutouts_of(asked, stood, fields, cutouts),
    )
    outcome = Outcome(
        state,
        changes={"document_type": slug},
        record=new,
        body={
            "fields": sorted(asked),
            "absent": sorted(absent),
            **({} if attended is None else {"attended_ms": round(1000 * attended)}),
        },
        personal={name: fields[name].value for name in asked if name in fields},
    )
    if not move(document, outcome, worker=None, actor=by.username, event="confirmed", now=clock()):
        raise Refused(ReasonCode.CHANGED_MEANWHILE)
    return left if state == State.TO_CONFIRM else []


def _as_it_stands(names: Iterable[str], fields: Mapping[str, Field], person: str) -> dict[str, str]:
    """What confirming the rest says of these fields: their values, or that they are not on the paper."""
    return {
        name: fields[name].value if name in fields else ABSENT
        for name in names
        if name not in fields or not _by_name_alone(fields[name], person)
    }


def _cutouts_of(
    asked: Iterable[str], before: Mapping[str, Field], after: Mapping[str, Field], cutouts: Cutouts | None
) -> dict[str, str]:
    """Every field looked at, with the digest of its pixels where its value was changed."""
    changed = [n for n in asked if n in before and (n not in after or after[n].value != before[n].value)]
    digests = cutouts(changed) if cutouts is not None and changed else {}
    return {name: digests.get(name, "") for name in asked}


def _waits_for_another(field: Field) -> bool:
    return any(word == SECOND or word.startswith(DISAGREE) for word in field.doubts)


def awaits_another(field: Mapping[str, Any], person: str) -> bool:
    """Whether a stored field waits for somebody else than this person to say the same."""
    return bool(field) and field["by"] == person and _waits_for_another(Field.from_json(field))


def _by_name_alone(field: Field, person: str) -> bool:
    """What is never confirmed by the way: an alarm, two people's disagreement, one's own word."""
    return (
        FORGERY in field.doubts
        or any(word.startswith(DISAGREE) for word in field.doubts)
        or (_waits_for_another(field) and field.by == person)
    )


def _by_two(before: Field | None, now: Field, person: str) -> Field:
    """A field of a type that asks for two people, after one of them spoke.

    Raises:
        Refused: it is the same person again.
    """
    if before is None or not _waits_for_another(before):
        return now.doubted(SECOND)
    if before.by == person:
        if before.value == now.value:
            raise Refused(ReasonCode.SAME_PERSON, person=person)
        return now.doubted(SECOND)  # one's own slip, mended before another saw it
    if before.value == now.value:
        kept = tuple(w for w in before.doubts if w != SECOND and not w.startswith(DISAGREE))
        return replace(before, doubtful=False, doubts=kept, checked_by=person)
    return now.doubted(f"{DISAGREE}:{before.by}={before.value}")


def knows(slug: str, name: str) -> bool:
    """Whether a type of document has a field of this name."""
    form = FORMS.get(slug)
    return name in NINE or (form is not None and form.knows(name) and not name.startswith("@"))


def in_order(fields: Mapping[str, Field]) -> None:
    """No paper ends before it is issued; months and years are compared as far as both are known.

    Raises:
        Refused: this one would.
    """
    if "issue_date" not in fields or "expiry" not in fields:
        return
    issued, until = fields["issue_date"].value, fields["expiry"].value
    known = min(len(issued), len(until))
    if until[:known] < issued[:known]:
        said = {name: "/".join(reversed(day.split("-"))) for name, day in (("value", until), ("issued", issued))}
        raise Refused(ReasonCode.ENDS_BEFORE_ISSUE, field="expiry", **said)


def settle(fields: dict[str, Field], absent: dict[str, str], name: str, typed: str, *, slug: str, by: str) -> None:
    """Take what a person typed for one field into `fields` and `absent`.

    Raises:
        Refused: the value is impossible for the field, or longer than `LONGEST_VALUE`.
    """
    if typed.strip() == ABSENT:
        fields.pop(name, None)
        absent[name] = by
        return
    before = fields.get(name)
    if len(typed) > LONGEST_VALUE and (before is None or typed.split() != before.value.split()):  # as it stands: may
        raise Refused(ReasonCode.VALUE_TOO_LONG, field=name, length=len(typed), limit=LONGEST_VALUE)
    value = normalise(slug, name, typed)
    absent.pop(name, None)
    if before is not None and before.value == value:
        fields[name] = Field.from_json({**before.to_json(), "doubtful": False, "by": by})
        return
    doubt = check_value(slug, name, value)
    fields[name] = Field(
        value=value,
        text=before.text if before else "",
        page=before.page if before else None,
        box=before.box if before else None,
        confidence=1.0,
        source="person",
        engine="",
        rule="person",
        # A person's word stands even where a check disagrees (papers do carry odd numbers), but the doubt stays written.
        doubts=(doubt,) if doubt else (),
        by=by,
    )
