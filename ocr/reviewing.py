"""Review: a person confirms or corrects what the machine doubts, and is recorded on each field."""

from collections.abc import Mapping

from catalogue.asking import document_type
from khoso.kernel.clock import Clock
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
from warehouse.quality import doubts_of

ABSENT = ""
"""What a person types for «not on the paper»."""


def latest(document: Document) -> DataRecord:
    """The newest data record. Raises `Refused` (NOT_NOW) before extraction."""
    record = document.records.order_by("-version").first()
    if record is None:
        raise Refused(ReasonCode.NOT_NOW, state=str(State(document.state).label))
    return record


def open_doubts(document: Document, clock: Clock) -> list[str]:
    """What a person still has to look at; empty before extraction."""
    record = document.records.order_by("-version").first()
    if record is None:
        return []
    return doubts_of(record.fields, record.absent, document_type(record.document_type, clock().date()).mandatory)


def confirm(
    document: Document,
    values: Mapping[str, str],
    *,
    by: User,
    clock: Clock,
    rest: bool = False,
    as_type: str | None = None,
) -> list[str]:
    """Confirm or correct fields; when nothing is doubtful any more the document goes on.

    Args:
        values: field → value as typed; the value that stands there confirms it, another corrects it, `ABSENT` says it is
            not on the paper.
        rest: also confirm everything else that is doubtful as it stands, and that what is missing is not on the paper;
            but never what a code on the paper contradicts: that must be answered by name.
        as_type: a person's word on the document type.

    Returns:
        What is still doubtful.

    Raises:
        Refused: a value is impossible or the type has no such field (nothing is changed then), the document is not waiting for confirmation, or was
            changed meanwhile.
    """
    if document.state != State.TO_CONFIRM:
        raise Refused(ReasonCode.NOT_NOW, state=str(State(document.state).label))
    record = latest(document)
    slug = as_type or record.document_type
    mandatory = document_type(slug, clock().date()).mandatory
    fields = {name: Field.from_json(field) for name, field in record.fields.items()}
    absent = dict(record.absent)
    asked = dict(values)
    if rest:
        for name in doubts_of(record.fields, absent, mandatory):
            if name not in fields or FORGERY not in fields[name].doubts:
                asked.setdefault(name, fields[name].value if name in fields else ABSENT)
    for name in asked:
        if name not in fields and name not in mandatory and not knows(slug, name):
            raise Refused(ReasonCode.UNKNOWN_FIELD, field=name)
    for name, typed in asked.items():
        settle(fields, absent, name, typed, slug=slug, by=by.username)
    after = {name: field.to_json() for name, field in fields.items()}
    left = doubts_of(after, absent, mandatory)
    known = slug != "unknown" or rest or as_type is not None
    state = State.CONFIRMED if not left and known else State.TO_CONFIRM
    new = NewRecord(
        document_type=slug,
        type_confidence=1.0 if as_type else record.type_confidence,
        fields=after,
        bound_to=record.bound_to,
        absent=absent,
        by=by.username,
    )
    outcome = Outcome(
        state,
        changes={"document_type": slug},
        record=new,
        body={"fields": sorted(asked), "absent": sorted(absent)},
        personal={name: fields[name].value for name in asked if name in fields},
    )
    if not move(document, outcome, worker=None, actor=by.username, event="confirmed", now=clock()):
        raise Refused(ReasonCode.CHANGED_MEANWHILE)
    return left


def knows(slug: str, name: str) -> bool:
    """Whether a type of document has a field of this name."""
    form = FORMS.get(slug)
    return name in NINE or (form is not None and form.knows(name) and not name.startswith("@"))


def settle(fields: dict[str, Field], absent: dict[str, str], name: str, typed: str, *, slug: str, by: str) -> None:
    """Take what a person typed for one field into `fields` and `absent`.

    Raises:
        Refused: the value is impossible for the field.
    """
    if typed.strip() == ABSENT:
        fields.pop(name, None)
        absent[name] = by
        return
    value = normalise(slug, name, typed)
    before = fields.get(name)
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
