"""Which page of which sheet is page n of a document."""

from dataclasses import replace

from pages.ports import FileFacts
from pages.sources import PageSource, sources_of
from warehouse.models import Document


def file_facts(document: Document) -> list[FileFacts]:
    """Facts of each sheet, in order. Raises `ValueError` before inspection."""
    if document.facts is None:
        raise ValueError(f"document {document.pk} was not inspected yet")
    return [FileFacts.from_json(facts) for facts in document.facts["files"]]


def page_sources(document: Document) -> list[PageSource]:
    """Every page of the document, in order; a part of a stack has its own range only.

    Besides the files' facts `Document.facts` may hold `whole`, the captured pages `[sheet, page]` a person wants uncut,
    and `order`, numbers from 0 of the pages as captured in the order they are to have.
    """
    facts = document.facts or {}
    whole = {tuple(page) for page in facts.get("whole", ())}
    captured = sources_of(file_facts(document), whole=whole)
    everything = [captured[index] for index in facts["order"]] if facts.get("order") else captured
    first = document.first_page or 1
    last = document.last_page or len(everything)
    return [replace(source, number=number) for number, source in enumerate(everything[first - 1 : last], start=1)]
