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
    `order`, numbers from 0 of the pages as captured in the order they are to have, and `turned`, `[sheet, page, left, top,
    degrees]` of pages (or what was cut out there) that a person says stand upright so.
    """
    facts = document.facts or {}
    whole = {tuple(page) for page in facts.get("whole", ())}
    captured = sources_of(file_facts(document), whole=whole)
    everything = [captured[index] for index in facts["order"]] if facts.get("order") else captured
    first = document.first_page or 1
    last = document.last_page or len(everything)
    turned = {tuple(place): degrees for *place, degrees in facts.get("turned", ())}
    return [
        replace(source, number=number, turned=turned.get(place_of(source)))
        for number, source in enumerate(everything[first - 1 : last], start=1)
    ]


def place_of(source: PageSource) -> tuple[int, int, int, int]:
    """Sheet, page and corner that tell a page among all that were captured, whatever its number."""
    left, top = (source.cut.box.x0, source.cut.box.y0) if source.cut else (0, 0)
    return source.sheet, source.facts.number, left, top
