"""Which page of which sheet is page n of a document."""

from dataclasses import dataclass

from pages.ports import FileFacts, Kind, PageFacts
from warehouse.models import Document


@dataclass(frozen=True, slots=True)
class PageSource:
    """Page `number` of the document (1-based) is page `facts.number` of sheet `sheet` (1-based), a file of `kind`."""

    number: int
    sheet: int
    kind: Kind
    facts: PageFacts


def file_facts(document: Document) -> list[FileFacts]:
    """Facts of each sheet, in order. Raises `ValueError` before inspection."""
    if document.facts is None:
        raise ValueError(f"document {document.pk} was not inspected yet")
    return [FileFacts.from_json(facts) for facts in document.facts["files"]]


def page_sources(document: Document) -> list[PageSource]:
    """Every page of the document, in order; a part of a stack has its own range only."""
    everything = [
        (sheet, facts.kind, page) for sheet, facts in enumerate(file_facts(document), start=1) for page in facts.pages
    ]
    first = document.first_page or 1
    last = document.last_page or len(everything)
    return [
        PageSource(number, sheet, kind, page)
        for number, (sheet, kind, page) in enumerate(everything[first - 1 : last], start=1)
    ]
