"""Which page of which sheet is page n of a document."""

from dataclasses import dataclass, replace

from pages.ports import Cut, FileFacts, Kind, PageFacts
from warehouse.models import Document


@dataclass(frozen=True, slots=True)
class PageSource:
    """Page `number` of the document (1-based) is page `facts.number` of sheet `sheet` (1-based), a file of `kind`, or
    the part `cut` of it.
    """

    number: int
    sheet: int
    kind: Kind
    facts: PageFacts
    cut: Cut | None = None


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
    captured = [
        PageSource(0, sheet, file.kind, page, cut)
        for sheet, file in enumerate(file_facts(document), start=1)
        for page in file.pages
        for cut in ((None,) if (sheet, page.number) in whole else page.cuts or (None,))
    ]
    everything = [captured[index] for index in facts["order"]] if facts.get("order") else captured
    first = document.first_page or 1
    last = document.last_page or len(everything)
    return [replace(source, number=number) for number, source in enumerate(everything[first - 1 : last], start=1)]
