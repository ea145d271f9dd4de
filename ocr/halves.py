"""The halves of captures in the order in which an open book is read, whichever way it lay."""

from collections.abc import Iterator, Sequence

from khoso.kernel.transcript import Transcript
from pages.sources import PageSource


def in_reading_order(sources: Sequence[PageSource], pages: Sequence[Transcript]) -> Iterator[int]:
    """Places (from 0) of all pages, the halves of one capture from left to right as they stand upright."""
    place = 0
    while place < len(sources):
        source, run = sources[place], [place]
        if source.cut is not None and source.cut.what == "half":
            run = [
                other
                for other in range(place, len(sources))
                if (sources[other].sheet, sources[other].facts.number) == (source.sheet, source.facts.number)
            ]
            rotation = max((pages[other] for other in run), key=lambda page: len(page.lines)).rotation
            run.sort(key=lambda other: _across(sources[other], rotation))
        yield from run
        place += len(run)


def _across(source: PageSource, rotation: int) -> int:
    """How far to the right a part lies once its capture is turned clockwise by `rotation`."""
    assert source.cut is not None  # noqa: S101 - asked of halves alone
    x, y = source.cut.box.x0, source.cut.box.y0
    return {0: x, 90: -y, 180: -x, 270: y}[rotation]
