"""Transcripts of a document in the store."""

import json
from collections.abc import Sequence

from khoso.kernel.errors import Corrupted
from khoso.kernel.transcript import Transcript
from warehouse.models import Document, RenditionKind
from warehouse.ports import ObjectStore, Stored
from warehouse.shelf import digest_of, put_bytes, read


def store_transcript(store: ObjectStore, transcript: Transcript) -> Stored:
    """Put a page's transcript into the store."""
    return put_bytes(store, json.dumps(transcript.to_json(), ensure_ascii=False, sort_keys=True).encode())


def load_transcripts(store: ObjectStore, document: Document) -> Sequence[Transcript]:
    """All pages, in order. Raises `Corrupted` if one is missing."""
    rows = list(document.renditions.filter(kind=RenditionKind.TRANSCRIPT).order_by("part"))
    if [row.part for row in rows] != list(range(1, (document.pages or 0) + 1)):
        raise Corrupted(f"document {document.pk} lacks transcripts of some of its {document.pages} pages")
    return [Transcript.from_json(json.loads(read(store, digest_of(row)))) for row in rows]
