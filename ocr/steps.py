"""The journey's steps of ocr: read page by page, extract fields, weigh whether a person must look."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from catalogue.asking import document_type
from khoso.kernel.clock import Clock, day_of
from khoso.kernel.digest import digest_bytes
from ocr.extraction import extract as extract_fields
from ocr.ports import Field, OcrEngine
from ocr.reading import read_page
from ocr.said import merged, said_before
from ocr.transcripts import load_transcripts, store_transcript
from pages.helper import Helper
from pages.ports import Origin
from warehouse.models import Document, RenditionKind, State
from warehouse.moving import NewRecord, NewRendition, Outcome
from warehouse.paging import page_sources
from warehouse.ports import ObjectStore
from warehouse.quality import doubts_of, holding
from warehouse.shelf import digest_of, fetch, rendition

Keep = Callable[[NewRendition], bool]
MakeWay = Callable[[], bool]


def read(
    document: Document,
    *,
    store: ObjectStore,
    engine: OcrEngine,
    helper: Helper,
    folder: Path,
    keep: Keep,
    make_way: MakeWay,
) -> Outcome | None:
    """Read the pages that were not read yet.

    Args:
        keep: records a page's transcript; False when the document was lost to another worker.
        make_way: whether others wait who should come first; asked between pages.

    Returns:
        None when it stopped between pages; what was read is kept.
    """
    sources = page_sources(document)
    # Asked once, not for each page: a box of many pages makes way, and comes back here, many times.
    originals = {row.part: row for row in document.renditions.filter(kind=RenditionKind.ORIGINAL)}
    done = set(document.renditions.filter(kind=RenditionKind.TRANSCRIPT).values_list("part", "made_from"))
    for source in sources:
        original = originals.get(source.sheet) or rendition(document, RenditionKind.ORIGINAL, source.sheet)
        part = f":{source.cut.box}" if source.cut else ""
        part += "" if source.turned is None else f":turned {source.turned}"
        made_from = digest_bytes(f"{original.digest}:{source.facts.number}:{engine.name}{part}".encode())
        if (source.number, made_from) in done:
            continue
        transcript = read_page(
            fetch(store, digest_of(original), folder),
            source.kind,
            source.facts.number,
            engine=engine,
            helper=helper,
            folder=folder,
            text_layer=document.origin == Origin.ELECTRONIC,
            cut=source.cut,
            turned=source.turned,
        )
        stored = store_transcript(store, transcript)
        kept = keep(
            NewRendition(RenditionKind.TRANSCRIPT, stored, "application/json", part=source.number, made_from=made_from)
        )
        if not kept or (source is not sources[-1] and make_way()):
            return None
    return Outcome(State.READ, body={"engine": engine.name})


def reextract(document: Document, slug: str, *, store: ObjectStore) -> Mapping[str, Field]:
    """What the document's text gives when read as another type. Raises `Corrupted` if a transcript is missing."""
    found = extract_fields(load_transcripts(store, document), as_type=slug)
    return _with_given_owner(document, found.fields)


def extract(document: Document, *, store: ObjectStore) -> Outcome:
    """Type and fields of the signed document, as a data record bound to the signed revision's digest.

    What people said of its pages before, in whatever document, stands.
    """
    bound_to = document.revisions.order_by("number").values_list("digest", flat=True).first() or ""
    said = said_before(document, bound_to=bound_to)
    found = extract_fields(load_transcripts(store, document), as_type=said.document_type)
    sure = found.type_confidence if said.document_type is None else 1.0
    fields = merged(_with_given_owner(document, found.fields), said)
    record = NewRecord(
        document_type=found.document_type,
        type_confidence=sure,
        fields={name: field.to_json() for name, field in fields.items()},
        bound_to=bound_to,
        absent={name: by for name, by in said.unless_found.items() if name not in fields},
    )
    return Outcome(
        State.EXTRACTED,
        changes={"document_type": found.document_type, "type_confidence": sure},
        record=record,
        body={"document_type": found.document_type, "bound_to": bound_to},
        personal={name: field.value for name, field in fields.items()},
    )


def weigh(document: Document, *, clock: Clock) -> Outcome:
    """Nothing holds it back: onward, what is worth a look marked as such. Else a person is asked, shown that too."""
    record = document.records.order_by("-version").first()
    if record is None:
        raise ValueError(f"document {document.pk} has no data record to weigh")
    mandatory = document_type(record.document_type, day_of(clock())).mandatory
    if holding(record.fields, record.absent, mandatory) or record.document_type == "unknown":
        doubtful = doubts_of(record.fields, record.absent, mandatory)
        return Outcome(State.TO_CONFIRM, body={"doubtful": sorted(doubtful)})
    return Outcome(State.CONFIRMED)


def _with_given_owner(document: Document, fields: Mapping[str, Field]) -> dict[str, Field]:
    """What the desk knows of the owner (from the card's QR) goes before what was read; a contradiction is a doubt."""
    out = dict(fields)
    given = (("owner_id", document.given_owner_id), ("owner_name", document.given_owner_name))
    for name, value in given:
        if not value:
            continue
        read_value = out.get(name)
        typed = Field(value, value, None, None, 1.0, "person", "", "intake@1", by=document.created_by.username)
        if read_value is not None and read_value.value.casefold() != value.casefold():
            typed = replace(typed, confidence=0.5).doubted("disagrees_with:paper")
        out[name] = typed
    return out
