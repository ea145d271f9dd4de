"""Pages as they are read come in, documents with their types and fields go out: parted as `khoso file` parts them.

Separator sheets, and first pages of a stack, part a file as they come, so that memory is flat however long it is. Cards
are dealt to their holders once all of them are read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

from khoso.cli.side_by_side import Read
from khoso.kernel.transcript import Transcript
from ocr.arranging import arrange
from ocr.extraction import FIRST_PAGES, LAST_PAGES, extract
from ocr.extraction.separating import begins, separators
from ocr.extraction.sheet import lay_out
from ocr.ports import Extraction
from pages.sources import PageSource


@dataclass(frozen=True, slots=True)
class Gathered:
    """A document: pages `first` to `last` of the file `name`; `parted`: the file holds others too."""

    name: str
    first: int
    last: int
    parted: bool
    sources: tuple[PageSource, ...]
    found: Extraction
    notes: tuple[str, ...]  # what the reading of its pages lacked, each once


@dataclass(slots=True)
class _Paper:
    """Pages of a file that belong together as far as was read; `broken`: one of them could not be."""

    first: int = 1
    broken: bool = False
    has_cards: bool = False
    pages: list[Transcript] = field(default_factory=list)
    sources: list[PageSource] = field(default_factory=list)

    def add(self, source: PageSource, page: Transcript) -> None:
        self.sources.append(source)
        self.has_cards = self.has_cards or _is_card(source)
        if self.has_cards:
            self.pages.append(page)
        else:
            remember(self.pages, page)

    def goes_on_with(self, source: PageSource, page: Transcript) -> bool:
        """Whether a page of a stack belongs to the document before it."""
        begun = any(page.lines for page in self.pages)
        return not begun or _is_card(source) or not begins(lay_out([page]))

    def documents(self, name: str, *, parted: bool) -> Iterator[Gathered]:
        """None when a page is missing: what it would have changed is not known."""
        if self.broken or not self.pages:
            return
        arranged = arrange(self.sources, self.pages, stack=False) if self.has_cards else None
        order = arranged.order if arranged else range(len(self.pages))
        runs = arranged.documents if arranged else ((1, len(self.pages)),)
        for first, last in runs:
            places = order[first - 1 : last]
            yield Gathered(
                name,
                self.first + first - 1,
                self.first + last - 1,
                parted or len(runs) > 1,
                tuple(self.sources[place] for place in places),
                extract([self.pages[place] for place in places]),
                tuple(dict.fromkeys(note for place in places for note in self.pages[place].notes)),
            )


def documents_of(pages: Iterable[Read], *, stack: bool) -> Iterator[Gathered]:
    """The documents in pages of files, one file after the other. One of which a page was not read is left out.

    Args:
        stack: several documents were handed in as one file: a first page begins another.
    """
    pages = iter(pages)
    for first in pages:
        yield from _of_file(first.name, chain([first], () if first.last else _rest(pages)), stack=stack)


def _rest(pages: Iterator[Read]) -> Iterator[Read]:
    for page in pages:
        yield page
        if page.last:
            return


def _of_file(name: str, pages: Iterable[Read], *, stack: bool) -> Iterator[Gathered]:
    paper, alone = _Paper(), _Paper()  # `alone`: a separator sheet, a document where nothing else is in the file
    parted = False
    for page in pages:
        source, read = page.source, page.result
        if isinstance(read, str) or source is None:
            paper.broken = alone.broken = True
            continue
        sheet = bool(separators([read]))
        if sheet or (stack and not paper.goes_on_with(source, read)):
            yield from paper.documents(name, parted=True)
            parted = parted or not sheet or bool(paper.sources)
            paper = _Paper(page.number + sheet)
        if not sheet:
            paper.first = paper.first if paper.sources else page.number
            paper.add(source, read)
        elif not alone.sources:
            alone.first = page.number
            alone.add(source, read)
    yield from paper.documents(name, parted=parted)
    if not parted and not paper.sources:
        yield from alone.documents(name, parted=False)


def _is_card(source: PageSource) -> bool:
    return source.cut is not None and source.cut.what == "card"


def remember(pages: list[Transcript], page: Transcript) -> None:
    """Add a page. Of a long document the words of the first 40 and the last 20 pages stay: fields stand at its head and at its end.

    The others stay as empty pages, so that memory is flat and pages keep their numbers.
    """
    pages.append(page)
    if len(pages) > FIRST_PAGES + LAST_PAGES:
        pages[-1 - LAST_PAGES] = replace(pages[-1 - LAST_PAGES], lines=(), codes=())
