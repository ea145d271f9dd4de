"""Which page of which file is page n of a paper: facts of its files come in, its pages go out, parts of captures among them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pages.ports import Cut, FileFacts, Kind, PageFacts


@dataclass(frozen=True, slots=True)
class PageSource:
    """Page `number` of the paper (1-based) is page `facts.number` of sheet `sheet` (1-based), a file of `kind`, or
    the part `cut` of it. `turned`: degrees clockwise that a person says stand it upright.
    """

    number: int
    sheet: int
    kind: Kind
    facts: PageFacts
    cut: Cut | None = None
    turned: int | None = None


def sources_of(files: Sequence[FileFacts], *, whole: Collection[tuple[int, int]] = ()) -> list[PageSource]:
    """Every page as captured. `whole`: the captured pages (sheet, page) that are one page whatever was found on them."""
    captured = (
        (sheet, file.kind, page, cut)
        for sheet, file in enumerate(files, start=1)
        for page in file.pages
        for cut in ((None,) if (sheet, page.number) in whole else page.cuts or (None,))
    )
    return [PageSource(number, *each) for number, each in enumerate(captured, start=1)]
