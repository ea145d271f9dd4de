"""How many pixels make an inch of paper: what the file states if it can be true, else the nearest paper size.

Sizes: ISO 216 (A, B), ISO/IEC 7810 (ID-1, ID-2, ID-3), North American letter and legal.
"""

from dataclasses import dataclass

MM = 25.4  # in an inch

# Name → (short, long) in millimetres, and how much we doubt it when nothing but the shape speaks (0: at once believed).
# Small papers with the shape of A4 would flatter most: they come last.
_PAPERS = {
    "A4": (210.0, 297.0, 0.0),
    "A3": (297.0, 420.0, 0.04),
    "A5": (148.0, 210.0, 0.05),
    "ID-1": (53.98, 85.60, 0.03),
    "A6": (105.0, 148.0, 0.2),
    "ID-3": (88.0, 125.0, 0.2),
    "B5": (176.0, 250.0, 0.08),
    "letter": (215.9, 279.4, 0.06),
    "legal": (215.9, 355.6, 0.06),
    "A2": (420.0, 594.0, 0.12),
    "A1": (594.0, 841.0, 0.13),
    "A0": (841.0, 1189.0, 0.16),
}
_OFFERED = (150, 200, 240, 250, 300, 400)  # what scanners offer
_OFFERED_TO_A4 = (*_OFFERED, 600, 1200)  # and those of desks
_DEFAULTS = {1, 72, 96}  # what programs write when they know nothing

LEAST = 70.0
MOST = 1200.0
_LONGEST = 1700.0  # millimetres: an A0 sheet with room, or a strip of drawing
_SHAPE = 0.03  # how far the shape of a scan of the whole sheet may be from the paper's


@dataclass(frozen=True, slots=True)
class Resolution:
    """`dpi` of an image; `source` is `file` or `estimated` as in `pages.ports.PageFacts`."""

    dpi: float
    source: str


def resolution(width: int, height: int, stated: tuple[float, float] | None) -> Resolution:
    """Resolution of a capture of `width`×`height` pixels whose file states (x, y) dots per inch, or nothing.

    The lower of the two axes counts: a rule of at least 200 dpi is meant for both.
    """
    if stated is not None and _believable(width, height, stated):
        return Resolution(round(min(stated), 2), "file")
    return Resolution(round(estimate(width, height), 2), "estimated")


def _believable(width: int, height: int, stated: tuple[float, float]) -> bool:
    across, down = stated
    if not (LEAST <= across <= MOST and LEAST <= down <= MOST and 0.5 <= across / down <= 2.0):
        return False
    if across == down and round(across) in _DEFAULTS:
        return abs(estimate(width, height) / across - 1.0) <= _SHAPE
    return MM * max(width / across, height / down) <= _LONGEST


def estimate(width: int, height: int) -> float:
    """Dots per inch if the image shows the paper its shape fits best, at a resolution scanners offer where the shape
    fits several (A3, A4 and A5 have the same); never outside what is plausible.

    A photograph shows a little more than the sheet, so that the tighter axis is taken: the estimate never flatters.
    """
    short, long = min(width, height), max(width, height)
    best, least = 0.0, float("inf")
    for paper_short, paper_long, doubt in _PAPERS.values():
        dpi = min(short / paper_short, long / paper_long) * MM
        shape = abs((long / short) / (paper_long / paper_short) - 1.0)
        offers = _OFFERED_TO_A4 if paper_long <= _PAPERS["A4"][1] else _OFFERED
        offered = min(abs(dpi / offer - 1.0) for offer in offers) if shape <= _SHAPE else 1.0
        cost = 3.0 * shape + min(offered, 0.15) + doubt + (1.0 if not LEAST <= dpi <= MOST else 0.0)
        if cost < least:
            best, least = dpi, cost
    return min(max(best, LEAST), MOST)
