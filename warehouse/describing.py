"""One document as JSON: what `khoso file`, `khoso show`, the API and the pages say of it (INTERFACE §2)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from catalogue.asking import document_type
from khoso.kernel.clock import rfc3339
from khoso.kernel.reasons import Reason
from warehouse import quality
from warehouse.models import DataRecord, Document, RenditionKind, State


def newest(document: Document) -> DataRecord | None:
    """The newest data record, None before extraction."""
    return document.records.order_by("-version").first()


def describe(document: Document, *, now: datetime) -> dict[str, Any]:
    """The document with fields, revisions and quality; keys as in INTERFACE §2 `file`."""
    record = newest(document)
    mandatory = document_type(record.document_type, now.date()).mandatory if record else []
    renditions = list(document.renditions.order_by("kind", "part"))
    judgements = judge(document, record, now=now)
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
            for row in document.revisions.order_by("number")
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
            for row in document.validity_changes.order_by("pk")
        ],
        "version": document.version,
        "record_version": record.version if record else None,
        "dossier": document.dossier or None,
        "component": document.component or None,
        "parent": str(document.parent_id) if document.parent_id else None,
        "children": [str(pk) for pk in document.children.order_by("first_page").values_list("pk", flat=True)],
        "created_at": rfc3339(document.created_at),
        "filed_at": rfc3339(document.filed_at) if document.filed_at else None,
        "seconds": round(((document.filed_at or document.state_since) - document.created_at).total_seconds(), 2),
    }


def judge(document: Document, record: DataRecord | None, *, now: datetime) -> dict[str, quality.Judgement]:
    """The four properties, in the law's order."""
    fields = record.fields if record else None
    mandatory = document_type(record.document_type, now.date()).mandatory if record else []
    kinds = list(document.renditions.values_list("kind", flat=True))
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
    """Other live documents of the unit with the same type, number, issuer and owner; of other units nothing is told."""
    keys = ("number", "issuer", "owner_id", "issue_date")
    mine = {key: record.fields[key]["value"] for key in keys if key in record.fields}
    if "number" not in mine:
        return []
    others = (
        DataRecord.objects.filter(
            document_type=record.document_type,
            document__state=State.FILED,
            document__validity="active",
            document__unit=document.unit_id,
            **{f"fields__{key}__value": value for key, value in mine.items()},
        )
        .exclude(document=document)
        .values_list("document_id", flat=True)
        .distinct()
    )
    return [str(pk) for pk in others[:5]]
