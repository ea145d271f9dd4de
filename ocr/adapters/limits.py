"""Which row of the table of limits a page falls under."""

from pages import limits as table
from pages.limits import Limits
from pages.ports import PageImage

_PAGE_PIXELS = 24_000_000  # A3 at 300 dpi has 17 million, A4 at 400 dpi 15 million


def limits_for(page: PageImage) -> Limits:
    """Drawings may take longer and need more memory than pages."""
    return table.READ_PAGE if page.width * page.height <= _PAGE_PIXELS else table.READ_DRAWING
