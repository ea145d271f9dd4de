"""The last steps of the journey: give the code, file for good."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from catalogue.asking import document_type
from catalogue.models import DocumentType, ValidityRule
from khoso.kernel.clock import Clock, day_of
from khoso.kernel.digest import as_digest
from khoso.kernel.errors import Corrupted
from pages.ports import Origin
from warehouse.models import DataRecord, Document, Rendition, RenditionKind, State, Validity
from warehouse.moving import Outcome, next_number
from warehouse.ports import ObjectStore
from warehouse.shelf import digest_of, rendition

YEAR = timedelta(days=366)  # never short of a year


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long filed bytes are locked, in years: `of` a type of document, else `years`."""

    years: int = 20
    of: Mapping[str, int] = field(default_factory=dict)

    def until(self, document_type: str, now: datetime) -> datetime:
        """The end of the lock of a document filed now."""
        return now + self.of.get(document_type, self.years) * YEAR


def newest_record(document: Document) -> DataRecord:
    """The newest data record. Raises `Corrupted` if there is none: after extraction there must be one."""
    record = document.records.order_by("-version").first()
    if record is None:
        raise Corrupted(f"document {document.pk} has no data record")
    return record


def value_of(record: DataRecord, name: str) -> str:
    """A field's value, or an empty text where it is not printed."""
    field: dict[str, Any] | None = record.fields.get(name)
    return str(field["value"]) if field else ""


_HOLE = "\0"  # stands in for an empty part; nothing that was read or typed holds one
_JOINED = re.compile(f"{_HOLE}[./_-]|[./_-]?{_HOLE}")


def assembled(template: str, **parts: str) -> str:
    """A code from its template. An empty part goes with the joint behind it, or with the one before where it ends the code.

    So a paper whose owner nobody knows has `KQ.G15.000031.001`, and none begins with a dot.
    """
    filled = template.format(**{name: part or _HOLE for name, part in parts.items()})
    return _JOINED.sub("", filled)


def code(document: Document, *, template: str, clock: Clock) -> Outcome:
    """Assign the code of the digitised result (mã kết quả số hóa) from a template.

    The template knows `owner_id` (empty if unknown), `doc_type_code`, `seq` (three digits, running per owner and type),
    `year` and `dossier`; what is empty goes with its joint (`assembled`). A result of a procedure has its own form in
    law and its own template. A code that was given is never changed.
    """
    record = newest_record(document)
    kind = document_type(record.document_type, day_of(clock()))
    owner = value_of(record, "owner_id")
    type_code = kind.national_code or kind.slug.upper()

    def allot() -> dict[str, str]:
        number = next_number(f"code:{owner}:{type_code}")
        return {
            "code": assembled(
                template,
                owner_id=owner,
                doc_type_code=type_code,
                seq=f"{number:03d}",
                year=str(clock().year),
                dossier=document.dossier,
            )
        }

    # Foreign electronic originals carry their issuer's signature: they are never sealed by us.
    needs_seal = kind.needs_seal and document.origin == Origin.PAPER
    return Outcome(State.CODED, changes={"needs_seal": needs_seal}, allot=allot)


def file(document: Document, *, store: ObjectStore, clock: Clock, keeping: Keeping) -> Outcome:
    """File for good: the final bytes are read back and locked, validity starts.

    Raises:
        Corrupted: the signed bytes are not what was signed.
    """
    now = clock()
    final = rendition(document, RenditionKind.SIGNED)
    size = sum(len(piece) for piece in store.open(digest_of(final)))
    last = document.revisions.order_by("-number").first()
    if last is None or last.digest != final.digest or last.size != size:
        raise Corrupted(f"document {document.pk}: the signed file is not its last revision")
    record = newest_record(document)
    _lock(document, store=store, until=keeping.until(record.document_type, now))
    today = day_of(now)
    until = valid_until(document_type(record.document_type, today), record)
    return Outcome(
        State.FILED,
        changes={
            "filed_at": now,
            "checked_at": now,
            "valid_until": until,
            "validity": Validity.EXPIRED if until is not None and until < today else Validity.ACTIVE,
        },
        body={"sha256": final.digest, "valid_until": until.isoformat() if until else None},
    )


def _lock(document: Document, *, store: ObjectStore, until: datetime) -> None:
    """Lock the signed file and the captures, never for less long than they are."""
    for row in document.renditions.filter(kind__in=[RenditionKind.SIGNED, RenditionKind.ORIGINAL]):
        store.lock(digest_of(row), until=until)


def keep_longer(document: Document, slug: str, *, store: ObjectStore, keeping: Keeping) -> None:
    """Lock a filed document's bytes as long as another type asks for, counted from its filing; locks only ever grow.

    Raises:
        Corrupted: bytes are missing.
    """
    if document.filed_at is not None:
        _lock(document, store=store, until=keeping.until(slug, document.filed_at))


def composed() -> QuerySet[Rendition]:
    """All composed files. The kind is part of the statement: were it a parameter, SQLite would not use the index of them."""
    return Rendition.objects.filter(RawSQL("kind = 'composed'", (), output_field=BooleanField()))


def tidy(*, store: ObjectStore, most: int = 50) -> int:
    """Let go of what filed documents no longer need: the composed file and earlier revisions, prefixes of the last.

    Rows go first, bytes last: whatever a crash leaves behind is litter that `check` finds.

    Returns:
        How many documents were tidied.
    """
    # By their ids, so that databases go through the few composed files, never through all filed documents.
    filed = Document.objects.filter(pk__in=composed().values("document"), state=State.FILED)
    rows = list(
        composed().filter(document__in=list(filed.values_list("pk", flat=True)[:most])).select_related("document")
    )
    for row in rows:
        digests = {row.digest, *row.document.revisions.values_list("digest", flat=True)}
        row.delete()
        for name in digests - set(Rendition.objects.filter(digest__in=digests).values_list("digest", flat=True)):
            digest = as_digest(name)
            if store.locked_until(digest) is None:
                store.discard(digest)
    return len(rows)


def valid_until(kind: DocumentType, record: DataRecord) -> date | None:
    """Until which day a document of this type may serve; None is without limit."""
    if kind.validity_rule == ValidityRule.MONTHS:
        issued = _date(value_of(record, "issue_date"))
        return _months_later(issued, kind.validity_months or 0) if issued else None
    return _date(value_of(record, "expiry"))


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _months_later(day: date, months: int) -> date:
    """The same day some months later, or the last day of that month."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for last in range(day.day, 0, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise AssertionError
