"""Transcripts of a document in the store."""

import json
from collections.abc import Sequence

from khoso.kernel.errors import Corrupted
from khoso.kernel.transcript import Transcript
from warehouse.models import Document
from warehouse.ports import ObjectStore, Stored
from warehouse.shelf import put_bytes
from warehouse.transcribed import Pages


def store_transcript(store: ObjectStore, transcript: Transcript) -> Stored:
    """Put a page's transcript into the store."""
    return put_bytes(store, json.dumps(transcript.to_json(), ensure_ascii=False, sort_keys=True).encode())


def load_transcripts(store: ObjectStore, document: Document) -> Sequence[Transcript]:
    """All pages, in order. Raises `Corrupted` if one is missing."""
    return all_of(document, Pages(document, store))


def all_of(document: Document, pages: Pages) -> Sequence[Transcript]:
    """All pages of a document, in order, of which some may have been read already. Raises `Corrupted` if one is missing."""
    if list(pages) != list(range(1, (document.pages or 0) + 1)):
        raise Corrupted(f"document {document.pk} lacks transcripts of some of its {document.pages} pages")
    return [pages[number] for number in pages]
