"""Another type for a filed document: its text is read anew as that type, what people said stays, the bytes are not touched."""

from collections.abc import Callable, Mapping
from typing import Any

from catalogue.asking import document_type
from catalogue.models import DocumentType
from khoso.kernel.clock import Clock, day_of
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from ocr.ports import Field
from ocr.reviewing import Reextract, latest
from people.models import User
from warehouse.filing import valid_until
from warehouse.models import DataRecord, Document, State
from warehouse.moving import NewRecord, amend
from warehouse.quality import doubts_of
from warehouse.validity import follow_term, reason_given

EVENT = "retyped"


def retype(
    document: Document,
    slug: str,
    *,
    by: User,
    why: str,
    seen: int,
    clock: Clock,
    reextract: Reextract,
    keep: Callable[[Document, str], None],
) -> DataRecord:
    """Say that a filed document is of another type.

    Fields are read anew from the kept transcript; every value a person typed or confirmed stays, and what a person said
    is not on the paper stays so. Nobody has seen what is found anew: it counts as the machine's, doubts included. Validity
    follows the new type's rule, the index follows by the outbox. The code keeps the form it was given with: a code that
    stands in other people's books is never changed.

    Args:
        why: the reason, kept with the version.
        seen: the document's `version` its author looked at.
        reextract: reads the document's text as a type.
        keep: locks the document's bytes for as long as the new type asks for (`warehouse.filing.keep_longer`).

    Returns:
        The new version.

    Raises:
        Refused: not filed, no reason, no such type, the type it has already, or somebody else changed the document
            meanwhile. Nothing is changed then, except that bytes may be locked for longer.
        Corrupted: a transcript is missing or damaged.
    """
    if document.state != State.FILED:
        raise Refused(ReasonCode.NOT_NOW, state=str(State(document.state).label))
    reason, record, now = reason_given(why), latest(document), clock()
    try:
        kind = document_type(slug, day_of(now))
    except LookupError:
        raise Refused(ReasonCode.BAD_VALUE, field="document_type", value=slug[:80]) from None
    if slug == record.document_type:
        raise Refused(ReasonCode.NOTHING_CHANGED)
    fields = _fields(record, reextract(slug))
    keep(document, slug)
    until = valid_until(kind, DataRecord(fields=fields))
    new = NewRecord(
        document_type=slug,
        type_confidence=1.0,
        fields=fields,
        bound_to=record.bound_to,
        absent=record.absent,
        by=by.username,
        why=reason,
    )
    if not amend(
        document,
        seen=seen,
        actor=by.username,
        event=EVENT,
        now=now,
        record=new,
        validity=follow_term(document, until, today=day_of(now)),
        changes={"document_type": slug, "type_confidence": 1.0, "valid_until": until},
        body={
            "before": record.document_type,
            "document_type": slug,
            "record": record.version + 1,
            "bound_to": record.bound_to,
        },
        personal={"why": reason, **{name: str(field["value"]) for name, field in fields.items()}},
    ):
        raise Refused(ReasonCode.CHANGED_MEANWHILE)
    return latest(document)


def _fields(record: DataRecord, found: Mapping[str, Field]) -> dict[str, dict[str, Any]]:
    """What the paper gives as the new type, under what people said of it."""
    anew = {name: field.to_json() for name, field in found.items() if name not in record.absent}
    return anew | {name: field for name, field in record.fields.items() if field["by"]}


def left_open(document: Document, clock: Clock) -> list[str]:
    """Fields of a filed document that nobody has looked at and somebody should."""
    record = latest(document)
    return doubts_of(record.fields, record.absent, document_type(record.document_type, day_of(clock())).mandatory)


def lacks_seal(document: Document, kind: DocumentType) -> bool:
    """Whether the type asks for the agency's signature, and the file, made from paper, was kept without one."""
    filed = document.state == State.FILED and document.origin == "paper"
    return filed and kind.needs_seal and not any(row.by == "agency" for row in document.revisions.all())
