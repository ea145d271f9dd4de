"""One document as JSON: what `khoso file`, `khoso show`, the API and the pages say of it (INTERFACE §2)."""

from datetime import datetime
from typing import Any

from django.db.models import F, Max, Prefetch, prefetch_related_objects
from django.utils.translation import gettext

from catalogue.asking import document_type
from catalogue.models import DocumentType
from khoso.kernel.clock import day_of, rfc3339
from khoso.kernel.reasons import Reason
from warehouse import quality
from warehouse.models import DataRecord, Document, RenditionKind, State, ValidityChange
from warehouse.parting import parts_now

LIKE = 50
"""How many documents of one number are looked at for being the same; numbers begin anew every year and in every office."""


def gather(document: Document) -> None:
    """Fetch everything that belongs to a document at once, for whoever is about to ask for most of it."""
    changes = Prefetch("validity_changes", ValidityChange.objects.select_related("replaced_by").order_by("pk"))
    children = Prefetch("children", Document.objects.order_by("first_page"))
    prefetch_related_objects([document], "records", "renditions", "revisions", changes, children)


def newest(document: Document) -> DataRecord | None:
    """The newest data record, None before extraction."""
    return max(document.records.all(), key=lambda record: record.version, default=None)


def describe(document: Document, *, now: datetime) -> dict[str, Any]:
    """The document with fields, revisions and quality; keys as in INTERFACE §2 `file`."""
    gather(document)
    record = newest(document)
    kind = document_type(record.document_type, day_of(now)) if record else None
    mandatory = kind.mandatory if kind else []
    renditions = sorted(document.renditions.all(), key=lambda row: (row.kind, row.part))
    judgements = judge(document, record, kind, now=now)
    return {
        "document": str(document.pk),
        "name": document.name,
        "state": document.state,
        "state_since": rfc3339(document.state_since),
        "code": document.code,
        "document_type": document.document_type or None,
        "type_confidence": document.type_confidence,
        "fields": record.fields if record else {},
        "doubtful": quality.doubts_of(record.fields, record.absent, mandatory) if record else [],
        "absent": sorted(record.absent) if record else [],
        "pages": document.pages,
        "origin": document.origin or None,
        "original": [row.digest for row in renditions if row.kind == RenditionKind.ORIGINAL],
        "revisions": [
            {"sha256": row.digest, "length": row.size, "by": row.by, "signer": row.signer}
            for row in sorted(document.revisions.all(), key=lambda row: row.number)
        ],
        "signatures": document.signatures or [],
        "quality": {name: judgement.holds for name, judgement in judgements.items()},
        "quality_reasons": {
            name: list(judgement.reasons) for name, judgement in judgements.items() if judgement.reasons
        },
        "flags": flags(document),
        "reason": reason_of(document),
        "validity": document.validity,
        "valid_until": document.valid_until.isoformat() if document.valid_until else None,
        "validity_changes": [
            {
                "at": rfc3339(row.at),
                "before": row.before,
                "after": row.after,
                "since": row.since.isoformat(),
                "by": row.by,
                "why": row.why,
                "basis": row.basis or None,
                "replaced_by": str(row.replaced_by_id) if row.replaced_by_id else None,
            }
            for row in document.validity_changes.all()
        ],
        "version": document.version,
        "record_version": record.version if record else None,
        "dossier": document.dossier or None,
        "component": document.component or None,
        "batch": document.batch or None,
        "parent": str(document.parent_id) if document.parent_id else None,
        "children": [str(part.pk) for part in parts_now(document)],
        "created_at": rfc3339(document.created_at),
        "filed_at": rfc3339(document.filed_at) if document.filed_at else None,
        "seconds": round(((document.filed_at or document.state_since) - document.created_at).total_seconds(), 2),
    }


def judge(
    document: Document, record: DataRecord | None, kind: DocumentType | None, *, now: datetime
) -> dict[str, quality.Judgement]:
    """The four properties, in the law's order. `kind`: the type's row in force today."""
    fields = record.fields if record else None
    mandatory = kind.mandatory if kind else []
    kinds = [row.kind for row in document.renditions.all()]
    filed = document.state == State.FILED
    return {
        "dung": quality.correct(fields, document.signatures or []),
        "du": quality.complete(
            fields, mandatory, pages=document.pages, pages_read=kinds.count(RenditionKind.TRANSCRIPT), renditions=kinds
        ),
        "sach": quality.clean(filed=filed, duplicates=_duplicates(document, record) if filed and record else ()),
        "song": quality.alive(
            filed=filed,
            validity=document.validity,
            valid_until=document.valid_until,
            indexed=document.indexed_version == document.version,
            checked_at=document.checked_at,
            now=now,
        ),
    }


def reason_of(document: Document) -> dict[str, Any] | None:
    """Why it stopped: code, sentence in the language spoken here, parameters."""
    if not document.reason:
        return None
    reason = Reason.from_json(document.reason)
    return {"code": reason.code.value, "sentence": reason.sentence(gettext), "params": dict(reason.params)}


def flags(document: Document) -> list[dict[str, Any]]:
    """What inspection noticed and let pass."""
    found = []
    for file in (document.facts or {}).get("files", []):
        for flag in [*file["flags"], *(flag for page in file["pages"] for flag in page["flags"])]:
            reason = Reason.from_json(flag)
            found.append({"code": reason.code.value, "sentence": reason.sentence(gettext)})
    return found


def _duplicates(document: Document, record: DataRecord) -> list[str]:
    """Other live documents of the unit whose newest data has the same type, number, issuer, owner and day; of other units nothing is told."""
    mine = _identity(record)
    if not record.number or "number" not in mine:
        return []
    same = (
        DataRecord.objects.filter(
            document_type=record.document_type,
            number=record.number,
            document__state=State.FILED,
            document__validity="active",
            document__unit=document.unit_id,
        )
        .exclude(document=document)
        .annotate(last=Max("document__records__version"))
        .filter(version=F("last"))[:LIKE]
    )
    return [str(other.document_id) for other in same if mine.items() <= _identity(other).items()][:5]


def _identity(record: DataRecord) -> dict[str, str]:
    keys = ("number", "issuer", "owner_id", "issue_date")
    return {key: record.fields[key]["value"] for key in keys if key in record.fields}
