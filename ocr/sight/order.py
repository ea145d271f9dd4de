"""Reading order: lines of a page in any order come in; the order in which a person reads them, and the blocks they form, go out.

Lines that share no height with others follow each other downwards. Where heights overlap, a white gap from top to
bottom parts left from right: in one row that is left to right, in several it makes columns. Rows that are level with
each other stay rows, as in forms and tables, unless the same gap runs on through several of them: then they are
columns after all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_RUN = 4  # rows with the same gap in the middle that make two columns
_MIDDLE = (0.25, 0.75)  # of the text's width: where a gap between columns may be
_LONG_LINE = 0.28  # of the text's width: what a column has and a table's cell has not
_PITCH = 2.7  # rises from baseline to baseline within a block


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a line stands: `x0`–`x1`, from the top of its capitals to its baseline, on a level page."""

    number: int
    x0: float
    x1: float
    top: float
    base: float

    @property
    def rise(self) -> float:
        return self.base - self.top


def arranged(spots: Sequence[Spot]) -> list[Spot]:
    """Spots in reading order."""
    bands = list(_bands(spots))
    if len(bands) == 1:
        return _in_band(bands[0])
    out: list[Spot] = []
    while bands:
        run = _columns(bands)
        taken = [spot for band in bands[:run] for spot in band]
        out += _in_band(taken)
        bands = bands[run:]
    return out


def blocks(ordered: Sequence[Spot]) -> list[int]:
    """A block number for each spot, from 0: lines under each other, of like size, without a wider gap."""
    out: list[int] = []
    for before, spot in zip([None, *ordered], ordered, strict=False):
        goes_on = before is not None and (
            min(before.x1, spot.x1) > max(before.x0, spot.x0)
            and 0 < spot.base - before.base < _PITCH * max(before.rise, spot.rise)
            and max(before.rise, spot.rise) < 1.6 * min(before.rise, spot.rise)
        )
        out.append(out[-1] + (not goes_on) if out else 0)
    return out


def _bands(spots: Sequence[Spot]) -> Iterator[list[Spot]]:
    """Groups of spots whose heights overlap (by more than a slip of a fifth)."""
    band: list[Spot] = []
    bottom = 0.0
    for spot in sorted(spots, key=lambda spot: (spot.top, spot.x0)):
        if band and spot.top + 0.2 * spot.rise > bottom:
            yield band
            band, bottom = [], 0.0
        band.append(spot)
        bottom = max(bottom, spot.base - 0.2 * spot.rise) if len(band) > 1 else spot.base - 0.2 * spot.rise
    if band:
        yield band


def _gaps(spots: Sequence[Spot]) -> list[tuple[float, float]]:
    """White from top to bottom between spots: (left edge, right edge), left to right."""
    out: list[tuple[float, float]] = []
    reach = float("-inf")
    for spot in sorted(spots, key=lambda spot: spot.x0):
        if reach != float("-inf") and spot.x0 > reach:
            out.append((reach, spot.x0))
        reach = max(reach, spot.x1)
    return out


def _in_band(band: list[Spot]) -> list[Spot]:
    """A row, or columns: the widest gap parts it; without a gap downwards."""
    if len(band) == 1:
        return band
    gaps = _gaps(band)
    if not gaps:
        return sorted(band, key=lambda spot: (spot.base, spot.x0))
    left_edge, _ = max(gaps, key=lambda gap: gap[1] - gap[0])
    left = [spot for spot in band if spot.x1 <= left_edge]
    right = [spot for spot in band if spot.x1 > left_edge]
    return [*arranged(left), *arranged(right)]


def _columns(bands: list[list[Spot]]) -> int:
    """How many bands from the first on form two columns of running text, or 1.

    A table has narrow cells; columns have a long line on either side.
    """
    start, end = min(s.x0 for band in bands for s in band), max(s.x1 for band in bands for s in band)
    low, high = (start + share * (end - start) for share in _MIDDLE)
    best = 1
    for gap in _gaps(bands[0]):
        (left, right), run = gap, 1
        for band in bands[1:]:
            both = [(max(left, a), min(right, b)) for a, b in _gaps(band) if min(right, b) > max(left, a)]
            if not both:
                break
            left, right = max(both, key=lambda g: g[1] - g[0])
            run += 1
        if run >= _RUN and low < (left + right) / 2 < high:
            spots = [spot for band in bands[:run] for spot in band]
            widths = [max(s.x1 - s.x0 for s in spots if (s.x1 <= left) is side) for side in (True, False)]
            if min(widths) > _LONG_LINE * (end - start):
                best = max(best, run)
    return best
